//! The nose: the largest factor by which all that is scheduled may be multiplied.
//!
//! Loads and generation rise together, `s(λ) = λ·s`, the slack takes the rest. The curve of states is followed by a quantity
//! that changes quickly, so that it is passed over its nose, where λ turns and the Jacobian is singular:
//!
//! ```text
//! tangent      b = J⁻¹·s,   k = where |b| is largest
//! predictor    x_k moves by h, x ← x + h·b/b_k,   λ ← λ + h/b_k
//! corrector    a = −J⁻¹·F,   Δλ = (h_left − a_k)/b_k,   Δx = a + b·Δλ
//! nose         1/b_k = 0, by the secant between the last point before and the first behind
//! ```
//!
//! So a correction costs a factorisation and two solves, and none fails for want of a solution. The factors of the tangent make the
//! first one, and those of the second all that follow while they lead down quickly.
//! Source: V. Ajjarapu, C. Christy, *The Continuation Power Flow*, IEEE Trans. Power Systems 7 (1992), p. 416.

use super::damped::{largest, mismatch, moved};
use super::kernel::Solver;
use super::newton::Options;
use super::plausible;
use super::result::{Start, Status};
use super::start;
use crate::case::{Case, NodeKind};
use num_complex::Complex64;
use std::collections::VecDeque;

/// How far the quantity that is followed moves in a step [p.u. of its voltage, or rad].
const STRIDE: f64 = 0.1;

/// How far λ moves in a step at most.
const LEAP: f64 = 0.3;

/// Shortest step.
const LEAST: f64 = 1e-3;

/// Points of a curve after which it is left alone.
const POINTS: usize = 200;

/// Correctors of a point.
const CORRECTORS: usize = 12;

/// A correction with factors of an earlier point has to leave no more than this share of the mismatch, or it is the last.
const QUICK: f64 = 0.1;

/// How near the nose is told: what is left to be gained, as a share of the factor.
const SHARP: f64 = 1e-7;

/// Mismatch at which a point on the way is near enough [p.u.]; the last one is held to the tolerance asked for.
const NEAR: f64 = 1e-5;

/// Points of the way that are kept, and how far below its end the one lies that is told.
const KEPT: usize = 6;
const SOMEWHAT_BELOW: f64 = 0.95;

/// Shares of what is scheduled at which a curve may begin.
const BEGINNINGS: [f64; 3] = [0.5, 0.25, 0.0];

/// Where the way up ended.
#[derive(Clone, PartialEq, Debug)]
pub struct Nose {
    /// The factor at which the way up began.
    pub from: f64,
    /// The largest factor that was found to have a solution: that of the nose to 1e-6, or the one asked for.
    pub factor: f64,
    /// Whether the nose was passed; if not, the state at `factor` is one below it.
    pub passed: bool,
    /// The state there [p.u.], n rows.
    pub v: Vec<Complex64>,
    /// Factorisations it took.
    pub steps: usize,
    /// A point of the way, somewhat below: from there the state of a case that differs a little is met.
    pub below: Point,
}

/// A point of the way up: its factor, and about the state there [p.u.], n rows.
pub type Point = (f64, Vec<Complex64>);

/// Follows the operating state of a case, laid out as `solver`, up to its nose, or to the factor `most`; nothing where no
/// light load is found to have a state.
pub fn nose(solver: &mut Solver, case: &Case, options: &Options, most: f64) -> Option<Nose> {
    let mut steps = 0;
    let mut light = case.clone();
    let mut at = |share: f64, v: &[Complex64], solver: &mut Solver| {
        scale(&mut light, case, share);
        let found = solver.solve(&light, v, options);
        steps += found.iterations();
        let sound = share == 0.0 || plausible::doubt(&light, &found).is_none();
        (found.status == Status::Converged && sound).then_some((share, found.v))
    };
    let (lambda, v) = BEGINNINGS.into_iter().filter(|&share| share < most).find_map(|share| {
        let mut light = case.clone();
        scale(&mut light, case, share);
        [Start::Fdlf, Start::Flat].into_iter().find_map(|rung| {
            let started = start::on(solver, &light, rung, None)?;
            at(share, &started.v, solver)
        })
    })?;
    let mut scaled = case.clone();
    scale(&mut scaled, case, lambda);
    let from = lambda;
    let passed_by = VecDeque::from([(lambda, v.clone())]);
    let mut way = Way { solver, case, scaled, options, v, lambda, passed_by, steps, factored: false };
    let passed = way.pass(most)?;
    let Way { v, lambda, passed_by, steps, .. } = way;
    let is_below = |(at, _): &&Point| *at <= SOMEWHAT_BELOW * lambda;
    let below = passed_by.iter().rev().find(is_below).or(passed_by.front()).cloned()?;
    Some(Nose { from, factor: lambda, passed, v, steps, below })
}

fn scale(scaled: &mut Case, case: &Case, factor: f64) {
    for (scaled, s) in scaled.sbus.iter_mut().zip(&case.sbus) {
        *scaled = s * factor;
    }
}

/// What moves by a given length in a step.
#[derive(Clone, Copy)]
enum Along {
    Factor,
    Angle(usize),
    Magnitude(usize),
}

impl Along {
    fn of(self, d: &[Complex64]) -> f64 {
        match self {
            Self::Factor => 1.0,
            Self::Angle(k) => d[k].re,
            Self::Magnitude(k) => d[k].im,
        }
    }
}

/// A step along the curve: where it set out, what it moved by how much, and where that led, `Δθ + j·ΔV/V`.
struct Leg {
    v: Vec<Complex64>,
    lambda: f64,
    along: Along,
    length: f64,
    slope: f64,
    way: Vec<Complex64>,
}

/// A point of the curve, and what follows it.
struct Way<'a> {
    solver: &'a mut Solver,
    case: &'a Case,
    scaled: Case,
    options: &'a Options,
    v: Vec<Complex64>,
    lambda: f64,
    /// The last points.
    passed_by: VecDeque<Point>,
    steps: usize,
    /// Whether the factors at hand are those of `v`.
    factored: bool,
}

impl Way<'_> {
    /// Goes up to the nose; says whether it was passed. Nothing where not even the first tangent exists.
    fn pass(&mut self, most: f64) -> Option<bool> {
        // the last step, and the point it set out from
        let mut last: Option<Leg> = None;
        let mut stride = STRIDE;
        for _ in 0..POINTS {
            let b = self.tangent()?;
            let along = steepest(&b);
            let slope = along.of(&b);
            // onwards is where the last step led; at first where λ rises
            if let Some(leg) = last.take_if(|leg| dot(&leg.way, &b) < 0.0) {
                // the last step went over the nose, though it ended above where it began
                self.close_in(leg);
                return Some(true);
            }
            let (point, lambda) = (self.v.clone(), self.lambda);
            let length = stride * slope.signum();
            let reached = if slope.abs() * LEAP < stride {
                self.go(Along::Factor, LEAP.min(most - lambda), NEAR)
            } else {
                self.go(along, length, NEAR)
            };
            if !reached {
                self.put(point, lambda);
                stride /= 2.0;
                if stride < LEAST {
                    return Some(false);
                }
                continue;
            }
            if self.lambda >= most {
                // exactly there
                let beyond = most - self.lambda;
                let there = self.go(Along::Factor, beyond, 0.0);
                if !there {
                    self.put(point, lambda);
                }
                return Some(false);
            }
            let leg = Leg { way: turned(&point, &self.v), v: point, lambda, along, length, slope };
            if self.lambda <= lambda {
                self.close_in(leg);
                return Some(true);
            }
            last = Some(leg);
            if self.passed_by.len() == KEPT {
                self.passed_by.pop_front();
            }
            self.passed_by.push_back((self.lambda, self.v.clone()));
            stride = (stride * 1.5).min(STRIDE);
        }
        Some(false)
    }

    /// Finds the nose on a step that went over it.
    fn close_in(&mut self, leg: Leg) {
        let Leg { v, lambda, along, length, slope, .. } = leg;
        self.put(v, lambda);
        let mut best = (self.v.clone(), self.lambda);
        // dλ/dx falls through 0: positive here
        let (mut low, mut rise_low) = (0.0, 1.0 / slope.abs());
        let (mut high, mut rise_high): (f64, Option<f64>) = (length.abs(), None);
        let mut at = 0.0;
        for _ in 0..8 {
            let next = match rise_high {
                Some(rise_high) => low + (high - low) * rise_low / (rise_low - rise_high),
                None => f64::midpoint(low, high),
            };
            if !self.go(along, (next - at) * length.signum(), 0.0) {
                break;
            }
            at = next;
            if self.lambda > best.1 {
                best = (self.v.clone(), self.lambda);
            }
            let Some(b) = self.tangent() else { break };
            let rise = length.signum() / along.of(&b);
            // what is still to be gained: the slope times the way to the nose
            let width = if rise > 0.0 { high - at } else { at - low };
            if (rise * width).abs() < SHARP * self.lambda.abs() {
                break;
            }
            if rise > 0.0 {
                (low, rise_low) = (at, rise);
            } else {
                (high, rise_high) = (at, Some(rise));
            }
        }
        let (v, lambda) = best;
        self.put(v, lambda);
    }

    /// Goes back to a point.
    fn put(&mut self, v: Vec<Complex64>, lambda: f64) {
        (self.v, self.lambda) = (v, lambda);
        self.factored = false;
        self.rescale();
    }

    /// Factorises at `v`, if that has not been done; says whether that is possible.
    fn linearise(&mut self) -> bool {
        if !self.factored {
            self.steps += 1;
            self.factored = self.solver.linearise(&self.scaled, &self.v);
        }
        self.factored
    }

    fn rescale(&mut self) {
        scale(&mut self.scaled, self.case, self.lambda);
    }

    /// How the state follows λ, `Δθ + j·ΔV/V` by nodes.
    fn tangent(&mut self) -> Option<Vec<Complex64>> {
        if !self.linearise() {
            return None;
        }
        let mut b = self.direction();
        self.solver.respond(&mut b).then_some(b)
    }

    fn direction(&self) -> Vec<Complex64> {
        let each = self.case.sbus.iter().zip(&self.case.kind);
        each.map(|(s, kind)| if *kind == NodeKind::Slack { Complex64::ZERO } else { *s }).collect()
    }

    /// Moves one quantity by `left`, and all others to where they balance, as well as is asked for or as is `near`; says whether
    /// they do.
    fn go(&mut self, along: Along, mut left: f64, near: f64) -> bool {
        let tol = self.options.tol.max(near);
        let allowed = 2.0 * left.abs() + 1e-6;
        let (mut usable, mut last) = (self.factored, f64::INFINITY);
        for _ in 0..CORRECTORS {
            let f = mismatch(&self.scaled, &self.v);
            let worst = largest(&f);
            if worst <= tol && left.abs() <= 1e-10_f64.max(near) {
                return self.v.iter().all(|v| v.norm() > 1e-3);
            }
            if !worst.is_finite() {
                return false;
            }
            if (!usable || worst > QUICK * last) && !self.linearise() {
                return false;
            }
            (usable, last) = (true, worst);
            let (mut a, mut b) = (f, self.direction());
            for a in &mut a {
                *a = -*a;
            }
            if !self.solver.respond(&mut a) || !self.solver.respond(&mut b) {
                return false;
            }
            let step = match along {
                Along::Factor => left,
                _ => (left - along.of(&a)) / along.of(&b),
            };
            let d: Vec<Complex64> = a.iter().zip(&b).map(|(a, b)| a + b * step).collect();
            if !step.is_finite() || d.iter().any(|d| d.im.abs() > 0.5 + allowed) {
                return false;
            }
            self.v = moved(&self.v, &d, 1.0);
            self.factored = false;
            self.lambda += step;
            self.rescale();
            left -= match along {
                Along::Factor => step,
                Along::Angle(k) => d[k].re,
                Along::Magnitude(k) => (1.0 + d[k].im).ln(),
            };
        }
        false
    }
}

/// The quantity that follows λ most.
fn steepest(b: &[Complex64]) -> Along {
    let (mut most, mut along) = (0.0, Along::Factor);
    for (k, b) in b.iter().enumerate() {
        for (size, which) in [(b.re.abs(), Along::Angle(k)), (b.im.abs(), Along::Magnitude(k))] {
            if size > most {
                (most, along) = (size, which);
            }
        }
    }
    along
}

/// From one state to another, `Δθ + j·ΔV/V` by nodes.
fn turned(from: &[Complex64], to: &[Complex64]) -> Vec<Complex64> {
    let each = from.iter().zip(to).map(|(from, to)| to / from);
    each.map(|turn| Complex64::new(turn.arg(), turn.norm().ln())).collect()
}

fn dot(a: &[Complex64], b: &[Complex64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a.re * b.re + a.im * b.im).sum()
}
