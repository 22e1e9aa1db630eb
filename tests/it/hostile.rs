//! Real files cut short and with bytes changed: every reader answers with a grid or with findings, and never panics.

mod doors;

use crate::support::shared;
use gridstage::read::psse::lists::{Subsystems, contingencies, subsystems, watched};
use gridstage::read::{read_bytes, unpacked};
use gridstage::write::{GridFormat, PsseForm};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Numbers that look random and are the same every time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }
}

/// What takes the place of a byte: what parts, closes and counts in one of the formats.
const BYTES: &[u8] = b"0-9.,;:'\"<>/[]{}()=%#\n\r\t \\&!eENna";

fn spoilt(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut spoilt = bytes.to_vec();
    match numbers.next(4) {
        0 => spoilt.truncate(numbers.next(bytes.len())),
        1 => {
            let from = numbers.next(bytes.len());
            let to = (from + numbers.next(200)).min(bytes.len());
            spoilt.drain(from..to);
        }
        2 => {
            let from = numbers.next(bytes.len());
            let to = (from + numbers.next(100)).min(bytes.len());
            let part = bytes[from..to].to_vec();
            let at = numbers.next(bytes.len());
            spoilt.splice(at..at, part);
        }
        _ => {}
    }
    for _ in 0..numbers.next(6) {
        if !spoilt.is_empty() {
            let at = numbers.next(spoilt.len());
            spoilt[at] = BYTES[numbers.next(BYTES.len())];
        }
    }
    spoilt
}

#[test]
fn files_that_are_spoilt_are_read_or_refused_and_never_crash_a_reader() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = vec![own.join("tests/cases/workbook/teaching.xlsx")];
    if let Some(cases) = shared().map(|shared| shared.join("cases")) {
        for file in [
            "dgs/Switches.dgs",
            "dgs/ThreeMIB_T3W_phase_solved.dgs",
            "dgs/Hvdc.dgs",
            "ucte/19700101_0000_FO4_UX1.uct",
            "xiidm/twoSubstations_rev35.xiidm",
            "xiidm/t_case9_dcline.xiidm",
            "pandapower/case33bw.json",
            "psse/v35_five_bus_nodeBreaker_rev35.raw",
            "psse/v35_full_export.rawx",
            "psse/v33_IEEE_14_bus_completed.raw",
            "matpower/pm_case5_dc.m",
        ] {
            files.push(cases.join(file));
        }
    }
    let mut numbers = Numbers(2016);
    let (mut read, mut refused) = (0, 0);
    for path in &files {
        let is_packed = path.extension().is_some_and(|ending| ending == "xlsx");
        let bytes = if is_packed { std::fs::read(path).unwrap() } else { unpacked(path).unwrap() };
        for _ in 0..150 {
            match read_bytes(spoilt(&bytes, &mut numbers), "spoilt") {
                Ok(_) => read += 1,
                Err(rejected) => {
                    assert!(!rejected.findings.is_empty());
                    refused += 1;
                }
            }
        }
    }
    assert!(read + refused == 150 * files.len() && refused > 0, "{read} {refused}");
}

#[test]
fn lists_that_are_spoilt_are_read_or_refused_and_never_crash_a_reader() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let network = gridstage::read::read(&own.join("grids/ieee/14")).unwrap().plan.network;
    let con = std::fs::read(own.join("tests/cases/contingency/ieee14.con")).unwrap();
    let sub = b"SUBSYSTEM 'A'\n JOIN 'x'\n AREA 1\n KVRANGE 100 400\n END\n BUSES 1 9\nEND\nEND\n";
    let mon = b"MONITOR BRANCHES IN SUBSYSTEM 'A'\nMONITOR INTERFACE 'I' RATING 40 MW\n 1 2 1\nEND\n\
                MONITOR VOLTAGE RANGE ALL BUSES 0.9 1.1\nEND\n";
    let mut numbers = Numbers(7);
    let file: Arc<str> = Arc::from("spoilt");
    let text =
        |bytes: &[u8], numbers: &mut Numbers| String::from_utf8_lossy(&spoilt(bytes, numbers)).into_owned();
    for _ in 0..300 {
        let sets = subsystems(&text(sub, &mut numbers), &file, &network)
            .map_or_else(|_| Subsystems::default(), |sets| sets.0);
        let _ = contingencies(&text(&con, &mut numbers), &file, &network, &sets);
        let _ = watched(&text(mon, &mut numbers), &file, &network, &sets);
    }
}

/// Inputs that once broke a door (`tests/cases/hostile/DOOR/NAME`): it stands now.
#[test]
fn what_once_broke_a_door_does_so_no_more() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/hostile");
    let mut tried = 0;
    for (name, door) in doors::DOORS {
        let mut files: Vec<PathBuf> = std::fs::read_dir(kept.join(name))
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .collect();
        files.sort();
        for file in files {
            eprintln!("{}", file.display());
            let begun = Instant::now();
            door(&std::fs::read(&file).unwrap());
            assert!(begun.elapsed() < Duration::from_secs(10), "{}", file.display());
            tried += 1;
        }
    }
    assert!(tried > 0);
}

/// The twin of `cargo fuzz` where there is no nightly compiler: a few hundred spoilt inputs through each door, the same each time.
#[test]
fn every_door_stands_what_is_spoilt() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    let file = |path: &str| std::fs::read(own.join(path)).unwrap();
    let of_folder = |path: &str| -> Vec<u8> {
        let (mut folders, mut files) = (vec![own.join(path)], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
            }
        }
        files.sort();
        let part = |file: &PathBuf| {
            let name = file.strip_prefix(own.join(path)).unwrap().display().to_string().replace('\\', "/");
            [format!("=== {name}\n").into_bytes(), std::fs::read(file).unwrap()].concat()
        };
        files.iter().flat_map(part).collect()
    };
    let network = gridstage::read::read(&own.join("grids/ieee/14")).unwrap().plan.network;
    let written = |format| {
        let mut out = Vec::new();
        gridstage::write::grid(&network, format, &mut out).unwrap();
        out
    };
    let (m, raw) = (written(GridFormat::Matpower), written(GridFormat::Psse(PsseForm::Raw33)));
    let (rawx, uct) = (written(GridFormat::Psse(PsseForm::Rawx)), written(GridFormat::Ucte));
    let json = written(GridFormat::Pandapower);
    let lists = [b"=== a.con\n".to_vec(), file("tests/cases/contingency/ieee14.con")].concat();
    let seeds: Vec<(&str, Vec<u8>)> = vec![
        ("matpower", m.clone()),
        ("raw", raw.clone()),
        ("rawx", rawx.clone()),
        ("ucte", uct.clone()),
        ("pandapower", json.clone()),
        ("dgs", crate::formats::dgs::OWN.into()),
        ("packed", m.clone()),
        ("workbook", file("tests/cases/workbook/teaching.xlsx")),
        ("plan", of_folder("tests/cases/plan/teaching")),
        ("lists", lists),
        ("expected", file("grids/ieee/14/expected.toml")),
        ("solve", m.clone()),
        ("solve", raw.clone()),
        ("convert", m),
        ("convert", raw),
    ];
    let mut numbers = Numbers(2026);
    for (name, seed) in &seeds {
        let door = doors::door(name).unwrap();
        door(seed);
        for _ in 0..60 {
            door(&spoilt(seed, &mut numbers));
        }
    }
}
