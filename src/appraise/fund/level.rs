//! How bad a selection is over all years, so that any two can be compared.
//!
//! ```text
//! first   years without a load-flow solution: fewer are better, whatever else is told of the others
//! then    Σ over years of the metric, discounted; of money with what the works cost
//! ```

use std::cmp::Ordering;

/// Changes of the metric that count as none, metric-years.
pub(super) const NOTHING: f64 = 1e-3;

/// How bad a selection is over all years.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Level {
    /// Years without a load-flow solution, each scenario by itself.
    pub unsolved: f64,
    /// The metric over all years, discounted.
    pub sum: f64,
}

impl Level {
    /// Whether it is better than another, by more than nothing.
    #[must_use]
    pub fn is_better_than(self, other: Self) -> bool {
        match self.unsolved.total_cmp(&other.unsolved) {
            Ordering::Less => true,
            Ordering::Equal => self.sum < other.sum - NOTHING,
            Ordering::Greater => false,
        }
    }

    /// The order from good to bad.
    #[must_use]
    pub fn order(self, other: Self) -> Ordering {
        self.unsolved.total_cmp(&other.unsolved).then(self.sum.total_cmp(&other.sum))
    }
}
