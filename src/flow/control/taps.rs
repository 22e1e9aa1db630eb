//! Tap changers under load, phase shifters, series capacitors: which of them move in an island, and what they hold.
//!
//! A tap changer without a bus of its own holds that of the `to` winding, of three windings the second. Of several that hold one bus within different
//! bands the first decides; the others hold its band, and this is told.

use super::device::Device;
use super::state::State;
use super::stepper::{Held, Stepper};
use super::steps::Steppers;
use super::{Control, Told};
use crate::finding::{Code, Finding};
use crate::ids::{BusId, Node};
use crate::model::{ElementId, PhaseControl, Tap, TapControl, TapTarget};
use std::collections::BTreeMap;

/// All tap changers that move.
pub(super) fn changers(state: &mut State<'_>, told: &mut Told) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let mut bands = Bands::new();
    let mut steppers = Vec::new();
    for (id, t) in network.transformers.iter_ids() {
        let (Some(tap), Some(TapControl { target, active: true })) = (t.tap, t.tap_control) else { continue };
        let element = ElementId::Transformer(id);
        let Some(row) = state.branch(element) else { continue };
        let end = |node: Node| Some((row, usize::from(state.case.branches[row].to == node)));
        let found = held(state, element, (&target, t.to, row), end, &mut bands, told);
        steppers.extend(found.map(|held| changer(element, Device::Tap(id, row), held, &tap)));
    }
    for (id, t) in network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service) {
        let element = ElementId::Transformer3(id);
        let legs = state.legs(id);
        for (winding, w) in t.windings.iter().enumerate() {
            let (Some(tap), Some(TapControl { target, active: true })) = (w.tap, w.tap_control) else {
                continue;
            };
            let Some(row) = legs[winding] else { continue };
            // the leg that stands at the bus
            let end = |node: Node| {
                let leg = legs.iter().flatten().find(|&&leg| state.case.branches[leg].from == node)?;
                Some((*leg, 0))
            };
            let found = held(state, element, (&target, t.windings[1].bus, row), end, &mut bands, told);
            steppers
                .extend(found.map(|held| changer(element, Device::WindingTap(id, winding, row), held, &tap)));
        }
    }
    Steppers::control(steppers, "tap_position")
}

/// The band of each bus that a tap changer holds, and which of them came first.
type Bands = BTreeMap<Node, (ElementId, f64, f64)>;

fn changer(element: ElementId, device: Device, (held, band): (Held, (f64, f64)), tap: &Tap) -> Stepper {
    let range = (f64::from(tap.min), f64::from(tap.max));
    Stepper::new(element, device, held, band, f64::from(tap.position), range, 1.0)
}

/// What a tap changer at a row of the case holds; by default the voltage of `own`. `end` finds the row and its end that
/// send current to a node, for line-drop compensation.
fn held(
    state: &State<'_>,
    element: ElementId,
    (target, own, row): (&TapTarget, BusId, usize),
    end: impl Fn(Node) -> Option<(usize, usize)>,
    bands: &mut Bands,
    told: &mut Told,
) -> Option<(Held, (f64, f64))> {
    let network = &*state.network;
    let sbase = network.sbase_mva;
    match *target {
        TapTarget::Voltage { bus, min_pu, max_pu, drop } => {
            let bus = bus.unwrap_or(own);
            let Some(node) = state.node(bus) else {
                let message = format!(
                    "{} holds bus {}, which is dead or in another island: it does not move",
                    network.describe(element),
                    network.buses[bus].id
                );
                let finding =
                    Finding::warning(Code::ControlFails, message).element(network.describe(element));
                told.findings.push(finding.help("name a bus of its own island"));
                return None;
            };
            let drop = drop.and_then(|drop| end(node).map(|(row, end)| (drop, row, end)));
            let mut band = (min_pu, max_pu);
            if drop.is_none() {
                let &mut (first, low, high) = bands.entry(node).or_insert((element, min_pu, max_pu));
                if (low - min_pu).abs() > 1e-9 || (high - max_pu).abs() > 1e-9 {
                    told.findings.push(conflict(state, element, first, (low, high)));
                    band = (low, high);
                }
            }
            Some((Held::Voltage { bus, node, drop }, band))
        }
        TapTarget::Reactive { min_mvar, max_mvar } => {
            Some((Held::Reactive(row), (min_mvar / sbase, max_mvar / sbase)))
        }
    }
}

fn conflict(state: &State<'_>, element: ElementId, first: ElementId, (low, high): (f64, f64)) -> Finding {
    let network = &*state.network;
    let name = network.describe(element);
    let message = format!(
        "{name} holds a bus that {} holds between {low} and {high} p.u.: the band of the first in the file is taken",
        network.describe(first)
    );
    Finding::warning(Code::ControlConflict, message).element(name).help("give both the same band")
}

/// All phase shifters that move.
pub(super) fn phase_shifters(state: &State<'_>) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let mut steppers = Vec::new();
    for (id, t) in network.transformers.iter_ids() {
        let element = ElementId::Transformer(id);
        if let Some(control) = t.phase_control.filter(|control| control.active)
            && let Some(row) = state.branch(element)
        {
            steppers.push(shifter(state, (element, Device::Phase(id, row), row), &control, t.shift_deg));
        }
    }
    for (id, t) in network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service) {
        let legs = state.legs(id);
        for (winding, w) in t.windings.iter().enumerate() {
            if let Some(control) = w.phase_control.filter(|control| control.active)
                && let Some(row) = legs[winding]
            {
                let device = Device::WindingPhase(id, winding, row);
                steppers.push(shifter(
                    state,
                    (ElementId::Transformer3(id), device, row),
                    &control,
                    w.shift_deg,
                ));
            }
        }
    }
    Steppers::control(steppers, "shift_deg")
}

fn shifter(
    state: &State<'_>,
    (element, device, row): (ElementId, Device, usize),
    control: &PhaseControl,
    shift_deg: f64,
) -> Stepper {
    let sbase = state.network.sbase_mva;
    Stepper::new(
        element,
        device,
        Held::Active(row),
        (control.p_min_mw / sbase, control.p_max_mw / sbase),
        shift_deg,
        (control.shift_min_deg, control.shift_max_deg),
        control.shift_step_deg,
    )
}

/// All series capacitors and reactors that move.
pub(super) fn series(state: &State<'_>) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let mut steppers = Vec::new();
    for (id, line) in network.lines.iter_ids() {
        let Some(series) = &line.series else { continue };
        let element = ElementId::Line(id);
        if let Some(control) = series.control.filter(|control| control.active)
            && let Some(row) = state.branch(element)
        {
            let sbase = network.sbase_mva;
            steppers.push(Stepper::new(
                element,
                Device::Series(id, row),
                Held::Active(row),
                (control.p_min_mw / sbase, control.p_max_mw / sbase),
                series.x_ohm,
                (series.x_min_ohm, series.x_max_ohm),
                0.0,
            ));
        }
    }
    Steppers::control(steppers, "series_x_ohm")
}
