//! What the stations will draw, what the boundaries will feed in, and who carries whose load.

use super::{Name, Origin};
use crate::ids::{GeneratorId, SubstationId};

/// The load forecast: rows that add up.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Forecast {
    /// How values between given years are found; before a station's first year it draws nothing, after its
    /// last year the last value holds (and is told).
    pub interpolation: Interpolation,
    /// The rows, as given.
    pub rows: Vec<ForecastRow>,
}

/// The rule between two given years.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Interpolation {
    /// Equal steps.
    #[default]
    Linear,
    /// Equal growth rates; linear where an end is not positive.
    Compound,
}

impl Interpolation {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Linear, Self::Compound];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Compound => "compound",
        }
    }
}

/// One figure of the forecast: load at 31 December of a year's peak.
#[derive(Clone, PartialEq, Debug)]
pub struct ForecastRow {
    /// Scenario it holds for; `None` for all.
    pub scenario: Option<Name>,
    /// Year.
    pub year: i16,
    /// Station; `None` for all, which only relative rows may say.
    pub substation: Option<SubstationId>,
    /// Why the load is there, or not there.
    pub kind: ForecastKind,
    /// Active power (MW), or percent of the base rows.
    pub amount: Amount,
    /// Power factor (inductive) of the amount; `None` takes that of the station's base row.
    pub power_factor: Option<f64>,
    /// Where it comes from.
    pub origin: Origin,
}

/// How much a forecast row adds.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Amount {
    /// Active power; negative for load that is saved.
    Mw(f64),
    /// Share of the base rows of the same station and year; negative for load that is saved.
    Percent(f64),
}

/// Why load is there.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum ForecastKind {
    /// The general forecast.
    Base,
    /// Energy saving and demand-side management: its own layer.
    Dsm,
    /// A single large customer.
    Spot,
    /// Load planned to move from or to a neighbour.
    Transfer,
}

impl ForecastKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Base, Self::Dsm, Self::Spot, Self::Transfer];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Dsm => "dsm",
            Self::Spot => "spot",
            Self::Transfer => "transfer",
        }
    }
}

/// What a generator or boundary does in a year. Between rows power is interpolated linearly where both are in
/// service, else the earlier row holds; a generator without any row keeps what its record says.
#[derive(Clone, PartialEq, Debug)]
pub struct ScheduleRow {
    /// Scenario it holds for, unscaled; `None` for all, and power then scales with the scenario's load.
    pub scenario: Option<Name>,
    /// Year.
    pub year: i16,
    /// Generator or boundary.
    pub generator: GeneratorId,
    /// Active power; `None` for a slack.
    pub p_mw: Option<f64>,
    /// Voltage held.
    pub vm_setpoint_pu: Option<f64>,
    /// Whether it is connected.
    pub in_service: bool,
    /// Where it comes from.
    pub origin: Origin,
}

/// Load that a neighbouring station can take over through the medium-voltage grid.
#[derive(Clone, PartialEq, Debug)]
pub struct MvTransfer {
    /// Station that loses its supply.
    pub from: SubstationId,
    /// Station that takes over.
    pub to: SubstationId,
    /// How much.
    pub p_mw: f64,
    /// How long it takes.
    pub minutes: f64,
    /// Where it comes from.
    pub origin: Origin,
}
