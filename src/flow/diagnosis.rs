//! Why a grid has no load-flow solution: how far it is from one, where it is weakest, and what would give it one.
//!
//! At the nose ([`super::nose`]) the Jacobian is singular. The singular vectors of its least singular value say what gives way
//! and what would help:
//!
//! ```text
//! J·u = 0     how the voltages fall there                 |u_i·w_i|   participation of bus i
//! Jᵀ·w = 0    normal of the border of what is solvable     w·s = w·s*   its tangent at the nose s* = λ*·s
//! shed x_i of the load l_i:   Σ c_i·x_i → min,   w·(s + Σ l_i·x_i) ≤ w·s*,   0 ≤ x_i ≤ 1
//! ```
//!
//! One such plane makes a knapsack: the load whose shedding leads inwards most for its megawatts goes first. The border is curved,
//! and the next plane lies where the steps with an optimal multiplier ([`damped`]) towards what is left end: they, too, end at the border,
//! where J is singular. So on until they arrive: the last word is that of the load flow.
//! Source of the plane: I. Dobson, L. Lu, *New Methods for Computing a Closest Saddle Node Bifurcation and Worst Case Load
//! Power Margin for Voltage Collapse*, IEEE Trans. Power Systems 8 (1993), p. 905; of the way along the border: T. J. Overbye,
//! *A Power Flow Measure for Unsolvable Cases*, IEEE Trans. Power Systems 9 (1994), p. 1359.

use super::damped;
use super::kernel::Solver;
use super::ladder;
use super::load_flow::{FlowOptions, load_flow};
use super::newton::Options;
use super::nose::{Nose, nose};
use super::result::{LoadFlow, Status};
use super::slack::Slack;
use crate::case::{self, Case, CaseError, Islands, NodeKind};
use crate::ids::{BusId, Id, IslandId, Node};
use crate::linsolve::SparseLu;
use crate::matrix::{Jacobian, ibus, ybus};
use crate::model::Network;
use num_complex::Complex64;
use sprs::CsMat;
use std::collections::BTreeMap;

/// What stands in the way of a solution in one island; of one that solves, what does when its load rises.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagnosis {
    /// The island.
    pub island: IslandId,
    /// Whether it solves as it stands.
    pub solves: bool,
    /// The largest factor on all that is scheduled that has a solution; `None` where not even a light load has.
    pub factor: Option<f64>,
    /// Whether that factor is a nose; if not, the search ended there.
    pub nose: bool,
    /// The buses that give way at the nose, weakest first.
    pub weakest: Vec<WeakBus>,
    /// The least load to shed so that it solves; empty where it solves, or none was found.
    pub shed: Vec<Shed>,
    /// Generation to hold back beside that, by bus (MW); empty unless shedding load alone does not do.
    pub hold: Vec<(BusId, f64)>,
    /// The bus where reactive power helps most, and how much makes it solve alone (Mvar); `None` where it solves, or none does.
    pub add: Option<(BusId, f64)>,
    /// Factorisations that it took.
    pub steps: usize,
}

/// A bus that gives way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WeakBus {
    /// The bus.
    pub bus: BusId,
    /// Its part in the mode that collapses; all of them make 1.
    pub participation: f64,
    /// Its voltage at the nose [p.u.].
    pub vm_pu: f64,
}

/// Load to be shed at a bus, at its own power factor.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Shed {
    /// The bus.
    pub bus: BusId,
    /// Active power.
    pub p_mw: f64,
    /// Reactive power.
    pub q_mvar: f64,
}

/// Where the search for a nose ends.
const MOST: f64 = 10.0;

/// Buses that are named.
const NAMED: usize = 10;

/// Part in the mode below which a bus is not named.
const LEAST_PART: f64 = 1e-3;

/// Planes until what is shed must do.
const ROUNDS: usize = 40;

/// How far behind a plane is aimed, as a share of the way there: the border is curved.
const BEYOND: f64 = 1e-3;

/// Solves a network, and examines every island of it.
///
/// # Errors
/// As [`load_flow`].
pub fn diagnose(network: &Network, options: &FlowOptions) -> Result<(LoadFlow, Vec<Diagnosis>), CaseError> {
    let flow = load_flow(network, options, None)?;
    let found = examine(network, &flow, options, |_| true)?;
    Ok((flow, found))
}

/// Examines the islands of a network that are `wanted` by how they ended in its load flow.
///
/// # Errors
/// As [`case::build`].
pub fn examine(
    network: &Network,
    flow: &LoadFlow,
    options: &FlowOptions,
    wanted: impl Fn(Status) -> bool,
) -> Result<Vec<Diagnosis>, CaseError> {
    let islands = case::build(network)?;
    let newton = Options { tol: options.tol.max(1e-9), max_iter: options.max_iter };
    let ids: Vec<IslandId> = islands.cases.ids().collect();
    let found = ids.into_iter().filter_map(|id| {
        let report = flow.islands.iter().find(|report| report.island == id && wanted(report.status))?;
        // where the slack is shared the load flow's island has other nodes of slack than this one
        let known = report.nose.as_ref().filter(|_| options.slack == Slack::Single);
        Some(island(network, &islands, id, (report.status == Status::Converged, known), &newton))
    });
    Ok(found.collect())
}

fn island(
    network: &Network,
    islands: &Islands,
    id: IslandId,
    (solves, known): (bool, Option<&Nose>),
    options: &Options,
) -> Diagnosis {
    let case = &islands.cases[id];
    let mut found = Diagnosis {
        island: id,
        solves,
        factor: None,
        nose: false,
        weakest: Vec::new(),
        shed: Vec::new(),
        hold: Vec::new(),
        add: None,
        steps: 0,
    };
    let mut tools = Tools { solver: Solver::new(case), modes: Modes::new(case), options, steps: 0 };
    let search = || nose(&mut tools.solver, case, options, if solves { MOST } else { 1.0 });
    let Some(top) = known.cloned().or_else(search) else { return found };
    tools.steps += top.steps;
    found.steps = tools.steps;
    (found.factor, found.nose) = (Some(top.factor), top.passed);
    let mut bus_of = vec![None; case.len()];
    for &(node, bus) in islands.buses[id].iter().rev() {
        bus_of[node.index()] = Some(bus);
    }
    if !top.passed {
        return found;
    }
    let Some(mode) = tools.mode(case, &top.v) else { return found };
    found.steps = tools.steps;
    found.weakest = weakest(&mode, &top.v, &bus_of);
    if solves || top.factor >= 1.0 {
        return found;
    }
    let sbase = network.sbase_mva;
    let by_shedding = loads(network, islands, id);
    let by_holding = generation(network, islands, id);
    let all: Vec<Remedy> = by_shedding.iter().chain(&by_holding).map(Remedy::of).collect();
    let shares = tools.least(case, &all[..by_shedding.len()], (&top, &mode));
    let shares = shares.or_else(|| tools.least(case, &all, (&top, &mode)));
    for (k, share) in shares.into_iter().flatten().enumerate().filter(|&(_, share)| share > 0.0) {
        if let Some(&(bus, _, s)) = by_shedding.get(k) {
            found.shed.push(Shed { bus, p_mw: s.re * share * sbase, q_mvar: s.im * share * sbase });
        } else {
            let (bus, _, s) = by_holding[k - by_shedding.len()];
            found.hold.push((bus, -s.re * share * sbase));
        }
    }
    found.shed.sort_by(|a, b| b.p_mw.total_cmp(&a.p_mw).then(a.bus.cmp(&b.bus)));
    found.hold.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let feeds: Vec<(BusId, Remedy)> = case
        .kind
        .iter_ids()
        .filter(|(_, kind)| **kind == NodeKind::Pq)
        .filter_map(|(node, _)| {
            let ds = Complex64::new(0.0, 1.0);
            Some((bus_of[node.index()]?, Remedy { node, ds, cost: 1.0, most: f64::INFINITY }))
        })
        .collect();
    // one bus alone: the one where it does most
    let best =
        feeds.into_iter().max_by(|a, b| mode.gain(&a.1).total_cmp(&mode.gain(&b.1)).then(b.0.cmp(&a.0)));
    if let Some((bus, remedy)) = best {
        let shares = tools.least(case, &[remedy], (&top, &mode));
        found.add = shares.map(|shares| (bus, shares[0] * sbase));
    }
    found.steps = tools.steps;
    found
}

fn weakest(mode: &Mode, v: &[Complex64], bus_of: &[Option<BusId>]) -> Vec<WeakBus> {
    let part =
        |k: usize| (mode.left[k].re * mode.right[k].re).abs() + (mode.left[k].im * mode.right[k].im).abs();
    let all: f64 = (0..v.len()).map(part).sum();
    let mut weak: Vec<WeakBus> = (0..v.len())
        .filter_map(|k| Some(WeakBus { bus: bus_of[k]?, participation: part(k) / all, vm_pu: v[k].norm() }))
        .collect();
    weak.retain(|weak| weak.participation >= LEAST_PART);
    weak.sort_by(|a, b| b.participation.total_cmp(&a.participation).then(a.bus.cmp(&b.bus)));
    weak.truncate(NAMED);
    weak
}

/// Something that draws power at a bus [p.u.], or feeds it in.
type Drawn = (BusId, Node, Complex64);

/// What the generators of an island feed in, bus by bus, but for those of slack nodes, which do not keep to it.
fn generation(network: &Network, islands: &Islands, id: IslandId) -> Vec<Drawn> {
    let feeding = network.generators.iter().filter(|one| one.built && one.in_service && one.p_mw > 0.0);
    let each = feeding.map(|one| (one.bus, Complex64::from(-one.p_mw / network.sbase_mva)));
    let mut drawn = by_bus(islands, id, each);
    drawn.retain(|(_, node, _)| islands.cases[id].kind[*node] != NodeKind::Slack);
    drawn
}

/// What the loads of an island draw, bus by bus.
fn loads(network: &Network, islands: &Islands, id: IslandId) -> Vec<Drawn> {
    let loads = network.loads.iter().filter(|load| load.built && load.in_service);
    let each = loads.map(|load| (load.bus, Complex64::new(load.p_mw, load.q_mvar) / network.sbase_mva));
    let mut drawn = by_bus(islands, id, each);
    // what feeds in is no load to shed
    drawn.retain(|(_, _, s)| s.re > 0.0 || (s.re == 0.0 && s.im > 0.0));
    drawn
}

/// Sums what stands in an island by buses.
fn by_bus(islands: &Islands, id: IslandId, each: impl Iterator<Item = (BusId, Complex64)>) -> Vec<Drawn> {
    let mut sums = BTreeMap::<BusId, (Node, Complex64)>::new();
    for (bus, s) in each {
        if let Some((_, node)) = islands.map.node(bus).filter(|&(island, _)| island == id) {
            sums.entry(bus).or_insert((node, Complex64::ZERO)).1 += s;
        }
    }
    sums.into_iter().map(|(bus, (node, s))| (bus, node, s)).collect()
}

/// Something that can be done at a node: `ds` [p.u.] of injection for each unit, up to `most` units.
#[derive(Clone, Copy)]
struct Remedy {
    node: Node,
    ds: Complex64,
    cost: f64,
    most: f64,
}

impl Remedy {
    /// To take away what is drawn or fed in; a megawatt of either costs as much.
    fn of(&(_, node, s): &Drawn) -> Self {
        Self { node, ds: s, cost: s.re.abs().max(1e-3 * s.im.abs()).max(1e-9), most: 1.0 }
    }
}

/// What the examination of an island works with: made once, as all its cases have the same grid.
struct Tools<'a> {
    solver: Solver,
    modes: Modes,
    options: &'a Options,
    /// Factorisations so far.
    steps: usize,
}

impl Tools<'_> {
    fn mode(&mut self, case: &Case, v: &[Complex64]) -> Option<Mode> {
        self.steps += 1;
        self.modes.at(case, v)
    }

    /// The least of the remedies by which a case solves, in units of each; nothing where all of them are not enough.
    fn least(&mut self, case: &Case, remedies: &[Remedy], (top, mode): (&Nose, &Mode)) -> Option<Vec<f64>> {
        let mut done = vec![0.0; remedies.len()];
        let mut relieved = case.clone();
        let mut mode = mode.clone();
        // how far what is scheduled lies behind the plane
        let mut behind = (1.0 - top.factor) * mode.of(case);
        let beyond = BEYOND * behind;
        for _ in 0..ROUNDS {
            let mut left = behind + beyond;
            let mut order: Vec<usize> = (0..remedies.len())
                .filter(|&k| mode.gain(&remedies[k]) > 0.0 && done[k] < remedies[k].most)
                .collect();
            let worth = |k: usize| mode.gain(&remedies[k]) / remedies[k].cost;
            order.sort_by(|&a, &b| worth(b).total_cmp(&worth(a)).then(a.cmp(&b)));
            for k in order {
                let gain = mode.gain(&remedies[k]);
                let units = (left / gain).min(remedies[k].most - done[k]);
                done[k] += units;
                relieved.sbus[remedies[k].node] += remedies[k].ds * units;
                left -= units * gain;
                if left <= 0.0 {
                    break;
                }
            }
            // but for rounding
            if left > 1e-9 * behind {
                return None;
            }
            let found = damped::solve(&mut self.solver, &relieved, &top.below.1, self.options);
            self.steps += found.iterations();
            if found.status == Status::Converged {
                return self.is_operating(&relieved, &found.v, top).then_some(done);
            }
            mode = self.mode(&relieved, &found.v)?;
            behind = mode.behind(&relieved, &found.v);
            if !behind.is_finite() {
                return None;
            }
            // what is scheduled lies outside
            if behind < 0.0 {
                mode.turn();
                behind = -behind;
            }
        }
        None
    }

    /// Whether a state lies on this side of the nose: whether the determinant of the Jacobian has the sign that it has below.
    fn is_operating(&mut self, case: &Case, v: &[Complex64], top: &Nose) -> bool {
        let (share, below) = &top.below;
        let mut light = case.clone();
        light.sbus.iter_mut().for_each(|s| *s *= *share);
        let [there, here] = [(&light, below.as_slice()), (case, v)].map(|(case, v)| {
            let found = self.solver.solve(case, &ladder::aside(case, v), self.options);
            self.steps += found.iterations();
            found.pivots.map(|pivots| pivots.determinant_is_negative())
        });
        there.is_none() || here.is_none() || there == here
    }
}

/// The mode of the least singular value, by nodes: active and reactive parts.
#[derive(Clone)]
struct Mode {
    /// How voltages move in it: angle [rad] and magnitude [p.u.].
    right: Vec<Complex64>,
    /// The normal of the border, pointing to more load.
    left: Vec<Complex64>,
}

/// Finds modes of one grid, whatever its injections: the order of elimination is found once.
struct Modes {
    ybus: CsMat<Complex64>,
    jacobian: Jacobian,
    lu: Option<SparseLu>,
}

impl Modes {
    fn new(case: &Case) -> Self {
        let ybus = ybus(case);
        let jacobian = Jacobian::new(case, &ybus);
        Self { ybus, jacobian, lu: None }
    }

    /// By inverse iteration with `JᵀJ`.
    fn at(&mut self, case: &Case, v: &[Complex64]) -> Option<Mode> {
        /// Each turn gains the square of the ratio of the two least singular values, which is large at a nose.
        const TURNS: usize = 6;
        /// Cosine of two turns' directions that are one.
        const STANDS: f64 = 1.0 - 1e-10;
        let order = self.jacobian.order();
        if order == 0 {
            return None;
        }
        let i = ibus(&self.ybus, v);
        let j = self.jacobian.fill(&self.ybus, v, &i);
        if self.lu.is_none() {
            self.lu = SparseLu::analyse(j).ok();
        }
        let lu = self.lu.as_mut()?;
        lu.factorise(j).ok()?;
        let mut right = vec![1.0; order];
        let mut left = vec![0.0; order];
        for _ in 0..TURNS {
            let before = std::mem::replace(&mut left, right.clone());
            lu.solve_transposed(&mut left).ok()?;
            normalise(&mut left)?;
            right.clone_from(&left);
            lu.solve(&mut right).ok()?;
            normalise(&mut right)?;
            if left.iter().zip(&before).map(|(a, b)| a * b).sum::<f64>().abs() > STANDS {
                break;
            }
        }
        let by_node = |x: &[f64]| -> Vec<Complex64> {
            let (mut va, mut vm) = (vec![0.0; case.len()], vec![0.0; case.len()]);
            self.jacobian.step(x, &mut va, &mut vm);
            va.into_iter().zip(vm).map(|(re, im)| Complex64::new(re, im)).collect()
        };
        let mut mode = Mode { right: by_node(&right), left: by_node(&left) };
        if mode.of(case) < 0.0 {
            mode.turn();
        }
        Some(mode)
    }
}

impl Mode {
    /// `w·s` of what is scheduled.
    fn of(&self, case: &Case) -> f64 {
        self.left.iter().zip(&case.sbus).map(|(w, s)| w.re * s.re + w.im * s.im).sum()
    }

    /// Turns the normal to the other side.
    fn turn(&mut self) {
        for w in &mut self.left {
            *w = -*w;
        }
    }

    /// How far what is scheduled lies behind the plane through what `v` sends out.
    fn behind(&self, case: &Case, v: &[Complex64]) -> f64 {
        let missing = damped::mismatch(case, v);
        -self.left.iter().zip(missing).map(|(w, f)| w.re * f.re + w.im * f.im).sum::<f64>()
    }

    /// How far a unit of a remedy leads inwards.
    fn gain(&self, remedy: &Remedy) -> f64 {
        let w = self.left[remedy.node.index()];
        -(w.re * remedy.ds.re + w.im * remedy.ds.im)
    }
}

fn normalise(x: &mut [f64]) -> Option<()> {
    let size = x.iter().map(|x| x * x).sum::<f64>().sqrt();
    if !(size.is_finite() && size > 0.0) {
        return None;
    }
    for x in x {
        *x /= size;
    }
    Some(())
}
