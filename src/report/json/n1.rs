//! What `n1` writes: every outage of one solved grid.

use super::{Answer, Diagnostic, Document, Input, Kind, Num, SolveOptions, TOOL};
use crate::appraise::{OutageResult, OutageVerdict};
use crate::criteria::Violation;
use crate::finding::Finding;
use crate::flow::Status;
use crate::model::Network;
use crate::study::contingency::How;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `n1`.
pub type N1Document<'a> = Document<'a, SolveOptions<'a>, N1Summary, N1Case<'a>>;

/// All outages in some numbers.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct N1Summary {
    /// Outages asked for.
    pub outages: usize,
    /// After which everything holds that held before, and all load is served.
    pub holding: usize,
    /// After which a limit is passed that held before.
    pub violated: usize,
    /// After which load is left without supply.
    pub losing_load: usize,
    /// For which no state was found.
    pub unsolved: usize,
    /// Most load that one outage leaves without supply.
    pub most_lost_mw: Num,
    /// Limits that the states were held against; with none, `holds` speaks of supply alone.
    pub watched: usize,
    /// Branches with a rating that could not be: without impedance, or of three windings.
    pub unwatched: usize,
    /// Solved with the factors of the intact grid.
    pub by_chords: usize,
    /// Solved by Newton from the intact grid.
    pub by_newton: usize,
    /// Built and solved anew.
    pub anew: usize,
}

/// One solved grid and its outages.
#[derive(Serialize, JsonSchema, Debug)]
pub struct N1Case<'a> {
    /// The stage or date.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// The criteria set that was applied.
    pub criteria: &'a str,
    /// What passes the same limits before any outage.
    pub before: Vec<PassedRow<'a>>,
    /// Every outage, in the order of the grid's tables.
    pub outages: Vec<OutageRow<'a>>,
    /// Rules that were not judged.
    pub not_judged: Vec<NotJudgedRow<'a>>,
}

/// A rule that was not judged.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "NotJudgedAfterOutage")]
pub struct NotJudgedRow<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    /// Why.
    pub reason: &'static str,
}

/// What an outage came to.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Outage")]
pub struct OutageRow<'a> {
    /// Its id.
    pub outage: &'a str,
    /// Ids of what is out.
    pub elements: Vec<&'a str>,
    /// `converged`, or how the search for a state ended.
    pub status: &'static str,
    /// `chords`, `newton` or `anew`.
    pub how: &'static str,
    /// Load left without supply.
    pub lost_mw: Num,
    /// Buses left without supply.
    pub dead_buses: Vec<&'a str>,
    /// Limits passed, worst first, those that held before the outage before the others.
    pub violations: Vec<PassedRow<'a>>,
    /// Where no state was found: the largest share of load that has one, p.u.
    pub solvable_share: Option<Num>,
}

/// A limit that is passed.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Passed")]
pub struct PassedRow<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    /// Name of the criterion.
    pub criterion: &'static str,
    /// The table of the element.
    pub element_type: Option<&'static str>,
    /// Id of the element.
    pub element_id: Option<&'a str>,
    /// What was measured.
    pub quantity: &'static str,
    /// Its value, in `unit`.
    pub value: Num,
    /// The limit it passes, in `unit`.
    pub limit: Num,
    /// Value over limit.
    pub percent: Num,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// Whether it is passed before any outage too.
    pub before: bool,
}

impl<'a> PassedRow<'a> {
    fn new(network: &'a Network, violation: &'a Violation, before: bool) -> Self {
        Self {
            rule: &violation.rule,
            criterion: violation.criterion,
            element_type: violation.element.map(|element| element.kind().as_str()),
            element_id: violation.element.map(|element| network.id_of(element)),
            quantity: violation.quantity,
            value: Num(violation.value),
            limit: Num(violation.limit),
            percent: Num(violation.percent),
            unit: violation.unit,
            before,
        }
    }
}

impl<'a> OutageRow<'a> {
    /// The row of an outage.
    #[must_use]
    pub fn new(network: &'a Network, verdict: &'a OutageVerdict, result: &'a OutageResult) -> Self {
        let outage = &verdict.outages[result.outage];
        Self {
            outage: &outage.id,
            elements: outage.elements.iter().map(|&element| network.id_of(element)).collect(),
            status: result.status.as_str(),
            how: match result.how {
                How::Chords => "chords",
                How::Newton => "newton",
                How::Anew => "anew",
            },
            lost_mw: Num(result.lost_mw),
            dead_buses: result.dead.iter().map(|&bus| network.buses[bus].id.as_str()).collect(),
            violations: result.violations.iter().map(|(v, old)| PassedRow::new(network, v, *old)).collect(),
            solvable_share: result.solvable_share.map(Num),
        }
    }
}

/// All outages in some numbers.
#[must_use]
pub fn n1_summary(verdict: &OutageVerdict) -> N1Summary {
    let count = |meant: &dyn Fn(&OutageResult) -> bool| verdict.results.iter().filter(|r| meant(r)).count();
    N1Summary {
        outages: verdict.outages.len(),
        holding: count(&OutageResult::holds),
        violated: count(&|r| r.violations.iter().any(|(_, old)| !old)),
        losing_load: count(&|r| !r.dead.is_empty()),
        unsolved: count(&|r| r.status != Status::Converged),
        most_lost_mw: Num(verdict.results.iter().map(|r| r.lost_mw).fold(0.0, f64::max)),
        watched: verdict.watched,
        unwatched: verdict.unwatched,
        by_chords: count(&|r| r.how == How::Chords),
        by_newton: count(&|r| r.how == How::Newton),
        anew: count(&|r| r.how == How::Anew),
    }
}

/// The document where the intact grid has no solution, so that no outage can be looked at.
#[must_use]
pub fn n1_unsolved<'a>(
    inputs: Vec<Input<'a>>,
    options: SolveOptions<'a>,
    exit_code: u8,
    findings: &'a [Finding],
) -> N1Document<'a> {
    Document {
        schema: Kind::N1.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::NoSolution,
        exit_code,
        summary: None,
        cases: Vec::new(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}

/// The document of all outages of one grid.
#[must_use]
pub fn n1<'a>(
    inputs: Vec<Input<'a>>,
    options: SolveOptions<'a>,
    answer: (Answer, u8),
    network: &'a Network,
    verdict: &'a OutageVerdict,
    findings: &'a [Finding],
) -> N1Document<'a> {
    let case = N1Case {
        stage: options.at,
        scenario: options.scenario,
        criteria: &verdict.criteria,
        before: verdict.base.iter().map(|v| PassedRow::new(network, v, true)).collect(),
        outages: verdict.results.iter().map(|r| OutageRow::new(network, verdict, r)).collect(),
        not_judged: verdict.not_judged.iter().map(|(rule, reason)| NotJudgedRow { rule, reason }).collect(),
    };
    Document {
        schema: Kind::N1.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: answer.0,
        exit_code: answer.1,
        summary: Some(n1_summary(verdict)),
        cases: vec![case],
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
