//! Voltage levels: the buses of a bus-breaker level as they are, those of a node-breaker level from its nodes and switches.

use super::element::Element;
use super::{Reader, Terminal};
use crate::finding::{Code, Place};
use crate::ids::BusId;
use crate::model::{Bus, Name, Origin, Substation, Switch, SwitchKind};
use std::collections::{BTreeMap, BTreeSet};

impl Reader<'_> {
    /// Buses of all levels, those outside of substations too.
    pub(super) fn levels(&mut self, root: &Element) {
        for station in root.all("substation") {
            let id = self.network.substations.push(Substation {
                id: Name::from(station.id()),
                name: station.attribute("name").unwrap_or_default().trim().to_owned(),
                district: Name::from(station.attribute("country").unwrap_or_default()),
                origin: self.origin(station),
                ..Substation::default()
            });
            for level in station.all("voltageLevel") {
                let first = self.network.buses.len();
                self.level(level);
                for bus in self.network.buses.iter_mut().skip(first) {
                    bus.substation = Some(id);
                }
            }
        }
        for level in root.all("voltageLevel") {
            self.level(level);
        }
    }

    pub(super) fn origin(&self, element: &Element) -> Origin {
        Origin::at(Place::new(self.file, element.line))
    }

    fn level(&mut self, level: &Element) {
        let vn_kv = self.real(level, "nominalV", 0.0);
        let limit = |value: Option<f64>| value.filter(|_| vn_kv > 0.0).map(|kv| kv / vn_kv);
        let band =
            [limit(self.maybe(level, "lowVoltageLimit")), limit(self.maybe(level, "highVoltageLimit"))];
        if let Some(topology) = level.first("busBreakerTopology") {
            for bus in topology.all("bus") {
                let made = self.bus(bus, bus.id(), vn_kv, band);
                self.buses.insert(bus.id().to_owned(), made);
            }
            for switch in topology.all("switch") {
                self.switch(switch);
            }
        }
        if let Some(topology) = level.first("nodeBreakerTopology") {
            self.nodes_of(level, topology, vn_kv, band);
        }
    }

    /// A bus with the voltage that the file stores.
    fn bus(&mut self, element: &Element, id: &str, vn_kv: f64, [low, high]: [Option<f64>; 2]) -> BusId {
        let stored = self.maybe(element, "v").filter(|&kv| kv > 0.0 && vn_kv > 0.0).map(|kv| kv / vn_kv);
        let angle = self.maybe(element, "angle");
        self.network.buses.push(Bus {
            name: element.attribute("name").unwrap_or_default().trim().to_owned(),
            vm_start_pu: stored,
            va_start_deg: angle.filter(|_| stored.is_some()),
            vm_min_pu: low,
            vm_max_pu: high,
            origin: self.origin(element),
            ..Bus::new(id, vn_kv)
        })
    }

    fn switch(&mut self, element: &Element) {
        let ends = ["bus1", "bus2"]
            .map(|side| element.attribute(side).and_then(|bus| self.buses.get(bus.trim()).copied()));
        let [Some(from), Some(to)] = ends else {
            self.unknown(element, "bus");
            return;
        };
        if from == to {
            return;
        }
        let kind = if element.attribute("kind") == Some("BREAKER") {
            SwitchKind::Breaker
        } else {
            SwitchKind::Disconnector
        };
        self.network.switches.push(Switch {
            id: Name::from(element.id()),
            from,
            to,
            kind,
            closed: !element.is("open", false),
            built: true,
            origin: self.origin(element),
        });
    }

    /// Nodes that closed switches and internal connections join are one bus, as far as equipment hangs on them.
    fn nodes_of(&mut self, level: &Element, topology: &Element, vn_kv: f64, band: [Option<f64>; 2]) {
        let number =
            |element: &Element, name: &str| element.attribute(name).and_then(|text| text.parse::<i64>().ok());
        let mut part: BTreeMap<i64, i64> = BTreeMap::new();
        let find = |part: &mut BTreeMap<i64, i64>, node: i64| {
            let mut top = node;
            while let Some(&up) = part.get(&top).filter(|&&up| up != top) {
                top = up;
            }
            part.insert(node, top);
            top
        };
        let mut bars = BTreeSet::new();
        let mut used = BTreeSet::new();
        for bar in topology.all("busbarSection") {
            if let Some(node) = number(bar, "node") {
                bars.insert(node);
                used.insert(node);
            }
        }
        collect_nodes(level, &mut used);
        let joins = topology.all("switch").filter(|switch| !switch.is("open", false));
        for join in joins.chain(topology.all("internalConnection")) {
            if let (Some(a), Some(b)) = (number(join, "node1"), number(join, "node2")) {
                let (a, b) = (find(&mut part, a), find(&mut part, b));
                part.insert(a.max(b), a.min(b));
            }
        }
        // What hangs on a node of another level is found by level and node: branches stand outside of levels.
        let mut nodes: BTreeSet<i64> = part.keys().copied().collect();
        nodes.extend(&used);
        for switch in topology.all("switch") {
            nodes.extend([number(switch, "node1"), number(switch, "node2")].into_iter().flatten());
        }
        let mut made: BTreeMap<i64, BusId> = BTreeMap::new();
        let mut groups: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for &node in &nodes {
            groups.entry(find(&mut part, node)).or_default().push(node);
        }
        // Parts with a busbar first, as that program numbers its buses; parts without are feeders that are cut off.
        let mut order: Vec<_> = groups.iter().collect();
        order.sort_by_key(|(top, nodes)| (!nodes.iter().any(|node| bars.contains(node)), **top));
        for (k, (top, nodes)) in order.into_iter().enumerate() {
            let id = format!("{}_{k}", level.id());
            let stored = topology.all("bus").find(|bus| {
                let list = bus.attribute("nodes").unwrap_or_default();
                list.split(',')
                    .filter_map(|node| node.trim().parse::<i64>().ok())
                    .any(|node| nodes.contains(&node))
            });
            let bus = self.bus(stored.unwrap_or(level), &id, vn_kv, band);
            if stored.is_none() {
                let record = &mut self.network.buses[bus];
                (record.vm_start_pu, record.va_start_deg) = (None, None);
            }
            made.insert(*top, bus);
        }
        for node in nodes {
            let top = find(&mut part, node);
            if let Some(&bus) = made.get(&top) {
                self.nodes.insert((level.id().to_owned(), node), bus);
            }
        }
    }

    /// Where equipment hangs: attributes `bus`, `connectableBus`, `node` with the number of the side behind.
    pub(super) fn terminal(&mut self, element: &Element, level: &str, side: &str) -> Option<(BusId, bool)> {
        let attribute = |name: &str| element.attribute(&format!("{name}{side}")).map(str::trim);
        let terminal = match (attribute("node").and_then(|node| node.parse::<i64>().ok()), attribute("bus")) {
            (Some(node), _) => Terminal::Node(level.to_owned(), node),
            (None, Some(bus)) => Terminal::Bus(bus.to_owned(), true),
            (None, None) => Terminal::Bus(attribute("connectableBus").unwrap_or_default().to_owned(), false),
        };
        let found = match &terminal {
            Terminal::Node(level, node) => self.nodes.get(&(level.clone(), *node)).copied(),
            Terminal::Bus(bus, _) => self.buses.get(bus).copied(),
        };
        let Some(bus) = found else {
            self.unknown(element, "bus or node");
            return None;
        };
        let side = match side {
            "1" => "ONE",
            "2" => "TWO",
            "3" => "THREE",
            _ => "",
        };
        self.terminals.insert((element.id().to_owned(), side.to_owned()), bus);
        if side == "ONE" {
            self.terminals.insert((element.id().to_owned(), String::new()), bus);
        }
        Some((bus, !matches!(terminal, Terminal::Bus(_, false))))
    }

    pub(super) fn unknown(&mut self, element: &Element, what: &str) {
        let (who, line) = (element.what(), element.line);
        self.report.error(Code::Reference, |draft| {
            draft
                .at(line, format!("{who} hangs on a {what} that its level does not have"))
                .element(who)
                .help("export the network again")
        });
    }
}

/// Nodes at which equipment of the level itself hangs.
fn collect_nodes(level: &Element, used: &mut BTreeSet<i64>) {
    for element in &level.children {
        if let Some(node) = element.attribute("node").and_then(|node| node.parse::<i64>().ok()) {
            used.insert(node);
        }
    }
}
