//! UCTE-DEF against what pypowsybl 1.16.1 (OLF from a flat start, one slack, no limits, no controls) finds for the same
//! files: voltages in kV, angles up to a turn of the whole grid where the file names no slack.

use super::{assert_olf, cases, opened, reference};
use gridstage::finding::{Code, Finding, Severity};
use gridstage::flow::{Controls, FlowOptions, Status, load_flow};
use gridstage::model::{Bus, Network};
use gridstage::read::{Format, read_text};
use gridstage::write::GridFormat;
use std::collections::BTreeMap;

#[test]
fn ucte_files_have_the_voltages_and_angles_that_olf_finds() {
    let Some(cases) = cases() else { return };
    let mut seen = 0;
    for path in std::fs::read_dir(cases.join("ucte")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let read = opened(&path);
        assert_eq!(read.inputs[0].format, Format::Ucte);
        let expected = reference(&cases.join(format!("reference/ucte/{name}.csv")));
        // Border nodes (X..) are no buses of that program.
        assert_olf(&name, &read.plan.network, &expected, |bus| !bus.id.starts_with('X'));
        seen += 1;
    }
    assert!(seen >= 7, "{seen}");
}

#[test]
fn what_is_wrong_in_a_ucte_file_is_told_with_its_line_and_column() {
    let good = "##C 2007.05.01\n##N\n##ZDE\n\
                DAAAAA1  A            0 3 380.00       0       0       0       0\n\
                DBBBBB1  B            0 0        100.000       0       0       0\n\
                ##L\nDAAAAA1  DBBBBB1  1 0 1.0000 10.000 0.000000   5000\n";
    let read = |text: &str| read_text(text.as_bytes(), Format::Ucte, "own.uct");
    assert_eq!(read(good).unwrap().plan.network.lines.len(), 1);
    for (from, to, code, line, words) in [
        ("100.000", "1OO.000", Code::Number, 5, "P load"),
        ("DBBBBB1  1 0", "DCCCCC1  1 0", Code::Reference, 7, "no node DCCCCC1"),
        ("DBBBBB1  B ", "DBBBBBx  B ", Code::Value, 5, "voltage level"),
        ("DBBBBB1  B ", "DAAAAA1  B ", Code::Duplicate, 5, "twice"),
        ("1 0 1.0000", "1 5 1.0000", Code::Value, 7, "status"),
    ] {
        let rejected = read(&good.replacen(from, to, 1)).unwrap_err();
        let told =
            rejected.findings.iter().find(|f| f.code == code).unwrap_or_else(|| panic!("{rejected:#?}"));
        assert_eq!(told.place.as_ref().unwrap().line, line, "{told:?}");
        assert!(told.message.contains(words) && told.help.is_some(), "{told:?}");
    }
    let open = good.replace(" 0 3 380.00", " 0 2 380.00");
    let assumed = read(&open).unwrap().findings;
    assert!(assumed.iter().any(|f| f.code == Code::Assumed && f.message.contains("slack")), "{assumed:?}");
    assert_eq!(read("##C\n##N\n").unwrap_err().findings[0].code, Code::NoBuses);
}

/// Voltages [kV] and angles of a grid by the codes of its nodes.
fn state(network: &Network) -> BTreeMap<String, (f64, f64)> {
    let options = FlowOptions { controls: Controls::OFF, tol: 1e-11, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    let of = |(at, bus): (usize, &Bus)| (bus.id.to_string(), (flow.buses.vm_kv[at], flow.buses.va_deg[at]));
    network.buses.iter().enumerate().map(of).collect()
}

fn there_and_back(network: &Network) -> (Network, Vec<Finding>) {
    let mut text = Vec::new();
    let lost = gridstage::write::grid(network, GridFormat::Ucte, &mut text).unwrap();
    let again = read_text(&text, Format::Ucte, "own.uct");
    let again = again.unwrap_or_else(|e| panic!("{e:#?}\n{}", String::from_utf8_lossy(&text)));
    (again.plan.network, lost)
}

/// The figures of a UCTE file fit the fields of one, so nothing of it is lost but what is told, and its state is the same.
#[test]
fn a_ucte_file_written_again_is_the_same_grid() {
    let Some(cases) = cases() else { return };
    for path in std::fs::read_dir(cases.join("ucte")).unwrap().map(|entry| entry.unwrap().path()) {
        let network = opened(&path).plan.network;
        let (again, lost) = there_and_back(&network);
        assert!(lost.iter().all(|f| f.severity != Severity::Error), "{}: {lost:?}", path.display());
        assert_eq!(again.lines.len() + again.switches.len(), network.lines.len() + network.switches.len());
        assert_eq!(again.transformers.len(), network.transformers.len());
        let (before, after) = (state(&network), state(&again));
        assert_eq!(before.len(), after.len());
        // A phase shifter becomes one step whose percentage has five characters.
        let is_exact = !lost.iter().any(|f| f.message.contains("rounded"));
        let (tol_kv, tol_deg) = if is_exact { (1e-6, 1e-6) } else { (2e-2, 2e-2) };
        for (code, (kv, angle)) in &before {
            let (found_kv, found_angle) = after[code];
            let off = ((kv - found_kv).abs(), (angle - found_angle).abs());
            assert!(off.0 <= tol_kv && off.1 <= tol_deg, "{} {code}: {off:?} {lost:?}", path.display());
        }
    }
}

/// A grid of another format gets codes, and keeps its state as far as the width of the fields lets it.
#[test]
fn a_grid_of_numbers_becomes_a_ucte_file_with_its_losses_told() {
    let Some(cases) = cases() else { return };
    let network = opened(&cases.join("psse/v33_remoteControl.raw")).plan.network;
    let (again, lost) = there_and_back(&network);
    let said: Vec<&str> = lost.iter().map(|f| f.message.as_str()).collect();
    for words in ["codes that are made up", "rounded"] {
        assert!(said.iter().any(|s| s.contains(words)), "{words}: {said:?}");
    }
    assert_eq!(again.buses.len(), network.buses.len());
    assert!(again.buses.iter().zip(&network.buses).all(|(after, before)| after.name == before.id.as_str()));
}
