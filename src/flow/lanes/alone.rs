//! Cases that chords do not solve: Newton from the base, one after the other.

use super::batch::{Found, Way};
use super::changed::Changed;
use super::{Base, Change};
use crate::flow::kernel::{Grid, Workspace};
use crate::flow::newton::Options;
use crate::flow::result::Status;
use crate::ids::Node;
use num_complex::Complex64;

/// A case of its own, changed and changed back.
#[derive(Clone, Debug)]
pub(super) struct Alone<'a> {
    base: &'a Base<'a>,
    changed: Changed,
    grid: Grid,
    work: Workspace,
    start: Vec<Complex64>,
}

impl<'a> Alone<'a> {
    pub(super) fn new(base: &'a Base<'a>) -> Self {
        let work = Workspace::on(base.cpu, base.grid);
        Self {
            base,
            changed: Changed::new(base.case),
            grid: base.grid.clone(),
            work,
            start: base.start.to_vec(),
        }
    }

    /// Solves the case of a change.
    pub(super) fn solve(&mut self, index: usize, change: &Change<'_>, options: &Options) -> Found<'_> {
        let Self { base, changed, grid, work, start } = self;
        changed.put(grid, change);
        for &branch in changed.branches() {
            grid.update_branch(&changed.case, branch);
        }
        start.copy_from_slice(base.start);
        changed.begin(start);
        work.schedule(grid, changed.case.kind.as_slice(), changed.case.sbus.as_slice());
        let status = work.solve(grid, start, options);
        let worst = if status == Status::Converged { None } else { work.worst_node(grid) };
        for branch in changed.restore(base.case) {
            grid.update_branch(&changed.case, branch);
        }
        self.found(index, status, worst)
    }

    /// Solves the base with the injections `sbus` [p.u.] by nodes.
    pub(super) fn solve_for(&mut self, index: usize, sbus: &[Complex64], options: &Options) -> Found<'_> {
        self.work.schedule(&self.grid, self.changed.case.kind.as_slice(), sbus);
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
