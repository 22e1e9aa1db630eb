//! Works one after the other, each with what it needs, as soon as the money pays for it.

use super::funding::Starts;
use super::ground::{Ground, Worths};
use super::programme::Programme;
use super::roles::Role;
use crate::ids::ProjectId;

impl Ground<'_, '_, '_> {
    /// The works that are a choice by their planned year.
    pub(super) fn by_plan(&self) -> Vec<ProjectId> {
        let mut works = self.free.clone();
        works.sort_by_key(|&work| (self.planned(work), work));
        works
    }

    /// Works that are worth something by their worth per money, with what they need, the best first.
    pub(super) fn by_worth(&self, worths: &Worths) -> Vec<ProjectId> {
        let mut works: Vec<(f64, ProjectId)> = self
            .free
            .iter()
            .filter_map(|&work| {
                let needs = self.roles.needs(work).filter(|needed| self.free.contains(needed));
                let (mut worth, mut cost) = (0.0, 0.0);
                for one in needs.chain([work]) {
                    worth += self.worth(worths, one).first().copied().unwrap_or(0.0);
                    cost += self.asked.capital.of(one).map_or(0.0, |cost| cost.plan_million);
                }
                (worth > super::level::NOTHING).then(|| (worth / cost.max(f64::MIN_POSITIVE), work))
            })
            .collect();
        works.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        works.into_iter().map(|one| one.1).collect()
    }

    /// A selection of all works that the money reaches when it is given to them in this order.
    pub(super) fn in_order(&self, programme: &Programme, order: &[ProjectId]) -> Starts {
        let mut starts = self.nothing();
        for &work in order {
            self.put_in(programme, &mut starts, work);
        }
        starts
    }

    /// Puts a work in, with what it needs and is not there yet, each from the first year on in which the money pays for it.
    /// Whether that was possible; if not, nothing is changed.
    pub(super) fn put_in(&self, programme: &Programme, starts: &mut Starts, work: ProjectId) -> bool {
        let before = starts.clone();
        let mut works: Vec<ProjectId> = self.roles.needs(work).chain([work]).collect();
        works.retain(|work| starts.get(work).is_some_and(Option::is_none));
        works.sort_by_key(|&one| (one == work, self.planned(one), one));
        for one in works {
            let mut needs = self.roles.needs(one).filter_map(|needed| match starts.get(&needed) {
                Some(start) => Some(*start),
                None => {
                    let (role, year) = self.roles.of.get(&needed).copied()?;
                    (role != Role::Beyond).then_some(Some(year))
                }
            });
            let after = needs.try_fold(self.planned(one), |after, start| Some(after.max(start?)));
            let paid = after.and_then(|after| {
                let mut places = programme.places(self, starts);
                let (item, offset) = (programme.item(one)?, after - self.planned(one));
                let first = programme.problem.items[item].earliest + usize::try_from(offset).ok()?;
                let last = programme.problem.items[item].earliest
                    + usize::try_from(self.last_year() - self.planned(one)).ok()?;
                (first..=last).zip(after..).find_map(|(place, year)| {
                    places[item] = Some(place);
                    programme.problem.fits(&places).then_some(year)
                })
            });
            match paid {
                Some(year) => {
                    starts.insert(one, Some(year));
                }
                None => {
                    *starts = before;
                    return false;
                }
            }
        }
        true
    }
}
