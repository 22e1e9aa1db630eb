//! Verdicts as SARIF 2.1.0, so that a code host shows each violation at the line of the plan that it is about.
//!
//! A result's level is `error` for what breaks the plan, `note` for what a decision excepts, `warning` for planning thresholds.
//! With a baseline `baselineState` tells new, updated (worse or better), unchanged and absent (gone). Source: OASIS,
//! *Static Analysis Results Interchange Format (SARIF) Version 2.1.0*, 2020.

use super::{place, spoken};
use crate::appraise::baseline::{Compared, Versus};
use crate::appraise::{JudgedViolation, Verdict};
use crate::criteria::{Level, SUPPLY};
use crate::finding::{Finding, Place, Severity};
use crate::model::Plan;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes a verdict, and findings about the input.
///
/// # Errors
/// If `out` cannot be written.
pub fn check(
    plan: &Plan,
    verdict: &Verdict,
    against: Option<&Compared>,
    findings: &[Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut results: Vec<Value> = verdict.violations.iter().map(|row| result(plan, row)).collect();
    if let Some(against) = against {
        results.extend(against.gone.iter().map(|(key, _)| {
            let text = format!(
                "{} {}: {} {}, {} (rule {}): no longer violated",
                key.stage, key.scenario, key.element.0, key.element.1, key.quantity, key.rule
            );
            json!({
                "ruleId": key.rule,
                "level": "none",
                "kind": "pass",
                "message": { "text": text },
                "baselineState": "absent",
            })
        }));
    }
    let used: BTreeSet<&str> = verdict.violations.iter().map(|row| row.violation.rule.as_str()).collect();
    let rules: Vec<Value> = used.into_iter().map(|rule| rule_of(plan, rule)).collect();
    log(results, rules, findings, out)
}

/// Writes the findings of an input that cannot be used.
///
/// # Errors
/// If `out` cannot be written.
pub fn rejected(findings: &[Finding], out: &mut dyn Write) -> io::Result<()> {
    log(Vec::new(), Vec::new(), findings, out)
}

/// Writes results and rules, and findings behind them.
fn log(
    mut results: Vec<Value>,
    mut rules: Vec<Value>,
    findings: &[Finding],
    out: &mut dyn Write,
) -> io::Result<()> {
    results.extend(findings.iter().map(finding));
    let codes: BTreeSet<_> = findings.iter().map(|finding| finding.code).collect();
    rules.extend(
        codes
            .into_iter()
            .map(|code| json!({ "id": code.as_str(), "shortDescription": { "text": code.meaning() } })),
    );
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule_of(plan: &Plan, id: &str) -> Value {
    let rule = plan.criteria.iter().flat_map(|set| &set.rules).find(|rule| rule.id == id);
    let text = match rule {
        Some(rule) => format!("{} ({}): {}", rule.criterion(), rule.state.as_str(), rule.article),
        None if id == SUPPLY => "all load is served".to_owned(),
        None => id.to_owned(),
    };
    json!({ "id": id, "shortDescription": { "text": text } })
}

fn location(place: &Place) -> Value {
    let mut region = json!({ "startLine": place.line });
    if let Some(column) = place.column {
        region["startColumn"] = column.into();
        if place.width > 0 {
            region["endColumn"] = (column + place.width).into();
        }
    }
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&place.file) },
        "region": region,
    } })
}

/// A path as a URI reference: separators of any system become `/`, what is no letter, digit or mark is escaped.
fn uri(path: &str) -> String {
    let mut text = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => {
                // Writing to a text does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    text
}

fn result(plan: &Plan, row: &JudgedViolation) -> Value {
    let v = &row.violation;
    let level = match v.level {
        Level::Warning => "warning",
        Level::Violation if v.waived_by.is_some() => "note",
        Level::Violation => "error",
    };
    let element = v.element.map_or("", |element| plan.network.id_of(element));
    let mut result = json!({
        "ruleId": v.rule.as_str(),
        "level": level,
        "message": { "text": spoken::violation(plan, row) },
        "locations": place::of_violation(plan, row).map(location).into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "gridstage/v1": format!(
            "{}/{}/{}/{element}/{}/{}",
            plan.stages[row.stage].id,
            plan.scenarios[row.scenario].id,
            v.rule,
            v.quantity,
            if v.fault.is_some() { "N-1" } else { "N" },
        ) },
    });
    let rule = place::of_rule(plan, &v.rule).map(|place| {
        let mut location = location(place);
        location["message"] = json!({ "text": format!("rule {}", v.rule) });
        location
    });
    if let Some(rule) = rule {
        result["relatedLocations"] = json!([rule]);
    }
    if let Some(versus) = row.baseline {
        result["baselineState"] = match versus {
            Versus::New => "new",
            Versus::Worse | Versus::Better => "updated",
            Versus::Same => "unchanged",
        }
        .into();
    }
    if let Some(decision) = &v.waived_by {
        result["suppressions"] = json!([{ "kind": "external", "justification": decision }]);
    }
    result
}

fn finding(finding: &Finding) -> Value {
    let level = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
    json!({
        "ruleId": finding.code.as_str(),
        "level": level,
        "message": { "text": format!("{}{help}", finding.message) },
        "locations": finding.place.as_ref().map(location).into_iter().collect::<Vec<_>>(),
    })
}
