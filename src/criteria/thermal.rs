//! No line, and no transformer, carries more than a share of its rating.
//!
//! ```text
//! loading = max over both ends of |S|/rating_mva or |I|/rating_ka, as the rating is given
//! warning if loading > warn_percent, violation if loading > max_percent
//! ```
//!
//! A three-winding transformer is as loaded as the winding that is loaded most: each has its own rating.
//!
//! The loading is that of the load flow's result; the rule says against which rating. A branch that is
//! switched out, or stands between dead buses, carries nothing and is not measured; one without a rating
//! is unmeasured.

use super::gauge::{Gauge, Limits, Subject, Tally};
use super::{Criterion, SolvedState, Violation, same_kv};
use crate::flow::BranchColumns;
use crate::model::{Demand, ElementId, Loading, RatingKind, RatingUnit, Rule};

/// Loading of lines, by their rated voltage.
#[derive(Clone, Copy, Debug)]
pub(super) struct LineLoading;

impl Criterion for LineLoading {
    fn name(&self) -> &'static str {
        "line_loading"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        let Demand::LineLoading(loading) = rule.demand else { return Tally::default() };
        judge(state, rule, loading, out, |branch| match branch {
            ElementId::Line(id) => {
                let line = &state.network.lines[id];
                Some((state.network.buses[line.from].vn_kv, line.rating.unit))
            }
            _ => None,
        })
    }
}

/// Loading of transformers, by their higher rated voltage.
#[derive(Clone, Copy, Debug)]
pub(super) struct TransformerLoading;

impl Criterion for TransformerLoading {
    fn name(&self) -> &'static str {
        "transformer_loading"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        let Demand::TransformerLoading(loading) = rule.demand else { return Tally::default() };
        let of_two = judge(state, rule, loading, out, |branch| match branch {
            ElementId::Transformer(id) => {
                let transformer = &state.network.transformers[id];
                let vn_kv = |bus| state.network.buses[bus].vn_kv;
                Some((vn_kv(transformer.from).max(vn_kv(transformer.to)), transformer.rating.unit))
            }
            _ => None,
        });
        of_two.and(judge_windings(state, rule, loading, out))
    }
}

/// Judges three-winding transformers.
fn judge_windings(state: &SolvedState<'_>, rule: &Rule, loading: Loading, out: &mut Vec<Violation>) -> Tally {
    let mut gauge = Gauge::new(rule, out);
    let windings = &state.flow.windings;
    let percents = match loading.rating {
        RatingKind::Normal => &windings.loading_percent,
        RatingKind::Emergency => &windings.loading_emergency_percent,
    };
    let limits = Limits { warn: loading.warn_percent, limit: loading.max_percent };
    let rows: Vec<_> = windings.transformer.iter().zip(&windings.energised).zip(percents).collect();
    for of_one in rows.chunk_by(|((one, _), _), ((next, _), _)| one == next) {
        let Some(&((&id, _), _)) = of_one.first() else { continue };
        let vn_kv = state.network.highest_kv(ElementId::Transformer3(id));
        if loading.vn_kv.is_some_and(|kv| !same_kv(kv, vn_kv)) {
            continue;
        }
        let live = of_one.iter().enumerate().filter(|(_, ((_, energised), _))| **energised);
        let rated = live.clone().filter(|(_, (_, percent))| !percent.is_nan());
        let most = rated.max_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b));
        if let Some((winding, (_, percent))) = most {
            let side = Some(["winding 1", "winding 2", "winding 3"][winding.min(2)]);
            let element = Some(ElementId::Transformer3(id));
            gauge.upper(Subject { element, side, quantity: "loading", unit: "%" }, **percent, limits);
        } else if live.count() > 0 {
            gauge.unmeasured();
        }
    }
    gauge.tally()
}

/// Judges the branches for which `meant` gives a rated voltage and the unit of the rating.
fn judge(
    state: &SolvedState<'_>,
    rule: &Rule,
    loading: Loading,
    out: &mut Vec<Violation>,
    meant: impl Fn(ElementId) -> Option<(f64, RatingUnit)>,
) -> Tally {
    let mut gauge = Gauge::new(rule, out);
    let branches = &state.flow.branches;
    let percents = match loading.rating {
        RatingKind::Normal => &branches.loading_percent,
        RatingKind::Emergency => &branches.loading_emergency_percent,
    };
    let limits = Limits { warn: loading.warn_percent, limit: loading.max_percent };
    for (row, ((&branch, &energised), &percent)) in
        branches.branch.iter().zip(&branches.energised).zip(percents).enumerate()
    {
        let Some((vn_kv, unit)) = meant(branch) else { continue };
        if !energised || loading.vn_kv.is_some_and(|kv| !same_kv(kv, vn_kv)) {
            continue;
        }
        let subject = Subject {
            element: Some(branch),
            side: heavier_end(branches, row, unit),
            quantity: "loading",
            unit: "%",
        };
        gauge.upper(subject, percent, limits);
    }
    gauge.tally()
}

/// The end at which the loading is greater; `None` where neither is.
fn heavier_end(branches: &BranchColumns, row: usize, unit: RatingUnit) -> Option<&'static str> {
    let at = |column: &Vec<f64>| column.get(row).copied().unwrap_or(f64::NAN);
    let (from, to) = match unit {
        RatingUnit::Mva => (
            at(&branches.p_from_mw).hypot(at(&branches.q_from_mvar)),
            at(&branches.p_to_mw).hypot(at(&branches.q_to_mvar)),
        ),
        RatingUnit::Ka => (at(&branches.i_from_ka), at(&branches.i_to_ka)),
    };
    if from > to {
        Some("from")
    } else if to > from {
        Some("to")
    } else {
        None
    }
}
