//! Limits of currents, powers and voltages.
//!
//! A set of limits belongs to a terminal or to equipment. What may flow for ever (PATL) is the normal rating; of what may
//! flow for a time (TATL) the lowest, which is that of the longest time, is the one after a fault.

use super::Reader;
use super::objects::Object;
use crate::ids::BusId;
use crate::model::{Rating, RatingUnit};

/// What a limit counts, by its class.
const LIMITS: [(&str, &str, RatingUnit, f64); 3] = [
    ("CurrentLimit", "CurrentLimit.value", RatingUnit::Ka, 1e-3),
    ("ApparentPowerLimit", "ApparentPowerLimit.value", RatingUnit::Mva, 1.0),
    ("ActivePowerLimit", "ActivePowerLimit.value", RatingUnit::Mva, 1.0),
];

impl<'o> Reader<'o> {
    pub(super) fn limits(&mut self) {
        for (class, property, unit, factor) in LIMITS {
            for limit in self.take(class) {
                let value =
                    self.maybe(limit, property).filter(|&value| value > 0.0).map(|value| value * factor);
                let Some((value, owner)) = value.zip(self.owner(limit)) else { continue };
                let kind = self.kind(limit);
                let rating = self.ratings.entry(owner).or_insert(Rating { unit, ..Rating::default() });
                // Currents come first: what else is told of the same place is not mixed with them.
                if rating.unit != unit {
                    self.count("limits of power beside limits of current");
                    continue;
                }
                let place = match kind {
                    "patl" | "" => &mut rating.normal,
                    "tatl" => &mut rating.emergency,
                    _ => continue,
                };
                *place = Some(place.map_or(value, |known| known.min(value)));
            }
        }
        for limit in self.take("VoltageLimit") {
            let kv = self.maybe(limit, "VoltageLimit.value").filter(|&kv| kv > 0.0);
            let bus = self.owner(limit).and_then(|owner| self.bus_at(owner));
            let Some((kv, bus)) = kv.zip(bus) else { continue };
            let kind = self.kind(limit);
            let bus = &mut self.network.buses[bus];
            if bus.vn_kv <= 0.0 {
                continue;
            }
            let value = kv / bus.vn_kv;
            match kind {
                "lowVoltage" => bus.vm_min_pu = Some(bus.vm_min_pu.map_or(value, |known| known.max(value))),
                "highVoltage" => bus.vm_max_pu = Some(bus.vm_max_pu.map_or(value, |known| known.min(value))),
                _ => {}
            }
        }
    }

    /// The terminal or equipment that a limit belongs to.
    fn owner(&self, limit: &'o Object) -> Option<&'o str> {
        let set = self.objects.linked(limit, "OperationalLimit.OperationalLimitSet")?;
        set.get("OperationalLimitSet.Terminal").or_else(|| set.get("OperationalLimitSet.Equipment"))
    }

    /// `patl`, `tatl`, `highVoltage` ..
    fn kind(&self, limit: &'o Object) -> &'o str {
        let kind = self.objects.linked(limit, "OperationalLimit.OperationalLimitType");
        kind.map_or("", |kind| kind.word("OperationalLimitType.limitType"))
    }

    fn bus_at(&self, owner: &str) -> Option<BusId> {
        let equipment = || self.equipment.get(owner)?.first().map(|(_, terminal)| terminal.bus);
        self.bus_of(Some(owner)).or_else(equipment)
    }

    /// The rating of a terminal, else of the equipment.
    pub(super) fn rating_at(&self, terminal: &str, equipment: &str) -> Rating {
        self.ratings.get(terminal).or_else(|| self.ratings.get(equipment)).copied().unwrap_or_default()
    }

    /// The lowest rating of both ends and of the whole.
    pub(super) fn rating_of(&self, equipment: &'o Object) -> Rating {
        let id = equipment.id.as_str();
        let terminals = self.equipment.get(id).into_iter().flatten().map(|&(terminal, _)| terminal);
        let all = terminals.chain([id]).filter_map(|owner| self.ratings.get(owner));
        let least = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let both = |a: Rating, b: &Rating| {
            if a.unit != b.unit {
                return a;
            }
            Rating { normal: least(a.normal, b.normal), emergency: least(a.emergency, b.emergency), ..a }
        };
        all.copied().reduce(|a, b| both(a, &b)).unwrap_or_default()
    }
}
