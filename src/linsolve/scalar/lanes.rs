//! The numeric part for [`LANES`] right-hand sides at a time: the factors are read once for all of them.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::{Factor, Reach};
use crate::linsolve::Singular;
use crate::linsolve::block::Plan;
use crate::linsolve::cpu::{Arithmetic, Job};

/// Right-hand sides that are solved together.
pub const LANES: usize = 8;

impl Factor {
    /// Solves `A·x = b` for [`LANES`] right-hand sides; rows as in the plan, `b` is replaced by `x`.
    ///
    /// A lane whose solution is not finite is left so; others are not touched by it.
    ///
    /// # Errors
    /// [`Singular`] if the pivots had to be chosen and the solver that did it fails.
    ///
    /// # Panics
    /// If `b` is not as long as the plan (a bug of the caller).
    pub fn solve_lanes(&self, plan: &Plan, b: &mut [[f64; LANES]]) -> Result<(), Singular> {
        self.solve_lanes_on(plan, None, b)
    }

    /// As [`Factor::solve_lanes`], where `b` is zero outside of `reach`; it is not read there, so that nobody has to zero it.
    ///
    /// # Errors
    /// As [`Factor::solve_lanes`].
    ///
    /// # Panics
    /// As [`Factor::solve_lanes`].
    pub fn solve_lanes_from(
        &self,
        plan: &Plan,
        reach: &Reach,
        b: &mut [[f64; LANES]],
    ) -> Result<(), Singular> {
        self.solve_lanes_on(plan, Some(reach), b)
    }

    fn solve_lanes_on(
        &self,
        plan: &Plan,
        reach: Option<&Reach>,
        x: &mut [[f64; LANES]],
    ) -> Result<(), Singular> {
        assert!(x.len() == plan.len(), "{LANES} numbers per row");
        if let Some(lu) = &self.fallback {
            for (_, x) in
                x.iter_mut().enumerate().filter(|(row, _)| reach.is_some_and(|reach| !reach.holds(*row)))
            {
                *x = [0.0; LANES];
            }
            let mut one = vec![0.0; x.len()];
            for lane in 0..LANES {
                one.iter_mut().zip(&*x).for_each(|(one, x)| *one = x[lane]);
                lu.solve(&mut one)?;
                x.iter_mut().zip(&one).for_each(|(x, one)| x[lane] = *one);
            }
            return Ok(());
        }
        self.cpu.run(SolveLanes { factor: self, plan, reach, x });
        Ok(())
    }

    #[inline(always)]
    fn substitute_lanes<A: Arithmetic>(
        &self,
        a: A,
        plan: &Plan,
        reach: Option<&Reach>,
        x: &mut [[f64; LANES]],
    ) {
        let n = plan.len();
        let (x, inverse, upper) = (&mut x[..n], &self.inverse[..n], &self.upper[..plan.upper_len()]);
        let (starts, columns) = plan.upper_lists();
        let mut visited = 0;
        let visits = reach.map_or(n, |reach| reach.rows().len());
        while visited < visits {
            let row = reach.map_or(visited, |reach| reach.rows()[visits - 1 - visited] as usize);
            visited += 1;
            let (low, high) = load(a, &x[row]);
            let (mut t, stop) = (starts[row] as usize, starts[row + 1] as usize);
            while t < stop {
                let x = &mut x[columns[t] as usize];
                let u = a.splat(upper[t]);
                let (l, h) = load(a, x);
                store(a, (a.fnma(u, low, l), a.fnma(u, high, h)), x);
                t += 1;
            }
        }
        let mut row = n;
        while row > 0 {
            row -= 1;
            let per_d = a.splat(inverse[row]);
            let (mut low, mut high) = (a.splat(0.0), a.splat(0.0));
            if reach.is_none_or(|reach| reach.holds(row)) {
                let (l, h) = load(a, &x[row]);
                (low, high) = (a.mul(l, per_d), a.mul(h, per_d));
            }
            let (mut t, stop) = (starts[row] as usize, starts[row + 1] as usize);
            while t < stop {
                let u = a.splat(upper[t]);
                let (l, h) = load(a, &x[columns[t] as usize]);
                (low, high) = (a.fnma(u, l, low), a.fnma(u, h, high));
                t += 1;
            }
            store(a, (low, high), &mut x[row]);
        }
    }
}

#[inline(always)]
fn load<A: Arithmetic>(a: A, x: &[f64; LANES]) -> (A::Quad, A::Quad) {
    (a.quad([x[0], x[1], x[2], x[3]]), a.quad([x[4], x[5], x[6], x[7]]))
}

#[inline(always)]
fn store<A: Arithmetic>(a: A, (low, high): (A::Quad, A::Quad), x: &mut [f64; LANES]) {
    x[..4].copy_from_slice(&a.array(low));
    x[4..].copy_from_slice(&a.array(high));
}

struct SolveLanes<'a> {
    factor: &'a Factor,
    plan: &'a Plan,
    reach: Option<&'a Reach>,
    x: &'a mut [[f64; LANES]],
}

impl Job for SolveLanes<'_> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) {
        self.factor.substitute_lanes(a, self.plan, self.reach, self.x);
    }
}
