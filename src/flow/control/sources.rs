//! Reactive sources that hold a voltage elsewhere, or along a slope: machines with a remote bus, SVC, STATCOM.
//!
//! All sources that hold one bus are one group with one unknown, the reactive power `q` that they feed in together:
//!
//! ```text
//! vm(held bus) + slope·q = target,   q_min ≤ q ≤ q_max
//! ```
//!
//! Their nodes are PQ; each round solves the linearised equations of all groups for `q`, so the rounds are steps of
//! Newton's method on the targets. At a limit an SVC is an admittance, `q = b·vm²`, a STATCOM a current, `q = i·vm`, a
//! machine a power. A source leaves its limit as soon as the voltage asks for less.
//!
//! Where sources of one bus want different voltages, those that stand at the bus decide before others, then the first
//! in the file; the others follow, and this is told.

use super::machines::{limits_mvar, share};
use super::state::State;
use super::{Action, Control, Ended, Told, aim};
use crate::case::NodeKind;
use crate::case::links::operate;
use crate::finding::{Code, Finding};
use crate::ids::{BusId, CompensatorId, DcLinkId, GeneratorId, Id, Node};
use crate::model::{self, CompensatorKind, ConverterAc, DcLink, ElementId, Generator};
use num_complex::Complex64;
use std::collections::{BTreeMap, BTreeSet};

/// How near to its target a voltage counts as there [p.u.].
const SAME_VM: f64 = 1e-7;

/// Rounds after which a group is frozen: Newton's method takes three or four.
const PATIENCE: usize = 25;

/// The nodes whose voltage a machine holds from elsewhere.
pub(super) fn remotely_held(state: &State<'_>) -> BTreeSet<Node> {
    let machines = state.network.generators.iter().filter(|g| holds(g));
    machines
        .filter_map(|g| {
            let (own, held) = (state.node(g.bus)?, state.node(g.regulated_bus?)?);
            (own != held && state.case.kind[own] == NodeKind::Pv).then_some(held)
        })
        .collect()
}

/// Whether a machine is one of a group that holds a bus from elsewhere.
pub(super) fn is_remote(state: &State<'_>, held: &BTreeSet<Node>, g: &Generator) -> bool {
    target_node(state, g).is_some_and(|node| held.contains(&node))
}

fn holds(g: &Generator) -> bool {
    g.built && g.in_service && g.control == model::Control::Voltage
}

fn target_node(state: &State<'_>, g: &Generator) -> Option<Node> {
    state.node(g.regulated_bus.unwrap_or(g.bus))
}

#[derive(Clone)]
enum Members {
    Machines(Vec<GeneratorId>),
    Compensator(CompensatorId, CompensatorKind),
    /// A converter of a direct-current link, by its end.
    Converter(DcLinkId, usize),
}

struct Group {
    members: Members,
    /// Node of each machine, or of the compensator.
    nodes: Vec<Node>,
    held: Node,
    held_bus: BusId,
    target: f64,
    /// p.u. of voltage by p.u. of power.
    slope: f64,
    low: f64,
    high: f64,
    /// What they feed in together [p.u.].
    q: f64,
    first: f64,
    /// The limit that it stands at.
    at: Option<Side>,
    blocked: bool,
    rounds: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Low,
    High,
}

struct Sources {
    groups: Vec<Group>,
    started: bool,
}

/// The control of all such sources; `None` where there is none. Without `limits` only converters of direct-current links
/// hold what they should, whatever it takes.
pub(super) fn all(state: &State<'_>, limits: bool, told: &mut Told) -> Option<Box<dyn Control>> {
    let mut groups = converters(state, limits);
    if limits {
        groups.extend(machines(state, told));
        groups.extend(compensators(state, told));
    }
    (!groups.is_empty()).then(|| Box::new(Sources { groups, started: false }) as Box<dyn Control>)
}

/// Machines that hold a bus from elsewhere, and those at that bus.
fn machines(state: &State<'_>, told: &mut Told) -> Vec<Group> {
    let network = &*state.network;
    let held = remotely_held(state);
    let mut by_node: BTreeMap<Node, Vec<GeneratorId>> = BTreeMap::new();
    for (id, g) in network.generators.iter_ids().filter(|(_, g)| holds(g)) {
        if state.node(g.bus).is_none_or(|node| state.case.kind[node] == NodeKind::Slack) {
            continue;
        }
        if let Some(bus) = g.regulated_bus
            && state.node(bus).is_none()
        {
            told.findings.push(out_of_reach(state, ElementId::Generator(id), bus));
        }
        if is_remote(state, &held, g)
            && let Some(node) = target_node(state, g)
        {
            by_node.entry(node).or_default().push(id);
        }
    }
    let mut groups = Vec::new();
    for (node, machines) in by_node {
        if state.case.kind[node] == NodeKind::Slack {
            for &id in &machines {
                told.findings.push(held_already(state, ElementId::Generator(id), node));
            }
            continue;
        }
        groups.extend(of_machines(state, node, machines, told));
    }
    groups
}

fn compensators(state: &State<'_>, told: &mut Told) -> Vec<Group> {
    let network = &*state.network;
    let mut groups = Vec::new();
    for (id, one) in network.compensators.iter_ids().filter(|(_, one)| one.built && one.in_service) {
        let Some(node) = state.node(one.bus) else { continue };
        let held_bus = one.regulated_bus.unwrap_or(one.bus);
        let Some(held) = state.node(held_bus) else {
            told.findings.push(out_of_reach(state, ElementId::Compensator(id), held_bus));
            continue;
        };
        let limits = one.limits;
        let most = if limits.max_mvar > 0.0 { limits.max_mvar } else { -limits.min_mvar };
        groups.push(Group {
            target: one.vm_setpoint_pu,
            slope: one.slope_percent / 100.0 * network.sbase_mva / most.max(f64::MIN_POSITIVE),
            low: limits.min_mvar / network.sbase_mva,
            high: limits.max_mvar / network.sbase_mva,
            ..Group::new(Members::Compensator(id, one.kind), vec![node], held, held_bus)
        });
    }
    groups
}

/// Converters of direct-current links that hold the voltage of their bus: within their own limits, and within what
/// their active power leaves of their rating.
fn converters(state: &State<'_>, limits: bool) -> Vec<Group> {
    let network = &*state.network;
    let mut groups = Vec::new();
    for (id, link) in network.dc_links.iter_ids().filter(|(_, link)| link.built() && link.in_service()) {
        let DcLink::Vsc(vsc) = link else { continue };
        if link.buses().iter().any(|&bus| state.islands.map.node(bus).is_none()) {
            continue;
        }
        let fed = operate(network, link, [1.0; 2]).fed;
        for (end, one) in vsc.converters.iter().enumerate() {
            let (ConverterAc::Voltage(target), Some(node)) = (one.ac, state.node(one.bus)) else { continue };
            let room =
                one.sn_mva.map_or(f64::INFINITY, |s| (s * s - fed[end].re * fed[end].re).max(0.0).sqrt());
            let (low, high) = if limits {
                (one.q_min_mvar.unwrap_or(-room).max(-room), one.q_max_mvar.unwrap_or(room).min(room))
            } else {
                (f64::NEG_INFINITY, f64::INFINITY)
            };
            groups.push(Group {
                target,
                low: low / network.sbase_mva,
                high: high / network.sbase_mva,
                ..Group::new(Members::Converter(id, end), vec![node], node, one.bus)
            });
        }
    }
    groups
}

fn out_of_reach(state: &State<'_>, element: ElementId, bus: BusId) -> Finding {
    let name = state.network.describe(element);
    let bus = &state.network.buses[bus].id;
    Finding::warning(
        Code::ControlFails,
        format!("{name} holds bus {bus}, which is dead or in another island: it holds nothing there"),
    )
    .element(name)
    .help("name a bus of its own island")
}

fn held_already(state: &State<'_>, element: ElementId, node: Node) -> Finding {
    let name = state.network.describe(element);
    let bus = state.islands.buses[state.id].iter().find(|&&(n, _)| n == node).map(|&(_, bus)| bus);
    let bus = bus.map_or("", |bus| &state.network.buses[bus].id);
    Finding::warning(
        Code::ControlFails,
        format!("{name} holds bus {bus}, whose voltage the slack holds: it holds its own bus instead"),
    )
    .element(name)
    .help("name another bus")
}

fn of_machines(state: &State<'_>, node: Node, machines: Vec<GeneratorId>, told: &mut Told) -> Option<Group> {
    let network = &*state.network;
    let of = |id: GeneratorId| &network.generators[id];
    let local = |id: GeneratorId| state.node(of(id).bus) == Some(node);
    let decides = *machines.iter().min_by_key(|&&id| (!local(id), id))?;
    let target = of(decides).vm_setpoint_pu;
    for &id in machines.iter().filter(|&&id| (of(id).vm_setpoint_pu - target).abs() > 1e-9) {
        let name = network.describe(ElementId::Generator(id));
        let rule = if local(decides) { "it stands at the bus" } else { "it comes first in the file" };
        let message = format!(
            "{name} wants {} p.u. at a bus that generator {} holds at {target} p.u.; the latter decides, as {rule}",
            of(id).vm_setpoint_pu,
            of(decides).id
        );
        let finding = Finding::warning(Code::ControlConflict, message).element(name).field("vm_setpoint_pu");
        told.findings.push(
            finding.place(of(id).origin.place.clone()).help("give all machines of a bus one set-point"),
        );
    }
    let sum = |pick: fn((f64, f64)) -> f64| {
        machines.iter().map(|&id| pick(limits_mvar(of(id), of(id).p_mw))).sum::<f64>() / network.sbase_mva
    };
    let nodes = machines.iter().filter_map(|&id| state.node(of(id).bus)).collect();
    let held_bus = of(decides).regulated_bus.unwrap_or(of(decides).bus);
    let (low, high) = (sum(|limits| limits.0), sum(|limits| limits.1));
    Some(Group { target, low, high, ..Group::new(Members::Machines(machines), nodes, node, held_bus) })
}

impl Group {
    /// Sources at `nodes` that hold 1 p.u. at a node without limits, and feed in nothing yet.
    fn new(members: Members, nodes: Vec<Node>, held: Node, held_bus: BusId) -> Self {
        Self {
            members,
            nodes,
            held,
            held_bus,
            target: 1.0,
            slope: 0.0,
            low: f64::NEG_INFINITY,
            high: f64::INFINITY,
            q: 0.0,
            first: 0.0,
            at: None,
            blocked: false,
            rounds: 0,
        }
    }

    /// What each node gets of a power `q` [p.u.].
    fn parts(&self, state: &State<'_>, q: f64) -> Vec<f64> {
        match &self.members {
            Members::Compensator(..) | Members::Converter(..) => vec![q],
            Members::Machines(machines) => {
                let sbase = state.network.sbase_mva;
                share(&state.network, machines, q * sbase).into_iter().map(|(_, q)| q / sbase).collect()
            }
        }
    }

    /// Its limits at the voltage of its node [p.u.].
    fn limits(&self, state: &State<'_>) -> (f64, f64) {
        let vm = self.nodes.first().map_or(1.0, |&node| state.vm(node));
        let scale = match self.members {
            Members::Machines(_) | Members::Converter(..) => 1.0,
            Members::Compensator(_, CompensatorKind::Svc) => vm * vm,
            Members::Compensator(_, CompensatorKind::Statcom) => vm,
        };
        (self.low * scale, self.high * scale)
    }

    /// Feeds in `q` instead of what it fed in before.
    fn put(&mut self, state: &mut State<'_>, q: f64) {
        let (old, new) = (self.parts(state, self.q), self.parts(state, q));
        for (&node, (old, new)) in self.nodes.iter().zip(old.iter().zip(&new)) {
            state.case.sbus[node].im += new - old;
        }
        self.q = q;
        match &self.members {
            Members::Machines(machines) => {
                for (&id, &q) in machines.iter().zip(&new) {
                    state.holding.fix(id, q);
                }
            }
            &Members::Compensator(id, _) => state.holding.compensators.push((id, q)),
            &Members::Converter(id, end) => {
                state.holding.converters.insert((id, end), q);
            }
        }
    }

    /// What the limit that it stands at allows [p.u.]; `None` where it stands at none.
    fn limit(&self, state: &State<'_>) -> Option<f64> {
        let (low, high) = self.limits(state);
        self.at.map(|side| if side == Side::High { high } else { low })
    }

    /// How far its equation is off [p.u.].
    fn error(&self, state: &State<'_>) -> f64 {
        self.target - state.vm(self.held) - self.slope * self.q
    }
}

/// Effects below this are none: something else holds the voltage [p.u. by p.u.].
const NO_EFFECT: f64 = 1e-9;

impl Sources {
    /// What powers `x` of the groups `of` do to what these groups hold [p.u.].
    fn answer(&self, state: &mut State<'_>, of: &[usize], x: &[f64]) -> Option<Vec<f64>> {
        let mut ds = vec![Complex64::ZERO; state.case.len()];
        for (&k, &x) in of.iter().zip(x) {
            let group = &self.groups[k];
            let (at, beyond) = (group.parts(state, group.q), group.parts(state, group.q + 1e-3));
            for ((&node, at), beyond) in group.nodes.iter().zip(at).zip(beyond) {
                ds[node.index()].im += x * (beyond - at) / 1e-3;
            }
        }
        state.respond(&mut ds).then(|| {
            let follows = of.iter().zip(x).map(|(&k, &x)| {
                let group = &self.groups[k];
                ds[group.held.index()].im * state.vm(group.held) + group.slope * x
            });
            follows.collect()
        })
    }

    /// From machines that hold their own bus to powers at their nodes.
    fn start(&mut self, state: &mut State<'_>) {
        let injected = state.injections();
        for group in &mut self.groups {
            let Members::Machines(machines) = group.members.clone() else { continue };
            let mut q = 0.0;
            let mut seen = BTreeSet::new();
            for (&node, _) in group.nodes.iter().zip(&machines) {
                if seen.insert(node) && state.case.kind[node] == NodeKind::Pv {
                    q += injected[node.index()].im - state.case.sbus[node].im;
                    state.case.kind[node] = NodeKind::Pq;
                }
            }
            group.first = q;
            let (low, high) = group.limits(state);
            group.q = 0.0;
            group.put(state, q.clamp(low, high));
        }
        self.started = true;
    }
}

impl Control for Sources {
    fn act(&mut self, state: &mut State<'_>) -> bool {
        if !self.started {
            self.start(state);
            return true;
        }
        let (mut moving, mut limited) = (Vec::new(), Vec::new());
        for (k, group) in self.groups.iter_mut().enumerate().filter(|(_, group)| group.rounds < PATIENCE) {
            let error = group.error(state);
            let limit = group.limit(state);
            let asks_less = match group.at {
                None => true,
                Some(Side::High) => error < -SAME_VM,
                Some(Side::Low) => error > SAME_VM,
            };
            if asks_less && error.abs() > SAME_VM {
                group.at = None;
                moving.push(k);
            } else if limit.is_some_and(|limit| (limit - group.q).abs() > SAME_VM) {
                limited.push(k);
            }
        }
        if moving.is_empty() && limited.is_empty() {
            return false;
        }
        let mut moved = false;
        for k in limited {
            // q = limit(vm), by Newton's method on its own
            let own = self.answer(state, &[k], &[1.0]).map_or(0.0, |s| s[0]) - self.groups[k].slope;
            let group = &mut self.groups[k];
            let limit = group.limit(state).unwrap_or(group.q);
            let follows = match group.members {
                Members::Machines(_) | Members::Converter(..) => 0.0,
                Members::Compensator(_, CompensatorKind::Svc) => 2.0 * limit / state.vm(group.nodes[0]),
                Members::Compensator(_, CompensatorKind::Statcom) => limit / state.vm(group.nodes[0]),
            };
            let q = group.q + (limit - group.q) / (1.0 - follows * own).max(0.1);
            group.put(state, q);
            group.rounds += 1;
            moved = true;
        }
        let mut own = Vec::with_capacity(moving.len());
        for &k in &moving {
            own.push(self.answer(state, &[k], &[1.0]).map_or(0.0, |s| s[0]));
        }
        let wanted: Vec<f64> = moving.iter().map(|&k| self.groups[k].error(state)).collect();
        let scale: Vec<f64> = own.iter().map(|&own| if own.abs() > NO_EFFECT { own } else { 1.0 }).collect();
        let x = aim::solve(|x| self.answer(state, &moving, x), &wanted, &scale, 1e-4);
        for ((&k, x), own) in moving.iter().zip(x).zip(own) {
            let group = &mut self.groups[k];
            group.blocked = own.abs() <= NO_EFFECT;
            let (low, high) = group.limits(state);
            let q = if group.blocked { 0.0 } else { group.q + x };
            group.at = if q >= high {
                Some(Side::High)
            } else if q <= low {
                Some(Side::Low)
            } else {
                None
            };
            let q = q.clamp(low, high);
            if (q - group.q).abs() <= 1e-12 {
                continue;
            }
            group.put(state, q);
            group.rounds += 1;
            moved = true;
        }
        moved
    }

    fn tell(&self, state: &State<'_>, told: &mut Told) {
        let sbase = state.network.sbase_mva;
        for group in &self.groups {
            let met = group.error(state).abs() <= 10.0 * SAME_VM;
            let (ended, limit) = match group.limit(state) {
                _ if met => (Ended::Met, String::new()),
                _ if group.blocked => (Ended::Blocked, "another source holds the bus".to_owned()),
                Some(limit) => (Ended::AtLimit, format!("{:.2} Mvar", limit * sbase)),
                None => (Ended::Frozen, format!("{PATIENCE} rounds")),
            };
            let slope = if group.slope > 0.0 { " less its slope" } else { "" };
            let why = format!("holds {:.4} p.u.{slope}; {}", group.target, state.vm_in_words(group.held_bus));
            let rows: Vec<(ElementId, f64)> = match &group.members {
                Members::Compensator(id, _) => vec![(ElementId::Compensator(*id), group.q * sbase)],
                Members::Converter(id, _) => vec![(ElementId::DcLink(*id), group.q * sbase)],
                Members::Machines(machines) => share(&state.network, machines, group.q * sbase)
                    .into_iter()
                    .map(|(id, q)| (ElementId::Generator(id), q))
                    .collect(),
            };
            let count = rows.len() as f64;
            if ended == Ended::Frozen
                && let Some(&(element, _)) = rows.first()
            {
                let name = state.network.describe(element);
                let message = format!(
                    "{name} does not reach {:.4} p.u.; {}",
                    group.target,
                    state.vm_in_words(group.held_bus)
                );
                let help = "let it hold a bus that its reactive power moves";
                told.findings.push(Finding::warning(Code::ControlFails, message).element(name).help(help));
            }
            for (element, to) in rows {
                told.actions.push(Action {
                    element,
                    quantity: "q_mvar",
                    from: group.first * sbase / count,
                    to,
                    why: why.clone(),
                    ended,
                    limit: limit.clone(),
                    rounds: group.rounds,
                });
            }
        }
    }
}
