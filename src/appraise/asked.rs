//! What a set of criteria asks of the grid after a fault: by which rules, after which outages, with how much time.

use crate::criteria::own_limits;
use crate::ids::StageId;
use crate::model::{CriteriaSet, Demand, GridState, Loss, Network, Plan, RatingKind};
use crate::study::contingency::{self, Outage};

/// The rules for a grid after a fault that a bare file brings along: its own bands and emergency ratings.
#[must_use]
pub fn own_limits_after_a_fault() -> CriteriaSet {
    let mut set = own_limits();
    for rule in &mut set.rules {
        rule.state = GridState::N1;
        if let Demand::LineLoading(loading) | Demand::TransformerLoading(loading) = &mut rule.demand {
            loading.rating = RatingKind::Emergency;
        }
    }
    set
}

/// The rules by which the outages of a stage are judged: those of its set; for a day between stages, of the stage in force
/// then, the first one before that; for a grid that has no rules, [`own_limits_after_a_fault`].
#[must_use]
pub fn rules_after_a_fault(plan: &Plan, stage: StageId) -> CriteriaSet {
    let stage = &plan.stages[stage];
    let stages = || plan.stages.iter().filter(|stage| !stage.criteria.is_empty());
    let in_force = if stage.criteria.is_empty() {
        stages().filter(|other| other.at <= stage.at).max_by_key(|other| other.at).or_else(|| stages().next())
    } else {
        Some(stage)
    };
    let set = in_force.and_then(|stage| plan.criteria.iter().find(|set| set.id == stage.criteria));
    set.cloned().unwrap_or_else(own_limits_after_a_fault)
}

/// The outages that a set judges: those in the scope of its rules of security, else every line and transformer.
#[must_use]
pub fn outages_asked(network: &Network, set: &CriteriaSet) -> Vec<Outage> {
    let mut scopes: Vec<(Loss, f64)> = Vec::new();
    for rule in set.rules.iter().filter(|rule| rule.state == GridState::N1) {
        if let Demand::Security(security) = &rule.demand {
            scopes.extend(security.scope.iter().map(|&loss| (loss, security.min_kv.unwrap_or(0.0))));
        }
    }
    if scopes.is_empty() {
        scopes.extend(Loss::BRANCHES.map(|loss| (loss, 0.0)));
    }
    let of = |loss: Loss| {
        let least_kv = scopes.iter().filter(|(one, _)| *one == loss).map(|&(_, kv)| kv).reduce(f64::min);
        let wanted = |element| least_kv.is_some_and(|kv| network.highest_kv(element) >= kv - 1e-3);
        contingency::of_kind(network, loss, &wanted)
    };
    Loss::ALL.into_iter().flat_map(of).collect()
}

/// The time that neighbours have to take load over, by the set's rules of security: the longest; `None` where none is given.
#[must_use]
pub fn transfer_minutes(set: &CriteriaSet) -> Option<f64> {
    let minutes = set.rules.iter().filter_map(|rule| match &rule.demand {
        Demand::Security(security) => security.transfer_minutes,
        _ => None,
    });
    minutes.reduce(f64::max)
}
