//! The load flow of a network: every island, every rung of the start ladder until one leads to a sound state.

use super::control::{self, Controls};
use super::dc;
use super::ladder::StartPolicy;
use super::newton::Options;
use super::outcome;
use super::result::{IslandReport, LoadFlow, Start, Status};
use super::slack::{self, Slack};
use super::told::Told;
use crate::case::{self, Case, CaseError, Islands};
use crate::ids::{BusId, Id, IslandId, Node};
use crate::model::Network;
use num_complex::Complex64;
use std::borrow::Cow;

/// How a load flow is run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FlowOptions {
    /// Largest accepted mismatch, p.u. on the network's `sbase_mva`.
    pub tol: f64,
    /// Newton steps per start; of a fast-decoupled load flow, sweeps.
    pub max_iter: usize,
    /// Newton, fast-decoupled or DC.
    pub method: Method,
    /// Where Newton starts.
    pub start: StartPolicy,
    /// Which controls move once a state is found; none of them in a DC load flow.
    pub controls: Controls,
    /// Who makes good what an island lacks; its slack alone in a DC load flow.
    pub slack: Slack,
}

impl Default for FlowOptions {
    /// AC, 1e-8 p.u., 30 steps, the whole ladder, the grid as it stands: no control moves, one slack.
    fn default() -> Self {
        Self {
            tol: 1e-8,
            max_iter: 30,
            method: Method::Newton,
            start: StartPolicy::Ladder,
            controls: Controls::OFF,
            slack: Slack::Single,
        }
    }
}

/// How the equations are solved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Method {
    /// Newton–Raphson on the full equations.
    #[default]
    Newton,
    /// The full equations by fast-decoupled sweeps.
    Fdlf,
    /// Active power only: no losses, no reactive power, all magnitudes 1.
    Dc,
}

/// A solved network as its controls left it: what a study of its outages sets out from.
#[derive(Clone, Debug)]
pub struct SolvedGrid {
    /// What was found.
    pub flow: LoadFlow,
    /// The network, its taps and shunts where the controls put them.
    pub network: Network,
    /// Its cases, machines at a reactive limit no longer holding their voltage.
    pub islands: Islands,
}

/// As [`load_flow()`], and keeps the grid that was solved.
///
/// # Errors
/// As [`load_flow()`].
pub fn solve_grid(
    network: &Network,
    options: &FlowOptions,
    previous: Option<&LoadFlow>,
) -> Result<SolvedGrid, CaseError> {
    let (flow, network, islands) = solve(network, options, previous)?;
    Ok(SolvedGrid { flow, network: network.into_owned(), islands })
}

/// Solves a network. `previous` is a solved state of the same plan, for example of the stage before.
///
/// Not converging is an answer, in [`LoadFlow::status`]; the islands say where and how far.
///
/// # Errors
/// [`CaseError`] where there is nothing to solve: no slack at all, or an impedance that cannot be converted.
pub fn load_flow(
    network: &Network,
    options: &FlowOptions,
    previous: Option<&LoadFlow>,
) -> Result<LoadFlow, CaseError> {
    solve(network, options, previous).map(|(flow, ..)| flow)
}

fn solve<'a>(
    network: &'a Network,
    options: &FlowOptions,
    previous: Option<&LoadFlow>,
) -> Result<(LoadFlow, Cow<'a, Network>, Islands), CaseError> {
    let mut islands = case::build(network)?;
    let previous = previous.filter(|flow| flow.status == Status::Converged);
    let mut findings = islands.findings.clone();
    let dc = options.method == Method::Dc;
    let controls = if dc { Controls::OFF } else { options.controls };
    let rule = if dc { Slack::Single } else { options.slack };
    let fixed = control::interchanging(network, controls);
    let sharing = slack::prepare(network, &mut islands, rule, &fixed, &mut findings);
    let (mut solved, mut solvers) = (Vec::new(), Vec::new());
    let mut reports = Vec::new();
    for (id, case) in islands.cases.iter_ids() {
        let (report, v, solver) = match options.method {
            Method::Dc => {
                let (report, v) = direct_current(&islands, id, case);
                (report, v, None)
            }
            Method::Newton | Method::Fdlf => {
                let before = previous.map(|flow| voltages_before(&islands, id, flow));
                let told = Told { network, islands: &islands, id, findings: &mut findings };
                let (report, v, solver) = told.climb(options, before.as_deref());
                (report, v, Some(solver))
            }
        };
        solved.push(v);
        solvers.push(solver);
        reports.push(report);
    }
    let newton = Options { tol: options.tol, max_iter: options.max_iter };
    let state = (solved.as_mut_slice(), reports.as_mut_slice());
    let rules = control::Rules { controls, sharing, solvers, newton };
    let moved = control::run(network, &mut islands, rules, state, &mut findings);
    let flow = outcome::in_engineering_units(&moved, &islands, options.method, &solved, reports, findings);
    Ok((flow, moved.network, islands))
}

pub(super) fn report(islands: &Islands, id: IslandId, network: Option<&Network>) -> IslandReport {
    let mut slack: Vec<BusId> = Vec::new();
    if let Some(network) = network {
        slack = islands.slack[id].iter().map(|&g| network.generators[g].bus).collect();
        slack.dedup();
    }
    IslandReport {
        island: id,
        buses: islands.buses[id].len(),
        slack,
        status: Status::Converged,
        start: Start::Flat,
        sweeps: 0,
        iterations: 0,
        rounds: 0,
        control_iterations: 0,
        steps_in_all: 0,
        refined_steps: 0,
        pivoting_steps: 0,
        mismatch_pu: 0.0,
        worst: Vec::new(),
        solvable_share: None,
        nose: None,
    }
}

fn direct_current(islands: &Islands, id: IslandId, case: &Case) -> (IslandReport, Vec<Complex64>) {
    let mut report = IslandReport { start: Start::Dc, ..report(islands, id, None) };
    if let Ok(va) = dc::solve(case) {
        return (report, va.into_iter().map(|va| Complex64::from_polar(1.0, va)).collect());
    }
    report.status = Status::Singular;
    report.mismatch_pu = f64::NAN;
    (report, vec![Complex64::new(f64::NAN, f64::NAN); case.len()])
}

/// The voltages that the nodes of an island had in another solved state.
fn voltages_before(islands: &Islands, id: IslandId, flow: &LoadFlow) -> Vec<Option<Complex64>> {
    let mut v = vec![None; islands.cases[id].len()];
    let mut rows = flow.buses.bus.iter().zip(flow.buses.vm_pu.iter().zip(&flow.buses.va_deg)).peekable();
    let mut by_bus: Vec<(BusId, Node)> = islands.buses[id].iter().map(|&(node, bus)| (bus, node)).collect();
    by_bus.sort_unstable();
    for (bus, node) in by_bus {
        while rows.next_if(|&(&row, _)| row < bus).is_some() {}
        if let Some((_, (&vm, &va))) = rows.next_if(|&(&row, _)| row == bus)
            && vm.is_finite()
        {
            v[node.index()] = Some(Complex64::from_polar(vm, va.to_radians()));
        }
    }
    v
}
