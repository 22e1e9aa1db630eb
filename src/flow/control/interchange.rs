//! Area interchange: what an area sends to others over its ties is brought within its tolerance by the machines at its
//! slack bus.
//!
//! ```text
//! |Σ ties (active power leaving at the area's own end) − scheduled| ≤ tolerance
//! ```
//!
//! A megawatt more at the slack bus is a megawatt more over the ties but for losses, so the rounds close in quickly. The
//! area of the grid's own slack takes what is left: it is told where it is off, and not moved. Branches of three
//! windings belong to the area of the first.

use super::state::State;
use super::{Action, Control, Controls, Ended, Told};
use crate::case::NodeKind;
use crate::finding::{Code, Finding};
use crate::ids::{AreaId, BusId, Col, GeneratorId, Node};
use crate::model::{ElementId, Network};
use std::collections::BTreeMap;

/// Rounds after which an area is frozen.
const PATIENCE: usize = 15;

/// How far a machine has to move to count as moved [p.u.].
const MOVED: f64 = 1e-9;

/// The machines that hold an interchange: they take no part in a shared slack.
pub(in crate::flow) fn interchanging(network: &Network, controls: Controls) -> Vec<GeneratorId> {
    let slack_buses: Vec<BusId> = network.areas.iter().map(|area| area.slack_bus).collect();
    let machines =
        network.generators.iter_ids().filter(|(_, g)| controls.interchange && slack_buses.contains(&g.bus));
    machines.map(|(id, _)| id).collect()
}

struct Holder {
    area: AreaId,
    /// Machine, active power as given, least and most [p.u.].
    machines: Vec<(GeneratorId, f64, f64, f64)>,
    node: Node,
    rounds: usize,
    /// Whether the slack of the grid stands there.
    balances: bool,
}

struct Areas {
    holders: Vec<Holder>,
    area_of: Col<Node, Option<AreaId>>,
}

/// All areas that reach into the island; `None` where there are none.
pub(super) fn areas(state: &State<'_>, told: &mut Told) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let by_name: BTreeMap<&str, AreaId> =
        network.areas.iter_ids().map(|(id, area)| (area.id.as_str(), id)).collect();
    let mut area_of: Col<Node, Option<AreaId>> = Col::filled(state.case.len(), None);
    for &(node, bus) in state.islands.buses[state.id].iter().rev() {
        area_of[node] = by_name.get(network.buses[bus].area.as_str()).copied();
    }
    for star in state.islands.stars.iter().filter(|star| star.island == state.id) {
        let first = state.case.branches.iter().find(|branch| branch.to == star.node);
        area_of[star.node] = first.and_then(|branch| area_of[branch.from]);
    }
    let slack = state.case.kind.iter_ids().find(|(_, kind)| **kind == NodeKind::Slack);
    let system = slack.and_then(|(node, _)| area_of[node]);
    let mut holders = Vec::new();
    for (id, area) in network.areas.iter_ids() {
        let Some(node) = state.node(area.slack_bus) else { continue };
        let sbase = network.sbase_mva;
        let machines: Vec<_> = network
            .generators
            .iter_ids()
            .filter(|(_, g)| g.built && g.in_service && state.node(g.bus) == Some(node))
            .map(|(id, g)| {
                let p = g.p_mw / sbase;
                let min = g.p_min_mw.map_or(f64::NEG_INFINITY, |min| (min / sbase).min(p));
                let max = g.p_max_mw.map_or(f64::INFINITY, |max| (max / sbase).max(p));
                (id, p, min, max)
            })
            .collect();
        let balances = system == Some(id);
        if machines.is_empty() && !balances {
            let message = format!(
                "area {} has no machine in service at its slack bus {}: its interchange is not held",
                area.id, network.buses[area.slack_bus].id
            );
            let finding = Finding::warning(Code::ControlFails, message).element(format!("area {}", area.id));
            told.findings.push(finding.help("name a bus with a machine that can take what is off"));
            continue;
        }
        holders.push(Holder { area: id, machines, node, rounds: 0, balances });
    }
    (!holders.is_empty()).then(|| Box::new(Areas { holders, area_of }) as Box<dyn Control>)
}

impl Areas {
    /// What each area sends out [p.u.].
    fn sent(&self, state: &State<'_>) -> Col<AreaId, f64> {
        let mut sent = Col::filled(state.network.areas.len(), 0.0);
        for branch in &state.case.branches {
            let ends = [self.area_of[branch.from], self.area_of[branch.to]];
            if ends[0] != ends[1] {
                for (area, s) in ends.into_iter().zip(state.flow(branch)) {
                    if let Some(area) = area {
                        sent[area] += s.re;
                    }
                }
            }
        }
        sent
    }

    /// How far an area is off, where it is outside of its tolerance [p.u.].
    fn off(state: &State<'_>, holder: &Holder, sent: &Col<AreaId, f64>) -> Option<f64> {
        let area = &state.network.areas[holder.area];
        let off = area.interchange_mw / state.network.sbase_mva - sent[holder.area];
        (off.abs() > area.tolerance_mw.max(1e-6) / state.network.sbase_mva).then_some(off)
    }
}

impl Control for Areas {
    fn act(&mut self, state: &mut State<'_>) -> bool {
        let sent = self.sent(state);
        let mut moved = false;
        for holder in &mut self.holders {
            let Some(off) = Self::off(state, holder, &sent) else { continue };
            if holder.balances || holder.rounds >= PATIENCE {
                continue;
            }
            let sbase = state.network.sbase_mva;
            let mut left = off;
            for (k, &(id, _, min, max)) in holder.machines.iter().enumerate() {
                let p = state.network.generators[id].p_mw / sbase;
                let equal = left / (holder.machines.len() - k) as f64;
                let step = (p + equal).clamp(min, max) - p;
                left -= step;
                if step.abs() > MOVED {
                    state.case.sbus[holder.node].re += step;
                    state.network.to_mut().generators[id].p_mw = (p + step) * sbase;
                    moved = true;
                }
            }
            holder.rounds += 1;
        }
        moved
    }

    fn tell(&self, state: &State<'_>, told: &mut Told) {
        let sent = self.sent(state);
        let sbase = state.network.sbase_mva;
        for holder in &self.holders {
            let area = &state.network.areas[holder.area];
            let off = Self::off(state, holder, &sent);
            let why = format!(
                "area {} is to send out {:.1} MW within {:.1}; it sends {:.2}",
                area.id,
                area.interchange_mw,
                area.tolerance_mw,
                sent[holder.area] * sbase
            );
            let mut at_limit = false;
            for &(id, first, min, max) in &holder.machines {
                let p = state.network.generators[id].p_mw / sbase;
                if (p - first).abs() <= MOVED || holder.balances {
                    continue;
                }
                let limit = if p >= max - MOVED {
                    format!("p_max_mw {}", max * sbase)
                } else if p <= min + MOVED {
                    format!("p_min_mw {}", min * sbase)
                } else {
                    String::new()
                };
                at_limit |= !limit.is_empty();
                let ended = match off {
                    None => Ended::Met,
                    Some(_) if limit.is_empty() => Ended::Frozen,
                    Some(_) => Ended::AtLimit,
                };
                told.actions.push(Action {
                    element: ElementId::Generator(id),
                    quantity: "p_mw",
                    from: first * sbase,
                    to: p * sbase,
                    why: why.clone(),
                    ended,
                    limit: if off.is_some() { limit } else { String::new() },
                    rounds: holder.rounds,
                });
            }
            if off.is_some() {
                let because = if holder.balances {
                    "the slack of the grid stands there and takes what is left"
                } else if at_limit {
                    "its machines are at their limits of active power"
                } else {
                    "its machines do not reach it"
                };
                let finding = Finding::warning(Code::ControlFails, format!("{why}: {because}"));
                let help = "let the interchanges of all areas add up to what the machines can give";
                told.findings.push(finding.element(format!("area {}", area.id)).help(help));
            }
        }
    }
}
