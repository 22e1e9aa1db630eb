//! Flows per unit of injection, and per unit of flow lost with a branch: columns, rows, and whole matrices.
//!
//! A whole matrix is solved eight columns at a time straight into its place, so it is all the memory that is
//! needed, on all cores where the feature `parallel` is on; each eight come to the same bytes on any thread. Matrices
//! are by columns, one row per branch.

use super::lanes::{Columns, Lanes};
use super::{DcGrid, DcWork};
use crate::ids::{Id, Node};
use crate::linsolve::scalar::LANES;
use nalgebra::DMatrix;
#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Where less than this share of a branch's flow returns by other ways, its outage has no accurate result.
pub(super) const NEARLY_ALONE: f64 = 1e-10;

impl DcGrid<'_> {
    /// What a unit injected at a node and taken out at the slack does on each branch: one row per branch.
    ///
    /// Zero for a slack node. Where there are several, they take out by their electrical distance.
    ///
    /// # Panics
    /// If the grid has no such node (a bug of the caller).
    #[must_use]
    pub fn ptdf_column(&self, node: Node, work: &mut DcWork) -> Vec<f64> {
        let mut column = vec![0.0; self.branches()];
        self.ptdf_columns(node.index(), std::iter::once(&mut column[..]), work);
        column
    }

    /// What a unit injected at each node and taken out at the slack does on one branch: one entry per node.
    ///
    /// # Panics
    /// If the grid has no such branch (a bug of the caller).
    #[must_use]
    pub fn ptdf_row(&self, branch: usize, work: &mut DcWork) -> Vec<f64> {
        // The matrix is symmetric: what the branch sees of the nodes is what the nodes see of the branch.
        let [from, to] = self.ends[branch];
        work.solve(self, [(from, 0, 1.0), (to, 0, -1.0)].into_iter());
        let mut row = vec![0.0; self.len()];
        for (&node, x) in self.grid.node_of_row().iter().zip(&work.x[..self.plan().len()]) {
            row[node as usize] = self.b[branch] * x[0];
        }
        row
    }

    /// What each unit that a branch carried adds to each branch after its outage: one row per branch, −1 at its own.
    ///
    /// Not a number for a bridge, which has no other way.
    ///
    /// # Panics
    /// If the grid has no such branch (a bug of the caller).
    #[must_use]
    pub fn lodf_column(&self, branch: usize, work: &mut DcWork) -> Vec<f64> {
        let mut column = vec![0.0; self.branches()];
        self.lodf_columns(branch, std::iter::once(&mut column[..]), work);
        column
    }

    /// All of [`DcGrid::ptdf_column`]: branches × nodes.
    #[must_use]
    pub fn ptdf(&self) -> DMatrix<f64> {
        self.whole(self.len(), |first, columns, work| self.ptdf_columns(first, columns, work))
    }

    /// All of [`DcGrid::lodf_column`]: branches × branches.
    #[must_use]
    pub fn lodf(&self) -> DMatrix<f64> {
        self.whole(self.branches(), |first, columns, work| self.lodf_columns(first, columns, work))
    }

    fn whole(
        &self,
        count: usize,
        fill: impl Fn(usize, std::slice::ChunksMut<'_, f64>, &mut DcWork) + Sync,
    ) -> DMatrix<f64> {
        let rows = self.branches();
        let mut values = vec![0.0; rows * count];
        let block = (rows * LANES).max(1);
        let one = |work: &mut DcWork, (k, columns): (usize, &mut [f64])| {
            fill(k * LANES, columns.chunks_mut(rows), work);
        };
        #[cfg(feature = "parallel")]
        values.par_chunks_mut(block).enumerate().for_each_init(|| DcWork::new(self), one);
        #[cfg(not(feature = "parallel"))]
        {
            let mut work = DcWork::new(self);
            values.chunks_mut(block).enumerate().for_each(|columns| one(&mut work, columns));
        }
        DMatrix::from_vec(rows, count, values)
    }

    /// Columns of the PTDF of up to eight nodes, from node `first` on, each as long as there are branches.
    ///
    /// # Panics
    /// If the grid has no such node, or a column another length (bugs of the caller).
    pub fn ptdf_columns<'o>(
        &self,
        first: usize,
        columns: impl Iterator<Item = &'o mut [f64]>,
        work: &mut DcWork,
    ) {
        let n = self.plan().len();
        let ground = |node: usize| {
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            let row = self.grid.row(Node::from_index(node)).min(n) as u32;
            row
        };
        self.columns(columns, work, |work, count| {
            work.solve(self, (0..count).map(|lane| (ground(first + lane), lane, 1.0)));
            [1.0; LANES]
        });
    }

    /// Columns of the LODF of up to eight branches, from branch `first` on, each as long as there are branches.
    ///
    /// # Panics
    /// If the grid has no such branch, or a column another length (bugs of the caller).
    pub fn lodf_columns<'o>(
        &self,
        first: usize,
        columns: impl Iterator<Item = &'o mut [f64]>,
        work: &mut DcWork,
    ) {
        let mut columns: Vec<&mut [f64]> = columns.collect();
        let count = columns.len();
        self.columns(columns.iter_mut().map(|column| &mut **column), work, |work, count| {
            let ends = |lane: usize| {
                let [from, to] = self.ends[first + lane];
                [(from, lane, 1.0), (to, lane, -1.0)]
            };
            work.solve(self, (0..count).flat_map(ends));
            self.per_unit_lost(work, |lane| (lane < count).then_some(first + lane))
        });
        for (lane, column) in columns.into_iter().enumerate().take(count) {
            // A column that is no number has no such entry either.
            let own = &mut column[first + lane];
            *own = if own.is_nan() { f64::NAN } else { -1.0 };
        }
    }

    /// `1/(1 − p_o)` of the branches in the lanes that `work` was solved for; not a number for a bridge.
    pub(super) fn per_unit_lost(&self, work: &DcWork, branch: impl Fn(usize) -> Option<usize>) -> Lanes {
        std::array::from_fn(|lane| {
            let Some(branch) = branch(lane) else { return 0.0 };
            let rest = 1.0 - work.carried(self, branch)[lane];
            if self.bridges.is_bridge(branch) || rest.abs() < NEARLY_ALONE { f64::NAN } else { 1.0 / rest }
        })
    }

    fn columns<'o>(
        &self,
        columns: impl Iterator<Item = &'o mut [f64]>,
        work: &mut DcWork,
        solve: impl FnOnce(&mut DcWork, usize) -> Lanes,
    ) {
        let mut spare = Vec::new();
        let mut out: [Option<&mut [f64]>; LANES] = Default::default();
        let mut count = 0;
        for (to, column) in out.iter_mut().zip(columns) {
            *to = Some(column);
            count += 1;
        }
        if count < LANES {
            spare.resize((LANES - count) * self.branches(), 0.0);
        }
        let mut unused = spare.chunks_mut(self.branches().max(1));
        let out = out.map(|column| column.or_else(|| unused.next()).unwrap_or_default());
        let factor = solve(work, count);
        work.cpu.run(Columns { dc: self, x: &work.x, factor: &factor, out });
    }
}
