//! Lines, and what is like a line: series compensators and equivalent branches.

use super::Reader;
use super::objects::Object;
use crate::finding::Code;
use crate::model::{EndShunt, Line, LineImpedance, Transformer, TransformerImpedance};

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
        if from.is_connected != to.is_connected {
            self.report.note(Code::Assumed, |draft| {
                let what = object.what();
                draft
                    .at(0, format!("{what} is open at one end: it is switched off at both"))
                    .place(object.place.clone())
                    .element(what)
            });
        }
        let in_service = from.is_connected && to.is_connected;
        let (id, name) = self.called(object);
        let (rating, origin) = (self.rating_of(object), self.origin(object));
        if (vn_from - vn_to).abs() > 1e-6 * vn_from && vn_from > 0.0 && vn_to > 0.0 {
            // Ohms between levels of different rated voltages: a ratio of the two, seen from the second.
            let sbase_mva = self.network.sbase_mva;
            let zbase = vn_to * vn_to / sbase_mva;
            let per_unit = TransformerImpedance::PerUnit {
                r_pu: r_ohm / zbase,
                x_pu: x_ohm / zbase,
                g_pu: 0.0,
                b_pu: 0.0,
                sbase_mva,
            };
            let half = |vn: f64| EndShunt { g_mw: g_s / 2.0 * vn * vn, b_mvar: b_s / 2.0 * vn * vn };
            self.network.transformers.push(Transformer {
                name,
                ratio_pu: vn_to / vn_from,
                end_shunts: [half(vn_from), half(vn_to)],
                rating,
                in_service,
                origin,
                ..Transformer::new(id, from.bus, to.bus, per_unit)
            });
            return;
        }
        self.network.lines.push(Line {
            row: id.clone(),
            id,
            name,
            circuit: 0,
            from: from.bus,
            to: to.bus,
            impedance: LineImpedance::Ohm { r_ohm, x_ohm, g_us: g_s * 1e6, b_us: b_s * 1e6 },
            end_shunts: [EndShunt::default(); 2],
            series: None,
            rating,
            built: true,
            in_service,
            origin,
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
