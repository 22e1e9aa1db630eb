//! A former document of `check`, read back as far as verdicts are compared.

use super::Kind;
use super::handed::value_of;
use crate::appraise::baseline::{Former, FormerKey, FormerViolation};
use crate::finding::{Code, Finding};
use serde::Deserialize;

/// The document, as far as it is needed.
#[derive(Deserialize)]
struct Document {
    options: Option<Options>,
    summary: Option<Summary>,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Options {
    n1: bool,
}

#[derive(Deserialize)]
struct Summary {
    plan: String,
    construction: Vec<Construction>,
}

#[derive(Deserialize)]
struct Construction {
    project: String,
    from: String,
    scenario: String,
    failing: Vec<String>,
    breaks_plan: bool,
}

#[derive(Deserialize)]
struct Case {
    stage: String,
    scenario: String,
    status: String,
    violations: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    rule: String,
    level: String,
    element_type: Option<String>,
    element_id: Option<String>,
    quantity: String,
    value: Option<f64>,
    percent: Option<f64>,
    unit: String,
    outage: Option<String>,
    waived_by: Option<String>,
}

/// Reads the JSON document that `check` wrote; `name` is told in findings.
///
/// # Errors
/// A finding where it is no such document.
pub fn former(text: &str, name: &str) -> Result<Former, Finding> {
    let wrong = |why: String| {
        Finding::error(Code::Baseline, format!("{name} is no result to compare with: {why}"))
            .help("write one with `gridstage check PLAN --format json -o FILE`")
    };
    let document = value_of(text, Kind::Check).map_err(wrong)?;
    let document: Document = serde_json::from_value(document)
        .map_err(|error| wrong(format!("it is not what check writes ({error})")))?;
    let (Some(options), Some(summary)) = (document.options, document.summary) else {
        return Err(wrong("it tells of an input that could not be used".to_owned()));
    };
    let mut former = Former { plan: summary.plan, n1: options.n1, ..Former::default() };
    for row in summary.construction.into_iter().filter(|row| row.breaks_plan) {
        let key = (row.project, row.from, row.scenario);
        former.construction.entry(key).or_default().extend(row.failing);
    }
    for case in document.cases {
        let solved = case.status == crate::flow::Status::Converged.as_str();
        former.states.insert((case.stage.clone(), case.scenario.clone()), solved);
        for row in
            case.violations.into_iter().filter(|row| row.level == "violation" && row.waived_by.is_none())
        {
            // What has no value stands against no limit at all.
            let percent = row.percent.unwrap_or(f64::INFINITY);
            let key = FormerKey {
                stage: case.stage.clone(),
                scenario: case.scenario.clone(),
                rule: row.rule,
                element: (row.element_type.unwrap_or_default(), row.element_id.unwrap_or_default()),
                quantity: row.quantity,
                upper: percent > 100.0,
                after_fault: row.outage.is_some(),
            };
            let value = row.value.unwrap_or(f64::INFINITY);
            former.violations.insert(key, FormerViolation { value, percent, unit: row.unit });
        }
    }
    Ok(former)
}
