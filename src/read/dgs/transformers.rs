//! Transformers of two and three windings, by type.

use super::Reader;
use super::tables::Object;
use super::taps::{Changer, Columns};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    Name, Nameplate, Rating, RatingUnit, Side, StarImpedance, Tap, TapControl, TapTarget, Transformer,
    Transformer3, TransformerImpedance, Winding,
};
use num_complex::Complex64;

const FIRST: Columns = Columns {
    position: "nntap",
    neutral: "nntap0",
    min: "ntpmn",
    max: "ntpmx",
    step: "dutap",
    angle: "phitr",
    kind: "tapchtype",
    ideal: "dphitap",
};

/// The second tap changer of a transformer, which does not move here.
const SECOND: Columns = Columns {
    position: "nntap2",
    neutral: "nntap02",
    min: "ntpmn2",
    max: "ntpmx2",
    step: "dutap2",
    angle: "phitr2",
    kind: "tapchtype2",
    ideal: "dphitap2",
};

/// High, medium and low-voltage winding of a three-winding transformer.
const WINDINGS: [Columns; 3] = [
    Columns {
        position: "n3tap_h",
        neutral: "n3tp0_h",
        min: "n3tmn_h",
        max: "n3tmx_h",
        step: "du3tp_h",
        angle: "ph3tr_h",
        kind: "tapchtype_h",
        ideal: "dphitap_h",
    },
    Columns {
        position: "n3tap_m",
        neutral: "n3tp0_m",
        min: "n3tmn_m",
        max: "n3tmx_m",
        step: "du3tp_m",
        angle: "ph3tr_m",
        kind: "tapchtype_m",
        ideal: "dphitap_m",
    },
    Columns {
        position: "n3tap_l",
        neutral: "n3tp0_l",
        min: "n3tmn_l",
        max: "n3tmx_l",
        step: "du3tp_l",
        angle: "ph3tr_l",
        kind: "tapchtype_l",
        ideal: "dphitap_l",
    },
];

impl<'t> Reader<'t> {
    fn type_of(&mut self, object: Object<'t>, class: &str) -> Option<Object<'t>> {
        let of = object.pointer("typ_id").filter(|of| of.class() == class);
        if of.is_none() {
            let (what, line) = (object.what(), object.line());
            self.report.error(Code::Reference, |draft| {
                draft
                    .at(line, format!("{what} has no type, or one that is no {class} of the file"))
                    .element(what)
                    .field("typ_id")
                    .help(format!("export its {class}"))
            });
        }
        of
    }

    /// Load losses (kW) of a short-circuit voltage: given so, in percent, or by the ratio X/R.
    fn load_loss_kw(&mut self, of: Object<'t>, columns: [&str; 3], uk_percent: f64, sn_mva: f64) -> f64 {
        let [kw, percent, x_over_r] = columns;
        if let Some(kw) = self.maybe(of, kw) {
            return kw;
        }
        if let Some(percent) = self.maybe(of, percent) {
            return percent / 100.0 * sn_mva * 1000.0;
        }
        let Some(ratio) = self.maybe(of, x_over_r).filter(|&ratio| ratio > 0.0) else { return 0.0 };
        uk_percent / 100.0 / (1.0 + ratio * ratio).sqrt() * sn_mva * 1000.0
    }

    pub(super) fn transformer(&mut self, object: Object<'t>) {
        let Some([(mut from, a), (mut to, b)]) = self.ends::<2>(object) else { return };
        let in_service = self.is_in(object, &[a, b]);
        let Some(of) = self.type_of(object, "TypTr2") else { return };
        let (sn_mva, vn_from_kv, vn_to_kv) =
            (self.need(of, "strn"), self.need(of, "utrn_h"), self.need(of, "utrn_l"));
        let vn = |bus: BusId, network: &crate::model::Network| network.buses[bus].vn_kv;
        // The high-voltage winding is at side 0; a file that says otherwise is known by its voltages.
        if vn_from_kv > vn_to_kv && vn(from, &self.network) < vn(to, &self.network) {
            std::mem::swap(&mut from, &mut to);
        }
        let uk_percent = self.need(of, "uktr");
        let pk_kw = self.load_loss_kw(of, ["pcutr", "uktrr", "xtor"], uk_percent, sn_mva);
        let mut plate = Nameplate {
            sn_mva,
            vn_from_kv,
            vn_to_kv,
            uk_percent,
            pk_kw,
            p0_kw: self.real(of, "pfe", 0.0),
            i0_percent: self.real(of, "curmg", 0.0),
        };
        self.told_of_tables(object, of);
        let mut turn = Complex64::ONE;
        let mut tap = None;
        let has = |this: &mut Self, column: &str, default: bool| this.flag(of, column, default);
        if has(self, "itapch", true) {
            let side = self.side(of, "tap_side");
            match self.changer(object, of, &FIRST) {
                Some(Changer::Turns(found)) => tap = Some(Tap { side, ..found }),
                Some(Changer::Factor(factor)) => turned(&mut turn, &mut plate, side, factor),
                None => {}
            }
            if has(self, "itapch2", of.text("dutap2").is_some()) {
                let side = self.side(of, "tap_side2");
                match self.changer(object, of, &SECOND) {
                    Some(Changer::Turns(found)) => {
                        turned(&mut turn, &mut plate, side, Complex64::from(found.turns_pu()));
                    }
                    Some(Changer::Factor(factor)) => turned(&mut turn, &mut plate, side, factor),
                    None => {}
                }
            }
        }
        let factor = self.real(object, "ratfac", 1.0);
        let normal = (factor > 0.0 && (factor - 1.0).abs() > 1e-9).then_some(factor * sn_mva);
        let id = self.id(object);
        let transformer = Transformer {
            name: Self::other_name(object),
            ratio_pu: turn.norm(),
            shift_deg: turn.arg().to_degrees(),
            tap,
            tap_control: self.tap_control(object, [from, to], tap.is_some()),
            vector_group: self.vector_group(of),
            rating: Rating { unit: RatingUnit::Mva, normal, ..Rating::default() },
            in_service,
            origin: self.origin(object),
            ..Transformer::new(id.clone(), from, to, TransformerImpedance::Nameplate(plate))
        };
        let parallel = self.parallel(object, "ntnum");
        if parallel == 1 {
            self.network.transformers.push(transformer);
            return;
        }
        for number in 1..=parallel {
            let id = Name::from(format!("{id}#{number}"));
            self.network.transformers.push(Transformer { id, ..transformer.clone() });
        }
    }

    fn side(&mut self, of: Object<'t>, column: &str) -> Side {
        if self.flag(of, column, false) { Side::To } else { Side::From }
    }

    /// What the automatic tap changing of a transformer holds: a voltage, at one of its windings or at a terminal.
    fn tap_control(
        &mut self,
        object: Object<'t>,
        [from, to]: [BusId; 2],
        has_steps: bool,
    ) -> Option<TapControl> {
        if !has_steps || !self.flag(object, "ntrcn", false) {
            return None;
        }
        if self.whole(object, "imldc", 0) != 0 {
            self.count("tap changers that hold a power flow: they stay where they stand");
            return None;
        }
        let remote = object.pointer("rembar").or_else(|| object.pointer("p_rem"));
        let held = remote.and_then(|terminal| self.buses.get(&terminal.id).copied());
        let bus = held.unwrap_or(if self.flag(object, "t2ldc", true) { to } else { from });
        let setpoint = self.real(object, "usetp", 1.0);
        let (low, high) = (self.real(object, "usp_low", setpoint), self.real(object, "usp_up", setpoint));
        if low <= 0.0 || high < low {
            self.count("tap changers whose band is empty: they stay where they stand");
            return None;
        }
        let target = TapTarget::Voltage { bus: Some(bus), min_pu: low, max_pu: high, drop: None };
        Some(TapControl { target, active: true })
    }

    fn vector_group(&mut self, of: Object<'t>) -> Name {
        if let Some(group) = of.text("vecgrp") {
            return Name::from(group);
        }
        let (Some(high), Some(low)) = (of.text("tr2cn_h"), of.text("tr2cn_l")) else {
            return Name::default();
        };
        let clock = self.whole(of, "nt2ag", 0);
        Name::from(format!("{high}{}{clock}", low.to_lowercase()))
    }

    /// Measured tables of a tap changer are not read: its steps are even.
    fn told_of_tables(&mut self, object: Object<'t>, of: Object<'t>) {
        if self.flag(object, "iTaps", false) {
            self.count(format!(
                "{} with a measured table of its taps (mTaps): its steps are taken as even",
                object.class()
            ));
        } else if self.flag(of, "itapzdep", false) {
            self.count(format!(
                "{} whose impedance follows the tap (itapzdep): that of the neutral step is taken",
                object.class()
            ));
        }
    }

    pub(super) fn transformer3(&mut self, object: Object<'t>) {
        let Some(ends) = self.ends::<3>(object) else { return };
        let Some(of) = self.type_of(object, "TypTr3") else { return };
        let in_service = !self.flag(object, "outserv", false);
        let sn = ["strn3_h", "strn3_m", "strn3_l"].map(|column| self.need(of, column));
        let vn = ["utrn3_h", "utrn3_m", "utrn3_l"].map(|column| self.need(of, column));
        let sn_mva = [sn[0].min(sn[1]), sn[1].min(sn[2]), sn[2].min(sn[0])];
        let uk_percent = ["uktr3_h", "uktr3_m", "uktr3_l"].map(|column| self.need(of, column));
        let loss = [
            ["pcut3_h", "uktrr3_h", "x2r3_h"],
            ["pcut3_m", "uktrr3_m", "x2r3_m"],
            ["pcut3_l", "uktrr3_l", "x2r3_l"],
        ];
        let mut pk_kw = [0.0; 3];
        for (k, columns) in loss.into_iter().enumerate() {
            pk_kw[k] = self.load_loss_kw(of, columns, uk_percent[k], sn_mva[k]);
        }
        let no_load = self.real(of, "curm3", 0.0);
        if no_load != 0.0 && self.whole(of, "i3loc", 0) != 0 {
            self.count("TypTr3 whose no-load branch is not at the high-voltage winding: it is put there");
        }
        // The no-load current is given on the rated power of the high-voltage winding.
        let i0_percent = if sn_mva[0] > 0.0 { no_load * sn[0] / sn_mva[0] } else { 0.0 };
        let mut impedance = StarImpedance::Nameplate {
            sn_mva,
            uk_percent,
            pk_kw,
            p0_kw: self.real(of, "pfe", 0.0),
            i0_percent,
        };
        self.told_of_tables(object, of);
        let order = by_voltage(ends.map(|(bus, _)| self.network.buses[bus].vn_kv), vn);
        let ratings = ["ratfac_h", "ratfac_m", "ratfac_l"].map(|column| self.real(object, column, 1.0));
        let mut turns = [1.0; 3];
        let windings = [0, 1, 2].map(|k| {
            let (bus, is_closed) = ends[order[k]];
            let mut winding = Winding { vn_kv: vn[k], in_service: is_closed, ..Winding::new(bus) };
            match self.changer(object, of, &WINDINGS[k]) {
                Some(Changer::Turns(tap)) => {
                    turns[k] = tap.turns_pu();
                    winding.tap = Some(tap);
                }
                Some(Changer::Factor(factor)) => {
                    turns[k] = factor.norm();
                    winding.ratio_pu = factor.norm();
                    winding.shift_deg = factor.arg().to_degrees();
                }
                None => {}
            }
            let normal = Some(sn[k] * ratings[k]).filter(|&mva| mva > 0.0);
            winding.rating = Rating { unit: RatingUnit::Mva, normal, ..Rating::default() };
            winding
        });
        if self.flag(object, "ntrcn", false) {
            self.count("ElmTr3 with automatic tap changing: they stay where they stand");
        }
        // Tap changers at the star point are on the other side of the winding's impedance.
        if of.text("itapos") == Some("0") && turns.iter().any(|&turns| (turns - 1.0).abs() > 1e-12) {
            impedance = behind_taps(impedance, turns, self.network.sbase_mva);
        }
        let parallel = self.parallel(object, "nt3nm");
        let id = self.id(object);
        for number in 1..=parallel {
            self.network.transformers3.push(Transformer3 {
                id: if parallel == 1 { id.clone() } else { Name::from(format!("{id}#{number}")) },
                name: Self::other_name(object),
                windings: windings.clone(),
                impedance,
                vector_group: Name::from(of.text("vecgrp").unwrap_or_default()),
                built: true,
                in_service,
                origin: self.origin(object),
            });
        }
    }
}

/// Turns the winding at `side` by a factor. Behind the `to` winding the impedance is seen through it.
fn turned(turn: &mut Complex64, plate: &mut Nameplate, side: Side, factor: Complex64) {
    if side == Side::From {
        *turn *= factor;
        return;
    }
    *turn /= factor;
    let squared = factor.norm_sqr();
    plate.uk_percent *= squared;
    plate.pk_kw *= squared;
    plate.p0_kw /= squared;
    plate.i0_percent /= squared;
}

/// Which end each winding hangs at. Sides are high, medium, low; a file that says otherwise is known by its voltages.
fn by_voltage(at_ends: [f64; 3], rated: [f64; 3]) -> [usize; 3] {
    let falls = |kv: [f64; 3]| kv[0] >= kv[1] && kv[1] >= kv[2];
    let mut order = [0, 1, 2];
    if falls(rated) && !falls(at_ends) {
        order.sort_by(|&a, &b| at_ends[b].total_cmp(&at_ends[a]));
    }
    order
}

/// The impedances of a transformer whose tap changers are at the star point, as if they were at the terminals: each winding's
/// by its turns squared.
fn behind_taps(impedance: StarImpedance, turns: [f64; 3], sbase_mva: f64) -> StarImpedance {
    let StarImpedance::Nameplate { sn_mva, uk_percent, pk_kw, p0_kw, i0_percent } = impedance else {
        return impedance;
    };
    let rest = |whole: f64, part: f64| (whole * whole - part * part).max(0.0).sqrt();
    let pair = [0, 1, 2].map(|k: usize| {
        let (z, r) = (uk_percent[k] / 100.0, pk_kw[k] / 1000.0 / sn_mva[k]);
        Complex64::new(r, rest(z, r)) * (sbase_mva / sn_mva[k])
    });
    let star = [
        (pair[0] + pair[2] - pair[1]) / 2.0,
        (pair[0] + pair[1] - pair[2]) / 2.0,
        (pair[1] + pair[2] - pair[0]) / 2.0,
    ];
    let star = [0, 1, 2].map(|k: usize| star[k] / (turns[k] * turns[k]));
    let pair = [star[0] + star[1], star[1] + star[2], star[2] + star[0]];
    let g_pu = p0_kw / 1000.0 / sbase_mva;
    let y_pu = i0_percent / 100.0 * sn_mva[0] / sbase_mva;
    StarImpedance::PerUnit {
        r_pu: pair.map(|z| z.re),
        x_pu: pair.map(|z| z.im),
        g_pu,
        b_pu: -rest(y_pu, g_pu),
        sbase_mva,
    }
}
