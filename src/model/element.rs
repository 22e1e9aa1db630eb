//! A reference to a record of any table.

use crate::ids::{BusId, GeneratorId, LineId, LoadId, ShuntId, SubstationId, SwitchId, TransformerId};

/// A record of any table of a network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ElementId {
    /// A substation.
    Substation(SubstationId),
    /// A bus.
    Bus(BusId),
    /// A line circuit.
    Line(LineId),
    /// A transformer.
    Transformer(TransformerId),
    /// A generator or boundary.
    Generator(GeneratorId),
    /// A load.
    Load(LoadId),
    /// A shunt.
    Shunt(ShuntId),
    /// A switch.
    Switch(SwitchId),
}

/// The table a record belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ElementKind {
    /// Substations.
    Substation,
    /// Buses.
    Bus,
    /// Line circuits.
    Line,
    /// Transformers.
    Transformer,
    /// Generators and boundaries.
    Generator,
    /// Loads.
    Load,
    /// Shunts.
    Shunt,
    /// Switches.
    Switch,
}

impl ElementKind {
    /// All kinds, in the order of the tables.
    pub const ALL: [Self; 8] = [
        Self::Substation,
        Self::Bus,
        Self::Line,
        Self::Transformer,
        Self::Generator,
        Self::Load,
        Self::Shunt,
        Self::Switch,
    ];

    /// The word used in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Substation => "substation",
            Self::Bus => "bus",
            Self::Line => "line",
            Self::Transformer => "transformer",
            Self::Generator => "generator",
            Self::Load => "load",
            Self::Shunt => "shunt",
            Self::Switch => "switch",
        }
    }
}

impl ElementId {
    /// The table it belongs to.
    #[must_use]
    pub fn kind(self) -> ElementKind {
        match self {
            Self::Substation(_) => ElementKind::Substation,
            Self::Bus(_) => ElementKind::Bus,
            Self::Line(_) => ElementKind::Line,
            Self::Transformer(_) => ElementKind::Transformer,
            Self::Generator(_) => ElementKind::Generator,
            Self::Load(_) => ElementKind::Load,
            Self::Shunt(_) => ElementKind::Shunt,
            Self::Switch(_) => ElementKind::Switch,
        }
    }
}
