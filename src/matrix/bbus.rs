//! The matrix of the DC load flow: `p = bbus·va + dc_injection`.
//!
//! Lossless, all magnitudes 1, angles small: a branch carries `(va_from − shift − va_to) / (x·ratio)`.

use crate::case::{Branch, Case};
use crate::ids::Id;
use num_complex::Complex64;
use sprs::{CsMat, TriMat};

/// Susceptance of a branch in the DC load flow [p.u. per radian]: `1/(x·|tap|)`, taking the series susceptance as `−1/x`; none where
/// the branch has no admittance, which means that it is out of service.
#[must_use]
pub fn susceptance(branch: &Branch) -> f64 {
    if branch.ys == Complex64::ZERO {
        return 0.0;
    }
    let x = (1.0 / branch.ys).im;
    // A branch that is all resistance still carries power; its whole impedance stands for the reactance.
    let x = if x.abs() < 1e-12 { (1.0 / branch.ys).norm() } else { x };
    1.0 / (x * branch.tap.norm())
}

/// The DC bus matrix, n×n by columns [p.u. per radian], symmetric, every diagonal entry stored.
#[must_use]
pub fn bbus(case: &Case) -> CsMat<f64> {
    let n = case.len();
    let mut entries = TriMat::with_capacity((n, n), n + 4 * case.branches.len());
    for node in 0..n {
        entries.add_triplet(node, node, 0.0);
    }
    for branch in &case.branches {
        let (f, t, b) = (branch.from.index(), branch.to.index(), susceptance(branch));
        entries.add_triplet(f, f, b);
        entries.add_triplet(t, t, b);
        entries.add_triplet(f, t, -b);
        entries.add_triplet(t, f, -b);
    }
    entries.to_csc()
}

/// What phase shifters inject at the nodes in the DC load flow [p.u.], n rows, so that `p = bbus·va + this`.
#[must_use]
pub fn dc_injection(case: &Case) -> Vec<f64> {
    let mut p = vec![0.0; case.len()];
    for branch in &case.branches {
        let shifted = susceptance(branch) * branch.tap.arg();
        p[branch.from.index()] -= shifted;
        p[branch.to.index()] += shifted;
    }
    p
}

/// Active power entering a branch at `from` in the DC load flow [p.u.].
#[must_use]
pub fn dc_flow(branch: &Branch, va: &[f64]) -> f64 {
    susceptance(branch) * (va[branch.from.index()] - branch.tap.arg() - va[branch.to.index()])
}
