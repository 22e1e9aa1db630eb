//! The works commissioned between two judged states.

use super::touch::Closeness;
use crate::ids::ProjectId;
use crate::model::{Phase, Plan, Selection};
use crate::study::StageState;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// The phases commissioned up to each judged state, by row: those that count, whether they change the grid or
/// not.
pub(super) struct Works {
    standing: Vec<BTreeSet<(ProjectId, usize)>>,
}

impl Works {
    pub(super) fn new(plan: &Plan, selection: &Selection, states: &[&StageState]) -> Self {
        // A work that changes nothing and is older than the base grid stands in it.
        let in_base = |phase: &Phase, day: Date| {
            phase.changes.is_empty() && plan.base.as_of.is_some_and(|as_of| day <= as_of)
        };
        let dated: Vec<(Date, (ProjectId, usize))> = plan
            .projects
            .iter_ids()
            .filter(|&(id, project)| selection.counts(id, project))
            .flat_map(|(id, project)| {
                project.phases.iter().enumerate().map(move |(row, phase)| (id, row, phase))
            })
            .filter_map(|(id, row, phase)| Some((phase.commissioning?.date, (id, row), phase)))
            .filter(|&(day, _, phase)| !in_base(phase, day))
            .map(|(day, work, _)| (day, work))
            .collect();
        let standing = states
            .iter()
            .map(|state| {
                let at = plan.stages[state.stage].at;
                dated
                    .iter()
                    .filter(|(day, _)| at.is_some_and(|at| *day <= at))
                    .map(|&(_, work)| work)
                    .collect()
            })
            .collect();
        Self { standing }
    }

    /// The projects of which a phase stands in state `row` and not in state `before` (or not in the base
    /// grid), in the order of the plan.
    pub(super) fn between(&self, before: Option<usize>, row: usize) -> Vec<ProjectId> {
        let mut projects: Vec<ProjectId> =
            self.phases_between(before, row).map(|(project, _)| project).collect();
        projects.dedup();
        projects
    }

    /// Those of them that touch something, the closest first, then in the order of the plan.
    pub(super) fn closest_first(
        &self,
        before: usize,
        row: usize,
        closeness: impl Fn(ProjectId, usize) -> Option<Closeness>,
    ) -> Vec<ProjectId> {
        let mut closest: BTreeMap<ProjectId, Closeness> = BTreeMap::new();
        for (project, phase) in self.phases_between(Some(before), row) {
            if let Some(found) = closeness(project, phase) {
                let known = closest.entry(project).or_insert(found);
                *known = found.min(*known);
            }
        }
        let mut projects: Vec<(Closeness, ProjectId)> =
            closest.into_iter().map(|(id, near)| (near, id)).collect();
        projects.sort_unstable();
        projects.into_iter().map(|(_, project)| project).collect()
    }

    fn phases_between(&self, before: Option<usize>, row: usize) -> impl Iterator<Item = (ProjectId, usize)> {
        let old = before.and_then(|before| self.standing.get(before));
        let now = self.standing.get(row).into_iter().flatten();
        now.filter(move |phase| old.is_none_or(|old| !old.contains(phase))).copied()
    }

    /// Whether any phase of a project stands in a state.
    pub(super) fn stands(&self, row: usize, project: ProjectId) -> bool {
        let phases = self.standing.get(row);
        phases.is_some_and(|phases| phases.range((project, 0)..=(project, usize::MAX)).next().is_some())
    }
}
