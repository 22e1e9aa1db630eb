//! Lists of contingencies and of what is watched, as PSS/E has them.

use super::opened;
use gridstage::finding::{Code, Severity};
use gridstage::model::{BandOf, ElementId, Network, Side};
use gridstage::read::psse::lists::{Subsystems, contingencies, subsystems, watched};
use gridstage::read::{ListFiles, Rejected, lists};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

/// The 14-bus grid that comes along, whose branches are called from-to-k as in RAW.
fn ieee14() -> Network {
    opened(&Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/14")).plan.network
}

fn ids(network: &Network, elements: &[ElementId]) -> Vec<String> {
    elements.iter().map(|&element| network.describe(element)).collect()
}

fn sets(text: &str, network: &Network) -> Subsystems {
    let (sets, findings) = subsystems(text, &Arc::from("own.sub"), network).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    sets
}

fn told(rejected: &Rejected, code: Code, words: &str) -> u32 {
    let found = rejected.findings.iter().find(|f| f.code == code && f.message.contains(words));
    found.unwrap_or_else(|| panic!("{rejected:#?}")).place.as_ref().unwrap().line
}

/// The list of the GO challenge (`C2DataUtilities`, CC0) for its 14-bus case: 26 contingencies, one of them given twice. Its
/// names say what is lost, which is the witness.
#[test]
fn a_list_of_the_go_challenge_names_the_records_that_its_contingencies_are_called_after() {
    let network = ieee14();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/contingency/ieee14.con");
    let read = lists(&network, &ListFiles { contingencies: Some(&path), ..ListFiles::default() }).unwrap();
    assert_eq!(read.contingencies.len(), 25);
    for one in &read.contingencies {
        let parts: Vec<&str> = one.id.split('_').collect();
        let &[element] = one.lost.as_slice() else { panic!("{one:?}") };
        let ends: Vec<&str> =
            network.stands_at(element).iter().flatten().map(|&bus| network.buses[bus].id.as_str()).collect();
        match parts[0] {
            "G" => assert!(matches!(element, ElementId::Generator(_)) && ends == parts[1..2], "{one:?}"),
            _ => assert_eq!(ends, parts[1..3], "{one:?}"),
        }
        assert!(one.closed.is_empty());
    }
    let again = read.findings.iter().find(|f| f.message.contains("G_3_1")).unwrap();
    assert_eq!((again.severity, again.place.as_ref().unwrap().line), (Severity::Note, 10));
    assert_eq!(gridstage::study::contingency::of_list(&read.contingencies).len(), 25);
}

#[test]
fn several_losses_stand_in_one_contingency_and_branches_are_found_from_either_end() {
    let network = ieee14();
    let text = "/PSS(R)E 35\nCOM a comment\ncontingency 'A B'\ntrip line from bus 2 to bus 1 ckt '1 ' / either way\n\
                REMOVE MACHINE 1 FROM BUS 3\nDISCONNECT BUS 8\nEND\nCONTINGENCY C\nCLOSE BRANCH FROM BUS 4 TO BUS 7\nEND\nEND\n";
    let (list, findings) =
        contingencies(text, &Arc::from("own.con"), &network, &Subsystems::default()).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(list[0].id, "A B");
    assert_eq!(ids(&network, &list[0].lost), ["line 1-2-1", "generator 3-1", "bus 8"]);
    assert_eq!(ids(&network, &list[1].closed), ["transformer 4-7-1"]);
    assert!(list[1].lost.is_empty());
}

#[test]
fn rules_make_a_contingency_for_each_branch_tie_and_machine_of_a_subsystem() {
    let network = ieee14();
    let sets = sets(
        "SUBSYSTEM 'few'\n BUSES 1 4\nEND\nSUBSYSTEM two JOIN 'g' BUSES 4 9 BUS 6 END END\nEND\n",
        &network,
    );
    let of = |text: &str| {
        let (list, _) = contingencies(text, &Arc::from("own.con"), &network, &sets).unwrap();
        list.iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(of("SINGLE BRANCH IN SUBSYSTEM 'FEW'\nEND\n"), ["1-2-1", "2-3-1", "2-4-1", "3-4-1"]);
    assert_eq!(of("SINGLE TIE FROM SUBSYSTEM few\nEND\n"), ["1-5-1", "2-5-1", "4-5-1", "4-7-1", "4-9-1"]);
    assert_eq!(of("SINGLE UNIT IN SUBSYSTEM few\nEND\n"), ["1-1", "2-1", "3-1"]);
    let skipped = "SKIP\n 3 TO 2 CIRCUIT 1\n FROM BUS 3 TO BUS 4\nEND\nDOUBLE LINE IN SUBSYSTEM few\nEND\n";
    assert_eq!(of(skipped), ["1-2-1 + 2-4-1"]);
    // Buses 4 to 9, 6 among them: within a group of one kind the ranges are joined.
    assert_eq!(of("SINGLE UNIT IN SUBSYSTEM two\n"), ["6-1", "8-1"]);
}

#[test]
fn a_subsystem_is_the_intersection_of_kinds_and_the_union_of_groups() {
    let mut network = ieee14();
    for bus in &mut network.buses {
        let number: usize = bus.id.parse().unwrap();
        bus.area = if number <= 5 { "1" } else { "2" }.into();
        bus.zone = if number.is_multiple_of(2) { "7" } else { "8" }.into();
        bus.vn_kv = if number <= 3 { 220.0 } else { 110.0 };
    }
    let members = |text: &str| {
        let sets = sets(text, &network);
        let set = sets.buses("S").unwrap().to_vec();
        network
            .buses
            .iter()
            .zip(set)
            .filter(|(_, is_in)| *is_in)
            .map(|(bus, _)| bus.id.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(members("SUBSYSTEM S\nAREA 1\nKVRANGE 200 240\nEND\nEND"), ["1", "2", "3"]);
    assert_eq!(members("SUBSYSTEM S AREA 1 ZONE 7 END"), ["2", "4"]);
    assert_eq!(
        members("SYSTEM S\nJOIN A\nAREA 1\nZONE 7\nEND\nJOIN\nBUSES 13 14\nEND\nEND\n"),
        ["2", "4", "13", "14"]
    );
    assert_eq!(members("SUBSYSTEM S\nAREAS 1 2\nKV 220\nEND\n"), ["1", "2", "3"]);
}

#[test]
fn what_is_watched_are_branches_interfaces_and_bands_of_voltage() {
    let network = ieee14();
    let sets = sets("SUBSYSTEM few\n BUSES 1 4\nEND\nEND\n", &network);
    let text = "MONITOR VOLTAGE RANGE SUBSYSTEM 'FEW' 0.950 1.050\nMONITOR VOLTAGE DEVIATION ALL BUSES 0.03 0.06\n\
                MONITOR VOLTAGE RANGE IN BUS 7 0.9\nMONITOR TIES FROM SUBSYSTEM 'few'\nMONITOR BRANCHES\n 2 1\n 4 9 1\nEND\n\
                MONITOR INTERFACE 'North' RATING 400 MW\n 1 5 1\nBRANCH FROM BUS 4 TO BUS 2 CKT 1\nEND\nEND\n";
    let (found, findings) = watched(text, &Arc::from("own.mon"), &network, &sets).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    assert_eq!(
        ids(&network, &found.branches),
        ["line 1-5-1", "line 2-5-1", "line 4-5-1", "transformer 4-7-1", "transformer 4-9-1", "line 1-2-1"]
    );
    assert_eq!(found.interfaces[0].rating_mw, Some(400.0));
    let sides: Vec<Side> = found.interfaces[0].branches.iter().map(|(_, side)| *side).collect();
    assert_eq!(sides, [Side::From, Side::To]);
    let bands: Vec<_> =
        found.bands.iter().map(|band| (band.buses.len(), band.of, band.low_pu, band.high_pu)).collect();
    assert_eq!(
        bands,
        [
            (4, BandOf::Voltage, 0.95, 1.05),
            (14, BandOf::Change, 0.03, 0.06),
            (1, BandOf::Voltage, 0.9, f64::INFINITY)
        ]
    );
}

#[test]
fn what_is_not_in_the_grid_or_has_no_end_is_told_with_its_line() {
    let network = ieee14();
    let none = Subsystems::default();
    let con = |text: &str| contingencies(text, &Arc::from("own.con"), &network, &none);
    let reject = |text: &str| con(text).unwrap_err();
    assert_eq!(
        told(&reject("CONTINGENCY A\nOPEN BRANCH FROM BUS 1 TO BUS 99\nEND\n"), Code::Reference, "no bus 99"),
        2
    );
    let no_branch = "\nCONTINGENCY A\nOPEN BRANCH FROM BUS 1 TO BUS 14 CKT 1\nEND\n";
    assert_eq!(told(&reject(no_branch), Code::Reference, "1 and 14"), 3);
    let circuit = "CONTINGENCY A\nOPEN BRANCH FROM BUS 1 TO BUS 2 CKT 9\nEND\n";
    assert_eq!(told(&reject(circuit), Code::Reference, "identifier 9"), 2);
    assert_eq!(
        told(&reject("CONTINGENCY A\nREMOVE UNIT 2 FROM BUS 1\nEND\n"), Code::Reference, "identifier 2"),
        2
    );
    assert_eq!(told(&reject("CONTINGENCY A\nDISCONNECT BUS 1\n"), Code::Syntax, "no END"), 1);
    assert_eq!(told(&reject("CONTINGENCY A\nCONTINGENCY B\nEND\n"), Code::Syntax, "before A"), 2);
    assert_eq!(told(&reject("SINGLE BRANCH IN SUBSYSTEM 'NO'\n"), Code::Reference, "no subsystem NO"), 1);
    assert_eq!(told(&reject("COM nothing\n"), Code::Empty, "no contingency"), 1);
    // A statement that is not known leaves the contingency out as a whole, and that is told.
    let text = "CONTINGENCY A\nDISCONNECT BUS 1\nSET BUS 2 LOAD TO 50 PERCENT\nEND\nCONTINGENCY B\nDISCONNECT BUS 2\nEND\n";
    let (list, findings) = con(text).unwrap();
    assert_eq!(list.len(), 1);
    assert!(
        findings.iter().any(|f| f.code == Code::NotUsed && f.message.contains("A is left out")),
        "{findings:?}"
    );
    let sub = |text: &str| subsystems(text, &Arc::from("own.sub"), &network).unwrap_err();
    assert_eq!(told(&sub("SUBSYSTEM A\nAREA x\nEND\n"), Code::Syntax, "rising numbers"), 2);
    assert_eq!(told(&sub("SUBSYSTEM A\nKVRANGE 220 110\nEND\n"), Code::Syntax, "rising numbers"), 2);
    assert_eq!(told(&sub("SUBSYSTEM A\nOWNER 1\nEND\n"), Code::Unsupported, "owners"), 2);
    assert_eq!(told(&sub("SUBSYSTEM A\nAREA 1\n"), Code::Syntax, "no END"), 1);
}

/// What a rule makes is limited, however small the text is.
#[test]
fn a_rule_that_makes_too_many_contingencies_is_refused() {
    let mut network = ieee14();
    let line = network.lines.as_slice()[0].clone();
    for k in 0..500 {
        let id = format!("1-2-x{k}");
        network.lines.push(gridstage::model::Line { row: id.as_str().into(), id: id.into(), ..line.clone() });
    }
    let sets = sets("SUBSYSTEM ALL\nBUSES 1 14\nEND\n", &network);
    let rejected = contingencies("DOUBLE BRANCH IN SUBSYSTEM ALL\n", &Arc::from("own.con"), &network, &sets)
        .unwrap_err();
    assert_eq!(told(&rejected, Code::Unsupported, "more than 100000"), 1);
}

/// The names of the GO challenge's list, once more as a table that a spreadsheet of Vietnamese locale writes, mean the same records.
#[test]
fn a_table_of_outages_means_the_records_of_the_list_that_it_was_made_of() {
    let network = ieee14();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/contingency/ieee14.con");
    let of = |path: &Path| {
        let files = ListFiles { contingencies: Some(path), ..ListFiles::default() };
        lists(&network, &files).unwrap().contingencies
    };
    let mut listed = of(&path);
    // One of them is given twice; in a table that is one of two elements.
    let mut seen = Vec::new();
    listed.retain(|one| {
        !seen.contains(&one.id) && {
            seen.push(one.id.clone());
            true
        }
    });
    let mut table = String::from("\u{feff}outage;element;element_type\r\n");
    for contingency in &listed {
        for &element in &contingency.lost {
            let (id, kind) = (network.id_of(element), element.kind().as_str());
            writeln!(table, "{};{id};{kind}\r", contingency.id).unwrap();
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("outages.csv");
    std::fs::write(&own, table).unwrap();
    let found: Vec<_> = of(&own).into_iter().map(|one| (one.id, one.lost)).collect();
    let expected: Vec<_> = listed.into_iter().map(|one| (one.id, one.lost)).collect();
    assert_eq!(found, expected);
}

/// The words of files in use: status that is set, machines `at` a bus, and pairs of parallel circuits, in or out of a subsystem.
#[test]
fn other_words_for_the_same_and_parallel_circuits_are_followed() {
    let mut network = ieee14();
    for (id, like) in [("1-2-2", "1-2-1"), ("5-4-2", "4-5-1")] {
        let mut twin = network.lines.iter().find(|line| line.id == like).unwrap().clone();
        twin.id = id.into();
        if id == "5-4-2" {
            std::mem::swap(&mut twin.from, &mut twin.to);
        }
        network.lines.push(twin);
    }
    let sets = sets("SUBSYSTEM 'IN'\n BUSES 1 2 3 4\nEND\nEND\n", &network);
    let text = "/PSS(R)E 34\nCONTINGENCY A\n SET STATUS OPEN BRANCH FROM BUS 2 TO BUS 3 CKT 1\n SET STATUS OPEN MACHINE 1 AT BUS 2\n\
                END\nPARALLEL BRANCH IN SUBSYSTEM 'IN'\nPARALLEL TIE FROM SUBSYSTEM 'IN'\nEND\n";
    let (list, findings) = contingencies(text, &Arc::from("own.con"), &network, &sets).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let lost: Vec<Vec<String>> = list.iter().map(|one| ids(&network, &one.lost)).collect();
    assert_eq!(
        lost,
        [["line 2-3-1", "generator 2-1"], ["line 1-2-1", "line 1-2-2"], ["line 4-5-1", "line 5-4-2"],]
    );
}
