//! Violations by rule and element over all stages and scenarios, sorted by what they mean for the plan.

use crate::appraise::{Cleared, Group, JudgedViolation, Verdict};
use crate::criteria::Level;

/// The groups that break the plan, then those that are excepted, then the warnings.
#[derive(Debug)]
pub(crate) struct Sorted<'a> {
    /// Some row breaks the plan in the intact grid.
    pub(crate) breaking: Vec<Lines<'a>>,
    /// Some row breaks it after a fault: a limit.
    pub(crate) after_a_fault: Vec<Lines<'a>>,
    /// Load without supply after a fault, or no state at all.
    pub(crate) lost: Vec<Lines<'a>>,
    /// All violations in it are excepted by a decision.
    pub(crate) waived: Vec<Lines<'a>>,
    /// Warnings only.
    pub(crate) warnings: Vec<Lines<'a>>,
}

/// The violations of one rule at one element that matter for the table at hand, worst first.
pub(crate) type Lines<'a> = Vec<&'a JudgedViolation>;

/// Sorts the groups of a verdict by what they mean for the plan.
pub(crate) fn sorted(verdict: &Verdict) -> Sorted<'_> {
    let mut sorted = Sorted {
        breaking: Vec::new(),
        after_a_fault: Vec::new(),
        lost: Vec::new(),
        waived: Vec::new(),
        warnings: Vec::new(),
    };
    for Group { rows } in verdict.groups() {
        let rows: Lines<'_> = rows.iter().filter_map(|&row| verdict.violations.get(row)).collect();
        let part = |keep: &dyn Fn(&JudgedViolation) -> bool| -> Lines<'_> {
            rows.iter().copied().filter(|row| keep(row)).collect()
        };
        let breaking = part(&JudgedViolation::breaks_plan);
        let waived = part(&|row| row.violation.waived_by.is_some());
        if breaking.first().is_some_and(|row| row.violation.fault.is_some()) {
            let is_limit =
                breaking.first().is_some_and(|row| matches!(row.violation.quantity, "vm" | "loading"));
            if is_limit { sorted.after_a_fault.push(breaking) } else { sorted.lost.push(breaking) }
        } else if !breaking.is_empty() {
            sorted.breaking.push(breaking);
        } else if !waived.is_empty() {
            sorted.waived.push(waived);
        } else {
            sorted.warnings.push(part(&|row| row.violation.level == Level::Warning));
        }
    }
    sorted
}

/// What ends the last of a group; `None` if some of it stays.
pub(crate) fn cleared_last<'a>(group: &Lines<'a>) -> Option<&'a Cleared> {
    let mut last: Option<&Cleared> = None;
    for row in group {
        let cleared = row.cleared_by.as_ref()?;
        if last.is_none_or(|known| cleared.stage > known.stage) {
            last = Some(cleared);
        }
    }
    last
}
