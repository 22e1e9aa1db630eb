//! One cell of the matrix stage x scenario x criterion.

use crate::ids::{ScenarioId, StageId};
use crate::model::{ElementId, Name};

/// What a criterion says in one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Cell {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Name of the criterion, for example `voltage`.
    pub criterion: &'static str,
    /// How it ended.
    pub judgement: Judgement,
    /// What came nearest to its limit, or passed it most; `None` where nothing was measured.
    pub worst: Option<Worst>,
    /// Elements that were measured.
    pub measured: usize,
    /// Elements that could not be measured, for example lines without a rating.
    pub unmeasured: usize,
}

impl Cell {
    /// A cell in which nothing was measured.
    pub(super) fn empty(
        stage: StageId,
        scenario: ScenarioId,
        criterion: &'static str,
        judgement: Judgement,
    ) -> Self {
        Self { stage, scenario, criterion, judgement, worst: None, measured: 0, unmeasured: 0 }
    }
}

/// How a criterion ended in one state. Only [`Judgement::Holds`] is a pass.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Judgement {
    /// Something was measured, and all of it is within its limits.
    Holds,
    /// So many warnings, no violation.
    Warns(usize),
    /// So many violations, all of them excepted by a decision.
    Waived(usize),
    /// So many violations that no decision excepts.
    Fails(usize),
    /// Asked, but not answered, and why.
    NotJudged(String),
    /// The load flow of this state did not converge: nothing is known.
    NoSolution,
    /// No rule of the stage's criteria set asks it, or the stage is not judged in this scenario.
    NotAsked,
}

impl Judgement {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Warns(_) => "warns",
            Self::Waived(_) => "waived",
            Self::Fails(_) => "fails",
            Self::NotJudged(_) => "not_judged",
            Self::NoSolution => "no_solution",
            Self::NotAsked => "not_asked",
        }
    }

    /// How many warnings or violations, where it counts them.
    #[must_use]
    pub fn count(&self) -> usize {
        match *self {
            Self::Warns(n) | Self::Waived(n) | Self::Fails(n) => n,
            _ => 0,
        }
    }
}

/// The measurement that is nearest to its limit, or passes it most.
#[derive(Clone, PartialEq, Debug)]
pub struct Worst {
    /// Id of the rule.
    pub rule: Name,
    /// The element; `None` for the grid as a whole.
    pub element: Option<ElementId>,
    /// What was measured, for example `loading` or `vm`.
    pub quantity: &'static str,
    /// Its value, in `unit`; infinite where load stands against no rating at all.
    pub value: f64,
    /// The limit that is nearest, in `unit`.
    pub limit: f64,
    /// Value as a share of the limit: above 100 for an upper limit passed, below 100 for a lower one.
    pub percent: f64,
    /// Unit of value and limit.
    pub unit: &'static str,
}
