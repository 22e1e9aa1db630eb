//! The mismatch of all rows, for methods that need it without a Jacobian.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::grid::Grid;
use super::sweep::State;
use crate::case::{Case, NodeKind};
use crate::linsolve::cpu::{Arithmetic, Cpu, Job};

/// Mismatches of a grid by rows, reused from state to state.
#[derive(Clone, Debug)]
pub(in crate::flow) struct Mismatch {
    cpu: Cpu,
    sbus: Vec<[f64; 2]>,
    pq: Vec<f64>,
    rows: Vec<[f64; 2]>,
}

impl Mismatch {
    pub(in crate::flow) fn new(grid: &Grid) -> Self {
        let rows = grid.plan().len();
        Self {
            cpu: Cpu::detect(),
            sbus: vec![[0.0; 2]; rows],
            pq: vec![0.0; rows],
            rows: vec![[0.0; 2]; rows],
        }
    }

    /// Sets what is held and what is injected.
    pub(in crate::flow) fn schedule(&mut self, grid: &Grid, case: &Case) {
        let (kind, sbus) = (case.kind.as_slice(), case.sbus.as_slice());
        for ((&node, to), pq) in grid.node_of_row().iter().zip(&mut self.sbus).zip(&mut self.pq) {
            let s = sbus[node as usize];
            *to = [s.re, s.im];
            *pq = if kind[node as usize] == NodeKind::Pq { 1.0 } else { 0.0 };
        }
    }

    /// Finds the mismatches at the voltages `v` [p.u.], by rows; the largest and the 2-norm, NaN if any is no number.
    pub(in crate::flow) fn at(&mut self, grid: &Grid, v: &[[f64; 2]]) -> [f64; 2] {
        self.cpu.run(AllRows { grid, v, mismatch: self })
    }

    /// What [`Mismatch::at`] found: the active part, and the reactive part where it counts.
    pub(in crate::flow) fn rows(&self) -> &[[f64; 2]] {
        &self.rows
    }
}

struct AllRows<'a> {
    grid: &'a Grid,
    v: &'a [[f64; 2]],
    mismatch: &'a mut Mismatch,
}

impl Job for AllRows<'_> {
    type Output = [f64; 2];
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> [f64; 2] {
        let Mismatch { sbus, pq, rows, .. } = self.mismatch;
        let state = State { ybus: self.grid.ybus(), v: self.v, sbus, pq };
        let (mut worst, mut squares) = (0.0_f64, 0.0);
        for (row, to) in rows.iter_mut().enumerate() {
            let [p, q] = state.mismatch(a, row);
            *to = [p, q];
            worst = worst.max(p.abs()).max(q.abs());
            squares += p * p + q * q;
        }
        if squares.is_nan() { [f64::NAN; 2] } else { [worst, squares.sqrt()] }
    }
}
