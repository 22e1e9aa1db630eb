//! Loads, shunts, external grids and voltage sources.

use super::tables::Object;
use super::{OPEN_LIMIT, Reader};
use crate::finding::Code;
use crate::model::{Bank, Block, Control, Generator, GeneratorKind, Load, LoadModel, Shunt};
use num_complex::Complex64;

/// Columns of a power: active, reactive, apparent, and its factor with the side it is on.
pub(super) struct PowerColumns {
    pub(super) p: &'static str,
    pub(super) q: &'static str,
    pub(super) s: &'static str,
    pub(super) factor: &'static str,
}

const LOAD: PowerColumns = PowerColumns { p: "plini", q: "qlini", s: "slini", factor: "coslini" };

impl<'t> Reader<'t> {
    pub(super) fn injections(&mut self) {
        self.name_all(&["ElmLod", "ElmLodmv", "ElmLodlv"]);
        for object in self.tables.of("ElmLod") {
            self.load(object, 1.0);
        }
        for object in self.tables.of("ElmLodmv") {
            self.load(object, 1.0);
        }
        // Low-voltage loads are in kW and kvar.
        for object in self.tables.of("ElmLodlv") {
            self.load(object, 1e-3);
        }
        self.name_all(&["ElmSym", "ElmAsm", "ElmGenstat", "ElmPvsys", "ElmXnet", "ElmVac", "ElmSvs"]);
        self.machines();
        for object in self.tables.of("ElmXnet") {
            self.external(object);
        }
        for object in self.tables.of("ElmVac") {
            self.source(object);
        }
        self.name_all(&["ElmShnt"]);
        for object in self.tables.of("ElmShnt") {
            self.shunt(object);
        }
    }

    /// A power as the object's input mode gives it: `PQ`, or two of P, Q, S and the power factor.
    pub(super) fn power(&mut self, object: Object<'t>, columns: &PowerColumns) -> (f64, f64) {
        let mode = object.text("mode_inp").unwrap_or("PQ");
        let capacitive = self.flag(object, "pf_recap", false);
        let factor = self.maybe(object, columns.factor).map(|cos| cos.abs().clamp(0.0, 1.0));
        let (p, q, s) =
            (self.maybe(object, columns.p), self.maybe(object, columns.q), self.maybe(object, columns.s));
        let sign = if capacitive { -1.0 } else { 1.0 };
        let rest = |whole: f64, part: f64| (whole * whole - part * part).max(0.0).sqrt();
        let tan = |cos: f64| if cos > 0.0 { rest(1.0, cos) / cos } else { 0.0 };
        let by_mode = match (mode, p, q, s, factor) {
            ("PC", Some(p), _, _, Some(cos)) => Some((p, sign * p.abs() * tan(cos))),
            ("SC", _, _, Some(s), Some(cos)) => Some((s * cos, sign * s * rest(1.0, cos))),
            ("QC", _, Some(q), _, Some(cos)) if tan(cos) > 0.0 => Some((q.abs() / tan(cos), q)),
            ("SP", Some(p), _, Some(s), _) => Some((p, sign * rest(s, p))),
            ("SQ", _, Some(q), Some(s), _) => Some((rest(s, q), q)),
            _ => None,
        };
        let given = by_mode.or_else(|| Some((p?, q?))).or_else(|| match (p, q, s, factor) {
            (Some(p), None, _, Some(cos)) => Some((p, sign * p.abs() * tan(cos))),
            (None, None, Some(s), Some(cos)) => Some((s * cos, sign * s * rest(1.0, cos))),
            (Some(p), None, ..) => Some((p, 0.0)),
            _ => None,
        });
        if given.is_none() {
            self.lacks(object, columns.p);
        }
        given.unwrap_or_default()
    }

    fn load(&mut self, object: Object<'t>, unit: f64) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let scale = self.real(object, "scale0", 1.0) * unit;
        let (p, q) = self.power(object, &LOAD);
        // Medium-voltage loads carry the generation behind them.
        let fed = self.real(object, "pgini", 0.0) * self.real(object, "gscale", 1.0);
        let model = self.load_model(object);
        let load = Load {
            model,
            in_service: is_closed && !self.flag(object, "outserv", false),
            origin: self.origin(object),
            ..Load::new(self.id(object), bus, p * scale - fed, q * scale)
        };
        self.network.loads.push(load);
    }

    /// How a load follows the voltage by its type: `aP·v^kpu0 + bP·v^kpu1 + (1 − aP − bP)·v^kpu`, and likewise for Q.
    fn load_model(&mut self, object: Object<'t>) -> LoadModel {
        let Some(of) = object.pointer("typ_id").filter(|of| of.class() == "TypLod") else {
            return LoadModel::Power;
        };
        let (p, q) = (self.load_parts(of, ["aP", "bP", "kpu"]), self.load_parts(of, ["aQ", "bQ", "kqu"]));
        let follows = |parts: &[(f64, f64); 3]| {
            parts.iter().any(|&(share, exponent)| share.abs() > 1e-9 && exponent != 0.0)
        };
        if !follows(&p) && !follows(&q) {
            return LoadModel::Power;
        }
        if !self.loads_follow {
            self.count("loads whose type follows the voltage: their power is taken as constant (no ComLdf with iopt_pq = 1)");
            return LoadModel::Power;
        }
        let alone = |parts: &[(f64, f64); 3]| {
            let mut whole = parts.iter().filter(|(share, _)| share.abs() > 1e-9);
            let first = whole.next().copied();
            first.filter(|_| whole.next().is_none()).map(|(_, exponent)| exponent)
        };
        if let (Some(p_exponent), Some(q_exponent)) = (alone(&p), alone(&q)) {
            return LoadModel::Exponential { p_exponent, q_exponent };
        }
        let share = |parts: &[(f64, f64); 3], wanted: f64| -> f64 {
            parts
                .iter()
                .filter(|(_, exponent)| (exponent - wanted).abs() < 1e-9)
                .map(|(share, _)| share)
                .sum()
        };
        let is_zip = |parts: &[(f64, f64); 3]| {
            parts
                .iter()
                .all(|&(share, e)| share.abs() < 1e-9 || [0.0, 1.0, 2.0].iter().any(|w| (e - w).abs() < 1e-9))
        };
        if is_zip(&p) && is_zip(&q) {
            return LoadModel::Zip {
                p_current: share(&p, 1.0),
                p_impedance: share(&p, 2.0),
                q_current: share(&q, 1.0),
                q_impedance: share(&q, 2.0),
            };
        }
        self.count("loads of several exponents other than 0, 1 and 2: their power is taken as constant");
        LoadModel::Power
    }

    /// Shares of a load type with their exponents.
    fn load_parts(&mut self, of: Object<'t>, [first, second, exponent]: [&str; 3]) -> [(f64, f64); 3] {
        let (a, b) = (self.real(of, first, 0.0), self.real(of, second, 0.0));
        let mut power = |end: &str, default: f64| self.real(of, &format!("{exponent}{end}"), default);
        [(a, power("0", 0.0)), (b, power("1", 1.0)), (1.0 - a - b, power("", 0.0))]
    }

    /// An external grid: by its bus type the slack, a voltage or a power.
    fn external(&mut self, object: Object<'t>) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let control = match object.text("bustp").unwrap_or("SL") {
            "PQ" => Control::Fixed,
            "PV" => Control::Voltage,
            _ => Control::Slack,
        };
        let origin = self.origin(object);
        let in_service = is_closed && !self.flag(object, "outserv", false);
        if control == Control::Slack && in_service {
            self.network.buses[bus].va_start_deg = Some(self.real(object, "phiini", 0.0));
        }
        let (p, q_mvar) = (self.real(object, "pgini", 0.0), self.real(object, "qgini", 0.0));
        let vm = self.real(object, "usetp", 1.0);
        let limit = |value: Option<f64>| value.filter(|limit| limit.abs() < OPEN_LIMIT);
        let (low, high) = (self.maybe(object, "cQ_min"), self.maybe(object, "cQ_max"));
        self.network.generators.push(Generator {
            name: Self::other_name(object),
            kind: GeneratorKind::Boundary,
            q_mvar,
            q_min_mvar: limit(low),
            q_max_mvar: limit(high),
            in_service,
            origin,
            ..Generator::new(self.id(object), bus, control, p, vm)
        });
    }

    /// A voltage source, or a ward: powers and an admittance.
    fn source(&mut self, object: Object<'t>) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let in_service = is_closed && !self.flag(object, "outserv", false);
        let (id, origin) = (self.id(object), self.origin(object));
        match self.whole(object, "itype", 0) {
            0 => {
                if in_service {
                    self.network.buses[bus].va_start_deg = Some(self.real(object, "phisetp", 0.0));
                }
                let vm = self.real(object, "usetp", 1.0);
                let source = Generator::new(id, bus, Control::Slack, 0.0, vm);
                let kind = GeneratorKind::Boundary;
                self.network.generators.push(Generator { kind, in_service, origin, ..source });
            }
            2 => {
                let mut real = |column: &str| self.real(object, column, 0.0);
                let p = real("Pload") - real("Pgen");
                let q = real("Qload") - real("Qgen");
                let (g_mw, drawn) = (real("Pzload"), real("Qzload"));
                let load = Load::new(id.clone(), bus, p, q);
                self.network.loads.push(Load { in_service, origin: origin.clone(), ..load });
                let shunt = Shunt::new(id, bus, g_mw, -drawn);
                self.network.shunts.push(Shunt { in_service, origin, ..shunt });
            }
            _ => self.warn(
                object,
                Code::NotUsed,
                "is an extended ward or another kind of source, and it is left out",
                "replace it by an ElmXnet behind an impedance",
            ),
        }
    }

    /// A shunt of equal steps: capacitor, reactor, or a filter of both, by its admittance at rated frequency.
    fn shunt(&mut self, object: Object<'t>) {
        let Some([(bus, is_closed)]) = self.ends::<1>(object) else { return };
        let vn_kv = self.network.buses[bus].vn_kv;
        let rated = self.real(object, "ushnm", vn_kv);
        let kind = self.whole(object, "shtype", 2);
        let (b_us, x, r) =
            (self.maybe(object, "bcap"), self.maybe(object, "xrea"), self.real(object, "rrea", 0.0));
        let parallel = self.real(object, "rpara", 0.0);
        let squared = rated * rated;
        let of_power = |mvar: Option<f64>| {
            mvar.filter(|_| squared > 0.0).map(|mvar| Complex64::new(0.0, mvar / squared))
        };
        let (capacitor, reactor) = (self.maybe(object, "qcapn"), self.maybe(object, "qrean"));
        let inverse = |z: Complex64| if z.norm_sqr() > 0.0 { 1.0 / z } else { Complex64::ZERO };
        let step = match kind {
            // R-L-C in series
            0 => b_us.zip(x).filter(|(b, _)| *b > 0.0).map(|(b, x)| inverse(Complex64::new(r, x - 1e6 / b))),
            1 => x
                .filter(|&x| x != 0.0 || r != 0.0)
                .map(|x| inverse(Complex64::new(r, x)))
                .or_else(|| of_power(reactor.or(capacitor).map(|mvar| -mvar.abs()))),
            2 => b_us
                .map(|b| Complex64::new(self.real(object, "gparac", 0.0), b) * 1e-6)
                .or_else(|| of_power(capacitor)),
            // a coil with a resistance beside it, behind a capacitor
            3 => b_us.zip(x).filter(|(b, _)| *b > 0.0).map(|(b, x)| {
                let coil = Complex64::new(r, x);
                let beside = if parallel > 0.0 { inverse(inverse(coil) + 1.0 / parallel) } else { coil };
                inverse(beside - Complex64::new(0.0, 1e6 / b))
            }),
            _ => None,
        };
        let Some(step) = step else {
            let (what, line) = (object.what(), object.line());
            self.report.error(Code::Unsupported, |draft| {
                draft
                    .at(line, format!("{what} is of type {kind} and has no figures that give its admittance"))
                    .element(what)
                    .field("shtype")
                    .help("export bcap and gparac of capacitors, xrea and rrea of reactors, or qcapn and qrean with ushnm; types 0 to 3 are read")
            });
            return;
        };
        let in_steps = self.whole(object, "ncapa", 1);
        let most = self.whole(object, "ncapx", in_steps.max(1));
        let power = vn_kv * vn_kv;
        let count = f64::from(in_steps);
        let step_mvar = step.im * power;
        let bank = (most > 1 && step_mvar != 0.0).then(|| Bank {
            blocks: vec![Block { steps: u32::try_from(most).unwrap_or(1), step_mvar }],
            control: None,
        });
        if self.flag(object, "iswitch", false) {
            self.count("ElmShnt that switch themselves: they stay where they stand");
        }
        let in_service = is_closed && !self.flag(object, "outserv", false);
        self.network.shunts.push(Shunt {
            bank,
            in_service,
            origin: self.origin(object),
            ..Shunt::new(self.id(object), bus, step.re * power * count, step_mvar * count)
        });
    }
}
