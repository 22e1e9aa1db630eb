//! What the appraiser must know beside the verdict: what was not judged, moved or assumed.

use super::judging::JudgedState;
use crate::criteria::{Unjudged, WaiverUse};
use crate::finding::{Code, Finding, Severity};
use crate::flow::Status;
use crate::ids::{GeneratorId, ScenarioId, StageId, SubstationId};
use crate::model::{CriteriaSet, Name, Plan};
use crate::study::StageState;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A stage in a scenario.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct State {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
}

impl State {
    /// The state as words: `2025 max`.
    #[must_use]
    pub fn describe(self, plan: &Plan) -> String {
        format!("{} {}", plan.stages[self.stage].id, plan.scenarios[self.scenario].id)
    }
}

/// A rule that is asked but was not judged in any state, or not in some.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotJudged {
    /// Id of the rule.
    pub rule: Name,
    /// Name of the criterion.
    pub criterion: &'static str,
    /// Why not.
    pub reason: Unjudged,
    /// Where it was not judged.
    pub states: Vec<State>,
}

/// Load that a neighbouring station carries because its own is not in service.
#[derive(Clone, PartialEq, Debug)]
pub struct TransferredLoad {
    /// The station that is not in service.
    pub from: SubstationId,
    /// The station that carries its load.
    pub to: SubstationId,
    /// How much, by state, MW.
    pub p_mw: Vec<(State, f64)>,
}

/// A finding of the grids or load flows, told once.
#[derive(Clone, PartialEq, Debug)]
pub struct Told {
    /// The finding; where it shows is in `states`, not in its `stage` and `scenario`.
    pub finding: Finding,
    /// Where it shows, in the order of the plan; empty for what is about the plan as a whole.
    pub states: Vec<State>,
}

pub(super) fn not_judged(states: &[JudgedState]) -> Vec<NotJudged> {
    let mut rows: Vec<NotJudged> = Vec::new();
    for state in states {
        for (rule, criterion, reason) in &state.not_judged {
            match rows.iter_mut().find(|row| row.rule == *rule && row.reason == *reason) {
                Some(row) => row.states.push(state.state),
                None => rows.push(NotJudged {
                    rule: rule.clone(),
                    criterion,
                    reason: *reason,
                    states: vec![state.state],
                }),
            }
        }
    }
    rows
}

pub(super) fn moved(states: &[&StageState]) -> Vec<TransferredLoad> {
    let mut rows: BTreeMap<(SubstationId, SubstationId), Vec<(State, f64)>> = BTreeMap::new();
    for state in states {
        for moved in &state.grid.moved {
            rows.entry((moved.from, moved.to)).or_default().push((of(state), moved.p_mw));
        }
    }
    rows.into_iter().map(|((from, to), p_mw)| TransferredLoad { from, to, p_mw }).collect()
}

/// Findings of grids and load flows, gravest first, each told once with the states it shows in.
pub(super) fn findings(states: &[&StageState]) -> Vec<Told> {
    let mut rows: Vec<Told> = Vec::new();
    let mut known: BTreeMap<(Code, String, Option<String>, Option<String>), usize> = BTreeMap::new();
    for state in states {
        for finding in state.grid.findings.iter().chain(&state.flow.findings) {
            let key = (finding.code, finding.message.clone(), finding.element.clone(), finding.field.clone());
            let row = *known.entry(key).or_insert_with(|| {
                let finding = Finding { stage: None, scenario: None, ..finding.clone() };
                rows.push(Told { finding, states: Vec::new() });
                rows.len() - 1
            });
            if rows[row].states.last() != Some(&of(state)) {
                rows[row].states.push(of(state));
            }
        }
    }
    rows.sort_by_key(|told| Reverse(told.finding.severity));
    rows
}

/// One finding per generator whose reactive power is outside its limits in any solved state.
pub(super) fn reactive_limits(plan: &Plan, states: &[&StageState]) -> Vec<Told> {
    // States, and the one furthest outside: excess, reactive power, where.
    let mut rows: BTreeMap<GeneratorId, (Vec<State>, f64, f64, State)> = BTreeMap::new();
    for state in states.iter().filter(|state| state.flow.status == Status::Converged) {
        let columns = &state.flow.generators;
        for (&id, (&q_mvar, &outside)) in
            columns.generator.iter().zip(columns.q_mvar.iter().zip(&columns.q_outside_mvar))
        {
            // Less than a kilovar is rounding.
            if outside.abs() < 1e-3 || outside.is_nan() {
                continue;
            }
            let row = rows.entry(id).or_insert_with(|| (Vec::new(), 0.0, 0.0, of(state)));
            row.0.push(of(state));
            if outside.abs() > row.1.abs() {
                (row.1, row.2, row.3) = (outside, q_mvar, of(state));
            }
        }
    }
    rows.into_iter()
        .map(|(id, (states, outside, q_mvar, at))| {
            let record = &plan.network.generators[id];
            let side = if outside > 0.0 { "above its upper" } else { "below its lower" };
            let finding = Finding::new(
                Code::ReactiveLimit,
                Severity::Warning,
                format!(
                    "generator {} feeds in {q_mvar:.1} Mvar in {}, {:.1} Mvar {side} limit of {:.1} Mvar{}",
                    record.id,
                    at.describe(plan),
                    outside.abs(),
                    q_mvar - outside,
                    if states.len() > 1 {
                        format!("; it is outside in {} states", states.len())
                    } else {
                        String::new()
                    },
                ),
            )
            .element(format!("generator {}", record.id))
            .field("q_mvar")
            .place(record.origin.place.clone())
            .help(
                "a slack is not held within its limits, and none is with --q-limits off: lower its voltage set-point, or add compensation nearby",
            );
            Told { finding, states }
        })
        .collect()
}

/// Waivers that have run out while what they excepted stands, and waivers that except nothing. `complete`
/// says whether every stage and scenario that a set is for was judged and solved.
pub(super) fn waivers(
    set: &CriteriaSet,
    used: &[WaiverUse],
    complete: bool,
    is_judged: &dyn Fn(&str) -> bool,
) -> Vec<Told> {
    let mut told = Vec::new();
    for (waiver, used) in set.waivers.iter().zip(used) {
        let name = format!("the waiver of {} for {} ({})", waiver.rule, waiver.element, waiver.decision);
        let (message, help) = if used.outlived {
            (
                format!(
                    "{name} ends on {}, and the violation it excepts stands after that day",
                    waiver.until
                ),
                "have the exception prolonged, or bring a work forward that ends the violation",
            )
        } else if !used.used && complete && is_judged(&waiver.rule) {
            (
                format!("{name} excepts nothing: no stage judged has that violation"),
                "check rule and element, or take the waiver out",
            )
        } else {
            continue;
        };
        let finding = Finding::warning(Code::Waiver, message)
            .element(format!("waiver {} {}", waiver.rule, waiver.element))
            .place(waiver.origin.place.clone())
            .help(help);
        told.push(Told { finding, states: Vec::new() });
    }
    told
}

fn of(state: &StageState) -> State {
    State { stage: state.stage, scenario: state.scenario }
}
