//! What `explain` writes: why a grid does not solve, or what a code means. The documents of verbs that found no solution carry the
//! same explanation.

use super::{Answer, Case, Diagnostic, Document, FlowOptionsRow, Input, Kind, Num, SolvedState, TOOL};
use crate::finding::{Code, Finding};
use crate::flow::Diagnosis;
use crate::ids::Id as _;
use crate::model::{Network, Plan};
use crate::study::{Explanation, Unsolved};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `explain`.
pub type ExplainDocument<'a> = Document<'a, ExplainOptions<'a>, ExplainSummary, Case<'a>>;

/// What `explain` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct ExplainOptions<'a> {
    /// The code, where one was asked about; the rest is null then.
    pub code: Option<&'a str>,
    /// The stage or date.
    pub at: Option<&'a str>,
    /// The scenario.
    pub scenario: Option<&'a str>,
    /// Works counted in against their status.
    pub with: Vec<&'a str>,
    /// Works left out.
    pub without: Vec<&'a str>,
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
    /// The load flow.
    pub flow: Option<FlowOptionsRow>,
}

/// The answer in some numbers.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct ExplainSummary {
    /// What the code means, where one was asked about.
    pub code: Option<CodeRow>,
    /// The least of the largest factors of the islands, p.u. of what is scheduled.
    pub factor: Num,
    /// The least load to shed so that all islands solve.
    pub shed_mw: Num,
    /// Records that look wrong.
    pub likely: usize,
}

/// What a code means.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Code")]
pub struct CodeRow {
    /// The code.
    pub code: &'static str,
    /// One sentence.
    pub meaning: &'static str,
    /// How it judges, with its thresholds; null of what speaks for itself.
    pub rule: Option<&'static str>,
    /// What to do about it.
    pub way_out: Option<&'static str>,
}

/// Why a grid does not solve; of one that solves, what it meets when all loads and generation rise.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Explanation")]
pub struct ExplanationRow<'a> {
    /// Each island without a solution; all of them where all have one.
    pub islands: Vec<ExplainedIsland<'a>>,
    /// The records that look wrong, those at the buses that give way first.
    pub likely: Vec<Diagnostic<'a>>,
}

/// What stands in the way in one island.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ExplainedIsland<'a> {
    /// Its number, from 0.
    pub island: usize,
    /// Whether it solves as it stands.
    pub solves: bool,
    /// The largest factor on all loads and generation that has a solution, p.u. of what is scheduled; null where not even a
    /// light load has.
    pub factor: Num,
    /// Whether that factor is a nose, above which there is no solution; if not, the search ended there.
    pub nose: bool,
    /// The buses that give way at the nose, weakest first.
    pub weakest: Vec<WeakBusRow<'a>>,
    /// The least load to shed so that it solves; empty where it solves, or none was found.
    pub shed: Vec<ShedRow<'a>>,
    /// Generation to hold back beside that; empty unless shedding load alone does not do.
    pub hold: Vec<HoldRow<'a>>,
    /// The bus where reactive power helps most; null where it solves, or none does.
    pub add_at: Option<&'a str>,
    /// How much reactive power there makes it solve.
    pub add_mvar: Num,
    /// Factorisations that it took to find out.
    pub steps: usize,
}

/// A bus that gives way.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "WeakBus")]
pub struct WeakBusRow<'a> {
    /// Id of the bus.
    pub bus: &'a str,
    /// Its part in the mode that collapses; all buses together have 1.
    pub participation: Num,
    /// Its voltage at the nose.
    pub vm_pu: Num,
}

/// Load to shed at a bus, at its own power factor.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Shed")]
pub struct ShedRow<'a> {
    /// Id of the bus.
    pub bus: &'a str,
    /// Active power.
    pub p_mw: Num,
    /// Reactive power.
    pub q_mvar: Num,
}

/// Generation to hold back at a bus.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Hold")]
pub struct HoldRow<'a> {
    /// Id of the bus.
    pub bus: &'a str,
    /// Active power.
    pub p_mw: Num,
}

/// A state without a solution, and why.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Unsolved")]
pub struct UnsolvedRow<'a> {
    /// The stage or date.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Why it has none.
    pub explanation: ExplanationRow<'a>,
}

impl<'a> UnsolvedRow<'a> {
    /// The JSON form of a state of `plan`.
    #[must_use]
    pub fn new(plan: &'a Plan, unsolved: &'a Unsolved) -> Self {
        Self {
            stage: &plan.stages[unsolved.stage].id,
            scenario: &plan.scenarios[unsolved.scenario].id,
            explanation: ExplanationRow::new(&unsolved.network, &unsolved.explanation),
        }
    }
}

impl<'a> ExplanationRow<'a> {
    /// The JSON form of an explanation.
    #[must_use]
    pub fn new(network: &'a Network, explanation: &'a Explanation) -> Self {
        Self {
            islands: explanation.islands.iter().map(|one| ExplainedIsland::new(network, one)).collect(),
            likely: explanation.likely.iter().map(Diagnostic::new).collect(),
        }
    }
}

impl<'a> ExplainedIsland<'a> {
    fn new(network: &'a Network, one: &Diagnosis) -> Self {
        let id = |bus| network.buses[bus].id.as_str();
        let weak = |weak: &crate::flow::WeakBus| WeakBusRow {
            bus: id(weak.bus),
            participation: Num(weak.participation),
            vm_pu: Num(weak.vm_pu),
        };
        let shed = |shed: &crate::flow::Shed| ShedRow {
            bus: id(shed.bus),
            p_mw: Num(shed.p_mw),
            q_mvar: Num(shed.q_mvar),
        };
        Self {
            island: one.island.index(),
            solves: one.solves,
            factor: one.factor.into(),
            nose: one.nose,
            weakest: one.weakest.iter().map(weak).collect(),
            shed: one.shed.iter().map(shed).collect(),
            hold: one.hold.iter().map(|&(bus, p_mw)| HoldRow { bus: id(bus), p_mw: Num(p_mw) }).collect(),
            add_at: one.add.map(|(bus, _)| id(bus)),
            add_mvar: one.add.map(|(_, q_mvar)| q_mvar).into(),
            steps: one.steps,
        }
    }
}

/// The document of an explained state; `answer` is the verdict and the exit code.
#[must_use]
pub fn explain<'a>(
    inputs: Vec<Input<'a>>,
    options: ExplainOptions<'a>,
    answer: (Answer, u8),
    state: &SolvedState<'a>,
    explanation: &'a Explanation,
    findings: &'a [Finding],
) -> ExplainDocument<'a> {
    let islands = &explanation.islands;
    let shed = islands.iter().flat_map(|one| &one.shed).map(|shed| shed.p_mw);
    let case = Case {
        explanation: Some(ExplanationRow::new(state.network, explanation)),
        ..Case::without_rows(state)
    };
    Document {
        schema: Kind::Explain.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: answer.0,
        exit_code: answer.1,
        summary: Some(ExplainSummary {
            code: None,
            factor: islands.iter().filter_map(|one| one.factor).reduce(f64::min).into(),
            shed_mw: Num(shed.sum()),
            likely: explanation.likely.len(),
        }),
        cases: vec![case],
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}

/// The document of a code.
#[must_use]
pub fn explain_code(code: Code) -> ExplainDocument<'static> {
    let page = code.page();
    Document {
        schema: Kind::Explain.id(),
        tool: TOOL,
        inputs: Vec::new(),
        options: Some(ExplainOptions {
            code: Some(code.as_str()),
            at: None,
            scenario: None,
            with: Vec::new(),
            without: Vec::new(),
            as_of: None,
            flow: None,
        }),
        verdict: Answer::Holds,
        exit_code: 0,
        summary: Some(ExplainSummary {
            code: Some(CodeRow {
                code: code.as_str(),
                meaning: code.meaning(),
                rule: page.map(|page| page.rule),
                way_out: page.map(|page| page.way_out),
            }),
            factor: None.into(),
            shed_mw: None.into(),
            likely: 0,
        }),
        cases: Vec::new(),
        diagnostics: Vec::new(),
    }
}
