//! Outages under the rules of a plan: what neighbours take over, and what `check` makes of them.

use super::{TIGHT, ieee};
use crate::support::grid;
use gridstage::appraise::{judge_outages, outages_asked, rules_after_a_fault, transfer_minutes};
use gridstage::flow::{Controls, FlowOptions, Status, load_flow, solve_grid};
use gridstage::ids::SubstationId;
use gridstage::model::{ElementId, MvTransfer, Network, Origin, Selection, Substation};
use gridstage::study::contingency::{BackFeed, Limits, Moved, Options, every_branch, run};
use std::collections::BTreeMap;
use std::path::Path;

/// Slack – A – B and slack – C; loads of 30, 20 and 40 MW, each a station of its own.
fn stations() -> (Network, Vec<SubstationId>) {
    let mut network = Network::default();
    let [s, a, b, c] = ["S", "A", "B", "C"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, s, 1.0);
    for (from, to) in [(s, a), (s, a), (a, b), (s, c), (s, c)] {
        grid::line(&mut network, from, to, 0.01, 0.1, 0.0);
    }
    let mut ids = Vec::new();
    for (bus, p_mw, q_mvar) in [(a, 30.0, 5.0), (b, 20.0, 6.0), (c, 40.0, 8.0)] {
        grid::load(&mut network, bus, p_mw, q_mvar);
        let id = network.buses[bus].id.clone();
        let station = Substation {
            name: id.to_string(),
            id,
            district: gridstage::model::Name::default(),
            lat_deg: None,
            lon_deg: None,
            origin: Origin::default(),
        };
        let station = network.substations.push(station);
        network.buses[bus].substation = Some(station);
        ids.push(station);
    }
    (network, ids)
}

fn transfer(from: SubstationId, to: SubstationId, p_mw: f64, minutes: f64) -> MvTransfer {
    MvTransfer { from, to, p_mw, minutes, origin: Origin::default() }
}

#[test]
fn neighbours_take_over_what_they_can_in_time_and_the_state_is_the_one_with_it() {
    let (network, ids) = stations();
    let [a, b, c] = ids[..] else { unreachable!() };
    // A takes 5 MW within 10 minutes, C 12 MW within half an hour, and more only after two hours.
    let transfers = [transfer(b, c, 12.0, 30.0), transfer(b, a, 5.0, 10.0), transfer(b, c, 99.0, 120.0)];
    let base = solve_grid(&network, &TIGHT, None).unwrap();
    let outages = every_branch(&network, |element| network.id_of(element) == network.lines.as_slice()[2].id);
    assert_eq!(outages.len(), 1);
    let limits = Limits {
        buses: (network.buses.ids().enumerate())
            .map(|(tag, bus)| gridstage::study::contingency::BusLimit {
                bus,
                min_pu: Some(9.0),
                max_pu: None,
                tag,
            })
            .collect(),
        ..Limits::default()
    };
    for (minutes, moved) in [(5.0, vec![]), (15.0, vec![(a, 5.0)]), (30.0, vec![(a, 5.0), (c, 12.0)])] {
        let options = Options { back_feed: BackFeed::within(&transfers, minutes), ..TIGHT.into() };
        let found = run(&base, &outages, &limits, &options, |after| {
            (after.moved.to_vec(), after.lost_mw, after.unserved_mw(), after.passed.to_vec())
        });
        let (found_moved, lost_mw, unserved_mw, passed) = found.unwrap().remove(0);
        let expected: Vec<Moved> =
            moved.iter().map(|&(to, p_mw)| Moved { from: b, to, p_mw, q_mvar: 0.3 * p_mw }).collect();
        assert_eq!(found_moved.len(), expected.len());
        for (one, other) in found_moved.iter().zip(&expected) {
            assert_eq!((one.from, one.to), (other.from, other.to));
            assert!((one.p_mw - other.p_mw).abs() + (one.q_mvar - other.q_mvar).abs() < 1e-9);
        }
        let sum: f64 = moved.iter().map(|&(_, p_mw)| p_mw).sum();
        assert!((lost_mw - 20.0).abs() < 1e-9 && (unserved_mw - (20.0 - sum)).abs() < 1e-9);
        // The grid with that load where it is moved to.
        let mut changed = network.clone();
        let dead = changed.buses.ids().nth(2).unwrap();
        changed.buses[dead].in_service = false;
        for &(to, p_mw) in &moved {
            let at =
                changed.loads.ids().find(|&id| changed.buses[changed.loads[id].bus].substation == Some(to));
            let load = &mut changed.loads[at.unwrap()];
            (load.p_mw, load.q_mvar) = (load.p_mw + p_mw, load.q_mvar + 0.3 * p_mw);
        }
        let flow = load_flow(&changed, &TIGHT, None).unwrap();
        assert_eq!(flow.status, Status::Converged);
        for passed in passed {
            let row = flow.buses.bus.binary_search(&limits.buses[passed.tag].bus).unwrap();
            assert!((flow.buses.vm_pu[row] - passed.value).abs() < 1e-9);
        }
    }
}

/// Hanoi's own count: 220 and 500 kV circuits and transformers whose loss makes a new overload, or worsens one by more than
/// three points. FACTS.md counts 24 of 40, 21 of 50, 34 of 52, 7 of 101 and 17 of 122 for 2016 to 2035, with parallel
/// circuits and units as one and the loads at 110 kV. Here the loads stand behind their 110/22 kV units. In 2025 lines and
/// units stand at their limits before any fault (Thuong Tin at 99.9 %), so that small differences make a count.
#[test]
fn the_outages_of_hanoi_count_as_its_facts_do() {
    let plan =
        gridstage::read::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/hanoi")).unwrap().plan;
    let scenario = plan.scenarios.ids().next().unwrap();
    let facts = [(24, 40, 2), (21, 50, 2), (34, 52, 15), (7, 101, 2), (17, 122, 2)];
    for (stage, (bad, all, tolerance)) in plan.stages.ids().zip(facts) {
        let grid = plan.grid(stage, scenario, &Selection::default()).unwrap();
        let flow = FlowOptions { controls: Controls::ON, ..FlowOptions::default() };
        let base = solve_grid(&grid.network, &flow, None).unwrap();
        let network = &base.network;
        let outages = every_branch(network, |element| {
            network.stands_at(element).into_iter().flatten().any(|bus| network.buses[bus].vn_kv > 200.0)
        });
        let set = rules_after_a_fault(&plan, stage);
        let verdict = judge_outages(&base, &set, outages, &flow.into(), &|_| true).unwrap();
        // Circuits of a row, and units of a station and type, as one.
        let mut groups: BTreeMap<String, bool> = BTreeMap::new();
        for (outage, _, result) in verdict.rows() {
            let group = match outage.elements[0] {
                ElementId::Line(id) => network.lines[id].row.to_string(),
                _ => outage.id.rsplit_once('-').unwrap().0.to_owned(),
            };
            let is_bad = verdict.violations_of(result).iter().any(|v| {
                let before = v.fault.as_ref().and_then(|fault| fault.before);
                v.quantity == "loading" && before.is_none_or(|before| v.value - before > 3.0)
            });
            *groups.entry(group).or_default() |= is_bad;
        }
        let found = groups.values().filter(|&&is_bad| is_bad).count();
        assert!(groups.len().abs_diff(all) <= 2, "{} of {all}", groups.len());
        assert!(found.abs_diff(bad) <= tolerance, "{}: {found}, {bad} in FACTS", plan.stages[stage].id);
    }
}

/// Source – Town by three circuits of 100 MVA for 120 MW: two are enough, one is not. While a fourth is built one is out.
#[test]
fn what_is_out_for_a_work_is_judged_with_every_other_outage_on_top() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    file(
        "plan.toml",
        r#"
[plan]
id = "CON"
title = "Construction"
[base]
as_of = 2019-12-31
[[scenario]]
id = "max"
[[stage]]
id = "2020"
at = 2020-12-31
criteria = "c"
[criteria.c]
line_loading = [{ id = "L", state = "N-1", max_percent = 100, rating = "emergency" }]
security = [{ id = "S", max_lost_mw = 0 }]
"#,
    );
    file("substations.csv", "id,name\nS,Source\nT,Town\n");
    file("buses.csv", "id,substation,vn_kv\nS,S,110\nT,T,110\n");
    file("generators.csv", "id,bus,control,p_mw,vm_setpoint_pu\nG,S,slack,0,1.05\n");
    file("loads.csv", "id,bus,p_mw,q_mvar\nD,T,120,0\n");
    let lines = "id,from,to,circuits,r_ohm,x_ohm,rating_normal\n";
    file("lines.csv", &format!("{lines}L,S,T,3,0.5,3,100\n"));
    std::fs::create_dir(folder.path().join("works")).unwrap();
    file("works/lines.csv", &format!("{lines}N,S,T,1,0.5,3,100\n"));
    file("projects.csv", "id,name,commissioning_date\nP1,A fourth circuit,2020-06-30\n");
    file("changes.csv", "project,op,element,id\nP1,add,line,N\n");
    let out = |id: &str, from: &str, to: &str| {
        file("construction.csv", &format!("project,element,id,from,to\nP1,line,{id},{from},{to}\n"));
        gridstage::read::read(folder.path())
    };
    let judged = |plan: &gridstage::model::Plan| {
        let options = |_: &gridstage::model::CriteriaSet| Options::from(TIGHT);
        gridstage::appraise::judge_construction(plan, None, &Selection::default(), &TIGHT, &options).unwrap()
    };
    // One of three out, and another fails: 120 MW on one circuit.
    let plan = out("L#1", "2020-04-01", "2020-05-15").unwrap().plan;
    let found = judged(&plan);
    assert_eq!(found.len(), 1);
    let check = &found[0];
    assert!(check.breaks_plan && check.status == Status::Converged);
    assert_eq!((check.outages, check.failing.len()), (2, 2), "{check:?}");
    let worst = check.worst.as_ref().unwrap();
    assert!(worst.quantity == "loading" && worst.value > 120.0 && worst.value < 130.0, "{worst:?}");
    assert_eq!(worst.fault.as_ref().unwrap().outage, "P1 then L#2");
    // Once the fourth stands, one may be out.
    let plan = out("L#1", "2020-07-01", "2020-07-31").unwrap().plan;
    let found = judged(&plan);
    assert!(!found[0].breaks_plan && found[0].worst.is_none(), "{found:?}");
    assert_eq!((found[0].outages, found[0].failing.len()), (3, 0));
    // All circuits of the row: the town is dark by itself.
    let plan = out("L", "2020-04-01", "2020-05-15").unwrap().plan;
    let found = judged(&plan);
    assert!(found[0].breaks_plan && (found[0].unserved_mw - 120.0).abs() < 1e-9, "{found:?}");
    // What does not stand on the day, and days in the wrong order.
    let plan = out("N", "2020-04-01", "2020-05-15").unwrap().plan;
    let options = |_: &gridstage::model::CriteriaSet| Options::from(TIGHT);
    let refused =
        gridstage::appraise::judge_construction(&plan, None, &Selection::default(), &TIGHT, &options);
    assert!(refused.unwrap_err()[0].message.contains("does not stand then"));
    let rejected = out("L#1", "2020-05-15", "2020-04-01").unwrap_err();
    assert!(rejected.findings.iter().any(|finding| finding.message.contains("before it begins")));
    // Written and read back it is the same.
    let plan = out("L", "2020-04-01", "2020-05-15").unwrap().plan;
    let copy = tempfile::tempdir().unwrap();
    gridstage::write::plan::write(&plan, &copy.path().join("copy")).unwrap();
    let again = gridstage::read::read(&copy.path().join("copy")).unwrap().plan;
    let elements = |plan: &gridstage::model::Plan| {
        plan.projects.iter().next().unwrap().phases[0]
            .outages
            .iter()
            .map(|one| one.elements.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!((elements(&again), elements(&again)[0].len()), (elements(&plan), 3));
}

#[test]
fn a_bare_grid_asks_for_every_line_and_transformer_and_moves_no_load() {
    let network = ieee(14);
    let plan = gridstage::read::bare(network);
    let stage = plan.stages.ids().next().unwrap();
    let set = rules_after_a_fault(&plan, stage);
    assert_eq!(outages_asked(&plan.network, &set), every_branch(&plan.network, |_| true));
    assert_eq!(transfer_minutes(&set), None);
}
