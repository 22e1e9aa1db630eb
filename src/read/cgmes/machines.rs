//! What feeds: machines, equivalents of neighbouring grids, sources.
//!
//! Powers count as drawn: a machine that feeds has a negative `p`. It holds the voltage of its control's terminal where both
//! itself and the control are enabled.

use super::Reader;
use super::objects::Object;
use crate::ids::BusId;
use crate::model::{Capability, Control, Generator, GeneratorKind};

/// Classes that are generators.
pub(super) const CLASSES: [&str; 4] =
    ["SynchronousMachine", "ExternalNetworkInjection", "EquivalentInjection", "EnergySource"];

/// Limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

/// What a machine holds: whether it does, the bus, and the voltage.
struct Held {
    is_on: bool,
    bus: BusId,
    target_kv: Option<f64>,
}

impl<'o> Reader<'o> {
    pub(super) fn machines(&mut self) {
        for control in self.take("RegulatingControl") {
            if control.is("RegulatingControl.enabled", false)
                && control.word("RegulatingControl.mode") != "voltage"
            {
                self.count("regulating controls of other quantities than a voltage");
            }
        }
        for class in CLASSES {
            for machine in self.take(class) {
                self.machine(machine, class);
            }
        }
    }

    fn machine(&mut self, object: &'o Object, class: &str) {
        let Some([at]) = self.ends(object) else { return };
        let (p_name, q_name) = match class {
            "SynchronousMachine" => ("RotatingMachine.p".to_owned(), "RotatingMachine.q".to_owned()),
            "EnergySource" => {
                ("EnergySource.activePower".to_owned(), "EnergySource.reactivePower".to_owned())
            }
            _ => (format!("{class}.p"), format!("{class}.q")),
        };
        let (p, q) = (self.real(object, &p_name, 0.0), self.real(object, &q_name, 0.0));
        let held = self.held(object, class, at.bus);
        let control = if held.is_on && held.target_kv.is_some() { Control::Voltage } else { Control::Fixed };
        let bus = &self.network.buses[held.bus];
        let stored = self.network.buses[at.bus].vm_start_pu;
        // A machine that holds nothing may still be asked to be the slack: then it holds what it last did.
        let vm_setpoint_pu = match held.target_kv {
            Some(kv) if bus.vn_kv > 0.0 => kv / bus.vn_kv,
            _ => stored.unwrap_or(1.0),
        };
        let [q_min_mvar, q_max_mvar] =
            ["minQ", "maxQ"].map(|name| self.open(object, &format!("{class}.{name}")));
        let (p_min_mw, p_max_mw, participation) = self.unit(object, class);
        let capability = self.capability(object);
        let sn_mva = self.maybe(object, "RotatingMachine.ratedS").filter(|&mva| mva > 0.0);
        let (id, name) = self.called(object);
        let origin = self.origin(object);
        let is_border = matches!(class, "ExternalNetworkInjection" | "EquivalentInjection");
        let machine = self.network.generators.push(Generator {
            name,
            kind: if is_border { GeneratorKind::Boundary } else { GeneratorKind::Unit },
            q_mvar: -q,
            regulated_bus: (control == Control::Voltage && held.bus != at.bus).then_some(held.bus),
            p_min_mw,
            p_max_mw,
            q_min_mvar,
            q_max_mvar,
            capability,
            participation,
            sn_mva,
            in_service: at.is_connected,
            origin,
            ..Generator::new(id, at.bus, control, -p, vm_setpoint_pu)
        });
        let priority = self.whole(object, &format!("{class}.referencePriority")).unwrap_or(0);
        if let Ok(priority @ 1..) = u32::try_from(priority) {
            self.priorities.push((priority, machine));
        }
    }

    /// What a machine holds, or would.
    fn held(&mut self, object: &'o Object, class: &str, own: BusId) -> Held {
        if class == "EquivalentInjection" {
            let is_on = object.is("EquivalentInjection.regulationStatus", false)
                && object.is("EquivalentInjection.regulationCapability", false);
            if object.get("EquivalentInjection.x").is_some() {
                self.count("impedances of equivalent injections: they are for short circuits");
            }
            let target_kv = self.maybe(object, "EquivalentInjection.regulationTarget").filter(|&kv| kv > 0.0);
            return Held { is_on, bus: own, target_kv };
        }
        let control = self.objects.linked(object, "RegulatingCondEq.RegulatingControl");
        let Some(control) = control.filter(|control| control.word("RegulatingControl.mode") == "voltage")
        else {
            return Held { is_on: false, bus: own, target_kv: None };
        };
        let is_on = object.is("RegulatingCondEq.controlEnabled", false)
            && control.is("RegulatingControl.enabled", false);
        let bus = self.bus_of(control.get("RegulatingControl.Terminal")).unwrap_or(own);
        // Exporters write kV, whatever multiplier they name beside it; volts are known by their size.
        let vn_kv = self.network.buses[bus].vn_kv;
        let kv = self.maybe(control, "RegulatingControl.targetValue").filter(|&value| value > 0.0);
        let target_kv =
            kv.map(|value| if vn_kv > 0.0 && value > 100.0 * vn_kv { value / 1000.0 } else { value });
        Held { is_on, bus, target_kv }
    }

    fn open(&mut self, object: &Object, name: &str) -> Option<f64> {
        self.maybe(object, name).filter(|limit| limit.abs() < OPEN_LIMIT)
    }

    /// Limits of active power and share of the balance, of the generating unit behind a machine.
    fn unit(&mut self, object: &'o Object, class: &str) -> (Option<f64>, Option<f64>, Option<f64>) {
        if class != "SynchronousMachine" {
            return (
                self.open(object, &format!("{class}.minP")),
                self.open(object, &format!("{class}.maxP")),
                None,
            );
        }
        let Some(unit) = self.objects.linked(object, "RotatingMachine.GeneratingUnit") else {
            return (None, None, None);
        };
        let share = self.maybe(unit, "GeneratingUnit.normalPF").filter(|&share| share > 0.0);
        (
            self.open(unit, "GeneratingUnit.minOperatingP"),
            self.open(unit, "GeneratingUnit.maxOperatingP"),
            share,
        )
    }

    /// Points of the capability curve, by rising power.
    fn capability(&mut self, object: &'o Object) -> Vec<Capability> {
        let Some(curve) = object.get("SynchronousMachine.InitialReactiveCapabilityCurve") else {
            return Vec::new();
        };
        let points: Vec<&'o Object> = self
            .objects
            .of("CurveData")
            .filter(|point| point.get("CurveData.Curve") == Some(curve))
            .collect();
        let mut found: Vec<Capability> = points
            .into_iter()
            .filter_map(|point| {
                Some(Capability {
                    p_mw: self.maybe(point, "CurveData.xvalue")?,
                    q_min_mvar: self.maybe(point, "CurveData.y1value")?,
                    q_max_mvar: self.maybe(point, "CurveData.y2value")?,
                })
            })
            .collect();
        found.sort_by(|a, b| a.p_mw.total_cmp(&b.p_mw));
        found
    }
}
