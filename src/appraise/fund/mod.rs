//! What to build with the money there is, and in which year; every answer verified by AC load flow with every fault.
//!
//! ```text
//! what a work is worth   first the mean of what it takes off the metric when it is put in and when it is taken out (rank), then what
//!                        it takes off in the plan just selected; without what cannot stand without it
//! select                 works and years of the most discounted worth under the budgets (select.rs)
//! verify                 every year of the selection solved, with every fault: what the plan is really worth
//! learn                  works that gave nothing without another that was left out belong with it (a cut); others are worth what
//!                        they gave; and select again, until nothing changes. The best verified selection is the answer
//! prune                  works whose money changes nothing are left out, each time verified
//! ```
//!
//! Works that are commissioned stand and take no money; those under construction or funded come as planned and are paid first;
//! works whose cost is not known come as planned, as soon as what they need stands. No work comes before its planned date.

mod purses;
mod roles;
mod select;
mod study;
mod worth;

pub use purses::{BudgetSource, Budgets, Purses};
pub use roles::{Role, Roles};
pub use select::{Account, GAP, Item, MOST_PROVED, Problem, Purse, Selected, Shortfall, Unselected};
pub use study::{Fund, Funding, Round, Scenario, Step, Unfunded, YearCheck};
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
