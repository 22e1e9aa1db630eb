//! The Hanoi plan: rebuilt from its tables byte for byte, replayed and compared with them row for row.
//!
//! The comparison reads the tables of the hand-over folder with a reader of its own, by the build rule of
//! FACTS.md ("How to build a stage Y from the tables"), and shares no code with the converter.

use crate::support;
use gridstage::finding::Code;
use gridstage::ids::BusId;
use gridstage::model::{
    Confidence, Control, LineImpedance, LineType, Network, Plan, Selection, StageGrid, Transformer,
    TransformerImpedance,
};
use std::collections::BTreeMap;
use std::path::Path;

#[path = "../../examples/hanoi/build/mod.rs"]
mod build;

const STAGES: [i16; 5] = [2016, 2020, 2025, 2030, 2035];

// ---------------------------------------------------------------- the plan's side

/// Everything compared, as text keys and numbers.
type Facts = BTreeMap<String, f64>;

fn end(network: &Network, bus: BusId) -> String {
    let bus = &network.buses[bus];
    let station = bus.substation.map_or("nowhere", |id| network.substations[id].id.as_str());
    format!("{station} {}", bus.vn_kv)
}

/// What the replayed grid of a stage says.
fn replayed(network: &Network) -> Facts {
    let mut facts = Facts::new();
    for line in network.lines.iter().filter(|line| line.built) {
        let LineImpedance::Sections(sections) = &line.impedance else { panic!("{}: no sections", line.id) };
        let sum = |value: &dyn Fn(&LineType) -> f64| {
            sections
                .iter()
                .map(|s| value(&network.catalogue.line_types[s.line_type]) * s.length_km)
                .sum::<f64>()
        };
        let i_max_ka = sections
            .iter()
            .filter_map(|s| network.catalogue.line_types[s.line_type].i_normal_ka)
            .fold(f64::INFINITY, f64::min);
        let key = format!("line {} {} - {}", line.id, end(network, line.from), end(network, line.to));
        facts.insert(format!("{key} r_ohm"), sum(&|kind| kind.r_ohm_per_km));
        facts.insert(format!("{key} x_ohm"), sum(&|kind| kind.x_ohm_per_km));
        facts.insert(format!("{key} b_us"), sum(&|kind| kind.b_us_per_km));
        facts.insert(format!("{key} i_max_a"), 1000.0 * i_max_ka);
        facts.insert(format!("{key} closed"), f64::from(u8::from(line.in_service)));
        assert!(line.rating.is_unlimited(), "{}: rated by its sections alone", line.id);
    }
    for unit in network.transformers.iter().filter(|unit| unit.built) {
        let sn_mva = rated_mva(network, unit);
        let key = format!("units {}/{}", end(network, unit.from), network.buses[unit.to].vn_kv);
        assert_eq!(network.buses[unit.from].substation, network.buses[unit.to].substation, "{}", unit.id);
        *facts.entry(format!("{key} of {sn_mva} MVA")).or_default() += 1.0;
    }
    for load in network.loads.iter().filter(|load| load.built && load.in_service) {
        *facts.entry(format!("load {}", end(network, load.bus))).or_default() += load.p_mw;
    }
    for source in network.generators.iter().filter(|source| source.built && source.in_service) {
        let key = format!("source {}", end(network, source.bus));
        if source.control == Control::Slack {
            facts.insert(format!("{key} slack"), 1.0);
        } else {
            facts.insert(format!("{key} p_mw"), source.p_mw);
        }
        facts.insert(format!("{key} v_pu"), source.vm_setpoint_pu);
    }
    for bus in network.buses.iter().filter(|bus| bus.built && bus.vn_kv > 22.0) {
        facts.insert(format!("bus {}", bus.id), 1.0);
    }
    facts
}

// ---------------------------------------------------------------- the tables' side

type TableRow = BTreeMap<String, String>;

fn table(dir: &Path, file: &str) -> Vec<TableRow> {
    let mut reader = csv::Reader::from_path(dir.join(file)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn number(row: &TableRow, column: &str) -> f64 {
    row[column].parse().unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

/// What the tables say of stage `year`.
fn stated(dir: &Path, year: i16) -> Facts {
    let mut facts = Facts::new();
    for row in table(dir, "lines.csv") {
        let is_in = number(&row, "stage_in") <= f64::from(year);
        let is_out = !row["stage_out"].is_empty() && f64::from(year) >= number(&row, "stage_out");
        if !is_in || is_out {
            continue;
        }
        let km = number(&row, "length_km");
        let (from, to, kv) = (&row["from_id"], &row["to_id"], &row["kv"]);
        for circuit in 1..=row["circuits"].parse::<u16>().unwrap() {
            let key = format!("line {}#{circuit} {from} {kv} - {to} {kv}", row["line_id"]);
            for (ours, theirs) in [("r_ohm", "r_ohm"), ("x_ohm", "x_ohm"), ("b_us", "b_us")] {
                let per_km = number(&row, &format!("{theirs}_per_km_per_circuit"));
                facts.insert(format!("{key} {ours}"), per_km * km);
            }
            facts.insert(format!("{key} i_max_a"), number(&row, "imax_a_per_circuit"));
            facts.insert(format!("{key} closed"), f64::from(u8::from(row["status"] == "closed")));
        }
        facts.insert(format!("bus {from}-{kv}"), 1.0);
        facts.insert(format!("bus {to}-{kv}"), 1.0);
    }
    for row in table(dir, "substations.csv") {
        let id = &row["id"];
        for (column, hv, lv) in [("tr_500_220", 500, 220), ("tr_220_110", 220, 110), ("tr_110_22", 110, 22)] {
            for part in row[&format!("{column}_mva_{year}")].split('+').filter(|part| !part.is_empty()) {
                let (count, mva) = part.split_once('x').unwrap();
                *facts.entry(format!("units {id} {hv}/{lv} of {mva} MVA")).or_default() +=
                    count.parse::<f64>().unwrap();
                facts.insert(format!("bus {id}-{hv}"), 1.0);
                if lv > 22 {
                    facts.insert(format!("bus {id}-{lv}"), 1.0);
                }
            }
        }
        let load = &row[&format!("p_load_mw_{year}")];
        if !load.is_empty() {
            facts.insert(format!("load {id} 22"), load.parse().unwrap());
        }
    }
    for row in table(dir, "sources.csv").iter().filter(|row| row["stage"] == year.to_string()) {
        let key = format!("source {} {}", row["station_id"], row["kv"]);
        if row["bus_type"] == "slack" {
            facts.insert(format!("{key} slack"), 1.0);
        } else {
            facts.insert(format!("{key} p_mw"), number(row, "p_mw"));
        }
        facts.insert(format!("{key} v_pu"), number(row, "v_set_pu"));
    }
    facts
}

/// How far a figure of the replay may lie from the table, which rounds r to 5 decimals of an ohm per km, x to 4
/// and b to 3; the longest mixed line has 20 km.
fn tolerance(key: &str) -> f64 {
    match key.rsplit(' ').next() {
        Some("r_ohm") => 0.5e-5 * 20.0,
        Some("x_ohm") => 0.5e-4 * 20.0,
        Some("b_us") => 0.5e-3 * 20.0,
        _ => 1e-9,
    }
}

#[test]
fn every_stage_of_the_hanoi_plan_is_the_build_rule_of_its_tables_row_for_row() {
    let Some(shared) = support::shared() else { return };
    let dir = shared.join("hanoi");
    let plan = build::plan(&dir).unwrap();
    let mut differences = Vec::new();
    for year in STAGES {
        let (ours, theirs) = (replayed(&stage_grid(&plan, year, "max").network), stated(&dir, year));
        let keys: std::collections::BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        assert!(keys.len() > 500, "{year}: {} facts compared", keys.len());
        for key in keys {
            match (ours.get(key), theirs.get(key)) {
                (Some(a), Some(b)) if (a - b).abs() <= tolerance(key) => {}
                (a, b) => differences.push(format!("{year} {key}: plan {a:?}, tables {b:?}")),
            }
        }
    }
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

/// The folder of grids in the repository.
fn grids() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grids")
}

fn committed() -> Plan {
    let read = gridstage::read::plan::read(&grids().join("hanoi")).unwrap();
    assert!(read.findings.is_empty(), "{:#?}", read.findings);
    read.plan
}

fn stage_grid(plan: &Plan, year: i16, scenario: &str) -> StageGrid {
    let stage = plan.stages.iter_ids().find(|(_, stage)| stage.id == year.to_string()).unwrap().0;
    let scenario = plan.scenarios.iter_ids().find(|(_, one)| one.id == scenario).unwrap().0;
    let grid = plan.grid(stage, scenario, &Selection::default()).unwrap();
    assert!(grid.moved.is_empty() && grid.lost.is_empty(), "{year}: every load has its station");
    grid
}

/// All files below a folder but its README and expected results, by their path from it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else if path.file_name().is_some_and(|name| name != "README.md" && name != "expected.toml") {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn a_rebuild_from_the_tables_gives_the_committed_folder_byte_for_byte() {
    let Some(shared) = support::shared() else { return };
    let out = tempfile::tempdir().unwrap();
    let plan = build::plan(&shared.join("hanoi")).unwrap();
    let told = gridstage::write::plan::write(&plan, out.path()).unwrap();
    assert!(told.is_empty(), "{told:?}");
    let (new, old) = (files(out.path()), files(&grids().join("hanoi")));
    assert_eq!(new.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>());
    let differ: Vec<_> =
        new.iter().filter(|(name, bytes)| old[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differ.is_empty(), "{differ:?}: run `cargo run --example hanoi -- ../shared/hanoi grids/hanoi`");
}

#[test]
fn the_folders_of_grids_read_without_a_remark_and_are_written_back_as_they_are() {
    for name in ["hanoi", "teaching/radial", "teaching/ring", "teaching/islands"] {
        let folder = grids().join(name);
        let read = gridstage::read::plan::read(&folder).unwrap();
        assert!(read.findings.is_empty(), "{name}: {:#?}", read.findings);
        let (texts, told) = gridstage::write::plan::texts(&read.plan, None).unwrap();
        assert!(told.is_empty(), "{name}: {told:?}");
        let new: BTreeMap<_, _> = texts.into_iter().map(|(file, text)| (file, text.into_bytes())).collect();
        let old = files(&folder);
        assert_eq!(new.keys().collect::<Vec<_>>(), old.keys().collect::<Vec<_>>(), "{name}");
        for (file, bytes) in new {
            assert!(old[&file] == bytes, "{name}/{file} is written otherwise");
        }
    }
}

/// The table "Counts and transformer margin" of FACTS.md: stage, buses without those of 22 kV, MVA of 110/22, 220/110
/// and (in Hanoi) 500/220 kV; and the stations' loads as its load table rounds them.
const FIGURES: [(i16, usize, [f64; 3], f64); 5] = [
    (2016, 73, [4173.0, 4875.0, 1050.0], 3400.0),
    (2020, 97, [6321.0, 7000.0, 2700.0], 4700.0),
    (2025, 108, [8498.0, 7750.0, 5400.0], 5992.0),
    (2030, 166, [12903.0, 14500.0, 10800.0], 8800.0),
    (2035, 199, [19547.0, 21500.0, 17100.0], 11800.0),
];

#[test]
fn the_stages_of_the_hanoi_plan_have_the_counts_and_totals_that_are_published_for_them() {
    let plan = committed();
    for (year, buses, mva, load_mw) in FIGURES {
        let grid = stage_grid(&plan, year, "max").network;
        let standing = grid.buses.iter().filter(|bus| bus.built && bus.vn_kv > 22.0).count();
        assert_eq!(standing, buses, "{year}: buses");
        let installed = |hv_kv: f64| -> f64 {
            let is_meant = |unit: &&Transformer| {
                let from = &grid.buses[unit.from];
                let station = &grid.substations[from.substation.unwrap()];
                unit.built && (from.vn_kv - hv_kv).abs() < 1.0 && !station.name.contains("(boundary")
            };
            grid.transformers.iter().filter(is_meant).map(|unit| rated_mva(&grid, unit)).sum()
        };
        for (hv_kv, mva) in [110.0, 220.0, 500.0].into_iter().zip(mva) {
            assert!((installed(hv_kv) - mva).abs() < 1e-9, "{year}: {} MVA of {hv_kv} kV", installed(hv_kv));
        }
        // the stations' loads are rounded to 0.1 MW: 107 of them can be 5 MW off at the very most
        let total: f64 = standing_loads(&grid).map(|load| load.p_mw).sum();
        assert!((total - load_mw).abs() < 1.5, "{year}: {total} MW");
    }
}

fn rated_mva(network: &Network, unit: &Transformer) -> f64 {
    let TransformerImpedance::Type(kind) = unit.impedance else { panic!("{}: no type", unit.id) };
    network.catalogue.transformer_types[kind].nameplate.sn_mva
}

fn standing_loads(network: &Network) -> impl Iterator<Item = &gridstage::model::Load> {
    network.loads.iter().filter(|load| load.built && load.in_service)
}

#[test]
fn the_scenarios_draw_the_stated_share_of_the_peak() {
    let plan = committed();
    for (year, saved) in [(2016, 0.0), (2020, 0.0204), (2025, 0.05), (2030, 0.08), (2035, 0.08)] {
        let total = |scenario: &str| -> f64 {
            standing_loads(&stage_grid(&plan, year, scenario).network).map(|load| load.p_mw).sum()
        };
        let imported = |scenario: &str| -> f64 {
            let grid = stage_grid(&plan, year, scenario).network;
            grid.generators.iter().filter(|one| one.built && one.in_service).map(|one| one.p_mw).sum()
        };
        let (max, imports) = (total("max"), imported("max"));
        for (scenario, share) in [("min", 0.725), ("saving", 1.0 - saved)] {
            assert!((total(scenario) - share * max).abs() < 1e-6, "{year} {scenario}: load");
            assert!((imported(scenario) - share * imports).abs() < 1e-6, "{year} {scenario}: imports");
        }
    }
}

#[test]
fn no_work_is_dated_before_what_it_requires_and_the_added_ones_are_told_apart() {
    let plan = committed();
    let from_tables = plan.projects.iter().filter(|work| !work.id.starts_with("X-")).count();
    assert_eq!((from_tables, plan.projects.len() - from_tables), (469, 36));
    for stage in plan.stages.ids() {
        let grid = plan.grid(stage, plan.scenarios.ids().next().unwrap(), &Selection::default()).unwrap();
        assert!(grid.findings.iter().all(|found| found.code != Code::Plan), "{:#?}", grid.findings);
    }
    for work in plan.projects.iter().filter(|work| work.id.starts_with("X-")) {
        assert!(work.cost.is_none() && work.origin.confidence == Some(Confidence::Estimated), "{}", work.id);
    }
}

/// Lines in service by stage, as the README of the lesson draws them.
#[test]
fn the_ring_of_the_second_lesson_is_cut_and_switched_as_its_readme_says() {
    let plan = gridstage::read::plan::read(&grids().join("teaching/ring")).unwrap().plan;
    for (year, wanted) in [(2025, "SA SB"), (2030, "CB SA SC"), (2035, "AB SA SC")] {
        let grid = stage_grid(&plan, year, "max").network;
        let mut found: Vec<&str> = grid
            .lines
            .iter()
            .filter(|line| line.built && line.in_service)
            .map(|line| line.id.as_str())
            .collect();
        found.sort_unstable();
        assert_eq!(found.join(" "), wanted, "{year}");
    }
}

/// The README's table of rows by confidence, counted from the committed tables themselves.
#[test]
fn the_readme_counts_what_is_official_news_recalled_and_estimated() {
    let folder = grids().join("hanoi");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let mut lines = Vec::new();
    for (name, files) in [
        ("substations", vec!["substations.csv"]),
        ("buses", vec!["buses.csv", "works/buses.csv"]),
        ("line rows", vec!["lines.csv", "works/lines.csv"]),
        ("transformers", vec!["transformers.csv", "works/transformers.csv"]),
        ("boundaries", vec!["generators.csv", "works/generators.csv"]),
        ("loads", vec!["loads.csv", "works/loads.csv"]),
        ("works", vec!["projects.csv"]),
        ("forecast rows", vec!["forecast.csv"]),
        ("generation rows", vec!["generation.csv"]),
        ("transfer rows", vec!["mv_transfer.csv"]),
        ("line types", vec!["catalogue/line_types.csv"]),
        ("transformer types", vec!["catalogue/transformer_types.csv"]),
        ("unit costs", vec!["catalogue/unit_costs.csv"]),
    ] {
        let rows: Vec<TableRow> = files.iter().flat_map(|file| table(&folder, file)).collect();
        let count = |word: &str| rows.iter().filter(|row| row["confidence"] == word).count();
        let counts = ["official", "news", "recalled", "estimated"].map(count);
        assert_eq!(counts.iter().sum::<usize>(), rows.len(), "{name}: every row says its confidence");
        let [official, news, recalled, estimated] = counts;
        lines.push(format!("| {name} | {official} | {news} | {recalled} | {estimated} |"));
    }
    let plan = committed();
    let rules = |level: Confidence| {
        plan.criteria[0].rules.iter().filter(|rule| rule.confidence == Some(level)).count()
    };
    let [official, news, recalled, estimated] =
        [Confidence::Official, Confidence::News, Confidence::Recalled, Confidence::Estimated].map(rules);
    lines.push(format!("| rules | {official} | {news} | {recalled} | {estimated} |"));
    let lines = lines.join("\n");
    assert!(readme.contains(&lines), "README.md must say:\n{lines}");
}
