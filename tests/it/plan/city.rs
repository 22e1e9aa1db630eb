//! Works of a city grid: what each does to the records, and that it can be taken back to the last bit.

use super::edited_folder;
use gridstage::finding::Finding;
use gridstage::flow::{FlowOptions, load_flow};
use gridstage::ids::{ProjectId, ScenarioId};
use gridstage::model::{ElementId, Line, LineImpedance, Network, Plan, Replay, Selection, lint};
use gridstage::{read, write};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use tempfile::TempDir;

const HEADER: &str = "project,seq,op,element,id,field,from,to,at,at_km,type,length_km,line_km,new_id,moves,p_mw,percent,b_mvar";

/// What the teaching plan builds anyway: station C behind two circuits.
const STATION_C: &str = "\
P001,1,add,line,B-C,,,,,,,,,,,,,
P002,1,add,bus,C110,,,,,,,,,,,,,
P002,2,add,load,C1,,,,,,,,,,,,,
";

/// The day after which the works of P005 stand.
const AFTER: Date = date(2019, 12, 31);

/// The plan of four stations in which P005 (30 June 2019, decommissioned on 30 June 2020) does `works`.
fn folder(works: &[&str]) -> TempDir {
    let dir = edited_folder(&[(
        "projects.csv",
        "P005,Second line,line,candidate,110,2019-06-30,",
        "P005,Second line,line,approved,110,2019-06-30,2020-06-30",
    )]);
    let rows = works.iter().fold(String::new(), |rows, row| rows + "P005," + row + "\n");
    std::fs::write(dir.path().join("changes.csv"), format!("{HEADER}\n{STATION_C}{rows}")).unwrap();
    dir
}

fn plan(works: &[&str]) -> Result<Plan, Vec<Finding>> {
    read::read(folder(works).path()).map(|read| read.plan).map_err(|rejected| rejected.findings)
}

fn replayed(plan: &Plan, at: Date) -> Replay {
    plan.replay(Some(at), &Selection::default()).unwrap_or_else(|findings| panic!("{findings:#?}"))
}

fn line<'n>(network: &'n Network, id: &str) -> &'n Line {
    match network.called(&format!("line {id}")) {
        Some(ElementId::Line(line)) => &network.lines[line],
        _ => panic!("there is no line {id}"),
    }
}

/// `ACSR-240 4.2 + XLPE-1200 1`
fn sections(network: &Network, id: &str) -> String {
    let LineImpedance::Sections(sections) = &line(network, id).impedance else {
        panic!("{id} has no sections")
    };
    let words: Vec<String> = sections
        .iter()
        .map(|one| format!("{} {}", network.catalogue.line_types[one.line_type].id, one.length_km))
        .collect();
    words.join(" + ")
}

/// What stands, as the bytes of a folder: nothing of the works that led there.
fn bytes(network: &Network) -> Vec<(String, String)> {
    write::plan::texts(&read::bare(network.standing()), None).unwrap().0
}

/// Voltages of a grid, as bits.
fn solved(network: &Network) -> Vec<(u64, u64)> {
    let flow = load_flow(network, &FlowOptions::default(), None).unwrap();
    flow.buses.vm_pu.iter().zip(&flow.buses.va_deg).map(|(v, a)| (v.to_bits(), a.to_bits())).collect()
}

/// Every work, alone.
const WORKS: [&[&str]; 17] = [
    &["1,cut_in,line,A-B,,,,C,4,ACSR-240,1.5,,,,,,"],
    &["1,cut_in,line,N-A,,,,B110,2,,,,NA,,,,"],
    &["1,tee_off,line,A-B,,,,C110,4,ACSR-240,1.5,,,,,,"],
    &["1,second_circuit,line,A-B,,,,,,,,,,,,,"],
    &["1,second_circuit,line,A-B,,,,,,XLPE-1200,9,,,,,,"],
    &["1,add_transformer,transformer,B-T1,,,,,,,,,B-T9,,,,"],
    &["1,uprate,line,A-B,,,,,,XLPE-1200,,,,,,,"],
    &["1,uprate,line,N-A,,ACSR-240,,,,XLPE-1200,,,,,,,"],
    &["1,replace,line,A-B,,,,,,XLPE-1200,,,AB-NEW,,,,"],
    &["1,retire,line,A-B,,,,,,,,,,,,,"],
    &["1,retire,substation,C,,,,,,,,,,,,,"],
    &["1,to_cable,line,A-B,,,,,2,XLPE-1200,3,,,,,,"],
    &["1,split_bus,bus,B110,,,,,,,,,B110b,line B-C,,,"],
    &["1,split_bus,bus,B110,,,,,,,,,B110b,line B-C,,,", "2,join_bus,bus,B110b,,,,B110,,,,,,,,,"],
    &["1,open,line,A-B,,,,,,,,,,,,,"],
    &["1,move_load,substation,B,,,,C,,,,,,,5,,"],
    &["1,add_shunt,shunt,B-Q9,,,,B110,,,,,,,,,10"],
];

#[test]
fn a_line_that_is_cut_is_its_two_sections_by_type_and_length() {
    let plan = plan(&["1,cut_in,line,A-B,,,,C,4,XLPE-1200,1.5,,,,,,"]).unwrap();
    let network = replayed(&plan, AFTER).network;
    assert!(!line(&network, "A-B#1").built);
    assert_eq!(sections(&network, "A-B/1#1"), "ACSR-240 4 + XLPE-1200 1.5");
    assert_eq!(sections(&network, "A-B/2#1"), "XLPE-1200 1.5 + ACSR-240 6");
    let ends = |id: &str| {
        let one = line(&network, id);
        (network.buses[one.from].id.as_str(), network.buses[one.to].id.as_str())
    };
    assert_eq!((ends("A-B/1#1"), ends("A-B/2#1")), (("A110", "C110"), ("C110", "B110")));
    // the same two lines typed into the table give the same load flow, bit for bit
    let dir = folder(&[
        "1,remove,line,A-B,,,,,,,,,,,,,",
        "2,add,line,A-C,,,,,,,,,,,,,",
        "3,add,line,C-B,,,,,,,,,,,,,",
    ]);
    let path = dir.path().join("works/lines.csv");
    let typed = std::fs::read_to_string(&path).unwrap()
        + "A-C,A110,C110,1,ACSR-240 4 + XLPE-1200 1.5,lesson,estimated\n\
           C-B,C110,B110,1,XLPE-1200 1.5 + ACSR-240 6,lesson,estimated\n";
    std::fs::write(path, typed).unwrap();
    let typed = read::read(dir.path()).unwrap().plan;
    let scenario: ScenarioId = plan.scenarios.ids().next().unwrap();
    let grid = |plan: &Plan| plan.grid_at(Some(AFTER), scenario, &Selection::default()).unwrap().network;
    assert_eq!(solved(&grid(&plan)), solved(&grid(&typed)));
}

#[test]
fn a_part_has_what_the_line_had_on_the_day() {
    let plan = plan(&[
        "1,uprate,line,A-B,,,,,,XLPE-1200,,,,,,,",
        "2,cut_in,line,A-B,,,,C,4,,,,,,,,",
        "3,cut_in,line,A-B/2,,,,N110,1,,,,,,,,",
    ])
    .unwrap();
    let network = replayed(&plan, AFTER).network;
    assert_eq!(sections(&network, "A-B/1#1"), "XLPE-1200 4");
    assert_eq!(sections(&network, "A-B/2/1#1"), "XLPE-1200 1");
    assert_eq!(sections(&network, "A-B/2/2#1"), "XLPE-1200 5");
}

#[test]
fn a_spur_that_is_taken_away_leaves_the_line_as_it_was() {
    let plan =
        plan(&["1,tee_off,line,A-B,,,,C110,4,ACSR-240,1.5,,,,,,", "2,untee,line,A-B/3,,,,,,,,,A-B2,,,,"])
            .unwrap();
    let network = replayed(&plan, AFTER).network;
    assert_eq!(sections(&network, "A-B2#1"), "ACSR-240 10");
    let (old, new) = (line(&network, "A-B#1"), line(&network, "A-B2#1"));
    assert_eq!((old.from, old.to), (new.from, new.to));
    assert!(new.built && !old.built);
}

#[test]
fn a_stretch_is_laid_as_cable_and_the_rest_stays() {
    let plan = plan(&["1,to_cable,line,N-A,,,,,1,XLPE-1200,2,,,,,,"]).unwrap();
    let network = replayed(&plan, AFTER).network;
    assert_eq!(
        sections(&network, "N-A#2"),
        "ACSR-240 1 + XLPE-1200 2 + ACSR-240 1.2000000000000002 + XLPE-1200 1"
    );
}

#[test]
fn load_that_is_moved_is_drawn_elsewhere_and_nothing_is_lost() {
    let moved = plan(&["1,move_load,substation,B,,,,C,,,,,,,5,,"]).unwrap();
    let scenario = moved.scenarios.ids().next().unwrap();
    let drawn = |at: Date, station: &str| -> f64 {
        let network = moved.grid_at(Some(at), scenario, &Selection::default()).unwrap().network;
        let here = |id| network.buses[id].substation.map(|id| network.substations[id].id.as_str());
        network
            .loads
            .iter()
            .filter(|one| one.built && here(one.bus) == Some(station))
            .map(|one| one.p_mw)
            .sum()
    };
    let (day, later) = (date(2019, 7, 1), date(2020, 7, 1));
    let unmoved = |at: Date, station: &str| {
        let plan = plan(&["1,open,line,B-C,,,,,,,,,,,,,", "2,close,line,B-C,,,,,,,,,,,,,"]).unwrap();
        let network = plan.grid_at(Some(at), scenario, &Selection::default()).unwrap().network;
        let here = |id| network.buses[id].substation.map(|id| network.substations[id].id.as_str());
        network
            .loads
            .iter()
            .filter(|one| one.built && here(one.bus) == Some(station))
            .map(|one| one.p_mw)
            .sum::<f64>()
    };
    assert!((drawn(day, "B") - (unmoved(day, "B") - 5.0)).abs() < 1e-9);
    assert!((drawn(day, "C") - (unmoved(day, "C") + 5.0)).abs() < 1e-9);
    assert_eq!(drawn(later, "B").to_bits(), unmoved(later, "B").to_bits(), "the work is undone by then");
}

#[test]
fn every_work_that_is_taken_back_leaves_the_same_bytes_and_the_same_load_flow() {
    let scenario = |plan: &Plan| plan.scenarios.ids().next().unwrap();
    let without = plan(&["1,set,line,A-B,in_service,true,true,,,,,,,,,,"]).unwrap();
    let id: ProjectId = without.projects.iter_ids().find(|(_, one)| one.id == "P005").unwrap().0;
    let none = Selection { without: vec![id], ..Selection::default() };
    for works in WORKS {
        let plan = plan(works).unwrap_or_else(|findings| panic!("{works:?}: {findings:#?}"));
        // built and decommissioned, as the plan says
        let before = plan.replay(Some(AFTER), &none).unwrap();
        let after = replayed(&plan, date(2020, 7, 1));
        assert_eq!(bytes(&before.network), bytes(&after.network), "{works:?}");
        assert!(after.moves.is_empty(), "{works:?}");
        assert!(replayed(&plan, AFTER).applied.len() > before.applied.len(), "{works:?} does something");
        // taken back step by step: every record, standing or not
        let mut back = replayed(&plan, AFTER);
        while back.applied.len() > before.applied.len() {
            back.undo();
        }
        assert!(back.network == before.network, "{works:?}");
        let grid = |at: Date, selection: &Selection| {
            plan.grid_at(Some(at), scenario(&plan), selection).unwrap().network
        };
        let day = date(2020, 7, 1);
        assert_eq!(solved(&grid(day, &Selection::default())), solved(&grid(day, &none)), "{works:?}");
    }
}

#[test]
fn a_plan_with_works_comes_back_as_it_was_written() {
    for works in WORKS {
        let first = plan(works).unwrap();
        let dir = tempfile::tempdir().unwrap();
        write::plan::write(&first, dir.path()).unwrap();
        let second =
            read::read(dir.path()).unwrap_or_else(|rejected| panic!("{works:?}: {:#?}", rejected.findings));
        assert!(first == second.plan, "{works:?}");
        let texts = |plan: &Plan| write::plan::texts(plan, None).unwrap().0;
        assert_eq!(texts(&first), texts(&second.plan), "{works:?}");
    }
}

#[test]
fn a_work_that_does_not_fit_says_why_and_what_to_do() {
    let told = |works: &[&str]| -> (String, String) {
        let findings = match plan(works) {
            Ok(plan) => lint(&plan),
            Err(findings) => findings,
        };
        let error = findings
            .into_iter()
            .find(|finding| finding.severity == gridstage::finding::Severity::Error)
            .unwrap_or_else(|| panic!("{works:?} is accepted"));
        let place = error.place.clone().unwrap();
        assert!(place.file.ends_with("changes.csv") && place.line >= 5, "{place}");
        (error.message, error.help.unwrap_or_default())
    };
    assert_eq!(
        told(&["1,cut_in,line,A-B,,,,C,12,,,,,,,,"]),
        (
            "P005 (2019-06-30): `cut_in` of line A-B#1 cannot be done: `at_km` is 12, and the line is 10 km long".to_owned(),
            "give the distance from its `from` end; it must lie within the line".to_owned()
        )
    );
    assert_eq!(
        told(&["1,close,line,A-B,,,,,,,,,,,,,"]).0,
        "P005 (2019-06-30) cannot set `in_service` of line A-B#1: it holds true, not false"
    );
    assert_eq!(
        told(&["1,retire,line,A-B,,,,,,,,,,,,,", "2,cut_in,line,A-B,,,,C,4,,,,,,,,"]).0,
        "P005 (2019-06-30) cannot remove line A-B#1: P005 removed it on 2019-06-30"
    );
    assert_eq!(
        told(&["1,uprate,line,A-B,,XLPE-1200,,,,ACSR-240,,,,,,,"]).0,
        "P005 (2019-06-30): `uprate` of line A-B#1 cannot be done: it holds ACSR-240, not XLPE-1200"
    );
    assert_eq!(
        told(&["1,tee_off,line,A-B,,,,C110,4,,,,,,,,"]),
        ("`type` is missing".to_owned(), "`tee_off` needs it".to_owned())
    );
    assert_eq!(
        told(&["1,cut_in,line,A-B,,,,B22,4,,,,,,,,"]).0,
        "bus B22 is at 22 kV, what is joined to it at 110 kV"
    );
    assert_eq!(told(&["1,retire,line,A-B,,,,,7,,,,,,,,"]).0, "`at_km` is given, but `retire` has none");
    assert_eq!(
        told(&["1,cut_inn,line,A-B,,,,C,4,,,,,,,,"]),
        ("`op` cannot be `cut_inn`".to_owned(), "did you mean `cut_in`?".to_owned())
    );
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        rng_seed: proptest::test_runner::RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Any order of works, each fitting or not: what was applied can be taken back to the very base grid.
    #[test]
    fn any_works_in_any_order_can_be_taken_back(picked in proptest::collection::vec(0..WORKS.len(), 1..5)) {
        let rows: Vec<String> = picked
            .iter()
            .flat_map(|&at| WORKS[at])
            .enumerate()
            .map(|(seq, row)| format!("{},{}", seq + 1, row.split_once(',').unwrap().1))
            .collect();
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        // the same work twice makes one record twice, which is refused
        if let Ok(plan) = plan(&rows)
            && let Ok(mut replay) = plan.replay(Some(AFTER), &Selection::default())
        {
            while replay.undo().is_some() {}
            prop_assert!(replay.network == plan.network);
            prop_assert!(replay.moves.is_empty());
        }
    }
}
