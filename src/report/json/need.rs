//! What `need` writes: by when each work is needed, and what its delay does.

use super::{Answer, AskedRow, Diagnostic, Document, Input, Kind, Num, TOOL};
use crate::appraise::dated::Days;
use crate::appraise::need::{Deferral, Effort, Failing, NeedBy, Outcome, SlipOutcome, WorkNeed};
use crate::finding::Finding;
use crate::model::Plan;
use crate::report::need;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `need`.
pub type NeedDocument<'a> = Document<'a, NeedOptions<'a>, NeedSummary<'a>, WorkRow<'a>>;

/// What `need` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct NeedOptions<'a> {
    /// Delays of 1 to so many years.
    pub years: u16,
    /// The works asked about; empty for all.
    pub works: Vec<&'a str>,
    /// More saving of load whose deferrals are asked for, percent; null: none.
    pub saving_percent: Option<Num>,
    /// How grids were made, solved and judged.
    #[serde(flatten)]
    pub asked: AskedRow<'a>,
}

/// The answer in some numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct NeedSummary<'a> {
    /// Id of the plan.
    pub plan: &'a str,
    /// Works asked about.
    pub works: usize,
    /// Works that are needed by a day up to the last year judged.
    pub needed: usize,
    /// Of these, works that cannot be a year late.
    pub without_float: usize,
    /// Works whose delay lets nothing fail up to the last year judged.
    pub not_needed_yet: usize,
    /// Works without which the grid is the same.
    pub changing_nothing: usize,
    /// Works that do not count, have no date, or come after the last year.
    pub not_planned: usize,
    /// Works that could not be judged.
    pub unknown: usize,
    /// The plan as it stands, year by year.
    pub planned: Vec<PlannedRow<'a>>,
    /// Pairs of a work and a delay, most critical first.
    pub critical: Vec<CriticalRow<'a>>,
    /// What it took.
    pub effort: EffortRow,
    /// What the saving asked for defers; empty where none was.
    pub deferrals: Vec<DeferralRow<'a>>,
}

/// A year as planned, in one scenario.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "PlannedYear")]
pub struct PlannedRow<'a> {
    /// The year; its 31 December is judged.
    pub year: &'a str,
    /// The scenario.
    pub scenario: &'a str,
    /// `converged`, or how the search for a state ended.
    pub status: &'static str,
    /// Load served, MW.
    pub load_mw: Num,
    /// Violations in the intact grid.
    pub violations: usize,
    /// Violations after a fault, by rule and element.
    pub violations_after_fault: usize,
}

/// A work and a delay.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Critical")]
pub struct CriticalRow<'a> {
    /// The work.
    pub project: &'a str,
    /// Years of delay.
    pub years: u16,
    /// MW without supply and MVA beyond limits, in the worst year.
    pub beyond_mw: Num,
    /// Limits new or worse in that year.
    pub limits: usize,
}

/// What a saving of load defers of one work.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Deferral")]
pub struct DeferralRow<'a> {
    /// The work.
    pub project: &'a str,
    /// Years that it may come later with the saving.
    pub years: u16,
    /// Whether no need is left up to the last year judged: then the years are at least so many.
    pub at_least: bool,
    /// What the deferral is worth, millions of the plan's currency; null where cost or discount rate is not stated.
    pub worth_million: Num,
}

/// What a study took.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Effort")]
pub struct EffortRow {
    /// States as planned.
    pub planned_states: usize,
    /// States with something late that were solved.
    pub states: usize,
    /// States that several works or delays share: solved once.
    pub shared: usize,
    /// States skipped, as the grid is the planned one.
    pub same: usize,
    /// Load flows solved: intact grids.
    pub intact: usize,
    /// Load flows solved: after outages.
    pub outages: usize,
}

impl From<Effort> for EffortRow {
    fn from(effort: Effort) -> Self {
        let Effort { planned_states, states, shared, same, intact, outages } = effort;
        Self { planned_states, states, shared, same, intact, outages }
    }
}

/// A work.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "WorkNeed")]
pub struct WorkRow<'a> {
    /// Id of the work.
    pub project: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its status.
    pub status: &'static str,
    /// The first day on which a part of it is planned to stand.
    pub planned: Option<String>,
    /// `needed`, `not_needed_yet`, `changes_nothing`, `not_planned`, `after_horizon` or `unknown`.
    pub need: &'static str,
    /// The latest day that keeps what is kept as planned.
    pub need_date: Option<String>,
    /// Whole years from the planned day to that one; where it is not needed yet, years that were tried.
    pub float_years: Option<u16>,
    /// What fails first a year later.
    pub first: Option<FailingRow<'a>>,
    /// Why it could not be judged.
    pub reason: Option<&'a str>,
    /// What each delay does.
    pub slips: Vec<SlipRow<'a>>,
    /// Works that come later with it, at the longest of these delays.
    pub followers: Vec<&'a str>,
    /// The generator that balances the grid while it is late, where the delay takes the one that would; else null.
    pub slack: Option<&'a str>,
}

/// What a delay does.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Slip")]
pub struct SlipRow<'a> {
    /// Years of delay.
    pub years: u16,
    /// `same` (the grid is the planned one), `holds`, `fails` or `unknown`.
    pub outcome: &'static str,
    /// The last year in which something is missing.
    pub last_year: Option<i16>,
    /// What fails first.
    pub first: Option<FailingRow<'a>>,
    /// What is gravest in the year in which most fails.
    pub worst: Option<FailingRow<'a>>,
    /// Limits new or worse in that year.
    pub limits: usize,
    /// MW without supply and MVA beyond limits in that year.
    pub beyond_mw: Num,
    /// Load without supply in the intact grid in that year, on top of what is planned.
    pub lost_mw: Num,
    /// Why it could not be judged.
    pub reason: Option<&'a str>,
}

/// Something that fails.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Failing")]
pub struct FailingRow<'a> {
    /// The year.
    pub year: i16,
    /// The scenario.
    pub scenario: &'a str,
    /// Id of the rule; `no_solution` where the grid has no state.
    pub rule: &'a str,
    /// Name of the criterion.
    pub criterion: &'a str,
    /// The table of the element; null for the grid as a whole.
    pub element_type: Option<&'static str>,
    /// Id of the element.
    pub element_id: Option<&'a str>,
    /// What was measured.
    pub quantity: &'a str,
    /// Its value, in `unit`.
    pub value: Num,
    /// The limit, in `unit`.
    pub limit: Num,
    /// Value over limit.
    pub percent: Num,
    /// Unit of value and limit.
    pub unit: &'a str,
    /// The outage after which it is worst; null in the intact grid.
    pub outage: Option<&'a str>,
    /// `new`, or `worse` where the limit is passed as planned too.
    pub change: &'static str,
    /// The value as planned, where the limit is passed there too.
    pub planned: Option<Num>,
    /// MW without supply, or MVA beyond the limit, on top of what is planned.
    pub beyond_mw: Num,
}

impl<'a> FailingRow<'a> {
    /// The row of `failing`.
    #[must_use]
    pub fn new(plan: &'a Plan, failing: &'a Failing) -> Self {
        Self {
            year: failing.year,
            scenario: &plan.scenarios[failing.scenario].id,
            rule: &failing.rule,
            criterion: &failing.criterion,
            element_type: failing.element.map(|element| element.kind().as_str()),
            element_id: failing.element.map(|element| plan.network.id_of(element)),
            quantity: &failing.quantity,
            value: Num(failing.value),
            limit: Num(failing.limit),
            percent: Num(failing.percent),
            unit: &failing.unit,
            outage: failing.outage.as_deref(),
            change: if failing.planned.is_some() { "worse" } else { "new" },
            planned: failing.planned.map(Num),
            beyond_mw: Num(failing.beyond_mw),
        }
    }
}

impl<'a> SlipRow<'a> {
    /// The row of a delay.
    #[must_use]
    pub fn new(plan: &'a Plan, slip: &'a SlipOutcome) -> Self {
        let mut row = Self {
            years: slip.years,
            outcome: "same",
            last_year: slip.last_year,
            first: None,
            worst: None,
            limits: 0,
            beyond_mw: Num(0.0),
            lost_mw: Num(0.0),
            reason: None,
        };
        match &slip.outcome {
            Outcome::Same => {}
            Outcome::Holds => row.outcome = "holds",
            Outcome::Unknown(reason) => {
                row.outcome = "unknown";
                row.reason = Some(reason);
            }
            Outcome::Fails { first, worst, limits, beyond_mw, lost_mw } => {
                row.outcome = "fails";
                row.first = Some(FailingRow::new(plan, first));
                row.worst = Some(FailingRow::new(plan, worst));
                row.limits = *limits;
                (row.beyond_mw, row.lost_mw) = (Num(*beyond_mw), Num(*lost_mw));
            }
        }
        row
    }
}

impl<'a> WorkRow<'a> {
    /// The row of a work.
    #[must_use]
    pub fn new(plan: &'a Plan, row: &'a WorkNeed) -> Self {
        let project = &plan.projects[row.project];
        let (mut day, mut float_years, mut first, mut why) = (None, None, None, None);
        match &row.need {
            NeedBy::Day { day: date, float_years: float, first: failing } => {
                day = Some(date.to_string());
                float_years = Some(*float);
                first = Some(FailingRow::new(plan, failing));
            }
            NeedBy::NotBefore { tried, .. } => float_years = Some(*tried),
            NeedBy::Unknown { reason } => why = Some(reason.as_str()),
            NeedBy::ChangesNothing | NeedBy::NotPlanned | NeedBy::AfterHorizon => {}
        }
        Self {
            project: &project.id,
            name: &project.name,
            status: project.status.as_str(),
            planned: row.planned.map(|day| day.to_string()),
            need: need::word(&row.need),
            need_date: day,
            float_years,
            first,
            reason: why,
            slips: row.slips.iter().map(|slip| SlipRow::new(plan, slip)).collect(),
            followers: row.followers.iter().map(|&id| plan.projects[id].id.as_str()).collect(),
            slack: row.slack.map(|id| plan.network.generators[id].id.as_str()),
        }
    }
}

/// The document of need dates.
#[must_use]
pub fn need<'a>(
    inputs: Vec<Input<'a>>,
    options: NeedOptions<'a>,
    days: &'a Days<'_>,
    (rows, effort, deferrals): (&'a [WorkNeed], Effort, &[Deferral]),
    findings: &'a [Finding],
) -> NeedDocument<'a> {
    let plan = &days.plan;
    let count = |word: &str| rows.iter().filter(|row| need::word(&row.need) == word).count();
    let tight = |row: &&WorkNeed| matches!(row.need, NeedBy::Day { float_years: 0, .. });
    let planned = days.planned.iter().map(|state| {
        let after = state.judged.violations.iter().filter(|v| v.fault.is_some()).count();
        PlannedRow {
            year: &plan.stages[state.stage].id,
            scenario: &plan.scenarios[state.scenario].id,
            status: state.judged.state.flow.status.as_str(),
            load_mw: Num(state.judged.state.flow.load_mw),
            violations: state.judged.violations.len() - after,
            violations_after_fault: after,
        }
    });
    let critical = need::critical(rows).into_iter().map(|one| CriticalRow {
        project: &plan.projects[one.project].id,
        years: one.years,
        beyond_mw: Num(one.beyond_mw),
        limits: one.limits,
    });
    let deferrals = deferrals.iter().map(|one| DeferralRow {
        project: &plan.projects[one.project].id,
        years: one.years,
        at_least: matches!(one.with_saving, NeedBy::NotBefore { .. }),
        worth_million: one.worth_million.into(),
    });
    let summary = NeedSummary {
        plan: &plan.id,
        works: rows.len(),
        needed: count("needed"),
        without_float: rows.iter().filter(tight).count(),
        not_needed_yet: count("not_needed_yet"),
        changing_nothing: count("changes_nothing"),
        not_planned: count("not_planned") + count("after_horizon"),
        unknown: count("unknown"),
        planned: planned.collect(),
        critical: critical.collect(),
        effort: effort.into(),
        deferrals: deferrals.collect(),
    };
    Document {
        schema: Kind::Need.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Solved,
        exit_code: 0,
        summary: Some(summary),
        cases: rows.iter().map(|row| WorkRow::new(plan, row)).collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
