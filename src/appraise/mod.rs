//! Studies that judge: the verdict over stages, scenarios and criteria.

mod asked;
pub mod baseline;
mod cell;
pub mod compare;
mod construction;
pub mod dated;
mod effect;
pub mod expected;
mod fault_rules;
pub mod headroom;
mod history;
mod judged;
mod judging;
pub mod need;
mod notes;
mod outages;
mod sequences;
mod summary;
pub mod supply;
mod told;
mod touch;
pub mod verdict;
mod works;

pub use asked::{outages_asked, own_limits_after_a_fault, rules_after_a_fault, transfer_minutes};
pub use cell::{Cell, Judgement, Worst};
pub use construction::{ConstructionCheck, judge_construction};
pub use effect::{Effect, STEP_PERCENT, Side, StateEffect, effect};
pub use fault_rules::{FaultRules, Measured};
pub use judged::{Cleared, Group, JudgedViolation};
pub use outages::{
    Keep, KeptPart, OutageResult, OutageVerdict, OutagesTold, judge_and_keep, judge_each, judge_outages,
};
pub use sequences::judge_sequences;
pub use summary::{BranchLoading, BusVoltage, CostSum, Infeed, StateSummary};
pub use told::{NotJudged, State, Told, TransferredLoad};
pub use verdict::{Exit, JudgeOptions, StateOutages, Verdict, judge};
