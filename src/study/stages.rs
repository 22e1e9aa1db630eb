//! The load flow of every stage in every scenario.
//!
//! ```text
//! scenario 1:  stage 1 → stage 2 → stage 3 …      one chain, each stage starting from the one before
//! scenario 2:  stage 1 → stage 2 → stage 3 …      chains side by side on all cores
//! ```
//!
//! What a state starts from is fixed by its place in its chain and never by which thread was faster, so the
//! results have the same bytes on any number of threads.

use crate::case::CaseError;
use crate::finding::Finding;
use crate::flow::{self, FlowOptions, LoadFlow, SolvedGrid, Status};
use crate::ids::{ScenarioId, StageId};
use crate::model::{Plan, Selection, StageGrid};
use crate::study::Stop;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Which states are solved, and how.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct StudyOptions {
    /// The stages wanted; `None` for all.
    pub stages: Option<Vec<StageId>>,
    /// The scenarios wanted; `None` for all. A stage that is not judged in one of them leaves it out.
    pub scenarios: Option<Vec<ScenarioId>>,
    /// The works counted in or out.
    pub selection: Selection,
    /// How each state is solved.
    pub flow: FlowOptions,
    /// When it is to end: the states that it has not begun by then are left out.
    pub stop: Stop,
}

/// One state: the grid of a stage in a scenario, and its load flow.
#[derive(Clone, Debug)]
pub struct StageState {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Its grid, and how it came about.
    pub grid: StageGrid,
    /// Its load flow, solved or not.
    pub flow: LoadFlow,
}

/// A study that could not go on: a grid that cannot be built, or a case that cannot be set up.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{} state(s) cannot be built, the first reason: {}", .findings.len(), .findings.first().map_or("", |f| f.message.as_str()))]
pub struct Stopped {
    /// What stands in the way, each with its stage and scenario; never empty.
    pub findings: Vec<Finding>,
}

/// The states that are wanted, in the order in which [`run`] returns them.
#[must_use]
pub fn wanted(plan: &Plan, options: &StudyOptions) -> Vec<(StageId, ScenarioId)> {
    let chains = chains(plan, options).into_iter();
    let mut states: Vec<(StageId, ScenarioId)> = chains
        .flat_map(|(scenario, stages)| stages.into_iter().map(move |stage| (stage, scenario)))
        .collect();
    states.sort_unstable();
    states
}

/// Solves every wanted state, and returns them stage by stage, within a stage scenario by scenario.
///
/// `progress` is told the number of states done and wanted, from any thread and in any order of completion.
///
/// # Errors
/// [`Stopped`] if any state cannot be built, with the reasons of all of them. A load flow without a solution
/// is no error: see [`LoadFlow::status`].
pub fn run(
    plan: &Plan,
    options: &StudyOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<StageState>, Stopped> {
    let states = run_with(plan, options, progress, |_, _| Ok(()))?;
    Ok(states.into_iter().map(|(state, _)| state).collect())
}

/// As [`run`], and makes something of each state that is solved, with the grid as its controls left it: what else is to be
/// learned of it while it is at hand. `None` for a state without a solution.
///
/// # Errors
/// As [`run`], with the findings of `each`.
pub fn run_with<T: Send>(
    plan: &Plan,
    options: &StudyOptions,
    progress: &(dyn Fn(usize, usize) + Sync),
    each: impl Fn(StageId, &SolvedGrid) -> Result<T, CaseError> + Sync,
) -> Result<Vec<(StageState, Option<T>)>, Stopped> {
    let chains = chains(plan, options);
    let total = chains.iter().map(|(_, stages)| stages.len()).sum();
    let done = AtomicUsize::new(0);
    let tick = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let solve = |(scenario, stages): &(ScenarioId, Vec<StageId>)| {
        chain(plan, options, *scenario, stages, &tick, &each)
    };

    #[cfg(feature = "parallel")]
    let solved: Vec<_> = {
        use rayon::prelude::*;
        chains.par_iter().map(solve).collect()
    };
    #[cfg(not(feature = "parallel"))]
    let solved: Vec<_> = chains.iter().map(solve).collect();

    let mut states = Vec::with_capacity(total);
    let mut findings = Vec::new();
    for (solved, stopped) in solved {
        states.extend(solved);
        findings.extend(stopped);
    }
    if !findings.is_empty() {
        return Err(Stopped { findings: once_each(findings) });
    }
    states.sort_by_key(|(state, _): &(StageState, _)| (state.stage, state.scenario));
    Ok(states)
}

/// Each fault once, with the stages and scenarios in which it shows.
fn once_each(findings: Vec<Finding>) -> Vec<Finding> {
    let mut once: Vec<Finding> = Vec::new();
    for finding in findings {
        let same =
            |other: &&mut Finding| other.message == finding.message && other.element == finding.element;
        match once.iter_mut().find(same) {
            None => once.push(finding),
            Some(first) => {
                add_name(&mut first.stage, finding.stage);
                add_name(&mut first.scenario, finding.scenario);
            }
        }
    }
    once
}

/// Adds a name to a list in words, unless it is there.
fn add_name(names: &mut Option<String>, name: Option<String>) {
    if let (Some(names), Some(name)) = (names, name)
        && !names.split(", ").any(|one| one == name)
    {
        names.push_str(", ");
        names.push_str(&name);
    }
}

/// The stages of each wanted scenario, in order of time.
fn chains(plan: &Plan, options: &StudyOptions) -> Vec<(ScenarioId, Vec<StageId>)> {
    let wanted = |stage: StageId| options.stages.as_ref().is_none_or(|stages| stages.contains(&stage));
    plan.scenarios
        .ids()
        .filter(|scenario| options.scenarios.as_ref().is_none_or(|wanted| wanted.contains(scenario)))
        .map(|scenario| {
            let stages = plan.stages.iter_ids().filter(|&(id, stage)| {
                wanted(id) && (stage.scenarios.is_empty() || stage.scenarios.contains(&scenario))
            });
            (scenario, stages.map(|(id, _)| id).collect())
        })
        .collect()
}

/// Solves the stages of one scenario, each from the solved state before it.
fn chain<T>(
    plan: &Plan,
    options: &StudyOptions,
    scenario: ScenarioId,
    stages: &[StageId],
    tick: &(dyn Fn() + Sync),
    each: &(dyn Fn(StageId, &SolvedGrid) -> Result<T, CaseError> + Sync),
) -> (Vec<(StageState, Option<T>)>, Vec<Finding>) {
    let mut states: Vec<(StageState, Option<T>)> = Vec::with_capacity(stages.len());
    let mut stopped = Vec::new();
    for &stage in stages {
        if options.stop.is_due() {
            break;
        }
        let previous = states.last().map(|(state, _)| &state.flow);
        match state(plan, options, stage, scenario, previous, each) {
            Ok(state) => states.push(state),
            Err(findings) => stopped.extend(findings.into_iter().map(|finding| Finding {
                stage: Some(plan.stages[stage].id.to_string()),
                scenario: Some(plan.scenarios[scenario].id.to_string()),
                ..finding
            })),
        }
        tick();
    }
    (states, stopped)
}

fn state<T>(
    plan: &Plan,
    options: &StudyOptions,
    stage: StageId,
    scenario: ScenarioId,
    previous: Option<&LoadFlow>,
    each: &(dyn Fn(StageId, &SolvedGrid) -> Result<T, CaseError> + Sync),
) -> Result<(StageState, Option<T>), Vec<Finding>> {
    let grid = plan.grid(stage, scenario, &options.selection)?;
    let solved = flow::solve_grid(&grid.network, &options.flow, previous).map_err(|error| error.findings)?;
    let made = match solved.flow.status {
        Status::Converged => Some(each(stage, &solved).map_err(|error| error.findings)?),
        _ => None,
    };
    Ok((StageState { stage, scenario, grid, flow: solved.flow }, made))
}
