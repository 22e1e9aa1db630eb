//! The verdict counted: the few numbers that the verdict sentence and its JSON tell.

use crate::appraise::Verdict;
use crate::criteria::{Level, SUPPLY};
use crate::flow::Status;
use crate::ids::StageId;
use crate::model::N1;

/// What is broken, and where.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Violations that break the plan, each stage and scenario counted.
    pub violations: usize,
    /// Rules broken at elements, however often: what has to be put right.
    pub broken: usize,
    /// The same of the intact grid, without load that is not served.
    pub limits: usize,
    /// The same after a fault, load that stays without supply included.
    pub after_a_fault: usize,
    /// Violations that a decision excepts.
    pub waived: usize,
    /// Planning thresholds passed.
    pub warnings: usize,
    /// States whose load flow has no solution.
    pub unsolved: usize,
    /// Stages with a violation that breaks the plan, in order of time.
    pub stages: Vec<StageId>,
}

impl Counts {
    /// Counts a verdict.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        let rows = &verdict.violations;
        let breaking = || rows.iter().filter(|row| row.breaks_plan());
        let groups = verdict.groups();
        let broken = || {
            groups
                .iter()
                .filter_map(|group| group.rows.iter().map(|&row| &rows[row]).find(|row| row.breaks_plan()))
        };
        Self {
            violations: breaking().count(),
            broken: broken().count(),
            limits: broken().filter(|row| !matches!(row.violation.criterion, SUPPLY | N1)).count(),
            after_a_fault: broken().filter(|row| row.violation.criterion == N1).count(),
            waived: rows.iter().filter(|row| row.violation.waived_by.is_some()).count(),
            warnings: rows.iter().filter(|row| row.violation.level == Level::Warning).count(),
            unsolved: verdict.summary.iter().filter(|state| state.status != Status::Converged).count(),
            stages: verdict
                .stages
                .iter()
                .copied()
                .filter(|&id| breaking().any(|row| row.stage == id))
                .collect(),
        }
    }
}
