//! Equipment: what hangs in a level, and the branches between levels.

use super::Reader;
use super::element::Element;
use crate::finding::Code;
use crate::ids::{BusId, GeneratorId};
use crate::model::{
    Compensator, CompensatorKind, CompensatorLimits, Control, ConverterAc, DcLink, EndShunt, Generator, Lcc,
    LccConverter, LccOrder, LccSetpoint, Line, LineImpedance, Load, LoadModel, Name, Rating, RatingUnit,
    Shunt, StarImpedance, Transformer, Transformer3, TransformerImpedance, Vsc, VscConverter, VscDc, Winding,
};

/// Limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

/// A converter station of a direct-current line.
#[derive(Clone)]
pub(super) struct Station {
    bus: BusId,
    is_in: bool,
    is_vsc: bool,
    loss_percent: f64,
    ac: ConverterAc,
    limits: [Option<f64>; 2],
}

/// What the tap changers of a transformer make of it at their positions.
struct Steps {
    rho: f64,
    alpha_deg: f64,
    /// Factors on r, x, g, b.
    factors: [f64; 4],
}

impl Reader<'_> {
    pub(super) fn equipment(&mut self, root: &Element) {
        let levels = root.all("substation").flat_map(|station| station.all("voltageLevel"));
        for level in levels.chain(root.all("voltageLevel")) {
            for element in &level.children {
                self.in_level(element, level);
            }
        }
        let stations: Vec<&Element> = root.all("substation").collect();
        for parent in stations.iter().copied().chain([root]) {
            for element in &parent.children {
                match element.name.as_str() {
                    "line" => self.line(element),
                    "twoWindingsTransformer" => self.transformer(element),
                    "threeWindingsTransformer" => self.transformer3(element),
                    "hvdcLine" => self.hvdc(element),
                    "tieLine" => self.left_out(element),
                    _ => {}
                }
            }
        }
        for extension in root.all("extension") {
            if let Some(terminal) = extension.first("slackTerminal") {
                let id = terminal.attribute("id").unwrap_or_default().trim().to_owned();
                let side = terminal.attribute("side").unwrap_or_default().to_owned();
                if let Some(&bus) = self.terminals.get(&(id, side)) {
                    self.slack.push(bus);
                }
            }
        }
    }

    fn in_level(&mut self, element: &Element, level: &Element) {
        match element.name.as_str() {
            "load" => self.load(element, level.id()),
            "generator" => self.generator(element, level.id()),
            "battery" => self.battery(element, level.id()),
            // Called so up to version 1.16, and so from 1.17 on.
            "shunt" | "shuntCompensator" => self.shunt(element, level.id()),
            "staticVarCompensator" => self.compensator(element, level.id()),
            "danglingLine" | "boundaryLine" => self.dangling(element, level),
            "vscConverterStation" | "lccConverterStation" => self.station(element, level.id()),
            "busBreakerTopology" | "nodeBreakerTopology" | "property" | "alias" => {}
            other => {
                let other = other.to_owned();
                self.count(&other);
            }
        }
    }

    fn left_out(&mut self, element: &Element) {
        let (what, line) = (element.what(), element.line);
        self.report.warning(Code::NotUsed, |draft| {
            draft
                .at(line, format!("{what} is not modelled, and it is left out"))
                .element(what)
                .help("the load flow is not that of the file: merge the networks, or replace it by a line")
        });
    }

    fn load(&mut self, element: &Element, level: &str) {
        let Some((bus, in_service)) = self.terminal(element, level, "") else { return };
        let (p, q) = (self.real(element, "p0", 0.0), self.real(element, "q0", 0.0));
        let mut model = LoadModel::Power;
        if let Some(zip) = element.first("zipModel") {
            model = LoadModel::Zip {
                p_current: self.real(zip, "c1p", 0.0),
                p_impedance: self.real(zip, "c2p", 0.0),
                q_current: self.real(zip, "c1q", 0.0),
                q_impedance: self.real(zip, "c2q", 0.0),
            };
        } else if let Some(law) = element.first("exponentialModel") {
            model = LoadModel::Exponential {
                p_exponent: self.real(law, "np", 0.0),
                q_exponent: self.real(law, "nq", 0.0),
            };
        }
        let origin = self.origin(element);
        self.network.loads.push(Load { model, in_service, origin, ..Load::new(element.id(), bus, p, q) });
    }

    /// Reactive limits: a range, or the widest of a curve.
    fn reactive_limits(&mut self, element: &Element) -> [Option<f64>; 2] {
        let open = |limit: f64| (limit.abs() < OPEN_LIMIT).then_some(limit);
        if let Some(range) = element.first("minMaxReactiveLimits") {
            let (low, high) = (self.real(range, "minQ", -f64::MAX), self.real(range, "maxQ", f64::MAX));
            return [open(low), open(high)];
        }
        [None, None]
    }

    fn generator(&mut self, element: &Element, level: &str) {
        let Some((bus, in_service)) = self.terminal(element, level, "") else { return };
        let regulates = element.is("voltageRegulatorOn", false);
        let [q_min_mvar, q_max_mvar] = self.reactive_limits(element);
        let mut capability = Vec::new();
        if let Some(curve) = element.first("reactiveCapabilityCurve") {
            for point in curve.all("point") {
                capability.push(crate::model::Capability {
                    p_mw: self.real(point, "p", 0.0),
                    q_min_mvar: self.real(point, "minQ", 0.0),
                    q_max_mvar: self.real(point, "maxQ", 0.0),
                });
            }
            capability.sort_by(|a, b| a.p_mw.total_cmp(&b.p_mw));
        }
        let (p_min, p_max) = (self.real(element, "minP", -f64::MAX), self.real(element, "maxP", f64::MAX));
        let open = |limit: f64| (limit.abs() < OPEN_LIMIT).then_some(limit);
        let (p, q_mvar) = (self.real(element, "targetP", 0.0), self.real(element, "targetQ", 0.0));
        let target_kv = self.real(element, "targetV", 0.0);
        let control = if regulates { Control::Voltage } else { Control::Fixed };
        let sn_mva = self.maybe(element, "ratedS").filter(|&mva| mva > 0.0);
        let origin = self.origin(element);
        let machine = self.network.generators.push(Generator {
            name: element.attribute("name").unwrap_or_default().trim().to_owned(),
            q_mvar,
            p_min_mw: open(p_min),
            p_max_mw: open(p_max),
            q_min_mvar,
            q_max_mvar,
            capability,
            sn_mva,
            in_service,
            origin,
            ..Generator::new(element.id(), bus, control, p, 1.0)
        });
        self.holds(element, machine, target_kv);
    }

    /// Notes which terminal a machine regulates.
    fn holds(&mut self, element: &Element, machine: GeneratorId, target_kv: f64) {
        let terminal = element.first("regulatingTerminal");
        let of = |name: &str| terminal.and_then(|t| t.attribute(name)).unwrap_or_default().trim().to_owned();
        self.regulating.push((machine, of("id"), of("side"), target_kv));
    }

    fn battery(&mut self, element: &Element, level: &str) {
        let Some((bus, in_service)) = self.terminal(element, level, "") else { return };
        let (p, q_mvar) = (self.real(element, "targetP", 0.0), self.real(element, "targetQ", 0.0));
        let origin = self.origin(element);
        let fixed = Generator::new(element.id(), bus, Control::Fixed, p, 1.0);
        self.network.generators.push(Generator { q_mvar, in_service, origin, ..fixed });
    }

    fn shunt(&mut self, element: &Element, level: &str) {
        let Some((bus, in_service)) = self.terminal(element, level, "") else { return };
        let sections = self.real(element, "sectionCount", 0.0);
        let (mut g, mut b) = (0.0, 0.0);
        if let Some(linear) = element.first("shuntLinearModel") {
            (g, b) = (
                self.real(linear, "gPerSection", 0.0) * sections,
                self.real(linear, "bPerSection", 0.0) * sections,
            );
        } else if let Some(steps) = element.first("shuntNonLinearModel") {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
            let at = sections.clamp(0.0, 1e6) as usize;
            // Each section says what is in with it and all before it.
            if let Some(section) = at.checked_sub(1).and_then(|at| steps.all("section").nth(at)) {
                (g, b) = (self.real(section, "g", 0.0), self.real(section, "b", 0.0));
            }
        } else {
            b = self.real(element, "bPerSection", 0.0) * self.real(element, "currentSectionCount", sections);
        }
        let vn_kv = self.network.buses[bus].vn_kv;
        let power = vn_kv * vn_kv;
        let origin = self.origin(element);
        self.network.shunts.push(Shunt {
            in_service,
            origin,
            ..Shunt::new(element.id(), bus, g * power, b * power)
        });
    }

    fn compensator(&mut self, element: &Element, level: &str) {
        let Some((bus, in_service)) = self.terminal(element, level, "") else { return };
        let vn_kv = self.network.buses[bus].vn_kv;
        let power = vn_kv * vn_kv;
        let (low, high) = (self.real(element, "bMin", 0.0) * power, self.real(element, "bMax", 0.0) * power);
        let target = self.real(element, "voltageSetpoint", 0.0).max(self.real(element, "targetV", 0.0));
        let mode = element.attribute("regulationMode").unwrap_or("VOLTAGE");
        if mode == "VOLTAGE" && target > 0.0 && vn_kv > 0.0 {
            let origin = self.origin(element);
            self.network.compensators.push(Compensator {
                id: Name::from(element.id()),
                name: String::new(),
                bus,
                regulated_bus: None,
                kind: CompensatorKind::Svc,
                vm_setpoint_pu: target / vn_kv,
                slope_percent: 0.0,
                limits: CompensatorLimits { min_mvar: low.min(high), max_mvar: high.max(low) },
                built: true,
                in_service,
                origin,
            });
            return;
        }
        let q = self.real(element, "reactivePowerSetpoint", 0.0);
        let origin = self.origin(element);
        // A set-point of that model is drawn.
        let fixed = Generator::new(element.id(), bus, Control::Fixed, 0.0, 1.0);
        self.network.generators.push(Generator { q_mvar: -q, in_service, origin, ..fixed });
    }

    /// A line to the border: its far end becomes a bus with what is drawn there.
    fn dangling(&mut self, element: &Element, level: &Element) {
        let Some((from, in_service)) = self.terminal(element, level.id(), "") else { return };
        let vn_kv = self.network.buses[from].vn_kv;
        let origin = self.origin(element);
        let id = element.id();
        let border = self.network.buses.push(crate::model::Bus {
            origin: origin.clone(),
            ..crate::model::Bus::new(format!("{id}_border"), vn_kv)
        });
        let (p, q) = (self.real(element, "p0", 0.0), self.real(element, "q0", 0.0));
        self.network.loads.push(Load { origin: origin.clone(), in_service, ..Load::new(id, border, p, q) });
        let mut real = |name| self.real(element, name, 0.0);
        let impedance = LineImpedance::Ohm { r_ohm: real("r"), x_ohm: real("x"), g_us: 0.0, b_us: 0.0 };
        // The shunt of a border line stands at its own end.
        let near = EndShunt { g_mw: real("g") * vn_kv * vn_kv, b_mvar: real("b") * vn_kv * vn_kv };
        self.network.lines.push(Line {
            id: Name::from(id),
            name: String::new(),
            row: Name::from(id),
            circuit: 0,
            from,
            to: border,
            impedance,
            end_shunts: [near, EndShunt::default()],
            series: None,
            rating: Rating::default(),
            built: true,
            in_service,
            origin,
        });
    }

    /// Both ends of a branch, and whether it is connected at both.
    fn ends(&mut self, element: &Element) -> Option<([BusId; 2], bool)> {
        let level = |side: &str| {
            element.attribute(&format!("voltageLevelId{side}")).unwrap_or_default().trim().to_owned()
        };
        let first = self.terminal(element, &level("1"), "1");
        let second = self.terminal(element, &level("2"), "2");
        let ((a, a_in), (b, b_in)) = first.zip(second)?;
        if a_in != b_in {
            let (what, line) = (element.what(), element.line);
            self.report.note(Code::Assumed, |draft| {
                draft.at(line, format!("{what} is open at one end: it is switched off at both")).element(what)
            });
        }
        Some(([a, b], a_in && b_in))
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

    fn line(&mut self, element: &Element) {
        let Some(([from, to], in_service)) = self.ends(element) else { return };
        let [vn_from, vn_to] = [from, to].map(|bus| self.network.buses[bus].vn_kv);
        let mut real = |name| self.real(element, name, 0.0);
        let (r_ohm, x_ohm) = (real("r"), real("x"));
        let ends = [(real("g1"), real("b1"), vn_from), (real("g2"), real("b2"), vn_to)];
        let rating = self.rating(element, "1");
        let (impedance, end_shunts) = if ends[0].0 == ends[1].0 && ends[0].1 == ends[1].1 {
            let sum = (ends[0].0 + ends[1].0, ends[0].1 + ends[1].1);
            let impedance = LineImpedance::Ohm { r_ohm, x_ohm, g_us: sum.0 * 1e6, b_us: sum.1 * 1e6 };
            (impedance, [EndShunt::default(); 2])
        } else {
            let end = |(g, b, vn): (f64, f64, f64)| EndShunt { g_mw: g * vn * vn, b_mvar: b * vn * vn };
            (LineImpedance::Ohm { r_ohm, x_ohm, g_us: 0.0, b_us: 0.0 }, ends.map(end))
        };
        let id = element.id();
        if (vn_from - vn_to).abs() > 1e-6 * vn_from {
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
            let end = |(g, b, vn): (f64, f64, f64)| EndShunt { g_mw: g * vn * vn, b_mvar: b * vn * vn };
            self.network.transformers.push(Transformer {
                ratio_pu: vn_to / vn_from,
                end_shunts: ends.map(end),
                rating,
                in_service,
                origin: self.origin(element),
                ..Transformer::new(id, from, to, per_unit)
            });
            return;
        }
        self.network.lines.push(Line {
            id: Name::from(id),
            name: element.attribute("name").unwrap_or_default().trim().to_owned(),
            row: Name::from(id),
            circuit: 0,
            from,
            to,
            impedance,
            end_shunts,
            series: None,
            rating,
            built: true,
            in_service,
            origin: self.origin(element),
        });
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

    fn transformer(&mut self, element: &Element) {
        let Some(([from, to], in_service)) = self.ends(element) else { return };
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

    fn transformer3(&mut self, element: &Element) {
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

    fn station(&mut self, element: &Element, level: &str) {
        let Some((bus, is_in)) = self.terminal(element, level, "") else { return };
        let vn_kv = self.network.buses[bus].vn_kv;
        let is_vsc = element.name == "vscConverterStation";
        let held = element.is("voltageRegulatorOn", false);
        let target = self.real(element, "voltageSetpoint", vn_kv);
        let ac = if held && vn_kv > 0.0 {
            ConverterAc::Voltage(target / vn_kv)
        } else {
            ConverterAc::Reactive(self.real(element, "reactivePowerSetpoint", 0.0))
        };
        let station = Station {
            bus,
            is_in,
            is_vsc,
            loss_percent: self.real(element, "lossFactor", 0.0),
            ac,
            limits: self.reactive_limits(element),
        };
        self.stations.insert(element.id().to_owned(), station);
    }

    fn hvdc(&mut self, element: &Element) {
        let station = |this: &Self, name: &str| {
            this.stations.get(element.attribute(name).unwrap_or_default().trim()).cloned()
        };
        let both = station(self, "converterStation1").zip(station(self, "converterStation2"));
        let Some((first, second)) = both else {
            self.unknown(element, "converter station");
            return;
        };
        let p = self.real(element, "activePowerSetpoint", 0.0);
        let (r_ohm, kv) = (self.real(element, "r", 0.0), self.real(element, "nominalV", 0.0));
        let first_draws = element.attribute("convertersMode") != Some("SIDE_1_INVERTER_SIDE_2_RECTIFIER");
        let origin = self.origin(element);
        let in_service = first.is_in && second.is_in;
        let (rectifier, inverter) = if first_draws { (&first, &second) } else { (&second, &first) };
        let id = Name::from(element.id());
        if !first.is_vsc {
            let converter = |station: &Station| LccConverter {
                bus: station.bus,
                bridges: 1,
                angle_min_deg: 0.0,
                angle_max_deg: 90.0,
                rc_ohm: 0.0,
                xc_ohm: 0.0,
                vn_kv: kv,
                ratio_pu: 1.0,
                tap_pu: 1.0,
                tap_min_pu: 1.0,
                tap_max_pu: 1.0,
                tap_step_pu: 0.0,
            };
            self.network.dc_links.push(DcLink::Lcc(Box::new(Lcc {
                id,
                name: String::new(),
                setpoint: LccSetpoint { order: LccOrder::PowerAtRectifier(p), margin: 0.0 },
                r_ohm,
                vd_kv: kv,
                compounding_ohm: 0.0,
                rectifier: converter(rectifier),
                inverter: converter(inverter),
                built: true,
                in_service,
                origin,
            })));
            return;
        }
        // What the rectifier draws, less its loss, flows; the resistance and the inverter take theirs.
        let sent = p * (1.0 - rectifier.loss_percent / 100.0);
        let current = if kv > 0.0 { sent / kv } else { 0.0 };
        let arrived = (sent - r_ohm * current * current) * (1.0 - inverter.loss_percent / 100.0);
        let converter = |station: &Station, dc: VscDc, loss_kw: f64| VscConverter {
            bus: station.bus,
            dc,
            ac: station.ac,
            loss_kw,
            loss_kw_per_a: 0.0,
            sn_mva: None,
            q_min_mvar: station.limits[0],
            q_max_mvar: station.limits[1],
        };
        // The inverter feeds in what arrives; the losses of both stand as fixed ones.
        let converters = [
            converter(rectifier, VscDc::Voltage(kv), (p - sent) * 1000.0),
            converter(inverter, VscDc::Power(arrived), (sent - r_ohm * current * current - arrived) * 1000.0),
        ];
        self.network.dc_links.push(DcLink::Vsc(Box::new(Vsc {
            id,
            name: String::new(),
            r_ohm,
            converters,
            built: true,
            in_service,
            origin,
        })));
    }
}
