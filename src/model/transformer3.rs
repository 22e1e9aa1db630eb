//! A three-winding transformer: three windings on a star point that no file names.
//!
//! ```text
//! z12, z23, z31 measured between windings:   z1 = (z12 + z31 − z23)/2,   z2 = (z12 + z23 − z31)/2,   z3 = (z23 + z31 − z12)/2
//! ```
//!
//! Each winding is an ideal transformer (ratio, taps, shift) at its bus and its own impedance to the star point, which
//! is no bus: its voltage is a result of the transformer.

use super::{Name, Origin, PhaseControl, Rating, Tap, TapControl};
use crate::ids::{BusId, CorrectionId};

/// A three-winding transformer, or an autotransformer whose tertiary carries load or a reactor.
#[derive(Clone, PartialEq, Debug)]
pub struct Transformer3 {
    /// Id, unique among lines and transformers.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// High, medium and low-voltage winding.
    pub windings: [Winding; 3],
    /// Impedances between the windings, as given.
    pub impedance: StarImpedance,
    /// Vector group, for example `YNa0d11`; empty where unknown.
    pub vector_group: Name,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in as a whole.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// A winding of a three-winding transformer.
#[derive(Clone, PartialEq, Debug)]
pub struct Winding {
    /// Its bus.
    pub bus: BusId,
    /// Rated voltage; the ratio is on it. 0 means that of the bus.
    pub vn_kv: f64,
    /// Further off-nominal ratio at its bus; 1 where rated voltage and taps say it all.
    pub ratio_pu: f64,
    /// Phase shift: positive if the bus leads the star point.
    pub shift_deg: f64,
    /// Tap changer in this winding; its `side` is always `from`.
    pub tap: Option<Tap>,
    /// What moves the tap changer; the voltage held is that of the medium-voltage bus where it names none.
    pub tap_control: Option<TapControl>,
    /// What moves the phase shift.
    pub phase_control: Option<PhaseControl>,
    /// Correction of this winding's star impedance.
    pub correction: Option<CorrectionId>,
    /// Rating of this winding.
    pub rating: Rating,
    /// Whether this winding is switched in.
    pub in_service: bool,
}

/// The impedances of a three-winding transformer, as the file gives them. Only [`crate::case`] converts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum StarImpedance {
    /// From the test report, pair by pair: 1-2, 2-3, 3-1.
    Nameplate {
        /// Rated power to which the short-circuit voltage of each pair refers.
        sn_mva: [f64; 3],
        /// Short-circuit voltage of each pair, percent.
        uk_percent: [f64; 3],
        /// Load loss of each pair at the rated power above.
        pk_kw: [f64; 3],
        /// No-load loss.
        p0_kw: f64,
        /// No-load current, percent of rated at the rated power of pair 1-2.
        i0_percent: f64,
    },
    /// Per unit on `sbase_mva` and the rated voltages of the windings, pair by pair: 1-2, 2-3, 3-1.
    PerUnit {
        /// Series resistance of each pair.
        r_pu: [f64; 3],
        /// Series reactance of each pair.
        x_pu: [f64; 3],
        /// Magnetising conductance, at the first winding's bus.
        g_pu: f64,
        /// Magnetising susceptance, negative.
        b_pu: f64,
        /// Base of all of them.
        sbase_mva: f64,
    },
}

impl Winding {
    /// A winding at `bus` with rated turns and nothing else.
    #[must_use]
    pub fn new(bus: BusId) -> Self {
        Self {
            bus,
            vn_kv: 0.0,
            ratio_pu: 1.0,
            shift_deg: 0.0,
            tap: None,
            tap_control: None,
            phase_control: None,
            correction: None,
            rating: Rating::default(),
            in_service: true,
        }
    }
}
