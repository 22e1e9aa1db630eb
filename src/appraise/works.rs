//! The works commissioned between two judged states.

use crate::ids::ProjectId;
use crate::study::StageState;
use std::collections::BTreeSet;

/// The phases that stand in each judged state, by row.
pub(super) struct Works<'a> {
    standing: Vec<BTreeSet<&'a (ProjectId, usize)>>,
}

impl<'a> Works<'a> {
    pub(super) fn new(states: impl Iterator<Item = &'a StageState>) -> Self {
        Self { standing: states.map(|state| state.grid.applied.iter().collect()).collect() }
    }

    /// The projects of which a phase that is `meant` stands in state `row` and not in state `before` (or not
    /// in the base grid), in the order of the plan.
    pub(super) fn between(
        &self,
        before: Option<usize>,
        row: usize,
        meant: impl Fn(ProjectId, usize) -> bool,
    ) -> Vec<ProjectId> {
        let Some(now) = self.standing.get(row) else { return Vec::new() };
        let old = before.and_then(|before| self.standing.get(before));
        let mut projects: Vec<ProjectId> = now
            .iter()
            .filter(|phase| old.is_none_or(|old| !old.contains(*phase)))
            .filter(|&&&(project, phase)| meant(project, phase))
            .map(|&&(project, _)| project)
            .collect();
        projects.dedup();
        projects
    }

    /// Whether any phase of a project stands in a state.
    pub(super) fn stands(&self, row: usize, project: ProjectId) -> bool {
        self.standing.get(row).is_some_and(|phases| phases.iter().any(|phase| phase.0 == project))
    }
}
