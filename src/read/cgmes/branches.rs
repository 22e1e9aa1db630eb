//! Lines, and what is like a line: series compensators and equivalent branches.

use super::Reader;
use super::objects::Object;
use crate::finding::Code;
use crate::model::{Line, LineImpedance, Transformer};
use crate::read::open_end;
use crate::read::uneven::between_levels;

impl<'o> Reader<'o> {
    pub(super) fn lines(&mut self) {
        for line in self.take("ACLineSegment") {
            let mut real = |name| self.real(line, name, 0.0);
            let (r, x) = (real("ACLineSegment.r"), real("ACLineSegment.x"));
            let (g, b) = (real("ACLineSegment.gch"), real("ACLineSegment.bch"));
            self.line(line, (r, x), (g, b));
        }
        for series in self.take("SeriesCompensator") {
            let mut real = |name| self.real(series, name, 0.0);
            let impedance = (real("SeriesCompensator.r"), real("SeriesCompensator.x"));
            self.line(series, impedance, (0.0, 0.0));
        }
        for branch in self.take("EquivalentBranch") {
            let (r, x) =
                (self.real(branch, "EquivalentBranch.r", 0.0), self.real(branch, "EquivalentBranch.x", 0.0));
            let (back_r, back_x) =
                (self.real(branch, "EquivalentBranch.r21", r), self.real(branch, "EquivalentBranch.x21", x));
            if (back_r - r).abs().max((back_x - x).abs()) > 1e-9 * r.hypot(x) {
                self.told(branch, "has other impedances backwards: those forwards are taken for both");
            }
            self.line(branch, (r, x), (0.0, 0.0));
        }
    }

    fn line(&mut self, object: &'o Object, (r_ohm, x_ohm): (f64, f64), (g_s, b_s): (f64, f64)) {
        let Some([from, to]) = self.ends(object) else { return };
        let [vn_from, vn_to] = [from, to].map(|end| self.network.buses[end.bus].vn_kv);
        let closed = [from.is_connected, to.is_connected];
        let (id, name) = self.called(object);
        let (rating, origin) = (self.rating_of(object), self.origin(object));
        let half = (g_s / 2.0, b_s / 2.0);
        let (ends, sbase_mva) = ([from.bus, to.bus], self.network.sbase_mva);
        if let Some(uneven) =
            between_levels(&id, ends, [vn_from, vn_to], (r_ohm, x_ohm), [half; 2], sbase_mva)
        {
            let in_service = closed == [true, true];
            if closed[0] != closed[1] {
                self.open_at_one_end(object, false);
            }
            self.network.transformers.push(Transformer { name, rating, in_service, origin, ..uneven });
            return;
        }
        let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us: g_s * 1e6, b_us: b_s * 1e6 };
        let line = Line::new(id, from.bus, to.bus, impedance);
        let is_charged = open_end::push(&mut self.network, Line { name, rating, origin, ..line }, closed);
        if closed[0] != closed[1] {
            self.open_at_one_end(object, is_charged);
        }
    }

    fn open_at_one_end(&mut self, object: &Object, is_charged: bool) {
        let made = if is_charged { "a bus of its own is there" } else { "it is switched off at both" };
        self.report.note(Code::Assumed, |draft| {
            let what = object.what();
            draft
                .at(0, format!("{what} is open at one end: {made}"))
                .place(object.place.clone())
                .element(what)
        });
    }

    /// Says of an object what was made of it.
    pub(super) fn told(&mut self, object: &Object, made: &str) {
        self.report.warning(Code::Assumed, |draft| {
            let what = object.what();
            draft.at(0, format!("{what} {made}")).place(object.place.clone()).element(what)
        });
    }
}
