//! Load flow.
//!
//! [`load_flow`] solves all islands of a network; the algorithm is [`newton::solve`].

mod control;
pub mod damped;
pub mod dc;
mod diagnosis;
pub mod fdlf;
mod joined;
pub mod kernel;
pub mod ladder;
pub mod lanes;
pub mod levenberg;
mod load_flow;
pub mod newton;
pub mod nose;
mod outcome;
pub mod plausible;
mod result;
mod slack;
pub mod solvable;
pub mod start;
mod told;

pub(crate) use control::limits_mvar;
pub use control::{Action, Controls, Ended, Still};
pub use diagnosis::{Diagnosis, Shed, WeakBus, diagnose, examine};
pub use ladder::{Means, StartPolicy};
pub use load_flow::{FlowOptions, Method, SolvedGrid, load_flow, solve_grid};
pub use result::{
    BranchColumns, BusColumns, CompensatorColumns, GeneratorColumns, IslandReport, LevelLosses, LinkColumns,
    LoadFlow, Losses, Start, Status, WindingColumns,
};
pub use slack::Slack;
