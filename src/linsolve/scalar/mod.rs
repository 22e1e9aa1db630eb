//! `LDLᵀ` of a sparse symmetric matrix of numbers, on the plan that the blocks use.
//!
//! The DC load flow and both halves of the fast-decoupled one have such a matrix on the bus graph. With `U`
//! upper triangular with unit diagonal and `D` diagonal,
//!
//! ```text
//! A = Uᵀ·D·U      row i:   w[i..] = A[i, i..]
//!                          for c in L[i]:   w[i..] −= U[c, i]·D[c]·U[c, i..]
//!                          D[i] = w[i],   U[i, ..] = w[i+1..] / D[i]
//! A·x = b         up:      x[t] −= U[c, t]·x[c]              for c from first to last
//!                 down:    x[c]  = x[c]/D[c] − U[c, ..]·x    for c from last to first
//! ```
//!
//! Series capacitors and equivalents have negative susceptance, so `D` may change its sign; only a pivot that vanishes
//! is an error. `guard.rs` watches both and never lets a bad factor pass.
//!
//! [`Factor::solve_lanes`] solves for [`LANES`] right-hand sides at a time; where they are nonzero in a few rows only,
//! [`Reach`] lists the rows that the way up has to visit.
//!
//! Source: T. A. Davis, *Direct Methods for Sparse Linear Systems*, SIAM 2006, chapters 3 and 4.

mod factor;
mod guard;
mod lanes;
mod reach;

pub use factor::{Accumulator, Factor, Rows};
pub use lanes::LANES;
pub use reach::Reach;
