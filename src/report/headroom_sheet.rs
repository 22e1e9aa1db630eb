//! Headroom as one table for a spreadsheet: a row per station and state.

use super::json::{HeadroomRow, Num, RoomRow};
use super::sheet;
use crate::appraise::headroom::Headroom;
use crate::model::Plan;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row<'a> {
    stage: &'a str,
    scenario: &'a str,
    station: &'a str,
    name: &'a str,
    district: &'a str,
    load_mw: Num,
    n_mw: Num,
    n_at_least: bool,
    n_years: Num,
    n_change: Option<&'static str>,
    n_rule: Option<&'a str>,
    n_element: Option<&'a str>,
    n1_mw: Num,
    n1_at_least: Option<bool>,
    n1_years: Num,
    n1_change: Option<&'static str>,
    n1_rule: Option<&'a str>,
    n1_element: Option<&'a str>,
    n1_outage: Option<&'a str>,
}

/// Writes the table.
///
/// # Errors
/// If `out` cannot be written.
pub fn headroom(plan: &Plan, rows: &[Headroom], out: &mut dyn Write) -> io::Result<()> {
    let rows: Vec<HeadroomRow<'_>> = rows.iter().map(|row| HeadroomRow::new(plan, row)).collect();
    let none = Num(f64::NAN);
    let flat = rows.iter().map(|row| {
        let after: Option<&RoomRow<'_>> = row.after_fault.as_ref();
        Row {
            stage: row.stage,
            scenario: row.scenario,
            station: row.station,
            name: row.name,
            district: row.district,
            load_mw: row.load_mw,
            n_mw: row.intact.p_mw,
            n_at_least: row.intact.at_least,
            n_years: row.intact.years,
            n_change: row.intact.change,
            n_rule: row.intact.rule,
            n_element: row.intact.element_id,
            n1_mw: after.map_or(none, |room| room.p_mw),
            n1_at_least: after.map(|room| room.at_least),
            n1_years: after.map_or(none, |room| room.years),
            n1_change: after.and_then(|room| room.change),
            n1_rule: after.and_then(|room| room.rule),
            n1_element: after.and_then(|room| room.element_id),
            n1_outage: after.and_then(|room| room.outage),
        }
    });
    sheet::csv_rows(flat, out)
}
