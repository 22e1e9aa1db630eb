//! Load flows against the solutions of another program: MATPOWER 8.1 `runpf`, as each reference file's header says.

use crate::support::{matpower_cases, shared};
use gridstage::finding::Code;
use gridstage::flow::{FlowOptions, LoadFlow, StartPolicy, Status, load_flow};
use gridstage::model::{ElementId, Network};
use gridstage::read;
use std::collections::HashMap;
use std::path::Path;

fn network(path: &Path) -> Network {
    match read::read(path) {
        Ok(read) => read.plan.network,
        Err(rejected) => panic!("{}: {:#?}", path.display(), rejected.findings),
    }
}

/// External bus number to magnitude [p.u.] and angle [degree].
fn reference(path: &Path) -> HashMap<String, (f64, f64)> {
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), (cells[1].parse().unwrap(), cells[2].parse().unwrap()))
    })
    .collect()
}

/// Largest difference in magnitude [p.u.] and angle [degree] over all live buses, and how many were compared.
fn difference(
    network: &Network,
    flow: &LoadFlow,
    reference: &HashMap<String, (f64, f64)>,
) -> (f64, f64, usize) {
    let (mut dvm, mut dva, mut count) = (0.0_f64, 0.0_f64, 0);
    for (row, &bus) in flow.buses.bus.iter().enumerate().filter(|(row, _)| flow.buses.vm_pu[*row].is_finite())
    {
        let (vm, va) = reference[network.buses[bus].id.as_str()];
        let turn = (flow.buses.va_deg[row] - va + 180.0).rem_euclid(360.0) - 180.0;
        dvm = dvm.max((flow.buses.vm_pu[row] - vm).abs());
        dva = dva.max(turn.abs());
        count += 1;
    }
    (dvm, dva, count)
}

/// The IEEE grids that come along, against the solutions that `tests/cases/ieee` keeps with their makers.
#[test]
fn the_ieee_grids_agree_with_their_witnesses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut effort = Vec::new();
    for name in ["14", "30", "57", "118", "300"] {
        let network = network(&root.join("grids/ieee").join(name));
        let reference = reference(&root.join("tests/cases/ieee").join(format!("{name}.csv")));
        let mut steps = Vec::new();
        for start in [StartPolicy::Given, StartPolicy::Dc, StartPolicy::Flat] {
            let flow = load_flow(&network, &FlowOptions { start, ..FlowOptions::default() }, None).unwrap();
            assert_eq!(flow.status, Status::Converged, "{name} from {start:?}");
            let (dvm, dva, count) = difference(&network, &flow, &reference);
            assert!(dvm <= 1e-6 && dva <= 1e-4, "{name} from {start:?}: {dvm:e} p.u., {dva:e} degrees");
            assert_eq!(count, reference.len());
            steps.push(flow.iterations);
        }
        effort.push(format!("{name}: {steps:?}"));
    }
    // Newton steps from the given, the DC and the flat start.
    insta::assert_snapshot!(effort.join("\n"), @r"
    14: [2, 3, 4]
    30: [2, 3, 4]
    57: [3, 4, 4]
    118: [3, 3, 4]
    300: [5, 4, 5]
    ");
}

const CASES: [&str; 8] = [
    "case14",
    "case30",
    "case57",
    "case118",
    "case300",
    "case1354pegase",
    "case2869pegase",
    "case9241pegase",
];

#[test]
fn every_reference_solution_of_matpower_is_met_from_every_start() {
    let (Some(shared), Some(cases)) = (shared(), matpower_cases()) else { return };
    let mut told = Vec::new();
    for name in CASES {
        let network = network(&cases.join(format!("{name}.m")));
        let reference = reference(&shared.join("reference").join(format!("{name}.csv")));
        let connected = reference.len();
        for start in [StartPolicy::Ladder, StartPolicy::Given, StartPolicy::Dc, StartPolicy::Flat] {
            if start == StartPolicy::Flat && name == "case9241pegase" {
                continue; // a hard start, tried where starts are the question
            }
            let options = FlowOptions { start, tol: 1e-10, ..FlowOptions::default() };
            let flow = load_flow(&network, &options, None).unwrap();
            if flow.status != Status::Converged {
                told.push(format!("{name} from {start:?}: {}", flow.status.as_str()));
                continue;
            }
            let (dvm, dva, count) = difference(&network, &flow, &reference);
            if !(dvm <= 1e-9 && dva <= 1e-7 && count == connected) {
                told.push(format!(
                    "{name} from {start:?}: {dvm:e} p.u., {dva:e} degrees, {count} of {connected} buses"
                ));
            }
        }
    }
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The steps that Newton takes from each file's own voltages, beside those of MATPOWER in the reference headers
/// (its count and ours both leave the check before the first step out).
#[test]
fn newton_takes_as_many_steps_as_matpower_does() {
    let (Some(shared), Some(cases)) = (shared(), matpower_cases()) else { return };
    for name in CASES {
        let network = network(&cases.join(format!("{name}.m")));
        let header = std::fs::read_to_string(shared.join("reference").join(format!("{name}.csv"))).unwrap();
        let theirs: usize =
            header.split("iterations ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        let options = FlowOptions { tol: 1e-10, start: StartPolicy::Given, ..FlowOptions::default() };
        let flow = load_flow(&network, &options, None).unwrap();
        assert_eq!(flow.iterations, theirs, "{name}");
    }
}

fn bad(name: &str) -> Option<(Network, Result<LoadFlow, gridstage::case::CaseError>)> {
    let network = network(&shared()?.join("bad-inputs").join(name));
    let flow = load_flow(&network, &FlowOptions::default(), None);
    Some((network, flow))
}

fn vm(network: &Network, flow: &LoadFlow, id: &str) -> f64 {
    let row = flow.buses.bus.iter().position(|&bus| network.buses[bus].id == id).unwrap();
    flow.buses.vm_pu[row]
}

#[test]
fn a_bus_cut_off_is_told_with_its_megawatts_and_the_rest_solves() {
    let Some((_, flow)) = bad("58_isolated_bus.m") else { return };
    let flow = flow.unwrap();
    assert_eq!(flow.status, Status::Converged);
    assert!((flow.lost_load_mw - 40.0).abs() < 1e-9);
    let told = flow.findings.iter().find(|f| f.code == Code::DeadIsland).unwrap();
    assert!(told.message.contains("bus 5") && told.message.contains("40.0 MW"), "{}", told.message);
}

#[test]
fn a_load_too_large_is_told_with_the_bus_and_the_share_that_solves() {
    let Some((network, flow)) = bad("70_infeasible_load.m") else { return };
    let flow = flow.unwrap();
    assert_ne!(flow.status, Status::Converged);
    let island = &flow.islands[0];
    assert_eq!(network.buses[island.worst[0].0].id, "5");
    assert!(
        island.solvable_share.is_some_and(|share| share > 0.05 && share < 1.0),
        "{:?}",
        island.solvable_share
    );
    assert!(flow.buses.vm_pu.iter().all(|vm| vm.is_nan()));
}

#[test]
fn a_state_near_the_nose_solves_and_its_low_voltage_is_told() {
    let Some((network, flow)) = bad("72_near_nose.m") else { return };
    let flow = flow.unwrap();
    assert_eq!(flow.status, Status::Converged);
    let vm5 = vm(&network, &flow, "5");
    assert!((vm5 - 0.637).abs() < 2e-3, "{vm5}");
    assert!(flow.findings.iter().any(|f| f.code == Code::LowVoltage));
}

#[test]
fn a_start_at_the_low_voltage_solution_does_not_keep_it() {
    let Some((network, flow)) = bad("73_low_voltage_start.m") else { return };
    let flow = flow.unwrap();
    assert_eq!(flow.status, Status::Converged);
    assert!(vm(&network, &flow, "5") > 0.9);
}

/// Every transformer and line of the largest case loses what MATPOWER's solution loses in all.
#[test]
fn losses_are_those_of_the_reference() {
    let (Some(shared), Some(cases)) = (shared(), matpower_cases()) else { return };
    for name in ["case14", "case118", "case9241pegase"] {
        let network = network(&cases.join(format!("{name}.m")));
        let header = std::fs::read_to_string(shared.join("reference").join(format!("{name}.csv"))).unwrap();
        let theirs: f64 =
            header.split("losses ").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        let flow = load_flow(&network, &FlowOptions::default(), None).unwrap();
        assert!(
            (flow.losses.total_mw - theirs).abs() < 1e-4,
            "{name}: {} against {theirs}",
            flow.losses.total_mw
        );
        assert!(flow.branches.branch.iter().any(|b| matches!(b, ElementId::Transformer(_))));
    }
}
