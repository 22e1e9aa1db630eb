//! The load flows of the Hanoi plan: another program's solutions, the balance at every bus, and the figures of
//! the source with the reasons for the differences.

use gridstage::finding::Code;
use gridstage::flow::{Controls, Ended, FlowOptions, LoadFlow, Status, load_flow};
use gridstage::ids::Id;
use gridstage::model::{ElementId, Network, Plan, Selection};
use gridstage::{read, study};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn plan() -> Plan {
    read::read(&root().join("grids/hanoi")).unwrap().plan
}

fn grid(plan: &Plan, stage: &str, scenario: &str) -> Network {
    let stage = plan.stages.iter_ids().find(|(_, s)| s.id == stage).unwrap().0;
    let scenario = plan.scenarios.iter_ids().find(|(_, s)| s.id == scenario).unwrap().0;
    plan.grid(stage, scenario, &Selection::default()).unwrap().network
}

fn solve(network: &Network) -> LoadFlow {
    load_flow(network, &FlowOptions { tol: 1e-10, ..FlowOptions::default() }, None).unwrap()
}

/// Bus id to magnitude (p.u.) and angle (degree).
fn witness(path: &Path) -> HashMap<String, (f64, f64)> {
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).skip(1);
    rows.map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[0].to_owned(), (cells[1].parse().unwrap(), cells[2].parse().unwrap()))
    })
    .collect()
}

#[test]
fn three_stages_agree_with_the_solutions_of_pypower() {
    let plan = plan();
    for stage in ["2016", "2025", "2035"] {
        let network = grid(&plan, stage, "max");
        let found = solve(&network);
        let witness = witness(&root().join(format!("tests/cases/hanoi/{stage}-max.csv")));
        assert_eq!(found.status, Status::Converged);
        assert_eq!(found.buses.bus.len(), witness.len(), "{stage}");
        for (row, &bus) in found.buses.bus.iter().enumerate() {
            let (vm, va) = witness[network.buses[bus].id.as_str()];
            assert!((found.buses.vm_pu[row] - vm).abs() < 1e-9, "{stage}, bus {}", network.buses[bus].id);
            assert!((found.buses.va_deg[row] - va).abs() < 1e-7, "{stage}, bus {}", network.buses[bus].id);
        }
    }
}

/// What is fed in at a bus is what enters its branches, in every stage and scenario.
#[test]
fn power_balances_at_every_bus_of_every_state() {
    let plan = plan();
    let options = study::stages::StudyOptions {
        flow: FlowOptions { tol: 1e-10, ..FlowOptions::default() },
        ..Default::default()
    };
    let states = study::stages::run(&plan, &options, &|_, _| {}).unwrap();
    assert_eq!(states.len(), 15);
    for state in &states {
        let flow = &state.flow;
        assert_eq!(flow.status, Status::Converged);
        let mut left = vec![(0.0, 0.0); state.grid.network.buses.len()];
        for (row, bus) in flow.buses.bus.iter().enumerate() {
            left[bus.index()] = (flow.buses.p_mw[row], flow.buses.q_mvar[row]);
        }
        let b = &flow.branches;
        for row in 0..b.branch.len() {
            let (from, to) = (b.from[row].index(), b.to[row].index());
            left[from] = (left[from].0 - b.p_from_mw[row], left[from].1 - b.q_from_mvar[row]);
            left[to] = (left[to].0 - b.p_to_mw[row], left[to].1 - b.q_to_mvar[row]);
        }
        let worst = left.iter().map(|(p, q)| p.abs().max(q.abs())).fold(0.0, f64::max);
        assert!(worst < 1e-6, "{worst} MW or Mvar are missing at a bus");
    }
}

/// Losses beside those of `FACTS.md` (pandapower 3.5.6, loads at 110 kV, taps moved to 1.02-1.05 p.u. at 110 kV).
///
/// That model has no 110/22 kV units. Taken off, ours lie within 10 % of it: taps that stand still and another
/// reactive load at 110 kV (0.975 at 22 kV and the units' own, in place of 0.95) move the rest.
#[test]
fn losses_above_the_110_kv_buses_are_near_those_of_the_source() {
    let plan = plan();
    let source = [("2016", 87.6), ("2020", 104.7), ("2025", 155.7), ("2030", 130.4), ("2035", 174.7)];
    for (stage, facts_mw) in source {
        let network = grid(&plan, stage, "max");
        let found = solve(&network);
        let b = &found.branches;
        let units_mw: f64 = (0..b.branch.len())
            .filter(|&row| {
                matches!(b.branch[row], ElementId::Transformer(_)) && network.buses[b.to[row]].vn_kv < 100.0
            })
            .map(|row| b.loss_mw[row])
            .sum();
        let above_mw = found.losses.total_mw - units_mw;
        assert!((above_mw / facts_mw - 1.0).abs() < 0.10, "{stage}: {above_mw:.1} against {facts_mw} MW");
    }
}

/// The elements that `FACTS.md` finds overloaded in 2025 are overloaded here, by about as much.
#[test]
fn the_overloads_of_2025_are_those_of_the_source() {
    let plan = plan();
    let network = grid(&plan, "2025", "max");
    let found = solve(&network);
    let loading = |id: &str| {
        let b = &found.branches;
        (0..b.branch.len())
            .filter(|&row| network.id_of(b.branch[row]).starts_with(id))
            .map(|row| b.loading_percent[row])
            .fold(0.0, f64::max)
    };
    for (id, facts_percent) in [
        ("HOABINH-XUANMAI-220", 121.0),
        ("THUONGTIN-TIA-110", 108.0),
        ("LONGBIEN-T220", 122.0),
        ("THUONGTIN-T220", 111.0),
    ] {
        assert!(
            (loading(id) - facts_percent).abs() < 10.0,
            "{id}: {:.1} against {facts_percent}",
            loading(id)
        );
    }
    // Mai Dong - Gia Lam carries 158 % here and 128 % there, where taps moved: see the next test.
    assert!(loading("MAIDONG-GIALAM-110") > 128.0);
}

/// With the tap changers holding 1.02 to 1.05 p.u. at 110 kV, as those of `FACTS.md` did, every state settles, none of
/// them hunts, the voltages are in their bands, and the worst line of 2025 carries what it carries there.
#[test]
fn tap_changers_settle_in_every_stage_and_scenario() {
    let plan = plan();
    let flow = FlowOptions { controls: Controls::ON, ..FlowOptions::default() };
    let options = study::stages::StudyOptions { flow, ..Default::default() };
    let states = study::stages::run(&plan, &options, &|_, _| {}).unwrap();
    let mut effort = Vec::new();
    for state in &states {
        let (network, flow) = (&state.grid.network, &state.flow);
        assert_eq!(flow.status, Status::Converged);
        assert!(flow.findings.iter().all(|f| f.code != Code::Hunting && f.code != Code::ControlFails));
        // At night one boundary takes all it is estimated to take.
        for action in flow.actions.iter().filter(|action| action.ended != Ended::Met) {
            let at = (plan.stages[state.stage].id.as_str(), plan.scenarios[state.scenario].id.as_str());
            assert_eq!(action.ended, Ended::AtLimit, "{action:?}");
            assert_eq!(network.id_of(action.element), "IMPORT-VIETTRI-220");
            assert!([("2030", "min"), ("2035", "min")].contains(&at), "{at:?}");
        }
        for t in network.transformers.iter().filter(|t| t.built && t.in_service && t.tap_control.is_some()) {
            let row = flow.buses.bus.binary_search(&t.to).unwrap();
            let (low, high) = if network.buses[t.to].vn_kv > 100.0 { (1.02, 1.05) } else { (1.01, 1.045) };
            let vm = flow.buses.vm_pu[row];
            assert!((low..=high).contains(&vm), "{}: {vm} p.u. behind {}", plan.stages[state.stage].id, t.id);
        }
        effort.push(flow.islands[0].rounds);
        if plan.stages[state.stage].id == "2025" && plan.scenarios[state.scenario].id == "max" {
            let worst = (0..flow.branches.branch.len())
                .filter(|&row| network.id_of(flow.branches.branch[row]).starts_with("MAIDONG-GIALAM-110"))
                .map(|row| flow.branches.loading_percent[row])
                .fold(0.0, f64::max);
            assert!((worst - 128.0).abs() < 2.0, "{worst} %");
        }
    }
    // A third round where a boundary reaches its limit.
    assert!(effort.iter().all(|&rounds| rounds <= 3), "{effort:?}");
    assert_eq!(effort.iter().filter(|&&rounds| rounds == 3).count(), 2, "{effort:?}");
}
