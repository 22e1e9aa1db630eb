//! What `check` writes: the verdict, its matrix, the violations of every state.

use super::{
    Answer, Case, Diagnostic, Document, ExplanationRow, FlowOptionsRow, Input, Kind, Num, SolvedState, TOOL,
    ViolationRow,
};
use crate::appraise::baseline::Compared;
use crate::appraise::{
    Cell, ConstructionCheck, CostSum, Exit, JudgedViolation, Judgement, StateSummary, Verdict,
};
use crate::finding::Finding;
use crate::ids::{ScenarioId, StageId};
use crate::model::Plan;
use crate::report::counts::Counts;
use crate::study::{Explanation, StageState};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `check`.
pub type CheckDocument<'a> = Document<'a, CheckOptions<'a>, CheckSummary<'a>, Case<'a>>;

/// What `check` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct CheckOptions<'a> {
    /// The stages judged.
    pub stages: Vec<&'a str>,
    /// The scenarios judged.
    pub scenarios: Vec<&'a str>,
    /// Works counted in against their status.
    pub with: Vec<&'a str>,
    /// Works left out.
    pub without: Vec<&'a str>,
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
    /// Whether the cases hold their buses, branches and generators.
    pub full: bool,
    /// Whether the grid after a fault is judged, where the criteria ask it.
    pub n1: bool,
    /// What moves after an outage: `frozen`, `limits` or `controls`.
    pub response: &'static str,
    /// Who makes up for lost generation: `slack`, `participation` or `reserve`.
    pub redispatch: &'static str,
    /// Time that neighbours have to take load over; null: what the criteria say.
    pub transfer_minutes: Option<Num>,
    /// The former result that this one is held against; null without one.
    pub baseline: Option<String>,
    /// The load flows.
    pub flow: FlowOptionsRow,
}

/// The verdict in numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct CheckSummary<'a> {
    /// Id of the plan; empty for a bare grid.
    pub plan: &'a str,
    /// Violations that break the plan, over all stages and scenarios.
    pub violations: usize,
    /// Violations that a decision excepts.
    pub waived: usize,
    /// Planning thresholds passed.
    pub warnings: usize,
    /// States whose load flow has no solution.
    pub unsolved: usize,
    /// Every stage, scenario and criterion.
    pub matrix: Vec<CellRow<'a>>,
    /// One line per stage and scenario.
    pub states: Vec<StateRow<'a>>,
    /// Energy lost over a year at each stage; empty where the plan states no load-loss factor.
    pub energy_losses: Vec<EnergyRow<'a>>,
    /// Rules that were asked but not judged.
    pub not_judged: Vec<NotJudgedRow<'a>>,
    /// Load carried by neighbours of stations that are not in service.
    pub moved_load: Vec<MovedRow<'a>>,
    /// Outages for the sake of works, with every other outage on top.
    pub construction: Vec<ConstructionRow<'a>>,
    /// What was not modelled, in sentences.
    pub notes: Vec<String>,
    /// What comes of holding it against a former result; null without one.
    pub baseline: Option<ComparedRow<'a>>,
}

/// A verdict held against a former one. The exit code is then that of what is new or worse alone.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Compared")]
pub struct ComparedRow<'a> {
    /// Violations that were not there.
    pub new: usize,
    /// Violations that are worse.
    pub worse: usize,
    /// Violations that are as they were.
    pub same: usize,
    /// Violations that are less bad.
    pub better: usize,
    /// Former violations of states judged again that are gone.
    pub gone: Vec<GoneRow<'a>>,
    /// States without a solution that had one, or were not judged.
    pub lost_states: Vec<StateName<'a>>,
    /// Outages for the sake of works that break the plan and did not.
    pub construction: &'a [String],
}

/// A former violation that is gone.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Gone")]
pub struct GoneRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Id of the rule.
    pub rule: &'a str,
    /// The table of the element; empty for the grid as a whole.
    pub element_type: &'a str,
    /// Id of the element; empty for the grid as a whole.
    pub element_id: &'a str,
    /// What was measured.
    pub quantity: &'a str,
    /// What it was.
    pub value: Num,
    /// Unit of the value.
    pub unit: &'a str,
}

fn compared(compared: &Compared) -> ComparedRow<'_> {
    ComparedRow {
        new: compared.new,
        worse: compared.worse,
        same: compared.same,
        better: compared.better,
        gone: compared
            .gone
            .iter()
            .map(|(key, was)| GoneRow {
                stage: &key.stage,
                scenario: &key.scenario,
                rule: &key.rule,
                element_type: &key.element.0,
                element_id: &key.element.1,
                quantity: &key.quantity,
                value: Num(was.value),
                unit: &was.unit,
            })
            .collect(),
        lost_states: compared
            .lost_states
            .iter()
            .map(|(stage, scenario)| StateName { stage, scenario })
            .collect(),
        construction: &compared.construction,
    }
}

/// What is out while a work is built, in one scenario.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Construction")]
pub struct ConstructionRow<'a> {
    /// The work.
    pub project: &'a str,
    /// Ids of what is out.
    pub elements: Vec<&'a str>,
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The scenario.
    pub scenario: &'a str,
    /// `converged`, or how the search for a state with the work's outage ended.
    pub status: &'static str,
    /// Load that the work's outage leaves without supply by itself.
    pub unserved_mw: Num,
    /// Other outages looked at on top.
    pub outages: usize,
    /// Those after which something breaks that does not without the work: `work then outage`.
    pub failing: Vec<&'a str>,
    /// Whether it breaks the plan.
    pub breaks_plan: bool,
}

/// One cell of the matrix.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Cell")]
pub struct CellRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// The criterion.
    pub criterion: &'static str,
    /// `holds`, `warns`, `waived`, `fails`, `not_judged`, `no_solution` or `not_asked`.
    pub judgement: &'static str,
    /// How many warnings or violations.
    pub count: usize,
    /// Why it was not judged.
    pub reason: Option<&'a str>,
    /// Elements that were measured.
    pub measured: usize,
    /// Elements that could not be measured, for example lines without a rating.
    pub unmeasured: usize,
    /// What came nearest to its limit, or passed it most.
    pub worst: Option<WorstRow<'a>>,
}

/// The measurement that is nearest to its limit, or passes it most.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Worst")]
pub struct WorstRow<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    /// The table of the element.
    pub element_type: Option<&'static str>,
    /// Id of the element.
    pub element_id: Option<&'a str>,
    /// What was measured.
    pub quantity: &'static str,
    /// Its value, in `unit`.
    pub value: Num,
    /// The limit, in `unit`.
    pub limit: Num,
    /// Value over limit.
    pub percent: Num,
    /// Unit of value and limit.
    pub unit: &'static str,
}

/// A stage in a scenario, in one line.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "State")]
pub struct StateRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// Load served.
    pub load_mw: Num,
    /// Load that stands but is not served.
    pub lost_load_mw: Num,
    /// Active losses.
    pub losses_mw: Num,
    /// Active losses as a share of the power fed in.
    pub losses_percent: Num,
    /// The bus lowest in its band.
    pub lowest: Option<VoltageRow<'a>>,
    /// The bus highest in its band.
    pub highest: Option<VoltageRow<'a>>,
    /// The line with the highest loading.
    pub worst_line: Option<LoadingRow<'a>>,
    /// The transformer with the highest loading.
    pub worst_transformer: Option<LoadingRow<'a>>,
    /// What slacks and boundaries feed in.
    pub infeeds: Vec<InfeedRow<'a>>,
    /// Works commissioned since the judged stage before, or since the base grid.
    pub works: Vec<&'a str>,
    /// What those works cost, by price year.
    pub cost: Vec<CostRow>,
    /// Those works whose cost is not known.
    pub works_without_cost: usize,
}

/// A voltage beside its limit.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Voltage")]
pub struct VoltageRow<'a> {
    /// Id of the bus.
    pub bus: &'a str,
    /// Voltage.
    pub vm_pu: Num,
    /// Voltage; null where the rated one is unknown.
    pub vm_kv: Num,
    /// The limit on this side; null where no rule is judged there.
    pub limit_pu: Num,
}

/// The loading of a line or transformer.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Loading")]
pub struct LoadingRow<'a> {
    /// Id of the line or transformer.
    pub branch: &'a str,
    /// Share of its normal rating.
    pub loading_percent: Num,
}

/// What a slack or boundary feeds in.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Infeed")]
pub struct InfeedRow<'a> {
    /// Id of the generator.
    pub generator: &'a str,
    /// Active power fed in.
    pub p_mw: Num,
    /// Reactive power fed in.
    pub q_mvar: Num,
    /// Whether it balances its island.
    pub slack: bool,
}

/// Cost of works at one price year.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Cost")]
pub struct CostRow {
    /// The year whose prices these are.
    pub price_year: i16,
    /// Sum, millions of the plan's currency.
    pub capex_million: f64,
    /// Number of works in it.
    pub works: usize,
    /// How many of them have an assumed price year.
    pub estimated: usize,
}

/// Energy lost over a year, from the losses at the peak.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "EnergyLosses")]
pub struct EnergyRow<'a> {
    /// The stage whose grid and peak it is, and the scenario in which the peak is.
    #[serde(flatten)]
    pub state: StateName<'a>,
    /// Load-loss factor used, p.u.
    pub load_loss_factor: f64,
    /// Energy lost whatever the load.
    pub no_load_mwh: Num,
    /// Energy lost because of the load.
    pub load_mwh: Num,
}

/// A rule that was asked but not judged.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "NotJudged")]
pub struct NotJudgedRow<'a> {
    /// Id of the rule.
    pub rule: &'a str,
    /// Name of the criterion.
    pub criterion: &'static str,
    /// Why not.
    pub reason: String,
    /// Where.
    pub states: Vec<StateName<'a>>,
}

/// Load carried by the neighbour of a station that is not in service.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "MovedLoad")]
pub struct MovedRow<'a> {
    /// Stage and scenario.
    #[serde(flatten)]
    pub state: StateName<'a>,
    /// The station that is not in service.
    pub from: &'a str,
    /// The station that carries its load.
    pub to: &'a str,
    /// How much.
    pub p_mw: Num,
}

/// A stage in a scenario.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct StateName<'a> {
    /// The stage.
    pub stage: &'a str,
    /// The scenario.
    pub scenario: &'a str,
}

/// The document of a verdict over `states`; `findings` are all that is to be told.
#[must_use]
pub fn check<'a>(
    inputs: Vec<Input<'a>>,
    options: CheckOptions<'a>,
    exit_code: u8,
    plan: &'a Plan,
    verdict: &'a Verdict,
    (states, against, explained): (
        &'a [StageState],
        Option<&'a Compared>,
        Option<(&'a StageState, &'a Explanation)>,
    ),
    findings: &'a [Finding],
) -> CheckDocument<'a> {
    let full = options.full;
    Document {
        schema: Kind::Check.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: match verdict.exit {
            Exit::Holds => Answer::Holds,
            Exit::Violated => Answer::Violated,
            Exit::NoSolution => Answer::NoSolution,
        },
        exit_code,
        summary: Some(summary(plan, verdict, against)),
        cases: states.iter().map(|state| case(plan, verdict, state, full, explained)).collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}

fn summary<'a>(plan: &'a Plan, verdict: &'a Verdict, against: Option<&'a Compared>) -> CheckSummary<'a> {
    let counts = Counts::of(verdict);
    CheckSummary {
        plan: &plan.id,
        violations: counts.violations,
        waived: counts.waived,
        warnings: counts.warnings,
        unsolved: counts.unsolved,
        matrix: verdict.cells.iter().map(|cell| cell_row(plan, cell)).collect(),
        states: verdict.summary.iter().map(|state| state_row(plan, state)).collect(),
        energy_losses: verdict
            .energy
            .iter()
            .map(|year| EnergyRow {
                state: state_name(plan, year.stage, year.scenario),
                load_loss_factor: year.load_loss_factor,
                no_load_mwh: Num(year.no_load_mwh),
                load_mwh: Num(year.load_mwh),
            })
            .collect(),
        not_judged: verdict
            .not_judged
            .iter()
            .map(|rule| NotJudgedRow {
                rule: &rule.rule,
                criterion: rule.criterion,
                reason: rule.reason.to_string(),
                states: rule
                    .states
                    .iter()
                    .map(|state| state_name(plan, state.stage, state.scenario))
                    .collect(),
            })
            .collect(),
        moved_load: verdict
            .moved
            .iter()
            .flat_map(|moved| {
                moved.p_mw.iter().map(|&(state, p_mw)| MovedRow {
                    state: state_name(plan, state.stage, state.scenario),
                    from: &plan.network.substations[moved.from].id,
                    to: &plan.network.substations[moved.to].id,
                    p_mw: Num(p_mw),
                })
            })
            .collect(),
        construction: verdict.construction.iter().map(|check| construction(plan, check)).collect(),
        notes: verdict.notes.iter().map(ToString::to_string).collect(),
        baseline: against.map(compared),
    }
}

fn construction<'a>(plan: &'a Plan, check: &'a ConstructionCheck) -> ConstructionRow<'a> {
    ConstructionRow {
        project: &plan.projects[check.project].id,
        elements: check.outage.elements.iter().map(|&one| plan.network.id_of(one)).collect(),
        from: check.outage.from.to_string(),
        to: check.outage.to.to_string(),
        scenario: &plan.scenarios[check.scenario].id,
        status: check.status.as_str(),
        unserved_mw: Num(check.unserved_mw),
        outages: check.outages,
        failing: check.failing.iter().map(crate::model::Name::as_str).collect(),
        breaks_plan: check.breaks_plan,
    }
}

fn state_name(plan: &Plan, stage: StageId, scenario: ScenarioId) -> StateName<'_> {
    StateName { stage: &plan.stages[stage].id, scenario: &plan.scenarios[scenario].id }
}

fn cell_row<'a>(plan: &'a Plan, cell: &'a Cell) -> CellRow<'a> {
    CellRow {
        stage: &plan.stages[cell.stage].id,
        scenario: &plan.scenarios[cell.scenario].id,
        criterion: cell.criterion,
        judgement: cell.judgement.as_str(),
        count: cell.judgement.count(),
        reason: match &cell.judgement {
            Judgement::NotJudged(reason) => Some(reason),
            _ => None,
        },
        measured: cell.measured,
        unmeasured: cell.unmeasured,
        worst: cell.worst.as_ref().map(|worst| WorstRow {
            rule: &worst.rule,
            element_type: worst.element.map(|element| element.kind().as_str()),
            element_id: worst.element.map(|element| plan.network.id_of(element)),
            quantity: worst.quantity,
            value: Num(worst.value),
            limit: Num(worst.limit),
            percent: Num(worst.percent),
            unit: worst.unit,
        }),
    }
}

fn state_row<'a>(plan: &'a Plan, state: &'a StateSummary) -> StateRow<'a> {
    let network = &plan.network;
    let voltage = |at: &crate::appraise::BusVoltage| VoltageRow {
        bus: network.buses[at.bus].id.as_str(),
        vm_pu: Num(at.vm_pu),
        vm_kv: Num(at.vm_kv),
        limit_pu: at.limit_pu.into(),
    };
    let loading = |at: &crate::appraise::BranchLoading| LoadingRow {
        branch: network.id_of(at.element),
        loading_percent: Num(at.loading_percent),
    };
    StateRow {
        stage: &plan.stages[state.stage].id,
        scenario: &plan.scenarios[state.scenario].id,
        load_mw: Num(state.load_mw),
        lost_load_mw: Num(state.lost_load_mw),
        losses_mw: Num(state.losses_mw),
        losses_percent: Num(state.losses_percent),
        lowest: state.lowest.as_ref().map(voltage),
        highest: state.highest.as_ref().map(voltage),
        worst_line: state.worst_line.as_ref().map(loading),
        worst_transformer: state.worst_transformer.as_ref().map(loading),
        infeeds: state
            .infeeds
            .iter()
            .map(|infeed| InfeedRow {
                generator: &network.generators[infeed.generator].id,
                p_mw: Num(infeed.p_mw),
                q_mvar: Num(infeed.q_mvar),
                slack: infeed.slack,
            })
            .collect(),
        works: state.works.iter().map(|&id| plan.projects[id].id.as_str()).collect(),
        cost: state.cost.iter().copied().map(CostRow::from).collect(),
        works_without_cost: state.works_without_cost,
    }
}

impl From<CostSum> for CostRow {
    fn from(cost: CostSum) -> Self {
        let CostSum { price_year, capex_million, works, estimated } = cost;
        Self { price_year, capex_million, works, estimated }
    }
}

fn case<'a>(
    plan: &'a Plan,
    verdict: &'a Verdict,
    state: &'a StageState,
    full: bool,
    explained: Option<(&'a StageState, &'a Explanation)>,
) -> Case<'a> {
    let explained = explained.filter(|(one, _)| (one.stage, one.scenario) == (state.stage, state.scenario));
    let here = |row: &&JudgedViolation| row.stage == state.stage && row.scenario == state.scenario;
    let summary =
        verdict.summary.iter().find(|row| row.stage == state.stage && row.scenario == state.scenario);
    let solved = SolvedState {
        stage: &plan.stages[state.stage].id,
        scenario: &plan.scenarios[state.scenario].id,
        network: &state.grid.network,
        flow: &state.flow,
        lost_mw: summary.map_or(f64::NAN, |summary| summary.lost_load_mw),
    };
    let case = Case::solved(&solved);
    Case {
        buses: case.buses.filter(|_| full),
        branches: case.branches.filter(|_| full),
        generators: case.generators.filter(|_| full),
        violations: verdict.violations.iter().filter(here).map(|row| ViolationRow::new(plan, row)).collect(),
        explanation: explained.map(|(_, why)| ExplanationRow::new(&state.grid.network, why)),
        ..case
    }
}
