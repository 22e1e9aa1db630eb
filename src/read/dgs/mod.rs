//! `PowerFactory` DGS in its text form, versions 4 to 7: tables of objects as an export definition names them.
//!
//! ```text
//! ElmTerm ← StaCubic (obj_bus: side 0, 1, 2) → ElmLne, ElmTr2, ElmLod ..       a cubicle joins a terminal and an element
//! StaCubic ← StaSwitch (on_off)                                               and may have switches
//! ElmLne → TypLne, ElmTr2 → TypTr2 ..                                         figures per km and of nameplates stand in types
//! ```
//!
//! Which columns a file has is up to the export definition of the house: columns that no grid can do without are asked for by
//! name, all others have the default of the program. Orientation and units are those of the program: MW, Mvar, kW, kV, ohm,
//! µS and µF per km; a motor draws what a machine feeds.
//!
//! What the definition never exports is taken as follows, and told where it matters: loads keep their power unless a `ComLdf`
//! in the file says that they follow the voltage (`iopt_pq`), characteristics (`ChaRef`) do not act, and without a
//! reference machine (`ip_ctrl`, an `ElmXnet`) the largest machine that holds a voltage is the slack.
//!
//! Sources: the comments that the program writes beside the columns of its exports; open readers (powsybl-core `powerfactory`,
//! pandapower `converter/powerfactory`), whose solutions, and those that the program itself stored in `m:u` and `m:phiu`, are the
//! tests' witnesses.

mod branches;
mod dc;
mod injections;
mod lines;
mod machines;
mod nodes;
mod tables;
mod taps;
mod transformers;

use super::report::{Report, quote};
use super::{Rejected, slack};
use crate::finding::{Code, Finding, Place};
use crate::ids::BusId;
use crate::model::validate::Words;
use crate::model::{Control, Name, Network, Origin};
use nodes::End;
use std::collections::HashMap;
use std::sync::Arc;
use tables::{Object, ObjectId, Tables};

/// Limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

/// Classes of elements that carry no power in a load flow, or whose part of it others of the file stand for.
const SILENT: [&str; 27] = [
    "ElmNet",
    "ElmZone",
    "ElmArea",
    "ElmSubstat",
    "ElmTrfstat",
    "ElmSite",
    "ElmBay",
    "ElmBbone",
    "ElmBranch",
    "ElmFeeder",
    "ElmBmu",
    "ElmBoundary",
    "ElmOwner",
    "ElmOperator",
    "ElmComp",
    "ElmDsl",
    "ElmFile",
    "ElmPhi",
    "ElmRelay",
    "ElmStactrl",
    "ElmSecctrl",
    "ElmTow",
    "ElmCabsys",
    "ElmLnesec",
    "ElmCircle",
    "ElmRegion",
    "ElmGndswt",
];

/// Classes of elements that are read.
const READ: [&str; 21] = [
    "ElmTerm",
    "ElmLne",
    "ElmTr2",
    "ElmTr3",
    "ElmLod",
    "ElmLodmv",
    "ElmLodlv",
    "ElmSym",
    "ElmAsm",
    "ElmGenstat",
    "ElmPvsys",
    "ElmXnet",
    "ElmVac",
    "ElmShnt",
    "ElmSvs",
    "ElmCoup",
    "ElmZpu",
    "ElmSind",
    "ElmScap",
    "ElmVsc",
    "ElmVscmono",
];

struct Reader<'t> {
    report: Report,
    file: &'t Arc<str>,
    tables: &'t Tables<'t>,
    network: Network,
    /// Buses of terminals of alternating current.
    buses: HashMap<ObjectId, BusId>,
    /// Where elements are connected, by the side of their own.
    ends: HashMap<ObjectId, Vec<End>>,
    /// Ids of elements: names that are unique.
    ids: HashMap<ObjectId, Name>,
    /// Whether loads follow the voltage as their types say.
    loads_follow: bool,
    unused: Vec<(String, usize)>,
}

/// Reads a DGS file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let text = String::from_utf8_lossy(text);
    let mut report = Report::new(file);
    let tables = tables::parse(&text, &mut report);
    let mut reader = Reader {
        report,
        file,
        tables: &tables,
        network: Network::default(),
        buses: HashMap::new(),
        ends: HashMap::new(),
        ids: HashMap::new(),
        loads_follow: false,
        unused: Vec::new(),
    };
    if reader.report.has_errors() {
        return Err(Rejected { findings: reader.report.into_list() });
    }
    reader.head();
    reader.nodes();
    reader.branches();
    reader.injections();
    reader.dc();
    reader.left_out();
    reader.finish()
}

impl<'t> Reader<'t> {
    /// What is said of the file and the grid as a whole.
    fn head(&mut self) {
        let tables = self.tables;
        let version = tables.of("General").find(|row| row.text("Descr") == Some("Version"));
        let known =
            version.and_then(|row| row.text("Val")).map(|text| text.split('.').next().unwrap_or(text));
        if let Some(text) = known.filter(|text| !matches!(*text, "4" | "5" | "6" | "7")) {
            let line = version.map_or(1, |row| row.line());
            let text = text.to_owned();
            self.report.warning(Code::Assumed, |draft| {
                draft
                    .at(line, format!("DGS version {text} is not known: it is read as version 5"))
                    .help("export as DGS 5 if a table is missing below")
            });
        }
        if let Some(net) = tables.of("ElmNet").next() {
            self.network.name = net.name();
            self.network.frequency_hz = self.real(net, "frnom", 50.0);
        }
        for net in tables.of("ElmNet") {
            let own = self.real(net, "frnom", self.network.frequency_hz);
            if (own - self.network.frequency_hz).abs() > 1e-6 {
                let first = self.network.frequency_hz;
                self.warn(
                    net,
                    Code::Assumed,
                    format!("is of {own} Hz, the first grid of the file of {first} Hz"),
                    "export one of the two alone",
                );
            }
        }
        self.loads_follow = tables.of("ComLdf").next().is_some_and(|run| self.flag(run, "iopt_pq", false));
    }

    fn count(&mut self, what: impl Into<String>) {
        let what = what.into();
        match self.unused.iter_mut().find(|(known, _)| *known == what) {
            Some((_, count)) => *count += 1,
            None => self.unused.push((what, 1)),
        }
    }

    /// Tells something about an object.
    fn warn(&mut self, object: Object<'_>, code: Code, says: impl AsRef<str>, help: &str) {
        let (what, line) = (object.what(), object.line());
        self.report.warning(code, |draft| {
            draft.at(line, format!("{what} {}", says.as_ref())).element(what).help(help)
        });
    }

    /// The number in a column, if it is there; told where it is none.
    fn maybe(&mut self, object: Object<'_>, column: &str) -> Option<f64> {
        let text = object.text(column)?;
        let read = if text.contains(',') { text.replace(',', ".").parse() } else { text.parse::<f64>() };
        if let Some(value) = read.ok().filter(|value| value.is_finite()) {
            return Some(value);
        }
        let (what, line) = (object.what(), object.line());
        self.report.error(Code::Number, |draft| {
            draft
                .at(
                    line,
                    format!("{what}, column {column}: `{}` is not a finite number", quote(text.as_bytes())),
                )
                .element(what)
                .field(column.to_owned())
                .help("export the grid again, after a look at the object")
        });
        None
    }

    /// The number in a column; `default` where there is none.
    fn real(&mut self, object: Object<'_>, column: &str, default: f64) -> f64 {
        self.maybe(object, column).unwrap_or(default)
    }

    /// The number in a column that no grid can do without: an error where it is missing, and 0.
    fn need(&mut self, object: Object<'_>, column: &str) -> f64 {
        if object.text(column).is_none() {
            self.lacks(object, column);
        }
        self.real(object, column, 0.0)
    }

    fn lacks(&mut self, object: Object<'_>, column: &str) {
        let (what, line, class) = (object.what(), object.line(), object.class());
        self.report.error(Code::Schema, |draft| {
            draft.at(line, format!("{what} has no `{column}`")).element(what).field(column.to_owned()).help(
                format!(
                    "add `{column}` to the columns of {class} in the export definition, and export again"
                ),
            )
        });
    }

    /// A whole number in a column.
    fn whole(&mut self, object: Object<'_>, column: &str, default: i32) -> i32 {
        #[expect(clippy::cast_possible_truncation, reason = "clamped")]
        self.maybe(object, column).map_or(default, |value| value.round().clamp(-1e6, 1e6) as i32)
    }

    fn flag(&mut self, object: Object<'_>, column: &str, default: bool) -> bool {
        self.whole(object, column, i32::from(default)) != 0
    }

    fn origin(&self, object: Object<'_>) -> Origin {
        Origin::at(Place::new(self.file, object.line()))
    }

    /// The id of an element.
    fn id(&self, object: Object<'_>) -> Name {
        self.ids.get(&object.id).cloned().unwrap_or_else(|| Name::from(object.name()))
    }

    /// What stands beside the id: the name in another system, if the export has it.
    fn other_name(object: Object<'_>) -> String {
        object.text("for_name").unwrap_or_default().to_owned()
    }

    /// Gives the objects of these classes ids that are unique among them: their names, with the folder where two have the same,
    /// and with the number where that does not help.
    fn name_all(&mut self, classes: &[&'static str]) {
        let objects: Vec<Object<'t>> = classes.iter().flat_map(|class| self.tables.of(class)).collect();
        let folder =
            |object: &Object<'t>| object.pointer("fold_id").map_or_else(String::new, |folder| folder.name());
        let mut count: HashMap<String, usize> = HashMap::new();
        let mut in_folder: HashMap<(String, String), usize> = HashMap::new();
        for object in &objects {
            *count.entry(object.name()).or_default() += 1;
            *in_folder.entry((folder(object), object.name())).or_default() += 1;
        }
        for object in objects {
            let (own, name) = (folder(&object), object.name());
            let id = if count[&name] == 1 {
                name
            } else if in_folder[&(own.clone(), name.clone())] == 1 && !own.is_empty() {
                format!("{own}/{name}")
            } else {
                format!("{name}#{}", object.own_number())
            };
            self.ids.insert(object.id, Name::from(id));
        }
    }

    /// Tells the elements whose class is not read, and what of the file does not act.
    fn left_out(&mut self) {
        for (class, count) in self.tables.classes() {
            if count == 0 {
                continue;
            }
            if class == "ChaRef" {
                self.report.note(Code::NotUsed, |draft| {
                    draft.whole(format!(
                        "not used: {count} ChaRef (characteristics): fields stand as they are written"
                    ))
                });
            }
            let is_open = class.starts_with("Elm") && !SILENT.contains(&class) && !READ.contains(&class);
            let Some(first) = self.tables.of(class).next().filter(|_| is_open) else { continue };
            let what = first.what();
            self.report.warning(Code::NotUsed, |draft| {
                draft
                    .at(first.line(), format!("{count} {class} are not modelled and are left out, the first: {what}"))
                    .element(what)
                    .help("the load flow is not that of the file if they carry power: replace them before the export")
            });
        }
        for (what, count) in std::mem::take(&mut self.unused) {
            self.report.note(Code::NotUsed, |draft| draft.whole(format!("not used: {count} {what}")));
        }
    }

    fn finish(mut self) -> Result<(Network, Vec<Finding>), Rejected> {
        if self.network.buses.is_empty() && !self.report.has_errors() {
            self.report.error(Code::NoBuses, |draft| {
                draft
                    .whole("there is no terminal (ElmTerm)")
                    .help("export the grid with its terminals, cubicles and elements")
            });
        }
        if self.network.generators.iter().all(|machine| machine.control != Control::Slack) {
            let help =
                "make it the reference machine (ip_ctrl), and add that column to the export definition";
            slack::largest(&mut self.network, &mut self.report, "the file names no reference machine", help);
        }
        self.report.conclude(self.network, &WORDS)
    }
}

/// The format's words for what [`validate`](crate::model::validate) checks.
const WORDS: Words = Words {
    kind: |kind| match kind {
        crate::model::ElementKind::Bus => "ElmTerm",
        crate::model::ElementKind::Line => "ElmLne",
        crate::model::ElementKind::Transformer => "ElmTr2",
        crate::model::ElementKind::Transformer3 => "ElmTr3",
        crate::model::ElementKind::Load => "ElmLod",
        crate::model::ElementKind::Shunt => "ElmShnt",
        crate::model::ElementKind::Switch => "ElmCoup",
        other => other.as_str(),
    },
    field: |_, field| match field {
        "vn_kv" => "uknom",
        "uk_percent" => "uktr",
        "sn_mva" => "strn",
        "vm_setpoint_pu" => "usetp",
        other => other,
    },
    make_slack: |bus, _| format!("set ip_ctrl of a machine at terminal {bus}, or put an ElmXnet there"),
};
