//! UCTE-DEF against what pypowsybl 1.16.1 (OLF from a flat start, one slack, no limits, no controls) finds for the same
//! files: voltages in kV, angles up to a turn of the whole grid where the file names no slack.

use super::{cases, opened, reference};
use gridstage::finding::Code;
use gridstage::flow::{Controls, FlowOptions, Status, load_flow};
use gridstage::model::Network;
use gridstage::read::{Format, read_text};

fn uncontrolled(network: &Network) -> Vec<(String, f64, f64)> {
    let options = FlowOptions { controls: Controls::OFF, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    let of = |(at, bus): (usize, &gridstage::model::Bus)| {
        (bus.id.to_string(), flow.buses.vm_kv[at], flow.buses.va_deg[at])
    };
    network.buses.iter().enumerate().map(of).collect()
}

#[test]
fn ucte_files_have_the_voltages_and_angles_that_olf_finds() {
    let Some(cases) = cases() else { return };
    let mut seen = 0;
    for path in std::fs::read_dir(cases.join("ucte")).unwrap().map(|entry| entry.unwrap().path()) {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let read = opened(&path);
        assert_eq!(read.inputs[0].format, Format::Ucte);
        let found = uncontrolled(&read.plan.network);
        // Border nodes (X..) are no buses of that program; the others are called by the first seven letters of their code.
        let found: Vec<_> = found.into_iter().filter(|(code, _, _)| !code.starts_with('X')).collect();
        let expected = reference(&cases.join(format!("reference/ucte/{name}.csv")));
        let mut left: Vec<(f64, f64)> = expected.iter().map(|row| (row.1, row.2)).collect();
        let islands = gridstage::case::build(&read.plan.network).unwrap();
        for (_, buses) in islands.buses.iter_ids() {
            // What couplers join is one bus for that program.
            let id = |bus| read.plan.network.buses[bus].id.as_str();
            let is_first = |&(at, &(node, bus)): &(usize, &(gridstage::ids::Node, gridstage::ids::BusId))| {
                !id(bus).starts_with('X') && buses[..at].iter().all(|&(other, _)| other != node)
            };
            let buses: Vec<&str> =
                buses.iter().enumerate().filter(is_first).map(|(_, &(_, bus))| id(bus)).collect();
            let island: Vec<_> = found.iter().filter(|row| buses.contains(&row.0.as_str())).collect();
            // That program may hold the angle at another bus of the island: all of it turns by one angle.
            let fits = |turn: f64| {
                let mut rest = left.clone();
                island
                    .iter()
                    .all(|(_, kv, angle)| {
                        let far = |s: &(f64, f64)| {
                            ((s.0 - kv).abs() / kv / 1e-4).max((s.1 - angle - turn).abs() / 5e-3)
                        };
                        let Some(nearest) =
                            (0..rest.len()).min_by(|&a, &b| far(&rest[a]).total_cmp(&far(&rest[b])))
                        else {
                            return false;
                        };
                        let is_near = far(&rest[nearest]) <= 1.0;
                        rest.swap_remove(nearest);
                        is_near
                    })
                    .then_some(rest)
            };
            let turns: Vec<f64> = left.iter().map(|row| row.1 - island[0].2).collect();
            left = turns
                .into_iter()
                .find_map(fits)
                .unwrap_or_else(|| panic!("{name}: {island:?} in {expected:?}"));
        }
        assert!(left.is_empty(), "{name}: {left:?}");
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
