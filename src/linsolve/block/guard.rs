//! No silent bad factor: what happens where static pivots were not good enough.
//!
//! ```text
//! sound      the solution is used as it is
//! doubtful   residual r = b − A·x; x += A⁻¹·r with the same factors, at most three times,
//!            until the backward error falls below 1e-14
//! otherwise  the matrix is assembled and solved by a LU that chooses its pivots
//! ```

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::pivots::{Pivots, Verdict};
use super::{Factor, Plan, Rows};
use crate::linsolve::cpu::{Arithmetic, Baseline};
use crate::linsolve::{Singular, SparseLu};
use sprs::TriMat;

/// How a system was solved in the end.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Way {
    /// By static pivots.
    Static,
    /// By static pivots, and refined until the residual was small.
    Refined,
    /// By a factorisation that chooses its pivots.
    Pivoting,
}

/// Largest backward error of a refined solution.
const BACKWARD_ERROR: f64 = 1e-14;

/// Steps of refinement.
const REFINEMENTS: usize = 3;

impl Factor {
    /// Solves `A·x = rhs`, both told by `rows`; [`Factor::x`] holds the solution.
    ///
    /// # Errors
    /// [`Singular`] if not even a factorisation that chooses its pivots finds a solution.
    #[inline(always)]
    pub fn solve<A: Arithmetic>(
        &mut self,
        a: A,
        plan: &Plan,
        rows: &impl Rows,
    ) -> Result<(Pivots, Way), Singular> {
        let (pivots, finite) = self.solve_once(a, plan, rows);
        if finite && pivots.verdict() == Verdict::Sound {
            return Ok((pivots, Way::Static));
        }
        self.rescue(plan, rows, pivots, finite)
    }

    /// Solves with the factors of [`Factor::keep`]: [`Factor::x_mut`] takes the right-hand side, [`Factor::x`] holds the
    /// solution. Says whether it is made of numbers.
    #[inline(always)]
    pub fn again<A: Arithmetic>(&mut self, a: A, plan: &Plan) -> bool {
        self.solve_again(a, plan)
    }

    /// What is rare stays out of the dispatched code, and does with plain arithmetic.
    #[cold]
    #[inline(never)]
    fn rescue(
        &mut self,
        plan: &Plan,
        rows: &impl Rows,
        pivots: Pivots,
        finite: bool,
    ) -> Result<(Pivots, Way), Singular> {
        if finite && pivots.verdict() == Verdict::Doubtful && self.refine(plan, rows) {
            return Ok((pivots, Way::Refined));
        }
        self.choose_pivots(plan, rows)?;
        Ok((pivots, Way::Pivoting))
    }

    /// Solves once more and refines; says whether the residual became small.
    fn refine(&mut self, plan: &Plan, rows: &impl Rows) -> bool {
        if !self.keep(Baseline, plan, rows).1 {
            return false;
        }
        let mut x = self.x().to_vec();
        for _ in 0..=REFINEMENTS {
            let (residual, error) = self.residual(Baseline, plan, rows, &x);
            if error <= BACKWARD_ERROR {
                self.x_mut().copy_from_slice(&x);
                return true;
            }
            self.x_mut().copy_from_slice(&residual);
            if !self.solve_again(Baseline, plan) {
                return false;
            }
            for (x, dx) in x.iter_mut().zip(self.x()) {
                x[0] += dx[0];
                x[1] += dx[1];
            }
        }
        false
    }

    /// `rhs − A·x` by rows, and the backward error of `x`: the largest over the equations, each by its own row of
    /// `A`, so that the scale of rows does not count.
    pub fn residual<A: Arithmetic>(
        &mut self,
        a: A,
        plan: &Plan,
        rows: &impl Rows,
        x: &[[f64; 2]],
    ) -> (Vec<[f64; 2]>, f64) {
        let largest = x.as_flattened().iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        let mut error = 0.0_f64;
        let mut residual = Vec::with_capacity(plan.len());
        for row in 0..plan.len() {
            let mut sums = [0.0; 2];
            let mut sizes = [0.0; 2];
            let b = self.row_of_matrix(a, plan, rows, row, |column, block| {
                let x = x[column];
                sums[0] += block[0] * x[0] + block[1] * x[1];
                sums[1] += block[2] * x[0] + block[3] * x[1];
                sizes[0] += block[0].abs() + block[1].abs();
                sizes[1] += block[2].abs() + block[3].abs();
            });
            let r = [b[0] - sums[0], b[1] - sums[1]];
            for k in 0..2 {
                let scale = sizes[k] * largest + b[k].abs();
                let relative = if r[k] == 0.0 { 0.0 } else { r[k].abs() / scale };
                error = if relative.is_nan() { f64::INFINITY } else { error.max(relative) };
            }
            residual.push(r);
        }
        (residual, error)
    }

    /// Assembles the matrix and solves it by [`SparseLu`].
    fn choose_pivots(&mut self, plan: &Plan, rows: &impl Rows) -> Result<(), Singular> {
        let n = 2 * plan.len();
        let mut entries = TriMat::with_capacity((n, n), 4 * (2 * plan.upper_len() + plan.len()));
        let mut b = Vec::with_capacity(n);
        for row in 0..plan.len() {
            let r = self.row_of_matrix(Baseline, plan, rows, row, |column, block| {
                for (k, value) in block.into_iter().enumerate() {
                    if value != 0.0 {
                        entries.add_triplet(2 * row + k / 2, 2 * column + k % 2, value);
                    }
                }
            });
            b.extend(r);
        }
        let matrix = entries.to_csc();
        let mut lu = SparseLu::analyse(&matrix)?;
        lu.factorise(&matrix)?;
        lu.solve(&mut b)?;
        self.x_mut().as_flattened_mut().copy_from_slice(&b);
        Ok(())
    }
}
