//! Loads, shunts, machines and compensators.

use super::super::matpower::Number;
use super::{Writer, number_of};
use crate::model::{BankMode, CompensatorKind, Control, GeneratorKind, LoadModel};
use std::collections::HashSet;
use std::io;

/// What stands for no limit.
const OPEN_LIMIT: f64 = 9999.0;

/// Blocks of a switched shunt that the format holds, and steps of one.
const BLOCKS: usize = 8;

impl Writer<'_> {
    pub(super) fn loads(&mut self) -> io::Result<()> {
        let network = self.network;
        self.circuits = super::Circuits::default();
        for load in network.loads.iter().filter(|load| load.built) {
            let bus = self.numbers.of_bus(load.bus);
            let (own, same) = self.circuits.of(&load.id, &[bus]);
            if !same {
                self.losses.add("ids of loads become bus-k", || format!("load {} is {bus}-{own}", load.id));
            }
            let (p, q) = (load.p_mw, load.q_mvar);
            let parts = match load.model {
                LoadModel::Power => [(p, q), (0.0, 0.0), (0.0, 0.0)],
                LoadModel::Zip { p_current, p_impedance, q_current, q_impedance } => [
                    (p * (1.0 - p_current - p_impedance), q * (1.0 - q_current - q_impedance)),
                    (p * p_current, q * q_current),
                    (p * p_impedance, -q * q_impedance),
                ],
                LoadModel::Exponential { .. } => {
                    self.losses
                        .add("loads with exponents become constant power", || format!("load {}", load.id));
                    [(p, q), (0.0, 0.0), (0.0, 0.0)]
                }
            };
            let bus_record = &network.buses[load.bus];
            let (area, zone) =
                (number_of(&self.areas, &bus_record.area), number_of(&self.zones, &bus_record.zone));
            write!(self.out, "{bus}, '{own:2}', {}, {area}, {zone}", u8::from(load.in_service))?;
            for (p, q) in parts {
                write!(self.out, ", {}, {}", Number(p + 0.0), Number(q + 0.0))?;
            }
            writeln!(self.out, ", 1, 1, 0")?;
        }
        self.end("LOAD", "FIXED SHUNT")
    }

    pub(super) fn fixed_shunts(&mut self) -> io::Result<()> {
        let network = self.network;
        self.circuits = super::Circuits::default();
        for shunt in network.shunts.iter().filter(|shunt| shunt.built && shunt.bank.is_none()) {
            let bus = self.numbers.of_bus(shunt.bus);
            let (own, same) = self.circuits.of(&shunt.id, &[bus]);
            if !same {
                self.losses
                    .add("ids of shunts become bus-k", || format!("shunt {} is {bus}-{own}", shunt.id));
            }
            let (on, g, b) = (u8::from(shunt.in_service), Number(shunt.g_mw), Number(shunt.b_mvar));
            writeln!(self.out, "{bus}, '{own:2}', {on}, {g}, {b}")?;
        }
        self.end("FIXED SHUNT", "GENERATOR")
    }

    pub(super) fn machines(&mut self) -> io::Result<()> {
        let network = self.network;
        self.circuits = super::Circuits::default();
        for machine in network.generators.iter().filter(|machine| machine.built) {
            let bus = self.numbers.of_bus(machine.bus);
            let (own, same) = self.circuits.of(&machine.id, &[bus]);
            if !same {
                self.losses.add("ids of generators become bus-k", || {
                    format!("generator {} is {bus}-{own}", machine.id)
                });
            }
            let told = || format!("generator {}", machine.id);
            if machine.kind == GeneratorKind::Boundary {
                self.losses.add("boundaries become machines", told);
            }
            if !machine.name.is_empty() {
                self.losses.add("names of generators are left out", told);
            }
            if machine.sn_mva.is_none() {
                self.losses.add("rated powers of machines that are missing become the base power", told);
            }
            if !machine.capability.is_empty() {
                self.losses.add("capability curves are left out", told);
            }
            if machine.participation.is_some() {
                self.losses.add("shares in a distributed slack are left out", told);
            }
            let limit = |limit: Option<f64>, open: f64| Number(limit.unwrap_or(open));
            let mut q = [machine.q_max_mvar, machine.q_min_mvar];
            if machine.control == Control::Fixed && matches!(self.kinds[machine.bus], 2 | 3) {
                q = [Some(machine.q_mvar); 2];
                self.losses.add(
                    "machines that hold nothing at a bus that is held get their reactive power as limits",
                    told,
                );
            }
            let regulated = machine.regulated_bus.map_or(0, |bus| self.numbers.of_bus(bus));
            let (p, q_now, vm) =
                (Number(machine.p_mw), Number(machine.q_mvar), Number(machine.vm_setpoint_pu));
            let (q_max, q_min) = (limit(q[0], OPEN_LIMIT), limit(q[1], -OPEN_LIMIT));
            let (p_max, p_min) = (limit(machine.p_max_mw, OPEN_LIMIT), limit(machine.p_min_mw, -OPEN_LIMIT));
            let base = Number(machine.sn_mva.unwrap_or(network.sbase_mva));
            let (on, share) = (u8::from(machine.in_service), Number(machine.q_share.unwrap_or(100.0)));
            write!(
                self.out,
                "{bus}, '{own:2}', {p}, {q_now}, {q_max}, {q_min}, {vm}, {regulated}, {base}, 0, 1, 0, 0, 1, "
            )?;
            writeln!(self.out, "{on}, {share}, {p_max}, {p_min}, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1")?;
        }
        self.end("GENERATOR", "BRANCH")
    }

    pub(super) fn compensators(&mut self) -> io::Result<()> {
        let network = self.network;
        for one in network.compensators.iter().filter(|one| one.built) {
            let told = || format!("compensator {}", one.id);
            if one.kind == CompensatorKind::Svc {
                self.losses.add("SVCs become STATCOMs", told);
            }
            if one.slope_percent != 0.0 {
                self.losses.add("slopes of compensators are left out", told);
            }
            let most = one.limits.max_mvar.abs().max(one.limits.min_mvar.abs());
            if (one.limits.max_mvar + one.limits.min_mvar).abs() > 1e-9 * most {
                self.losses.add("ranges of compensators become the same both ways", told);
            }
            let name: String = one.id.chars().map(super::plain).collect();
            let (bus, regulated) =
                (self.numbers.of_bus(one.bus), one.regulated_bus.map_or(0, |bus| self.numbers.of_bus(bus)));
            let (mode, vm, most) = (u8::from(one.in_service), Number(one.vm_setpoint_pu), Number(most));
            writeln!(
                self.out,
                "'{name}', {bus}, 0, {mode}, 0, 0, {vm}, {most}, 9999, 0.9, 1.1, 1, 0, 0.05, 100, 1, 0, 0, 0, {regulated}, ''"
            )?;
        }
        self.end("FACTS DEVICE", "SWITCHED SHUNT")
    }

    pub(super) fn switched_shunts(&mut self) -> io::Result<()> {
        let network = self.network;
        let mut seen = HashSet::new();
        for shunt in network.shunts.iter().filter(|shunt| shunt.built) {
            let Some(bank) = &shunt.bank else { continue };
            let bus = self.numbers.of_bus(shunt.bus);
            let told = || format!("shunt {}", shunt.id);
            if !seen.insert(bus) {
                self.losses.add("switched shunts beside another one at their bus are left out", told);
                continue;
            }
            if shunt.id != format!("{bus}-sw1") {
                self.losses.add("ids of switched shunts become bus-sw1", told);
            }
            if shunt.g_mw != 0.0 {
                self.losses.add("conductances of switched shunts are left out", told);
            }
            if bank.blocks.len() > BLOCKS {
                self.losses.add("blocks of a switched shunt beyond eight are left out", told);
            }
            let mode = match bank.control.map(|control| control.mode) {
                None => 0,
                Some(BankMode::Discrete) => 1,
                Some(BankMode::Continuous) => 2,
            };
            let (high, low) =
                bank.control.map_or((1.0, 1.0), |control| (control.vm_max_pu, control.vm_min_pu));
            let (high, low) = (Number(high), Number(low));
            let remote =
                bank.control.and_then(|control| control.bus).map_or(0, |bus| self.numbers.of_bus(bus));
            let (on, b) = (u8::from(shunt.in_service), Number(shunt.b_mvar));
            write!(self.out, "{bus}, {mode}, 0, {on}, {high}, {low}, {remote}, 100, '            ', {b}")?;
            for block in bank.blocks.iter().take(BLOCKS) {
                write!(self.out, ", {}, {}", block.steps, Number(block.step_mvar))?;
            }
            writeln!(self.out)?;
        }
        self.end("SWITCHED SHUNT", "GNE")
    }
}
