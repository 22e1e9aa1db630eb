//! A matrix that differs from a factorised one in a few rows and columns, solved with the old factors.
//!
//! With `E` the unit columns of the rows concerned, two for each:
//!
//! ```text
//! A + E·K·Eᵀ = L·(I + F·K·Gᵀ)·U        F = L⁻¹·E,   G = U⁻ᵀ·E
//! z ← z − F·M·Gᵀ·z                     M = (I + K·Z)⁻¹·K,   Z = Gᵀ·F,   z the result of the forward pass
//! ```
//!
//! `F` and `G` have entries only on the way from these rows up the elimination tree, so an update costs little to prepare
//! and next to nothing to apply. A right-hand side with entries in a few rows goes the same way: no forward pass at all.
//!
//! Source: O. Alsaç, B. Stott, W. F. Tinney, *Sparsity-Oriented Compensation Methods for Modified Network Solutions*,
//! IEEE Trans. PAS-102, 1983.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::shared::Pair;
use super::{Block, Factor, Plan};
use crate::linsolve::Singular;
use crate::linsolve::cpu::Arithmetic;
use nalgebra::SMatrix;

/// Rows that an update may concern, at most.
pub const MAX_ROWS: usize = 4;

/// Columns of `E`, at most.
const MAX: usize = 2 * MAX_ROWS;

/// An entry of `(I + K·Z)⁻¹` beyond this leaves nothing in single precision: the changed matrix is as good as singular.
const HOPELESS: f64 = 1e6;

/// A change of a few rows and columns, and the result of the forward pass for a right-hand side in a few rows.
#[derive(Clone, Debug, Default)]
pub struct Update {
    /// Rows from those concerned up to the root, ascending.
    path: Vec<u32>,
    /// Four columns of `E` make a group; its rows of `F`, and of `G`, by the path.
    groups: usize,
    f: Vec<[[f32; 4]; 2]>,
    g: Vec<[[f32; 4]; 2]>,
    m: [[f32; MAX]; MAX],
    /// The forward pass of the right-hand side on the path, the update applied.
    start: Vec<[f32; 2]>,
}

/// Room for preparing updates, reused by the next.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// Where a row stands on the path; only meaningful for rows on it.
    place: Vec<u32>,
    f: Vec<[Block; 2]>,
    g: Vec<[Block; 2]>,
    r: Vec<[f64; 2]>,
    heads: Vec<u32>,
}

/// The entries of `K` by columns of `E`: two for each row concerned, in the order of the rows.
pub type Change = [[f64; MAX]; MAX];

impl Update {
    /// Prepares the change `k` of the rows `at`, different from one another, for a right-hand side with the entries `rhs`.
    ///
    /// # Errors
    /// [`Singular`] where the changed matrix is singular, or so near to it that the old factors are of no use.
    ///
    /// # Panics
    /// If there are more rows than [`MAX_ROWS`], or the factors were not kept (bugs of the caller).
    #[inline(always)]
    pub fn prepare<A: Arithmetic>(
        &mut self,
        a: A,
        (plan, factor): (&Plan, &Factor),
        scratch: &mut Scratch,
        at: &[u32],
        k: &Change,
        rhs: &[(u32, [f64; 2])],
    ) -> Result<(), Singular> {
        assert!(at.len() <= MAX_ROWS, "an update concerns {MAX_ROWS} rows at most");
        self.climb(plan, scratch, at, rhs);
        self.groups = at.len().div_ceil(2);
        scratch.clear(self.path.len(), self.groups);
        for (group, rows) in at.chunks(2).enumerate() {
            for (k, &row) in rows.iter().enumerate() {
                let place = scratch.place[row as usize] as usize * self.groups + group;
                for unit in 0..2 {
                    scratch.f[place][unit].0[2 * k + unit] = 1.0;
                    scratch.g[place][unit].0[2 * k + unit] = 1.0;
                }
            }
        }
        for &(row, [p, q]) in rhs {
            let r = &mut scratch.r[scratch.place[row as usize] as usize];
            r[0] += p;
            r[1] += q;
        }
        match self.groups {
            0 => self.sweep::<A, 0>(a, plan, factor, scratch),
            1 => self.sweep::<A, 1>(a, plan, factor, scratch),
            _ => self.sweep::<A, 2>(a, plan, factor, scratch),
        }
        self.round(scratch);
        self.m = match self.groups {
            0 => return Ok(()),
            1 => self.middle::<4>(scratch, k)?,
            _ => self.middle::<MAX>(scratch, k)?,
        };
        let mut start = std::mem::take(&mut self.start);
        let shares = self.shares(|place| start[place]);
        self.take(shares, |place, [p, q]| {
            start[place][0] -= p;
            start[place][1] -= q;
        });
        self.start = start;
        Ok(())
    }

    /// Applies the update to what the forward pass left in `lane`.
    #[inline(always)]
    pub fn apply(&self, x: &mut [Pair], lane: usize) {
        if self.groups == 0 {
            return;
        }
        let path = &self.path;
        let shares = self.shares(|place| {
            let x = &x[path[place] as usize];
            [x[0].0[lane], x[1].0[lane]]
        });
        self.take(shares, |place, [p, q]| {
            let x = &mut x[path[place] as usize];
            x[0].0[lane] -= p;
            x[1].0[lane] -= q;
        });
    }

    /// Puts the result of the forward pass for the right-hand side, the update applied, into `lane`, which is zero
    /// elsewhere; marks the rows it has written.
    #[inline(always)]
    pub fn begin(&self, x: &mut [Pair], lane: usize, written: &mut [u16]) {
        for (&row, start) in self.path.iter().zip(&self.start) {
            let x = &mut x[row as usize];
            x[0].0[lane] = start[0];
            x[1].0[lane] = start[1];
            written[row as usize] |= 1 << lane;
        }
    }

    /// `M·Gᵀ·z`.
    #[inline(always)]
    fn shares(&self, z: impl Fn(usize) -> [f32; 2]) -> [f32; MAX] {
        let mut sums = [0.0_f32; MAX];
        for place in 0..self.path.len() {
            let z = z(place);
            for group in 0..self.groups {
                let g = &self.g[place * self.groups + group];
                for k in 0..4 {
                    sums[4 * group + k] += g[0][k] * z[0] + g[1][k] * z[1];
                }
            }
        }
        let mut shares = [0.0; MAX];
        for (share, row) in shares.iter_mut().zip(&self.m).take(4 * self.groups) {
            for (m, sum) in row.iter().zip(&sums).take(4 * self.groups) {
                *share += m * sum;
            }
        }
        shares
    }

    /// Hands out `F·shares` by the path.
    #[inline(always)]
    fn take(&self, shares: [f32; MAX], mut each: impl FnMut(usize, [f32; 2])) {
        for place in 0..self.path.len() {
            let mut taken = [0.0_f32; 2];
            for group in 0..self.groups {
                let f = &self.f[place * self.groups + group];
                for k in 0..4 {
                    taken[0] += f[0][k] * shares[4 * group + k];
                    taken[1] += f[1][k] * shares[4 * group + k];
                }
            }
            each(place, taken);
        }
    }

    /// Merges the ways from the rows concerned to the root: rows ascend on each.
    fn climb(&mut self, plan: &Plan, scratch: &mut Scratch, at: &[u32], rhs: &[(u32, [f64; 2])]) {
        self.path.clear();
        scratch.place.resize(plan.len(), 0);
        scratch.heads.clear();
        scratch.heads.extend(at.iter().copied().chain(rhs.iter().map(|&(row, _)| row)));
        while let Some(&row) = scratch.heads.iter().min() {
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            let place = self.path.len() as u32;
            scratch.place[row as usize] = place;
            self.path.push(row);
            let up = plan.parent(row as usize);
            let mut met = false;
            scratch.heads.retain_mut(|head| {
                if *head == row {
                    let first = !std::mem::replace(&mut met, true);
                    *head = up.unwrap_or(0);
                    return first && up.is_some();
                }
                true
            });
        }
    }

    /// Solves for `F`, `G` and the right-hand side along the path.
    #[inline(always)]
    fn sweep<A: Arithmetic, const GROUPS: usize>(
        &self,
        a: A,
        plan: &Plan,
        factor: &Factor,
        scratch: &mut Scratch,
    ) {
        let kept = factor.kept();
        let mut place = 0;
        while place < self.path.len() {
            let row = self.path[place] as usize;
            let d = kept.inverse[row].0;
            let mut f = [[a.splat(0.0); 2]; GROUPS];
            let mut g = f;
            let mut group = 0;
            while group < GROUPS {
                let at = &mut scratch.f[place * GROUPS + group];
                let (up, down) = (a.load(&at[0]), a.load(&at[1]));
                f[group][0] = a.fma(a.splat(d[1]), down, a.mul(a.splat(d[0]), up));
                f[group][1] = a.fma(a.splat(d[3]), down, a.mul(a.splat(d[2]), up));
                a.store(f[group][0], &mut at[0]);
                a.store(f[group][1], &mut at[1]);
                let at = &scratch.g[place * GROUPS + group];
                g[group] = [a.load(&at[0]), a.load(&at[1])];
                group += 1;
            }
            let r = scratch.r[place];
            let r = [d[0] * r[0] + d[1] * r[1], d[2] * r[0] + d[3] * r[1]];
            scratch.r[place] = r;
            let range = plan.upper_range(row);
            let (lower, upper) = (&kept.lower[range.clone()], &kept.upper[range]);
            let rows = plan.upper(row);
            let mut t = 0;
            while t < rows.len() {
                let to = scratch.place[rows[t] as usize] as usize;
                let (l, u) = (lower[t].0, upper[t].0);
                let mut group = 0;
                while group < GROUPS {
                    let at = &mut scratch.f[to * GROUPS + group];
                    let [up, down] = f[group];
                    let first = a.fnma(a.splat(l[0]), up, a.load(&at[0]));
                    let second = a.fnma(a.splat(l[2]), up, a.load(&at[1]));
                    a.store(a.fnma(a.splat(l[1]), down, first), &mut at[0]);
                    a.store(a.fnma(a.splat(l[3]), down, second), &mut at[1]);
                    let at = &mut scratch.g[to * GROUPS + group];
                    let [up, down] = g[group];
                    let first = a.fnma(a.splat(u[0]), up, a.load(&at[0]));
                    let second = a.fnma(a.splat(u[1]), up, a.load(&at[1]));
                    a.store(a.fnma(a.splat(u[2]), down, first), &mut at[0]);
                    a.store(a.fnma(a.splat(u[3]), down, second), &mut at[1]);
                    group += 1;
                }
                let at = &mut scratch.r[to];
                at[0] -= l[0] * r[0] + l[1] * r[1];
                at[1] -= l[2] * r[0] + l[3] * r[1];
                t += 1;
            }
            place += 1;
        }
    }

    /// `M`, from `F` and `G` in double precision.
    #[inline(always)]
    fn middle<const N: usize>(&self, scratch: &Scratch, k: &Change) -> Result<[[f32; MAX]; MAX], Singular> {
        let mut z = SMatrix::<f64, N, N>::zeros();
        let groups = N / 4;
        for place in 0..self.path.len() {
            for i in 0..N {
                let g = &scratch.g[place * groups + i / 4];
                let (up, down) = (g[0].0[i % 4], g[1].0[i % 4]);
                for j in 0..N {
                    let f = &scratch.f[place * groups + j / 4];
                    z[(i, j)] += up * f[0].0[j % 4] + down * f[1].0[j % 4];
                }
            }
        }
        let k = SMatrix::<f64, N, N>::from_fn(|i, j| k[i][j]);
        let changed = SMatrix::<f64, N, N>::identity() + k * z;
        let inverse = changed.try_inverse().filter(|inverse| inverse.amax() <= HOPELESS).ok_or(Singular)?;
        let m = inverse * k;
        let mut rounded = [[0.0; MAX]; MAX];
        for (i, row) in rounded.iter_mut().enumerate().take(N) {
            for (j, to) in row.iter_mut().enumerate().take(N) {
                #[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
                let single = m[(i, j)] as f32;
                *to = single;
            }
        }
        Ok(rounded)
    }

    fn round(&mut self, scratch: &Scratch) {
        #[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
        let single = |rows: &[Block; 2]| rows.map(|row| row.0.map(|a| a as f32));
        self.f.clear();
        self.f.extend(scratch.f.iter().map(single));
        self.g.clear();
        self.g.extend(scratch.g.iter().map(single));
        self.start.clear();
        #[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
        self.start.extend(scratch.r.iter().map(|r| r.map(|r| r as f32)));
    }
}

impl Scratch {
    fn clear(&mut self, places: usize, groups: usize) {
        for blocks in [&mut self.f, &mut self.g] {
            blocks.clear();
            blocks.resize(places * groups, [Block::default(); 2]);
        }
        self.r.clear();
        self.r.resize(places, [0.0; 2]);
    }
}
