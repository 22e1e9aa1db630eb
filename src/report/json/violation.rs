//! Violations as rows: what JSON and CSV write of them.

use super::Num;
use crate::appraise::JudgedViolation;
use crate::appraise::baseline::Versus;
use crate::criteria::Level;
use crate::model::{Network, Plan};
use crate::report::name;
use schemars::JsonSchema;
use serde::Serialize;

/// A criterion that is not met.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Violation")]
pub struct ViolationRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Name of the criterion.
    pub criterion: &'static str,
    /// Id of the rule.
    pub rule: &'a str,
    /// `violation` breaks the plan, `warning` does not.
    pub level: &'static str,
    /// The table of the element; null for the grid as a whole.
    pub element_type: Option<&'static str>,
    /// Id of the element; null for the grid as a whole.
    pub element_id: Option<&'a str>,
    /// Name of the element; null where it has none.
    pub element_name: Option<&'a str>,
    /// The end of a branch at which it is worst.
    pub side: Option<&'static str>,
    /// What was measured.
    pub quantity: &'static str,
    /// Its value, in `unit`; null where load stands against no rating at all.
    pub value: Num,
    /// The limit it passes, in `unit`.
    pub limit: Num,
    /// Value over limit: above 100 for an upper limit passed, below 100 for a lower one.
    pub percent: Num,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// Id of the outage after which it is worst; null in the intact grid.
    pub outage: Option<&'a str>,
    /// Number of outages after which it is not met; null in the intact grid.
    pub outages: Option<usize>,
    /// The value in the intact grid, where that passes the same limit.
    pub before: Option<Num>,
    /// First stage of the unbroken run up to this one.
    pub since_stage: &'a str,
    /// What ends it, if a later stage does.
    pub cleared_by: Option<ClearedRow<'a>>,
    /// How it compares with the baseline: `new`, `worse`, `same` or `better`; null without one, and of warnings.
    pub baseline: Option<&'static str>,
    /// The decision that excepts it.
    pub waived_by: Option<&'a str>,
}

/// The end of a violation.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Cleared")]
pub struct ClearedRow<'a> {
    /// The first later stage without it.
    pub stage: &'a str,
    /// The works commissioned in between that touch the element.
    pub projects: Vec<&'a str>,
}

impl<'a> ViolationRow<'a> {
    /// The row of `judged`.
    #[must_use]
    pub fn new(plan: &'a Plan, judged: &'a JudgedViolation) -> Self {
        let network: &'a Network = &plan.network;
        let violation = &judged.violation;
        Self {
            stage: &plan.stages[judged.stage].id,
            scenario: &plan.scenarios[judged.scenario].id,
            criterion: violation.criterion,
            rule: &violation.rule,
            level: match violation.level {
                Level::Warning => "warning",
                Level::Violation => "violation",
            },
            element_type: violation.element.map(|element| element.kind().as_str()),
            element_id: violation.element.map(|element| network.id_of(element)),
            element_name: violation
                .element
                .map(|element| name::of(network, element))
                .filter(|n| !n.is_empty()),
            side: violation.side,
            quantity: violation.quantity,
            value: Num(violation.value),
            limit: Num(violation.limit),
            percent: Num(violation.percent),
            unit: violation.unit,
            outage: violation.fault.as_ref().map(|fault| fault.outage.as_str()),
            outages: violation.fault.as_ref().map(|fault| fault.outages),
            before: violation.fault.as_ref().and_then(|fault| fault.before).map(Num),
            since_stage: &plan.stages[judged.since_stage].id,
            cleared_by: judged.cleared_by.as_ref().map(|cleared| ClearedRow {
                stage: &plan.stages[cleared.stage].id,
                projects: cleared.projects.iter().map(|&id| plan.projects[id].id.as_str()).collect(),
            }),
            baseline: judged.baseline.map(Versus::as_str),
            waived_by: violation.waived_by.as_deref(),
        }
    }
}
