//! The verdict on a staged plan: what holds, what does not, since when, and which work ends it.
//!
//! ```text
//! states (stage x scenario, solved) ─ judging ─→ cells, violations      each state by the rules of its stage
//!                                   ─ history ─→ since when, cleared by what
//!                                   ─ summary ─→ load, losses, worst voltage and loading, works and cost
//!                                   ─ told, notes ─→ what was not judged, moved, assumed or not modelled
//! ```
//!
//! Read [`judge`] first.

use super::judging::{self, JudgedState};
use super::works::Works;
use super::{
    Cell, Group, JudgedViolation, Judgement, NotJudged, Note, StateSummary, Told, TransferredLoad, history,
    notes, summary, told,
};
use super::{ConstructionCheck, OutageVerdict};
use crate::criteria::{Level, Modelled, NAMES, SUPPLY, WaiverUse, own_limits};
use crate::ids::{Id, ScenarioId, StageId};
use crate::model::{CriteriaSet, Name, Plan, Selection};
use crate::study::{StageState, YearlyLosses, losses};
use std::cmp::{Ordering, Reverse};

/// What `check` prints.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// The answer.
    pub exit: Exit,
    /// The stages judged, in order of time.
    pub stages: Vec<StageId>,
    /// The scenarios judged, in the order of the plan.
    pub scenarios: Vec<ScenarioId>,
    /// The criteria that any stage asks for, in a fixed order; `supply` is always the first.
    pub criteria: Vec<&'static str>,
    /// `[stage][scenario][criterion]`, all combinations.
    pub cells: Vec<Cell>,
    /// Warnings and violations, worst first.
    pub violations: Vec<JudgedViolation>,
    /// One per judged stage and scenario, stage by stage.
    pub summary: Vec<StateSummary>,
    /// Energy lost over a year, one per solved stage; empty where the plan states no load-loss factor.
    pub energy: Vec<YearlyLosses>,
    /// Rules that were asked but not judged.
    pub not_judged: Vec<NotJudged>,
    /// Load carried by neighbours of stations that are not in service.
    pub moved: Vec<TransferredLoad>,
    /// What outages for the sake of works came to, in the order of the works.
    pub construction: Vec<ConstructionCheck>,
    /// What was not modelled or not asked.
    pub notes: Vec<Note>,
    /// What the grids and load flows had to say, once each.
    pub findings: Vec<Told>,
}

/// The answer in one word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Exit {
    /// Every state is solved, and nothing that is asked and judged is violated.
    Holds,
    /// A criterion is violated without exception, or load is left dark.
    Violated,
    /// A state has no solution, or there was no state to judge; this outweighs violations elsewhere.
    NoSolution,
}

impl Exit {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Violated => "violated",
            Self::NoSolution => "no_solution",
        }
    }

    /// The exit code of the command line.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Violated => 1,
            Self::NoSolution => 4,
        }
    }
}

/// What the verdict may rely on.
#[derive(Clone, Debug, Default)]
pub struct JudgeOptions {
    /// What the load flows model.
    pub modelled: Modelled,
    /// What the outages of states came to, where they were looked at.
    pub outages: Vec<StateOutages>,
    /// What outages for the sake of works came to.
    pub construction: Vec<ConstructionCheck>,
    /// The works counted in or out when the states were solved.
    pub selection: Selection,
    /// The stages reported; `None` for all. Since when a violation stands and what clears it is found over all
    /// states given, so give those of the other stages too.
    pub stages: Option<Vec<StageId>>,
}

/// The outages of one state.
#[derive(Clone, Debug)]
pub struct StateOutages {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// What they came to.
    pub verdict: OutageVerdict,
}

/// Judges the solved states of a plan.
///
/// A state that has no solution is never a pass, and a rule that cannot be judged is told with its reason.
/// A stage without a criteria set is judged for supply alone; a bare grid by its own limits and ratings.
#[must_use]
pub fn judge(plan: &Plan, states: &[StageState], options: &JudgeOptions) -> Verdict {
    let modelled = options.modelled;
    let mut ordered: Vec<&StageState> = states.iter().collect();
    ordered.sort_by_key(|state| (state.stage, state.scenario));
    let own = own_limits();
    // By stage, in the order of the plan.
    let sets: Vec<Option<&CriteriaSet>> = plan
        .stages
        .iter()
        .map(|stage| {
            let named = plan.criteria.iter().find(|set| set.id == stage.criteria);
            named.or((plan.is_bare() && stage.criteria.is_empty()).then_some(&own))
        })
        .collect();
    let set_of = |stage: StageId| sets.get(stage.index()).copied().flatten();
    let criteria = asked(&ordered, &set_of);
    let mut waivers = Waivers::new(plan);
    let judged: Vec<JudgedState> = ordered
        .iter()
        .map(|state| {
            let set = set_of(state.stage);
            let faults =
                options.outages.iter().find(|of| (of.stage, of.scenario) == (state.stage, state.scenario));
            let faults = faults.map(|of| &of.verdict);
            judging::judge(plan, state, set, (modelled, faults), &criteria, waivers.of(set))
        })
        .collect();
    let works = Works::new(plan, &options.selection, &ordered);
    let mut violations = history::place(plan, &judged, &works);
    violations.sort_by(worst_first);
    let summary: Vec<StateSummary> = ordered
        .iter()
        .enumerate()
        .map(|(row, state)| {
            let before = ordered[..row].iter().rposition(|before| before.scenario == state.scenario);
            summary::summarise(plan, state, set_of(state.stage), modelled, &works, row, before)
        })
        .collect();
    let mut findings = waivers.told(plan, &judged);
    let shown = |stage: StageId| options.stages.as_ref().is_none_or(|stages| stages.contains(&stage));
    violations.retain(|violation| shown(violation.stage));
    let mut summary = summary;
    summary.retain(|state| shown(state.stage));
    let mut energy = losses::yearly(plan, states);
    energy.retain(|year| shown(year.stage));
    let judged: Vec<JudgedState> = judged.into_iter().filter(|state| shown(state.state.stage)).collect();
    ordered.retain(|state| shown(state.stage));
    findings.extend(told::reactive_limits(plan, &ordered));
    findings.extend(told::findings(&ordered));
    findings.sort_by_key(|told| Reverse(told.finding.severity));
    let not_judged = told::not_judged(&judged);
    let moved = told::moved(&ordered);
    let (stages, scenarios) = axes(&ordered);
    let cells = matrix(&stages, &scenarios, &criteria, &judged);
    let seen = notes::Seen {
        plan,
        states: &ordered,
        set_of: &set_of,
        stages: &stages,
        modelled,
        outages: &options.outages,
    };
    let notes = seen.notes(&cells, &moved);
    Verdict {
        exit: answer(&judged, &violations, &options.construction),
        stages,
        scenarios,
        criteria,
        cells,
        violations,
        summary,
        energy,
        not_judged,
        moved,
        construction: options.construction.clone(),
        notes,
        findings,
    }
}

/// The criteria that any judged stage asks for, in the order of reports.
fn asked<'a>(
    states: &[&StageState],
    set_of: &dyn Fn(StageId) -> Option<&'a CriteriaSet>,
) -> Vec<&'static str> {
    let asks = |name: &str| {
        states
            .iter()
            .filter_map(|state| set_of(state.stage))
            .any(|set| set.rules.iter().any(|rule| rule.criterion() == name))
    };
    NAMES.into_iter().filter(|&name| name == SUPPLY || asks(name)).collect()
}

/// The stages and scenarios of the judged states, each in the order of the plan.
fn axes(states: &[&StageState]) -> (Vec<StageId>, Vec<ScenarioId>) {
    let mut stages: Vec<StageId> = states.iter().map(|state| state.stage).collect();
    stages.dedup();
    let mut scenarios: Vec<ScenarioId> = states.iter().map(|state| state.scenario).collect();
    scenarios.sort_unstable();
    scenarios.dedup();
    (stages, scenarios)
}

/// All cells; a stage that is not judged in a scenario is not asked there.
fn matrix(
    stages: &[StageId],
    scenarios: &[ScenarioId],
    criteria: &[&'static str],
    judged: &[JudgedState],
) -> Vec<Cell> {
    let mut judged = judged.iter().peekable();
    let mut cells = Vec::with_capacity(stages.len() * scenarios.len() * criteria.len());
    for &stage in stages {
        for &scenario in scenarios {
            let of_it = |state: &&JudgedState| state.state.stage == stage && state.state.scenario == scenario;
            match judged.next_if(of_it) {
                Some(state) => cells.extend(state.cells.iter().cloned()),
                None => cells.extend(
                    criteria.iter().map(|name| Cell::empty(stage, scenario, name, Judgement::NotAsked)),
                ),
            }
        }
    }
    cells
}

/// What breaks the plan first, then what an exception covers, then warnings; within these by how far the
/// limit is passed (percent of it), then by the value, then in the order of the plan.
fn worst_first(a: &JudgedViolation, b: &JudgedViolation) -> Ordering {
    let rank = |row: &JudgedViolation| (row.breaks_plan(), row.violation.level == Level::Violation);
    let (va, vb) = (&a.violation, &b.violation);
    rank(b)
        .cmp(&rank(a))
        .then(vb.excess_percent().total_cmp(&va.excess_percent()))
        .then(vb.value.total_cmp(&va.value))
        .then((a.stage, a.scenario).cmp(&(b.stage, b.scenario)))
        .then((&va.rule, va.element).cmp(&(&vb.rule, vb.element)))
}

fn answer(
    judged: &[JudgedState],
    violations: &[JudgedViolation],
    construction: &[ConstructionCheck],
) -> Exit {
    if judged.is_empty() || judged.iter().any(|state| !state.solved) {
        Exit::NoSolution
    } else if violations.iter().any(JudgedViolation::breaks_plan)
        || construction.iter().any(|check| check.breaks_plan)
    {
        Exit::Violated
    } else {
        Exit::Holds
    }
}

/// What each waiver of each set of the plan did.
struct Waivers {
    used: Vec<(Name, Vec<WaiverUse>)>,
}

impl Waivers {
    fn new(plan: &Plan) -> Self {
        let unused = |set: &CriteriaSet| (set.id.clone(), vec![WaiverUse::default(); set.waivers.len()]);
        Self { used: plan.criteria.iter().map(unused).collect() }
    }

    fn of(&mut self, set: Option<&CriteriaSet>) -> &mut [WaiverUse] {
        let row = set.and_then(|set| self.used.iter_mut().find(|(id, _)| *id == set.id));
        row.map_or(&mut [], |(_, used)| used)
    }

    fn told(&self, plan: &Plan, judged: &[JudgedState]) -> Vec<Told> {
        let is_solved = |stage: StageId, scenario: ScenarioId| {
            judged.iter().any(|s| s.solved && s.state.stage == stage && s.state.scenario == scenario)
        };
        let mut findings = Vec::new();
        for (set, (_, used)) in plan.criteria.iter().zip(&self.used) {
            let mut stages = plan.stages.iter_ids().filter(|(_, stage)| stage.criteria == set.id);
            let complete = stages.all(|(id, stage)| {
                let mut scenarios = plan.scenarios.ids();
                scenarios.all(|scenario| {
                    let wanted = stage.scenarios.is_empty() || stage.scenarios.contains(&scenario);
                    !wanted || is_solved(id, scenario)
                })
            });
            let is_judged = |rule: &str| judged.iter().any(|state| state.is_asked(rule));
            findings.extend(told::waivers(set, used, complete, &is_judged));
        }
        findings
    }
}

impl Verdict {
    /// The cell of a stage, scenario and criterion.
    #[must_use]
    pub fn cell(&self, stage: StageId, scenario: ScenarioId, criterion: &str) -> Option<&Cell> {
        self.cells
            .iter()
            .find(|cell| cell.stage == stage && cell.scenario == scenario && cell.criterion == criterion)
    }

    /// The violations by rule and element, in the order of the worst of each group.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let mut rows: Vec<usize> = (0..self.violations.len()).collect();
        // Stable, so that within a group the worst stays first.
        rows.sort_by(|&a, &b| self.violations[a].group().cmp(&self.violations[b].group()));
        let mut groups: Vec<Group> = rows
            .chunk_by(|&a, &b| self.violations[a].group() == self.violations[b].group())
            .map(|rows| Group { rows: rows.to_vec() })
            .collect();
        groups.sort_by_key(|group| group.rows.first().copied());
        groups
    }
}
