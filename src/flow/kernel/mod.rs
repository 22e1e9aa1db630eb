//! Newton–Raphson as in [`super::newton`], on the bus graph in 2×2 blocks: the fast form of the same algorithm.
//!
//! Unknowns of bus i are `(Δθ, ΔV/V)`, its equations `(ΔP, ΔQ)`. With `S_ik = v_i·conj(y_ik·v_k) = a + jb` and
//! `P_i + jQ_i = Σ_k S_ik`, the blocks of the Jacobian are
//!
//! ```text
//! off-diagonal   [  b   a ]        diagonal   [ b−Q_i   a+P_i ]   with a + jb = S_ii
//!                [ −a   b ]                   [ P_i−a   b+Q_i ]
//! ```
//!
//! A PV bus keeps its place: its second equation is `ΔV/V = 0`, so the second row is `[0 1]` on the diagonal and
//! zero elsewhere. Its kind is one number per row, and PV ↔ PQ never changes a pattern. Slack buses have no row.
//!
//! One step is two sweeps over the rows, and neither the Jacobian nor the mismatch is stored:
//!
//! ```text
//! converged?   mismatch row by row, only as far as the first that is beyond tol
//! up           S_ik and P_i + jQ_i of row i, its blocks and its mismatch; eliminated and solved forward at once
//! down         solved backward;   v ← v·(1 + ΔV/V)·(cos Δθ + j sin Δθ)
//! ```
//!
//! `v` is kept as real and imaginary part, so a step needs sine and cosine of Δθ only, which are short sums
//! where Δθ is small.
//!
//! [`Grid`] holds what a solve does not change: the plan of elimination and ybus, whose values follow a branch or a shunt
//! without a new plan. [`Workspace`] holds what it does change, so that a solve allocates nothing.
//! Where the pivots were not good enough the step is taken from [`crate::linsolve::SparseLu`], and
//! [`super::newton::Solution::pivoting_steps`] tells.

mod grid;
mod mismatch;
mod rotate;
mod solve;
mod sweep;
#[cfg(test)]
mod tests;

pub use grid::Grid;
pub(super) use mismatch::Mismatch;
pub use solve::{Solver, Workspace, solve};
pub(super) use sweep::{State, Step};
