//! How far an unsolved case is from one that has a solution: the largest share of its injections that solves.
//!
//! All scheduled injections are scaled by one factor, from 0 upwards, each state started from the last solved
//! one; the step is halved where Newton fails. A share found is a proof that it solves; the true limit may
//! lie up to the last step, [`STEP`], above it, or above where another path would lead.

use super::kernel::Solver;
use super::newton::Options;
use super::plausible;
use super::result::{Start, Status};
use super::start;
use crate::case::Case;
use num_complex::Complex64;

/// The resolution of the share, p.u.
pub const STEP: f64 = 1e-3;

/// The largest share of the injections found to have a solution, and that solution; `None` if not even the
/// unloaded grid solves.
#[must_use]
pub fn largest_share(case: &Case, options: &Options) -> Option<(f64, Vec<Complex64>)> {
    let mut solver = Solver::new(case);
    let mut scaled = case.clone();
    let mut at = |share: f64, from: &[Complex64]| {
        for (scaled, s) in scaled.sbus.iter_mut().zip(&case.sbus) {
            *scaled = s * share;
        }
        let found = solver.solve(&scaled, from, options);
        (found.status == Status::Converged).then_some(found.v)
    };
    let (mut share, mut step) = (0.0, 0.5);
    let mut v = at(share, &start::voltages(case, Start::Flat, None)?)?;
    while step >= STEP {
        let next = f64::min(share + step, 1.0);
        // A jump to a low-voltage solution is no way up the curve.
        let solved = at(next, &v).filter(|found| next < 0.2 || !fell(&v, found));
        match solved {
            Some(found) => {
                (share, v) = (next, found);
                if share >= 1.0 {
                    break;
                }
            }
            None => step /= 2.0,
        }
    }
    Some((share, v))
}

/// Whether a voltage dropped by more than half of what it was: another branch of the curve.
fn fell(before: &[Complex64], after: &[Complex64]) -> bool {
    before.iter().zip(after).any(|(b, a)| a.norm() < 0.5 * b.norm() && a.norm() < plausible::LOW_VM_PU)
}
