//! The lanes at work: cases in, solutions out, no lane idle before the last case is begun.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::Base;
use super::alone::Alone;
use super::change::{Change, Fix, Terms};
use super::chord::{Schedule, State};
use crate::flow::kernel::Grid;
use crate::flow::newton::Options;
use crate::flow::result::Status;
use crate::ids::{Id, Node};
use crate::linsolve::block::{Scratch, Update};
use crate::linsolve::cpu::{Arithmetic, Job, LANES, Lanes64};
use num_complex::Complex64;

/// Chord steps after which a case is solved alone. Cases that converge take 5 to 7; with 12 here instead, the few slow
/// ones would come dearer.
const CHORDS: usize = 20;

/// A mismatch beyond this is not worth another chord [p.u.].
const FAR: f64 = 1e3;

/// How a case was solved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Way {
    /// By chords, with the factors of the base.
    Chords,
    /// By Newton, alone.
    Newton,
}

/// What a case came to.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// Which case: its place in what was asked for.
    pub index: usize,
    /// How it ended.
    pub status: Status,
    /// How it was solved.
    pub way: Way,
    /// Steps taken: chords, or Newton's alone.
    pub iterations: usize,
    /// Largest mismatch [p.u.]; at PV nodes also that of the magnitude.
    pub mismatch_pu: f64,
    /// Where the mismatch is largest; `None` where the case converged.
    pub worst: Option<Node>,
    /// Voltages [p.u.] by rows of the grid: the solution, or the iterate with the smallest mismatch.
    pub v: &'a [[f64; 2]],
}

impl Found<'_> {
    /// Voltage of a node [p.u.].
    #[must_use]
    pub fn voltage(&self, grid: &Grid, node: Node) -> Complex64 {
        let [e, f] = self.v[grid.row(node)];
        Complex64::new(e, f)
    }

    /// Writes the voltages [p.u.] by nodes.
    pub fn voltages(&self, grid: &Grid, v: &mut [Complex64]) {
        for (&node, &[e, f]) in grid.node_of_row().iter().zip(self.v) {
            v[Node::from_index(node as usize).index()] = Complex64::new(e, f);
        }
    }
}

/// What a batch has cost so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effort {
    /// Chord steps, each of all lanes.
    pub sweeps: usize,
    /// Cases that chords solved, and their steps.
    pub by_chords: usize,
    /// Chord steps of these cases.
    pub chord_steps: usize,
    /// Cases that were solved alone, and those of them that did not converge.
    pub alone: usize,
    /// Newton steps of the cases solved alone.
    pub newton_steps: usize,
}

/// Room for solving cases that differ from a base; one per thread.
#[derive(Clone, Debug)]
pub struct Batch<'a> {
    base: &'a Base<'a>,
    pub(super) state: State,
    lanes: [Lane; LANES],
    fixes: Vec<Fix>,
    terms: Terms,
    scratch: Scratch,
    /// Voltages of finished lanes, one after the other, by rows.
    voltages: Vec<[f64; 2]>,
    pub(super) alone: Option<Box<Alone<'a>>>,
    pub(super) effort: Effort,
}

/// One lane: the case that is in it, if any.
#[derive(Clone, Debug, Default)]
struct Lane {
    index: Option<usize>,
    steps: usize,
    last: f64,
    update: Update,
    fixes: Vec<Fix>,
}

/// How a case in a lane stands.
pub(super) enum Progress {
    Converged,
    GoesOn,
    Hopeless,
}

/// Judges a mismatch after `steps` chords, `last` being the one before.
pub(super) fn progress(worst: f64, last: f64, steps: usize, tol: f64) -> Progress {
    if worst <= tol {
        Progress::Converged
    } else if worst.is_nan() || worst > FAR || steps >= CHORDS || (steps > 4 && worst > 3.0 * last) {
        Progress::Hopeless
    } else {
        Progress::GoesOn
    }
}

/// The mismatch of a lane, NaN where it is no finite number.
pub(super) fn worst(seen: &[Lanes64; 2], lane: usize) -> f64 {
    if seen[1].0[lane] == 0.0 { seen[0].0[lane] } else { f64::NAN }
}

impl<'a> Batch<'a> {
    /// Room for cases of this base.
    #[must_use]
    pub fn new(base: &'a Base<'a>) -> Self {
        let rows = base.v.len();
        Self {
            base,
            state: State::new(base),
            lanes: std::array::from_fn(|_| Lane::default()),
            fixes: Vec::new(),
            terms: Terms::default(),
            scratch: Scratch::default(),
            voltages: base.v.iter().copied().cycle().take(LANES * rows).collect(),
            alone: None,
            effort: Effort::default(),
        }
    }

    /// What it has cost so far.
    #[must_use]
    pub fn effort(&self) -> Effort {
        self.effort
    }

    /// Solves the cases that `changes` tells, and hands out each as it is finished: not in their order.
    ///
    /// An outage that parts the grid has no solution, or one that means nothing: find those by the graph before.
    pub fn solve<'c>(
        &mut self,
        changes: impl Fn(usize) -> Option<Change<'c>>,
        options: &Options,
        visit: impl FnMut(Found<'_>),
    ) {
        let cpu = self.base.cpu;
        cpu.run(Run { batch: self, changes, options, visit });
    }

    pub(super) fn base(&self) -> &'a Base<'a> {
        self.base
    }

    /// The voltages of a lane, by rows.
    pub(super) fn hand_out(&mut self, lane: usize) -> &[[f64; 2]] {
        let to = &mut self.voltages[..self.base.v.len()];
        for (to, v) in to.iter_mut().zip(&self.state.v) {
            *to = [v[0].0[lane], v[1].0[lane]];
        }
        to
    }

    /// Puts the next case that can be solved by chords into a lane; others go to `alone`.
    #[inline(always)]
    fn load<'c, A: Arithmetic>(
        &mut self,
        a: A,
        lane: usize,
        next: &mut usize,
        changes: &impl Fn(usize) -> Option<Change<'c>>,
        alone: &mut Vec<usize>,
    ) {
        let base = self.base;
        let to = &mut self.lanes[lane];
        to.index = None;
        to.fixes.clear();
        while let Some(change) = changes(*next) {
            let index = *next;
            *next += 1;
            let factors = (base.grid.plan(), &base.factor);
            let fits = base.sound && self.terms.set(base, &change);
            let Terms { at, k, rhs, fixes } = &self.terms;
            if fits && to.update.prepare(a, factors, &mut self.scratch, at, k, rhs).is_ok() {
                to.update.begin(&mut self.state.x, lane, &mut self.state.written);
                #[expect(clippy::cast_possible_truncation, reason = "there are sixteen lanes")]
                to.fixes.extend(fixes.iter().map(|fix| Fix { lane: lane as u32, ..*fix }));
                (to.index, to.steps, to.last) = (Some(index), 0, f64::INFINITY);
                return;
            }
            alone.push(index);
        }
    }

    /// Gathers the fixes of all lanes by rows.
    fn gather(&mut self) {
        self.fixes.clear();
        for lane in &self.lanes {
            self.fixes.extend_from_slice(&lane.fixes);
        }
        self.fixes.sort_by_key(|fix| (fix.row, fix.lane));
    }

    #[inline(always)]
    fn run<'c, A: Arithmetic>(
        &mut self,
        a: A,
        changes: &impl Fn(usize) -> Option<Change<'c>>,
        options: &Options,
        visit: &mut impl FnMut(Found<'_>),
    ) {
        let base = self.base;
        let rows = base.v.len();
        let (mut next, mut alone) = (0, Vec::new());
        let mut fresh = u16::MAX;
        let mut finished: Vec<(usize, usize, f64)> = Vec::with_capacity(LANES);
        let mut out = Vec::with_capacity(LANES);
        loop {
            for lane in 0..LANES {
                if fresh >> lane & 1 == 1 {
                    self.load(a, lane, &mut next, changes, &mut alone);
                }
            }
            if fresh == 0 {
                self.state.down::<A, false>(a, base, 0, &[], &mut []);
            } else {
                self.gather();
                self.state.down::<A, true>(a, base, fresh, &out, &mut self.voltages);
            }
            for (&(index, iterations, mismatch_pu), v) in finished.iter().zip(self.voltages.chunks(rows)) {
                let (status, way) = (Status::Converged, Way::Chords);
                visit(Found { index, status, way, iterations, mismatch_pu, worst: None, v });
            }
            if self.lanes.iter().all(|lane| lane.index.is_none()) {
                break;
            }
            self.effort.sweeps += 1;
            let seen = self.state.up(a, base, Schedule::Base, &self.fixes);
            fresh = 0;
            out.clear();
            finished.clear();
            for (k, lane) in self.lanes.iter_mut().enumerate() {
                let Some(index) = lane.index else { continue };
                let worst = worst(&seen, k);
                lane.steps += 1;
                match progress(worst, lane.last, lane.steps, options.tol) {
                    Progress::Converged => {
                        finished.push((index, lane.steps, worst));
                        out.push(k);
                        fresh |= 1 << k;
                    }
                    Progress::Hopeless => {
                        alone.push(index);
                        fresh |= 1 << k;
                    }
                    Progress::GoesOn => {
                        lane.last = worst;
                        lane.update.apply(&mut self.state.x, k);
                    }
                }
            }
            self.effort.by_chords += finished.len();
            self.effort.chord_steps += finished.iter().map(|&(_, steps, _)| steps).sum::<usize>();
        }
        alone.sort_unstable();
        for index in alone {
            if let Some(change) = changes(index) {
                let single = self.alone.get_or_insert_with(|| Box::new(Alone::new(base)));
                let found = single.solve(index, &change, options);
                self.effort.alone += 1;
                self.effort.newton_steps += found.iterations;
                visit(found);
            }
        }
    }
}

struct Run<'b, 'a, 'o, C, V> {
    batch: &'b mut Batch<'a>,
    changes: C,
    options: &'o Options,
    visit: V,
}

impl<'c, C: Fn(usize) -> Option<Change<'c>>, V: FnMut(Found<'_>)> Job for Run<'_, '_, '_, C, V> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arithmetic>(mut self, a: A) {
        self.batch.run(a, &self.changes, self.options, &mut self.visit);
    }
}
