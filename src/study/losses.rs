//! Energy lost over a year, from the losses at the peak.
//!
//! ```text
//! W = 8760 h · (P0 + LLF · Pk)
//! P0   losses that do not depend on load: magnetising losses of transformers
//! Pk   losses that do, at the peak: lines and transformer windings
//! LLF  load-loss factor = mean of the squared load over the square of the peak
//! ```
//!
//! The factor belongs to the peak, so only a scenario that draws the whole forecast (load factor 1) can be
//! asked. It is also called loss factor `F_LS`: mean power loss over power loss at peak load; see T. Gönen,
//! *Electric Power Distribution System Engineering*, chapter on load characteristics. A year has 8,760 hours,
//! leap years too, as is the custom.

use super::StageState;
use crate::flow::{LoadFlow, Status};
use crate::ids::{ScenarioId, StageId};
use crate::model::Plan;

/// Hours of a year.
pub const HOURS: f64 = 8760.0;

/// Losses of one year, at one stage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct YearlyLosses {
    /// The stage whose grid and peak it is.
    pub stage: StageId,
    /// The scenario in which the peak is.
    pub scenario: ScenarioId,
    /// Load-loss factor used, p.u.
    pub load_loss_factor: f64,
    /// Energy lost whatever the load.
    pub no_load_mwh: f64,
    /// Energy lost because of the load.
    pub load_mwh: f64,
}

impl YearlyLosses {
    /// All energy lost.
    #[must_use]
    pub fn total_mwh(&self) -> f64 {
        self.no_load_mwh + self.load_mwh
    }

    /// Share of the energy supplied in that year, percent, where that is known and positive.
    #[must_use]
    pub fn percent_of(&self, energy_mwh: f64) -> Option<f64> {
        (energy_mwh > 0.0).then(|| 100.0 * self.total_mwh() / energy_mwh)
    }
}

/// Losses that do not depend on the load, and losses that do, MW.
#[must_use]
pub fn split_mw(flow: &LoadFlow) -> (f64, f64) {
    flow.losses.levels.iter().fold((0.0, 0.0), |(no_load, load), level| {
        (no_load + level.transformers_no_load_mw, load + level.lines_mw + level.transformers_load_mw)
    })
}

/// Energy lost per year at every solved stage: of the plan's first scenario whose load factor is 1.
///
/// Empty where the plan states no load-loss factor, or has no such scenario: nothing is assumed.
#[must_use]
pub fn yearly(plan: &Plan, states: &[StageState]) -> Vec<YearlyLosses> {
    let Some(factor) = &plan.base.load_loss_factor else { return Vec::new() };
    let Some(peak) = peak_scenario(plan) else { return Vec::new() };
    states
        .iter()
        .filter(|state| state.scenario == peak && state.flow.status == Status::Converged)
        .map(|state| {
            let (no_load_mw, load_mw) = split_mw(&state.flow);
            YearlyLosses {
                stage: state.stage,
                scenario: state.scenario,
                load_loss_factor: factor.value,
                no_load_mwh: HOURS * no_load_mw,
                load_mwh: HOURS * factor.value * load_mw,
            }
        })
        .collect()
}

/// The plan's first scenario that draws the whole forecast.
#[must_use]
pub fn peak_scenario(plan: &Plan) -> Option<ScenarioId> {
    let is_whole = |factor: f64| (factor - 1.0).abs() < 1e-9;
    plan.scenarios.iter_ids().find(|(_, scenario)| is_whole(scenario.load_factor)).map(|(id, _)| id)
}
