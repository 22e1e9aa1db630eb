//! RAWX: the records of revision 35 in JSON.
//!
//! ```text
//! {"network": {"bus": {"fields": ["ibus", "name", ..], "data": [[1, "A", ..], ..]}, ..}}
//! ```
//!
//! Fields come in any order and may be missing. Each row is put into the order of the lines of RAW 35, and goes the way of
//! those: places in messages are those of the JSON text.

use super::fields::What;
use super::row::{Field, Row};
use super::section::Section;
use super::walk::Record;
use super::{
    Raw, branches, buses, corrections, dc, facts, injections, other, shunts, substations, transformers,
};
use crate::finding::{Code, Finding};
use crate::model::{CorrectionPoint, Name, Network, Origin};
use crate::read::Rejected;
use crate::read::json::{self, Kind, Value};
use std::sync::Arc;

/// The fields of an object, line by line in the order of RAW 35. An empty name is a field that RAWX does not have.
type Lines = &'static [&'static [&'static str]];

const BUS: Lines =
    &[&["ibus", "name", "baskv", "ide", "area", "zone", "owner", "vm", "va", "nvhi", "nvlo", "evhi", "evlo"]];
const LOAD: Lines = &[&[
    "ibus", "loadid", "stat", "area", "zone", "pl", "ql", "ip", "iq", "yp", "yq", "owner", "scale", "intrpt",
    "dgenp", "dgenq", "dgenm", "loadtype",
]];
const FIXED_SHUNT: Lines = &[&["ibus", "shntid", "stat", "gl", "bl"]];
const GENERATOR: Lines = &[&[
    "ibus", "machid", "pg", "qg", "qt", "qb", "vs", "ireg", "nreg", "mbase", "zr", "zx", "rt", "xt", "gtap",
    "stat", "rmpct", "pt", "pb", "baslod", "o1", "f1", "o2", "f2", "o3", "f3", "o4", "f4", "wmod", "wpf",
]];
const BRANCH: Lines = &[&[
    "ibus", "jbus", "ckt", "rpu", "xpu", "bpu", "name", "rate1", "rate2", "rate3", "rate4", "rate5", "rate6",
    "rate7", "rate8", "rate9", "rate10", "rate11", "rate12", "gi", "bi", "gj", "bj", "stat", "met", "len",
]];
const SWITCH: Lines = &[&[
    "ibus", "jbus", "ckt", "xpu", "rate1", "rate2", "rate3", "rate4", "rate5", "rate6", "rate7", "rate8",
    "rate9", "rate10", "rate11", "rate12", "stat", "nstat", "met", "stype", "name",
]];
const TRANSFORMER: Lines = &[
    &[
        "ibus", "jbus", "kbus", "ckt", "cw", "cz", "cm", "mag1", "mag2", "nmet", "name", "stat", "o1", "f1",
        "o2", "f2", "o3", "f3", "o4", "f4", "vecgrp", "zcod",
    ],
    &["r1_2", "x1_2", "sbase1_2", "r2_3", "x2_3", "sbase2_3", "r3_1", "x3_1", "sbase3_1", "vmstar", "anstar"],
    &[
        "windv1",
        "nomv1",
        "ang1",
        "wdg1rate1",
        "wdg1rate2",
        "wdg1rate3",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "cod1",
        "cont1",
        "node1",
        "rma1",
        "rmi1",
        "vma1",
        "vmi1",
        "ntp1",
        "tab1",
        "cr1",
        "cx1",
        "cnxa1",
    ],
    &[
        "windv2",
        "nomv2",
        "ang2",
        "wdg2rate1",
        "wdg2rate2",
        "wdg2rate3",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "cod2",
        "cont2",
        "node2",
        "rma2",
        "rmi2",
        "vma2",
        "vmi2",
        "ntp2",
        "tab2",
        "cr2",
        "cx2",
        "cnxa2",
    ],
    &[
        "windv3",
        "nomv3",
        "ang3",
        "wdg3rate1",
        "wdg3rate2",
        "wdg3rate3",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "cod3",
        "cont3",
        "node3",
        "rma3",
        "rmi3",
        "vma3",
        "vmi3",
        "ntp3",
        "tab3",
        "cr3",
        "cx3",
        "cnxa3",
    ],
];
const AREA: Lines = &[&["iarea", "isw", "pdes", "ptol", "arname"]];
const LCC: Lines = &[
    &[
        "name", "mdc", "rdc", "setvl", "vschd", "vcmod", "rcomp", "delti", "met", "dcvmin", "cccitmx",
        "cccacc",
    ],
    &[
        "ipr", "nbr", "anmxr", "anmnr", "rcr", "xcr", "ebasr", "trr", "tapr", "tmxr", "tmnr", "stpr", "icr",
        "ndr", "ifr", "itr", "idr", "xcapr",
    ],
    &[
        "ipi", "nbi", "anmxi", "anmni", "rci", "xci", "ebasi", "tri", "tapi", "tmxi", "tmni", "stpi", "ici",
        "ndi", "ifi", "iti", "idi", "xcapi",
    ],
];
const VSC: Lines = &[
    &["name", "mdc", "rdc"],
    &[
        "ibus1", "type1", "mode1", "dcset1", "acset1", "aloss1", "bloss1", "minloss1", "smax1", "imax1",
        "pwf1", "maxq1", "minq1", "vsreg1", "nreg1", "rmpct1",
    ],
    &[
        "ibus2", "type2", "mode2", "dcset2", "acset2", "aloss2", "bloss2", "minloss2", "smax2", "imax2",
        "pwf2", "maxq2", "minq2", "vsreg2", "nreg2", "rmpct2",
    ],
];
const CORRECTION: Lines = &[&["itable", "tap", "refact", "imfact"]];
const FACTS: Lines = &[&[
    "name", "ibus", "jbus", "mode", "pdes", "qdes", "vset", "shmx", "trmx", "vtmn", "vtmx", "vsmx", "imx",
    "linx", "rmpct", "owner", "set1", "set2", "vsref", "fcreg", "nreg", "mname",
]];
const SWITCHED_SHUNT: Lines = &[&[
    "ibus", "shntid", "modsw", "adjm", "stat", "vswhi", "vswlo", "swreg", "nreg", "rmpct", "rmidnt", "binit",
    "s1", "n1", "b1", "s2", "n2", "b2", "s3", "n3", "b3", "s4", "n4", "b4", "s5", "n5", "b5", "s6", "n6",
    "b6", "s7", "n7", "b7", "s8", "n8", "b8",
]];
const INDUCTION_MACHINE: Lines = &[&[
    "ibus", "imid", "stat", "sc", "dc", "area", "zone", "owner", "tc", "bc", "mbase", "ratekv", "pc", "pset",
]];
const SUBSTATION: Lines = &[&["isub", "name", "lati", "long", "srg"]];
const NODE: Lines = &[&["isub", "inode", "name", "ibus", "stat", "vm", "va"]];
const NODE_SWITCH: Lines = &[&["isub", "inode", "jnode", "swdid", "name", "type", "stat"]];
const TERMINAL: Lines = &[&["isub", "ibus", "inode", "type", "jbus", "kbus", "eqid"]];

/// Reads a RAWX file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub(in crate::read) fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let json = json::scan(text, file).map_err(|findings| Rejected { findings })?;
    let resolved = json.resolved();
    let mut raw = Raw::new(&resolved, file);
    let Some(network) = json.root().get("network") else {
        let finding = Finding::error(Code::Schema, format!("{file}: there is no object `network`"));
        return Err(Rejected::because(finding.help("a RAWX file is {\"general\": .., \"network\": {..}}")));
    };
    let version = json.root().get("general").and_then(|general| general.get("version")).and_then(Value::text);
    if let Some(version) = version.filter(|version| !version.starts_with("35") && !version.starts_with("36"))
    {
        raw.fields.report.warning(Code::Assumed, |draft| {
            draft.whole(format!("RAWX version {version} is read as 35")).field("version")
        });
    }
    case(&mut raw, network);
    let mut reader = Rawx { raw, network, record: Record { rows: std::array::from_fn(|_| Row::default()) } };
    reader.objects();
    reader.tell_others();
    reader.raw.finish()
}

/// `"caseid": {"fields": ["ic", "sbase", "rev", ..], "data": [0, 100.0, 35, ..]}`, and the threshold of `general`.
fn case(raw: &mut Raw<'_>, network: Value<'_>) {
    let mut row = Row::default();
    let mut read = |raw: &mut Raw<'_>, object: &str, field: &str, default: f64, name: &'static str| {
        let found = network.get(object).and_then(|object| {
            let place = object.get("fields")?.items().position(|item| item.raw() == field.as_bytes())?;
            object.get("data")?.items().nth(place)
        });
        let line = found.map_or(1, |value| line_of(raw.fields.text, value.offset()));
        row.set(line, found.map(field_of));
        raw.fields.real(&row, 0, default, (What("the case", "identification"), name))
    };
    let sbase_mva = read(raw, "caseid", "sbase", 100.0, "sbase");
    let hz = read(raw, "caseid", "basfrq", 0.0, "basfrq");
    let rates = [read(raw, "caseid", "xfrrat", 0.0, "xfrrat"), read(raw, "caseid", "nxfrat", 0.0, "nxfrat")];
    raw.threshold_pu = read(raw, "general", "thrshz", raw.threshold_pu, "thrshz");
    if sbase_mva <= 0.0 {
        raw.fields.report.error(Code::Value, |draft| {
            draft.whole(format!("sbase is {sbase_mva}, it must be a positive number")).field("sbase")
        });
    }
    raw.network.sbase_mva = sbase_mva;
    raw.rates_are_currents = rates.map(|rate| rate > 0.0);
    if hz > 0.0 {
        raw.network.frequency_hz = hz;
    }
}

fn line_of(text: &[u8], at: usize) -> u32 {
    u32::try_from(1 + memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count()).unwrap_or(u32::MAX)
}

fn field_of(value: Value<'_>) -> Field {
    if value.kind() == Kind::Null {
        return Field::default();
    }
    let start = value.offset();
    Field { start, end: start + value.raw().len(), quoted: value.kind() == Kind::String }
}

struct Rawx<'j, 't> {
    raw: Raw<'t>,
    network: Value<'j>,
    record: Record,
}

impl Rawx<'_, '_> {
    fn objects(&mut self) {
        self.each("bus", BUS, buses::read);
        buses::number(&mut self.raw);
        self.each("load", LOAD, injections::load);
        self.each("fixshunt", FIXED_SHUNT, injections::fixed_shunt);
        self.each("generator", GENERATOR, injections::generator);
        self.each("acline", BRANCH, branches::read);
        self.each("sysswd", SWITCH, branches::system_switch);
        self.each("transformer", TRANSFORMER, |raw, record| {
            let is_three = !matches!(raw.fields.bytes(&record.rows[0], 2), b"" | b"0");
            let fields = &raw.fields;
            let head = &record.rows[0];
            let ends: Vec<_> =
                (0..if is_three { 3 } else { 2 }).map(|index| fields.string(head, index)).collect();
            let id = Name::from(format!("{}-{}", ends.join("-"), fields.identifier(head, 3)));
            transformers::of_rows(raw, &record.rows, &id, is_three);
        });
        self.each("area", AREA, other::area);
        self.each("twotermdc", LCC, |raw, record| {
            let name = dc::called(raw, &record.rows[0]);
            dc::lcc(raw, &record.rows, &name);
        });
        self.each("vscdc", VSC, |raw, record| {
            let name = dc::called(raw, &record.rows[0]);
            dc::vsc_of(raw, &record.rows, &name);
        });
        self.each("impcor", CORRECTION, |raw, record| {
            let row = &record.rows[0];
            let number = raw.fields.code(row, 0, 0, (What("impedance correction", "point"), "itable"));
            let id = number.to_string();
            let mut real = |index, name| {
                raw.fields.real(row, index, 0.0, (What("impedance correction table", &id), name))
            };
            let (at, factor) = (real(1, "tap"), real(2, "refact"));
            let origin = Origin::at(raw.fields.place(row));
            if at != 0.0 || factor != 0.0 {
                let point = CorrectionPoint { at, r_factor: factor, x_factor: factor };
                corrections::put(raw, number, vec![point], origin);
            }
        });
        self.each("facts", FACTS, facts::read);
        self.each("swshunt", SWITCHED_SHUNT, shunts::read);
        self.each("indmach", INDUCTION_MACHINE, injections::induction_machine);
        self.each("sub", SUBSTATION, |raw, record| {
            substations::begin(raw, &record.rows[0]);
        });
        for (object, lines, block) in [
            ("subnode", NODE, substations::Block::Nodes),
            ("subswd", NODE_SWITCH, substations::Block::Switches),
            ("subterm", TERMINAL, substations::Block::Terminals),
        ] {
            self.each(object, lines, |raw, record| {
                let row = &record.rows[0];
                let id = raw.fields.string(row, 0);
                if let Some(station) = substations::find(raw, &id) {
                    substations::line(raw, station, block, row, 1);
                }
            });
        }
        for (object, section) in [
            ("msline", Section::MultiSectionLine),
            ("zone", Section::Zone),
            ("iatrans", Section::Transfer),
            ("owner", Section::Owner),
        ] {
            self.each(object, &[], |raw, _| raw.unused.count(section));
        }
    }

    /// Hands each row of an object, in the order of `lines`, to a reader.
    fn each(&mut self, name: &str, lines: Lines, mut read: impl FnMut(&mut Raw<'_>, &Record)) {
        let Some(object) = self.network.get(name) else { return };
        let names: Vec<&[u8]> =
            object.get("fields").into_iter().flat_map(Value::items).map(Value::raw).collect();
        let place_of = |field: &str| names.iter().position(|name| *name == field.as_bytes());
        let places: Vec<Vec<Option<usize>>> =
            lines.iter().map(|line| line.iter().map(|field| place_of(field)).collect()).collect();
        let mut line = 1;
        let mut counted_to = 0;
        let mut values: Vec<Value<'_>> = Vec::with_capacity(names.len());
        for data in object.get("data").into_iter().flat_map(Value::items) {
            let at = data.offset();
            line += memchr::memchr_iter(b'\n', &self.raw.fields.text[counted_to..at]).count();
            counted_to = at;
            let number = u32::try_from(line).unwrap_or(u32::MAX);
            if data.kind() != Kind::Array {
                self.raw.fields.report.error(Code::Schema, |draft| {
                    draft
                        .at(number, format!("`data` of `{name}` holds something that is no array"))
                        .element(name)
                });
                return;
            }
            values.clear();
            values.extend(data.items());
            if values.len() > names.len() {
                let (have, want) = (values.len(), names.len());
                self.raw.fields.report.error(Code::Columns, |draft| {
                    draft
                        .at(
                            number,
                            format!("a row of `{name}` has {have} values, and there are {want} fields"),
                        )
                        .element(name)
                        .help("every value needs a name in `fields`")
                });
                continue;
            }
            for (row, places) in self.record.rows.iter_mut().zip(&places) {
                let field = |place: &Option<usize>| {
                    place.and_then(|at| values.get(at)).map_or_else(Field::default, |&v| field_of(v))
                };
                row.set(number, places.iter().map(field));
            }
            read(&mut self.raw, &self.record);
        }
    }

    /// Objects with rows that the model does not hold.
    fn tell_others(&mut self) {
        for (name, what) in [("ntermdc", "multi-terminal DC lines"), ("gne", "GNE devices")] {
            let count = self
                .network
                .get(name)
                .and_then(|object| object.get("data"))
                .into_iter()
                .flat_map(Value::items)
                .count();
            if count > 0 {
                self.raw.fields.report.warning(Code::NotUsed, |draft| {
                    draft
                        .whole(format!("{count} {what} (`{name}`) are not modelled, and they are left out"))
                        .element(name)
                        .help("the load flow is not that of the file: replace them by loads and machines at their buses")
                });
            }
        }
    }
}
