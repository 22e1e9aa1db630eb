//! One state under all rules of its stage: cells, violations, and what was not judged.

use super::{Cell, Judgement, Measured, OutageVerdict, State, Worst};
use crate::criteria::{
    self, Level, Modelled, Reading, SUPPLY, SolvedState, Subject, Supply, Tally, Violation, WaiverUse, Yards,
    waive,
};
use crate::flow::Status;
use crate::ids::SubstationId;
use crate::model::{CriteriaSet, Demand, GridState, N1, Name, Plan, Rule};
use crate::study::StageState;
use std::collections::BTreeSet;

/// What was found out about one state.
pub(super) struct JudgedState {
    pub(super) state: State,
    /// Whether the load flow converged.
    pub(super) solved: bool,
    /// One per criterion, in the order asked.
    pub(super) cells: Vec<Cell>,
    pub(super) violations: Vec<Violation>,
    /// Rule, criterion and reason.
    pub(super) not_judged: Vec<(Name, &'static str, String)>,
    /// The rules that nothing keeps from being judged, where the state is solved.
    pub(super) rules: BTreeSet<Name>,
}

impl JudgedState {
    /// Whether a rule was judged here, or would have been had anything it is about stood here.
    pub(super) fn is_asked(&self, rule: &str) -> bool {
        self.rules.contains(rule)
    }
}

/// What one rule gave.
enum Answer {
    /// Something was measured.
    Measured(Tally),
    /// There was nothing to measure.
    Nothing(String),
    /// The state does not model what it takes.
    Blocked(String),
    /// The state has no solution.
    Unsolved,
}

/// Judges one state by the set of its stage; `used` has a row for each waiver of the set.
pub(super) fn judge(
    plan: &Plan,
    state: &StageState,
    set: Option<&CriteriaSet>,
    (modelled, faults): (Modelled, Option<&OutageVerdict>),
    criteria: &[&'static str],
    used: &mut [WaiverUse],
) -> JudgedState {
    let network = &state.grid.network;
    let solved = state.flow.status == Status::Converged;
    let yards = Yards::new(network);
    let seen = SolvedState { network, flow: &state.flow, yards: &yards };
    let mut violations = Vec::new();
    let unplaced = unplaced(state);
    let supply = Supply { unplaced: &unplaced }.judge(&seen, &mut violations);
    // Rule, criterion, answer.
    let mut answers: Vec<(Name, &'static str, Answer)> = Vec::new();
    for rule in set.into_iter().flat_map(|set| &set.rules) {
        let answer = match modelled.blocks(rule) {
            Some(reason) => Answer::Blocked(reason.to_owned()),
            None if !solved => Answer::Unsolved,
            None if rule.state == GridState::N1 => after_faults(rule, faults),
            None => {
                let tally = criteria::criterion(&rule.demand).judge(&seen, rule, &mut violations);
                if tally.measured > 0 {
                    Answer::Measured(tally)
                } else {
                    Answer::Nothing(nothing_measured(tally.unmeasured))
                }
            }
        };
        answers.push((rule.id.clone(), rule.criterion(), answer));
    }
    // The worst of each rule and element, whatever fault brings it about.
    // Load without supply is told in a note where no rule of security says how much may be.
    let by_rule = |violation: &Violation| violation.rule != SUPPLY;
    violations.extend(faults.map(OutageVerdict::violations).unwrap_or_default().into_iter().filter(by_rule));
    if let Some(set) = set {
        waive(network, set, plan.stages[state.stage].at, &mut violations, used);
    }
    let supply = if !solved && violations.is_empty() { Answer::Unsolved } else { Answer::Measured(supply) };
    answers.insert(0, (Name::const_new(SUPPLY), SUPPLY, supply));
    let cells = criteria
        .iter()
        .map(|&criterion| {
            let of_it = |answer: &&(Name, &str, Answer)| answer.1 == criterion;
            let answers: Vec<_> = answers.iter().filter(of_it).collect();
            cell(state, criterion, &answers, &violations)
        })
        .collect();
    let mut rules: BTreeSet<Name> = faults.map(|_| Name::const_new(N1)).into_iter().collect();
    let mut not_judged = Vec::new();
    for (rule, criterion, answer) in answers {
        match answer {
            Answer::Measured(_) => {
                rules.insert(rule);
            }
            Answer::Nothing(reason) => {
                rules.insert(rule.clone());
                not_judged.push((rule, criterion, reason));
            }
            Answer::Blocked(reason) => not_judged.push((rule, criterion, reason)),
            Answer::Unsolved => {}
        }
    }
    let state = State { stage: state.stage, scenario: state.scenario };
    JudgedState { state, solved, cells, violations, not_judged, rules }
}

/// The value that presses a limit most, as a tally of one.
fn reading(measured: &Measured) -> Tally {
    let subject =
        Subject { element: measured.element, side: None, quantity: measured.quantity, unit: measured.unit };
    let passed = measured.excess_percent > 100.0 * criteria::TOLERANCE;
    let worst = Some(Reading {
        subject,
        value: measured.value,
        limit: measured.limit,
        percent: measured.percent,
        excess_percent: measured.excess_percent,
        level: passed.then_some(Level::Violation),
    });
    Tally { measured: 1, unmeasured: 0, worst }
}

/// What a rule for the grid after a fault came to over all of them.
fn after_faults(rule: &Rule, faults: Option<&OutageVerdict>) -> Answer {
    let Some(faults) = faults else {
        return Answer::Blocked("states after a fault (N-1) are not computed".to_owned());
    };
    if let Some((_, reason)) = faults.rules.not_judged.iter().find(|(id, _)| *id == rule.id) {
        return Answer::Blocked((*reason).to_owned());
    }
    if faults.is_incomplete() {
        let (done, asked) = (faults.results.len(), faults.outages.len());
        return Answer::Blocked(format!("only {done} of {asked} outages were reached in the time given"));
    }
    let tally = if matches!(rule.demand, Demand::Security(_)) {
        Tally { measured: faults.results.len(), unmeasured: 0, worst: None }
    } else {
        let measured = faults.measured.iter().filter(|measured| measured.rule == rule.id);
        measured.map(reading).fold(Tally::default(), Tally::and)
    };
    if tally.measured > 0 { Answer::Measured(tally) } else { Answer::Nothing(nothing_measured(0)) }
}

/// Load of stations that are not in service and that no neighbour carries, in MW, sorted by station.
fn unplaced(state: &StageState) -> Vec<(SubstationId, f64)> {
    let mut unplaced: Vec<_> = state.grid.lost.iter().map(|lost| (lost.substation, lost.p_mw)).collect();
    unplaced.sort_by_key(|&(station, _)| station);
    unplaced
}

fn nothing_measured(unmeasured: usize) -> String {
    if unmeasured == 0 {
        "nothing that it is about stands in this state".to_owned()
    } else {
        format!("none of the {unmeasured} elements that it is about has a value and a limit")
    }
}

fn cell(
    state: &StageState,
    criterion: &'static str,
    answers: &[&(Name, &'static str, Answer)],
    violations: &[Violation],
) -> Cell {
    let mut cell = Cell::empty(state.stage, state.scenario, criterion, Judgement::NotAsked);
    let mut worst: Option<(&Name, Reading)> = None;
    let mut unsolved = false;
    let mut reasons: Vec<&str> = Vec::new();
    for (rule, _, answer) in answers {
        match answer {
            Answer::Measured(tally) => {
                cell.measured += tally.measured;
                cell.unmeasured += tally.unmeasured;
                if let Some(reading) = tally.worst
                    && worst.is_none_or(|(_, known)| reading.is_worse_than(&known))
                {
                    worst = Some((rule, reading));
                }
            }
            Answer::Blocked(reason) | Answer::Nothing(reason) => {
                if !reasons.contains(&reason.as_str()) {
                    reasons.push(reason);
                }
            }
            Answer::Unsolved => unsolved = true,
        }
    }
    cell.worst = worst.map(|(rule, reading)| Worst {
        rule: rule.clone(),
        element: reading.subject.element,
        quantity: reading.subject.quantity,
        value: reading.value,
        limit: reading.limit,
        percent: reading.percent,
        unit: reading.subject.unit,
    });
    let count = |meant: &dyn Fn(&Violation) -> bool| {
        violations.iter().filter(|violation| violation.criterion == criterion && meant(violation)).count()
    };
    let fails = count(&|v| v.level == Level::Violation && v.waived_by.is_none());
    let waived = count(&|v| v.level == Level::Violation && v.waived_by.is_some());
    let warns = count(&|v| v.level == Level::Warning);
    cell.judgement = if answers.is_empty() {
        Judgement::NotAsked
    } else if fails > 0 {
        Judgement::Fails(fails)
    } else if unsolved {
        Judgement::NoSolution
    } else if waived > 0 {
        Judgement::Waived(waived)
    } else if warns > 0 {
        Judgement::Warns(warns)
    } else if cell.measured > 0 || criterion == SUPPLY {
        // A grid without any load is fully supplied.
        Judgement::Holds
    } else {
        Judgement::NotJudged(reasons.join("; "))
    };
    cell
}
