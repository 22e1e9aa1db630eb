//! Tests of the verdict: small plans whose story is written by hand, and the study that feeds it.

mod study;
mod told;

use gridstage::appraise::{Exit, JudgeOptions, Judgement, Verdict, judge};
use gridstage::criteria::Level::{self, Violation, Warning};
use gridstage::criteria::{Modelled, SUPPLY};
use gridstage::flow::{LoadFlow, Status};
use gridstage::ids::{BusId, Id, ProjectId, ScenarioId, StageId};
use gridstage::model::{
    Bus, Change, Control, Cost, CriteriaSet, Demand, ElementId, EndShunt, Generator, GridState, Line,
    LineImpedance, Load, LoadModel, Loading, Network, Op, Origin, Phase, Plan, Project, ProjectKind, Rating,
    RatingKind, Rule, Scenario, Stage, StageGrid, Status as ProjectStatus, Substation, Waiver,
};
use gridstage::study::StageState;

const YEARS: [&str; 4] = ["2016", "2020", "2025", "2030"];

/// Stations A and B of 110 kV joined by line L, a second line M that P1 builds, a station C beside them that P2
/// and P1's second phase work at, and P3, which works at L; undated. Judged in four years, `max` and `min`.
fn plan() -> Plan {
    let mut network = Network::default();
    let [a, b, c] = ["A", "B", "C"].map(|id| {
        let station = network.substations.push(Substation { id: id.into(), ..Substation::default() });
        network.buses.push(Bus { substation: Some(station), ..Bus::new(id, 110.0) })
    });
    network.generators.push(Generator::new("SLACK", a, Control::Slack, 0.0, 1.0));
    for (id, to, built) in [("L", b, true), ("M", b, false), ("N", c, true)] {
        network.lines.push(line(id, a, to, built));
    }
    for (id, bus) in [("DB", b), ("DC", c)] {
        network.loads.push(load(id, bus, 20.0));
    }
    let add = |line: usize| Op::Add(ElementId::Line(Id::from_index(line)));
    let at_c = Op::Set {
        element: ElementId::Bus(c),
        field: gridstage::model::Field::InService,
        from: None,
        to: gridstage::model::Value::Bool(true),
    };
    let mut plan = Plan { id: "P".into(), network, ..Plan::default() };
    plan.base.as_of = Some("2015-12-31".parse().unwrap());
    plan.projects.push(project("P1", Some((100.0, 2016, false)), vec![add(1), at_c.clone()]));
    plan.projects.push(project("P2", Some((30.0, 2014, true)), vec![at_c]));
    plan.projects.push(project("P3", None, vec![add(0)]));
    for year in YEARS {
        plan.stages.push(Stage {
            id: year.into(),
            at: Some(format!("{year}-12-31").parse().unwrap()),
            scenarios: Vec::new(),
            criteria: "C".into(),
            origin: Origin::default(),
        });
    }
    for (id, load_factor) in [("max", 1.0), ("min", 0.4)] {
        plan.scenarios.push(Scenario {
            id: id.into(),
            title: String::new(),
            load_factor,
            source: String::new(),
            origin: Origin::default(),
        });
    }
    let loading = Loading {
        vn_kv: Some(110.0),
        warn_percent: Some(75.0),
        max_percent: Some(100.0),
        rating: RatingKind::Normal,
    };
    plan.criteria = vec![CriteriaSet {
        id: "C".into(),
        rules: vec![
            rule("LINE", GridState::N, Demand::LineLoading(loading)),
            rule("LINE-1", GridState::N1, Demand::LineLoading(loading)),
        ],
        waivers: Vec::new(),
    }];
    plan
}

fn line(id: &str, from: BusId, to: BusId, built: bool) -> Line {
    Line {
        id: id.into(),
        name: String::new(),
        row: id.into(),
        circuit: 0,
        from,
        to,
        impedance: LineImpedance::Ohm { r_ohm: 1.0, x_ohm: 4.0, g_us: 0.0, b_us: 0.0 },
        rating: Rating { normal: Some(100.0), ..Rating::default() },
        end_shunts: [EndShunt::default(); 2],
        series: None,
        built,
        in_service: true,
        origin: Origin::default(),
    }
}

fn load(id: &str, bus: BusId, p_mw: f64) -> Load {
    Load {
        id: id.into(),
        bus,
        p_mw,
        q_mvar: 5.0,
        model: LoadModel::Power,
        built: true,
        in_service: true,
        origin: Origin::default(),
    }
}

/// A project with one phase per change.
fn project(id: &str, cost: Option<(f64, i16, bool)>, ops: Vec<Op>) -> Project {
    let phase = |op| Phase {
        id: "".into(),
        commissioning: None,
        decommissioning: None,
        changes: vec![Change { op, bay: "".into(), origin: Origin::default() }],
        outages: Vec::new(),
        origin: Origin::default(),
    };
    Project {
        id: id.into(),
        name: String::new(),
        kind: ProjectKind::Line,
        status: ProjectStatus::Approved,
        owner: String::new(),
        area: "".into(),
        vn_kv: 110.0,
        requires: Vec::new(),
        funding: "".into(),
        excludes: Vec::new(),
        cost: cost.map(|(capex_million, price_year, price_year_estimated)| Cost {
            capex_million,
            currency: "".into(),
            price_year,
            basis: String::new(),
            price_year_estimated,
        }),
        phases: ops.into_iter().map(phase).collect(),
        spend: Vec::new(),
        obstacles: Vec::new(),
        note: String::new(),
        origin: Origin::default(),
    }
}

fn rule(id: &str, state: GridState, demand: Demand) -> Rule {
    Rule { id: id.into(), state, demand, article: String::new(), confidence: None, origin: Origin::default() }
}

fn waiver(element: &str, until: &str) -> Waiver {
    Waiver {
        rule: "LINE".into(),
        element: element.into(),
        until: until.parse().unwrap(),
        reason: String::new(),
        decision: "7/QD".to_owned(),
        origin: Origin::default(),
    }
}

fn stage(row: usize) -> StageId {
    StageId::from_index(row)
}

fn p(number: usize) -> ProjectId {
    ProjectId::from_index(number - 1)
}

/// Commissions a phase of a project.
fn commission(plan: &mut Plan, project: usize, phase: usize, day: &str) {
    plan.projects[p(project)].phases[phase].commissioning = Some(day.parse().unwrap());
}

const MAX: usize = 0;
const MIN: usize = 1;

/// A state in which line L is loaded so far; NaN is no solution.
fn state(plan: &Plan, at: usize, scenario: usize, loading: f64) -> StageState {
    let mut flow = LoadFlow { iterations: 3, load_mw: 40.0, ..LoadFlow::default() };
    flow.buses.bus = plan.network.buses.ids().collect();
    flow.buses.vm_pu = vec![1.0, 0.98, 0.99];
    flow.buses.vm_kv = vec![110.0, 107.8, 108.9];
    flow.buses.va_deg = vec![0.0; 3];
    flow.branches.branch = [0, 2].map(|row| ElementId::Line(Id::from_index(row))).to_vec();
    flow.branches.from = vec![Id::from_index(0); 2];
    flow.branches.to = vec![Id::from_index(1), Id::from_index(2)];
    flow.branches.energised = vec![true; 2];
    let zeros = vec![0.0; 2];
    flow.branches.p_from_mw.clone_from(&zeros);
    flow.branches.q_from_mvar.clone_from(&zeros);
    flow.branches.p_to_mw.clone_from(&zeros);
    flow.branches.q_to_mvar = zeros;
    flow.branches.loading_percent = vec![loading, 10.0];
    flow.branches.loading_emergency_percent = vec![loading, 10.0];
    flow.generators.generator = vec![Id::from_index(0)];
    flow.generators.p_mw = vec![41.0];
    flow.generators.q_mvar = vec![12.0];
    flow.generators.q_outside_mvar = vec![0.0];
    flow.losses.total_mw = 1.0;
    if loading.is_nan() {
        flow.status = Status::Diverged;
        flow.buses.vm_pu.fill(f64::NAN);
        flow.branches.loading_percent.fill(f64::NAN);
    }
    let grid = StageGrid {
        network: plan.network.clone(),
        applied: Vec::new(),
        moved: Vec::new(),
        lost: Vec::new(),
        findings: Vec::new(),
    };
    StageState { stage: stage(at), scenario: ScenarioId::from_index(scenario), grid, flow }
}

/// The states of one scenario by the loading of line L, without any work.
fn story(plan: &Plan, loadings: &[f64]) -> Vec<StageState> {
    loadings.iter().enumerate().map(|(at, &loading)| state(plan, at, MAX, loading)).collect()
}

fn verdict(plan: &Plan, states: &[StageState]) -> Verdict {
    judge(plan, states, &JudgeOptions::default())
}

fn cell(verdict: &Verdict, at: usize, scenario: usize, criterion: &str) -> Judgement {
    verdict.cell(stage(at), ScenarioId::from_index(scenario), criterion).unwrap().judgement.clone()
}

/// Stage, level, since, cleared in, sorted by stage.
fn times(verdict: &Verdict) -> Vec<(usize, Level, usize, Option<usize>)> {
    let mut times: Vec<_> = verdict
        .violations
        .iter()
        .map(|v| {
            let cleared = v.cleared_by.as_ref().map(|c| c.stage.index());
            (v.stage.index(), v.violation.level, v.since_stage.index(), cleared)
        })
        .collect();
    times.sort_by_key(|row| row.0);
    times
}

fn near(found: f64, hand: f64) {
    assert!((found - hand).abs() < 1e-9 * hand.abs().max(1.0), "found {found}, by hand {hand}");
}

#[test]
fn a_plan_within_its_limits_holds() {
    let plan = plan();
    let verdict = verdict(&plan, &story(&plan, &[75.0, 60.0, 50.0, 75.0]));
    assert_eq!((verdict.exit, verdict.exit.code()), (Exit::Holds, 0));
    assert_eq!(verdict.criteria, [SUPPLY, "line_loading", "n1"]);
    assert_eq!(cell(&verdict, 0, MAX, "line_loading"), Judgement::Holds);
    let cell = verdict.cell(stage(0), ScenarioId::from_index(MAX), "line_loading").unwrap();
    let worst = cell.worst.as_ref().unwrap();
    assert_eq!(
        (worst.value, worst.limit, cell.measured),
        (75.0, 100.0, 2),
        "the worst is told though it holds"
    );
}

#[test]
fn warnings_never_break_the_plan() {
    let plan = plan();
    let verdict = verdict(&plan, &story(&plan, &[80.0, 99.0]));
    assert_eq!(verdict.exit, Exit::Holds);
    assert_eq!(cell(&verdict, 0, MAX, "line_loading"), Judgement::Warns(1));
}

#[test]
fn a_violation_tells_its_first_stage_and_the_works_that_end_it() {
    let mut plan = plan();
    for (project, day) in [(1, "2027"), (2, "2027-05-01"), (3, "2030-12-31")] {
        commission(&mut plan, project, 0, day);
    }
    // P2 is at another station.
    let states = [
        state(&plan, 0, MAX, 90.0),
        state(&plan, 1, MAX, 110.0),
        state(&plan, 2, MAX, 120.0),
        state(&plan, 3, MAX, 60.0),
    ];
    let verdict = verdict(&plan, &states);
    assert_eq!((verdict.exit, verdict.exit.code()), (Exit::Violated, 1));
    // The warning of 2016 hardens: it still stands until 2030. The violation begins in 2020.
    assert_eq!(
        times(&verdict),
        [(0, Warning, 0, Some(3)), (1, Violation, 1, Some(3)), (2, Violation, 1, Some(3))]
    );
    for row in &verdict.violations {
        assert_eq!(
            row.cleared_by.as_ref().unwrap().projects,
            [p(3), p(1)],
            "the line itself, then beside it; P2 is elsewhere"
        );
    }
    near(verdict.violations[0].violation.value, 120.0);
    let group = &verdict.groups()[0];
    assert_eq!((verdict.groups().len(), group.rows.as_slice()), (1, &[0, 1, 2][..]));
}

#[test]
fn works_before_the_last_stage_with_the_violation_do_not_end_it() {
    let mut plan = plan();
    commission(&mut plan, 1, 0, "2020-12-31");
    commission(&mut plan, 2, 0, "2021-01-01");
    let states = [state(&plan, 0, MAX, 110.0), state(&plan, 1, MAX, 105.0), state(&plan, 2, MAX, 60.0)];
    let verdict = verdict(&plan, &states);
    for row in &verdict.violations {
        let cleared = row.cleared_by.as_ref().unwrap();
        assert_eq!((cleared.stage, cleared.projects.as_slice()), (stage(2), &[][..]), "the stage alone");
    }
}

#[test]
fn a_violation_that_softens_is_cleared_and_one_that_returns_begins_anew() {
    let plan = plan();
    let verdict = verdict(&plan, &story(&plan, &[110.0, 90.0, 120.0, 130.0]));
    assert_eq!(
        times(&verdict),
        [(0, Violation, 0, Some(1)), (1, Warning, 0, None), (2, Violation, 2, None), (3, Violation, 2, None)],
        "the warning of 2020 stands since 2016, as the graver level holds it in"
    );
}

#[test]
fn scenarios_have_their_own_histories() {
    let plan = plan();
    let states = [
        state(&plan, 0, MAX, 110.0),
        state(&plan, 0, MIN, 10.0),
        state(&plan, 1, MAX, 10.0),
        state(&plan, 1, MIN, 110.0),
    ];
    let verdict = verdict(&plan, &states);
    assert_eq!(times(&verdict), [(0, Violation, 0, Some(1)), (1, Violation, 1, None)]);
    assert_eq!(cell(&verdict, 0, MIN, "line_loading"), Judgement::Holds);
    assert_eq!(cell(&verdict, 1, MIN, "line_loading"), Judgement::Fails(1));
}

#[test]
fn a_stage_without_a_solution_is_never_green_and_clears_nothing() {
    let plan = plan();
    let verdict = verdict(&plan, &story(&plan, &[110.0, f64::NAN, 110.0, 50.0]));
    assert_eq!((verdict.exit, verdict.exit.code()), (Exit::NoSolution, 4));
    for criterion in [SUPPLY, "line_loading"] {
        assert_eq!(cell(&verdict, 1, MAX, criterion), Judgement::NoSolution);
    }
    // It breaks the run backwards, and is passed over forwards.
    assert_eq!(times(&verdict), [(0, Violation, 0, Some(3)), (2, Violation, 2, Some(3))]);
    let summary = &verdict.summary[1];
    assert_eq!(summary.status, Status::Diverged);
    assert!(summary.load_mw.is_nan() && summary.losses_percent.is_nan());
    assert!(summary.lowest.is_none() && summary.worst_line.is_none() && summary.infeeds.is_empty());
}

#[test]
fn no_state_at_all_is_not_a_plan_that_holds() {
    let plan = plan();
    let verdict = verdict(&plan, &[]);
    assert_eq!(verdict.exit, Exit::NoSolution);
    assert!(verdict.notes[0].to_string().contains("No state was judged"));
}

#[test]
fn a_stage_that_is_not_judged_in_a_scenario_is_not_asked() {
    let plan = plan();
    let states = [state(&plan, 0, MAX, 10.0), state(&plan, 1, MAX, 10.0), state(&plan, 1, MIN, 10.0)];
    let verdict = verdict(&plan, &states);
    assert_eq!(verdict.cells.len(), 2 * 2 * 3);
    assert_eq!(cell(&verdict, 0, MIN, "line_loading"), Judgement::NotAsked);
    assert_eq!(cell(&verdict, 0, MIN, SUPPLY), Judgement::NotAsked);
    assert_eq!(cell(&verdict, 1, MIN, SUPPLY), Judgement::Holds);
}

#[test]
fn a_rule_that_cannot_be_judged_is_told_and_its_cell_is_not_green() {
    let mut plan = plan();
    let low = Demand::Voltage { vn_kv: 110.0, min_kv: Some(120.0), max_kv: None, needs_taps: true };
    plan.criteria[0].rules.push(rule("V22", GridState::N, low));
    let mut states = story(&plan, &[10.0, 10.0]);
    let verdict = verdict(&plan, &states);
    assert!(matches!(cell(&verdict, 0, MAX, "voltage"), Judgement::NotJudged(why) if why.contains("tap")));
    let told: Vec<_> = verdict.not_judged.iter().map(|n| (n.rule.as_str(), n.states.len())).collect();
    assert_eq!(told, [("LINE-1", 2), ("V22", 2)]);
    assert!(
        verdict
            .notes
            .iter()
            .any(|note| note.to_string().contains("N-1") && note.to_string().contains("LINE-1"))
    );
    assert_eq!(verdict.exit, Exit::Holds);
    let with_taps = JudgeOptions {
        modelled: Modelled { controls: gridstage::flow::Controls::ON, ..Modelled::default() },
        ..JudgeOptions::default()
    };
    assert_eq!(judge(&plan, &states, &with_taps).exit, Exit::Violated, "judged once taps move");
    for state in &mut states {
        state.flow.branches.energised.fill(false);
    }
    let verdict = judge(&plan, &states, &with_taps);
    assert!(matches!(cell(&verdict, 0, MAX, "line_loading"), Judgement::NotJudged(_)), "nothing measured");
}

#[test]
fn the_order_of_the_states_changes_nothing() {
    let plan = plan();
    let mut states = story(&plan, &[110.0, 120.0, 80.0, 130.0]);
    states.extend((0..4).map(|at| state(&plan, at, MIN, 101.0)));
    let forwards = verdict(&plan, &states);
    states.reverse();
    assert_eq!(verdict(&plan, &states).violations, forwards.violations);
    assert_eq!(verdict(&plan, &states).cells, forwards.cells);
}
