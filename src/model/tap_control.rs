//! What a tap changer or phase shifter holds under load.

use crate::ids::BusId;

/// What moves a tap changer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TapControl {
    /// What is held.
    pub target: TapTarget,
    /// Whether it moves; a locked one keeps its position.
    pub active: bool,
}

/// What a tap changer holds, between two ends: it does not move inside.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TapTarget {
    /// The voltage of a bus.
    Voltage {
        /// The bus; `None` for that of the `to` winding.
        bus: Option<BusId>,
        /// Lowest voltage accepted, on the rated voltage of the bus.
        min_pu: f64,
        /// Highest voltage accepted.
        max_pu: f64,
        /// The relay's line-drop compensation: the voltage of a point farther out is held instead.
        drop: Option<LineDrop>,
    },
    /// The reactive power entering at `from`.
    Reactive {
        /// Least accepted.
        min_mvar: f64,
        /// Most accepted.
        max_mvar: f64,
    },
}

/// Line-drop compensation: `v_held = |v_bus − (r + jx)·i|`, with the current that the transformer sends to that bus.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LineDrop {
    /// Resistance on the network's `sbase_mva` and the rated voltage of the bus.
    pub r_pu: f64,
    /// Reactance, likewise.
    pub x_pu: f64,
}

/// What moves the angle of a phase shifter: it holds the active power entering at `from`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PhaseControl {
    /// Least power accepted.
    pub p_min_mw: f64,
    /// Most power accepted.
    pub p_max_mw: f64,
    /// Smallest angle that it has; [`super::Transformer::shift_deg`] is the angle at hand.
    pub shift_min_deg: f64,
    /// Largest angle.
    pub shift_max_deg: f64,
    /// Angle of one step; 0 where any angle can be set.
    pub shift_step_deg: f64,
    /// Whether it moves; a locked one keeps its angle.
    pub active: bool,
}
