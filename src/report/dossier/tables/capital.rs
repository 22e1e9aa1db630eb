//! Capital by year.

use super::super::charts::{self, Stack};
use super::super::table::{Cell, Table};
use super::super::{Block, Sources, Words};
use super::block;
use crate::appraise::capital::{Capital, Spending};
use std::collections::BTreeMap;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let capital = Capital::new(sources.plan, sources.selection);
    let rows = capital.by_year(sources.plan);
    let mut blocks: Vec<Block> = chart(words, &capital, &rows).map(Block::Figure).into_iter().collect();
    if !rows.is_empty() {
        blocks.insert(0, Block::Text(total(words, &capital, &rows)));
    }
    blocks.extend(block(table(words, &capital, &rows)));
    blocks
}

/// What all works cost together, over the years.
fn total(words: &Words, capital: &Capital, rows: &[Spending]) -> String {
    let terms = &capital.terms;
    let billion = words.say_with("billion", &[("currency", terms.money.currency.as_str().into())]);
    let sum = |of: fn(&Spending) -> f64| -> String {
        words.language.number(rows.iter().map(of).sum::<f64>() / 1000.0, 0)
    };
    let put = [
        ("sum", sum(|row| row.plan_million).into()),
        ("estimated", sum(|row| row.unit_cost_million).into()),
        ("discounted", sum(|row| row.discounted_million).into()),
        ("nominal", sum(|row| row.nominal_million).into()),
        ("money", billion.into()),
        ("prices", terms.money.price_year.to_string().into()),
        ("base", terms.base_year.to_string().into()),
        ("first", rows.iter().map(|row| row.year).min().unwrap_or(0).to_string().into()),
        ("last", rows.iter().map(|row| row.year).max().unwrap_or(0).to_string().into()),
    ];
    words.say_with("capital-total", &put)
}

/// Spending by year in prices of the plan: what works state, and what rests on unit costs.
fn chart(words: &Words, capital: &Capital, rows: &[Spending]) -> Option<charts::Figure> {
    let mut years: BTreeMap<i16, [f64; 2]> = BTreeMap::new();
    for row in rows {
        let sums = years.entry(row.year).or_default();
        sums[0] += (row.plan_million - row.unit_cost_million) / 1000.0;
        sums[1] += row.unit_cost_million / 1000.0;
    }
    let stacks: Vec<Stack> = ["capital-stated", "capital-unit-costs"]
        .into_iter()
        .enumerate()
        .map(|(at, key)| Stack {
            name: words.say(key),
            bars: years.iter().map(|(&year, sums)| (year, sums[at])).collect(),
        })
        .filter(|stack| stack.bars.iter().any(|bar| bar.1 > 0.0))
        .collect();
    let put = [
        ("currency", capital.terms.money.currency.as_str().into()),
        ("year", capital.terms.money.price_year.to_string().into()),
    ];
    let axis = words.say_with("axis-capital", &put);
    charts::stacked_with(words, "capital", &words.say("axis-year"), &axis, &stacks)
}

fn table(words: &Words, capital: &Capital, rows: &[Spending]) -> Table {
    let terms = &capital.terms;
    let currency = terms.money.currency.as_str();
    let nominal = words.say_with("million", &[("currency", currency.into())]);
    let put = [("currency", currency.into()), ("year", terms.money.price_year.to_string().into())];
    let unit = words.say_with("million-of", &put);
    let columns = vec![
        words.column("year").choice(),
        words.column("funding").choice(),
        words.column("status").choice(),
        words.column("works").number(),
        words.column("spent").unit(&unit),
        words.column("from-unit-costs").unit(&unit),
        words.column("nominal").unit(&nominal),
        words.column("discounted").unit(&unit),
    ];
    let unknown = capital.works.iter().filter(|work| work.plan_million.is_nan()).count();
    let put = [
        ("prices", terms.money.price_year.to_string().into()),
        ("base", terms.base_year.to_string().into()),
        ("n", unknown.into()),
    ];
    let mut table = Table::new(words, "capital", columns).note(words.say_with("capital-note", &put));
    for row in rows {
        table.row(vec![
            Cell::text(row.year.to_string()),
            Cell::text(row.funding.as_str()),
            Cell::text(words.of("status", row.status.as_str())),
            Cell::count(row.works),
            Cell::number(row.plan_million, 0),
            Cell::number(row.unit_cost_million, 0),
            Cell::number(row.nominal_million, 0),
            Cell::number(row.discounted_million, 0),
        ]);
    }
    table
}
