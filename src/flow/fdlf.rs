//! Fast-decoupled load flow: angles from active power and magnitudes from reactive power, in turn, by two constant
//! matrices.
//!
//! One sweep:
//!
//! ```text
//! B'·Δθ  = −Re(mis)/|v|,   v ← v·exp(j Δθ)          all but the slack nodes
//! B''·ΔV = −Im(mis)/|v|,   |v| ← |v| + ΔV           PQ nodes
//!
//! B'    by 1/(x·|t|), without resistance, shunts and charging: the matrix of the DC load flow
//! B''   −Im(ybus), phase shifters taken as taps
//! ```
//!
//! This is the XB form: resistance is left out of B' and kept in B''. Unlike in the source, B' keeps off-nominal
//! taps, so that one factorisation serves the DC angles too. Both matrices have the pattern of the bus graph:
//! a PV node keeps its place in B'' as a row of the unit matrix.
//!
//! The mismatch is that of the full equations, so the solution is Newton's. [`solve`] sweeps until it is met;
//! [`FastDecoupled::start`] sweeps up to three times, to a state from which Newton finds the operating point.
//!
//! Source: B. Stott and O. Alsaç, *Fast Decoupled Load Flow*, IEEE Trans. PAS-93, 1974.

use super::kernel::{Grid, Mismatch, Solver};
use super::newton::{HOPELESS, Options, Solution};
use super::result::Status;
use crate::case::{Branch, Case, NodeKind};
use crate::ids::{Id, Node};
use crate::linsolve::Singular;
use crate::linsolve::scalar::{Accumulator, Factor, Rows};
use crate::matrix::susceptance;
use num_complex::Complex64;

/// Sweeps before Newton takes over.
pub const SWEEPS: usize = 3;

/// A first sweep that leaves more than this of the mismatch (2-norm) is not taken: where resistance is as large as
/// reactance, as in distribution grids, sweeps lead away. Those take off a third at most, transmission grids half and more.
const WORTH_IT: f64 = 0.6;

/// Both matrices of a grid, factorised.
#[derive(Clone, Debug)]
pub struct FastDecoupled {
    links: Links,
    angles: Factor,
    magnitudes: Factor,
    /// By rows: where B'' has its equation, 1, and where the unit matrix has, 0.
    pq: Vec<f64>,
    mismatch: Mismatch,
    /// The right-hand side at work.
    dx: Vec<f64>,
}

/// Solves the load flow of one island from the voltages `start` [p.u.], n rows, by sweeps alone.
///
/// The steps of the [`Solution`] are sweeps. Not converging is an answer: see [`Solution::status`].
#[must_use]
pub fn solve(case: &Case, start: &[Complex64], options: &Options) -> Solution {
    Solver::new(case).fast_decoupled(case, start, options)
}

impl FastDecoupled {
    /// Factorises B' and B''.
    ///
    /// # Errors
    /// [`Singular`] where susceptances cancel out.
    pub fn new(case: &Case, grid: &Grid) -> Result<Self, Singular> {
        let links = Links::new(case, grid);
        let (mut angles, mut magnitudes) = (Factor::new(grid.plan()), Factor::new(grid.plan()));
        angles.factorise(grid.plan(), &Angles(&links))?;
        let pq = pq_rows(case, grid);
        magnitudes.factorise(grid.plan(), &Magnitudes { links: &links, pq: &pq })?;
        let mismatch = Mismatch::new(grid);
        let dx = vec![0.0; grid.plan().len()];
        Ok(Self { links, angles, magnitudes, pq, mismatch, dx })
    }

    /// [`solve`] on a grid that is laid out; `case` may have other injections and kinds than that one.
    ///
    /// # Errors
    /// [`Singular`] where B'' of the kinds of `case` is.
    pub fn solve(
        &mut self,
        case: &Case,
        grid: &Grid,
        start: &[Complex64],
        options: &Options,
    ) -> Result<Solution, Singular> {
        self.schedule(case, grid)?;
        let mut v = by_rows(grid, start);
        let (mut best, mut least) = (v.clone(), f64::INFINITY);
        let mut trace = Vec::new();
        let status = loop {
            let [worst, _] = self.mismatch.at(grid, &v);
            trace.push(worst);
            if worst < least {
                least = worst;
                best.copy_from_slice(&v);
            }
            if worst <= options.tol {
                break Status::Converged;
            }
            if worst.is_nan() || worst > HOPELESS {
                break Status::Diverged;
            }
            if trace.len() > options.max_iter {
                break Status::StepLimit;
            }
            if self.sweep(grid, &mut v).is_err() {
                break Status::Singular;
            }
        };
        Ok(Solution::without_pivots(status, by_nodes(grid, &best), trace))
    }

    /// Sets what is held and what is injected.
    fn schedule(&mut self, case: &Case, grid: &Grid) -> Result<(), Singular> {
        let pq = pq_rows(case, grid);
        if pq != self.pq {
            self.magnitudes.factorise(grid.plan(), &Magnitudes { links: &self.links, pq: &pq })?;
            self.pq = pq;
        }
        self.mismatch.schedule(grid, case);
        Ok(())
    }

    /// Start voltages [p.u.], n rows: `flat` turned by the angles of the DC load flow, and up to [`SWEEPS`] sweeps from
    /// there, as long as they take mismatch away. Also says how many were taken.
    ///
    /// `case` may have other injections and kinds than the one laid out.
    ///
    /// # Errors
    /// [`Singular`] where the numbers of `case` have no solution.
    pub fn start(
        &mut self,
        case: &Case,
        grid: &Grid,
        flat: &[Complex64],
    ) -> Result<(Vec<Complex64>, usize), Singular> {
        self.schedule(case, grid)?;
        let va = self.dc_angles(case, grid)?;
        let mut v: Vec<[f64; 2]> = by_rows(grid, flat);
        for (v, va) in v.iter_mut().zip(&va) {
            let turned = Complex64::from_polar(v[0].hypot(v[1]), *va);
            *v = [turned.re, turned.im];
        }
        let [_, mut norm] = self.mismatch.at(grid, &v);
        let mut sweeps = 0;
        let mut next = v.clone();
        while sweeps < SWEEPS && self.sweep(grid, &mut next).is_ok() {
            let [_, left] = self.mismatch.at(grid, &next);
            let limit = if sweeps == 0 { WORTH_IT * norm } else { norm };
            if left >= limit || left.is_nan() {
                break;
            }
            norm = left;
            sweeps += 1;
            v.copy_from_slice(&next);
        }
        Ok((by_nodes(grid, &v), sweeps))
    }

    /// The angles of the DC load flow (rad), by rows without the slack nodes.
    fn dc_angles(&self, case: &Case, grid: &Grid) -> Result<Vec<f64>, Singular> {
        let rows = grid.plan().len();
        let mut va = Vec::with_capacity(rows);
        for (row, &at) in grid.node_of_row()[..rows].iter().enumerate() {
            let node = Node::from_index(at as usize);
            let held = self.links.row(row).filter(|&(column, _)| column >= rows).map(|(column, b)| {
                let slack = Node::from_index(grid.node_of_row()[column] as usize);
                b[0] * case.va_setpoint[slack]
            });
            va.push(case.sbus[node].re - case.ysh[node].re - self.links.shifted[row] + held.sum::<f64>());
        }
        self.angles.solve(grid.plan(), &mut va)?;
        Ok(va)
    }

    /// One sweep from the voltages `v` [p.u.], by rows, whose mismatch was just looked at.
    fn sweep(&mut self, grid: &Grid, v: &mut [[f64; 2]]) -> Result<(), Singular> {
        let rows = grid.plan().len();
        let v = &mut v[..];
        let Self { dx, mismatch, .. } = self;
        for ((dx, m), v) in dx.iter_mut().zip(mismatch.rows()).zip(&*v) {
            *dx = -m[0] / magnitude(v);
        }
        self.angles.solve(grid.plan(), dx)?;
        for (v, &dva) in v[..rows].iter_mut().zip(&*dx) {
            *v = turned(*v, dva);
        }
        mismatch.at(grid, v);
        for ((dx, m), v) in dx.iter_mut().zip(mismatch.rows()).zip(&*v) {
            *dx = -m[1] / magnitude(v);
        }
        self.magnitudes.solve(grid.plan(), dx)?;
        for (v, dvm) in v[..rows].iter_mut().zip(&*dx) {
            let stretch = 1.0 + dvm / magnitude(v);
            *v = [v[0] * stretch, v[1] * stretch];
        }
        Ok(())
    }
}

fn magnitude(v: &[f64; 2]) -> f64 {
    (v[0] * v[0] + v[1] * v[1]).sqrt()
}

/// Turned by about `angle` (rad), and no longer or shorter for it: sine and cosine by n/d = tan(angle/2), and that by
/// its continued fraction, good to 3e-4 rad for angles up to 1.5. What is missing the next sweep finds.
fn turned(v: [f64; 2], angle: f64) -> [f64; 2] {
    let half = 0.5 * angle;
    let square = half * half;
    let (n, d) = (half * (15.0 - square), 15.0 - 6.0 * square);
    let scale = 1.0 / (n * n + d * d);
    let (cos, sin) = ((d * d - n * n) * scale, 2.0 * n * d * scale);
    [v[0] * cos - v[1] * sin, v[1] * cos + v[0] * sin]
}

fn pq_rows(case: &Case, grid: &Grid) -> Vec<f64> {
    let rows = &grid.node_of_row()[..grid.plan().len()];
    let kind = case.kind.as_slice();
    rows.iter().map(|&node| if kind[node as usize] == NodeKind::Pq { 1.0 } else { 0.0 }).collect()
}

fn by_rows(grid: &Grid, v: &[Complex64]) -> Vec<[f64; 2]> {
    grid.node_of_row().iter().map(|&node| v[node as usize]).map(|v| [v.re, v.im]).collect()
}

fn by_nodes(grid: &Grid, rows: &[[f64; 2]]) -> Vec<Complex64> {
    let mut v = vec![Complex64::ZERO; rows.len()];
    for (&node, &[e, f]) in grid.node_of_row().iter().zip(rows) {
        v[node as usize] = Complex64::new(e, f);
    }
    v
}

/// The entries of B' and B'' beside each other, by rows: off the diagonal with the sign turned.
#[derive(Clone, Debug)]
struct Links {
    starts: Vec<u32>,
    columns: Vec<u32>,
    b: Vec<[f64; 2]>,
    diagonal: Vec<[f64; 2]>,
    /// What phase shifters inject in the DC load flow [p.u.].
    shifted: Vec<f64>,
}

impl Links {
    fn new(case: &Case, grid: &Grid) -> Self {
        let rows = grid.plan().len();
        let mut starts = vec![0_u32; rows + 1];
        let ends = |branch: &Branch| [branch.from, branch.to].map(|node| grid.row(node));
        for row in case.branches.iter().flat_map(ends).filter(|&row| row < rows) {
            starts[row + 1] += 1;
        }
        for row in 0..rows {
            starts[row + 1] += starts[row];
        }
        let mut next = starts.clone();
        let mut columns = vec![0; starts[rows] as usize];
        let mut b = vec![[0.0; 2]; columns.len()];
        let ysh = |&node: &u32| case.ysh[Node::from_index(node as usize)];
        let mut diagonal: Vec<[f64; 2]> =
            grid.node_of_row()[..rows].iter().map(|node| [0.0, -ysh(node).im]).collect();
        let mut shifted = vec![0.0; rows];
        for branch in &case.branches {
            let shifts = branch.tap.im != 0.0 || branch.tap.re < 0.0;
            let tap = if shifts { branch.tap.norm() } else { branch.tap.re };
            let (b1, b2) = (susceptance(branch), -branch.ys.im);
            let own = b2 - branch.ysh.im / 2.0;
            let shift = if shifts { b1 * branch.tap.arg() } else { 0.0 };
            let [from, to] = ends(branch);
            let at = branch.ends.map(|y| y.im);
            for (row, other, own, shift) in
                [(from, to, own / (tap * tap) - at[0], -shift), (to, from, own - at[1], shift)]
            {
                if row < rows {
                    diagonal[row][0] += b1;
                    diagonal[row][1] += own;
                    shifted[row] += shift;
                    let at = &mut next[row];
                    #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
                    let other = other as u32;
                    (columns[*at as usize], b[*at as usize]) = (other, [b1, b2 / tap]);
                    *at += 1;
                }
            }
        }
        Self { starts, columns, b, diagonal, shifted }
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, [f64; 2])> + '_ {
        let range = self.starts[row] as usize..self.starts[row + 1] as usize;
        self.columns[range.clone()].iter().map(|&column| column as usize).zip(self.b[range].iter().copied())
    }
}

/// B'.
struct Angles<'a>(&'a Links);

impl Rows for Angles<'_> {
    fn fill(&self, row: usize, w: &mut Accumulator<'_>) {
        w.add(row, self.0.diagonal[row][0]);
        for (column, b) in self.0.row(row).filter(|&(column, _)| column < self.0.diagonal.len()) {
            w.add(column, -b[0]);
        }
    }
}

/// B''.
struct Magnitudes<'a> {
    links: &'a Links,
    pq: &'a [f64],
}

impl Rows for Magnitudes<'_> {
    fn fill(&self, row: usize, w: &mut Accumulator<'_>) {
        if self.pq[row] == 0.0 {
            w.add(row, 1.0);
            return;
        }
        w.add(row, self.links.diagonal[row][1]);
        for (column, b) in self.links.row(row) {
            if self.pq.get(column).is_some_and(|&pq| pq > 0.0) {
                w.add(column, -b[1]);
            }
        }
    }
}
