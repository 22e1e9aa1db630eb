//! What to build with the money there is, and in which year; every answer verified by AC load flow with every fault.
//!
//! ```text
//! works        which are a choice, which must come, what needs what (roles.rs); the money by year and funding class (purses.rs)
//! what a work  first the mean of what it takes off the metric when it is put in and when it is taken out, as rank tells it; then
//! is worth     what it takes off beside all others of the best selection so far, solved anew (worths.rs)
//! propose      works and years of the most discounted worth under the budgets (programme.rs, select.rs); the plan in its own
//!              order, and by worth per money, as the money allows (in_order.rs); small changes of the best (changes.rs); and
//!              where works are few, the best of all selections there are (all.rs)
//! verify       every year of a proposal solved, with every fault: how bad it is (level.rs). The best verified one is gone on from
//!              until nothing that is proposed is better (search.rs)
//! leave out    works whose money changes nothing, each time verified (idle.rs)
//! tell         every year against the plan, what stays broken, what it is worth in money (verified.rs, worth.rs), and what is
//!              built with other budgets (other_budgets.rs)
//! ```
//!
//! Works that are commissioned stand and take no money; those under construction or funded come as planned and are paid first;
//! works whose cost is not known come as planned, as soon as what they need stands. No work comes before its planned date.

mod all;
mod changes;
mod funding;
mod ground;
mod idle;
mod in_order;
mod level;
mod other_budgets;
mod programme;
mod purses;
mod question;
mod roles;
mod search;
mod select;
mod verified;
mod worth;
mod worths;

pub use funding::{Ending, Funding, Proposal, Round, Scenario, Starts, Step, Unfunded, YearCheck};
pub use level::Level;

pub use purses::{BudgetSource, Budgets, Purses};
pub use question::Fund;
pub use roles::{Role, Roles};
pub use select::{Account, GAP, Item, MOST_PROVED, Near, Problem, Purse, Selected, Shortfall, Unselected};
pub use worth::{Economics, economics};

use super::dated;
use crate::finding::Finding;
use crate::ids::Col;
use crate::model::{Plan, Status};
use jiff::civil::Date;
use std::collections::BTreeSet;

/// The plan with the years as its stages in which single works are tried: those of its own stages, and those in which a work
/// comes that is not commissioned.
///
/// # Errors
/// As [`dated::yearly`].
pub fn years_of_works(plan: &Plan) -> Result<Plan, Vec<Finding>> {
    let mut years: BTreeSet<i16> = plan.stages.iter().filter_map(|stage| stage.at).map(Date::year).collect();
    for project in plan.projects.iter().filter(|one| one.is_counted() && one.status != Status::Commissioned) {
        years.extend(
            project.phases.iter().filter_map(|phase| phase.commissioning).map(|date| date.date.year()),
        );
    }
    let mut yearly = dated::yearly(plan)?;
    let kept = yearly.stages.iter().filter(|stage| stage.at.is_some_and(|at| years.contains(&at.year())));
    yearly.stages = Col::from(kept.cloned().collect::<Vec<_>>());
    Ok(yearly)
}
