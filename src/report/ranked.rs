//! A ranking with all that it takes to tell it.

use crate::appraise::capital::Capital;
use crate::appraise::rank::{Game, Method, Metric, Prices, Rank};

/// A ranking.
#[derive(Clone, Copy, Debug)]
pub struct Ranked<'a> {
    /// The states it was made from.
    pub game: &'a Game<'a>,
    /// What works cost.
    pub capital: &'a Capital,
    /// What losses and energy not served cost.
    pub prices: Prices,
    /// The works, best first.
    pub rows: &'a [Rank],
    /// What they are sorted by.
    pub method: Method,
    /// What is measured.
    pub metric: Metric,
}
