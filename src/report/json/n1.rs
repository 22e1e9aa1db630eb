//! What `n1` writes: every outage of one solved grid.

use super::{Answer, Diagnostic, Document, ExplanationRow, FlowOptionsRow, Input, Kind, Num, TOOL};
use crate::appraise::{Measured, OutageResult, OutageVerdict, OutagesTold};
use crate::criteria::{Level, Violation};
use crate::finding::Finding;
use crate::flow::Status;
use crate::model::{ElementId, Network};
use crate::study::Explanation;
use crate::study::contingency::{How, Outage};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `n1`.
pub type N1Document<'a> = Document<'a, N1Options<'a>, N1Summary, N1Case<'a>>;

/// How the outages were asked for.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct N1Options<'a> {
    /// The stage or date.
    pub at: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// `1` single outages, `2` pairs at once, `1-1` one after the other.
    pub order: &'static str,
    /// What moves after an outage: `frozen`, `limits` or `controls`.
    pub response: &'static str,
    /// Who makes up for lost generation: `slack`, `participation` or `reserve`.
    pub redispatch: &'static str,
    /// Time that neighbours have to take load over; null: what the criteria say.
    pub transfer_minutes: Option<Num>,
    /// Works counted in against their status.
    pub with: Vec<&'a str>,
    /// Works left out.
    pub without: Vec<&'a str>,
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
    /// The load flow of the intact grid.
    pub flow: FlowOptionsRow,
}

/// All outages in some numbers.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct N1Summary {
    /// Outages asked for.
    pub outages: usize,
    /// After which everything holds that held before, and all load is served.
    pub holding: usize,
    /// After which a limit is passed that held before.
    pub violated: usize,
    /// After which load is left without supply that nobody takes over.
    pub losing_load: usize,
    /// After which neighbours take over load without supply.
    pub back_fed: usize,
    /// That leave the same grid as an earlier one of the list, and were solved with it.
    pub alike: usize,
    /// For which no state was found.
    pub unsolved: usize,
    /// Most load that one outage leaves without supply, once neighbours have taken over what they can.
    pub most_unserved_mw: Num,
    /// Limits that the states were held against; with none, `holds` speaks of supply alone.
    pub watched: usize,
    /// What could not be: branches without impedance that have a rating, and interfaces through one.
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
    /// Of each limit the outage that presses it most, whether it is passed or not.
    pub elements: Vec<MeasuredRow<'a>>,
    /// Rules that were not judged.
    pub not_judged: Vec<NotJudgedRow<'a>>,
    /// Why the intact grid has no solution, where it has none; no outage is looked at then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<ExplanationRow<'a>>,
}

/// The outage that presses a limit most.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Pressed")]
pub struct MeasuredRow<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    /// The table of the element; `null` for an interface, whose name the rule is.
    pub element_type: Option<&'static str>,
    /// Id of the element; `null` for an interface.
    pub element_id: Option<&'a str>,
    /// `vm`, `loading` or `flow`.
    pub quantity: &'static str,
    /// The value nearest to its limit, or furthest beyond it, in `unit`, to seven digits.
    pub value: Num,
    /// That limit, in `unit`.
    pub limit: Num,
    /// Value over limit.
    pub percent: Num,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// Id of the outage.
    pub outage: &'a str,
}

impl<'a> MeasuredRow<'a> {
    fn new(network: &'a Network, outages: &'a [Outage], row: &'a Measured) -> Self {
        Self {
            rule: &row.rule,
            element_type: row.element.map(|element| element.kind().as_str()),
            element_id: row.element.map(|element| network.id_of(element)),
            quantity: row.quantity,
            value: Num(row.value),
            limit: Num(row.limit),
            percent: Num(row.percent),
            unit: row.unit,
            outage: outages.get(row.outage).map_or("", |outage| outage.id.as_str()),
        }
    }
}

/// Load that a neighbour takes over.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "BackFed")]
pub struct BackFedRow<'a> {
    /// The station without supply.
    pub from: &'a str,
    /// The station that takes over.
    pub to: &'a str,
    /// How much.
    pub p_mw: Num,
}

/// The largest change of a value.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Change")]
pub struct ChangeRow<'a> {
    /// Id of the bus or branch.
    pub element_id: &'a str,
    /// Value after the outage, minus that before.
    pub by: Num,
}

impl<'a> ChangeRow<'a> {
    fn new(network: &'a Network, change: Option<(ElementId, f64)>) -> Option<Self> {
        change.map(|(element, by)| Self { element_id: network.id_of(element), by: Num(by) })
    }
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
    /// An earlier outage that leaves the same grid.
    pub same_as: Option<&'a str>,
    /// Load left without supply, before neighbours take any of it over.
    pub lost_mw: Num,
    /// Load that nobody takes over.
    pub unserved_mw: Num,
    /// What neighbours take over; the state is the one with it.
    pub back_fed: Vec<BackFedRow<'a>>,
    /// Buses left without supply.
    pub dead_buses: Vec<&'a str>,
    /// The generator that balances now, where the outage took the one that did.
    pub slack: Option<&'a str>,
    /// The voltage that changes most, p.u., of the buses that are watched.
    pub vm_change_pu: Option<ChangeRow<'a>>,
    /// The loading that rises most, percent points, of the branches that are watched.
    pub loading_change_percent: Option<ChangeRow<'a>>,
    /// What is not met, worst first, what was met before the outage before the others.
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
    /// `violation` or `warning`.
    pub level: &'static str,
    /// The value before any outage, where it passes the limit then too.
    pub before: Option<Num>,
}

impl<'a> PassedRow<'a> {
    fn new(network: &'a Network, violation: &'a Violation) -> Self {
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
            level: match violation.level {
                Level::Warning => "warning",
                Level::Violation => "violation",
            },
            before: violation.fault.as_ref().and_then(|fault| fault.before).map(Num),
        }
    }
}

impl<'a> OutageRow<'a> {
    /// The row of an outage.
    ///
    /// `same_as` is the id of the earlier outage that leaves the same grid, `violations` what is not met after it.
    #[must_use]
    pub fn new(
        network: &'a Network,
        (outage, same_as): (&'a Outage, Option<&'a str>),
        result: &'a OutageResult,
        violations: &'a [Violation],
    ) -> Self {
        let station = |id| network.substations[id].id.as_str();
        Self {
            outage: &outage.id,
            elements: outage.elements.iter().map(|&element| network.id_of(element)).collect(),
            status: result.status.as_str(),
            how: result.how.as_str(),
            same_as,
            lost_mw: Num(result.lost_mw),
            unserved_mw: Num(result.unserved_mw),
            back_fed: (result.moved.iter())
                .map(|moved| BackFedRow {
                    from: station(moved.from),
                    to: station(moved.to),
                    p_mw: Num(moved.p_mw),
                })
                .collect(),
            dead_buses: result.dead.iter().map(|&bus| network.buses[bus].id.as_str()).collect(),
            slack: result.slack.map(|id| network.generators[id].id.as_str()),
            vm_change_pu: ChangeRow::new(network, result.vm_change_pu),
            loading_change_percent: ChangeRow::new(network, result.loading_change_percent),
            violations: violations.iter().map(|v| PassedRow::new(network, v)).collect(),
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
        violated: count(&OutageResult::passes_a_limit),
        losing_load: count(&|r| r.unserved_mw > 0.0),
        back_fed: count(&|r| !r.moved.is_empty()),
        alike: count(&|r| r.same_as.is_some()),
        unsolved: count(&|r| r.status != Status::Converged),
        most_unserved_mw: Num(verdict.results.iter().map(|r| r.unserved_mw).fold(0.0, f64::max)),
        watched: verdict.rules.watched(),
        unwatched: verdict.rules.unwatched,
        by_chords: count(&|r| r.how == How::Chords),
        by_newton: count(&|r| r.how == How::Newton),
        anew: count(&|r| r.how == How::Anew),
    }
}

/// The document where the intact grid has no solution, so that no outage can be looked at.
#[must_use]
pub fn n1_unsolved<'a>(
    inputs: Vec<Input<'a>>,
    options: N1Options<'a>,
    exit_code: u8,
    (network, explanation): (&'a Network, &'a Explanation),
    findings: &'a [Finding],
) -> N1Document<'a> {
    let case = N1Case {
        stage: options.at,
        scenario: options.scenario,
        criteria: "",
        before: Vec::new(),
        outages: Vec::new(),
        elements: Vec::new(),
        not_judged: Vec::new(),
        explanation: Some(ExplanationRow::new(network, explanation)),
    };
    Document {
        schema: Kind::N1.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::NoSolution,
        exit_code,
        summary: None,
        cases: vec![case],
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}

/// The document of all outages of one grid.
#[must_use]
pub fn n1<'a>(
    inputs: Vec<Input<'a>>,
    options: N1Options<'a>,
    answer: (Answer, u8),
    network: &'a Network,
    (verdict, told): (&'a OutageVerdict, &'a OutagesTold),
    findings: &'a [Finding],
) -> N1Document<'a> {
    let rules = &verdict.rules;
    let outages = verdict.rows().zip(&told.after);
    let case = N1Case {
        stage: options.at,
        scenario: options.scenario,
        criteria: &rules.criteria,
        before: told.before.iter().map(|v| PassedRow::new(network, v)).collect(),
        outages: outages.map(|((o, same, r), v)| OutageRow::new(network, (o, same), r, v)).collect(),
        elements: verdict
            .measured
            .iter()
            .map(|row| MeasuredRow::new(network, &verdict.outages, row))
            .collect(),
        not_judged: rules.not_judged.iter().map(|(rule, reason)| NotJudgedRow { rule, reason }).collect(),
        explanation: None,
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
