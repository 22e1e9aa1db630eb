//! What is not met, by rule and element over all stages and scenarios.

use super::super::table::{Cell, Column, Table, Tone};
use super::super::{Block, Sources, Words};
use super::{block, named, state, work_ids};
use crate::appraise::JudgedViolation;
use crate::report::grouped::{self, Lines, Sorted, cleared_last};

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let Sorted { breaking, after_a_fault, lost, waived, warnings } = grouped::sorted(sources.verdict);
    let all = [
        ("violations", &breaking),
        ("after-fault", &after_a_fault),
        ("without-supply", &lost),
        ("waived", &waived),
        ("warnings", &warnings),
    ];
    let tables = all.into_iter().map(|(id, groups)| {
        let groups: Vec<&Lines<'_>> = groups.iter().collect();
        table(sources, words, id, &groups)
    });
    let mut blocks: Vec<Block> = tables.filter_map(block).collect();
    if blocks.is_empty() {
        blocks.push(Block::Text(words.say("no-violations")));
    }
    blocks
}

/// Groups of violations as a table.
pub(crate) fn table(sources: &Sources<'_>, words: &Words, id: &'static str, groups: &[&Lines<'_>]) -> Table {
    let plan = sources.plan;
    let after = groups.iter().any(|group| group.iter().any(|row| row.violation.fault.is_some()));
    let waived = id == "waived";
    let mut columns = vec![
        words.column("element"),
        words.column("kind").choice(),
        words.column("vn").unit("kV"),
        words.column("what").choice(),
        words.column("value").number(),
        words.column("limit").number(),
        words.column("unit"),
        words.column("excess").unit("%"),
    ];
    if after {
        columns.push(words.column("after-loss-of"));
        columns.push(words.column("outages").number());
    }
    if !plan.is_bare() {
        let history: [Column; 5] = [
            words.column("worst-in"),
            words.column("states").number(),
            words.column("since").choice(),
            words.column("cleared").choice(),
            words.column("cleared-by"),
        ];
        columns.extend(history);
    }
    columns.push(words.column("rule").choice());
    if waived {
        columns.push(words.column("decision"));
    }
    let mut table = Table::new(words, id, columns);
    for group in groups {
        let Some(worst) = group.first() else { continue };
        let mut cells = measured(sources, words, worst);
        if after {
            let fault = worst.violation.fault.as_ref();
            cells.push(Cell::text(fault.map_or("", |fault| fault.outage.as_str())));
            cells.push(fault.map_or_else(Cell::none, |fault| Cell::count(fault.outages)));
        }
        if !plan.is_bare() {
            cells.extend(history(sources, words, group, worst));
        }
        cells.push(Cell::text(worst.violation.rule.as_str()));
        if waived {
            cells.push(Cell::text(worst.violation.waived_by.clone().unwrap_or_default()));
        }
        table.row(cells);
    }
    table
}

fn measured(sources: &Sources<'_>, words: &Words, row: &JudgedViolation) -> Vec<Cell> {
    let network = &sources.plan.network;
    let v = &row.violation;
    let tone = if row.breaks_plan() { Tone::Bad } else { Tone::Caution };
    let (element, kind, kv) = match v.element {
        Some(element) => {
            let kv = network.highest_kv(element);
            let kind = Cell::text(words.of("element", element.kind().as_str()));
            let kv = if kv > 0.0 { Cell::number(kv, decimals_of(kv)) } else { Cell::none() };
            let mut cell = Cell::record(network, element);
            // The units of a station share its name.
            cell.value = Cell::text(named(sources.plan, element)).value;
            (cell, kind, kv)
        }
        None => (Cell::text(words.say("whole-grid")), Cell::none(), Cell::none()),
    };
    // No share of a limit of nought.
    let excess = if v.percent.is_finite() { v.percent - 100.0 } else { f64::NAN };
    vec![
        element,
        kind,
        kv,
        Cell::text(words.of("quantity", v.quantity)),
        Cell::in_unit(v.value, v.unit).tone(tone),
        Cell::in_unit(v.limit, v.unit),
        Cell::text(v.unit),
        Cell::number(excess, 1),
    ]
}

/// Decimals of a rated voltage: 110, 22, 0.4, 13.8.
pub(super) fn decimals_of(kv: f64) -> usize {
    usize::from((kv - kv.round()).abs() >= 1e-9)
}

fn history(sources: &Sources<'_>, words: &Words, group: &Lines<'_>, worst: &JudgedViolation) -> Vec<Cell> {
    let plan = sources.plan;
    let since = group.iter().map(|row| row.since_stage).min().unwrap_or(worst.since_stage);
    let (cleared, works) = match cleared_last(group) {
        Some(cleared) => {
            (Cell::text(plan.stages[cleared.stage].id.as_str()), work_ids(plan, &cleared.projects))
        }
        None => (Cell::text(words.say("not-cleared")), String::new()),
    };
    vec![
        Cell::text(state(plan, worst.stage, worst.scenario)),
        Cell::count(group.len()),
        Cell::text(plan.stages[since].id.as_str()),
        cleared,
        Cell::text(works),
    ]
}
