//! What `diff` writes: differences, and what they do.

use super::{Answer, Case, Document, Input, Kind, Num, TOOL, UnsolvedRow, ViolationRow};
use crate::appraise::{ConstructionCheck, Effect, JudgedViolation, Side, StateEffect};
use crate::model::{Difference, Plan, What};
use crate::study::Unsolved;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `diff`.
pub type DiffDocument<'a> = Document<'a, DiffOptions<'a>, DiffSummary<'a>, Case<'a>>;

/// What `diff` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct DiffOptions<'a> {
    /// The first input, with its version or stage.
    pub first: &'a str,
    /// What it is compared with.
    pub second: &'a str,
    /// Largest relative difference of two numbers that counts as none.
    pub tolerance: f64,
    /// Fields and tables left out.
    pub ignore: Vec<&'a str>,
    /// Whether both were judged.
    pub effect: bool,
}

/// All that differs.
#[derive(Serialize, JsonSchema, Debug)]
pub struct DiffSummary<'a> {
    /// Rows that only the second has.
    pub added: usize,
    /// Rows that only the first has.
    pub removed: usize,
    /// Fields that hold something else.
    pub changed: usize,
    /// Each of them.
    pub differences: Vec<DifferenceRow<'a>>,
    /// What they do; null if it was not asked.
    pub effect: Option<EffectRow<'a>>,
    /// Of each side the first state without a solution, and why: first, second; null where all have one.
    pub unsolved: [Option<UnsolvedRow<'a>>; 2],
}

/// A difference.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Difference")]
pub struct DifferenceRow<'a> {
    /// The table, by its file without the ending; `plan` for plan.toml.
    pub table: &'a str,
    /// What names the row.
    pub row: &'a str,
    /// `added`, `removed` or `changed`.
    pub what: &'static str,
    /// The field that changed.
    pub field: Option<&'a str>,
    /// Its unit.
    pub unit: Option<&'a str>,
    /// What the first holds; empty where nothing.
    pub from: Option<&'a str>,
    /// What the second holds.
    pub to: Option<&'a str>,
}

/// What the differences do to the verdict.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Effect")]
pub struct EffectRow<'a> {
    /// Violations that only the second has, worst first.
    pub opened: Vec<ViolationRow<'a>>,
    /// Violations that only the first has, worst first.
    pub closed: Vec<ViolationRow<'a>>,
    /// Violations that the second passes further; as they are there.
    pub worse: Vec<ViolationRow<'a>>,
    /// Violations that the second passes less far; as they are there.
    pub better: Vec<ViolationRow<'a>>,
    /// Violations that are as they were.
    pub same: usize,
    /// Losses, load without supply and cost, by stage and scenario.
    pub states: Vec<StateEffectRow>,
    /// Outages for the sake of works that come to something else.
    pub construction: Vec<ConstructionEffectRow>,
}

/// An outage for the sake of a work on both sides: first, second; null where a side has no such outage.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "ConstructionEffect")]
pub struct ConstructionEffectRow {
    /// The work.
    pub project: String,
    /// Scenario.
    pub scenario: String,
    /// What is out.
    pub elements: Vec<String>,
    /// Load that it leaves without supply by itself.
    pub unserved_mw: [Option<Num>; 2],
    /// Outages after which something is not met that is met without it.
    pub failing: [Option<usize>; 2],
}

/// A stage in a scenario on both sides: first, second.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "StateEffect")]
pub struct StateEffectRow {
    /// Stage.
    pub stage: String,
    /// Stage of the second, where it is another one.
    pub other_stage: Option<String>,
    /// Scenario.
    pub scenario: String,
    /// Losses.
    pub losses_mw: [Num; 2],
    /// Load without supply in the intact grid.
    pub lost_load_mw: [Num; 2],
    /// The most load that one outage leaves without supply, of those that may leave less.
    pub lost_after_fault_mw: [Num; 2],
    /// Cost of the works new in the stage, in millions; null where works of several price years come together.
    pub cost_million: [Num; 2],
}

impl<'a> DifferenceRow<'a> {
    /// The row of `one`.
    #[must_use]
    pub fn new(one: &'a Difference) -> Self {
        let (field, unit, from, to) = match &one.what {
            What::Changed { field, unit, from, to } => (
                Some(field.as_str()),
                Some(*unit).filter(|unit| !unit.is_empty()),
                Some(from.as_str()),
                Some(to.as_str()),
            ),
            _ => (None, None, None, None),
        };
        Self { table: &one.table, row: &one.row, what: one.what.as_str(), field, unit, from, to }
    }
}

/// The document of a comparison.
#[must_use]
pub fn diff<'a>(
    inputs: Vec<Input<'a>>,
    options: DiffOptions<'a>,
    exit_code: u8,
    differences: &'a [Difference],
    effect: Option<([Side<'a>; 2], &Effect<'a>)>,
    unsolved: [Option<&'a Unsolved>; 2],
) -> DiffDocument<'a> {
    let count = |word: &str| differences.iter().filter(|one| one.what.as_str() == word).count();
    Document {
        schema: Kind::Diff.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: match exit_code {
            0 => Answer::Same,
            4 => Answer::NoSolution,
            _ => Answer::Different,
        },
        exit_code,
        summary: Some(DiffSummary {
            added: count("added"),
            removed: count("removed"),
            changed: count("changed"),
            differences: differences.iter().map(DifferenceRow::new).collect(),
            unsolved: unsolved_rows(effect.as_ref().map(|(sides, _)| sides), unsolved),
            effect: effect.map(|([first, second], effect)| effect_row(first.plan, second.plan, effect)),
        }),
        cases: Vec::new(),
        diagnostics: Vec::new(),
    }
}

fn unsolved_rows<'a>(
    sides: Option<&[Side<'a>; 2]>,
    [first, second]: [Option<&'a Unsolved>; 2],
) -> [Option<UnsolvedRow<'a>>; 2] {
    let row = |side: usize, one: Option<&'a Unsolved>| Some(UnsolvedRow::new(sides?[side].plan, one?));
    [row(0, first), row(1, second)]
}

fn effect_row<'a>(first: &'a Plan, second: &'a Plan, effect: &Effect<'a>) -> EffectRow<'a> {
    let rows = |plan: &'a Plan, list: &[&'a JudgedViolation]| -> Vec<ViolationRow<'a>> {
        list.iter().map(|one| ViolationRow::new(plan, one)).collect()
    };
    let new = |pairs: &[(&'a JudgedViolation, &'a JudgedViolation)]| -> Vec<&'a JudgedViolation> {
        pairs.iter().map(|(_, new)| *new).collect()
    };
    EffectRow {
        opened: rows(second, &effect.opened),
        closed: rows(first, &effect.closed),
        worse: rows(second, &new(&effect.worse)),
        better: rows(second, &new(&effect.better)),
        same: effect.same,
        states: effect.states.iter().map(state_row).collect(),
        construction: effect
            .construction
            .iter()
            .filter_map(|pair| construction_row([first, second], *pair))
            .collect(),
    }
}

fn construction_row(
    plans: [&Plan; 2],
    pair: [Option<&ConstructionCheck>; 2],
) -> Option<ConstructionEffectRow> {
    let (check, plan) = pair.iter().zip(plans).find_map(|(check, plan)| Some(((*check)?, plan)))?;
    Some(ConstructionEffectRow {
        project: plan.projects[check.project].id.to_string(),
        scenario: plan.scenarios[check.scenario].id.to_string(),
        elements: check.outage.elements.iter().map(|&one| plan.network.id_of(one).to_owned()).collect(),
        unserved_mw: pair.map(|check| check.map(|check| Num(check.unserved_mw))),
        failing: pair.map(|check| check.map(|check| check.failing.len())),
    })
}

fn state_row(state: &StateEffect) -> StateEffectRow {
    let cost = state.cost_million.each_ref().map(|years| {
        // never added up over price years
        Num(if years.len() > 1 { f64::NAN } else { years.values().sum() })
    });
    StateEffectRow {
        stage: state.stage.to_string(),
        other_stage: state.other_stage.as_ref().map(ToString::to_string),
        scenario: state.scenario.to_string(),
        losses_mw: state.losses_mw.map(Num),
        lost_load_mw: state.lost_load_mw.map(Num),
        lost_after_fault_mw: state.lost_after_fault_mw.map(Num),
        cost_million: cost,
    }
}
