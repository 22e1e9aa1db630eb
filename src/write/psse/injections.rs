//! Loads and shunts, switched ones too, and compensators.

use super::record::{Field, Of, of, real, text, whole};
use super::{Writer, number_of};
use crate::model::{
    Bank, BankMode, CompensatorKind, ElementId, EndShunt, LoadModel, Origin, Shunt, StarImpedance,
};
use std::collections::HashSet;
use std::io;

/// Blocks of a switched shunt that the format holds.
const BLOCKS: usize = 8;

/// Names of the fields of the blocks.
#[rustfmt::skip]
const BLOCK: [[&str; 3]; BLOCKS] = [
    ["s1", "n1", "b1"], ["s2", "n2", "b2"], ["s3", "n3", "b3"], ["s4", "n4", "b4"],
    ["s5", "n5", "b5"], ["s6", "n6", "b6"], ["s7", "n7", "b7"], ["s8", "n8", "b8"],
];

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
            let [power, current, admittance] = match load.model {
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
            let at = &network.buses[load.bus];
            let record = vec![
                whole("ibus", bus),
                text("loadid", own, 2),
                whole("stat", u8::from(load.in_service)),
                whole("area", number_of(&self.areas, &at.area)),
                whole("zone", number_of(&self.zones, &at.zone)),
                real("pl", power.0),
                real("ql", power.1),
                real("ip", current.0),
                real("iq", current.1),
                real("yp", admittance.0),
                real("yq", admittance.1),
                whole("owner", 1),
                whole("scale", 1),
                whole("intrpt", 0),
                whole("dgenp", 0).new_in_34(),
                whole("dgenq", 0).new_in_34(),
                whole("dgenm", 0).new_in_34(),
                text("loadtype", "", 0).new_in_34(),
            ];
            self.sink.record("load", of("load", &load.id, &load.origin), &[record])?;
        }
        self.sink.end("LOAD", "FIXED SHUNT")
    }

    /// Shunts at the second winding of transformers, and the half of their magnetising branch that lies there, have no
    /// field: as shunts of that bus they draw the same. Conductances of switched shunts likewise.
    pub(super) fn move_shunts(&mut self) {
        let network = self.network;
        let sbase = network.sbase_mva;
        for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
            let Some(branch) = self.values(ElementId::Transformer(id)) else { continue };
            let half = EndShunt { g_mw: branch.g / 2.0 * sbase, b_mvar: branch.b / 2.0 * sbase };
            let at = t.end_shunts[1];
            let shunt = EndShunt { g_mw: at.g_mw + half.g_mw, b_mvar: at.b_mvar + half.b_mvar };
            if shunt != EndShunt::default() {
                self.moved.push((t.to, shunt, t.in_service));
                self.losses
                    .add("shunts at the second winding of transformers become shunts of its bus", || {
                        format!("transformer {}", t.id)
                    });
            }
        }
        for shunt in network.shunts.iter().filter(|s| s.built && s.bank.is_some() && s.g_mw != 0.0) {
            self.moved.push((shunt.bus, EndShunt { g_mw: shunt.g_mw, b_mvar: 0.0 }, shunt.in_service));
            self.losses
                .add("conductances of switched shunts become fixed shunts", || format!("shunt {}", shunt.id));
        }
        for t in network.transformers3.iter().filter(|t| t.built) {
            if let StarImpedance::Nameplate { .. } = t.impedance {
                self.losses
                    .add("nameplates of transformers become per unit", || format!("transformer {}", t.id));
            }
        }
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
            let at = EndShunt { g_mw: shunt.g_mw, b_mvar: shunt.b_mvar };
            self.fixed_shunt(bus, own, shunt.in_service, at, of("shunt", &shunt.id, &shunt.origin))?;
        }
        for (k, (bus, shunt, in_service)) in std::mem::take(&mut self.moved).into_iter().enumerate() {
            let bus = self.numbers.of_bus(bus);
            let (own, _) = self.circuits.of(&crate::model::Name::default(), &[bus]);
            let id = k.to_string();
            let of = of("moved shunt", &id, &Origin::default());
            self.fixed_shunt(bus, own, in_service, shunt, of)?;
        }
        self.sink.end("FIXED SHUNT", "GENERATOR")
    }

    fn fixed_shunt(
        &mut self,
        bus: u64,
        own: String,
        in_service: bool,
        shunt: EndShunt,
        of: Of<'_>,
    ) -> io::Result<()> {
        let record = vec![
            whole("ibus", bus),
            text("shntid", own, 2),
            whole("stat", u8::from(in_service)),
            real("gl", shunt.g_mw),
            real("bl", shunt.b_mvar),
        ];
        self.sink.record("fixshunt", of, &[record])
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
            let regulated = one.regulated_bus.map_or(0, |bus| self.numbers.of_bus(bus));
            let record = vec![
                text("name", name, 0),
                whole("ibus", self.numbers.of_bus(one.bus)),
                whole("jbus", 0),
                whole("mode", u8::from(one.in_service)),
                whole("pdes", 0),
                whole("qdes", 0),
                real("vset", one.vm_setpoint_pu),
                real("shmx", most),
                whole("trmx", 9999),
                real("vtmn", 0.9),
                real("vtmx", 1.1),
                whole("vsmx", 1),
                whole("imx", 0),
                real("linx", 0.05),
                whole("rmpct", 100),
                whole("owner", 1),
                whole("set1", 0),
                whole("set2", 0),
                whole("vsref", 0),
                whole("fcreg", regulated),
                whole("nreg", 0).new_in_34(),
                text("mname", "", 0),
            ];
            self.sink.record("facts", of("compensator", &one.id, &one.origin), &[record])?;
        }
        self.sink.end("FACTS DEVICE", "SWITCHED SHUNT")
    }

    pub(super) fn switched_shunts(&mut self) -> io::Result<()> {
        let network = self.network;
        self.circuits = super::Circuits::default();
        let mut seen = HashSet::new();
        for shunt in network.shunts.iter().filter(|shunt| shunt.built) {
            let Some(bank) = &shunt.bank else { continue };
            let bus = self.numbers.of_bus(shunt.bus);
            let told = || format!("shunt {}", shunt.id);
            let first_here = seen.insert(bus);
            if self.is_33() && !first_here {
                self.losses.add("switched shunts beside another one at their bus are left out", told);
                continue;
            }
            let marked = shunt.id.strip_prefix(&format!("{bus}-sw")).map(|own| format!("{bus}-{own}"));
            let (own, same) = self.circuits.of(&marked.unwrap_or_default().into(), &[bus]);
            if !same || (self.is_33() && own != "1") {
                self.losses.add("ids of switched shunts become bus-swk", told);
            }
            if bank.blocks.len() > BLOCKS {
                self.losses.add("blocks of a switched shunt beyond eight are left out", told);
            }
            let record = self.switched_shunt(shunt, bank, bus, own);
            self.sink.record("swshunt", of("shunt", &shunt.id, &shunt.origin), &[record])?;
        }
        self.sink.end("SWITCHED SHUNT", "GNE")
    }

    fn switched_shunt(&self, shunt: &Shunt, bank: &Bank, bus: u64, own: String) -> Vec<Field> {
        let mode = match bank.control.map(|control| control.mode) {
            None => 0,
            Some(BankMode::Discrete) => 1,
            Some(BankMode::Continuous) => 2,
        };
        let (high, low) = bank.control.map_or((1.0, 1.0), |control| (control.vm_max_pu, control.vm_min_pu));
        let remote = bank.control.and_then(|control| control.bus).map_or(0, |bus| self.numbers.of_bus(bus));
        let mut record = vec![
            whole("ibus", bus),
            text("shntid", own, 2).new_in_34(),
            whole("modsw", mode),
            whole("adjm", 0),
            whole("stat", u8::from(shunt.in_service)),
            real("vswhi", high),
            real("vswlo", low),
            whole("swreg", remote),
            whole("nreg", 0).new_in_34(),
            whole("rmpct", 100),
            text("rmidnt", "", 12),
            real("binit", shunt.b_mvar),
        ];
        for (at, [s, n, b]) in BLOCK.into_iter().enumerate() {
            let block = bank.blocks.get(at);
            if block.is_none() && self.is_33() {
                break;
            }
            record.push(whole(s, 1).new_in_34());
            record.push(whole(n, block.map_or(0, |block| block.steps)));
            record.push(real(b, block.map_or(0.0, |block| block.step_mvar)));
        }
        record
    }
}
