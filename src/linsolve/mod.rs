//! Sparse linear systems: analyse once, factorise and solve many times. The only importer of faer.
//!
//! sprs stores, faer factorises: the view over a sprs matrix shares its memory. Another solver is another
//! file here: [`SparseLu`] is general and chooses its pivots; [`block`] is made for grids and much faster, and [`scalar`]
//! is its like for symmetric matrices of numbers.

pub mod block;
pub mod cpu;
pub mod scalar;
mod sparse_lu;

pub use sparse_lu::SparseLu;

/// A matrix that cannot be factorised, or whose factors are useless.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the matrix is singular")]
pub struct Singular;
