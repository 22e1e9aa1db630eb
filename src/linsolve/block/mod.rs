//! LU of a sparse matrix of 2×2 blocks with a symmetric pattern, and pivots that stay where they are.
//!
//! The rows are the nodes of a graph, the blocks stand where two are joined. With `L` lower triangular
//! (diagonal blocks included) and `U` upper triangular with unit diagonal,
//!
//! ```text
//! A = L·U        row i:   w     = A[i, ..]
//!                         for c in L[i], ascending:   w[c..] −= w[c]·U[c, ..],   r −= w[c]·x[c]
//!                         D = w[i],   U[i, ..] = D⁻¹·w[i+1..],   x[i] = D⁻¹·r
//! back:                   x[i] −= U[i, ..]·x         for i from last to first
//! ```
//!
//! One pass assembles, eliminates and solves forward: [`Rows`] puts row i into the accumulator `w` when it is
//! needed, so the matrix itself is never stored. The pattern comes from the [`Plan`], which is made once
//! per graph: it does not depend on values, and a row whose second equation is switched off
//! keeps its place.
//!
//! Why `U` and not `L` has the unit diagonal: a multiplier is then the accumulated block itself, so the chain of
//! dependent operations from row to row is shorter by a block product, and the way back needs no pivots.
//!
//! There is no search for pivots. [`Pivots`] tells afterwards whether the order was good enough, and where it
//! was not [`Factor::solve`] refines the solution or takes it from [`super::SparseLu`], and says so: [`Way`].

mod arrange;
mod factor;
mod few;
mod graph;
mod guard;
mod minimum_fill;
mod order;
mod pivots;
mod plan;
mod shared;
mod update;

pub use factor::{Accumulator, Factor, Rows};
pub use graph::Graph;
pub use guard::Way;
pub use order::{MINIMUM_FILL_PAYS_AFTER, Ordering};
pub use pivots::{Pivots, Verdict};
pub use plan::Plan;
pub use shared::{Pair, Shared};
pub use update::{Change, MAX_ROWS, Scratch, Update};

/// A 2×2 block, row by row, aligned to a register of 256 bits.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[repr(C, align(32))]
pub struct Block(pub [f64; 4]);
