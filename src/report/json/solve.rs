//! What `solve` writes: one load flow.

use super::{Answer, Case, Diagnostic, Document, ExplanationRow, Input, Kind, Num, TOOL};
use crate::finding::Finding;
use crate::flow::{Controls, LoadFlow, Still};
use crate::model::Network;
use crate::study::Explanation;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `solve`.
pub type SolveDocument<'a> = Document<'a, SolveOptions<'a>, SolveSummary, Case<'a>>;

/// How a load flow was asked for.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "FlowOptions")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct FlowOptionsRow {
    /// `newton`, `fdlf` or `dc`.
    pub method: &'static str,
    /// Largest mismatch accepted, p.u. of the base power.
    pub tol_pu: f64,
    /// Most Newton steps, or fast-decoupled sweeps, from one start.
    pub max_iter: usize,
    /// State to start from.
    pub start: &'static str,
    /// Who balances: `single`, `participation`, `reserve` or `load`.
    pub slack: &'static str,
    /// Whether generators and compensators are kept within their reactive limits, and hold remote buses.
    pub q_limits: bool,
    /// Whether tap changers and phase shifters move.
    pub taps: bool,
    /// Whether shunts are switched.
    pub shunts: bool,
    /// Whether areas hold their interchange.
    pub interchange: bool,
}

/// What `solve` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct SolveOptions<'a> {
    /// The stage or date.
    pub at: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Works counted in against their status.
    pub with: Vec<&'a str>,
    /// Works left out.
    pub without: Vec<&'a str>,
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
    /// The load flow.
    pub flow: FlowOptionsRow,
}

/// One load flow in some numbers.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct SolveSummary {
    /// Buses that stand.
    pub buses: usize,
    /// Lines and transformers that stand.
    pub branches: usize,
    /// Load served.
    pub load_mw: Num,
    /// Reactive load served.
    pub load_mvar: Num,
    /// Load that stands but is not served.
    pub lost_load_mw: Num,
    /// Active power fed in by generators and boundaries.
    pub infeed_mw: Num,
    /// Active losses of lines and transformers.
    pub losses_mw: Num,
    /// Reactive losses of lines and transformers, charging counted as negative loss.
    pub losses_mvar: Num,
    /// Active power drawn by shunts.
    pub shunt_losses_mw: Num,
    /// Reactive power drawn by shunts, negative where they feed in.
    pub shunt_mvar: Num,
    /// What the load flow leaves out, in sentences.
    pub not_modelled: Vec<&'static str>,
}

/// What a load flow leaves out, in sentences.
#[must_use]
pub fn not_modelled(dc: bool, controls: Controls, network: &Network) -> Vec<&'static str> {
    let mut left_out = vec!["Only the intact grid is computed, no state after a fault (N-1)."];
    if !dc {
        left_out.extend(controls.at_rest(network).into_iter().map(Still::sentence));
    }
    left_out
}

/// A solved state with its names.
#[derive(Clone, Copy, Debug)]
pub struct SolvedState<'a> {
    /// The stage or date.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// The grid that was solved.
    pub network: &'a Network,
    /// What was found.
    pub flow: &'a LoadFlow,
    /// Load that is not served: at dead buses, and of stations that do not stand.
    pub lost_mw: f64,
}

/// The document of one load flow, with why it has no solution where it has none; `answer` is the verdict and the exit code.
#[must_use]
pub fn solve<'a>(
    inputs: Vec<Input<'a>>,
    options: SolveOptions<'a>,
    answer: (Answer, u8),
    (state, explanation): (&SolvedState<'a>, Option<&'a Explanation>),
    findings: &'a [Finding],
) -> SolveDocument<'a> {
    let dc = options.flow.method == "dc";
    let FlowOptionsRow { q_limits, taps, shunts, interchange, .. } = options.flow;
    let flow = state.flow;
    Document {
        schema: Kind::Solve.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: answer.0,
        exit_code: answer.1,
        summary: Some(SolveSummary {
            buses: flow.buses.bus.len(),
            branches: flow.branches.branch.len(),
            load_mw: Num(flow.load_mw),
            load_mvar: Num(flow.load_mvar),
            lost_load_mw: Num(state.lost_mw),
            infeed_mw: Num(flow.generators.p_mw.iter().sum()),
            losses_mw: Num(flow.losses.total_mw),
            losses_mvar: Num(flow.losses.total_mvar),
            shunt_losses_mw: Num(flow.losses.shunt_mw),
            shunt_mvar: Num(flow.losses.shunt_mvar),
            not_modelled: not_modelled(dc, Controls { q_limits, taps, shunts, interchange }, state.network),
        }),
        cases: vec![Case {
            explanation: explanation.map(|one| ExplanationRow::new(state.network, one)),
            ..Case::solved(state)
        }],
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
