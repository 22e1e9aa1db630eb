//! The groups of sources that hold a voltage together: who belongs to one, what it is to hold, and within which limits.

use super::super::Told;
use super::super::machines::{limits_mvar, share};
use super::super::state::State;
use crate::case::NodeKind;
use crate::case::links::operate;
use crate::finding::{Code, Finding};
use crate::ids::{BusId, CompensatorId, DcLinkId, GeneratorId, Id, Node};
use crate::model::{self, CompensatorKind, ConverterAc, DcLink, ElementId, Generator};
use std::collections::{BTreeMap, BTreeSet};

/// The nodes whose voltage a machine holds from elsewhere.
pub(in crate::flow::control) fn remotely_held(state: &State<'_>) -> BTreeSet<Node> {
    let machines = state.network.generators.iter().filter(|g| holds(g));
    machines
        .filter_map(|g| {
            let (own, held) = (state.node(g.bus)?, state.node(g.regulated_bus?)?);
            (own != held && state.case.kind[own] == NodeKind::Pv).then_some(held)
        })
        .collect()
}

/// Whether a machine is one of a group that holds a bus from elsewhere.
pub(in crate::flow::control) fn is_remote(state: &State<'_>, held: &BTreeSet<Node>, g: &Generator) -> bool {
    target_node(state, g).is_some_and(|node| held.contains(&node))
}

fn holds(g: &Generator) -> bool {
    g.built && g.in_service && g.control == model::Control::Voltage
}

fn target_node(state: &State<'_>, g: &Generator) -> Option<Node> {
    state.node(g.regulated_bus.unwrap_or(g.bus))
}

/// Who feeds in.
#[derive(Clone)]
pub(super) enum Members {
    Machines(Vec<GeneratorId>),
    Compensator(CompensatorId, CompensatorKind),
    /// A converter of a direct-current link, by its end.
    Converter(DcLinkId, usize),
}

/// Sources that hold one voltage together.
pub(super) struct Group {
    pub(super) members: Members,
    /// Node of each machine, or of the compensator.
    pub(super) nodes: Vec<Node>,
    pub(super) held: Node,
    pub(super) held_bus: BusId,
    pub(super) target: f64,
    /// p.u. of voltage by p.u. of power.
    pub(super) slope: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    /// What they feed in together [p.u.].
    pub(super) q: f64,
    pub(super) first: f64,
    /// The limit that it stands at.
    pub(super) at: Option<Side>,
    pub(super) blocked: bool,
    pub(super) rounds: usize,
}

/// An end of a range.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Low,
    High,
}

/// Machines that hold a bus from elsewhere, and those at that bus.
pub(super) fn machines(state: &State<'_>, told: &mut Told) -> Vec<Group> {
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

pub(super) fn compensators(state: &State<'_>, told: &mut Told) -> Vec<Group> {
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
pub(super) fn converters(state: &State<'_>, limits: bool) -> Vec<Group> {
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

/// Sees to it that sources which hold one bus want one voltage there, and tells where they did not: the first of them
/// decides. A slope makes room for another target.
pub(super) fn agree(groups: &mut [Group], state: &State<'_>, told: &mut Told) {
    let mut first: BTreeMap<Node, usize> = BTreeMap::new();
    for k in 0..groups.len() {
        let group = &groups[k];
        if group.slope > 0.0 {
            continue;
        }
        let decides = *first.entry(group.held).or_insert(k);
        let (wanted, target) = (group.target, groups[decides].target);
        if (wanted - target).abs() <= 1e-9 {
            continue;
        }
        let describe = |k: usize| state.network.describe(groups[k].first_member());
        let message = format!(
            "{} wants {wanted} p.u. at a bus that {} holds at {target} p.u.; the latter decides: machines before \
             converters before compensators, then the first in the file",
            describe(k),
            describe(decides)
        );
        let finding = Finding::warning(Code::ControlConflict, message).element(describe(k));
        told.findings.push(finding.help("give all that hold a bus one set-point, or one of them a slope"));
        groups[k].target = target;
    }
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

    /// The record that stands for it in messages.
    pub(super) fn first_member(&self) -> ElementId {
        match &self.members {
            Members::Machines(machines) => {
                ElementId::Generator(machines.first().copied().unwrap_or(GeneratorId::from_index(0)))
            }
            &Members::Compensator(id, _) => ElementId::Compensator(id),
            &Members::Converter(id, _) => ElementId::DcLink(id),
        }
    }

    /// What each node gets of a power `q` [p.u.].
    pub(super) fn parts(&self, state: &State<'_>, q: f64) -> Vec<f64> {
        match &self.members {
            Members::Compensator(..) | Members::Converter(..) => vec![q],
            Members::Machines(machines) => {
                let sbase = state.network.sbase_mva;
                share(&state.network, machines, q * sbase).into_iter().map(|(_, q)| q / sbase).collect()
            }
        }
    }

    /// Its limits at the voltage of its node [p.u.].
    pub(super) fn limits(&self, state: &State<'_>) -> (f64, f64) {
        let vm = self.nodes.first().map_or(1.0, |&node| state.vm(node));
        let scale = match self.members {
            Members::Machines(_) | Members::Converter(..) => 1.0,
            Members::Compensator(_, CompensatorKind::Svc) => vm * vm,
            Members::Compensator(_, CompensatorKind::Statcom) => vm,
        };
        (self.low * scale, self.high * scale)
    }

    /// Feeds in `q` instead of what it fed in before.
    pub(super) fn put(&mut self, state: &mut State<'_>, q: f64) {
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
    pub(super) fn limit(&self, state: &State<'_>) -> Option<f64> {
        let (low, high) = self.limits(state);
        self.at.map(|side| if side == Side::High { high } else { low })
    }

    /// How far its equation is off [p.u.].
    pub(super) fn error(&self, state: &State<'_>) -> f64 {
        self.target - state.vm(self.held) - self.slope * self.q
    }
}
