//! Results as text, JSON, CSV and Parquet: one file per form; and the report that is handed in, in `dossier`.
//!
//! A report is a view of results: it computes nothing but sums of what it shows, and it writes to any
//! [`std::io::Write`]. The text forms need the feature `cli`.

pub mod blame;
pub mod counts;
#[cfg(feature = "dossier")]
pub mod dossier;
pub mod fields;
pub mod fund_sheet;
pub mod funded;
pub mod geojson;
#[cfg(feature = "dossier")]
mod grouped;
pub mod headroom_sheet;
pub mod ink;
pub mod json;
pub mod junit;
pub mod money_sheet;
pub mod name;
pub mod need;
pub mod need_sheet;
pub mod number;
pub mod overview;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod place;
pub mod rank_sheet;
mod ranked;
pub mod sarif;
pub mod sheet;
pub mod spoken;
pub mod supply_sheet;
#[cfg(feature = "cli")]
pub mod text;
pub mod told;

pub use ink::Ink;
pub use ranked::Ranked;
