//! A shunt: capacitor bank, reactor or constant admittance, fixed or switched.

use super::{Bank, Name, Origin};
use crate::ids::BusId;

/// A shunt.
#[derive(Clone, PartialEq, Debug)]
pub struct Shunt {
    /// Id, unique among shunts.
    pub id: Name,
    /// Bus it stands at.
    pub bus: BusId,
    /// Active power drawn at rated voltage.
    pub g_mw: f64,
    /// Reactive power fed in at rated voltage: positive for a capacitor. Of a switched one, what is in at hand.
    pub b_mvar: f64,
    /// Its steps, where it can be switched.
    pub bank: Option<Bank>,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

impl Shunt {
    /// A built fixed shunt in service.
    #[must_use]
    pub fn new(id: impl Into<Name>, bus: BusId, g_mw: f64, b_mvar: f64) -> Self {
        Self {
            id: id.into(),
            bus,
            g_mw,
            b_mvar,
            bank: None,
            built: true,
            in_service: true,
            origin: Origin::default(),
        }
    }
}
