//! A control area: buses whose exchange with the rest of the grid is scheduled.

use super::{Name, Origin};
use crate::ids::BusId;

/// A control area. Buses belong to it by [`super::Bus::area`].
#[derive(Clone, PartialEq, Debug)]
pub struct Area {
    /// The id that its buses name.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// Active power that it sends out on balance; negative where it draws.
    pub interchange_mw: f64,
    /// How far the interchange may be off.
    pub tolerance_mw: f64,
    /// The bus whose machines make good what is off.
    pub slack_bus: BusId,
    /// Where it comes from.
    pub origin: Origin,
}
