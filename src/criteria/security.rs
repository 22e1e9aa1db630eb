//! What is asked of the grid after a fault only: nothing to measure in one state. [`crate::appraise`] judges it.

use super::{Criterion, SolvedState, Tally, Violation};
use crate::model::{N1, Rule};

/// See the header of this file.
pub(super) struct Security;

impl Criterion for Security {
    fn name(&self) -> &'static str {
        N1
    }

    fn judge(&self, _: &SolvedState<'_>, _: &Rule, _: &mut Vec<Violation>) -> Tally {
        Tally::default()
    }
}
