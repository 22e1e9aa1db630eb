//! The works commissioned between two judged states.

use crate::ids::ProjectId;
use crate::model::{Plan, Selection};
use crate::study::StageState;
use std::collections::BTreeSet;

/// The phases commissioned up to each judged state, by row: those that count, whether they change the grid or
/// not.
pub(super) struct Works {
    standing: Vec<BTreeSet<(ProjectId, usize)>>,
}

impl Works {
    pub(super) fn new(plan: &Plan, selection: &Selection, states: &[&StageState]) -> Self {
        let counted = || plan.projects.iter_ids().filter(|&(id, project)| selection.counts(id, project));
        let standing = states
            .iter()
            .map(|state| {
                let Some(at) = plan.stages[state.stage].at else { return BTreeSet::new() };
                let phases = counted().flat_map(|(id, project)| {
                    project.phases.iter().enumerate().map(move |(row, phase)| (id, row, phase.commissioning))
                });
                phases
                    .filter(|(.., commissioning)| commissioning.is_some_and(|day| day.date <= at))
                    .map(|(id, row, _)| (id, row))
                    .collect()
            })
            .collect();
        Self { standing }
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
            .filter(|phase| old.is_none_or(|old| !old.contains(phase)))
            .filter(|&&(project, phase)| meant(project, phase))
            .map(|&(project, _)| project)
            .collect();
        projects.dedup();
        projects
    }

    /// Whether any phase of a project stands in a state.
    pub(super) fn stands(&self, row: usize, project: ProjectId) -> bool {
        let phases = self.standing.get(row);
        phases.is_some_and(|phases| phases.range((project, 0)..=(project, usize::MAX)).next().is_some())
    }
}
