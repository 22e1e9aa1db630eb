//! What stays the same however works are selected, and the states that a selection comes to.

use super::funding::{Starts, Step, Unfunded};
use super::level::Level;
use super::purses::{Budgets, Purses};
use super::question::Fund;
use super::roles::{Role, Roles};
use crate::appraise::rank::{Game, Key, Metric, Value};
use crate::ids::{ProjectId, StageId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Told what is done, how far and of how many states, from any thread.
pub(super) type Tick<'t> = &'t (dyn Fn(Step, usize, usize) + Sync);

/// What works are worth, stage by stage, in the metric.
pub(super) type Worths = BTreeMap<(ProjectId, StageId), f64>;

/// The first stands only with the second.
pub(super) type Cuts = BTreeSet<(ProjectId, ProjectId)>;

/// The question, its works by role, and the states solved so far.
pub(super) struct Ground<'s, 'f, 'a> {
    pub(super) asked: &'s mut Fund<'f, 'a>,
    pub(super) roles: Roles,
    /// Works that are a choice.
    pub(super) free: Vec<ProjectId>,
    /// Works that take money: these, and those that must come.
    pub(super) paid: BTreeSet<ProjectId>,
    pub(super) tick: Tick<'s>,
}

impl<'s, 'f, 'a> Ground<'s, 'f, 'a> {
    pub(super) fn new(asked: &'s mut Fund<'f, 'a>, tick: Tick<'s>) -> Self {
        let roles = Roles::new(asked.stages, asked.capital, &asked.must);
        let free = roles.with(Role::Free);
        let paid = free.iter().copied().chain(roles.with(Role::Must)).collect();
        Self { asked, roles, free, paid, tick }
    }

    /// No work that is a choice.
    pub(super) fn nothing(&self) -> Starts {
        self.free.iter().map(|&work| (work, None)).collect()
    }

    /// All of them as planned.
    pub(super) fn as_planned(&self) -> Starts {
        self.free.iter().map(|&work| (work, Some(self.planned(work)))).collect()
    }

    /// The year in which a work is planned.
    pub(super) fn planned(&self, work: ProjectId) -> i16 {
        self.roles.of.get(&work).map_or(0, |role| role.1)
    }

    /// The last year judged.
    pub(super) fn last_year(&self) -> i16 {
        let last = self.asked.stages.days.plan.stages.ids().last();
        last.and_then(|stage| self.asked.stages.day(stage)).map_or(0, Date::year)
    }

    /// The money, over all years in which paid works can take any.
    pub(super) fn purses(&self, factor: f64) -> Purses {
        let last = self.last_year();
        let (mut first, mut longest) = (last, 0);
        for &work in &self.paid {
            let planned = self.roles.of.get(&work).map_or(last, |role| role.1);
            first = first.min(planned);
            for &(year, _) in self.asked.capital.of(work).into_iter().flat_map(|cost| &cost.shares) {
                first = first.min(year);
                longest = longest.max(year - planned);
            }
        }
        first = self.asked.budgets.rows.iter().map(|budget| budget.year).fold(first, i16::min);
        let budgets = Budgets { factor, ..self.asked.budgets.clone() };
        let plan = &self.asked.stages.days.plan;
        Purses::new(plan, self.asked.capital, &budgets, &self.paid, first..=last.saturating_add(longest))
    }

    /// Stages in which a work can stand.
    pub(super) fn stages_of(&self, work: ProjectId) -> Vec<StageId> {
        let first = self.asked.stages.first_stage(work);
        let stages = self.asked.stages.days.plan.stages.ids();
        stages.filter(|&stage| first.is_some_and(|first| stage >= first)).collect()
    }

    /// Phases of works that are a choice which do not stand in a year.
    pub(super) fn out(&self, starts: &Starts, year: i16) -> Vec<(ProjectId, usize)> {
        let mut out = Vec::new();
        for (&work, start) in starts {
            let planned = self.planned(work);
            for (phase, part) in self.asked.stages.days.plan.projects[work].phases.iter().enumerate() {
                let on = part.commissioning.map(|date| date.date.year());
                let stands =
                    start.zip(on).is_some_and(|(start, on)| on.saturating_add(start - planned) <= year);
                if !stands {
                    out.push((work, phase));
                }
            }
        }
        out
    }

    fn key(&self, game: &Game<'_>, starts: &Starts, stage: StageId) -> Key {
        let year = game.day(stage).map_or(0, Date::year);
        game.without(stage, self.out(starts, year))
    }

    /// A year in which single works are tried.
    pub(super) fn stage_key(&self, starts: &Starts, stage: StageId) -> Key {
        self.key(self.asked.stages, starts, stage)
    }

    /// A year in which selections are verified.
    pub(super) fn year_key(&self, starts: &Starts, stage: StageId) -> Key {
        self.key(self.asked.years, starts, stage)
    }

    /// A stage with a work and without it, all else as in `starts`: those that need it out in both, those that it needs in both.
    pub(super) fn pair(&self, starts: &Starts, work: ProjectId, stage: StageId) -> [Key; 2] {
        let mut with = starts.clone();
        for needed in self.roles.needs(work).chain([work]) {
            if let Some(start) = with.get_mut(&needed) {
                *start = Some(self.planned(needed));
            }
        }
        for follower in self.roles.followers.get(&work).into_iter().flatten() {
            if let Some(start) = with.get_mut(follower) {
                *start = None;
            }
        }
        let with_key = self.stage_key(&with, stage);
        with.insert(work, None);
        [with_key, self.stage_key(&with, stage)]
    }

    /// Solves states of single works.
    pub(super) fn solve(&mut self, step: Step, keys: impl IntoIterator<Item = Key>) {
        let tick = self.tick;
        self.asked.stages.solve(keys, &|done, of| tick(step, done, of));
    }

    /// What a work takes off the metric of a stage, once both states are solved.
    pub(super) fn own(&self, [with, without]: &[Key; 2]) -> f64 {
        let metrics = |key: &Key| self.asked.stages.metrics(key);
        let value = |key: &Key| metrics(key).map(|metrics| metrics.by(self.asked.metric, &self.asked.prices));
        value(without).zip(value(with)).map_or(0.0, |(without, with)| without - with)
    }

    /// What works that stand cost, where the metric is money; else nothing.
    pub(super) fn cost(&self, starts: &Starts) -> f64 {
        if self.asked.metric != Metric::Money {
            return 0.0;
        }
        let cost = |(&work, &start): (&ProjectId, &Option<i16>)| {
            let (start, cost) = start.zip(self.asked.capital.of(work))?;
            Some(self.asked.capital.discounted_million(cost, start - self.planned(work)))
        };
        starts.iter().filter_map(cost).sum()
    }

    /// How bad a year is, discounted, once it is solved.
    ///
    /// # Errors
    /// Why its grid cannot be built.
    pub(super) fn year_level(&self, key: &Key) -> Result<Level, Unfunded> {
        let year = self.asked.years.day(key.0).map_or(0, Date::year);
        if let Some(Value::Unknown(why)) = self.asked.years.value(key) {
            return Err(Unfunded::Unsolved(format!("the grid of {year} cannot be built: {why}")));
        }
        let metrics = self.asked.years.metrics(key).unwrap_or_default();
        let sum = metrics.by(self.asked.metric, &self.asked.prices);
        Ok(Level { unsolved: metrics.unsolved, sum: sum * self.asked.capital.terms.discount(year) })
    }

    /// Verifies selections: how bad each is over all years. Every year of all of them is solved, each different grid once.
    pub(super) fn verify(&mut self, selections: &[Starts]) -> Vec<Result<Level, Unfunded>> {
        let stages: Vec<StageId> = self.asked.years.days.plan.stages.ids().collect();
        let keys: Vec<Vec<Key>> = selections
            .iter()
            .map(|starts| stages.iter().map(|&stage| self.year_key(starts, stage)).collect())
            .collect();
        let tick = self.tick;
        self.asked.years.solve(keys.iter().flatten().cloned().collect::<Vec<_>>(), &|done, of| {
            tick(Step::Verify, done, of)
        });
        let level = |(starts, keys): (&Starts, &Vec<Key>)| {
            let mut level = Level { unsolved: 0.0, sum: self.cost(starts) };
            for key in keys {
                let year = self.year_level(key)?;
                level = Level { unsolved: level.unsolved + year.unsolved, sum: level.sum + year.sum };
            }
            Ok(level)
        };
        selections.iter().zip(&keys).map(level).collect()
    }

    /// Verifies one selection.
    ///
    /// # Errors
    /// Why a grid of it cannot be built.
    pub(super) fn verify_one(&mut self, starts: &Starts) -> Result<Level, Unfunded> {
        self.verify(std::slice::from_ref(starts)).pop().unwrap_or_else(|| Ok(Level::default()))
    }
}
