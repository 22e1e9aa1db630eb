//! The numeric part: one pass up the rows, one pass back.
//!
//! Loops are written with `while` and slices, and everything in them is `inline(always)`: an iterator's or a closure's
//! body is a function of its own, which the compiler may leave outside of the instruction set that the job
//! was dispatched to (3x slower without link-time optimisation). Bounds are checked; without the checks
//! it was no faster, as the rows wait for their chains of operations and not for instructions.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::arrange::BATCH;
use super::pivots::Pivots;
use super::{Block, Plan};
use crate::linsolve::cpu::Arithmetic;

/// A matrix and its right-hand side, row by row as the elimination asks for them.
pub trait Rows {
    /// Sets the blocks of row `row` in the accumulator, the diagonal one included, and returns its right-hand side.
    fn fill<A: Arithmetic>(&self, a: A, row: usize, w: &mut Accumulator<'_>) -> [f64; 2];
}

/// One row of the matrix, dense.
pub struct Accumulator<'a>(&'a mut [Block]);

impl Accumulator<'_> {
    /// Sets a block that has not been set in this row.
    #[inline(always)]
    pub fn set<A: Arithmetic>(&mut self, a: A, column: usize, block: A::Quad) {
        a.store(block, &mut self.0[column]);
    }
}

/// The numbers of one factorisation and solution, kept so that the next one allocates nothing.
#[derive(Clone, Debug)]
pub struct Factor {
    upper: Vec<Block>,
    /// The solution.
    x: Vec<[f64; 2]>,
    /// The row at work; all zero between rows.
    w: Vec<Block>,
    /// `L` by columns, at the places of `upper`, and the inverse pivots; empty unless kept.
    lower: Vec<Block>,
    inverse: Vec<Block>,
    /// Where the next entry of each column of `L` goes.
    next: Vec<u32>,
}

/// Both factors: `lower` by columns, at the places of `upper`, which is by rows.
pub(super) struct Kept<'a> {
    pub(super) lower: &'a [Block],
    pub(super) inverse: &'a [Block],
    pub(super) upper: &'a [Block],
}

impl Factor {
    /// Room for the factors of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self {
            upper: vec![Block::default(); plan.upper_len()],
            x: vec![[0.0; 2]; plan.len()],
            w: vec![Block::default(); plan.len()],
            lower: Vec::new(),
            inverse: Vec::new(),
            next: Vec::new(),
        }
    }

    /// The factors that were kept.
    #[inline(always)]
    pub(super) fn kept(&self) -> Kept<'_> {
        Kept { lower: &self.lower, inverse: &self.inverse, upper: &self.upper }
    }

    /// The solution, by rows.
    #[must_use]
    #[inline(always)]
    pub fn x(&self) -> &[[f64; 2]] {
        &self.x
    }

    /// The solution, to be replaced.
    pub fn x_mut(&mut self) -> &mut [[f64; 2]] {
        &mut self.x
    }

    /// Factorises and solves: afterwards [`Factor::x`] holds `A⁻¹·rhs`, and `L` is forgotten.
    ///
    /// Says what was seen of the pivots, and whether the solution is made of numbers.
    #[inline(always)]
    pub(super) fn solve_once<A: Arithmetic>(
        &mut self,
        a: A,
        plan: &Plan,
        rows: &impl Rows,
    ) -> (Pivots, bool) {
        let pivots = self.eliminate::<A, false>(a, plan, rows);
        (pivots, self.substitute_back(a, plan))
    }

    /// Factorises and solves by static pivots, as [`Factor::solve`] does where they are sound, and keeps `L` for
    /// [`super::Shared`] and [`super::Update`]. The caller looks at the pivots, and at whether the solution is finite.
    #[inline(always)]
    pub fn keep<A: Arithmetic>(&mut self, a: A, plan: &Plan, rows: &impl Rows) -> (Pivots, bool) {
        self.lower.resize(plan.upper_len(), Block::default());
        self.inverse.resize(plan.len(), Block::default());
        self.next.clear();
        self.next.extend((0..plan.len()).map(|row| plan.upper_start(row)));
        let pivots = self.eliminate::<A, true>(a, plan, rows);
        (pivots, self.substitute_back(a, plan))
    }

    #[inline(always)]
    fn eliminate<A: Arithmetic, const KEEP: bool>(&mut self, a: A, plan: &Plan, rows: &impl Rows) -> Pivots {
        let n = plan.len();
        let (upper_starts, upper_columns) = plan.upper_lists();
        let zero = a.splat(0.0);
        let (mut cancelled, mut grown, mut negative) = (zero, zero, 0);
        // What the rows of a batch have come to, until their pivots are inverted all in a run: an inversion waits
        // long for its own division, but not for the next one.
        let mut assembled = [zero; BATCH];
        let mut reduced = [zero; BATCH];
        let mut right_side = [[0.0; 2]; BATCH];
        let batches = plan.batches();
        let mut batch = 0;
        while batch + 1 < batches.len() {
            let (begin, end) = (batches[batch] as usize, batches[batch + 1] as usize);
            batch += 1;
            let mut row = begin;
            while row < end {
                let r = rows.fill(a, row, &mut Accumulator(&mut self.w[..n]));
                assembled[row - begin] = a.load(&self.w[row]);
                let sum = a.array(a.row_sums(self.reduce::<A, KEEP>(a, plan, row)));
                right_side[row - begin] = [r[0] - sum[0], r[1] - sum[2]];
                reduced[row - begin] = a.load(&self.w[row]);
                a.store(zero, &mut self.w[row]);
                let (mut t, stop) = (upper_starts[row] as usize, upper_starts[row + 1] as usize);
                while t < stop {
                    let w = &mut self.w[upper_columns[t] as usize];
                    self.upper[t] = *w;
                    a.store(zero, w);
                    t += 1;
                }
                row += 1;
            }
            let mut row = begin;
            while row < end {
                let d = reduced[row - begin];
                let crossed = a.array(a.mul(d, a.reverse(d)));
                let det = crossed[0] - crossed[1];
                negative += usize::from(det < 0.0);
                let per_det = a.splat(1.0 / det);
                // ‖A_ii[k, ..]‖₁ · ‖D⁻¹[.., k]‖₁ for both equations k: the columns of D⁻¹ hold, but for signs and
                // the determinant, the rows of D in reverse.
                let columns = a.row_sums(a.abs(a.mul(a.reverse(d), per_det)));
                cancelled = a.max(a.mul(a.row_sums(a.abs(assembled[row - begin])), columns), cancelled);
                let d = a.array(d);
                let inverse = a.mul(a.quad([d[3], -d[1], -d[2], d[0]]), per_det);
                if KEEP {
                    a.store(inverse, &mut self.inverse[row]);
                }
                let solved = a.array(a.row_sums(a.mul(inverse, a.pair(right_side[row - begin]))));
                self.x[row] = [solved[0], solved[2]];
                let blocks = &mut self.upper[upper_starts[row] as usize..upper_starts[row + 1] as usize];
                grown = scale(a, inverse, blocks, grown);
                row += 1;
            }
        }
        let largest = |q: A::Quad| a.array(q).into_iter().fold(0.0, f64::max);
        Pivots { cancelled: largest(cancelled), grown: largest(grown), negative }
    }

    /// Takes the rows above out of the row at work; returns what they take from its right-hand side, as products still
    /// to be summed by rows.
    #[inline(always)]
    fn reduce<A: Arithmetic, const KEEP: bool>(&mut self, a: A, plan: &Plan, row: usize) -> A::Quad {
        let n = plan.len();
        let Self { upper, x, w, lower, next, .. } = self;
        let (upper, x, w) = (&upper[..plan.upper_len()], &x[..n], &mut w[..n]);
        let (lower_starts, lower_columns) = plan.lower_lists();
        let (upper_starts, upper_columns) = plan.upper_lists();
        let pair = &plan.pair()[..n];
        let zero = a.splat(0.0);
        let mut sum = zero;
        let (mut k, end) = (lower_starts[row] as usize, lower_starts[row + 1] as usize);
        while k < end {
            let c = lower_columns[k] as usize;
            let l = a.load(&w[c]);
            a.store(zero, &mut w[c]);
            sum = a.fma(l, a.pair(x[c]), sum);
            if KEEP {
                a.store(l, &mut lower[next[c] as usize]);
                next[c] += 1;
            }
            let (from, to) = (upper_starts[c] as usize, upper_starts[c + 1] as usize);
            let second = pair[c] as usize;
            k += 1;
            if second >= n || second == row {
                subtract(a, l, &upper[from..to], &upper_columns[from..to], w);
                continue;
            }
            // The next column has the same rows: both at once, which spares half of the traffic with `w`.
            let u = upper[from].0;
            let half = a.fnma(a.even(l), a.pair([u[0], u[1]]), a.load(&w[second]));
            let l2 = a.fnma(a.odd(l), a.pair([u[2], u[3]]), half);
            a.store(zero, &mut w[second]);
            sum = a.fma(l2, a.pair(x[second]), sum);
            if KEEP {
                a.store(l2, &mut lower[next[second] as usize]);
                next[second] += 1;
            }
            k += 1;
            let first = &upper[from + 1..to];
            let at = upper_starts[second] as usize;
            let second = &upper[at..at + first.len()];
            subtract_both(a, [l, l2], [first, second], &upper_columns[from + 1..to], w);
        }
        sum
    }

    /// Says whether the solution is made of numbers.
    #[inline(always)]
    fn substitute_back<A: Arithmetic>(&mut self, a: A, plan: &Plan) -> bool {
        let n = plan.len();
        let (upper, x) = (&self.upper[..plan.upper_len()], &mut self.x[..n]);
        let (starts, columns) = plan.upper_lists();
        let mut zeros = 0.0;
        let mut row = n;
        while row > 0 {
            row -= 1;
            let mut sum = a.splat(0.0);
            let (mut t, end) = (starts[row] as usize, starts[row + 1] as usize);
            while t < end {
                sum = a.fma(a.load(&upper[t]), a.pair(x[columns[t] as usize]), sum);
                t += 1;
            }
            let sum = a.array(a.row_sums(sum));
            let x = &mut x[row];
            x[0] -= sum[0];
            x[1] -= sum[2];
            // Not zero for what is no number.
            zeros = a.mul_add(x[0], 0.0, zeros);
            zeros = a.mul_add(x[1], 0.0, zeros);
        }
        zeros == 0.0
    }

    /// Solves with the factors kept; [`Factor::x`] goes in as the right-hand side and comes out as the solution.
    #[inline(always)]
    pub(super) fn solve_again<A: Arithmetic>(&mut self, a: A, plan: &Plan) -> bool {
        for row in 0..plan.len() {
            let solved = a.array(a.row_sums(a.mul(a.load(&self.inverse[row]), a.pair(self.x[row]))));
            let solved = [solved[0], solved[2]];
            self.x[row] = solved;
            for (&t, l) in plan.upper(row).iter().zip(&self.lower[plan.upper_range(row)]) {
                let taken = a.array(a.row_sums(a.mul(a.load(l), a.pair(solved))));
                let x = &mut self.x[t as usize];
                x[0] -= taken[0];
                x[1] -= taken[2];
            }
        }
        self.substitute_back(a, plan)
    }

    /// One row of the matrix: its right-hand side, and its blocks by column, handed to `each`.
    pub(super) fn row_of_matrix<A: Arithmetic>(
        &mut self,
        a: A,
        plan: &Plan,
        rows: &impl Rows,
        row: usize,
        mut each: impl FnMut(usize, [f64; 4]),
    ) -> [f64; 2] {
        let r = rows.fill(a, row, &mut Accumulator(&mut self.w));
        let columns = plan.lower(row).iter().chain(plan.upper(row)).map(|&c| c as usize);
        for column in columns.chain([row]) {
            each(column, std::mem::take(&mut self.w[column]).0);
        }
        r
    }
}

/// `w −= l·u` at the columns of a row `u`.
#[inline(always)]
fn subtract<A: Arithmetic>(a: A, l: A::Quad, u: &[Block], columns: &[u32], w: &mut [Block]) {
    let (left, right) = (a.even(l), a.odd(l));
    let u = &u[..columns.len()];
    let mut t = 0;
    while t < columns.len() {
        let u = u[t].0;
        let w = &mut w[columns[t] as usize];
        let half = a.fnma(left, a.pair([u[0], u[1]]), a.load(w));
        a.store(a.fnma(right, a.pair([u[2], u[3]]), half), w);
        t += 1;
    }
}

/// `w −= l₁·u₁ + l₂·u₂` at the columns that two rows have in common.
#[inline(always)]
fn subtract_both<A: Arithmetic>(
    a: A,
    [l1, l2]: [A::Quad; 2],
    [u1, u2]: [&[Block]; 2],
    columns: &[u32],
    w: &mut [Block],
) {
    let (left1, right1, left2, right2) = (a.even(l1), a.odd(l1), a.even(l2), a.odd(l2));
    let (u1, u2) = (&u1[..columns.len()], &u2[..columns.len()]);
    let mut t = 0;
    while t < columns.len() {
        let (u, v) = (u1[t].0, u2[t].0);
        let w = &mut w[columns[t] as usize];
        let one = a.fnma(left1, a.pair([u[0], u[1]]), a.load(w));
        let two = a.mul(left2, a.pair([v[0], v[1]]));
        let one = a.fnma(right1, a.pair([u[2], u[3]]), one);
        let two = a.fma(right2, a.pair([v[2], v[3]]), two);
        a.store(a.sub(one, two), w);
        t += 1;
    }
}

/// Multiplies the blocks of a row by the inverse of its pivot; returns the largest entries seen so far.
#[inline(always)]
fn scale<A: Arithmetic>(a: A, inverse: A::Quad, blocks: &mut [Block], mut grown: A::Quad) -> A::Quad {
    let (left, right) = (a.even(inverse), a.odd(inverse));
    let mut t = 0;
    while t < blocks.len() {
        let u = blocks[t].0;
        let scaled = a.mul(left, a.pair([u[0], u[1]]));
        let scaled = a.fma(right, a.pair([u[2], u[3]]), scaled);
        grown = a.max(a.abs(scaled), grown);
        a.store(scaled, &mut blocks[t]);
        t += 1;
    }
    grown
}
