//! The order of works that take effect on one day: a work after those it requires.

use crate::finding::{Code, Finding};
use crate::ids::{Id, ProjectId};
use crate::model::Plan;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The rank of each project: the order of the table, changed only as far as `requires` asks.
///
/// # Errors
/// A circle of requirements, with all its works named.
pub(super) fn ranks(plan: &Plan) -> Result<Vec<usize>, Vec<Finding>> {
    let count = plan.projects.len();
    let mut missing = vec![0_usize; count];
    let mut dependents: Vec<Vec<ProjectId>> = vec![Vec::new(); count];
    for (id, project) in plan.projects.iter_ids() {
        missing[id.index()] = project.requires.len();
        for required in &project.requires {
            dependents[required.index()].push(id);
        }
    }
    let mut ready: BinaryHeap<Reverse<ProjectId>> =
        plan.projects.ids().filter(|id| missing[id.index()] == 0).map(Reverse).collect();
    let mut ranks = vec![usize::MAX; count];
    let mut next = 0;
    while let Some(Reverse(id)) = ready.pop() {
        ranks[id.index()] = next;
        next += 1;
        for dependent in &dependents[id.index()] {
            missing[dependent.index()] -= 1;
            if missing[dependent.index()] == 0 {
                ready.push(Reverse(*dependent));
            }
        }
    }
    if next == count { Ok(ranks) } else { Err(vec![circle(plan, &ranks)]) }
}

/// A circle among the projects without a rank.
fn circle(plan: &Plan, ranks: &[usize]) -> Finding {
    let unranked = |id: &ProjectId| ranks[id.index()] == usize::MAX;
    let mut path: Vec<ProjectId> = Vec::new();
    let mut at = plan.projects.ids().find(unranked);
    // every project without a rank requires another one, so the walk must come back
    while let Some(id) = at
        && !path.contains(&id)
    {
        path.push(id);
        at = plan.projects[id].requires.iter().copied().find(unranked);
    }
    let start = path.iter().position(|&id| Some(id) == at).unwrap_or(0);
    let mut circle = path.split_off(start);
    circle.extend(at);
    let names: Vec<&str> = circle.iter().map(|&id| plan.projects[id].id.as_str()).collect();
    let finding = Finding::error(
        Code::Cycle,
        format!("projects require each other in a circle: {}", names.join(" → ")),
    )
    .field("requires")
    .help("take one of them out of `requires`");
    match at {
        Some(id) => finding
            .element(format!("project {}", plan.projects[id].id))
            .place(plan.projects[id].origin.place.clone()),
        None => finding,
    }
}
