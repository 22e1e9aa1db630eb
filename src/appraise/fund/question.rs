//! The question of funding, and the way to its answer.

use super::funding::{Funding, Scenario, Step, Unfunded};
use super::ground::{Cuts, Ground, Worths};
use super::purses::Budgets;
use super::search::Search;
use super::select::Unselected;
use crate::appraise::capital::Capital;
use crate::appraise::rank::{Game, Metric, Prices};
use crate::ids::ProjectId;
use std::collections::BTreeMap;

/// A question of funding.
#[derive(Debug)]
pub struct Fund<'f, 'a> {
    /// The years in which single works are tried: see [`super::years_of_works`].
    pub stages: &'f mut Game<'a>,
    /// Every year: selections are verified there.
    pub years: &'f mut Game<'a>,
    /// What works cost.
    pub capital: &'f Capital,
    /// What losses and energy not served cost.
    pub prices: Prices,
    /// What is to be less.
    pub metric: Metric,
    /// The money.
    pub budgets: Budgets,
    /// Works that come as planned whatever their status.
    pub must: Vec<ProjectId>,
    /// Most rounds of selecting and verifying.
    pub rounds: u32,
    /// Other factors on the budgets, for a list that does not hang on one.
    pub factors: Vec<f64>,
}

impl Fund<'_, '_> {
    /// Finds what to build. `tick` is told what is done, how far and of how many states, from any thread.
    ///
    /// # Errors
    /// [`Unfunded`].
    pub fn answer(&mut self, tick: &(dyn Fn(Step, usize, usize) + Sync)) -> Result<Funding, Unfunded> {
        let mut ground = Ground::new(self, tick);
        let purses = ground.purses(ground.asked.budgets.factor);
        let programme = ground.programme(&purses, &Worths::new(), &Cuts::new());
        // What must come is looked at before anything is solved.
        let shortfalls = programme.problem.shortfalls();
        if !shortfalls.is_empty() {
            return Err(ground.unfunded(&purses, &programme.works, Unselected::Short(shortfalls)));
        }
        let mut search = Search::run(&mut ground, &purses, &programme)?;
        let mut pruned = search.prune(&mut ground);
        let scenarios = {
            let answered = search.starts.clone();
            let scenarios = search.other_budgets(&mut ground);
            if search.starts != answered {
                search.worths = ground.around(&search.starts);
                pruned = search.prune(&mut ground);
            }
            scenarios
        };
        if !pruned.is_empty() {
            search.worths = ground.around(&search.starts);
        }
        let checks = ground.check(&search.starts)?;
        let places = programme.places(&ground, &search.starts);
        let accounts =
            (0..purses.purses.len()).map(|purse| programme.problem.account(purse, &places)).collect();
        let mut worth = BTreeMap::new();
        for &work in &ground.free {
            let start = search.starts.get(&work).copied().flatten();
            let later = start.map_or(0, |start| start - ground.planned(work));
            let by_year = ground.worth(&search.worths, work);
            let there = usize::try_from(later).ok().and_then(|later| by_year.get(later).copied());
            worth.insert(work, there.unwrap_or(0.0));
        }
        let asked = ground.asked.budgets.factor;
        let scenario = |(one, _): (Scenario, _)| {
            #[expect(clippy::float_cmp, reason = "the very factor that was asked")]
            let is_asked = one.factor == asked;
            if is_asked { Scenario { starts: Ok(search.starts.clone()), ..one } } else { one }
        };
        Ok(Funding {
            scenarios: scenarios.into_iter().map(scenario).collect(),
            economics: ground.economics(&search.starts),
            worth,
            accounts,
            rounds: search.rounds,
            best: search.best,
            ending: search.ending,
            together: search.cuts.into_iter().collect(),
            pruned,
            checks,
            starts: search.starts,
            roles: ground.roles,
            purses,
        })
    }
}
