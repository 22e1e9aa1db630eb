//! A staged plan: the grid with everything that is ever built in it, the works with their dates, and the
//! stages at which it is judged.

use super::lint::LintWaiver;
use super::{
    Amendment, Budget, CriteriaSet, Forecast, Money, MvTransfer, Name, Network, Origin, Parameter, Project,
    ScheduleRow, UnitCost,
};
use crate::ids::{BusId, Col, ProjectId, ScenarioId, StageId};
use jiff::civil::Date;

/// A staged plan. A bare grid file is a plan with one stage, one scenario and no project.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Plan {
    /// Id, never reused.
    pub id: Name,
    /// Title, by language (`vi`, `en`), in the file's order.
    pub title: Vec<(Name, String)>,
    /// Who approved it.
    pub authority: String,
    /// Number and date of the approving decision.
    pub decision: String,
    /// Years it covers.
    pub horizon: Option<Horizon>,
    /// Money conventions.
    pub money: Option<Money>,
    /// The grid as built, as of a date.
    pub base: Base,
    /// Every record of the base grid and of the works; `built` says which stand in the base grid.
    pub network: Network,
    /// Amendments of the plan as approved, in the order in which they are replayed. Those in force are in all else already.
    pub amendments: Vec<Amendment>,
    /// The works.
    pub projects: Col<ProjectId, Project>,
    /// What may be spent, by year and funding class.
    pub budgets: Vec<Budget>,
    /// What equipment and lines usually cost, for works whose cost is not known.
    pub unit_costs: Vec<UnitCost>,
    /// Bays of its stations, as far as they are known.
    pub bays: Vec<Bay>,
    /// The dates at which the plan is judged, in order of time.
    pub stages: Col<StageId, Stage>,
    /// The load situations in which it is judged.
    pub scenarios: Col<ScenarioId, Scenario>,
    /// Loads by station and year.
    pub forecast: Forecast,
    /// Generators and boundaries by year.
    pub schedule: Vec<ScheduleRow>,
    /// Medium-voltage transfer between stations.
    pub transfers: Vec<MvTransfer>,
    /// What a good grid is.
    pub criteria: Vec<CriteriaSet>,
    /// Findings about its data that are accepted.
    pub lint_waivers: Vec<LintWaiver>,
    /// The text of `plan.toml` as read, so that a rewrite keeps its comments; `None` for a plan made otherwise.
    pub head: Option<Head>,
}

/// The text of `plan.toml`. It never takes part in comparisons.
#[derive(Clone, Debug, Default)]
pub struct Head(pub String);

impl PartialEq for Head {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Plan {
    /// Whether it is a bare grid: no date, no work.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        self.base.as_of.is_none()
    }

    /// What a work is stated to cost, millions of the plan's currency in the prices of that cost; `None` where it is unknown.
    #[must_use]
    pub fn capex_million(&self, project: ProjectId) -> Option<f64> {
        let cost = self.projects[project].cost.as_ref()?;
        Some(self.money.as_ref().map_or(cost.capex_million, |money| money.exchanged_million(cost)))
    }
}

/// Years a plan covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Horizon {
    /// First year.
    pub start: i16,
    /// Last year.
    pub end: i16,
    /// Last year of the outlook.
    pub outlook: Option<i16>,
}

/// The grid as built.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Base {
    /// As of this day; `None` for a bare grid file.
    pub as_of: Option<Date>,
    /// A grid file of another format that holds the base grid; `None` where the plan's own tables do.
    pub file: Option<String>,
    /// Load-loss factor: mean of the squared load over the square of the peak, p.u.
    pub load_loss_factor: Option<Parameter>,
}

/// A bay: the place of one line or transformer at a busbar.
#[derive(Clone, PartialEq, Debug)]
pub struct Bay {
    /// Id, unique among bays.
    pub id: Name,
    /// The busbar.
    pub bus: BusId,
    /// What its equipment carries continuously; `None` where unknown.
    pub i_normal_ka: Option<f64>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A date at which the plan is judged.
#[derive(Clone, PartialEq, Debug)]
pub struct Stage {
    /// Id, for example `2020`.
    pub id: Name,
    /// The day; every work dated at or before it stands.
    pub at: Option<Date>,
    /// The scenarios judged; empty for all.
    pub scenarios: Vec<ScenarioId>,
    /// The criteria set that applies; empty for none.
    pub criteria: Name,
    /// Where it comes from.
    pub origin: Origin,
}

impl Stage {
    /// The one stage of a bare grid.
    #[must_use]
    pub fn grid() -> Self {
        Self {
            id: "grid".into(),
            at: None,
            scenarios: Vec::new(),
            criteria: Name::default(),
            origin: Origin::default(),
        }
    }
}

/// A load situation.
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// Id, for example `max`.
    pub id: Name,
    /// Title.
    pub title: String,
    /// Share of the forecast that is drawn.
    pub load_factor: f64,
    /// How the factor was found; empty where it is 1 by definition.
    pub source: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl Scenario {
    /// The one scenario of a bare grid: loads as given.
    #[must_use]
    pub fn given() -> Self {
        Self {
            id: "given".into(),
            title: String::new(),
            load_factor: 1.0,
            source: String::new(),
            origin: Origin::default(),
        }
    }
}
