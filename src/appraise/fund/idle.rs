//! Works of a selection whose money changes nothing.

use super::funding::{Starts, Step};
use super::ground::Ground;
use super::level::NOTHING;
use super::search::Search;
use crate::ids::ProjectId;

impl Search {
    /// Leaves out works without which nothing is worse in any year, the dearest first, each time verified. Returns them.
    pub(super) fn prune(&mut self, ground: &mut Ground<'_, '_, '_>) -> Vec<ProjectId> {
        let gives = |work: ProjectId| {
            let mut found = self.worths.range((work, first())..).take_while(|(at, _)| at.0 == work);
            found.any(|(_, &worth)| worth > NOTHING)
        };
        let stands = |starts: &Starts, work: ProjectId| starts.get(&work).is_some_and(Option::is_some);
        let mut idle: Vec<(f64, ProjectId)> = ground
            .free
            .iter()
            .filter(|&&work| stands(&self.starts, work) && !gives(work))
            .map(|&work| (ground.asked.capital.of(work).map_or(0.0, |cost| cost.plan_million), work))
            .collect();
        // Of those that need each other the later first.
        idle.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut pruned = Vec::new();
        let (count, mut done) = (idle.len(), 0);
        while let Some(place) = idle.iter().position(|one| {
            let mut followers = ground.roles.followers.get(&one.1).into_iter().flatten();
            !followers.any(|&follower| stands(&self.starts, follower))
        }) {
            let (_, work) = idle.remove(place);
            done += 1;
            (ground.tick)(Step::Idle, done, count);
            let mut without = self.starts.clone();
            without.insert(work, None);
            if let Ok(level) = ground.verify_one(&without)
                && !self.level.is_better_than(level)
            {
                (self.starts, self.level) = (without, level);
                pruned.push(work);
            }
        }
        pruned.sort_unstable();
        pruned
    }
}

/// The first stage there is.
fn first() -> crate::ids::StageId {
    crate::ids::Id::from_index(0)
}
