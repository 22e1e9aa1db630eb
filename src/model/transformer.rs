//! A two-winding transformer.
//!
//! The ideal transformer is at the `from` end, the series impedance at the `to` end behind it; the
//! magnetising branch is split between both ends of the series impedance.

use super::{EndShunt, Name, Origin, PhaseControl, Rating, TapControl};
use crate::ids::{BusId, CorrectionId, TransformerTypeId};

/// A two-winding transformer (or an autotransformer whose tertiary carries no load).
#[derive(Clone, PartialEq, Debug)]
pub struct Transformer {
    /// Id, unique among lines and transformers.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// Bus of the high-voltage winding (or of the tapped one, in formats that say no more).
    pub from: BusId,
    /// Bus of the other winding.
    pub to: BusId,
    /// Impedance, as given.
    pub impedance: TransformerImpedance,
    /// Further off-nominal ratio at the `from` end; 1 where windings and taps say it all.
    pub ratio_pu: f64,
    /// Phase shift: positive if the `from` side leads. The clock number of `vector_group` is not in it, as
    /// radial parts of a grid turn as one.
    pub shift_deg: f64,
    /// Tap changer, where known.
    pub tap: Option<Tap>,
    /// What moves the tap changer; it then has a range.
    pub tap_control: Option<TapControl>,
    /// What moves the phase shift.
    pub phase_control: Option<PhaseControl>,
    /// How the impedance follows tap or shift.
    pub correction: Option<CorrectionId>,
    /// Shunts at its `from` and `to` bus, outside of the ideal transformer, switched with it.
    pub end_shunts: [EndShunt; 2],
    /// Vector group, for example `YNyn0`; empty where unknown.
    pub vector_group: Name,
    /// Ratings as given; where there is none, the rated power is the normal one.
    pub rating: Rating,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

impl Transformer {
    /// A built transformer in service without taps or ratings.
    #[must_use]
    pub fn new(id: impl Into<Name>, from: BusId, to: BusId, impedance: TransformerImpedance) -> Self {
        Self {
            id: id.into(),
            name: String::new(),
            from,
            to,
            impedance,
            ratio_pu: 1.0,
            shift_deg: 0.0,
            tap: None,
            tap_control: None,
            phase_control: None,
            correction: None,
            end_shunts: [EndShunt::default(); 2],
            vector_group: Name::default(),
            rating: Rating::default(),
            built: true,
            in_service: true,
            origin: Origin::default(),
        }
    }
}

/// The impedance of a transformer, as the file gives it. Only [`crate::case`] converts.
#[derive(Clone, PartialEq, Debug)]
pub enum TransformerImpedance {
    /// The figures of its own nameplate.
    Nameplate(Nameplate),
    /// A type of the catalogue.
    Type(TransformerTypeId),
    /// Per unit on `sbase_mva` and the rated voltage of the `to` bus.
    PerUnit {
        /// Series resistance.
        r_pu: f64,
        /// Series reactance.
        x_pu: f64,
        /// Magnetising conductance.
        g_pu: f64,
        /// Susceptance: charging positive, magnetising negative.
        b_pu: f64,
        /// Base of the four.
        sbase_mva: f64,
    },
}

/// What a transformer's nameplate and test report say.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Nameplate {
    /// Rated power.
    pub sn_mva: f64,
    /// Rated voltage of the `from` winding.
    pub vn_from_kv: f64,
    /// Rated voltage of the `to` winding.
    pub vn_to_kv: f64,
    /// Short-circuit voltage, percent of rated.
    pub uk_percent: f64,
    /// Load loss at rated current.
    pub pk_kw: f64,
    /// No-load loss.
    pub p0_kw: f64,
    /// No-load current, percent of rated.
    pub i0_percent: f64,
}

/// An end of a transformer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Side {
    /// The `from` winding.
    From,
    /// The `to` winding.
    To,
}

impl Side {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::From, Self::To];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// A tap changer. The tapped winding has `1 + (position − neutral)·step` of its rated turns.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Tap {
    /// The tapped winding.
    pub side: Side,
    /// Position at hand.
    pub position: i32,
    /// Position of rated turns.
    pub neutral: i32,
    /// Lowest position.
    pub min: i32,
    /// Highest position.
    pub max: i32,
    /// Turns per step, percent of rated.
    pub step_percent: f64,
}

impl Tap {
    /// Turns of the tapped winding over its rated turns.
    #[must_use]
    pub fn turns_pu(&self) -> f64 {
        1.0 + f64::from(self.position - self.neutral) * self.step_percent / 100.0
    }
}
