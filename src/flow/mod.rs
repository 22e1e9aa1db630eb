//! Load flow.

mod result;

pub use result::{
    BranchColumns, BusColumns, GeneratorColumns, IslandReport, LevelLosses, LoadFlow, Losses, Start, Status,
};
