//! DC load flow: active power only, magnitudes 1, small angles; and what follows from its being linear.
//!
//! ```text
//! bbus · va = Re(sbus) − dc_injection − Re(ysh)      with va given at the slack nodes
//! flow_l    = b_l · (va_from − shift_l − va_to)
//! ```
//!
//! With the slack nodes grounded and `z_k = bbus⁻¹·e_k`, `d_o = e_from − e_to` of branch o and `x = bbus⁻¹·d_o`,
//!
//! ```text
//! ptdf[l, k] = b_l · d_lᵀ·z_k                                   flow on l for a unit at node k, taken out at the slack
//! p_o        = b_o · d_oᵀ·x                                     what returns through o itself
//! lodf[l, o] = b_l · d_lᵀ·x / (1 − p_o),  lodf[o, o] = −1       flow on l for each unit that o carried
//! flow_l after the outage of o = flow_l + lodf[l, o] · flow_o
//! ```
//!
//! So an outage costs one solve with a right-hand side of two entries, and neither matrix is needed for it:
//! [`Outages`] has all flows of eight outages at a time, and keeps none of them. A bridge has `p_o = 1`; its outage
//! leaves a part without a slack, and what it carried is taken out at its other end.
//!
//! [`DcGrid`] holds the factors; [`solve`] is for one load flow.
//!
//! Sources: B. Stott, J. Jardim, O. Alsaç, *DC Power Flow Revisited*, IEEE Trans. Power Systems 24, 2009; J. Guo, Y. Fu, Z. Li,
//! M. Shahidehpour, *Direct Calculation of Line Outage Distribution Factors*, IEEE Trans. Power Systems 24, 2009.

mod grid;
mod lanes;
mod outages;
mod sensitivity;

pub use grid::DcGrid;
pub use lanes::DcWork;
pub use outages::{Block, Outages, Worst};

use super::kernel::Grid;
use crate::case::Case;
use crate::linsolve::Singular;
use crate::linsolve::block::Ordering;

/// Voltage angles of the DC load flow (rad), n rows.
///
/// # Errors
/// [`Singular`] where the susceptances cancel out.
pub fn solve(case: &Case) -> Result<Vec<f64>, Singular> {
    let grid = Grid::new(case, Ordering::MinimumDegree);
    DcGrid::new(&grid, case)?.angles(case)
}
