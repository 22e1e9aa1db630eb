//! pandapower nets against the voltages that pandapower 3.5.6 itself finds (Newton-Raphson to 1e-9 MVA).

use super::{cases, opened, reference};
use gridstage::case;
use gridstage::finding::{Code, Finding, Severity};
use gridstage::flow::{Controls, FlowOptions, Status, load_flow};
use gridstage::ids::Id;
use gridstage::matrix;
use gridstage::model::{Control, Network};
use gridstage::read::{Format, read_text};
use gridstage::write::{self, GridFormat};
use num_complex::Complex64;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn nets_have_the_voltages_that_pandapower_finds() {
    let Some(cases) = cases() else { return };
    for (name, file) in [
        ("case118", "case118.json"),
        ("case33bw", "case33bw.json"),
        ("iceland", "iceland.json"),
        ("case1888rte", "case1888rte.json.gz"),
    ] {
        let read = opened(&cases.join("pandapower").join(file));
        assert_eq!(read.inputs[0].format, Format::Pandapower);
        let network = read.plan.network;
        let options = FlowOptions { controls: Controls::OFF, ..FlowOptions::default() };
        let flow = load_flow(&network, &options, None).unwrap();
        assert_eq!(flow.status, Status::Converged, "{name}: {:#?}", flow.findings);
        let expected: BTreeMap<String, (f64, f64)> =
            reference(&cases.join(format!("reference/pandapower/{name}.csv")))
                .into_iter()
                .map(|(bus, vm, va)| (bus, (vm, va)))
                .collect();
        assert_eq!(network.buses.len(), expected.len());
        let (mut dv, mut da) = (0.0_f64, 0.0_f64);
        for (at, bus) in network.buses.iter().enumerate() {
            let (vm, va) = expected[bus.id.as_str()];
            dv = dv.max((flow.buses.vm_pu[at] - vm).abs());
            da = da.max((flow.buses.va_deg[at] - va).abs());
        }
        assert!(dv <= 1e-6 && da <= 1e-4, "{name}: {dv:e} p.u., {da:e} degrees");
    }
}

/// `tests/cases/wards/wards.py` is the witness.
#[test]
fn wards_and_direct_current_lines_draw_what_pandapower_draws() {
    let network = opened(Path::new("tests/cases/wards/wards.json")).plan.network;
    let expected = reference(Path::new("tests/cases/wards/wards.csv"));
    // The machine of an extended ward has a bus of its own, which is not in the results there.
    assert_eq!((network.buses.len(), expected.len()), (6, 5));
    let options = FlowOptions { tol: 1e-11, ..FlowOptions::default() };
    let flow = load_flow(&network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    for (at, (bus, vm, va)) in expected.iter().enumerate() {
        assert_eq!(network.buses.iter().nth(at).unwrap().id.as_str(), bus);
        let off = (flow.buses.vm_pu[at] - vm).abs().max((flow.buses.va_deg[at] - va).abs() / 100.0);
        assert!(off < 1e-8, "bus {bus}: {} {}", flow.buses.vm_pu[at], flow.buses.va_deg[at]);
    }
}

/// pandapower finds no solution of the eleven-bus case within 40 steps (`SOURCES.md`); it is read all the same.
#[test]
fn a_net_without_a_known_solution_is_read() {
    let Some(cases) = cases() else { return };
    let network = opened(&cases.join("pandapower/case11_iwamoto.json")).plan.network;
    assert_eq!((network.buses.len(), network.lines.len(), network.loads.len()), (11, 11, 5));
}

#[test]
fn what_is_wrong_in_a_net_is_told_with_its_record_and_field() {
    let Some(cases) = cases() else { return };
    let good = std::fs::read_to_string(cases.join("pandapower/case33bw.json")).unwrap();
    let read = |text: &str| read_text(text.as_bytes(), Format::Pandapower, "own.json");
    assert!(read(&good).is_ok());
    for (from, to, code, words) in [
        ("[null,null,0,1,1.0,0.0922", "[null,null,0,99,1.0,0.0922", Code::Reference, "no bus 99"),
        ("[null,null,0,1,1.0,0.0922", r#"[null,null,0,1,1.0,\"x\""#, Code::Number, "r_ohm_per_km"),
        ("[null,null,0,1,1.0,0.0922", "[null,null,0,1,1.0,0.0922]", Code::Syntax, "line"),
    ] {
        assert!(good.contains(from), "{from}");
        let rejected = read(&good.replacen(from, to, 1)).unwrap_err();
        let told =
            rejected.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{rejected:#?}"));
        assert!(told.message.contains(words) && told.severity == Severity::Error, "{told:?}");
    }
    assert_eq!(read("{}").unwrap_err().findings[0].code, Code::Schema);
}

/// Loads, machines, injections and admittances of a grid, electrically: by the ids of buses, which a net has as their names.
fn electrically(network: &Network) -> BTreeMap<(String, String), Complex64> {
    let mut network = network.clone();
    // A slack feeds in what is missing, whatever it was dispatched for.
    for machine in network.generators.iter_mut().filter(|g| g.control == Control::Slack) {
        machine.p_mw = 0.0;
    }
    let islands = case::build(&network).unwrap();
    let mut found = BTreeMap::new();
    for (island, case) in islands.cases.iter_ids() {
        let mut names = vec![String::new(); case.kind.len()];
        for &(node, bus) in islands.buses[island].iter().rev() {
            names[node.index()] = network.buses[bus].id.to_string();
        }
        for (row, entries) in matrix::ybus(case).outer_iterator().enumerate() {
            for (column, y) in entries.iter() {
                found.insert((names[row].clone(), names[column].clone()), *y);
            }
            found.insert((names[row].clone(), "injection".to_owned()), case.sbus.as_slice()[row]);
        }
    }
    found
}

fn there_and_back(network: &Network) -> (Network, Vec<Finding>) {
    let mut text = Vec::new();
    let lost = write::grid(network, GridFormat::Pandapower, &mut text).unwrap();
    let mut again =
        read_text(&text, Format::Pandapower, "own.json").unwrap_or_else(|e| panic!("{e:#?}")).plan.network;
    for bus in &mut again.buses {
        bus.id = bus.name.as_str().into();
    }
    (again, lost)
}

fn farthest(before: &Network, after: &Network) -> (f64, String) {
    let (before, after) = (electrically(before), electrically(after));
    assert_eq!(before.len(), after.len());
    let off = before.iter().map(|(at, value)| {
        let found =
            after.get(at).map_or(f64::INFINITY, |after| (value - after).norm() / (1.0 + value.norm()));
        (found, format!("{at:?} {value}"))
    });
    off.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap()
}

#[test]
fn what_is_written_for_pandapower_reads_back_as_the_same_grid() {
    let Some(cases) = cases() else { return };
    for file in ["case118.json", "case33bw.json", "iceland.json", "case1888rte.json.gz"] {
        let network = opened(&cases.join("pandapower").join(file)).plan.network;
        let (again, _) = there_and_back(&network);
        let (far, at) = farthest(&network, &again);
        assert!(far <= 1e-9, "{file}: {far:e} {at}");
        assert_eq!(again.generators.len(), network.generators.len());
    }
    for file in ["psse/v33_IEEE_57_bus.raw", "matpower/pglib_opf_case118_ieee.m", "ucte/test_ucte_DE.uct"] {
        let network = opened(&cases.join(file)).plan.network;
        let (again, lost) = there_and_back(&network);
        assert!(lost.iter().all(|f| f.severity != Severity::Error), "{lost:?}");
        let (far, at) = farthest(&network, &again);
        assert!(far <= 1e-9, "{file}: {far:e} {at}");
    }
}

#[test]
fn what_pandapower_cannot_carry_is_listed() {
    let Some(cases) = cases() else { return };
    let network = opened(&cases.join("psse/v35_full_export.raw")).plan.network;
    let lost = write::grid(&network, GridFormat::Pandapower, &mut Vec::new()).unwrap();
    let said: Vec<&str> = lost.iter().map(|f| f.message.as_str()).collect();
    for words in [
        "three-winding transformers are left out",
        "static compensators",
        "direct-current links",
        "switched shunts",
    ] {
        assert!(said.iter().any(|s| s.contains(words)), "{words}: {said:?}");
    }
}
