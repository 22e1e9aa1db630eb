//! pandapower's JSON: tables of a net, each a text of JSON in the JSON (`orient = "split"`).
//!
//! ```text
//! line       r, x, c, g per km; b = 2π·f·c                              several in parallel are several circuits
//! trafo      vk, vkr [%] of vn_lv²/sn; pfe, i0; taps in either winding  hv is our `from`
//! shunt      p, q drawn at vn_kv and one step: b = −q·step
//! ext_grid   slack        gen   machine        sgen   fixed power       storage   load
//! ward, xward, dcline   loads, shunts, a machine behind an impedance, a link: `wards.rs`
//! switch     bus-bus; open at one end of a line: a bus of its own is there; at a transformer, open: that is switched off
//! asymmetric_load, asymmetric_sgen   the sum of their phases
//! ```
//!
//! Records are called by their table and index: `line-17`; buses by their index.

mod branches;
mod injections;
mod table;
mod wards;

use super::Rejected;
use super::json::{self, Json, Kind};
use super::report::Report;
use crate::finding::{Code, Finding, Place};
use crate::ids::BusId;
use crate::model::validate::Words;
use crate::model::{Bus, Control, Generator, Name, Network, Origin};
use std::collections::HashMap;
use std::sync::Arc;
use table::Table;

/// What takes a row of a table.
type Take = fn(&mut Reader<'_>, &table::Row<'_>);

/// Tables in the order in which they are read: at which ends lines are open is known before the lines are.
const READ: [(&str, Take); 19] = [
    ("bus", |net, row| net.bus(row)),
    ("switch", |net, row| net.open_line(row)),
    ("load", |net, row| net.load(row)),
    ("asymmetric_load", |net, row| net.asymmetric(row, 1.0)),
    ("asymmetric_sgen", |net, row| net.asymmetric(row, -1.0)),
    ("sgen", |net, row| net.static_generator(row)),
    ("gen", |net, row| net.generator(row)),
    ("storage", |net, row| net.storage(row)),
    ("ext_grid", |net, row| net.external_grid(row)),
    ("shunt", |net, row| net.shunt(row)),
    ("line", |net, row| net.line(row)),
    ("trafo", |net, row| net.transformer(row)),
    ("trafo3w", |net, row| net.transformer3(row)),
    ("impedance", |net, row| net.impedance(row)),
    ("switch", |net, row| net.switch(row)),
    ("motor", |net, row| net.motor(row)),
    ("ward", |net, row| net.ward(row)),
    ("xward", |net, row| net.extended_ward(row)),
    ("dcline", |net, row| net.direct_current_line(row)),
];

/// Tables of equipment that are not, so that their rows change the load flow.
const NOT_READ: [&str; 9] =
    ["svc", "tcsc", "ssc", "vsc", "bus_dc", "line_dc", "vsc_stacked", "vsc_bipolar", "b2b_vsc"];

/// A net in the making.
struct Reader<'t> {
    report: Report,
    file: &'t Arc<str>,
    line: u32,
    network: Network,
    buses: HashMap<i64, BusId>,
    /// The buses at which a line is open, by its index.
    open_lines: HashMap<i64, [Option<BusId>; 2]>,
    /// Whether it was told that phases are added up.
    is_balanced: bool,
}

/// Whether the outermost object of a JSON text is a pandapower net.
pub(super) fn is_net(json: &Json<'_>) -> bool {
    let class = json.root().get("_class").and_then(json::Value::text);
    class.is_some_and(|class| class == "pandapowerNet")
}

/// Reads a net. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let json = json::scan(text, file).map_err(|findings| Rejected { findings })?;
    let mut reader = Reader {
        report: Report::new(file),
        file,
        line: 1,
        network: Network::default(),
        buses: HashMap::new(),
        open_lines: HashMap::new(),
        is_balanced: false,
    };
    let Some(net) = json.root().get("_object").filter(|net| net.kind() == Kind::Object) else {
        let finding = Finding::error(Code::Schema, format!("{file}: there is no object `_object`"));
        return Err(Rejected::because(
            finding.place(Place::new(file, 1)).help("save the net with pandapower.to_json"),
        ));
    };
    let number = |key: &str| -> Option<f64> {
        net.get(key).and_then(|value| std::str::from_utf8(value.raw()).ok()?.parse().ok())
    };
    let hz = number("f_hz").filter(|hz: &f64| hz.is_finite() && *hz > 0.0);
    reader.network.frequency_hz = hz.unwrap_or(50.0);
    // `sn_mva` is the base of results only; ours is at least as fine.
    reader.network.sbase_mva =
        number("sn_mva").filter(|mva: &f64| mva.is_finite() && *mva > 0.0).unwrap_or(100.0);
    if let Some(name) = net.get("name").and_then(json::Value::text) {
        reader.network.name = name.into_owned();
    }
    for (name, take) in READ {
        let Some(value) = net.get(name) else { continue };
        reader.line = line_of(text, value.offset());
        let object = value.get("_object");
        let Some(object) = object
            .filter(|_| value.get("_class").and_then(json::Value::text).as_deref() == Some("DataFrame"))
        else {
            continue;
        };
        match object.kind() {
            Kind::String => {
                let inner = object.text().unwrap_or_default();
                match json::scan(inner.as_bytes(), file) {
                    Ok(json) => reader.table(&Table::of(name, json.root()), take),
                    Err(mut findings) => {
                        if let Some(first) = findings.first_mut() {
                            first.message = format!("table `{name}`: {}", first.message);
                            first.place = Some(Place::new(file, reader.line));
                        }
                        reader.report.extend(findings);
                    }
                }
            }
            Kind::Object => reader.table(&Table::of(name, object), take),
            _ => {}
        }
    }
    for name in NOT_READ {
        let rows = net.get(name).and_then(|value| value.get("_object")).map_or(0, rows_of);
        if rows > 0 {
            reader.report.warning(Code::NotUsed, |draft| {
                draft
                    .whole(format!(
                        "{rows} rows of the table `{name}` are not modelled, and they are left out"
                    ))
                    .element(name)
                    .help("the load flow is not that of the net: replace them by loads and machines")
            });
        }
    }
    reader.finish()
}

/// Rows of a table, without reading them.
fn rows_of(object: json::Value<'_>) -> usize {
    let count = |root: json::Value<'_>| root.get("data").into_iter().flat_map(json::Value::items).count();
    match object.text() {
        Some(text) => json::scan(text.as_bytes(), &Arc::from("")).map_or(0, |json| count(json.root())),
        None => count(object),
    }
}

fn line_of(text: &[u8], at: usize) -> u32 {
    u32::try_from(1 + memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count()).unwrap_or(u32::MAX)
}

impl Reader<'_> {
    fn table(&mut self, table: &Table<'_>, take: Take) {
        for row in table.rows() {
            take(self, &row);
            if self.report.is_full(Code::Number) || self.report.is_full(Code::Reference) {
                break;
            }
        }
    }

    fn origin(&self) -> Origin {
        Origin::at(Place::new(self.file, self.line))
    }

    fn bus(&mut self, row: &table::Row<'_>) {
        let Some(index) = row.index else {
            let line = self.line;
            self.report.error(Code::Number, |draft| {
                draft
                    .at(line, "table `bus`: an index is no whole number")
                    .help("reset the index of the table and save again")
            });
            return;
        };
        let vn_kv = self.real(row, "vn_kv").unwrap_or(0.0);
        let (low, high) = (self.real(row, "min_vm_pu"), self.real(row, "max_vm_pu"));
        let bus = self.network.buses.push(Bus {
            name: row.label("name"),
            zone: Name::from(row.label("zone")),
            vm_min_pu: low.filter(|&vm| vm > 0.0),
            vm_max_pu: high.filter(|&vm| vm > 0.0),
            in_service: row.is_on("in_service"),
            origin: self.origin(),
            ..Bus::new(index.to_string(), vn_kv)
        });
        if self.buses.insert(index, bus).is_some() {
            let line = self.line;
            self.report.error(Code::Duplicate, |draft| {
                draft
                    .at(line, format!("bus {index} is there twice"))
                    .element(format!("bus {index}"))
                    .help("reset the index of the table")
            });
        }
    }

    /// A number of a row; nothing where there is none or it is no number, which is told.
    fn real(&mut self, row: &table::Row<'_>, field: &'static str) -> Option<f64> {
        match row.number(field) {
            Ok(number) => number,
            Err(text) => {
                let (line, what) = (self.line, row.what());
                self.report.error(Code::Number, |draft| {
                    draft
                        .at(line, format!("{what}, field {field}: `{text}` is not a finite number"))
                        .element(what)
                        .field(field)
                        .help("mend the net and save it again with pandapower.to_json")
                });
                None
            }
        }
    }

    /// The bus that a field names.
    fn bus_of(&mut self, row: &table::Row<'_>, field: &'static str) -> Option<BusId> {
        let number = self.real(row, field);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "no bus has such a number, and then none is found"
        )]
        let found = number.filter(|n| n.fract() == 0.0).and_then(|n| self.buses.get(&(n as i64)).copied());
        if found.is_none() {
            let (line, what) = (self.line, row.what());
            let shown = number.map_or("nothing".to_owned(), |number| number.to_string());
            self.report.error(Code::Reference, |draft| {
                draft
                    .at(line, format!("{what}, field {field}: there is no bus {shown}"))
                    .element(what)
                    .field(field)
                    .help("every bus needs a row in the table `bus`")
            });
        }
        found
    }

    fn finish(mut self) -> Result<(Network, Vec<Finding>), Rejected> {
        if self.network.buses.is_empty() && !self.report.has_errors() {
            self.report.error(Code::NoBuses, |draft| {
                draft.whole("the table `bus` has no rows").help("save the net with pandapower.to_json")
            });
        }
        self.report.conclude(self.network, &WORDS)
    }

    fn machine(&mut self, generator: Generator) {
        self.network.generators.push(generator);
    }

    /// What a machine is that holds a voltage, or the slack.
    fn held(slack: bool) -> Control {
        if slack { Control::Slack } else { Control::Voltage }
    }
}

/// The format's words for what [`validate`] checks.
const WORDS: Words = Words {
    kind: |kind| kind.as_str(),
    field: |_, field| field,
    make_slack: |bus, _| format!("put an ext_grid at bus {bus}, or set `slack` of a machine there"),
};
