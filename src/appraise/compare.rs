//! What a variant of a state breaks that the plan does not, or breaks more.
//!
//! ```text
//! the same      rule, element, quantity, side of the limit, intact grid or after a fault
//! new           violated in the variant, not as planned
//! worse         violated in both, by more than a margin beyond what it is as planned: 1 percent point of the limit,
//!               or 1 MW of load without supply
//! beyond [MW]   load without supply, or (loading − the larger of limit and loading as planned) · rating [MVA]
//! ```
//!
//! So a plan that breaks limits already can still be asked what a delay costs: what was broken anyway is not blamed on it.

use super::dated::JudgedGrid;
use crate::criteria::Violation;
use crate::model::{CriteriaSet, Demand, ElementId, Name, Network, RatingKind, RatingUnit};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// By how much something must be worse to count: percent points of the limit.
pub const WORSE_PERCENT: f64 = 1.0;
/// By how much more load must be without supply to count as worse.
pub const WORSE_MW: f64 = 1.0;

/// Something that is new or worse.
#[derive(Clone, PartialEq, Debug)]
pub struct Difference {
    /// What is not met.
    pub violation: Violation,
    /// Its value as planned, where it is violated there too; then it is worse, else new.
    pub planned: Option<f64>,
    /// Load without supply, or apparent power beyond the limit, that comes on top.
    pub beyond_mw: f64,
}

/// What is the same violation in two states.
type Key<'a> = (&'a Name, Option<ElementId>, &'static str, bool, bool);

fn key(violation: &Violation) -> Key<'_> {
    let Violation { rule, element, quantity, percent, fault, .. } = violation;
    (rule, *element, quantity, *percent > 100.0, fault.is_some())
}

/// How bad it is, and by how much more it counts as worse.
fn badness(violation: &Violation) -> (f64, f64) {
    match violation.quantity {
        "lost load" => (violation.value, WORSE_MW),
        _ => (violation.excess_percent(), WORSE_PERCENT),
    }
}

/// What `variant` breaks that `planned` does not, or breaks more; gravest first: intact grid before faults, load without
/// supply before limits, then by how far the limit is passed.
#[must_use]
pub fn differences(set: Option<&CriteriaSet>, planned: &JudgedGrid, variant: &JudgedGrid) -> Vec<Difference> {
    let mut known: BTreeMap<Key<'_>, &Violation> = BTreeMap::new();
    for violation in &planned.violations {
        let first = known.entry(key(violation)).or_insert(violation);
        if badness(violation).0 > badness(first).0 {
            *first = violation;
        }
    }
    let network = &variant.state.grid.network;
    let mut found: Vec<Difference> = Vec::new();
    for violation in &variant.violations {
        let before = known.get(&key(violation)).copied();
        let (bad, margin) = badness(violation);
        if before.is_some_and(|before| bad <= badness(before).0 + margin) {
            continue;
        }
        found.push(Difference {
            violation: violation.clone(),
            planned: before.map(|before| before.value),
            beyond_mw: beyond_mw(network, set, violation, before),
        });
    }
    found.sort_by(gravest_first);
    found
}

/// The order of [`differences`].
fn gravest_first(a: &Difference, b: &Difference) -> Ordering {
    let rank = |d: &Difference| (d.violation.fault.is_some(), d.violation.quantity != "lost load");
    let (va, vb) = (&a.violation, &b.violation);
    rank(a)
        .cmp(&rank(b))
        .then(vb.excess_percent().total_cmp(&va.excess_percent()))
        .then(b.beyond_mw.total_cmp(&a.beyond_mw))
        .then((&va.rule, va.element).cmp(&(&vb.rule, vb.element)))
}

/// Load without supply, or apparent power beyond the limit; of the latter, where it is violated in `before` too, what comes
/// on top. 0 for other quantities.
#[must_use]
pub fn beyond_mw(
    network: &Network,
    set: Option<&CriteriaSet>,
    violation: &Violation,
    before: Option<&Violation>,
) -> f64 {
    match (violation.quantity, violation.element) {
        ("lost load", _) => violation.value - before.map_or(0.0, |before| before.value),
        ("loading", Some(element)) => {
            let from = before.map_or(violation.limit, |before| before.value.max(violation.limit));
            (violation.value - from) / 100.0 * rated_mva(network, set, violation, element)
        }
        _ => 0.0,
    }
}

/// The rating that a loading is a share of, MVA; 0 where there is none.
fn rated_mva(network: &Network, set: Option<&CriteriaSet>, violation: &Violation, element: ElementId) -> f64 {
    let rule = set.into_iter().flat_map(|set| &set.rules).find(|rule| rule.id == violation.rule);
    let emergency = rule.is_some_and(|rule| match &rule.demand {
        Demand::LineLoading(loading) | Demand::TransformerLoading(loading) => {
            loading.rating == RatingKind::Emergency
        }
        _ => false,
    });
    let rating = network.rating(element);
    let value = if emergency { rating.emergency.or(rating.normal) } else { rating.normal };
    let base = match rating.unit {
        RatingUnit::Mva => 1.0,
        RatingUnit::Ka => {
            let ends = network.stands_at(element).into_iter().flatten();
            3.0_f64.sqrt() * ends.map(|bus| network.buses[bus].vn_kv).fold(0.0, f64::max)
        }
    };
    value.unwrap_or(0.0) * base
}
