//! Sparse LU with partial pivoting and a fill-reducing column order, by faer.

use super::Singular;
use faer::linalg::solvers::SolveCore;
use faer::sparse::linalg::solvers::{Lu, SymbolicLu};
use faer::sparse::{SparseColMatRef, SymbolicSparseColMatRef};
use faer::{Conj, MatMut};
use sprs::CsMat;

/// The factors of a square sparse matrix, and the plan by which another matrix of the same pattern is factorised.
#[derive(Clone, Debug)]
pub struct SparseLu {
    plan: SymbolicLu<usize>,
    factors: Option<Lu<usize, f64>>,
}

impl SparseLu {
    /// Finds the order of elimination for the pattern of `a`, n×n by columns.
    ///
    /// # Errors
    /// [`Singular`] if no values could make this pattern regular.
    ///
    /// # Panics
    /// If `a` is not stored by columns (a bug of the caller).
    pub fn analyse(a: &CsMat<f64>) -> Result<Self, Singular> {
        assert!(a.is_csc(), "the matrix must be stored by columns");
        let starts = a.proper_indptr();
        let pattern = SymbolicSparseColMatRef::new_checked(a.rows(), a.cols(), &starts, None, a.indices());
        let plan = SymbolicLu::try_new(pattern).map_err(|_| Singular)?;
        Ok(Self { plan, factors: None })
    }

    /// Factorises `a`, whose pattern is the analysed one.
    ///
    /// # Errors
    /// [`Singular`] if a pivot vanishes or a value is not finite. There are no factors then.
    pub fn factorise(&mut self, a: &CsMat<f64>) -> Result<(), Singular> {
        self.factors = None;
        if a.data().iter().any(|value| !value.is_finite()) {
            return Err(Singular);
        }
        let starts = a.proper_indptr();
        let pattern = SymbolicSparseColMatRef::new_checked(a.rows(), a.cols(), &starts, None, a.indices());
        let view = SparseColMatRef::new(pattern, a.data());
        self.factors = Some(Lu::try_new_with_symbolic(self.plan.clone(), view).map_err(|_| Singular)?);
        Ok(())
    }

    /// Solves `a·x = b`; `b` is replaced by `x`, n rows.
    ///
    /// # Errors
    /// [`Singular`] if there are no factors, or `x` is not finite.
    pub fn solve(&self, b: &mut [f64]) -> Result<(), Singular> {
        let factors = self.factors.as_ref().ok_or(Singular)?;
        let rows = b.len();
        factors.solve_in_place_with_conj(Conj::No, MatMut::from_column_major_slice_mut(b, rows, 1));
        finite(b)
    }

    /// Solves `aᵀ·x = b`, as [`SparseLu::solve`].
    ///
    /// # Errors
    /// [`Singular`] if there are no factors, or `x` is not finite.
    pub fn solve_transposed(&self, b: &mut [f64]) -> Result<(), Singular> {
        let factors = self.factors.as_ref().ok_or(Singular)?;
        let rows = b.len();
        factors.solve_transpose_in_place_with_conj(Conj::No, MatMut::from_column_major_slice_mut(b, rows, 1));
        finite(b)
    }
}

fn finite(x: &[f64]) -> Result<(), Singular> {
    if x.iter().all(|x| x.is_finite()) { Ok(()) } else { Err(Singular) }
}
