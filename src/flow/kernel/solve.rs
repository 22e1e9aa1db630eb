//! The iteration, on one grid and one workspace.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::grid::Grid;
use super::rotate::rotate;
use super::sweep::{State, Step};
use crate::case::{Case, NodeKind};
use crate::flow::fdlf::FastDecoupled;
use crate::flow::newton::{HOPELESS, Options, Solution};
use crate::flow::result::Status;
use crate::ids::{Id, Node};
use crate::linsolve::Singular;
use crate::linsolve::block::{Factor, Ordering, Pivots, Way};
use crate::linsolve::cpu::{Arithmetic, Baseline, Cpu, Job};
use num_complex::Complex64;

/// Solves the load flow of one island from the voltages `start` [p.u.], n rows: [`crate::flow::newton::solve`], faster.
#[must_use]
pub fn solve(case: &Case, start: &[Complex64], options: &Options) -> Solution {
    Solver::new(case).solve(case, start, options)
}

/// Steps from a nearby start that may choose their pivots although the mismatch has been smaller before.
const LOST: usize = 2;

/// One island, to be solved from several starts or for several injections.
#[derive(Clone, Debug)]
pub struct Solver {
    grid: Grid,
    work: Workspace,
    /// The matrices of the fast-decoupled start, from its first use on.
    decoupled: Option<Result<FastDecoupled, Singular>>,
}

impl Solver {
    /// Lays out a case.
    #[must_use]
    pub fn new(case: &Case) -> Self {
        Self::on(Grid::new(case, Ordering::MinimumDegree))
    }

    /// Takes a case that is laid out.
    #[must_use]
    pub fn on(grid: Grid) -> Self {
        let work = Workspace::new(&grid);
        Self { grid, work, decoupled: None }
    }

    /// The fast-decoupled start for the injections and kinds of `case` [p.u.], n rows, and the sweeps it took; `None` where its matrices
    /// are singular. `flat` has the magnitudes to start from. The matrices are factorised once.
    pub fn decoupled_start(&mut self, case: &Case, flat: &[Complex64]) -> Option<(Vec<Complex64>, usize)> {
        let (grid, decoupled) = self.decoupled(case);
        decoupled?.start(case, grid, flat).ok()
    }

    /// [`crate::flow::fdlf::solve`] on the grid that is laid out.
    pub fn fast_decoupled(&mut self, case: &Case, start: &[Complex64], options: &Options) -> Solution {
        let (grid, decoupled) = self.decoupled(case);
        let found = decoupled.and_then(|decoupled| decoupled.solve(case, grid, start, options).ok());
        let singular = || Solution::without_pivots(Status::Singular, start.to_vec(), vec![f64::INFINITY]);
        found.unwrap_or_else(singular)
    }

    fn decoupled(&mut self, case: &Case) -> (&Grid, Option<&mut FastDecoupled>) {
        let Self { grid, decoupled, .. } = self;
        let decoupled = decoupled.get_or_insert_with(|| FastDecoupled::new(case, grid));
        (grid, decoupled.as_mut().ok())
    }

    /// Solves from the voltages `start` [p.u.], n rows, for the injections and kinds of `case`; its branches, shunts
    /// and slack nodes are those that were laid out.
    pub fn solve(&mut self, case: &Case, start: &[Complex64], options: &Options) -> Solution {
        self.work.schedule(&self.grid, case.kind.as_slice(), case.sbus.as_slice());
        let status = self.work.solve(&self.grid, start, options);
        self.work.solution(&self.grid, status)
    }

    /// As [`Solver::solve`], from a start that is thought to be near: it gives up once the mismatch has risen for the
    /// third time, or pivots had to be chosen three times for an iterate worse than an earlier one.
    pub fn solve_nearby(&mut self, case: &Case, start: &[Complex64], options: &Options) -> Solution {
        self.solve_within(case, start, options, 2)
    }

    /// As [`Solver::solve_nearby`], where the mismatch may rise so many times.
    pub fn solve_within(
        &mut self,
        case: &Case,
        start: &[Complex64],
        options: &Options,
        rises: usize,
    ) -> Solution {
        self.work.rises = rises;
        let found = self.solve(case, start, options);
        self.work.rises = usize::MAX;
        found
    }
}

impl Solver {
    /// Takes over the values of a branch from the case: see [`Grid::update_branch`].
    pub fn update_branch(&mut self, case: &Case, branch: usize) {
        self.grid.update_branch(case, branch);
        self.decoupled = None;
    }

    /// Takes over the shunt admittance of a node from the case.
    pub fn update_shunt(&mut self, case: &Case, node: Node) {
        self.grid.update_shunt(case, node);
        self.decoupled = None;
    }

    /// Linearises the equations at the voltages `v` [p.u.], n rows, so that [`Solver::respond`] can be asked. Says
    /// whether that was possible.
    pub fn linearise(&mut self, case: &Case, v: &[Complex64]) -> bool {
        self.work.schedule(&self.grid, case.kind.as_slice(), case.sbus.as_slice());
        self.work.linearise(&self.grid, v)
    }

    /// How the voltages follow a small change of the injections, `ds` [p.u.] by nodes: comes back as
    /// `Δθ` (rad) and `ΔV/V`, the real and the imaginary part. Held magnitudes and slack nodes stay.
    ///
    /// Says whether the answer is made of numbers. [`Solver::linearise`] comes first; any solve in between undoes it.
    pub fn respond(&mut self, ds: &mut [Complex64]) -> bool {
        self.work.respond(&self.grid, ds)
    }
}

/// What a solve writes, reused by the next on the same grid: nothing is allocated then.
///
/// One per thread.
#[derive(Clone, Debug)]
pub struct Workspace {
    cpu: Cpu,
    factor: Factor,
    sbus: Vec<[f64; 2]>,
    pq: Vec<f64>,
    /// Voltages by rows: the iterate, the best one so far, and room for the next.
    v: [Vec<[f64; 2]>; 3],
    best: usize,
    trace: Vec<f64>,
    pivoting_steps: usize,
    refined_steps: usize,
    pivots: Option<Pivots>,
    first_pivots: Option<Pivots>,
    /// How often the mismatch may rise.
    rises: usize,
}

impl Workspace {
    /// Room for solving a grid, on the best instructions of this machine.
    #[must_use]
    pub fn new(grid: &Grid) -> Self {
        Self::on(Cpu::detect(), grid)
    }

    /// Room for solving a grid with the instructions `cpu`.
    #[must_use]
    pub fn on(cpu: Cpu, grid: &Grid) -> Self {
        let (rows, n) = (grid.plan().len(), grid.len());
        let v = || vec![[0.0; 2]; n];
        Self {
            cpu,
            factor: Factor::new(grid.plan()),
            sbus: vec![[0.0; 2]; rows],
            pq: vec![0.0; rows],
            v: [v(), v(), v()],
            best: 0,
            trace: Vec::with_capacity(32),
            pivoting_steps: 0,
            refined_steps: 0,
            pivots: None,
            first_pivots: None,
            rises: usize::MAX,
        }
    }

    /// Sets what is held and what is injected [p.u.], both by nodes. Which nodes are slack is the grid's.
    ///
    /// # Panics
    /// If `kind` or `sbus` are not as long as the grid (a bug of the caller).
    pub fn schedule(&mut self, grid: &Grid, kind: &[NodeKind], sbus: &[Complex64]) {
        for ((&node, to), pq) in grid.node_of_row().iter().zip(&mut self.sbus).zip(&mut self.pq) {
            let s = sbus[node as usize];
            *to = [s.re, s.im];
            *pq = if kind[node as usize] == NodeKind::Pq { 1.0 } else { 0.0 };
        }
    }

    /// Solves for what [`Workspace::schedule`] set, from the voltages `start` [p.u.] by nodes.
    ///
    /// # Panics
    /// If `start` is not as long as the grid, or the workspace was made for another one (bugs of the caller).
    pub fn solve(&mut self, grid: &Grid, start: &[Complex64], options: &Options) -> Status {
        for (&node, to) in grid.node_of_row().iter().zip(&mut self.v[0]) {
            let v = start[node as usize];
            *to = [v.re, v.im];
        }
        let rows = grid.plan().len();
        let [first, others @ ..] = &mut self.v;
        for other in others {
            other[rows..].copy_from_slice(&first[rows..]);
        }
        self.cpu.run(Newton { grid, options, work: self })
    }

    /// Largest mismatch before the first step and after each [p.u.].
    #[must_use]
    pub fn trace(&self) -> &[f64] {
        &self.trace
    }

    /// What was seen of the pivots in the last step; `None` if there was no step.
    #[must_use]
    pub fn pivots(&self) -> Option<Pivots> {
        self.pivots
    }

    /// Steps that a factorisation which chooses its pivots had to take.
    #[must_use]
    pub fn pivoting_steps(&self) -> usize {
        self.pivoting_steps
    }

    /// The node with the largest mismatch at the voltages found, one that is no number before all others; `None` if all
    /// nodes are slack.
    #[must_use]
    pub fn worst_node(&self, grid: &Grid) -> Option<Node> {
        let state = State { ybus: grid.ybus(), v: self.rows(), sbus: &self.sbus, pq: &self.pq };
        let size = |row: usize| {
            let [p, q] = state.mismatch(Baseline, row);
            if p.is_finite() && q.is_finite() { p.abs().max(q.abs()) } else { f64::INFINITY }
        };
        let sizes: Vec<f64> = (0..self.sbus.len()).map(size).collect();
        let row = (0..sizes.len()).reduce(|a, b| if sizes[b] > sizes[a] { b } else { a })?;
        Some(Node::from_index(grid.node_of_row()[row] as usize))
    }

    /// The voltages found [p.u.], by rows.
    pub(in crate::flow) fn rows(&self) -> &[[f64; 2]] {
        &self.v[self.best]
    }

    /// Writes the voltages found [p.u.], by nodes.
    pub fn voltages(&self, grid: &Grid, v: &mut [Complex64]) {
        for (&node, &[e, f]) in grid.node_of_row().iter().zip(&self.v[self.best]) {
            v[node as usize] = Complex64::new(e, f);
        }
    }

    /// What was found, for keeps.
    #[must_use]
    pub fn solution(&self, grid: &Grid, status: Status) -> Solution {
        let mut v = vec![Complex64::ZERO; grid.len()];
        self.voltages(grid, &mut v);
        Solution {
            status,
            v,
            trace: self.trace.clone(),
            pivoting_steps: self.pivoting_steps,
            refined_steps: self.refined_steps,
            pivots: self.pivots,
            first_pivots: self.first_pivots,
        }
    }

    /// Factorises the Jacobian at `v` and keeps the factors.
    fn linearise(&mut self, grid: &Grid, v: &[Complex64]) -> bool {
        for (&node, to) in grid.node_of_row().iter().zip(&mut self.v[0]) {
            let v = v[node as usize];
            *to = [v.re, v.im];
        }
        self.cpu.run(Linearise { grid, work: self })
    }

    /// Solves with the factors kept.
    fn respond(&mut self, grid: &Grid, ds: &mut [Complex64]) -> bool {
        let rows = grid.plan().len();
        for ((&node, x), &pq) in grid.node_of_row()[..rows].iter().zip(self.factor.x_mut()).zip(&self.pq) {
            let ds = ds[node as usize];
            *x = [ds.re, pq * ds.im];
        }
        let finite = self.cpu.run(Respond { grid, factor: &mut self.factor });
        ds.fill(Complex64::ZERO);
        for (&node, &[dva, dlnv]) in grid.node_of_row().iter().zip(self.factor.x()) {
            ds[node as usize] = Complex64::new(dva, dlnv);
        }
        finite
    }

    #[inline(always)]
    fn newton<A: Arithmetic>(&mut self, a: A, grid: &Grid, options: &Options) -> Status {
        self.trace.clear();
        self.pivoting_steps = 0;
        self.refined_steps = 0;
        (self.pivots, self.first_pivots) = (None, None);
        self.best = 0;
        let (mut at, mut least) = (0, f64::INFINITY);
        let (mut rises, mut lost) = (0, 0);
        loop {
            let state = State { ybus: grid.ybus(), v: &self.v[at], sbus: &self.sbus, pq: &self.pq };
            if let Some(worst) = state.within(a, options.tol) {
                self.trace.push(worst);
                self.best = at;
                return Status::Converged;
            }
            // The mismatch comes with the elimination; it is looked at before what that led to.
            let step = Step::new(state);
            let solved = self.factor.solve(a, grid.plan(), &step);
            let worst = step.worst();
            rises += usize::from(self.trace.last().is_some_and(|&last| worst > last));
            self.trace.push(worst);
            if worst < least {
                (least, self.best) = (worst, at);
            }
            if worst.is_nan() || worst > HOPELESS || rises > self.rises {
                return Status::Diverged;
            }
            if self.trace.len() > options.max_iter {
                return Status::StepLimit;
            }
            match solved {
                Err(Singular) => return Status::Singular,
                Ok((pivots, way)) => {
                    self.pivots = Some(pivots);
                    self.first_pivots.get_or_insert(pivots);
                    self.pivoting_steps += usize::from(way == Way::Pivoting);
                    // To choose pivots takes as long as many steps: not where a shorter way is left.
                    lost += usize::from(way == Way::Pivoting && worst > least);
                    if lost > LOST && self.rises < usize::MAX {
                        return Status::Diverged;
                    }
                    self.refined_steps += usize::from(way == Way::Refined);
                }
            }
            // Neither the iterate nor the best one.
            let free = (0..3).find(|k| ![at, self.best].contains(k)).unwrap_or(0);
            let mut next = std::mem::take(&mut self.v[free]);
            rotate(a, self.factor.x(), &self.v[at], &mut next);
            self.v[free] = next;
            at = free;
        }
    }
}

struct Newton<'a> {
    grid: &'a Grid,
    options: &'a Options,
    work: &'a mut Workspace,
}

impl Job for Newton<'_> {
    type Output = Status;
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> Status {
        self.work.newton(a, self.grid, self.options)
    }
}

struct Linearise<'a> {
    grid: &'a Grid,
    work: &'a mut Workspace,
}

impl Job for Linearise<'_> {
    type Output = bool;
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> bool {
        let work = self.work;
        let state = State { ybus: self.grid.ybus(), v: &work.v[0], sbus: &work.sbus, pq: &work.pq };
        work.factor.keep(a, self.grid.plan(), &Step::new(state)).1
    }
}

struct Respond<'a> {
    grid: &'a Grid,
    factor: &'a mut Factor,
}

impl Job for Respond<'_> {
    type Output = bool;
    #[inline(always)]
    fn run<A: Arithmetic>(self, a: A) -> bool {
        self.factor.again(a, self.grid.plan())
    }
}
