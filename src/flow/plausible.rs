//! Whether a converged state can be the operating one.
//!
//! The equations have more than one solution, and Newton finds the nearest. On the wrong ones some voltages are low
//! though nothing steps them down, or the two ends of a branch stand far apart, or the determinant of the Jacobian has
//! changed its sign: on the way up from the unloaded grid that sign stays the same until the nose.
//!
//! The sign at the unloaded grid is not known here, but pivots with negative determinant are: most sound states have
//! none, and then nothing is asked. Some grids with negative reactances have an even number of them in every sound
//! state, and at the start already.

use super::newton::Solution;
use crate::case::{Case, NodeKind};
use crate::ids::{Id, Node};
use num_complex::Complex64;
use std::collections::VecDeque;

/// Below this part of what its taps give it a voltage needs a second look.
pub const LOW_VM_PU: f64 = 0.8;

/// Beyond this the ends of a branch need a second look (rad): a quarter turn is the limit of a lossless line.
const WIDE_ANGLE: f64 = std::f64::consts::FRAC_PI_2;

/// Why a state is doubtful.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Doubt {
    /// The lowest voltage of all that are low.
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
    /// The determinant of the Jacobian may have changed its sign.
    Sign,
}

/// What is doubtful about a solution; `None` if nothing.
#[must_use]
pub fn doubt(case: &Case, found: &Solution) -> Option<Doubt> {
    low_voltage(case, &found.v).or_else(|| wide_angle(case, &found.v)).or_else(|| {
        let negative = found.pivots.map_or(0, |pivots| pivots.negative);
        let at_start = found.first_pivots.map_or(0, |pivots| pivots.negative);
        (negative % 2 == 1 || (negative > 0 && negative != at_start)).then_some(Doubt::Sign)
    })
}

fn low_voltage(case: &Case, v: &[Complex64]) -> Option<Doubt> {
    // What is stepped down by taps is at least that much below 1: few states pass this line.
    if v.iter().all(|v| v.norm() >= LOW_VM_PU) {
        return None;
    }
    let unloaded = by_taps(case);
    let vm = |(node, v): (usize, &Complex64)| (node, v.norm());
    let low = v.iter().enumerate().map(vm).filter(|&(node, vm)| vm < LOW_VM_PU * unloaded[node].min(1.0));
    let (node, vm) = low.min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Doubt::LowVoltage { node: Node::from_index(node), vm })
}

/// The magnitude that each node would have if taps alone set it [p.u.], on the shortest way from a node that holds its own.
fn by_taps(case: &Case) -> Vec<f64> {
    let mut neighbours = vec![Vec::new(); case.len()];
    for branch in case.branches.iter().filter(|branch| branch.ys != Complex64::ZERO) {
        let (from, to, ratio) = (branch.from.index(), branch.to.index(), branch.tap.norm());
        neighbours[from].push((to, 1.0 / ratio));
        neighbours[to].push((from, ratio));
    }
    let held = case.kind.iter_ids().filter(|&(_, &kind)| kind != NodeKind::Pq).map(|(node, _)| node);
    let mut vm = vec![f64::NAN; case.len()];
    let mut queue = VecDeque::new();
    for node in held {
        vm[node.index()] = case.vm_setpoint[node];
        queue.push_back(node.index());
    }
    while let Some(node) = queue.pop_front() {
        for &(next, ratio) in &neighbours[node] {
            if vm[next].is_nan() {
                vm[next] = vm[node] * ratio;
                queue.push_back(next);
            }
        }
    }
    vm
}

fn wide_angle(case: &Case, v: &[Complex64]) -> Option<Doubt> {
    // Beyond a quarter turn the real part of v_from·conj(tap·v_to) is negative: no angle is needed to see that.
    let across =
        |branch: &crate::case::Branch| v[branch.from.index()] * (branch.tap * v[branch.to.index()]).conj();
    let joins = |branch: &crate::case::Branch| branch.ys != Complex64::ZERO;
    let wide =
        case.branches.iter().enumerate().filter(|(_, branch)| across(branch).re < 0.0 && joins(branch));
    let angles = wide.map(|(k, branch)| (k, across(branch).arg().abs()));
    let (branch, angle) =
        angles.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|&(_, angle)| angle > WIDE_ANGLE)?;
    Some(Doubt::WideAngle { branch, angle })
}
