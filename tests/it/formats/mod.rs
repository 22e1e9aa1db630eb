//! Formats against files that other people's programs wrote, and the solutions that other programs found for them
//! (`cases/SOURCES.md` of the shared folder says which).

mod any_grid;
mod cdf;
mod door;
mod lists;
mod pandapower;
mod psse;
mod rewritten;
mod ucte;
mod workbook;

use crate::support::shared;
use gridstage::flow::{FlowOptions, LoadFlow, Status, load_flow};
use gridstage::model::Network;
use gridstage::read::{self, Read};
use std::path::{Path, PathBuf};

/// The shared folder of real files, if there is one.
fn cases() -> Option<PathBuf> {
    shared().map(|shared| shared.join("cases"))
}

fn opened(path: &Path) -> Read {
    match read::read(path) {
        Ok(read) => read,
        Err(rejected) => panic!("{}: {:#?}", path.display(), rejected.findings),
    }
}

fn solved(network: &Network) -> LoadFlow {
    let flow = load_flow(network, &FlowOptions::default(), None).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    flow
}

/// The states of a reference: a name, a voltage and an angle [degrees] per row. Lines of comment are left out.
fn reference(path: &Path) -> Vec<(String, f64, f64)> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), cells[1].parse().unwrap(), cells[2].parse().unwrap())
    };
    rows.map(row).collect()
}

/// Asks that two sets of states are the same within tolerances, whatever the buses are called.
fn assert_same_states(name: &str, found: &[(f64, f64)], expected: &[(f64, f64)], tol_v: f64, tol_deg: f64) {
    assert_eq!(found.len(), expected.len(), "{name}");
    let mut left: Vec<(f64, f64)> = found.to_vec();
    for &(v, angle) in expected {
        let far = |s: &(f64, f64)| ((s.0 - v).abs() / tol_v).max((s.1 - angle).abs() / tol_deg);
        let nearest = (0..left.len()).min_by(|&a, &b| far(&left[a]).total_cmp(&far(&left[b]))).unwrap();
        let off = far(&left[nearest]);
        assert!(off <= 1.0, "{name}: {v} at {angle} degrees, nearest {:?}", left[nearest]);
        left.swap_remove(nearest);
    }
}
