//! Exceptions granted for a time: they mark a violation, and never hide it.

use super::{Level, Violation};
use crate::model::{CriteriaSet, ElementId, Network};
use jiff::civil::Date;

/// What a waiver did in the states judged so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct WaiverUse {
    /// It excepted a violation.
    pub used: bool,
    /// It met a violation after its last day.
    pub outlived: bool,
}

/// Marks the violations that a waiver of the set excepts on the day `at`, and notes in `used` (one per
/// waiver of the set) what each did. A state without a date (a bare grid) is excepted by no waiver.
///
/// Warnings need no exception: they break nothing.
pub fn waive(
    network: &Network,
    set: &CriteriaSet,
    at: Option<Date>,
    violations: &mut [Violation],
    used: &mut [WaiverUse],
) {
    for violation in violations.iter_mut().filter(|v| v.level == Level::Violation) {
        let Some(element) = violation.element else { continue };
        for (waiver, used) in set.waivers.iter().zip(used.iter_mut()) {
            if waiver.rule != violation.rule || !names(network, element, &waiver.element) {
                continue;
            }
            if at.is_some_and(|at| at <= waiver.until) {
                violation.waived_by = Some(waiver.decision.clone());
                used.used = true;
            } else {
                used.outlived = true;
            }
        }
    }
}

/// Whether `name` means the element: its id, or for a circuit the row it belongs to.
fn names(network: &Network, element: ElementId, name: &str) -> bool {
    network.id_of(element) == name || matches!(element, ElementId::Line(id) if network.lines[id].row == name)
}
