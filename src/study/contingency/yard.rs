//! An island laid out for many outages, which are solved in lanes.

mod work;

use super::after::After;
use super::back_feed::Stations;
use super::contingencies::Response;
use super::extremes::Extremes;
use super::limits::Limits;
use super::reach::Reach;
use super::stray::Stray;
use super::watch::{Served, Watch};
use crate::case::{Bridges, Case, CaseError, NodeKind};
use crate::finding::{Code, Finding};
use crate::flow::kernel::{Grid, Workspace};
use crate::flow::{SolvedGrid, Status, limits_mvar, newton};
use crate::ids::{BusId, Id, IslandId, Node};
use crate::model::{Control, DcLink, LoadModel};
use num_complex::Complex64;
use std::collections::BTreeMap;
use work::Work;

/// An island, laid out for many outages.
pub(super) struct Yard<'a> {
    grid: &'a SolvedGrid,
    id: IslandId,
    case: &'a Case,
    rows: Grid,
    v: Vec<Complex64>,
    newton: newton::Options,
    bridges: Bridges,
    reach: Reach,
    served: Served,
    stray: Stray,
    watch: Watch,
    /// Buses by nodes.
    buses: &'a [(Node, BusId)],
    /// Nodes at an end of a direct-current link.
    links: Vec<Node>,
    /// Nodes whose voltage machines hold within limits; none where these do not count.
    held: Vec<Held>,
    /// Whether there are loads that follow their voltage: lanes and the ladder here take them as they are.
    follows_voltage: bool,
}

/// A node whose voltage machines hold, and what they can feed in.
struct Held {
    node: Node,
    /// Range of the reactive power of all of them, p.u.
    min: f64,
    max: f64,
    /// What else is scheduled there, p.u.
    scheduled: f64,
}

/// Outages that leave the same grid, as a change of the case.
#[derive(Debug)]
pub(super) struct Task {
    /// Which outages, in order.
    pub(super) outages: Vec<usize>,
    /// The one of them whose change this is.
    pub(super) named_by: usize,
    /// Branches that are out, in order.
    pub(super) out: Vec<usize>,
    /// Nodes that lose their slack, in order.
    pub(super) dead: Vec<Node>,
    /// Nodes whose voltage nobody holds any more.
    pub(super) released: Vec<Node>,
    /// What is injected in addition [p.u.].
    pub(super) injections: Vec<(Node, Complex64)>,
    /// Load that is lost by itself, not with its node [MW].
    pub(super) lost_mw: f64,
}

impl Task {
    pub(super) fn of(outage: usize) -> Self {
        Self {
            outages: vec![outage],
            named_by: outage,
            out: Vec::new(),
            dead: Vec::new(),
            released: Vec::new(),
            injections: Vec::new(),
            lost_mw: 0.0,
        }
    }
}

impl<'a> Yard<'a> {
    pub(super) fn new(
        grid: &'a SolvedGrid,
        id: IslandId,
        limits: &Limits,
        newton: newton::Options,
        response: Response,
        count: usize,
    ) -> Result<Self, CaseError> {
        let SolvedGrid { flow: base, network, islands } = grid;
        let case = &islands.cases[id];
        // Every outage counts as the six sweeps or so that it takes over the factors.
        let rows = Grid::for_use(case, 6 * count / 16);
        let buses = &islands.buses[id][..];
        let mut start = vec![Complex64::ONE; case.len()];
        for &(node, bus) in buses {
            if let Ok(row) = base.buses.bus.binary_search(&bus) {
                let (vm, va) = (base.buses.vm_pu[row], base.buses.va_deg[row]);
                start[node.index()] = Complex64::from_polar(vm, va.to_radians());
            }
        }
        let mut work = Workspace::new(&rows);
        work.schedule(&rows, case.kind.as_slice(), case.sbus.as_slice());
        if work.solve(&rows, &start, &newton) != Status::Converged {
            let text = "the state before the outages is no solution of this grid";
            return Err(CaseError { findings: vec![Finding::error(Code::NoSolution, text.to_owned())] });
        }
        let mut v = start;
        work.voltages(&rows, &mut v);
        let held = if response == Response::Limits { held(grid, id) } else { Vec::new() };
        let links = (network.dc_links.iter().filter(|link| link.built() && link.in_service()))
            .flat_map(DcLink::buses)
            .filter_map(|bus| islands.map.node(bus).filter(|&(island, _)| island == id).map(|(_, node)| node))
            .collect();
        let follows_voltage = network.loads.iter().any(|load| {
            let is_here = islands.map.node(load.bus).is_some_and(|(island, _)| island == id);
            load.built && load.in_service && load.model != LoadModel::Power && is_here
        });
        Ok(Self {
            links,
            follows_voltage,
            grid,
            id,
            case,
            newton,
            bridges: Bridges::find(case),
            reach: Reach::new(case),
            served: Served::new(network, islands, id, case),
            stray: Stray::new(case, &rows, &v),
            watch: Watch::new(network, (islands, id), &rows, limits, &v),
            rows,
            v,
            buses,
            held,
        })
    }

    /// Number of buses that are one with a node.
    pub(super) fn buses_at(&self, node: Node) -> usize {
        let first = self.buses.partition_point(|&(other, _)| other < node);
        self.buses[first..].iter().take_while(|&&(other, _)| other == node).count()
    }

    /// The branches at a node.
    pub(super) fn branches_at(&self, node: Node) -> impl Iterator<Item = usize> + '_ {
        self.reach.ways(node).iter().map(|&(branch, _)| branch)
    }

    /// Whether a direct-current link stops because one of its ends is dead: its other end stops too.
    pub(super) fn stops_a_link(&self, dead: &[Node]) -> bool {
        self.links.iter().any(|node| dead.binary_search(node).is_ok())
    }

    /// Load of dead nodes [MW].
    pub(super) fn lost_mw(&self, dead: &[Node]) -> f64 {
        self.served.lost_mw(dead)
    }

    /// Finds what a task cuts off.
    pub(super) fn cut(&self, task: &mut Task) {
        task.dead = match task.out[..] {
            [] => Vec::new(),
            [one] => self.bridges.cut_off(one).to_vec(),
            _ => self.reach.cut_off(&task.out),
        };
        task.dead.sort_unstable();
        task.injections.retain(|(node, _)| task.dead.binary_search(node).is_err());
    }

    /// Puts tasks that leave the same grid together: what is dead takes its branches with it, so that the loss of a
    /// bus at the end of a line is the same as that of the line.
    pub(super) fn alike(&self, tasks: Vec<Task>) -> Vec<Task> {
        let mut kinds: BTreeMap<_, usize> = BTreeMap::new();
        let mut kept: Vec<Task> = Vec::with_capacity(tasks.len());
        for task in tasks {
            let mut gone = task.out.clone();
            for &node in &task.dead {
                gone.extend(self.branches_at(node));
            }
            gone.sort_unstable();
            gone.dedup();
            let injected: Vec<_> =
                task.injections.iter().map(|(node, s)| (*node, s.re.to_bits(), s.im.to_bits())).collect();
            let key = (gone, task.dead.clone(), task.released.clone(), injected, task.lost_mw.to_bits());
            let first = *kinds.entry(key).or_insert(kept.len());
            match kept.get_mut(first) {
                None => kept.push(task),
                Some(known) => {
                    known.outages.extend(task.outages);
                    // Fewer branches are less to take out of the factors.
                    if task.out.len() < known.out.len() {
                        (known.out, known.named_by) = (task.out, task.named_by);
                    }
                }
            }
        }
        kept
    }

    /// Solves in lanes what can be, and by the ladder on the same layout what they do not settle; `None` for what is more than
    /// a change of this case. Each task gives what `visit` makes of each of its outages, which are counted from `before` on.
    pub(super) fn solve<T: Send>(
        &self,
        tasks: &[Task],
        stations: &Stations<'_>,
        noted: (usize, &Extremes),
        visit: &(impl Fn(After<'_>) -> T + Sync),
    ) -> Vec<Option<Vec<T>>> {
        if tasks.is_empty() { Vec::new() } else { Work::new(self, tasks, stations, noted, visit).run() }
    }

    /// Whether machines feed in more than their reactive limits somewhere.
    fn exceeds(&self, v: &[[f64; 2]], task: &Task, injections: &[(Node, Complex64)]) -> bool {
        self.held.iter().any(|held| {
            if task.dead.binary_search(&held.node).is_ok() || task.released.contains(&held.node) {
                return false;
            }
            let here = self.at(v, held.node);
            let mut current = self.case.ysh[held.node] * here;
            for &(branch, other) in self.reach.ways(held.node) {
                if task.out.binary_search(&branch).is_ok() {
                    continue;
                }
                let branch = &self.case.branches[branch];
                let (port, far) = (branch.two_port(), self.at(v, Node::from_index(other)));
                let [own, towards] =
                    if branch.from == held.node { [port.m11, port.m12] } else { [port.m22, port.m21] };
                current += own * here + towards * far;
            }
            let more: f64 = injections.iter().filter(|(node, _)| *node == held.node).map(|(_, s)| s.im).sum();
            let q = (here * current.conj()).im - held.scheduled - more;
            let slack = self.newton.tol.max(1e-6);
            q < held.min - slack || q > held.max + slack
        })
    }

    /// Voltage of a node in a lane.
    fn at(&self, v: &[[f64; 2]], node: Node) -> Complex64 {
        let [e, f] = v[self.rows.row(node)];
        Complex64::new(e, f)
    }

    /// The buses of nodes, in order.
    fn buses_of(&self, nodes: &[Node]) -> Vec<BusId> {
        let mut buses = Vec::new();
        for &node in nodes {
            let first = self.buses.partition_point(|&(other, _)| other < node);
            let there = self.buses[first..].iter().take_while(|&&(other, _)| other == node);
            buses.extend(there.map(|&(_, bus)| bus));
        }
        buses.sort_unstable();
        buses
    }
}

/// The nodes of an island whose voltage machines hold within limits.
fn held(grid: &SolvedGrid, id: IslandId) -> Vec<Held> {
    let SolvedGrid { network, islands, flow } = grid;
    let case = &islands.cases[id];
    let sbase_mva = network.sbase_mva;
    let mut ranges: BTreeMap<Node, (f64, f64)> = BTreeMap::new();
    let columns = &flow.generators;
    for (&machine, &p_mw) in columns.generator.iter().zip(&columns.p_mw) {
        let g = &network.generators[machine];
        let Some((island, node)) = islands.map.node(g.bus) else { continue };
        if island != id || g.control == Control::Fixed || case.kind[node] != NodeKind::Pv {
            continue;
        }
        let (min, max) = limits_mvar(g, p_mw);
        let range = ranges.entry(node).or_default();
        *range = (range.0 + min / sbase_mva, range.1 + max / sbase_mva);
    }
    let limited = ranges.into_iter().filter(|(_, (min, max))| min.is_finite() || max.is_finite());
    limited.map(|(node, (min, max))| Held { node, min, max, scheduled: case.sbus[node].im }).collect()
}
