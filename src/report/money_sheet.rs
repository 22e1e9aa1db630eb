//! The money of a plan as one table for a spreadsheet: a row per work and year.

use super::json::{Num, WorkMoneyRow};
use super::sheet;
use crate::appraise::capital::Capital;
use crate::model::Plan;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row<'a> {
    project: &'a str,
    name: &'a str,
    funding: &'a str,
    status: &'static str,
    cost_source: &'static str,
    own_million: Num,
    price_year: i16,
    spread: &'static str,
    year: Option<i16>,
    share: Num,
    plan_million: Num,
    nominal_million: Num,
    discounted_million: Num,
}

/// Writes the table; a work on which nothing is known to be spent has one row without a year.
///
/// # Errors
/// If `out` cannot be written.
pub fn money(plan: &Plan, capital: &Capital, out: &mut dyn Write) -> io::Result<()> {
    let works = capital.works.iter().map(|work| WorkMoneyRow::new(plan, &capital.terms, work));
    let rows = works.flat_map(|work| {
        let years: Vec<Option<_>> =
            if work.years.is_empty() { vec![None] } else { work.years.iter().copied().map(Some).collect() };
        years.into_iter().map(move |year| Row {
            project: work.project,
            name: work.name,
            funding: work.funding,
            status: work.status,
            cost_source: work.cost_source,
            own_million: work.own_million,
            price_year: work.price_year,
            spread: work.spread,
            year: year.map(|one| one.year),
            share: year.map(|one| one.share).into(),
            plan_million: year.map(|one| one.plan_million).into(),
            nominal_million: year.map(|one| one.nominal_million).into(),
            discounted_million: year.map(|one| one.discounted_million).into(),
        })
    });
    sheet::csv_rows(rows, out)
}
