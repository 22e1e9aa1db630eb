//! The load flow of a network: every island, every rung of the start ladder until one leads to a sound state.

use super::control::Controls;
use super::kernel::Solver;
use super::newton::{self, Options, Solution};
use super::outcome;
use super::plausible::{self, Doubt};
use super::result::{IslandReport, LoadFlow, Start, Status};
use super::{control, dc, solvable, start};
use crate::case::{self, Case, CaseError, Islands};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Id, IslandId, Node};
use crate::matrix::{ibus, ybus};
use crate::model::Network;
use num_complex::Complex64;

/// How a load flow is run.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FlowOptions {
    /// Largest accepted mismatch, p.u. on the network's `sbase_mva`.
    pub tol: f64,
    /// Newton steps per start.
    pub max_iter: usize,
    /// AC or DC.
    pub method: Method,
    /// Where Newton starts.
    pub start: StartPolicy,
    /// Which controls move once a state is found; none of them in a DC load flow.
    pub controls: Controls,
}

impl Default for FlowOptions {
    /// AC, 1e-8 p.u., 30 steps, the whole ladder, the grid as it stands: no control moves.
    fn default() -> Self {
        Self {
            tol: 1e-8,
            max_iter: 30,
            method: Method::Newton,
            start: StartPolicy::Ladder,
            controls: Controls::OFF,
        }
    }
}

/// AC or DC.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Method {
    /// Newton–Raphson on the full equations.
    #[default]
    Newton,
    /// Active power only: no losses, no reactive power, all magnitudes 1.
    Dc,
}

/// Where Newton starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum StartPolicy {
    /// Given voltages, then the previous state, then DC angles, then flat: the first that leads to a sound state.
    #[default]
    Ladder,
    /// Only the voltages stored with the grid; flat where it has none.
    Given,
    /// Only DC angles.
    Dc,
    /// Only flat.
    Flat,
}

impl StartPolicy {
    fn rungs(self) -> &'static [Start] {
        match self {
            Self::Ladder => &[Start::Given, Start::Previous, Start::Dc, Start::Flat],
            Self::Given => &[Start::Given, Start::Flat],
            Self::Dc => &[Start::Dc],
            Self::Flat => &[Start::Flat],
        }
    }
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
    let mut islands = case::build(network)?;
    let previous = previous.filter(|flow| flow.status == Status::Converged);
    let mut findings = islands.findings.clone();
    let mut solved = Vec::new();
    let mut reports = Vec::new();
    for (id, case) in islands.cases.iter_ids() {
        let (report, v) = match options.method {
            Method::Dc => direct_current(&islands, id, case),
            Method::Newton => {
                let before = previous.map(|flow| voltages_before(&islands, id, flow));
                climb(network, &islands, id, options, before.as_deref(), &mut findings)
            }
        };
        solved.push(v);
        reports.push(report);
    }
    let controls = if options.method == Method::Dc { Controls::OFF } else { options.controls };
    let newton = Options { tol: options.tol, max_iter: options.max_iter };
    let state = (solved.as_mut_slice(), reports.as_mut_slice());
    let moved = control::run(network, &mut islands, controls, &newton, state, &mut findings);
    Ok(outcome::in_engineering_units(&moved, &islands, options.method, &solved, reports, findings))
}

fn report(islands: &Islands, id: IslandId, network: Option<&Network>) -> IslandReport {
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
        iterations: 0,
        rounds: 0,
        control_iterations: 0,
        mismatch_pu: 0.0,
        worst: Vec::new(),
        solvable_share: None,
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

/// Where the rungs of the ladder led.
#[derive(Default)]
struct Tried {
    failed: Vec<(Start, Solution)>,
    doubtful: Vec<(Start, Solution, Doubt)>,
    sound: Option<(Start, Solution)>,
}

impl Tried {
    /// Tries rung after rung until one leads to a state without doubt.
    fn rungs(
        case: &Case,
        policy: StartPolicy,
        newton: &Options,
        previous: Option<&[Option<Complex64>]>,
    ) -> Self {
        let mut tried = Self::default();
        let mut solver = Solver::new(case);
        for &rung in policy.rungs() {
            let was_given = !(tried.failed.is_empty() && tried.doubtful.is_empty());
            if rung == Start::Flat && policy == StartPolicy::Given && was_given {
                break;
            }
            let Some(v0) = start::voltages(case, rung, previous) else { continue };
            let found = solver.solve(case, &v0, newton);
            if found.status != Status::Converged {
                tried.failed.push((rung, found));
            } else if let Some(doubt) = plausible::doubt(case, &found.v) {
                tried.doubtful.push((rung, found, doubt));
            } else {
                tried.sound = Some((rung, found));
                break;
            }
        }
        tried
    }

    /// The starts that failed and how, in words.
    fn failures(&self) -> String {
        let one = |(rung, s): &(Start, Solution)| {
            let ended = s.status.as_str().replace('_', " ");
            let steps =
                if s.iterations() == 1 { "1 step".to_owned() } else { format!("{} steps", s.iterations()) };
            format!("{} ({ended} after {steps})", rung.as_str())
        };
        self.failed.iter().map(one).collect::<Vec<_>>().join(", ")
    }

    /// The doubtful state whose lowest voltage is the highest: the one nearest to operation.
    fn least_doubtful(&mut self) -> Option<(Start, Solution, Doubt)> {
        let lowest = |s: &Solution| s.v.iter().map(|v| v.norm()).fold(f64::INFINITY, f64::min);
        let best = (0..self.doubtful.len())
            .reduce(|a, b| if lowest(&self.doubtful[b].1) > lowest(&self.doubtful[a].1) { b } else { a })?;
        Some(self.doubtful.swap_remove(best))
    }
}

/// Solves one island from the rungs of the ladder, and tells how it went.
fn climb(
    network: &Network,
    islands: &Islands,
    id: IslandId,
    options: &FlowOptions,
    previous: Option<&[Option<Complex64>]>,
    told: &mut Vec<Finding>,
) -> (IslandReport, Vec<Complex64>) {
    let newton = Options { tol: options.tol, max_iter: options.max_iter };
    let mut tried = Tried::rungs(&islands.cases[id], options.start, &newton, previous);
    let name = island_name(network, islands, id);
    let chosen = if let Some(sound) = tried.sound.take() {
        for (rung, _, doubt) in &tried.doubtful {
            told.push(rejected(network, islands, id, *rung, doubt, sound.0));
        }
        if !tried.failed.is_empty() {
            let text =
                format!("{name}: solved from the {} start after {}", sound.0.as_str(), tried.failures());
            told.push(Finding::warning(Code::Retried, text));
        }
        sound
    } else if let Some((rung, found, doubt)) = tried.least_doubtful() {
        told.push(doubted(network, islands, id, &doubt));
        (rung, found)
    } else {
        return last_resort(network, islands, id, options, tried, told);
    };
    let (rung, found) = chosen;
    if rung == Start::Flat && options.start == StartPolicy::Given {
        let text = format!("{name}: no voltages are stored with it, so the given start is a flat one");
        told.push(Finding::warning(Code::Assumed, text));
    }
    (ended(report(islands, id, Some(network)), rung, &found), found.v)
}

fn ended(report: IslandReport, start: Start, found: &Solution) -> IslandReport {
    let (iterations, mismatch_pu) = (found.iterations(), found.mismatch());
    IslandReport { status: found.status, start, iterations, mismatch_pu, ..report }
}

/// No start led anywhere: raises load and generation step by step, which either solves the case or tells how far
/// it is from one that solves.
fn last_resort(
    network: &Network,
    islands: &Islands,
    id: IslandId,
    options: &FlowOptions,
    tried: Tried,
    told: &mut Vec<Finding>,
) -> (IslandReport, Vec<Complex64>) {
    let case = &islands.cases[id];
    let (name, failures) = (island_name(network, islands, id), tried.failures());
    let report = report(islands, id, Some(network));
    // How far the case is from one that solves is asked of the grid, not of the step limit at hand.
    let patient =
        Options { tol: options.tol, max_iter: options.max_iter.max(FlowOptions::default().max_iter) };
    let raised = solvable::largest_share(case, &patient);
    let whole = raised.as_ref().filter(|(share, _)| options.start == StartPolicy::Ladder && *share >= 1.0);
    if let Some(found) = whole.map(|(_, v)| Solver::new(case).solve(case, v, &patient))
        && found.status == Status::Converged
    {
        let text = format!("{name}: solved by raising load and generation step by step, after {failures}");
        told.push(Finding::warning(Code::Retried, text));
        if let Some(doubt) = plausible::doubt(case, &found.v) {
            told.push(doubted(network, islands, id, &doubt));
        }
        return (ended(report, Start::Homotopy, &found), found.v);
    }
    let best = tried.failed.into_iter().reduce(|a, b| if b.1.mismatch() < a.1.mismatch() { b } else { a });
    let Some((rung, found)) = best else {
        let report = IslandReport { status: Status::Singular, mismatch_pu: f64::NAN, ..report };
        return (report, vec![Complex64::new(f64::NAN, f64::NAN); case.len()]);
    };
    let mut report = ended(report, rung, &found);
    report.worst = worst_mismatches(network, islands, id, &found.v);
    report.solvable_share = raised.map(|(share, _)| share);
    told.push(unsolved(network, &name, &failures, &report));
    (report, found.v)
}

fn island_name(network: &Network, islands: &Islands, id: IslandId) -> String {
    if islands.cases.len() == 1 {
        return "the grid".to_owned();
    }
    let first = islands.buses[id].iter().map(|&(_, bus)| bus).min();
    format!("the island of bus {}", first.map_or("", |bus| network.buses[bus].id.as_str()))
}

/// The buses at which power is missing most, worst first: bus, active (MW), reactive (Mvar).
fn worst_mismatches(
    network: &Network,
    islands: &Islands,
    id: IslandId,
    v: &[Complex64],
) -> Vec<(BusId, f64, f64)> {
    let case = &islands.cases[id];
    let mis = newton::mismatch(case, v, &ibus(&ybus(case), v));
    let mut rows: Vec<(BusId, f64, f64)> = Vec::new();
    for &(node, bus) in &islands.buses[id] {
        if rows.last().is_some_and(|&(last, ..)| islands.map.node(last) == Some((id, node))) {
            continue;
        }
        let kind = case.kind[node];
        let counts = |counted: bool, part: f64| if counted { part * network.sbase_mva } else { 0.0 };
        rows.push((
            bus,
            counts(kind != case::NodeKind::Slack, mis[node.index()].re),
            counts(kind == case::NodeKind::Pq, mis[node.index()].im),
        ));
    }
    let size = |row: &(BusId, f64, f64)| row.1.abs().max(row.2.abs());
    rows.sort_by(|a, b| size(b).total_cmp(&size(a)).then(a.0.cmp(&b.0)));
    rows.truncate(5);
    rows
}

fn bus_of(network: &Network, islands: &Islands, id: IslandId, node: Node) -> String {
    let bus = islands.buses[id].iter().find(|&&(n, _)| n == node).map(|&(_, bus)| bus);
    bus.map_or_else(String::new, |bus| network.buses[bus].id.to_string())
}

fn describe(network: &Network, islands: &Islands, id: IslandId, doubt: &Doubt) -> String {
    match *doubt {
        Doubt::LowVoltage { node, vm } => {
            format!("bus {} at {vm:.3} p.u.", bus_of(network, islands, id, node))
        }
        Doubt::WideAngle { branch, angle } => format!(
            "{:.0} degrees across {}",
            angle.to_degrees(),
            network.describe(islands.elements[id][branch])
        ),
    }
}

fn rejected(
    network: &Network,
    islands: &Islands,
    id: IslandId,
    rung: Start,
    doubt: &Doubt,
    used: Start,
) -> Finding {
    Finding::warning(
        Code::Retried,
        format!(
            "{}: the {} start leads to an implausible solution ({}); the one from the {} start is used",
            island_name(network, islands, id),
            rung.as_str(),
            describe(network, islands, id, doubt),
            used.as_str()
        ),
    )
    .help("check the voltages stored with the grid")
}

fn doubted(network: &Network, islands: &Islands, id: IslandId, doubt: &Doubt) -> Finding {
    Finding::warning(
        Code::LowVoltage,
        format!(
            "{}: the solution is doubtful: {}; every start led to such a state",
            island_name(network, islands, id),
            describe(network, islands, id, doubt)
        ),
    )
    .help("the grid is close to voltage collapse there, or a record is wrong: look at loads and impedances nearby")
}

fn unsolved(network: &Network, name: &str, tried: &str, report: &IslandReport) -> Finding {
    let at = match report.worst.first() {
        Some(&(bus, p, q)) => {
            format!("; power is missing most at bus {}: {p:.3} MW, {q:.3} Mvar", network.buses[bus].id)
        }
        None => String::new(),
    };
    let help = match report.solvable_share {
        Some(share) if share < 1.0 => format!(
            "with all loads and generation at {:.1} % a solution was found, and none above",
            share * 100.0
        ),
        Some(_) => {
            "a solution exists: allow more steps (--max-iter) or the whole ladder (--start ladder)".to_owned()
        }
        None => "not even the unloaded grid solves: look at impedances and set-points".to_owned(),
    };
    Finding::error(Code::NoSolution, format!("{name}: no load-flow solution found from {tried}{at}"))
        .help(help)
}
