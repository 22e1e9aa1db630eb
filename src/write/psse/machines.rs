//! Machines.

use super::Writer;
use super::record::{of, real, text, whole};
use crate::model::{Control, GeneratorKind};
use std::io;

/// What stands for no limit.
const OPEN_LIMIT: f64 = 9999.0;

impl Writer<'_> {
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
            let mut q = [machine.q_max_mvar, machine.q_min_mvar];
            if machine.control == Control::Fixed && matches!(self.kinds[machine.bus], 2 | 3) {
                q = [Some(machine.q_mvar); 2];
                self.losses.add(
                    "machines that hold nothing at a bus that is held get their reactive power as limits",
                    told,
                );
            }
            let record = vec![
                whole("ibus", bus),
                text("machid", own, 2),
                real("pg", machine.p_mw),
                real("qg", machine.q_mvar),
                real("qt", q[0].unwrap_or(OPEN_LIMIT)),
                real("qb", q[1].unwrap_or(-OPEN_LIMIT)),
                real("vs", machine.vm_setpoint_pu),
                whole("ireg", machine.regulated_bus.map_or(0, |bus| self.numbers.of_bus(bus))),
                whole("nreg", 0).new_in_34(),
                real("mbase", machine.sn_mva.unwrap_or(network.sbase_mva)),
                whole("zr", 0),
                whole("zx", 1),
                whole("rt", 0),
                whole("xt", 0),
                whole("gtap", 1),
                whole("stat", u8::from(machine.in_service)),
                real("rmpct", machine.q_share.unwrap_or(100.0)),
                real("pt", machine.p_max_mw.unwrap_or(OPEN_LIMIT)),
                real("pb", machine.p_min_mw.unwrap_or(-OPEN_LIMIT)),
                whole("baslod", 0).new_in_34(),
                whole("o1", 1),
                whole("f1", 1),
                whole("o2", 0),
                whole("f2", 1),
                whole("o3", 0),
                whole("f3", 1),
                whole("o4", 0),
                whole("f4", 1),
                whole("wmod", 0),
                whole("wpf", 1),
            ];
            self.sink.record("generator", of("generator", &machine.id, &machine.origin), &[record])?;
        }
        self.sink.end("GENERATOR", "BRANCH")
    }
}
