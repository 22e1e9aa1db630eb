//! Proposing selections, verifying them, and going on from the best.
//!
//! ```text
//! few works    all selections compared (all.rs): the answer is proved
//! else round 1 nothing; the plan as it is, as the money allows; by worth per money; the best by first worths (rank's mean of
//!              put in and taken out)
//! round 2 …    what each work takes off beside all others of the best selection so far, solved anew; works that give nothing
//!              without another that was left out belong with it; then selections anew: any, and such that change few works of
//!              the best; and single changes of it. All are verified, and the best one of all rounds is gone on from
//! end          a round in which nothing is better, or the last round
//! ```
//!
//! What works are worth is only a guide: they help and hinder each other. Each selection is solved in every year before it
//! counts, so no round is worse than the one before, and none is worse than building nothing or than the plan as it is.

use super::all::Searched;
use super::funding::{Ending, Proposal, Round, Starts, Unfunded};
use super::ground::{Cuts, Ground, Worths};
use super::level::Level;
use super::programme::Programme;
use super::purses::Purses;

/// How many works at most differ from the best selection so far, beside selections in which any may.
const REACHES: [usize; 6] = [64, 32, 16, 8, 4, 2];

/// The search as far as it has come.
pub(super) struct Search {
    /// With none of the works.
    pub(super) without: Level,
    /// The best selection so far.
    pub(super) starts: Starts,
    pub(super) level: Level,
    pub(super) rounds: Vec<Round>,
    /// The round that found it, from 1.
    pub(super) best: usize,
    /// What works are worth beside all others of the best selection.
    pub(super) worths: Worths,
    /// What was first expected of them.
    pub(super) wanted: Worths,
    pub(super) cuts: Cuts,
    pub(super) ending: Ending,
}

/// A selection to be verified, and what is expected of it.
pub(super) struct Proposed {
    pub(super) proposal: Proposal,
    pub(super) starts: Starts,
    pub(super) expected: f64,
}

impl Proposed {
    fn unexpected(proposal: Proposal, starts: Starts) -> Self {
        Self { proposal, starts, expected: f64::NAN }
    }
}

impl Search {
    /// Searches under some money.
    ///
    /// # Errors
    /// Why there is no answer.
    pub(super) fn run(
        ground: &mut Ground<'_, '_, '_>,
        purses: &Purses,
        programme: &Programme,
    ) -> Result<Self, Unfunded> {
        let nothing = ground.nothing();
        let without = ground.verify_one(&nothing)?;
        let mut search = Self {
            without,
            starts: nothing,
            level: without,
            rounds: Vec::new(),
            best: 0,
            worths: Worths::new(),
            wanted: Worths::new(),
            cuts: Cuts::new(),
            ending: Ending::Rounds,
        };
        if search.all(ground, programme) {
            search.worths = ground.around(&search.starts);
            return Ok(search);
        }
        search.first(ground, purses, programme)?;
        let rounds = ground.asked.rounds.max(1) as usize;
        let mut expected = search.wanted.clone();
        loop {
            search.worths = ground.around(&search.starts);
            if search.rounds.len() >= rounds {
                return Ok(search);
            }
            if !search.next(ground, (purses, programme), &mut expected) {
                search.ending = Ending::NoBetter;
                return Ok(search);
            }
        }
    }

    /// Compares all selections, where works are few; whether they were.
    fn all(&mut self, ground: &mut Ground<'_, '_, '_>, programme: &Programme) -> bool {
        let starts = match ground.best_of_all(programme, self.level) {
            Searched::TooMany => return false,
            Searched::NoneBetter => self.starts.clone(),
            Searched::Best(starts) => starts,
        };
        self.verify(ground, vec![Proposed::unexpected(Proposal::All, starts)]);
        self.ending = Ending::All;
        true
    }

    /// What there is to go on from.
    fn first(
        &mut self,
        ground: &mut Ground<'_, '_, '_>,
        purses: &Purses,
        programme: &Programme,
    ) -> Result<(), Unfunded> {
        self.wanted = ground.first_worths();
        let by_plan = ground.in_order(programme, &ground.by_plan());
        let by_worth = ground.in_order(programme, &ground.by_worth(&self.wanted));
        let (selected, expected) = ground.select(purses, &self.wanted, &self.cuts, None)?;
        let proposed = vec![
            Proposed::unexpected(Proposal::Nothing, self.starts.clone()),
            Proposed::unexpected(Proposal::PlanOrder, by_plan),
            Proposed {
                expected: ground.together(&self.wanted, &by_worth),
                proposal: Proposal::WorthOrder,
                starts: by_worth,
            },
            Proposed { proposal: Proposal::Selected(None), starts: selected, expected },
        ];
        self.verify(ground, proposed);
        Ok(())
    }

    /// A round around the best selection; whether it found a better one. `expected`: what works are expected to be worth in
    /// any selection, which it learns from.
    fn next(
        &mut self,
        ground: &mut Ground<'_, '_, '_>,
        (purses, programme): (&Purses, &Programme),
        expected: &mut Worths,
    ) -> bool {
        let before = self.cuts.len();
        let kept = ground.partners(&self.starts, (&self.wanted, &self.worths), &mut self.cuts);
        let mut near = self.worths.clone();
        for (at, found) in &mut near {
            let wanted = self.wanted.get(at).copied().unwrap_or(0.0);
            let old = expected.entry(*at).or_insert(wanted);
            if kept.contains(&at.0) {
                *found = wanted; // it is worth that with its partner
                continue;
            }
            // What it gives where it stands; halfway to that where it would have to be added.
            let stands = self.starts.get(&at.0).is_some_and(Option::is_some);
            *old = if stands { *found } else { f64::midpoint(*old, *found) };
        }
        let mut proposed = Vec::new();
        if let Ok((starts, expected)) = ground.select(purses, expected, &self.cuts, None) {
            proposed.push(Proposed { proposal: Proposal::Selected(None), starts, expected });
        }
        // What is expected of a selection near the best: what that takes off, and what differs.
        let base = self.takes_off(self.level) - ground.together(&near, &self.starts);
        for reach in REACHES.into_iter().filter(|&reach| reach < 2 * ground.free.len()) {
            if let Ok((starts, worth)) = ground.select(purses, &near, &self.cuts, Some((&self.starts, reach)))
            {
                let proposal = Proposal::Selected(Some(reach));
                proposed.push(Proposed { proposal, starts, expected: base + worth });
            }
        }
        for (more, starts) in ground.changes(programme, &self.starts, &self.worths) {
            let expected = self.takes_off(self.level) + more;
            proposed.push(Proposed { proposal: Proposal::Change, starts, expected });
        }
        let found = self.cuts.len() - before;
        let is_better = self.verify(ground, proposed);
        if let Some(round) = self.rounds.last_mut() {
            round.cuts = found;
        }
        is_better
    }

    /// What a selection takes off; none of the works take off nothing.
    pub(super) fn takes_off(&self, level: Level) -> f64 {
        self.without.sum - level.sum
    }

    /// Verifies selections and goes on from the best, if it is better; whether it is. Of equals the first.
    pub(super) fn verify(&mut self, ground: &mut Ground<'_, '_, '_>, proposed: Vec<Proposed>) -> bool {
        let selections: Vec<Starts> = proposed.iter().map(|one| one.starts.clone()).collect();
        let levels = ground.verify(&selections);
        let tried = proposed.len();
        // One that cannot be built is none.
        let built = proposed.into_iter().zip(levels).filter_map(|(one, level)| Some((one, level.ok()?)));
        let Some((one, level)) = built.min_by(|a, b| a.1.order(b.1)) else { return false };
        self.rounds.push(Round {
            proposal: one.proposal,
            tried,
            works: one.starts.values().flatten().count(),
            expected: one.expected,
            verified: self.takes_off(level),
            unsolved: level.unsolved,
            cuts: 0,
        });
        let is_better = level.is_better_than(self.level);
        if is_better || self.best == 0 {
            (self.starts, self.level, self.best) = (one.starts, level, self.rounds.len());
        }
        is_better
    }
}
