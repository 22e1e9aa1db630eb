//! What a stage is worth with some of its works and without others: each such grid solved once, with every fault that the
//! criteria ask about.
//!
//! ```text
//! missing  the phases left out, what builds on them, and works that require one of which nothing stands
//! value    the metrics of the stage with these missing, summed over the scenarios
//! slack    where what is missing takes the machine that balances, the largest that holds a voltage does instead
//! ```

use super::metrics::Metrics;
use crate::appraise::dated::{DayState, Days, JudgedGrid};
use crate::appraise::need::{Part, Slips};
use crate::finding::Finding;
use crate::ids::{ProjectId, StageId};
use crate::study::side_by_side;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A state by what is missing in it.
pub type Key = (StageId, Vec<Part>);

/// The states of a plan's stages with works missing.
#[derive(Debug)]
pub struct Game<'a> {
    /// The plan with its states as planned.
    pub days: &'a Days<'a>,
    slips: Slips,
    known: BTreeMap<Key, Value>,
    /// States asked for that were solved for another question.
    pub shared: usize,
    /// Load flows of intact grids, those as planned too.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}

/// What a state came to.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Its metrics, summed over scenarios.
    Known(Metrics),
    /// The grid cannot be built, and why.
    Unknown(String),
}

impl Value {
    /// The metrics, where they are known.
    #[must_use]
    pub fn metrics(&self) -> Option<Metrics> {
        match self {
            Self::Known(metrics) => Some(*metrics),
            Self::Unknown(_) => None,
        }
    }
}

impl<'a> Game<'a> {
    /// The states as planned are known from the beginning.
    #[must_use]
    pub fn new(days: &'a Days<'a>) -> Self {
        let slips = Slips::new(&days.plan, &days.options.selection);
        let mut game = Self { days, slips, known: BTreeMap::new(), shared: 0, intact: 0, outages: 0 };
        for stage in days.plan.stages.ids() {
            let planned = days.of_stage(stage).map(|state| Metrics::of(days.set(stage), &state.judged));
            game.known.insert((stage, Vec::new()), Value::Known(planned.sum()));
        }
        game.intact = days.planned.len();
        game.outages = days.planned.iter().map(|state| state.judged.outages()).sum();
        game
    }

    /// The day of a stage.
    #[must_use]
    pub fn day(&self, stage: StageId) -> Option<Date> {
        self.days.plan.stages[stage].at
    }

    /// The day of the stage before, or that of the base grid.
    #[must_use]
    pub fn before(&self, stage: StageId) -> Option<Date> {
        let stages = &self.days.plan.stages;
        let before = stages.ids().take_while(|&id| id < stage).last();
        before.and_then(|before| stages[before].at).or(self.days.plan.base.as_of)
    }

    /// The first day of a work; `None` where it never comes.
    #[must_use]
    pub fn first_day(&self, project: ProjectId) -> Option<Date> {
        self.slips.first_day(project)
    }

    /// The first stage in which a work stands.
    #[must_use]
    pub fn first_stage(&self, project: ProjectId) -> Option<StageId> {
        let first = self.slips.first_day(project)?;
        self.days
            .plan
            .stages
            .iter_ids()
            .find(|(_, stage)| stage.at.is_some_and(|at| at >= first))
            .map(|(id, _)| id)
    }

    /// Phases with changes that are commissioned since the stage before.
    #[must_use]
    pub fn parts_of(&self, stage: StageId) -> Vec<Part> {
        let Some(at) = self.day(stage) else { return Vec::new() };
        self.slips.commissioned(self.before(stage), at)
    }

    /// The state of a stage without phases and what cannot stand without them.
    #[must_use]
    pub fn without(&self, stage: StageId, out: impl IntoIterator<Item = Part>) -> Key {
        let missing = self.day(stage).map(|at| self.slips.missing_without(out, at)).unwrap_or_default();
        (stage, missing)
    }

    /// All phases of a work.
    #[must_use]
    pub fn phases(&self, project: ProjectId) -> Vec<Part> {
        (0..self.days.plan.projects[project].phases.len()).map(|phase| (project, phase)).collect()
    }

    /// What a state came to, once it is solved.
    #[must_use]
    pub fn value(&self, key: &Key) -> Option<&Value> {
        self.known.get(key)
    }

    /// The metrics of a state, where they are known.
    #[must_use]
    pub fn metrics(&self, key: &Key) -> Option<Metrics> {
        self.known.get(key).and_then(Value::metrics)
    }

    /// The metrics of a stage as planned.
    #[must_use]
    pub fn planned(&self, stage: StageId) -> Metrics {
        self.metrics(&(stage, Vec::new())).unwrap_or_default()
    }

    /// Number of different states solved, those as planned too.
    #[must_use]
    pub fn states(&self) -> usize {
        self.known.len()
    }

    /// Solves what is not known yet; `tick` is told how many are done of how many, from any thread.
    pub fn solve(&mut self, wanted: impl IntoIterator<Item = Key>, tick: &(dyn Fn(usize, usize) + Sync)) {
        let mut asked = 0;
        let new: BTreeSet<Key> =
            wanted.into_iter().inspect(|_| asked += 1).filter(|key| !self.known.contains_key(key)).collect();
        self.shared += asked - new.len();
        let new: Vec<Key> = new.into_iter().collect();
        let done = AtomicUsize::new(0);
        let found = side_by_side(&new, |key| {
            let found = self.state(key);
            tick(done.fetch_add(1, Ordering::Relaxed) + 1, new.len());
            found
        });
        for (key, (value, intact, outages)) in new.into_iter().zip(found) {
            self.known.insert(key, value);
            self.intact += intact;
            self.outages += outages;
        }
    }

    /// Solves a state in every scenario: what it came to, and load flows of intact grids and after outages.
    fn state(&self, key: &Key) -> (Value, usize, usize) {
        let (mut intact, mut outages) = (0, 0);
        let mut sum = Metrics::default();
        for planned in self.days.of_stage(key.0) {
            match self.judge(key, planned) {
                Ok(judged) => {
                    intact += 1;
                    outages += judged.outages();
                    sum = sum + Metrics::of(self.days.set(key.0), &judged);
                }
                Err(findings) => return (Value::Unknown(why(&findings)), intact, outages),
            }
        }
        (Value::Known(sum), intact, outages)
    }

    /// Judges a state in a scenario that the day is judged in, from the state as planned.
    ///
    /// # Errors
    /// Findings where its grid cannot be built.
    pub fn judge(&self, key: &Key, planned: &DayState) -> Result<JudgedGrid, Vec<Finding>> {
        let (stage, missing) = key;
        let Days { plan, options, .. } = self.days;
        let mut grid =
            self.slips.grid_without(plan, &options.selection, (*stage, planned.scenario), missing)?;
        grid.network.hand_over_slack(&|_| true);
        self.days.judge(*stage, planned.scenario, grid, Some(&planned.judged.state.flow))
    }

    /// Works that have something missing in a state, in the order of the plan.
    #[must_use]
    pub fn works_of(key: &Key) -> Vec<ProjectId> {
        let works: BTreeSet<ProjectId> = key.1.iter().map(|part| part.0).collect();
        works.into_iter().collect()
    }
}

fn why(findings: &[Finding]) -> String {
    findings.first().map_or_else(String::new, |first| first.message.clone())
}
