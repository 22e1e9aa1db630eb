//! Substations with their nodes and switches (revision 34 on).
//!
//! ```text
//! IS, 'NAME', LATI, LONG, SGR
//!   nodes      NI, 'NAME', I, STATUS, VM, VA            until 0
//!   switches   NI, NJ, 'CKTID', 'NAME', TYPE, STATUS, ..  until 0
//!   terminals  I, NI, TYP, ..                             until 0
//! ```
//!
//! Nodes of a bus that closed switches join are one. As long as all equipment of a bus hangs on one such part, the bus is
//! what the other sections say; where open switches part it, that is told.

use super::Raw;
use super::fields::What;
use super::row::Row;
use super::walk::{Next, Record, Walk};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{Name, Origin, Substation};
use std::collections::{BTreeMap, BTreeSet};

/// All substations of a file.
#[derive(Default)]
pub(super) struct Stations {
    list: Vec<Station>,
}

/// A substation as its lines give it.
#[derive(Default)]
pub(super) struct Station {
    id: Name,
    name: String,
    lat_deg: f64,
    lon_deg: f64,
    origin: Origin,
    /// Nodes in service and their buses.
    nodes: BTreeMap<i64, BusId>,
    /// Closed switches.
    closed: Vec<[i64; 2]>,
    /// Buses and nodes at which equipment hangs.
    terminals: Vec<(BusId, i64)>,
}

/// Which block of a substation a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Block {
    Nodes,
    Switches,
    Terminals,
}

pub(super) fn read(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let at = begin(raw, &record.rows[0]);
    for block in [Block::Nodes, Block::Switches, Block::Terminals] {
        loop {
            match walk.row(raw, &mut record.rows[1]) {
                Ok(true) => {}
                Ok(false) => return Next::Row,
                Err(()) => return Next::End,
            }
            if matches!(raw.fields.bytes(&record.rows[1], 0), b"0" | b"Q") {
                break;
            }
            line(raw, at, block, &record.rows[1], 0);
        }
    }
    Next::Row
}

/// A new substation from its first line; returns its place in the list.
pub(super) fn begin(raw: &mut Raw<'_>, row: &Row) -> usize {
    let fields = &mut raw.fields;
    let id = Name::from(fields.string(row, 0));
    let what = What("substation", &id);
    let (lat_deg, lon_deg) =
        (fields.real(row, 2, 0.0, (what, "LATI")), fields.real(row, 3, 0.0, (what, "LONG")));
    let name = fields.string(row, 1).into_owned();
    let origin = Origin::at(fields.place(row));
    raw.stations.list.push(Station { id, name, lat_deg, lon_deg, origin, ..Station::default() });
    raw.stations.list.len() - 1
}

/// The substation of an id, in RAWX.
pub(super) fn find(raw: &Raw<'_>, id: &str) -> Option<usize> {
    raw.stations.list.iter().position(|station| station.id == id)
}

/// A line of a substation, whose fields begin at `first`.
pub(super) fn line(raw: &mut Raw<'_>, at: usize, block: Block, row: &Row, first: usize) {
    let Some(id) = raw.stations.list.get(at).map(|station| station.id.clone()) else { return };
    let what = What("substation", &id);
    let fields = &mut raw.fields;
    match block {
        Block::Nodes => {
            let node = fields.code(row, first, 0, (what, "NI"));
            let status = fields.code(row, first + 3, 1, (what, "STATUS"));
            let Some((bus, _)) = fields.bus(row, first + 2, (what, "I")) else { return };
            if status > 0 {
                raw.stations.list[at].nodes.insert(node, bus);
            }
        }
        Block::Switches => {
            let ends =
                [fields.code(row, first, 0, (what, "NI")), fields.code(row, first + 1, 0, (what, "NJ"))];
            if fields.code(row, first + 5, 1, (what, "STATUS")) > 0 {
                raw.stations.list[at].closed.push(ends);
            }
        }
        Block::Terminals => {
            let Some((bus, _)) = fields.bus(row, first, (what, "I")) else { return };
            let node = fields.code(row, first + 1, 0, (what, "NI"));
            raw.stations.list[at].terminals.push((bus, node));
        }
    }
}

/// Puts buses into their substations, and tells of buses that open switches part.
pub(super) fn connect(raw: &mut Raw<'_>) {
    for station in std::mem::take(&mut raw.stations.list) {
        let network = &mut raw.network;
        let known = station.lat_deg != 0.0 || station.lon_deg != 0.0;
        let substation = network.substations.push(Substation {
            id: station.id.clone(),
            name: station.name.clone(),
            lat_deg: known.then_some(station.lat_deg),
            lon_deg: known.then_some(station.lon_deg),
            origin: station.origin.clone(),
            ..Substation::default()
        });
        for &bus in station.nodes.values() {
            network.buses[bus].substation.get_or_insert(substation);
        }
        for (bus, parts) in station.parted() {
            let id = &raw.network.buses[bus].id;
            raw.fields.report.warning(Code::Assumed, |draft| {
                let name = &station.name;
                draft
                    .at(0, format!("bus {id} is in {parts} parts: open switches of substation {name} part its equipment; it is taken as one"))
                    .place(station.origin.place.clone())
                    .element(format!("bus {id}"))
                    .help("the load flow is not that of the switches: export the case with its bus-branch model updated")
            });
        }
    }
}

impl Station {
    /// Buses whose equipment hangs on more than one part, and how many.
    fn parted(&self) -> Vec<(BusId, usize)> {
        let mut part: BTreeMap<i64, i64> = self.nodes.keys().map(|&node| (node, node)).collect();
        let find = |part: &BTreeMap<i64, i64>, mut node: i64| {
            while let Some(&up) = part.get(&node).filter(|&&up| up != node) {
                node = up;
            }
            node
        };
        for &[a, b] in &self.closed {
            let (a, b) = (find(&part, a), find(&part, b));
            if part.contains_key(&a) && part.contains_key(&b) {
                part.insert(a.max(b), a.min(b));
            }
        }
        let mut parts: BTreeMap<BusId, BTreeSet<i64>> = BTreeMap::new();
        for &(bus, node) in self.terminals.iter().filter(|(_, node)| part.contains_key(node)) {
            parts.entry(bus).or_default().insert(find(&part, node));
        }
        parts.into_iter().map(|(bus, parts)| (bus, parts.len())).filter(|&(_, parts)| parts > 1).collect()
    }
}
