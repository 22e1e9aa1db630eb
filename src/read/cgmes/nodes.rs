//! Nodes, what is connected to them, and the state that the file stores of them.

use super::objects::Object;
use super::{Reader, Terminal};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{Bus, Name, Substation, Switch, SwitchKind};
use std::collections::{BTreeMap, HashMap};

/// Classes that open and close.
pub(super) const SWITCHES: [&str; 8] = [
    "Breaker",
    "Disconnector",
    "LoadBreakSwitch",
    "Switch",
    "ProtectedSwitch",
    "GroundDisconnector",
    "Fuse",
    "Jumper",
];

impl<'o> Reader<'o> {
    pub(super) fn substations(&mut self) {
        for station in self.take("Substation") {
            let (id, name) = self.called(station);
            let region = self.objects.linked(station, "Substation.Region");
            let district = Name::from(region.map_or("", Object::name));
            let origin = self.origin(station);
            self.network.substations.push(Substation { id, name, district, origin, ..Substation::default() });
        }
    }

    /// Buses are the topological nodes; without any, or where these contradict the levels, what closed switches join of the
    /// connectivity nodes.
    pub(super) fn buses(&mut self) {
        let stations: HashMap<&str, crate::ids::SubstationId> = self
            .objects
            .of("Substation")
            .map(|s| s.id.as_str())
            .zip(self.network.substations.ids())
            .collect();
        self.by_switches = self.objects.of("TopologicalNode").next().is_none() || self.is_short_circuited();
        let groups: Vec<Vec<&'o Object>> = if self.by_switches {
            self.joined_nodes()
        } else {
            self.objects.of("TopologicalNode").map(|node| vec![node]).collect()
        };
        let equipment = self.equipment_at();
        for group in groups {
            let Some(&first) = group.first() else { continue };
            let container = if &*first.class == "TopologicalNode" {
                "TopologicalNode.ConnectivityNodeContainer"
            } else {
                "ConnectivityNode.ConnectivityNodeContainer"
            };
            let mut vn_kv = self.rated_kv(first, "TopologicalNode.BaseVoltage", container);
            if let Some(&own) = equipment.get(first.id.as_str()).filter(|_| vn_kv <= 0.0) {
                // A node at the border stands in a line, which has no voltage; what hangs there has.
                vn_kv = self.rated_kv(own, "ConductingEquipment.BaseVoltage", "Equipment.EquipmentContainer");
            }
            let level = self.objects.linked(first, container);
            let mut band = [None; 2];
            if let Some(level) = level {
                for (limit, name) in band.iter_mut().zip(["low", "high"]) {
                    *limit = self
                        .maybe(level, &format!("VoltageLevel.{name}VoltageLimit"))
                        .filter(|&kv| kv > 0.0 && vn_kv > 0.0)
                        .map(|kv| kv / vn_kv);
                }
            }
            let station = level.and_then(|level| level.get("VoltageLevel.Substation"));
            let (id, name) = self.called(first);
            let bus = self.network.buses.push(Bus {
                name,
                substation: station.and_then(|station| stations.get(station).copied()),
                vm_min_pu: band[0],
                vm_max_pu: band[1],
                origin: self.origin(first),
                ..Bus::new(id, vn_kv)
            });
            for node in group {
                self.nodes.insert(node.id.as_str(), bus);
            }
        }
        if self.by_switches {
            self.stated_nodes();
        }
    }

    /// Whether a topological node joins levels of different rated voltages, so that TP cannot be what the switches make; told.
    fn is_short_circuited(&mut self) -> bool {
        let mut levels: HashMap<&'o str, f64> = HashMap::new();
        for node in self.objects.of("ConnectivityNode") {
            let kv = self.rated_kv(node, "", "ConnectivityNode.ConnectivityNodeContainer");
            let Some(joined) = node.get("ConnectivityNode.TopologicalNode").filter(|_| kv > 0.0) else {
                continue;
            };
            let known = *levels.entry(joined).or_insert(kv);
            if (known - kv).abs() > 1e-6 * known {
                let joined = self.objects.by_id(joined);
                self.report.warning(Code::Assumed, |draft| {
                    let what = joined.map_or_else(String::new, Object::what);
                    draft
                        .at(0, format!("{what} joins levels of {known} and {kv} kV: the TP profile is not used, and closed switches make the buses"))
                        .place(joined.map(|joined| joined.place.clone()))
                        .element(what)
                        .help("export the model again with its topology processed")
                });
                return true;
            }
        }
        false
    }

    /// Topological nodes, for the state that SV gives by these: those whose connectivity nodes are all of one bus.
    fn stated_nodes(&mut self) {
        let mut buses: HashMap<&'o str, Option<BusId>> = HashMap::new();
        for node in self.objects.of("ConnectivityNode") {
            let bus = self.nodes.get(node.id.as_str()).copied();
            if let Some(joined) = node.get("ConnectivityNode.TopologicalNode") {
                let known = buses.entry(joined).or_insert(bus);
                if *known != bus {
                    *known = None;
                }
            }
        }
        self.nodes.extend(buses.into_iter().filter_map(|(node, bus)| Some((node, bus?))));
    }

    /// Equipment with a rated voltage of its own, by the nodes that it hangs on.
    fn equipment_at(&self) -> HashMap<&'o str, &'o Object> {
        let mut found = HashMap::new();
        for terminal in self.objects.of("Terminal") {
            let own = self.objects.linked(terminal, "Terminal.ConductingEquipment");
            let Some(own) = own.filter(|own| own.get("ConductingEquipment.BaseVoltage").is_some()) else {
                continue;
            };
            for node in ["Terminal.TopologicalNode", "Terminal.ConnectivityNode"] {
                if let Some(node) = terminal.get(node) {
                    found.insert(node, own);
                }
            }
        }
        found
    }

    /// Connectivity nodes by what joins them, in the order of the file.
    fn joined_nodes(&mut self) -> Vec<Vec<&'o Object>> {
        let nodes: Vec<&'o Object> = self.objects.of("ConnectivityNode").collect();
        let at: HashMap<&str, usize> =
            nodes.iter().enumerate().map(|(k, node)| (node.id.as_str(), k)).collect();
        let mut ends: HashMap<&str, Vec<usize>> = HashMap::new();
        for terminal in
            self.objects.of("Terminal").filter(|terminal| terminal.is("ACDCTerminal.connected", true))
        {
            let place = (
                terminal.get("Terminal.ConductingEquipment"),
                terminal.get("Terminal.ConnectivityNode").and_then(|node| at.get(node)),
            );
            if let (Some(equipment), Some(&node)) = place {
                ends.entry(equipment).or_default().push(node);
            }
        }
        let mut top: Vec<usize> = (0..nodes.len()).collect();
        let find = |top: &mut Vec<usize>, mut node: usize| {
            while top[node] != node {
                top[node] = top[top[node]];
                node = top[node];
            }
            node
        };
        for class in SWITCHES {
            for switch in self.objects.of(class).filter(|switch| !is_open(switch)) {
                if let Some(&[a, b]) = ends.get(switch.id.as_str()).map(Vec::as_slice) {
                    let (a, b) = (find(&mut top, a), find(&mut top, b));
                    top[a.max(b)] = a.min(b);
                }
            }
        }
        let mut groups: BTreeMap<usize, Vec<&'o Object>> = BTreeMap::new();
        for (k, &node) in nodes.iter().enumerate() {
            groups.entry(find(&mut top, k)).or_default().push(node);
        }
        if !nodes.is_empty() {
            let (count, buses) = (nodes.len(), groups.len());
            self.report.note(Code::Assumed, |draft| {
                draft.whole(format!(
                    "without a TP profile, closed switches make {buses} buses of {count} connectivity nodes"
                ))
            });
        }
        groups.into_values().collect()
    }

    /// Terminals with the bus they are at, and by the equipment that they belong to.
    pub(super) fn terminals(&mut self) {
        for terminal in self.objects.of("Terminal") {
            let by_node = || self.objects.linked(terminal, "Terminal.ConnectivityNode");
            let node = terminal
                .get("Terminal.TopologicalNode")
                .or_else(|| by_node().and_then(|node| node.get("ConnectivityNode.TopologicalNode")))
                .filter(|node| !self.by_switches && self.nodes.contains_key(node))
                .or_else(|| terminal.get("Terminal.ConnectivityNode"));
            let Some(&bus) = node.and_then(|node| self.nodes.get(node)) else { continue };
            let sequence = self.whole(terminal, "ACDCTerminal.sequenceNumber").unwrap_or(0);
            let found = Terminal {
                bus,
                is_connected: terminal.is("ACDCTerminal.connected", true),
                sequence: sequence.unsigned_abs(),
            };
            self.terminals.insert(terminal.id.as_str(), found);
            if let Some(equipment) = terminal.get("Terminal.ConductingEquipment") {
                let list = self.equipment.entry(equipment).or_default();
                list.push((terminal.id.as_str(), found));
                // In the order of the file where none is told.
                list.sort_by_key(|(_, terminal)| terminal.sequence);
            }
        }
    }

    /// Voltages of SV: the state that the file says it has.
    pub(super) fn states(&mut self) {
        for state in self.take("SvVoltage") {
            let node = state.get("SvVoltage.TopologicalNode");
            let (v, angle) = (self.maybe(state, "SvVoltage.v"), self.maybe(state, "SvVoltage.angle"));
            let Some(&bus) = node.and_then(|node| self.nodes.get(node)) else { continue };
            let bus = &mut self.network.buses[bus];
            let vn_kv = bus.vn_kv;
            bus.vm_start_pu = v.filter(|&kv| kv > 0.0 && vn_kv > 0.0).map(|kv| kv / vn_kv);
            bus.va_start_deg = angle.filter(|_| bus.vm_start_pu.is_some());
        }
    }

    /// Switches between two buses: those that the topology keeps, and open ones where it was made from connectivity nodes.
    pub(super) fn switches(&mut self) {
        for class in SWITCHES {
            for switch in self.take(class) {
                let ends = self.equipment.get(switch.id.as_str()).map_or(&[][..], Vec::as_slice);
                let &[(_, from), (_, to)] = ends else { continue };
                if from.bus == to.bus {
                    continue;
                }
                let is_connected = from.is_connected && to.is_connected;
                let (id, _) = self.called(switch);
                let kind = if class == "Breaker" { SwitchKind::Breaker } else { SwitchKind::Disconnector };
                let origin = self.origin(switch);
                self.network.switches.push(Switch {
                    id,
                    from: from.bus,
                    to: to.bus,
                    kind,
                    closed: !is_open(switch) && is_connected,
                    built: true,
                    origin,
                });
            }
        }
    }

    /// The bus of a terminal by its id.
    pub(super) fn bus_of(&self, terminal: Option<&str>) -> Option<BusId> {
        terminal.and_then(|id| self.terminals.get(id)).map(|terminal| terminal.bus)
    }
}

/// As SSH says, else as it is normally.
fn is_open(switch: &Object) -> bool {
    switch.is("Switch.open", switch.is("Switch.normalOpen", false))
}
