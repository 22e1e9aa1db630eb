//! The solved case that all cases of a batch start from, and its factors. Threads share it.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use crate::case::{Case, NodeKind};
use crate::flow::kernel::{Grid, State, Step};
use crate::ids::{Id, Node};
use crate::linsolve::block::{Factor, Pivots, Shared, Verdict};
use crate::linsolve::cpu::{Arithmetic, Cpu, Job};
use num_complex::Complex64;

/// A solved case and the factors of its Jacobian.
#[derive(Clone, Debug)]
pub struct Base<'a> {
    pub(super) case: &'a Case,
    pub(super) grid: &'a Grid,
    pub(super) cpu: Cpu,
    /// Voltages by rows, slack buses last.
    pub(super) v: Vec<[f64; 2]>,
    /// Voltages by nodes.
    pub(super) start: &'a [Complex64],
    pub(super) sbus: Vec<[f64; 2]>,
    /// 1 where the reactive power is scheduled, 0 where the magnitude is held.
    pub(super) pq: Vec<f64>,
    /// `[½, ½/vm²]` where a magnitude vm is held, else zero: ΔV/V is, but for its square, `½ − ½·|v|²/vm²`.
    pub(super) hold: Vec<[f64; 2]>,
    pub(super) factor: Factor,
    pub(super) shared: Shared,
    /// Whether the factors are sound; otherwise every case is solved alone.
    pub(super) sound: bool,
}

impl<'a> Base<'a> {
    /// Takes a solved case: `v` [p.u.] by nodes, as [`crate::flow::kernel::solve`] returns it. What a PV node holds is
    /// the magnitude that it has there.
    ///
    /// # Panics
    /// If `v` is not as long as the case, or the grid is that of another case (bugs of the caller).
    #[must_use]
    pub fn new(case: &'a Case, grid: &'a Grid, v: &'a [Complex64]) -> Self {
        Self::on(Cpu::detect(), case, grid, v)
    }

    /// As [`Base::new`], with the instructions `cpu`.
    ///
    /// # Panics
    /// As [`Base::new`].
    #[must_use]
    pub fn on(cpu: Cpu, case: &'a Case, grid: &'a Grid, start: &'a [Complex64]) -> Self {
        assert!(start.len() == case.len() && grid.len() == case.len(), "voltages and grid are the case's");
        let n = grid.plan().len();
        let nodes = || grid.node_of_row().iter().map(|&node| Node::from_index(node as usize));
        let v: Vec<[f64; 2]> = nodes().map(|node| start[node.index()]).map(|v| [v.re, v.im]).collect();
        let sbus: Vec<[f64; 2]> = nodes().take(n).map(|node| case.sbus[node]).map(|s| [s.re, s.im]).collect();
        let pq: Vec<f64> =
            nodes().take(n).map(|node| if case.kind[node] == NodeKind::Pq { 1.0 } else { 0.0 }).collect();
        let hold = (pq.iter().zip(&v))
            .map(|(&pq, v)| if pq > 0.5 { [0.0; 2] } else { [0.5, 0.5 / (v[0] * v[0] + v[1] * v[1])] })
            .collect();
        let mut factor = Factor::new(grid.plan());
        let keep = Keep { grid, v: &v, sbus: &sbus, pq: &pq, factor: &mut factor };
        let (pivots, finite) = cpu.run(keep);
        let sound = finite && pivots.verdict() == Verdict::Sound;
        let shared = Shared::new(grid.plan(), &factor);
        Self { case, grid, cpu, v, start, sbus, pq, hold, factor, shared, sound }
    }
}

struct Keep<'a> {
    grid: &'a Grid,
    v: &'a [[f64; 2]],
    sbus: &'a [[f64; 2]],
    pq: &'a [f64],
    factor: &'a mut Factor,
}

impl Job for Keep<'_> {
    type Output = (Pivots, bool);
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> (Pivots, bool) {
        let Self { grid, v, sbus, pq, factor } = self;
        factor.keep(a, grid.plan(), &Step::new(State { ybus: grid.ybus(), v, sbus, pq }))
    }
}
