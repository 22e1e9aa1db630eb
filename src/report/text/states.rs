//! One line per stage and scenario, and one per stage for the works.

use super::{Table, WIDTH, matrix, paragraph};
use crate::appraise::{BusVoltage, StateSummary, Verdict};
use crate::flow::Status;
use crate::model::{ElementId, Plan};
use crate::report::{name, number};
use crate::study::StageState;
use std::fmt::Write as _;

/// Width of a name in the table.
const NAME: usize = 20;

/// Load, losses, worst voltage and worst loading of every state.
pub(super) fn text(plan: &Plan, verdict: &Verdict) -> String {
    let columns = [
        ">Load|MW",
        ">Lost|MW",
        ">Losses|MW",
        ">Losses|%",
        ">Worst|voltage",
        "at bus",
        ">Highest|loading %",
        "on",
    ];
    let mut table =
        Table::new(&matrix::state_columns(plan).iter().copied().chain(columns).collect::<Vec<_>>());
    for state in &verdict.summary {
        let rest = if state.status == Status::Converged { solved(plan, state) } else { unsolved(state) };
        table.row(matrix::state_cells(plan, state.stage, state.scenario).into_iter().chain(rest));
    }
    table.text()
}

fn solved(plan: &Plan, state: &StateSummary) -> Vec<String> {
    let network = &plan.network;
    let bus = |at: &BusVoltage| name::short(&name::label(network, ElementId::Bus(at.bus)), NAME);
    let tightest = tightest(state);
    let worst = [state.worst_line, state.worst_transformer]
        .into_iter()
        .flatten()
        .reduce(|a, b| if b.loading_percent > a.loading_percent { b } else { a });
    let none = || number::NONE.to_owned();
    vec![
        number::fixed(state.load_mw, 0),
        number::fixed(state.lost_load_mw, 1),
        number::fixed(state.losses_mw, 1),
        number::fixed(state.losses_percent, 2),
        tightest.map_or_else(none, voltage),
        tightest.map_or_else(none, bus),
        worst.map_or_else(none, |at| number::fixed(at.loading_percent, 0)),
        worst.map_or_else(none, |at| name::short(&name::label(network, at.element), NAME)),
    ]
}

/// The voltage nearest to its limit, or farthest beyond it; the lowest where no limit is known.
fn tightest(state: &StateSummary) -> Option<&BusVoltage> {
    let margin =
        |at: &BusVoltage, sign: f64| at.limit_pu.map_or(f64::INFINITY, |limit| sign * (at.vm_pu - limit));
    let low = state.lowest.as_ref().map(|at| (at, margin(at, 1.0)));
    let high = state.highest.as_ref().map(|at| (at, margin(at, -1.0)));
    low.into_iter().chain(high).reduce(|a, b| if b.1 < a.1 { b } else { a }).map(|(at, _)| at)
}

/// kV, or p.u. where the rated voltage is unknown.
fn voltage(at: &BusVoltage) -> String {
    if at.vm_kv.is_nan() {
        format!("{} p.u.", number::fixed(at.vm_pu, 3))
    } else {
        format!("{} kV", number::kv(at.vm_kv))
    }
}

fn unsolved(state: &StateSummary) -> Vec<String> {
    let none = number::NONE;
    let lost = number::fixed(state.lost_load_mw, 1);
    [none, &lost, none, none, none, "NO SOLUTION", none, none].map(str::to_owned).into()
}

/// The states without a solution: how the load flow ended, how much of the load still has one, and what explains it.
pub(super) fn without_solution(path: &str, plan: &Plan, states: &[StageState]) -> String {
    let mut text = String::new();
    let mut commands = Vec::new();
    for state in states {
        if state.flow.status != Status::Converged {
            let (stage, scenario) = (&plan.stages[state.stage].id, &plan.scenarios[state.scenario].id);
            commands.push(if plan.is_bare() {
                format!("gridstage explain {path}")
            } else {
                format!("gridstage explain {path} --at {stage} --scenario {scenario}")
            });
        }
        for island in state.flow.islands.iter().filter(|island| island.status != Status::Converged) {
            let head = matrix::state_cells(plan, state.stage, state.scenario).join(" ");
            let share = island.solvable_share.map(|share| {
                format!(
                    " With all its loads at {} %, and generation to match, there is a solution.",
                    number::fixed(share * 100.0, 1)
                )
            });
            let worst: Vec<String> = island
                .worst
                .iter()
                .map(|&(bus, p_mw, q_mvar)| {
                    let bus = name::with_id(&state.grid.network, ElementId::Bus(bus));
                    format!("{bus} {} MW, {} Mvar", number::fixed(p_mw, 1), number::fixed(q_mvar, 1))
                })
                .collect();
            let missing = if worst.is_empty() {
                String::new()
            } else {
                format!(" Power is missing most at: {}.", worst.join("; "))
            };
            text += &paragraph(&format!(
                "{head}{}island of {}: {}.{}{missing}",
                if head.is_empty() { "" } else { ": " },
                number::count(island.buses, "bus", "buses"),
                ended(island.status),
                share.unwrap_or_default(),
            ));
        }
    }
    // the first is explained below; each of the others by its command
    for command in commands.iter().skip(1) {
        let _ = writeln!(text, "  {command}");
    }
    text
}

/// How a load flow ended, in words.
pub(super) fn ended(status: Status) -> &'static str {
    match status {
        Status::Converged => "converged",
        Status::StepLimit => "did not settle within the step limit",
        Status::Singular => "met a singular Jacobian",
        Status::Diverged => "diverged",
        Status::FalseSolution => "ended at a solution that is no operating state",
    }
}

/// Works since the judged stage before, their cost, and the energy lost over a year; empty for a bare grid.
pub(super) fn by_stage(plan: &Plan, verdict: &Verdict) -> String {
    if plan.is_bare() {
        return String::new();
    }
    let cost = super::show::cost_heading(plan);
    let mut table = Table::new(&["Stage", ">New|works", &cost, ">Cost not|known", ">Energy lost|GWh a year"])
        .wrapped(WIDTH);
    for &stage in &verdict.stages {
        let Some(state) = verdict.summary.iter().find(|state| state.stage == stage) else { continue };
        let energy = verdict.energy.iter().find(|year| year.stage == stage);
        table.row([
            plan.stages[stage].id.to_string(),
            state.works.len().to_string(),
            super::show::cost(&state.cost),
            state.works_without_cost.to_string(),
            energy
                .map_or_else(|| number::NONE.to_owned(), |year| number::fixed(year.total_mwh() / 1000.0, 1)),
        ]);
    }
    table.text() + super::show::cost_note(verdict.summary.iter().flat_map(|state| &state.cost))
}
