//! Whether a converged state can be the operating one.
//!
//! The equations have more than one solution, and Newton finds the nearest. On the wrong ones some voltages
//! are low, or the two ends of a branch stand far apart.

use crate::case::Case;
use crate::ids::{Id, Node};
use num_complex::Complex64;

/// Below this a voltage needs a second look [p.u.].
pub const LOW_VM_PU: f64 = 0.8;

/// Beyond this the ends of a branch need a second look (rad): a quarter turn is the limit of a lossless line.
const WIDE_ANGLE: f64 = std::f64::consts::FRAC_PI_2;

/// Why a state is doubtful.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Doubt {
    /// The lowest voltage of all, where it is low.
    LowVoltage {
        /// Where.
        node: Node,
        /// How low [p.u.].
        vm: f64,
    },
    /// The widest angle across a branch, where it is wide.
    WideAngle {
        /// Index of the branch in the case.
        branch: usize,
        /// How wide, the shift of its transformer taken off (rad).
        angle: f64,
    },
}

/// What is doubtful about a state `v` [p.u.], n rows; `None` if nothing.
#[must_use]
pub fn doubt(case: &Case, v: &[Complex64]) -> Option<Doubt> {
    let lowest = v.iter().map(|v| v.norm()).enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((node, vm)) = lowest.filter(|&(_, vm)| vm < LOW_VM_PU) {
        return Some(Doubt::LowVoltage { node: Node::from_index(node), vm });
    }
    let angle = |branch: &crate::case::Branch| {
        (v[branch.from.index()] * (branch.tap * v[branch.to.index()]).conj()).arg().abs()
    };
    let widest = case.branches.iter().map(angle).enumerate().max_by(|a, b| a.1.total_cmp(&b.1));
    widest.filter(|&(_, angle)| angle > WIDE_ANGLE).map(|(branch, angle)| Doubt::WideAngle { branch, angle })
}
