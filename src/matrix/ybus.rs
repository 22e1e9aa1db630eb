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
    // Each row starts with its diagonal entry; a branch adds an entry to the row of either end.
    let mut start = vec![0_usize; n + 1];
    for branch in case.branches.iter().filter(|branch| branch.from != branch.to) {
        start[branch.from.index()] += 1;
        start[branch.to.index()] += 1;
    }
    let mut entries = 0;
    for place in &mut start {
        (entries, *place) = (entries + *place + 1, entries);
    }
    entries -= 1;
    let mut columns = vec![0_usize; entries];
    let mut values = vec![Complex64::ZERO; entries];
    let mut next = start.clone();
    for (node, &ysh) in case.ysh.iter_ids() {
        let place = &mut next[node.index()];
        (columns[*place], values[*place]) = (node.index(), ysh);
        *place += 1;
    }
    for branch in &case.branches {
        let (f, t, y) = (branch.from.index(), branch.to.index(), branch.two_port());
        values[start[f]] += y.m11;
        values[start[t]] += y.m22;
        if f == t {
            values[start[f]] += y.m12 + y.m21;
            continue;
        }
        (columns[next[f]], values[next[f]]) = (t, y.m12);
        (columns[next[t]], values[next[t]]) = (f, y.m21);
        next[f] += 1;
        next[t] += 1;
    }
    joined_rows((n, n), &start, columns, values)
}

/// A matrix by rows of entries that stand in any order within their row; those of one place are added up, in that order.
fn joined_rows(
    shape: (usize, usize),
    start: &[usize],
    mut columns: Vec<usize>,
    mut values: Vec<Complex64>,
) -> CsMat<Complex64> {
    let mut kept = 0;
    let mut starts = Vec::with_capacity(start.len());
    starts.push(0);
    let mut row: Vec<(usize, Complex64)> = Vec::new();
    for ends in start.windows(2) {
        row.clear();
        row.extend(columns[ends[0]..ends[1]].iter().copied().zip(values[ends[0]..ends[1]].iter().copied()));
        row.sort_by_key(|&(column, _)| column);
        let first = kept;
        for &(column, value) in &row {
            if kept > first && columns[kept - 1] == column {
                values[kept - 1] += value;
            } else {
                (columns[kept], values[kept]) = (column, value);
                kept += 1;
            }
        }
        starts.push(kept);
    }
    columns.truncate(kept);
    values.truncate(kept);
    CsMat::new(shape, starts, columns, values)
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
