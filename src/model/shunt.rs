//! A fixed shunt: capacitor bank, reactor or constant admittance.

use super::{Name, Origin};
use crate::ids::BusId;

/// A fixed shunt.
#[derive(Clone, PartialEq, Debug)]
pub struct Shunt {
    /// Id, unique among shunts.
    pub id: Name,
    /// Bus it stands at.
    pub bus: BusId,
    /// Active power drawn at rated voltage.
    pub g_mw: f64,
    /// Reactive power fed in at rated voltage: positive for a capacitor.
    pub b_mvar: f64,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}
