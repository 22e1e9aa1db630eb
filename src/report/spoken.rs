//! A violation in one sentence, for forms that have no columns.

use super::{name, number};
use crate::appraise::JudgedViolation;
use crate::model::Plan;
use std::fmt::Write as _;

/// `2030 max: line Source - Town 1 (L1), loading 109.2 % of 100.0 % (rule L), since 2030, cleared 2035 as P1 come nearby`.
#[must_use]
pub fn violation(plan: &Plan, row: &JudgedViolation) -> String {
    let v = &row.violation;
    let mut text = format!("{} {}: ", plan.stages[row.stage].id, plan.scenarios[row.scenario].id);
    let at = match v.element {
        Some(element) => format!("{} {}", element.kind().as_str(), name::with_id(&plan.network, element)),
        None => "the grid".to_owned(),
    };
    text.push_str(&at);
    let [value, limit] = number::beside_limit(v.value, v.limit, v.unit);
    let value =
        if v.value.is_finite() { format!("{value} {}", v.unit) } else { "without any limit left".to_owned() };
    let _ = write!(text, ", {} {value}, limit {limit} {} (rule {})", v.quantity, v.unit, v.rule);
    if let Some(fault) = &v.fault {
        let _ = write!(text, ", after the loss of {}", fault.outage);
        if fault.outages > 1 {
            let _ = write!(text, " (worst of {} outages)", fault.outages);
        }
    }
    let _ = write!(text, ", since {}", plan.stages[row.since_stage].id);
    if let Some(cleared) = &row.cleared_by {
        let _ = write!(text, ", cleared {}", plan.stages[cleared.stage].id);
        let works: Vec<&str> =
            cleared.projects.iter().take(3).map(|&id| plan.projects[id].id.as_str()).collect();
        if !works.is_empty() {
            let _ = write!(text, " as {} come nearby", works.join(", "));
        }
    }
    if let Some(baseline) = row.baseline {
        let _ = write!(text, " [{}]", baseline.as_str());
    }
    number::clean(&text).into_owned()
}
