//! The Hanoi plan: rebuilt from its tables byte for byte, replayed and compared with them row for row.
//!
//! The comparison reads the tables of the hand-over folder with a reader of its own, by the build rule of
//! FACTS.md ("How to build a stage Y from the tables"), and shares no code with the converter.

use crate::support;
use gridstage::ids::{BusId, StageId};
use gridstage::model::{LineImpedance, Network, Plan, TransformerImpedance};
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
        let sum = |value: &dyn Fn(&gridstage::model::LineType) -> f64| {
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
        let TransformerImpedance::Type(kind) = unit.impedance else { panic!("{}: no type", unit.id) };
        let sn_mva = network.catalogue.transformer_types[kind].nameplate.sn_mva;
        let key = format!("units {}/{}", end(network, unit.from), network.buses[unit.to].vn_kv);
        assert_eq!(network.buses[unit.from].substation, network.buses[unit.to].substation, "{}", unit.id);
        *facts.entry(format!("{key} of {sn_mva} MVA")).or_default() += 1.0;
    }
    for load in network.loads.iter().filter(|load| load.built && load.in_service) {
        *facts.entry(format!("load {}", end(network, load.bus))).or_default() += load.p_mw;
    }
    for source in network.generators.iter().filter(|source| source.built && source.in_service) {
        let key = format!("source {}", end(network, source.bus));
        if source.control == gridstage::model::Control::Slack {
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
    for row in table(dir, "sources.csv").iter().filter(|row| number(row, "stage") == f64::from(year)) {
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
        let (ours, theirs) = (replayed(&stage_grid(&plan, year, "max")), stated(&dir, year));
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

fn stage_grid(plan: &Plan, year: i16, scenario: &str) -> Network {
    // TEMPORARY replay
    use gridstage::ids::Id;
    use gridstage::model::*;
    let _ = (StageId::from_index(0), scenario);
    let mut n = plan.network.clone();
    let at = jiff::civil::date(year, 12, 31);
    let mut ch = vec![];
    for p in &plan.projects {
        for ph in &p.phases {
            let d = ph.commissioning.unwrap().date;
            if d <= at {
                for c in &ph.changes {
                    ch.push((d, c.op.clone()));
                }
            }
        }
    }
    ch.sort_by_key(|c| c.0);
    for (_, op) in ch {
        let b = matches!(op, Op::Add(_));
        match op.element() {
            ElementId::Bus(i) => {
                assert_ne!(n.buses[i].built, b);
                n.buses[i].built = b
            }
            ElementId::Line(i) => {
                assert_ne!(n.lines[i].built, b);
                n.lines[i].built = b
            }
            ElementId::Transformer(i) => {
                assert_ne!(n.transformers[i].built, b);
                n.transformers[i].built = b
            }
            ElementId::Generator(i) => {
                assert_ne!(n.generators[i].built, b);
                n.generators[i].built = b
            }
            ElementId::Load(i) => {
                assert_ne!(n.loads[i].built, b);
                n.loads[i].built = b
            }
            _ => {}
        }
    }
    for l in n.loads.iter_mut() {
        l.p_mw = 0.0
    }
    for r in &plan.forecast.rows {
        if r.year == year && r.kind == ForecastKind::Base {
            let Amount::Mw(p) = r.amount else { continue };
            let l = n.loads.iter_mut().find(|l| n.buses[l.bus].substation == r.substation).unwrap();
            l.p_mw = p;
        }
    }
    for s in &plan.schedule {
        if s.year == year {
            let g = &mut n.generators[s.generator];
            g.in_service = s.in_service;
            if let Some(p) = s.p_mw {
                g.p_mw = p
            }
            if let Some(v) = s.vm_setpoint_pu {
                g.vm_setpoint_pu = v
            }
        }
    }
    n
}
#[test]
fn tmp_summary() {
    use gridstage::model::*;
    let plan = build::plan(Path::new("/work/shared/hanoi")).unwrap();
    let mut c: BTreeMap<String, usize> = BTreeMap::new();
    let mut k = |s: String| *c.entry(s).or_default() += 1;
    for p in &plan.projects {
        let x = if p.id.starts_with("X-") { &p.id[..4] } else { "P" };
        k(format!("status {x} {}", p.status.as_str()));
        k(format!("kind {x} {}", p.kind.as_str()));
        k(format!("req {x} {}", p.requires.len().min(1)));
        for ph in &p.phases {
            k(format!("prec {x} {:?}", ph.commissioning.unwrap().precision));
        }
        if p.id.starts_with("X-") {
            eprintln!(
                "{} {} req {:?} ch {:?}",
                p.id,
                p.phases[0].commissioning.unwrap(),
                p.requires.iter().map(|r| plan.projects[*r].id.to_string()).collect::<Vec<_>>(),
                p.phases[0]
                    .changes
                    .iter()
                    .map(|c| format!("{}{}", matches!(c.op, Op::Add(_)), plan.network.id_of(c.op.element())))
                    .collect::<Vec<_>>()
            );
        }
        if p.phases[0].commissioning.unwrap().precision != Precision::Year
            || p.phases.len() > 1
            || ["P310", "P168", "P249"].contains(&p.id.as_str())
        {
            eprintln!(
                "{} {:?} {} {:?} req {:?} cost {:?}\n   {}\n  {:?}",
                p.id,
                p.phases.iter().map(|p| p.commissioning.unwrap().to_string()).collect::<Vec<_>>(),
                p.status.as_str(),
                p.kind,
                p.requires.iter().map(|r| plan.projects[*r].id.to_string()).collect::<Vec<_>>(),
                p.cost,
                p.note,
                p.phases
                    .iter()
                    .map(|p| p
                        .changes
                        .iter()
                        .map(|c| plan.network.id_of(c.op.element()).to_string())
                        .collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            );
        }
        if let Some(co) = &p.cost {
            k(format!("price {} {}", co.price_year, co.basis));
        }
    }
    for t in plan.network.transformers.iter() {
        let TransformerImpedance::Type(ty) = t.impedance else { panic!() };
        k(format!("tap {} {}", plan.network.catalogue.transformer_types[ty].id, t.tap.unwrap().position));
    }
    eprintln!(
        "{c:#?} {:?} {} rows forecast, {} schedule {} transfers",
        plan.base.load_loss_factor,
        plan.forecast.rows.len(),
        plan.schedule.len(),
        plan.transfers.len()
    );
    eprintln!(
        "{} {} {} {} {} {}",
        plan.network.substations.len(),
        plan.network.buses.len(),
        plan.network.lines.len(),
        plan.network.transformers.len(),
        plan.network.loads.len(),
        plan.network.generators.len()
    );
    for r in &plan.criteria[0].rules {
        eprintln!("{r:?}");
    }
}
