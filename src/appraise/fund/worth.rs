//! What a selection is worth in money: energy not served and losses that it saves, against what it costs.
//!
//! ```text
//! flow of a year = cost of losses and of energy not served without any of the works that are a choice
//!                  − the same with those selected − what is spent on them
//! ```
//!
//! Over the years judged only: what works are worth after the last one is not counted.

use crate::appraise::capital::{Terms, internal_rates};
use crate::appraise::rank::{Metrics, Prices};

/// A selection in money, millions of the plan's currency in prices of the plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Economics {
    /// By year: year, spent, losses saved, energy not served saved.
    pub years: Vec<(i16, f64, f64, f64)>,
    /// Net present value.
    pub npv_million: f64,
    /// Present value of what is spent.
    pub spent_million: f64,
    /// Present value of losses saved.
    pub losses_million: f64,
    /// Present value of energy not served saved.
    pub unserved_million: f64,
    /// Economic internal rates of return, p.u.: one, none, or several where the flows change their sign more than once.
    pub rates: Vec<f64>,
    /// Years in which the grid without these works has no load-flow solution: the energy not served is at least so much, and
    /// losses are not compared.
    pub unsolved: Vec<i16>,
}

/// The economics of a selection: by year what is spent, the metrics without any choice and with the selection.
#[must_use]
pub fn economics(
    terms: &Terms,
    prices: &Prices,
    years: &[(i16, f64, Metrics, Metrics)],
) -> Option<Economics> {
    if !prices.any() || years.is_empty() {
        return None;
    }
    let rows: Vec<(i16, f64, f64, f64)> = years
        .iter()
        .map(|(year, spent, none, with)| {
            let losses = if none.unsolved > 0.0 || with.unsolved > 0.0 {
                0.0
            } else {
                prices.losses_million(none) - prices.losses_million(with)
            };
            (*year, *spent, losses, prices.unserved_million(none) - prices.unserved_million(with))
        })
        .collect();
    let present =
        |of: fn(&(i16, f64, f64, f64)) -> f64| rows.iter().map(|row| terms.discount(row.0) * of(row)).sum();
    let (spent_million, losses_million): (f64, f64) = (present(|row| row.1), present(|row| row.2));
    let unserved_million: f64 = present(|row| row.3);
    let flows: Vec<f64> = rows.iter().map(|row| row.2 + row.3 - row.1).collect();
    Some(Economics {
        npv_million: losses_million + unserved_million - spent_million,
        spent_million,
        losses_million,
        unserved_million,
        rates: internal_rates(&flows),
        unsolved: years.iter().filter(|(_, _, none, _)| none.unsolved > 0.0).map(|row| row.0).collect(),
        years: rows,
    })
}
