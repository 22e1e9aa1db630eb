//! What tap changers make of the end of a transformer that they stand at.
//!
//! With `n` steps from the neutral one, each of `du` percent of the end's voltage:
//!
//! ```text
//! ratio        a = 1 + n·du                                  linear       α = n·dα
//! symmetrical  α = 2·atan(n·du/2), a = 1                     asymmetrical a·e^(jα) = 1 + n·du·e^(jθ)
//! table        a, α and percentages on r, x, g, b of its step
//! ```
//!
//! The end has `a` times its rated turns, and its bus leads the inside by `α`. A symmetrical or asymmetrical shifter whose
//! reactance follows its angle gives it at both ends of its range:
//!
//! ```text
//! symmetrical  x = xMin + (xMax − xMin)·(sin(α/2)/sin(αmax/2))²
//! asymmetrical x = xMin + (xMax − xMin)·(tan α/tan αmax · (sin θ − tan αmax·cos θ)/(sin θ − tan α·cos θ))²
//! ```
//!
//! Source: ENTSO-E, Phase Shift Transformers Modelling, 2014.

use super::Reader;
use super::objects::Object;
use crate::ids::BusId;
use crate::model::{Side, Tap, TapControl, TapTarget};

/// An end of a transformer with its tap changers at hand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Taps {
    /// Turns over rated ones, all tap changers together.
    pub(super) turns: f64,
    /// Turns without the ratio tap changer that [`Taps::tap`] is.
    pub(super) fixed_turns: f64,
    /// How far the bus leads the inside.
    pub(super) lead_deg: f64,
    /// Factors on r, x, g, b.
    pub(super) factors: [f64; 4],
    /// Reactance that takes the place of that of the transformer.
    pub(super) x_ohm: Option<f64>,
    /// The steps of a ratio tap changer that are all alike.
    pub(super) tap: Option<Tap>,
    /// What it holds.
    pub(super) control: Option<TapControl>,
}

impl Taps {
    pub(super) const NONE: Self = Self {
        turns: 1.0,
        fixed_turns: 1.0,
        lead_deg: 0.0,
        factors: [1.0; 4],
        x_ohm: None,
        tap: None,
        control: None,
    };
}

/// Where a tap changer stands.
struct Steps {
    position: i32,
    neutral: i32,
    low: i32,
    high: i32,
}

impl Steps {
    /// Steps from the neutral one.
    fn n(&self) -> f64 {
        f64::from(self.position) - f64::from(self.neutral)
    }

    /// The largest number of steps from the neutral one.
    fn most(&self) -> f64 {
        let far = |end: i32| (f64::from(end) - f64::from(self.neutral)).abs();
        far(self.low).max(far(self.high))
    }
}

/// The classes of tap changers that turn the angle.
const SHIFTERS: [&str; 4] = [
    "PhaseTapChangerLinear",
    "PhaseTapChangerSymmetrical",
    "PhaseTapChangerAsymmetrical",
    "PhaseTapChangerTabular",
];

impl<'o> Reader<'o> {
    /// The tap changers of an end.
    pub(super) fn taps(&mut self, end: &'o Object, changers: &[&'o Object]) -> Taps {
        let mut taps = Taps::NONE;
        for &changer in changers {
            let link = if &*changer.class == "RatioTapChanger" {
                "RatioTapChanger.TransformerEnd"
            } else {
                "PhaseTapChanger.TransformerEnd"
            };
            if changer.get(link) != Some(end.id.as_str()) {
                continue;
            }
            let steps = self.steps(changer);
            match &*changer.class {
                "RatioTapChanger" => self.ratio(changer, &steps, &mut taps),
                "PhaseTapChangerTabular" => {
                    self.table(changer, "PhaseTapChangerTabular.PhaseTapChangerTable", &steps, &mut taps);
                }
                "PhaseTapChangerLinear" => {
                    let step = self.real(changer, "PhaseTapChangerLinear.stepPhaseShiftIncrement", 0.0);
                    taps.lead_deg += step * steps.n();
                    let share = |n: f64| (n * step.to_radians() / 2.0).sin();
                    let far = share(steps.most());
                    self.reactance(changer, "PhaseTapChangerLinear", share(steps.n()) / far, &mut taps);
                }
                class => {
                    let is_symmetrical = class == "PhaseTapChangerSymmetrical";
                    self.shifter(changer, is_symmetrical, &steps, &mut taps);
                }
            }
            let holds = changer.is("TapChanger.controlEnabled", false);
            if holds && &*changer.class != "RatioTapChanger" {
                self.count("phase shifters that regulate: they stay where they stand");
            }
        }
        taps
    }

    /// All tap changers of the model.
    pub(super) fn changers(&mut self) -> Vec<&'o Object> {
        let mut all = self.take("RatioTapChanger");
        for class in SHIFTERS {
            all.extend(self.take(class));
        }
        for class in [
            "RatioTapChangerTable",
            "RatioTapChangerTablePoint",
            "PhaseTapChangerTable",
            "PhaseTapChangerTablePoint",
            "TapChangerControl",
        ] {
            self.take(class);
        }
        all
    }

    /// The step of SSH, else that of SV, else the normal one.
    fn steps(&mut self, changer: &'o Object) -> Steps {
        let mut whole = |name: &str| self.whole(changer, &format!("TapChanger.{name}"));
        let neutral = whole("neutralStep").unwrap_or(0);
        let (low, high) = (whole("lowStep").unwrap_or(neutral), whole("highStep").unwrap_or(neutral));
        let (given, normal) = (whole("step"), whole("normalStep"));
        let solved = self
            .objects
            .of("SvTapStep")
            .find(|state| state.get("SvTapStep.TapChanger") == Some(changer.id.as_str()));
        let solved = solved.and_then(|state| self.whole(state, "SvTapStep.position"));
        if given.zip(solved).is_some_and(|(given, solved)| given != solved) {
            self.count("tap changers that stand elsewhere in SV: the step of SSH is taken");
        }
        let position = given.or(solved).or(normal).unwrap_or(neutral);
        Steps { position, neutral, low: low.min(position), high: high.max(position) }
    }

    fn ratio(&mut self, changer: &'o Object, steps: &Steps, taps: &mut Taps) {
        if changer.get("RatioTapChanger.RatioTapChangerTable").is_some() {
            self.table(changer, "RatioTapChanger.RatioTapChangerTable", steps, taps);
            return;
        }
        let step_percent = self.real(changer, "RatioTapChanger.stepVoltageIncrement", 0.0);
        taps.turns *= 1.0 + steps.n() * step_percent / 100.0;
        if taps.tap.is_none() && step_percent != 0.0 {
            taps.tap = Some(Tap {
                side: Side::From,
                position: steps.position,
                neutral: steps.neutral,
                min: steps.low,
                max: steps.high,
                step_percent,
            });
            taps.control = self.tap_control(changer);
        } else {
            taps.fixed_turns *= 1.0 + steps.n() * step_percent / 100.0;
        }
    }

    /// What a ratio tap changer holds under load.
    fn tap_control(&mut self, changer: &'o Object) -> Option<TapControl> {
        let control = self.objects.linked(changer, "TapChanger.TapChangerControl")?;
        let bus = self.bus_of(control.get("RegulatingControl.Terminal"))?;
        let target_kv = self.maybe(control, "RegulatingControl.targetValue")?;
        let band_kv = self.real(control, "RegulatingControl.targetDeadband", 0.0).abs();
        let vn_kv = self.network.buses[bus].vn_kv;
        let is_voltage = control.word("RegulatingControl.mode") == "voltage";
        // A band as wide as half the voltage is no band: such a record was only carried along.
        if !is_voltage || vn_kv <= 0.0 || band_kv > 0.5 * vn_kv || target_kv <= 0.0 {
            return None;
        }
        let is_on = changer.is("TapChanger.controlEnabled", false)
            && changer.is("TapChanger.ltcFlag", true)
            && control.is("RegulatingControl.enabled", false);
        let target = TapTarget::Voltage {
            bus: Some(bus),
            min_pu: (target_kv - band_kv / 2.0) / vn_kv,
            max_pu: (target_kv + band_kv / 2.0) / vn_kv,
            drop: None,
        };
        Some(TapControl { target, active: is_on })
    }

    /// The point of a table at which a tap changer stands.
    fn table(&mut self, changer: &'o Object, link: &'static str, steps: &Steps, taps: &mut Taps) {
        let (points, of) = if link.starts_with("Ratio") {
            ("RatioTapChangerTablePoint", "RatioTapChangerTablePoint.RatioTapChangerTable")
        } else {
            ("PhaseTapChangerTablePoint", "PhaseTapChangerTablePoint.PhaseTapChangerTable")
        };
        let table = changer.get(link);
        let points = self.objects.of(points).filter(|point| table.is_some() && point.get(of) == table);
        let here = points.filter(|point| {
            let step = point.get("TapChangerTablePoint.step").and_then(|step| step.parse::<f64>().ok());
            step.is_some_and(|step| (step - f64::from(steps.position)).abs() < 0.5)
        });
        let Some(point) = here.last() else {
            self.told(
                changer,
                &format!("has no step {} in its table: it is taken as neutral", steps.position),
            );
            return;
        };
        let turns = self.real(point, "TapChangerTablePoint.ratio", 1.0);
        taps.turns *= turns;
        taps.fixed_turns *= turns;
        taps.lead_deg += self.real(point, "PhaseTapChangerTablePoint.angle", 0.0);
        for (factor, name) in taps.factors.iter_mut().zip(["r", "x", "g", "b"]) {
            *factor *= 1.0 + self.real(point, &format!("TapChangerTablePoint.{name}"), 0.0) / 100.0;
        }
    }

    fn shifter(&mut self, changer: &'o Object, is_symmetrical: bool, steps: &Steps, taps: &mut Taps) {
        let step = self.real(changer, "PhaseTapChangerNonLinear.voltageStepIncrement", 0.0) / 100.0;
        if is_symmetrical {
            let angle = |n: f64| 2.0 * (n * step / 2.0).atan();
            let share = (angle(steps.n()) / 2.0).sin() / (angle(steps.most()) / 2.0).sin();
            taps.lead_deg += angle(steps.n()).to_degrees();
            self.reactance(changer, "PhaseTapChangerNonLinear", share, taps);
            return;
        }
        let theta =
            self.real(changer, "PhaseTapChangerAsymmetrical.windingConnectionAngle", 90.0).to_radians();
        let end = |n: f64| (1.0 + n * step * theta.cos(), n * step * theta.sin());
        let (along, across) = end(steps.n());
        let turns = along.hypot(across);
        taps.turns *= turns;
        taps.fixed_turns *= turns;
        taps.lead_deg += across.atan2(along).to_degrees();
        let tangent = |n: f64| {
            let (along, across) = end(n);
            across / along
        };
        let (here, far) = (tangent(steps.n()), tangent(steps.most()));
        let bent = |tangent: f64| theta.sin() - tangent * theta.cos();
        self.reactance(changer, "PhaseTapChangerNonLinear", here / far * bent(far) / bent(here), taps);
    }

    /// The reactance at a share of the range, where both ends of it are given.
    fn reactance(&mut self, changer: &Object, class: &str, share: f64, taps: &mut Taps) {
        let (least, most) = (
            self.real(changer, &format!("{class}.xMin"), 0.0),
            self.real(changer, &format!("{class}.xMax"), 0.0),
        );
        if least >= 0.0 && most > 0.0 && least <= most {
            let share = if share.is_finite() { share } else { 0.0 };
            taps.x_ohm = Some(least + (most - least) * share * share);
        }
    }

    /// A control whose bus is the one it stands at needs no name.
    pub(super) fn control_at(control: Option<TapControl>, own: BusId) -> Option<TapControl> {
        control.map(|mut control| {
            if let TapTarget::Voltage { bus, .. } = &mut control.target {
                *bus = bus.filter(|&held| held != own);
            }
            control
        })
    }
}
