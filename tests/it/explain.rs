//! Why a grid does not solve: the nose against closed forms and a stored table, and remedies against the load flow itself.

use crate::support::{self, grid};
use gridstage::case::{self, Case};
use gridstage::finding::Code;
use gridstage::flow::newton::{self, Options};
use gridstage::flow::nose::nose;
use gridstage::flow::{
    Controls, FlowOptions, Start, Status, damped, diagnose, kernel, levenberg, load_flow, start,
};
use gridstage::ids::{BusId, Id};
use gridstage::matrix::{ibus, ybus};
use gridstage::model::Network;
use gridstage::study::suspects;
use num_complex::Complex64;

const TIGHT: Options = Options { tol: 1e-10, max_iter: 30 };

fn only_case(network: &Network) -> Case {
    let islands = case::build(network).unwrap();
    islands.cases.iter().next().unwrap().clone()
}

fn converges(network: &Network) -> bool {
    load_flow(network, &FlowOptions::default(), None).unwrap().status == Status::Converged
}

/// All loads and all active generation, multiplied.
fn stressed(network: &Network, factor: f64) -> Network {
    let mut network = network.clone();
    for load in &mut network.loads {
        (load.p_mw, load.q_mvar) = (load.p_mw * factor, load.q_mvar * factor);
    }
    for generator in &mut network.generators {
        generator.p_mw *= factor;
    }
    network
}

/// Behind a lossless line of reactance x a load p·(1 + j·k) has its nose at p = (√(1 + k²) − k)/(2x).
#[test]
fn the_nose_of_a_line_is_that_of_the_closed_formula() {
    for (x, p, k) in [(0.4, 0.3, 0.0), (0.1, 0.8, 0.5), (0.2, 0.5, -0.3_f64)] {
        let case = only_case(&grid::two_bus(0.0, x, 100.0 * p, 100.0 * p * k));
        let exact = ((1.0 + k * k).sqrt() - k) / (2.0 * x) / p;
        let top = nose(&mut kernel::Solver::new(&case), &case, &TIGHT, 100.0).unwrap();
        assert!(top.passed && (top.factor / exact - 1.0).abs() < 1e-6, "{} and {exact}", top.factor);
        assert!(top.steps <= 150, "{} factorisations", top.steps);
    }
}

/// `planning/cpf/nose_points.csv`, rows without limits: the factor of the nose, and cases before and behind it.
#[test]
fn noses_are_those_of_the_table_and_stressed_cases_solve_up_to_them() {
    let (Some(shared), Some(cases)) = (support::shared(), support::matpower_cases()) else { return };
    let text = std::fs::read_to_string(shared.join("planning/cpf/nose_points.csv")).unwrap();
    let mut seen = 0;
    for line in text.lines().filter(|line| line.contains(",own,") && line.contains(",none,")) {
        let name = line.split(',').next().unwrap();
        let file = cases.join(format!("{name}.m"));
        if !file.is_file() {
            continue;
        }
        seen += 1;
        let lambda: f64 = line.split(",none,").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        let network = gridstage::read::read(&file).unwrap().plan.network;
        let case = only_case(&network);
        let top = nose(&mut kernel::Solver::new(&case), &case, &TIGHT, 20.0).unwrap();
        assert!((top.factor - 1.0 - lambda).abs() < 1e-5, "{name}: {} and {}", top.factor, 1.0 + lambda);
        for share in [0.5, 0.9, 0.99, 0.999] {
            assert!(converges(&stressed(&network, 1.0 + share * lambda)), "{name} at {share} of its nose");
        }
        for share in [1.001, 2.0] {
            let network = stressed(&network, 1.0 + share * lambda);
            let flow = load_flow(&network, &FlowOptions::default(), None).unwrap();
            assert_ne!(flow.status, Status::Converged, "{name} at {share} of its nose");
            let exact = (1.0 + lambda) / (1.0 + share * lambda);
            let told = flow.islands[0].solvable_share.unwrap();
            assert!((told / exact - 1.0).abs() < 1e-3, "{name} at {share}: {told} told, {exact} exact");
        }
    }
    assert!(seen >= 8, "{seen} cases of the table");
}

/// The ill-conditioned case of S. Iwamoto and Y. Tamura: pandapower 3.1.2 finds no solution of its file by any of its algorithms
/// (`nr`, `iwamoto_nr`, `fdbx`, `gs`, from flat and DC starts, down to a tolerance of 100 VA), and there is none: its nose lies
/// 0.2 percent below.
#[test]
fn iwamotos_case_of_eleven_buses_lies_just_behind_its_nose() {
    let Some(shared) = support::shared() else { return };
    let network = gridstage::read::read(&shared.join("cases/pandapower/case11_iwamoto.json")).unwrap();
    let flow = load_flow(&network.plan.network, &FlowOptions::default(), None).unwrap();
    assert_ne!(flow.status, Status::Converged);
    let share = flow.islands[0].solvable_share.unwrap();
    assert!((0.995..1.0).contains(&share), "{share}");
    assert!(converges(&stressed(&network.plan.network, 0.999 * share)));
    assert!(!converges(&stressed(&network.plan.network, 1.0005 * share)));
}

/// What is shed makes the grid solve, and a twentieth less of it does not; the same of the reactive power to add.
#[test]
fn the_least_that_is_shed_or_added_is_enough_and_less_is_not() {
    let Some(cases) = support::matpower_cases() else { return };
    for (name, factor) in [("case14", 4.3), ("case57", 2.0), ("case118", 3.3)] {
        let network = gridstage::read::read(&cases.join(format!("{name}.m"))).unwrap().plan.network;
        let network = stressed(&network, factor);
        let (flow, found) = diagnose(&network, &FlowOptions::default()).unwrap();
        assert_ne!(flow.status, Status::Converged, "{name}");
        let one = &found[0];
        assert!(!one.solves && one.nose && one.factor.unwrap() < 1.0, "{name}: {one:?}");
        assert!(!one.shed.is_empty() && !one.weakest.is_empty(), "{name}: {one:?}");
        let all: f64 = one.shed.iter().map(|shed| shed.p_mw).sum();
        let uniform = (1.0 - one.factor.unwrap()) * flow_load(&network);
        assert!(all < uniform, "{name}: {all} MW at few buses, {uniform} MW of all loads alike");
        let shed = |part: f64| {
            let mut network = network.clone();
            for shed in &one.shed {
                let s = (-part * shed.p_mw, -part * shed.q_mvar);
                grid::load(&mut network, shed.bus, s.0, s.1);
            }
            network
        };
        assert!(converges(&shed(1.0)), "{name}: {all} MW shed are not enough");
        assert!(!converges(&shed(0.95)), "{name}: less than {all} MW are enough");
        if let Some((bus, q_mvar)) = one.add {
            let fed = |part: f64| {
                let mut network = network.clone();
                grid::load(&mut network, bus, 0.0, -part * q_mvar);
                network
            };
            assert!(converges(&fed(1.0)) && !converges(&fed(0.95)), "{name}: {q_mvar} Mvar");
        }
    }
}

/// case300 at 1.2 times the load of its nose cannot carry off what bus 191 feeds in: generation is held back, and then it solves.
#[test]
fn generation_that_cannot_be_carried_off_is_held_back() {
    let Some(cases) = support::matpower_cases() else { return };
    let network = gridstage::read::read(&cases.join("case300.m")).unwrap().plan.network;
    let top =
        nose(&mut kernel::Solver::new(&only_case(&network)), &only_case(&network), &TIGHT, 10.0).unwrap();
    let network = stressed(&network, 1.2 * top.factor);
    let (flow, found) = diagnose(&network, &FlowOptions::default()).unwrap();
    assert_ne!(flow.status, Status::Converged);
    let one = &found[0];
    assert!(!one.hold.is_empty(), "{one:?}");
    let eased = |part: f64| {
        let mut network = network.clone();
        for shed in &one.shed {
            grid::load(&mut network, shed.bus, -part * shed.p_mw, -part * shed.q_mvar);
        }
        for &(bus, p_mw) in &one.hold {
            grid::load(&mut network, bus, part * p_mw, 0.0);
        }
        network
    };
    assert!(converges(&eased(1.0)), "{one:?}");
    assert!(!converges(&eased(0.95)), "{one:?}");
}

fn flow_load(network: &Network) -> f64 {
    network.loads.iter().map(|load| load.p_mw).sum()
}

/// One load is raised until nothing solves: the bus that gives way is the one that draws it.
#[test]
fn the_bus_that_draws_too_much_is_found() {
    let Some(cases) = support::matpower_cases() else { return };
    let (mut right, mut all) = (0, 0);
    for name in ["case14", "case_ieee30", "case57"] {
        let network = gridstage::read::read(&cases.join(format!("{name}.m"))).unwrap().plan.network;
        let held: Vec<BusId> = network.generators.iter().map(|g| g.bus).collect();
        let loads: Vec<_> =
            network.loads.iter_ids().filter(|(_, l)| l.p_mw > 0.0 && !held.contains(&l.bus)).collect();
        for (id, load) in loads {
            let mut heavy = network.clone();
            let mut times = 2.0;
            while converges(&heavy) {
                times *= 1.5;
                let one = &mut heavy.loads[id];
                (one.p_mw, one.q_mvar) = (load.p_mw * times, load.q_mvar * times);
            }
            let (_, found) = diagnose(&heavy, &FlowOptions::default()).unwrap();
            all += 1;
            let named = found[0].weakest.first().map(|weak| weak.bus);
            if named == Some(load.bus) {
                right += 1;
            } else {
                eprintln!("{name}: load of bus {}", network.buses[load.bus].id);
            }
        }
    }
    eprintln!("{right} of {all} critical buses right");
    assert!(all > 50 && 10 * right >= 9 * all, "{right} of {all}");
}

/// From near they arrive where Newton's method does; from starts that lead nowhere the sum of the squares of what is missing never
/// rises, and what comes back is made of numbers.
#[test]
fn short_steps_arrive_from_near_and_never_lead_up() {
    let Some(cases) = support::matpower_cases() else { return };
    for name in ["case14", "case_ieee30", "case57", "case118"] {
        let network = gridstage::read::read(&cases.join(format!("{name}.m"))).unwrap().plan.network;
        let case = only_case(&network);
        let mut solver = kernel::Solver::new(&case);
        let exact = solver.solve(&case, &start::voltages(&case, Start::Fdlf, None).unwrap(), &TIGHT);
        assert_eq!(exact.status, Status::Converged);
        for spread in [0.01, 0.3, 1.0, 2.0] {
            let started: Vec<Complex64> = exact
                .v
                .iter()
                .zip(&case.kind)
                .enumerate()
                .map(|(k, (v, kind))| {
                    let angle = spread * ((7 * k + 3) % 11) as f64 / 10.0;
                    let low = if *kind == case::NodeKind::Pq { 1.0 - 0.1 * spread } else { 1.0 };
                    let angle = if *kind == case::NodeKind::Slack { 0.0 } else { angle };
                    v * low * Complex64::from_polar(1.0, angle)
                })
                .collect();
            let missing = |v: &[Complex64]| -> f64 {
                let mis = newton::mismatch(&case, v, &ibus(&ybus(&case), v));
                let parts = mis.iter().zip(&case.kind).map(|(mis, kind)| match kind {
                    case::NodeKind::Slack => 0.0,
                    case::NodeKind::Pv => mis.re * mis.re,
                    case::NodeKind::Pq => mis.norm_sqr(),
                });
                parts.sum()
            };
            let found = [
                damped::solve(&mut solver, &case, &started, &TIGHT),
                levenberg::solve(&case, &started, &TIGHT),
            ];
            for found in found {
                assert!(missing(&found.v) <= missing(&started) * (1.0 + 1e-9), "{name} from {spread}");
                if spread < 0.1 {
                    assert_eq!(found.status, Status::Converged, "{name}");
                    let off = found.v.iter().zip(&exact.v).map(|(a, b)| (a - b).norm()).fold(0.0, f64::max);
                    assert!(off < 1e-7, "{name}: {off:.1e}");
                }
            }
        }
    }
}

/// A slip in one record of a sound grid is told with that record, and the sound grid is not told of at all.
#[test]
fn slips_are_told_by_record() {
    let Some(cases) = support::matpower_cases() else { return };
    let network = gridstage::read::read(&cases.join("case118.m")).unwrap().plan.network;
    assert!(suspects(&network).is_empty(), "{:#?}", suspects(&network));
    let told = |change: &dyn Fn(&mut Network)| {
        let mut network = network.clone();
        change(&mut network);
        suspects(&network)
    };
    let line = gridstage::ids::LineId::from_index(20);
    let per_unit = |network: &mut Network, factors: [f64; 3]| {
        if let gridstage::model::LineImpedance::PerUnit { r_pu, x_pu, b_pu, .. } =
            &mut network.lines[line].impedance
        {
            (*r_pu, *x_pu, *b_pu) = (*r_pu * factors[0], *x_pu * factors[1], *b_pu * factors[2]);
        }
    };
    let name = network.describe(gridstage::model::ElementId::Line(line));
    for (factors, code) in [
        ([1.0, 1.0, 1e4], Code::Charging),
        ([1.0, 1.0, 1e-3], Code::Charging),
        ([100.0, 1.0, 1.0], Code::XOverR),
    ] {
        let found = told(&|network| per_unit(network, factors));
        assert_eq!(found.len(), 1, "{factors:?}: {found:#?}");
        assert_eq!(found[0].finding.code, code);
        assert_eq!(found[0].finding.element.as_deref(), Some(name.as_str()));
        assert!(found[0].finding.place.is_some());
    }
    let load = network.loads.ids().next().unwrap();
    let found = told(&|network| network.loads[load].p_mw *= 1e4);
    assert!(found.iter().any(|one| one.finding.code == Code::Decimal), "{found:#?}");
    let found = told(&|network| network.buses[network.lines[line].to].vn_kv *= 2.0);
    assert!(found.iter().any(|one| one.finding.code == Code::RatedVoltage), "{found:#?}");
}

/// A line shorter than the straight way between its stations, and ratings that no conductor carries, are told with their records.
#[test]
fn lengths_and_ratings_that_do_not_fit_are_told_by_record() {
    let own = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let plan = gridstage::read::read(&own.join("tests/cases/plan/teaching")).unwrap().plan;
    let told = |change: &dyn Fn(&mut Network)| {
        let mut network = plan.network.clone();
        change(&mut network);
        let found = suspects(&network).into_iter().map(|one| one.finding);
        found.map(|one| (one.code, one.element.unwrap_or_default())).collect::<Vec<_>>()
    };
    let line = plan.network.lines.iter_ids().find(|(_, line)| line.row == "N-A").unwrap().0;
    let place = |network: &mut Network, deg: f64| {
        for (bus, lat) in [(network.lines[line].from, 21.0), (network.lines[line].to, 21.0 + deg)] {
            let station = network.buses[bus].substation.unwrap();
            (network.substations[station].lat_deg, network.substations[station].lon_deg) =
                (Some(lat), Some(105.8));
        }
    };
    // a degree of a meridian is 111.2 km
    let far = told(&|network| place(network, 0.4));
    assert!(far.iter().any(|(code, name)| *code == Code::Length && name.contains("N-A")), "{far:?}");
    let near = told(&|network| place(network, 0.04));
    assert!(near.iter().all(|(code, _)| *code != Code::Length), "{near:?}");
    let rated = |ka: f64| {
        told(&|network: &mut Network| {
            let rating = &mut network.lines[line].rating;
            (rating.unit, rating.normal) = (gridstage::model::RatingUnit::Ka, Some(ka));
        })
    };
    let sound = rated(0.3);
    assert!(sound.iter().all(|(code, _)| !matches!(code, Code::Conductor | Code::Decimal)), "{sound:?}");
    let above = rated(5.0);
    assert!(above.iter().any(|(code, _)| *code == Code::Conductor), "{above:?}");
    let slipped = rated(30.0);
    assert!(slipped.iter().any(|(code, _)| *code == Code::Decimal), "{slipped:?}");
}

/// With reactive limits a grid can lose its solution by its controls: that is told, and not a nose.
#[test]
fn a_state_that_controls_leave_is_told_from_one_that_never_was() {
    let Some(cases) = support::matpower_cases() else { return };
    let network = gridstage::read::read(&cases.join("case118.m")).unwrap().plan.network;
    let network = stressed(&network, 2.9);
    let options = FlowOptions { controls: Controls::ON, ..FlowOptions::default() };
    let (flow, found) = diagnose(&network, &options).unwrap();
    assert_ne!(flow.status, Status::Converged);
    assert!(found[0].factor.unwrap() >= 1.0 && !found[0].nose, "{:?}", found[0]);
}
