//! What is found of one work: a row of the delay matrix, and the day by which it is needed.

use crate::ids::{GeneratorId, ProjectId, ScenarioId, StageId};
use crate::model::{ElementId, Name};
use crate::study::exact;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A work and what its delay does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WorkNeed {
    /// The work.
    pub project: ProjectId,
    /// The first day on which a part of it is planned to stand; `None` where it never does.
    pub planned: Option<Date>,
    /// The answer.
    pub need: NeedBy,
    /// What a delay of 1, 2, ... years does.
    pub slips: Vec<SlipOutcome>,
    /// Works that come later with it, at the longest of these delays.
    pub followers: Vec<ProjectId>,
    /// The states that it took, each once, in order.
    pub states: Vec<SlipState>,
    /// States that were not solved, as the grid of that day is the planned one.
    pub same: usize,
    /// The machine that balances the grid while the work is late, where the delay takes the one that would: the largest that
    /// holds a voltage.
    pub slack: Option<GeneratorId>,
}

/// By when a work is needed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum NeedBy {
    /// The latest day that keeps every criterion which is kept as planned, and how many whole years that is after the
    /// planned one; what fails a year later.
    Day {
        /// That day: a 31 December.
        day: Date,
        /// Whole years between.
        float_years: u16,
        /// What fails first a year later.
        first: Failing,
    },
    /// Nothing fails up to the last year judged, though the grid changes.
    NotBefore {
        /// The last year judged.
        year: i16,
        /// Years of delay that were tried.
        tried: u16,
    },
    /// The grid is the same with and without it in every state judged.
    ChangesNothing,
    /// It does not count (candidate, deferred, cancelled, left out), or has no date.
    NotPlanned,
    /// It comes after the last year judged.
    AfterHorizon,
    /// No year in which it would be missing has a solution as planned, or the grid without it cannot be built.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// What a delay of some years does.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SlipOutcome {
    /// Years of delay.
    pub years: u16,
    /// How it ends.
    pub outcome: Outcome,
    /// The last year in which something is missing; `None` where nothing is, up to the last year judged.
    pub last_year: Option<i16>,
}

/// How a delay ends.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "a few thousand of them, most of them failing")]
pub enum Outcome {
    /// The grid is the planned one in every state judged.
    Same,
    /// Whatever holds as planned holds.
    Holds,
    /// Something does not.
    Fails {
        /// What fails first: in the first year in which anything does, the gravest.
        first: Failing,
        /// The year in which most fails: most MW beyond limits, else most limits.
        worst: Failing,
        /// Limits that are new or worse in that year and scenario.
        limits: usize,
        /// MW without supply and MVA beyond limits in that year, summed over elements.
        #[serde(with = "exact")]
        beyond_mw: f64,
        /// Load without supply in the intact grid in that year, on top of what is planned.
        #[serde(with = "exact")]
        lost_mw: f64,
    },
    /// It could not be judged, and why.
    Unknown(String),
}

/// Something that fails.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Failing {
    /// The year.
    pub year: i16,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Id of the rule; `no_solution` where the grid has no state.
    pub rule: Name,
    /// Name of the criterion.
    pub criterion: Name,
    /// The element; `None` for the grid as a whole.
    pub element: Option<ElementId>,
    /// What was measured.
    pub quantity: Name,
    /// Its value, in `unit`.
    #[serde(with = "exact")]
    pub value: f64,
    /// The limit, in `unit`.
    #[serde(with = "exact")]
    pub limit: f64,
    /// Value over limit.
    #[serde(with = "exact")]
    pub percent: f64,
    /// Unit of value and limit.
    pub unit: Name,
    /// The outage after which it is worst; `None` in the intact grid.
    pub outage: Option<Name>,
    /// The value as planned, where the limit is passed there too.
    #[serde(with = "exact::option")]
    pub planned: Option<f64>,
    /// MW without supply, or MVA beyond the limit, on top of what is planned.
    #[serde(with = "exact")]
    pub beyond_mw: f64,
}

/// A state that was solved for the sake of a work.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct SlipState {
    /// The day.
    pub stage: StageId,
    /// What is missing: projects and the places of their phases.
    pub missing: Vec<(ProjectId, usize)>,
    /// Load flows of intact grids, one per scenario.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}
