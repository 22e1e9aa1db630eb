//! What the stations draw on a day in a scenario: the forecast, layer by layer.
//!
//! ```text
//! base(s, t)   = base rows of station s; a scenario's own row replaces that of `*` for the same year
//! p(s, t)      = f · [ base + Σ other rows in MW + Σ other rows in percent / 100 · base ]
//! q(s, t)      = f · Σ p_row · tan φ_row        (a row without a power factor has that of the base rows,
//!                                                base rows without one that of the station's load records)
//! f            = load factor of the scenario
//! ```
//!
//! Rows of one kind, station and scenario are a series over the years, each interpolated by itself; several of
//! the same year add up. Before its first year a series is 0, after its last year its last value holds.

use super::series::{Spot, between, spot, time};
use super::{Amount, ForecastKind, Interpolation, Plan};
use crate::ids::{Id, ScenarioId, SubstationId};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What the stations draw.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Drawn {
    /// Each station with a forecast, in the order of the table.
    pub stations: Vec<StationDemand>,
    /// What the base rows for all scenarios give together, before load factor and other layers (MW).
    pub base_mw: f64,
    /// Number of stations for which a last value was held beyond its year.
    pub held: usize,
}

/// What one station draws.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct StationDemand {
    /// The station.
    pub substation: SubstationId,
    /// Active power.
    pub p_mw: f64,
    /// Reactive power, inductive positive.
    pub q_mvar: f64,
}

impl Drawn {
    /// What all stations draw together (MW).
    #[must_use]
    pub fn total_mw(&self) -> f64 {
        self.stations.iter().map(|station| station.p_mw).sum()
    }
}

/// A figure of a series: amount, and reactive over active power where it is said.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Figure {
    amount: f64,
    tan_phi: Option<f64>,
}

type Series = Vec<(i16, Figure)>;

/// The rows of one station, sorted into series.
#[derive(Default)]
struct Layers {
    /// Base rows for all scenarios, and the same with the scenario's own.
    base: Series,
    own_base: Series,
    /// Other rows: by kind, whether for this scenario only, whether in percent.
    others: BTreeMap<(ForecastKind, bool, bool), Series>,
}

impl Plan {
    /// What the stations draw on the day `at` in a scenario.
    #[must_use]
    pub fn demand(&self, at: Date, scenario: ScenarioId) -> Drawn {
        let t = time(at);
        let rule = self.forecast.interpolation;
        let factor = self.scenarios[scenario].load_factor;
        let (stations, all) = self.layers(scenario);
        let recorded = self.recorded_tan_phi();
        let mut demand = Drawn::default();
        for (substation, layers) in &stations {
            let mut held = false;
            let base = value(&layers.own_base, t, rule, &mut held);
            demand.base_mw += value(&layers.base, t, rule, &mut held).amount;
            let tan_phi = base.tan_phi.unwrap_or_else(|| recorded[substation.index()]);
            let (mut p_mw, mut q_mvar) = (base.amount, base.amount * tan_phi);
            for (&(_, _, percent), series) in layers.others.iter().chain(&all.others) {
                let figure = value(series, t, rule, &mut held);
                let p = if percent { figure.amount / 100.0 * base.amount } else { figure.amount };
                p_mw += p;
                q_mvar += p * figure.tan_phi.unwrap_or(tan_phi);
            }
            demand.held += usize::from(held);
            demand.stations.push(StationDemand {
                substation: *substation,
                p_mw: factor * p_mw,
                q_mvar: factor * q_mvar,
            });
        }
        demand
    }

    /// The rows that hold in a scenario, by station, and those for all stations.
    fn layers(&self, scenario: ScenarioId) -> (BTreeMap<SubstationId, Layers>, Layers) {
        let own = &self.scenarios[scenario].id;
        let mut stations: BTreeMap<SubstationId, Layers> = BTreeMap::new();
        let mut all = Layers::default();
        for row in &self.forecast.rows {
            if row.scenario.as_ref().is_some_and(|scenario| scenario != own) {
                continue;
            }
            let (amount, percent) = match row.amount {
                Amount::Mw(p_mw) => (p_mw, false),
                Amount::Percent(percent) => (percent, true),
            };
            let figure = Figure { amount, tan_phi: row.power_factor.map(tan_phi) };
            let layers = match row.substation {
                Some(substation) => stations.entry(substation).or_default(),
                None => &mut all,
            };
            let series = match row.kind {
                ForecastKind::Base if row.scenario.is_some() => &mut layers.own_base,
                ForecastKind::Base => &mut layers.base,
                kind => layers.others.entry((kind, row.scenario.is_some(), percent)).or_default(),
            };
            series.push((row.year, figure));
        }
        for layers in stations.values_mut().chain([&mut all]) {
            add_up(&mut layers.base);
            add_up(&mut layers.own_base);
            layers.others.values_mut().for_each(add_up);
            let own: Vec<i16> = layers.own_base.iter().map(|figure| figure.0).collect();
            layers.own_base.extend(layers.base.iter().filter(|(year, _)| !own.contains(year)));
            layers.own_base.sort_by_key(|figure| figure.0);
        }
        (stations, all)
    }

    /// Reactive over active power of each station's load records; 0 where they draw nothing.
    fn recorded_tan_phi(&self) -> Vec<f64> {
        let mut sums = vec![(0.0, 0.0); self.network.substations.len()];
        for load in &self.network.loads {
            if let Some(substation) = self.network.buses[load.bus].substation {
                let (p, q) = &mut sums[substation.index()];
                *p += load.p_mw;
                *q += load.q_mvar;
            }
        }
        sums.into_iter().map(|(p, q)| if p > 0.0 { q / p } else { 0.0 }).collect()
    }
}

/// Reactive over active power at an inductive power factor.
fn tan_phi(power_factor: f64) -> f64 {
    (1.0 / (power_factor * power_factor) - 1.0).max(0.0).sqrt()
}

/// Sorts figures by year and adds those of one year together.
fn add_up(series: &mut Series) {
    series.sort_by_key(|figure| figure.0);
    series.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1 = together(earlier.1, later.1);
        }
        same
    });
}

fn together(one: Figure, two: Figure) -> Figure {
    let amount = one.amount + two.amount;
    let tan_phi = match (one.tan_phi, two.tan_phi) {
        (Some(first), Some(second)) if amount != 0.0 => {
            Some((one.amount * first + two.amount * second) / amount)
        }
        (first, second) => first.or(second),
    };
    Figure { amount, tan_phi }
}

/// The value of a series at the time `t`; says in `held` if its last value was held.
fn value(series: &Series, t: f64, rule: Interpolation, held: &mut bool) -> Figure {
    match spot(series, t) {
        Spot::Before => Figure { amount: 0.0, tan_phi: series.first().and_then(|first| first.1.tan_phi) },
        Spot::Between(earlier, later, way) => Figure {
            amount: between(rule, earlier.amount, later.amount, way),
            tan_phi: match (earlier.tan_phi, later.tan_phi) {
                (Some(first), Some(second)) => Some(between(Interpolation::Linear, first, second, way)),
                (first, second) => first.or(second),
            },
        },
        Spot::After(last, beyond) => {
            *held |= beyond;
            *last
        }
    }
}
