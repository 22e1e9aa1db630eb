//! A reference to a record of any table.

use crate::ids::{
    BusId, CompensatorId, DcLinkId, GeneratorId, LineId, LoadId, ShuntId, SubstationId, SwitchId,
    Transformer3Id, TransformerId,
};

/// A record of any table of a network.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub enum ElementId {
    /// A substation.
    Substation(SubstationId),
    /// A bus.
    Bus(BusId),
    /// A line circuit.
    Line(LineId),
    /// A two-winding transformer.
    Transformer(TransformerId),
    /// A three-winding transformer.
    Transformer3(Transformer3Id),
    /// A generator or boundary.
    Generator(GeneratorId),
    /// A load.
    Load(LoadId),
    /// A shunt.
    Shunt(ShuntId),
    /// A switch.
    Switch(SwitchId),
    /// A static compensator.
    Compensator(CompensatorId),
    /// A direct-current link.
    DcLink(DcLinkId),
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
    /// Two-winding transformers.
    Transformer,
    /// Three-winding transformers.
    Transformer3,
    /// Generators and boundaries.
    Generator,
    /// Loads.
    Load,
    /// Shunts.
    Shunt,
    /// Switches.
    Switch,
    /// Static compensators.
    Compensator,
    /// Direct-current links.
    DcLink,
}

impl ElementKind {
    /// All kinds, in the order of the tables.
    pub const ALL: [Self; 11] = [
        Self::Substation,
        Self::Bus,
        Self::Line,
        Self::Transformer,
        Self::Transformer3,
        Self::Generator,
        Self::Load,
        Self::Shunt,
        Self::Switch,
        Self::Compensator,
        Self::DcLink,
    ];

    /// The kinds that have a table in a plan's folder, so that works can build and change them.
    pub const IN_PLANS: [Self; 11] = Self::ALL;

    /// The word used in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Substation => "substation",
            Self::Bus => "bus",
            Self::Line => "line",
            Self::Transformer => "transformer",
            Self::Transformer3 => "transformer3",
            Self::Generator => "generator",
            Self::Load => "load",
            Self::Shunt => "shunt",
            Self::Switch => "switch",
            Self::Compensator => "compensator",
            Self::DcLink => "dc_link",
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
            Self::Transformer3(_) => ElementKind::Transformer3,
            Self::Generator(_) => ElementKind::Generator,
            Self::Load(_) => ElementKind::Load,
            Self::Shunt(_) => ElementKind::Shunt,
            Self::Switch(_) => ElementKind::Switch,
            Self::Compensator(_) => ElementKind::Compensator,
            Self::DcLink(_) => ElementKind::DcLink,
        }
    }
}
