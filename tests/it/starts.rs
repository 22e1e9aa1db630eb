//! Starts: from no voltages at all to the operating state, wherever there is one, and to no other.

use crate::support::{grid, matpower_cases, shared};
use gridstage::case::{self, Case, NodeKind};
use gridstage::finding::Code;
use gridstage::flow::kernel::Solver;
use gridstage::flow::ladder::{self, Climb, Iteration, Standing};
use gridstage::flow::plausible::Doubt;
use gridstage::flow::{
    FlowOptions, LoadFlow, Method, Start, StartPolicy, Status, fdlf, load_flow, newton, start,
};
use gridstage::ids::{BusId, Id};
use gridstage::model::Network;
use gridstage::read;
use num_complex::Complex64;
use proptest::prelude::*;
use std::path::{Path, PathBuf};

const OPTIONS: newton::Options = newton::Options { tol: 1e-8, max_iter: 30 };

fn network(path: &Path) -> Network {
    match read::read(path) {
        Ok(read) => read.plan.network,
        Err(rejected) => panic!("{}: {:#?}", path.display(), rejected.findings),
    }
}

/// The largest island of a grid.
fn case_of(network: &Network) -> Case {
    let islands = case::build(network).unwrap();
    islands.cases.iter().max_by_key(|case| case.len()).unwrap().clone()
}

/// All injections times `1 + lambda`; the slack takes the rest.
fn loaded(case: &Case, lambda: f64) -> Case {
    let mut loaded = case.clone();
    loaded.sbus.iter_mut().for_each(|s| *s *= 1.0 + lambda);
    loaded
}

/// The ladder as it is climbed where nothing is known.
fn climb(case: &Case) -> Climb {
    let unknown = Case { given: None, ..case.clone() };
    ladder::climb(&mut Solver::new(case), &unknown, (StartPolicy::Ladder, Iteration::Newton), &OPTIONS, None)
}

fn apart(a: &[Complex64], b: &[Complex64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max)
}

/// The operating state of a loaded case, followed up from the voltages stored with its file.
fn followed(case: &Case, lambda: f64) -> Vec<Complex64> {
    let mut solver = Solver::new(case);
    let mut v = start::voltages(case, Start::Given, None).unwrap();
    for share in [0.0, 0.5, 0.8, 1.0] {
        let found = solver.solve(&loaded(case, lambda * share), &v, &OPTIONS);
        assert_eq!(found.status, Status::Converged, "{share} of {lambda}");
        v = found.v;
    }
    v
}

/// The loading at which a case has its nose, by stepping towards it with ever shorter steps; each starts
/// from the straight line through the last two states, and counts only if the determinant keeps its sign.
fn nose(case: &Case, shortest: f64) -> f64 {
    let options = newton::Options { tol: 1e-8, max_iter: 15 };
    let mut solver = Solver::new(case);
    let base = solver.solve(case, &start::voltages(case, Start::Given, None).unwrap(), &OPTIONS);
    assert_eq!(base.status, Status::Converged);
    let negative = |found: &newton::Solution| found.pivots.map(|p| p.determinant_is_negative());
    let sign = negative(&base).unwrap_or(false);
    let (mut lambda, mut step, mut v) = (0.0, 0.1, base.v);
    let mut before: Option<(f64, Vec<Complex64>)> = None;
    while step > shortest {
        let guess: Vec<Complex64> = match &before {
            None => v.clone(),
            Some((at, old)) => {
                let far = step / (lambda - at);
                let held = case.kind.iter().zip(&case.vm_setpoint);
                let line = v.iter().zip(old).map(|(v, old)| v + (v - old) * far);
                line.zip(held)
                    .map(|(v, (&kind, &vm))| if kind == NodeKind::Pq { v } else { v / v.norm() * vm })
                    .collect()
            }
        };
        let found = solver.solve(&loaded(case, lambda + step), &guess, &options);
        let near = v.iter().zip(&found.v).all(|(a, b)| (a.norm() - b.norm()).abs() < 0.2);
        if found.status == Status::Converged && negative(&found).is_none_or(|now| now == sign) && near {
            before = Some((lambda, v));
            (lambda, v) = (lambda + step, found.v);
            step *= 1.5;
        } else {
            step /= 2.0;
        }
    }
    lambda
}

/// The loading of the nose of MATPOWER's cases: all injections times `1 + lambda`. Found by [`nose`], which
/// [`noses_are_where_this_table_says`] runs again.
const NOSES: [(&str, f64); 9] = [
    ("case3012wp", 1.360_856),
    ("case3375wp", 1.472_279),
    ("case6470rte", 0.242_616),
    ("case9241pegase", 0.243_191),
    ("case_ACTIVSg10k", 0.275_150),
    ("case13659pegase", 0.056_721),
    ("case_ACTIVSg25k", 0.751_657),
    ("case_ACTIVSg70k", 0.096_071),
    ("case_SyntheticUSA", 0.071_768),
];

fn matpower(folder: &Path, name: &str) -> Case {
    case_of(&network(&folder.join(format!("{name}.m"))))
}

fn ieee(name: &str) -> Case {
    case_of(&network(&Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee").join(name)))
}

/// How a climb ended, and with what effort.
fn effort(climb: &Climb) -> String {
    let (start, found) = climb.taken.as_ref().unwrap();
    let standing = match climb.standing {
        Standing::Sound => "sound",
        Standing::Confirmed { .. } => "confirmed",
        Standing::Followed { .. } => "followed",
        Standing::Doubted { .. } => "doubted",
        Standing::Unsolved => "unsolved",
        Standing::False { .. } => "false",
    };
    format!(
        "{} {} {} {standing}, {} steps in all",
        start.as_str(),
        climb.sweeps,
        found.iterations(),
        climb.steps_in_all
    )
}

/// Solves from nothing at a share of the way to the nose, and holds it against the state that is followed up to there.
fn from_nothing(name: &str, case: &Case, nose: f64, share: f64) -> String {
    let climb = climb(&loaded(case, share * nose));
    let (_, found) = climb.taken.as_ref().unwrap();
    assert_eq!(found.status, Status::Converged, "{name} at {share}");
    let apart = apart(&found.v, &followed(case, share * nose));
    // Next to the nose a mismatch of 1e-8 moves voltages by some 1e-6.
    let near = if share < 0.5 { 1e-8 } else { 1e-5 };
    assert!(apart < near, "{name} at {share}: {apart:e} from the operating state");
    format!("{name} {share}: {}\n", effort(&climb))
}

/// A feeder of resistive load has its nose where the voltage is half of the source's; one of reactance x at p = 1/(2x).
#[test]
fn the_nose_finder_meets_the_closed_formula() {
    let reactance = case_of(&grid::two_bus(0.0, 0.4, 50.0, 0.0));
    let given = Case { given: start::voltages(&reactance, Start::Flat, None).map(Into::into), ..reactance };
    let exact = 1.0 / 0.8 / 0.5 - 1.0;
    let found = nose(&given, 1e-6);
    assert!(found <= exact && exact - found < 1e-4, "{found} found, {exact} exact");
}

/// The figures of another program's continuation.
#[test]
fn the_nose_finder_meets_the_figures_of_a_continuation() {
    let (Some(shared), Some(folder)) = (shared(), matpower_cases()) else { return };
    let table = std::fs::read_to_string(shared.join("planning/cpf/nose_points.csv")).unwrap();
    let mut met = 0;
    for line in table.lines().filter(|line| line.contains(",own,") && line.contains("\",none,")) {
        let name = line.split(',').next().unwrap();
        let exact: f64 = line.split("\",none,").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        let found = nose(&matpower(&folder, name), 1e-6);
        assert!((found - exact).abs() < 1e-4, "{name}: {found} found, {exact} in the table");
        met += 1;
    }
    assert!(met >= 7, "{met} rows");
}

/// Minutes of work, so it is run by hand: `cargo test --release --test it noses_are -- --ignored`.
#[test]
#[ignore = "takes minutes; run it when the table changes"]
fn noses_are_where_this_table_says() {
    let Some(folder) = matpower_cases() else { return };
    for (name, nose_there) in NOSES {
        let found = nose(&matpower(&folder, name), 1e-5);
        assert!((found - nose_there).abs() < 1e-4, "{name}: {found}");
    }
}

#[test]
fn small_grids_are_solved_from_nothing_up_to_the_nose() {
    let mut told = String::new();
    for name in ["14", "57", "118", "300"] {
        let case = ieee(name);
        let nose = nose(&case, 1e-6);
        for share in [0.0, 0.99, 0.999] {
            told += &from_nothing(name, &case, nose, share);
        }
    }
    insta::assert_snapshot!(told, @r"
    14 0: fdlf 3 1 sound, 1 steps in all
    14 0.99: fdlf 3 5 confirmed, 14 steps in all
    14 0.999: fdlf 3 6 confirmed, 16 steps in all
    57 0: fdlf 3 2 sound, 2 steps in all
    57 0.99: fdlf 3 5 confirmed, 14 steps in all
    57 0.999: fdlf 3 6 confirmed, 16 steps in all
    118 0: fdlf 3 2 sound, 2 steps in all
    118 0.99: fdlf 3 5 confirmed, 14 steps in all
    118 0.999: fdlf 3 7 confirmed, 17 steps in all
    300 0: fdlf 3 2 sound, 2 steps in all
    300 0.99: fdlf 3 6 confirmed, 15 steps in all
    300 0.999: fdlf 3 7 confirmed, 18 steps in all
    ");
}

/// Start, sweeps, Newton steps; a state that is confirmed was looked at twice. No start fails.
#[test]
fn large_grids_are_solved_from_nothing_up_to_the_nose() {
    let Some(folder) = matpower_cases() else { return };
    let mut told = String::new();
    for (name, nose) in &NOSES[..6] {
        let case = matpower(&folder, name);
        for share in [0.0, 0.9, 0.99] {
            told += &from_nothing(name, &case, *nose, share);
        }
    }
    insta::assert_snapshot!(told, @r"
    case3012wp 0: fdlf 3 3 sound, 3 steps in all
    case3012wp 0.9: fdlf 3 4 confirmed, 13 steps in all
    case3012wp 0.99: fdlf 3 5 confirmed, 15 steps in all
    case3375wp 0: fdlf 3 2 sound, 2 steps in all
    case3375wp 0.9: fdlf 3 3 confirmed, 11 steps in all
    case3375wp 0.99: fdlf 3 5 confirmed, 14 steps in all
    case6470rte 0: fdlf 3 3 sound, 3 steps in all
    case6470rte 0.9: fdlf 3 4 confirmed, 12 steps in all
    case6470rte 0.99: fdlf 3 5 confirmed, 15 steps in all
    case9241pegase 0: fdlf 3 2 sound, 2 steps in all
    case9241pegase 0.9: fdlf 3 4 confirmed, 12 steps in all
    case9241pegase 0.99: fdlf 3 6 confirmed, 16 steps in all
    case_ACTIVSg10k 0: fdlf 3 2 sound, 2 steps in all
    case_ACTIVSg10k 0.9: fdlf 3 4 sound, 4 steps in all
    case_ACTIVSg10k 0.99: fdlf 3 5 confirmed, 14 steps in all
    case13659pegase 0: fdlf 3 3 sound, 3 steps in all
    case13659pegase 0.9: homotopy 0 0 followed, 16 steps in all
    case13659pegase 0.99: homotopy 0 0 followed, 32 steps in all
    ");
}

#[test]
fn continents_are_solved_from_nothing_up_to_the_nose() {
    let Some(folder) = matpower_cases() else { return };
    let mut told = String::new();
    for (name, nose) in &NOSES[6..] {
        let case = matpower(&folder, name);
        for share in [0.0, 0.99] {
            told += &from_nothing(name, &case, *nose, share);
        }
    }
    insta::assert_snapshot!(told, @r"
    case_ACTIVSg25k 0: fdlf 3 2 sound, 2 steps in all
    case_ACTIVSg25k 0.99: fdlf 3 5 confirmed, 14 steps in all
    case_ACTIVSg70k 0: fdlf 3 3 sound, 3 steps in all
    case_ACTIVSg70k 0.99: fdlf 3 6 confirmed, 17 steps in all
    case_SyntheticUSA 0: fdlf 3 3 sound, 3 steps in all
    case_SyntheticUSA 0.99: fdlf 3 6 confirmed, 17 steps in all
    ");
}

/// From DC angles Newton ends at a solution of case13659pegase with 170 degrees across the branch of its slack. The
/// state stored with the file, MATPOWER's, has 24.
#[test]
fn the_false_solution_of_case13659pegase_is_recognised_and_left() {
    let Some(folder) = matpower_cases() else { return };
    let grid = network(&folder.join("case13659pegase.m"));
    let slack_mw = |flow: &LoadFlow| {
        let bus = flow.islands[0].slack[0];
        let row = flow.buses.bus.iter().position(|&b| b == bus).unwrap();
        flow.buses.p_mw[row]
    };
    let solve = |start| load_flow(&grid, &FlowOptions { start, ..FlowOptions::default() }, None).unwrap();
    let given = solve(StartPolicy::Given);
    assert!((slack_mw(&given) - 77.0).abs() < 1.0, "{}", slack_mw(&given));
    for start in [StartPolicy::Dc, StartPolicy::Fdlf] {
        let found = solve(start);
        assert_eq!(found.status, Status::Converged);
        assert!((slack_mw(&found) - slack_mw(&given)).abs() < 1e-3, "{start:?}: {}", slack_mw(&found));
        let vm = found.buses.vm_pu.iter().zip(&given.buses.vm_pu);
        assert!(vm.clone().all(|(a, b)| (a - b).abs() < 1e-8 || a.is_nan()), "{start:?}");
        let told = found.findings.iter().find(|f| f.code == Code::Retried);
        assert_eq!(told.is_some(), start == StartPolicy::Dc);
        assert!(
            told.is_none_or(|f| f.message.contains("170 degrees across transformer 3876-1-1")),
            "{told:?}"
        );
    }

    // What Newton alone does there, and what gives it away.
    let case = case_of(&grid);
    let trapped =
        Solver::new(&case).solve(&case, &start::voltages(&case, Start::Dc, None).unwrap(), &OPTIONS);
    assert_eq!(trapped.status, Status::Converged);
    let sound = Solver::new(&case).solve(&case, case.given.as_ref().unwrap().as_slice(), &OPTIONS);
    assert_eq!([&trapped, &sound].map(|s| s.pivots.unwrap().negative), [1, 0]);
}

/// Three negative pivots from one start and two from another are two solutions: from flat, one bus lies at 0.02 p.u.
#[test]
fn an_odd_number_of_negative_pivots_tells_the_false_solution_of_case2848rte() {
    let Some(folder) = matpower_cases() else { return };
    let case = matpower(&folder, "case2848rte");
    let mut solver = Solver::new(&case);
    let mut from = |rung| solver.solve(&case, &start::voltages(&case, rung, None).unwrap(), &OPTIONS);
    let ends = [Start::Given, Start::Fdlf, Start::Flat].map(&mut from);
    assert!(ends.iter().all(|end| end.status == Status::Converged));
    assert_eq!(ends.each_ref().map(|end| end.pivots.unwrap().negative), [2, 2, 3]);
    let lowest = ends.each_ref().map(|end| end.v.iter().map(|v| v.norm()).fold(9.0, f64::min));
    assert!(lowest[0] > 0.89 && lowest[1] > 0.89 && lowest[2] < 0.03, "{lowest:?}");
    assert!(apart(&ends[0].v, &ends[1].v) < 1e-7);
    let (policy, tight) = ((StartPolicy::Flat, Iteration::Newton), newton::Options { tol: 1e-10, ..OPTIONS });
    let climbed = ladder::climb(&mut solver, &case, policy, &tight, None);
    let (start, found) = climbed.taken.unwrap();
    assert_eq!(start, Start::Homotopy);
    assert!(matches!(climbed.tried[0].doubt, Some(Doubt::LowVoltage { .. })), "{:?}", climbed.tried);
    assert!(apart(&found.v, &ends[0].v) < 1e-7);
}

#[test]
fn a_low_voltage_start_is_left_for_the_operating_state() {
    let Some(shared) = shared() else { return };
    let grid = network(&shared.join("bad-inputs/73_low_voltage_start.m"));
    for start in [StartPolicy::Ladder, StartPolicy::Given] {
        let flow = load_flow(&grid, &FlowOptions { start, ..FlowOptions::default() }, None).unwrap();
        let row = flow.buses.bus.iter().position(|&bus| grid.buses[bus].id == "5").unwrap();
        assert!((flow.buses.vm_pu[row] - 0.961).abs() < 5e-4, "{start:?}: {}", flow.buses.vm_pu[row]);
        let told = flow.findings.iter().find(|f| f.code == Code::Retried).unwrap();
        assert!(told.message.contains("bus 5 at 0.101 p.u."), "{}", told.message);
    }
}

/// With resistance as large as reactance, sweeps lead away from the solution: they are not taken.
#[test]
fn distribution_feeders_are_started_without_sweeps() {
    let feeder = |load_mw: f64| {
        let mut network = Network::default();
        let mut last = grid::bus(&mut network, "0");
        grid::slack(&mut network, last, 1.0);
        for k in 1..=12 {
            let next = grid::bus(&mut network, &k.to_string());
            grid::line(&mut network, last, next, 0.02, 0.01, 0.0);
            grid::load(&mut network, next, load_mw, 0.5 * load_mw);
            last = next;
        }
        case_of(&network)
    };
    for load_mw in [2.0, 10.0, 13.0] {
        let climbed = climb(&feeder(load_mw));
        let (start, found) = climbed.taken.as_ref().unwrap();
        assert_eq!((*start, climbed.sweeps, found.status), (Start::Fdlf, 0, Status::Converged), "{load_mw}");
    }
}

/// A branch and its mirror of negative reactance leave the fast-decoupled start no matrix: the ladder starts flat.
#[test]
fn where_susceptances_cancel_out_the_ladder_starts_flat() {
    let mut network = grid::two_bus(0.02, 0.1, 10.0, 0.0);
    grid::line(&mut network, BusId::from_index(0), BusId::from_index(1), 0.02, -0.1, 0.0);
    let case = case_of(&network);
    assert_eq!(start::voltages(&case, Start::Fdlf, None), None);
    let climbed = climb(&case);
    let (start, found) = climbed.taken.unwrap();
    assert_eq!((start, found.status), (Start::Flat, Status::Converged));
    // Two resistances in parallel, each with its reactance: together they are a resistance alone.
    let g = 2.0 * 0.02 / (0.02_f64.powi(2) + 0.1_f64.powi(2));
    let exact = f64::midpoint(1.0, (1.0_f64 - 4.0 * 0.1 / g).sqrt());
    assert!((found.v[1].norm() - exact).abs() < 1e-9, "{} against {exact}", found.v[1].norm());
}

/// What the text tells of the effort, beside the columns that hold it.
#[test]
fn the_report_tells_start_sweeps_and_steps_that_were_not_plain() {
    use gridstage::report::{Ink, text};
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/14");
    let read = read::read(&path).unwrap();
    let network = &read.plan.network;
    let options = FlowOptions { start: StartPolicy::Fdlf, ..FlowOptions::default() };
    let mut flow = load_flow(network, &options, None).unwrap();
    let say = |flow: &LoadFlow, method| {
        let report = text::SolveText {
            path: "grids/ieee/14",
            plan: &read.plan,
            state: "",
            controls: options.controls,
            method,
            network,
            flow,
            lost_mw: 0.0,
            explanation: None,
            findings: &[],
            top: 3,
            ink: Ink::Plain,
        };
        let mut out = Vec::new();
        text::solve(&report, &mut out).unwrap();
        let told = String::from_utf8(out).unwrap();
        told.lines().find(|line| line.starts_with("Solved")).unwrap().to_owned()
    };
    let plain = say(&flow, Method::Newton);
    assert!(
        plain.starts_with(
            "Solved in 1 Newton step from the fdlf start (DC angles, 3 fast-decoupled sweeps), "
        ),
        "{plain}"
    );
    assert!(!plain.contains("pivots") && !plain.contains("included"), "{plain}");
    let island = &mut flow.islands[0];
    (island.refined_steps, island.pivoting_steps, island.steps_in_all) = (1, 2, 9);
    let told = say(&flow, Method::Newton);
    for part in ["it took 9 steps", "1 step was refined", "2 steps were taken with chosen pivots"] {
        assert!(told.contains(part), "{told}");
    }
    flow.islands[0].start = Start::Homotopy;
    assert!(
        say(&flow, Method::Newton)
            .starts_with("Solved by raising load and generation step by step, 9 Newton")
    );
    let options = FlowOptions { method: Method::Fdlf, ..options };
    let swept = load_flow(network, &options, None).unwrap();
    assert!(say(&swept, Method::Fdlf).contains("fast-decoupled sweeps from the fdlf start"));
}

fn grids() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee");
    ["14", "30", "57", "118", "300"].map(|name| root.join(name)).into()
}

/// The same solution by sweeps alone, and how many it takes: some ten times less mismatch by each.
#[test]
fn the_fast_decoupled_load_flow_ends_where_newton_does() {
    let mut sweeps = Vec::new();
    for path in grids() {
        let grid = network(&path);
        let solve = |method, start| {
            let options = FlowOptions { method, start, tol: 1e-10, max_iter: 50, ..FlowOptions::default() };
            load_flow(&grid, &options, None).unwrap()
        };
        let newton = solve(Method::Newton, StartPolicy::Ladder);
        let swept = [StartPolicy::Ladder, StartPolicy::Flat].map(|start| solve(Method::Fdlf, start));
        for swept in &swept {
            assert_eq!(swept.status, Status::Converged, "{}", path.display());
            let apart =
                |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            assert!(apart(&swept.buses.vm_pu, &newton.buses.vm_pu) < 1e-8, "{}", path.display());
            assert!(
                apart(&swept.branches.p_from_mw, &newton.branches.p_from_mw) < 1e-5,
                "{}",
                path.display()
            );
        }
        sweeps.push(format!("{:?}", swept.each_ref().map(|flow| flow.iterations)));
    }
    insta::assert_snapshot!(sweeps.join(" "), @"[8, 10] [9, 10] [10, 11] [10, 13] [13, 19]");
}

/// A load beyond the nose ends neither in a solution nor in an endless loop.
#[test]
fn sweeps_without_a_solution_end_in_a_status() {
    let case = case_of(&grid::two_bus(0.0, 0.4, 300.0, 0.0));
    let flat = start::voltages(&case, Start::Flat, None).unwrap();
    let found = fdlf::solve(&case, &flat, &newton::Options { tol: 1e-8, max_iter: 40 });
    assert_ne!(found.status, Status::Converged);
    let mut network = grid::two_bus(0.0, 0.4, 300.0, 0.0);
    let options = FlowOptions { method: Method::Fdlf, ..FlowOptions::default() };
    assert!(load_flow(&network, &options, None).unwrap().islands[0].solvable_share.is_some_and(|s| s < 0.5));
    network.loads.iter_mut().for_each(|load| load.p_mw = f64::NAN);
    assert_ne!(load_flow(&network, &options, None).unwrap().status, Status::Converged);
}

/// A meshed grid of moderate load: a tree and as many chords.
fn meshed() -> impl Strategy<Value = Case> {
    let row = (
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        0.0..0.02,
        0.02..0.12,
        -5.0..12.0,
        prop::bool::weighted(0.2),
    );
    prop::collection::vec(row, 2..40).prop_map(|rows| {
        let mut network = Network::default();
        let first = grid::bus(&mut network, "0");
        grid::slack(&mut network, first, 1.02);
        for (k, (parent, chord, r, x, p_mw, is_pv)) in rows.into_iter().enumerate() {
            let bus = grid::bus(&mut network, &format!("{}", k + 1));
            grid::line(&mut network, BusId::from_index(parent.index(k + 1)), bus, r, x, 0.02);
            grid::line(&mut network, BusId::from_index(chord.index(k + 1)), bus, r + 0.01, 2.0 * x, 0.0);
            grid::load(&mut network, bus, p_mw, 0.3 * p_mw);
            if is_pv {
                grid::pv(&mut network, bus, 5.0, 1.01);
            }
        }
        case_of(&network)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever a solve starts and whatever solves it, the solution is one.
    #[test]
    fn the_start_never_changes_the_solution(case in meshed()) {
        let tight = newton::Options { tol: 1e-11, max_iter: 60 };
        let mut solver = Solver::new(&case);
        let mut ends = Vec::new();
        for policy in [StartPolicy::Ladder, StartPolicy::Fdlf, StartPolicy::Dc, StartPolicy::Flat] {
            for iteration in [Iteration::Newton, Iteration::FastDecoupled] {
                let climb = ladder::climb(&mut solver, &case, (policy, iteration), &tight, None);
                let (_, found) = climb.taken.unwrap();
                prop_assert_eq!(found.status, Status::Converged, "{:?} {:?}", policy, iteration);
                ends.push(found.v);
            }
        }
        for end in &ends {
            prop_assert!(apart(end, &ends[0]) < 1e-8);
        }
        // From the solution itself, and from a state that is twisted and sagged, nothing else is found.
        let twisted: Vec<_> = (0..case.len())
            .map(|k| ends[0][k] * Complex64::from_polar(1.0 - 0.05 * (k % 3) as f64, 0.1 * (k % 5) as f64))
            .map(Some)
            .collect();
        let policy = (StartPolicy::Ladder, Iteration::Newton);
        let again = ladder::climb(&mut solver, &case, policy, &tight, Some(&twisted));
        prop_assert!(apart(&again.taken.unwrap().1.v, &ends[0]) < 1e-8);
    }
}
