//! A criterion that is not met: element, value, limit, and the fault that brings it about.

use crate::model::{ElementId, Name};

/// How much a broken rule weighs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A planning threshold is passed: the plan still holds.
    Warning,
    /// A limit is passed: the plan does not hold.
    Violation,
}

/// A criterion that is not met in one solved state.
#[derive(Clone, PartialEq, Debug)]
pub struct Violation {
    /// Id of the rule.
    pub rule: Name,
    /// Name of the criterion, for example `voltage`.
    pub criterion: &'static str,
    /// Warning or violation.
    pub level: Level,
    /// The element; `None` for the grid as a whole.
    pub element: Option<ElementId>,
    /// The end of a branch at which it is worst: `from` or `to`, or a winding.
    pub side: Option<&'static str>,
    /// What was measured, for example `loading` or `vm`.
    pub quantity: &'static str,
    /// Its value, in `unit`.
    pub value: f64,
    /// The limit it passes, in `unit`.
    pub limit: f64,
    /// Value as a share of the limit: above 100 for an upper limit, below 100 for a lower one.
    pub percent: f64,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// The fault after which it shows; `None` in the intact grid.
    pub fault: Option<Fault>,
    /// The decision that grants an exception, if one does: the violation then does not break the plan.
    pub waived_by: Option<String>,
}

/// The fault after which something is not met.
#[derive(Clone, PartialEq, Debug)]
pub struct Fault {
    /// Id of the outage after which it is worst.
    pub outage: Name,
    /// Number of outages after which it is not met.
    pub outages: usize,
    /// The value in the intact grid, where that passes the same limit.
    pub before: Option<f64>,
}

impl Violation {
    /// How far the limit is passed, percent of the limit; never negative.
    #[must_use]
    pub fn excess_percent(&self) -> f64 {
        (self.percent - 100.0).abs()
    }
}
