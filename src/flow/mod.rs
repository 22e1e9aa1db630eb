//! Load flow.
//!
//! [`load_flow`] solves all islands of a network; the algorithm is [`newton::solve`].

mod control;
pub mod dc;
mod joined;
pub mod kernel;
mod load_flow;
pub mod newton;
mod outcome;
pub mod plausible;
mod result;
pub mod solvable;
pub mod start;

pub use control::{Action, Controls, Ended};
pub use load_flow::{FlowOptions, Method, StartPolicy, load_flow};
pub use result::{
    BranchColumns, BusColumns, CompensatorColumns, GeneratorColumns, IslandReport, LevelLosses, LoadFlow,
    Losses, Start, Status,
};
