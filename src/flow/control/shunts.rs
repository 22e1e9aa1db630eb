//! Switched shunts: which of them move in an island, and between what.
//!
//! A bank that stands between two of its levels starts where it is, and moves to a level of its own as soon as it moves.

use super::device::Device;
use super::state::State;
use super::stepper::{Held, Stepper};
use super::steps::Steppers;
use super::{Control, Told};
use crate::finding::{Code, Finding};
use crate::model::{BankMode, ElementId};

/// All switched shunts that move.
pub(super) fn banks(state: &mut State<'_>, told: &mut Told) -> Option<Box<dyn Control>> {
    let network = &*state.network;
    let mut steppers = Vec::new();
    for (id, shunt) in network.shunts.iter_ids().filter(|(_, shunt)| shunt.built && shunt.in_service) {
        let Some(bank) = &shunt.bank else { continue };
        let (Some(control), Some(node)) = (bank.control, state.node(shunt.bus)) else { continue };
        let element = ElementId::Shunt(id);
        let bus = control.bus.unwrap_or(shunt.bus);
        let Some(held) = state.node(bus) else {
            let name = network.describe(element);
            let message = format!(
                "{name} holds bus {}, which is dead or in another island: it does not move",
                network.buses[bus].id
            );
            let finding = Finding::warning(Code::ControlFails, message).element(name);
            told.findings.push(finding.help("name a bus of its own island"));
            continue;
        };
        let mut levels: Vec<f64> = bank.levels_mvar().iter().map(|b| b / network.sbase_mva).collect();
        let now = shunt.b_mvar / network.sbase_mva;
        // what is in at hand is a level too
        let at = match levels.iter().position(|level| *level >= now - 1e-9) {
            Some(at) if (levels[at] - now).abs() <= 1e-9 => at,
            Some(at) => {
                levels.insert(at, now);
                at
            }
            None => {
                levels.push(now);
                levels.len() - 1
            }
        };
        let last = (levels.len() - 1) as f64;
        let step = if control.mode == BankMode::Discrete { 1.0 } else { 0.0 };
        steppers.push(Stepper::new(
            element,
            Device::Bank(id, node, levels),
            Held::Voltage { bus, node: held, drop: None },
            (control.vm_min_pu, control.vm_max_pu),
            at as f64,
            (0.0, last),
            step,
        ));
    }
    Steppers::control(steppers, "b_mvar")
}
