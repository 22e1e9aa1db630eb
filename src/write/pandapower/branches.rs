//! Lines and transformers of a net, and the shunts at their ends.

use super::Cell::{Maybe, Nothing, Real, Text, Whole, Yes};
use super::Writer;
use super::columns::{LINE, TRAFO};
use crate::case::per_unit;
use crate::ids::BusId;
use crate::model::{ElementId, EndShunt, RatingUnit};
use num_complex::Complex64;
use std::io;

impl Writer<'_> {
    pub(super) fn lines(&mut self) -> io::Result<()> {
        let network = self.network;
        let mut rows = Vec::new();
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built) {
            let vn_kv = network.buses[line.from].vn_kv;
            let Some(branch) = per_unit::line(network, line).ok().filter(|_| vn_kv > 0.0) else {
                self.losses.left_out(format!("line {}", line.id));
                continue;
            };
            for (bus, end) in [(line.from, line.end_shunts[0]), (line.to, line.end_shunts[1])] {
                self.at_end(bus, end, line.in_service, &line.id);
            }
            let zbase = vn_kv * vn_kv / network.sbase_mva;
            let rating = network.rating(ElementId::Line(id));
            let ka = rating.normal.map(|normal| match rating.unit {
                RatingUnit::Ka => normal,
                RatingUnit::Mva => normal / (3.0_f64.sqrt() * vn_kv),
            });
            let omega = std::f64::consts::TAU * network.frequency_hz;
            rows.push(vec![
                Text(&line.id),
                Nothing,
                Whole(self.index[line.from]),
                Whole(self.index[line.to]),
                Real(1.0),
                Real(branch.z.re * zbase),
                Real(branch.z.im * zbase),
                Real(branch.ysh.im / zbase / omega * 1e9),
                Real(branch.ysh.re / zbase * 1e6),
                Maybe(ka),
                Real(1.0),
                Whole(1),
                Text("ol"),
                Yes(line.in_service),
            ]);
            if branch.z == Complex64::ZERO {
                self.losses.add(
                    "lines without impedance are written as they are, and pandapower cannot solve them",
                    || format!("line {}", line.id),
                );
            }
        }
        self.table("line", LINE, &rows)
    }

    fn at_end(&mut self, bus: BusId, end: EndShunt, in_service: bool, id: &str) {
        if end != EndShunt::default() {
            self.losses.add("shunts at the ends of branches become shunts of their buses", || id.to_owned());
            self.moved.push((bus, end, in_service, id.to_owned()));
        }
    }

    /// A transformer on its rated power (or the base power) and the rated voltages of its buses: the ratio at hand is that of
    /// the rated voltages, its tap changer with it where it has one in the high-voltage winding. That program turns a T into
    /// a pi: `z' = z·(1 + z·y/4)`, `y' = y/(1 + z·y/4)`; what is written is the T of the pi here.
    pub(super) fn transformers(&mut self) -> io::Result<()> {
        let network = self.network;
        let mut rows = Vec::new();
        for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built) {
            let told = || format!("transformer {}", t.id);
            let [hv, lv] = [t.from, t.to].map(|bus| network.buses[bus].vn_kv);
            let Some(branch) = per_unit::transformer(network, t).ok().filter(|_| hv > 0.0 && lv > 0.0) else {
                self.losses.left_out(told());
                continue;
            };
            let rating = network.rating(ElementId::Transformer(id));
            let sn = match (rating.unit, rating.normal) {
                (RatingUnit::Mva, Some(mva)) if mva > 0.0 => mva,
                (RatingUnit::Ka, Some(ka)) if ka > 0.0 => ka * 3.0_f64.sqrt() * hv,
                _ => network.sbase_mva,
            };
            let scale = sn / network.sbase_mva;
            for (bus, end) in [(t.from, t.end_shunts[0]), (t.to, t.end_shunts[1])] {
                self.at_end(bus, end, t.in_service, &t.id);
            }
            let mut y = branch.ysh;
            if y.im > 0.0 {
                // A no-load current has no sign: charging stands beside the transformer, half at either end.
                let half = network.sbase_mva * y.im / 2.0;
                let ratio = branch.tap.norm();
                self.at_end(
                    t.from,
                    EndShunt { g_mw: 0.0, b_mvar: half / (ratio * ratio) },
                    t.in_service,
                    &t.id,
                );
                self.at_end(t.to, EndShunt { g_mw: 0.0, b_mvar: half }, t.in_service, &t.id);
                y.im = 0.0;
            }
            // The product z·y is the same for both, and so is the bend.
            let bend = 1.0 + branch.z * y / 4.0;
            let (z, y) = (branch.z / bend * scale, y * bend / scale);
            let tap = t.tap.filter(|tap| tap.side == crate::model::Side::From);
            if t.tap.is_some() && tap.is_none() {
                self.losses.add("tap changers in the second winding become a ratio of the first", told);
            }
            if t.tap_control.is_some() || t.phase_control.is_some() {
                self.losses
                    .add("controls of transformers are left out, tap and shift stay as they are", told);
            }
            if t.correction.is_some() {
                self.losses.add(
                    "impedance corrections are left out, impedances are those of the state at hand",
                    told,
                );
            }
            let ratio = branch.tap.norm() / tap.map_or(1.0, |tap| tap.turns_pu());
            let position =
                |of: fn(&crate::model::Tap) -> i32| Maybe(tap.as_ref().map(|tap| f64::from(of(tap))));
            rows.push(vec![
                Text(&t.id),
                Nothing,
                Whole(self.index[t.from]),
                Whole(self.index[t.to]),
                Real(sn),
                Real(hv * ratio),
                Real(lv),
                Real(100.0 * z.norm().copysign(if z.im < 0.0 { -1.0 } else { 1.0 })),
                Real(100.0 * z.re),
                Real(1000.0 * sn * y.re),
                Real(100.0 * y.norm()),
                Real(branch.tap.arg().to_degrees()),
                if tap.is_some() { Text("hv") } else { Nothing },
                position(|tap| tap.neutral),
                position(|tap| tap.min),
                position(|tap| tap.max),
                Maybe(tap.map(|tap| tap.step_percent)),
                Nothing,
                position(|tap| tap.position),
                Whole(1),
                Real(1.0),
                Yes(t.in_service),
                if tap.is_some() { Text("Ratio") } else { Nothing },
            ]);
        }
        self.table("trafo", TRAFO, &rows)
    }
}
