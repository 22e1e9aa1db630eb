//! Money of a plan: in whose prices, how prices move, how it is discounted, what energy is worth, what may be spent.
//!
//! ```text
//! prices of the plan = cost · exchange rate · index(price year of the plan) / index(price year of the cost)
//! nominal in a year  = prices of the plan · index(year) / index(price year of the plan)
//! discounted         = prices of the plan / (1 + rate)^n,   n = year − base year (+ 1 where the first flow is at a year's end)
//! ```
//!
//! So the rate is a real one: it discounts money of one year's prices.

use super::{Confidence, Cost, LineKind, Name, Origin};
use jiff::civil::Date;

/// A number that the whole plan rests on, with its support.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Parameter {
    /// The value; its unit is in the name of the field that holds it.
    pub value: f64,
    /// How it was found; empty where that is not said.
    pub source: String,
    /// How far to trust it.
    pub confidence: Option<Confidence>,
}

impl Parameter {
    /// A value of which nothing more is said.
    #[must_use]
    pub fn new(value: f64) -> Self {
        Self { value, ..Self::default() }
    }
}

/// Money conventions.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Money {
    /// Currency code.
    pub currency: Name,
    /// Year whose prices the plan is in, and meant where a work does not say.
    pub price_year: i16,
    /// Yearly discount rate of money in prices of one year, p.u.
    pub discount_rate: Option<Parameter>,
    /// Year to which money is discounted; `None` is the first year of the horizon, else the price year.
    pub base_year: Option<i16>,
    /// Where in the base year its flow stands.
    pub first_flow: FirstFlow,
    /// How much prices rise in a year for which no index is given, p.u.
    pub escalation_rate: Option<Parameter>,
    /// Price index by year, in order of time; any level.
    pub price_index: Vec<PriceIndex>,
    /// Other currencies.
    pub exchange: Vec<Exchange>,
    /// How the cost of a work is spread where spending.csv does not say.
    pub spend_profile: Option<SpendProfile>,
    /// What a `MWh` of losses costs, currency/MWh in prices of the plan.
    pub loss_price_per_mwh: Option<Parameter>,
    /// What a `MWh` that is not served costs those who miss it, currency/MWh in prices of the plan.
    pub unserved_price_per_mwh: Option<Parameter>,
    /// Hours of a year for which load without supply at the peak counts: energy missed over power missed at the peak, h.
    pub peak_hours: Option<Parameter>,
    /// Hours of a year for which an element is out of service by faults, h.
    pub outage_hours: Option<Parameter>,
}

impl Money {
    /// The discount rate, p.u., where one is stated.
    #[must_use]
    pub fn rate(&self) -> Option<f64> {
        self.discount_rate.as_ref().map(|rate| rate.value)
    }

    /// Amount of a cost in millions of the currency of the plan, still in its own prices.
    #[must_use]
    pub fn exchanged_million(&self, cost: &Cost) -> f64 {
        let rate = self.exchange.iter().find(|one| one.currency == cost.currency).map_or(1.0, |one| one.rate);
        cost.capex_million * rate
    }

    /// Price level of a year on the scale of the index, or 1 where neither index nor escalation is stated: between given
    /// years in proportion to time in logarithms, beyond them by the escalation.
    #[must_use]
    pub fn index(&self, year: i16) -> f64 {
        let rate = self.escalation_rate.as_ref().map_or(0.0, |rate| rate.value);
        let grown = |level: f64, from: i16| level * (1.0 + rate).powi(i32::from(year) - i32::from(from));
        let after = self.price_index.iter().find(|point| point.year >= year);
        let before = self.price_index.iter().rfind(|point| point.year <= year);
        match (before, after) {
            (Some(a), Some(b)) if a.year == b.year => a.level,
            (Some(a), Some(b)) => {
                let along = f64::from(year - a.year) / f64::from(b.year - a.year);
                a.level * (b.level / a.level).powf(along)
            }
            (Some(end), None) | (None, Some(end)) => grown(end.level, end.year),
            (None, None) => grown(1.0, self.price_year),
        }
    }

    /// Whether costs of different price years can be told in one: an index or an escalation is stated.
    #[must_use]
    pub fn moves_prices(&self) -> bool {
        self.escalation_rate.is_some() || !self.price_index.is_empty()
    }

    /// What takes money of prices of a year to prices of the plan.
    #[must_use]
    pub fn to_plan_prices(&self, price_year: i16) -> f64 {
        self.index(self.price_year) / self.index(price_year)
    }

    /// The present value of 1 in a year, by `rate` and to `base_year`.
    #[must_use]
    pub fn discount(&self, rate: f64, base_year: i16, year: i16) -> f64 {
        let years = i32::from(year) - i32::from(base_year) + self.first_flow.years();
        (1.0 + rate).powi(-years)
    }
}

/// Where the flow of the base year stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum FirstFlow {
    /// At the end of that year: it is discounted by one year, as spreadsheets' NPV does.
    #[default]
    YearEnd,
    /// At its beginning: it is not discounted.
    Undiscounted,
}

impl FirstFlow {
    /// Both.
    pub const ALL: [Self; 2] = [Self::YearEnd, Self::Undiscounted];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::YearEnd => "year_end",
            Self::Undiscounted => "undiscounted",
        }
    }

    /// Years by which the first flow is discounted.
    #[must_use]
    pub fn years(self) -> i32 {
        match self {
            Self::YearEnd => 1,
            Self::Undiscounted => 0,
        }
    }
}

/// Price level of a year.
#[derive(Clone, PartialEq, Debug)]
pub struct PriceIndex {
    /// The year.
    pub year: i16,
    /// Level, on any scale.
    pub level: f64,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a unit of another currency is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Exchange {
    /// The other currency.
    pub currency: Name,
    /// Units of the plan's currency for one of it.
    pub rate: f64,
    /// The day of that rate.
    pub date: Date,
    /// Where it comes from.
    pub origin: Origin,
}

/// How the cost of a work is spread over the years up to that in which it is commissioned.
#[derive(Clone, PartialEq, Debug)]
pub struct SpendProfile {
    /// Shares of the cost, p.u.; the last is that of the year of commissioning.
    pub shares: Vec<f64>,
    /// How it was found.
    pub source: String,
    /// How far to trust it.
    pub confidence: Option<Confidence>,
}

/// What may be spent in a year.
#[derive(Clone, PartialEq, Debug)]
pub struct Budget {
    /// The year.
    pub year: i16,
    /// The funding class; empty for all together.
    pub funding: Name,
    /// Amount, millions of the plan's currency.
    pub budget_million: f64,
    /// The year whose prices these are.
    pub price_year: i16,
    /// Whether what is left of it can be spent later.
    pub carry_over: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a piece of equipment or a kilometre of line usually costs.
#[derive(Clone, PartialEq, Debug)]
pub struct UnitCost {
    /// Id, unique among unit costs.
    pub id: Name,
    /// What it is for.
    pub of: UnitCostOf,
    /// Rated voltage: of a transformer or station the higher one.
    pub vn_kv: f64,
    /// Cost of one, or of a kilometre.
    pub cost: Cost,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a unit cost is for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum UnitCostOf {
    /// A kilometre of line with so many circuits.
    Line {
        /// How it is laid.
        kind: LineKind,
        /// Circuits built together.
        circuits: u32,
    },
    /// A transformer at a station that stands.
    Transformer {
        /// Rated power.
        sn_mva: f64,
    },
    /// A new station with so many transformers.
    Station {
        /// Rated power of each.
        sn_mva: f64,
        /// Transformers.
        units: u32,
    },
}

impl UnitCostOf {
    /// The words used in files.
    pub const WORDS: [&'static str; 4] = ["overhead", "cable", "transformer", "station"];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line { kind, .. } => kind.as_str(),
            Self::Transformer { .. } => "transformer",
            Self::Station { .. } => "station",
        }
    }
}
