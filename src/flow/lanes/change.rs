//! How a case of a batch differs from the base.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::Base;
use crate::ids::Node;
use crate::linsolve::block;
use num_complex::Complex64;

/// What differs from the base in one case.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Change<'a> {
    /// Branches that are out, by their index in the case, each named once.
    pub out: &'a [usize],
    /// What is injected in addition [p.u.], by node.
    pub injections: &'a [(Node, Complex64)],
    /// Nodes that lose their slack with the branches that are out: all of them, and none that is slack. Their voltages
    /// stay as they are at the base and mean nothing.
    pub dead: &'a [Node],
    /// PV nodes whose magnitude nobody holds any more.
    pub released: &'a [Node],
}

/// What a change adds at a row to the sums over the row of ybus, in one lane.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fix {
    pub(super) row: u32,
    pub(super) lane: u32,
    /// Row of the far end of the branch that is out.
    pub(super) other: u32,
    /// Admittances of that branch: at this end, and towards the other. Zero for an injection.
    pub(super) near: [f64; 2],
    pub(super) far: [f64; 2],
    /// What is injected in addition.
    pub(super) sbus: [f64; 2],
    /// Whether the row has no equations: its node is dead.
    pub(super) dead: bool,
}

impl Fix {
    /// What leaves the row less than by ybus and the schedule: the flow of the branch, and the injection.
    #[inline(always)]
    pub(super) fn power(&self, v: [f64; 2], other: [f64; 2]) -> [f64; 2] {
        let ([g, b], [gf, bf]) = (self.near, self.far);
        let re = g * v[0] - b * v[1] + gf * other[0] - bf * other[1];
        let im = g * v[1] + b * v[0] + gf * other[1] + bf * other[0];
        [v[0] * re + v[1] * im + self.sbus[0], v[1] * re - v[0] * im + self.sbus[1]]
    }
}

/// A change in the terms of the rows: what [`block::Update`] needs, and the fixes of its rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// Rows whose part of the Jacobian changes.
    pub(super) at: Vec<u32>,
    /// The change of the Jacobian in these rows.
    pub(super) k: block::Change,
    /// Mismatch at the base, in the rows where there is any.
    pub(super) rhs: Vec<(u32, [f64; 2])>,
    pub(super) fixes: Vec<Fix>,
}

impl Terms {
    /// Puts a change into terms of rows; `false` if it concerns more rows than an update takes.
    pub(super) fn set(&mut self, base: &Base<'_>, change: &Change<'_>) -> bool {
        let n = base.grid.plan().len();
        self.at.clear();
        self.rhs.clear();
        self.fixes.clear();
        self.k = block::Change::default();
        if !change.released.is_empty() {
            // Another equation for all neighbours: left to the solver of single cases.
            return false;
        }
        let n_dead = change.dead.len();
        if n_dead + usize::from(n_dead > 0) > block::MAX_ROWS {
            return false;
        }
        for &branch in change.out {
            let branch = &base.case.branches[branch];
            let rows = [branch.from, branch.to].map(|node| base.grid.row(node));
            if rows[0] == rows[1] {
                // Not a matter of two rows: left to the solver of single cases.
                return false;
            }
            let mut place = [None; 2];
            for (place, &row) in place.iter_mut().zip(&rows) {
                if row >= n {
                    continue;
                }
                #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
                let row = row as u32;
                let known = self.at.iter().position(|&at| at == row);
                if known.is_none() {
                    if self.at.len() == block::MAX_ROWS {
                        return false;
                    }
                    self.at.push(row);
                }
                *place = Some(known.unwrap_or(self.at.len() - 1));
            }
            let port = branch.two_port();
            let ends = [(port.m11, port.m12), (port.m22, port.m21)];
            for side in 0..2 {
                let Some(here) = place[side] else { continue };
                let (near, far) = ends[side];
                let (v, w) = (base.v[rows[side]], base.v[rows[1 - side]]);
                let (v, w) = (Complex64::new(v[0], v[1]), Complex64::new(w[0], w[1]));
                self.subtract_jacobian(here, place[1 - side], v * (near * v).conj(), v * (far * w).conj());
                #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
                let [row, other] = [rows[side] as u32, rows[1 - side] as u32];
                let (near, far) = ([near.re, near.im], [far.re, far.im]);
                self.fixes.push(Fix { row, lane: 0, other, near, far, sbus: [0.0; 2], dead: false });
            }
        }
        for &(node, s) in change.injections {
            let row = base.grid.row(node);
            if row < n {
                #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
                let row = row as u32;
                let none = [0.0; 2];
                let sbus = [s.re, s.im];
                self.fixes.push(Fix { row, lane: 0, other: row, near: none, far: none, sbus, dead: false });
            }
        }
        for (i, &row) in self.at.iter().enumerate() {
            // At a PV node the second equation holds the magnitude, whatever is out.
            if base.pq[row as usize] == 0.0 {
                self.k[2 * i + 1] = [0.0; 2 * block::MAX_ROWS];
            }
        }
        if !self.bury(base, change.dead) {
            return false;
        }
        for fix in &self.fixes {
            let row = fix.row as usize;
            if fix.dead {
                continue;
            }
            let [p, q] = fix.power(base.v[row], base.v[fix.other as usize]);
            self.rhs.push((fix.row, [p, base.pq[row] * q]));
        }
        true
    }

    /// Takes the equations of dead nodes out: no mismatch, and ones on the diagonal of the Jacobian. `false` if a branch
    /// that is not out joins them to others.
    fn bury(&mut self, base: &Base<'_>, dead: &[Node]) -> bool {
        let ybus = base.grid.ybus();
        let n = base.grid.plan().len();
        for &node in dead {
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            let row = base.grid.row(node) as u32;
            let Some(here) = self.at.iter().position(|&at| at == row).or_else(|| {
                self.at.push(row);
                (self.at.len() <= block::MAX_ROWS).then_some(self.at.len() - 1)
            }) else {
                return false;
            };
            self.fixes.retain(|fix| fix.row != row);
            let none = [0.0; 2];
            self.fixes.push(Fix { row, lane: 0, other: row, near: none, far: none, sbus: none, dead: true });
            self.k[2 * here] = [0.0; 2 * block::MAX_ROWS];
            self.k[2 * here + 1] = [0.0; 2 * block::MAX_ROWS];
        }
        // Only now are all their rows known.
        for &node in dead {
            let row = base.grid.row(node);
            let place = |row: usize| self.at.iter().position(|&at| at as usize == row);
            let Some(here) = place(row) else { return false };
            let volt = |row: usize| Complex64::new(base.v[row][0], base.v[row][1]);
            let admittance = |y: [f64; 2]| Complex64::new(y[0], y[1]);
            let on = base.pq[row];
            let own = volt(row) * (admittance(ybus.diagonal[row]) * volt(row)).conj();
            let mut flow = own;
            let mut rows = [[0.0; 2 * block::MAX_ROWS]; 2];
            for k in ybus.starts[row] as usize..ybus.starts[row + 1] as usize {
                let other = ybus.columns[k] as usize;
                let towards = volt(row) * (admittance(ybus.y[k]) * volt(other)).conj();
                flow += towards;
                if other >= n {
                    continue;
                }
                let Some(there) = place(other) else {
                    if towards == Complex64::ZERO {
                        continue;
                    }
                    return false;
                };
                rows[0][2 * there] -= towards.im;
                rows[0][2 * there + 1] -= towards.re;
                rows[1][2 * there] += on * towards.re;
                rows[1][2 * there + 1] -= on * towards.im;
            }
            rows[0][2 * here] += 1.0 - (own.im - flow.im);
            rows[0][2 * here + 1] -= own.re + flow.re;
            rows[1][2 * here] -= on * (flow.re - own.re);
            rows[1][2 * here + 1] += on * (1.0 - (own.im + flow.im));
            self.k[2 * here] = rows[0];
            self.k[2 * here + 1] = rows[1];
        }
        true
    }

    /// Takes the derivatives of the flow out of an end, `own + towards`, from the Jacobian.
    fn subtract_jacobian(&mut self, here: usize, other: Option<usize>, own: Complex64, towards: Complex64) {
        let flow = own + towards;
        let diagonal = [[own.im - flow.im, own.re + flow.re], [flow.re - own.re, own.im + flow.im]];
        let off = [[towards.im, towards.re], [-towards.re, towards.im]];
        for i in 0..2 {
            for j in 0..2 {
                self.k[2 * here + i][2 * here + j] -= diagonal[i][j];
                if let Some(other) = other {
                    self.k[2 * here + i][2 * other + j] -= off[i][j];
                }
            }
        }
    }
}
