//! The tables of the report: one file per section.

pub(super) mod basis;
pub(super) mod capital;
pub(super) mod criteria;
pub(super) mod flows;
pub(super) mod fund;
pub(super) mod headroom;
pub(super) mod need;
pub(super) mod rank;
pub(super) mod states;
pub(super) mod supply;
pub(super) mod verdict;
pub(super) mod violations;
pub(super) mod works;

use super::{Block, Table};
use crate::ids::{ProjectId, ScenarioId, StageId};
use crate::model::{ElementId, Plan, Project};
use crate::report::name;
use crate::report::number::clean;

/// `2025 max`; of a bare grid nothing, as it has one state.
pub(super) fn state(plan: &Plan, stage: StageId, scenario: ScenarioId) -> String {
    if plan.is_bare() {
        return String::new();
    }
    format!("{} {}", plan.stages[stage].id, plan.scenarios[scenario].id)
}

/// The name of an element, with its id where names may be shared: a transformer has that of its station.
pub(super) fn named(plan: &Plan, element: ElementId) -> String {
    let network = &plan.network;
    match element {
        ElementId::Transformer(_) | ElementId::Transformer3(_) => name::with_id(network, element),
        _ => name::label(network, element) + &name::circuit(network, element),
    }
}

/// The name of a work; its id where it has none.
fn work_name(work: &Project) -> String {
    let name = if work.name.is_empty() { work.id.as_str() } else { &work.name };
    clean(name).into_owned()
}

/// The first works of a list by id, and how many more.
fn work_ids(plan: &Plan, works: &[ProjectId]) -> String {
    const SHOWN: usize = 3;
    let ids: Vec<&str> = works.iter().take(SHOWN).map(|&id| plan.projects[id].id.as_str()).collect();
    let more = works.len().saturating_sub(SHOWN);
    let mut text = clean(&ids.join(", ")).into_owned();
    if more > 0 {
        text.push_str(" +");
        text.push_str(&more.to_string());
    }
    text
}

/// A table as a block; none without rows.
fn block(table: Table) -> Option<Block> {
    (!table.rows.is_empty()).then_some(Block::Table(table))
}
