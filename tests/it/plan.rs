//! The plan format, replay and the grid of a stage.

mod round_trip;

use gridstage::model::Plan;
use gridstage::read;
use std::path::{Path, PathBuf};

/// A folder of `tests/cases/plan`.
fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan").join(name)
}

/// The plan of four stations.
fn teaching() -> Plan {
    read::plan::read(&case("teaching")).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings)).plan
}
