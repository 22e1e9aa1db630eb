//! What a grid must be before it can be solved: one file per family of rules, every breach told.
//!
//! | family | asks |
//! | --- | --- |
//! | [`ids`] | ids are there and unique |
//! | `injections` | buses, loads, shunts, generators: finite values, limits the right way round |
//! | `branches` | lines, transformers, switches: two ends, impedances, ratios, ratings |
//! | `controls` | bands, steps and curves of what moves |
//! | `equipment` | three windings, series compensation, compensators, direct-current links |
//! | `types` | the catalogue's types |
//! | `plausible` | legal values that look like a slip |
//! | `slack` | a source that holds voltage and angle |
//! | `joined` | buses joined without impedance hold one voltage |
//!
//! Only records that stand (`built`) are judged by the last two: they ask about a state, not about a table.

mod branches;
mod controls;
mod equipment;
pub mod ids;
mod injections;
mod joined;
mod plausible;
mod slack;
mod types;

pub use joined::{ZERO_IMPEDANCE_PU_ON_100_MVA, line_joins, transformer_joins};

use super::{ElementId, ElementKind, Network};
use crate::finding::{Code, Finding, Findings, Place, Severity};

/// How a format calls records and fields, so that a finding speaks the user's language.
#[derive(Clone, Copy)]
pub struct Words {
    /// The word for a table.
    pub kind: fn(ElementKind) -> &'static str,
    /// The word for a field, from gridstage's own column name.
    pub field: fn(ElementKind, &'static str) -> &'static str,
    /// How to make a generator the slack, from the ids of its bus and itself.
    pub make_slack: fn(&str, &str) -> String,
}

impl Words {
    /// The words of a plan's tables.
    pub const PLAN: Self = Self {
        kind: ElementKind::as_str,
        field: |_, field| field,
        make_slack: |_, generator| format!("give generator {generator} the control `slack`"),
    };
}

/// All findings about a grid, in the words of a plan.
///
/// If a record is wrong by itself, the grid as a whole is not judged: that would only mislead.
#[must_use]
pub fn network(network: &Network) -> Vec<Finding> {
    let mut findings = Findings::new();
    findings.extend(ids::check(network, &Words::PLAN));
    findings.extend(records(network, &Words::PLAN));
    if !findings.has_errors() {
        findings.extend(topology(network, &Words::PLAN));
    }
    findings.into_list()
}

/// Findings about records by themselves, ids excepted.
#[must_use]
pub fn records(network: &Network, words: &Words) -> Vec<Finding> {
    let mut checker = Checker::new(network, words);
    injections::check(&mut checker);
    branches::check(&mut checker);
    equipment::check(&mut checker);
    types::check(&mut checker);
    plausible::check(&mut checker);
    checker.findings.into_list()
}

/// Findings about the grid as a whole: its records must be right.
#[must_use]
pub fn topology(network: &Network, words: &Words) -> Vec<Finding> {
    let mut checker = Checker::new(network, words);
    slack::check(&mut checker);
    joined::check(&mut checker);
    checker.findings.into_list()
}

/// A grid under examination.
struct Checker<'n> {
    network: &'n Network,
    words: &'n Words,
    findings: Findings,
}

impl<'n> Checker<'n> {
    fn new(network: &'n Network, words: &'n Words) -> Self {
        Self { network, words, findings: Findings::new() }
    }

    /// `branch 2-3-1`, in the words of the format.
    fn name(&self, element: ElementId) -> String {
        format!("{} {}", (self.words.kind)(element.kind()), self.network.id_of(element))
    }

    /// Tells something about a record: `{record}: {words}`.
    #[cold]
    fn tell(
        &mut self,
        severity: Severity,
        code: Code,
        (element, field): (ElementId, &'static str),
        words: impl FnOnce() -> (String, String),
    ) {
        let name = self.name(element);
        let place = place(self.network, element);
        let field = (self.words.field)(element.kind(), field);
        self.findings.push_with(severity, code, || {
            let (wrong, help) = words();
            Finding::new(code, severity, format!("{name}, field {field}: {wrong}"))
                .element(name)
                .field(field)
                .place(place)
                .help(help)
        });
    }

    /// An error of value.
    fn wrong(&mut self, at: (ElementId, &'static str), wrong: impl Into<String>, help: impl Into<String>) {
        self.tell(Severity::Error, Code::Value, at, || (wrong.into(), help.into()));
    }

    /// Asks for finite numbers; says whether they all are.
    fn finite(&mut self, element: ElementId, fields: &[(&'static str, f64)]) -> bool {
        let mut all = true;
        for &(field, value) in fields {
            if !value.is_finite() {
                all = false;
                let what = if value.is_nan() { "is NaN" } else { "is infinite" };
                self.wrong((element, field), what, "write a finite number");
            }
        }
        all
    }

    /// Asks that a lower limit is not above an upper one.
    fn in_order(
        &mut self,
        element: ElementId,
        (low_field, low): (&'static str, Option<f64>),
        (high_field, high): (&'static str, Option<f64>),
        unit: &str,
    ) {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let other = (self.words.field)(element.kind(), high_field);
            let text = format!("{low} {unit} is above {other}, {high} {unit}");
            self.wrong(
                (element, low_field),
                text,
                "the lower limit must not be above the upper one: are they swapped?",
            );
        }
    }
}

/// Where a record comes from.
fn place(network: &Network, element: ElementId) -> Option<Place> {
    let origin = match element {
        ElementId::Substation(id) => &network.substations[id].origin,
        ElementId::Bus(id) => &network.buses[id].origin,
        ElementId::Line(id) => &network.lines[id].origin,
        ElementId::Transformer(id) => &network.transformers[id].origin,
        ElementId::Generator(id) => &network.generators[id].origin,
        ElementId::Load(id) => &network.loads[id].origin,
        ElementId::Shunt(id) => &network.shunts[id].origin,
        ElementId::Switch(id) => &network.switches[id].origin,
        ElementId::Transformer3(id) => &network.transformers3[id].origin,
        ElementId::Compensator(id) => &network.compensators[id].origin,
        ElementId::DcLink(id) => network.dc_links[id].origin(),
    };
    origin.place.clone()
}
