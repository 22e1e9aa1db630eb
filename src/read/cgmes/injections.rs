//! What draws: loads, and shunts with static compensators.

use super::Reader;
use super::objects::Object;
use crate::model::{
    Bank, BankControl, BankMode, Block, Compensator, CompensatorKind, CompensatorLimits, Load, LoadModel,
    Shunt,
};

/// Classes that are loads.
pub(super) const LOADS: [&str; 5] =
    ["EnergyConsumer", "ConformLoad", "NonConformLoad", "StationSupply", "AsynchronousMachine"];

/// Classes that are shunts.
pub(super) const SHUNTS: [&str; 3] =
    ["LinearShuntCompensator", "NonlinearShuntCompensator", "EquivalentShunt"];

impl<'o> Reader<'o> {
    pub(super) fn loads(&mut self) {
        for class in LOADS {
            for load in self.take(class) {
                let Some([at]) = self.ends(load) else { continue };
                let of = if class == "AsynchronousMachine" { "RotatingMachine" } else { "EnergyConsumer" };
                let mut power = |name: &str| {
                    let given = self.maybe(load, &format!("{of}.{name}"));
                    given.or_else(|| self.maybe(load, &format!("EnergyConsumer.{name}fixed"))).unwrap_or(0.0)
                };
                let (p, q) = (power("p"), power("q"));
                let model = self.load_model(load);
                let (id, _) = self.called(load);
                let origin = self.origin(load);
                self.network.loads.push(Load {
                    model,
                    in_service: at.is_connected,
                    origin,
                    ..Load::new(id, at.bus, p, q)
                });
            }
        }
    }

    fn load_model(&mut self, load: &'o Object) -> LoadModel {
        let Some(law) = self.objects.linked(load, "EnergyConsumer.LoadResponse") else {
            return LoadModel::Power;
        };
        let is_exponential = law.is("LoadResponseCharacteristic.exponentModel", false);
        let mut real = |name: &str| self.real(law, &format!("LoadResponseCharacteristic.{name}"), 0.0);
        if is_exponential {
            let (p_exponent, q_exponent) = (real("pVoltageExponent"), real("qVoltageExponent"));
            return if (p_exponent, q_exponent) == (0.0, 0.0) {
                LoadModel::Power
            } else {
                LoadModel::Exponential { p_exponent, q_exponent }
            };
        }
        let shares = [
            real("pConstantCurrent"),
            real("pConstantImpedance"),
            real("qConstantCurrent"),
            real("qConstantImpedance"),
        ];
        match shares {
            [0.0, 0.0, 0.0, 0.0] => LoadModel::Power,
            [p_current, p_impedance, q_current, q_impedance] => {
                LoadModel::Zip { p_current, p_impedance, q_current, q_impedance }
            }
        }
    }

    pub(super) fn shunts(&mut self) {
        for class in SHUNTS {
            for shunt in self.take(class) {
                let Some([at]) = self.ends(shunt) else { continue };
                let vn_kv = self.network.buses[at.bus].vn_kv;
                let power = vn_kv * vn_kv;
                let sections = self.sections(shunt);
                let (g, b) = match class {
                    "EquivalentShunt" => (
                        self.real(shunt, "EquivalentShunt.g", 0.0),
                        self.real(shunt, "EquivalentShunt.b", 0.0),
                    ),
                    "NonlinearShuntCompensator" => self.point(shunt, sections),
                    _ => (
                        self.real(shunt, "LinearShuntCompensator.gPerSection", 0.0) * sections,
                        self.real(shunt, "LinearShuntCompensator.bPerSection", 0.0) * sections,
                    ),
                };
                let bank = self.bank(shunt, at.bus, power, vn_kv);
                let (id, _) = self.called(shunt);
                let origin = self.origin(shunt);
                self.network.shunts.push(Shunt {
                    bank,
                    in_service: at.is_connected,
                    origin,
                    ..Shunt::new(id, at.bus, g * power, b * power)
                });
            }
        }
    }

    /// Sections that are in: as SSH says, else SV, else normally.
    fn sections(&mut self, shunt: &'o Object) -> f64 {
        let given = self.maybe(shunt, "ShuntCompensator.sections");
        let own = Some(shunt.id.as_str());
        let states = self.objects.of("SvShuntCompensatorSections");
        let state = { states }.find(|state| state.get("SvShuntCompensatorSections.ShuntCompensator") == own);
        let solved = state.and_then(|state| self.maybe(state, "SvShuntCompensatorSections.sections"));
        if given.zip(solved).is_some_and(|(given, solved)| (given - solved).abs() > 1e-6) {
            self.count("shunts of other sections in SV: those of SSH are taken");
        }
        given.or(solved).or_else(|| self.maybe(shunt, "ShuntCompensator.normalSections")).unwrap_or(0.0)
    }

    /// What is in at a number of sections that differ: each point says what is in up to it.
    fn point(&mut self, shunt: &'o Object, sections: f64) -> (f64, f64) {
        let points: Vec<&'o Object> = (self.objects.of("NonlinearShuntCompensatorPoint"))
            .filter(|p| {
                p.get("NonlinearShuntCompensatorPoint.NonlinearShuntCompensator") == Some(shunt.id.as_str())
            })
            .collect();
        for point in points {
            let number = self.maybe(point, "NonlinearShuntCompensatorPoint.sectionNumber");
            if number.is_some_and(|number| (number - sections).abs() < 0.5) {
                let mut real =
                    |name: &str| self.real(point, &format!("NonlinearShuntCompensatorPoint.{name}"), 0.0);
                return (real("g"), real("b"));
            }
        }
        if sections > 0.5 {
            self.told(shunt, &format!("has no section {sections}: it is taken as out"));
        }
        (0.0, 0.0)
    }

    /// The steps of a linear shunt that holds a voltage.
    fn bank(&mut self, shunt: &'o Object, bus: crate::ids::BusId, power: f64, vn_kv: f64) -> Option<Bank> {
        let control = self.objects.linked(shunt, "RegulatingCondEq.RegulatingControl")?;
        let holds = shunt.is("RegulatingCondEq.controlEnabled", false)
            && control.is("RegulatingControl.enabled", false)
            && control.word("RegulatingControl.mode") == "voltage";
        if !holds {
            return None;
        }
        let step_mvar = self.real(shunt, "LinearShuntCompensator.bPerSection", 0.0) * power;
        let most = self.whole(shunt, "ShuntCompensator.maximumSections").unwrap_or(0);
        let held = self.bus_of(control.get("RegulatingControl.Terminal")).unwrap_or(bus);
        let target = self.maybe(control, "RegulatingControl.targetValue").filter(|&kv| kv > 0.0);
        let band = self.real(control, "RegulatingControl.targetDeadband", 0.0).abs() / 2.0;
        let held_kv = if held == bus { vn_kv } else { self.network.buses[held].vn_kv };
        let (Some(target), true) = (target, step_mvar != 0.0 && most > 0 && held_kv > 0.0) else {
            self.count("shunts that regulate in steps that differ: they stay as they are");
            return None;
        };
        Some(Bank {
            blocks: vec![Block { steps: most.unsigned_abs(), step_mvar }],
            control: Some(BankControl {
                mode: BankMode::Discrete,
                bus: (held != bus).then_some(held),
                vm_min_pu: (target - band) / held_kv,
                vm_max_pu: (target + band) / held_kv,
            }),
        })
    }

    pub(super) fn compensators(&mut self) {
        for svc in self.take("StaticVarCompensator") {
            let Some([at]) = self.ends(svc) else { continue };
            let vn_kv = self.network.buses[at.bus].vn_kv;
            let power = vn_kv * vn_kv;
            let mut real = |name: &str| self.real(svc, &format!("StaticVarCompensator.{name}"), 0.0);
            let (capacitive, inductive) = (real("capacitiveRating"), real("inductiveRating"));
            let (slope, set_point, q) = (real("slope"), real("voltageSetPoint"), real("q"));
            let mvar = |ohm: f64| if ohm == 0.0 { 0.0 } else { power / ohm.abs() };
            let (id, name) = self.called(svc);
            let origin = self.origin(svc);
            let control = self.objects.linked(svc, "RegulatingCondEq.RegulatingControl");
            let target = control.and_then(|control| self.maybe(control, "RegulatingControl.targetValue"));
            let target = target.filter(|&kv| kv > 0.0).unwrap_or(set_point);
            let holds = svc.is("RegulatingCondEq.controlEnabled", false)
                && control.is_none_or(|control| control.is("RegulatingControl.enabled", true))
                && svc.word("StaticVarCompensator.sVCControlMode") != "reactivePower";
            if !holds || target <= 0.0 || vn_kv <= 0.0 {
                // A fixed power: drawn, as SSH gives it.
                self.network.loads.push(Load {
                    in_service: at.is_connected,
                    origin,
                    ..Load::new(id, at.bus, 0.0, q)
                });
                continue;
            }
            let held = control.and_then(|control| self.bus_of(control.get("RegulatingControl.Terminal")));
            let regulated_bus = held.filter(|&held| held != at.bus);
            let held_kv = self.network.buses[regulated_bus.unwrap_or(at.bus)].vn_kv;
            let max_mvar = mvar(capacitive);
            self.network.compensators.push(Compensator {
                id,
                name,
                bus: at.bus,
                regulated_bus,
                kind: CompensatorKind::Svc,
                vm_setpoint_pu: target / held_kv,
                // kV per Mvar, over the whole capacitive range.
                slope_percent: slope * max_mvar / held_kv * 100.0,
                limits: CompensatorLimits { min_mvar: -mvar(inductive), max_mvar },
                built: true,
                in_service: at.is_connected,
                origin,
            });
        }
    }
}
