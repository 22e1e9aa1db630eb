//! A solved grid laid out for its outages: every outage, in the caller's order, side by side inside.

use super::after::After;
use super::anew::{Outset, Without};
use super::back_feed::{BackFeed, Stations};
use super::extremes::Extremes;
use super::limits::{Limits, Pressed};
use super::outage::Outage;
use super::redispatch::Redispatch;
use super::yard::{Task, Yard};
use crate::case::{CaseError, NodeKind};
use crate::flow::{Controls, FlowOptions, Slack, SolvedGrid, newton};
use crate::ids::{Col, GeneratorId, Id, IslandId, Node};
use crate::model::{Control, ElementId, LoadModel, Network};
use crate::study::Stop;
use num_complex::Complex64;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What the grid does by itself after an outage.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Response {
    /// Nothing: taps and shunts stay, machines hold their voltage whatever it takes, but for those that were at a limit
    /// before and stay there.
    #[default]
    Frozen,
    /// What acts at once: machines keep their reactive limits; taps and shunts stay.
    Limits,
    /// All controls of the load flow move.
    Controls,
}

impl Response {
    /// The word used in options and documents.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Frozen => "frozen",
            Self::Limits => "limits",
            Self::Controls => "controls",
        }
    }
}

/// How outages are solved.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Options {
    /// Tolerance and steps, and the controls that [`Response::Controls`] moves.
    pub flow: FlowOptions,
    /// What the grid does by itself.
    pub response: Response,
    /// Who makes up for lost generation.
    pub redispatch: Redispatch,
    /// Who takes over load without supply.
    pub back_feed: BackFeed,
    /// When the study is to end.
    pub stop: Stop,
}

impl From<FlowOptions> for Options {
    /// Nothing moves, the slack balances, nobody takes load over.
    fn from(flow: FlowOptions) -> Self {
        Self { flow, ..Self::default() }
    }
}

/// Tasks that are solved before a study which may have to end looks at the clock.
const BETWEEN_LOOKS: usize = 128;

/// A solved grid, laid out for many outages.
pub struct Contingencies<'a> {
    grid: &'a SolvedGrid,
    options: &'a Options,
    stations: Stations<'a>,
    yards: Vec<Option<Yard<'a>>>,
    /// Where each branch is; a three-winding transformer is three.
    place: BTreeMap<ElementId, Vec<(IslandId, usize)>>,
    /// What each generator feeds in [MW, Mvar].
    fed_in: Col<GeneratorId, Complex64>,
    outset: Outset<'a>,
    extremes: Extremes,
}

impl<'a> Contingencies<'a> {
    /// Lays out a grid, which has converged, for about `count` outages.
    ///
    /// # Errors
    /// [`CaseError`] if `grid` is not solved.
    pub fn new(
        grid: &'a SolvedGrid,
        limits: &'a Limits,
        options: &'a Options,
        count: usize,
    ) -> Result<Self, CaseError> {
        let SolvedGrid { flow, network, islands } = grid;
        let newton = newton::Options { tol: options.flow.tol, max_iter: options.flow.max_iter };
        let mut place: BTreeMap<ElementId, Vec<(IslandId, usize)>> = BTreeMap::new();
        for (id, elements) in islands.elements.iter_ids() {
            for (k, &element) in elements.iter().enumerate() {
                place.entry(element).or_default().push((id, k));
            }
        }
        let mut fed_in = Col::filled(network.generators.len(), Complex64::ZERO);
        let columns = &flow.generators;
        for (row, &id) in columns.generator.iter().enumerate() {
            fed_in[id] = Complex64::new(columns.p_mw[row], columns.q_mvar[row]);
        }
        let mut yards = Vec::with_capacity(islands.cases.len());
        for id in islands.cases.ids() {
            let yard = if islands.cases[id].branches.is_empty() {
                None
            } else {
                Some(Yard::new(grid, id, limits, newton, options.response, count)?)
            };
            yards.push(yard);
        }
        // What an outage takes or adds is the slack's, wherever the balance before it was shared.
        let alone = FlowOptions { controls: Controls::OFF, slack: Slack::Single, ..options.flow };
        let limits_only = Controls { q_limits: true, ..Controls::OFF };
        let (start, flow_options) = match options.response {
            Response::Frozen => (Cow::Owned(frozen(grid, &fed_in)), alone),
            Response::Limits => {
                (Cow::Owned(dispatched(network, &fed_in)), FlowOptions { controls: limits_only, ..alone })
            }
            Response::Controls => (Cow::Borrowed(network), options.flow),
        };
        let outset = Outset {
            network: start,
            base: flow,
            islands,
            limits,
            before: limits.values(flow),
            options: flow_options,
            redispatch: options.redispatch,
        };
        let stations = Stations::new(network, &options.back_feed);
        let extremes = Extremes::new(2 * limits.tags());
        Ok(Self { grid, options, stations, yards, place, fed_in, outset, extremes })
    }

    /// Solves `outages` and hands each to `visit`; returns what that makes of them, in their order. With the feature
    /// `parallel` on all cores, and the same bytes on any number of them.
    ///
    /// A list too long to be held with its results goes in by parts, several at a time if need be: `first` is the number of
    /// outages in the parts before this one. A study that is to end before it is through returns what the first outages of the
    /// part came to.
    ///
    /// # Errors
    /// [`CaseError`] where a changed grid cannot be built.
    pub fn run<T: Send>(
        &self,
        first: usize,
        outages: &[Outage],
        visit: impl Fn(After<'_>) -> T + Sync,
    ) -> Result<Vec<T>, CaseError> {
        let mut tasks: Vec<Vec<Task>> = self.yards.iter().map(|_| Vec::new()).collect();
        let mut anew: Vec<(Vec<usize>, usize)> = Vec::new();
        for (k, outage) in outages.iter().enumerate() {
            let task = if self.options.response == Response::Controls { None } else { self.task(k, outage) };
            match task {
                Some((island, task)) => tasks[island.index()].push(task),
                None => anew.push((vec![k], k)),
            }
        }
        let mut made: Vec<Option<T>> = outages.iter().map(|_| None).collect();
        for (yard, tasks) in self.yards.iter().zip(tasks) {
            let Some(yard) = yard else { continue };
            let mut tasks = yard.alike(tasks);
            let stop = &self.options.stop;
            let at_a_time = if stop.is_bounded() { BETWEEN_LOOKS } else { tasks.len().max(1) };
            for tasks in tasks.chunks_mut(at_a_time) {
                if stop.is_due() {
                    break;
                }
                let found = yard.solve(tasks, &self.stations, (first, &self.extremes), &visit);
                for (task, found) in tasks.iter_mut().zip(found) {
                    match found {
                        Some(found) => {
                            for (k, found) in task.outages.iter().zip(found) {
                                made[*k] = Some(found);
                            }
                        }
                        None => anew.push((std::mem::take(&mut task.outages), task.named_by)),
                    }
                }
            }
        }
        anew.sort_unstable();
        let rebuild = |(members, named_by): &(Vec<usize>, usize)| {
            let noted = (first, &self.extremes);
            if self.options.stop.is_due() {
                return Ok(Vec::new());
            }
            self.outset.rebuilt(members, &outages[*named_by], &self.stations, &self.fed_in, noted, &visit)
        };
        #[cfg(feature = "parallel")]
        let rebuilt: Vec<_> = {
            use rayon::prelude::*;
            anew.par_iter().with_max_len(1).map(rebuild).collect()
        };
        #[cfg(not(feature = "parallel"))]
        let rebuilt: Vec<_> = anew.iter().map(rebuild).collect();
        for ((members, _), found) in anew.iter().zip(rebuilt) {
            for (&k, found) in members.iter().zip(found?) {
                made[k] = Some(found);
            }
        }
        Ok(made.into_iter().map_while(|made| made).collect())
    }

    /// The grid without what an outage takes, not solved: what a next outage sets out from once controls have moved.
    ///
    /// # Errors
    /// [`CaseError`] where it cannot be built.
    pub fn without(&self, outage: &Outage) -> Result<Without, CaseError> {
        self.outset.without(outage, &self.stations, &self.fed_in)
    }

    /// What pressed a limit most so far, over all outages with a state.
    #[must_use]
    pub fn pressed(&self, tag: usize) -> Pressed {
        Pressed::of(tag, &self.extremes)
    }

    /// All that pressed limits so far, to be kept with the outages that are done.
    #[must_use]
    pub fn pressed_so_far(&self) -> Vec<u64> {
        self.extremes.words()
    }

    /// Takes over what pressed limits in the parts that a former study finished; says whether that fits.
    #[must_use]
    pub fn go_on(&self, pressed_so_far: &[u64]) -> bool {
        self.extremes.set(pressed_so_far)
    }

    /// An outage as a change of one island; `None` where it is more than that.
    fn task(&self, k: usize, outage: &Outage) -> Option<(IslandId, Task)> {
        let SolvedGrid { network, islands, .. } = self.grid;
        if !outage.closed.is_empty() {
            return None;
        }
        let sbase_mva = network.sbase_mva;
        let mut home: Option<IslandId> = None;
        let mut task = Task::of(k);
        let mut lost_machines: Vec<GeneratorId> = Vec::new();
        for &element in &outage.elements {
            let island = match element {
                ElementId::Line(_) | ElementId::Transformer(_) | ElementId::Transformer3(_) => {
                    let places = self.place.get(&element)?;
                    task.out.extend(places.iter().map(|&(_, branch)| branch));
                    places.first()?.0
                }
                ElementId::Bus(bus) => {
                    let (island, node) = islands.map.node(bus)?;
                    let yard = self.yards[island.index()].as_ref()?;
                    if islands.cases[island].kind[node] == NodeKind::Slack || yard.buses_at(node) != 1 {
                        return None;
                    }
                    task.out.extend(yard.branches_at(node));
                    island
                }
                ElementId::Generator(id) => {
                    let g = &network.generators[id];
                    let (island, node) = islands.map.node(g.bus)?;
                    let case = &islands.cases[island];
                    let s = self.fed_in[id] / sbase_mva;
                    match case.kind[node] {
                        NodeKind::Pq => task.injections.push((node, -s)),
                        NodeKind::Pv if g.control == Control::Fixed => task.injections.push((node, -s)),
                        NodeKind::Pv if self.holds_alone(id, island, node) => {
                            task.injections.push((node, Complex64::new(-s.re, 0.0)));
                            task.released.push(node);
                        }
                        NodeKind::Pv | NodeKind::Slack => return None,
                    }
                    lost_machines.push(id);
                    island
                }
                ElementId::Load(id) => {
                    let load = &network.loads[id];
                    let (island, node) = islands.map.node(load.bus)?;
                    if load.model != LoadModel::Power || !load.in_service {
                        return None;
                    }
                    let s = Complex64::new(load.p_mw, load.q_mvar) / sbase_mva;
                    task.injections.push((node, s));
                    task.lost_mw += load.p_mw;
                    island
                }
                _ => return None,
            };
            if *home.get_or_insert(island) != island {
                return None;
            }
        }
        let island = home?;
        task.out.sort_unstable();
        task.out.dedup();
        let yard = self.yards[island.index()].as_ref()?;
        yard.cut(&mut task);
        if yard.stops_a_link(&task.dead) {
            return None;
        }
        task.released.retain(|node| task.dead.binary_search(node).is_err());
        self.make_up(island, &mut task, &lost_machines);
        Some((island, task))
    }

    /// Whether nobody else holds the voltage of the node at which a machine stands.
    fn holds_alone(&self, id: GeneratorId, island: IslandId, node: Node) -> bool {
        let SolvedGrid { network, islands, .. } = self.grid;
        let there = |bus| islands.map.node(bus) == Some((island, node));
        let holds = |g: &crate::model::Generator| {
            g.built && g.in_service && g.control != Control::Fixed && there(g.bus)
        };
        let machines = network.generators.iter_ids();
        let others = machines.filter(|&(other, g)| other != id && holds(g)).count();
        let compensators = network.compensators.iter().filter(|c| c.built && c.in_service && there(c.bus));
        others == 0 && compensators.count() == 0 && network.generators[id].regulated_bus.is_none()
    }

    /// Adds what other machines feed in for the generation that an outage loses.
    fn make_up(&self, island: IslandId, task: &mut Task, lost: &[GeneratorId]) {
        let SolvedGrid { network, islands, .. } = self.grid;
        let Some(yard) = self.yards[island.index()].as_ref() else { return };
        if self.options.redispatch == Redispatch::Slack {
            return;
        }
        let at = |id: GeneratorId| islands.map.node(network.generators[id].bus);
        let is_dead = |node: &Node| task.dead.binary_search(node).is_ok();
        let here = |id: GeneratorId| at(id).filter(|&(other, _)| other == island).map(|(_, node)| node);
        let gone: f64 = (self.fed_in.iter_ids())
            .filter(|&(id, _)| lost.contains(&id) || here(id).is_some_and(|node| is_dead(&node)))
            .map(|(_, s)| s.re)
            .sum();
        let missing_mw = gone - yard.lost_mw(&task.dead) - task.lost_mw;
        let takes_part = |id: GeneratorId| {
            let g = &network.generators[id];
            let is_there = here(id).is_some_and(|node| !is_dead(&node));
            g.built && g.in_service && is_there && !lost.contains(&id)
        };
        let p_mw = |id: GeneratorId| self.fed_in[id].re;
        let shares = self.options.redispatch.shares(network, &p_mw, missing_mw, &takes_part);
        for (id, more_mw) in shares {
            if let Some(node) = here(id).filter(|&node| islands.cases[island].kind[node] != NodeKind::Slack) {
                task.injections.push((node, Complex64::new(more_mw / network.sbase_mva, 0.0)));
            }
        }
    }
}

/// Solves `outages` of a solved grid and hands each to `visit`; returns what that makes of them, in their order.
///
/// # Errors
/// [`CaseError`] where a changed grid cannot be built, or `grid` is not solved.
pub fn run<T: Send>(
    grid: &SolvedGrid,
    outages: &[Outage],
    limits: &Limits,
    options: &Options,
    visit: impl Fn(After<'_>) -> T + Sync,
) -> Result<Vec<T>, CaseError> {
    Contingencies::new(grid, limits, options, outages.len())?.run(0, outages, visit)
}

/// The network with what each machine feeds in, however the balance was shared.
fn dispatched(network: &Network, fed_in: &Col<GeneratorId, Complex64>) -> Network {
    let mut network = network.clone();
    for id in network.generators.ids() {
        let g = &mut network.generators[id];
        if g.built && g.in_service && network.buses[g.bus].in_service {
            g.p_mw = fed_in[id].re;
        }
    }
    network
}

/// The network with machines at a reactive limit and compensators as fixed as the base has them.
fn frozen(grid: &SolvedGrid, fed_in: &Col<GeneratorId, Complex64>) -> Network {
    let SolvedGrid { flow, network, islands } = grid;
    let mut network = dispatched(network, fed_in);
    for id in network.generators.ids() {
        let g = &mut network.generators[id];
        let kind = islands.map.node(g.bus).map(|(island, node)| islands.cases[island].kind[node]);
        if g.control == Control::Voltage && kind == Some(NodeKind::Pq) {
            (g.control, g.q_mvar) = (Control::Fixed, fed_in[id].im);
        }
        if let Ok(row) = flow.buses.bus.binary_search(&g.bus)
            && g.regulated_bus.take().is_some()
        {
            g.vm_setpoint_pu = flow.buses.vm_pu[row];
        }
    }
    let columns = &flow.compensators;
    for (&id, &q_mvar) in columns.compensator.iter().zip(&columns.q_mvar) {
        let compensator = &mut network.compensators[id];
        if q_mvar != 0.0 && compensator.in_service {
            compensator.in_service = false;
            let (name, bus) = (compensator.id.clone(), compensator.bus);
            let mut fixed = crate::model::Generator::new(name, bus, Control::Fixed, 0.0, 1.0);
            fixed.q_mvar = q_mvar;
            network.generators.push(fixed);
        }
    }
    network
}
