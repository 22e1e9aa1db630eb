//! Cases that Newton from the base does not settle: the operating state is looked for on the layout of the base.

use super::changed::Changed;
use super::{Base, Change};
use crate::case::NodeKind;
use crate::flow::kernel::Solver;
use crate::flow::ladder::{self, Climb};
use crate::flow::newton::Options;
use num_complex::Complex64;

/// Room for settling cases of a base, one after the other; one per thread.
#[derive(Clone, Debug)]
pub struct Settler<'a> {
    base: &'a Base<'a>,
    changed: Changed,
    solver: Solver,
    start: Vec<Complex64>,
}

impl<'a> Settler<'a> {
    /// Room for cases of this base. What holds a voltage holds the one that it has there.
    #[must_use]
    pub fn new(base: &'a Base<'a>) -> Self {
        let mut changed = Changed::new(base.case);
        let case = &mut changed.case;
        for (node, v) in base.case.kind.ids().zip(base.start) {
            if case.kind[node] != NodeKind::Pq {
                case.vm_setpoint[node] = v.norm();
            }
            if case.kind[node] == NodeKind::Slack {
                case.va_setpoint[node] = v.arg();
            }
        }
        Self { base, changed, solver: Solver::on(base.grid.clone()), start: base.start.to_vec() }
    }

    /// Settles a case by [`ladder::settle`]; `leads` says whether Newton from the base led to a state, if a doubtful one.
    pub fn settle(&mut self, change: &Change<'_>, leads: bool, options: &Options) -> Climb {
        let Self { base, changed, solver, start } = self;
        changed.put(base.grid, change);
        for &branch in changed.branches() {
            solver.update_branch(&changed.case, branch);
        }
        start.copy_from_slice(base.start);
        changed.begin(start);
        let climb = ladder::settle(solver, &changed.case, leads.then_some(&start[..]), options);
        for branch in changed.restore(base.case) {
            solver.update_branch(&changed.case, branch);
        }
        climb
    }
}
