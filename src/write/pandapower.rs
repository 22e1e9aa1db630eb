//! A grid as a net of pandapower, format version 3: tables in JSON within the JSON.
//!
//! What stands (`built`) is written; indices are counted from 0, the ids of records stand as their names. Signs and
//! equations are those of [`crate::read::pandapower`]. What the format cannot carry is listed, by kind of record.

mod branches;
mod columns;

use super::matpower::{Losses, Number};
use crate::finding::Finding;
use crate::ids::{BusId, Col};
use crate::model::{BankMode, Control, EndShunt, LoadModel, Network};
use columns::{BUS, Column, EXT_GRID, GEN, LOAD, SGEN, SHUNT, SWITCH};
use std::io::{self, Write};

/// The versions of pandapower and of its format that this is.
const VERSIONS: [&str; 2] = ["3.0.0", "3.1.0"];

/// A cell as JSON.
enum Cell<'c> {
    Text(&'c str),
    Real(f64),
    Maybe(Option<f64>),
    Whole(usize),
    Yes(bool),
    Nothing,
}

use Cell::{Maybe, Nothing, Real, Text, Whole, Yes};

/// Writes a grid; returns what the format could not carry, one finding per kind of loss.
///
/// # Errors
/// Those of `out`.
pub fn pandapower(network: &Network, out: &mut dyn Write) -> io::Result<Vec<Finding>> {
    let mut index = Col::<BusId, usize>::filled(network.buses.len(), 0);
    let mut next = 0;
    for (id, bus) in network.buses.iter_ids() {
        index[id] = next;
        next += usize::from(bus.built);
    }
    let mut writer =
        Writer { network, index, losses: Losses::default(), moved: Vec::new(), out, has_table: false };
    let name = serde_json::Value::String(network.name.clone());
    writeln!(
        writer.out,
        "{{\n  \"_module\": \"pandapower.auxiliary\",\n  \"_class\": \"pandapowerNet\",\n  \"_object\": {{"
    )?;
    writer.buses()?;
    writer.loads()?;
    writer.machines()?;
    writer.lines()?;
    writer.transformers()?;
    writer.shunts()?;
    writer.switches()?;
    let [version, format] = VERSIONS;
    writeln!(
        writer.out,
        ",\n    \"version\": \"{version}\",\n    \"format_version\": \"{format}\",\n    \"converged\": false,"
    )?;
    writeln!(
        writer.out,
        "    \"OPF_converged\": false,\n    \"name\": {name},\n    \"f_hz\": {},",
        Number(network.frequency_hz)
    )?;
    writeln!(writer.out, "    \"sn_mva\": {}\n  }}\n}}", Number(network.sbase_mva))?;
    writer.tell();
    Ok(writer.losses.into_findings())
}

struct Writer<'w> {
    network: &'w Network,
    /// Index of each bus.
    index: Col<BusId, usize>,
    losses: Losses,
    /// Shunts at the ends of branches, which become shunts of a bus.
    moved: Vec<(BusId, EndShunt, bool, String)>,
    out: &'w mut dyn Write,
    has_table: bool,
}

impl Writer<'_> {
    /// A table with its rows.
    fn table(&mut self, name: &str, columns: &[Column], rows: &[Vec<Cell<'_>>]) -> io::Result<()> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let mut inner = format!("{{\"columns\":{},\"index\":[", serde_json::json!(names));
        for at in 0..rows.len() {
            inner.push_str(if at > 0 { "," } else { "" });
            inner.push_str(&at.to_string());
        }
        inner.push_str("],\"data\":[");
        for (at, row) in rows.iter().enumerate() {
            inner.push_str(if at > 0 { ",[" } else { "[" });
            for (at, cell) in row.iter().enumerate() {
                inner.push_str(if at > 0 { "," } else { "" });
                inner.push_str(&shown(cell));
            }
            inner.push(']');
        }
        inner.push_str("]}");
        let comma = if std::mem::replace(&mut self.has_table, true) { ",\n" } else { "" };
        let types: serde_json::Map<String, serde_json::Value> =
            columns.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).into())).collect();
        write!(
            self.out,
            "{comma}    \"{name}\": {{\"_module\": \"pandas.core.frame\", \"_class\": \"DataFrame\", \"_object\": {}, \"orient\": \"split\", \"dtype\": {}, \"is_multiindex\": false, \"is_multicolumn\": false}}",
            serde_json::Value::String(inner),
            serde_json::Value::Object(types),
        )
    }

    fn buses(&mut self) -> io::Result<()> {
        let network = self.network;
        let geo = |bus: &crate::model::Bus| {
            let station = network.substations.get(bus.substation?)?;
            Some(format!(
                "{{\"coordinates\": [{}, {}], \"type\": \"Point\"}}",
                station.lon_deg?, station.lat_deg?
            ))
        };
        let places: Vec<Option<String>> = network.buses.iter().filter(|bus| bus.built).map(geo).collect();
        let rows: Vec<Vec<Cell<'_>>> = network
            .buses
            .iter()
            .filter(|bus| bus.built)
            .zip(&places)
            .map(|(bus, place)| {
                vec![
                    Text(&bus.id),
                    Real(bus.vn_kv),
                    Text("b"),
                    if bus.zone.is_empty() { Nothing } else { Text(&bus.zone) },
                    Yes(bus.in_service),
                    Maybe(bus.vm_max_pu),
                    Maybe(bus.vm_min_pu),
                    place.as_deref().map_or(Nothing, Text),
                ]
            })
            .collect();
        for bus in network.buses.iter().filter(|bus| bus.built && !bus.name.is_empty()) {
            self.losses
                .add("names of buses are left out, their ids stand as names", || format!("bus {}", bus.id));
        }
        self.table("bus", BUS, &rows)
    }

    fn loads(&mut self) -> io::Result<()> {
        let mut rows = Vec::new();
        for load in self.network.loads.iter().filter(|load| load.built) {
            let mut shares = [0.0; 4];
            match load.model {
                LoadModel::Power => {}
                LoadModel::Zip { p_current, p_impedance, q_current, q_impedance } => {
                    shares = [p_impedance, q_impedance, p_current, q_current].map(|share| 100.0 * share);
                }
                LoadModel::Exponential { .. } => {
                    self.losses
                        .add("loads with exponents become constant power", || format!("load {}", load.id));
                }
            }
            let mut row =
                vec![Text(&load.id), Whole(self.index[load.bus]), Real(load.p_mw), Real(load.q_mvar)];
            row.extend(shares.map(Real));
            row.extend([Nothing, Real(1.0), Yes(load.in_service), Nothing]);
            rows.push(row);
        }
        self.table("load", LOAD, &rows)
    }

    fn machines(&mut self) -> io::Result<()> {
        let network = self.network;
        let (mut fixed, mut held, mut slack) = (Vec::new(), Vec::new(), Vec::new());
        for g in network.generators.iter().filter(|g| g.built) {
            let told = || format!("generator {}", g.id);
            if !g.capability.is_empty() {
                self.losses.add("capability curves are left out", told);
            }
            if g.regulated_bus.is_some() {
                self.losses.add("generators that hold another bus hold their own", told);
            }
            if g.participation.is_some() || g.q_share.is_some() {
                self.losses.add("shares of generators are left out", told);
            }
            let bus = Whole(self.index[g.bus]);
            match g.control {
                Control::Fixed => fixed.push(vec![
                    Text(&g.id),
                    bus,
                    Real(g.p_mw),
                    Real(g.q_mvar),
                    Maybe(g.sn_mva),
                    Real(1.0),
                    Yes(g.in_service),
                    Nothing,
                    Yes(true),
                ]),
                Control::Voltage => held.push(vec![
                    Text(&g.id),
                    bus,
                    Real(g.p_mw),
                    Real(g.vm_setpoint_pu),
                    Maybe(g.sn_mva),
                    Maybe(g.q_min_mvar),
                    Maybe(g.q_max_mvar),
                    Real(1.0),
                    Yes(false),
                    Yes(g.in_service),
                    Real(0.0),
                    Nothing,
                    Maybe(g.p_max_mw),
                    Maybe(g.p_min_mw),
                ]),
                Control::Slack => {
                    if g.p_mw != 0.0 {
                        self.losses.add("active power of a slack is left out", told);
                    }
                    slack.push(vec![
                        Text(&g.id),
                        bus,
                        Real(g.vm_setpoint_pu),
                        Real(network.buses[g.bus].va_start_deg.unwrap_or(0.0)),
                        Real(1.0),
                        Yes(g.in_service),
                        Maybe(g.p_max_mw),
                        Maybe(g.p_min_mw),
                        Maybe(g.q_max_mvar),
                        Maybe(g.q_min_mvar),
                    ]);
                }
            }
        }
        self.table("sgen", SGEN, &fixed)?;
        self.table("gen", GEN, &held)?;
        self.table("ext_grid", EXT_GRID, &slack)
    }

    fn shunts(&mut self) -> io::Result<()> {
        let network = self.network;
        let moved = std::mem::take(&mut self.moved);
        let mut rows = Vec::new();
        for shunt in network.shunts.iter().filter(|shunt| shunt.built) {
            if let Some(bank) = &shunt.bank {
                let held = bank.control.is_some_and(|control| control.mode == BankMode::Discrete);
                let what = if held {
                    "switched shunts become fixed, what they hold is left out"
                } else {
                    "switched shunts become fixed"
                };
                self.losses.add(what, || format!("shunt {}", shunt.id));
            }
            rows.push(self.shunt(shunt.bus, &shunt.id, shunt.g_mw, shunt.b_mvar, shunt.in_service));
        }
        for (bus, end, in_service, id) in &moved {
            rows.push(self.shunt(*bus, id, end.g_mw, end.b_mvar, *in_service));
        }
        self.table("shunt", SHUNT, &rows)
    }

    fn shunt<'c>(&self, bus: BusId, id: &'c str, g_mw: f64, b_mvar: f64, in_service: bool) -> Vec<Cell<'c>> {
        let vn_kv = self.network.buses[bus].vn_kv;
        vec![
            Whole(self.index[bus]),
            Text(id),
            Real(0.0 - b_mvar),
            Real(g_mw),
            Real(vn_kv),
            Whole(1),
            Whole(1),
            Yes(in_service),
        ]
    }

    fn switches(&mut self) -> io::Result<()> {
        let switches = self.network.switches.iter().filter(|switch| switch.built);
        let rows: Vec<Vec<Cell<'_>>> = switches
            .map(|switch| {
                let kind = if switch.kind == crate::model::SwitchKind::Breaker { "CB" } else { "DS" };
                vec![
                    Whole(self.index[switch.from]),
                    Whole(self.index[switch.to]),
                    Text("b"),
                    Text(kind),
                    Yes(switch.closed),
                    Text(&switch.id),
                    Real(0.0),
                    Nothing,
                ]
            })
            .collect();
        self.table("switch", SWITCH, &rows)
    }

    /// Equipment that is not written.
    fn tell(&mut self) {
        let network = self.network;
        self.losses.without_record(network);
        for area in &network.areas {
            self.losses.add("interchange targets of areas are left out", || area.id.to_string());
        }
        for station in &network.substations {
            self.losses.add("substations become the places of their buses", || station.id.to_string());
        }
    }
}

fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Text(text) => serde_json::Value::String((*text).to_owned()).to_string(),
        Real(value) | Maybe(Some(value)) if value.is_finite() => Number(*value + 0.0).to_string(),
        Real(_) | Maybe(_) | Nothing => "null".to_owned(),
        Whole(value) => value.to_string(),
        Yes(yes) => yes.to_string(),
    }
}
