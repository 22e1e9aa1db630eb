//! Contingencies and what is watched, as a list says them: names and the records they mean.

use super::{ElementId, Name, Origin, Side};
use crate::ids::BusId;

/// What fails together, by the name that a list gives it.
#[derive(Clone, PartialEq, Debug)]
pub struct Contingency {
    /// Its name, unique in the list.
    pub id: Name,
    /// What is lost, each record once, in the order of the list. A bus is lost with all that stands at it.
    pub lost: Vec<ElementId>,
    /// What is switched in at the same time.
    pub closed: Vec<ElementId>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a list wants to be watched.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Watched {
    /// Branches whose loading is watched, each once, in the order of the list.
    pub branches: Vec<ElementId>,
    /// Sums of flows.
    pub interfaces: Vec<Interface>,
    /// Bands of voltage.
    pub bands: Vec<VoltageBand>,
}

/// A sum of active powers over several branches.
#[derive(Clone, PartialEq, Debug)]
pub struct Interface {
    /// Its name.
    pub id: Name,
    /// Most that may flow, where the list says.
    pub rating_mw: Option<f64>,
    /// Its branches, and the end at which the flow that counts enters.
    pub branches: Vec<(ElementId, Side)>,
}

/// A band for the voltage of some buses.
#[derive(Clone, PartialEq, Debug)]
pub struct VoltageBand {
    /// The buses, each once, in the order of the grid.
    pub buses: Vec<BusId>,
    /// What is held against it.
    pub of: BandOf,
    /// Lower end, p.u. on rated voltage; of a change it is how far the voltage may fall (positive).
    pub low_pu: f64,
    /// Upper end, likewise; infinite where there is none.
    pub high_pu: f64,
}

/// What a band of voltage is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BandOf {
    /// The voltage.
    Voltage,
    /// Its change against the state before the contingency.
    Change,
}
