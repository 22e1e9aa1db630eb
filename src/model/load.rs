//! A load: power drawn at a bus, constant or by its voltage.

use super::{Name, Origin};
use crate::ids::BusId;

/// A load.
#[derive(Clone, PartialEq, Debug)]
pub struct Load {
    /// Id, unique among loads.
    pub id: Name,
    /// Bus it is drawn from.
    pub bus: BusId,
    /// Active power drawn at rated voltage.
    pub p_mw: f64,
    /// Reactive power drawn at rated voltage (inductive positive).
    pub q_mvar: f64,
    /// How the power follows the voltage.
    pub model: LoadModel,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// How the power of a load follows the voltage `v` [p.u.] of its bus.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum LoadModel {
    /// Not at all.
    #[default]
    Power,
    /// `p·((1 − i − z) + i·v + z·v²)`: shares of constant current `i` and constant impedance `z`.
    Zip {
        /// Share of the active power that is a constant current.
        p_current: f64,
        /// Share of the active power that is a constant impedance.
        p_impedance: f64,
        /// Share of the reactive power that is a constant current.
        q_current: f64,
        /// Share of the reactive power that is a constant impedance.
        q_impedance: f64,
    },
    /// `p·v^p_exponent` and `q·v^q_exponent`.
    Exponential {
        /// Exponent of the active power.
        p_exponent: f64,
        /// Exponent of the reactive power.
        q_exponent: f64,
    },
}

impl Load {
    /// A built load of constant power in service.
    #[must_use]
    pub fn new(id: impl Into<Name>, bus: BusId, p_mw: f64, q_mvar: f64) -> Self {
        Self {
            id: id.into(),
            bus,
            p_mw,
            q_mvar,
            model: LoadModel::Power,
            built: true,
            in_service: true,
            origin: Origin::default(),
        }
    }
}
