//! How far many controls have to move together: `S·x = wanted`, where `S` says what each of them does to what each of
//! them holds.
//!
//! `S` is never built: a product `S·x` is one answer of the linearised equations, whatever the number of controls. So
//! the system is solved by generalised conjugate residuals, scaled by the effect that each control has on its own:
//!
//! ```text
//! r = wanted − S·x;   p = D⁻¹·r, made S-orthogonal to the p before;   x += (r·Sp / Sp·Sp)·p
//! ```
//!
//! A few products are enough, as what comes out is rounded to steps and checked by the next solve.
//! Source: S. C. Eisenstat, H. C. Elman, M. H. Schultz, *Variational Iterative Methods for Nonsymmetric Systems of
//! Linear Equations*, SIAM J. Numer. Anal. 20 (1983), p. 345.

/// Most products.
const PRODUCTS: usize = 8;

/// Solves `S·x = wanted` until no residual is above `enough` of what was wanted most.
///
/// `product` gives `S·x`, or nothing where the equations cannot be linearised; `own` is the diagonal of `S`, none of it 0.
pub(super) fn solve(
    mut product: impl FnMut(&[f64]) -> Option<Vec<f64>>,
    wanted: &[f64],
    own: &[f64],
    enough: f64,
) -> Vec<f64> {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let largest = |a: &[f64]| a.iter().fold(0.0_f64, |worst, a| worst.max(a.abs()));
    let mut x = vec![0.0; wanted.len()];
    let mut r = wanted.to_vec();
    let stop = enough * largest(wanted);
    let mut before: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    while before.len() < PRODUCTS && largest(&r) > stop {
        let mut p: Vec<f64> = r.iter().zip(own).map(|(r, own)| r / own).collect();
        let Some(mut q) = product(&p) else { break };
        for (p0, q0, qq) in &before {
            let share = dot(&q, q0) / qq;
            for k in 0..p.len() {
                p[k] -= share * p0[k];
                q[k] -= share * q0[k];
            }
        }
        let qq = dot(&q, &q);
        if !(qq.is_finite() && qq > 0.0) {
            break;
        }
        let step = dot(&r, &q) / qq;
        for k in 0..p.len() {
            x[k] += step * p[k];
            r[k] -= step * q[k];
        }
        before.push((p, q, qq));
    }
    x
}
