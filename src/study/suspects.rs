//! Records whose values are legal and most likely wrong, looked at against each other and against what lines and
//! transformers are made of. The rules and their thresholds stand in [`crate::finding::Page`].

use crate::case::base::zbase_ohm;
use crate::case::per_unit;
use crate::finding::{Code, Finding};
use crate::ids::{BusId, LineId};
use crate::model::lint::{line_slips, own_ka};
use crate::model::{ElementId, Line, Network, Origin, RatingUnit, TransformerImpedance};
use std::collections::BTreeMap;

/// A record that looks wrong.
#[derive(Clone, PartialEq, Debug)]
pub struct Suspect {
    /// The record.
    pub element: ElementId,
    /// What looks wrong, with its place.
    pub finding: Finding,
}

/// Rated voltage from which lines are judged by what they are made of: below are cables, busbars and equivalents.
const HIGH_VOLTAGE_KV: f64 = 60.0;

/// Most resistance by reactance.
const R_OVER_X: f64 = 3.0;

/// Surge impedances of lines and cables, with room [ohm].
const SURGE_OHM: std::ops::RangeInclusive<f64> = 5.0..=2_500.0;

/// That of an overhead line [ohm].
const USUAL_SURGE_OHM: f64 = 350.0;

/// Angle of the longest line, the root of x·b [rad], and of a kilometre.
const LONGEST_RAD: f64 = 1.6;
const RAD_PER_KM: f64 = 1.05e-3;

/// Reactance below which a line is too short to be judged [ohm].
const SHORT_OHM: f64 = 0.5;

/// How much circuits side by side may differ.
const SIDE_BY_SIDE: f64 = 8.0;

/// Most short-circuit voltage of a transformer at its rating [p.u.]; the least is that of couplers, which files have as
/// transformers.
const SHORT_CIRCUIT: f64 = 1.5;

/// Ratings above this stand for no limit in many files.
const LARGEST_RATING_MVA: f64 = 3_000.0;

/// Continuous currents of lines [kA], and the power from which a rating stands for no limit.
const LINE_KA: std::ops::RangeInclusive<f64> = 0.03..=10.0;
const NO_LIMIT_MVA: f64 = 9_000.0;

/// Ratios of transformers [p.u. of the rated voltages of their buses].
const RATIOS: std::ops::RangeInclusive<f64> = 0.7..=1.4;

/// How many times the median load, and the next largest, a load may be; and how many loads that takes.
const TIMES_MEDIAN: f64 = 100.0;
const TIMES_NEXT: f64 = 5.0;
const ENOUGH_LOADS: usize = 10;

/// Everything about a grid that looks wrong, record by record. None of it is an error.
#[must_use]
pub fn suspects(network: &Network) -> Vec<Suspect> {
    let mut found = Suspects { network, list: Vec::new() };
    found.lines();
    found.side_by_side();
    found.lengths_and_ratings();
    found.transformers();
    found.loads();
    found.list
}

struct Suspects<'n> {
    network: &'n Network,
    list: Vec<Suspect>,
}

impl Suspects<'_> {
    fn tell(&mut self, code: Code, (element, field): (ElementId, &str), origin: &Origin, text: &str) {
        let name = self.network.describe(element);
        let finding = Finding::warning(code, format!("{name}: {text}")).element(name).field(field);
        let finding = finding.place(origin.place.clone());
        let finding = match code.page() {
            Some(page) => finding.help(page.way_out),
            None => finding,
        };
        self.list.push(Suspect { element, finding });
    }

    fn lines(&mut self) {
        let network = self.network;
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built && line.in_service) {
            let element = ElementId::Line(id);
            let (from, to) = (network.buses[line.from].vn_kv, network.buses[line.to].vn_kv);
            if from > 0.0 && to > 0.0 && (from / to).max(to / from) > 1.1 {
                let text = format!("it joins {from} kV with {to} kV");
                self.tell(Code::RatedVoltage, (element, "to"), &line.origin, &text);
                continue;
            }
            let Some((r, x, b)) = self.ohm(id).filter(|_| from >= HIGH_VOLTAGE_KV) else { continue };
            if x > SHORT_OHM && r > R_OVER_X * x {
                let text =
                    format!("{r:.3} ohm of resistance, {:.1} times its reactance of {x:.3} ohm", r / x);
                self.tell(Code::XOverR, (element, "r_ohm"), &line.origin, &text);
            }
            if x <= SHORT_OHM || b <= 0.0 || line.series.is_some() {
                continue;
            }
            let (surge, angle) = ((x / b).sqrt(), (x * b).sqrt());
            if !SURGE_OHM.contains(&surge) {
                let off = (surge / USUAL_SURGE_OHM).powi(2);
                let off = if off > 1.0 { off } else { 1.0 / off };
                let text = format!(
                    "{x:.3} ohm and {:.3} uS make a surge impedance of {surge:.1} ohm: one of them may be some {} times off",
                    b * 1e6,
                    power_of_ten(off)
                );
                self.tell(Code::Charging, (element, "b_us"), &line.origin, &text);
            } else if angle > LONGEST_RAD {
                let text = format!(
                    "{x:.1} ohm and {:.1} uS are those of {:.0} km of line",
                    b * 1e6,
                    angle / RAD_PER_KM
                );
                self.tell(Code::Charging, (element, "x_ohm"), &line.origin, &text);
            }
        }
    }

    /// Resistance, reactance [ohm] and charging [S] of a line between buses with a rated voltage.
    fn ohm(&self, id: LineId) -> Option<(f64, f64, f64)> {
        let line = &self.network.lines[id];
        let vn_kv = self.network.buses[line.from].vn_kv;
        let pu = per_unit::line(self.network, line).ok().filter(|_| vn_kv > 0.0)?;
        let zbase = zbase_ohm(vn_kv, self.network.sbase_mva);
        Some((pu.z.re * zbase, pu.z.im * zbase, pu.ysh.im / zbase))
    }

    fn side_by_side(&mut self) {
        let network = self.network;
        let mut pairs: BTreeMap<(BusId, BusId), Vec<(LineId, f64)>> = BTreeMap::new();
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built && line.in_service) {
            if let Some((_, x, _)) = self.ohm(id).filter(|&(_, x, _)| x > SHORT_OHM) {
                let ends = (line.from.min(line.to), line.from.max(line.to));
                pairs.entry(ends).or_default().push((id, x));
            }
        }
        for circuits in pairs.into_values().filter(|circuits| circuits.len() > 1) {
            let mut sorted: Vec<f64> = circuits.iter().map(|&(_, x)| x).collect();
            sorted.sort_by(f64::total_cmp);
            // the others decide what is usual
            let usual = sorted[(sorted.len() - 1) / 2];
            for (id, x) in circuits.into_iter().filter(|&(_, x)| x > SIDE_BY_SIDE * usual) {
                let text = format!(
                    "{x:.3} ohm beside a circuit of {usual:.3} ohm between the same buses: some {} times",
                    power_of_ten(x / usual)
                );
                self.tell(Code::Decimal, (ElementId::Line(id), "x_ohm"), &network.lines[id].origin, &text);
            }
        }
    }

    fn lengths_and_ratings(&mut self) {
        let network = self.network;
        let standing = |line: &Line| line.built && line.in_service;
        for (id, slip) in line_slips(network).into_iter().filter(|(id, _)| standing(&network.lines[*id])) {
            let field = if slip.code() == Code::Length { "sections" } else { "rating_normal" };
            let origin = &network.lines[id].origin;
            self.tell(slip.code(), (ElementId::Line(id), field), origin, &slip.in_words());
        }
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| standing(line)) {
            let vn_kv = network.buses[line.from].vn_kv;
            let Some(ka) = own_ka(network, line).filter(|_| vn_kv >= HIGH_VOLTAGE_KV) else { continue };
            let is_limit = 3.0_f64.sqrt() * vn_kv * ka < NO_LIMIT_MVA;
            if ka > 0.0 && is_limit && !LINE_KA.contains(&ka) {
                let text = format!("its rating is {:.0} A at {vn_kv} kV", 1000.0 * ka);
                self.tell(Code::Decimal, (ElementId::Line(id), "rating_normal"), &line.origin, &text);
            }
        }
    }

    fn transformers(&mut self) {
        let network = self.network;
        for (id, t) in network.transformers.iter_ids().filter(|(_, t)| t.built && t.in_service) {
            let element = ElementId::Transformer(id);
            let Ok(pu) = per_unit::transformer(network, t) else { continue };
            let ratio = pu.tap.norm();
            if !RATIOS.contains(&ratio) {
                let text = format!("its ratio is {ratio:.3} of the rated voltages of its buses");
                self.tell(Code::RatedVoltage, (element, "ratio_pu"), &t.origin, &text);
            }
            let rating = t.rating.normal.filter(|_| t.rating.unit == RatingUnit::Mva);
            let stated = matches!(t.impedance, TransformerImpedance::PerUnit { .. });
            if let Some(mva) = rating.filter(|&mva| stated && mva > 0.0 && mva <= LARGEST_RATING_MVA) {
                let uk = pu.z.norm() * mva / network.sbase_mva;
                if uk > SHORT_CIRCUIT {
                    let text = format!(
                        "its short-circuit voltage at its rating of {mva} MVA is {:.2} %",
                        100.0 * uk
                    );
                    self.tell(Code::Decimal, (element, "x_pu"), &t.origin, &text);
                }
            }
        }
    }

    fn loads(&mut self) {
        let network = self.network;
        let mut sizes: Vec<f64> = network
            .loads
            .iter()
            .filter(|load| load.built && load.in_service && load.p_mw > 0.0)
            .map(|load| load.p_mw)
            .collect();
        sizes.sort_by(f64::total_cmp);
        let [.., next, largest] = sizes[..] else { return };
        let median = sizes[sizes.len() / 2];
        if sizes.len() < ENOUGH_LOADS || largest <= TIMES_NEXT * next || largest <= TIMES_MEDIAN * median {
            return;
        }
        for (id, load) in network.loads.iter_ids() {
            if load.built && load.in_service && load.p_mw >= largest {
                let text = format!(
                    "{largest} MW, where the next largest load is {next} MW and the median {median} MW: some {} times",
                    power_of_ten(largest / median)
                );
                self.tell(Code::Decimal, (ElementId::Load(id), "p_mw"), &load.origin, &text);
            }
        }
    }
}

/// The power of ten that is nearest to a factor above 1, and at least 10.
fn power_of_ten(factor: f64) -> f64 {
    10.0_f64.powf(factor.log10().round().clamp(1.0, 9.0))
}
