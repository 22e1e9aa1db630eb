//! Eight right-hand sides at a time, and what the branches make of their solutions.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::DcGrid;
use crate::linsolve::cpu::{Arithmetic, Cpu, Job};
use crate::linsolve::scalar::{LANES, Reach};

/// A number for each of the lanes.
pub(super) type Lanes = [f64; LANES];

/// Room for solving eight right-hand sides, reused by the next eight. One per thread.
#[derive(Clone, Debug)]
pub struct DcWork {
    pub(super) cpu: Cpu,
    /// By rows, and one more of zeros for ground.
    pub(super) x: Vec<Lanes>,
    reach: Reach,
}

impl DcWork {
    /// Room for solving on a grid.
    #[must_use]
    pub fn new(dc: &DcGrid<'_>) -> Self {
        Self { cpu: Cpu::detect(), x: vec![[0.0; LANES]; dc.plan().len() + 1], reach: Reach::new(dc.plan()) }
    }

    /// Solves for right-hand sides given by few entries: `(row, lane, value)`; a row of ground counts for nothing.
    pub(super) fn solve(
        &mut self,
        dc: &DcGrid<'_>,
        entries: impl Iterator<Item = (u32, usize, f64)> + Clone,
    ) {
        let n = dc.plan().len();
        self.reach.clear();
        for (row, ..) in entries.clone() {
            self.reach.add(dc.plan(), row as usize);
        }
        for &row in self.reach.rows() {
            self.x[row as usize] = [0.0; LANES];
        }
        for (row, lane, value) in entries {
            if (row as usize) < n {
                self.x[row as usize][lane] += value;
            }
        }
        if dc.factor.solve_lanes_from(dc.plan(), &self.reach, &mut self.x[..n]).is_err() {
            // Only where pivots had to be chosen, and then the result is told by not being one.
            self.x[..n].fill([f64::NAN; LANES]);
        }
    }

    /// What a branch carries for each of the lanes.
    pub(super) fn carried(&self, dc: &DcGrid<'_>, branch: usize) -> Lanes {
        let [from, to] = dc.ends[branch].map(|end| self.x[end as usize]);
        std::array::from_fn(|lane| dc.b[branch] * (from[lane] - to[lane]))
    }
}

/// `flow[l] + factor·b_l·d_lᵀ·x` by branches `l`, all lanes beside each other.
pub(super) struct Flows<'a> {
    pub(super) dc: &'a DcGrid<'a>,
    pub(super) x: &'a [Lanes],
    pub(super) flow: &'a [f64],
    pub(super) factor: &'a Lanes,
    pub(super) out: &'a mut [Lanes],
}

impl Job for Flows<'_> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) {
        let (low, high) = halves(a, self.factor);
        let count = self.out.len();
        let (ends, b, flow) = (&self.dc.ends[..count], &self.dc.b[..count], &self.flow[..count]);
        let mut l = 0;
        while l < count {
            let (x, y) = difference(a, self.x, ends[l]);
            let (b, flow) = (a.splat(b[l]), a.splat(flow[l]));
            let out = &mut self.out[l];
            out[..4].copy_from_slice(&a.array(a.fma(a.mul(x, b), low, flow)));
            out[4..].copy_from_slice(&a.array(a.fma(a.mul(y, b), high, flow)));
            l += 1;
        }
    }
}

/// `factor·b_l·d_lᵀ·x` by lanes, the branches of each lane behind each other: columns of a matrix.
pub(super) struct Columns<'a, 'b> {
    pub(super) dc: &'a DcGrid<'a>,
    pub(super) x: &'a [Lanes],
    pub(super) factor: &'a Lanes,
    pub(super) out: [&'b mut [f64]; LANES],
}

impl Job for Columns<'_, '_> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) {
        let (low, high) = halves(a, self.factor);
        let count = self.dc.b.len();
        let (ends, b) = (&self.dc.ends[..count], &self.dc.b[..count]);
        let out = self.out.map(|column| &mut column[..count]);
        let mut l = 0;
        // Four branches at a time, so that each column gets four numbers in a row.
        while l + 4 <= count {
            let mut rows = [[[0.0; 4]; 4]; 2];
            let mut k = 0;
            while k < 4 {
                let (x, y) = difference(a, self.x, ends[l + k]);
                let b = a.splat(b[l + k]);
                rows[0][k] = a.array(a.mul(a.mul(x, b), low));
                rows[1][k] = a.array(a.mul(a.mul(y, b), high));
                k += 1;
            }
            let mut lane = 0;
            while lane < LANES {
                let (r, c) = (&rows[lane / 4], lane % 4);
                out[lane][l..l + 4].copy_from_slice(&[r[0][c], r[1][c], r[2][c], r[3][c]]);
                lane += 1;
            }
            l += 4;
        }
        while l < count {
            let (x, y) = difference(a, self.x, ends[l]);
            let b = a.splat(b[l]);
            let (x, y) = (a.array(a.mul(a.mul(x, b), low)), a.array(a.mul(a.mul(y, b), high)));
            let mut lane = 0;
            while lane < LANES {
                out[lane][l] = if lane < 4 { x[lane] } else { y[lane - 4] };
                lane += 1;
            }
            l += 1;
        }
    }
}

/// Branches of which the largest loading is kept together.
pub(super) const STRETCH: usize = 64;

/// The largest `|flow[l] + factor·b_l·d_lᵀ·x|·per_rating[l]` of each stretch of branches, by lanes.
pub(super) struct Largest<'a> {
    pub(super) dc: &'a DcGrid<'a>,
    pub(super) x: &'a [Lanes],
    pub(super) flow: &'a [f64],
    pub(super) per_rating: &'a [f64],
    pub(super) factor: &'a Lanes,
    pub(super) out: &'a mut [Lanes],
}

impl Job for Largest<'_> {
    type Output = ();
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) {
        let (low, high) = halves(a, self.factor);
        let count = self.dc.b.len();
        let (ends, b) = (&self.dc.ends[..count], &self.dc.b[..count]);
        let (flow, per_rating) = (&self.flow[..count], &self.per_rating[..count]);
        let (mut l, mut stretch) = (0, 0);
        while l < count {
            let stop = (l + STRETCH).min(count);
            let (mut most, mut most_high) = (a.splat(0.0), a.splat(0.0));
            while l < stop {
                let (x, y) = difference(a, self.x, ends[l]);
                let (b, flow, per) = (a.splat(b[l]), a.splat(flow[l]), a.splat(per_rating[l]));
                most = a.max(a.mul(a.abs(a.fma(a.mul(x, b), low, flow)), per), most);
                most_high = a.max(a.mul(a.abs(a.fma(a.mul(y, b), high, flow)), per), most_high);
                l += 1;
            }
            self.out[stretch][..4].copy_from_slice(&a.array(most));
            self.out[stretch][4..].copy_from_slice(&a.array(most_high));
            stretch += 1;
        }
    }
}

#[inline(always)]
fn halves<A: Arithmetic>(a: A, x: &Lanes) -> (A::Quad, A::Quad) {
    (a.quad([x[0], x[1], x[2], x[3]]), a.quad([x[4], x[5], x[6], x[7]]))
}

/// `x_from − x_to`.
#[inline(always)]
fn difference<A: Arithmetic>(a: A, x: &[Lanes], [from, to]: [u32; 2]) -> (A::Quad, A::Quad) {
    let (f, g) = halves(a, &x[from as usize]);
    let (t, u) = halves(a, &x[to as usize]);
    (a.sub(f, t), a.sub(g, u))
}
