//! Whether the state after an outage may be another than the operating one: a voltage is low or a branch wide that was not
//! so before.
//!
//! Outages stream by in thousands, and nearly all move the grid but little. One pass over the voltages tells: where none is
//! low, and none has turned by more than half of what the widest branch is short of a quarter turn, nothing strays.

use crate::case::{Branch, Case};
use crate::flow::kernel::Grid;
use crate::flow::plausible::LOW_VM_PU;
use crate::ids::{Id, Node};
use num_complex::Complex64;
use std::f64::consts::FRAC_PI_2;

/// The state before, and how far it may be turned.
pub(super) struct Stray {
    /// Voltages before [p.u.], by rows.
    before: Vec<[f64; 2]>,
    /// Tangent of the angle by which every voltage may turn.
    tangent: f64,
}

/// What one pass over the voltages shows.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    /// The highest magnitude [p.u.].
    pub(super) highest_pu: f64,
    any_low: bool,
    turns: bool,
}

impl Stray {
    /// `before` [p.u.] by nodes.
    pub(super) fn new(case: &Case, grid: &Grid, before: &[Complex64]) -> Self {
        let angle = |branch: &Branch| across(branch, |node| before[node.index()]).arg().abs();
        let narrow = case.branches.iter().map(angle).filter(|&angle| angle <= FRAC_PI_2);
        let widest = narrow.fold(0.0, f64::max);
        let by_row = grid.node_of_row().iter().map(|&node| before[node as usize]);
        // A little less, for what is rounded.
        let free = 0.999 * (FRAC_PI_2 - widest) / 2.0;
        Self { before: by_row.map(|v| [v.re, v.im]).collect(), tangent: free.tan() }
    }

    /// Looks at voltages [p.u.] by rows.
    pub(super) fn look(&self, v: &[[f64; 2]]) -> Seen {
        let (mut lowest, mut highest, mut turned) = (f64::INFINITY, 0.0_f64, f64::NEG_INFINITY);
        for ([e, f], [e0, f0]) in v.iter().zip(&self.before) {
            let square = e * e + f * f;
            lowest = lowest.min(square);
            highest = highest.max(square);
            turned = turned.max((f * e0 - e * f0).abs() - self.tangent * (e * e0 + f * f0));
        }
        let any_low = lowest < LOW_VM_PU * LOW_VM_PU;
        Seen { highest_pu: highest.sqrt(), any_low, turns: turned > 0.0 }
    }

    /// Whether voltages `v` [p.u.] by rows, which were `seen`, may be another state than the operating one, with these
    /// branches out and these nodes dead, both in order.
    pub(super) fn strays(
        &self,
        (case, grid): (&Case, &Grid),
        (v, seen): (&[[f64; 2]], Seen),
        (out, dead): (&[usize], &[Node]),
    ) -> bool {
        let is_low = |[e, f]: [f64; 2]| e * e + f * f < LOW_VM_PU * LOW_VM_PU;
        let is_dead = |node: &Node| dead.binary_search(node).is_ok();
        let rows = grid.node_of_row().iter().zip(v.iter().zip(&self.before));
        let low = |(&node, (&v, &before)): (&u32, (&[f64; 2], &[f64; 2]))| {
            is_low(v) && !is_low(before) && !is_dead(&Node::from_index(node as usize))
        };
        let at = |v: &[[f64; 2]], node: Node| {
            let [e, f] = v[grid.row(node)];
            Complex64::new(e, f)
        };
        let is_wide = |branch: &Branch, v: &[[f64; 2]]| across(branch, |node| at(v, node)).re < 0.0;
        let wide = |(k, branch): (usize, &Branch)| {
            is_wide(branch, v)
                && !is_wide(branch, &self.before)
                && out.binary_search(&k).is_err()
                && !is_dead(&branch.from)
                && !is_dead(&branch.to)
        };
        (seen.any_low && rows.into_iter().any(low))
            || (seen.turns && case.branches.iter().enumerate().any(wide))
    }
}

/// The product whose argument is the angle across a branch, the shift of its transformer taken off.
fn across(branch: &Branch, v: impl Fn(Node) -> Complex64) -> Complex64 {
    v(branch.from) * (branch.tap * v(branch.to)).conj()
}
