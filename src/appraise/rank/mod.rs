//! What each work of a plan is worth for the grid, per money.
//!
//! ```text
//! take out one at a time (TOOT)  the plan without the work, and without what cannot stand without it, against the plan: in every
//!                                stage from its first
//! put in one at a time (PINT)    the works of its first stage all out, then it and what it needs put in: in that stage
//! Shapley                        what it adds on average over all orders of the works of its first stage (shares.rs)
//! worth      = Σ over stages of gain · years that the stage stands for, from the work's first year, each discounted
//! per money  = worth / discounted cost of the work and of those that go or come with it
//! ```
//!
//! A stage stands for the years since the one before. Every state is judged with every fault that the criteria ask about
//! (game.rs); equal states are solved once.

mod game;
mod metrics;
mod shares;

pub use game::{Game, Key, Value};
pub use metrics::{DARK, Metric, Metrics, Prices};
pub use shares::{Sampling, Share, shares};

use super::capital::Capital;
use super::need::Part;
use crate::ids::{ProjectId, StageId};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// What a work is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Rank {
    /// The work.
    pub project: ProjectId,
    /// Its first day; `None` where it never comes.
    pub planned: Option<Date>,
    /// The first stage in which it stands; `None` where none does.
    pub stage: Option<StageId>,
    /// What it costs, discounted, millions; NaN where that is not known.
    pub cost_million: f64,
    /// Taken out.
    pub out: Option<Gain>,
    /// Put in.
    pub put: Option<Gain>,
    /// Its share.
    pub share: Option<Share>,
    /// Years that its first stage stands for, from the work's first, discounted.
    pub stage_years: f64,
    /// Why something above is missing.
    pub unknown: Option<String>,
}

/// What a work takes off the metrics.
#[derive(Clone, PartialEq, Debug)]
pub struct Gain {
    /// Works that go or come with it, in the order of the plan.
    pub with: Vec<ProjectId>,
    /// Stage by stage.
    pub stages: Vec<(StageId, Metrics)>,
    /// Summed over years.
    pub years: Metrics,
    /// The same, each year discounted.
    pub discounted_years: Metrics,
    /// What it and those with it cost, discounted, millions, as far as that is known.
    pub cost_million: f64,
    /// Works among these whose cost is not known.
    pub unknown_costs: usize,
}

/// What works are sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Method {
    /// Take out one at a time.
    #[default]
    Toot,
    /// Put in one at a time.
    Pint,
    /// Shapley shares.
    Shapley,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Toot, Self::Pint, Self::Shapley];

    /// The word used in options and every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Toot => "toot",
            Self::Pint => "pint",
            Self::Shapley => "shapley",
        }
    }
}

impl Rank {
    /// What it is worth by a method, in metric-years, and what that costs, discounted, millions.
    #[must_use]
    pub fn worth(&self, method: Method, metric: Metric, prices: &Prices) -> Option<(f64, f64)> {
        let of = |gain: &Gain| (gain.discounted_years.by(metric, prices), gain.cost_million);
        match method {
            Method::Toot => self.out.as_ref().map(of),
            Method::Pint => self.put.as_ref().map(of),
            Method::Shapley => {
                let share = self.share.as_ref()?;
                Some((share.gain.by(metric, prices) * self.stage_years, self.cost_million))
            }
        }
    }

    /// The same per million; `None` where one of the costs is not known, or all are nought.
    #[must_use]
    pub fn per_million(&self, method: Method, metric: Metric, prices: &Prices) -> Option<f64> {
        let unknown = |gain: &Option<Gain>| gain.as_ref().is_some_and(|gain| gain.unknown_costs > 0);
        let is_known = match method {
            Method::Toot => !unknown(&self.out),
            Method::Pint => !unknown(&self.put),
            Method::Shapley => true,
        };
        let worth = self.worth(method, metric, prices).filter(|&(_, cost)| is_known && cost > 0.0);
        worth.map(|(worth, cost)| worth / cost)
    }
}

/// The discounted years of a stage: those since the stage before, from the year `first` on.
#[must_use]
pub fn years_of(game: &Game<'_>, stage: StageId, first: i16) -> Vec<i16> {
    let Some(at) = game.day(stage).map(Date::year) else { return Vec::new() };
    let before = game.before(stage).map_or(at - 1, Date::year).min(at - 1);
    (before + 1..=at).filter(|&year| year >= first).collect()
}

/// Takes each of `works` out and puts each in; with `sampling` finds their shares too. In the order of `works`; `tick` is told
/// how many states are done of how many, from any thread.
pub fn rank(
    game: &mut Game<'_>,
    capital: &Capital,
    works: &[ProjectId],
    sampling: Option<Sampling>,
    tick: &(dyn Fn(usize, usize) + Sync),
) -> Vec<Rank> {
    let tables: Vec<(StageId, Vec<Part>)> =
        game.days.plan.stages.ids().map(|stage| (stage, game.parts_of(stage))).collect();
    let asked: Vec<(ProjectId, Option<StageId>)> =
        works.iter().map(|&work| (work, game.first_stage(work))).collect();
    let outs: BTreeMap<ProjectId, Vec<Key>> = asked
        .iter()
        .filter_map(|&(work, first)| Some((work, out_keys(game, work, first?))))
        .filter(|(_, keys)| !keys.is_empty())
        .collect();
    let puts: BTreeMap<ProjectId, Put> = asked
        .iter()
        .filter(|(work, _)| outs.contains_key(work))
        .filter_map(|&(work, first)| Some((work, put(game, work, first?, &tables))))
        .collect();
    let wanted: Vec<Key> = outs
        .values()
        .flatten()
        .chain(puts.values().flat_map(|put| [&put.none, &put.with]))
        .cloned()
        .collect();
    game.solve(wanted, tick);
    let mut shared = sampling.map(|sampling| shares(game, works, sampling, tick)).unwrap_or_default();
    asked
        .into_iter()
        .map(|(work, stage)| {
            let planned = game.first_day(work);
            let first = planned.map_or(0, Date::year);
            let years = stage.map(|stage| years_of(game, stage, first)).unwrap_or_default();
            let cost = |work| capital.of(work).map_or(f64::NAN, |cost| capital.discounted_million(cost, 0));
            let mut row = Rank {
                project: work,
                planned,
                stage,
                cost_million: cost(work),
                out: None,
                put: None,
                share: shared.remove(&work),
                stage_years: years.iter().map(|&year| capital.terms.discount(year)).sum(),
                unknown: None,
            };
            if let Some(keys) = outs.get(&work) {
                let pairs = keys.iter().map(|key| (key.0, key.clone(), (key.0, Vec::new())));
                let with = keys.iter().flat_map(Game::works_of).filter(|&other| other != work).collect();
                row.out = gain(game, capital, work, with, pairs, first, &mut row.unknown);
            }
            if let Some(put) = puts.get(&work) {
                let pair = std::iter::once((put.with.0, put.none.clone(), put.with.clone()));
                row.put = gain(game, capital, work, put.needs.clone(), pair, first, &mut row.unknown);
            }
            row
        })
        .collect()
}

/// The states of the stages from its first on without a work; stages whose grid has it no more are left out.
fn out_keys(game: &Game<'_>, work: ProjectId, first: StageId) -> Vec<Key> {
    let stages = game.days.plan.stages.ids().filter(|&stage| stage >= first);
    stages.map(|stage| game.without(stage, game.phases(work))).filter(|key| !key.1.is_empty()).collect()
}

/// A stage without its works, and with one of them and what it needs.
struct Put {
    none: Key,
    with: Key,
    needs: BTreeSet<ProjectId>,
}

fn put(game: &Game<'_>, work: ProjectId, stage: StageId, tables: &[(StageId, Vec<Part>)]) -> Put {
    let parts = tables.iter().find(|(one, _)| *one == stage).map_or([].as_slice(), |(_, parts)| parts);
    let none = game.without(stage, parts.iter().copied());
    // It needs every work of the stage without which it would not stand.
    let others: BTreeSet<ProjectId> =
        parts.iter().map(|part| part.0).filter(|&other| other != work).collect();
    let of = |project: ProjectId| parts.iter().copied().filter(move |part| part.0 == project);
    let needs: BTreeSet<ProjectId> = others
        .into_iter()
        .filter(|&other| game.without(stage, of(other)).1.iter().any(|part| part.0 == work))
        .collect();
    let out = parts.iter().copied().filter(|part| part.0 != work && !needs.contains(&part.0));
    Put { with: game.without(stage, out), none, needs }
}

/// What the second state of each pair takes off the first.
fn gain(
    game: &Game<'_>,
    capital: &Capital,
    work: ProjectId,
    with: BTreeSet<ProjectId>,
    pairs: impl Iterator<Item = (StageId, Key, Key)>,
    first: i16,
    unknown: &mut Option<String>,
) -> Option<Gain> {
    let mut gain = Gain {
        with: with.into_iter().collect(),
        stages: Vec::new(),
        years: Metrics::default(),
        discounted_years: Metrics::default(),
        cost_million: 0.0,
        unknown_costs: 0,
    };
    for (stage, worse, better) in pairs {
        let values = [&worse, &better].map(|key| game.value(key));
        for value in values.into_iter().flatten() {
            if let Value::Unknown(why) = value {
                unknown.get_or_insert_with(|| format!("{}: {why}", game.days.plan.stages[stage].id));
                return None;
            }
        }
        let [worse, better] = [game.metrics(&worse)?, game.metrics(&better)?];
        let found = worse - better;
        for year in years_of(game, stage, first) {
            gain.years = gain.years + found;
            gain.discounted_years = gain.discounted_years + found * capital.terms.discount(year);
        }
        gain.stages.push((stage, found));
    }
    for &one in gain.with.iter().chain([&work]) {
        match capital.of(one).map(|cost| capital.discounted_million(cost, 0)).filter(|cost| cost.is_finite())
        {
            Some(cost) => gain.cost_million += cost,
            None => gain.unknown_costs += 1,
        }
    }
    Some(gain)
}

/// Sorts by worth per money; where the cost is not known, behind the others by worth; what has no worth last.
pub fn sort(rows: &mut [Rank], method: Method, metric: Metric, prices: &Prices) {
    let key = |row: &Rank| {
        let worth = row.worth(method, metric, prices).map_or(f64::NEG_INFINITY, |(worth, _)| worth);
        (row.per_million(method, metric, prices).unwrap_or(f64::NEG_INFINITY), worth)
    };
    rows.sort_by(|a, b| {
        let (a_key, b_key) = (key(a), key(b));
        b_key.0.total_cmp(&a_key.0).then(b_key.1.total_cmp(&a_key.1)).then(a.project.cmp(&b.project))
    });
}
