//! A two-terminal direct-current link: line-commutated (thyristors) or voltage-source (transistors).

use super::{Name, Origin};
use crate::ids::BusId;

/// A two-terminal link; direct current flows from `from` to `to`.
#[derive(Clone, PartialEq, Debug)]
pub enum DcLink {
    /// Line-commutated converters.
    Lcc(Box<Lcc>),
    /// Voltage-source converters.
    Vsc(Box<Vsc>),
}

/// A link of line-commutated converters.
///
/// With `n` bridges, no-load voltage `e_do = (3√2/π)·n·e_ac` and commutation by `xc` and `rc`:
///
/// ```text
/// rectifier  v_d = e_do·cos α − n·(3/π·xc + 2·rc)·i_d        inverter  v_d = e_do·cos γ − n·(3/π·xc − 2·rc)·i_d
/// v_d(rectifier) = v_d(inverter) + r·i_d
/// ```
#[derive(Clone, PartialEq, Debug)]
pub struct Lcc {
    /// Id, unique among direct-current links.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// What is scheduled.
    pub setpoint: LccSetpoint,
    /// Resistance of the line.
    pub r_ohm: f64,
    /// Scheduled direct voltage at the inverter, compounded by [`Self::compounding_ohm`].
    pub vd_kv: f64,
    /// Resistance behind the point where the direct voltage is held; 0 holds it at the inverter, `r_ohm` at the rectifier.
    pub compounding_ohm: f64,
    /// The converter that draws from the grid.
    pub rectifier: LccConverter,
    /// The converter that feeds the grid.
    pub inverter: LccConverter,
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// What a line-commutated link holds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LccSetpoint {
    /// Power or current.
    pub order: LccOrder,
    /// Margin by which the inverter takes over the current where the rectifier is at its angle limit, share of the order.
    pub margin: f64,
}

/// The order of a line-commutated link.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum LccOrder {
    /// Direct power at the rectifier (MW).
    PowerAtRectifier(f64),
    /// Direct power at the inverter (MW).
    PowerAtInverter(f64),
    /// Direct current (kA).
    Current(f64),
}

/// A line-commutated converter with its transformer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LccConverter {
    /// Bus on the alternating side.
    pub bus: BusId,
    /// Bridges in series.
    pub bridges: u32,
    /// Least firing angle (rectifier) or extinction angle (inverter).
    pub angle_min_deg: f64,
    /// Largest of these; the tap changer keeps the angle below it.
    pub angle_max_deg: f64,
    /// Commutating resistance per bridge.
    pub rc_ohm: f64,
    /// Commutating reactance per bridge.
    pub xc_ohm: f64,
    /// Rated voltage of the grid side of the transformer.
    pub vn_kv: f64,
    /// Transformer ratio: valve side over grid side, both rated.
    pub ratio_pu: f64,
    /// Tap at hand, on the grid side: 1 is rated.
    pub tap_pu: f64,
    /// Least tap.
    pub tap_min_pu: f64,
    /// Largest tap.
    pub tap_max_pu: f64,
    /// One step; 0 where it does not move.
    pub tap_step_pu: f64,
}

/// A link of voltage-source converters.
#[derive(Clone, PartialEq, Debug)]
pub struct Vsc {
    /// Id, unique among direct-current links.
    pub id: Name,
    /// Name beside the id; empty where there is none.
    pub name: String,
    /// Resistance of the line.
    pub r_ohm: f64,
    /// The two converters; one holds the direct voltage, the other the power.
    pub converters: [VscConverter; 2],
    /// Whether it stands in the state at hand.
    pub built: bool,
    /// Whether it is switched in.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// A voltage-source converter. Its losses are `loss_kw + loss_kw_per_a·i_d`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct VscConverter {
    /// Bus on the alternating side.
    pub bus: BusId,
    /// What it holds on the direct side.
    pub dc: VscDc,
    /// What it holds on the alternating side.
    pub ac: ConverterAc,
    /// Losses without current.
    pub loss_kw: f64,
    /// Losses by direct current.
    pub loss_kw_per_a: f64,
    /// Rated apparent power; `None` is unlimited.
    pub sn_mva: Option<f64>,
    /// Least reactive power fed in, where it holds a voltage; `None` is unlimited.
    pub q_min_mvar: Option<f64>,
    /// Most reactive power fed in.
    pub q_max_mvar: Option<f64>,
}

/// What a voltage-source converter holds on the direct side.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum VscDc {
    /// Direct voltage (kV).
    Voltage(f64),
    /// Power that it feeds into the grid (MW); negative where it draws.
    Power(f64),
}

/// What a voltage-source converter holds on the alternating side.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ConverterAc {
    /// Voltage of its bus, p.u. on its rated voltage.
    Voltage(f64),
    /// Reactive power fed in (Mvar).
    Reactive(f64),
}

impl DcLink {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &Name {
        match self {
            Self::Lcc(link) => &link.id,
            Self::Vsc(link) => &link.id,
        }
    }

    /// The buses of its two converters.
    #[must_use]
    pub fn buses(&self) -> [BusId; 2] {
        match self {
            Self::Lcc(link) => [link.rectifier.bus, link.inverter.bus],
            Self::Vsc(link) => link.converters.map(|converter| converter.bus),
        }
    }

    /// Whether it stands in the state at hand.
    #[must_use]
    pub fn built(&self) -> bool {
        match self {
            Self::Lcc(link) => link.built,
            Self::Vsc(link) => link.built,
        }
    }

    /// Says whether it stands.
    pub fn set_built(&mut self, built: bool) {
        match self {
            Self::Lcc(link) => link.built = built,
            Self::Vsc(link) => link.built = built,
        }
    }

    /// Switches it in or out.
    pub fn set_in_service(&mut self, in_service: bool) {
        match self {
            Self::Lcc(link) => link.in_service = in_service,
            Self::Vsc(link) => link.in_service = in_service,
        }
    }

    /// Whether it is switched in.
    #[must_use]
    pub fn in_service(&self) -> bool {
        match self {
            Self::Lcc(link) => link.in_service,
            Self::Vsc(link) => link.in_service,
        }
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        match self {
            Self::Lcc(link) => &link.origin,
            Self::Vsc(link) => &link.origin,
        }
    }
}
