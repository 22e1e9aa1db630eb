//! Loadings and voltages by stage: the worst of the scenarios of each.

use super::super::table::{Cell, Column, Scale, Table};
use super::super::{Block, Sources, Words};
use super::block;
use super::violations::decimals_of;
use crate::criteria::same_kv;
use crate::flow::Status;
use crate::ids::{BusId, StageId};
use crate::model::{ElementId, Rating};
use crate::study::StageState;
use std::collections::BTreeMap;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let tables = [
        loadings(sources, words, "line-loadings", &|element| matches!(element, ElementId::Line(_))),
        loadings(sources, words, "transformer-loadings", &|element| !matches!(element, ElementId::Line(_))),
        voltages(sources, words),
    ];
    tables.into_iter().filter_map(block).collect()
}

/// The solved states of each stage, in order of time.
fn by_stage<'a>(sources: &'a Sources<'_>) -> Vec<(StageId, Vec<&'a StageState>)> {
    let stages = sources.verdict.stages.iter().map(|&stage| {
        let states = sources.states.iter().filter(|state| state.stage == stage);
        (stage, states.filter(|state| state.flow.status == Status::Converged).collect())
    });
    stages.collect()
}

fn stage_columns(sources: &Sources<'_>, words: &Words, unit: &str, scale: Scale) -> Vec<Column> {
    let plan = sources.plan;
    let column = |stage: &StageId| {
        let mut column = words.column("value").unit(unit).scale(scale);
        if !plan.is_bare() {
            column.title = plan.stages[*stage].id.to_string();
        }
        column
    };
    sources.verdict.stages.iter().map(column).collect()
}

/// The highest loading of every branch in the scenarios of each stage, most loaded first.
fn loadings(
    sources: &Sources<'_>,
    words: &Words,
    id: &'static str,
    meant: &dyn Fn(ElementId) -> bool,
) -> Table {
    let network = &sources.plan.network;
    let stages = by_stage(sources);
    let mut found: BTreeMap<ElementId, Vec<f64>> = BTreeMap::new();
    for (at, (_, states)) in stages.iter().enumerate() {
        for state in states {
            let columns = &state.flow.branches;
            let branches = columns.branch.iter().zip(&columns.loading_percent).zip(&columns.energised);
            let branches = branches.filter(|&(_, &energised)| energised).map(|((&b, &p), _)| (b, p));
            let windings = &state.flow.windings;
            let units = windings.transformer.iter().zip(&windings.loading_percent).zip(&windings.energised);
            let units = units
                .filter(|&(_, &energised)| energised)
                .map(|((&unit, &percent), _)| (ElementId::Transformer3(unit), percent));
            for (element, percent) in branches.chain(units).filter(|&(element, _)| meant(element)) {
                let row = found.entry(element).or_insert_with(|| vec![f64::NAN; stages.len()]);
                row[at] = row[at].max(percent);
            }
        }
    }
    let mut rows: Vec<(ElementId, Vec<f64>)> = found.into_iter().collect();
    let most = |row: &[f64]| row.iter().copied().fold(f64::NAN, f64::max);
    let order = |percent: f64| if percent.is_nan() { f64::NEG_INFINITY } else { percent };
    rows.sort_by(|a, b| order(most(&b.1)).total_cmp(&order(most(&a.1))).then(a.0.cmp(&b.0)));
    let mut columns = vec![
        words.column("element"),
        words.column("id"),
        words.column("vn").unit("kV").choice(),
        words.column("rating").number(),
        words.column("unit"),
    ];
    columns.extend(stage_columns(sources, words, "%", Scale::Loading));
    let note = if sources.verdict.scenarios.len() > 1 { words.say("loadings-note") } else { String::new() };
    let mut table = Table::new(words, id, columns).note(note);
    for (element, percent) in rows {
        let kv = network.highest_kv(element);
        let Rating { unit, normal, .. } = network.rating(element);
        let mut cells = vec![
            Cell::record(network, element),
            Cell::text(network.id_of(element)),
            Cell::number(if kv > 0.0 { kv } else { f64::NAN }, decimals_of(kv)),
            Cell::number(normal.unwrap_or(f64::NAN), if unit.as_str() == "kA" { 3 } else { 0 }),
            Cell::text(if normal.is_some() { unit.as_str() } else { "" }),
        ];
        cells.extend(percent.into_iter().map(|percent| Cell::number(percent, 1)));
        table.row(cells);
    }
    table
}

/// The lowest and highest voltage of every bus in the scenarios of each stage, by rated voltage.
fn voltages(sources: &Sources<'_>, words: &Words) -> Table {
    let network = &sources.plan.network;
    let stages = by_stage(sources);
    let mut found: BTreeMap<BusId, Vec<(f64, f64)>> = BTreeMap::new();
    for (at, (_, states)) in stages.iter().enumerate() {
        for state in states {
            let columns = &state.flow.buses;
            for (&bus, &vm_pu) in columns.bus.iter().zip(&columns.vm_pu).filter(|(_, vm)| vm.is_finite()) {
                let row = found.entry(bus).or_insert_with(|| vec![(f64::NAN, f64::NAN); stages.len()]);
                row[at] = (row[at].0.min(vm_pu), row[at].1.max(vm_pu));
            }
        }
    }
    let mut rows: Vec<(BusId, Vec<(f64, f64)>)> = found.into_iter().collect();
    let kv = |bus: BusId| network.buses[bus].vn_kv;
    rows.sort_by(|a, b| if same_kv(kv(a.0), kv(b.0)) { a.0.cmp(&b.0) } else { kv(b.0).total_cmp(&kv(a.0)) });
    let mut columns = vec![words.column("bus"), words.column("id"), words.column("vn").unit("kV").choice()];
    let one = sources.verdict.scenarios.len() <= 1;
    for column in stage_columns(sources, words, "p.u.", Scale::None) {
        if one {
            columns.push(column);
            continue;
        }
        for word in ["lowest", "highest"] {
            let mut column = column.clone();
            column.title = format!("{} {}", column.title, words.say(word));
            columns.push(column);
        }
    }
    let mut table = Table::new(words, "voltages", columns);
    for (bus, values) in rows {
        let vn_kv = kv(bus);
        let mut cells = vec![
            Cell::record(network, ElementId::Bus(bus)),
            Cell::text(network.buses[bus].id.as_str()),
            Cell::number(if vn_kv > 0.0 { vn_kv } else { f64::NAN }, decimals_of(vn_kv)),
        ];
        for (low, high) in values {
            cells.push(Cell::number(low, 3));
            if !one {
                cells.push(Cell::number(high, 3));
            }
        }
        table.row(cells);
    }
    table
}
