//! The plan on 31 December of every year, and any grid of such a day judged: intact and after every outage.
//!
//! ```text
//! years     from the first 31 December at or after the base grid's day to the end of the outlook, else of the horizon,
//!           else to the last stage
//! criteria  of the stage in force: the last one at or before that day, else the first
//! start     each year from the year before; a variant of a year from that year as planned
//! ```
//!
//! What is found depends on the grid and on where it starts from, never on threads.

use super::judging;
use super::{OutageVerdict, judge_outages, outages_asked};
use crate::criteria::{Level, Modelled, Violation, WaiverUse};
use crate::finding::{Code, Finding};
use crate::flow::{self, FlowOptions, LoadFlow, SolvedGrid, Status};
use crate::ids::{Id, ScenarioId, StageId};
use crate::model::{CriteriaSet, GridState, Name, Plan, Selection, Stage, StageGrid};
use crate::study::{StageState, contingency, side_by_side};
use jiff::civil::Date;

/// How grids are solved and judged.
#[derive(Clone, Debug)]
pub struct DatedOptions<'a> {
    /// The scenarios judged, in the order of the plan.
    pub scenarios: Vec<ScenarioId>,
    /// The works counted in or out.
    pub selection: Selection,
    /// The load flow of the intact grid.
    pub flow: FlowOptions,
    /// What the load flows model; without contingencies no outage is looked at.
    pub modelled: Modelled,
    /// How outages are solved under a set of criteria.
    pub outages: Outages<'a>,
}

/// How outages are solved under a set of criteria.
#[derive(Clone, Copy)]
pub struct Outages<'a>(pub &'a (dyn Fn(&CriteriaSet) -> contingency::Options + Sync));

impl std::fmt::Debug for Outages<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Outages")
    }
}

/// A plan with its states as planned, year by year.
#[derive(Debug)]
pub struct Days<'a> {
    /// The plan; its stages are the days judged.
    pub plan: Plan,
    /// How they are judged.
    pub options: DatedOptions<'a>,
    /// By stage: how outages are solved, where the criteria ask about them.
    after_faults: Vec<Option<contingency::Options>>,
    /// As planned, stage by stage, within a stage scenario by scenario.
    pub planned: Vec<DayState>,
}

/// A day as planned, in one scenario.
#[derive(Clone, Debug)]
pub struct DayState {
    /// The day.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// What was found.
    pub judged: JudgedGrid,
}

/// A grid judged.
#[derive(Clone, Debug)]
pub struct JudgedGrid {
    /// The grid and its load flow, solved or not.
    pub state: StageState,
    /// What breaks the plan: violations that no decision excepts; those after a fault by rule and element, at their worst.
    pub violations: Vec<Violation>,
    /// What the outages came to, where they were looked at.
    pub faults: Option<OutageVerdict>,
    /// How many the criteria ask about, whether the intact grid has a state or not.
    pub asked: usize,
    /// The grid as its controls left it.
    pub solved: SolvedGrid,
}

impl JudgedGrid {
    /// Whether the intact grid has a state.
    #[must_use]
    pub fn is_solved(&self) -> bool {
        self.state.flow.status == Status::Converged
    }

    /// Number of outages that were solved, equal grids counted once.
    #[must_use]
    pub fn outages(&self) -> usize {
        let results = self.faults.iter().flat_map(|faults| &faults.results);
        results.filter(|result| result.same_as.is_none()).count()
    }
}

/// The plan with 31 December of every year as its stages, each with the criteria and scenarios of the stage in force.
///
/// # Errors
/// A finding where the input has no dates.
pub fn yearly(plan: &Plan) -> Result<Plan, Vec<Finding>> {
    let no_plan = |message: &str, help: &str| vec![Finding::error(Code::NoPlan, message).help(help)];
    let (Some(as_of), false) = (plan.base.as_of, plan.is_bare()) else {
        return Err(no_plan(
            "the input is a grid without dates: nothing can come later than planned",
            "give a plan folder; `gridstage new DIR` writes one to begin with",
        ));
    };
    let first = as_of.year();
    let last_stage = plan.stages.iter().filter_map(|stage| stage.at).max().map(Date::year);
    let horizon = plan.horizon.map(|horizon| horizon.outlook.unwrap_or(horizon.end));
    let Some(last) = horizon.or(last_stage) else {
        return Err(no_plan(
            "the plan states neither a horizon nor a stage, so it has no last year",
            "give `horizon = { start = 2026, end = 2035 }` in [plan], or a [[stage]]",
        ));
    };
    let mut yearly = plan.clone();
    yearly.stages = crate::ids::Col::new();
    for year in first..=last {
        let Ok(at) = Date::new(year, 12, 31) else { continue };
        let in_force = plan.stages.iter().rfind(|stage| stage.at.is_some_and(|day| day <= at));
        let in_force = in_force.or_else(|| plan.stages.iter().next());
        yearly.stages.push(Stage {
            id: Name::from(year.to_string()),
            at: Some(at),
            scenarios: in_force.map(|stage| stage.scenarios.clone()).unwrap_or_default(),
            criteria: in_force.map(|stage| stage.criteria.clone()).unwrap_or_default(),
            origin: in_force.map(|stage| stage.origin.clone()).unwrap_or_default(),
        });
    }
    Ok(yearly)
}

impl<'a> Days<'a> {
    /// Solves and judges every stage of `plan` as planned; `tick` is told of each state done, from any thread.
    ///
    /// # Errors
    /// Findings where a grid cannot be built.
    pub fn new(
        plan: Plan,
        options: DatedOptions<'a>,
        tick: &(dyn Fn() + Sync),
    ) -> Result<Self, Vec<Finding>> {
        let set_of = |stage: &Stage| plan.criteria.iter().find(|set| set.id == stage.criteria);
        let asks = |set: &&CriteriaSet| set.rules.iter().any(|rule| rule.state == GridState::N1);
        let after_faults = plan
            .stages
            .iter()
            .map(|stage| {
                let set = set_of(stage).filter(asks).filter(|_| options.modelled.contingencies);
                set.map(|set| (options.outages.0)(set))
            })
            .collect();
        let mut days = Self { plan, options, after_faults, planned: Vec::new() };
        let chain = |&scenario: &ScenarioId| -> Result<Vec<DayState>, Vec<Finding>> {
            let mut states: Vec<DayState> = Vec::new();
            for (stage, record) in days.plan.stages.iter_ids() {
                if !record.scenarios.is_empty() && !record.scenarios.contains(&scenario) {
                    continue;
                }
                let grid = days.plan.grid(stage, scenario, &days.options.selection)?;
                let previous = states.last().map(|state| &state.judged.state.flow);
                let judged = days.judge(stage, scenario, grid, previous)?;
                states.push(DayState { stage, scenario, judged });
                tick();
            }
            Ok(states)
        };
        let chains = side_by_side(&days.options.scenarios, chain);
        let mut planned = Vec::new();
        for states in chains {
            planned.extend(states?);
        }
        planned.sort_by_key(|state| (state.stage, state.scenario));
        days.planned = planned;
        Ok(days)
    }

    /// The criteria of a stage.
    #[must_use]
    pub fn set(&self, stage: StageId) -> Option<&CriteriaSet> {
        self.plan.criteria.iter().find(|set| set.id == self.plan.stages[stage].criteria)
    }

    /// The states of a stage as planned, one for each scenario that it is judged in.
    pub fn of_stage(&self, stage: StageId) -> impl Iterator<Item = &DayState> {
        self.planned.iter().filter(move |state| state.stage == stage)
    }

    /// Solves a grid of a stage in a scenario, with every outage that the criteria ask about, and judges it.
    ///
    /// # Errors
    /// Findings where there is nothing to solve.
    pub fn judge(
        &self,
        stage: StageId,
        scenario: ScenarioId,
        grid: StageGrid,
        previous: Option<&LoadFlow>,
    ) -> Result<JudgedGrid, Vec<Finding>> {
        self.judged(stage, scenario, grid, previous, true)
    }

    /// The same without any outage.
    ///
    /// # Errors
    /// As [`Days::judge`].
    pub fn judge_intact(
        &self,
        stage: StageId,
        scenario: ScenarioId,
        grid: StageGrid,
        previous: Option<&LoadFlow>,
    ) -> Result<JudgedGrid, Vec<Finding>> {
        self.judged(stage, scenario, grid, previous, false)
    }

    fn judged(
        &self,
        stage: StageId,
        scenario: ScenarioId,
        grid: StageGrid,
        previous: Option<&LoadFlow>,
        faults: bool,
    ) -> Result<JudgedGrid, Vec<Finding>> {
        let solved = flow::solve_grid(&grid.network, &self.options.flow, previous).map_err(|e| e.findings)?;
        let set = self.set(stage);
        let asked = self.after_faults[stage.index()].as_ref().filter(|_| faults);
        let outages = match (set, asked) {
            (Some(set), Some(_)) => outages_asked(&solved.network, set),
            _ => Vec::new(),
        };
        let count = outages.len();
        let faults = match (set, asked) {
            (Some(set), Some(options)) if solved.flow.status == Status::Converged => {
                Some(judge_outages(&solved, set, outages, options, &|_| true).map_err(|e| e.findings)?)
            }
            _ => None,
        };
        let state = StageState { stage, scenario, grid, flow: solved.flow.clone() };
        let mut used = vec![WaiverUse::default(); set.map_or(0, |set| set.waivers.len())];
        let modelled = (self.options.modelled, faults.as_ref());
        let judged = judging::judge(&self.plan, &state, set, modelled, &[], &mut used);
        let violations = judged.violations.into_iter();
        let breaking = |v: &Violation| v.level == Level::Violation && v.waived_by.is_none();
        let violations = violations.filter(breaking).collect();
        Ok(JudgedGrid { state, violations, faults, asked: count, solved })
    }
}
