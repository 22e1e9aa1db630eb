//! Results as text, JSON, CSV and Parquet: one file per form.
//!
//! A report is a view of results: it computes nothing but sums of what it shows, and it writes to any
//! [`std::io::Write`]. The text forms need the feature `cli`.

pub mod blame;
pub mod counts;
pub mod fields;
pub mod geojson;
pub mod headroom_sheet;
pub mod ink;
pub mod json;
pub mod junit;
pub mod name;
pub mod need;
pub mod need_sheet;
pub mod number;
pub mod overview;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod place;
pub mod sarif;
pub mod sheet;
pub mod spoken;
pub mod supply_sheet;
#[cfg(feature = "cli")]
pub mod text;
pub mod told;

pub use ink::Ink;
