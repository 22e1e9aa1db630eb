//! CGMES: archives that other programs wrote, against `OpenLoadFlow` and against the states that they store.

use super::{assert_olf, cases, opened, reference, solved};
use gridstage::finding::Code;
use gridstage::flow::{Controls, FlowOptions, load_flow};
use gridstage::model::{Control, DcLink, Network, VscDc};
use gridstage::read::{self, Format};
use gridstage::study;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

const NUDOX: &str = "cgmes/IEEE_14_v35_nudox_hvdc_substations.zip";

fn archive(name: &str) -> Option<PathBuf> {
    cases().map(|cases| cases.join(name))
}

/// The members of an archive whose names hold none of `without`, changed by `change`.
fn members(path: &Path, without: &[&str], change: impl Fn(String) -> String) -> Vec<(String, String)> {
    let mut archive = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut text = String::new();
            archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
            (name, change(text))
        })
        .filter(|(name, _)| !without.iter().any(|word| name.contains(word)))
        .collect()
}

fn folder(members: &[(String, String)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in members {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

/// Voltages [kV] and angles, rising, without controls.
fn state(network: &Network) -> Vec<(f64, f64)> {
    let options = FlowOptions { controls: Controls::OFF, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    let mut state: Vec<(f64, f64)> =
        flow.buses.vm_kv.iter().copied().zip(flow.buses.va_deg.iter().copied()).collect();
    state.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    state
}

#[test]
fn fourteen_buses_solve_as_open_load_flow_solves_them() {
    let Some(path) = archive("cgmes/IEEE_14_bus.zip") else { return };
    let read = opened(&path);
    assert_eq!(read.inputs[0].format, Format::Cgmes);
    let network = read.plan.network;
    assert_eq!((network.buses.len(), network.lines.len(), network.transformers.len()), (14, 17, 3));
    let expected = reference(&cases().unwrap().join("reference/cgmes/IEEE_14_bus.csv"));
    assert_olf("IEEE_14_bus", &network, &expected, |_| true);
}

/// The state in SV comes from the program that wrote the file: it balances, and solving hardly moves it.
#[test]
fn the_state_that_the_file_stores_balances() {
    let Some(path) = archive("cgmes/IEEE_14_bus.zip") else { return };
    let network = opened(&path).plan.network;
    let stated = study::stated(&network, &solved(&network)).unwrap().unwrap();
    let text = stated.finding(&network).message;
    assert!(stated.missing_mw.value < 0.01 && stated.missing_mvar.value < 0.02, "{text}");
}

/// With phase shifter, three windings, borders and voltage-source links; `tests/cases/cgmes/nudox.py` is the witness.
#[test]
fn links_shifters_and_borders_solve_as_open_load_flow_solves_them() {
    let Some(path) = archive(NUDOX) else { return };
    let read = opened(&path);
    assert!(
        read.findings.iter().any(|finding| finding.message.contains("rdf:about")),
        "{:#?}",
        read.findings
    );
    let mut network = read.plan.network;
    assert_eq!((network.transformers3.len(), network.dc_links.len()), (1, 2));
    assert!(network.transformers.iter().any(|t| (t.shift_deg - 3.338_738).abs() < 1e-6));
    let slack: Vec<&str> =
        network.generators.iter().filter(|g| g.control == Control::Slack).map(|g| g.id.as_str()).collect();
    assert_eq!(slack, ["BUS 1_1"]);
    for link in &network.dc_links {
        let DcLink::Vsc(link) = link else { panic!("{link:?}") };
        assert!(link.converters.iter().any(|end| end.dc == VscDc::Voltage(640.0)));
        assert!(link.converters.iter().any(|end| end.dc == VscDc::Power(100.0)));
    }
    // The witness has no bus for the far ends of the border lines.
    let expected = reference(Path::new("tests/cases/cgmes/nudox.csv"));
    let borders: Vec<_> =
        network.generators.iter().filter(|g| g.id.contains("EQINJ")).map(|g| g.bus).collect();
    assert_eq!(borders.len(), 2);
    network.name.clear();
    let names: Vec<_> = borders.iter().map(|&bus| network.buses[bus].id.clone()).collect();
    assert_olf("nudox", &network, &expected, |bus| !names.contains(&bus.id));
}

/// A TP profile says what the switches say: without it, closed switches make the same buses.
#[test]
fn buses_made_of_switches_are_those_of_the_topology_profile() {
    let Some(path) = archive(NUDOX) else { return };
    let whole = opened(&path).plan.network;
    let bare = folder(&members(&path, &["_TP_1", "TPBD"], |text| text));
    let made = opened(bare.path());
    assert!(made.findings.iter().any(|finding| finding.message.contains("without a TP profile")));
    assert_eq!(made.plan.network.buses.len(), whole.buses.len());
    for (a, b) in state(&whole).into_iter().zip(state(&made.plan.network)) {
        assert!((a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6, "{a:?} {b:?}");
    }
}

/// An open breaker parts what it joined, as long as the switches say what the buses are.
#[test]
fn an_open_switch_parts_its_buses() {
    let Some(path) = archive(NUDOX) else { return };
    let open = |text: String| text.replacen("<cim:Switch.open>false", "<cim:Switch.open>true", 1);
    let parted = opened(folder(&members(&path, &["_TP_1", "TPBD"], open)).path()).plan.network;
    let whole = opened(&path).plan.network;
    assert_eq!(parted.buses.len(), whole.buses.len() + 1);
    assert_eq!(parted.switches.iter().filter(|switch| !switch.closed).count(), 1);
}

#[test]
fn folder_archive_and_archives_in_a_folder_hold_the_same_grid() {
    let Some(path) = archive("cgmes/IEEE_14_bus.zip") else { return };
    let whole = opened(&path).plan.network;
    let files = members(&path, &[], |text| text);
    assert_eq!(opened(folder(&files).path()).plan.network, whole);
    let packed = tempfile::tempdir().unwrap();
    for (name, text) in &files {
        let file = std::fs::File::create(packed.path().join(format!("{name}.zip"))).unwrap();
        let mut archive = zip::ZipWriter::new(file);
        archive.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
        archive.finish().unwrap();
    }
    let read = opened(packed.path());
    assert_eq!((read.plan.network, read.inputs.len()), (whole, 4));
}

/// Its TP profile hangs two thirds of all terminals of 380 to 0.4 kV on one node, so that pypowsybl does not calculate it
/// (`SOURCES.md`); its connectivity nodes and switches are sound.
#[test]
fn a_topology_profile_that_joins_levels_is_told_and_the_switches_are_taken() {
    let Some(path) = archive("cgmes/pandapower_example_multivoltage.zip") else { return };
    let read = opened(&path);
    let told = read.findings.iter().find(|f| f.message.contains("the TP profile is not used")).unwrap();
    assert!(told.message.contains("closed switches make the buses"), "{told:?}");
    let network = read.plan.network;
    assert_eq!((network.transformers.len(), network.transformers3.len()), (2, 1));
    for line in &network.lines {
        assert_eq!(
            network.buses[line.from].vn_kv.to_bits(),
            network.buses[line.to].vn_kv.to_bits(),
            "{}",
            line.id
        );
    }
    solved(&network);
}

#[test]
fn one_profile_alone_is_refused_with_the_way_out() {
    let Some(path) = archive("cgmes/IEEE_14_bus.zip") else { return };
    for (word, missing) in [("_EQ_", "SSH"), ("_SSH_", "EQ")] {
        let files = members(&path, &[], |text| text);
        let (name, text) = files.iter().find(|(name, _)| name.contains(word)).unwrap();
        let rejected = read::read_bytes(text.clone().into_bytes(), name).unwrap_err();
        let finding = &rejected.findings[0];
        assert_eq!(finding.code, Code::Reference, "{finding:?}");
        assert!(
            finding.message.contains(missing)
                && finding.help.as_deref().unwrap_or_default().contains("folder")
        );
    }
}

#[test]
fn another_version_of_the_cim_is_refused() {
    let Some(path) = archive("cgmes/IEEE_14_bus.zip") else { return };
    let other = |text: String| text.replace("2013/CIM-schema-cim16#", "CIM100#");
    let rejected = read::read(folder(&members(&path, &[], other)).path()).unwrap_err();
    assert_eq!(rejected.findings[0].code, Code::Version);
}

#[test]
fn broken_files_are_refused_and_never_panic() {
    let Some(path) = archive(NUDOX) else { return };
    let files = members(&path, &[], |text| text);
    let (name, text) = files.iter().find(|(name, _)| name.contains("_EQ_1")).unwrap();
    for k in 1..40 {
        let mut cut = text.len() * k / 40;
        while !text.is_char_boundary(cut) {
            cut -= 1;
        }
        let rejected = read::read_bytes(text.as_bytes()[..cut].to_vec(), name).unwrap_err();
        assert!(!rejected.findings.is_empty());
        // Half of the equipment is gone, and what is left names it.
        let mut mended = files.clone();
        let end = text[..cut].rfind("\n  <cim:").unwrap_or(0);
        for (other, content) in &mut mended {
            if other == name {
                *content = format!("{}\n</rdf:RDF>", &text[..end]);
            }
        }
        let _ = read::read(folder(&mended).path());
    }
}
