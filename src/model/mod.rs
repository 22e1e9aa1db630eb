//! The grid and the plan in engineering units: names, records, no algorithm but replay.
//!
//! A [`Network`] is a set of tables; a [`Plan`] is a network in which every record says whether it is built,
//! and the dated works that build, remove or change records. All quantities carry their unit as the last
//! word of their name.

mod bus;
mod catalogue;
mod change;
mod criteria_set;
mod element;
mod forecast;
mod generator;
mod line;
mod load;
mod network;
mod origin;
mod plan;
mod project;
mod rating;
mod shunt;
mod substation;
mod switch;
mod transformer;
pub mod validate;

pub use bus::Bus;
pub use catalogue::{Catalogue, LineKind, LineType, TransformerType};
pub use change::{Change, Field, Op, Value};
pub use criteria_set::{CriteriaSet, Demand, GridState, Loading, RatingKind, Rule, Waiver};
pub use element::{ElementId, ElementKind};
pub use forecast::{Amount, Forecast, ForecastKind, ForecastRow, Interpolation, MvTransfer, ScheduleRow};
pub use generator::{Control, Generator, GeneratorKind};
pub use line::{Line, LineImpedance, Section};
pub use load::Load;
pub use network::Network;
pub use origin::{Confidence, Origin};
pub use plan::{Base, Head, Horizon, LossFactor, Money, Plan, Scenario, Stage};
pub use project::{Cost, Phase, PlanDate, Precision, Project, ProjectKind, Status};
pub use rating::{Rating, RatingUnit};
pub use shunt::Shunt;
pub use substation::Substation;
pub use switch::{Switch, SwitchKind};
pub use transformer::{Nameplate, Side, Tap, Transformer, TransformerImpedance};

/// An id or name as the file has it; short ones live without an allocation.
pub type Name = compact_str::CompactString;
