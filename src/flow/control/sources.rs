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
//! Where machines of one bus want different voltages, those that stand at the bus decide before others, then the first
//! in the file; of other sources machines decide before converters, and these before compensators. The others follow, and
//! this is told. A source whose bus a machine holds by itself feeds in nothing.

mod group;

pub(super) use group::{is_remote, remotely_held};

use super::machines::share;
use super::state::State;
use super::{Action, Control, Ended, Told, aim};
use crate::case::NodeKind;
use crate::finding::{Code, Finding};
use crate::ids::Id;
use crate::model::{CompensatorKind, ElementId};
use group::{Group, Members, Side, agree, compensators, converters, machines};
use num_complex::Complex64;
use std::collections::BTreeSet;

/// How near to its target a voltage counts as there [p.u.].
const SAME_VM: f64 = 1e-7;

/// Rounds after which a group is frozen: Newton's method takes three or four.
const PATIENCE: usize = 25;

/// How far a round may move any voltage, as the linearised equations have it [p.u. of it]: near the nose they promise too
/// much, and a longer step would leave no solution.
const FAR: f64 = 0.1;

struct Sources {
    groups: Vec<Group>,
    started: bool,
}

/// The control of all such sources; `None` where there is none. Without `limits` only converters of direct-current links
/// hold what they should, whatever it takes.
pub(super) fn all(state: &State<'_>, limits: bool, told: &mut Told) -> Option<Box<dyn Control>> {
    let mut groups = if limits { machines(state, told) } else { Vec::new() };
    groups.extend(converters(state, limits));
    if limits {
        groups.extend(compensators(state, told));
    }
    agree(&mut groups, state, told);
    (!groups.is_empty()).then(|| Box::new(Sources { groups, started: false }) as Box<dyn Control>)
}

/// Effects below this are none: something else holds the voltage [p.u. by p.u.].
const NO_EFFECT: f64 = 1e-9;

impl Sources {
    /// What powers `x` of the groups `of` do to the voltages, `Δθ + j·ΔV/V` by nodes.
    fn response(&self, state: &mut State<'_>, of: &[usize], x: &[f64]) -> Option<Vec<Complex64>> {
        let mut ds = vec![Complex64::ZERO; state.case.len()];
        for (&k, &x) in of.iter().zip(x) {
            let group = &self.groups[k];
            let (at, beyond) = (group.parts(state, group.q), group.parts(state, group.q + 1e-3));
            for ((&node, at), beyond) in group.nodes.iter().zip(at).zip(beyond) {
                ds[node.index()].im += x * (beyond - at) / 1e-3;
            }
        }
        state.respond(&mut ds).then_some(ds)
    }

    /// What they do to what these groups hold [p.u.].
    fn answer(&self, state: &mut State<'_>, of: &[usize], x: &[f64]) -> Option<Vec<f64>> {
        let ds = self.response(state, of, x)?;
        let follows = of.iter().zip(x).map(|(&k, &x)| {
            let group = &self.groups[k];
            ds[group.held.index()].im * state.vm(group.held) + group.slope * x
        });
        Some(follows.collect())
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
        let mut x = aim::solve(|x| self.answer(state, &moving, x), &wanted, &scale, 1e-4);
        let farthest = self.response(state, &moving, &x);
        let farthest = farthest.iter().flatten().fold(0.0, |most: f64, d| most.max(d.im.abs()));
        if farthest > FAR {
            for x in &mut x {
                *x *= FAR / farthest;
            }
        }
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
            if ended == Ended::Blocked {
                let name = state.network.describe(group.first_member());
                let message = format!(
                    "{name} wants {} p.u. at a bus that a machine holds; {}: the machine decides, and it feeds in nothing",
                    group.target,
                    state.vm_in_words(group.held_bus)
                );
                let finding = Finding::warning(Code::ControlConflict, message).element(name);
                told.findings
                    .push(finding.help("give both the same set-point, or let only one of them hold the bus"));
            }
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
