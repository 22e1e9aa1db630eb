//! A switch between two buses: a coupler or a sectionaliser.

use super::{Name, Origin};
use crate::ids::BusId;

/// What kind of switch it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum SwitchKind {
    /// Can break fault current.
    #[default]
    Breaker,
    /// Can only be moved without current.
    Disconnector,
}

impl SwitchKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Breaker, Self::Disconnector];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaker => "breaker",
            Self::Disconnector => "disconnector",
        }
    }
}

/// A switch between two buses of the same rated voltage. Closed, it makes them one.
#[derive(Clone, PartialEq, Debug)]
pub struct Switch {
    /// Id, unique among switches.
    pub id: Name,
    /// One side.
    pub from: BusId,
    /// The other side.
    pub to: BusId,
    /// Breaker or disconnector.
    pub kind: SwitchKind,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Where it comes from.
    pub origin: Origin,
}
