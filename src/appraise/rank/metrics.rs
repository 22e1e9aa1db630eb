//! How bad a state is, in numbers that add up.
//!
//! ```text
//! N     beyond  Σ over lines and transformers of (loading − limit) · rating        MVA
//!       lost    load without supply; without a load-flow solution, load beyond the largest share that has one   MW
//!       kv      Σ over buses of what their voltage is outside of its band           kV
//!       losses  of all lines and transformers                                      MW
//! N-1   beyond, kv as above, each element and bus after the fault that is worst for it
//!       lost    Σ over faults of load that nobody takes over; of faults without a solution as above   MW
//! severity = beyond, N and N-1, + lost after faults + 10 · lost in the intact grid      MVA
//! ```
//!
//! Load that is dark day by day counts ten times what is lost until a fault is mended, or what an element carries too much: it
//! draws nothing, so by its bare MW a station left dark would look better than one that loads several elements too far.
//!
//! Where the intact grid has no solution, no fault has one either: each counts for the load that is lost without any. So a grid
//! that gives way never looks better than one that holds and is overloaded; the numbers are the least that it is.

use crate::appraise::capital::Terms;
use crate::appraise::compare::beyond_mw;
use crate::appraise::dated::JudgedGrid;
use crate::flow::Status;
use crate::model::{CriteriaSet, ElementId, Plan};
use crate::study::losses::HOURS;
use std::ops::{Add, Mul, Sub};

/// What a MW without supply in the intact grid counts in the severity, beside one that is lost after a fault.
pub const DARK: f64 = 10.0;

/// How bad a state is, or by how much it differs from another.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Metrics {
    /// Apparent power beyond limits in the intact grid, MVA.
    pub n_beyond_mva: f64,
    /// Load without supply in the intact grid, MW.
    pub n_lost_mw: f64,
    /// Voltage outside of bands in the intact grid, kV summed over buses.
    pub n_voltage_kv: f64,
    /// Losses of the intact grid, MW.
    pub losses_mw: f64,
    /// Apparent power beyond limits after faults, each element at its worst, MVA.
    pub n1_beyond_mva: f64,
    /// Load without supply after faults, summed over them, MW.
    pub n1_lost_mw: f64,
    /// Voltage outside of bands after faults, each bus at its worst, kV.
    pub n1_voltage_kv: f64,
    /// Intact grids without a load-flow solution: of these nothing but the load without supply is known, and that is the least.
    pub unsolved: f64,
}

impl Metrics {
    /// How bad a judged grid is.
    #[must_use]
    pub fn of(set: Option<&CriteriaSet>, judged: &JudgedGrid) -> Self {
        let network = &judged.state.grid.network;
        let flow = &judged.state.flow;
        let mut found = Self::default();
        for v in &judged.violations {
            let (beyond, voltage) = match v.fault {
                None => (&mut found.n_beyond_mva, &mut found.n_voltage_kv),
                Some(_) => (&mut found.n1_beyond_mva, &mut found.n1_voltage_kv),
            };
            match (v.quantity, v.element) {
                ("lost load", _) if v.fault.is_none() => found.n_lost_mw += v.value,
                ("loading", _) => *beyond += beyond_mw(network, set, v, None),
                ("vm", Some(ElementId::Bus(bus))) => {
                    let scale = if v.unit == "p.u." { network.buses[bus].vn_kv } else { 1.0 };
                    *voltage += (v.value - v.limit).abs() * scale;
                }
                _ => {}
            }
        }
        if !judged.is_solved() {
            let unplaced: f64 = judged.state.grid.lost.iter().map(|lost| lost.p_mw).sum();
            let islands = flow.islands.iter().filter(|island| island.status != Status::Converged);
            let share = islands.filter_map(|island| island.solvable_share).reduce(f64::min).unwrap_or(0.0);
            let short_mw = load_mw(judged) * (1.0 - share.clamp(0.0, 1.0));
            found.n_lost_mw = unplaced + short_mw;
            found.n1_lost_mw = judged.asked as f64 * short_mw;
            found.unsolved = 1.0;
            return found;
        }
        found.losses_mw = flow.losses.total_mw;
        for result in judged.faults.iter().flat_map(|faults| &faults.results) {
            found.n1_lost_mw += if result.status == Status::Converged {
                result.unserved_mw
            } else {
                flow.load_mw * (1.0 - result.solvable_share.unwrap_or(0.0).clamp(0.0, 1.0))
            };
        }
        found
    }

    /// MVA beyond limits and MW without supply, intact and after faults; a MW that the intact grid does not supply counts
    /// [`DARK`] times.
    #[must_use]
    pub fn severity(&self) -> f64 {
        self.n_beyond_mva + self.n1_beyond_mva + DARK * self.n_lost_mw + self.n1_lost_mw
    }

    /// MW without supply, intact and after faults.
    #[must_use]
    pub fn lost_mw(&self) -> f64 {
        self.n_lost_mw + self.n1_lost_mw
    }

    /// The number of a metric.
    #[must_use]
    pub fn by(&self, metric: Metric, prices: &Prices) -> f64 {
        match metric {
            Metric::Severity => self.severity(),
            Metric::Lost => self.lost_mw(),
            Metric::Voltage => self.n_voltage_kv + self.n1_voltage_kv,
            Metric::Losses => self.losses_mw,
            Metric::Money => prices.million_per_year(self),
        }
    }

    /// All numbers, in the order of the fields.
    #[must_use]
    pub fn numbers(&self) -> [f64; 8] {
        [
            self.n_beyond_mva,
            self.n_lost_mw,
            self.n_voltage_kv,
            self.losses_mw,
            self.n1_beyond_mva,
            self.n1_lost_mw,
            self.n1_voltage_kv,
            self.unsolved,
        ]
    }

    /// Of such numbers.
    #[must_use]
    pub fn of_numbers(numbers: [f64; 8]) -> Self {
        let [
            n_beyond_mva,
            n_lost_mw,
            n_voltage_kv,
            losses_mw,
            n1_beyond_mva,
            n1_lost_mw,
            n1_voltage_kv,
            unsolved,
        ] = numbers;
        Self {
            n_beyond_mva,
            n_lost_mw,
            n_voltage_kv,
            losses_mw,
            n1_beyond_mva,
            n1_lost_mw,
            n1_voltage_kv,
            unsolved,
        }
    }
}

/// Load that the intact grid without a solution would draw.
fn load_mw(judged: &JudgedGrid) -> f64 {
    let stands = judged.state.grid.network.loads.iter().filter(|load| load.built && load.in_service);
    stands.map(|load| load.p_mw).sum()
}

impl Add for Metrics {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let (a, b) = (self.numbers(), other.numbers());
        Self::of_numbers(std::array::from_fn(|k| a[k] + b[k]))
    }
}

impl Sub for Metrics {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other * -1.0
    }
}

impl Mul<f64> for Metrics {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::of_numbers(self.numbers().map(|number| number * factor))
    }
}

impl std::iter::Sum for Metrics {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::add)
    }
}

/// By what works are ranked.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Metric {
    /// MVA beyond limits and MW without supply, intact (where a MW counts [`DARK`] times) and after faults.
    #[default]
    Severity,
    /// MW without supply, intact and after faults.
    Lost,
    /// kV outside of bands, intact and after faults.
    Voltage,
    /// MW of losses.
    Losses,
    /// Losses and energy not served, priced: millions of the currency a year.
    Money,
}

impl Metric {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Severity, Self::Lost, Self::Voltage, Self::Losses, Self::Money];

    /// The word used in options and every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Severity => "severity",
            Self::Lost => "lost",
            Self::Voltage => "voltage",
            Self::Losses => "losses",
            Self::Money => "money",
        }
    }

    /// Its unit; that of money is millions of the currency a year.
    #[must_use]
    pub fn unit(self) -> &'static str {
        match self {
            Self::Severity => "MVA",
            Self::Lost | Self::Losses => "MW",
            Self::Voltage => "kV",
            Self::Money => "million/year",
        }
    }
}

/// What losses and energy not served cost in a year, millions of the currency.
///
/// ```text
/// losses      8760 h · load-loss factor · price of losses
/// not served  N:   peak hours · value of unserved energy
///             N-1: outage hours · peak hours / 8760 h · value of unserved energy
/// ```
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Prices {
    /// For a MW of losses at the peak; `None` where price or load-loss factor is not stated.
    pub losses_million_per_mw: Option<f64>,
    /// For a MW without supply at the peak of the intact grid; `None` where price or hours are not stated.
    pub unserved_million_per_mw: Option<f64>,
    /// For a MW without supply after a fault; `None` where price or hours are not stated.
    pub n1_unserved_million_per_mw: Option<f64>,
}

impl Prices {
    /// What the plan states.
    #[must_use]
    pub fn new(plan: &Plan, terms: &Terms) -> Self {
        let value = |parameter: &Option<crate::model::Parameter>| parameter.as_ref().map(|one| one.value);
        let money = &terms.money;
        let unserved = value(&money.unserved_price_per_mwh).zip(value(&money.peak_hours));
        let factor = value(&plan.base.load_loss_factor);
        Self {
            losses_million_per_mw: value(&money.loss_price_per_mwh)
                .zip(factor)
                .map(|(price, factor)| price * factor * HOURS / 1e6),
            unserved_million_per_mw: unserved.map(|(price, hours)| price * hours / 1e6),
            n1_unserved_million_per_mw: unserved
                .zip(value(&money.outage_hours))
                .map(|((price, peak), out)| price * out * peak / HOURS / 1e6),
        }
    }

    /// Whether any of it has a price.
    #[must_use]
    pub fn any(&self) -> bool {
        [self.losses_million_per_mw, self.unserved_million_per_mw, self.n1_unserved_million_per_mw]
            .iter()
            .any(Option::is_some)
    }

    /// What losses cost in a year.
    #[must_use]
    pub fn losses_million(&self, metrics: &Metrics) -> f64 {
        self.losses_million_per_mw.unwrap_or(0.0) * metrics.losses_mw
    }

    /// What energy not served costs in a year.
    #[must_use]
    pub fn unserved_million(&self, metrics: &Metrics) -> f64 {
        self.unserved_million_per_mw.unwrap_or(0.0) * metrics.n_lost_mw
            + self.n1_unserved_million_per_mw.unwrap_or(0.0) * metrics.n1_lost_mw
    }

    /// What both cost in a year; what has no price counts nothing.
    #[must_use]
    pub fn million_per_year(&self, metrics: &Metrics) -> f64 {
        self.losses_million(metrics) + self.unserved_million(metrics)
    }
}
