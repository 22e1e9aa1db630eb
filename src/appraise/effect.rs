//! What the difference between two plans does: violations opened, closed, worse and better; losses and load without supply.
//!
//! A violation is known again by scenario, rule, element and quantity, and by its stage where both have more than one.
//! It is worse or better where it passes its limit by [`STEP_PERCENT`] more or less.

use super::{ConstructionCheck, JudgedViolation, Verdict};
use crate::ids::{ScenarioId, StageId};
use crate::model::{Name, Plan};
use std::collections::BTreeMap;

/// How much the excess over a limit must change to be told, percent of the limit.
pub const STEP_PERCENT: f64 = 0.1;

/// A plan and what came of judging it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'v> {
    /// The plan.
    pub plan: &'v Plan,
    /// Its verdict.
    pub verdict: &'v Verdict,
}

/// What changes from one side to the other.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect<'v> {
    /// Violations of the second side that the first does not have, worst first.
    pub opened: Vec<&'v JudgedViolation>,
    /// Violations of the first side that the second does not have, worst first: they hold there, or their element does not stand.
    pub closed: Vec<&'v JudgedViolation>,
    /// Those of both that pass their limit further on the second side, by how much: first, second.
    pub worse: Vec<(&'v JudgedViolation, &'v JudgedViolation)>,
    /// Those that pass it less far.
    pub better: Vec<(&'v JudgedViolation, &'v JudgedViolation)>,
    /// Those that are as they were.
    pub same: usize,
    /// Losses and load without supply, by stage and scenario.
    pub states: Vec<StateEffect>,
    /// Outages for the sake of works that come to something else, in the order of the works; `None` where a side has no
    /// such outage.
    pub construction: Vec<[Option<&'v ConstructionCheck>; 2]>,
}

/// One stage in one scenario on both sides; NaN where a side is not solved, or does not have it.
#[derive(Clone, PartialEq, Debug)]
pub struct StateEffect {
    /// Stage of the first side.
    pub stage: Name,
    /// Stage of the second, where it is another one.
    pub other_stage: Option<Name>,
    /// Scenario.
    pub scenario: Name,
    /// Losses of both.
    pub losses_mw: [f64; 2],
    /// Load without supply of both, in the intact grid.
    pub lost_load_mw: [f64; 2],
    /// The most load that one outage leaves without supply, of those that may leave less; 0 where none does.
    pub lost_after_fault_mw: [f64; 2],
    /// Cost of the works commissioned since the stage before, in millions, by price year: both sides.
    pub cost_million: [BTreeMap<i16, f64>; 2],
}

/// What a violation is known again by.
type Key = (Name, Name, Name, String, &'static str);

/// Compares two verdicts.
#[must_use]
pub fn effect<'v>(first: Side<'v>, second: Side<'v>) -> Effect<'v> {
    // two single stages are compared with each other, whatever they are called
    let one_stage = first.verdict.stages.len() == 1 && second.verdict.stages.len() == 1;
    let stage = |side: Side<'_>, id: StageId| {
        if one_stage { Name::default() } else { side.plan.stages[id].id.clone() }
    };
    let key = |side: Side<'_>, one: &JudgedViolation| -> Key {
        let element = one.violation.element.map(|element| side.plan.network.describe(element));
        (
            stage(side, one.stage),
            side.plan.scenarios[one.scenario].id.clone(),
            one.violation.rule.clone(),
            element.unwrap_or_default(),
            one.violation.quantity,
        )
    };
    let breaking = |side: Side<'v>| -> BTreeMap<Key, &'v JudgedViolation> {
        let mut all: BTreeMap<Key, &'v JudgedViolation> = BTreeMap::new();
        for one in side.verdict.violations.iter().filter(|one| one.breaks_plan()) {
            // worst first: the first of a name stays
            all.entry(key(side, one)).or_insert(one);
        }
        all
    };
    let (before, after) = (breaking(first), breaking(second));
    let mut found = Effect {
        opened: Vec::new(),
        closed: Vec::new(),
        worse: Vec::new(),
        better: Vec::new(),
        same: 0,
        states: Vec::new(),
        construction: construction(first, second),
    };
    for (key, &old) in &before {
        let Some(&new) = after.get(key) else {
            found.closed.push(old);
            continue;
        };
        let step = new.violation.excess_percent() - old.violation.excess_percent();
        if step > STEP_PERCENT {
            found.worse.push((old, new));
        } else if step < -STEP_PERCENT {
            found.better.push((old, new));
        } else {
            found.same += 1;
        }
    }
    found.opened = after.iter().filter(|(key, _)| !before.contains_key(*key)).map(|(_, &one)| one).collect();
    let by_excess = |one: &JudgedViolation| std::cmp::Reverse(order(one.violation.excess_percent()));
    found.opened.sort_by_key(|one| by_excess(one));
    found.closed.sort_by_key(|one| by_excess(one));
    let step = |(old, new): &(&JudgedViolation, &JudgedViolation)| {
        std::cmp::Reverse(order((new.violation.excess_percent() - old.violation.excess_percent()).abs()))
    };
    found.worse.sort_by_key(step);
    found.better.sort_by_key(step);
    found.states = states(first, second, one_stage);
    found
}

/// A number that sorts as the value does; infinite last.
fn order(value: f64) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, which keeps the order")]
    let whole = (value * 1e6) as i64;
    whole
}

fn states(first: Side<'_>, second: Side<'_>, one_stage: bool) -> Vec<StateEffect> {
    first
        .verdict
        .summary
        .iter()
        .filter_map(|old| {
            let scenario = &first.plan.scenarios[old.scenario].id;
            let stage = &first.plan.stages[old.stage].id;
            let new = second.verdict.summary.iter().find(|new| {
                second.plan.scenarios[new.scenario].id == *scenario
                    && (one_stage || second.plan.stages[new.stage].id == *stage)
            })?;
            let other = &second.plan.stages[new.stage].id;
            let cost = |sums: &[super::CostSum]| {
                sums.iter().map(|sum| (sum.price_year, sum.capex_million)).collect::<BTreeMap<i16, f64>>()
            };
            Some(StateEffect {
                stage: stage.clone(),
                other_stage: (other != stage).then(|| other.clone()),
                scenario: scenario.clone(),
                losses_mw: [old.losses_mw, new.losses_mw],
                lost_load_mw: [old.lost_load_mw, new.lost_load_mw],
                lost_after_fault_mw: [
                    lost_after_fault_mw(first.verdict, old.stage, old.scenario),
                    lost_after_fault_mw(second.verdict, new.stage, new.scenario),
                ],
                cost_million: [cost(&old.cost), cost(&new.cost)],
            })
        })
        .collect()
}

/// The most that an outage leaves dark in a state, by the violations that tell it.
fn lost_after_fault_mw(verdict: &Verdict, stage: StageId, scenario: ScenarioId) -> f64 {
    let here = verdict.violations.iter().filter(|one| one.stage == stage && one.scenario == scenario);
    let dark = here.filter(|one| one.violation.fault.is_some() && one.violation.quantity == "lost load");
    dark.map(|one| one.violation.value).fold(0.0, f64::max)
}

/// Outages for the sake of works, known again by work, scenario and what is out: those that are not the same on both sides.
fn construction<'v>(first: Side<'v>, second: Side<'v>) -> Vec<[Option<&'v ConstructionCheck>; 2]> {
    let key = |side: Side<'_>, check: &ConstructionCheck| {
        let out: Vec<&str> =
            check.outage.elements.iter().map(|&element| side.plan.network.id_of(element)).collect();
        let (project, scenario) =
            (&side.plan.projects[check.project].id, &side.plan.scenarios[check.scenario].id);
        (project.clone(), scenario.clone(), out.join(", "))
    };
    let same = |old: &ConstructionCheck, new: &ConstructionCheck| {
        old.failing == new.failing
            && old.status == new.status
            && (old.unserved_mw - new.unserved_mw).abs() < 1e-6
            && (&old.outage.from, &old.outage.to) == (&new.outage.from, &new.outage.to)
    };
    let mut found = Vec::new();
    for old in &first.verdict.construction {
        let own = key(first, old);
        let new = second.verdict.construction.iter().find(|new| key(second, new) == own);
        if new.is_none_or(|new| !same(old, new)) {
            found.push([Some(old), new]);
        }
    }
    let known = |new: &ConstructionCheck| {
        let own = key(second, new);
        first.verdict.construction.iter().any(|old| key(first, old) == own)
    };
    found.extend(second.verdict.construction.iter().filter(|new| !known(new)).map(|new| [None, Some(new)]));
    found
}
