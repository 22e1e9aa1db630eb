//! Lines and transformers between levels.

use super::Reader;
use super::element::Element;
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    EndShunt, Line, LineImpedance, Name, Rating, RatingUnit, StarImpedance, Transformer, Transformer3,
    TransformerImpedance, Winding,
};
use crate::read::open_end;
use crate::read::uneven::between_levels;

/// What the tap changers of a transformer make of it at their positions.
struct Steps {
    rho: f64,
    alpha_deg: f64,
    /// Factors on r, x, g, b.
    factors: [f64; 4],
}

impl Reader<'_> {
    /// Both ends of a branch, and whether it is connected there.
    fn ends(&mut self, element: &Element) -> Option<([BusId; 2], [bool; 2])> {
        let level = |side: &str| {
            element.attribute(&format!("voltageLevelId{side}")).unwrap_or_default().trim().to_owned()
        };
        let first = self.terminal(element, &level("1"), "1");
        let second = self.terminal(element, &level("2"), "2");
        let ((a, a_in), (b, b_in)) = first.zip(second)?;
        Some(([a, b], [a_in, b_in]))
    }

    /// Says that a branch is open at one end, and what is made of it.
    fn open_at_one_end(&mut self, element: &Element, is_charged: bool) {
        let (what, line) = (element.what(), element.line);
        let made = if is_charged { "a bus of its own is there" } else { "it is switched off at both" };
        self.report.note(Code::Assumed, |draft| {
            draft.at(line, format!("{what} is open at one end: {made}")).element(what)
        });
    }

    /// Current limits in kA: the permanent one, and the longest of the temporary ones.
    fn rating(&mut self, element: &Element, side: &str) -> Rating {
        let group = element.all("operationalLimitsGroup1").next();
        let name = format!("currentLimits{side}");
        let limits = group.and_then(|group| group.first("currentLimits")).or_else(|| element.first(&name));
        let Some(limits) = limits else { return Rating::default() };
        let normal = self.maybe(limits, "permanentLimit").map(|amperes| amperes / 1000.0);
        let mut emergency: Option<f64> = None;
        for limit in limits.all("temporaryLimit") {
            let value =
                self.maybe(limit, "value").filter(|&amperes| amperes < 1e9).map(|amperes| amperes / 1000.0);
            emergency = match (emergency, value) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        Rating { unit: RatingUnit::Ka, normal: normal.filter(|&ka| ka > 0.0), short: None, emergency }
    }

    pub(super) fn line(&mut self, element: &Element) {
        let Some(([from, to], closed)) = self.ends(element) else { return };
        let [vn_from, vn_to] = [from, to].map(|bus| self.network.buses[bus].vn_kv);
        let mut real = |name| self.real(element, name, 0.0);
        let (r_ohm, x_ohm) = (real("r"), real("x"));
        let ends = [(real("g1"), real("b1"), vn_from), (real("g2"), real("b2"), vn_to)];
        let rating = self.rating(element, "1");
        let is_even =
            ends[0].0.to_bits() == ends[1].0.to_bits() && ends[0].1.to_bits() == ends[1].1.to_bits();
        let (impedance, end_shunts) = if is_even {
            let sum = (ends[0].0 + ends[1].0, ends[0].1 + ends[1].1);
            let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us: sum.0 * 1e6, b_us: sum.1 * 1e6 };
            (impedance, [EndShunt::default(); 2])
        } else {
            let end = |(g, b, vn): (f64, f64, f64)| EndShunt { g_mw: g * vn * vn, b_mvar: b * vn * vn };
            (LineImpedance::Ohm { r_ohm, x_ohm, g_us: 0.0, b_us: 0.0 }, ends.map(end))
        };
        let id = Name::from(element.id());
        let name = element.attribute("name").unwrap_or_default().trim().to_owned();
        let (origin, sbase_mva) = (self.origin(element), self.network.sbase_mva);
        let shunts = ends.map(|(g, b, _)| (g, b));
        if let Some(uneven) =
            between_levels(&id, [from, to], [vn_from, vn_to], (r_ohm, x_ohm), shunts, sbase_mva)
        {
            let in_service = closed == [true, true];
            if closed[0] != closed[1] {
                self.open_at_one_end(element, false);
            }
            self.network.transformers.push(Transformer { name, rating, in_service, origin, ..uneven });
            return;
        }
        let line = Line::new(id, from, to, impedance);
        let line = Line { name, end_shunts, rating, origin, ..line };
        let is_charged = open_end::push(&mut self.network, line, closed);
        if closed[0] != closed[1] {
            self.open_at_one_end(element, is_charged);
        }
    }

    /// What the tap changers of a winding (`""`, `1`, `2`, `3` behind their names) make of it where they stand.
    fn steps(&mut self, element: &Element, side: &str) -> Steps {
        let mut steps = Steps { rho: 1.0, alpha_deg: 0.0, factors: [1.0; 4] };
        for (name, is_phase) in
            [(format!("ratioTapChanger{side}"), false), (format!("phaseTapChanger{side}"), true)]
        {
            let Some(changer) = element.first(&name) else { continue };
            let low = self.real(changer, "lowTapPosition", 0.0);
            let position = self.real(changer, "tapPosition", low) - low;
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let at = position.clamp(0.0, 1e6) as usize;
            let Some(step) = changer.all("step").nth(at) else {
                let (what, line) = (element.what(), changer.line);
                self.report.error(Code::Value, |draft| {
                    draft
                        .at(line, format!("{what}: its tap changer has no step {position}"))
                        .element(what)
                        .field("tapPosition")
                        .help("export the network again")
                });
                continue;
            };
            steps.rho *= self.real(step, "rho", 1.0);
            if is_phase {
                steps.alpha_deg += self.real(step, "alpha", 0.0);
            }
            for (factor, name) in steps.factors.iter_mut().zip(["r", "x", "g", "b"]) {
                *factor *= 1.0 + self.real(step, name, 0.0) / 100.0;
            }
            if changer.is("regulating", false) {
                self.count("tap changers that regulate: they stay where they stand");
            }
        }
        steps
    }

    pub(super) fn transformer(&mut self, element: &Element) {
        let Some(([from, to], closed)) = self.ends(element) else { return };
        let in_service = closed == [true, true];
        if closed[0] != closed[1] {
            self.open_at_one_end(element, false);
        }
        let [vn_from, vn_to] = [from, to].map(|bus| self.network.buses[bus].vn_kv);
        let mut real = |name| self.real(element, name, 0.0);
        let (r, x, g, b) = (real("r"), real("x"), real("g"), real("b"));
        let rated = [real("ratedU1"), real("ratedU2")];
        if rated.iter().chain([&vn_from, &vn_to]).any(|&kv| kv <= 0.0) {
            let (what, line) = (element.what(), element.line);
            self.report.error(Code::Value, |draft| {
                draft
                    .at(
                        line,
                        format!(
                            "{what}: rated {} and {} kV at levels of {vn_from} and {vn_to} kV",
                            rated[0], rated[1]
                        ),
                    )
                    .element(what)
                    .help("all of them must be above 0")
            });
            return;
        }
        let rating = self.rating(element, "1");
        let steps = self.steps(element, "");
        let sbase_mva = self.network.sbase_mva;
        let zbase = vn_to * vn_to / sbase_mva;
        let rho = rated[1] / rated[0] * steps.rho;
        // Our ratio is V1 over V2, on the rated voltages of the levels.
        let ratio_pu = vn_to / vn_from / rho;
        // Behind the ratio, before the series impedance: seen from side 1 by the square of the ratio.
        let outside = vn_to * vn_to / (ratio_pu * ratio_pu);
        let [fr, fx, fg, fb] = steps.factors;
        let impedance = TransformerImpedance::PerUnit {
            r_pu: r * fr / zbase,
            x_pu: x * fx / zbase,
            g_pu: 0.0,
            b_pu: 0.0,
            sbase_mva,
        };
        self.network.transformers.push(Transformer {
            name: element.attribute("name").unwrap_or_default().trim().to_owned(),
            ratio_pu,
            shift_deg: -steps.alpha_deg,
            end_shunts: [EndShunt { g_mw: g * fg * outside, b_mvar: b * fb * outside }, EndShunt::default()],
            rating,
            in_service,
            origin: self.origin(element),
            ..Transformer::new(element.id(), from, to, impedance)
        });
    }

    pub(super) fn transformer3(&mut self, element: &Element) {
        let level = |side: &str| {
            element.attribute(&format!("voltageLevelId{side}")).unwrap_or_default().trim().to_owned()
        };
        let mut windings = Vec::with_capacity(3);
        let (mut r, mut x) = ([0.0; 3], [0.0; 3]);
        let rated0 = self.real(element, "ratedU0", 0.0);
        let sbase_mva = self.network.sbase_mva;
        let mut no_load = (0.0, 0.0);
        for (k, side) in ["1", "2", "3"].into_iter().enumerate() {
            let Some((bus, is_in)) = self.terminal(element, &level(side), side) else { return };
            let vn_kv = self.network.buses[bus].vn_kv;
            let rated = self.real(element, &format!("ratedU{side}"), 0.0);
            let base = if rated0 > 0.0 { rated0 } else { rated };
            if rated <= 0.0 || vn_kv <= 0.0 {
                self.unknown(element, "winding of a rated voltage");
                return;
            }
            let steps = self.steps(element, side);
            let zbase = base * base / sbase_mva;
            let mut real = |name: &str| self.real(element, &format!("{name}{side}"), 0.0);
            (r[k], x[k]) = (real("r") * steps.factors[0] / zbase, real("x") * steps.factors[1] / zbase);
            let (g, b) = (real("g") * zbase * steps.factors[2], real("b") * zbase * steps.factors[3]);
            if k == 0 {
                no_load = (g, b);
            } else if (g, b) != (0.0, 0.0) {
                self.count("shunts of second and third windings");
            }
            windings.push(Winding {
                ratio_pu: rated / vn_kv / steps.rho,
                shift_deg: -steps.alpha_deg,
                in_service: is_in,
                ..Winding::new(bus)
            });
        }
        let Ok(windings) = <[Winding; 3]>::try_from(windings) else { return };
        let sum = |z: &[f64; 3]| [z[0] + z[1], z[1] + z[2], z[2] + z[0]];
        self.network.transformers3.push(Transformer3 {
            id: Name::from(element.id()),
            name: element.attribute("name").unwrap_or_default().trim().to_owned(),
            windings,
            impedance: StarImpedance::PerUnit {
                r_pu: sum(&r),
                x_pu: sum(&x),
                g_pu: no_load.0,
                b_pu: no_load.1,
                sbase_mva,
            },
            vector_group: Name::default(),
            built: true,
            in_service: true,
            origin: self.origin(element),
        });
    }
}
