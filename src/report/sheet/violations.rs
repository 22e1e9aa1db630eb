//! The violations and warnings of a verdict as one table.

use super::{Form, Sheet};
use crate::appraise::Verdict;
use crate::model::Plan;
use crate::report::json::{Num, ViolationRow};
use schemars::JsonSchema;
use serde::Serialize;
use std::io::{self, Write};

/// A violation, flat.
#[derive(Serialize, JsonSchema)]
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

/// Writes all violations and warnings of a verdict, worst first.
///
/// # Errors
/// If `out` cannot be written.
pub fn violations(plan: &Plan, verdict: &Verdict, form: Form, out: &mut dyn Write) -> io::Result<()> {
    let mut sheet = Sheet::new::<Row<'_>>(&[], form, out)?;
    for judged in &verdict.violations {
        let row = ViolationRow::new(plan, judged);
        let projects = row.cleared_by.as_ref().map(|cleared| cleared.projects.join(" "));
        let row = Row {
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
        };
        sheet.row(&[], &row)?;
    }
    sheet.finish()
}
