//! Formats against files that other people's programs wrote, and the solutions that other programs found for them
//! (`cases/SOURCES.md` of the shared folder says which).

mod any_grid;
mod cdf;
mod cgmes;
pub(crate) mod dgs;
mod door;
mod geojson;
mod lists;
mod pandapower;
#[cfg(feature = "parquet")]
mod parquet;
mod psse;
mod psse_codes;
mod rewritten;
mod split;
mod table;
mod ucte;
mod workbook;
mod xiidm;

use crate::support::shared;
use gridstage::case;
use gridstage::flow::{Controls, FlowOptions, LoadFlow, Status, load_flow};
use gridstage::ids::Id;
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

/// Asks that a grid has the voltages [kV] and angles that `OpenLoadFlow` found, as far as it has a bus for ours: what couplers
/// join is one bus there, names are computed, and each island may be turned as a whole, as it may hold the angle elsewhere.
fn assert_olf(
    name: &str,
    network: &Network,
    expected: &[(String, f64, f64)],
    is_bus: impl Fn(&gridstage::model::Bus) -> bool,
) {
    let options = FlowOptions { controls: Controls::OFF, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{name}: {:#?}", flow.findings);
    let mut left: Vec<(f64, f64)> = expected.iter().map(|row| (row.1, row.2)).collect();
    let islands = case::build(network).unwrap();
    for (_, buses) in islands.buses.iter_ids() {
        let mut seen = Vec::new();
        let mut island = Vec::new();
        for &(node, bus) in buses {
            if is_bus(&network.buses[bus]) && !seen.contains(&node) {
                seen.push(node);
                island.push((flow.buses.vm_kv[bus.index()], flow.buses.va_deg[bus.index()]));
            }
        }
        let fits = |turn: f64| {
            let mut rest = left.clone();
            island
                .iter()
                .all(|(kv, angle)| {
                    let far = |s: &(f64, f64)| {
                        ((s.0 - kv).abs() / kv / 1e-4).max((s.1 - angle - turn).abs() / 5e-3)
                    };
                    let nearest = (0..rest.len()).min_by(|&a, &b| far(&rest[a]).total_cmp(&far(&rest[b])));
                    let Some(nearest) = nearest else { return false };
                    let is_near = far(&rest[nearest]) <= 1.0;
                    rest.swap_remove(nearest);
                    is_near
                })
                .then_some(rest)
        };
        let Some(first) = island.first() else { continue };
        let turns: Vec<f64> = left.iter().map(|row| row.1 - first.1).collect();
        left =
            turns.into_iter().find_map(fits).unwrap_or_else(|| panic!("{name}: {island:?} in {expected:?}"));
    }
    assert!(left.is_empty(), "{name}: {left:?}");
}
