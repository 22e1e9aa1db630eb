//! Other injections at every bus: time series. Sixteen at a time from the base, each until it is solved.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::alone::Alone;
use super::batch::{Batch, Found, Progress, Way, progress, worst};
use super::chord::{Schedule, Volts};
use crate::flow::newton::Options;
use crate::flow::result::Status;
use crate::linsolve::cpu::{Arithmetic, Job, LANES, Lanes64};
use num_complex::Complex64;

impl Batch<'_> {
    /// Solves the base for other injections: `sbus(k, to)` writes those of case k [p.u.] by nodes, for k below `count`.
    /// Hands out each as it is finished: not quite in their order.
    pub fn series(
        &mut self,
        count: usize,
        sbus: impl Fn(usize, &mut [Complex64]),
        options: &Options,
        visit: impl FnMut(Found<'_>),
    ) {
        let cpu = self.base().cpu;
        cpu.run(Series { batch: self, count, sbus, options, visit });
    }

    #[inline(always)]
    fn run_series<A: Arithmetic>(
        &mut self,
        a: A,
        count: usize,
        sbus: &impl Fn(usize, &mut [Complex64]),
        options: &Options,
        visit: &mut impl FnMut(Found<'_>),
    ) {
        let base = self.base();
        let n = base.grid.plan().len();
        let mut own = vec![[Lanes64::default(); 2]; n];
        let mut injected = vec![Complex64::ZERO; base.case.len()];
        let mut alone = Vec::new();
        let mut first = 0;
        while first < count {
            for lane in 0..LANES {
                // The last group repeats its last case rather than leave lanes empty.
                sbus((first + lane).min(count - 1), &mut injected);
                lay(&mut own, lane, &injected, base.grid.node_of_row());
            }
            self.state.reset(base);
            let mut open: u16 = u16::MAX;
            let mut last = [f64::INFINITY; LANES];
            let mut steps = 0;
            if !base.sound {
                alone.extend(first..(first + LANES).min(count));
                open = 0;
            }
            while open != 0 {
                let seen = self.state.up(a, base, Schedule::Own(&own), &[]);
                self.effort.sweeps += 1;
                for (lane, last) in last.iter_mut().enumerate() {
                    let index = first + lane;
                    if open >> lane & 1 == 0 {
                        continue;
                    }
                    let worst = worst(&seen, lane);
                    match progress(worst, *last, steps, options.tol) {
                        Progress::Converged => {
                            open &= !(1 << lane);
                            if index < count {
                                self.effort.by_chords += 1;
                                self.effort.chord_steps += steps;
                                let v = self.hand_out(lane);
                                let (status, way) = (Status::Converged, Way::Chords);
                                let (mismatch_pu, iterations) = (worst, steps);
                                visit(Found { index, status, way, iterations, mismatch_pu, worst: None, v });
                            }
                        }
                        Progress::Hopeless => {
                            open &= !(1 << lane);
                            if index < count {
                                alone.push(index);
                            }
                        }
                        Progress::GoesOn => *last = worst,
                    }
                }
                if open != 0 {
                    self.state.down::<A, false>(a, base, 0, &[], &mut []);
                    steps += 1;
                }
            }
            first += LANES;
        }
        for index in alone {
            sbus(index, &mut injected);
            let single = self.alone.get_or_insert_with(|| Box::new(Alone::new(base)));
            let found = single.solve_for(index, &injected, options);
            self.effort.alone += 1;
            self.effort.newton_steps += found.iterations;
            visit(found);
        }
    }
}

/// Lays the injections of a case into a lane.
fn lay(own: &mut [Volts], lane: usize, injected: &[Complex64], node_of_row: &[u32]) {
    for (to, &node) in own.iter_mut().zip(node_of_row) {
        let s = injected[node as usize];
        to[0].0[lane] = s.re;
        to[1].0[lane] = s.im;
    }
}

struct Series<'b, 'a, 'o, S, V> {
    batch: &'b mut Batch<'a>,
    count: usize,
    sbus: S,
    options: &'o Options,
    visit: V,
}

impl<S: Fn(usize, &mut [Complex64]), V: FnMut(Found<'_>)> Job for Series<'_, '_, '_, S, V> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arithmetic>(mut self, a: A) {
        self.batch.run_series(a, self.count, &self.sbus, self.options, &mut self.visit);
    }
}
