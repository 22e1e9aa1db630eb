//! Equipment: what hangs in a level, and the branches between levels.

use super::Reader;
use super::element::Element;
use crate::finding::Code;
use crate::ids::GeneratorId;
use crate::model::{
    Compensator, CompensatorKind, CompensatorLimits, Control, EndShunt, Generator, Line, LineImpedance, Load,
    LoadModel, Name, Shunt,
};

/// Limits from this on mean that there is none.
const OPEN_LIMIT: f64 = 9999.0;

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
    pub(super) fn reactive_limits(&mut self, element: &Element) -> [Option<f64>; 2] {
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
        let line = Line::new(id, from, border, impedance);
        self.network.lines.push(Line { end_shunts: [near, EndShunt::default()], in_service, origin, ..line });
    }
}
