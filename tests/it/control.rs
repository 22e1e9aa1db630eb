//! The controls that move a solved state: closed forms, another program's solutions, and laws.

mod bad_input;
mod equipment;
mod limits;
mod links;
mod openloadflow;
mod order;
mod slack;
mod steps;
mod windings;

use crate::support::grid;
use gridstage::flow::{Action, Controls, FlowOptions, LoadFlow, Status, load_flow};
use gridstage::ids::{BusId, TransformerId};
use gridstage::model::{
    ElementId, Network, Side, Tap, TapControl, TapTarget, Transformer, TransformerImpedance,
};

/// All controls on, to a tight mismatch.
fn on() -> FlowOptions {
    FlowOptions { tol: 1e-11, controls: Controls::ON, ..FlowOptions::default() }
}

fn solve(network: &Network) -> LoadFlow {
    let flow = load_flow(network, &on(), None).unwrap();
    assert_eq!(flow.status, Status::Converged, "{:#?}", flow.findings);
    flow
}

fn vm(flow: &LoadFlow, bus: BusId) -> f64 {
    let row = flow.buses.bus.iter().position(|&row| row == bus).unwrap();
    flow.buses.vm_pu[row]
}

fn action(flow: &LoadFlow, element: ElementId) -> &Action {
    let found = flow.actions.iter().find(|action| action.element == element);
    found.unwrap_or_else(|| panic!("{element:?} did nothing: {:#?}", flow.actions))
}

/// A lossless transformer of reactance `x_pu` on 100 MVA with taps of 1 % in its `from` winding, holding its `to` bus.
fn changer(network: &mut Network, from: BusId, to: BusId, x_pu: f64, band: (f64, f64)) -> TransformerId {
    let id = format!("T{}", network.transformers.len() + 1);
    let impedance = TransformerImpedance::PerUnit { r_pu: 0.0, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva: 100.0 };
    network.transformers.push(Transformer {
        tap: Some(Tap { side: Side::From, position: 0, neutral: 0, min: -10, max: 10, step_percent: 1.0 }),
        tap_control: Some(TapControl {
            target: TapTarget::Voltage { bus: None, min_pu: band.0, max_pu: band.1, drop: None },
            active: true,
        }),
        ..Transformer::new(id, from, to, impedance)
    })
}

/// The voltage behind a reactance `x` from `e` p.u. with a load `p + jq` [p.u.]: the upper root of
/// `v⁴ + (2qx − e²)·v² + (p² + q²)·x² = 0`.
fn behind(e: f64, x: f64, p: f64, q: f64) -> f64 {
    let b = e * e - 2.0 * q * x;
    f64::midpoint(b, (b * b - 4.0 * (p * p + q * q) * x * x).sqrt()).sqrt()
}

/// A slack at `1`, and a bus `2` behind a transformer with a tap changer, with a load in MW and Mvar.
fn one_changer(p_mw: f64, q_mvar: f64, band: (f64, f64)) -> (Network, BusId, TransformerId) {
    let mut network = Network::default();
    let (a, b) = (grid::bus(&mut network, "1"), grid::bus(&mut network, "2"));
    grid::slack(&mut network, a, 1.0);
    grid::load(&mut network, b, p_mw, q_mvar);
    let changer = changer(&mut network, a, b, 0.1, band);
    (network, b, changer)
}
