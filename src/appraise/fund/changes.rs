//! Small changes of a selection: a work put in, left out or moved to another year, or one put before another.

use super::funding::Starts;
use super::ground::{Ground, Worths};
use super::level::NOTHING;
use super::programme::Programme;
use crate::ids::ProjectId;
use std::collections::BTreeSet;

/// Up to so many works that are a choice every change is verified; beyond, the most promising.
const FEW: usize = 24;
/// Most changes verified where works are few, and where they are not.
const MOST: [usize; 2] = [400, 24];
/// Works of which it is tried to put them before others, and others that they are put before, where works are not few.
const EACH: usize = 12;

impl Ground<'_, '_, '_> {
    /// What all works that stand are worth together.
    pub(super) fn together(&self, worths: &Worths, starts: &Starts) -> f64 {
        let worth = |(&work, start): (&ProjectId, &Option<i16>)| {
            let later = usize::try_from((*start)? - self.planned(work)).ok()?;
            self.worth(worths, work).get(later).copied()
        };
        starts.iter().filter_map(worth).sum()
    }

    /// Changes of a selection that the money pays for, each with what it is expected to take off more; the best first.
    pub(super) fn changes(
        &self,
        programme: &Programme,
        starts: &Starts,
        worths: &Worths,
    ) -> Vec<(f64, Starts)> {
        let is_few = self.free.len() <= FEW;
        let each = if is_few { FEW } else { EACH };
        let stands = |work: &ProjectId| starts.get(work).is_some_and(Option::is_some);
        let mut found: BTreeSet<Starts> = BTreeSet::new();
        // Left out, with what cannot stand without it.
        let without = |work: ProjectId| {
            let mut without = starts.clone();
            let followers = self.roles.followers.get(&work).into_iter().flatten().copied();
            let mut gone: Vec<ProjectId> = followers.chain([work]).collect();
            gone.retain(|one| without.contains_key(one));
            for one in &gone {
                without.insert(*one, None);
            }
            (without, gone)
        };
        // What each would add if it came as early as it can, and what it would take away if it went.
        let mut wanted: Vec<(f64, ProjectId)> = Vec::new();
        let mut least: Vec<(f64, ProjectId)> = Vec::new();
        for &work in &self.free {
            let worth = self.worth(worths, work);
            let most = worth.iter().copied().fold(0.0, f64::max);
            let now = starts
                .get(&work)
                .copied()
                .flatten()
                .and_then(|start| worth.get(usize::try_from(start - self.planned(work)).ok()?).copied());
            if most - now.unwrap_or(0.0) > NOTHING || is_few {
                wanted.push((most - now.unwrap_or(0.0), work));
            }
            if let Some(now) = now {
                least.push((now, work));
            }
        }
        wanted.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        least.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        for &(_, work) in &wanted {
            let mut with = starts.clone();
            if stands(&work) {
                with.insert(work, None);
            }
            if self.put_in(programme, &mut with, work) {
                found.insert(with);
            }
        }
        for &(now, work) in least.iter().filter(|one| is_few || one.0 <= NOTHING) {
            if is_few || now < -NOTHING {
                found.insert(without(work).0);
            }
        }
        for &(_, work) in wanted.iter().take(each) {
            let others = least.iter().map(|one| one.1).filter(|&other| other != work);
            let needed: BTreeSet<ProjectId> = self.roles.needs(work).collect();
            for other in others.filter(|other| !needed.contains(other)).take(each) {
                let (mut with, gone) = without(other);
                if stands(&work) {
                    with.insert(work, None);
                }
                if !self.put_in(programme, &mut with, work) {
                    continue;
                }
                // The other may still come later, with what hangs on it.
                for &one in gone.iter().rev() {
                    self.put_in(programme, &mut with, one);
                }
                found.insert(with);
            }
        }
        found.remove(starts);
        let now = self.together(worths, starts);
        let mut found: Vec<(f64, Starts)> =
            found.into_iter().map(|with| (self.together(worths, &with) - now, with)).collect();
        // The order of the set decides between equals.
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.truncate(MOST[usize::from(!is_few)]);
        found
    }
}
