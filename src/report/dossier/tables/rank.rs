//! What each work is worth for the grid, per money: as `rank` found it.

use super::super::charts::{self, Beside};
use super::super::table::{Cell, Table};
use super::super::{Block, Sources, Words};
use super::block;
use crate::report::json::{HandedRank, HandedRanked};

/// Bars of the chart, those of the most worth per money.
const BARS: usize = 30;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let Some(rank) = sources.rank else { return Vec::new() };
    let rows: Vec<&HandedRanked> = rank.works.iter().filter(|work| work.worth.is_some()).collect();
    let mut blocks: Vec<Block> = chart(rank, &rows, words).map(Block::Figure).into_iter().collect();
    blocks.extend(block(table(rank, &rows, words)));
    blocks
}

/// Worth per 1 000 million.
fn per_money(work: &HandedRanked) -> f64 {
    work.worth_per_million.map_or(f64::NAN, |worth| 1000.0 * worth)
}

fn chart(rank: &HandedRank, rows: &[&HandedRanked], words: &Words) -> Option<charts::Figure> {
    let paid = rows.iter().filter(|work| per_money(work) > 0.0).take(BARS);
    let bars: Vec<Beside> =
        paid.map(|work| Beside { name: name(work), values: [per_money(work), f64::NAN] }).collect();
    let put = [("unit", unit(rank, words).into()), ("currency", rank.terms.currency.as_str().into())];
    let series = [words.of("rank-by", &rank.by)];
    charts::beside_with(words, "rank", &words.say_with("axis-rank", &put), &series, &bars)
}

fn name(work: &HandedRanked) -> String {
    if work.name.is_empty() { work.project.clone() } else { format!("{} {}", work.project, work.name) }
}

/// The metric over years.
fn unit(rank: &HandedRank, words: &Words) -> String {
    words.say_with("unit-metric-years", &[("unit", rank.metric.unit.as_str().into())])
}

fn table(rank: &HandedRank, rows: &[&HandedRanked], words: &Words) -> Table {
    let million = words.say_with("million", &[("currency", rank.terms.currency.as_str().into())]);
    let unit = unit(rank, words);
    let per = words
        .say_with("unit-per-money", &[("unit", unit.as_str().into()), ("money", million.as_str().into())]);
    let columns = vec![
        words.column("rank").number(),
        words.column("work"),
        words.column("name"),
        words.column("stage").choice(),
        words.column("cost").unit(&million),
        words.column("worth").unit(&unit),
        words.column("worth-per-money").unit(&per),
    ];
    let put = [
        ("how", words.of("rank-by", &rank.by).into()),
        ("metric", words.of("metric", &rank.metric.name).into()),
    ];
    let mut table = Table::new(words, "rank", columns).note(words.say_with("rank-note", &put));
    for work in rows {
        table.row(vec![
            Cell::count(work.rank),
            Cell::text(work.project.as_str()),
            Cell::text(work.name.as_str()),
            Cell::text(work.stage.as_deref().unwrap_or_default()),
            Cell::number(work.cost_million.unwrap_or(f64::NAN), 0),
            Cell::number(work.worth.unwrap_or(f64::NAN), 1),
            Cell::number(per_money(work), 2),
        ]);
    }
    table
}
