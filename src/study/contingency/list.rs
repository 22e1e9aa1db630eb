//! Outages out of a list that was read.

use super::Outage;
use crate::model::Contingency;

/// The contingencies of a list as outages, in its order.
#[must_use]
pub fn of_list(list: &[Contingency]) -> Vec<Outage> {
    let outage = |one: &Contingency| Outage {
        id: one.id.clone(),
        elements: one.lost.clone(),
        closed: one.closed.clone(),
    };
    list.iter().map(outage).collect()
}
