//! A violation in its place in the plan: when it came, and what takes it away.

use super::baseline::Versus;
use crate::criteria::{Level, Violation};
use crate::ids::{ProjectId, ScenarioId, StageId};
use crate::model::ElementId;

/// A violation or warning with the state it shows in.
#[derive(Clone, PartialEq, Debug)]
pub struct JudgedViolation {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// What is not met.
    pub violation: Violation,
    /// First stage of the unbroken run up to this one in which the same rule is broken at the same element, in
    /// the same scenario, at this level or a graver one. A stage without a solution breaks the run.
    pub since_stage: StageId,
    /// What ends it, if a later stage does.
    pub cleared_by: Option<Cleared>,
    /// How it compares with a former verdict, where it is held against one.
    pub baseline: Option<Versus>,
}

/// The end of a violation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cleared {
    /// The first later stage that is solved and without it.
    pub stage: StageId,
    /// The works commissioned since the last stage with it that touch the element, its ends or their stations,
    /// the closest first; empty where none does (load moved, or a work elsewhere helps).
    pub projects: Vec<ProjectId>,
}

impl JudgedViolation {
    /// Whether it breaks the plan: a violation that no decision excepts.
    #[must_use]
    pub fn breaks_plan(&self) -> bool {
        self.violation.level == Level::Violation && self.violation.waived_by.is_none()
    }

    /// What belongs together over stages and scenarios: the rule and the element.
    #[must_use]
    pub fn group(&self) -> (&str, Option<ElementId>) {
        (&self.violation.rule, self.violation.element)
    }
}

/// Violations of one rule at one element over all stages and scenarios.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Rows of [`super::Verdict::violations`], worst first.
    pub rows: Vec<usize>,
}
