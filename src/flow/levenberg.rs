//! Levenberg and Marquardt's method: for starts where the Jacobian is singular or nearly so, and the direction of Newton's
//! step is no good.
//!
//! ```text
//! (JᵀJ + λ·D)·Δx = −Jᵀ·F,   D = diag(JᵀJ)
//! |F|² falls: take the step, λ ← λ/9        it does not: stay, λ ← 5·λ
//! ```
//!
//! Between Newton's step, λ = 0, and a short one straight down. It never leads up, and ends at a solution or where the sum of
//! the squares of what is missing cannot fall. The normal equations are symmetric and positive definite, but denser than J: this
//! is the dearest rung but one. Near a solution the sum falls by orders of magnitude with each step, so one that has hardly fallen
//! in `STALLED` steps is at a least value that is none.
//! Source: D. W. Marquardt, *An Algorithm for Least-Squares Estimation of Nonlinear Parameters*, SIAM J. Appl. Math. 11
//! (1963), p. 431.

use super::newton::{HOPELESS, Options, Solution, mismatch};
use super::result::Status;
use crate::case::Case;
use crate::linsolve::block::{Graph, Ordering, Plan};
use crate::linsolve::scalar::{Accumulator, Factor, Rows};
use crate::matrix::{Jacobian, ibus, ybus};
use num_complex::Complex64;
use sprs::CsMat;

/// Steps are this many times those of the plain method, rejected ones included.
const PATIENCE: usize = 2;

/// Steps that were taken, in which the sum of the squares of what is missing falls at least by a tenth on the way to a solution.
const STALLED: usize = 5;

/// Nodes up to which the ladder tries it: of larger grids the normal equations cost too much.
pub const MOST_NODES: usize = 2_000;

/// The weight of the short step at first; below the least it is Newton's, above the largest nothing moves.
const WEIGHTS: [f64; 3] = [1e-3, 1e-14, 1e8];

/// Solves from the voltages `start` [p.u.], n rows.
#[must_use]
pub fn solve(case: &Case, start: &[Complex64], options: &Options) -> Solution {
    let ybus = ybus(case);
    let mut jacobian = Jacobian::new(case, &ybus);
    let order = jacobian.order();
    let [mut weight, least, most] = WEIGHTS;
    let mut factored: Option<(Plan, Factor)> = None;
    let mut squares = Vec::new();
    let mut vm: Vec<f64> = start.iter().map(|v| v.norm()).collect();
    let mut va: Vec<f64> = start.iter().map(|v| v.arg()).collect();
    let mut f = vec![0.0; order];
    let mut trace = Vec::new();
    let at = |vm: &[f64], va: &[f64]| -> Vec<Complex64> {
        vm.iter().zip(va).map(|(&vm, &va)| Complex64::from_polar(vm.abs(), va)).collect()
    };
    let mut v = at(&vm, &va);
    let mut tried = 0;
    let status = 'steps: loop {
        let i = ibus(&ybus, &v);
        jacobian.residual(&mismatch(case, &v, &i), &mut f);
        let worst = f.iter().fold(0.0_f64, |worst, f| if f.is_nan() { f64::NAN } else { worst.max(f.abs()) });
        trace.push(worst);
        if worst <= options.tol {
            break Status::Converged;
        }
        if worst.is_nan() || worst > HOPELESS {
            break Status::Diverged;
        }
        let j = jacobian.fill(&ybus, &v, &i);
        let transposed: CsMat<f64> = j.transpose_view().to_csc();
        let normal: CsMat<f64> = (&transposed * j).to_csc();
        let down: Vec<f64> = product(&transposed, &f).into_iter().map(|part| -part).collect();
        let square = |f: &[f64]| f.iter().map(|f| f * f).sum::<f64>();
        let now = square(&f);
        squares.push(now);
        if squares.len() > STALLED && now > 0.9 * squares[squares.len() - 1 - STALLED] {
            break Status::StepLimit;
        }
        let (plan, factor) = factored.get_or_insert_with(|| {
            let plan = Plan::new(&pattern(&normal), Ordering::MinimumDegree);
            let factor = Factor::new(&plan);
            (plan, factor)
        });
        loop {
            tried += 1;
            if tried > PATIENCE * options.max_iter {
                break 'steps Status::StepLimit;
            }
            let equations = Weighted { normal: &normal, weight, plan };
            let mut dx = down.clone();
            let solved = factor.factorise(plan, &equations).is_ok() && equations.solve(factor, &mut dx);
            let (mut next_vm, mut next_va) = (vm.clone(), va.clone());
            jacobian.step(&dx, &mut next_va, &mut next_vm);
            let next = at(&next_vm, &next_va);
            let mut beyond = vec![0.0; order];
            jacobian.residual(&mismatch(case, &next, &ibus(&ybus, &next)), &mut beyond);
            // a comparison with what is no number is false
            if solved && square(&beyond) < now * (1.0 - 1e-9) {
                (vm, va, v) = (next_vm, next_va, next);
                weight = (weight / 9.0).max(least);
                break;
            }
            weight *= 5.0;
            if weight > most {
                break 'steps Status::StepLimit;
            }
        }
    };
    Solution::without_pivots(status, v, trace)
}

/// A matrix by columns times a vector.
fn product(a: &CsMat<f64>, x: &[f64]) -> Vec<f64> {
    let mut y = vec![0.0; a.rows()];
    for (column, x) in a.outer_iterator().zip(x) {
        for (row, value) in column.iter() {
            y[row] += value * x;
        }
    }
    y
}

/// Which unknowns stand in one equation of a symmetric matrix.
#[expect(clippy::cast_possible_truncation, reason = "at most MOST_NODES nodes")]
fn pattern(normal: &CsMat<f64>) -> Graph {
    let edges: Vec<(u32, u32)> =
        normal.iter().map(|(_, (row, column))| (row as u32, column as u32)).collect();
    Graph::new(normal.cols(), &edges.iter().copied())
}

/// `JᵀJ + λ·D`, in the order of its elimination.
struct Weighted<'a> {
    normal: &'a CsMat<f64>,
    weight: f64,
    plan: &'a Plan,
}

impl Rows for Weighted<'_> {
    fn fill(&self, row: usize, w: &mut Accumulator<'_>) {
        let unknown = self.plan.node_of_row()[row] as usize;
        for (other, &value) in self.normal.outer_view(unknown).iter().flat_map(|column| column.iter()) {
            let own = if other == unknown { self.weight * value.max(1e-12) } else { 0.0 };
            w.add(self.plan.row_of_node()[other] as usize, value + own);
        }
    }
}

impl Weighted<'_> {
    /// Solves with the factors; says whether the solution is made of numbers.
    fn solve(&self, factor: &Factor, x: &mut [f64]) -> bool {
        let order = self.plan.node_of_row();
        let mut by_rows: Vec<f64> = order.iter().map(|&unknown| x[unknown as usize]).collect();
        let solved = factor.solve(self.plan, &mut by_rows).is_ok();
        for (&unknown, value) in order.iter().zip(by_rows) {
            x[unknown as usize] = value;
        }
        solved
    }
}
