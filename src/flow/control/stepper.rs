//! One device with what it holds: the quantity, its band, and what a unit of position does to it.

use super::device::{Device, feeds};
use super::state::{State, flow};
use crate::case::Branch;
use crate::ids::{BusId, Id, Node};
use crate::model::{ElementId, LineDrop};
use num_complex::Complex64;

/// How small a change is along which a flow follows the voltages in a line [p.u. and rad, by the change that is asked about].
const SMALL: f64 = 1e-5;

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
    /// Where it stood first.
    pub(super) first: f64,
    /// Where it stood before each move.
    pub(super) path: Vec<f64>,
    pub(super) frozen: bool,
    pub(super) blocked: bool,
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

    /// What it holds, at voltages by node; `own` is its branch as it would be, where it has one.
    fn value(&self, state: &State<'_>, v: impl Fn(Node) -> Complex64, own: Option<&Branch>) -> f64 {
        let branch = |row: usize| match own {
            Some(own) if self.device.row() == Some(row) => *own,
            _ => state.case.branches[row],
        };
        match &self.held {
            Held::Voltage { node, drop: None, .. } => v(*node).norm(),
            Held::Voltage { node, drop: Some((drop, row, end)), .. } => {
                let v_bus = v(*node);
                // the current that it sends to the bus
                let out = -flow(&branch(*row), v)[*end];
                let i = (out / v_bus).conj();
                (v_bus - Complex64::new(drop.r_pu, drop.x_pu) * i).norm()
            }
            Held::Active(row) => flow(&branch(*row), v)[0].re,
            Held::Reactive(row) => flow(&branch(*row), v)[0].im,
        }
    }

    pub(super) fn now(&self, state: &State<'_>) -> f64 {
        self.value(state, |node| state.v[node.index()], None)
    }

    /// How what it holds follows the voltages, `Δθ + j·ΔV/V` by nodes, in a line.
    pub(super) fn follows(&self, state: &State<'_>, d: &[Complex64]) -> f64 {
        if let Held::Voltage { node, drop: None, .. } = self.held {
            return state.vm(node) * d[node.index()].im;
        }
        let turned = |node: Node| {
            let d = d[node.index()] * SMALL;
            state.v[node.index()] * (1.0 + d.im) * Complex64::from_polar(1.0, d.re)
        };
        (self.value(state, turned, None) - self.now(state)) / SMALL
    }

    /// A small move that stays in range, for slopes.
    fn probe(&self) -> f64 {
        let unit = if self.step > 0.0 { self.step } else { (self.max - self.min) / 1000.0 };
        if self.position + unit <= self.max { unit } else { -unit }
    }

    /// What a unit of position does.
    pub(super) fn effect(&self, state: &State<'_>) -> Effect {
        let probe = self.probe();
        if let Device::Bank(_, node, levels) = &self.device {
            let more = feeds(levels, self.position + probe) - feeds(levels, self.position);
            let vm = state.vm(*node);
            let ds = Complex64::new(0.0, more / probe * vm * vm);
            return Effect { at: [(*node, ds), (*node, Complex64::ZERO)], direct: 0.0, own: None };
        }
        let none = Effect { at: [(Node::from_index(0), Complex64::ZERO); 2], direct: 0.0, own: None };
        let Some(row) = self.device.row() else { return none };
        let Some(moved) = self.device.branch_at(state, self.position + probe) else { return none };
        let now = state.case.branches[row];
        let (before, after) = (state.flow(&now), state.flow(&moved));
        // what enters the branch more is injected less
        let ds = |end: usize| (before[end] - after[end]) / probe;
        let direct = match self.held {
            Held::Voltage { drop: None, .. } => 0.0,
            _ => self.value(state, |node| state.v[node.index()], Some(&moved)) - self.now(state),
        };
        let own = self.own_effect(state, &now, (moved.tap.norm() / now.tap.norm()).ln() / probe);
        Effect { at: [(now.from, ds(0)), (now.to, ds(1))], direct: direct / probe, own }
    }

    /// What a unit of position does to the held quantity where nobody else reacts: of a tap changer that holds an end of
    /// its own transformer the ratio itself, as a strong other end would have it; else not known.
    fn own_effect(&self, state: &State<'_>, now: &Branch, ratio: f64) -> Option<f64> {
        let Held::Voltage { node, drop: None, .. } = self.held else { return None };
        if !self.device.is_tap() {
            return None;
        }
        let vm = state.vm(node);
        let others = match self.device {
            // the other legs of its star
            Device::WindingTap(id, ..) => {
                state.legs(id).map(|leg| leg.map(|row| state.case.branches[row].from))
            }
            _ => [Some(now.to), None, None],
        };
        if node == now.from {
            Some(ratio * vm)
        } else if others.contains(&Some(node)) {
            Some(-ratio * vm)
        } else {
            None
        }
    }

    /// Moves it.
    pub(super) fn put(&mut self, state: &mut State<'_>, position: f64) {
        self.device.put(state, self.position, position);
        self.position = position;
    }
}

/// What a unit of position does.
pub(super) struct Effect {
    /// To the injections of two nodes [p.u.], at fixed voltages.
    pub(super) at: [(Node, Complex64); 2],
    /// To the held quantity, likewise.
    pub(super) direct: f64,
    /// To the held quantity with nobody else reacting, where that is plain.
    pub(super) own: Option<f64>,
}
