//! A load: constant power drawn at a bus.

use super::{Name, Origin};
use crate::ids::BusId;

/// A load of constant power.
#[derive(Clone, PartialEq, Debug)]
pub struct Load {
    /// Id, unique among loads.
    pub id: Name,
    /// Bus it is drawn from.
    pub bus: BusId,
    /// Active power drawn.
    pub p_mw: f64,
    /// Reactive power drawn (inductive positive).
    pub q_mvar: f64,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}
