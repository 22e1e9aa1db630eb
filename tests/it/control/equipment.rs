//! Equipment that does not move: loads by voltage, shunts at branch ends, correction tables, three windings.

use super::{behind, solve, vm};
use crate::support::grid;
use gridstage::flow::{FlowOptions, load_flow};
use gridstage::ids::{BusId, Id, LineId, LoadId};
use gridstage::model::{
    Correction, CorrectionOf, CorrectionPoint, EndShunt, LoadModel, Name, Network, Origin, StarImpedance,
    Transformer, Transformer3, TransformerImpedance, Winding,
};

/// The voltage solves `v = behind(1, x, p(v), q(v))`: found here by bisection, in the load flow by Newton's method.
#[test]
fn a_load_that_follows_the_voltage_draws_by_its_law() {
    let zip = LoadModel::Zip { p_current: 0.3, p_impedance: 0.5, q_current: 0.2, q_impedance: 0.6 };
    let exponential = LoadModel::Exponential { p_exponent: 1.3, q_exponent: 2.7 };
    for model in [zip, exponential] {
        let mut network = grid::two_bus(0.0, 0.3, 80.0, 40.0);
        network.loads[LoadId::from_index(0)].model = model;
        let law = |v: f64| match model {
            LoadModel::Zip { .. } => {
                (0.8 * (0.2 + 0.3 * v + 0.5 * v * v), 0.4 * (0.2 + 0.2 * v + 0.6 * v * v))
            }
            _ => (0.8 * v.powf(1.3), 0.4 * v.powf(2.7)),
        };
        let (mut low, mut high) = (0.7, 1.0);
        for _ in 0..100 {
            let v = f64::midpoint(low, high);
            let (p, q) = law(v);
            if behind(1.0, 0.3, p, q) > v { low = v } else { high = v }
        }
        // the law holds with the controls off too: it is no control
        for flow in [solve(&network), load_flow(&network, &FlowOptions::default(), None).unwrap()] {
            let v = vm(&flow, BusId::from_index(1));
            assert!((v - low).abs() < 1e-9, "{v} and {low}");
            let (p, q) = law(v);
            assert!((flow.load_mw - 100.0 * p).abs() < 1e-6 && (flow.load_mvar - 100.0 * q).abs() < 1e-6);
            assert!((flow.branches.p_to_mw[0] + 100.0 * p).abs() < 1e-5);
            assert!(flow.losses.shunt_mvar.abs() < 1e-12);
        }
    }
}

/// A reactor at a line's end is a shunt there, as long as the line is in.
#[test]
fn a_shunt_at_the_end_of_a_line_goes_with_the_line() {
    let mut with_end = grid::two_bus(0.01, 0.2, 60.0, 20.0);
    let (a, b) = (BusId::from_index(0), BusId::from_index(1));
    let second = grid::line(&mut with_end, a, b, 0.01, 0.2, 0.0);
    let mut with_shunt = with_end.clone();
    with_end.lines[second].end_shunts[1] = EndShunt { g_mw: 0.5, b_mvar: -30.0 };
    grid::shunt(&mut with_shunt, b, 0.5, -30.0);
    let (one, other) = (solve(&with_end), solve(&with_shunt));
    assert!((vm(&one, b) - vm(&other, b)).abs() < 1e-12);
    let row = LineId::index(second);
    let drawn = vm(&one, b).powi(2) * 30.0;
    assert!((one.branches.q_to_mvar[row] - other.branches.q_to_mvar[row] - drawn).abs() < 1e-9);
    with_end.lines[second].in_service = false;
    let alone = grid::two_bus(0.01, 0.2, 60.0, 20.0);
    assert!((vm(&solve(&with_end), b) - vm(&solve(&alone), b)).abs() < 1e-12);
}

#[test]
fn a_correction_table_changes_the_impedance_between_its_points() {
    let mut network = Network::default();
    let (a, b) = (grid::bus(&mut network, "1"), grid::bus(&mut network, "2"));
    grid::slack(&mut network, a, 1.0);
    grid::load(&mut network, b, 60.0, 20.0);
    let point = |at, factor| CorrectionPoint { at, r_factor: factor, x_factor: factor };
    let table = network.catalogue.corrections.push(Correction {
        id: "K".into(),
        of: CorrectionOf::Ratio,
        points: vec![point(0.9, 1.2), point(1.0, 1.0), point(1.1, 0.7)],
        origin: Origin::default(),
    });
    let impedance =
        TransformerImpedance::PerUnit { r_pu: 0.0, x_pu: 0.1, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 };
    network.transformers.push(Transformer {
        ratio_pu: 1.05,
        correction: Some(table),
        ..Transformer::new("T", a, b, impedance)
    });
    let flow = solve(&network);
    // half way between 1 and 0.7
    assert!((vm(&flow, b) - behind(1.0 / 1.05, 0.085, 0.6, 0.2)).abs() < 1e-9);
}

/// Impedances between pairs of windings, without load on the third, are those of the pair.
#[test]
fn a_three_winding_transformer_is_its_star() {
    let mut network = Network::default();
    let buses = ["1", "2", "3"].map(|id| grid::bus(&mut network, id));
    grid::slack(&mut network, buses[0], 1.0);
    grid::load(&mut network, buses[1], 60.0, 20.0);
    let t = network.transformers3.push(Transformer3 {
        id: "T".into(),
        name: String::new(),
        windings: buses.map(Winding::new),
        impedance: StarImpedance::PerUnit {
            r_pu: [0.0; 3],
            x_pu: [0.12, 0.30, 0.20],
            g_pu: 0.001,
            b_pu: -0.01,
            sbase_mva: 100.0,
        },
        vector_group: Name::default(),
        built: true,
        in_service: true,
        origin: Origin::default(),
    });
    let flow = solve(&network);
    let loaded = behind(1.0, 0.12, 0.6, 0.2);
    assert!((vm(&flow, buses[1]) - loaded).abs() < 1e-9);
    // the third winding shows the star point, behind x1 = (0.12 + 0.20 − 0.30)/2 = 0.01
    let star = behind(1.0, 0.01, 0.6, 0.2 + (0.6 * 0.6 + 0.2 * 0.2) / loaded.powi(2) * 0.11);
    assert!((vm(&flow, buses[2]) - star).abs() < 1e-9);
    let w = &flow.windings;
    assert_eq!((w.winding.as_slice(), w.bus.as_slice()), ([0, 1, 2].as_slice(), buses.as_slice()));
    assert!((w.p_mw[1] + 60.0).abs() < 1e-6 && (w.q_mvar[1] + 20.0).abs() < 1e-6 && w.p_mw[2].abs() < 1e-6);
    // without load: 0.1 MW, told apart from what depends on the load, here nothing
    assert!((w.p_mw[0] - 60.1).abs() < 1e-6);
    let level = flow.losses.levels.iter().find(|level| level.vn_kv == grid::VN_KV).unwrap();
    assert!((level.transformers_no_load_mw - 0.1).abs() < 1e-9 && level.transformers_load_mw.abs() < 1e-6);
    assert!((flow.losses.total_mw - 0.1).abs() < 1e-6);

    // a load at the tertiary, and its winding off
    grid::load(&mut network, buses[2], 10.0, 5.0);
    let both = solve(&network);
    assert!((both.windings.p_mw[0] - 70.1).abs() < 1e-6);
    network.transformers3[t].windings[2].in_service = false;
    let dark = solve(&network);
    assert!((dark.lost_load_mw - 10.0).abs() < 1e-9 && !dark.windings.energised[2]);
    assert!((vm(&dark, buses[1]) - loaded).abs() < 1e-9);
}
