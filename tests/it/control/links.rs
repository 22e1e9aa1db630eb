//! Direct-current links: converters against the Fourier sum of their own current, and laws of the link.

use super::{action, on, solve, vm};
use crate::support::grid;
use gridstage::finding::Code;
use gridstage::flow::{Controls, Ended, FlowOptions, LoadFlow, load_flow};
use gridstage::ids::{BusId, DcLinkId, Id};
use gridstage::model::{
    ConverterAc, DcLink, ElementId, Lcc, LccConverter, LccOrder, LccSetpoint, Network, Origin, Vsc,
    VscConverter, VscDc,
};
use std::f64::consts::PI;

fn first() -> ElementId {
    ElementId::DcLink(DcLinkId::from_index(0))
}

/// Two grids, each a slack and a bus behind 0.05 p.u.; or one, where the two are `joined` by a weak line.
fn two_grids(joined: bool) -> (Network, BusId, BusId) {
    let mut network = Network::default();
    let [a, b, c, d] = ["1", "2", "3", "4"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, a, 1.02);
    grid::line(&mut network, a, b, 0.005, 0.05, 0.0);
    grid::line(&mut network, d, c, 0.005, 0.05, 0.0);
    if joined {
        grid::line(&mut network, a, d, 0.02, 0.2, 0.0);
    } else {
        grid::slack(&mut network, d, 1.01);
    }
    grid::load(&mut network, c, 60.0, 10.0);
    // filters
    grid::shunt(&mut network, b, 0.0, 25.0);
    grid::shunt(&mut network, c, 0.0, 20.0);
    (network, b, c)
}

fn converter(bus: BusId, angle_min_deg: f64, angle_max_deg: f64) -> LccConverter {
    LccConverter {
        bus,
        bridges: 2,
        angle_min_deg,
        angle_max_deg,
        rc_ohm: 0.05,
        xc_ohm: 6.0,
        vn_kv: 110.0,
        ratio_pu: 0.5,
        tap_pu: 1.0,
        tap_min_pu: 0.8,
        tap_max_pu: 1.2,
        tap_step_pu: 0.0125,
    }
}

/// 50 MW at 125 kV over 5 ohm.
fn lcc(network: &mut Network, order: LccOrder, from: BusId, to: BusId) -> &mut Lcc {
    let link = Lcc {
        id: "LCC".into(),
        name: String::new(),
        setpoint: LccSetpoint { order, margin: 0.1 },
        r_ohm: 5.0,
        vd_kv: 125.0,
        compounding_ohm: 0.0,
        rectifier: converter(from, 5.0, 60.0),
        inverter: converter(to, 15.0, 60.0),
        built: true,
        in_service: true,
        origin: Origin::default(),
    };
    let id = network.dc_links.push(DcLink::Lcc(Box::new(link)));
    let DcLink::Lcc(link) = &mut network.dc_links[id] else { unreachable!("just pushed") };
    link
}

/// Power drawn by the bridges of a converter [MW, Mvar], by integrating its current over a period: firing angle `start`,
/// end of commutation `end` [rad], valve-side voltage [kV], direct current [kA].
fn drawn(bridges: f64, start: f64, end: f64, e_kv: f64, id_ka: f64) -> (f64, f64) {
    let risen = |x: f64| (start.cos() - x.cos()) / (start.cos() - end.cos());
    // the valve takes over at 60 degrees before the crest of its voltage, and hands on a third of a period later
    let current = |theta: f64| {
        let x = theta + PI / 3.0;
        if x < start || x > end + 2.0 * PI / 3.0 {
            0.0
        } else if x < end {
            risen(x)
        } else if x < start + 2.0 * PI / 3.0 {
            1.0
        } else {
            1.0 - risen(x - 2.0 * PI / 3.0)
        }
    };
    let count = 2_000_000;
    let (mut a, mut b) = (0.0, 0.0);
    for k in 0..count {
        let theta = -PI / 3.0 + (f64::from(k) + 0.5) / f64::from(count) * (PI + PI);
        let i = current(theta);
        a += i * theta.cos();
        b += i * theta.sin();
    }
    // the other half wave is the same with its sign turned
    let scale = 2.0 * 2.0 / f64::from(count) * id_ka;
    let crest = e_kv * 2.0_f64.sqrt() / 3.0_f64.sqrt();
    (1.5 * bridges * crest * a * scale, 1.5 * bridges * crest * b * scale)
}

fn end_of_commutation(start: f64, xc_ohm: f64, id_ka: f64, e_kv: f64) -> f64 {
    (start.cos() - 2.0_f64.sqrt() * xc_ohm * id_ka / e_kv).acos()
}

fn balances(flow: &LoadFlow) {
    let fed: f64 = flow.generators.p_mw.iter().sum();
    assert!((fed - flow.load_mw - flow.losses.total_mw).abs() < 1e-6, "{fed}");
}

#[test]
fn a_line_commutated_link_draws_and_feeds_what_its_current_adds_up_to() {
    for joined in [false, true] {
        let (mut network, b, c) = two_grids(joined);
        lcc(&mut network, LccOrder::PowerAtRectifier(50.0), b, c);
        let still = FlowOptions { controls: Controls { taps: false, ..Controls::ON }, ..on() };
        let flow = load_flow(&network, &still, None).unwrap();
        balances(&flow);
        let links = &flow.links;
        let (id, vd_r, vd_i) = (links.id_ka[0], links.vd_from_kv[0], links.vd_to_kv[0]);
        assert!((vd_i - 125.0).abs() < 1e-9 && (vd_r - vd_i - 5.0 * id).abs() < 1e-9);
        assert!((vd_r * id - 50.0).abs() < 1e-9);
        let (alpha, gamma) = (links.angle_from_deg[0].to_radians(), links.angle_to_deg[0].to_radians());
        let (e_r, e_i) = (55.0 * vm(&flow, b), 55.0 * vm(&flow, c));

        let (p, q) = drawn(2.0, alpha, end_of_commutation(alpha, 6.0, id, e_r), e_r, id);
        assert!((links.p_from_mw[0] - p).abs() < 1e-4, "{} and {p}", links.p_from_mw[0]);
        assert!((links.q_from_mvar[0] - q).abs() < 1e-4, "{} and {q}", links.q_from_mvar[0]);
        // an inverter fires as much before the reversal of its voltage as a rectifier's commutation ends after
        let mu = end_of_commutation(gamma, 6.0, id, e_i) - gamma;
        let (p, q) = drawn(2.0, PI - gamma - mu, PI - gamma, e_i, id);
        assert!((links.p_to_mw[0] - p).abs() < 1e-4, "{} and {p}", links.p_to_mw[0]);
        assert!((links.q_to_mvar[0] - q).abs() < 1e-4, "{} and {q}", links.q_to_mvar[0]);
        // what the line and the converters' own resistances lose
        let loss = (5.0 + 4.0 * 2.0 * 0.05) * id * id;
        assert!((links.loss_mw[0] - loss).abs() < 1e-9);
        // and at the bus: what the line brings is what the converter and the filter draw
        let row = flow.branches.to.iter().position(|&bus| bus == b).unwrap();
        let shunt = 25.0 * vm(&flow, b).powi(2);
        assert!((flow.branches.p_to_mw[row] + links.p_from_mw[0]).abs() < 1e-6);
        assert!((flow.branches.q_to_mvar[row] + links.q_from_mvar[0] - shunt).abs() < 1e-6);
    }
}

#[test]
fn an_order_is_held_where_it_is_meant() {
    for order in [LccOrder::PowerAtInverter(45.0), LccOrder::Current(0.35), LccOrder::PowerAtRectifier(45.0)]
    {
        let (mut network, b, c) = two_grids(true);
        lcc(&mut network, order, b, c).compounding_ohm = 5.0;
        let flow = solve(&network);
        let links = &flow.links;
        let (id, vd_r, vd_i) = (links.id_ka[0], links.vd_from_kv[0], links.vd_to_kv[0]);
        // compounded by the resistance of the line: held at the rectifier
        assert!((vd_r - 125.0).abs() < 1e-9);
        match order {
            LccOrder::PowerAtInverter(mw) => assert!((vd_i * id - mw).abs() < 1e-9),
            LccOrder::PowerAtRectifier(mw) => assert!((vd_r * id - mw).abs() < 1e-9),
            LccOrder::Current(ka) => assert!((id - ka).abs() < 1e-12),
        }
    }
}

#[test]
fn an_inverter_without_angle_lets_the_direct_voltage_fall_and_is_told() {
    let (mut network, b, c) = two_grids(true);
    lcc(&mut network, LccOrder::PowerAtRectifier(50.0), b, c).inverter.ratio_pu = 0.44;
    let still = FlowOptions { controls: Controls { taps: false, ..Controls::ON }, ..on() };
    let flow = load_flow(&network, &still, None).unwrap();
    let links = &flow.links;
    assert!((links.angle_to_deg[0] - 15.0).abs() < 1e-9);
    assert!(links.vd_to_kv[0] < 124.0);
    assert!(
        (links.vd_from_kv[0] * links.id_ka[0] - 50.0).abs() < 1e-9,
        "the rectifier still holds the power"
    );
    let told = flow.findings.iter().find(|f| f.code == Code::ControlFails).unwrap();
    assert_eq!(told.element.as_deref(), Some("dc_link LCC"));
    assert!(told.message.contains("inverter stands at its least angle"), "{}", told.message);

    // with its taps it has angle again
    let flow = solve(&network);
    assert!((flow.links.vd_to_kv[0] - 125.0).abs() < 1e-9);
    assert!((15.0..16.5).contains(&flow.links.angle_to_deg[0]), "{}", flow.links.angle_to_deg[0]);
    let moved = action(&flow, first());
    assert_eq!((moved.quantity, moved.ended), ("tap_inverter_pu", Ended::Met));
    let steps = (1.0 - moved.to) / 0.0125;
    assert!(moved.to < 1.0 && (steps - steps.round()).abs() < 1e-9, "{}", moved.to);
    assert!(flow.findings.iter().all(|f| f.code != Code::ControlFails), "{:?}", flow.findings);
}

#[test]
fn a_rectifier_without_angle_leaves_the_order_less_its_margin_to_the_inverter() {
    let (mut network, b, c) = two_grids(true);
    lcc(&mut network, LccOrder::Current(0.4), b, c).rectifier.ratio_pu = 0.42;
    let still = FlowOptions { controls: Controls { taps: false, ..Controls::ON }, ..on() };
    let flow = load_flow(&network, &still, None).unwrap();
    let links = &flow.links;
    assert!((links.angle_from_deg[0] - 5.0).abs() < 1e-9);
    assert!((links.id_ka[0] - 0.36).abs() < 1e-12, "{}", links.id_ka[0]);
    assert!(links.vd_to_kv[0] < 125.0 && links.angle_to_deg[0] > 15.0);
    assert!(flow.findings.iter().any(|f| f.message.contains("order less its margin")));
    balances(&flow);
}

#[test]
fn a_link_that_is_off_or_ends_at_a_dead_bus_carries_nothing() {
    let (mut network, b, c) = two_grids(true);
    let without = solve(&network);
    lcc(&mut network, LccOrder::PowerAtRectifier(50.0), b, c).in_service = false;
    let off = solve(&network);
    assert_eq!(format!("{:?}", without.buses), format!("{:?}", off.buses));
    let dark = grid::bus(&mut network, "9");
    let DcLink::Lcc(link) = &mut network.dc_links[DcLinkId::from_index(0)] else { unreachable!("as pushed") };
    (link.in_service, link.inverter.bus) = (true, dark);
    let flow = solve(&network);
    assert!(flow.links.p_from_mw[0].abs() < 1e-12 && !flow.links.energised[0]);
    let told = flow.findings.iter().find(|f| f.element.as_deref() == Some("dc_link LCC")).unwrap();
    assert!(told.message.contains("bus 9, which is dead"), "{}", told.message);
}

fn side(bus: BusId, dc: VscDc, ac: ConverterAc) -> VscConverter {
    VscConverter {
        bus,
        dc,
        ac,
        loss_kw: 400.0,
        loss_kw_per_a: 1.5,
        sn_mva: None,
        q_min_mvar: None,
        q_max_mvar: None,
    }
}

fn vsc(network: &mut Network, converters: [VscConverter; 2]) -> &mut Vsc {
    let link = Vsc {
        id: "VSC".into(),
        name: String::new(),
        r_ohm: 4.0,
        converters,
        built: true,
        in_service: true,
        origin: Origin::default(),
    };
    let id = network.dc_links.push(DcLink::Vsc(Box::new(link)));
    let DcLink::Vsc(link) = &mut network.dc_links[id] else { unreachable!("just pushed") };
    link
}

#[test]
fn a_voltage_source_link_loses_what_its_converters_and_its_line_lose() {
    let (mut network, b, c) = two_grids(true);
    vsc(
        &mut network,
        [
            side(b, VscDc::Voltage(150.0), ConverterAc::Voltage(1.0)),
            side(c, VscDc::Power(40.0), ConverterAc::Reactive(12.0)),
        ],
    );
    let flow = solve(&network);
    balances(&flow);
    let links = &flow.links;
    let id = links.id_ka[0];
    assert!((links.p_to_mw[0] + 40.0).abs() < 1e-9 && (links.q_to_mvar[0] + 12.0).abs() < 1e-9);
    assert!((vm(&flow, b) - 1.0).abs() < 1e-6, "{}", vm(&flow, b));
    // direct power into the second converter: what it feeds and 0.4 MW + 1.5 kW/A
    assert!((links.vd_to_kv[0] * id - 40.0 - 0.4 - 1.5 * id).abs() < 1e-9);
    assert!((links.vd_to_kv[0] - (150.0 - 4.0 * id)).abs() < 1e-9);
    assert!((links.p_from_mw[0] - (150.0 * id + 0.4 + 1.5 * id)).abs() < 1e-9);
    assert!((links.loss_mw[0] - (0.8 + 3.0 * id + 4.0 * id * id)).abs() < 1e-9);
    let held = action(&flow, first());
    assert_eq!((held.quantity, held.ended), ("q_mvar", Ended::Met));
    assert!((held.to + links.q_from_mvar[0]).abs() < 1e-9);
}

#[test]
fn a_converter_holds_its_voltage_only_as_far_as_its_rating_goes() {
    let (mut network, b, c) = two_grids(true);
    let link = vsc(
        &mut network,
        [
            side(b, VscDc::Voltage(150.0), ConverterAc::Reactive(0.0)),
            side(c, VscDc::Power(40.0), ConverterAc::Voltage(1.12)),
        ],
    );
    link.converters[1].sn_mva = Some(50.0);
    let flow = solve(&network);
    // 30 Mvar are left of 50 MVA beside 40 MW
    assert!((flow.links.q_to_mvar[0] + 30.0).abs() < 1e-6, "{}", flow.links.q_to_mvar[0]);
    assert!(vm(&flow, c) < 1.12);
    assert_eq!(action(&flow, first()).ended, Ended::AtLimit);
    // limits off: whatever it takes
    let off = FlowOptions { controls: Controls { q_limits: false, ..Controls::ON }, ..on() };
    let flow = load_flow(&network, &off, None).unwrap();
    assert!((vm(&flow, c) - 1.12).abs() < 1e-6);
}

#[test]
fn a_link_whose_converters_both_hold_power_is_told_and_moves_what_is_set() {
    let (mut network, b, c) = two_grids(true);
    vsc(
        &mut network,
        [
            side(b, VscDc::Power(-41.0), ConverterAc::Reactive(0.0)),
            side(c, VscDc::Power(40.0), ConverterAc::Reactive(0.0)),
        ],
    );
    let flow = solve(&network);
    assert!((flow.links.p_from_mw[0] - 41.0).abs() < 1e-9 && (flow.links.loss_mw[0] - 1.0).abs() < 1e-9);
    let told = flow.findings.iter().find(|f| f.element.as_deref() == Some("dc_link VSC")).unwrap();
    assert_eq!(told.code, Code::Assumed);
}

/// Two stations at one bus that want different voltages: the first in the file decides, and that is told.
#[test]
fn converters_that_want_different_voltages_of_one_bus_are_told_and_settle() {
    let (mut network, b, c) = two_grids(true);
    for wanted in [1.0, 1.01] {
        let link = vsc(
            &mut network,
            [
                side(b, VscDc::Voltage(150.0), ConverterAc::Reactive(0.0)),
                side(c, VscDc::Power(10.0), ConverterAc::Voltage(wanted)),
            ],
        );
        link.id = format!("VSC {wanted}").into();
    }
    let flow = solve(&network);
    assert!((vm(&flow, c) - 1.0).abs() < 1e-6, "{}", vm(&flow, c));
    let told = flow.findings.iter().find(|f| f.code == Code::ControlConflict).unwrap();
    assert!(told.message.contains("1.01") && told.message.contains("VSC 1 holds"), "{}", told.message);
}
