//! Results as CSV: one table per file, the same names and units as in JSON.

use super::json::{Branches, Buses, DifferenceRow, Generators, Num, ViolationRow};
use crate::appraise::Verdict;
use crate::flow::LoadFlow;
use crate::model::{Difference, Network, Plan};
use serde::Serialize;
use std::io::{self, Write};

/// A table of a load flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum FlowTable {
    /// Voltages and injections.
    Buses,
    /// Flows and loadings.
    Branches,
    /// Generators and boundaries.
    Generators,
}

/// Writes a table of a load flow.
///
/// # Errors
/// If `out` cannot be written.
pub fn flow(table: FlowTable, network: &Network, flow: &LoadFlow, out: &mut dyn Write) -> io::Result<()> {
    match table {
        FlowTable::Buses => rows(Buses { network, columns: &flow.buses }.rows(), out),
        FlowTable::Branches => rows(Branches { network, columns: &flow.branches }.rows(), out),
        FlowTable::Generators => rows(Generators { network, columns: &flow.generators }.rows(), out),
    }
}

/// Writes what differs between two inputs.
///
/// # Errors
/// If `out` cannot be written.
pub fn differences(all: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["table", "row", "what", "field", "unit", "from", "to"])?;
    for one in all {
        let row = DifferenceRow::new(one);
        let text = |cell: Option<&str>| cell.unwrap_or("").to_owned();
        writer.write_record([
            row.table.to_owned(),
            row.row.to_owned(),
            row.what.to_owned(),
            text(row.field),
            text(row.unit),
            text(row.from),
            text(row.to),
        ])?;
    }
    writer.flush()
}

/// A violation, flat.
#[derive(Serialize)]
struct Row<'a> {
    stage: &'a str,
    scenario: &'a str,
    criterion: &'static str,
    rule: &'a str,
    level: &'static str,
    element_type: Option<&'static str>,
    element_id: Option<&'a str>,
    element_name: Option<&'a str>,
    side: Option<&'static str>,
    quantity: &'static str,
    value: Num,
    limit: Num,
    percent: Num,
    unit: &'static str,
    outage: Option<&'a str>,
    outages: Option<usize>,
    before: Option<Num>,
    since_stage: &'a str,
    cleared_by: Option<&'a str>,
    cleared_by_projects: String,
    waived_by: Option<&'a str>,
}

/// The fields of [`Row`].
const HEADER: [&str; 21] = [
    "stage",
    "scenario",
    "criterion",
    "rule",
    "level",
    "element_type",
    "element_id",
    "element_name",
    "side",
    "quantity",
    "value",
    "limit",
    "percent",
    "unit",
    "outage",
    "outages",
    "before",
    "since_stage",
    "cleared_by",
    "cleared_by_projects",
    "waived_by",
];

/// Writes all violations and warnings of a verdict, worst first.
///
/// # Errors
/// If `out` cannot be written.
pub fn violations(plan: &Plan, verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    let flat = verdict.violations.iter().map(|judged| {
        let row = ViolationRow::new(plan, judged);
        let projects = row.cleared_by.as_ref().map(|cleared| cleared.projects.join(" "));
        Row {
            stage: row.stage,
            scenario: row.scenario,
            criterion: row.criterion,
            rule: row.rule,
            level: row.level,
            element_type: row.element_type,
            element_id: row.element_id,
            element_name: row.element_name,
            side: row.side,
            quantity: row.quantity,
            value: row.value,
            limit: row.limit,
            percent: row.percent,
            unit: row.unit,
            outage: row.outage,
            outages: row.outages,
            before: row.before,
            since_stage: row.since_stage,
            cleared_by: row.cleared_by.map(|cleared| cleared.stage),
            cleared_by_projects: projects.unwrap_or_default(),
            waived_by: row.waived_by,
        }
    });
    // The header stands even over no rows.
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(out);
    writer.write_record(HEADER)?;
    write(writer, flat)
}

pub(super) fn rows<T: Serialize>(rows: impl Iterator<Item = T>, out: &mut dyn Write) -> io::Result<()> {
    write(csv::Writer::from_writer(out), rows)
}

fn write<T: Serialize>(
    mut writer: csv::Writer<&mut dyn Write>,
    rows: impl Iterator<Item = T>,
) -> io::Result<()> {
    for row in rows {
        // The kind of an I/O error must survive: a closed pipe is silent.
        writer.serialize(row).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => error,
            other => io::Error::other(format!("{other:?}")),
        })?;
    }
    writer.flush()
}
