//! Transformers of two and three windings.
//!
//! ```text
//! bus 1 ─ a1·e^(jα1) ─┬─ r1 + jx1 ─ U1:U2 ─ r2 + jx2 ─┬─ a2·e^(jα2) ─ bus 2
//!                  g1 + jb1                        g2 + jb2
//! ```
//!
//! Each end has its impedances in ohm and siemens at its own rated voltage `U`; of two windings those of end 2 are mostly 0.
//! In a star of three each end has its own.

use super::Reader;
use super::objects::Object;
use super::taps::Taps;
use crate::finding::Code;
use crate::model::{
    EndShunt, Name, Rating, RatingUnit, Side, StarImpedance, Transformer, Transformer3, TransformerImpedance,
    Winding,
};
use std::collections::HashMap;

/// An end of a transformer.
struct End<'o> {
    object: &'o Object,
    terminal: &'o str,
    place: super::Terminal,
    vn_kv: f64,
    rated_kv: f64,
    /// r, x in ohm and g, b in siemens, with the percentages of the tap changers.
    z: [f64; 4],
    taps: Taps,
}

impl<'o> Reader<'o> {
    pub(super) fn transformers(&mut self) {
        let changers = self.changers();
        let mut ends: HashMap<&str, Vec<&'o Object>> = HashMap::new();
        for end in self.objects.of("PowerTransformerEnd") {
            if let Some(transformer) = end.get("PowerTransformerEnd.PowerTransformer") {
                ends.entry(transformer).or_default().push(end);
            }
        }
        for transformer in self.take("PowerTransformer") {
            let mut own = ends.remove(transformer.id.as_str()).unwrap_or_default();
            own.sort_by_key(|end| self.whole(end, "TransformerEnd.endNumber").unwrap_or(0));
            let count = own.len();
            let read: Vec<End<'o>> = own.into_iter().filter_map(|end| self.end(end, &changers)).collect();
            let alike = |read: Vec<End<'o>>| <[End<'o>; 3]>::try_from(read);
            match (count, read.len()) {
                (2, 2) => self.two(transformer, &read[0], &read[1]),
                (3, 3) => {
                    if let Ok(ends) = alike(read) {
                        self.three(transformer, &ends);
                    }
                }
                (2 | 3, _) => {}
                _ => self.report.error(Code::Reference, |draft| {
                    let what = transformer.what();
                    draft
                        .at(0, format!("{what} has {count} ends, and 2 or 3 are read"))
                        .place(transformer.place.clone())
                        .element(what)
                        .help("is the EQ profile whole?")
                }),
            }
        }
    }

    fn end(&mut self, object: &'o Object, changers: &[&'o Object]) -> Option<End<'o>> {
        let terminal = object.get("TransformerEnd.Terminal");
        let place = terminal.and_then(|terminal| self.terminals.get(terminal).copied());
        let Some((terminal, place)) = terminal.zip(place) else {
            self.report.error(Code::Reference, |draft| {
                let what = object.what();
                draft
                    .at(0, format!("{what} has no terminal at a node"))
                    .place(object.place.clone())
                    .element(what)
                    .help("is a profile missing? EQ, SSH, TP and the boundary belong together")
            });
            return None;
        };
        let vn_kv = self.network.buses[place.bus].vn_kv;
        let mut taps = self.taps(object, changers);
        taps.control = Self::control_at(taps.control, place.bus);
        let mut real = |name: &str| self.real(object, &format!("PowerTransformerEnd.{name}"), 0.0);
        let rated_kv = real("ratedU");
        let given = [real("r"), taps.x_ohm.unwrap_or_else(|| real("x")), real("g"), real("b")];
        let z = [0, 1, 2, 3].map(|k| given[k] * taps.factors[k]);
        if object.get("PowerTransformerEnd.phaseAngleClock").is_some_and(|clock| clock != "0") {
            self.count("clock numbers of vector groups: angles of the state turn by them, flows do not");
        }
        if rated_kv <= 0.0 || vn_kv <= 0.0 || taps.turns <= 0.0 {
            self.report.error(Code::Value, |draft| {
                let what = object.what();
                let text =
                    format!("{what}: rated {rated_kv} kV at {vn_kv} kV with {} of its turns", taps.turns);
                draft
                    .at(0, text)
                    .place(object.place.clone())
                    .element(what)
                    .help("all of them must be above 0")
            });
            return None;
        }
        Some(End { object, terminal, place, vn_kv, rated_kv, z, taps })
    }

    fn two(&mut self, transformer: &'o Object, first: &End<'o>, second: &End<'o>) {
        let sbase_mva = self.network.sbase_mva;
        // The impedance of end 1 as end 2 sees it, both outside of the turns that tap changer 2 adds.
        let seen = second.rated_kv * second.taps.turns / first.rated_kv;
        let own = second.taps.turns;
        let zbase = second.vn_kv * second.vn_kv / sbase_mva;
        let series = |k: usize| (first.z[k] * seen * seen + second.z[k] * own * own) / zbase;
        let shunt = |end: &End<'o>| {
            let power = end.vn_kv * end.vn_kv / (end.taps.turns * end.taps.turns);
            EndShunt { g_mw: end.z[2] * power, b_mvar: end.z[3] * power }
        };
        // One tap changer moves; of two, the second's turns stand.
        let (tap, control, ratio) = match (first.taps.tap, second.taps.tap) {
            (Some(tap), _) => (Some(tap), first.taps.control, first.taps.fixed_turns / second.taps.turns),
            (None, Some(tap)) => {
                let tap = crate::model::Tap { side: Side::To, ..tap };
                (Some(tap), second.taps.control, first.taps.turns / second.taps.fixed_turns)
            }
            (None, None) => (None, None, first.taps.turns / second.taps.turns),
        };
        let (id, name) = self.called(transformer);
        let mut rating = self.rating_at(first.terminal, transformer.id.as_str());
        if rating.is_unlimited() {
            rating = self.rated_power(first.object);
        }
        let impedance = TransformerImpedance::PerUnit {
            r_pu: series(0),
            x_pu: series(1),
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva,
        };
        let origin = self.origin(transformer);
        self.network.transformers.push(Transformer {
            name,
            ratio_pu: ratio * (first.rated_kv / first.vn_kv) / (second.rated_kv / second.vn_kv),
            shift_deg: first.taps.lead_deg - second.taps.lead_deg,
            tap,
            tap_control: control,
            end_shunts: [shunt(first), shunt(second)],
            rating,
            in_service: first.place.is_connected && second.place.is_connected,
            origin,
            ..Transformer::new(id, first.place.bus, second.place.bus, impedance)
        });
    }

    fn three(&mut self, transformer: &'o Object, ends: &[End<'o>; 3]) {
        let sbase_mva = self.network.sbase_mva;
        let base = |end: &End<'o>| end.rated_kv * end.rated_kv / sbase_mva;
        let star = |k: usize| ends.each_ref().map(|end| end.z[k] / base(end));
        let sum = |z: [f64; 3]| [z[0] + z[1], z[1] + z[2], z[2] + z[0]];
        let no_load = |k: usize| ends.iter().map(|end| end.z[k] * base(end)).sum::<f64>();
        let windings = ends.each_ref().map(|end| {
            let taps = &end.taps;
            let turns = if taps.tap.is_some() { taps.fixed_turns } else { taps.turns };
            let mut rating = self.rating_at(end.terminal, "");
            if rating.is_unlimited() {
                rating = self.rated_power(end.object);
            }
            Winding {
                vn_kv: end.rated_kv,
                ratio_pu: turns,
                shift_deg: taps.lead_deg,
                tap: taps.tap,
                tap_control: taps.control,
                rating,
                in_service: end.place.is_connected,
                ..Winding::new(end.place.bus)
            }
        });
        let impedance = StarImpedance::PerUnit {
            r_pu: sum(star(0)),
            x_pu: sum(star(1)),
            g_pu: no_load(2),
            b_pu: no_load(3),
            sbase_mva,
        };
        let (id, name) = self.called(transformer);
        let origin = self.origin(transformer);
        self.network.transformers3.push(Transformer3 {
            id,
            name,
            windings,
            impedance,
            vector_group: Name::default(),
            built: true,
            in_service: true,
            origin,
        });
    }

    /// The rated power of an end, as the rating where no limit is told.
    fn rated_power(&mut self, end: &Object) -> Rating {
        let normal = self.maybe(end, "PowerTransformerEnd.ratedS").filter(|&mva| mva > 0.0);
        Rating { unit: RatingUnit::Mva, normal, short: None, emergency: None }
    }
}
