//! Criteria: one file per criterion, behind one trait, judging one solved state at a time.
//!
//! ```text
//! Rule (data) → criterion(&rule.demand) → judge(state, rule, &mut violations) → Tally
//! ```
//!
//! A criterion compares each element's value with the rule's limits. At the limit it holds; see
//! [`TOLERANCE`]. A value that does not exist (NaN) is never a pass: it is counted as unmeasured. Nothing
//! is allocated beyond the violations, so that contingencies can stream through.

mod bus_limits;
mod gauge;
mod import;
mod losses;
mod modelled;
mod own_limits;
mod power_factor;
mod reserve;
mod security;
mod state;
mod supply;
mod thermal;
mod violation;
mod voltage_band;
mod waiver;

pub use gauge::{Gauge, Limits, Reading, Subject, TOLERANCE, Tally};
pub use losses::share_percent;
pub use modelled::{Modelled, Unjudged};
pub use own_limits::own_limits;
pub use state::{SolvedState, Yards, same_kv};
pub use supply::{SUPPLY, Supply};
pub use violation::{Fault, Level, Violation};
pub use waiver::{WaiverUse, waive};

use crate::model::{Demand, N1, Rule};

/// One criterion: applies the rules of one kind.
pub trait Criterion: Sync {
    /// Its name, as in files and reports.
    fn name(&self) -> &'static str;

    /// Judges one rule in one converged state: adds what is not met to `out`, and returns what was measured.
    ///
    /// A rule of another kind measures nothing.
    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally;
}

/// The criterion that applies a demand.
#[must_use]
pub fn criterion(demand: &Demand) -> &'static dyn Criterion {
    match demand {
        Demand::Voltage { .. } => &voltage_band::VoltageBand,
        Demand::BusLimits => &bus_limits::BusLimits,
        Demand::LineLoading(_) => &thermal::LineLoading,
        Demand::TransformerLoading(_) => &thermal::TransformerLoading,
        Demand::Reserve { .. } => &reserve::Reserve,
        Demand::PowerFactor { .. } => &power_factor::PowerFactor,
        Demand::Losses { .. } => &losses::LossShare,
        Demand::Import => &import::Import,
        Demand::Security(_) => &security::Security,
    }
}

/// The names of all criteria, in the order of reports.
pub const NAMES: [&str; 9] = [
    SUPPLY,
    "voltage",
    "line_loading",
    "transformer_loading",
    N1,
    "reserve",
    "power_factor",
    "import",
    "losses",
];
