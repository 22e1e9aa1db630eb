//! One line per stage and scenario: load, losses, worst voltage and loading, works and their cost.

use crate::flow::Status;
use crate::ids::{BusId, GeneratorId, ProjectId, ScenarioId, StageId};
use crate::model::ElementId;

/// A solved (or unsolved) state in one line.
#[derive(Clone, PartialEq, Debug)]
pub struct StateSummary {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// How the load flow ended. All results below are NaN or `None` where it did not converge.
    pub status: Status,
    /// Newton steps.
    pub iterations: usize,
    /// Largest mismatch left, p.u.
    pub mismatch_pu: f64,
    /// Load served.
    pub load_mw: f64,
    /// Reactive load served.
    pub load_mvar: f64,
    /// Load that stands but is not served: stations not in service and dead parts of the grid.
    pub lost_load_mw: f64,
    /// Active losses of all lines and transformers.
    pub losses_mw: f64,
    /// The same as a share of the power fed in.
    pub losses_percent: f64,
    /// The bus lowest in its band.
    pub lowest: Option<BusVoltage>,
    /// The bus highest in its band.
    pub highest: Option<BusVoltage>,
    /// The line with the highest loading against its normal rating.
    pub worst_line: Option<BranchLoading>,
    /// The transformer with the highest loading against its normal rating.
    pub worst_transformer: Option<BranchLoading>,
    /// What slacks and boundaries feed in, in the order of the grid.
    pub infeeds: Vec<Infeed>,
    /// Works of which a part was commissioned since the judged stage before, or since the base grid.
    pub works: Vec<ProjectId>,
    /// What those works cost, by price year, earliest first; never added up over price years.
    pub cost: Vec<CostSum>,
    /// Those works whose cost is not known.
    pub works_without_cost: usize,
}

/// A voltage, with the band it is judged by.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BusVoltage {
    /// The bus.
    pub bus: BusId,
    /// Voltage, p.u. of the rated one.
    pub vm_pu: f64,
    /// Voltage; NaN where the rated one is unknown.
    pub vm_kv: f64,
    /// The limit on this side, p.u.; `None` where no rule is judged there.
    pub limit_pu: Option<f64>,
}

/// The loading of a line or transformer.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BranchLoading {
    /// The line or transformer.
    pub element: ElementId,
    /// Share of the normal rating.
    pub loading_percent: f64,
}

/// What a slack or boundary feeds in.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Infeed {
    /// The generator or boundary.
    pub generator: GeneratorId,
    /// Active power fed in.
    pub p_mw: f64,
    /// Reactive power fed in.
    pub q_mvar: f64,
    /// Whether it balances its island.
    pub slack: bool,
}

/// Cost of works at one price year.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct CostSum {
    /// The year whose prices these are.
    pub price_year: i16,
    /// Sum, millions of the plan's currency.
    pub capex_million: f64,
    /// Number of works in it.
    pub works: usize,
    /// How many of them have an assumed price year.
    pub estimated: usize,
}
