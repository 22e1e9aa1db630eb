//! Newton's method with an optimal multiplier: for starts from which full steps overshoot.
//!
//! ```text
//! J·Δx = −F(x),   x ← x + μ·Δx        a = F(x + Δx)
//! F(x + μ·Δx) ≈ (1 − μ)·F + μ²·a      as far as F is quadratic
//! g(μ) = |F(x + μ·Δx)|² → min:        (1−μ)²·F·F + 2·μ²·(1−μ)·F·a + μ⁴·a·a
//! ```
//!
//! In rectangular coordinates the second line is exact; in polar ones it is close for short steps, so what comes of it is
//! looked at, and halved as long as the mismatch would grow. Where there is no solution μ goes to 0, at a point where the sum
//! of the squares of what is missing is least: no step leads further down, or five of them by less than a tenth.
//! Source: S. Iwamoto, Y. Tamura, *A Load Flow Calculation Method for Ill-Conditioned Power Systems*, IEEE Trans. PAS-100,
//! 1981, p. 1736.

use super::kernel::Solver;
use super::newton::{HOPELESS, Options, Solution};
use super::result::Status;
use super::slack::injections;
use crate::case::{Case, NodeKind};
use num_complex::Complex64;

/// A multiplier below which nothing is gained any more.
const STANDS: f64 = 1e-3;

/// Steps in which the sum of the squares of what is missing falls at least by a tenth on the way to a solution.
const STALLED: usize = 5;

/// Solves from the voltages `start` [p.u.], n rows.
pub fn solve(solver: &mut Solver, case: &Case, start: &[Complex64], options: &Options) -> Solution {
    let mut v = start.to_vec();
    let mut f = mismatch(case, &v);
    let (mut trace, mut squares) = (Vec::new(), Vec::new());
    let mut best = (f64::INFINITY, v.clone());
    let status = loop {
        let worst = largest(&f);
        trace.push(worst);
        if worst < best.0 {
            best = (worst, v.clone());
        }
        if worst <= options.tol {
            break Status::Converged;
        }
        if worst.is_nan() || worst > HOPELESS {
            break Status::Diverged;
        }
        if trace.len() > options.max_iter {
            break Status::StepLimit;
        }
        let now = dot(&f, &f);
        squares.push(now);
        if squares.len() > STALLED && now > 0.9 * squares[squares.len() - 1 - STALLED] {
            break Status::StepLimit;
        }
        let mut d: Vec<Complex64> = f.iter().map(|f| -f).collect();
        if !solver.linearise(case, &v) || !solver.respond(&mut d) {
            break Status::Singular;
        }
        let Some((next, beyond)) = step(case, &v, &f, &d) else { break Status::StepLimit };
        (v, f) = (next, beyond);
    };
    Solution::without_pivots(status, best.1, trace)
}

/// The voltages and the mismatch after the best part of a step; nothing where no part of it leads down.
fn step(
    case: &Case,
    v: &[Complex64],
    f: &[Complex64],
    d: &[Complex64],
) -> Option<(Vec<Complex64>, Vec<Complex64>)> {
    let whole = moved(v, d, 1.0);
    let a = mismatch(case, &whole);
    let (ff, fa, aa) = (dot(f, f), dot(f, &a), dot(&a, &a));
    // a whole step that leads down far is as good as any
    if aa <= 0.01 * ff {
        return Some((whole, a));
    }
    let mut mu = if aa.is_finite() { multiplier(ff, fa, aa) } else { 0.5 };
    while mu >= STANDS {
        let next = moved(v, d, mu);
        let beyond = mismatch(case, &next);
        if dot(&beyond, &beyond) < ff * (1.0 - 1e-3 * mu) {
            return Some((next, beyond));
        }
        mu /= 2.0;
    }
    None
}

/// Where `g` is least on (0, 2]: its derivative has one root or three; the least of them counts.
fn multiplier(ff: f64, fa: f64, aa: f64) -> f64 {
    let g = |mu: f64| (1.0 - mu).powi(2) * ff + 2.0 * mu * mu * (1.0 - mu) * fa + mu.powi(4) * aa;
    // the function is smooth and short: a scan, and a few halvings of what is left
    let (mut at, mut width) = (1.0, 0.05);
    for k in 1..=40 {
        let mu = f64::from(k) * 0.05;
        if g(mu) < g(at) {
            at = mu;
        }
    }
    for _ in 0..12 {
        width /= 2.0;
        for mu in [at - width, at + width] {
            if mu > 0.0 && g(mu) < g(at) {
                at = mu;
            }
        }
    }
    at
}

/// The voltages after a part of the step `Δθ + j·ΔV/V`.
pub(super) fn moved(v: &[Complex64], d: &[Complex64], part: f64) -> Vec<Complex64> {
    let each = v.iter().zip(d);
    each.map(|(v, d)| v * (1.0 + part * d.im) * Complex64::from_polar(1.0, part * d.re)).collect()
}

/// What each node sends out too much [p.u.], in the parts that are scheduled there.
pub(super) fn mismatch(case: &Case, v: &[Complex64]) -> Vec<Complex64> {
    let each = injections(case, v).into_iter().zip(case.sbus.iter().zip(&case.kind));
    each.map(|(s, (sbus, kind))| match kind {
        NodeKind::Slack => Complex64::ZERO,
        NodeKind::Pv => Complex64::new(s.re - sbus.re, 0.0),
        NodeKind::Pq => s - sbus,
    })
    .collect()
}

/// The largest part; NaN if any is no number.
pub(super) fn largest(f: &[Complex64]) -> f64 {
    let parts = f.iter().flat_map(|f| [f.re.abs(), f.im.abs()]);
    parts.fold(
        0.0,
        |worst: f64, part| if part.is_nan() || worst.is_nan() { f64::NAN } else { worst.max(part) },
    )
}

fn dot(a: &[Complex64], b: &[Complex64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a.re * b.re + a.im * b.im).sum()
}
