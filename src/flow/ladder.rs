//! The ladder of starts: one after the other until one leads to a sound state, and last the way up from a lighter load.
//!
//! ```text
//! given       voltages stored with the grid
//! previous    the stage before
//! fdlf        DC angles and up to three fast-decoupled sweeps
//! flat        only where the matrices of fdlf are singular
//!             where Newton's method failed from all of these: with an optimal multiplier
//! homotopy    the operating state of half the load or less, followed up to the whole, or over its nose
//!             where no light load has a state, or its way is lost before a nose: by Levenberg and Marquardt from all of these
//! ```
//!
//! What is solved and not doubtful ([`plausible::doubt`]) is taken at once: the ordinary case pays one start and one
//! Newton. A doubtful state is held against the one that is followed up from a lighter load: it is the same,
//! and confirmed, or it is false, and the other one is taken.

use super::damped;
use super::kernel::Solver;
use super::levenberg;
use super::newton::{Options, Solution};
use super::nose::{Nose, nose};
use super::plausible::{self, Doubt};
use super::result::{Start, Status};
use super::solvable::{self, Followed};
use super::start;
use crate::case::{Case, NodeKind};
use num_complex::Complex64;

/// Where a solve starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum StartPolicy {
    /// Given voltages, then the previous state, then DC angles with fast-decoupled sweeps: the first that leads to a
    /// sound state; and if none does, the way up from a lighter load.
    #[default]
    Ladder,
    /// Only the voltages stored with the grid; flat where it has none.
    Given,
    /// Only DC angles with fast-decoupled sweeps.
    Fdlf,
    /// Only DC angles.
    Dc,
    /// Only flat.
    Flat,
}

impl StartPolicy {
    fn rungs(self) -> &'static [Start] {
        match self {
            Self::Ladder => &[Start::Given, Start::Previous, Start::Fdlf, Start::Flat],
            Self::Given => &[Start::Given, Start::Flat],
            Self::Fdlf => &[Start::Fdlf],
            Self::Dc => &[Start::Dc],
            Self::Flat => &[Start::Flat],
        }
    }
}

/// What solves the equations from a start.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Iteration {
    /// [`Solver::solve`].
    #[default]
    Newton,
    /// [`Solver::fast_decoupled`].
    FastDecoupled,
}

/// How a start was followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Means {
    /// By whole steps of the method that was asked for.
    #[default]
    Whole,
    /// By Newton's steps with an optimal multiplier: [`damped`].
    Damped,
    /// By Levenberg and Marquardt's steps: [`levenberg`].
    Marquardt,
}

impl Means {
    /// What is added to the name of a start in messages.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Whole => "",
            Self::Damped => " with an optimal multiplier",
            Self::Marquardt => " by Levenberg-Marquardt",
        }
    }
}

/// A start that did not lead to the state that was taken.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tried {
    /// The start.
    pub start: Start,
    /// How it was followed.
    pub means: Means,
    /// How it ended.
    pub status: Status,
    /// Steps from there.
    pub iterations: usize,
    /// What was doubtful, where it converged.
    pub doubt: Option<Doubt>,
}

/// How the state that was taken is known to be the operating one.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Standing {
    /// Nothing speaks against it.
    Sound,
    /// Doubtful, and met again on the way up from a lighter load.
    Confirmed {
        /// What was doubtful.
        doubt: Doubt,
        /// Share of the loads at which the way up began, p.u.
        from: f64,
    },
    /// Found on the way up from a lighter load.
    Followed {
        /// What is remarkable about it all the same.
        doubt: Option<Doubt>,
        /// Share of the loads at which the way up began, p.u.
        from: f64,
    },
    /// Doubtful, and the way up from a lighter load ended before; its sign does not speak against it.
    Doubted {
        /// What is doubtful.
        doubt: Doubt,
    },
    /// No state was found.
    Unsolved,
    /// States were found, and none is an operating one: the sign of the determinant is that of the far side of the nose.
    False {
        /// What was doubtful about the one that is told.
        doubt: Doubt,
    },
}

/// Where the ladder led.
#[derive(Clone, PartialEq, Debug)]
pub struct Climb {
    /// The start of what was taken; where there is no solution, of what came nearest. `None` if no start exists.
    pub taken: Option<(Start, Solution)>,
    /// How that start was followed.
    pub means: Means,
    /// How it is known.
    pub standing: Standing,
    /// Fast-decoupled sweeps before it.
    pub sweeps: usize,
    /// The other starts, in order; all of them where there is no solution.
    pub tried: Vec<Tried>,
    /// Steps of all starts and of the way up, those taken included.
    pub steps_in_all: usize,
    /// Where there is no solution: the largest share of the loads that was found to have one, p.u.
    pub solvable_share: Option<f64>,
    /// Where there is no solution: the nose that stands before the whole load, if one was met.
    pub nose: Option<Nose>,
}

/// By how much less than the nose is told, so that what is told solves within its tolerance.
const SAFE: f64 = 1e-6;

/// How often the mismatch may rise on the way from a start, where others follow.
const RISES: usize = 3;

/// Two states closer than this in every voltage are one [p.u.].
const SAME: f64 = 1e-5;

/// Solves a case, laid out as `solver`, from the rungs of a ladder. `previous` gives the voltage that a node had in
/// the state before, where it existed.
pub fn climb(
    solver: &mut Solver,
    case: &Case,
    (policy, iteration): (StartPolicy, Iteration),
    options: &Options,
    previous: Option<&[Option<Complex64>]>,
) -> Climb {
    let mut climb = Climb::new();
    let mut ended: Vec<Ended> = Vec::new();
    let mut last_exists = false;
    for &rung in policy.rungs() {
        // Flat only stands in for a start that does not exist.
        if rung == Start::Flat && last_exists {
            break;
        }
        let started = start::on(solver, case, rung, previous);
        last_exists = started.is_some();
        let Some(started) = started else { continue };
        let found = match iteration {
            Iteration::Newton if policy == StartPolicy::Ladder => {
                solver.solve_within(case, &started.v, options, RISES)
            }
            Iteration::Newton => solver.solve(case, &started.v, options),
            Iteration::FastDecoupled => solver.fast_decoupled(case, &started.v, options),
        };
        if climb.tried_out(&mut ended, (rung, started.sweeps, Means::Whole), case, found) {
            climb.take(ended, None, Standing::Sound);
            return climb;
        }
    }
    let follows = policy == StartPolicy::Ladder && iteration == Iteration::Newton;
    let arrived = |ended: &[Ended]| ended.iter().any(|one| one.found.status == Status::Converged);
    if follows
        && !arrived(&ended)
        && climb.harder(&mut ended, solver, case, (Means::Damped, options, previous))
    {
        climb.take(ended, None, Standing::Sound);
        return climb;
    }
    if !arrived(&ended) {
        // where every start failed there is probably nothing above: over the nose that is seen soonest
        let top = nose(solver, case, options, 1.0);
        climb.steps_in_all += top.as_ref().map_or(0, |top| top.steps);
        // all the way up, or over a nose before
        if let Some(top) = top.filter(|top| top.passed == (top.factor < 1.0)) {
            let Nose { from, factor: share, v, .. } = top.clone();
            let up = Followed { from, share, v, negative: None, steps: 0 };
            climb.examine(solver, case, (follows, Some(up)), options, ended);
            climb.ends_at(top);
            return climb;
        }
        if follows && climb.harder(&mut ended, solver, case, (Means::Marquardt, options, previous)) {
            climb.take(ended, None, Standing::Sound);
            return climb;
        }
    }
    let up = if arrived(&ended) {
        solvable::follow(solver, case, options)
    } else {
        solvable::follow_warily(solver, case, options)
    };
    climb.examine(solver, case, (follows, up), options, ended);
    if let Standing::False { .. } = climb.standing
        && let Some(top) = nose(solver, case, options, 1.0)
    {
        climb.steps_in_all += top.steps;
        climb.ends_at(top);
    }
    climb
}

/// Solves a case that differs from a solved one by what an outage takes, and that Newton from there does not settle:
/// `leads` are voltages from which Newton leads to a state, but a doubtful one; `None` where it led nowhere.
///
/// The operating state is followed up from a lighter load at once: that a nearby start failed makes it likely that there is none.
/// Only if that ends before the whole load a start is tried that knows of neither, as in [`climb`].
pub fn settle(solver: &mut Solver, case: &Case, leads: Option<&[Complex64]>, options: &Options) -> Climb {
    let mut climb = Climb::new();
    let mut ended = Vec::new();
    if let Some(v) = leads
        && climb.tried_out(
            &mut ended,
            (Start::Previous, 0, Means::Whole),
            case,
            solver.solve(case, v, options),
        )
    {
        climb.take(ended, None, Standing::Sound);
        return climb;
    }
    let up = solvable::follow_warily(solver, case, options);
    if up.as_ref().is_none_or(|up| up.share < 1.0)
        && let Some(started) = start::on(solver, case, Start::Fdlf, None)
    {
        let found = solver.solve(case, &started.v, options);
        if climb.tried_out(&mut ended, (Start::Fdlf, started.sweeps, Means::Whole), case, found) {
            climb.take(ended, None, Standing::Sound);
            return climb;
        }
    }
    climb.examine(solver, case, (true, up), options, ended);
    climb
}

/// A state that was found, a little off, so that a step is taken there: without one nothing is known of the determinant.
pub(super) fn aside(case: &Case, v: &[Complex64]) -> Vec<Complex64> {
    let each = v.iter().zip(&case.kind);
    each.map(|(v, kind)| if *kind == NodeKind::Pq { v * (1.0 + 1e-4) } else { *v }).collect()
}

/// Where one start ended.
struct Ended {
    start: Start,
    means: Means,
    sweeps: usize,
    found: Solution,
    doubt: Option<Doubt>,
}

impl Ended {
    fn new(case: &Case, (start, sweeps): (Start, usize), means: Means, found: Solution) -> Self {
        let doubt = (found.status == Status::Converged).then(|| plausible::doubt(case, &found)).flatten();
        Self { start, means, sweeps, found, doubt }
    }

    fn is_sound(&self) -> bool {
        self.found.status == Status::Converged && self.doubt.is_none()
    }
}

impl Climb {
    fn new() -> Self {
        Self {
            taken: None,
            means: Means::Whole,
            standing: Standing::Unsolved,
            sweeps: 0,
            tried: Vec::new(),
            steps_in_all: 0,
            solvable_share: None,
            nose: None,
        }
    }

    /// Takes note of the nose, if one was passed before the whole load.
    fn ends_at(&mut self, top: Nose) {
        if top.passed && top.factor < 1.0 {
            self.solvable_share = Some(top.factor * (1.0 - SAFE));
            self.nose = Some(top);
        }
    }

    /// Tries what costs more than Newton's method, where that failed; says whether it led to a state beyond doubt.
    fn harder(
        &mut self,
        ended: &mut Vec<Ended>,
        solver: &mut Solver,
        case: &Case,
        (means, options, previous): (Means, &Options, Option<&[Option<Complex64>]>),
    ) -> bool {
        if means == Means::Marquardt && case.len() > levenberg::MOST_NODES {
            return false;
        }
        for rung in [Start::Given, Start::Fdlf] {
            let Some(started) = start::on(solver, case, rung, previous) else { continue };
            let found = match means {
                Means::Marquardt => levenberg::solve(case, &started.v, options),
                _ => damped::solve(solver, case, &started.v, options),
            };
            // the sign of the determinant is that of whole steps: once more from there
            let found = match found.status {
                Status::Converged => {
                    self.steps_in_all += found.iterations();
                    solver.solve(case, &aside(case, &found.v), options)
                }
                _ => found,
            };
            if self.tried_out(ended, (rung, started.sweeps, means), case, found) {
                return true;
            }
        }
        false
    }

    /// Takes note of where a start led; says whether that is beyond doubt.
    fn tried_out(
        &mut self,
        ended: &mut Vec<Ended>,
        (start, sweeps, means): (Start, usize, Means),
        case: &Case,
        found: Solution,
    ) -> bool {
        self.steps_in_all += found.iterations();
        let one = Ended::new(case, (start, sweeps), means, found);
        let sound = one.is_sound();
        ended.push(one);
        sound
    }

    /// Takes one of the states, by default the last, and lists the others.
    fn take(&mut self, mut ended: Vec<Ended>, which: Option<usize>, standing: Standing) {
        let which = which.unwrap_or(ended.len().saturating_sub(1));
        if which < ended.len() {
            let taken = ended.remove(which);
            self.sweeps = taken.sweeps;
            self.means = taken.means;
            self.taken = Some((taken.start, taken.found));
        }
        self.standing = standing;
        self.list(&ended);
    }

    fn list(&mut self, ended: &[Ended]) {
        self.tried = ended
            .iter()
            .map(|one| Tried {
                start: one.start,
                means: one.means,
                status: one.found.status,
                iterations: one.found.iterations(),
                doubt: one.doubt,
            })
            .collect();
    }

    /// No start led to a state beyond doubt: holds what was found against the operating state that was followed `up` from a
    /// lighter load. Takes the latter if something was found, or if the ladder `follows` it anyway.
    fn examine(
        &mut self,
        solver: &mut Solver,
        case: &Case,
        (follows, up): (bool, Option<Followed>),
        options: &Options,
        ended: Vec<Ended>,
    ) {
        self.steps_in_all += up.as_ref().map_or(0, |up| up.steps);
        let doubtful = ended.iter().any(|one| one.doubt.is_some());
        if let Some(up) = up.as_ref().filter(|up| up.share >= 1.0) {
            if let Some((k, doubt)) = met_again(&ended, &up.v) {
                self.take(ended, Some(k), Standing::Confirmed { doubt, from: up.from });
                return;
            }
            if doubtful || follows {
                // Once more from there, so that what is told is a solve like any other.
                let found = solver.solve(case, &up.v, options);
                let standing = Standing::Followed { doubt: plausible::doubt(case, &found), from: up.from };
                self.list(&ended);
                (self.taken, self.standing) = (Some((Start::Homotopy, found)), standing);
                self.means = Means::Whole;
                return;
            }
        }
        self.solvable_share = up.as_ref().map(|up| up.share);
        if let Some((k, doubt)) = least_doubtful(&ended, up.as_ref()) {
            self.solvable_share = None;
            self.take(ended, Some(k), Standing::Doubted { doubt });
        } else if let Some((k, doubt)) = least_doubtful(&ended, None) {
            self.take(ended, Some(k), Standing::False { doubt });
            if let Some((_, found)) = &mut self.taken {
                found.status = Status::FalseSolution;
            }
        } else {
            let nearest = (0..ended.len())
                .reduce(|a, b| if ended[b].found.mismatch() < ended[a].found.mismatch() { b } else { a });
            self.list(&ended);
            let tried = std::mem::take(&mut self.tried);
            self.take(ended, nearest, Standing::Unsolved);
            self.tried = tried;
        }
    }
}

/// The doubtful state that is `v`.
fn met_again(ended: &[Ended], v: &[Complex64]) -> Option<(usize, Doubt)> {
    let same = |one: &Ended| one.found.v.iter().zip(v).all(|(a, b)| (a - b).norm() <= SAME);
    ended.iter().enumerate().filter(|(_, one)| same(one)).find_map(|(k, one)| Some((k, one.doubt?)))
}

/// The doubtful state whose lowest voltage is the highest: the one nearest to operation. Only those of the sign of
/// `up`, where it is given.
fn least_doubtful(ended: &[Ended], up: Option<&Followed>) -> Option<(usize, Doubt)> {
    let lowest = |k: usize| ended[k].found.v.iter().map(|v| v.norm()).fold(f64::INFINITY, f64::min);
    let sign = |k: usize| ended[k].found.pivots.map(|pivots| pivots.determinant_is_negative());
    let wanted = up.and_then(|up| up.negative);
    let fits = |k: &usize| wanted.is_none() || sign(*k).is_none() || sign(*k) == wanted;
    let doubtful = (0..ended.len()).filter(|&k| ended[k].doubt.is_some()).filter(fits);
    let best = doubtful.reduce(|a, b| if lowest(b) > lowest(a) { b } else { a })?;
    Some((best, ended[best].doubt?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use super::*;
    use crate::linsolve::block::Pivots;

    fn ended(vm: f64, negative: usize) -> Ended {
        let pivots = Some(Pivots { cancelled: 1.0, grown: 1.0, negative });
        let found = Solution {
            status: Status::Converged,
            v: vec![Complex64::ONE, Complex64::new(vm, 0.0)],
            trace: vec![0.0],
            pivoting_steps: 0,
            refined_steps: 0,
            pivots,
            first_pivots: pivots,
        };
        Ended { start: Start::Given, means: Means::Whole, sweeps: 0, found, doubt: Some(Doubt::Sign) }
    }

    /// Of two states the higher is nearer to operation, but not where it lies on the far side of the nose.
    #[test]
    fn a_state_of_the_wrong_sign_is_not_taken_for_the_operating_one() {
        let up = |negative| Followed { from: 0.5, share: 0.9, v: Vec::new(), negative, steps: 0 };
        let both = [ended(0.7, 0), ended(0.75, 1)];
        assert_eq!(least_doubtful(&both, Some(&up(None))).unwrap().0, 1);
        assert_eq!(least_doubtful(&both, Some(&up(Some(false)))).unwrap().0, 0);
        assert_eq!(least_doubtful(&both, Some(&up(Some(true)))).unwrap().0, 1);
        assert_eq!(least_doubtful(&both[1..], Some(&up(Some(false)))), None);
    }

    #[test]
    fn a_state_is_met_again_if_all_its_voltages_are() {
        let both = [ended(0.7, 0), ended(0.75, 0)];
        let v = [Complex64::ONE, Complex64::new(0.75 + 1e-7, 0.0)];
        assert_eq!(met_again(&both, &v), Some((1, Doubt::Sign)));
        assert_eq!(met_again(&both[..1], &v), None);
    }
}
