//! The findings of a verdict, each in its place in the plan.

use crate::appraise::Verdict;
use crate::finding::Finding;
use crate::model::Plan;

/// The findings of a verdict: one that shows in a single state names it, one that shows in some says in how many.
#[must_use]
pub fn findings(plan: &Plan, verdict: &Verdict) -> Vec<Finding> {
    let all = verdict.summary.len();
    verdict
        .findings
        .iter()
        .map(|told| {
            let mut finding = told.finding.clone();
            match told.states.as_slice() {
                [one] if all > 1 => {
                    finding.stage = Some(plan.stages[one.stage].id.to_string());
                    finding.scenario = Some(plan.scenarios[one.scenario].id.to_string());
                }
                states if states.len() > 1 && states.len() < all => {
                    finding.message = format!("{} (in {} of {all} states)", finding.message, states.len());
                }
                _ => {}
            }
            finding
        })
        .collect()
}
