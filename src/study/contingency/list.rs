//! Outages out of a list that was read.

use super::Outage;
use crate::model::Contingency;

/// The contingencies of a list as outages, in its order; what a contingency switches in is not done, and so those that do
/// are not among them.
#[must_use]
pub fn of_list(list: &[Contingency]) -> Vec<Outage> {
    let plain = list.iter().filter(|one| one.closed.is_empty());
    plain.map(|one| Outage { id: one.id.clone(), elements: one.lost.clone() }).collect()
}
