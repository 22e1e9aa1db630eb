//! What a saving of load defers.
//!
//! ```text
//! forecast with saving = forecast + a row of kind dsm for every station and year: −saving % of the base rows
//! deferral of a work   = years between its need with and without
//! worth of a deferral  = capex · (1 − 1 / (1 + discount rate)^years)
//! ```
//!
//! The plan with saving is held against itself: what is new or worse when a work is late, where load is saved.

use super::{Delays, NeedBy, WorkNeed};
use crate::ids::ProjectId;
use crate::model::{Amount, ForecastKind, ForecastRow, Money, Origin, Plan};

/// What a saving defers of one work.
#[derive(Clone, PartialEq, Debug)]
pub struct Deferral {
    /// The work.
    pub project: ProjectId,
    /// By when it is needed without the saving, years after its planned date.
    pub float_years: u16,
    /// With it.
    pub with_saving: NeedBy,
    /// Years that it may come later; where no need is left up to the last year judged, at least so many.
    pub years: u16,
    /// What that is worth, millions of the currency of the plan in the prices of the work's cost; `None` where cost or
    /// discount rate is not stated.
    pub worth_million: Option<f64>,
}

/// The plan with `percent` of the base forecast saved at every station from the first year on.
#[must_use]
pub fn with_saving(plan: &Plan, percent: f64) -> Plan {
    let mut plan = plan.clone();
    let year = plan.base.as_of.map_or(0, jiff::civil::Date::year);
    plan.forecast.rows.push(ForecastRow {
        scenario: None,
        // Before its first year a row is nothing; afterwards its last value holds.
        year: year - 1,
        substation: None,
        kind: ForecastKind::Dsm,
        amount: Amount::Percent(-percent),
        power_factor: None,
        origin: Origin::default(),
    });
    plan
}

/// What the saving in `saved` (the delays of [`with_saving`]) defers of the works of `rows` that are needed by a day.
pub fn deferrals(
    plan: &Plan,
    saved: &mut Delays<'_>,
    rows: &[WorkNeed],
    years: u16,
    tell: &mut dyn FnMut(usize),
) -> Vec<Deferral> {
    let needed: Vec<(ProjectId, u16)> = rows
        .iter()
        .filter_map(|row| match row.need {
            NeedBy::Day { float_years, .. } => Some((row.project, float_years)),
            _ => None,
        })
        .collect();
    let works: Vec<ProjectId> = needed.iter().map(|&(work, _)| work).collect();
    let mut found = Vec::with_capacity(works.len());
    saved.run(&works, years.min(1), &mut |row| {
        found.push(row.need);
        tell(found.len());
    });
    let rate = plan.money.as_ref().and_then(Money::rate);
    needed
        .into_iter()
        .zip(found)
        .map(|((project, float_years), with_saving)| {
            let then = match with_saving {
                NeedBy::Day { float_years, .. } => float_years,
                NeedBy::NotBefore { tried, .. } => tried,
                _ => float_years,
            };
            let years = then.saturating_sub(float_years);
            let cost = plan.capex_million(project);
            let worth_million =
                cost.zip(rate).map(|(capex, rate)| capex * (1.0 - (1.0 + rate).powi(-i32::from(years))));
            Deferral { project, float_years, with_saving, years, worth_million }
        })
        .collect()
}
