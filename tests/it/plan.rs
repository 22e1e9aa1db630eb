//! The plan format, replay and the grid of a stage.

mod amendments;
mod bad;
mod city;
mod equipment;
mod format_page;
mod lint;
mod replay;
mod round_trip;
mod same;
mod stage_grid;

use gridstage::finding::Finding;
use gridstage::model::Plan;
use gridstage::read;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder of `tests/cases/plan`.
fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan").join(name)
}

/// The plan of four stations.
fn teaching() -> Plan {
    read::plan::read(&case("teaching")).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings)).plan
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// A copy of the plan of four stations with texts replaced: file, old, new. A file that is not there is made.
fn edited_folder(edits: &[(&str, &str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    copy(&case("teaching"), dir.path());
    for (file, old, new) in edits {
        let path = dir.path().join(file);
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(old), "{file} does not hold {old:?}");
        std::fs::write(path, text.replacen(old, new, 1)).unwrap();
    }
    dir
}

/// The plan of four stations with texts replaced, or what is wrong with it then.
fn edited(edits: &[(&str, &str, &str)]) -> Result<Plan, Vec<Finding>> {
    let dir = edited_folder(edits);
    read::plan::read(dir.path()).map(|read| read.plan).map_err(|rejected| rejected.findings)
}
