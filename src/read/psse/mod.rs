//! PSS/E power-flow data: RAW, revisions 23 to 36, and RAWX.
//!
//! ```text
//! lines  ─ row    ─→ fields of each line
//!        ─ walk   ─→ sections in the order of the revision, checked against their labels
//!        ─ fields ─→ numbers, names, buses, with the defaults of the format
//!        ─ records, one file per family ─→ Network
//! ```
//!
//! RAWX holds the same records in JSON: `rawx.rs` hands them to the same readers. Signs and equations stand with the
//! records. What the model cannot hold is told by record; where it changes the load flow, in a warning of its own.
//!
//! | record | becomes |
//! | --- | --- |
//! | branch, R = 0 and X at most THRSHZ | a line without impedance: its buses are one |
//! | transformer of three windings | [`crate::model::Transformer3`] |
//! | switched shunt | a shunt with its steps, at BINIT |
//! | two-terminal DC, VSC DC | [`crate::model::DcLink`] |
//! | FACTS device without series part | [`crate::model::Compensator`] |
//! | induction machine | a load of its PSET |
//! | series FACTS, multi-terminal DC, GNE | left out, and told |

mod branches;
mod buses;
mod corrections;
mod dc;
mod facts;
mod fields;
mod header;
mod ids;
mod injections;
mod lines;
pub mod lists;
mod other;
mod rawx;
mod row;
mod section;
mod shunts;
mod spans;
mod split;
mod substations;
mod transformers;
mod walk;
mod windings;

use super::Rejected;
use super::numbering::{BusNumbers, IdText};
use super::report::Report;
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Col};
use crate::model::validate::Words;
use crate::model::{ElementKind, Network};
use fields::Fields;
use std::sync::Arc;

pub(super) use rawx::read as read_rawx;
pub use spans::{Spans, fields_of_line, spans};

/// What a bus is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum BusKind {
    /// IDE 1.
    Load,
    /// IDE 2.
    Voltage,
    /// IDE 3.
    Swing,
    /// IDE 4.
    Isolated,
}

/// A grid in the making.
struct Raw<'t> {
    fields: Fields<'t>,
    revision: u32,
    network: Network,
    kinds: Col<BusId, BusKind>,
    /// Branches of R = 0 and X up to this have no impedance [p.u.].
    threshold_pu: f64,
    /// Branches that have none for that reason.
    joined: usize,
    /// Whether ratings of transformers and of branches are currents, expressed as MVA.
    rates_are_currents: [bool; 2],
    corrections: corrections::Corrections,
    unused: other::Unused,
    stations: substations::Stations,
    /// Where records stand, if somebody wants to know.
    spans: Option<spans::Found>,
}

/// Reads a RAW file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let mut raw = Raw::new(text, file);
    let mut lines = lines::Lines::new(text);
    let Some(header) = header::read(&mut lines, &mut raw.fields) else {
        return Err(Rejected { findings: raw.fields.report.into_list() });
    };
    raw.head(&header);
    walk::sections(&mut raw, &mut lines);
    raw.finish()
}

impl<'t> Raw<'t> {
    fn new(text: &'t [u8], file: &'t Arc<str>) -> Self {
        let fields = Fields {
            text,
            file,
            report: Report::new(file),
            numbers: BusNumbers::new(&[]),
            id_text: IdText::new(),
        };
        Self {
            fields,
            revision: 35,
            network: Network::default(),
            kinds: Col::new(),
            threshold_pu: 1e-4,
            joined: 0,
            rates_are_currents: [false; 2],
            corrections: corrections::Corrections::default(),
            unused: other::Unused::default(),
            stations: substations::Stations::default(),
            spans: None,
        }
    }

    fn head(&mut self, header: &header::Header) {
        self.revision = header.revision;
        self.rates_are_currents = header.rates_are_currents;
        self.network.sbase_mva = header.sbase_mva;
        if let Some(hz) = header.frequency_hz {
            self.network.frequency_hz = hz;
        }
    }

    /// What is left when all sections are read: references between them, and the checks of the grid.
    fn finish(mut self) -> Result<(Network, Vec<Finding>), Rejected> {
        if self.network.buses.is_empty() && !self.fields.report.has_errors() {
            self.fields.report.error(Code::NoBuses, |draft| {
                draft
                    .whole("there is no bus record")
                    .help("a RAW file begins with its buses, after three lines of title")
            });
        }
        if self.fields.report.has_errors() {
            // What a text that is half understood lacks would only mislead.
            return Err(Rejected { findings: self.fields.report.into_list() });
        }
        corrections::connect_corrections(&mut self);
        injections::balance_swing_buses(&mut self);
        injections::hold_one_voltage(&mut self);
        ids::part_doubles(&mut self);
        injections::tell_buses_without(&mut self);
        buses::tell_isolated(&mut self);
        substations::connect(&mut self);
        other::tell_unused(&mut self);
        let Self { fields, network, .. } = self;
        let report = fields.report;
        report.conclude(network, &WORDS)
    }
}

/// The format's words for what [`validate`] checks.
const WORDS: Words = Words {
    kind: |kind| match kind {
        ElementKind::Line => "branch",
        ElementKind::Transformer3 => "transformer",
        other => other.as_str(),
    },
    field: |kind, field| match (kind, field) {
        (ElementKind::Load, "p_mw") => "PL",
        (ElementKind::Load, "q_mvar") => "QL",
        (ElementKind::Shunt, "g_mw") => "GL",
        (ElementKind::Shunt, "b_mvar") => "BL",
        (_, "vn_kv") => "BASKV",
        (_, "vm_min_pu") => "NVLO",
        (_, "vm_max_pu") => "NVHI",
        (_, "vm_start_pu") => "VM",
        (_, "p_mw") => "PG",
        (_, "q_mvar") => "QG",
        (_, "q_min_mvar") => "QB",
        (_, "q_max_mvar") => "QT",
        (_, "p_min_mw") => "PB",
        (_, "p_max_mw") => "PT",
        (_, "vm_setpoint_pu") => "VS",
        (_, "to") => "J",
        (ElementKind::Line, "r_pu") => "R",
        (ElementKind::Line, "x_pu") => "X",
        (_, "r_pu") => "R1-2",
        (_, "x_pu") => "X1-2",
        (_, "b_pu") => "B",
        (_, "ratio_pu") => "WINDV1",
        (_, "shift_deg") => "ANG1",
        (_, "rating_normal") => "RATA",
        (_, "rating_short") => "RATB",
        (_, "rating_emergency") => "RATC",
        (_, other) => other,
    },
    make_slack: |bus, _| format!("give bus {bus} the code IDE 3 (swing)"),
};
