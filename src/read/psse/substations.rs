//! Substations with their nodes and switches (revision 34 on).
//!
//! ```text
//! IS, 'NAME', LATI, LONG, SGR
//!   nodes      NI, 'NAME', I, STATUS, VM, VA            until 0
//!   switches   NI, NJ, 'CKTID', 'NAME', TYPE, STATUS, ..  until 0
//!   terminals  I, NI, TYP, ..                             until 0
//! ```
//!
//! Nodes of a bus that closed switches join are one. A bus whose equipment hangs on several such parts is several buses:
//! `split.rs` makes them.

use super::fields::What;
use super::row::Row;
use super::walk::{Next, Record, Walk};
use super::{Raw, split};
use crate::ids::BusId;
use crate::model::{Name, Origin, Substation};
use std::collections::BTreeMap;

/// All substations of a file.
#[derive(Default)]
pub(super) struct Stations {
    list: Vec<Station>,
}

/// A substation as its lines give it.
#[derive(Default)]
pub(super) struct Station {
    pub(super) id: Name,
    pub(super) name: String,
    lat_deg: f64,
    lon_deg: f64,
    pub(super) origin: Origin,
    /// Nodes in service, their buses and names.
    pub(super) nodes: BTreeMap<i64, (BusId, String)>,
    pub(super) switches: Vec<NodeSwitch>,
    pub(super) terminals: Vec<Terminal>,
}

/// A switch between nodes.
pub(super) struct NodeSwitch {
    pub(super) ends: [i64; 2],
    pub(super) own: Name,
    pub(super) closed: bool,
}

/// Where equipment hangs.
pub(super) struct Terminal {
    pub(super) bus: BusId,
    pub(super) node: i64,
    /// `L`, `F`, `M`, `S`, `I`, `D`, `V`, `N`, `A`, `B`, `2` or `3`.
    pub(super) kind: u8,
    /// The other buses of a branch.
    pub(super) others: Vec<BusId>,
    /// Its identifier.
    pub(super) own: Name,
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
            let name = fields.string(row, first + 1).into_owned();
            if status > 0 {
                raw.stations.list[at].nodes.insert(node, (bus, name));
            }
        }
        Block::Switches => {
            let ends =
                [fields.code(row, first, 0, (what, "NI")), fields.code(row, first + 1, 0, (what, "NJ"))];
            let closed = fields.code(row, first + 5, 1, (what, "STATUS")) > 0;
            let own = fields.identifier(row, first + 2);
            raw.stations.list[at].switches.push(NodeSwitch { ends, own, closed });
        }
        Block::Terminals => {
            let Some((bus, _)) = fields.bus(row, first, (what, "I")) else { return };
            let node = fields.code(row, first + 1, 0, (what, "NI"));
            let kind = fields.bytes(row, first + 2).first().map_or(b' ', u8::to_ascii_uppercase);
            let others = match kind {
                b'B' | b'2' => 1,
                b'3' => 2,
                _ => 0,
            };
            let buses =
                (0..others).filter_map(|k| fields.bus(row, first + 3 + k, (what, "J"))).map(|(bus, _)| bus);
            let others: Vec<BusId> = buses.collect();
            // RAWX has a column for each, RAW only as many fields as its kind needs.
            let own = if first > 0 { first + 5 } else { first + 3 + others.len() };
            let own = fields.identifier(row, own);
            raw.stations.list[at].terminals.push(Terminal { bus, node, kind, others, own });
        }
    }
}

/// Puts buses into their substations, and parts those that open switches part.
pub(super) fn connect(raw: &mut Raw<'_>) {
    let stations = std::mem::take(&mut raw.stations.list);
    for station in &stations {
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
        for &(bus, _) in station.nodes.values() {
            network.buses[bus].substation.get_or_insert(substation);
        }
    }
    split::buses(raw, &stations);
}
