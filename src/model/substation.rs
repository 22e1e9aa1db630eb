//! A substation: the yard that buses and transformers stand in.

use super::{Name, Origin};

/// A substation.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Substation {
    /// Id, unique among substations.
    pub id: Name,
    /// Name in the planner's language.
    pub name: String,
    /// District or area it belongs to.
    pub district: Name,
    /// Latitude, positive north.
    pub lat_deg: Option<f64>,
    /// Longitude, positive east.
    pub lon_deg: Option<f64>,
    /// Where it comes from.
    pub origin: Origin,
}
