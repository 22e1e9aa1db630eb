//! Results as text, JSON and CSV: one file per form.
//!
//! A report is a view of results: it computes nothing but sums of rows it shows, and it writes to any
//! [`std::io::Write`]. Text forms need the feature `cli`.

#[cfg(feature = "cli")]
pub mod findings;
pub mod ink;
pub mod number;
#[cfg(feature = "cli")]
pub mod table;

pub use ink::Ink;
