//! Every outage, one after the other to the caller, side by side inside.

use super::limits::{Limits, Passed};
use super::outage::Outage;
use super::reach::Reach;
use super::watch::{Served, Watch};
use crate::case::{self, Bridges, Case, CaseError, Islands};
use crate::finding::{Code, Finding};
use crate::flow::kernel::{Grid, Workspace};
use crate::flow::lanes::{self, Base, Change, Way};
use crate::flow::plausible::LOW_VM_PU;
use crate::flow::{self, Controls, FlowOptions, LoadFlow, Slack, SolvedGrid, Status, newton};
use crate::ids::{BusId, GeneratorId, Id, IslandId, Node};
use crate::model::{DcLink, ElementId, Network};
use num_complex::Complex64;
use std::collections::BTreeMap;

/// How the state after an outage was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum How {
    /// By chords, with the factors of the base.
    Chords,
    /// By Newton from the base.
    Newton,
    /// By building the changed grid and solving it anew.
    Anew,
}

/// What an outage leaves.
#[derive(Clone, Copy, Debug)]
pub struct After<'a> {
    /// Which outage: its place in the list.
    pub outage: usize,
    /// Whether a state was found; if not, nothing was held against limits.
    pub status: Status,
    /// How it was found, or last looked for.
    pub how: How,
    /// Load that the outage leaves without supply.
    pub lost_mw: f64,
    /// Buses that it leaves without supply, in order.
    pub dead: &'a [BusId],
    /// Limits passed.
    pub passed: &'a [Passed],
    /// Where none was found: the largest share of load and generation that was found to have a state, p.u.
    pub solvable_share: Option<f64>,
}

/// An island, laid out for many outages.
struct Yard<'a> {
    case: &'a Case,
    grid: Grid,
    v: Vec<Complex64>,
    bridges: Bridges,
    reach: Reach,
    served: Served,
    watch: Watch,
    buses: &'a [(Node, BusId)],
}

/// An outage as branches of one island, and what it cuts off.
struct Task {
    outage: usize,
    out: Vec<usize>,
    dead: Vec<Node>,
}

/// Solves `outages` of a solved grid and hands each to `visit`; returns what that makes of them, in their order.
///
/// `grid` has converged. Taps and shunts stay as its controls left them; machines that hold a voltage hold it whatever it
/// takes, but where a grid is built and solved anew with the limits that `options` keep. With the feature `parallel`
/// on all cores, and the same bytes on any number of them.
///
/// # Errors
/// [`CaseError`] where a changed grid cannot be built, or `grid` is not solved.
pub fn run<T: Send>(
    grid: &SolvedGrid,
    outages: &[Outage],
    limits: &Limits,
    options: &FlowOptions,
    visit: impl Fn(After<'_>) -> T + Sync,
) -> Result<Vec<T>, CaseError> {
    let SolvedGrid { flow: base, network, islands } = grid;
    let frozen = Controls { taps: false, shunts: false, interchange: false, ..options.controls };
    // what an outage takes or adds is the slack's, wherever the balance before it was shared
    let options = &FlowOptions { controls: frozen, slack: Slack::Single, ..*options };
    let newton = newton::Options { tol: options.tol, max_iter: options.max_iter };
    // A three-winding transformer is three branches.
    let mut place: BTreeMap<ElementId, Vec<(IslandId, usize)>> = BTreeMap::new();
    for (id, elements) in islands.elements.iter_ids() {
        for (k, &element) in elements.iter().enumerate() {
            place.entry(element).or_default().push((id, k));
        }
    }
    let mut tasks: Vec<Vec<Task>> = islands.cases.iter().map(|_| Vec::new()).collect();
    let mut anew = Vec::new();
    for (k, outage) in outages.iter().enumerate() {
        let at: Option<Vec<_>> = outage.elements.iter().map(|element| place.get(element)).collect();
        let at: Option<Vec<_>> = at.map(|at| at.into_iter().flatten().copied().collect());
        match at.as_deref() {
            Some(at @ [(island, _), ..]) if at.iter().all(|(other, _)| other == island) => {
                let out = at.iter().map(|&(_, branch)| branch).collect();
                tasks[island.index()].push(Task { outage: k, out, dead: Vec::new() });
            }
            _ => anew.push(k),
        }
    }
    let mut made: Vec<Option<T>> = outages.iter().map(|_| None).collect();
    for (id, case) in islands.cases.iter_ids() {
        let tasks = &mut tasks[id.index()];
        if tasks.is_empty() {
            continue;
        }
        let yard = Yard::new(network, islands, id, case, base, limits, &newton, tasks.len())?;
        yard.cut(tasks);
        // a direct-current link whose end goes dark stops at the other end too
        let ends: Vec<Node> = (network.dc_links.iter().filter(|link| link.built() && link.in_service()))
            .flat_map(DcLink::buses)
            .filter_map(|bus| islands.map.node(bus).filter(|&(island, _)| island == id).map(|(_, node)| node))
            .collect();
        tasks.retain(|task| {
            let stops = task.dead.iter().any(|node| ends.contains(node));
            anew.extend(stops.then_some(task.outage));
            !stops
        });
        let found = yard.solve(tasks, &newton, &visit);
        for (task, found) in tasks.iter().zip(found) {
            match found {
                Some(found) => made[task.outage] = Some(found),
                None => anew.push(task.outage),
            }
        }
    }
    anew.sort_unstable();
    let slacks: Vec<GeneratorId> = islands.slack.iter().flatten().copied().collect();
    let outset = Outset { network, base, slacks: &slacks, limits, options };
    let solve_anew = |&k: &usize| (k, outset.rebuilt(k, &outages[k], &visit));
    #[cfg(feature = "parallel")]
    let rebuilt: Vec<_> = {
        use rayon::prelude::*;
        anew.par_iter().map(solve_anew).collect()
    };
    #[cfg(not(feature = "parallel"))]
    let rebuilt: Vec<_> = anew.iter().map(solve_anew).collect();
    for (k, found) in rebuilt {
        made[k] = Some(found?);
    }
    Ok(made.into_iter().flatten().collect())
}

impl<'a> Yard<'a> {
    #[expect(clippy::too_many_arguments, reason = "one call, and each is something else")]
    fn new(
        network: &Network,
        islands: &'a Islands,
        id: IslandId,
        case: &'a Case,
        base: &LoadFlow,
        limits: &Limits,
        newton: &newton::Options,
        tasks: usize,
    ) -> Result<Self, CaseError> {
        // Every outage counts as the six sweeps or so that it takes over the factors.
        let grid = Grid::for_use(case, 6 * tasks / 16);
        let buses = &islands.buses[id][..];
        let mut start = vec![Complex64::ONE; case.len()];
        for &(node, bus) in buses {
            if let Ok(row) = base.buses.bus.binary_search(&bus) {
                let (vm, va) = (base.buses.vm_pu[row], base.buses.va_deg[row]);
                start[node.index()] = Complex64::from_polar(vm, va.to_radians());
            }
        }
        let mut work = Workspace::new(&grid);
        work.schedule(&grid, case.kind.as_slice(), case.sbus.as_slice());
        if work.solve(&grid, &start, newton) != Status::Converged {
            let text = "the state before the outages is no solution of this grid";
            return Err(CaseError { findings: vec![Finding::error(Code::NoSolution, text.to_owned())] });
        }
        let mut v = start;
        work.voltages(&grid, &mut v);
        let watch = Watch::new(network, islands, id, &grid, limits);
        let served = Served::new(network, islands, id, case);
        Ok(Self {
            case,
            grid,
            v,
            bridges: Bridges::find(case),
            reach: Reach::new(case),
            served,
            watch,
            buses,
        })
    }

    /// Finds what each outage cuts off.
    fn cut(&self, tasks: &mut [Task]) {
        for task in tasks {
            task.dead = match task.out[..] {
                [one] => self.bridges.cut_off(one).to_vec(),
                _ => self.reach.cut_off(&task.out),
            };
        }
    }

    /// Solves in lanes what can be; `None` for what cannot.
    fn solve<T: Send>(
        &self,
        tasks: &[Task],
        newton: &newton::Options,
        visit: &(impl Fn(After<'_>) -> T + Sync),
    ) -> Vec<Option<T>> {
        let base = Base::new(self.case, &self.grid, &self.v);
        let change = |k: usize| Change { out: &tasks[k].out, dead: &tasks[k].dead, ..Change::default() };
        lanes::each(&base, tasks.len(), change, newton, |found| {
            let task = &tasks[found.index];
            if found.status != Status::Converged || self.strays(found.v, task) {
                return None;
            }
            let mut passed = Vec::new();
            self.watch.judge(found.v, &task.out, &task.dead, &mut passed);
            let mut dead: Vec<BusId> = self.buses_of(&task.dead);
            dead.sort_unstable();
            Some(visit(After {
                outage: task.outage,
                status: found.status,
                how: if found.way == Way::Chords { How::Chords } else { How::Newton },
                lost_mw: self.served.lost_mw(&task.dead),
                dead: &dead,
                passed: &passed,
                solvable_share: None,
            }))
        })
    }

    /// Whether a state has a low voltage or a wide angle that the base has not: the ladder of starts has to confirm it.
    fn strays(&self, v: &[[f64; 2]], task: &Task) -> bool {
        let is_low = |square: f64| square < LOW_VM_PU * LOW_VM_PU;
        let low = self.grid.node_of_row().iter().zip(v).any(|(&node, [e, f])| {
            let node = Node::from_index(node as usize);
            is_low(e * e + f * f) && !is_low(self.v[node.index()].norm_sqr()) && !task.dead.contains(&node)
        });
        let now = |node: Node| {
            let [e, f] = v[self.grid.row(node)];
            Complex64::new(e, f)
        };
        low || self.case.branches.iter().enumerate().any(|(k, branch)| {
            let is_wide = |from: Complex64, to: Complex64| (from * (branch.tap * to).conj()).re < 0.0;
            let (from, to) = (branch.from, branch.to);
            is_wide(now(from), now(to))
                && !is_wide(self.v[from.index()], self.v[to.index()])
                && !task.out.contains(&k)
                && !task.dead.contains(&from)
                && !task.dead.contains(&to)
        })
    }

    fn buses_of(&self, nodes: &[Node]) -> Vec<BusId> {
        if nodes.is_empty() {
            return Vec::new();
        }
        self.buses.iter().filter(|(node, _)| nodes.contains(node)).map(|&(_, bus)| bus).collect()
    }
}

/// What an outage that is solved anew sets out from.
struct Outset<'a> {
    network: &'a Network,
    base: &'a LoadFlow,
    /// The generators that balance the base.
    slacks: &'a [GeneratorId],
    limits: &'a Limits,
    options: &'a FlowOptions,
}

impl Outset<'_> {
    /// Builds the grid without what is out, and solves it from the base and on.
    fn rebuilt<T>(
        &self,
        index: usize,
        outage: &Outage,
        visit: &impl Fn(After<'_>) -> T,
    ) -> Result<T, CaseError> {
        let mut without = self.network.clone();
        for &element in &outage.elements {
            without.set_in_service(element, false);
        }
        let dead = self.cut_off(&without)?;
        let is_dead = |bus: BusId| dead.binary_search(&bus).is_ok();
        let loads = self.network.loads.iter().filter(|load| load.built && load.in_service);
        let lost_mw = loads.filter(|load| is_dead(load.bus)).map(|load| load.p_mw).sum();
        for &bus in &dead {
            without.buses[bus].in_service = false;
        }
        let flow = flow::load_flow(&without, self.options, Some(self.base))?;
        let solved = flow.status == Status::Converged;
        let passed = if solved { self.limits.passed(&flow) } else { Vec::new() };
        let share = flow.islands.iter().filter_map(|island| island.solvable_share).reduce(f64::min);
        Ok(visit(After {
            outage: index,
            status: flow.status,
            how: How::Anew,
            lost_mw,
            dead: &dead,
            passed: &passed,
            solvable_share: share.filter(|_| !solved),
        }))
    }

    /// The buses that had a voltage and no longer hang together with a slack of the base; where an outage takes those
    /// themselves, with whatever balances now.
    fn cut_off(&self, without: &Network) -> Result<Vec<BusId>, CaseError> {
        let islands = case::build(without)?;
        let kept = |id: IslandId| islands.slack[id].iter().any(|slack| self.slacks.contains(slack));
        let any_kept = islands.cases.ids().any(kept);
        let buses = self.base.buses.bus.iter().zip(&self.base.buses.vm_pu);
        let alive = buses.filter(|(_, vm)| !vm.is_nan()).map(|(&bus, _)| bus);
        let has_slack =
            |bus: BusId| islands.map.node(bus).is_some_and(|(island, _)| !any_kept || kept(island));
        Ok(alive.filter(|&bus| !has_slack(bus)).collect())
    }
}
