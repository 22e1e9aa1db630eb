//! Admittance matrices: `ibus = ybus·v`, `i_from = yf·v`, `i_to = yt·v`.

use crate::case::Case;
use crate::ids::Id;
use num_complex::Complex64;
use sprs::{CsMat, TriMat};

/// The bus admittance matrix, so that `ibus = ybus · v`.
///
/// Every branch adds the four entries of its two-port ([`crate::case::Branch::two_port`]) and every shunt its
/// admittance to the diagonal.
///
/// Returns an n×n matrix [p.u.] by rows, n = number of nodes; its pattern is symmetric even where phase
/// shifters make the values unsymmetric, and every diagonal entry is stored.
#[must_use]
pub fn ybus(case: &Case) -> CsMat<Complex64> {
    let n = case.len();
    let mut entries = TriMat::with_capacity((n, n), n + 4 * case.branches.len());
    for (node, &ysh) in case.ysh.iter_ids() {
        entries.add_triplet(node.index(), node.index(), ysh);
    }
    for branch in &case.branches {
        let (f, t, y) = (branch.from.index(), branch.to.index(), branch.two_port());
        entries.add_triplet(f, f, y.m11);
        entries.add_triplet(f, t, y.m12);
        entries.add_triplet(t, f, y.m21);
        entries.add_triplet(t, t, y.m22);
    }
    entries.to_csr()
}

/// The branch admittance matrices: currents entering each branch at its `from` and at its `to` end.
///
/// Returns two nl×n matrices [p.u.] by rows, nl = number of branches, n = number of nodes.
#[must_use]
pub fn yf_yt(case: &Case) -> (CsMat<Complex64>, CsMat<Complex64>) {
    let shape = (case.branches.len(), case.len());
    let mut yf = TriMat::with_capacity(shape, 2 * shape.0);
    let mut yt = TriMat::with_capacity(shape, 2 * shape.0);
    for (row, branch) in case.branches.iter().enumerate() {
        let (f, t, y) = (branch.from.index(), branch.to.index(), branch.two_port());
        yf.add_triplet(row, f, y.m11);
        yf.add_triplet(row, t, y.m12);
        yt.add_triplet(row, f, y.m21);
        yt.add_triplet(row, t, y.m22);
    }
    (yf.to_csr(), yt.to_csr())
}

/// Currents injected at the nodes, `ybus · v` [p.u.].
#[must_use]
pub fn ibus(ybus: &CsMat<Complex64>, v: &[Complex64]) -> Vec<Complex64> {
    ybus.outer_iterator().map(|row| row.iter().map(|(k, y)| y * v[k]).sum()).collect()
}
