//! A generator, or the equivalent of a neighbouring grid.

use super::{Name, Origin};
use crate::ids::BusId;

/// What stands behind a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum GeneratorKind {
    /// A generating unit or plant.
    #[default]
    Unit,
    /// A neighbouring grid seen from its border.
    Boundary,
}

/// What a source holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Control {
    /// Voltage and angle: it balances its island.
    Slack,
    /// Active power and voltage.
    Voltage,
    /// Active and reactive power.
    Fixed,
}

impl GeneratorKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Unit, Self::Boundary];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Boundary => "boundary",
        }
    }
}

impl Control {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Slack, Self::Voltage, Self::Fixed];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Voltage => "voltage",
            Self::Fixed => "fixed",
        }
    }
}

/// A point of a capability curve: what reactive power goes with an active power.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Capability {
    /// Active power fed in.
    pub p_mw: f64,
    /// Least reactive power there.
    pub q_min_mvar: f64,
    /// Most reactive power there.
    pub q_max_mvar: f64,
}

/// A generator or boundary equivalent.
#[derive(Clone, PartialEq, Debug)]
pub struct Generator {
    /// Id, unique among generators.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// Bus it feeds.
    pub bus: BusId,
    /// Unit or boundary.
    pub kind: GeneratorKind,
    /// What it holds.
    pub control: Control,
    /// Active power fed in; at a slack the share it was dispatched for.
    pub p_mw: f64,
    /// Reactive power fed in, where `control` is fixed; else a start value.
    pub q_mvar: f64,
    /// Voltage it holds, on the rated voltage of the bus whose voltage it holds.
    pub vm_setpoint_pu: f64,
    /// The bus whose voltage it holds; `None` for its own.
    pub regulated_bus: Option<BusId>,
    /// Least active power.
    pub p_min_mw: Option<f64>,
    /// Most active power; the import limit at a boundary.
    pub p_max_mw: Option<f64>,
    /// Least reactive power; `None` is unlimited.
    pub q_min_mvar: Option<f64>,
    /// Most reactive power; `None` is unlimited.
    pub q_max_mvar: Option<f64>,
    /// Capability curve by rising active power, which replaces the two limits above; linear in between, held
    /// beyond its ends. Empty where there is none.
    pub capability: Vec<Capability>,
    /// Weight of its share of the reactive power where several machines hold one voltage; `None`: by range.
    pub q_share: Option<f64>,
    /// Weight of its share of what a distributed slack balances; `None`: it takes no part.
    pub participation: Option<f64>,
    /// Rated power, where known.
    pub sn_mva: Option<f64>,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

impl Generator {
    /// A built unit in service without limits.
    #[must_use]
    pub fn new(id: impl Into<Name>, bus: BusId, control: Control, p_mw: f64, vm_setpoint_pu: f64) -> Self {
        Self {
            id: id.into(),
            name: String::new(),
            bus,
            kind: GeneratorKind::Unit,
            control,
            p_mw,
            q_mvar: 0.0,
            vm_setpoint_pu,
            regulated_bus: None,
            p_min_mw: None,
            p_max_mw: None,
            q_min_mvar: None,
            q_max_mvar: None,
            capability: Vec::new(),
            q_share: None,
            participation: None,
            sn_mva: None,
            built: true,
            in_service: true,
            origin: Origin::default(),
        }
    }
}
