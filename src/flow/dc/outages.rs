//! Every branch out in turn: exact flows afterwards, eight outages at a time, and none of them stored.

use super::lanes::{Flows, Lanes, Largest, STRETCH};
use super::{DcGrid, DcWork};
use crate::linsolve::scalar::LANES;
#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Outages that a thread takes at once: whole blocks, so that no lane is idle.
#[cfg(feature = "parallel")]
const TAKE: usize = 16 * LANES;

/// The outages of single branches in one DC state.
#[derive(Clone, Debug)]
pub struct Outages<'a> {
    dc: &'a DcGrid<'a>,
    /// Flow at `from` of each branch before [p.u.].
    flow: Vec<f64>,
    /// One over the rating of each branch; zero where it has none.
    per_rating: Vec<f64>,
}

/// Up to eight outages and all flows after each of them.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// The branches that are out.
    pub outages: &'a [usize],
    /// Active power at `from` of each branch [p.u.], one lane per outage: zero for the branch itself and for all that
    /// lost its slack with it, and no number where the result would have no digits.
    pub flows: &'a [[f64; LANES]],
}

/// The highest loading after an outage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Worst {
    /// The branch that is out.
    pub outage: usize,
    /// The branch with the highest loading, the first of several; `None` where nothing that is rated carries power.
    pub branch: Option<usize>,
    /// Its flow by its rating; not a number where the result would have no digits.
    pub loading: f64,
    /// Nodes that lost their slack.
    pub cut_off: usize,
}

impl<'a> Outages<'a> {
    /// The outages of a state with the angles `va` (rad) by nodes, against ratings [p.u.] by branches; a rating that is zero,
    /// negative or no number is none.
    ///
    /// # Panics
    /// If `va` has not a number per node, or `rating` per branch (bugs of the caller).
    #[must_use]
    pub fn new(dc: &'a DcGrid<'a>, va: &[f64], rating: &[f64]) -> Self {
        assert!(rating.len() == dc.branches(), "one rating per branch");
        let per_rating = rating.iter().map(|&r| if r > 0.0 { 1.0 / r } else { 0.0 }).collect();
        Self { dc, flow: dc.flows(va), per_rating }
    }

    /// Flow at `from` of each branch before any outage [p.u.].
    #[must_use]
    pub fn flow(&self) -> &[f64] {
        &self.flow
    }

    /// Hands all flows after each of the outages to `each`, eight outages at a time in their order.
    ///
    /// # Panics
    /// If the grid has no such branch (a bug of the caller).
    pub fn flows(&self, outages: &[usize], work: &mut DcWork, mut each: impl FnMut(Block<'_>)) {
        let mut flows = vec![[0.0; LANES]; self.dc.branches()];
        for block in outages.chunks(LANES) {
            let moved = self.solve(block, work);
            self.fill(block, &moved, work, &mut flows);
            each(Block { outages: block, flows: &flows });
        }
    }

    /// The highest loading after each of the outages, in their order.
    ///
    /// # Panics
    /// If the grid has no such branch (a bug of the caller).
    #[must_use]
    pub fn worst(&self, outages: &[usize], work: &mut DcWork) -> Vec<Worst> {
        let mut found = Vec::with_capacity(outages.len());
        let mut largest = vec![[0.0; LANES]; self.dc.branches().div_ceil(STRETCH)];
        let mut flows = Vec::new();
        for block in outages.chunks(LANES) {
            let moved = self.solve(block, work);
            work.cpu.run(Largest {
                dc: self.dc,
                x: &work.x,
                flow: &self.flow,
                per_rating: &self.per_rating,
                factor: &moved,
                out: &mut largest,
            });
            // A part without slack carries nothing, which the sweep does not know.
            let apart = block.iter().any(|&outage| self.dc.bridges.is_bridge(outage));
            if apart {
                flows.resize(self.dc.branches(), [0.0; LANES]);
                self.fill(block, &moved, work, &mut flows);
            }
            for (lane, &outage) in block.iter().enumerate() {
                let (branch, loading) = if moved[lane].is_nan() {
                    (None, f64::NAN)
                } else if self.dc.bridges.is_bridge(outage) {
                    highest((0..flows.len()).map(|l| (l, self.loading(l, flows[l][lane]))))
                } else {
                    self.highest(outage, lane, &moved, &largest, work)
                };
                found.push(Worst { outage, branch, loading, cut_off: self.dc.bridges.cut_off(outage).len() });
            }
        }
        found
    }

    /// [`Outages::worst`] on all cores where the feature `parallel` is on: the same bytes, whatever the number of threads.
    ///
    /// # Panics
    /// If the grid has no such branch (a bug of the caller).
    #[must_use]
    pub fn each_worst(&self, outages: &[usize]) -> Vec<Worst> {
        #[cfg(feature = "parallel")]
        return outages
            .par_chunks(TAKE)
            .map_init(|| DcWork::new(self.dc), |work, some| self.worst(some, work))
            .flatten_iter()
            .collect();
        #[cfg(not(feature = "parallel"))]
        return self.worst(outages, &mut DcWork::new(self.dc));
    }

    fn loading(&self, branch: usize, flow: f64) -> f64 {
        flow.abs() * self.per_rating[branch]
    }

    /// Solves for up to eight outages; returns the factor of what each solution adds to the flows.
    ///
    /// A bridge moves what it carried to its end on the side of the slack: the right-hand side has a unit there.
    fn solve(&self, block: &[usize], work: &mut DcWork) -> Lanes {
        let entries = |(lane, &outage): (usize, &usize)| {
            let [from, to] = self.dc.ends[outage];
            let [keep_from, keep_to] = self.kept(outage).map(|kept| if kept { 1.0 } else { 0.0 });
            [(from, lane, keep_from), (to, lane, -keep_to)]
        };
        work.solve(self.dc, block.iter().enumerate().flat_map(entries));
        let per_unit = self.dc.per_unit_lost(work, |lane| block.get(lane).copied());
        std::array::from_fn(|lane| match block.get(lane) {
            None => 0.0,
            Some(&outage) if self.dc.bridges.is_bridge(outage) => self.flow[outage],
            Some(&outage) => self.flow[outage] * per_unit[lane],
        })
    }

    /// Whether the two ends of a branch keep their slack without it.
    fn kept(&self, outage: usize) -> [bool; 2] {
        let Some(&lost) = self.dc.bridges.cut_off(outage).first() else { return [true; 2] };
        let lost = self.dc.grid.row(lost);
        self.dc.ends[outage].map(|end| end as usize != lost)
    }

    /// All flows after the outages that `work` was solved for.
    fn fill(&self, block: &[usize], moved: &Lanes, work: &DcWork, flows: &mut [Lanes]) {
        work.cpu.run(Flows { dc: self.dc, x: &work.x, flow: &self.flow, factor: moved, out: flows });
        for (lane, &outage) in block.iter().enumerate() {
            if moved[lane].is_nan() {
                for flow in &mut *flows {
                    flow[lane] = f64::NAN;
                }
                continue;
            }
            flows[outage][lane] = 0.0;
            for &node in self.dc.bridges.cut_off(outage) {
                for (branch, _) in self.dc.grid.ends_at(self.dc.grid.row(node)) {
                    flows[branch][lane] = 0.0;
                }
            }
        }
    }

    /// The highest loading in one lane: looked for in the stretch where it is.
    fn highest(
        &self,
        outage: usize,
        lane: usize,
        moved: &Lanes,
        largest: &[Lanes],
        work: &DcWork,
    ) -> (Option<usize>, f64) {
        let flow = |l: usize| {
            let [from, to] = self.dc.ends[l].map(|end| work.x[end as usize][lane]);
            if l == outage { 0.0 } else { self.flow[l] + self.dc.b[l] * (from - to) * moved[lane] }
        };
        let within = |stretch: usize| {
            let range = stretch * STRETCH..((stretch + 1) * STRETCH).min(self.flow.len());
            highest(range.map(|l| (l, self.loading(l, flow(l)))))
        };
        // The sweep took the outage itself for a branch in service: its own stretch is looked at anew.
        let own = outage / STRETCH;
        let mut best = (None, 0.0);
        let candidates =
            (0..largest.len()).map(|s| (s, if s == own { within(s).1 } else { largest[s][lane] }));
        if let (Some(stretch), _) = highest(candidates) {
            best = within(stretch);
        }
        best
    }
}

/// The first of the largest, and `None` where all are zero.
fn highest(of: impl Iterator<Item = (usize, f64)>) -> (Option<usize>, f64) {
    of.fold((None, 0.0), |best, (k, value)| if value > best.1 { (Some(k), value) } else { best })
}
