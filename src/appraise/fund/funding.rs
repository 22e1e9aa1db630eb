//! What the question of funding is answered with.

use super::purses::Purses;
use super::roles::Roles;
use super::select::{Account, Shortfall};
use super::worth::Economics;
use crate::appraise::compare::Difference;
use crate::appraise::rank::Metrics;
use crate::criteria::Violation;
use crate::finding::Finding;
use crate::ids::{ProjectId, ScenarioId};
use std::collections::BTreeMap;

/// The year from which each work that is a choice stands.
pub type Starts = BTreeMap<ProjectId, Option<i16>>;

/// The answer.
#[derive(Clone, Debug)]
pub struct Funding {
    /// The works by role.
    pub roles: Roles,
    /// The works that are a choice: the year from which each stands, if it does.
    pub starts: Starts,
    /// What each takes off beside all that is built, discounted metric-years: of a work that stands from its year on, of one
    /// that is left out if it came as planned.
    pub worth: BTreeMap<ProjectId, f64>,
    /// Whose money, and over which years.
    pub purses: Purses,
    /// The accounts, purse by purse, year by year.
    pub accounts: Vec<Vec<Account>>,
    /// How it was found: the best of each round.
    pub rounds: Vec<Round>,
    /// The round whose selection is the answer, from 1.
    pub best: usize,
    /// Why no more was tried.
    pub ending: Ending,
    /// Works that stand only with another, as verification found.
    pub together: Vec<(ProjectId, ProjectId)>,
    /// Works that were selected and left out again, as nothing changes without them.
    pub pruned: Vec<ProjectId>,
    /// The years, verified.
    pub checks: Vec<YearCheck>,
    /// Other budgets.
    pub scenarios: Vec<Scenario>,
    /// In money, where anything has a price.
    pub economics: Option<Economics>,
}

/// Where a selection comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Proposal {
    /// None of the works that are a choice.
    Nothing,
    /// The works in the order of their planned years, each as soon as the money pays for it.
    PlanOrder,
    /// The works in the order of what they are worth per money, each as soon as the money pays for it.
    WorthOrder,
    /// Selected by what works were found to be worth; `Some` keeps all but so many works as they are in the best so far.
    Selected(Option<usize>),
    /// One work put in, left out or moved to another year, or one put in for another.
    Change,
    /// The best of all selections there are.
    All,
    /// The answer for a smaller budget.
    SmallerBudget,
}

impl Proposal {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::PlanOrder => "plan-order",
            Self::WorthOrder => "worth-order",
            Self::Selected(None) => "selected",
            Self::Selected(Some(_)) => "selected-near",
            Self::Change => "change",
            Self::All => "all",
            Self::SmallerBudget => "smaller-budget",
        }
    }
}

/// Why the search ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// Every selection there is was compared: none is better.
    All,
    /// Nothing that was tried around the best selection is better.
    NoBetter,
    /// The rounds were used up: more may find better.
    Rounds,
}

impl Ending {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::NoBetter => "no-better",
            Self::Rounds => "rounds",
        }
    }
}

/// The best selection of a round, verified.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Round {
    /// Where the selection comes from.
    pub proposal: Proposal,
    /// Selections that were verified in the round.
    pub tried: usize,
    /// Works selected.
    pub works: usize,
    /// What they were expected to take off, discounted metric-years; NaN where nothing was expected.
    pub expected: f64,
    /// What they take off, verified.
    pub verified: f64,
    /// Years without a load-flow solution, each scenario by itself.
    pub unsolved: f64,
    /// Pairs found to belong together.
    pub cuts: usize,
}

/// A year of the answer in a scenario.
#[derive(Clone, Debug)]
pub struct YearCheck {
    /// The year.
    pub year: i16,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Whether a load flow was found.
    pub solved: bool,
    /// With all of the plan.
    pub planned: Metrics,
    /// With what is funded.
    pub funded: Metrics,
    /// With no work that is a choice.
    pub none: Metrics,
    /// What is new or worse than in the plan as it stands, gravest first.
    pub cut: Vec<Difference>,
    /// What is broken in the plan as it stands too.
    pub anyway: Vec<Violation>,
}

/// The answer for another budget.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The factor on the budgets.
    pub factor: f64,
    /// The years from which works stand, or why there is no answer.
    pub starts: Result<Starts, Unfunded>,
    /// What they take off, verified, discounted metric-years; NaN without an answer.
    pub verified: f64,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Unfunded {
    /// What must come cannot be paid: the purses with their years, and what is missing.
    Short(Purses, Vec<(Shortfall, Vec<ProjectId>)>),
    /// The selection has no solution, and why.
    Unsolved(String),
    /// A grid cannot be built or solved.
    Findings(Vec<Finding>),
}

impl From<Vec<Finding>> for Unfunded {
    fn from(findings: Vec<Finding>) -> Self {
        Self::Findings(findings)
    }
}

/// What is being done, for those who wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Works taken out of the plan, one at a time.
    Out,
    /// Works put in, one at a time.
    In,
    /// Selections verified, year by year.
    Verify,
    /// Works taken out of a selection and put into it.
    Around,
    /// Works that may belong together.
    Pairs,
    /// Works that may change nothing.
    Idle,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Out, Self::In, Self::Verify, Self::Around, Self::Pairs, Self::Idle];

    /// What is counted.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Out => "states without works",
            Self::In => "states with single works",
            Self::Verify => "years verified",
            Self::Around => "states around the selection",
            Self::Pairs => "pairs of works",
            Self::Idle => "works that may change nothing",
        }
    }
}
