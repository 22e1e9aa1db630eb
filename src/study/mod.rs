//! Many load flows over one plan.

pub mod contingency;
pub mod losses;
pub mod sensitivity;
pub mod stages;
pub mod stated;
mod suspects;

pub use losses::YearlyLosses;
pub use stages::{StageState, Stopped, StudyOptions};
pub use stated::{Stated, stated};
pub use suspects::{Suspect, suspects};
