//! Tap changers under load and phase shifters: which of them move in an island, and what they hold.
//!
//! A tap changer without a bus of its own holds that of the `to` winding. Of several that hold one bus within different
//! bands the first decides; the others hold its band, and this is told.

use super::state::State;
use super::steps::{Device, Held, Stepper, Steppers};
use super::{Control, Told};
use crate::finding::{Code, Finding};
use crate::ids::{Node, TransformerId};
use crate::model::{ElementId, TapControl, TapTarget, Transformer3, Winding};
use std::collections::BTreeMap;

/// All tap changers that move.
pub(super) fn changers(state: &mut State<'_>, told: &mut Told) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let sbase = network.sbase_mva;
    let mut bands: BTreeMap<Node, (TransformerId, f64, f64)> = BTreeMap::new();
    let mut steppers = Vec::new();
    for (id, t) in network.transformers.iter_ids() {
        let (Some(tap), Some(TapControl { target, active: true })) = (t.tap, t.tap_control) else { continue };
        let element = ElementId::Transformer(id);
        let Some(row) = state.branch(element) else { continue };
        let (held, band) = match target {
            TapTarget::Voltage { bus, min_pu, max_pu, drop } => {
                let bus = bus.unwrap_or(t.to);
                let Some(node) = state.node(bus) else {
                    let message = format!(
                        "{} holds bus {}, which is dead or in another island: it does not move",
                        network.describe(element),
                        network.buses[bus].id
                    );
                    let finding = Finding::warning(Code::ControlFails, message);
                    told.findings.push(
                        finding.element(network.describe(element)).help("name a bus of its own island"),
                    );
                    continue;
                };
                let end = usize::from(state.case.branches[row].to == node);
                let drop = drop.map(|drop| (drop, row, end));
                let mut band = (min_pu, max_pu);
                if drop.is_none() {
                    let &mut (first, low, high) = bands.entry(node).or_insert((id, min_pu, max_pu));
                    if (low - min_pu).abs() > 1e-9 || (high - max_pu).abs() > 1e-9 {
                        told.findings.push(conflict(state, id, first, (low, high)));
                        band = (low, high);
                    }
                }
                (Held::Voltage { bus, node, drop }, band)
            }
            TapTarget::Reactive { min_mvar, max_mvar } => {
                (Held::Reactive(row), (min_mvar / sbase, max_mvar / sbase))
            }
        };
        let range = (f64::from(tap.min), f64::from(tap.max));
        steppers.push(Stepper::new(
            element,
            Device::Tap(id, row),
            held,
            band,
            f64::from(tap.position),
            range,
            1.0,
        ));
    }
    let held = |t: &&Transformer3| {
        let moves = |w: &Winding| {
            w.tap_control.is_some_and(|control| control.active)
                || w.phase_control.is_some_and(|control| control.active)
        };
        t.built && t.in_service && t.windings.iter().any(moves)
    };
    let mut still = network.transformers3.iter().filter(held);
    if let Some(first) = still.next() {
        let count = 1 + still.count();
        let message = format!(
            "{count} three-winding transformers hold something, and their taps are not moved yet, for example {}",
            first.id
        );
        told.findings.push(Finding::warning(Code::ControlFails, message).help("set their positions by hand"));
    }
    Steppers::control(steppers, "tap_position")
}

fn conflict(state: &State<'_>, id: TransformerId, first: TransformerId, (low, high): (f64, f64)) -> Finding {
    let network = &*state.network;
    let name = network.describe(ElementId::Transformer(id));
    let message = format!(
        "{name} holds a bus that {} holds between {low} and {high} p.u.: the band of the first in the file is taken",
        network.describe(ElementId::Transformer(first))
    );
    Finding::warning(Code::ControlConflict, message).element(name).help("give both the same band")
}

/// All phase shifters that move.
pub(super) fn phase_shifters(state: &mut State<'_>, _: &mut Told) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let sbase = network.sbase_mva;
    let mut steppers = Vec::new();
    for (id, t) in network.transformers.iter_ids() {
        let Some(control) = t.phase_control.filter(|control| control.active) else { continue };
        let element = ElementId::Transformer(id);
        let Some(row) = state.branch(element) else { continue };
        steppers.push(Stepper::new(
            element,
            Device::Phase(id, row),
            Held::Active(row),
            (control.p_min_mw / sbase, control.p_max_mw / sbase),
            t.shift_deg,
            (control.shift_min_deg, control.shift_max_deg),
            control.shift_step_deg,
        ));
    }
    Steppers::control(steppers, "shift_deg")
}
