//! The sweeps over the rows of ybus: power and mismatch, and the blocks of the Jacobian.

use super::grid;
use crate::linsolve::block::{Accumulator, Rows};
use crate::linsolve::cpu::Arithmetic;

/// A state of the grid, by rows; complex numbers as pairs.
pub(super) struct State<'a> {
    pub(super) ybus: &'a grid::Rows,
    /// Voltages, slack buses included.
    pub(super) v: &'a [[f64; 2]],
    /// Scheduled injections.
    pub(super) sbus: &'a [[f64; 2]],
    /// 1 where the reactive power is scheduled, 0 where the magnitude is held.
    pub(super) pq: &'a [f64],
}

/// Injected power of every row to `s`, and the largest mismatch; not finite if any of them is not.
#[inline(always)]
pub(super) fn mismatch<A: Arithmetic>(a: A, state: &State<'_>, s: &mut [[f64; 2]]) -> f64 {
    let State { ybus, v, sbus, pq } = state;
    let rows = s.len();
    let (sbus, pq, diagonal) = (&sbus[..rows], &pq[..rows], &ybus.diagonal[..rows]);
    let mut worst = 0.0_f64;
    let mut sum = 0.0_f64;
    for row in 0..rows {
        let [e, f] = v[row];
        let [g, b] = diagonal[row];
        let mut re = a.mul_add(-b, f, g * e);
        let mut im = a.mul_add(b, e, g * f);
        let range = ybus.starts[row] as usize..ybus.starts[row + 1] as usize;
        for (&column, &[g, b]) in ybus.columns[range.clone()].iter().zip(&ybus.y[range]) {
            let [e, f] = v[column as usize];
            re = a.mul_add(-b, f, a.mul_add(g, e, re));
            im = a.mul_add(b, e, a.mul_add(g, f, im));
        }
        let power = [a.mul_add(f, im, e * re), a.mul_add(-e, im, f * re)];
        s[row] = power;
        let dp = (power[0] - sbus[row][0]).abs();
        let dq = (power[1] - sbus[row][1]).abs() * pq[row];
        worst = worst.max(dp).max(dq);
        sum += dp + dq;
    }
    if sum.is_finite() { worst } else { f64::NAN }
}

/// The Jacobian at a state, and the step it is to give.
pub(super) struct Step<'a> {
    pub(super) state: State<'a>,
    /// Injected power, by [`mismatch`].
    pub(super) s: &'a [[f64; 2]],
}

impl Rows for Step<'_> {
    #[inline(always)]
    fn fill<A: Arithmetic>(&self, a: A, row: usize, w: &mut Accumulator<'_>) -> [f64; 2] {
        let State { ybus, v, sbus, pq } = self.state;
        let [e, f] = v[row];
        let [p, q] = self.s[row];
        let on = pq[row];
        // The block is  re(y·v_k)·[f e; −e f] + im(y·v_k)·[−e f; −f −e], the second row switched off at PV buses.
        let by_re = a.quad([f, e, -on * e, on * f]);
        let by_im = a.quad([-e, f, -on * f, -on * e]);
        let range = ybus.starts[row] as usize..ybus.slack_starts[row] as usize;
        for (&column, &[g, b]) in ybus.columns[range.clone()].iter().zip(&ybus.y[range]) {
            let [e, f] = v[column as usize];
            let re = a.mul_add(-b, f, g * e);
            let im = a.mul_add(b, e, g * f);
            w.set(a, column as usize, a.fma(by_re, a.splat(re), a.mul(by_im, a.splat(im))));
        }
        let [g, b] = ybus.diagonal[row];
        let square = a.mul_add(e, e, f * f);
        let (re, im) = (g * square, -b * square);
        w.set(a, row, a.quad([im - q, re + p, on * (p - re), a.mul_add(on, im + q, 1.0 - on)]));
        [sbus[row][0] - p, on * (sbus[row][1] - q)]
    }
}
