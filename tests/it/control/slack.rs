//! A shared slack, and the interchange of areas.

use super::{action, on};
use crate::support::grid;
use gridstage::finding::Code;
use gridstage::flow::{Controls, Ended, FlowOptions, LoadFlow, Slack, Status, load_flow};
use gridstage::ids::{GeneratorId, Id};
use gridstage::model::{Area, Control, ElementId, Generator, Network, Origin};

fn shared(network: &Network, slack: Slack) -> LoadFlow {
    let options = FlowOptions { tol: 1e-11, slack, ..FlowOptions::default() };
    let flow = load_flow(network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    flow
}

fn g(k: usize) -> GeneratorId {
    GeneratorId::from_index(k)
}

/// A ring of three 110 kV buses: a slack at `1` scheduled for 10 MW, a machine of 30 MW at `2`, loads of 40 and 60 MW at `2`
/// and `3`. `r` is the resistance of each line [p.u.].
fn ring(r: f64) -> Network {
    let mut network = Network::default();
    let buses = ["1", "2", "3"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, buses[0], 1.02);
    grid::pv(&mut network, buses[1], 30.0, 1.01);
    network.generators[g(0)].p_mw = 10.0;
    grid::load(&mut network, buses[1], 40.0, 10.0);
    grid::load(&mut network, buses[2], 60.0, 20.0);
    for (from, to) in [(0, 1), (1, 2), (2, 0)] {
        grid::line(&mut network, buses[from], buses[to], r, 0.1, 0.02);
    }
    network
}

/// 60 MW are lacking without losses: the arithmetic is the witness.
#[test]
fn without_losses_each_machine_takes_its_part_of_what_is_lacking() {
    let mut network = ring(0.0);
    network.generators[g(0)].participation = Some(1.0);
    network.generators[g(1)].participation = Some(3.0);
    let flow = shared(&network, Slack::Participation);
    assert!((flow.generators.p_mw[0] - 25.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
    assert!((flow.generators.p_mw[1] - 75.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
    let told = action(&flow, ElementId::Generator(g(1)));
    assert_eq!((told.quantity, told.from, told.ended), ("p_mw", 30.0, Ended::Met));
    assert!(told.why.contains("shares 45.00 of 60.00 MW, by participation"), "{}", told.why);

    // the second one stops at 50 MW, and the first takes the rest
    network.generators[g(1)].p_max_mw = Some(50.0);
    let flow = shared(&network, Slack::Participation);
    assert!((flow.generators.p_mw[0] - 50.0).abs() < 1e-7 && (flow.generators.p_mw[1] - 50.0).abs() < 1e-9);
    let told = action(&flow, ElementId::Generator(g(1)));
    assert_eq!((told.ended, told.limit.as_str()), (Ended::AtLimit, "p_max_mw 50"));
}

#[test]
fn what_is_left_when_all_are_at_their_limits_falls_to_the_slack_and_is_told() {
    let mut network = ring(0.0);
    network.generators[g(1)].participation = Some(1.0);
    network.generators[g(1)].p_max_mw = Some(50.0);
    let flow = shared(&network, Slack::Participation);
    assert!((flow.generators.p_mw[0] - 50.0).abs() < 1e-7 && (flow.generators.p_mw[1] - 50.0).abs() < 1e-9);
    let told = flow.findings.iter().find(|f| f.code == Code::ControlFails).unwrap();
    assert!(told.message.contains("40.00 MW are left to the slack"), "{}", told.message);
}

#[test]
fn by_reserve_all_machines_stand_at_the_same_part_of_their_room() {
    let mut network = ring(0.0);
    (network.generators[g(0)].p_max_mw, network.generators[g(1)].p_max_mw) = (Some(90.0), Some(70.0));
    let flow = shared(&network, Slack::Reserve);
    // half of the 80 and of the 40 MW that they have left
    assert!((flow.generators.p_mw[0] - 50.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
    assert!((flow.generators.p_mw[1] - 50.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
}

#[test]
fn too_much_generation_is_taken_back_by_the_room_to_the_least_power() {
    let mut network = ring(0.0);
    network.generators[g(0)].p_mw = 90.0;
    network.generators[g(1)].p_mw = 70.0;
    (network.generators[g(0)].p_min_mw, network.generators[g(1)].p_min_mw) = (Some(0.0), Some(40.0));
    let flow = shared(&network, Slack::Reserve);
    // 60 MW too much, half of the 90 and of the 30
    assert!((flow.generators.p_mw[0] - 45.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
    assert!((flow.generators.p_mw[1] - 55.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
}

#[test]
fn by_load_all_loads_shrink_alike_and_machines_stay_at_their_schedule() {
    let network = ring(0.02);
    let flow = shared(&network, Slack::Load);
    assert!((flow.generators.p_mw[0] - 10.0).abs() < 1e-7, "{:?}", flow.generators.p_mw);
    assert!((flow.load_mw + flow.losses.total_mw - 40.0).abs() < 1e-7);
    let loads: Vec<f64> = flow.actions.iter().map(|action| action.to).collect();
    assert!((loads[0] / 40.0 - loads[1] / 60.0).abs() < 1e-9, "{loads:?}");
}

/// With the dispatch that was found as its schedule, the load flow of a single slack has the same voltages, and asks nothing
/// of its slack.
#[test]
fn the_dispatch_found_is_one_that_a_single_slack_agrees_with() {
    for rule in [Slack::Participation, Slack::Reserve] {
        let mut network = ring(0.03);
        for (k, (weight, most)) in [(0, (0.3, 60.0)), (1, (0.7, 200.0))] {
            network.generators[g(k)].participation = Some(weight);
            network.generators[g(k)].p_max_mw = Some(most);
        }
        let flow = shared(&network, rule);
        assert!(flow.losses.total_mw > 0.3);
        let mut dispatched = network.clone();
        for k in 0..2 {
            dispatched.generators[g(k)].p_mw = flow.generators.p_mw[k];
        }
        let single = shared(&dispatched, Slack::Single);
        assert!((single.generators.p_mw[0] - flow.generators.p_mw[0]).abs() < 1e-7);
        for (a, b) in single.buses.vm_pu.iter().zip(&flow.buses.vm_pu) {
            assert!((a - b).abs() < 1e-10);
        }
        for (a, b) in single.buses.va_deg.iter().zip(&flow.buses.va_deg) {
            assert!((a - b).abs() < 1e-8);
        }
    }
}

#[test]
fn where_nobody_takes_part_the_slack_balances_alone_and_it_is_told() {
    let network = ring(0.01);
    let single = shared(&network, Slack::Single);
    let flow = shared(&network, Slack::Participation);
    assert_eq!(format!("{:?}", single.buses), format!("{:?}", flow.buses));
    let told = flow.findings.iter().find(|f| f.field.as_deref() == Some("participation")).unwrap();
    assert!(
        told.message.contains("slack bus 1") && told.message.contains("balances alone"),
        "{}",
        told.message
    );
}

#[test]
fn of_two_slacks_only_the_first_holds_its_angle_where_the_balance_is_shared() {
    let mut network = ring(0.01);
    network.generators[g(1)].control = Control::Slack;
    for k in 0..2 {
        network.generators[g(k)].participation = Some(1.0);
    }
    let flow = shared(&network, Slack::Participation);
    assert!((flow.generators.p_mw[0] - 10.0 - (flow.generators.p_mw[1] - 30.0)).abs() < 1e-7);
    assert!(flow.findings.iter().any(|f| f.message.contains("generator G2 does not")), "{:?}", flow.findings);
}

/// Two grids without a line between them: each shares its own imbalance.
#[test]
fn each_island_shares_its_own_imbalance() {
    let mut network = ring(0.0);
    let (a, b) = (grid::bus(&mut network, "4"), grid::bus(&mut network, "5"));
    grid::line(&mut network, a, b, 0.0, 0.1, 0.0);
    grid::slack(&mut network, a, 1.0);
    grid::pv(&mut network, b, 5.0, 1.0);
    grid::load(&mut network, b, 25.0, 0.0);
    for k in 0..4 {
        network.generators[g(k)].participation = Some(1.0);
    }
    let flow = shared(&network, Slack::Participation);
    for (p, right) in flow.generators.p_mw.iter().zip([40.0, 60.0, 10.0, 15.0]) {
        assert!((p - right).abs() < 1e-7, "{:?}", flow.generators.p_mw);
    }
}

/// The slack shared and all controls on: the machine at its limit of reactive power still takes its part of the active.
#[test]
fn controls_move_on_a_shared_balance() {
    let mut network = ring(0.02);
    for k in 0..2 {
        network.generators[g(k)].participation = Some(1.0);
    }
    network.generators[g(1)].q_max_mvar = Some(5.0);
    network.generators[g(1)].vm_setpoint_pu = 1.03;
    let flow = load_flow(&network, &FlowOptions { slack: Slack::Participation, ..on() }, None).unwrap();
    assert_eq!(flow.status, Status::Converged);
    assert!((flow.generators.p_mw[0] - 10.0 - (flow.generators.p_mw[1] - 30.0)).abs() < 1e-7);
    assert!((flow.generators.q_mvar[1] - 5.0).abs() < 1e-9);
    let balance = flow.generators.p_mw.iter().sum::<f64>() - flow.load_mw - flow.losses.total_mw;
    assert!(balance.abs() < 1e-7);
}

/// Two areas of two buses each and one tie; the machine of the second, at `4`, is to hold what its area sends out.
fn areas(send_mw: f64) -> Network {
    let mut network = Network::default();
    let buses = ["1", "2", "3", "4"].map(|id| grid::bus(&mut network, id));
    for (from, to) in [(0, 1), (1, 2), (2, 3)] {
        grid::line(&mut network, buses[from], buses[to], 0.01, 0.1, 0.0);
    }
    grid::slack(&mut network, buses[0], 1.0);
    network.generators.push(Generator::new("G4", buses[3], Control::Voltage, 20.0, 1.0));
    grid::load(&mut network, buses[1], 50.0, 10.0);
    grid::load(&mut network, buses[2], 30.0, 10.0);
    for (k, &bus) in buses.iter().enumerate() {
        network.buses[bus].area = if k < 2 { "A" } else { "B" }.into();
    }
    for (id, interchange_mw, slack_bus) in [("A", -send_mw, buses[0]), ("B", send_mw, buses[3])] {
        network.areas.push(Area {
            id: id.into(),
            name: String::new(),
            interchange_mw,
            tolerance_mw: 0.01,
            slack_bus,
            origin: Origin::default(),
        });
    }
    network
}

#[test]
fn an_area_sends_what_it_is_scheduled_for_and_the_slack_takes_the_rest() {
    let network = areas(15.0);
    // at rest it is told, and only where an area is scheduled for something
    let told = |controls: Controls, network: &Network| {
        controls.at_rest(network).iter().any(|sentence| sentence.sentence().contains("--interchange on"))
    };
    assert!(told(Controls::ON, &network) && !told(Controls::ON, &ring(0.0)));
    assert!(!told(Controls { interchange: true, ..Controls::ON }, &network));
    let controls = Controls { interchange: true, ..Controls::ON };
    let options = FlowOptions { controls, ..on() };
    let flow = load_flow(&network, &options, None).unwrap();
    assert_eq!(flow.status, Status::Converged);
    // the tie, at the end of area B
    assert!((flow.branches.p_to_mw[1] - 15.0).abs() < 0.01, "{:?}", flow.branches.p_to_mw);
    let told = action(&flow, ElementId::Generator(g(1)));
    assert_eq!(told.ended, Ended::Met);
    assert!((told.to - flow.generators.p_mw[1]).abs() < 1e-9 && told.to > 45.0);
    assert!(flow.islands[0].rounds <= 3, "{}", flow.islands[0].rounds);

    // off: as scheduled
    let flow = load_flow(&network, &on(), None).unwrap();
    assert!((flow.generators.p_mw[1] - 20.0).abs() < 1e-12);

    // a machine that cannot give so much, told with its area
    let mut network = network;
    network.generators[g(1)].p_max_mw = Some(40.0);
    let flow = load_flow(&network, &options, None).unwrap();
    assert!((flow.generators.p_mw[1] - 40.0).abs() < 1e-9);
    assert_eq!(action(&flow, ElementId::Generator(g(1))).ended, Ended::AtLimit);
    let told = flow.findings.iter().find(|f| f.element.as_deref() == Some("area B")).unwrap();
    assert_eq!(told.code, Code::ControlFails);
    assert!(told.message.contains("limits of active power"), "{}", told.message);
}
