//! A static compensator: reactive power by power electronics, an SVC or a STATCOM.

use super::{Name, Origin};
use crate::ids::BusId;

/// A static compensator. Within its limits it holds `vm = vm_setpoint − slope·q`; at a limit, what is limited.
#[derive(Clone, PartialEq, Debug)]
pub struct Compensator {
    /// Id, unique among compensators.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// Bus it stands at.
    pub bus: BusId,
    /// The bus whose voltage it holds; `None` for its own.
    pub regulated_bus: Option<BusId>,
    /// What it is, which says what a limit means.
    pub kind: CompensatorKind,
    /// Voltage that it holds when it feeds in nothing, on the rated voltage of that bus.
    pub vm_setpoint_pu: f64,
    /// By how much the voltage held falls from no output to `limits.max_mvar`, percent of rated; 0 holds it stiff.
    pub slope_percent: f64,
    /// Its range.
    pub limits: CompensatorLimits,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// The range of a compensator, at rated voltage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CompensatorLimits {
    /// Least reactive power fed in; negative where it can draw.
    pub min_mvar: f64,
    /// Most reactive power fed in.
    pub max_mvar: f64,
}

/// What a compensator is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum CompensatorKind {
    /// Reactors and capacitors: at a limit it is an admittance, so its power goes with the voltage squared.
    #[default]
    Svc,
    /// A converter: at a limit it is a current, so its power goes with the voltage.
    Statcom,
}

impl CompensatorKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Svc, Self::Statcom];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Svc => "svc",
            Self::Statcom => "statcom",
        }
    }
}
