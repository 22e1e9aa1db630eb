//! The works of a plan as a problem of selection.

use super::funding::{Starts, Unfunded};
use super::ground::{Cuts, Ground, Worths};
use super::level::NOTHING;
use super::purses::Purses;
use super::roles::Role;
use super::select::{Item, Near, Problem, Shortfall, Unselected};
use crate::appraise::rank::{Metric, years_of};
use crate::ids::ProjectId;
use std::collections::{BTreeMap, BTreeSet};

/// A problem of selection with the works that its items are.
pub(super) struct Programme {
    /// The works, in order: one for each item.
    pub(super) works: Vec<ProjectId>,
    pub(super) problem: Problem,
    /// The first year of its axis.
    first: i16,
}

impl Programme {
    /// The years of a selection as places on the axis; works that must come stand as planned.
    pub(super) fn places(&self, ground: &Ground<'_, '_, '_>, starts: &Starts) -> Vec<Option<usize>> {
        let place = |work: &ProjectId| {
            let year = starts.get(work).copied().unwrap_or_else(|| Some(ground.planned(*work)));
            year.and_then(|year| usize::try_from(year - self.first).ok())
        };
        self.works.iter().map(place).collect()
    }

    /// Places on the axis as years; works that are no items do not stand.
    pub(super) fn starts(&self, ground: &Ground<'_, '_, '_>, places: &[Option<usize>]) -> Starts {
        let mut starts = ground.nothing();
        for (work, place) in self.works.iter().zip(places) {
            if let Some(start) = starts.get_mut(work) {
                *start = place.and_then(|place| Some(self.first + i16::try_from(place).ok()?));
            }
        }
        starts
    }

    /// The place of a work among the items.
    pub(super) fn item(&self, work: ProjectId) -> Option<usize> {
        self.works.binary_search(&work).ok()
    }
}

impl Ground<'_, '_, '_> {
    /// The problem of all paid works.
    pub(super) fn programme(&self, purses: &Purses, worths: &Worths, cuts: &Cuts) -> Programme {
        self.programme_of(&self.paid, purses, worths, cuts)
    }

    /// The problem of works that are worth something, what these need, what must come, and what stands in `near`.
    pub(super) fn open_programme(
        &self,
        purses: &Purses,
        worths: &Worths,
        cuts: &Cuts,
        near: Option<&Starts>,
    ) -> Programme {
        let mut works: BTreeSet<ProjectId> = self.roles.with(Role::Must).into_iter().collect();
        let good = |work: &ProjectId| self.worth(worths, *work).iter().any(|&one| one > NOTHING);
        let stands = |work: &ProjectId| near.is_some_and(|near| near.get(work).is_some_and(Option::is_some));
        let mut open: Vec<ProjectId> =
            self.free.iter().copied().filter(|work| stands(work) || good(work)).collect();
        while let Some(work) = open.pop() {
            if works.insert(work) {
                open.extend(self.needed_by(work, cuts).filter(|needed| self.paid.contains(needed)));
            }
        }
        self.programme_of(&works, purses, worths, cuts)
    }

    fn needed_by<'c>(&'c self, work: ProjectId, cuts: &'c Cuts) -> impl Iterator<Item = ProjectId> + 'c {
        let cuts = cuts.iter().filter(move |cut| cut.0 == work).map(|cut| cut.1);
        self.roles.needs(work).chain(cuts)
    }

    fn programme_of(
        &self,
        works: &BTreeSet<ProjectId>,
        purses: &Purses,
        worths: &Worths,
        cuts: &Cuts,
    ) -> Programme {
        let plan = &self.asked.stages.days.plan;
        let works: Vec<ProjectId> = works.iter().copied().collect();
        let place = |work: ProjectId| works.binary_search(&work).ok();
        let first = purses.years.first().copied().unwrap_or(0);
        let mut problem =
            Problem { years: purses.years.len(), purses: purses.purses.clone(), ..Problem::default() };
        for &work in &works {
            let (role, planned) = self.roles.of.get(&work).copied().unwrap_or((Role::Free, first));
            let spend = |cost: &crate::appraise::capital::WorkCost| -> Vec<(i16, f64)> {
                cost.shares.iter().map(|&(year, share)| (year - planned, share * cost.plan_million)).collect()
            };
            problem.items.push(Item {
                earliest: usize::try_from(planned - first).unwrap_or(0),
                worth: if role == Role::Must { vec![0.0] } else { self.worth(worths, work) },
                spend: self.asked.capital.of(work).map(spend).unwrap_or_default(),
                must: role == Role::Must,
                purses: purses.of_class(&plan.projects[work].funding),
            });
        }
        for (a, &work) in works.iter().enumerate() {
            let needs: BTreeSet<usize> = self.needed_by(work, cuts).filter_map(place).collect();
            problem.needs.extend(needs.into_iter().map(|b| (a, b)));
            let excludes = plan.projects[work].excludes.iter().filter_map(|&other| place(other));
            problem.excludes.extend(excludes.map(|b| (a, b)));
        }
        Programme { works, problem, first }
    }

    /// What a work is worth if it stands from its planned year on, from a year later on, and so on: discounted metric-years; of
    /// money less its cost.
    pub(super) fn worth(&self, worths: &Worths, work: ProjectId) -> Vec<f64> {
        let (stages, capital) = (&*self.asked.stages, self.asked.capital);
        let planned = self.planned(work);
        let mut by_year: BTreeMap<i16, f64> = BTreeMap::new();
        for stage in stages.days.plan.stages.ids() {
            if let Some(&one) = worths.get(&(work, stage)) {
                for year in years_of(stages, stage, planned) {
                    by_year.insert(year, one * capital.terms.discount(year));
                }
            }
        }
        let cost = |later: i16| match self.asked.metric {
            Metric::Money => capital.of(work).map_or(0.0, |cost| capital.discounted_million(cost, later)),
            _ => 0.0,
        };
        (planned..=self.last_year())
            .map(|from| by_year.range(from..).map(|(_, one)| one).sum::<f64>() - cost(from - planned))
            .collect()
    }

    /// Selects by what works are worth; with `near` all but so many works stay as they are there. The selection, and what is
    /// expected of it.
    ///
    /// # Errors
    /// Why nothing was selected.
    pub(super) fn select(
        &self,
        purses: &Purses,
        worths: &Worths,
        cuts: &Cuts,
        near: Option<(&Starts, usize)>,
    ) -> Result<(Starts, f64), Unfunded> {
        let mut programme = self.open_programme(purses, worths, cuts, near.map(|near| near.0));
        programme.problem.near =
            near.map(|(starts, most)| Near { start: programme.places(self, starts), most_changes: most });
        match programme.problem.solve() {
            Ok(selected) => Ok((programme.starts(self, &selected.start), selected.worth)),
            Err(error) => Err(self.unfunded(purses, &programme.works, error)),
        }
    }

    /// Why nothing can be selected, with the works whose money is missing.
    pub(super) fn unfunded(&self, purses: &Purses, works: &[ProjectId], error: Unselected) -> Unfunded {
        match error {
            Unselected::Solver(why) => Unfunded::Unsolved(why),
            Unselected::Short(shortfalls) => {
                let plan = &self.asked.stages.days.plan;
                let of = |shortfall: &Shortfall| -> Vec<ProjectId> {
                    let year = purses.years.get(shortfall.year).copied().unwrap_or(0);
                    let pays = |work: &ProjectId| {
                        let must = self.roles.of.get(work).is_some_and(|role| role.0 == Role::Must);
                        let of = purses.of_class(&plan.projects[*work].funding).contains(&shortfall.purse);
                        let cost = self.asked.capital.of(*work);
                        must && of
                            && cost.is_some_and(|cost| {
                                cost.shares.iter().any(|&(at, share)| at == year && share > 0.0)
                            })
                    };
                    works.iter().copied().filter(pays).collect()
                };
                let told = shortfalls.into_iter().map(|shortfall| (shortfall, of(&shortfall))).collect();
                Unfunded::Short(purses.clone(), told)
            }
        }
    }
}
