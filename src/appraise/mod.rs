//! Studies that judge: the verdict over stages, scenarios and criteria.

mod cell;
mod judged;
mod summary;
mod told;
pub mod verdict;

pub use cell::{Cell, Judgement, Worst};
pub use judged::{Cleared, Group, JudgedViolation};
pub use summary::{BranchLoading, BusVoltage, CostSum, Infeed, StateSummary};
pub use told::{MovedLoad, NotJudged, State, Told};
pub use verdict::{Exit, Verdict};
