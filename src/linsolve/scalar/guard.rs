//! No silent bad factor of a symmetric matrix.
//!
//! Two measures by row, free of the scale of the matrix:
//!
//! ```text
//! moved     Σ over c of U[c,i]²·|D[c]|: all that the elimination added to or took from the diagonal entry
//! grown     (moved + |D[i]|) / Σ over j of |A[i,j]|: at most 1 where all susceptances are positive
//! left      |D[i]| / (moved + |D[i]|): how much of the pivot is not rounding
//! ```
//!
//! `(|U|ᵀ·|D|·|U|)[i,j]` is at most the geometric mean of its diagonal entries i and j, so the backward error is some
//! `ε·grown` beside the rows of A. A matrix that fails goes to [`SparseLu`], which chooses its pivots, and is
//! singular if that has no useful factors either.

use super::{Factor, Rows};
use crate::linsolve::block::{Plan, Way};
use crate::linsolve::{Singular, SparseLu};
use sprs::TriMat;

/// Up to this growth eleven digits are left.
const SOUND: f64 = 1e5;

/// Below this a pivot has fewer than four digits: at a node that hangs on nothing it is rounding alone.
const VANISHED: f64 = 1e-12;

/// A matrix whose inverse magnifies a unit of each row beyond this has no digits left.
const HOPELESS: f64 = 1e13;

/// Steps of inverse iteration that look for such a magnification.
const ITERATIONS: usize = 3;

/// What was seen of the pivots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    grown: f64,
    left: f64,
    /// Zero as long as all values are finite.
    zeros: f64,
}

impl Default for Seen {
    fn default() -> Self {
        Self { grown: 0.0, left: 1.0, zeros: 0.0 }
    }
}

impl Seen {
    /// Takes in one row: its pivot, what was moved to get it, and the size of the row in the matrix.
    #[inline]
    pub(super) fn row(&mut self, d: f64, moved: f64, size: f64) {
        let whole = moved + d.abs();
        self.grown = self.grown.max(whole / size);
        self.left = self.left.min(d.abs() / whole);
        // A row of zeros divides zero by zero, which the comparisons would let pass.
        self.zeros += (d / whole) * 0.0 + size * 0.0;
    }

    /// Whether the factors may be used.
    pub(super) fn is_sound(&self) -> bool {
        self.zeros == 0.0 && self.grown <= SOUND && self.left >= VANISHED
    }
}

impl Factor {
    /// Assembles the matrix and factorises it by [`SparseLu`].
    #[cold]
    #[inline(never)]
    pub(super) fn choose_pivots(&mut self, plan: &Plan, rows: &impl Rows) -> Result<Way, Singular> {
        let n = plan.len();
        // Whoever ignores the error finds no factors, but numbers that are none.
        self.inverse.fill(f64::NAN);
        self.pivots.fill(f64::NAN);
        let mut entries = TriMat::with_capacity((n, n), 2 * plan.upper_len() + n);
        let mut sizes = vec![0.0; n];
        for row in 0..n {
            self.row_of_matrix(plan, rows, row, |column, value| {
                entries.add_triplet(row, column, value);
                sizes[row] += value.abs();
                if column != row {
                    entries.add_triplet(column, row, value);
                    sizes[column] += value.abs();
                }
            });
        }
        let matrix = entries.to_csc();
        let mut lu = SparseLu::analyse(&matrix)?;
        lu.factorise(&matrix)?;
        // Inverse iteration: whatever the matrix nearly sends to zero grows, even if the first vector, a unit in each row
        // with signs of no pattern, has little of it.
        let mut x: Vec<f64> = (0_u32..)
            .zip(&sizes)
            .map(|(k, _)| if k.wrapping_mul(2_654_435_761) < 1 << 31 { 1.0 } else { -1.0 })
            .collect();
        for _ in 0..ITERATIONS {
            let largest = x.iter().fold(f64::MIN_POSITIVE, |largest, x| x.abs().max(largest));
            x.iter_mut().zip(&sizes).for_each(|(x, size)| *x *= size / largest);
            lu.solve(&mut x)?;
            if x.iter().any(|x| x.abs() > HOPELESS) {
                return Err(Singular);
            }
        }
        self.fallback = Some(Box::new(lu));
        Ok(Way::Pivoting)
    }
}
