//! Tap changers in three-winding transformers, and series capacitors.

use super::{action, solve, vm};
use crate::support::grid;
use gridstage::finding::Code;
use gridstage::flow::Ended;
use gridstage::ids::{BusId, Id, LineId, Transformer3Id, TransformerId};
use gridstage::model::{
    Bus, ElementId, LineDrop, LineImpedance, Network, Origin, PhaseControl, SeriesCompensation,
    SeriesControl, Side, StarImpedance, Tap, TapControl, TapTarget, Transformer, Transformer3,
    TransformerImpedance, Winding,
};

const TAP: Tap = Tap { side: Side::From, position: 0, neutral: 0, min: -8, max: 8, step_percent: 1.25 };

fn hold(bus: Option<BusId>, min_pu: f64, max_pu: f64) -> TapControl {
    TapControl { target: TapTarget::Voltage { bus, min_pu, max_pu, drop: None }, active: true }
}

/// A 220/110/22 kV autotransformer of 250 MVA with 8 x 1.25 % to each side in its 220 kV winding, its tertiary with a
/// reactor; uk 11, 20 and 32 % on 250 MVA. Loads at 110 kV.
fn autotransformer(p_mw: f64, q_mvar: f64) -> (Network, [BusId; 4], Transformer3Id) {
    let mut network = Network::default();
    let mut bus = |id: &str, kv| network.buses.push(Bus::new(id, kv));
    let buses = [bus("S", 220.0), bus("H", 220.0), bus("M", 110.0), bus("L", 22.0)];
    let [s, h, m, l] = buses;
    grid::slack(&mut network, s, 1.02);
    grid::line(&mut network, s, h, 0.01, 0.06, 0.1);
    grid::load(&mut network, m, p_mw, q_mvar);
    grid::load(&mut network, l, 8.0, 3.0);
    grid::shunt(&mut network, l, 0.0, -20.0);
    let t = network.transformers3.push(Transformer3 {
        id: "AT1".into(),
        name: String::new(),
        windings: [h, m, l].map(Winding::new),
        impedance: StarImpedance::PerUnit {
            r_pu: [0.002, 0.003, 0.003],
            x_pu: [0.11, 0.20, 0.32],
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva: 250.0,
        },
        vector_group: "YNa0d11".into(),
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    network.transformers3[t].windings[0].tap = Some(TAP);
    (network, buses, t)
}

/// The same unit as three two-winding transformers on a bus of their own: z1 = (z12 + z31 − z23)/2 and so on.
fn as_a_star(p_mw: f64, q_mvar: f64) -> (Network, [BusId; 4], TransformerId) {
    let (mut network, buses, t) = autotransformer(p_mw, q_mvar);
    network.transformers3[t].in_service = false;
    let star = network.buses.push(Bus::new("STAR", 220.0));
    let mut first = None;
    // r12 0.002, r23 0.003, r31 0.003; x12 0.11, x23 0.20, x31 0.32
    for (bus, (r_pu, x_pu)) in buses[1..].iter().zip([(0.001, 0.115), (0.001, -0.005), (0.002, 0.205)]) {
        let impedance = TransformerImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva: 250.0 };
        let id = format!("LEG{}", network.transformers.len() + 1);
        let leg = network.transformers.push(Transformer::new(id, *bus, star, impedance));
        first.get_or_insert(leg);
    }
    let first = first.unwrap();
    network.transformers[first].tap = Some(TAP);
    (network, buses, first)
}

#[test]
fn a_tap_changer_in_a_winding_moves_as_in_a_star_of_two_winding_units() {
    for (p_mw, q_mvar, band) in
        [(120.0, 30.0, (1.0, 1.02)), (20.0, -60.0, (0.995, 1.015)), (100.0, 20.0, (0.9, 1.06))]
    {
        let (mut three, buses, t) = autotransformer(p_mw, q_mvar);
        // the 110 kV bus is held where none is named
        three.transformers3[t].windings[0].tap_control = Some(hold(None, band.0, band.1));
        let (mut star, _, leg) = as_a_star(p_mw, q_mvar);
        star.transformers[leg].tap_control = Some(hold(Some(buses[2]), band.0, band.1));
        let (one, other) = (solve(&three), solve(&star));
        let found = one.actions.iter().find(|a| a.element == ElementId::Transformer3(t));
        let wanted = other.actions.iter().find(|a| a.element == ElementId::Transformer(leg));
        assert_eq!(found.map(|a| (a.to, a.ended)), wanted.map(|a| (a.to, a.ended)), "{p_mw}");
        assert_eq!(found.is_none(), band.0 < 0.95, "one of them is in its band");
        for bus in buses {
            assert!((vm(&one, bus) - vm(&other, bus)).abs() < 1e-9, "{p_mw}");
        }
        if found.is_some() {
            assert!((band.0..=band.1).contains(&vm(&one, buses[2])), "{}", vm(&one, buses[2]));
        }
        let row = one.windings.winding.iter().position(|&winding| winding == 1).unwrap();
        assert!((one.windings.p_mw[row] + p_mw).abs() < 1e-6);
    }
}

#[test]
fn a_winding_at_the_end_of_its_range_is_told_by_the_name_of_its_unit() {
    let (mut network, _, t) = autotransformer(180.0, 90.0);
    network.transformers3[t].windings[0].tap_control = Some(hold(None, 1.15, 1.17));
    let flow = solve(&network);
    let found = action(&flow, ElementId::Transformer3(t));
    assert_eq!((found.to, found.ended), (-8.0, Ended::AtLimit));
    let told = flow.findings.iter().find(|f| f.code == Code::ControlFails).unwrap();
    assert_eq!(told.element.as_deref(), Some("transformer3 AT1"));
}

#[test]
fn line_drop_compensation_of_a_winding_looks_behind_its_bus() {
    let (mut network, buses, t) = autotransformer(150.0, 50.0);
    let drop = Some(LineDrop { r_pu: 0.0, x_pu: 0.02 });
    let target = TapTarget::Voltage { bus: None, min_pu: 0.99, max_pu: 1.005, drop };
    network.transformers3[t].windings[0].tap_control = Some(TapControl { target, active: true });
    let flow = solve(&network);
    assert_eq!(action(&flow, ElementId::Transformer3(t)).ended, Ended::Met);
    let v = vm(&flow, buses[2]);
    // |v − jx·(p − jq)/v|
    let far = (v - 0.02 * 0.5 / v).hypot(0.02 * 1.5 / v);
    assert!((0.99..=1.005).contains(&far), "{far} beyond {v}");
}

#[test]
fn a_winding_that_shifts_holds_the_power_it_takes() {
    let (mut network, buses, t) = autotransformer(100.0, 30.0);
    // a second way from the source to 110 kV
    let impedance =
        TransformerImpedance::PerUnit { r_pu: 0.0, x_pu: 0.2, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 };
    network.transformers.push(Transformer::new("T2", buses[0], buses[2], impedance));
    network.transformers3[t].windings[0].phase_control = Some(PhaseControl {
        p_min_mw: 69.9,
        p_max_mw: 70.1,
        shift_min_deg: -30.0,
        shift_max_deg: 30.0,
        shift_step_deg: 0.0,
        active: true,
    });
    let flow = solve(&network);
    assert!((69.9..=70.1).contains(&flow.windings.p_mw[0]), "{}", flow.windings.p_mw[0]);
    assert_eq!(action(&flow, ElementId::Transformer3(t)).quantity, "shift_deg");
}

/// Two lossless lines side by side, 0.1 and 0.2 p.u. (12.1 and 24.2 ohm), and 90 MW behind them.
fn parallel() -> (Network, LineId) {
    let mut network = grid::two_bus(0.0, 0.1, 90.0, 20.0);
    let (a, b) = (BusId::from_index(0), BusId::from_index(1));
    let second = grid::line(&mut network, a, b, 0.0, 0.2, 0.0);
    (network, second)
}

#[test]
fn a_series_capacitor_is_a_line_of_so_much_less_reactance() {
    let (mut network, second) = parallel();
    let mut shorter = network.clone();
    let series = |x_ohm| SeriesCompensation { x_ohm, x_min_ohm: x_ohm, x_max_ohm: x_ohm, control: None };
    network.lines[second].series = Some(Box::new(series(-12.1)));
    let LineImpedance::PerUnit { x_pu, .. } = &mut shorter.lines[second].impedance else {
        unreachable!("as made")
    };
    *x_pu = 0.1;
    let (one, other) = (solve(&network), solve(&shorter));
    for (a, b) in one.branches.p_from_mw.iter().zip(&other.branches.p_from_mw) {
        assert!((a - b).abs() < 1e-9 && (a - 45.0).abs() < 1e-9);
    }
}

/// Side by side and lossless the power divides as the reactances do the other way round: 90 MW·0.1/(0.1 + x) = 50 at x = 0.08.
#[test]
fn a_controlled_series_capacitor_takes_the_power_it_holds() {
    let (mut network, second) = parallel();
    let control = Some(SeriesControl { p_min_mw: 49.99, p_max_mw: 50.01, active: true });
    network.lines[second].series =
        Some(Box::new(SeriesCompensation { x_ohm: 0.0, x_min_ohm: -16.0, x_max_ohm: 0.0, control }));
    let flow = solve(&network);
    let found = action(&flow, ElementId::Line(second));
    assert_eq!((found.quantity, found.ended), ("series_x_ohm", Ended::Met));
    assert!((found.to / 121.0 + 0.12).abs() < 2e-4, "{}", found.to);
    assert!((49.99..=50.01).contains(&flow.branches.p_from_mw[1]), "{}", flow.branches.p_from_mw[1]);

    // with half of the capacitor it ends there: 90·0.1/(0.3 − 8/121)
    network.lines[second].series.as_mut().unwrap().x_min_ohm = -8.0;
    let flow = solve(&network);
    assert_eq!(action(&flow, ElementId::Line(second)).ended, Ended::AtLimit);
    assert!((flow.branches.p_from_mw[1] - 9.0 / (0.3 - 8.0 / 121.0)).abs() < 1e-6);
}
