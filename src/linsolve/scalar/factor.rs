//! The numeric part for one right-hand side.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::guard::Seen;
use crate::linsolve::block::{Plan, Way};
use crate::linsolve::cpu::{Arithmetic, Cpu, Job};
use crate::linsolve::{Singular, SparseLu};

/// A symmetric matrix, row by row as the elimination asks for it.
pub trait Rows {
    /// Adds up the entries of row `row`, the diagonal one included; those left of it may be given or left out.
    fn fill(&self, row: usize, w: &mut Accumulator<'_>);
}

/// One row of the matrix, dense.
pub struct Accumulator<'a> {
    w: &'a mut [f64],
    row: usize,
    /// Sum of the sizes of what was added.
    size: f64,
}

impl Accumulator<'_> {
    /// Adds to an entry. What stands left of the diagonal is known by symmetry.
    #[inline(always)]
    pub fn add(&mut self, column: usize, value: f64) {
        self.size += value.abs();
        if column >= self.row {
            self.w[column] += value;
        }
    }
}

/// The factors of one matrix. The next matrix on the same plan reuses the room: nothing is allocated then.
#[derive(Clone, Debug)]
pub struct Factor {
    pub(super) cpu: Cpu,
    /// `U` without its diagonal.
    pub(super) upper: Vec<f64>,
    pub(super) pivots: Vec<f64>,
    pub(super) inverse: Vec<f64>,
    /// The row at work; all zero between rows.
    w: Vec<f64>,
    /// Where the next row finds its entry in each row of `U`.
    next: Vec<u32>,
    /// The factors of a LU that chooses its pivots, where the static ones were not good enough.
    pub(super) fallback: Option<Box<SparseLu>>,
}

impl Factor {
    /// Room for the factors of a plan, on the best instructions of this machine.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self::on(Cpu::detect(), plan)
    }

    /// Room for the factors of a plan, with the instructions `cpu`.
    #[must_use]
    pub fn on(cpu: Cpu, plan: &Plan) -> Self {
        let n = plan.len();
        Self {
            cpu,
            upper: vec![0.0; plan.upper_len()],
            pivots: vec![0.0; n],
            inverse: vec![0.0; n],
            w: vec![0.0; n],
            next: vec![0; n],
            fallback: None,
        }
    }

    /// Factorises the matrix that `rows` tells.
    ///
    /// # Errors
    /// [`Singular`] if a value is not finite, or not even a factorisation that chooses its pivots finds them. There are no
    /// factors then.
    pub fn factorise(&mut self, plan: &Plan, rows: &impl Rows) -> Result<Way, Singular> {
        self.fallback = None;
        let seen = self.cpu.run(Factorise { factor: self, plan, rows });
        if seen.is_sound() {
            return Ok(Way::Static);
        }
        self.choose_pivots(plan, rows)
    }

    /// Whether the determinant of the matrix is negative; `None` where the pivots were chosen.
    #[must_use]
    pub fn determinant_is_negative(&self) -> Option<bool> {
        let negative = self.pivots.iter().filter(|&&d| d < 0.0).count();
        self.fallback.is_none().then_some(negative % 2 == 1)
    }

    /// Solves `A·x = b`, rows as in the plan; `b` is replaced by `x`.
    ///
    /// # Errors
    /// [`Singular`] if `x` is not finite, or the last factorisation failed.
    ///
    /// # Panics
    /// If `b` is not as long as the plan (a bug of the caller).
    pub fn solve(&self, plan: &Plan, b: &mut [f64]) -> Result<(), Singular> {
        assert!(b.len() == plan.len(), "one number per row");
        if let Some(lu) = &self.fallback {
            return lu.solve(b);
        }
        if self.cpu.run(Solve { factor: self, plan, x: b }) { Ok(()) } else { Err(Singular) }
    }

    #[inline(always)]
    fn eliminate<A: Arithmetic>(&mut self, a: A, plan: &Plan, rows: &impl Rows) -> Seen {
        let n = plan.len();
        let Self { upper, pivots, inverse, w, next, .. } = self;
        let (upper, w) = (&mut upper[..plan.upper_len()], &mut w[..n]);
        let (lower_starts, lower_columns) = plan.lower_lists();
        let (upper_starts, upper_columns) = plan.upper_lists();
        next.copy_from_slice(&upper_starts[..n]);
        let mut seen = Seen::default();
        let mut row = 0;
        while row < n {
            let mut accumulator = Accumulator { w: &mut *w, row, size: 0.0 };
            rows.fill(row, &mut accumulator);
            let size = accumulator.size;
            let mut d = std::mem::take(&mut w[row]);
            let mut moved = 0.0;
            let (mut k, end) = (lower_starts[row] as usize, lower_starts[row + 1] as usize);
            while k < end {
                let c = lower_columns[k] as usize;
                k += 1;
                let at = next[c] as usize;
                next[c] += 1;
                let u = upper[at];
                let l = u * pivots[c];
                d = a.mul_add(-l, u, d);
                moved += (l * u).abs();
                let stop = upper_starts[c + 1] as usize;
                let (u, columns) = (&upper[at + 1..stop], &upper_columns[at + 1..stop]);
                let mut t = 0;
                while t < columns.len() {
                    let w = &mut w[columns[t] as usize];
                    *w = a.mul_add(-l, u[t], *w);
                    t += 1;
                }
            }
            seen.row(d, moved, size);
            let per_d = 1.0 / d;
            pivots[row] = d;
            inverse[row] = per_d;
            let (mut t, stop) = (upper_starts[row] as usize, upper_starts[row + 1] as usize);
            while t < stop {
                upper[t] = std::mem::take(&mut w[upper_columns[t] as usize]) * per_d;
                t += 1;
            }
            row += 1;
        }
        seen
    }

    /// Says whether the solution is made of numbers.
    #[inline(always)]
    fn substitute<A: Arithmetic>(&self, a: A, plan: &Plan, x: &mut [f64]) -> bool {
        let n = plan.len();
        let (x, inverse, upper) = (&mut x[..n], &self.inverse[..n], &self.upper[..plan.upper_len()]);
        let (starts, columns) = plan.upper_lists();
        let mut row = 0;
        while row < n {
            let from = x[row];
            let range = starts[row] as usize..starts[row + 1] as usize;
            let (u, columns) = (&upper[range.clone()], &columns[range]);
            let mut t = 0;
            while t < columns.len() {
                let x = &mut x[columns[t] as usize];
                *x = a.mul_add(-u[t], from, *x);
                t += 1;
            }
            row += 1;
        }
        let mut zeros = 0.0;
        while row > 0 {
            row -= 1;
            let mut sum = x[row] * inverse[row];
            let range = starts[row] as usize..starts[row + 1] as usize;
            let (u, columns) = (&upper[range.clone()], &columns[range]);
            let mut t = 0;
            while t < columns.len() {
                sum = a.mul_add(-u[t], x[columns[t] as usize], sum);
                t += 1;
            }
            x[row] = sum;
            // Zero as long as all are finite.
            zeros += sum * 0.0;
        }
        zeros == 0.0
    }
}

/// A row of the matrix right of the diagonal and on it, handed to `each`; the accumulator is empty afterwards.
impl Factor {
    pub(super) fn row_of_matrix(
        &mut self,
        plan: &Plan,
        rows: &impl Rows,
        row: usize,
        mut each: impl FnMut(usize, f64),
    ) {
        rows.fill(row, &mut Accumulator { w: &mut self.w, row, size: 0.0 });
        each(row, std::mem::take(&mut self.w[row]));
        for &column in plan.upper(row) {
            each(column as usize, std::mem::take(&mut self.w[column as usize]));
        }
    }
}

struct Factorise<'a, R> {
    factor: &'a mut Factor,
    plan: &'a Plan,
    rows: &'a R,
}

impl<R: Rows> Job for Factorise<'_, R> {
    type Output = Seen;
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> Seen {
        self.factor.eliminate(a, self.plan, self.rows)
    }
}

struct Solve<'a> {
    factor: &'a Factor,
    plan: &'a Plan,
    x: &'a mut [f64],
}

impl Job for Solve<'_> {
    type Output = bool;
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> bool {
        self.factor.substitute(a, self.plan, self.x)
    }
}
