//! What verbs that try works and loads on a plan were asked alike.

use super::{FlowOptionsRow, Num};
use schemars::JsonSchema;
use serde::Serialize;

/// How grids were made, solved and judged.
#[derive(Serialize, JsonSchema, Clone, Debug)]
#[schemars(rename = "Asked")]
pub struct AskedRow<'a> {
    /// The scenarios judged.
    pub scenarios: Vec<&'a str>,
    /// Works counted in against their status.
    pub with: Vec<&'a str>,
    /// Works left out.
    pub without: Vec<&'a str>,
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
    /// Whether the grid after a fault is judged, where the criteria ask it.
    pub n1: bool,
    /// What moves after an outage: `frozen`, `limits` or `controls`.
    pub response: &'static str,
    /// Who makes up for lost generation: `slack`, `participation` or `reserve`.
    pub redispatch: &'static str,
    /// Time that neighbours have to take load over; null: what the criteria say.
    pub transfer_minutes: Option<Num>,
    /// The load flows.
    pub flow: FlowOptionsRow,
}
