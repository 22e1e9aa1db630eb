//! Node-breaker data: what closed switches join is one bus, what open ones part is several.

use super::{assert_olf, cases, reference, solved};
use gridstage::finding::Code;
use gridstage::model::Network;
use gridstage::read::{Format, read_text};
use std::path::Path;

/// The second busbar switch of a text, which is that of station 5, opened; and room for the reactive power of machine 1.
fn busbars_apart(text: &str) -> String {
    let parts: Vec<&str> = text.split("'Sw-BusBars',\t\t2,\t1,").collect();
    assert_eq!(parts.len(), 3);
    let text = format!("{}'Sw-BusBars',\t\t2,\t1,{}'Sw-BusBars',\t\t2,\t0,{}", parts[0], parts[1], parts[2]);
    let free = text.replace("0.000,     0.000,1.06000", "9999.0,   -9999.0,1.06000");
    assert_ne!(free, text);
    free
}

fn raw() -> Option<String> {
    let path = cases()?.join("psse/v35_IEEE_14_bus_nodeBreaker_rev35.raw");
    Some(std::fs::read_to_string(path).unwrap())
}

/// `tests/cases/split/split.py` is the witness.
#[test]
fn an_open_busbar_switch_makes_two_buses_that_solve_as_open_load_flow_solves_them() {
    let Some(text) = raw() else { return };
    let read = read_text(busbars_apart(&text).as_bytes(), Format::Raw, "apart.raw").unwrap();
    let told: Vec<_> = read.findings.iter().filter(|f| f.message.contains("is 2 buses")).collect();
    assert_eq!((told.len(), told[0].code), (1, Code::Assumed), "{:#?}", read.findings);
    let network = read.plan.network;
    assert_eq!(network.buses.len(), 15);
    let new = network.buses.iter().last().unwrap();
    assert_eq!((new.id.as_str(), new.vn_kv), ("2-n2", 138.0));
    // The busbar switch is there to be closed again.
    let open: Vec<&str> = network.switches.iter().filter(|s| !s.closed).map(|s| s.id.as_str()).collect();
    assert_eq!(open, ["2-1-2-1"]);
    let expected = reference(Path::new("tests/cases/split/ieee14_busbars.csv"));
    assert_olf("apart", &network, &expected, |_| true);
}

#[test]
fn a_busbar_switch_that_is_closed_again_makes_the_bus_whole() {
    let Some(text) = raw() else { return };
    let state = |network: &Network| solved(network).buses.vm_pu;
    let whole = read_text(text.as_bytes(), Format::Raw, "whole.raw").unwrap().plan.network;
    let free = text.replace("0.000,     0.000,1.06000", "9999.0,   -9999.0,1.06000");
    let free = read_text(free.as_bytes(), Format::Raw, "free.raw").unwrap().plan.network;
    let mut apart =
        read_text(busbars_apart(&text).as_bytes(), Format::Raw, "apart.raw").unwrap().plan.network;
    assert_eq!((whole.buses.len(), whole.switches.len()), (14, 0));
    apart.switches.iter_mut().for_each(|switch| switch.closed = true);
    let (joined, free) = (state(&apart), state(&free));
    assert!((joined[1] - joined[14]).abs() < 1e-12);
    for (at, vm) in free.iter().enumerate() {
        assert!((vm - joined[at]).abs() < 1e-9, "bus {at}: {vm} {}", joined[at]);
    }
}

#[test]
fn rawx_parts_the_same_bus() {
    let Some(cases) = cases() else { return };
    let path = cases.join("psse/v35_IEEE_14_bus_nodeBreaker_rev35.rawx");
    let mut document: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let switches = document["network"]["subswd"]["data"].as_array_mut().unwrap();
    let busbars = switches.iter_mut().filter(|row| row[4] == "Sw-BusBars").nth(1).unwrap();
    busbars[6] = 0.into();
    let read = read_text(document.to_string().as_bytes(), Format::Rawx, "apart.rawx").unwrap();
    let Some(text) = raw() else { return };
    let of_raw = read_text(busbars_apart(&text).as_bytes(), Format::Raw, "apart.raw").unwrap();
    let places = |network: &Network| {
        let id = |bus| network.buses[bus].id.to_string();
        let lines = network.lines.iter().map(|l| (l.id.to_string(), id(l.from), id(l.to)));
        let loads = network.loads.iter().map(|l| (l.id.to_string(), id(l.bus), String::new()));
        let machines = network.generators.iter().map(|g| (g.id.to_string(), id(g.bus), String::new()));
        lines.chain(loads).chain(machines).collect::<Vec<_>>()
    };
    assert_eq!(places(&read.plan.network), places(&of_raw.plan.network));
}

#[test]
fn an_open_switch_of_an_xiidm_level_parts_its_bus() {
    let Some(cases) = cases() else { return };
    let path = cases.join("xiidm/twoSubstations_rev35.xiidm");
    // Its only machine holds no voltage, and a grid without a slack is refused.
    let text = std::fs::read_to_string(&path).unwrap().replacen(
        "voltageRegulatorOn=\"false\"",
        "voltageRegulatorOn=\"true\" targetV=\"220.0\"",
        1,
    );
    let whole = read_text(text.as_bytes(), Format::Xiidm, "whole.xiidm").unwrap().plan.network;
    assert!(text.contains("nodeBreakerTopology") && text.contains("open=\"false\""));
    let mut grown = 0;
    for (at, _) in text.match_indices("open=\"false\"") {
        let apart = format!("{}open=\"true\"{}", &text[..at], &text[at + "open=\"false\"".len()..]);
        let Ok(read) = read_text(apart.as_bytes(), Format::Xiidm, "apart.xiidm") else { continue };
        let more = read.plan.network.buses.len() - whole.buses.len();
        assert!(more <= 1, "one switch parts one bus in two");
        grown += more;
    }
    assert!(grown > 0);
}
