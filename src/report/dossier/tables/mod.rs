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

use super::{Block, Table, Words};
use crate::ids::{ProjectId, ScenarioId, StageId};
use crate::model::{ElementId, Plan, Project};
use crate::report::json::HandedTerms;
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
    first_ids(works.iter().map(|&id| plan.projects[id].id.as_str()))
}

/// The first of some ids, and how many more.
fn first_ids<'a>(ids: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 3;
    let more = ids.len().saturating_sub(SHOWN);
    let ids: Vec<&str> = ids.take(SHOWN).collect();
    let mut text = clean(&ids.join(", ")).into_owned();
    if more > 0 {
        text.push_str(" +");
        text.push_str(&more.to_string());
    }
    text
}

/// How the years of an answer that was handed in are discounted.
fn discounting(terms: &HandedTerms, words: &Words) -> String {
    let Some(rate) = terms.discount_rate else { return words.say("not-discounted") };
    let put = [
        ("base", terms.base_year.to_string().into()),
        ("rate", words.language.plain((1e4 * rate.value).round() / 100.0).into()),
    ];
    words.say_with("discounted-at", &put)
}

/// Millions, and of which prices.
fn million_of(terms: &HandedTerms, words: &Words) -> String {
    let put = [("currency", terms.currency.as_str().into()), ("year", terms.price_year.to_string().into())];
    words.say_with("million-of", &put)
}

/// A table as a block; none without rows.
fn block(table: Table) -> Option<Block> {
    (!table.rows.is_empty()).then_some(Block::Table(table))
}
