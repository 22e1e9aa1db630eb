//! What works are worth: in the plan before anything is selected, and around a selection.

use super::funding::{Starts, Step};
use super::ground::{Cuts, Ground, Worths};
use super::level::NOTHING;
use crate::appraise::rank::Key;
use crate::ids::{ProjectId, StageId};
use std::collections::{BTreeMap, BTreeSet};

/// The share of what was expected of a work under which it is asked whether another belongs with it.
const UNREALISED: f64 = 0.25;
/// Works of which that is asked, those of which most was expected first.
const ASKED: usize = 24;
/// Works that are tried as the other one, those most missed in the whole plan first.
const PARTNERS: usize = 12;

/// A work, another that it may need, how much it was to bring, and the states with and without the two.
struct Tried {
    work: ProjectId,
    other: ProjectId,
    expected: f64,
    together: [Key; 2],
    other_alone: [Key; 2],
}

impl Ground<'_, '_, '_> {
    /// The mean of what works take off when put in and when taken out.
    pub(super) fn first_worths(&mut self) -> Worths {
        let all = self.as_planned();
        let mut outs: BTreeMap<(ProjectId, StageId), [Key; 2]> = BTreeMap::new();
        let mut puts: BTreeMap<ProjectId, [Key; 2]> = BTreeMap::new();
        for &work in &self.free {
            let stages = self.stages_of(work);
            for &stage in &stages {
                outs.insert((work, stage), self.pair(&all, work, stage));
            }
            if let Some(&first) = stages.first() {
                let new = |other: &ProjectId| self.asked.stages.first_stage(*other) == Some(first);
                let before: Starts =
                    all.iter().map(|(&other, &start)| (other, start.filter(|_| !new(&other)))).collect();
                puts.insert(work, self.pair(&before, work, first));
            }
        }
        self.solve(Step::Out, outs.values().flatten().cloned().collect::<Vec<_>>());
        self.solve(Step::In, puts.values().flatten().cloned().collect::<Vec<_>>());
        let mut worths = Worths::new();
        for (&(work, stage), keys) in &outs {
            let first = self.stages_of(work).first().copied().unwrap_or(stage);
            let put = puts.get(&work).map_or(0.0, |keys| self.own(keys));
            let out = outs.get(&(work, first)).map_or(0.0, |keys| self.own(keys));
            worths.insert((work, stage), self.own(keys) + (put - out) / 2.0);
        }
        worths
    }

    /// What each work takes off beside all others of a selection, whether it stands there or not.
    pub(super) fn around(&mut self, starts: &Starts) -> Worths {
        let mut pairs: BTreeMap<(ProjectId, StageId), [Key; 2]> = BTreeMap::new();
        for &work in &self.free {
            for stage in self.stages_of(work) {
                pairs.insert((work, stage), self.pair(starts, work, stage));
            }
        }
        self.solve(Step::Around, pairs.values().flatten().cloned().collect::<Vec<_>>());
        pairs.iter().map(|(&at, keys)| (at, self.own(keys))).collect()
    }

    /// Works that give little of what was expected beside the others of a selection: those that do with one that was left out
    /// belong with it. Adds such pairs to `cuts`; returns the works, which are worth what was expected of them.
    pub(super) fn partners(
        &mut self,
        starts: &Starts,
        (expected, found): (&Worths, &Worths),
        cuts: &mut Cuts,
    ) -> BTreeSet<ProjectId> {
        // The stage in which most was expected of a work.
        let mut unrealised: Vec<(ProjectId, StageId, f64)> = Vec::new();
        for &work in starts.iter().filter(|(_, start)| start.is_some()).map(|(work, _)| work) {
            let most = self
                .stages_of(work)
                .into_iter()
                .filter_map(|stage| Some((stage, *expected.get(&(work, stage))?)))
                .max_by(|a, b| a.1.total_cmp(&b.1));
            if let Some((stage, much)) = most
                && much > NOTHING
                && found.get(&(work, stage)).is_some_and(|&got| got < UNREALISED * much)
            {
                unrealised.push((work, stage, much));
            }
        }
        unrealised.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(&b.0)));
        unrealised.truncate(ASKED);
        let mut tried: Vec<Tried> = Vec::new();
        for &(work, stage, much) in &unrealised {
            let mut others: Vec<(f64, ProjectId)> = starts
                .iter()
                .filter(|&(&other, start)| start.is_none() && other != work && !cuts.contains(&(work, other)))
                .filter_map(|(&other, _)| Some((*expected.get(&(other, stage))?, other)))
                .filter(|&(much, _)| much > NOTHING)
                .collect();
            others.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            for &(_, other) in others.iter().take(PARTNERS) {
                let mut with = starts.clone();
                for needed in self.roles.needs(other).chain([other]) {
                    if let Some(start) = with.get_mut(&needed) {
                        *start = Some(self.planned(needed));
                    }
                }
                let together = self.pair(&with, work, stage);
                with.insert(work, None);
                let other_alone = self.pair(&with, other, stage);
                tried.push(Tried { work, other, expected: much, together, other_alone });
            }
        }
        let keys: Vec<Key> =
            tried.iter().flat_map(|one| one.together.iter().chain(&one.other_alone)).cloned().collect();
        self.solve(Step::Pairs, keys);
        let mut kept = BTreeSet::new();
        for one in &tried {
            let together = self.own(&one.together);
            if together >= one.expected / 2.0 && !kept.contains(&one.work) {
                cuts.insert((one.work, one.other));
                kept.insert(one.work);
                if self.own(&one.other_alone) < UNREALISED * together {
                    cuts.insert((one.other, one.work));
                    kept.insert(one.other);
                }
            }
        }
        kept
    }
}
