//! UCTE-DEF, version 2: the exchange format of the European grid, in fixed columns.
//!
//! ```text
//! ##N  1-8 code  10-21 name  23 status  25 type  27-32 kV  34-40 P load  42-48 Q load  50-56 P gen  58-64 Q gen
//!      66-72, 74-80 limits of P  82-88, 90-96 limits of Q           generation is negative
//! ##L  1-8, 10-17 nodes  19 order  21 status  23-28 R  30-35 X [ohm]  37-44 B [µS]  46-51 I [A]  53-64 name
//! ##T  1-8, 10-17 nodes  19 order  21 status  23-27, 29-33 U1, U2 [kV]  35-39 S [MVA]  41-46 R  48-53 X [ohm]
//!      55-62 B  64-69 G [µS]  71-76 I [A]  78-89 name           R, X, B, G at the voltage of the first winding
//! ##R  1-8, 10-17 nodes  19 order  21-25 du [%]  27-28 n  30-32 n'  34-38 U [kV]
//!      40-44 du [%]  46-50 angle  52-53 n  55-57 n'  59-63 P  65-68 ASYM or SYMM
//! ```
//!
//! The seventh letter of a code is the voltage level. The second winding of a transformer is the regulated one: it becomes
//! our `from`, with the ratio; with `t = n'·du/100` and the angle Θ
//!
//! ```text
//! in phase   1 + t          asymmetric   1 + t·e^(jΘ)          symmetric   angle 2·atan( t/2·sin Θ / (1 + t/2·cos Θ) )
//! ```
//!
//! Sources: the description of the format as open readers have it (powsybl-core `ucte-converter`, pandapower
//! `from_ucte`), whose solutions are the tests' witnesses.

mod branches;

use super::Rejected;
use super::report::{Report, quote};
use crate::finding::{Code, Finding, Place};
use crate::ids::BusId;
use crate::model::validate::Words;
use crate::model::{Bus, Control, Generator, Load, Name, Network, Origin};
use std::collections::HashMap;
use std::sync::Arc;

/// Rated voltages by the seventh letter of a code [kV].
const LEVELS: [(char, f64); 10] = [
    ('0', 750.0),
    ('1', 380.0),
    ('2', 220.0),
    ('3', 150.0),
    ('4', 120.0),
    ('5', 110.0),
    ('6', 70.0),
    ('7', 27.0),
    ('8', 330.0),
    ('9', 500.0),
];

/// Longest line that is read: no record comes near.
const MAX_LINE: usize = 1 << 12;

/// Limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

struct Reader<'t> {
    report: Report,
    file: &'t Arc<str>,
    network: Network,
    codes: HashMap<String, BusId>,
    /// Places of transformers in the network, by nodes and order.
    transformers: HashMap<String, crate::ids::TransformerId>,
    unused: Vec<(&'static str, usize)>,
}

/// A line of the file with its fields by column.
struct Row<'t> {
    text: &'t str,
    line: u32,
}

impl<'t> Row<'t> {
    /// The columns `first` to `last`, counted from 1, without blanks around; empty beyond the end.
    fn text(&self, first: usize, last: usize) -> &'t str {
        let start = self.text.char_indices().nth(first - 1).map_or(self.text.len(), |(at, _)| at);
        let end = self.text.char_indices().nth(last).map_or(self.text.len(), |(at, _)| at);
        self.text.get(start..end).unwrap_or("").trim()
    }

    /// A node code, blanks at its end kept out.
    fn code(&self, first: usize) -> String {
        self.text(first, first + 7).to_owned()
    }
}

/// Reads a UCTE-DEF file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let text = String::from_utf8_lossy(text);
    let mut reader = Reader {
        report: Report::new(file),
        file,
        network: Network::default(),
        codes: HashMap::new(),
        transformers: HashMap::new(),
        unused: Vec::new(),
    };
    let mut block = String::new();
    for (at, line) in text.lines().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if line.len() > MAX_LINE {
            reader.report.error(Code::Syntax, |draft| {
                draft
                    .at(number, format!("the line is longer than {MAX_LINE} characters"))
                    .help("is it a UCTE-DEF file?")
            });
            break;
        }
        if let Some(rest) = line.strip_prefix("##") {
            rest.split_whitespace().next().unwrap_or("").clone_into(&mut block);
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let row = Row { text: line, line: number };
        match block.as_str() {
            "L" => reader.line(&row),
            "T" => reader.transformer(&row),
            "R" => reader.regulation(&row),
            "TT" => reader.count("tables of transformers by tap (##TT)"),
            "E" => reader.count("exchange programmes (##E)"),
            block if block == "N" || block.starts_with('Z') => reader.node(&row),
            _ => {}
        }
    }
    reader.finish()
}

impl Reader<'_> {
    fn finish(mut self) -> Result<(Network, Vec<Finding>), Rejected> {
        if self.network.buses.is_empty() && !self.report.has_errors() {
            self.report.error(Code::NoBuses, |draft| {
                draft.whole("there is no node record").help("nodes stand behind ##N")
            });
        }
        self.choose_slack();
        for (what, count) in &self.unused {
            self.report.note(Code::NotUsed, |draft| draft.whole(format!("not used: {count} {what}")));
        }
        self.report.conclude(self.network, &WORDS)
    }

    /// A file may leave the slack open: the machine of the largest output takes it, and that is told.
    fn choose_slack(&mut self) {
        let machines = &mut self.network.generators;
        if machines.iter().any(|machine| machine.control == Control::Slack) {
            return;
        }
        let held = machines.iter_mut().filter(|machine| machine.control == Control::Voltage);
        let Some(largest) = held.reduce(|a, b| if b.p_mw > a.p_mw { b } else { a }) else { return };
        largest.control = Control::Slack;
        let (id, place) = (largest.id.clone(), largest.origin.place.clone());
        self.report.warning(Code::Assumed, |draft| {
            draft
                .at(
                    0,
                    format!("no node is of type 3 (slack): {id}, of the largest generation, is taken as one"),
                )
                .place(place)
                .element(format!("node {id}"))
                .help("give the slack node the type 3")
        });
    }

    fn count(&mut self, what: &'static str) {
        match self.unused.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += 1,
            None => self.unused.push((what, 1)),
        }
    }

    /// A number in columns; `default` where there is none.
    fn real(
        &mut self,
        row: &Row<'_>,
        (first, last): (usize, usize),
        default: f64,
        what: &str,
        field: &str,
    ) -> f64 {
        let text = row.text(first, last);
        if text.is_empty() {
            return default;
        }
        if let Some(value) = text.parse::<f64>().ok().filter(|value| value.is_finite()) {
            return value;
        }
        let place = Place::new(self.file, row.line).at(column(first), column(last - first + 1));
        self.report.error(Code::Number, |draft| {
            draft
                .at(row.line, format!("{what}, field {field}: `{}` is not a number", quote(text.as_bytes())))
                .place(place)
                .element(what.to_owned())
                .field(field.to_owned())
                .help("fields stand in fixed columns: did the line lose or gain a blank?")
        });
        default
    }

    fn origin(&self, row: &Row<'_>) -> Origin {
        Origin::at(Place::new(self.file, row.line))
    }

    fn node(&mut self, row: &Row<'_>) {
        let code = row.code(1);
        let what = format!("node {code}");
        let level = code.chars().nth(6).unwrap_or(' ');
        let Some(&(_, vn_kv)) = LEVELS.iter().find(|(letter, _)| *letter == level) else {
            self.report.error(Code::Value, |draft| {
                draft
                    .at(row.line, format!("{what}: `{level}`, its seventh letter, is no voltage level"))
                    .element(what.clone())
                    .field("code")
                    .help("levels are 0 (750 kV), 1 (380), 2 (220), 3 (150), 4 (120), 5 (110), 6 (70), 7 (27), 8 (330), 9 (500)")
            });
            return;
        };
        let origin = self.origin(row);
        if self.codes.contains_key(&code) {
            self.report.error(Code::Duplicate, |draft| {
                draft
                    .at(row.line, format!("{what} is defined twice"))
                    .element(what.clone())
                    .help("take one of the two out")
            });
            return;
        }
        let voltage = self.real(row, (27, 32), 0.0, &what, "voltage");
        let (p, q) =
            (self.real(row, (34, 40), 0.0, &what, "P load"), self.real(row, (42, 48), 0.0, &what, "Q load"));
        let fed =
            (self.real(row, (50, 56), 0.0, &what, "P gen"), self.real(row, (58, 64), 0.0, &what, "Q gen"));
        let limits = [(66, 72, "P min"), (74, 80, "P max"), (82, 88, "Q min"), (90, 96, "Q max")].map(
            |(first, last, field)| {
                let given = !row.text(first, last).is_empty();
                given.then(|| -self.real(row, (first, last), 0.0, &what, field))
            },
        );
        let bus = self.network.buses.push(Bus {
            name: row.text(10, 21).to_owned(),
            area: Name::from(code.chars().next().map(String::from).unwrap_or_default()),
            vm_start_pu: None,
            origin: origin.clone(),
            ..Bus::new(code.as_str(), vn_kv)
        });
        self.codes.insert(code.clone(), bus);
        if (p, q) != (0.0, 0.0) {
            self.network.loads.push(Load { origin: origin.clone(), ..Load::new(code.as_str(), bus, p, q) });
        }
        let kind = row.text(25, 25);
        let is_held = matches!(kind, "2" | "3") && voltage > 0.0;
        if matches!(kind, "2" | "3") && !is_held {
            self.report.warning(Code::NoVoltageControl, |draft| {
                draft
                    .at(row.line, format!("{what} is of type {kind} and gives no voltage to hold: it is taken as a load node"))
                    .element(what.clone())
                    .field("voltage")
                    .help("give it the voltage that it holds, in kV")
            });
        }
        if !is_held && fed == (0.0, 0.0) {
            return;
        }
        let control = match kind {
            "3" if is_held => Control::Slack,
            "2" if is_held => Control::Voltage,
            _ => Control::Fixed,
        };
        // Limits come in the sign of generation, and in either order.
        let range = |a: Option<f64>, b: Option<f64>| {
            let (low, high) = match (a, b) {
                (Some(a), Some(b)) => (Some(a.min(b)), Some(a.max(b))),
                _ => (None, None),
            };
            let open = |limit: &f64| limit.abs() < OPEN_LIMIT;
            // Both zero is no range, but fields that were filled with zeros.
            let is_none = low == Some(0.0) && high == Some(0.0);
            (low.filter(open).filter(|_| !is_none), high.filter(open).filter(|_| !is_none))
        };
        let ((p_min_mw, p_max_mw), (q_min_mvar, q_max_mvar)) =
            (range(limits[0], limits[1]), range(limits[2], limits[3]));
        let vm = if voltage > 0.0 { voltage / vn_kv } else { 1.0 };
        self.network.generators.push(Generator {
            q_mvar: -fed.1,
            p_min_mw,
            p_max_mw,
            q_min_mvar,
            q_max_mvar,
            origin,
            ..Generator::new(code.as_str(), bus, control, -fed.0, vm)
        });
    }

    /// The two nodes of a branch, and its id.
    fn ends(&mut self, row: &Row<'_>, kind: &str) -> Option<([BusId; 2], String)> {
        let codes = [row.code(1), row.code(10)];
        let id = format!("{}-{}-{}", codes[0], codes[1], row.text(19, 19));
        let mut found = [None; 2];
        for (at, code) in codes.iter().enumerate() {
            found[at] = self.codes.get(code).copied();
            if found[at].is_none() {
                self.report.error(Code::Reference, |draft| {
                    draft
                        .at(row.line, format!("{kind} {id}: there is no node {code}"))
                        .element(format!("{kind} {id}"))
                        .help("every node has a record behind ##N")
                });
            }
        }
        Some(([found[0]?, found[1]?], id))
    }

    /// Whether a branch is in: 0, 1 and 2 are, 7, 8 and 9 are out.
    fn status(&mut self, row: &Row<'_>, what: &str) -> (bool, bool) {
        let text = row.text(21, 21);
        match text {
            "0" | "1" => (true, false),
            "2" => (true, true),
            "7" => (false, true),
            "8" | "9" => (false, false),
            _ => {
                self.report.error(Code::Value, |draft| {
                    draft
                        .at(row.line, format!("{what}: there is no status `{text}`"))
                        .element(what.to_owned())
                        .field("status")
                        .help("0, 1: in; 8, 9: out; 2: closed coupler; 7: open coupler")
                });
                (false, false)
            }
        }
    }
}

fn column(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(0)
}

/// The format's words for what [`validate`] checks.
const WORDS: Words = Words {
    kind: |kind| match kind {
        crate::model::ElementKind::Bus
        | crate::model::ElementKind::Generator
        | crate::model::ElementKind::Load => "node",
        other => other.as_str(),
    },
    field: |_, field| match field {
        "r_ohm" | "r_pu" => "R",
        "x_ohm" | "x_pu" => "X",
        "b_us" => "B",
        "p_mw" => "P",
        "q_mvar" => "Q",
        "vm_setpoint_pu" => "voltage",
        other => other,
    },
    make_slack: |bus, _| format!("give node {bus} the type 3 (slack) and a voltage"),
};
