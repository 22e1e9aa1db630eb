//! Newton–Raphson load flow in polar power-mismatch form.
//!
//! One step, for the nodes `pvpq` (all but the slack) and `pq`:
//!
//! ```text
//! mis = v·conj(ybus·v) − sbus
//! F = [ Re(mis[pvpq]); Im(mis[pq]) ]
//! J = ∂F/∂[va[pvpq]; vm[pq]]
//! J · Δx = −F,   va += Δx[..],   vm += Δx[..]
//! ```
//!
//! Read [`solve`] first: it is the algorithm, top to bottom. The matrices come from [`crate::matrix`], the
//! start from [`super::start`]. [`super::kernel`] is the same algorithm where speed counts, and is
//! tested against this one.
//! Source: W. F. Tinney and C. E. Hart, *Power Flow Solution by Newton's Method*, IEEE Trans. PAS-86, 1967.

use super::result::Status;
use crate::case::Case;
use crate::ids::{Id, Node};
use crate::linsolve::SparseLu;
use crate::linsolve::block::Pivots;
use crate::matrix::{Jacobian, ibus, ybus};
use num_complex::Complex64;

/// When Newton stops.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Options {
    /// Largest accepted mismatch [p.u.].
    pub tol: f64,
    /// Steps after which it gives up.
    pub max_iter: usize,
}

/// Where Newton ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Solution {
    /// How it ended.
    pub status: Status,
    /// Voltages [p.u.], n rows: the solution, or the iterate with the smallest mismatch.
    pub v: Vec<Complex64>,
    /// Largest mismatch before the first step and after each [p.u.].
    pub trace: Vec<f64>,
    /// Steps that a factorisation which chooses its pivots had to take because static ones were not good enough;
    /// 0 where all steps choose their pivots anyway.
    pub pivoting_steps: usize,
    /// Steps of static pivots that were refined until their residual was small.
    pub refined_steps: usize,
    /// What was seen of static pivots in the last step; `None` without such a step.
    pub pivots: Option<Pivots>,
    /// The same of the first step.
    pub first_pivots: Option<Pivots>,
}

impl Solution {
    /// What a method found that has no static pivots.
    pub(super) fn without_pivots(status: Status, v: Vec<Complex64>, trace: Vec<f64>) -> Self {
        Self { status, v, trace, pivoting_steps: 0, refined_steps: 0, pivots: None, first_pivots: None }
    }

    /// Number of steps taken.
    #[must_use]
    pub fn iterations(&self) -> usize {
        self.trace.len() - 1
    }

    /// Largest mismatch at `v` [p.u.].
    #[must_use]
    pub fn mismatch(&self) -> f64 {
        self.trace.iter().copied().fold(f64::INFINITY, f64::min)
    }
}

/// A mismatch beyond this is no load flow any more [p.u.].
pub(super) const HOPELESS: f64 = 1e10;

/// Solves the load flow of one island from the voltages `start` [p.u.], n rows.
///
/// Not converging is an answer: see [`Solution::status`].
#[must_use]
pub fn solve(case: &Case, start: &[Complex64], options: &Options) -> Solution {
    let ybus = ybus(case);
    let mut jacobian = Jacobian::new(case, &ybus);
    let mut lu = None;
    let mut vm: Vec<f64> = start.iter().map(|v| v.norm()).collect();
    let mut va: Vec<f64> = start.iter().map(|v| v.arg()).collect();
    let mut v = start.to_vec();
    let mut best = (f64::INFINITY, v.clone());
    let mut trace = Vec::new();
    let mut dx = vec![0.0; jacobian.order()];
    let status = loop {
        let i = ibus(&ybus, &v);
        let mis = mismatch(case, &v, &i);
        let worst = largest(&jacobian, &mis);
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
        let j = jacobian.fill(&ybus, &v, &i);
        if lu.is_none() {
            lu = SparseLu::analyse(j).ok();
        }
        let Some(lu) = &mut lu else { break Status::Singular };
        let factorised = lu.factorise(j);
        jacobian.residual(&mis, &mut dx);
        for f in &mut dx {
            *f = -*f;
        }
        if factorised.and_then(|()| lu.solve(&mut dx)).is_err() {
            break Status::Singular;
        }
        jacobian.step(&dx, &mut va, &mut vm);
        for (v, (vm, va)) in v.iter_mut().zip(vm.iter_mut().zip(&mut va)) {
            if *vm < 0.0 {
                // A step beyond zero: the same voltage with a positive magnitude, by which the derivatives are taken.
                (*vm, *va) = (-*vm, *va + std::f64::consts::PI);
            }
            *v = Complex64::from_polar(*vm, *va);
        }
    };
    Solution::without_pivots(status, best.1, trace)
}

/// Power that leaves each node too much, `v·conj(ibus) − sbus` [p.u.], n rows.
#[must_use]
pub fn mismatch(case: &Case, v: &[Complex64], ibus: &[Complex64]) -> Vec<Complex64> {
    v.iter().zip(ibus).zip(case.sbus.iter()).map(|((v, i), s)| v * i.conj() - s).collect()
}

/// The largest mismatch that counts; NaN if any is not a number.
fn largest(jacobian: &Jacobian, mis: &[Complex64]) -> f64 {
    let mut worst = 0.0_f64;
    for (node, mis) in mis.iter().enumerate() {
        let (p, q) = jacobian.counts(Node::from_index(node));
        for (counts, part) in [(p, mis.re), (q, mis.im)] {
            if counts && (part.is_nan() || part.abs() > worst) {
                worst = part.abs();
            }
        }
    }
    worst
}
