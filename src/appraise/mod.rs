//! Studies that judge: the verdict over stages, scenarios and criteria.

mod cell;
mod history;
mod judged;
mod judging;
mod notes;
mod outages;
mod summary;
mod told;
mod touch;
pub mod verdict;
mod works;

pub use cell::{Cell, Judgement, Worst};
pub use judged::{Cleared, Group, JudgedViolation};
pub use outages::{
    OutageResult, OutageVerdict, judge_outages, own_limits_after_a_fault, rules_after_a_fault,
};
pub use summary::{BranchLoading, BusVoltage, CostSum, Infeed, StateSummary};
pub use told::{NotJudged, State, Told, TransferredLoad};
pub use verdict::{Exit, JudgeOptions, Verdict, judge};
