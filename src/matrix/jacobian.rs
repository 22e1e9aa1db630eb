//! Derivatives of the injected power, and the Jacobian of the load flow made of them.
//!
//! ```text
//! s = diag(v)·conj(ybus·v)
//! ∂s/∂va = j·diag(v)·conj(diag(ibus) − ybus·diag(v))
//! ∂s/∂vm = diag(v)·conj(ybus·diag(v/|v|)) + conj(diag(ibus))·diag(v/|v|)
//!
//! J = [ Re ∂s/∂va [pvpq, pvpq]   Re ∂s/∂vm [pvpq, pq] ]
//!     [ Im ∂s/∂va [pq,   pvpq]   Im ∂s/∂vm [pq,   pq] ]
//! ```
//!
//! Source: R. D. Zimmerman, *AC Power Flows, Generalized OPF Costs and their Derivatives using Complex Matrix
//! Notation*, MATPOWER Technical Note 2.

use crate::case::{Case, NodeKind};
use crate::ids::Id;
use num_complex::Complex64;
use sprs::CsMat;

/// One entry of the derivative matrices: injection at `row` by the voltage at `col`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DsEntry {
    /// Node whose injection changes.
    pub row: usize,
    /// Node whose voltage changes.
    pub col: usize,
    /// By the angle [p.u. per radian].
    pub ds_dva: Complex64,
    /// By the magnitude [p.u. per p.u.].
    pub ds_dvm: Complex64,
}

/// The entries of `∂s/∂va` and `∂s/∂vm`, both n×n with the pattern of `ybus`, in its order.
pub fn ds_dv<'a>(
    ybus: &'a CsMat<Complex64>,
    v: &'a [Complex64],
    ibus: &'a [Complex64],
) -> impl Iterator<Item = DsEntry> + 'a {
    ybus.iter().map(move |(&y, (row, col))| {
        // s of the pair: what `row` sends because of the voltage at `col`
        let s = v[row] * (y * v[col]).conj();
        let mut ds_dva = -Complex64::I * s;
        let mut ds_dvm = s / v[col].norm();
        if row == col {
            let own = v[row] * ibus[row].conj();
            ds_dva += Complex64::I * own;
            ds_dvm += own / v[row].norm();
        }
        DsEntry { row, col, ds_dva, ds_dvm }
    })
}

/// The Jacobian of the polar power-mismatch equations: a fixed pattern whose values are filled at each step.
#[derive(Clone, Debug)]
pub struct Jacobian {
    /// Where the angle of each node stands among unknowns and P equations.
    va: Vec<Option<usize>>,
    /// Where the magnitude of each node stands among unknowns and Q equations.
    vm: Vec<Option<usize>>,
    /// The matrix, by columns, as the factorisation wants it.
    matrix: CsMat<f64>,
    /// For each entry of `ybus`: where its four derivatives go in the values of `matrix`.
    slots: Vec<[Option<u32>; 4]>,
}

impl Jacobian {
    /// The pattern for a case: unknowns are the angles of all nodes but the slack, then the magnitudes of the PQ nodes.
    ///
    /// # Panics
    /// If the matrix would have 2³² entries; readers stop long before.
    #[must_use]
    pub fn new(case: &Case, ybus: &CsMat<Complex64>) -> Self {
        let n = case.len();
        let mut count = 0;
        let mut number = |wanted: &dyn Fn(NodeKind) -> bool| -> Vec<Option<usize>> {
            let take = |&kind: &NodeKind| {
                wanted(kind).then(|| {
                    count += 1;
                    count - 1
                })
            };
            case.kind.iter().map(take).collect()
        };
        let va = number(&|kind| kind != NodeKind::Slack);
        let vm = number(&|kind| kind == NodeKind::Pq);

        // The four entries that each pair of nodes has, as (column, row, ybus entry, which of four).
        let mut per_column = vec![0_usize; count + 1];
        let pairs = || ybus.iter().enumerate().map(|(k, (_, (row, col)))| (k, row, col));
        let four = |row: usize, col: usize| {
            [(va[row], va[col]), (va[row], vm[col]), (vm[row], va[col]), (vm[row], vm[col])]
        };
        for (_, row, col) in pairs() {
            for (equation, unknown) in four(row, col) {
                if let (Some(_), Some(unknown)) = (equation, unknown) {
                    per_column[unknown + 1] += 1;
                }
            }
        }
        for column in 0..count {
            per_column[column + 1] += per_column[column];
        }
        let starts = per_column;
        let mut next = starts.clone();
        let mut entries = vec![(0_usize, 0_u32); starts[count]];
        for (k, row, col) in pairs() {
            for (which, (equation, unknown)) in four(row, col).into_iter().enumerate() {
                if let (Some(equation), Some(unknown)) = (equation, unknown) {
                    let tag = u32::try_from(4 * k + which).unwrap_or_else(|_| panic!("too many entries"));
                    entries[next[unknown]] = (equation, tag);
                    next[unknown] += 1;
                }
            }
        }
        let mut slots = vec![[None; 4]; ybus.nnz()];
        let mut rows = Vec::with_capacity(entries.len());
        for column in 0..count {
            entries[starts[column]..starts[column + 1]].sort_unstable();
            for &(row, tag) in &entries[starts[column]..starts[column + 1]] {
                #[expect(clippy::cast_possible_truncation, reason = "tags fit, and there are four per slot")]
                let slot = rows.len() as u32;
                slots[tag as usize / 4][tag as usize % 4] = Some(slot);
                rows.push(row);
            }
        }
        debug_assert_eq!(va.len(), n);
        let values = vec![0.0; rows.len()];
        Self { va, vm, matrix: CsMat::new_csc((count, count), starts, rows, values), slots }
    }

    /// Number of unknowns.
    #[must_use]
    pub fn order(&self) -> usize {
        self.matrix.cols()
    }

    /// The matrix with its values at `v`, whose currents are `ibus`.
    pub fn fill(&mut self, ybus: &CsMat<Complex64>, v: &[Complex64], ibus: &[Complex64]) -> &CsMat<f64> {
        let values = self.matrix.data_mut();
        for (d, slots) in ds_dv(ybus, v, ibus).zip(&self.slots) {
            let four = [d.ds_dva.re, d.ds_dvm.re, d.ds_dva.im, d.ds_dvm.im];
            for (slot, value) in slots.iter().zip(four) {
                if let Some(slot) = slot {
                    values[*slot as usize] = value;
                }
            }
        }
        &self.matrix
    }

    /// The equations' right-hand side from the mismatch of all nodes: active parts, then reactive ones.
    pub fn residual(&self, mis: &[Complex64], f: &mut [f64]) {
        for (node, mis) in mis.iter().enumerate() {
            if let Some(row) = self.va[node] {
                f[row] = mis.re;
            }
            if let Some(row) = self.vm[node] {
                f[row] = mis.im;
            }
        }
    }

    /// Adds a step of the unknowns to angles and magnitudes.
    pub fn step(&self, dx: &[f64], va: &mut [f64], vm: &mut [f64]) {
        for (node, (va, vm)) in va.iter_mut().zip(vm).enumerate() {
            if let Some(row) = self.va[node] {
                *va += dx[row];
            }
            if let Some(row) = self.vm[node] {
                *vm += dx[row];
            }
        }
    }

    /// Whether the mismatch of a node counts: its active part (all but the slack), its reactive part (PQ).
    #[must_use]
    pub fn counts(&self, node: crate::ids::Node) -> (bool, bool) {
        (self.va[node.index()].is_some(), self.vm[node.index()].is_some())
    }
}
