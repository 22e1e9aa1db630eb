//! Windings of transformers: ratio, tap changer and control, impedances by their codes. The equations stand with
//! [`super::transformers`].

use super::fields::What;
use super::row::Row;
use super::{Raw, branches};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    CorrectionOf, EndShunt, LineDrop, PhaseControl, Rating, Side, Tap, TapControl, TapTarget,
};

/// A winding as its line gives it.
pub(super) struct WindingRow {
    /// Ratio in p.u. of the bus's rated voltage.
    pub(super) t: f64,
    /// Ratio in p.u. by one unit of WINDV.
    pub(super) per_windv: f64,
    pub(super) shift_deg: f64,
    pub(super) rating: Rating,
    pub(super) tap: Option<Tap>,
    /// What `t` is over the turns of the tap.
    pub(super) ratio_pu: f64,
    pub(super) tap_control: Option<TapControl>,
    pub(super) phase_control: Option<PhaseControl>,
    pub(super) table: i64,
    pub(super) of: CorrectionOf,
}

/// Codes of a transformer that its lines are read by.
#[derive(Clone, Copy)]
pub(super) struct Codes {
    pub(super) cw: i64,
    pub(super) cz: i64,
    pub(super) cm: i64,
}

/// The ratio of a winding in p.u. of its bus's rated voltage, and what one unit of WINDV is of it.
pub(super) fn ratio(
    raw: &mut Raw<'_>,
    row: &Row,
    what: What<'_>,
    bus: BusId,
    codes: Codes,
    number: usize,
) -> Option<(f64, f64)> {
    let names = ["WINDV1", "WINDV2", "WINDV3"];
    let name = names.get(number.wrapping_sub(1)).copied().unwrap_or("WINDV");
    let base_kv = raw.network.buses[bus].vn_kv;
    let windv = raw.fields.real(row, 0, if codes.cw == 2 { base_kv } else { 1.0 }, (what, name));
    let nominal = Some(raw.fields.real(row, 1, 0.0, (what, "NOMV"))).filter(|&kv| kv != 0.0);
    if codes.cw != 1 && base_kv <= 0.0 {
        let cw = codes.cw;
        raw.fields.wrong(row, 0, Code::Value, what, name, |_| {
            format!("CW {cw} is about kV, and the bus has no rated voltage (BASKV)")
        });
        return None;
    }
    if windv <= 0.0 {
        raw.fields
            .wrong(row, 0, Code::Value, what, name, |_| format!("{windv} is no ratio, it must be above 0"));
        return None;
    }
    if let Some(nominal) = nominal.filter(|kv| codes.cz != 1 && (kv - base_kv).abs() > 1e-6 * base_kv) {
        let said = format!(
            "NOMV {nominal} kV of winding {number} is not BASKV {base_kv} kV with CZ {}: programs differ on the base of the impedance, here it is BASKV",
            codes.cz
        );
        raw.fields.warn(Code::Assumed, row, what, &said, "give the impedance with CZ 1, on the system base");
    }
    let per_windv = match codes.cw {
        2 => 1.0 / base_kv,
        3 => nominal.unwrap_or(base_kv) / base_kv,
        _ => 1.0,
    };
    Some((windv * per_windv, per_windv))
}

/// A winding with its ratings and its control.
pub(super) fn winding(
    raw: &mut Raw<'_>,
    row: &Row,
    what: What<'_>,
    bus: BusId,
    codes: Codes,
    number: usize,
) -> Option<WindingRow> {
    let (t, per_windv) = ratio(raw, row, what, bus, codes, number)?;
    let shift_deg = raw.fields.real(row, 2, 0.0, (what, "ANG"));
    let rating = branches::rating(raw, row, 3, what, None);
    let cod_at = if raw.revision >= 34 { 15 } else { 6 };
    let rest = if raw.revision >= 35 { cod_at + 3 } else { cod_at + 2 };
    let cod = raw.fields.code(row, cod_at, 0, (what, "COD"));
    let mut winding = WindingRow {
        t,
        per_windv,
        shift_deg,
        rating,
        tap: None,
        ratio_pu: t,
        tap_control: None,
        phase_control: None,
        table: raw.fields.code(row, rest + 5, 0, (what, "TAB")),
        of: if matches!(cod.abs(), 3 | 5) { CorrectionOf::Shift } else { CorrectionOf::Ratio },
    };
    match cod.abs() {
        0 => {}
        1..=3 => control(raw, row, what, &mut winding, (cod, cod_at, rest)),
        _ => {
            let said =
                format!("winding {number} has the control COD {cod}, which is not modelled: its tap stays");
            raw.fields.warn(Code::NotUsed, row, what, &said, "");
        }
    }
    Some(winding)
}

/// The control of a winding: 1 voltage, 2 Mvar, 3 MW; negative where it is blocked.
fn control(
    raw: &mut Raw<'_>,
    row: &Row,
    what: What<'_>,
    winding: &mut WindingRow,
    (cod, cod_at, rest): (i64, usize, usize),
) {
    let active = cod > 0;
    // A negative CONT says on which side the bus lies, which the sensitivity finds out by itself.
    let bus = raw.fields.other_bus(row, cod_at + 1, (what, "CONT"));
    let mut real = |index, default, name| raw.fields.real(row, index, default, (what, name));
    let (rma, rmi) = (real(rest, 1.1, "RMA"), real(rest + 1, 0.9, "RMI"));
    let (vma, vmi) = (real(rest + 2, 1.1, "VMA"), real(rest + 3, 0.9, "VMI"));
    let positions = real(rest + 4, 33.0, "NTP");
    let drop = (real(rest + 6, 0.0, "CR"), real(rest + 7, 0.0, "CX"));
    if cod.abs() == 3 {
        winding.phase_control = Some(PhaseControl {
            p_min_mw: vmi,
            p_max_mw: vma,
            shift_min_deg: rmi,
            shift_max_deg: rma,
            shift_step_deg: 0.0,
            active,
        });
        return;
    }
    let Some(tap) = tap(winding, rma, rmi, positions) else {
        let said = format!(
            "its tap range from RMI {rmi} to RMA {rma} in NTP {positions} positions is none: its tap stays"
        );
        raw.fields.warn(Code::NotUsed, row, what, &said, "give RMA above RMI, and NTP of at least 2");
        return;
    };
    winding.ratio_pu = winding.t / tap.turns_pu();
    winding.tap = Some(tap);
    let target = if cod.abs() == 2 {
        TapTarget::Reactive { min_mvar: vmi, max_mvar: vma }
    } else {
        if bus.is_none() {
            let said = "COD 1 without a controlled bus (CONT): its tap stays";
            raw.fields.warn(Code::NotUsed, row, what, said, "name the bus whose voltage it holds");
            return;
        }
        let drop = (drop != (0.0, 0.0)).then_some(LineDrop { r_pu: drop.0, x_pu: drop.1 });
        TapTarget::Voltage { bus, min_pu: vmi, max_pu: vma, drop }
    };
    winding.tap_control = Some(TapControl { target, active });
}

/// The tap changer of a winding: positions from RMI (0) to RMA (NTP - 1), and the one nearest to WINDV. What WINDV is
/// off from it goes into the ratio, so that the state of the file stays exact.
fn tap(winding: &WindingRow, rma: f64, rmi: f64, positions: f64) -> Option<Tap> {
    /// More positions than any tap changer has; files say 9999 for continuous ones.
    const MOST: f64 = 100_000.0;
    if !(rma > rmi && rmi > 0.0 && (2.0..=MOST).contains(&positions)) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "between 1 and 100 000")]
    let last = positions as i32 - 1;
    let step = (rma - rmi) / f64::from(last);
    let nearest = ((winding.t / winding.per_windv - rmi) / step).round().clamp(0.0, f64::from(last));
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and the last position")]
    let position = nearest as i32;
    Some(Tap { side: Side::From, position, neutral: 0, min: 0, max: last, step_percent: 100.0 * step / rmi })
}

/// An impedance between two windings in p.u. on the system base, and the base it was given on.
pub(super) fn impedance(
    raw: &mut Raw<'_>,
    row: &Row,
    first: usize,
    what: What<'_>,
    codes: Codes,
) -> (f64, f64, f64) {
    let sbase = raw.network.sbase_mva;
    let names = match first {
        0 => ["R1-2", "X1-2", "SBASE1-2"],
        3 => ["R2-3", "X2-3", "SBASE2-3"],
        _ => ["R3-1", "X3-1", "SBASE3-1"],
    };
    let mut real = |offset, default, name| raw.fields.real(row, first + offset, default, (what, name));
    let (r, x) = (real(0, 0.0, names[0]), real(1, 0.0, names[1]));
    let base = real(2, sbase, names[2]);
    let is_needed = codes.cz != 1 || codes.cm != 1;
    if base <= 0.0 && is_needed {
        let words = |_: &str| format!("{base} is no base power");
        raw.fields.wrong(row, first + 2, Code::Value, what, names[2], words);
        return (r, x, sbase);
    }
    match codes.cz {
        2 => (r * sbase / base, x * sbase / base, base),
        3 => {
            let own = r / (1e6 * base);
            if own.abs() > x.abs() {
                let words = |_: &str| format!("the loss of {r} W is more than an impedance of {x} p.u. has");
                raw.fields.wrong(row, first, Code::Value, what, names[0], words);
                return (0.0, x, base);
            }
            let reactance = (x * x - own * own).max(0.0).sqrt().copysign(x);
            (own * sbase / base, reactance * sbase / base, base)
        }
        _ => (r, x, base),
    }
}

/// The magnetising branch, at bus I.
pub(super) fn magnetising(
    raw: &mut Raw<'_>,
    rows: &[Row; 5],
    what: What<'_>,
    bus: BusId,
    codes: Codes,
    base: f64,
) -> EndShunt {
    let sbase = raw.network.sbase_mva;
    let mut real = |row: &Row, index, name| raw.fields.real(row, index, 0.0, (what, name));
    let (mag1, mag2) = (real(&rows[0], 7, "MAG1"), real(&rows[0], 8, "MAG2"));
    if codes.cm == 1 || (mag1 == 0.0 && mag2 == 0.0) {
        return EndShunt { g_mw: mag1 * sbase, b_mvar: mag2 * sbase };
    }
    let nominal = real(&rows[2], 1, "NOMV1");
    let base_kv = raw.network.buses[bus].vn_kv;
    let scale = if nominal > 0.0 && base_kv > 0.0 { (base_kv / nominal).powi(2) } else { 1.0 };
    let g = mag1 / (1e6 * sbase);
    let y = mag2 * base / sbase;
    if y.abs() < g.abs() {
        let said = format!(
            "its exciting current (MAG2 {mag2}) is less than its no-load loss (MAG1 {mag1} W) needs: no magnetising susceptance"
        );
        raw.fields.warn(Code::Assumed, &rows[0], what, &said, "check MAG1 and MAG2 against CM");
    }
    let b = -(y * y - g * g).max(0.0).sqrt();
    EndShunt { g_mw: g * scale * sbase, b_mvar: b * scale * sbase }
}
