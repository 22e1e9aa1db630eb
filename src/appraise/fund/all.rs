//! The best of all selections there are, where works are few.
//!
//! ```text
//! f[y,c]  how bad year y is with the works as far as c: solved for every c that can be in y
//! h[y,c]  the least f[y,c′] over all c′ beyond c that the latest years in which its works may start would still pay for, with
//!         all money carried over: no selection that is at c in year y or before leaves year y less bad
//! search  year by year, which works start now; left where what is summed up so far and Σ h of the years to come are no
//!         better than the best found
//! ```
//!
//! Nothing is estimated: each selection that is compared has been solved in every year, with every fault.

use super::funding::Starts;
use super::ground::Ground;
use super::level::Level;
use super::programme::Programme;
use super::select::{Problem, Purse};
use crate::appraise::rank::{Key, Metric};
use crate::ids::{ProjectId, StageId};
use std::collections::BTreeMap;

/// Most states that are solved for it.
const MOST_STATES: usize = 6000;
/// Most branches of the search.
const MOST_BRANCHES: usize = 2_000_000;

/// What came of it.
pub(super) enum Searched {
    /// They are too many.
    TooMany,
    /// None is better than the known one.
    NoneBetter,
    /// The best.
    Best(Starts),
}

/// A work that is a choice.
struct Choice {
    work: ProjectId,
    /// Its item in the programme.
    item: usize,
    planned: i16,
    /// The years of its phases as planned, each once, and the phases that come then.
    phases: Vec<(i16, Vec<usize>)>,
    /// What one more of them counts in the number of a state.
    step: usize,
    /// What it costs by the years that it is late, where the metric is money.
    cost: Vec<f64>,
}

impl Choice {
    /// How many of its years of phases have come, if it starts then.
    fn count(&self, start: Option<i16>, year: i16) -> usize {
        let Some(start) = start else { return 0 };
        let later = start - self.planned;
        self.phases.iter().filter(|(on, _)| on.saturating_add(later) <= year).count()
    }

    /// How many there are.
    fn most(&self) -> usize {
        self.phases.len()
    }

    /// Of the number of a state, how many of this one.
    fn of(&self, state: usize) -> usize {
        state / self.step % (self.most() + 1)
    }
}

/// What is searched.
struct Tree<'p> {
    programme: &'p Programme,
    choices: Vec<Choice>,
    years: Vec<i16>,
    /// By year and state.
    bad: Vec<Vec<f64>>,
    /// By year and state: the least that this year and those after it come to.
    ahead: Vec<Vec<f64>>,
    branches: usize,
    best: f64,
    found: Option<Vec<Option<i16>>>,
}

impl Ground<'_, '_, '_> {
    /// The best of all selections that are better than `known`.
    pub(super) fn best_of_all(&mut self, programme: &Programme, known: Level) -> Searched {
        let stages: Vec<StageId> = self.asked.years.days.plan.stages.ids().collect();
        let years: Vec<i16> = stages
            .iter()
            .map(|&stage| self.asked.years.day(stage).map_or(0, jiff::civil::Date::year))
            .collect();
        let Some((choices, states)) = self.choices(programme, &years) else { return Searched::TooMany };
        if states.saturating_mul(years.len()) > MOST_STATES {
            return Searched::TooMany;
        }
        let mut keys: BTreeMap<(usize, usize), Key> = BTreeMap::new();
        for (place, (&stage, &year)) in stages.iter().zip(&years).enumerate() {
            for state in 0..states {
                if is_reachable(programme, &choices, state, year) {
                    let out = choices.iter().flat_map(|one| {
                        let left = one.phases.iter().skip(one.of(state)).flat_map(|(_, phases)| phases);
                        left.map(|&phase| (one.work, phase))
                    });
                    keys.insert((place, state), self.asked.years.without(stage, out.collect::<Vec<_>>()));
                }
            }
        }
        let tick = self.tick;
        let wanted: Vec<Key> = keys.values().cloned().collect();
        self.asked.years.solve(wanted, &|done, of| tick(super::Step::Verify, done, of));
        let mut levels: BTreeMap<(usize, usize), Level> = BTreeMap::new();
        for (&at, key) in &keys {
            // A state that cannot be built is none that a selection may come to.
            if let Ok(level) = self.year_level(key) {
                levels.insert(at, level);
            }
        }
        // One year without a solution is worse than all else together.
        let most: f64 = levels.values().map(|level| level.sum.abs()).fold(known.sum.abs(), f64::max);
        let toll = (1.0 + most) * (1 + years.len()) as f64;
        let mut bad = vec![vec![f64::INFINITY; states]; years.len()];
        for (&(place, state), level) in &levels {
            bad[place][state] = toll * level.unsolved + level.sum;
        }
        let ahead = ahead(programme, &choices, &years, &bad);
        let mut tree = Tree {
            programme,
            years,
            bad,
            ahead,
            branches: 0,
            best: toll * known.unsolved + known.sum - super::level::NOTHING,
            found: None,
            choices,
        };
        let mut starts = vec![None; tree.choices.len()];
        let mut places = programme.places(self, &self.nothing());
        tree.year(0, &mut starts, &mut places, 0.0);
        if tree.branches > MOST_BRANCHES {
            return Searched::TooMany;
        }
        let Some(found) = tree.found else { return Searched::NoneBetter };
        Searched::Best(tree.choices.iter().map(|one| one.work).zip(found).collect())
    }

    /// The works that are a choice, and how many states there are of them; `None` where that is too many.
    fn choices(&self, programme: &Programme, years: &[i16]) -> Option<(Vec<Choice>, usize)> {
        let mut states: usize = 1;
        let mut choices = Vec::new();
        for &work in &self.free {
            let mut phases: BTreeMap<i16, Vec<usize>> = BTreeMap::new();
            for (phase, part) in self.asked.stages.days.plan.projects[work].phases.iter().enumerate() {
                let on = part.commissioning.map(|date| date.date.year());
                phases.entry(on.unwrap_or(i16::MAX)).or_default().push(phase);
            }
            let planned = self.planned(work);
            if planned < *years.first()? {
                return None;
            }
            let cost = |later: i16| match self.asked.metric {
                Metric::Money => {
                    let cost = self.asked.capital.of(work);
                    cost.map_or(0.0, |cost| self.asked.capital.discounted_million(cost, later))
                }
                _ => 0.0,
            };
            let step = states;
            states = states.checked_mul(phases.len() + 1).filter(|&states| states <= MOST_STATES)?;
            choices.push(Choice {
                work,
                item: programme.item(work)?,
                planned,
                phases: phases.into_iter().collect(),
                step,
                cost: (planned..=self.last_year()).map(|year| cost(year - planned)).collect(),
            });
        }
        Some((choices, states))
    }
}

/// Whether a selection can be at a state in a year.
fn is_reachable(programme: &Programme, choices: &[Choice], state: usize, year: i16) -> bool {
    let in_time = choices.iter().all(|one| one.of(state) <= one.count(Some(one.planned), year));
    let stands =
        |item: usize| choices.iter().find(|one| one.item == item).is_none_or(|one| one.of(state) > 0);
    let is_choice = |item: usize| choices.iter().any(|one| one.item == item);
    let needs = programme.problem.needs.iter().all(|&(a, b)| !is_choice(a) || !stands(a) || stands(b));
    let excludes = programme.problem.excludes.iter().all(|&(a, b)| !(stands(a) && stands(b)));
    in_time && needs && excludes
}

/// By year and state: the least that a year and those after it come to from that state on.
fn ahead(programme: &Programme, choices: &[Choice], years: &[i16], bad: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let carried = |purse: &Purse| Purse { carries: vec![true; purse.carries.len()], ..purse.clone() };
    let lenient = Problem {
        purses: programme.problem.purses.iter().map(carried).collect(),
        ..programme.problem.clone()
    };
    let states = bad.first().map_or(0, Vec::len);
    let mut ahead = vec![vec![0.0; states]; years.len() + 1];
    for place in (0..years.len()).rev() {
        let mut least = bad[place].clone();
        for (state, least) in least.iter_mut().enumerate().filter(|(_, least)| least.is_finite()) {
            let mut places: Vec<Option<usize>> =
                lenient.items.iter().map(|item| item.must.then_some(item.earliest)).collect();
            for one in choices {
                // The latest start with which so much of it stands by now.
                let on = one.of(state).checked_sub(1).map(|last| one.phases[last].0);
                places[one.item] = on.map(|on| {
                    let late = usize::try_from(years[place].saturating_sub(on)).unwrap_or(0);
                    lenient.items[one.item].earliest + late
                });
            }
            if !lenient.is_paid(&places) {
                *least = f64::INFINITY;
            }
        }
        for one in choices {
            for state in (0..states).rev().filter(|&state| one.of(state) < one.most()) {
                least[state] = least[state].min(least[state + one.step]);
            }
        }
        ahead[place] = least.iter().zip(&ahead[place + 1]).map(|(now, then)| now + then).collect();
    }
    ahead
}

impl Tree<'_> {
    fn state(&self, starts: &[Option<i16>], year: i16) -> usize {
        self.choices.iter().zip(starts).map(|(one, &start)| one.step * one.count(start, year)).sum()
    }

    /// Goes on from a year, with what has started before and what that comes to.
    fn year(
        &mut self,
        place: usize,
        starts: &mut Vec<Option<i16>>,
        places: &mut Vec<Option<usize>>,
        so_far: f64,
    ) {
        if place == self.years.len() {
            if so_far < self.best {
                self.best = so_far;
                self.found = Some(starts.clone());
            }
            return;
        }
        self.work(place, 0, starts, places, so_far);
    }

    /// Decides whether a work starts in a year, and the works after it.
    fn work(
        &mut self,
        place: usize,
        choice: usize,
        starts: &mut Vec<Option<i16>>,
        places: &mut Vec<Option<usize>>,
        so_far: f64,
    ) {
        let year = self.years[place];
        self.branches += 1;
        if self.branches > MOST_BRANCHES {
            return;
        }
        let state = self.state(starts, year);
        if so_far + self.ahead[place][state] >= self.best {
            return;
        }
        let Some(one) = self.choices.get(choice) else {
            let now = so_far + self.bad[place][state];
            if self.programme.problem.fits(places) && now + self.ahead[place + 1][state] < self.best {
                self.year(place + 1, starts, places, now);
            }
            return;
        };
        let (item, planned) = (one.item, one.planned);
        let later = usize::try_from(year - planned).ok().filter(|_| starts[choice].is_none());
        let cost = later.and_then(|later| one.cost.get(later).copied());
        self.work(place, choice + 1, starts, places, so_far);
        if let (Some(later), Some(cost)) = (later, cost) {
            starts[choice] = Some(year);
            places[item] = Some(self.programme.problem.items[item].earliest + later);
            if self.programme.problem.is_paid(places) {
                self.work(place, choice + 1, starts, places, so_far + cost);
            }
            (starts[choice], places[item]) = (None, None);
        }
    }
}
