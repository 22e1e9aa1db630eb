//! A bus: a node of the grid at one rated voltage.

use super::{Name, Origin};
use crate::ids::SubstationId;

/// A bus.
#[derive(Clone, PartialEq, Debug)]
pub struct Bus {
    /// The file's own number or id, unique among buses.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// The substation it stands in.
    pub substation: Option<SubstationId>,
    /// Rated voltage; 0 where the file gives none, and results in kV are then missing.
    pub vn_kv: f64,
    /// Voltage magnitude stored with the grid: a start value, on `vn_kv`.
    pub vm_start_pu: Option<f64>,
    /// Voltage angle stored with the grid: a start value, and the reference angle at a slack bus.
    pub va_start_deg: Option<f64>,
    /// Lowest voltage the file allows here.
    pub vm_min_pu: Option<f64>,
    /// Highest voltage the file allows here.
    pub vm_max_pu: Option<f64>,
    /// Area number or name; empty where there is none.
    pub area: Name,
    /// Zone number or name; empty where there is none.
    pub zone: Name,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

impl Bus {
    /// A built bus in service, with everything else unknown.
    #[must_use]
    pub fn new(id: impl Into<Name>, vn_kv: f64) -> Self {
        Self {
            id: id.into(),
            name: String::new(),
            substation: None,
            vn_kv,
            vm_start_pu: None,
            va_start_deg: None,
            vm_min_pu: None,
            vm_max_pu: None,
            area: Name::default(),
            zone: Name::default(),
            built: true,
            in_service: true,
            origin: Origin::default(),
        }
    }
}
