//! Lines, transformers, impedances and switches.

use super::Reader;
use super::table::Row;
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    EndShunt, Line, LineImpedance, Name, Rating, RatingUnit, Side, StarImpedance, Switch, SwitchKind, Tap,
    Transformer, Transformer3, TransformerImpedance, Winding,
};
use crate::read::open_end;
use num_complex::Complex64;

/// Circuits of one row at most; more are a slip.
const MOST_PARALLEL: f64 = 1000.0;

/// A tap changer as its row has it: what it makes of the turns and the angle of its winding.
#[derive(Clone, Copy, Default)]
struct Position {
    tap: Option<Tap>,
    /// Further ratio, where positions are no whole numbers or turn the angle.
    ratio: f64,
    shift_deg: f64,
}

impl Reader<'_> {
    pub(super) fn line(&mut self, row: &Row<'_>) {
        let Some((from, to)) = self.bus_of(row, "from_bus").zip(self.bus_of(row, "to_bus")) else { return };
        let km = self.real(row, "length_km").unwrap_or(1.0);
        let mut per_km = |field| self.real(row, field).unwrap_or(0.0) * km;
        let (r_ohm, x_ohm, c_nf, g_us) =
            (per_km("r_ohm_per_km"), per_km("x_ohm_per_km"), per_km("c_nf_per_km"), per_km("g_us_per_km"));
        let b_us = std::f64::consts::TAU * self.network.frequency_hz * c_nf * 1e-3;
        let normal = self.real(row, "max_i_ka").filter(|&ka| ka > 0.0 && ka < 9999.0);
        let normal = normal.map(|ka| ka * row.number("df").ok().flatten().unwrap_or(1.0));
        let rating = Rating { unit: RatingUnit::Ka, normal, short: None, emergency: None };
        let parallel = self.parallel(row);
        let id = row.id();
        for k in 1..=parallel {
            let own = if parallel == 1 { id.clone() } else { format!("{id}#{k}") };
            let line = Line {
                name: row.label("name"),
                row: id.as_str().into(),
                circuit: if parallel == 1 { 0 } else { k },
                rating,
                in_service: row.is_on("in_service"),
                origin: self.origin(),
                ..Line::new(own, from, to, LineImpedance::Ohm { r_ohm, x_ohm, g_us, b_us })
            };
            let open = row.index.and_then(|index| self.open_lines.get(&index)).copied().unwrap_or_default();
            let closed = [from, to].map(|bus| !open.contains(&Some(bus)));
            open_end::push(&mut self.network, line, closed);
        }
    }

    fn parallel(&mut self, row: &Row<'_>) -> u16 {
        let count = self.real(row, "parallel").unwrap_or(1.0);
        if !(1.0..=MOST_PARALLEL).contains(&count) || count.fract() != 0.0 {
            let (line, what) = (self.line, row.what());
            self.report.error(Code::Value, |draft| {
                draft
                    .at(line, format!("{what}, field parallel: {count} is no number of circuits"))
                    .element(what)
                    .field("parallel")
                    .help("give a whole number from 1 on")
            });
            return 1;
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1000")]
        let count = count as u16;
        count
    }

    /// Impedance in per unit on the rated power of the network and the rated voltage of a bus.
    pub(super) fn impedance(&mut self, row: &Row<'_>) {
        let Some((from, to)) = self.bus_of(row, "from_bus").zip(self.bus_of(row, "to_bus")) else { return };
        let mut real = |field| self.real(row, field).unwrap_or(0.0);
        let (r_pu, x_pu, sbase_mva) = (real("rft_pu"), real("xft_pu"), real("sn_mva"));
        let back = (real("rtf_pu"), real("xtf_pu"));
        let ends = [(real("gf_pu"), real("bf_pu")), (real("gt_pu"), real("bt_pu"))];
        if (r_pu - back.0).abs() + (x_pu - back.1).abs() > 1e-9 * (r_pu.abs() + x_pu.abs()) {
            let (line, what) = (self.line, row.what());
            self.report.warning(Code::Assumed, |draft| {
                draft
                    .at(line, format!("{what} is another one in the other direction: that from `from_bus` is taken for both"))
                    .element(what)
                    .help("replace it by a transformer or a line")
            });
        }
        let end = |(g, b): (f64, f64)| EndShunt { g_mw: g * sbase_mva, b_mvar: b * sbase_mva };
        let id = row.id();
        let impedance = LineImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva };
        self.network.lines.push(Line {
            name: row.label("name"),
            end_shunts: ends.map(end),
            in_service: row.is_on("in_service"),
            origin: self.origin(),
            ..Line::new(id, from, to, impedance)
        });
    }

    /// Where the tap changer of a winding stands.
    fn position(&mut self, row: &Row<'_>, side: Side) -> Position {
        let none = Position { tap: None, ratio: 1.0, shift_deg: 0.0 };
        let kind = row.text("tap_changer_type");
        let is_shifter = row.number("tap_phase_shifter").ok().flatten().is_some_and(|yes| yes != 0.0);
        let kind = match kind.as_str() {
            // Before version 3 a tap changer was one of the ratio, unless it was said to be a phase shifter.
            "" if is_shifter => "Ideal",
            "" if row.number("tap_phase_shifter").ok().flatten().is_some() => "Ratio",
            kind => kind,
        };
        let neutral = self.real(row, "tap_neutral").unwrap_or(0.0);
        let position = self.real(row, "tap_pos").unwrap_or(neutral);
        let (percent, degree) = (
            self.real(row, "tap_step_percent").unwrap_or(0.0),
            self.real(row, "tap_step_degree").unwrap_or(0.0),
        );
        let (min, max) =
            (self.real(row, "tap_min").unwrap_or(position), self.real(row, "tap_max").unwrap_or(position));
        let steps = position - neutral;
        let turn = if side == Side::From { 1.0 } else { -1.0 };
        match kind {
            "Ratio" if degree == 0.0 => {
                let is_whole =
                    [position, neutral, min, max].iter().all(|at| at.fract() == 0.0 && at.abs() < 1e6);
                if !is_whole || percent == 0.0 {
                    return Position { ratio: 1.0 + steps * percent / 100.0, ..none };
                }
                let tap = Tap {
                    side,
                    position: whole(position),
                    neutral: whole(neutral),
                    min: whole(min.min(position)),
                    max: whole(max.max(position)),
                    step_percent: percent,
                };
                Position { tap: Some(tap), ..none }
            }
            "Ratio" => {
                let (sin, cos) = degree.to_radians().sin_cos();
                let (re, im) = (1.0 + steps * percent / 100.0 * cos, steps * percent / 100.0 * sin);
                Position { ratio: re.hypot(im), shift_deg: turn * im.atan2(re).to_degrees(), tap: None }
            }
            "Ideal" | "Symmetrical" if degree != 0.0 => Position { shift_deg: turn * steps * degree, ..none },
            "Ideal" | "Symmetrical" => {
                let half = (steps * percent / 200.0).clamp(-1.0, 1.0);
                Position { shift_deg: turn * 2.0 * half.asin().to_degrees(), ..none }
            }
            _ => none,
        }
    }

    pub(super) fn transformer(&mut self, row: &Row<'_>) {
        let Some((from, to)) = self.bus_of(row, "hv_bus").zip(self.bus_of(row, "lv_bus")) else { return };
        let mut real = |field| self.real(row, field).unwrap_or(0.0);
        let (sn, vn_hv, vn_lv) = (real("sn_mva"), real("vn_hv_kv"), real("vn_lv_kv"));
        let (vk, vkr, pfe_kw, i0, shift) = (
            real("vk_percent"),
            real("vkr_percent"),
            real("pfe_kw"),
            real("i0_percent"),
            real("shift_degree"),
        );
        let buses = [from, to].map(|bus| self.network.buses[bus].vn_kv);
        if sn <= 0.0 || vn_hv <= 0.0 || vn_lv <= 0.0 || buses.iter().any(|&kv| kv <= 0.0) {
            let (line, what) = (self.line, row.what());
            self.report.error(Code::Value, |draft| {
                draft
                    .at(line, format!("{what}: rated power {sn} MVA, rated voltages {vn_hv} and {vn_lv} kV, at buses of {} and {} kV", buses[0], buses[1]))
                    .element(what)
                    .help("all of them must be above 0")
            });
            return;
        }
        let side = if row.text("tap_side") == "lv" { Side::To } else { Side::From };
        let at = self.position(row, side);
        // On the rated power; the rated voltage of the winding over that of its bus squared comes on top.
        let turns = if side == Side::To { at.ratio } else { 1.0 };
        let scale = (vn_lv * turns / buses[1]).powi(2);
        let (r, z) = (vkr / 100.0, vk / 100.0);
        let x = (z * z - r * r).max(0.0).sqrt().copysign(z);
        let g = pfe_kw / 1000.0 / sn;
        let y = i0 / 100.0;
        let b = -(y * y - g * g).max(0.0).sqrt();
        if y < 0.0 {
            let (line, what) = (self.line, row.what());
            self.report.warning(Code::Assumed, |draft| {
                draft
                    .at(line, format!("{what}, field i0_percent: {i0} is negative, and is taken without its sign, as pandapower does"))
                    .element(what)
                    .field("i0_percent")
                    .help("converters of MATPOWER cases write charging so: give it as a shunt of its own")
            });
        }
        let parallel = self.parallel(row);
        let further = if side == Side::From { at.ratio } else { 1.0 / at.ratio };
        // The T of that program, half of the impedance on either side of the magnetising branch, as the pi that draws the
        // same: z·(1 + z·y/4) in series, y/(1 + z·y/4) in two halves.
        let (z, y) = (Complex64::new(r, x), Complex64::new(g, b));
        let bend = 1.0 + z * y / 4.0;
        let (z, y) = (z * bend * scale, y / bend / scale);
        let impedance =
            TransformerImpedance::PerUnit { r_pu: z.re, x_pu: z.im, g_pu: y.re, b_pu: y.im, sbase_mva: sn };
        let df = row.number("df").ok().flatten().unwrap_or(1.0);
        let id = row.id();
        for k in 1..=parallel {
            let own = if parallel == 1 { id.clone() } else { format!("{id}#{k}") };
            self.network.transformers.push(Transformer {
                name: row.label("name"),
                ratio_pu: (vn_hv / buses[0]) / (vn_lv / buses[1]) * further,
                shift_deg: shift + at.shift_deg,
                tap: at.tap,
                vector_group: Name::from(row.text("vector_group")),
                rating: Rating { normal: Some(sn * df), ..Rating::default() },
                in_service: row.is_on("in_service"),
                origin: self.origin(),
                ..Transformer::new(own, from, to, impedance.clone())
            });
        }
    }

    pub(super) fn transformer3(&mut self, row: &Row<'_>) {
        let buses = [self.bus_of(row, "hv_bus"), self.bus_of(row, "mv_bus"), self.bus_of(row, "lv_bus")];
        let [Some(hv), Some(mv), Some(lv)] = buses else { return };
        let mut real = |field| self.real(row, field).unwrap_or(0.0);
        let sn = [real("sn_hv_mva"), real("sn_mv_mva"), real("sn_lv_mva")];
        let vn = [real("vn_hv_kv"), real("vn_mv_kv"), real("vn_lv_kv")];
        let vk = [real("vk_hv_percent"), real("vk_mv_percent"), real("vk_lv_percent")];
        let vkr = [real("vkr_hv_percent"), real("vkr_mv_percent"), real("vkr_lv_percent")];
        let (pfe_kw, i0) = (real("pfe_kw"), real("i0_percent"));
        let shift = [0.0, real("shift_mv_degree"), real("shift_lv_degree")];
        // hv-mv, mv-lv, lv-hv, each on the smaller of its two rated powers.
        let sn_mva = [sn[0].min(sn[1]), sn[1].min(sn[2]), sn[2].min(sn[0])];
        if sn_mva.iter().chain(&vn).any(|&value| value <= 0.0) {
            let (line, what) = (self.line, row.what());
            self.report.error(Code::Value, |draft| {
                draft
                    .at(line, format!("{what}: a rated power or voltage is not above 0"))
                    .element(what)
                    .help("give rated powers and voltages of all three windings")
            });
            return;
        }
        let tapped = match row.text("tap_side").as_str() {
            "mv" => 1,
            "lv" => 2,
            _ => 0,
        };
        let at = self.position(row, Side::From);
        let winding = |k: usize, bus: BusId| {
            let mut winding = Winding {
                vn_kv: vn[k],
                // The star point is on the high-voltage side: what lags there is behind it.
                shift_deg: -shift[k],
                rating: Rating { normal: Some(sn[k]), ..Rating::default() },
                ..Winding::new(bus)
            };
            if k == tapped {
                winding.tap = at.tap;
                winding.ratio_pu = at.ratio;
                winding.shift_deg += at.shift_deg;
            }
            winding
        };
        let star = StarImpedance::Nameplate {
            sn_mva,
            uk_percent: vk,
            pk_kw: [0, 1, 2].map(|k| vkr[k] / 100.0 * sn_mva[k] * 1000.0),
            p0_kw: pfe_kw,
            i0_percent: i0 * sn[0] / sn_mva[0],
        };
        self.network.transformers3.push(Transformer3 {
            id: row.id().into(),
            name: row.label("name"),
            windings: [winding(0, hv), winding(1, mv), winding(2, lv)],
            impedance: star,
            vector_group: Name::from(row.text("vector_group")),
            built: true,
            in_service: row.is_on("in_service"),
            origin: self.origin(),
        });
    }

    pub(super) fn switch(&mut self, row: &Row<'_>) {
        let closed = row.is_on("closed");
        let Some(bus) = self.bus_of(row, "bus") else { return };
        let kind = row.text("et");
        if kind == "b" {
            let Some(other) = self.bus_of(row, "element") else { return };
            let z_ohm = self.real(row, "z_ohm").unwrap_or(0.0);
            if z_ohm != 0.0 && closed {
                let (line, what) = (self.line, row.what());
                self.report.warning(Code::Assumed, |draft| {
                    draft
                        .at(line, format!("{what} has an impedance of {z_ohm} ohm: it is taken to have none"))
                        .element(what)
                        .help("replace it by a line")
                });
            }
            let breaker = !matches!(row.text("type").as_str(), "DS" | "LBS");
            self.network.switches.push(Switch {
                id: row.id().into(),
                from: bus,
                to: other,
                kind: if breaker { SwitchKind::Breaker } else { SwitchKind::Disconnector },
                closed,
                built: true,
                origin: self.origin(),
            });
            return;
        }
        if closed {
            return;
        }
        let index = self.real(row, "element").unwrap_or(-1.0);
        let named = match kind.as_str() {
            // Lines were read with their open ends known.
            "l" => format!("line-{index}"),
            "t" => format!("trafo-{index}"),
            _ => format!("trafo3w-{index}"),
        };
        let is_it = |id: &str| {
            id == named || id.strip_prefix(named.as_str()).is_some_and(|rest| rest.starts_with('#'))
        };
        let mut found = kind == "l" && self.network.lines.iter().any(|line| is_it(&line.id));
        for t in self.network.transformers.iter_mut().filter(|t| is_it(&t.id)) {
            (t.in_service, found) = (false, true);
        }
        for t in self.network.transformers3.iter_mut().filter(|t| is_it(&t.id)) {
            for winding in t.windings.iter_mut().filter(|winding| winding.bus == bus) {
                (winding.in_service, found) = (false, true);
            }
        }
        let (line, what) = (self.line, row.what());
        if !found {
            self.report.error(Code::Reference, |draft| {
                draft
                    .at(line, format!("{what}: there is no {named}"))
                    .element(what)
                    .help("take the switch out")
            });
        }
    }

    /// Notes at which of its ends a line is open, before lines are read.
    pub(super) fn open_line(&mut self, row: &Row<'_>) {
        if row.is_on("closed") || row.text("et") != "l" {
            return;
        }
        // What does not exist is told where the switch is read.
        let whole = |field| row.number(field).ok().flatten().filter(|number: &f64| number.fract() == 0.0);
        #[expect(clippy::cast_possible_truncation, reason = "no record has such a number")]
        let place = |number: f64| number as i64;
        let (Some(bus), Some(element)) = (whole("bus"), whole("element")) else { return };
        let Some(&bus) = self.buses.get(&place(bus)) else { return };
        let open = self.open_lines.entry(place(element)).or_default();
        if open[0].is_none() {
            open[0] = Some(bus);
        } else {
            open[1] = Some(bus);
        }
    }
}

fn whole(value: f64) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "below a million")]
    let whole = value as i32;
    whole
}
