//! Need dates: how late may a work come, and what fails first if it comes later still?
//!
//! ```text
//! for each work and each delay of k = 1, 2, ... years
//!     missing(year) = phases that would stand on 31 December of that year and do not yet      (slip.rs)
//!     each year with something missing: solved, every outage too, judged against the same year as planned (compare.rs)
//! needed by = 31 December of (planned year + k − 1) for the least k with which anything is new or worse
//! ```
//!
//! What is skipped, as it cannot matter: years in which nothing with changes is missing, for the grid is the planned one; a
//! state whose missing phases are those of a state that was solved for another work or delay; and beyond the delays asked
//! for, all years after the first failure. Nothing else is: no state is left out because a change looks small.
//!
//! Works go through in batches, so that a killed run can go on from the rows that are finished. A row depends on the plan
//! and the options alone, never on the rows before it or on threads.

mod row;
mod saving;
mod slip;

pub use row::{Failing, NeedBy, Outcome, SlipOutcome, SlipState, WorkNeed};
pub use saving::{Deferral, deferrals, with_saving};
pub use slip::{Part, Slip, Slips};

use super::compare::{Difference, differences};
use super::dated::Days;
use crate::finding::Finding;
use crate::flow::Status;
use crate::ids::{GeneratorId, ProjectId, ScenarioId, StageId};
use crate::model::{Name, Plan};
use crate::study::{Stop, side_by_side};
use std::collections::{BTreeMap, BTreeSet};

/// Works that are solved together, and whose rows are finished together.
const BATCH: usize = 16;

/// A state by what is missing in it.
type Key = (StageId, Vec<Part>);

/// The plan, day by day, and what follows what in it.
#[derive(Debug)]
pub struct Delays<'a> {
    days: &'a Days<'a>,
    slips: Slips,
    /// States solved so far.
    known: BTreeMap<Key, Found>,
    /// When it is to end.
    stop: Stop,
}

/// What a state with something missing came to.
#[derive(Clone, Debug)]
struct Found {
    intact: usize,
    outages: usize,
    /// The machine that balances, where what is missing takes the one that would.
    slack: Option<GeneratorId>,
    ending: Ending,
}

#[derive(Clone, Debug)]
enum Ending {
    Holds,
    Fails(Gravest),
    Unknown(String),
}

/// What fails in a state, in the scenario in which most does.
#[derive(Clone, Debug)]
struct Gravest {
    failing: Failing,
    limits: usize,
    beyond_mw: f64,
    lost_mw: f64,
}

/// What all load flows of a study came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effort {
    /// States as planned.
    pub planned_states: usize,
    /// States with something missing that were solved.
    pub states: usize,
    /// States that another work or delay needed too: solved once.
    pub shared: usize,
    /// States not solved, as the grid is the planned one.
    pub same: usize,
    /// Load flows of intact grids.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}

impl Effort {
    /// All load flows.
    #[must_use]
    pub fn load_flows(&self) -> usize {
        self.intact + self.outages
    }
}

impl<'a> Delays<'a> {
    /// The delays of a plan's works.
    #[must_use]
    pub fn new(days: &'a Days<'a>) -> Self {
        let slips = Slips::new(&days.plan, &days.options.selection);
        Self { days, slips, known: BTreeMap::new(), stop: Stop::never() }
    }

    /// The same, to end before it is through: between works, some at a time.
    #[must_use]
    pub fn until(self, stop: Stop) -> Self {
        Self { stop, ..self }
    }

    /// What delays of up to `years` years do to each of `works`, a row each, handed to `tell` in their order. Where nothing
    /// fails by then, longer ones are tried until something does or the last year is reached.
    /// A study that is to end before it is through tells of the first works.
    pub fn run(&mut self, works: &[ProjectId], years: u16, tell: &mut dyn FnMut(WorkNeed)) {
        for batch in works.chunks(BATCH) {
            if self.stop.is_due() {
                return;
            }
            let mut open: Vec<ProjectId> =
                batch.iter().copied().filter(|&work| self.may_slip(work)).collect();
            let mut least = 1;
            let mut most = years.max(1);
            while !open.is_empty() {
                let wanted: BTreeSet<Key> = open
                    .iter()
                    .flat_map(|&work| (least..=most).flat_map(move |k| [(work, k)]))
                    .flat_map(|(work, k)| self.keys(work, k))
                    .collect();
                self.solve(wanted);
                open.retain(|&work| {
                    let tried = (1..=most).map(|k| self.outcome(work, k));
                    let failed = tried.into_iter().any(|outcome| matches!(outcome, Outcome::Fails { .. }));
                    !failed && self.goes_on(work, most)
                });
                least = most + 1;
                most += 1;
            }
            for &work in batch {
                tell(self.row(work, years.max(1)));
            }
        }
    }

    /// Whether a work is planned within the years judged.
    fn may_slip(&self, work: ProjectId) -> bool {
        let last = self.days.plan.stages.iter().filter_map(|stage| stage.at).max();
        self.slips.first_day(work).zip(last).is_some_and(|(first, last)| first <= last)
    }

    /// Whether a delay of one more year makes something missing in a further year.
    fn goes_on(&self, work: ProjectId, years: u16) -> bool {
        years < u16::MAX
            && self.days.plan.stages.len() > usize::from(years)
            && self.keys(work, years + 1).iter().any(|key| !self.known.contains_key(key))
    }

    /// The states that a delay differs in, in order of time.
    fn keys(&self, work: ProjectId, years: u16) -> Vec<Key> {
        let Some(slip) = self.slips.slip(work, years) else { return Vec::new() };
        let stages = self.days.plan.stages.iter_ids();
        stages
            .filter_map(|(stage, record)| Some((stage, self.slips.missing(&slip, record.at?))))
            .filter(|(_, missing)| !missing.is_empty())
            .collect()
    }

    /// Solves what is not known yet.
    fn solve(&mut self, wanted: BTreeSet<Key>) {
        let wanted: Vec<Key> = wanted.into_iter().filter(|key| !self.known.contains_key(key)).collect();
        let found = side_by_side(&wanted, |(stage, missing)| self.state(*stage, missing));
        self.known.extend(wanted.into_iter().zip(found));
    }

    /// Solves and judges one day without what is missing, in every scenario.
    fn state(&self, stage: StageId, missing: &[Part]) -> Found {
        let mut found = Found { intact: 0, outages: 0, slack: None, ending: Ending::Holds };
        let mut gravest: Option<Gravest> = None;
        let mut unknown: Option<String> = None;
        for planned in self.days.of_stage(stage) {
            if !planned.judged.is_solved() {
                let year = &self.days.plan.stages[stage].id;
                unknown.get_or_insert_with(|| format!("{year} has no load-flow solution as planned"));
                continue;
            }
            let scenario = planned.scenario;
            let variant = self.without(stage, scenario, missing).and_then(|mut grid| {
                found.slack = found.slack.or(grid.network.hand_over_slack());
                self.days.judge(stage, scenario, grid, Some(&planned.judged.state.flow))
            });
            let variant = match variant {
                Ok(variant) => variant,
                Err(findings) => {
                    let why = findings.first().map_or("", |first| first.message.as_str());
                    unknown.get_or_insert_with(|| format!("the grid cannot be built: {why}"));
                    continue;
                }
            };
            found.intact += 1;
            found.outages += variant.outages();
            let year = self.days.plan.stages[stage].at.map_or(0, jiff::civil::Date::year);
            let now = if variant.is_solved() {
                let list = differences(self.days.set(stage), &planned.judged, &variant);
                gravest_of(&list, year, scenario)
            } else {
                Some(no_solution(&variant.state.flow, planned.judged.state.flow.load_mw, year, scenario))
            };
            if let Some(now) = now
                && gravest.as_ref().is_none_or(|most| most.weighs_less_than(&now))
            {
                gravest = Some(now);
            }
        }
        found.ending = match (gravest, unknown) {
            (Some(gravest), _) => Ending::Fails(gravest),
            // What one scenario says does not vouch for another.
            (None, Some(why)) => Ending::Unknown(why),
            (None, None) => Ending::Holds,
        };
        found
    }

    /// The grid of a day without phases that are missing.
    fn without(
        &self,
        stage: StageId,
        scenario: ScenarioId,
        missing: &[Part],
    ) -> Result<crate::model::StageGrid, Vec<Finding>> {
        without(&self.days.plan, &self.slips, &self.days.options.selection, (stage, scenario), missing)
    }

    /// How a delay ends, from the states known.
    fn outcome(&self, work: ProjectId, years: u16) -> Outcome {
        let keys = self.keys(work, years);
        if keys.is_empty() {
            return Outcome::Same;
        }
        let found: Vec<&Found> = keys.iter().filter_map(|key| self.known.get(key)).collect();
        let mut fails = found.iter().filter_map(|found| match &found.ending {
            Ending::Fails(gravest) => Some(gravest),
            _ => None,
        });
        let Some(first) = fails.next() else {
            let why = found.iter().find_map(|found| match &found.ending {
                Ending::Unknown(why) => Some(why.clone()),
                _ => None,
            });
            return why.map_or(Outcome::Holds, Outcome::Unknown);
        };
        let worst = fails.fold(first, |worst, next| if worst.weighs_less_than(next) { next } else { worst });
        Outcome::Fails {
            first: first.failing.clone(),
            worst: worst.failing.clone(),
            limits: worst.limits,
            beyond_mw: worst.beyond_mw,
            lost_mw: worst.lost_mw,
        }
    }

    /// The row of a work whose states are known.
    fn row(&self, work: ProjectId, years: u16) -> WorkNeed {
        let planned = self.slips.first_day(work);
        let mut row = WorkNeed {
            project: work,
            planned,
            need: NeedBy::NotPlanned,
            slips: Vec::new(),
            followers: Vec::new(),
            states: Vec::new(),
            same: 0,
            slack: None,
        };
        let Some(planned) = planned else { return row };
        if !self.may_slip(work) {
            row.need = NeedBy::AfterHorizon;
            return row;
        }
        // As far as the states were solved.
        let mut tried = years;
        while tried > 0 && tried < u16::MAX && !self.fails_by(work, tried) {
            let next = self.keys(work, tried + 1);
            if next == self.keys(work, tried) || !next.iter().all(|key| self.known.contains_key(key)) {
                break;
            }
            tried += 1;
        }
        let mut states: BTreeSet<SlipState> = BTreeSet::new();
        for k in 1..=tried {
            let keys = self.keys(work, k);
            for (stage, missing) in &keys {
                if let Some(found) = self.known.get(&(*stage, missing.clone())) {
                    let (intact, outages) = (found.intact, found.outages);
                    row.slack = row.slack.or(found.slack);
                    states.insert(SlipState { stage: *stage, missing: missing.clone(), intact, outages });
                }
            }
            if k <= years {
                let last = keys.last().and_then(|key| self.days.plan.stages[key.0].at);
                let outcome = self.outcome(work, k);
                row.slips.push(SlipOutcome {
                    years: k,
                    outcome,
                    last_year: last.map(jiff::civil::Date::year),
                });
            }
            if let (Outcome::Fails { first, .. }, NeedBy::NotPlanned) = (self.outcome(work, k), &row.need) {
                let day =
                    jiff::civil::Date::new(planned.year() + i16::try_from(k).unwrap_or(i16::MAX) - 1, 12, 31);
                row.need = NeedBy::Day { day: day.unwrap_or(planned), float_years: k - 1, first };
            }
        }
        row.same = self.same(work, tried);
        row.followers = self.followers(work, years);
        row.states = states.into_iter().collect();
        if row.need == NeedBy::NotPlanned {
            row.need = self.unfailing(work, tried, row.states.is_empty());
        }
        row
    }

    /// The answer for a work whose delays let nothing fail.
    fn unfailing(&self, work: ProjectId, tried: u16, nothing_missing: bool) -> NeedBy {
        if nothing_missing {
            return NeedBy::ChangesNothing;
        }
        if let Outcome::Unknown(reason) = self.outcome(work, tried) {
            return NeedBy::Unknown { reason };
        }
        let last = self.days.plan.stages.iter().filter_map(|stage| stage.at).max();
        NeedBy::NotBefore { year: last.map_or(0, jiff::civil::Date::year), tried }
    }

    fn fails_by(&self, work: ProjectId, years: u16) -> bool {
        (1..=years).any(|k| matches!(self.outcome(work, k), Outcome::Fails { .. }))
    }

    /// States of delays that are those of the plan: something is late there, but nothing that changes the grid.
    fn same(&self, work: ProjectId, tried: u16) -> usize {
        let Some(planned) = self.slips.first_day(work) else { return 0 };
        let late = |at: jiff::civil::Date| {
            at >= planned && i32::from(at.year()) < i32::from(planned.year()) + i32::from(tried)
        };
        let days: Vec<StageId> = self
            .days
            .plan
            .stages
            .iter_ids()
            .filter(|(_, stage)| stage.at.is_some_and(late))
            .map(|(id, _)| id)
            .collect();
        let solved: BTreeSet<StageId> =
            (1..=tried).flat_map(|k| self.keys(work, k)).map(|(stage, _)| stage).collect();
        days.iter().filter(|day| !solved.contains(day)).count()
    }

    /// Works that come later with a work.
    fn followers(&self, work: ProjectId, years: u16) -> Vec<ProjectId> {
        let later = self.slips.slip(work, years).map(|slip| slip.later).unwrap_or_default();
        let others: BTreeSet<ProjectId> = later.keys().map(|part| part.0).filter(|&id| id != work).collect();
        others.into_iter().collect()
    }
}

/// The grid of a day without phases that are missing.
fn without(
    plan: &Plan,
    slips: &Slips,
    selection: &crate::model::Selection,
    (stage, scenario): (StageId, ScenarioId),
    missing: &[Part],
) -> Result<crate::model::StageGrid, Vec<Finding>> {
    let at = plan.stages[stage].at;
    let mut selection = selection.clone();
    let mut partly: Vec<Part> = Vec::new();
    for phases in missing.chunk_by(|a, b| a.0 == b.0) {
        let Some(&(project, _)) = phases.first() else { continue };
        if at.is_some_and(|at| slips.standing(project, at) == phases.len()) {
            selection.without.push(project);
        } else {
            partly.extend(phases);
        }
    }
    if partly.is_empty() {
        return plan.grid(stage, scenario, &selection);
    }
    // Some of its phases stand: only in a plan of its own can the others be away.
    let mut plan = plan.clone();
    for (project, phase) in partly {
        if let Some(phase) = plan.projects[project].phases.get_mut(phase) {
            phase.commissioning = None;
        }
    }
    plan.grid(stage, scenario, &selection)
}

impl Gravest {
    fn weighs_less_than(&self, other: &Self) -> bool {
        let unsolved = |one: &Self| one.failing.rule == NO_SOLUTION;
        unsolved(self)
            .cmp(&unsolved(other))
            .then(self.beyond_mw.total_cmp(&other.beyond_mw))
            .then(self.limits.cmp(&other.limits))
            .is_lt()
    }
}

/// What stands for the rule where the grid has no state.
pub const NO_SOLUTION: &str = "no_solution";

fn gravest_of(list: &[Difference], year: i16, scenario: ScenarioId) -> Option<Gravest> {
    let first = list.first()?;
    let v = &first.violation;
    let lost = |d: &&Difference| d.violation.quantity == "lost load" && d.violation.fault.is_none();
    Some(Gravest {
        failing: Failing {
            year,
            scenario,
            rule: v.rule.clone(),
            criterion: Name::from(v.criterion),
            element: v.element,
            quantity: Name::from(v.quantity),
            value: v.value,
            limit: v.limit,
            percent: v.percent,
            unit: Name::from(v.unit),
            outage: v.fault.as_ref().map(|fault| fault.outage.clone()),
            planned: first.planned,
            beyond_mw: first.beyond_mw,
        },
        limits: list.len(),
        beyond_mw: list.iter().map(|d| d.beyond_mw).sum(),
        lost_mw: list.iter().filter(lost).map(|d| d.beyond_mw).sum(),
    })
}

fn no_solution(flow: &crate::flow::LoadFlow, load_mw: f64, year: i16, scenario: ScenarioId) -> Gravest {
    let unsolved = flow.islands.iter().filter(|island| island.status != Status::Converged);
    let share = unsolved.filter_map(|island| island.solvable_share).reduce(f64::min);
    let beyond_mw = load_mw * (1.0 - share.unwrap_or(0.0));
    Gravest {
        failing: Failing {
            year,
            scenario,
            rule: NO_SOLUTION.into(),
            criterion: NO_SOLUTION.into(),
            element: None,
            quantity: "solvable load".into(),
            value: 100.0 * share.unwrap_or(0.0),
            limit: 100.0,
            percent: 100.0 * share.unwrap_or(0.0),
            unit: "%".into(),
            outage: None,
            planned: None,
            beyond_mw,
        },
        limits: 1,
        beyond_mw,
        lost_mw: 0.0,
    }
}

/// What a study came to in load flows: `rows` in the order of the plan's works.
#[must_use]
pub fn effort(days: &Days<'_>, rows: &[WorkNeed]) -> Effort {
    let mut effort = Effort { planned_states: days.planned.len(), ..Effort::default() };
    for state in &days.planned {
        effort.intact += 1;
        effort.outages += state.judged.outages();
    }
    let mut seen = BTreeSet::new();
    for row in rows {
        effort.same += row.same;
        for state in &row.states {
            if seen.insert((state.stage, &state.missing)) {
                effort.states += 1;
                effort.intact += state.intact;
                effort.outages += state.outages;
            } else {
                effort.shared += 1;
            }
        }
    }
    effort
}
