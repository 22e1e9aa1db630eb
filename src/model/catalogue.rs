//! Conductor, cable and transformer types.

use super::{Correction, Name, Nameplate, Origin, Side, Tap};
use crate::ids::{Col, CorrectionId, LineTypeId, TransformerTypeId};

/// The equipment types that lines and transformers refer to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Catalogue {
    /// Conductors and cables.
    pub line_types: Col<LineTypeId, LineType>,
    /// Transformers.
    pub transformer_types: Col<TransformerTypeId, TransformerType>,
    /// Impedance correction tables.
    pub corrections: Col<CorrectionId, Correction>,
}

/// How a line type is laid.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum LineKind {
    /// Overhead.
    Overhead,
    /// Cable.
    Cable,
}

impl LineKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Overhead, Self::Cable];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overhead => "overhead",
            Self::Cable => "cable",
        }
    }
}

/// A conductor or cable type; values per circuit.
#[derive(Clone, PartialEq, Debug)]
pub struct LineType {
    /// Id, unique among line types.
    pub id: Name,
    /// Overhead or cable.
    pub kind: LineKind,
    /// What it is, in words.
    pub description: String,
    /// Highest rated voltage it is meant for.
    pub vn_kv: f64,
    /// Resistance at the stated temperature of the source.
    pub r_ohm_per_km: f64,
    /// Reactance.
    pub x_ohm_per_km: f64,
    /// Charging susceptance.
    pub b_us_per_km: f64,
    /// Continuous current.
    pub i_normal_ka: Option<f64>,
    /// Current after a fault, for minutes.
    pub i_emergency_ka: Option<f64>,
    /// Where it comes from.
    pub origin: Origin,
}

/// A transformer type.
#[derive(Clone, PartialEq, Debug)]
pub struct TransformerType {
    /// Id, unique among transformer types.
    pub id: Name,
    /// Ratings and losses between the two windings of the load flow.
    pub nameplate: Nameplate,
    /// Rated voltage of a tertiary that carries no load, where there is one.
    pub vn_tertiary_kv: Option<f64>,
    /// Vector group.
    pub vector_group: Name,
    /// The tapped winding, where there is one.
    pub tap_side: Option<Side>,
    /// Steps to each side of neutral.
    pub tap_steps: i32,
    /// Turns per step, percent.
    pub tap_step_percent: f64,
    /// Where it comes from.
    pub origin: Origin,
}

impl TransformerType {
    /// Its tap changer in the neutral position, if it has one. Positions count from 0 at neutral.
    #[must_use]
    pub fn tap_at_neutral(&self) -> Option<Tap> {
        self.tap_side.map(|side| Tap {
            side,
            position: 0,
            neutral: 0,
            min: self.tap_steps.saturating_neg(),
            max: self.tap_steps,
            step_percent: self.tap_step_percent,
        })
    }
}
