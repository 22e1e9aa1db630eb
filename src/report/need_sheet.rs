//! The delay matrix as one table for a spreadsheet: a row per work and delay, one row for a work without delays.

use super::json::{SlipRow, WorkRow};
use super::sheet;
use crate::appraise::need::WorkNeed;
use crate::model::Plan;
use serde::Serialize;
use std::io::{self, Write};

/// A work and a delay, flat.
#[derive(Serialize)]
struct Row<'a> {
    project: &'a str,
    name: &'a str,
    planned: Option<&'a str>,
    need: &'static str,
    need_date: Option<&'a str>,
    float_years: Option<u16>,
    followers: String,
    slip_years: Option<u16>,
    outcome: Option<&'static str>,
    beyond_mw: Option<f64>,
    lost_mw: Option<f64>,
    limits: Option<usize>,
    first_year: Option<i16>,
    first_scenario: Option<&'a str>,
    first_rule: Option<&'a str>,
    first_element: Option<&'a str>,
    first_quantity: Option<&'a str>,
    first_value: Option<f64>,
    first_limit: Option<f64>,
    first_percent: Option<f64>,
    first_unit: Option<&'a str>,
    first_outage: Option<&'a str>,
    first_change: Option<&'static str>,
    slack: Option<&'a str>,
    reason: Option<&'a str>,
}

/// Writes the matrix.
///
/// # Errors
/// If `out` cannot be written.
pub fn need(plan: &Plan, rows: &[WorkNeed], out: &mut dyn Write) -> io::Result<()> {
    let works: Vec<WorkRow<'_>> = rows.iter().map(|row| WorkRow::new(plan, row)).collect();
    let flat = works.iter().flat_map(|work| {
        let slips: Vec<Option<&SlipRow<'_>>> =
            if work.slips.is_empty() { vec![None] } else { work.slips.iter().map(Some).collect() };
        slips.into_iter().map(move |slip| row(work, slip))
    });
    sheet::csv_rows(flat, out)
}

fn row<'a>(work: &'a WorkRow<'a>, slip: Option<&'a SlipRow<'a>>) -> Row<'a> {
    let first = slip.and_then(|slip| slip.first.as_ref());
    let finite = |value: f64| value.is_finite().then_some(value);
    Row {
        project: work.project,
        name: work.name,
        planned: work.planned.as_deref(),
        need: work.need,
        need_date: work.need_date.as_deref(),
        float_years: work.float_years,
        followers: work.followers.join(" "),
        slip_years: slip.map(|slip| slip.years),
        outcome: slip.map(|slip| slip.outcome),
        beyond_mw: slip.and_then(|slip| finite(slip.beyond_mw.0)),
        lost_mw: slip.and_then(|slip| finite(slip.lost_mw.0)),
        limits: slip.map(|slip| slip.limits),
        first_year: first.map(|first| first.year),
        first_scenario: first.map(|first| first.scenario),
        first_rule: first.map(|first| first.rule),
        first_element: first.and_then(|first| first.element_id),
        first_quantity: first.map(|first| first.quantity),
        first_value: first.and_then(|first| finite(first.value.0)),
        first_limit: first.and_then(|first| finite(first.limit.0)),
        first_percent: first.and_then(|first| finite(first.percent.0)),
        first_unit: first.map(|first| first.unit),
        first_outage: first.and_then(|first| first.outage),
        first_change: first.map(|first| first.change),
        slack: work.slack,
        reason: slip.and_then(|slip| slip.reason).or(work.reason),
    }
}
