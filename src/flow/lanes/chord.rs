//! The two sweeps of a chord step, sixteen lanes wide.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::Base;
use super::change::Fix;
use crate::linsolve::block::Pair;
use crate::linsolve::cpu::{Arithmetic, LANES, Lanes64};

/// Voltages of a row, in every lane.
pub(super) type Volts = [Lanes64; 2];

/// What the lanes have scheduled.
#[derive(Clone, Copy)]
pub(super) enum Schedule<'a> {
    /// What the base has.
    Base,
    /// Each lane its own, by rows.
    Own(&'a [Volts]),
}

/// The voltages and corrections of sixteen lanes.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// By rows, slack buses last.
    pub(super) v: Vec<Volts>,
    /// Corrections by rows: what the forward pass came to, then the solution.
    pub(super) x: Vec<Pair>,
    /// By rows, the lanes whose forward pass has been put there and is not to be cleared.
    pub(super) written: Vec<u16>,
}

impl State {
    pub(super) fn new(base: &Base<'_>) -> Self {
        let n = base.grid.plan().len();
        let v = base.v.iter().map(|v| [Lanes64([v[0]; LANES]), Lanes64([v[1]; LANES])]).collect();
        Self { v, x: vec![Pair::default(); n], written: vec![0; n] }
    }

    /// Sets all lanes to the base.
    pub(super) fn reset(&mut self, base: &Base<'_>) {
        for (v, base) in self.v.iter_mut().zip(&base.v) {
            *v = [Lanes64([base[0]; LANES]), Lanes64([base[1]; LANES])];
        }
    }

    /// Mismatch of all rows and forward pass; returns the largest mismatch of each lane, and a sum that is no finite
    /// number where one of them is none.
    #[inline(always)]
    pub(super) fn up<A: Arithmetic>(
        &mut self,
        a: A,
        base: &Base<'_>,
        schedule: Schedule<'_>,
        fixes: &[Fix],
    ) -> [Lanes64; 2] {
        let plan = base.grid.plan();
        let n = plan.len();
        let ybus = base.grid.ybus();
        let (v, x) = (&self.v[..], &mut self.x[..n]);
        let (mut worst, mut total) = (a.splat64(0.0), a.splat64(0.0));
        let zero = a.splat64(0.0);
        let mut next = 0;
        let mut row = 0;
        while row < n {
            let [e, f] = [a.load64(&v[row][0]), a.load64(&v[row][1])];
            let [g, b] = ybus.diagonal[row];
            let (g, b) = (a.splat64(g), a.splat64(b));
            let mut re = a.fnma64(b, f, a.mul64(g, e));
            let mut im = a.fma64(b, e, a.mul64(g, f));
            let (mut k, end) = (ybus.starts[row] as usize, ybus.starts[row + 1] as usize);
            while k < end {
                let [g, b] = ybus.y[k];
                let (g, b) = (a.splat64(g), a.splat64(b));
                let far = &v[ybus.columns[k] as usize];
                let (far_e, far_f) = (a.load64(&far[0]), a.load64(&far[1]));
                re = a.fnma64(b, far_f, a.fma64(g, far_e, re));
                im = a.fma64(b, far_e, a.fma64(g, far_f, im));
                k += 1;
            }
            let [p, q] = match schedule {
                Schedule::Base => [a.splat64(base.sbus[row][0]), a.splat64(base.sbus[row][1])],
                Schedule::Own(sbus) => [a.load64(&sbus[row][0]), a.load64(&sbus[row][1])],
            };
            let mut p = a.fnma64(f, im, a.fnma64(e, re, p));
            let mut q = a.fma64(e, im, a.fnma64(f, re, q));
            if next < fixes.len() && fixes[next].row as usize == row {
                [p, q] = self::fixed(a, v, &fixes[next..], row, [p, q], &mut next);
            }
            let [half, per] = base.hold[row];
            let square = a.fma64(e, e, a.mul64(f, f));
            let held = a.fnma64(a.splat64(per), square, a.splat64(half));
            q = a.fma64(a.splat64(base.pq[row]), q, held);
            worst = a.max64(a.max64(a.abs64(p), a.abs64(q)), worst);
            total = a.fma64(a.add64(p, q), zero, total);
            base.shared.forward(a, plan, row, [a.narrow(p), a.narrow(q)], x);
            row += 1;
        }
        let mut seen = [Lanes64::default(); 2];
        a.store64(worst, &mut seen[0]);
        a.store64(total, &mut seen[1]);
        seen
    }

    /// Backward pass and step. Lanes in `fresh` begin: their forward pass is zero but where it was written, and they step
    /// from the base. Before that, lanes in `out` are handed out, to `voltages`: lane after lane, by rows.
    #[inline(always)]
    pub(super) fn down<A: Arithmetic, const FRESH: bool>(
        &mut self,
        a: A,
        base: &Base<'_>,
        fresh: u16,
        out: &[usize],
        voltages: &mut [[f64; 2]],
    ) {
        let plan = base.grid.plan();
        let n = plan.len();
        let rows = base.v.len();
        let x = &mut self.x[..n];
        let mut row = n;
        while row > 0 {
            row -= 1;
            let mut r = [a.load32(&x[row][0]), a.load32(&x[row][1])];
            let v = &mut self.v[row];
            if FRESH {
                let clear = fresh & !self.written[row];
                self.written[row] = 0;
                let zero = a.splat32(0.0);
                r = [a.select32(clear, zero, r[0]), a.select32(clear, zero, r[1])];
                let mut k = 0;
                while k < out.len() {
                    voltages[k * rows + row] = [v[0].0[out[k]], v[1].0[out[k]]];
                    k += 1;
                }
            }
            let [angle, stretch] = base.shared.backward(a, plan, row, r, x);
            let (mut e, mut f) = (a.load64(&v[0]), a.load64(&v[1]));
            if FRESH {
                let [base_e, base_f] = base.v[row];
                e = a.select64(fresh, a.splat64(base_e), e);
                f = a.select64(fresh, a.splat64(base_f), f);
            }
            // (1 + s)·cos θ − 1 and (1 + s)·sin θ by their first terms: what they leave out, the next step corrects.
            let square = a.mul32(angle, angle);
            let cos = a.mul32(square, a.fma32(square, a.splat32(1.0 / 24.0), a.splat32(-0.5)));
            let sin = a.fma32(square, a.splat32(1.0 / 120.0), a.splat32(-1.0 / 6.0));
            let sin = a.fma32(a.mul32(angle, square), sin, angle);
            let along = a.widen(a.fma32(stretch, cos, a.add32(stretch, cos)));
            let across = a.widen(a.fma32(stretch, sin, sin));
            let next_e = a.fnma64(f, across, a.fma64(e, along, e));
            let next_f = a.fma64(e, across, a.fma64(f, along, f));
            a.store64(next_e, &mut v[0]);
            a.store64(next_f, &mut v[1]);
        }
    }
}

/// Adds what the fixes of a row change, lane by lane.
#[inline(always)]
fn fixed<A: Arithmetic>(
    a: A,
    v: &[Volts],
    fixes: &[Fix],
    row: usize,
    [p, q]: [A::W64; 2],
    next: &mut usize,
) -> [A::W64; 2] {
    let mut sums = [Lanes64::default(); 2];
    a.store64(p, &mut sums[0]);
    a.store64(q, &mut sums[1]);
    for fix in fixes.iter().take_while(|fix| fix.row as usize == row) {
        let lane = fix.lane as usize;
        *next += 1;
        if fix.dead {
            (sums[0].0[lane], sums[1].0[lane]) = (0.0, 0.0);
            continue;
        }
        let (here, other) = (&v[row], &v[fix.other as usize]);
        let [dp, dq] = fix.power([here[0].0[lane], here[1].0[lane]], [other[0].0[lane], other[1].0[lane]]);
        sums[0].0[lane] += dp;
        sums[1].0[lane] += dq;
    }
    [a.load64(&sums[0]), a.load64(&sums[1])]
}
