//! Every outage in lanes against the changed grid, built and solved alone.

mod kinds;
mod plans;
mod watched;
mod witness;

use crate::support::grid;
use gridstage::appraise::{judge_outages, own_limits_after_a_fault};
use gridstage::flow::{Controls, FlowOptions, LoadFlow, SolvedGrid, Status, load_flow, solve_grid};
use gridstage::ids::BusId;
use gridstage::model::{ElementId, Network};
use gridstage::study::contingency::{How, Limits, Outage, every_branch, run};
use std::path::Path;

const TIGHT: FlowOptions = FlowOptions { tol: 1e-11, ..FLOW };
const FLOW: FlowOptions = FlowOptions {
    controls: Controls::OFF,
    tol: 1e-8,
    max_iter: 30,
    method: gridstage::flow::Method::Newton,
    start: gridstage::flow::StartPolicy::Ladder,
    slack: gridstage::flow::Slack::Single,
};

fn ieee(buses: u32) -> Network {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee").join(buses.to_string());
    gridstage::read::read(&folder).unwrap().plan.network
}

fn solved(network: &Network, options: &FlowOptions) -> SolvedGrid {
    let grid = solve_grid(network, options, None).unwrap();
    assert_eq!(grid.flow.status, Status::Converged);
    grid
}

/// The changed grid without what is dead, solved alone from the same state.
fn alone(network: &Network, base: &LoadFlow, outage: &Outage, dead: &[BusId]) -> LoadFlow {
    let mut without = network.clone();
    for &bus in dead {
        without.buses[bus].in_service = false;
    }
    for &element in &outage.elements {
        without.set_in_service(element, false);
    }
    load_flow(&without, &TIGHT, Some(base)).unwrap()
}

#[test]
fn an_outage_in_lanes_passes_the_limits_that_the_changed_grid_passes() {
    for buses in [14, 57, 118] {
        let network = ieee(buses);
        let base = solved(&network, &TIGHT);
        let outages = every_branch(&network, |_| true);
        let verdict =
            judge_outages(&base, &own_limits_after_a_fault(), outages, &TIGHT.into(), &|_| true).unwrap();
        assert_eq!(verdict.results.len(), verdict.outages.len());
        let mut passed = 0;
        for result in &verdict.results {
            let outage = &verdict.outages[result.outage];
            let flow = alone(&network, &base.flow, outage, &result.dead);
            assert_eq!(result.status, flow.status, "{buses} {}", outage.id);
            if result.status != Status::Converged {
                continue;
            }
            let lost = network.loads.iter().filter(|load| result.dead.contains(&load.bus));
            let lost_mw: f64 = lost.map(|load| load.p_mw).sum();
            assert!((result.lost_mw - lost_mw).abs() < 1e-9, "{buses} {}", outage.id);
            let mut dead = flow.buses.bus.iter().zip(&flow.buses.vm_pu).filter(|(_, vm)| vm.is_nan());
            assert!(dead.all(|(bus, _)| result.dead.contains(bus)), "{buses} {}", outage.id);
            // All that lives is one island, and what is dead is not joined to it.
            assert_eq!(flow.islands.len(), 1, "{buses} {}", outage.id);
            let joins = |branch: ElementId| {
                let is_dead = |bus: Option<BusId>| bus.is_some_and(|bus| result.dead.contains(&bus));
                let [from, to, _] = network.stands_at(branch).map(is_dead);
                !outage.elements.contains(&branch) && from != to
            };
            let mut branches = every_branch(&network, |_| true).into_iter().map(|o| o.elements[0]);
            assert!(!branches.any(joins), "{buses} {}", outage.id);
            let violations = verdict.violations_of(result);
            for violation in violations.iter().filter(|v| v.quantity != "lost load") {
                let value = match violation.element.unwrap() {
                    ElementId::Bus(bus) => flow.buses.vm_pu[flow.buses.bus.binary_search(&bus).unwrap()],
                    branch => {
                        let row = flow.branches.branch.binary_search(&branch).unwrap();
                        flow.branches.loading_emergency_percent[row]
                    }
                };
                assert!(
                    (violation.value - value).abs() < 1e-9 * value.abs().max(1.0),
                    "{buses} {}: {violation:?} {value}",
                    outage.id
                );
            }
            passed += violations.len();
            // And nothing that the changed grid passes is missing.
            let out_of_band = flow.buses.bus.iter().zip(&flow.buses.vm_pu).filter(|&(&bus, &vm)| {
                let record = &network.buses[bus];
                record.vm_min_pu.is_some_and(|min| vm < min * (1.0 - 1e-6))
                    || record.vm_max_pu.is_some_and(|max| vm > max * (1.0 + 1e-6))
            });
            let voltages = violations.iter().filter(|v| v.quantity == "vm").count();
            assert_eq!(voltages, out_of_band.count(), "{buses} {}", outage.id);
        }
        assert!(buses == 14 || passed > 0, "{buses}: something is passed, or the test shows nothing");
    }
}

/// Slack – A – B in a chain, and a second line from the slack to A; 30 MW at A, 20 MW at B.
fn chain() -> Network {
    let mut network = Network::default();
    let [s, a, b] = ["S", "A", "B"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, s, 1.0);
    for (from, to) in [(s, a), (s, a), (a, b)] {
        grid::line(&mut network, from, to, 0.01, 0.1, 0.0);
    }
    grid::load(&mut network, a, 30.0, 5.0);
    grid::load(&mut network, b, 20.0, 5.0);
    network
}

#[test]
fn what_hangs_on_an_outage_is_dark_and_its_load_is_told() {
    let network = chain();
    let base = solved(&network, &FLOW);
    let single = every_branch(&network, |_| true);
    let both = single[0].both(&single[1]);
    let outages = [single, vec![both]].concat();
    let found = run(&base, &outages, &Limits::default(), &FLOW.into(), |after| {
        (after.outage, after.status, after.lost_mw, after.dead.len())
    })
    .unwrap();
    let converged = Status::Converged;
    assert_eq!(
        found,
        [(0, converged, 0.0, 0), (1, converged, 0.0, 0), (2, converged, 20.0, 1), (3, converged, 50.0, 2)]
    );
}

#[test]
fn an_outage_without_a_state_tells_how_much_load_has_one() {
    let network = ieee(300);
    let base = solved(&network, &FLOW);
    let outages = every_branch(&network, |element| network.id_of(element) == "118-119-1");
    let found = run(&base, &outages, &Limits::default(), &FLOW.into(), |after| {
        (after.status, after.how, after.solvable_share)
    })
    .unwrap();
    let (status, how, share) = found[0];
    assert_ne!(status, Status::Converged);
    assert_eq!(how, How::Anew);
    assert!(share.is_some_and(|share| share > 0.9 && share < 1.0), "{share:?}");
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let network = ieee(118);
    let base = solved(&network, &FLOW);
    let judge = || {
        let outages = every_branch(&network, |_| true);
        judge_outages(&base, &own_limits_after_a_fault(), outages, &FLOW.into(), &|_| true).unwrap().results
    };
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    assert_eq!(judge(), one.install(judge));
}
