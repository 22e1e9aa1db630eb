//! What the works of a plan cost, year by year, in prices of the plan, nominal and discounted.
//!
//! ```text
//! cost of a work   its own; else what unit costs make of it, which is marked; else not known
//! spread           spending.csv; else the profile of [economics], its last share in the year of commissioning, the cost shared
//!                  equally by the phases; else all in that year
//! ```
//!
//! [`crate::model::Money`] has the formulas of prices and discounting.

mod unit_cost;
mod worth;

pub use unit_cost::{Estimate, Piece, PieceCost, estimate};
pub use worth::{internal_rates, net_present_value};

use crate::ids::ProjectId;
use crate::model::{Money, Name, Plan, Project, Selection, Status};
use std::collections::{BTreeMap, BTreeSet};

/// In what terms money of a plan is told.
#[derive(Clone, PartialEq, Debug)]
pub struct Terms {
    /// The conventions of the plan; where it states none, no currency, and the prices of its first cost.
    pub money: Money,
    /// Whether the plan states conventions.
    pub stated: bool,
    /// The year to which money is discounted.
    pub base_year: i16,
}

impl Terms {
    /// The terms of a plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        let first_cost =
            || plan.projects.iter().filter_map(|one| one.cost.as_ref()).map(|cost| cost.price_year).min();
        let money = plan.money.clone().unwrap_or_else(|| Money {
            price_year: first_cost().or(plan.base.as_of.map(jiff::civil::Date::year)).unwrap_or(0),
            ..Money::default()
        });
        let start = plan.horizon.map(|horizon| horizon.start);
        let base_year = money.base_year.or(start).unwrap_or(money.price_year);
        Self { stated: plan.money.is_some(), base_year, money }
    }

    /// The present value of 1 in a year; without a rate, 1.
    #[must_use]
    pub fn discount(&self, year: i16) -> f64 {
        self.money.rate().map_or(1.0, |rate| self.money.discount(rate, self.base_year, year))
    }

    /// Money in prices of the plan as it is in a year's prices.
    #[must_use]
    pub fn nominal(&self, plan_million: f64, year: i16) -> f64 {
        plan_million / self.money.to_plan_prices(year)
    }
}

/// Where the cost of a work comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum CostSource {
    /// The work states it.
    Stated {
        /// Whether its price year was assumed.
        price_year_estimated: bool,
    },
    /// From unit costs.
    UnitCosts(Vec<PieceCost>),
    /// Not known, and why unit costs do not tell either.
    Unknown(String),
}

impl CostSource {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Stated { .. } => "stated",
            Self::UnitCosts(_) => "unit_costs",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// How a cost is spread over the years.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Spread {
    /// spending.csv says it.
    Stated,
    /// By the profile of `[economics]`.
    Profile,
    /// All in the year of commissioning: nothing is said.
    AtCommissioning,
    /// The work has no date, so nothing is spent.
    Undated,
}

impl Spread {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Profile => "profile",
            Self::AtCommissioning => "at_commissioning",
            Self::Undated => "undated",
        }
    }
}

/// What a work costs, and when that is spent.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkCost {
    /// The work.
    pub project: ProjectId,
    /// Where the cost comes from.
    pub source: CostSource,
    /// Its cost in the currency of the plan and prices of `price_year`, millions; NaN where it is not known.
    pub own_million: f64,
    /// The year of these prices.
    pub price_year: i16,
    /// The same in prices of the plan, millions.
    pub plan_million: f64,
    /// How it is spread.
    pub spread: Spread,
    /// Shares of it by year, p.u., in order of time.
    pub shares: Vec<(i16, f64)>,
}

/// What is spent on a work in a year, millions of the plan's currency.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Outlay {
    /// The work.
    pub project: ProjectId,
    /// The year.
    pub year: i16,
    /// In prices of the plan.
    pub plan_million: f64,
    /// In prices of the year.
    pub nominal_million: f64,
    /// Discounted.
    pub discounted_million: f64,
}

/// What is spent in a year on works of one funding class and status, millions of the plan's currency.
#[derive(Clone, PartialEq, Debug)]
pub struct Spending {
    /// The year.
    pub year: i16,
    /// Funding class; empty where works do not say.
    pub funding: Name,
    /// Status of the works.
    pub status: Status,
    /// Works on which something is spent.
    pub works: usize,
    /// In prices of the plan.
    pub plan_million: f64,
    /// Of that, what rests on unit costs.
    pub unit_cost_million: f64,
    /// In prices of the year.
    pub nominal_million: f64,
    /// Discounted.
    pub discounted_million: f64,
}

/// What a plan costs.
#[derive(Clone, PartialEq, Debug)]
pub struct Capital {
    /// In what terms.
    pub terms: Terms,
    /// The works that count, in the order of the plan.
    pub works: Vec<WorkCost>,
}

impl Capital {
    /// What the works of a plan cost.
    #[must_use]
    pub fn new(plan: &Plan, selection: &Selection) -> Self {
        let terms = Terms::new(plan);
        let counted = plan.projects.iter_ids().filter(|&(id, project)| selection.counts(id, project));
        let works = counted.map(|(id, project)| work(plan, &terms, id, project)).collect();
        Self { terms, works }
    }

    /// What a work costs, if it counts.
    #[must_use]
    pub fn of(&self, project: ProjectId) -> Option<&WorkCost> {
        let row = self.works.binary_search_by_key(&project, |work| work.project).ok()?;
        self.works.get(row)
    }

    /// What is spent, work by work, within a work in order of time. Works of unknown cost are not among them.
    pub fn outlays(&self) -> impl Iterator<Item = Outlay> {
        self.works.iter().filter(|work| work.plan_million.is_finite()).flat_map(|work| {
            work.shares.iter().map(|&(year, share)| {
                let plan_million = share * work.plan_million;
                Outlay {
                    project: work.project,
                    year,
                    plan_million,
                    nominal_million: self.terms.nominal(plan_million, year),
                    discounted_million: plan_million * self.terms.discount(year),
                }
            })
        })
    }

    /// What is spent by year, funding class and status, in that order.
    #[must_use]
    pub fn by_year(&self, plan: &Plan) -> Vec<Spending> {
        let mut rows: BTreeMap<(i16, Name, usize), Spending> = BTreeMap::new();
        let estimated: BTreeSet<ProjectId> = self
            .works
            .iter()
            .filter(|work| matches!(work.source, CostSource::UnitCosts(_)))
            .map(|work| work.project)
            .collect();
        for outlay in self.outlays().filter(|outlay| outlay.plan_million != 0.0) {
            let Project { funding, status, .. } = &plan.projects[outlay.project];
            let place = Status::ALL.iter().position(|one| one == status).unwrap_or(0);
            let row = rows.entry((outlay.year, funding.clone(), place)).or_insert_with(|| Spending {
                year: outlay.year,
                funding: funding.clone(),
                status: *status,
                works: 0,
                plan_million: 0.0,
                unit_cost_million: 0.0,
                nominal_million: 0.0,
                discounted_million: 0.0,
            });
            row.works += 1;
            row.plan_million += outlay.plan_million;
            row.nominal_million += outlay.nominal_million;
            row.discounted_million += outlay.discounted_million;
            if estimated.contains(&outlay.project) {
                row.unit_cost_million += outlay.plan_million;
            }
        }
        rows.into_values().collect()
    }

    /// What a work costs discounted, were it commissioned so many years later, millions; NaN where its cost is not known.
    #[must_use]
    pub fn discounted_million(&self, work: &WorkCost, later: i16) -> f64 {
        let year = |year: i16| self.terms.discount(year.saturating_add(later));
        work.plan_million * work.shares.iter().map(|&(at, share)| share * year(at)).sum::<f64>()
    }
}

fn work(plan: &Plan, terms: &Terms, id: ProjectId, project: &Project) -> WorkCost {
    let money = &terms.money;
    let (source, own_million, price_year, plan_million) = match &project.cost {
        Some(cost) => {
            let own = money.exchanged_million(cost);
            let source = CostSource::Stated { price_year_estimated: cost.price_year_estimated };
            (source, own, cost.price_year, own * money.to_plan_prices(cost.price_year))
        }
        None => match estimate(plan, project) {
            Ok(Estimate { plan_million, pieces }) => {
                (CostSource::UnitCosts(pieces), plan_million, money.price_year, plan_million)
            }
            Err(why) => (CostSource::Unknown(why), f64::NAN, money.price_year, f64::NAN),
        },
    };
    let (spread, shares) = shares(project, money);
    WorkCost { project: id, source, own_million, price_year, plan_million, spread, shares }
}

/// How a work's cost is spread, and its shares by year.
fn shares(project: &Project, money: &Money) -> (Spread, Vec<(i16, f64)>) {
    let mut by_year: BTreeMap<i16, f64> = BTreeMap::new();
    if !project.spend.is_empty() {
        for one in &project.spend {
            *by_year.entry(one.year).or_default() += one.share;
        }
        return (Spread::Stated, by_year.into_iter().collect());
    }
    let years: Vec<i16> =
        project.phases.iter().filter_map(|phase| phase.commissioning.map(|date| date.date.year())).collect();
    let profile = money.spend_profile.as_ref().map_or([1.0].as_slice(), |profile| profile.shares.as_slice());
    for &year in &years {
        for (before, share) in (0_i16..).zip(profile.iter().rev()) {
            *by_year.entry(year - before).or_default() += share / years.len() as f64;
        }
    }
    let spread = match (years.is_empty(), &money.spend_profile) {
        (true, _) => Spread::Undated,
        (_, Some(_)) => Spread::Profile,
        _ => Spread::AtCommissioning,
    };
    (spread, by_year.into_iter().collect())
}
