//! Reactive limits: a machine that would leave its limits to hold a voltage stays at the limit, PV → PQ; and comes back
//! to holding when the voltage no longer asks for more, PQ → PV.
//!
//! ```text
//! q > q_max + ε            → PQ at q_max          PQ at q_max and vm > target + ε  → PV
//! q < q_min − ε            → PQ at q_min          PQ at q_min and vm < target − ε  → PV
//! ```
//!
//! All that are outside are fixed in one round. A bus that comes to its limit a second time stays there. The machines of
//! one bus count as one, with the sum of their limits. The slack's limits are told and not kept: somebody has to
//! balance.

use super::state::State;
use super::{Action, Control, Ended, Told, sources};
use crate::case::NodeKind;
use crate::case::links::LinkState;
use crate::finding::{Code, Finding};
use crate::ids::{CompensatorId, DcLinkId, GeneratorId, Id, Node};
use crate::model::{self, ElementId, Generator, Network};
use std::collections::BTreeMap;

/// How far beyond a limit still counts as within [p.u. on 100 MVA: 0.1 kvar].
const WITHIN_PU_ON_100_MVA: f64 = 1e-6;

/// How far from its target a voltage counts as off [p.u.].
const SAME_VM: f64 = 1e-6;

/// What machines feed in by decision of a control [p.u.].
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::flow) struct Holding {
    q: BTreeMap<GeneratorId, f64>,
    /// What compensators feed in [p.u.]; the last entry of each counts.
    pub(super) compensators: Vec<(CompensatorId, f64)>,
    /// How direct-current links work at the voltages found.
    pub(in crate::flow) links: BTreeMap<DcLinkId, LinkState>,
    /// Reactive power of converters that hold a voltage, by link and end [p.u.].
    pub(in crate::flow) converters: BTreeMap<(DcLinkId, usize), f64>,
}

impl Holding {
    /// What a machine feeds in by decision of a control [p.u.]; `None` where it holds the voltage of its own bus.
    pub(in crate::flow) fn of(&self, machine: GeneratorId) -> Option<f64> {
        self.q.get(&machine).copied()
    }

    /// What each compensator feeds in [p.u.].
    pub(in crate::flow) fn compensators(&self) -> BTreeMap<CompensatorId, f64> {
        self.compensators.iter().copied().collect()
    }

    /// Adds what was decided in another island.
    pub(super) fn join(&mut self, other: Self) {
        self.q.extend(other.q);
        self.compensators.extend(other.compensators);
        self.links.extend(other.links);
        self.converters.extend(other.converters);
    }

    pub(super) fn fix(&mut self, machine: GeneratorId, q: f64) {
        self.q.insert(machine, q);
    }

    pub(super) fn release(&mut self, machine: GeneratorId) {
        self.q.remove(&machine);
    }
}

/// Reactive limits of a machine at an active power [Mvar]: its curve where it has one, else its two limits.
#[must_use]
pub(crate) fn limits_mvar(g: &Generator, p_mw: f64) -> (f64, f64) {
    let open = (g.q_min_mvar.unwrap_or(f64::NEG_INFINITY), g.q_max_mvar.unwrap_or(f64::INFINITY));
    let Some(first) = g.capability.first() else { return open };
    let mut before = first;
    for point in &g.capability {
        if p_mw <= point.p_mw {
            let width = point.p_mw - before.p_mw;
            let way = if width > 0.0 { ((p_mw - before.p_mw) / width).max(0.0) } else { 1.0 };
            let between = |a: f64, b: f64| a + way * (b - a);
            return (
                between(before.q_min_mvar, point.q_min_mvar),
                between(before.q_max_mvar, point.q_max_mvar),
            );
        }
        before = point;
    }
    (before.q_min_mvar, before.q_max_mvar)
}

/// Shares a reactive power out among machines: by their weights where all have one, else by their ranges where all
/// have two limits, else equally. A share by weight or equal part that leaves a machine's limits stays at them, and
/// the others take the rest as long as they can.
#[must_use]
pub(in crate::flow) fn share(
    network: &Network,
    machines: &[GeneratorId],
    q_mvar: f64,
) -> Vec<(GeneratorId, f64)> {
    let of = |&id: &GeneratorId| &network.generators[id];
    let weights: Option<Vec<f64>> = machines.iter().map(|id| of(id).q_share.filter(|&w| w > 0.0)).collect();
    let range = |id: &GeneratorId| {
        let (low, high) = limits_mvar(of(id), of(id).p_mw);
        Some((low, high)).filter(|(low, high)| low.is_finite() && high.is_finite() && high > low)
    };
    let ranges: Option<Vec<(f64, f64)>> = machines.iter().map(range).collect();
    match (weights, ranges) {
        (None, Some(ranges)) if machines.len() > 1 => {
            let lowest: f64 = ranges.iter().map(|r| r.0).sum();
            let width: f64 = ranges.iter().map(|r| r.1 - r.0).sum();
            let level = (q_mvar - lowest) / width;
            machines.iter().zip(ranges).map(|(&id, (low, high))| (id, low + level * (high - low))).collect()
        }
        (Some(weights), _) if machines.len() > 1 => by_weight(network, machines, &weights, q_mvar),
        _ => machines.iter().map(|&id| (id, q_mvar / machines.len() as f64)).collect(),
    }
}

fn by_weight(
    network: &Network,
    machines: &[GeneratorId],
    weights: &[f64],
    q_mvar: f64,
) -> Vec<(GeneratorId, f64)> {
    let limits: Vec<(f64, f64)> = machines
        .iter()
        .map(|&id| limits_mvar(&network.generators[id], network.generators[id].p_mw))
        .collect();
    let mut fixed: Vec<Option<f64>> = vec![None; machines.len()];
    // Every pass fixes a machine at a limit or is the last.
    loop {
        let open: f64 = weights.iter().zip(&fixed).filter(|(_, fixed)| fixed.is_none()).map(|(w, _)| w).sum();
        let left = q_mvar - fixed.iter().flatten().sum::<f64>();
        let part = |k: usize| left * weights[k] / open;
        let beyond = |k: usize| part(k).clamp(limits[k].0, limits[k].1) - part(k);
        let worst = (0..machines.len())
            .filter(|&k| fixed[k].is_none() && beyond(k) != 0.0)
            .max_by(|&a, &b| beyond(a).abs().total_cmp(&beyond(b).abs()).then(b.cmp(&a)));
        let last_one = fixed.iter().filter(|fixed| fixed.is_none()).count() <= 1;
        match worst.filter(|_| !last_one) {
            Some(k) => fixed[k] = Some(part(k).clamp(limits[k].0, limits[k].1)),
            None => {
                return machines
                    .iter()
                    .enumerate()
                    .map(|(k, &id)| (id, fixed[k].unwrap_or_else(|| part(k))))
                    .collect();
            }
        }
    }
}

/// The machines that hold the voltage of one bus together.
struct Group {
    node: Node,
    machines: Vec<GeneratorId>,
    target: f64,
    /// Sums of the limits [p.u.].
    low: f64,
    high: f64,
    at: Option<Side>,
    /// What holding the voltage would have taken when it first left the limits [p.u.].
    wanted: f64,
    returned: bool,
    rounds: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Low,
    High,
}

struct Limits {
    groups: Vec<Group>,
    within: f64,
}

/// The control that keeps machines within their limits; `None` where nobody has any.
pub(super) fn limits(state: &State<'_>) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let elsewhere = sources::remotely_held(state);
    let mut at_node: BTreeMap<Node, Vec<GeneratorId>> = BTreeMap::new();
    for (id, g) in network.generators.iter_ids().filter(|(_, g)| g.built && g.in_service) {
        if g.control != model::Control::Fixed
            && let Some(node) = state.node(g.bus)
            && !sources::is_remote(state, &elsewhere, g)
            && state.case.kind[node] == NodeKind::Pv
        {
            at_node.entry(node).or_default().push(id);
        }
    }
    let sum = |machines: &[GeneratorId], pick: fn((f64, f64)) -> f64| -> f64 {
        let each = machines.iter().map(|&id| &network.generators[id]);
        each.map(|g| pick(limits_mvar(g, g.p_mw))).sum::<f64>() / network.sbase_mva
    };
    let groups: Vec<Group> = at_node
        .into_iter()
        .map(|(node, machines)| Group {
            node,
            low: sum(&machines, |limits| limits.0),
            high: sum(&machines, |limits| limits.1),
            machines,
            target: state.case.vm_setpoint[node],
            at: None,
            wanted: 0.0,
            returned: false,
            rounds: 0,
        })
        .filter(|group| group.low.is_finite() || group.high.is_finite())
        .collect();
    let within = WITHIN_PU_ON_100_MVA * 100.0 / network.sbase_mva;
    (!groups.is_empty()).then(|| Box::new(Limits { groups, within }) as Box<dyn Control>)
}

impl Control for Limits {
    fn act(&mut self, state: &mut State<'_>) -> bool {
        let injected = state.injections();
        let mut moved = false;
        for group in &mut self.groups {
            let node = group.node;
            let vm = state.vm(node);
            match group.at {
                None => {
                    let q = injected[node.index()].im - state.case.sbus[node].im;
                    let side = if q > group.high + self.within {
                        Side::High
                    } else if q < group.low - self.within {
                        Side::Low
                    } else {
                        continue;
                    };
                    let limit = if side == Side::High { group.high } else { group.low };
                    state.case.kind[node] = NodeKind::Pq;
                    state.case.sbus[node].im += limit;
                    let sbase = state.network.sbase_mva;
                    for &id in &group.machines {
                        let g = &state.network.generators[id];
                        let (low, high) = limits_mvar(g, g.p_mw);
                        let q = if side == Side::High { high } else { low };
                        state.holding.fix(id, q / sbase);
                    }
                    if group.rounds == 0 {
                        group.wanted = q;
                    }
                    group.at = Some(side);
                }
                Some(side) => {
                    let comes_back = match side {
                        Side::High => vm > group.target + SAME_VM,
                        Side::Low => vm < group.target - SAME_VM,
                    };
                    if !comes_back || group.returned {
                        continue;
                    }
                    let limit = if side == Side::High { group.high } else { group.low };
                    state.case.kind[node] = NodeKind::Pv;
                    state.case.sbus[node].im -= limit;
                    for &id in &group.machines {
                        state.holding.release(id);
                    }
                    group.at = None;
                    group.returned = true;
                }
            }
            group.rounds += 1;
            moved = true;
        }
        moved
    }

    fn tell(&self, state: &State<'_>, told: &mut Told) {
        let sbase = state.network.sbase_mva;
        for group in &self.groups {
            let Some(side) = group.at else { continue };
            let vm = state.vm(group.node);
            let stuck = match side {
                Side::High => vm > group.target + SAME_VM,
                Side::Low => vm < group.target - SAME_VM,
            };
            let wanted: BTreeMap<GeneratorId, f64> =
                share(&state.network, &group.machines, group.wanted * sbase).into_iter().collect();
            for &id in &group.machines {
                let g = &state.network.generators[id];
                let (low, high) = limits_mvar(g, g.p_mw);
                let (to, name) = if side == Side::High { (high, "q_max_mvar") } else { (low, "q_min_mvar") };
                let element = ElementId::Generator(id);
                let why = format!("holds {:.4} p.u.; {}", group.target, state.vm_in_words(g.bus));
                told.actions.push(Action {
                    element,
                    quantity: "q_mvar",
                    from: wanted.get(&id).copied().unwrap_or(f64::NAN),
                    to,
                    why,
                    ended: if stuck { Ended::Frozen } else { Ended::AtLimit },
                    limit: format!("{name} {to}"),
                    rounds: group.rounds,
                });
            }
            if stuck && let Some(&first) = group.machines.first() {
                let name = state.network.describe(ElementId::Generator(first));
                let message = format!(
                    "{name} went to its reactive limit, back to holding {:.4} p.u., and to the limit again: it stays there with {}",
                    group.target,
                    state.vm_in_words(state.network.generators[first].bus)
                );
                let finding = Finding::warning(Code::Hunting, message).element(name);
                told.findings.push(
                    finding.help("another control nearby works against it: give one of them a wider band"),
                );
            }
        }
    }
}
