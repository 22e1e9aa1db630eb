//! The study over stages, and verdicts on solved grids.

use super::{MAX, MIN, cell, near, plan, stage, state, story, verdict};
use gridstage::appraise::{Exit, JudgeOptions, Judgement, judge};
use gridstage::criteria::{Modelled, SUPPLY};
use gridstage::flow::{FlowOptions, LevelLosses, Method, Status};
use gridstage::ids::{Id, ScenarioId};
use gridstage::model::{Network, Origin, Parameter, Plan, Scenario, Stage};
use gridstage::study::{StudyOptions, losses, stages};

#[test]
fn the_energy_lost_over_a_year_is_that_of_the_textbook() {
    let mut plan = plan();
    let mut states = story(&plan, &[10.0]);
    states.push(state(&plan, 0, MIN, 10.0));
    for state in &mut states {
        state.flow.losses.levels = vec![
            LevelLosses {
                vn_kv: 220.0,
                lines_mw: 2.0,
                transformers_load_mw: 1.0,
                transformers_no_load_mw: 0.5,
            },
            LevelLosses {
                vn_kv: 110.0,
                lines_mw: 6.0,
                transformers_load_mw: 1.0,
                transformers_no_load_mw: 0.5,
            },
        ];
    }
    assert!(losses::yearly(&plan, &states).is_empty(), "no factor, no figure");
    plan.base.load_loss_factor =
        Some(Parameter { value: 0.6, source: "load shape".to_owned(), confidence: None });
    let yearly = losses::yearly(&plan, &states);
    assert_eq!(yearly.len(), 1, "only the scenario with the peak");
    assert!((yearly[0].no_load_mwh - 8760.0).abs() < 1e-6, "1 MW all year");
    assert!((yearly[0].load_mwh - 52_560.0).abs() < 1e-6, "10 MW at the peak: 8760 x 0.6 x 10");
    assert_eq!(yearly[0].percent_of(0.0), None);
    assert!((yearly[0].percent_of(613_200.0).unwrap() - 10.0).abs() < 1e-9);
}

#[cfg(feature = "parallel")]
#[test]
fn a_study_gives_the_same_bytes_on_any_number_of_threads() {
    let plan = plan();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let states = pool.install(|| stages::run(&plan, &StudyOptions::default(), &|_, _| ())).unwrap();
        let verdict = verdict(&plan, &states);
        format!("{:?}", (states.iter().map(|s| (s.stage, s.scenario, &s.flow)).collect::<Vec<_>>(), verdict))
    };
    let one = on(1);
    assert_eq!(one, on(4));
    assert!(one.contains("Previous"), "later stages start from the one before");
}

#[test]
fn a_study_solves_what_is_asked_in_order_and_tells_its_progress() {
    use std::sync::Mutex;
    let mut plan = plan();
    plan.stages[stage(1)].scenarios = vec![ScenarioId::from_index(MIN)];
    let options = StudyOptions { stages: Some(vec![stage(0), stage(1)]), ..StudyOptions::default() };
    let ticks = Mutex::new(Vec::new());
    let states =
        stages::run(&plan, &options, &|done, total| ticks.lock().unwrap().push((done, total))).unwrap();
    let order: Vec<_> = states.iter().map(|s| (s.stage.index(), s.scenario.index())).collect();
    assert_eq!(order, [(0, MAX), (0, MIN), (1, MIN)]);
    let mut ticks = ticks.into_inner().unwrap();
    ticks.sort_unstable();
    assert_eq!(ticks, [(1, 3), (2, 3), (3, 3)]);
    assert!(states.iter().all(|s| s.flow.status == Status::Converged));
}

#[test]
fn a_study_that_cannot_be_built_names_every_state() {
    let mut plan = plan();
    plan.network.generators.iter_mut().for_each(|generator| generator.in_service = false);
    let options = StudyOptions { stages: Some(vec![stage(0)]), ..StudyOptions::default() };
    let stopped = stages::run(&plan, &options, &|_, _| ()).unwrap_err();
    let named: Vec<_> =
        stopped.findings.iter().map(|f| (f.stage.as_deref(), f.scenario.as_deref())).collect();
    assert_eq!(named, [(Some("2016"), Some("max, min"))], "the fault is told once, with its states");
}

/// A plan without a date: one stage, one scenario, no criteria.
fn bare(network: Network) -> Plan {
    let mut plan = Plan { network, ..Plan::default() };
    plan.stages.push(Stage {
        id: "base".into(),
        at: None,
        scenarios: Vec::new(),
        criteria: "".into(),
        origin: Origin::default(),
    });
    plan.scenarios.push(Scenario {
        id: "given".into(),
        title: String::new(),
        load_factor: 1.0,
        source: String::new(),
        origin: Origin::default(),
    });
    plan
}

#[test]
fn a_bare_grid_is_judged_by_its_own_limits_and_its_dark_load() {
    let mut network = plan().network;
    let solve = |network: &Network| {
        let plan = bare(network.clone());
        let states = stages::run(&plan, &StudyOptions::default(), &|_, _| ()).unwrap();
        verdict(&plan, &states)
    };
    let holds = solve(&network);
    assert_eq!(holds.exit, Exit::Holds, "20 MW over lines of 100 MVA");
    assert!(holds.notes.iter().any(|note| note.to_string().contains("its own voltage limits and ratings")));
    network.lines.iter_mut().for_each(|line| line.rating.normal = Some(15.0));
    let verdict_of_short = solve(&network);
    assert_eq!(cell(&verdict_of_short, 0, 0, "line_loading"), Judgement::Fails(2), "20.6 MVA on 15 MVA");
    network.lines.iter_mut().for_each(|line| line.rating.normal = None);
    network.lines.iter_mut().take(1).for_each(|line| line.in_service = false);
    let dark = solve(&network);
    assert_eq!((dark.exit, cell(&dark, 0, 0, SUPPLY)), (Exit::Violated, Judgement::Fails(1)));
    near(dark.violations[0].violation.value, 20.0);
    near(dark.summary[0].lost_load_mw, 20.0);
    assert!(
        matches!(cell(&dark, 0, 0, "line_loading"), Judgement::NotJudged(why) if why.contains('1')),
        "a line without a rating is no pass"
    );
}

#[test]
fn a_dc_study_judges_no_voltage() {
    let mut plan = bare(plan().network);
    plan.network.buses.iter_mut().for_each(|bus| bus.vm_min_pu = Some(0.5));
    let flow = FlowOptions { method: Method::Dc, ..FlowOptions::default() };
    let options = StudyOptions { flow, ..StudyOptions::default() };
    let states = stages::run(&plan, &options, &|_, _| ()).unwrap();
    let modelled = Modelled { ac: false, ..Modelled::default() };
    let verdict = judge(&plan, &states, &JudgeOptions { modelled, ..JudgeOptions::default() });
    assert!(matches!(cell(&verdict, 0, 0, "voltage"), Judgement::NotJudged(why) if why.contains("DC")));
}
