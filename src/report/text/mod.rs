//! Reports for people: text of about a hundred columns that reads the same without colour.

mod check;
pub mod findings;
mod legend;
mod matrix;
mod show;
mod solve;
mod states;
mod table;
mod told;
mod violations;

pub use check::{CheckText, check};
pub use show::{View, show};
pub use solve::{SolveText, solve};
pub use table::Table;

/// Columns that a report may take.
const WIDTH: u16 = 108;
