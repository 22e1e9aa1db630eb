//! What moves by steps: the record, and what it does to the case at another position.

use super::state::State;
use crate::case::Branch;
use crate::ids::{LineId, Node, ShuntId, Transformer3Id, TransformerId};
use crate::model::Tap;
use num_complex::Complex64;

/// What a stepper moves.
pub(super) enum Device {
    /// The tap position of a transformer, at a row of the case.
    Tap(TransformerId, usize),
    /// The angle of a phase shifter, at a row of the case.
    Phase(TransformerId, usize),
    /// The tap position of a winding of a three-winding transformer, at the row of its leg.
    WindingTap(Transformer3Id, usize, usize),
    /// The angle of a winding, likewise.
    WindingPhase(Transformer3Id, usize, usize),
    /// What compensates a line in series, by its reactance [ohm], at a row of the case.
    Series(LineId, usize),
    /// A switched shunt at a node: what each position feeds in [p.u.].
    Bank(ShuntId, Node, Vec<f64>),
}

#[expect(clippy::cast_possible_truncation, reason = "whole, and within the range of the tap changer")]
fn whole(position: f64) -> i32 {
    position.round() as i32
}

impl Device {
    /// Its row among the branches of the case.
    pub(super) fn row(&self) -> Option<usize> {
        match self {
            Self::Tap(_, row)
            | Self::Phase(_, row)
            | Self::Series(_, row)
            | Self::WindingTap(_, _, row)
            | Self::WindingPhase(_, _, row) => Some(*row),
            Self::Bank(..) => None,
        }
    }

    /// Whether it moves a ratio.
    pub(super) fn is_tap(&self) -> bool {
        matches!(self, Self::Tap(..) | Self::WindingTap(..))
    }

    /// The branch that it would be at another position; `None` of what is no branch or cannot be converted.
    pub(super) fn branch_at(&self, state: &State<'_>, position: f64) -> Option<Branch> {
        let network = &*state.network;
        match *self {
            Self::Tap(id, row) => {
                let t = &network.transformers[id];
                let tap = t.tap.map(|tap| Tap { position: whole(position), ..tap });
                state.branch_of(row, t, tap, t.shift_deg)
            }
            Self::Phase(id, row) => {
                let t = &network.transformers[id];
                state.branch_of(row, t, t.tap, position)
            }
            Self::WindingTap(id, winding, row) => {
                let mut moved = network.transformers3[id].clone();
                moved.windings[winding].tap.as_mut()?.position = whole(position);
                state.leg_of(row, winding, &moved)
            }
            Self::WindingPhase(id, winding, row) => {
                let mut moved = network.transformers3[id].clone();
                moved.windings[winding].shift_deg = position;
                state.leg_of(row, winding, &moved)
            }
            Self::Series(id, row) => {
                let mut moved = network.lines[id].clone();
                moved.series.as_mut()?.x_ohm = position;
                state.line_of(row, &moved)
            }
            Self::Bank(..) => None,
        }
    }

    /// Moves the record from one position to another, and the case with it.
    pub(super) fn put(&self, state: &mut State<'_>, from: f64, to: f64) {
        if let Self::Bank(id, node, levels) = self {
            let more = feeds(levels, to) - feeds(levels, from);
            state.add_shunt(*node, Complex64::new(0.0, more));
            let sbase = state.network.sbase_mva;
            state.network.to_mut().shunts[*id].b_mvar = feeds(levels, to) * sbase;
            return;
        }
        let (Some(row), Some(branch)) = (self.row(), self.branch_at(state, to)) else { return };
        state.set_branch(row, branch);
        let network = state.network.to_mut();
        match *self {
            Self::Tap(id, _) => {
                if let Some(tap) = &mut network.transformers[id].tap {
                    tap.position = whole(to);
                }
            }
            Self::Phase(id, _) => network.transformers[id].shift_deg = to,
            Self::WindingTap(id, winding, _) => {
                if let Some(tap) = &mut network.transformers3[id].windings[winding].tap {
                    tap.position = whole(to);
                }
            }
            Self::WindingPhase(id, winding, _) => network.transformers3[id].windings[winding].shift_deg = to,
            Self::Series(id, _) => {
                if let Some(series) = &mut network.lines[id].series {
                    series.x_ohm = to;
                }
            }
            Self::Bank(..) => {}
        }
    }

    /// A position as results show it: of a bank what it feeds in [Mvar].
    pub(super) fn reported(&self, position: f64, sbase_mva: f64) -> f64 {
        match self {
            Self::Bank(_, _, levels) => feeds(levels, position) * sbase_mva,
            _ => position,
        }
    }

    /// A position in words.
    pub(super) fn shown(&self, position: f64, sbase_mva: f64) -> String {
        let value = self.reported(position, sbase_mva);
        match self {
            Self::Tap(..) | Self::WindingTap(..) => format!("position {value}"),
            Self::Phase(..) | Self::WindingPhase(..) => format!("{value} degree"),
            Self::Series(..) => format!("{value} ohm"),
            Self::Bank(..) => format!("{value} Mvar"),
        }
    }
}

/// What a bank feeds in at a position [p.u.].
pub(super) fn feeds(levels: &[f64], position: f64) -> f64 {
    let last = levels.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the levels")]
    let at = (position.floor().max(0.0) as usize).min(last);
    let next = (at + 1).min(last);
    levels[at] + (position - at as f64) * (levels[next] - levels[at])
}
