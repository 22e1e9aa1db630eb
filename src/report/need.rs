//! Need dates, as every form tells them: words, and which pairs of work and delay are critical.

use crate::appraise::need::{NeedBy, Outcome, WorkNeed};
use crate::ids::ProjectId;

/// The word for an answer, used in every output form.
#[must_use]
pub fn word(need: &NeedBy) -> &'static str {
    match need {
        NeedBy::Day { .. } => "needed",
        NeedBy::NotBefore { .. } => "not_needed_yet",
        NeedBy::ChangesNothing => "changes_nothing",
        NeedBy::NotPlanned => "not_planned",
        NeedBy::AfterHorizon => "after_horizon",
        NeedBy::Unknown { .. } => "unknown",
    }
}

/// A work and a delay with which something fails.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Critical {
    /// The work.
    pub project: ProjectId,
    /// Years of delay.
    pub years: u16,
    /// MW without supply and MVA beyond limits, in the worst year.
    pub beyond_mw: f64,
    /// Limits new or worse in that year.
    pub limits: usize,
}

/// The pairs of a work and a delay with which something fails, most MW first, then most limits, then the shorter delay. A
/// longer delay of a work with which no more fails than with a shorter one is not told again.
#[must_use]
pub fn critical(rows: &[WorkNeed]) -> Vec<Critical> {
    let mut pairs: Vec<Critical> = Vec::new();
    for row in rows {
        let mut last: Option<(f64, usize)> = None;
        for slip in &row.slips {
            let Outcome::Fails { limits, beyond_mw, .. } = slip.outcome else { continue };
            if last != Some((beyond_mw, limits)) {
                pairs.push(Critical { project: row.project, years: slip.years, beyond_mw, limits });
            }
            last = Some((beyond_mw, limits));
        }
    }
    pairs.sort_by(|a, b| {
        b.beyond_mw
            .total_cmp(&a.beyond_mw)
            .then(b.limits.cmp(&a.limits))
            .then((a.years, a.project).cmp(&(b.years, b.project)))
    });
    pairs
}
