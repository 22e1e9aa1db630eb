//! Data that no control can work with: a coded finding that names the record; and what is opened and closed again.

use super::{changer, on, one_changer, solve};
use crate::support::grid;
use gridstage::finding::{Code, Severity};
use gridstage::flow::{Controls, FlowOptions, Status, load_flow};
use gridstage::ids::{BusId, CompensatorId, GeneratorId, Id};
use gridstage::model::validate;
use gridstage::model::{
    Compensator, CompensatorKind, CompensatorLimits, ElementId, Network, Origin, Side, TapControl, TapTarget,
};

/// The one finding about a record's field, and that it is an error.
fn refused(network: &Network, element: &str, field: &str) -> String {
    let findings = validate::network(network);
    let found =
        findings.iter().find(|f| f.element.as_deref() == Some(element) && f.field.as_deref() == Some(field));
    let found = found.unwrap_or_else(|| panic!("nothing about {element}, {field}: {findings:#?}"));
    assert_eq!((found.code, found.severity), (Code::Value, Severity::Error), "{found:?}");
    assert!(found.help.is_some());
    found.message.clone()
}

#[test]
fn a_tap_range_the_wrong_way_round_is_refused() {
    let (mut network, _, t) = one_changer(60.0, 30.0, (0.995, 1.015));
    let tap = network.transformers[t].tap.as_mut().unwrap();
    (tap.min, tap.max) = (10, -10);
    assert!(refused(&network, "transformer T1", "tap_min").contains("10 is above tap_max, -10"));
}

#[test]
fn a_step_of_nothing_is_refused_where_something_is_held() {
    let (mut network, _, t) = one_changer(60.0, 30.0, (0.995, 1.015));
    network.transformers[t].tap.as_mut().unwrap().step_percent = 0.0;
    assert!(refused(&network, "transformer T1", "tap_step_percent").contains("moves nothing"));
    network.transformers[t].tap_control = None;
    assert!(validate::network(&network).iter().all(|f| f.severity != Severity::Error), "it need not move");
}

#[test]
fn a_band_that_no_voltage_reaches_and_one_upside_down_are_refused() {
    let (network, ..) = one_changer(60.0, 30.0, (110.0, 115.0));
    assert!(refused(&network, "transformer T1", "hold_min_pu").contains("cannot be reached"));
    let (network, ..) = one_changer(60.0, 30.0, (1.02, 1.0));
    refused(&network, "transformer T1", "hold_min_pu");
}

#[test]
fn reactive_limits_upside_down_are_refused_of_machines_and_compensators() {
    let mut network = grid::two_bus(0.0, 0.2, 80.0, 30.0);
    grid::pv(&mut network, BusId::from_index(1), 10.0, 1.0);
    let g = &mut network.generators[GeneratorId::from_index(1)];
    (g.q_min_mvar, g.q_max_mvar) = (Some(20.0), Some(-20.0));
    refused(&network, "generator G2", "q_min_mvar");

    let mut network = grid::two_bus(0.0, 0.2, 80.0, 30.0);
    let id: CompensatorId = network.compensators.push(Compensator {
        id: "SVC".into(),
        name: String::new(),
        bus: BusId::from_index(1),
        regulated_bus: None,
        kind: CompensatorKind::Svc,
        vm_setpoint_pu: 1.0,
        slope_percent: 2.0,
        limits: CompensatorLimits { min_mvar: 50.0, max_mvar: -50.0 },
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    assert_eq!(network.id_of(ElementId::Compensator(id)), "SVC");
    refused(&network, "compensator SVC", "q_min_mvar");
}

#[test]
fn a_machine_that_holds_a_bus_of_another_island_is_told() {
    let mut network = grid::two_bus(0.0, 0.2, 80.0, 30.0);
    let far = grid::bus(&mut network, "9");
    grid::pv(&mut network, BusId::from_index(1), 10.0, 1.0);
    network.generators[GeneratorId::from_index(1)].regulated_bus = Some(far);
    let flow = solve(&network);
    let told = flow.findings.iter().find(|f| f.element.as_deref() == Some("generator G2")).unwrap();
    assert_eq!(told.code, Code::ControlFails);
    assert!(told.message.contains("bus 9") && told.message.contains("another island"), "{}", told.message);
}

/// Two units side by side, tapped at opposite ends, each to hold the bus at the other's tapped end, to bands that no pair of
/// positions meets: they end, and the one that does not meet its own is told.
#[test]
fn two_tap_changers_in_a_loop_end_and_are_told() {
    let mut network = Network::default();
    let (a, b, c) =
        (grid::bus(&mut network, "1"), grid::bus(&mut network, "2"), grid::bus(&mut network, "3"));
    grid::slack(&mut network, a, 1.0);
    grid::line(&mut network, a, b, 0.0, 0.2, 0.0);
    grid::load(&mut network, b, 20.0, 5.0);
    grid::load(&mut network, c, 40.0, 10.0);
    let first = changer(&mut network, b, c, 0.1, (1.04, 1.045));
    let second = changer(&mut network, b, c, 0.1, (0.9, 0.905));
    network.transformers[second].tap.as_mut().unwrap().side = Side::To;
    for (id, bus, min_pu, max_pu) in [(first, c, 1.04, 1.045), (second, b, 0.9, 0.905)] {
        let target = TapTarget::Voltage { bus: Some(bus), min_pu, max_pu, drop: None };
        network.transformers[id].tap_control = Some(TapControl { target, active: true });
    }
    let flow = load_flow(&network, &on(), None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    assert!(flow.islands[0].rounds < 20, "{}", flow.islands[0].rounds);
    let told = flow.findings.iter().find(|f| f.element.as_deref() == Some("transformer T2"));
    let told = told.unwrap_or_else(|| panic!("{:#?}", flow.findings));
    assert!(matches!(told.code, Code::ControlFails | Code::Hunting), "{told:?}");
}

#[test]
fn what_is_opened_and_closed_again_stands_as_before() {
    let (mut network, b, _) = one_changer(60.0, 30.0, (0.995, 1.015));
    changer(&mut network, BusId::from_index(0), b, 0.1, (0.995, 1.015));
    grid::pv(&mut network, b, 5.0, 1.0);
    let g = GeneratorId::from_index(1);
    (network.generators[g].q_min_mvar, network.generators[g].q_max_mvar) = (Some(-5.0), Some(5.0));
    for controls in [Controls::ON, Controls::OFF] {
        let options = FlowOptions { controls, ..on() };
        let before = format!("{:?}", load_flow(&network, &options, None).unwrap());
        for element in
            [ElementId::Transformer(gridstage::ids::TransformerId::from_index(1)), ElementId::Generator(g)]
        {
            network.set_in_service(element, false);
            let open = format!("{:?}", load_flow(&network, &options, None).unwrap());
            assert_ne!(open, before);
            network.set_in_service(element, true);
            assert_eq!(format!("{:?}", load_flow(&network, &options, None).unwrap()), before);
        }
    }
}
