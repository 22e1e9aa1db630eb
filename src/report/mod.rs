//! Results as text, JSON, CSV and Parquet: one file per form.
//!
//! A report is a view of results: it computes nothing but sums of what it shows, and it writes to any
//! [`std::io::Write`]. The text forms need the feature `cli`.

pub mod counts;
pub mod fields;
pub mod geojson;
pub mod ink;
pub mod json;
pub mod name;
pub mod number;
pub mod overview;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod sheet;
#[cfg(feature = "cli")]
pub mod text;
pub mod told;

pub use ink::Ink;
