//! The grid and the plan in engineering units: names, records, no algorithm but replay.
//!
//! A [`Network`] is a set of tables; a [`Plan`] is a network in which every record says whether it is built,
//! and the dated works that build, remove or change records. All quantities carry their unit as the last
//! word of their name.

mod amendment;
mod area;
mod bank;
mod bus;
mod catalogue;
mod change;
mod compensator;
mod contingency;
mod correction;
mod criteria_set;
mod dc_link;
mod demand;
mod difference;
mod element;
mod expected;
mod field;
mod forecast;
mod generator;
pub mod layout;
mod line;
pub mod lint;
mod load;
mod money;
mod network;
mod origin;
mod plan;
mod project;
mod rating;
mod record;
mod replay;
mod series;
mod shunt;
mod stage_grid;
mod standing;
mod substation;
mod switch;
mod tap_control;
mod transformer;
mod transformer3;
pub mod validate;
mod work;

pub use amendment::{APPROVED, Amend, Amendment, AsOf, Edit, Standing, same_cell};
pub use area::Area;
pub use bank::{Bank, BankControl, BankMode, Block};
pub use bus::Bus;
pub use catalogue::{Catalogue, LineKind, LineType, TransformerType};
pub use change::{Change, Field, FieldKind, Op, Value};
pub use compensator::{Compensator, CompensatorKind, CompensatorLimits};
pub use contingency::{BandOf, Contingency, Interface, VoltageBand, Watched};
pub use correction::{Correction, CorrectionOf, CorrectionPoint};
pub use criteria_set::{
    CriteriaSet, Demand, GridState, Loading, Loss, N1, RatingKind, Rule, Security, Waiver,
};
pub use dc_link::{ConverterAc, DcLink, Lcc, LccConverter, LccOrder, LccSetpoint, Vsc, VscConverter, VscDc};
pub use demand::{Drawn, StationDemand};
pub use difference::{Difference, What};
pub use element::{ElementId, ElementKind};
pub use expected::{Expected, ExpectedOf, ExpectedValue, tolerance_of};
pub use forecast::{Amount, Forecast, ForecastKind, ForecastRow, Interpolation, MvTransfer, ScheduleRow};
pub use generator::{Capability, Control, Generator, GeneratorKind};
pub use line::{EndShunt, Line, LineImpedance, Section, SeriesCompensation, SeriesControl};
pub use lint::lint;
pub use load::{Load, LoadModel};
pub use money::{
    Budget, Exchange, FirstFlow, Money, Parameter, PriceIndex, SpendProfile, UnitCost, UnitCostOf,
};
pub use network::Network;
pub use origin::{Confidence, Origin};
pub use plan::{Base, Bay, Head, Horizon, Plan, Scenario, Stage};
pub use project::{
    ConstructionOutage, Cost, Obstacle, Phase, PlanDate, Precision, Project, ProjectKind, Spend, Status,
};
pub use rating::{Rating, RatingUnit};
pub use record::Record;
pub use replay::{Applied, Replay, Selection};
pub use shunt::Shunt;
pub use stage_grid::{LostLoad, MovedLoad, StageGrid};
pub use substation::Substation;
pub use switch::{Switch, SwitchKind};
pub use tap_control::{LineDrop, PhaseControl, TapControl, TapTarget};
pub use transformer::{Nameplate, Side, Tap, Transformer, TransformerImpedance};
pub use transformer3::{StarImpedance, Transformer3, Winding};
pub use work::{ADD_SHUNT, LoadMove, Stretch, WORK_WORDS, Work, WorkKind, WorkWord};

/// An id or name as the file has it; short ones live without an allocation.
pub type Name = compact_str::CompactString;
