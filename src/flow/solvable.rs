//! The operating state, followed up from a lighter load on the same grid.
//!
//! All loads are scaled by one factor λ, and generation to match, each state started from the last solved one; the step is
//! halved where Newton fails, or lands on another branch of the curve. Losses fall with λ², so generation that covers them
//! is scaled further down, or what is saved would be left to the slack, whose branches may not carry it:
//!
//! ```text
//! P = Σ Re(sbus),   G = Σ of what is positive in it
//! load × λ,   generation × λ·(1 − (1−λ)·P/G)  where P > 0
//! ```
//!
//! Along the curve the determinant of the Jacobian keeps its sign
//! until the nose, so a state that is reached is the operating one, and one whose sign differs from that of a
//! lighter load is not.
//!
//! A share found is a proof that it solves; the true limit may lie up to the last step, [`STEP`], above it, or
//! above where another path would lead.

use super::kernel::Solver;
use super::newton::{Options, Solution};
use super::plausible;
use super::result::{Start, Status};
use super::start;
use crate::case::{Case, NodeKind};
use num_complex::Complex64;

/// The resolution of the share, p.u.
pub const STEP: f64 = 1e-3;

/// Loads at which the way up may begin, the first whose state is beyond doubt.
const LIGHTER: [f64; 3] = [0.5, 0.25, 0.0];

/// Newton steps from one point of the curve to the next; one that takes more is too far away.
const PATIENCE: usize = 15;

/// How far up the curve the way led.
#[derive(Clone, PartialEq, Debug)]
pub struct Followed {
    /// Share of the loads at which the way began, p.u.
    pub from: f64,
    /// The largest share of the loads that was found to have a solution, p.u.; 1 is the whole case.
    pub share: f64,
    /// The operating state at that share [p.u.], n rows.
    pub v: Vec<Complex64>,
    /// Whether the determinant of the Jacobian is negative on this curve; `None` where that was not seen.
    pub negative: Option<bool>,
    /// Newton steps in all, failed ones included.
    pub steps: usize,
}

/// Follows the operating state from a lighter load up to the whole of `case`; `None` if not even the unloaded grid
/// solves.
pub fn follow(solver: &mut Solver, case: &Case, options: &Options) -> Option<Followed> {
    up(solver, case, options, false)
}

/// As [`follow`], for a case that probably has no solution: a step whose mismatch keeps rising is given up at once and halved.
pub(super) fn follow_warily(solver: &mut Solver, case: &Case, options: &Options) -> Option<Followed> {
    up(solver, case, options, true)
}

fn up(solver: &mut Solver, case: &Case, options: &Options, wary: bool) -> Option<Followed> {
    let options = &Options { tol: options.tol, max_iter: PATIENCE };
    let mut scaled = case.clone();
    let free = || case.sbus.iter().zip(&case.kind).filter(|&(_, &kind)| kind != NodeKind::Slack);
    let surplus = free().map(|(s, _)| s.re).sum::<f64>().max(0.0);
    let generation = free().map(|(s, _)| s.re.max(0.0)).sum::<f64>();
    let for_losses = if generation > 0.0 { surplus / generation } else { 0.0 };
    let mut at = |share: f64, from: Option<(&[Complex64], bool)>| {
        for (scaled, s) in scaled.sbus.iter_mut().zip(&case.sbus) {
            *scaled = s * share;
            if s.re > 0.0 {
                scaled.re *= 1.0 - (1.0 - share) * for_losses;
            }
        }
        match from {
            Some((v, true)) => Some(solver.solve_nearby(&scaled, v, options)),
            Some((v, false)) => Some(solver.solve(&scaled, v, options)),
            None => [Start::Fdlf, Start::Flat].into_iter().find_map(|rung| {
                let started = start::on(solver, &scaled, rung, None)?;
                Some(solver.solve(&scaled, &started.v, options))
            }),
        }
    };
    let mut steps = 0;
    let mut lighter = LIGHTER.into_iter().filter_map(|share| {
        let found = at(share, None)?;
        steps += found.iterations();
        let sound = share == 0.0 || plausible::doubt(case, &found).is_none();
        (found.status == Status::Converged && sound).then_some((share, found))
    });
    let (from, found) = lighter.next()?;
    let mut up = Followed { from, share: from, negative: sign(&found), v: found.v, steps };
    let (mut step, mut failed) = (1.0 - from, false);
    while up.share < 1.0 && step >= STEP {
        let share = f64::min(up.share + step, 1.0);
        // From the unloaded grid the first step is a wide one.
        let Some(found) = at(share, Some((&up.v, wary && up.share > 0.0))) else { break };
        up.steps += found.iterations();
        let same = sign(&found).is_none() || up.negative.is_none() || sign(&found) == up.negative;
        if found.status == Status::Converged && same && !(share > 0.2 && fell(&up.v, &found.v)) {
            up = Followed { share, negative: sign(&found).or(up.negative), v: found.v, ..up };
            // A step after a failed one is as long again, so that the nose is closed in on.
            step *= if failed { 1.0 } else { 2.0 };
            failed = false;
        } else {
            step /= 2.0;
            failed = true;
        }
    }
    Some(up)
}

/// Whether the determinant was negative at the last step; `None` where no step was taken.
fn sign(found: &Solution) -> Option<bool> {
    found.pivots.map(|pivots| pivots.determinant_is_negative())
}

/// Whether a voltage dropped by more than half of what it was: another branch of the curve.
fn fell(before: &[Complex64], after: &[Complex64]) -> bool {
    before.iter().zip(after).any(|(b, a)| a.norm() < 0.5 * b.norm() && a.norm() < plausible::LOW_VM_PU)
}
