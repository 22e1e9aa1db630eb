//! Money that cannot be told in one: prices of several years without an index.

use crate::finding::{Code, Finding};
use crate::model::{Money, Plan};
use std::collections::BTreeSet;

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    let costs = || plan.projects.iter().filter_map(|project| project.cost.as_ref());
    let years: BTreeSet<i16> = costs().map(|cost| cost.price_year).collect();
    if years.len() > 1 && !plan.money.as_ref().is_some_and(Money::moves_prices) {
        let listed: Vec<String> = years.iter().map(i16::to_string).collect();
        let message = format!(
            "costs are in prices of {} years ({}), and nothing tells how prices move: sums add them as they are",
            years.len(),
            listed.join(", ")
        );
        findings.push(
            Finding::warning(Code::Plan, message)
                .field("price_index")
                .help("give `price_index` or `escalation_rate` in [economics] of plan.toml"),
        );
    }
}
