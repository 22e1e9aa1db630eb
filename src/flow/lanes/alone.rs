//! Cases that chords do not solve: Newton from the base, one after the other.

use super::batch::{Found, Way};
use super::{Base, Change};
use crate::case::{Case, NodeKind};
use crate::flow::kernel::{Grid, Workspace};
use crate::flow::newton::Options;
use crate::flow::result::Status;
use crate::ids::Node;
use num_complex::Complex64;

/// A case of its own, changed and changed back.
#[derive(Clone, Debug)]
pub(super) struct Alone<'a> {
    base: &'a Base<'a>,
    case: Case,
    grid: Grid,
    work: Workspace,
}

impl<'a> Alone<'a> {
    pub(super) fn new(base: &'a Base<'a>) -> Self {
        let work = Workspace::on(base.cpu, base.grid);
        Self { base, case: base.case.clone(), grid: base.grid.clone(), work }
    }

    /// Solves the case of a change. One with dead nodes is not: its Jacobian is singular.
    pub(super) fn solve(&mut self, index: usize, change: &Change<'_>, options: &Options) -> Found<'_> {
        if !change.dead.is_empty() {
            let (status, worst, v) = (Status::Singular, change.dead.first().copied(), &self.base.v);
            return Found { index, status, way: Way::Newton, iterations: 0, mismatch_pu: f64::NAN, worst, v };
        }
        let Self { base, case, grid, work } = self;
        for &node in change.released {
            case.kind[node] = NodeKind::Pq;
        }
        for &branch in change.out {
            let out = &mut case.branches[branch];
            (out.ys, out.ysh, out.ends) = (Complex64::ZERO, Complex64::ZERO, [Complex64::ZERO; 2]);
            grid.update_branch(case, branch);
        }
        for &(node, s) in change.injections {
            case.sbus[node] += s;
        }
        work.schedule(grid, case.kind.as_slice(), case.sbus.as_slice());
        let status = work.solve(grid, base.start, options);
        let worst = if status == Status::Converged { None } else { work.worst_node(grid) };
        for &branch in change.out {
            case.branches[branch] = base.case.branches[branch];
            grid.update_branch(case, branch);
        }
        for &node in change.released {
            case.kind[node] = base.case.kind[node];
        }
        for &(node, _) in change.injections {
            case.sbus[node] = base.case.sbus[node];
        }
        self.found(index, status, worst)
    }

    /// Solves the base with the injections `sbus` [p.u.] by nodes.
    pub(super) fn solve_for(&mut self, index: usize, sbus: &[Complex64], options: &Options) -> Found<'_> {
        self.work.schedule(&self.grid, self.case.kind.as_slice(), sbus);
        let status = self.work.solve(&self.grid, self.base.start, options);
        let worst = if status == Status::Converged { None } else { self.work.worst_node(&self.grid) };
        self.found(index, status, worst)
    }

    fn found(&self, index: usize, status: Status, worst: Option<Node>) -> Found<'_> {
        let trace = self.work.trace();
        let mismatch_pu = trace.iter().copied().fold(f64::INFINITY, f64::min);
        let (way, iterations, v) = (Way::Newton, trace.len() - 1, self.work.rows());
        Found { index, status, way, iterations, mismatch_pu, worst, v }
    }
}
