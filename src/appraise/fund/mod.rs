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
