//! Losses as a share of the power fed in.
//!
//! ```text
//! share = 100 · Σ losses of lines and transformers / Σ P of the generators and boundaries that feed in
//! ```
//!
//! Informative: official targets count medium and low voltage too, so passing one is a warning only and
//! never breaks the plan.

use super::gauge::{Gauge, Limits, Subject, Tally};
use super::{Criterion, SolvedState, Violation};
use crate::flow::LoadFlow;
use crate::model::{Demand, Rule};

/// See the header of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct LossShare;

impl Criterion for LossShare {
    fn name(&self) -> &'static str {
        "losses"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        let Demand::Losses { max_percent } = rule.demand else { return Tally::default() };
        let mut gauge = Gauge::new(rule, out);
        let subject = Subject { element: None, side: None, quantity: "losses", unit: "%" };
        gauge.upper(subject, share_percent(state.flow), Limits { warn: Some(max_percent), limit: None });
        gauge.tally()
    }
}

/// Losses of lines and transformers, percent of the power fed in; NaN where nothing is.
#[must_use]
pub fn share_percent(flow: &LoadFlow) -> f64 {
    let fed_in_mw: f64 = flow.generators.p_mw.iter().copied().filter(|&p| p > 0.0).sum();
    if fed_in_mw > 0.0 { 100.0 * flow.losses.total_mw / fed_in_mw } else { f64::NAN }
}
