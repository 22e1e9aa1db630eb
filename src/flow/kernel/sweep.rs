//! The sweeps over the rows of ybus: power and mismatch, and the blocks of the Jacobian.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::grid;
use crate::linsolve::block::{Accumulator, Rows};
use crate::linsolve::cpu::Arithmetic;
use std::cell::Cell;

/// A state of the grid, by rows; complex numbers as pairs.
pub(in crate::flow) struct State<'a> {
    pub(in crate::flow) ybus: &'a grid::Rows,
    /// Voltages, slack buses included.
    pub(in crate::flow) v: &'a [[f64; 2]],
    /// Scheduled injections.
    pub(in crate::flow) sbus: &'a [[f64; 2]],
    /// 1 where the reactive power is scheduled, 0 where the magnitude is held.
    pub(in crate::flow) pq: &'a [f64],
}

impl State<'_> {
    /// Mismatch of one row: active part, and reactive part where it counts.
    #[inline(always)]
    pub(super) fn mismatch<A: Arithmetic>(&self, a: A, row: usize) -> [f64; 2] {
        let &State { ybus, v, sbus, pq } = self;
        let [e, f] = v[row];
        // [g·e g·f b·e b·f], summed up
        let mut sums = a.mul(a.spread(ybus.diagonal[row]), a.pair([e, f]));
        let (mut k, end) = (ybus.starts[row] as usize, ybus.starts[row + 1] as usize);
        while k < end {
            sums = a.fma(a.spread(ybus.y[k]), a.pair(v[ybus.columns[k] as usize]), sums);
            k += 1;
        }
        let sums = a.array(sums);
        let (re, im) = (sums[0] - sums[3], sums[1] + sums[2]);
        let (p, q) = (a.mul_add(f, im, e * re), a.mul_add(-e, im, f * re));
        [p - sbus[row][0], pq[row] * (q - sbus[row][1])]
    }

    /// The largest mismatch if none is beyond `tol`. Looks no further than to the first row that is.
    #[inline(always)]
    pub(in crate::flow) fn within<A: Arithmetic>(&self, a: A, tol: f64) -> Option<f64> {
        let rows = self.sbus.len();
        let mut worst = 0.0_f64;
        let mut row = 0;
        while row < rows {
            let [p, q] = self.mismatch(a, row);
            // Written so that what is no number is beyond it.
            if !(p.abs() <= tol && q.abs() <= tol) {
                return None;
            }
            worst = worst.max(p.abs()).max(q.abs());
            row += 1;
        }
        Some(worst)
    }
}

/// The Jacobian and the mismatch at a state, row by row.
pub(in crate::flow) struct Step<'a> {
    state: State<'a>,
    /// The largest mismatch of the rows seen, and their sum, by which what is no number is found.
    worst: Cell<[f64; 2]>,
}

impl<'a> Step<'a> {
    pub(in crate::flow) fn new(state: State<'a>) -> Self {
        Self { state, worst: Cell::new([0.0; 2]) }
    }

    /// The largest mismatch of the rows seen; NaN if any is not finite.
    pub(in crate::flow) fn worst(&self) -> f64 {
        let [worst, sum] = self.worst.get();
        if sum.is_finite() { worst } else { f64::NAN }
    }
}

impl Rows for Step<'_> {
    #[inline(always)]
    fn fill<A: Arithmetic>(&self, a: A, row: usize, w: &mut Accumulator<'_>) -> [f64; 2] {
        let State { ybus, v, sbus, pq } = self.state;
        let [e, f] = v[row];
        let on = pq[row];
        // The block is  re(y·v_k)·[f e; −e f] + im(y·v_k)·[−e f; −f −e], the second row switched off at PV buses.
        let by_re = a.quad([f, e, -on * e, on * f]);
        let by_im = a.quad([-e, f, -on * f, -on * e]);
        let mut sum = a.splat(0.0);
        let (mut k, slack) = (ybus.starts[row] as usize, ybus.slack_starts[row] as usize);
        while k < slack {
            let column = ybus.columns[k] as usize;
            let [g, b] = ybus.y[k];
            let [e, f] = v[column];
            let re = a.mul_add(-b, f, g * e);
            let im = a.mul_add(b, e, g * f);
            let block = a.fma(by_re, a.splat(re), a.mul(by_im, a.splat(im)));
            w.set(a, column, block);
            sum = a.add(sum, block);
            k += 1;
        }
        let end = ybus.starts[row + 1] as usize;
        while k < end {
            let column = ybus.columns[k] as usize;
            let [g, b] = ybus.y[k];
            let [e, f] = v[column];
            let re = a.mul_add(-b, f, g * e);
            let im = a.mul_add(b, e, g * f);
            sum = a.add(sum, a.fma(by_re, a.splat(re), a.mul(by_im, a.splat(im))));
            k += 1;
        }
        // What goes to the other buses, and the bus's own part.
        let [q_out, p_out, ..] = a.array(sum);
        let [g, b] = ybus.diagonal[row];
        let square = a.mul_add(e, e, f * f);
        let (p_own, q_own) = (g * square, -b * square);
        let second = a.mul_add(on, q_own + q_own + q_out, 1.0 - on);
        w.set(a, row, a.quad([-q_out, p_own + p_own + p_out, on * p_out, second]));
        let rhs = [sbus[row][0] - p_own - p_out, on * (sbus[row][1] - q_own - q_out)];
        let (dp, dq) = (rhs[0].abs(), rhs[1].abs());
        let [worst, total] = self.worst.get();
        let larger = if dp > dq { dp } else { dq };
        self.worst.set([if larger > worst { larger } else { worst }, total + (dp + dq)]);
        rhs
    }
}
