//! Tap changers, phase shifters and switched shunts.

use super::{action, behind, changer, on, one_changer, solve, vm};
use crate::support::grid;
use gridstage::finding::Code;
use gridstage::flow::{Controls, Ended, FlowOptions, load_flow};
use gridstage::ids::{BusId, Id};
use gridstage::model::{
    Bank, BankControl, BankMode, Block, ElementId, LineDrop, Network, PhaseControl, Shunt, TapTarget,
};

/// The voltage behind 0.1 p.u. at a tap position of 1 % steps.
fn at(position: f64, p: f64, q: f64) -> f64 {
    behind(1.0 / (1.0 + 0.01 * position), 0.1, p, q)
}

#[test]
fn a_tap_changer_stops_at_the_first_position_inside_its_band() {
    let (network, b, t) = one_changer(60.0, 30.0, (0.995, 1.015));
    let flow = solve(&network);
    let first = (0..=10).map(|k| -f64::from(k)).find(|&k| at(k, 0.6, 0.3) >= 0.995).unwrap();
    assert!(at(first, 0.6, 0.3) <= 1.015);
    let action = action(&flow, ElementId::Transformer(t));
    assert_eq!((action.from, action.to, action.ended), (0.0, first, Ended::Met));
    assert!((vm(&flow, b) - at(first, 0.6, 0.3)).abs() < 1e-9);
    assert_eq!(action.rounds, 1, "the sensitivity tells all steps at once");
}

#[test]
fn a_tap_changer_in_its_dead_band_does_not_move_and_off_is_off_bit_for_bit() {
    let (mut network, ..) = one_changer(60.0, 30.0, (0.9, 1.1));
    let off = FlowOptions { controls: Controls::OFF, ..on() };
    // as text, in which NaN is like NaN
    let text = |flow: gridstage::flow::LoadFlow| format!("{flow:?}");
    assert_eq!(text(solve(&network)), text(load_flow(&network, &off, None).unwrap()));
    // and outside of it with the taps told to stand still
    let (moving, ..) = one_changer(60.0, 30.0, (0.995, 1.015));
    let still = FlowOptions { controls: Controls { taps: false, ..Controls::ON }, ..on() };
    for t in &mut network.transformers {
        t.tap_control = None;
    }
    let [moving, network] =
        [(moving, still), (network, off)].map(|(n, o)| text(load_flow(&n, &o, None).unwrap()));
    assert_eq!(moving, network);
}

#[test]
fn a_tap_changer_at_the_end_of_its_range_is_told() {
    let (network, b, t) = one_changer(90.0, 60.0, (1.08, 1.10));
    let flow = solve(&network);
    let action = action(&flow, ElementId::Transformer(t));
    assert_eq!((action.to, action.ended), (-10.0, Ended::AtLimit));
    assert!((vm(&flow, b) - at(-10.0, 0.9, 0.6)).abs() < 1e-9);
    let told = flow.findings.iter().find(|f| f.code == Code::ControlFails).unwrap();
    assert_eq!(told.element.as_deref(), Some("transformer T1"));
    assert!(told.message.contains("end of its range, position -10"), "{}", told.message);
}

#[test]
fn a_band_narrower_than_a_step_is_met_by_the_nearest_position_and_nothing_hunts() {
    let (network, b, t) = one_changer(60.0, 30.0, (1.0, 1.001));
    let flow = solve(&network);
    let action = action(&flow, ElementId::Transformer(t));
    let nearest = (-10..=10).map(f64::from).min_by(|a, b| {
        let off = |k: f64| (at(k, 0.6, 0.3) - 1.0005).abs();
        off(*a).total_cmp(&off(*b))
    });
    assert!((action.to - nearest.unwrap()).abs() <= 1.0, "{} and {nearest:?}", action.to);
    assert!((vm(&flow, b) - 1.0005).abs() < 0.0065);
    assert!(flow.findings.iter().all(|f| f.code != Code::Hunting), "{:#?}", flow.findings);
}

#[test]
fn a_tap_changer_holds_the_other_side_and_a_tap_in_the_other_winding_too() {
    // held bus at the tapped side, behind the transformer as seen from the slack
    let mut network = Network::default();
    let (a, b) = (grid::bus(&mut network, "1"), grid::bus(&mut network, "2"));
    grid::slack(&mut network, b, 1.0);
    grid::load(&mut network, a, 60.0, 30.0);
    let t = changer(&mut network, a, b, 0.1, (1.0, 1.02));
    let Some(control) = &mut network.transformers[t].tap_control else { unreachable!() };
    control.target = TapTarget::Voltage { bus: Some(a), min_pu: 1.0, max_pu: 1.02, drop: None };
    let flow = solve(&network);
    assert!((1.0..=1.02).contains(&vm(&flow, a)), "{}", vm(&flow, a));
    assert!(action(&flow, ElementId::Transformer(t)).to > 0.0, "more turns raise its own side");

    let (mut network, b, t) = one_changer(60.0, 30.0, (0.995, 1.015));
    let Some(tap) = &mut network.transformers[t].tap else { unreachable!() };
    tap.side = gridstage::model::Side::To;
    let flow = solve(&network);
    assert!((0.995..=1.015).contains(&vm(&flow, b)), "{}", vm(&flow, b));
    assert!(action(&flow, ElementId::Transformer(t)).to > 0.0);
}

#[test]
fn tap_changers_in_parallel_move_together_and_in_a_row_do_not_hunt() {
    let mut network = Network::default();
    let buses = ["1", "2", "3"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, buses[0], 1.0);
    grid::load(&mut network, buses[2], 60.0, 30.0);
    let pair = [0, 1].map(|_| changer(&mut network, buses[0], buses[1], 0.2, (1.0, 1.02)));
    let last = changer(&mut network, buses[1], buses[2], 0.1, (1.0, 1.02));
    let flow = solve(&network);
    for bus in &buses[1..] {
        assert!((1.0..=1.02).contains(&vm(&flow, *bus)), "{}", vm(&flow, *bus));
    }
    let [first, second] = pair.map(|t| action(&flow, ElementId::Transformer(t)).to);
    assert!((first - second).abs() < 1e-12);
    assert!(action(&flow, ElementId::Transformer(last)).to < 0.0);
    assert!(flow.findings.iter().all(|f| f.code != Code::Hunting), "{:#?}", flow.findings);
    assert!(flow.islands[0].rounds <= 3, "{} rounds", flow.islands[0].rounds);
}

/// The compensated voltage `|v − (r + jx)·i|` lies in the band, with the current that the load takes.
#[test]
fn line_drop_compensation_holds_the_far_point() {
    let (mut network, b, t) = one_changer(60.0, 0.0, (0.99, 1.01));
    let drop = LineDrop { r_pu: 0.02, x_pu: 0.08 };
    let Some(control) = &mut network.transformers[t].tap_control else { unreachable!() };
    control.target = TapTarget::Voltage { bus: None, min_pu: 0.99, max_pu: 1.01, drop: Some(drop) };
    let flow = solve(&network);
    let v = vm(&flow, b);
    // unity power factor: i = p/v in phase with v
    let i = 0.6 / v;
    let far = (v - 0.02 * i).hypot(0.08 * i);
    assert!((0.99..=1.01).contains(&far), "{far}");
    assert!(v > far);
}

#[test]
fn a_tap_changer_holds_a_reactive_flow() {
    let mut network = Network::default();
    let (a, b) = (grid::bus(&mut network, "1"), grid::bus(&mut network, "2"));
    grid::slack(&mut network, a, 1.0);
    grid::pv(&mut network, b, 0.0, 1.0);
    let t = changer(&mut network, a, b, 0.1, (0.0, 0.0));
    let Some(control) = &mut network.transformers[t].tap_control else { unreachable!() };
    control.target = TapTarget::Reactive { min_mvar: 15.0, max_mvar: 30.0 };
    let flow = solve(&network);
    let q = flow.branches.q_from_mvar[0];
    assert!((15.0..=30.0).contains(&q), "{q}");
    // q_from = (1/t² − 1/t)/x at equal voltages and no active power
    let ratio = 1.0 + 0.01 * action(&flow, ElementId::Transformer(t)).to;
    assert!((q - 100.0 * (1.0 / (ratio * ratio) - 1.0 / ratio) / 0.1).abs() < 1e-6);
}

/// Two lines in parallel, one behind a phase shifter: it takes what it is told to.
#[test]
fn a_phase_shifter_holds_its_flow() {
    for step in [0.0, 0.5] {
        let mut network = Network::default();
        let (a, b) = (grid::bus(&mut network, "1"), grid::bus(&mut network, "2"));
        grid::slack(&mut network, a, 1.0);
        grid::pv(&mut network, b, -100.0, 1.0);
        grid::line(&mut network, a, b, 0.0, 0.1, 0.0);
        let t = changer(&mut network, a, b, 0.1, (0.0, 0.0));
        let one = &mut network.transformers[t];
        (one.tap, one.tap_control) = (None, None);
        one.phase_control = Some(PhaseControl {
            p_min_mw: 74.0,
            p_max_mw: 76.0 + 4.0 * step,
            shift_min_deg: -20.0,
            shift_max_deg: 20.0,
            shift_step_deg: step,
            active: true,
        });
        let flow = solve(&network);
        let row = flow.branches.branch.iter().position(|&row| row == ElementId::Transformer(t)).unwrap();
        let p = flow.branches.p_from_mw[row];
        assert!((74.0..=76.0 + 4.0 * step).contains(&p), "{p} MW with steps of {step}");
        // p = sin(θ + shift)/x in the shifter and sin(θ)/x in the line, 1 p.u. together
        let shift = action(&flow, ElementId::Transformer(t)).to.to_radians();
        let line = 1.0 - p / 100.0;
        let theta = (line * 0.1).asin();
        assert!((p / 100.0 - (theta - shift).sin() / 0.1).abs() < 1e-7);
    }
}

fn bank(network: &mut Network, bus: BusId, mode: BankMode, blocks: Vec<Block>) -> ElementId {
    let control = BankControl { mode, bus: None, vm_min_pu: 0.99, vm_max_pu: 1.01 };
    ElementId::Shunt(network.shunts.push(Shunt {
        bank: Some(Bank { blocks, control: Some(control) }),
        ..Shunt::new("S1", bus, 0.0, 0.0)
    }))
}

/// A capacitor of susceptance `b` at the load is the reactance of the line seen through `1 − bx`.
#[test]
fn a_switched_shunt_takes_the_steps_it_needs() {
    for mode in BankMode::ALL {
        let mut network = grid::two_bus(0.0, 0.2, 60.0, 30.0);
        let b = BusId::from_index(1);
        let blocks = vec![Block { steps: 1, step_mvar: 20.0 }, Block { steps: 5, step_mvar: 8.0 }];
        let element = bank(&mut network, b, mode, blocks);
        let flow = solve(&network);
        let found = vm(&flow, b);
        assert!((0.99..=1.01).contains(&found), "{found}");
        let b_mvar = action(&flow, element).to;
        let open = 1.0 - b_mvar / 100.0 * 0.2;
        assert!((found - behind(1.0 / open, 0.2 / open, 0.6, 0.3)).abs() < 1e-8, "{b_mvar}");
        if mode == BankMode::Discrete {
            assert!((b_mvar - 20.0).rem_euclid(8.0) < 1e-9, "{b_mvar}");
        }
        assert!(flow.losses.shunt_mvar < 0.0);
    }
}

#[test]
fn the_order_of_the_records_changes_nothing() {
    let build = |turned: bool| {
        let mut network = Network::default();
        let buses = ["1", "2", "3"].map(|id| grid::bus(&mut network, id));
        grid::slack(&mut network, buses[0], 1.0);
        let mut ends = [(buses[0], buses[1], 0.2), (buses[0], buses[2], 0.1), (buses[1], buses[2], 0.15)];
        if turned {
            ends.reverse();
        }
        for (from, to, x) in ends {
            let t = changer(&mut network, from, to, x, (1.0, 1.02));
            if (from, to) == (buses[1], buses[2]) {
                network.transformers[t].tap_control = None;
            }
        }
        grid::load(&mut network, buses[1], 40.0, 20.0);
        grid::load(&mut network, buses[2], 50.0, 30.0);
        let flow = solve(&network);
        buses.map(|bus| vm(&flow, bus))
    };
    for (one, other) in build(false).iter().zip(build(true)) {
        assert!((one - other).abs() < 1e-9, "{one} and {other}");
    }
}

#[test]
fn a_tap_changer_whose_bus_a_machine_holds_is_told() {
    let (mut network, b, _) = one_changer(60.0, 30.0, (1.02, 1.04));
    grid::pv(&mut network, b, 0.0, 1.0);
    let flow = solve(&network);
    let told = flow.findings.iter().find(|f| f.code == Code::ControlFails).unwrap();
    assert!(told.message.contains("something else holds it"), "{}", told.message);
}

#[test]
fn a_tap_changer_whose_bus_is_in_another_island_is_told() {
    let (mut network, _, t) = one_changer(60.0, 30.0, (1.02, 1.04));
    let far = grid::bus(&mut network, "9");
    grid::slack(&mut network, far, 1.0);
    let Some(control) = &mut network.transformers[t].tap_control else { unreachable!() };
    control.target = TapTarget::Voltage { bus: Some(far), min_pu: 1.02, max_pu: 1.04, drop: None };
    let flow = solve(&network);
    let told = flow.findings.iter().find(|f| f.code == Code::ControlFails).unwrap();
    assert!(told.message.contains("bus 9, which is dead or in another island"), "{}", told.message);
    assert_eq!(BusId::from_index(2), far);
}

/// pandapower 3.5.6 with its own controllers on the same grid: `tests/cases/controls`.
#[test]
fn tap_changers_and_a_machine_at_its_limit_agree_with_pandapower() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/controls");
    let network = gridstage::read::read(&folder.join("grid")).unwrap().plan.network;
    let flow = solve(&network);
    let text = std::fs::read_to_string(folder.join("expected.csv")).unwrap();
    let rows: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).skip(1).collect();
    assert_eq!(rows.len(), 9);
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        let (id, wanted) = (cells[1], cells[2].parse::<f64>().unwrap());
        let (found, within) = match cells[0] {
            "vm_pu" => {
                let bus = network.buses.iter_ids().find(|(_, bus)| bus.id == id).unwrap().0;
                (vm(&flow, bus), 1e-8)
            }
            "tap_position" => {
                let t = network.transformers.iter_ids().find(|(_, t)| t.id == id).unwrap().0;
                // one in its dead band does nothing and has no row
                let moved = flow.actions.iter().find(|action| action.element == ElementId::Transformer(t));
                (moved.map_or(0.0, |action| action.to), 0.0)
            }
            _ => {
                let g = network.generators.iter_ids().find(|(_, g)| g.id == id).unwrap().0;
                let row = flow.generators.generator.iter().position(|&row| row == g).unwrap();
                (flow.generators.q_mvar[row], 1e-9)
            }
        };
        assert!((found - wanted).abs() <= within, "{row}: found {found}");
    }
}
