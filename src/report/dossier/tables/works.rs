//! The works, in order of their dates, and what each stage adds.

use super::super::charts;
use super::super::table::{Cell, Table};
use super::super::{Block, Sources, Words, stage};
use super::{block, work_name};
use crate::appraise::CostSum;
use crate::ids::ProjectId;
use crate::model::{PlanDate, Project};
use jiff::civil::Date;
use std::collections::BTreeMap;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let mut blocks: Vec<Block> = block(by_stage(sources, words)).into_iter().collect();
    blocks.extend(by_year(sources, words).map(Block::Figure));
    blocks.extend(block(works(sources, words)));
    blocks.extend(block(obstacles(sources, words)));
    blocks
}

/// What each stage adds, and what of it costs how much.
fn by_stage(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let currency = plan.money.as_ref().map_or("", |money| money.currency.as_str());
    let unit = words.say_with("million", &[("currency", currency.into())]);
    let columns = vec![
        words.column("stage"),
        words.column("day"),
        words.column("buses").number(),
        words.column("lines").number(),
        words.column("transformers").number(),
        words.column("new-works").number(),
        words.column("cost").unit(&unit),
        words.column("price-year"),
        words.column("without-cost").number(),
    ];
    let mut table = Table::new(words, "stages", columns).note(words.say("stages-note"));
    if plan.projects.is_empty() {
        return table;
    }
    for &at in &sources.verdict.stages {
        let Some(state) = sources.verdict.summary.iter().find(|state| state.stage == at) else { continue };
        let Some(solved) = sources.states.iter().find(|state| state.stage == at) else { continue };
        let network = &solved.grid.network;
        let counts = [
            network.buses.iter().filter(|record| record.built).count(),
            network.lines.iter().filter(|record| record.built).count(),
            network.transformers.iter().filter(|record| record.built).count()
                + network.transformers3.iter().filter(|record| record.built).count(),
            state.works.len(),
        ];
        let mut costs: Vec<Option<&CostSum>> = state.cost.iter().map(Some).collect();
        if costs.is_empty() {
            costs.push(None);
        }
        // Prices of different years are never added up: a line for each.
        for (line, cost) in costs.into_iter().enumerate() {
            let mut row = vec![stage(plan, at)];
            row.push(plan.stages[at].at.map_or_else(Cell::none, Cell::day));
            let first = line == 0;
            row.extend(counts.map(|n| if first { Cell::count(n) } else { Cell::none() }));
            row.push(cost.map_or_else(Cell::none, |cost| Cell::number(cost.capex_million, 0)));
            row.push(cost.map_or_else(Cell::none, |cost| Cell::text(cost.price_year.to_string())));
            row.push(if first { Cell::count(state.works_without_cost) } else { Cell::none() });
            table.row(row);
        }
    }
    table
}

/// The first day on which a part of a work is planned to stand.
fn planned(work: &Project) -> Option<PlanDate> {
    let days = work.phases.iter().filter_map(|phase| phase.commissioning.or(phase.decommissioning));
    days.min_by_key(|day| day.date)
}

/// The works in order of their dates; those without one last.
fn in_order<'a>(sources: &'a Sources<'_>) -> Vec<(ProjectId, &'a Project, Option<PlanDate>)> {
    let mut works: Vec<_> =
        sources.plan.projects.iter_ids().map(|(id, work)| (id, work, planned(work))).collect();
    works.sort_by_key(|(id, _, day)| (day.map_or(Date::MAX, |day| day.date), *id));
    works
}

/// Works commissioned in each year, by kind.
fn by_year(sources: &Sources<'_>, words: &Words) -> Option<charts::Figure> {
    let mut kinds: BTreeMap<&'static str, BTreeMap<i16, f64>> = BTreeMap::new();
    for (_, work, day) in in_order(sources) {
        if let (Some(day), true) = (day, work.is_counted()) {
            *kinds.entry(work.kind.as_str()).or_default().entry(day.date.year()).or_default() += 1.0;
        }
    }
    let stacks: Vec<charts::Stack> = kinds
        .into_iter()
        .map(|(kind, years)| charts::Stack {
            name: words.of("work", kind),
            bars: years.into_iter().collect(),
        })
        .collect();
    charts::stacked(words, "works-by-year", ("axis-year", "axis-works"), &stacks)
}

fn works(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let currency = plan.money.as_ref().map_or("", |money| money.currency.as_str());
    let unit = words.say_with("million", &[("currency", currency.into())]);
    let columns = vec![
        words.column("work"),
        words.column("name"),
        words.column("kind").choice(),
        words.column("vn").unit("kV").choice(),
        words.column("area").choice(),
        words.column("status").choice(),
        words.column("commissioning"),
        words.column("stage").choice(),
        words.column("cost").unit(&unit),
        words.column("price-year"),
        words.column("requires"),
        words.column("confidence").choice(),
        words.column("source"),
    ];
    let mut table = Table::new(words, "works", columns);
    for (_, work, day) in in_order(sources) {
        let at = day.and_then(|day| {
            let mut later = plan.stages.iter().filter(|stage| stage.at.is_some_and(|at| at >= day.date));
            later.next()
        });
        let requires: Vec<&str> = work.requires.iter().map(|&id| plan.projects[id].id.as_str()).collect();
        let cost = work.cost.as_ref();
        let confidence = work.origin.confidence.map(|level| words.of("confidence", level.as_str()));
        table.row(vec![
            Cell::text(work.id.as_str()),
            Cell::text(work_name(work)),
            Cell::text(words.of("work", work.kind.as_str())),
            Cell::number(
                if work.vn_kv > 0.0 { work.vn_kv } else { f64::NAN },
                super::violations::decimals_of(work.vn_kv),
            ),
            Cell::text(work.area.as_str()),
            Cell::text(words.of("status", work.status.as_str())),
            day.map_or_else(Cell::none, Cell::date),
            Cell::text(at.map_or("", |stage| stage.id.as_str())),
            cost.map_or_else(Cell::none, |cost| {
                Cell::number(cost.capex_million, 0).more(cost.basis.as_str())
            }),
            Cell::text(cost.map(|cost| cost.price_year.to_string()).unwrap_or_default()),
            Cell::text(requires.join(", ")),
            Cell::text(confidence.unwrap_or_default()),
            Cell::text(work.origin.source.as_deref().unwrap_or_default()),
        ]);
    }
    table
}

/// What stands in the way of works.
fn obstacles(sources: &Sources<'_>, words: &Words) -> Table {
    let columns = vec![
        words.column("work"),
        words.column("name"),
        words.column("obstacle"),
        words.column("from-day"),
        words.column("until"),
        words.column("owner"),
    ];
    let mut table = Table::new(words, "obstacles", columns);
    for work in &sources.plan.projects {
        for obstacle in &work.obstacles {
            table.row(vec![
                Cell::text(work.id.as_str()),
                Cell::text(work_name(work)),
                Cell::text(obstacle.text.as_str()),
                Cell::day(obstacle.since),
                obstacle.until.map_or_else(Cell::none, Cell::day),
                Cell::text(obstacle.owner.as_str()),
            ]);
        }
    }
    table
}
