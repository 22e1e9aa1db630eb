//! What moves by steps: tap changers, phase shifters, series capacitors and switched shunts, all by the same rule.
//!
//! A stepper holds a quantity between two ends. Inside it does not move. Outside, all that are outside at once are moved
//! by the linearised equations to where the quantity enters the band (see [`super::aim`]), rounded away from where
//! they stand so that it does, within their range; the next solve tells whether that was right. So thousands of
//! tap changers settle in a few rounds, whether they stand in parallel, in a row or apart.
//!
//! A band that is narrower than the effect of a step could never be met: it counts as one step wide, about its middle.

use super::state::State;
use super::stepper::{Effect, Held, Stepper};
use super::{Action, Control, Ended, Told, aim};
use crate::case::NodeKind;
use crate::finding::{Code, Finding};
use crate::ids::{Id, Node};
use num_complex::Complex64;
use std::collections::BTreeMap;

/// How far inside of its band a quantity is brought, share of the band.
const INSIDE: f64 = 0.02;

/// Parts of a step that rounding forgives.
const NEARLY: f64 = 0.02;

/// All steppers of one kind.
pub(super) struct Steppers {
    pub(super) all: Vec<Stepper>,
    /// The column that an action names.
    pub(super) quantity: &'static str,
}

impl Steppers {
    /// As a control; `None` without any stepper.
    pub(super) fn control(all: Vec<Stepper>, quantity: &'static str) -> Option<Box<dyn Control>> {
        (!all.is_empty()).then(|| Box::new(Self { all, quantity }) as Box<dyn Control>)
    }

    /// How far each is outside of its band: positive where it is too low.
    fn outside(&self, state: &State<'_>) -> Vec<(usize, f64)> {
        let each = self.all.iter().enumerate().filter(|(_, one)| !one.frozen);
        each.filter_map(|(k, one)| {
            let value = one.now(state);
            let inside = INSIDE * (one.high - one.low);
            let off = if value < one.low {
                one.low + inside - value
            } else if value > one.high {
                one.high - inside - value
            } else {
                return None;
            };
            Some((k, off))
        })
        .collect()
    }
}

/// Changes of the held quantity per unit of position below which a stepper has no effect.
const NO_EFFECT: f64 = 1e-7;

impl Control for Steppers {
    fn act(&mut self, state: &mut State<'_>) -> bool {
        let outside = self.outside(state);
        if outside.is_empty() {
            return false;
        }
        let n = state.case.len();
        let mut moving: Vec<(usize, f64, Effect)> =
            outside.into_iter().map(|(k, off)| (k, off, self.all[k].effect(state))).collect();
        let all = &self.all;
        let answer =
            |state: &mut State<'_>, moving: &[(usize, f64, Effect)], x: &[f64]| -> Option<Vec<f64>> {
                let mut ds = vec![Complex64::ZERO; n];
                for ((_, _, effect), &x) in moving.iter().zip(x) {
                    for (node, part) in effect.at {
                        ds[node.index()] += part * x;
                    }
                }
                if !state.respond(&mut ds) {
                    return None;
                }
                let each = moving.iter().zip(x);
                let follows =
                    each.map(|((k, _, effect), &x)| all[*k].follows(state, &ds) + effect.direct * x);
                Some(follows.collect())
            };
        // What each does to its own, exactly where it is not plain: one solve each, and these are few.
        let mut own: Vec<f64> = Vec::with_capacity(moving.len());
        for k in 0..moving.len() {
            own.push(match moving[k].2.own {
                Some(own) => own,
                None => answer(state, &moving[k..=k], &[1.0]).map_or(0.0, |s| s[0]),
            });
        }
        let dead: Vec<usize> = (0..moving.len())
            .filter(|&k| own[k].abs() < NO_EFFECT || is_held(state, &all[moving[k].0]))
            .map(|k| moving[k].0)
            .collect();
        let mut keep = moving.iter().map(|(k, ..)| !dead.contains(k)).collect::<Vec<_>>().into_iter();
        let mut keep_too = keep.clone();
        moving.retain(|_| keep.next().unwrap_or(true));
        own.retain(|_| keep_too.next().unwrap_or(true));
        // A band narrower than a step counts as one step wide.
        let wanted: Vec<f64> = moving
            .iter()
            .zip(&own)
            .map(|((k, off, _), own)| {
                let one = &all[*k];
                let lacks = 1.05 * own.abs() * one.step - (one.high - one.low);
                if lacks > 0.0 { off.signum() * (off.abs() - lacks / 2.0).max(0.0) } else { *off }
            })
            .collect();
        let x = aim::solve(|x| answer(state, &moving, x), &wanted, &own, 0.02);
        let mut moved = false;
        // A tap changer lifts its own bus first of all, and where a grid is near its nose the linearised equations promise far
        // too much: the next solve starts from there.
        let mut lifted: BTreeMap<Node, f64> = BTreeMap::new();
        // what is held now may be free when a machine has come to its limit
        for one in &mut self.all {
            one.blocked = false;
        }
        for k in dead {
            self.all[k].blocked = true;
        }
        for (((k, _, effect), x), (wanted, own)) in moving.iter().zip(x).zip(wanted.iter().zip(&own)) {
            let one = &mut self.all[*k];
            if *wanted == 0.0 {
                continue;
            }
            // Joint moves may ask a stepper to go the other way: it waits for the others instead.
            let x = if x * wanted * own > 0.0 { x } else { 0.0 };
            let target = if one.step > 0.0 {
                let steps = (x.abs() / one.step - NEARLY).ceil().max(0.0);
                // on the grid of its steps, also where it starts beside it
                one.position + x.signum() * steps * one.step
            } else {
                one.position + x
            };
            let target = target.clamp(one.min, one.max);
            if (target - one.position).abs() <= 1e-9 {
                continue;
            }
            one.path.push(one.position);
            if one.step > 0.0 && one.path.iter().any(|former| (former - target).abs() < 1e-9) {
                one.frozen = true;
            }
            if let (Held::Voltage { node, drop: None, .. }, Some(own)) = (&one.held, effect.own) {
                lifted.insert(*node, 1.0 + own * (target - one.position) / state.vm(*node));
            }
            one.put(state, target);
            moved = true;
        }
        for (node, factor) in lifted {
            state.start_at(node, factor);
        }
        moved
    }

    fn tell(&self, state: &State<'_>, told: &mut Told) {
        for one in &self.all {
            let value = one.now(state);
            let met = value >= one.low - 1e-9 && value <= one.high + 1e-9;
            let at_limit = one.position >= one.max - 1e-9 || one.position <= one.min + 1e-9;
            let moved = (one.position - one.first).abs() > 1e-9 || !one.path.is_empty();
            if met && !moved {
                continue;
            }
            let (unit, sbase) = match one.held {
                Held::Voltage { .. } => ("p.u.", 1.0),
                Held::Active(_) => ("MW", state.network.sbase_mva),
                Held::Reactive(_) => ("Mvar", state.network.sbase_mva),
            };
            let digits = if sbase > 1.0 { 2 } else { 4 };
            let found = match &one.held {
                Held::Voltage { bus, drop: None, .. } => state.vm_in_words(*bus),
                Held::Voltage { bus, .. } => {
                    format!("beyond bus {} {value:.4} p.u.", state.network.buses[*bus].id)
                }
                _ => format!("{:.2} {unit} at its from end", value * sbase),
            };
            let (low, high) = (one.low * sbase, one.high * sbase);
            let why = format!("holds {low:.digits$} to {high:.digits$} {unit}; {found}");
            let (ended, limit) = if met {
                (Ended::Met, String::new())
            } else if one.blocked {
                (Ended::Blocked, "something else holds it there".to_owned())
            } else if one.frozen {
                (Ended::Frozen, "came back to a former position".to_owned())
            } else if at_limit {
                let end = if one.position >= one.max - 1e-9 { one.max } else { one.min };
                (
                    Ended::AtLimit,
                    format!("end of its range, {}", one.device.shown(end, state.network.sbase_mva)),
                )
            } else {
                (Ended::Met, "its band is narrower than a step".to_owned())
            };
            let action = Action {
                element: one.element,
                quantity: self.quantity,
                from: one.device.reported(one.first, state.network.sbase_mva),
                to: one.device.reported(one.position, state.network.sbase_mva),
                why,
                ended,
                limit,
                rounds: one.path.len(),
            };
            told.findings.extend(unmet(state, &action));
            told.actions.push(action);
        }
    }
}

/// Whether what it should hold is a voltage that a machine or the slack holds.
fn is_held(state: &State<'_>, one: &Stepper) -> bool {
    matches!(one.held, Held::Voltage { node, drop: None, .. } if state.case.kind[node] != NodeKind::Pq)
}

fn unmet(state: &State<'_>, action: &Action) -> Option<Finding> {
    let name = state.network.describe(action.element);
    let (code, help) = match action.ended {
        Ended::Met => return None,
        Ended::AtLimit => (Code::ControlFails, "change the range, the target, or the reactive power nearby"),
        Ended::Blocked => (Code::ControlFails, "let only one of them hold it"),
        Ended::Frozen => {
            (Code::Hunting, "give it a wider band, or look for a control nearby that works against it")
        }
    };
    let message = format!("{name} {}: {}", action.why, action.limit);
    Some(Finding::warning(code, message).element(name).field(action.quantity).help(help))
}
