//! What each work is worth for the grid, per money: as `rank` found it.

use super::super::charts::{self, Beside};
use super::super::table::{Cell, Column, Table};
use super::super::{Block, Sources, Words};
use super::{block, discounting, first_ids, million_of};
use crate::report::json::{HandedGain, HandedRank, HandedRanked};

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

/// What goes or comes with a work by the way that works are sorted by; none of shares, which are of single works.
fn gain<'a>(rank: &HandedRank, work: &'a HandedRanked) -> Option<&'a HandedGain> {
    match rank.by.as_str() {
        "toot" => work.toot.as_ref(),
        "pint" => work.pint.as_ref(),
        _ => None,
    }
}

fn columns(rank: &HandedRank, words: &Words, is_alone: bool) -> Vec<Column> {
    let currency = [("currency", rank.terms.currency.as_str().into())];
    let million = million_of(&rank.terms, words);
    let unit = unit(rank, words);
    let billion = words.say_with("billion", &currency);
    let per = words
        .say_with("unit-per-money", &[("unit", unit.as_str().into()), ("money", billion.as_str().into())]);
    let mut columns = vec![
        words.column("rank").number(),
        words.column("work"),
        words.column("name"),
        words.column("stage").choice(),
        words.column("cost-discounted").unit(&million),
    ];
    if !is_alone {
        columns.push(words.column("goes-with"));
        columns.push(words.column("cost-with-these").unit(&million));
    }
    columns.push(words.column("worth").unit(&unit));
    columns.push(words.column("worth-per-money").unit(&per));
    columns
}

fn note(rank: &HandedRank, words: &Words, is_alone: bool) -> String {
    let put = [
        ("how", words.of("rank-by", &rank.by).into()),
        ("metric", words.of("metric", &rank.metric.name).into()),
        ("discounting", discounting(&rank.terms, words).into()),
        ("prices", rank.terms.price_year.to_string().into()),
    ];
    let mut note = words.say_with("rank-note", &put);
    if !is_alone {
        note += " ";
        note += &words.say("rank-note-with");
    }
    note
}

fn table(rank: &HandedRank, rows: &[&HandedRanked], words: &Words) -> Table {
    let is_alone = !rows.iter().any(|work| gain(rank, work).is_some());
    let mut table =
        Table::new(words, "rank", columns(rank, words, is_alone)).note(note(rank, words, is_alone));
    for work in rows {
        let mut cells = vec![
            Cell::count(work.rank),
            Cell::text(work.project.as_str()),
            Cell::text(work.name.as_str()),
            Cell::text(work.stage.as_deref().unwrap_or_default()),
            Cell::number(work.cost_million.unwrap_or(f64::NAN), 0),
        ];
        if !is_alone {
            let gain = gain(rank, work);
            let with = gain.map_or(&[][..], |gain| gain.with.as_slice());
            cells.push(Cell::text(first_ids(with.iter().map(String::as_str))));
            cells.push(Cell::number(gain.and_then(|gain| gain.cost_million).unwrap_or(f64::NAN), 0));
        }
        cells.push(Cell::number(work.worth.unwrap_or(f64::NAN), 1));
        cells.push(Cell::number(per_money(work), 2));
        table.row(cells);
    }
    table
}
