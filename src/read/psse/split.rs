//! Buses that open switches of a substation part: node-breaker data as far as a bus-branch model needs it.
//!
//! ```text
//! nodes ── closed switches ─→ parts     the part with the most equipment is the bus, each other one a bus `5-n3` of its own
//! open switches between two parts       are switches between their buses
//! closed switches between two buses     likewise: they make them one
//! ```
//!
//! `3` is the lowest node of the part. What holds the voltage of another bus holds that of the part which keeps its number.

use super::Raw;
use super::lists::find::Index;
use super::substations::{Station, Terminal};
use crate::finding::Code;
use crate::ids::{BusId, Id as _};
use crate::model::{Bus, DcLink, ElementId, Name, Network, Switch, SwitchKind};
use std::collections::{BTreeMap, HashSet};

/// Equipment that moves, and from which bus to which.
struct Move {
    element: ElementId,
    from: BusId,
    to: BusId,
}

/// Parts buses, and makes switches of what stands between them.
pub(super) fn buses(raw: &mut Raw<'_>, stations: &[Station]) {
    if stations.is_empty() {
        return;
    }
    let Raw { fields, network, .. } = raw;
    let report = &mut fields.report;
    // Terminals name equipment by the buses that the other sections know: all is found before anything moves.
    let mut moves = Vec::new();
    let mut made: Vec<(BusId, Bus)> = Vec::new();
    let mut switches = Vec::new();
    let first_new = network.buses.len();
    let index = Index::new(network);
    for station in stations {
        let top = parts(station);
        let of = |node: i64| top.get(&node).copied();
        let mut hung: BTreeMap<BusId, BTreeMap<i64, Vec<&Terminal>>> = BTreeMap::new();
        for terminal in &station.terminals {
            if let Some(part) = of(terminal.node) {
                hung.entry(terminal.bus).or_default().entry(part).or_default().push(terminal);
            }
        }
        // The bus of each part: its own, until it gets another.
        let mut bus_of: BTreeMap<i64, BusId> =
            station.nodes.iter().filter_map(|(&node, &(bus, _))| Some((of(node)?, bus))).collect();
        for (bus, parts) in hung {
            let Some((&stays, _)) = parts.iter().max_by_key(|(part, list)| (list.len(), -**part)) else {
                continue;
            };
            let count = parts.len();
            for (part, list) in parts.into_iter().filter(|&(part, _)| part != stays) {
                let old = &network.buses[bus];
                let to = BusId::from_index(first_new + made.len());
                let name = station.nodes.get(&part).map(|(_, name)| name.clone()).unwrap_or_default();
                made.push((bus, Bus { id: Name::from(format!("{}-n{part}", old.id)), name, ..old.clone() }));
                bus_of.insert(part, to);
                for terminal in list {
                    match found(&index, terminal) {
                        Ok(elements) => {
                            moves.extend(elements.into_iter().map(|element| Move { element, from: bus, to }));
                        }
                        Err(missing) => report.warning(Code::Reference, |draft| {
                            let (node, name) = (terminal.node, &station.name);
                            draft
                                .at(
                                    0,
                                    format!(
                                        "substation {name}, node {node}: {missing}; nothing is moved there"
                                    ),
                                )
                                .place(station.origin.place.clone())
                                .element(format!("substation {name}"))
                        }),
                    }
                }
            }
            if count > 1 {
                let id = &network.buses[bus].id;
                report.warning(Code::Assumed, |draft| {
                    let name = &station.name;
                    draft
                        .at(0, format!("bus {id} is {count} buses: open switches of substation {name} part its equipment"))
                        .place(station.origin.place.clone())
                        .element(format!("bus {id}"))
                });
            }
        }
        for switch in &station.switches {
            let ends = switch.ends.map(|node| of(node).and_then(|part| bus_of.get(&part).copied()));
            let [Some(from), Some(to)] = ends else { continue };
            let [a, b] = switch.ends;
            if from != to {
                switches.push(Switch {
                    id: Name::from(format!("{}-{a}-{b}-{}", station.id, switch.own)),
                    from,
                    to,
                    kind: SwitchKind::Breaker,
                    closed: switch.closed,
                    built: true,
                    origin: station.origin.clone(),
                });
            }
        }
    }
    drop(index);
    let taken: HashSet<Name> = network.buses.iter().map(|bus| bus.id.clone()).collect();
    for (_, bus) in made.iter_mut().filter(|(_, bus)| taken.contains(&bus.id)) {
        bus.id = Name::from(format!("{}-part", bus.id));
    }
    for (_, bus) in made {
        network.buses.push(bus);
    }
    for switch in switches {
        network.switches.push(switch);
    }
    for one in moves {
        one.apply(network);
    }
}

/// For each node in service the lowest one of its part.
fn parts(station: &Station) -> BTreeMap<i64, i64> {
    let mut up: BTreeMap<i64, i64> = station.nodes.keys().map(|&node| (node, node)).collect();
    let find = |up: &BTreeMap<i64, i64>, mut node: i64| {
        while let Some(&above) = up.get(&node).filter(|&&above| above != node) {
            node = above;
        }
        node
    };
    let bus = |node: &i64| station.nodes.get(node).map(|&(bus, _)| bus);
    // A closed switch between two buses joins these, not their nodes: each keeps its number.
    for switch in station.switches.iter().filter(|switch| switch.closed) {
        let [a, b] = &switch.ends;
        if bus(a).is_some() && bus(a) == bus(b) {
            let (a, b) = (find(&up, *a), find(&up, *b));
            up.insert(a.max(b), a.min(b));
        }
    }
    up.keys().map(|&node| (node, find(&up, node))).collect()
}

/// The records of a terminal.
fn found(index: &Index<'_>, terminal: &Terminal) -> Result<Vec<ElementId>, String> {
    let (bus, own) = (terminal.bus, terminal.own.as_str());
    let switched = format!("sw{own}");
    match terminal.kind {
        b'L' => index.at(bus, "load", Some(own), |one| matches!(one, ElementId::Load(_))),
        b'I' => index.at(bus, "induction machine", Some(own), |one| matches!(one, ElementId::Load(_))),
        b'M' => index.at(bus, "generator", Some(own), |one| matches!(one, ElementId::Generator(_))),
        b'F' => index.at(bus, "shunt", Some(own), |one| matches!(one, ElementId::Shunt(_))),
        b'S' => {
            let is_shunt = |one| matches!(one, ElementId::Shunt(_));
            index.at(bus, "switched shunt", Some(&switched), is_shunt)
        }
        b'B' | b'2' | b'3' => {
            let buses: Vec<BusId> = std::iter::once(bus).chain(terminal.others.iter().copied()).collect();
            index.branch(&buses, Some(own)).map(|one| vec![one])
        }
        b'D' | b'V' => index.dc_link(own).map(|one| vec![one]),
        b'A' => {
            let all = index.network.compensators.iter_ids();
            let here = all.filter(|(_, one)| one.bus == bus && one.id == own);
            Ok(here.map(|(id, _)| ElementId::Compensator(id)).collect())
        }
        // What the model does not have hangs nowhere.
        _ => Ok(Vec::new()),
    }
}

impl Move {
    fn apply(&self, network: &mut Network) {
        let put = |bus: &mut BusId| {
            if *bus == self.from {
                *bus = self.to;
            }
        };
        match self.element {
            ElementId::Load(id) => put(&mut network.loads[id].bus),
            ElementId::Shunt(id) => put(&mut network.shunts[id].bus),
            ElementId::Compensator(id) => put(&mut network.compensators[id].bus),
            ElementId::Generator(id) => put(&mut network.generators[id].bus),
            ElementId::Line(id) => {
                let line = &mut network.lines[id];
                put(&mut line.from);
                put(&mut line.to);
            }
            ElementId::Transformer(id) => {
                let transformer = &mut network.transformers[id];
                put(&mut transformer.from);
                put(&mut transformer.to);
            }
            ElementId::Transformer3(id) => {
                network.transformers3[id].windings.iter_mut().for_each(|winding| put(&mut winding.bus));
            }
            ElementId::DcLink(id) => match &mut network.dc_links[id] {
                DcLink::Lcc(link) => {
                    put(&mut link.rectifier.bus);
                    put(&mut link.inverter.bus);
                }
                DcLink::Vsc(link) => link.converters.iter_mut().for_each(|end| put(&mut end.bus)),
            },
            ElementId::Switch(id) => {
                let switch = &mut network.switches[id];
                put(&mut switch.from);
                put(&mut switch.to);
            }
            _ => {}
        }
    }
}
