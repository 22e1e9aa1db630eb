//! What moves by steps: tap changers, phase shifters and switched shunts, all by the same rule.
//!
//! A stepper holds a quantity between two ends. Inside it does not move. Outside, all that are outside at once are moved
//! by the linearised equations to where the quantity enters the band (see [`super::aim`]), rounded away from where
//! they stand so that it does, within their range; the next solve tells whether that was right. So thousands of
//! tap changers settle in a few rounds, whether they stand in parallel, in a row or apart.
//!
//! A band that is narrower than the effect of a step could never be met: it counts as one step wide, about its middle.

use super::state::{State, flow};
use super::{Action, Control, Ended, Told, aim};
use crate::case::{Branch, NodeKind};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Id, Node, ShuntId, TransformerId};
use crate::model::{ElementId, LineDrop, Transformer};
use num_complex::Complex64;

/// How far inside of its band a quantity is brought, share of the band.
const INSIDE: f64 = 0.02;

/// Parts of a step that rounding forgives.
const NEARLY: f64 = 0.02;

/// What a stepper moves.
pub(super) enum Device {
    /// The tap position of a transformer, at a row of the case.
    Tap(TransformerId, usize),
    /// The angle of a phase shifter, at a row of the case.
    Phase(TransformerId, usize),
    /// A switched shunt at a node: what each position feeds in [p.u.].
    Bank(ShuntId, Node, Vec<f64>),
}

/// What a stepper holds.
pub(super) enum Held {
    /// The voltage of a bus at its node [p.u.], or that of a point farther out.
    Voltage { bus: BusId, node: Node, drop: Option<(LineDrop, usize, usize)> },
    /// The active power entering a row of the case at `from` [p.u.].
    Active(usize),
    /// The reactive power, likewise.
    Reactive(usize),
}

/// One device with what it holds.
pub(super) struct Stepper {
    pub(super) element: ElementId,
    pub(super) device: Device,
    pub(super) held: Held,
    /// The band.
    pub(super) low: f64,
    pub(super) high: f64,
    /// In positions, degrees, or positions of a bank.
    pub(super) position: f64,
    pub(super) min: f64,
    pub(super) max: f64,
    /// 0 where any position will do.
    pub(super) step: f64,
    first: f64,
    path: Vec<f64>,
    frozen: bool,
    blocked: bool,
}

impl Stepper {
    pub(super) fn new(
        element: ElementId,
        device: Device,
        held: Held,
        (low, high): (f64, f64),
        position: f64,
        (min, max): (f64, f64),
        step: f64,
    ) -> Self {
        Self {
            element,
            device,
            held,
            low,
            high,
            position,
            min,
            max,
            step,
            first: position,
            path: Vec::new(),
            frozen: false,
            blocked: false,
        }
    }

    /// What it holds, at the voltages `v`; `own` is its branch as it would be, where it has one.
    fn value(&self, state: &State<'_>, v: &[Complex64], own: Option<&Branch>) -> f64 {
        let branch = |row: usize| match (&self.device, own) {
            (Device::Tap(_, at) | Device::Phase(_, at), Some(own)) if *at == row => *own,
            _ => state.case.branches[row],
        };
        match &self.held {
            Held::Voltage { node, drop: None, .. } => v[node.index()].norm(),
            Held::Voltage { node, drop: Some((drop, row, end)), .. } => {
                let v_bus = v[node.index()];
                // the current that it sends to the bus
                let out = -flow(&branch(*row), v)[*end];
                let i = (out / v_bus).conj();
                (v_bus - Complex64::new(drop.r_pu, drop.x_pu) * i).norm()
            }
            Held::Active(row) => flow(&branch(*row), v)[0].re,
            Held::Reactive(row) => flow(&branch(*row), v)[0].im,
        }
    }

    fn now(&self, state: &State<'_>) -> f64 {
        self.value(state, &state.v, None)
    }

    /// The branch that it would be at another position.
    fn branch_at(&self, state: &State<'_>, position: f64) -> Option<(usize, Branch)> {
        let (id, row) = match self.device {
            Device::Tap(id, row) | Device::Phase(id, row) => (id, row),
            Device::Bank(..) => return None,
        };
        let mut moved = state.network.transformers[id].clone();
        set(&mut moved, &self.device, position);
        Some((row, state.branch_of(row, &moved)?))
    }

    /// What a bank feeds in at a position [p.u.].
    fn feeds(levels: &[f64], position: f64) -> f64 {
        let last = levels.len().saturating_sub(1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the levels")]
        let at = (position.floor().max(0.0) as usize).min(last);
        let next = (at + 1).min(last);
        levels[at] + (position - at as f64) * (levels[next] - levels[at])
    }

    /// A small move that stays in range, for slopes.
    fn probe(&self) -> f64 {
        let unit = if self.step > 0.0 { self.step } else { (self.max - self.min) / 1000.0 };
        if self.position + unit <= self.max { unit } else { -unit }
    }

    /// What a unit of position adds to the injections at fixed voltages, and to the held quantity itself.
    fn effect(&self, state: &State<'_>) -> Effect {
        let probe = self.probe();
        match &self.device {
            Device::Bank(_, node, levels) => {
                let more = Self::feeds(levels, self.position + probe) - Self::feeds(levels, self.position);
                let vm = state.vm(*node);
                let ds = Complex64::new(0.0, more / probe * vm * vm);
                Effect { at: [(*node, ds), (*node, Complex64::ZERO)], direct: 0.0 }
            }
            Device::Tap(..) | Device::Phase(..) => {
                let none = Effect { at: [(Node::from_index(0), Complex64::ZERO); 2], direct: 0.0 };
                let Some((row, moved)) = self.branch_at(state, self.position + probe) else { return none };
                let now = state.case.branches[row];
                let (before, after) = (state.flow(&now), state.flow(&moved));
                // what enters the branch more is injected less
                let ds = |end: usize| (before[end] - after[end]) / probe;
                let direct = self.value(state, &state.v, Some(&moved)) - self.now(state);
                Effect { at: [(now.from, ds(0)), (now.to, ds(1))], direct: direct / probe }
            }
        }
    }

    /// What a unit of position does to the held quantity where nobody else reacts: of a tap changer that holds an end of
    /// its own transformer the ratio itself, as a strong other end would have it; else not known.
    fn own_effect(&self, state: &State<'_>) -> Option<f64> {
        let Held::Voltage { node, drop: None, .. } = self.held else { return None };
        let Device::Tap(_, row) = self.device else { return None };
        let now = state.case.branches[row];
        let probe = self.probe();
        let (_, moved) = self.branch_at(state, self.position + probe)?;
        let ratio = (moved.tap.norm() / now.tap.norm()).ln() / probe;
        let vm = state.vm(node);
        if node == now.to {
            Some(-ratio * vm)
        } else if node == now.from {
            Some(ratio * vm)
        } else {
            None
        }
    }

    /// Moves it.
    fn put(&mut self, state: &mut State<'_>, position: f64) {
        match &self.device {
            Device::Tap(id, _) | Device::Phase(id, _) => {
                let id = *id;
                if let Some((row, branch)) = self.branch_at(state, position) {
                    state.set_branch(row, branch);
                    set(&mut state.network.to_mut().transformers[id], &self.device, position);
                }
            }
            Device::Bank(id, node, levels) => {
                let more = Self::feeds(levels, position) - Self::feeds(levels, self.position);
                state.add_shunt(*node, Complex64::new(0.0, more));
                let sbase = state.network.sbase_mva;
                state.network.to_mut().shunts[*id].b_mvar = Self::feeds(levels, position) * sbase;
            }
        }
        self.position = position;
    }
}

/// What a unit of position does: to the injections of two nodes, and to the held quantity at fixed voltages.
struct Effect {
    at: [(Node, Complex64); 2],
    direct: f64,
}

/// Puts a transformer's tap changer or angle where it is to be.
fn set(transformer: &mut Transformer, device: &Device, position: f64) {
    match device {
        Device::Tap(..) => {
            if let Some(tap) = &mut transformer.tap {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "whole, and within the range of the tap changer"
                )]
                let position = position.round() as i32;
                tap.position = position;
            }
        }
        Device::Phase(..) => transformer.shift_deg = position,
        Device::Bank(..) => {}
    }
}

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
                // at the voltages that would be, scaled down to where they follow in a line
                let largest = ds.iter().map(|d| d.re.abs().max(d.im.abs())).fold(0.0, f64::max);
                let scale = if largest > 1e-4 { 1e-4 / largest } else { 1.0 };
                for (d, v) in ds.iter_mut().zip(&state.v) {
                    *d = v * (1.0 + d.im * scale) * Complex64::from_polar(1.0, d.re * scale);
                }
                let each = moving.iter().zip(x);
                let follows = each.map(|((k, _, effect), &x)| {
                    let one = &all[*k];
                    (one.value(state, &ds, None) - one.now(state)) / scale + effect.direct * x
                });
                Some(follows.collect())
            };
        // What each does to its own, exactly where it is not plain: one solve each, and these are few.
        let mut own: Vec<f64> = Vec::with_capacity(moving.len());
        for k in 0..moving.len() {
            own.push(match all[moving[k].0].own_effect(state) {
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
        // what is held now may be free when a machine has come to its limit
        for one in &mut self.all {
            one.blocked = false;
        }
        for k in dead {
            self.all[k].blocked = true;
        }
        for (((k, ..), x), (wanted, own)) in moving.iter().zip(x).zip(wanted.iter().zip(&own)) {
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
            one.put(state, target);
            moved = true;
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
                (Ended::AtLimit, format!("end of its range, {}", one.shown(end, state)))
            } else {
                (Ended::Met, "its band is narrower than a step".to_owned())
            };
            let action = Action {
                element: one.element,
                quantity: self.quantity,
                from: one.reported(one.first, state),
                to: one.reported(one.position, state),
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

impl Stepper {
    /// A position as results show it: of a bank what it feeds in [Mvar].
    fn reported(&self, position: f64, state: &State<'_>) -> f64 {
        match &self.device {
            Device::Bank(_, _, levels) => Self::feeds(levels, position) * state.network.sbase_mva,
            _ => position,
        }
    }

    fn shown(&self, position: f64, state: &State<'_>) -> String {
        let value = self.reported(position, state);
        match self.device {
            Device::Tap(..) => format!("position {value}"),
            Device::Phase(..) => format!("{value} degree"),
            Device::Bank(..) => format!("{value} Mvar"),
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
