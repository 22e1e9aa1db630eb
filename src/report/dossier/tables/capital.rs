//! Capital by year.

use super::super::charts;
use super::super::table::{Cell, Table};
use super::super::{Block, Sources, Words};
use super::block;
use crate::model::Project;
use std::collections::BTreeMap;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let years = years(sources);
    let mut blocks: Vec<Block> = chart(sources, words, &years).map(Block::Figure).into_iter().collect();
    blocks.extend(block(table(sources, words, &years)));
    blocks
}

/// What is spent in a year at the prices of a year: millions, and the works that it is for.
type Spent = BTreeMap<(i16, i16), (f64, usize)>;

/// Spending by year and price year: by the profile of a work where it states one, else all in the year of its commissioning.
fn years(sources: &Sources<'_>) -> Spent {
    let mut spent = Spent::new();
    for work in sources.plan.projects.iter().filter(|work| work.is_counted()) {
        let Some(cost) = &work.cost else { continue };
        for (year, share) in shares(work) {
            let sum = spent.entry((year, cost.price_year)).or_default();
            sum.0 += share * cost.capex_million;
            sum.1 += 1;
        }
    }
    spent
}

fn shares(work: &Project) -> Vec<(i16, f64)> {
    if !work.spend.is_empty() {
        return work.spend.iter().map(|spend| (spend.year, spend.share)).collect();
    }
    let days = work.phases.iter().filter_map(|phase| phase.commissioning).map(|day| day.date.year());
    days.min().map(|year| (year, 1.0)).into_iter().collect()
}

fn chart(sources: &Sources<'_>, words: &Words, years: &Spent) -> Option<charts::Figure> {
    let mut stacks: BTreeMap<i16, Vec<(i16, f64)>> = BTreeMap::new();
    for (&(year, price_year), &(million, _)) in years {
        stacks.entry(price_year).or_default().push((year, million / 1000.0));
    }
    let stacks: Vec<charts::Stack> = stacks
        .into_iter()
        .map(|(price_year, bars)| charts::Stack {
            name: words.say_with("prices-of", &[("year", price_year.to_string().into())]),
            bars,
        })
        .collect();
    let currency = sources.plan.money.as_ref().map_or("", |money| money.currency.as_str());
    let axis = words.say_with("axis-capital", &[("currency", currency.into())]);
    charts::stacked_with(words, "capital", &words.say("axis-year"), &axis, &stacks)
}

fn table(sources: &Sources<'_>, words: &Words, years: &Spent) -> Table {
    let currency = sources.plan.money.as_ref().map_or("", |money| money.currency.as_str());
    let unit = words.say_with("million", &[("currency", currency.into())]);
    let columns = vec![
        words.column("year"),
        words.column("price-year").choice(),
        words.column("spent").unit(&unit),
        words.column("works").number(),
    ];
    let mut table = Table::new(words, "capital", columns).note(words.say("capital-note"));
    for (&(year, price_year), &(million, works)) in years {
        table.row(vec![
            Cell::text(year.to_string()),
            Cell::text(price_year.to_string()),
            Cell::number(million, 0),
            Cell::count(works),
        ]);
    }
    table
}
