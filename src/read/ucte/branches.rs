//! Lines, couplers, transformers and their regulation.

use super::{Reader, Row};
use crate::finding::Code;
use crate::model::{
    EndShunt, Line, LineImpedance, PhaseControl, Rating, RatingUnit, Side, Switch, SwitchKind, Tap,
    TapControl, TapTarget, Transformer, TransformerImpedance,
};

impl Reader<'_> {
    pub(super) fn line(&mut self, row: &Row<'_>) {
        let Some(([from, to], id)) = self.ends(row, "line") else { return };
        let what = format!("line {id}");
        let (in_service, is_coupler) = self.status(row, &what);
        let origin = self.origin(row);
        if is_coupler {
            self.network.switches.push(Switch {
                id: id.into(),
                from,
                to,
                kind: SwitchKind::Breaker,
                closed: in_service,
                built: true,
                origin,
            });
            return;
        }
        let mut real = |columns, field| self.real(row, columns, 0.0, &what, field);
        let (r_ohm, x_ohm, b_us) = (real((23, 28), "R"), real((30, 35), "X"), real((37, 44), "B"));
        let rating = rated(real((46, 51), "I"));
        let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us: 0.0, b_us };
        self.network.lines.push(Line {
            name: row.text(53, 64).to_owned(),
            rating,
            in_service,
            origin,
            ..Line::new(id, from, to, impedance)
        });
    }

    pub(super) fn transformer(&mut self, row: &Row<'_>) {
        let Some(([first, second], id)) = self.ends(row, "transformer") else { return };
        let what = format!("transformer {id}");
        let (in_service, _) = self.status(row, &what);
        let mut real = |columns, field| self.real(row, columns, 0.0, &what, field);
        let (u1, u2, sn) = (real((23, 27), "U1"), real((29, 33), "U2"), real((35, 39), "S"));
        let (r, x, b, g) =
            (real((41, 46), "R"), real((48, 53), "X"), real((55, 62), "B"), real((64, 69), "G"));
        let rating = rated(real((71, 76), "I"));
        if u1 <= 0.0 || u2 <= 0.0 {
            self.report.error(Code::Value, |draft| {
                draft
                    .at(row.line, format!("{what}: its rated voltages are {u1} kV and {u2} kV"))
                    .element(what.clone())
                    .help("both must be above 0")
            });
            return;
        }
        let sbase_mva = self.network.sbase_mva;
        let vn = [second, first].map(|bus| self.network.buses[bus].vn_kv);
        let ratio_pu = (u2 / vn[0]) / (u1 / vn[1]);
        let zbase = vn[1] * vn[1] / sbase_mva;
        // Seen from the regulated winding: the shunt stands between the ratio and the series impedance.
        let outside = vn[1] * vn[1] * 1e-6 / (ratio_pu * ratio_pu);
        let impedance = TransformerImpedance::PerUnit {
            r_pu: r / zbase,
            x_pu: x / zbase,
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva,
        };
        let sn = (sn > 0.0).then_some(sn);
        let rating = if rating.is_unlimited() { Rating { normal: sn, ..Rating::default() } } else { rating };
        let transformer = self.network.transformers.push(Transformer {
            name: row.text(78, 89).to_owned(),
            ratio_pu,
            end_shunts: [EndShunt { g_mw: g * outside, b_mvar: b * outside }, EndShunt::default()],
            rating,
            in_service,
            origin: self.origin(row),
            ..Transformer::new(id.as_str(), second, first, impedance)
        });
        self.transformers.insert(id, transformer);
    }

    pub(super) fn regulation(&mut self, row: &Row<'_>) {
        let Some((_, id)) = self.ends(row, "regulation of") else { return };
        let what = format!("transformer {id}");
        let Some(&transformer) = self.transformers.get(&id) else {
            self.report.error(Code::Reference, |draft| {
                draft
                    .at(row.line, format!("the regulation of transformer {id}, which is not there"))
                    .element(what.clone())
                    .help("its record stands behind ##T")
            });
            return;
        };
        let mut real = |columns, field| self.real(row, columns, 0.0, &what, field);
        let in_phase = (real((21, 25), "du"), real((27, 28), "n"), real((30, 32), "n'"), real((34, 38), "U"));
        let angle =
            (real((40, 44), "du"), real((46, 50), "angle"), real((52, 53), "n"), real((55, 57), "n'"));
        let target_mw = real((59, 63), "P");
        let kind = row.text(65, 68);
        let vn_kv = {
            let t = &self.network.transformers[transformer];
            self.network.buses[t.from].vn_kv
        };
        let t = &mut self.network.transformers[transformer];
        if in_phase.0 != 0.0 && in_phase.1 >= 1.0 {
            let (steps, position) = (whole(in_phase.1), whole(in_phase.2));
            t.tap = Some(Tap {
                side: Side::From,
                position,
                neutral: 0,
                min: -steps,
                max: steps,
                step_percent: in_phase.0,
            });
            if in_phase.3 > 0.0 {
                let held = in_phase.3 / vn_kv;
                let half = in_phase.0.abs() / 200.0;
                let target = TapTarget::Voltage {
                    bus: Some(t.from),
                    min_pu: held - half,
                    max_pu: held + half,
                    drop: None,
                };
                t.tap_control = Some(TapControl { target, active: true });
            }
        }
        if angle.0 == 0.0 || angle.2 < 1.0 {
            return;
        }
        let at = |position: f64| {
            let step = position * angle.0 / 100.0;
            let (sin, cos) = angle.1.to_radians().sin_cos();
            if kind == "ASYM" {
                ((1.0 + step * cos).hypot(step * sin), (step * sin).atan2(1.0 + step * cos))
            } else {
                (1.0, 2.0 * (step / 2.0 * sin).atan2(1.0 + step / 2.0 * cos))
            }
        };
        let (ratio, shift) = at(angle.3);
        t.ratio_pu *= ratio;
        t.shift_deg = shift.to_degrees();
        let ends = [at(-angle.2).1.to_degrees(), at(angle.2).1.to_degrees()];
        t.phase_control = (target_mw != 0.0 && kind != "ASYM").then_some(PhaseControl {
            p_min_mw: target_mw,
            p_max_mw: target_mw,
            shift_min_deg: ends[0].min(ends[1]),
            shift_max_deg: ends[0].max(ends[1]),
            shift_step_deg: 0.0,
            active: false,
        });
    }
}

fn whole(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "clamped")]
    let whole = value.clamp(-10_000.0, 10_000.0) as i32;
    whole
}

/// A rating by current [A].
fn rated(amperes: f64) -> Rating {
    let normal = (amperes > 0.0).then_some(amperes / 1000.0);
    Rating { unit: RatingUnit::Ka, normal, short: None, emergency: None }
}
