//! Every branch outage of MATPOWER's cases against lightsim2grid's `ContingencyAnalysis`: how, see
//! `tests/cases/contingency/branch_outages.py`.

use super::FLOW;
use crate::support;
use gridstage::flow::{FlowOptions, Status, solve_grid};
use gridstage::model::{ElementId, Network};
use gridstage::read::{Format, read_text};
use gridstage::study::contingency::{BusLimit, Limits, Outage, run};
use std::path::Path;

/// The branches of a MATPOWER file in the order of its rows.
fn rows(network: &Network) -> Vec<ElementId> {
    let lines = network.lines.iter_ids().map(|(id, line)| (&line.origin, ElementId::Line(id)));
    let transformers = network.transformers.iter_ids().map(|(id, t)| (&t.origin, ElementId::Transformer(id)));
    let mut rows: Vec<(u32, ElementId)> = lines
        .chain(transformers)
        .map(|(origin, element)| (origin.place.as_ref().unwrap().line, element))
        .collect();
    rows.sort_unstable();
    rows.into_iter().map(|(_, element)| element).collect()
}

#[test]
fn every_outage_is_that_of_lightsim2grid() {
    let Some(cases) = support::matpower_cases() else { return };
    for (case, unsolved) in [("case118", &[][..]), ("case1354pegase", &[75, 1754])] {
        let text = std::fs::read(cases.join(format!("{case}.m"))).unwrap();
        let network = read_text(&text, Format::Matpower, case).unwrap().plan.network;
        let rows = rows(&network);
        let file = format!("tests/cases/contingency/{case}.lightsim2grid.csv");
        let witness = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let expected: Vec<(usize, Vec<f64>)> = witness
            .lines()
            .skip(2)
            .map(|line| {
                let (row, rest) = line.split_once(',').unwrap();
                (row.parse().unwrap(), rest.split(',').filter_map(|cell| cell.parse().ok()).collect())
            })
            .collect();
        assert!(expected.len() > 150, "{case}");
        let base = solve_grid(&network, &FlowOptions { tol: 1e-10, ..FLOW }, None).unwrap();
        let outages: Vec<Outage> = expected.iter().map(|&(row, _)| Outage::of(&network, rows[row])).collect();
        let buses = network.buses.ids().enumerate();
        let buses = buses.map(|(tag, bus)| BusLimit { bus, min_pu: Some(9.0), max_pu: None, tag }).collect();
        let limits = Limits { buses, ..Limits::default() };
        let options = FlowOptions { tol: 1e-9, ..FLOW };
        let found = run(&base, &outages, &limits, &options.into(), |after| {
            let vm: Vec<f64> = after.passed.iter().map(|passed| passed.value).collect();
            (after.status, after.dead.len(), after.solvable_share, vm)
        });
        for ((row, expected), (status, dead, share, vm)) in expected.iter().zip(found.unwrap()) {
            assert_eq!(dead, 0, "{case} row {row}");
            let [sum, squares, least, least_bus] = expected[..] else {
                // Neither program finds a state, and ours tells that less of the load has one.
                assert!(unsolved.contains(row), "{case} row {row}");
                assert_ne!(status, Status::Converged, "{case} row {row}");
                assert!(share.is_some_and(|share| share < 1.0), "{case} row {row}: {share:?}");
                continue;
            };
            assert_eq!(status, Status::Converged, "{case} row {row}");
            assert_eq!(vm.len(), network.buses.len());
            let near = |a: f64, b: f64, what: &str| {
                assert!((a - b).abs() < 1e-6, "{case} row {row} {what}: {a} {b}");
            };
            near(vm.iter().sum(), sum, "sum");
            near(vm.iter().map(|vm| vm * vm).sum(), squares, "sum of squares");
            let lowest = vm.iter().copied().fold(9.0, f64::min);
            near(lowest, least, "lowest");
            let at = network.buses.iter().position(|bus| bus.id == format!("{least_bus}").as_str()).unwrap();
            near(vm[at], least, "at its bus");
        }
    }
}
