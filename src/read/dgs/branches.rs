//! Branches in the order of their classes, and those that are plain impedances.

use super::Reader;
use super::tables::Object;
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{EndShunt, Line, LineImpedance, Rating, RatingUnit, Transformer, TransformerImpedance};

impl<'t> Reader<'t> {
    pub(super) fn branches(&mut self) {
        self.name_all(&["ElmLne", "ElmZpu", "ElmSind", "ElmScap", "ElmTr2", "ElmTr3"]);
        self.lines();
        for object in self.tables.of("ElmZpu") {
            self.common_impedance(object);
        }
        for object in self.tables.of("ElmSind") {
            self.series_reactor(object);
        }
        for object in self.tables.of("ElmScap") {
            self.series_capacitor(object);
        }
        for object in self.tables.of("ElmTr2") {
            self.transformer(object);
        }
        for object in self.tables.of("ElmTr3") {
            self.transformer3(object);
        }
    }

    /// A common impedance: per unit on its rated power and the rated voltages of its terminals, which may differ.
    fn common_impedance(&mut self, object: Object<'t>) {
        let Some([(from, a), (to, b)]) = self.ends::<2>(object) else { return };
        let in_service = self.is_in(object, &[a, b]);
        let sbase_mva = self.need(object, "Sn");
        let (r, x) = (self.need(object, "r_pu"), self.need(object, "x_pu"));
        let (r_back, x_back) = (self.real(object, "r_pu_ji", r), self.real(object, "x_pu_ji", x));
        if (r - r_back).abs() + (x - x_back).abs() > 1e-9 {
            self.warn(
                object,
                Code::Assumed,
                format!("has {r} + j{x} p.u. one way and {r_back} + j{x_back} the other: the mean of the two is taken"),
                "give it one impedance for both directions",
            );
        }
        if self.real(object, "ag", 0.0) != 0.0 || self.flag(object, "nphshift", false) {
            self.warn(
                object,
                Code::NotUsed,
                "turns the phase, which is left out",
                "model it as a transformer",
            );
        }
        let end = |g: f64, b: f64| EndShunt { g_mw: g * sbase_mva, b_mvar: b * sbase_mva };
        let end_shunts = [
            end(self.real(object, "gi_pu", 0.0), self.real(object, "bi_pu", 0.0)),
            end(self.real(object, "gj_pu", 0.0), self.real(object, "bj_pu", 0.0)),
        ];
        let (r_pu, x_pu) = (f64::midpoint(r, r_back), f64::midpoint(x, x_back));
        let (name, origin, id) = (Self::other_name(object), self.origin(object), self.id(object));
        let [vn_from, vn_to] = [from, to].map(|bus| self.network.buses[bus].vn_kv);
        if (vn_from - vn_to).abs() > 1e-6 * vn_from {
            let impedance = TransformerImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva };
            let between = Transformer::new(id, from, to, impedance);
            self.network.transformers.push(Transformer { name, end_shunts, in_service, origin, ..between });
            return;
        }
        let impedance = LineImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva };
        let line = Line::new(id, from, to, impedance);
        self.network.lines.push(Line { name, end_shunts, in_service, origin, ..line });
    }

    fn series_reactor(&mut self, object: Object<'t>) {
        let Some([(from, a), (to, b)]) = self.ends::<2>(object) else { return };
        let in_service = self.is_in(object, &[a, b]);
        let x_ohm = if let Some(x_ohm) = self.maybe(object, "xrea") {
            x_ohm
        } else {
            // From its nameplate, as the program shows both.
            let (uk, sn) = (self.need(object, "uk"), self.need(object, "Sn"));
            let un = self.real(object, "ucn", self.network.buses[from].vn_kv);
            if sn > 0.0 { uk / 100.0 * un * un / sn } else { 0.0 }
        };
        let r_ohm = self.real(object, "rrea", 0.0);
        self.series(object, [from, to], (r_ohm, x_ohm), in_service);
    }

    /// A series capacitor by its reactance (ohm), or by its capacitance (µF).
    fn series_capacitor(&mut self, object: Object<'t>) {
        let Some([(from, a), (to, b)]) = self.ends::<2>(object) else { return };
        let in_service = self.is_in(object, &[a, b]);
        let x_ohm = if let Some(x_ohm) = self.maybe(object, "xcap") {
            -x_ohm.abs()
        } else {
            let c_uf = self.need(object, "ccap");
            let omega = std::f64::consts::TAU * self.network.frequency_hz;
            if c_uf > 0.0 { -1e6 / (omega * c_uf) } else { 0.0 }
        };
        self.series(object, [from, to], (0.0, x_ohm), in_service);
    }

    fn series(
        &mut self,
        object: Object<'t>,
        [from, to]: [BusId; 2],
        (r_ohm, x_ohm): (f64, f64),
        in_service: bool,
    ) {
        let normal = self.maybe(object, "Curn").filter(|&ka| ka > 0.0);
        let rating = Rating { unit: RatingUnit::Ka, normal, ..Rating::default() };
        let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us: 0.0, b_us: 0.0 };
        let (name, origin, id) = (Self::other_name(object), self.origin(object), self.id(object));
        let line = Line::new(id, from, to, impedance);
        self.network.lines.push(Line { name, rating, in_service, origin, ..line });
    }
}
