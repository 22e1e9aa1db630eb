//! Results that a case is expected to have, with who says so.

use crate::finding::Place;
use std::collections::BTreeMap;

/// What a case is expected to give.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "switches of the file, each by its own name")]
pub struct Expected {
    /// What it shows.
    pub about: String,
    /// Who says so: a formula, a program with its version, a published table.
    pub witness: String,
    /// The plan or grid, from the folder of the file.
    pub input: String,
    /// Whether the grid after a fault is judged; and which controls move: reactive limits, taps, shunts.
    pub n1: bool,
    /// Machines keep their reactive limits.
    pub q_limits: bool,
    /// Tap changers move.
    pub taps: bool,
    /// Shunts are switched.
    pub shunts: bool,
    /// Largest difference accepted, by quantity; the others have [`tolerance_of`].
    pub tolerance: BTreeMap<String, f64>,
    /// The verdict: `holds`, `violated` or `no_solution`.
    pub verdict: Option<(String, Place)>,
    /// Values, in the order of the file.
    pub values: Vec<ExpectedValue>,
}

/// A value that is expected.
#[derive(Clone, Debug)]
pub struct ExpectedValue {
    /// The stage; `None` where the case has one only.
    pub stage: Option<String>,
    /// The scenario; `None` where the case has one only.
    pub scenario: Option<String>,
    /// What it is of.
    pub of: ExpectedOf,
    /// Id of the record; empty for the state as a whole.
    pub id: String,
    /// What is expected, with its unit: `vm_pu`.
    pub quantity: String,
    /// The value.
    pub value: f64,
    /// Where it stands.
    pub place: Place,
}

/// What a value is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExpectedOf {
    /// The state as a whole.
    State,
    /// A bus.
    Bus,
    /// A line or transformer.
    Branch,
    /// A generator or boundary.
    Generator,
}

impl ExpectedOf {
    /// The tables of a state's values, by their keys.
    pub const TABLES: [(&'static str, Self); 3] =
        [("bus", Self::Bus), ("branch", Self::Branch), ("generator", Self::Generator)];

    /// The quantities that it has.
    #[must_use]
    pub fn quantities(self) -> &'static [&'static str] {
        match self {
            Self::State => {
                &["load_mw", "losses_mw", "lost_mw", "violations", "violations_after_fault", "warnings"]
            }
            Self::Bus => &["vm_pu", "vm_kv", "va_deg"],
            Self::Branch => &[
                "p_from_mw",
                "q_from_mvar",
                "p_to_mw",
                "q_to_mvar",
                "i_from_ka",
                "loading_percent",
                "loss_mw",
            ],
            Self::Generator => &["p_mw", "q_mvar"],
        }
    }
}

/// The largest difference accepted of a quantity for which a case gives none.
#[must_use]
pub fn tolerance_of(quantity: &str) -> f64 {
    match quantity {
        "vm_pu" => 1e-6,
        "va_deg" | "i_from_ka" => 1e-4,
        "loading_percent" => 1e-2,
        "violations" | "violations_after_fault" | "warnings" => 0.0,
        _ => 1e-3,
    }
}
