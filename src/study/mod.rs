//! Many load flows over one plan.

pub mod contingency;
pub mod exact;
mod explanation;
pub mod losses;
pub mod sensitivity;
mod side_by_side;
pub mod stages;
pub mod stated;
mod stop;
mod suspects;

pub use explanation::{Explanation, Unsolved};
pub use losses::YearlyLosses;
pub use side_by_side::{has_threads_to_spare, side_by_side};
pub use stages::{StageState, Stopped, StudyOptions};
pub use stated::{Stated, stated};
pub use stop::Stop;
pub use suspects::{Suspect, suspects};
