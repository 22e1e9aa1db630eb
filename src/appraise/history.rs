//! Since when a violation stands, and what ends it.
//!
//! ```text
//! stages of one scenario   2016   2020   2025   2030
//! the same rule, element     –      ×      ×      –
//!                                 since        cleared: works of 2026…2030 that touch the element
//! ```
//!
//! The same means: same rule, same element, same side of the limit (a voltage too low is not one too high),
//! whichever end of a branch it shows at. A violation that softens to a warning is cleared; a warning that
//! hardens to a violation still stands as a warning. A stage without a solution, or in which the rule is not
//! judged, says nothing: it ends the run backwards, and is passed over forwards.

use super::judging::JudgedState;
use super::touch::{Surroundings, Touch};
use super::works::Works;
use super::{Cleared, JudgedViolation};
use crate::criteria::{Level, Violation};
use crate::ids::{ProjectId, ScenarioId};
use crate::model::{ElementId, Plan};
use std::collections::BTreeMap;

type Key<'a> = (ScenarioId, &'a str, Option<ElementId>, bool);

/// Places every violation of the judged states in time; `states` are in order of stage, then scenario.
pub(super) fn place(plan: &Plan, states: &[JudgedState], works: &Works) -> Vec<JudgedViolation> {
    let chains = chains(states);
    let touch = Touch::new(plan);
    // Where a violation shows: state and level, in order of time.
    let mut shows: BTreeMap<Key<'_>, Vec<(usize, Level)>> = BTreeMap::new();
    for (row, state) in states.iter().enumerate() {
        for violation in &state.violations {
            shows.entry(key(state, violation)).or_default().push((row, violation.level));
        }
    }
    let mut placed = Vec::new();
    // The same works end what shows at an element under any rule, and in any state of the run.
    let mut ending: BTreeMap<(usize, usize, Option<ElementId>), Vec<ProjectId>> = BTreeMap::new();
    for (row, state) in states.iter().enumerate() {
        let Some(chain) = chains.get(&state.state.scenario) else { continue };
        let Ok(at) = chain.binary_search(&row) else { continue };
        for violation in &state.violations {
            let there = shows.get(&key(state, violation)).map_or(&[][..], Vec::as_slice);
            let stands = |row: usize| there.iter().any(|&(r, level)| r == row && level >= violation.level);
            let run = chain[..=at].iter().rev().take_while(|&&row| stands(row));
            let since = run.last().map_or(state.state.stage, |&row| states[row].state.stage);
            let cleared_by = end(states, &chain[at..], violation, &stands).map(|(last, end)| {
                let find = || {
                    let near = violation.element.map(|element| Surroundings::of(&plan.network, element));
                    let closeness = |project, phase| touch.touches(project, phase, near.as_ref()?);
                    works.closest_first(last, end, closeness)
                };
                let projects = ending.entry((last, end, violation.element)).or_insert_with(find).clone();
                Cleared { stage: states[end].state.stage, projects }
            });
            placed.push(JudgedViolation {
                stage: state.state.stage,
                scenario: state.state.scenario,
                violation: violation.clone(),
                since_stage: since,
                cleared_by,
                baseline: None,
            });
        }
    }
    placed
}

/// The rows of each scenario, in order of time.
fn chains(states: &[JudgedState]) -> BTreeMap<ScenarioId, Vec<usize>> {
    let mut chains: BTreeMap<ScenarioId, Vec<usize>> = BTreeMap::new();
    for (row, state) in states.iter().enumerate() {
        chains.entry(state.state.scenario).or_default().push(row);
    }
    chains
}

fn key<'a>(state: &JudgedState, violation: &'a Violation) -> Key<'a> {
    (state.state.scenario, &violation.rule, violation.element, violation.percent > 100.0)
}

/// The last row of the chain with the violation, and the first later one known to be without it; `chain`
/// begins with a row that has it.
fn end(
    states: &[JudgedState],
    chain: &[usize],
    violation: &Violation,
    stands: &dyn Fn(usize) -> bool,
) -> Option<(usize, usize)> {
    let (&first, later) = chain.split_first()?;
    if violation.element.is_none() && !states[first].solved {
        // Load lost somewhere in a grid without a solution: a later stage tells it by station, if at all.
        return None;
    }
    let mut last = first;
    for &row in later {
        if stands(row) {
            last = row;
        } else if states[row].solved && states[row].is_asked(&violation.rule) {
            return Some((last, row));
        }
    }
    None
}
