//! Transformers of two and three windings, their control, and the tables that correct their impedance.
//!
//! ```text
//! 1  I, J, K, CKT, CW, CZ, CM, MAG1, MAG2, NMETR, 'NAME', STAT, O1, F1, .. O4, F4, VECGRP, ZCOD
//! 2  R1-2, X1-2, SBASE1-2 [, R2-3, X2-3, SBASE2-3, R3-1, X3-1, SBASE3-1, VMSTAR, ANSTAR]
//! 3  WINDV1, NOMV1, ANG1, RATA1, RATB1, RATC1, COD1, CONT1, RMA1, RMI1, VMA1, VMI1, NTP1, TAB1, CR1, CX1, CNXA1
//! 4  WINDV2, NOMV2 [and the rest as line 3]        5  as line 4, of the third winding
//! ```
//!
//! ```text
//! t  = WINDV (CW 1),  WINDV/BASKV (CW 2),  WINDV·NOMV/BASKV (CW 3)
//! z  = R + jX (CZ 1),  the same on SBASE1-2 (CZ 2),  r = R/(10⁶·SBASE1-2), x = √(X² − r²) on SBASE1-2 (CZ 3)
//! ym = MAG1 + j·MAG2 (CM 1),  from no-load loss [W] and exciting current (CM 2); at bus I, outside of the ratio
//! ```
//!
//! Two windings are one ratio t1/t2 at bus I, with z·t2² behind it. From revision 34 on a winding has twelve ratings; 35
//! puts NOD1 behind CONT1, 34 at the end.

use super::fields::What;
use super::row::Row;
use super::section::Section;
use super::walk::{Next, Record, Walk};
use super::{Raw, branches};
use crate::finding::Code;
use crate::ids::{BusId, CorrectionId, Id, Transformer3Id, TransformerId};
use crate::model::{
    Correction, CorrectionOf, CorrectionPoint, EndShunt, LineDrop, Name, Origin, PhaseControl, Rating, Side,
    StarImpedance, Tap, TapControl, TapTarget, Transformer, Transformer3, TransformerImpedance, Winding,
};
use std::collections::BTreeMap;

/// Points of a correction table that are read.
const MAX_POINTS: usize = 4096;

/// Correction tables, and the windings that name them, to be brought together when all are read.
#[derive(Default)]
pub(super) struct Corrections {
    tables: BTreeMap<i64, (Vec<CorrectionPoint>, Origin)>,
    wanted: Vec<Wanted>,
}

/// A winding that names a table.
struct Wanted {
    table: i64,
    of: CorrectionOf,
    who: Who,
    line: u32,
}

enum Who {
    Two(TransformerId),
    Three(Transformer3Id, usize),
}

/// A winding as its line gives it.
struct WindingRow {
    /// Ratio in p.u. of the bus's rated voltage.
    t: f64,
    /// Ratio in p.u. by one unit of WINDV.
    per_windv: f64,
    shift_deg: f64,
    rating: Rating,
    tap: Option<Tap>,
    /// What `t` is over the turns of the tap.
    ratio_pu: f64,
    tap_control: Option<TapControl>,
    phase_control: Option<PhaseControl>,
    table: i64,
    of: CorrectionOf,
}

/// Codes of a transformer that its lines are read by.
#[derive(Clone, Copy)]
struct Codes {
    cw: i64,
    cz: i64,
    cm: i64,
}

pub(super) fn read(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let is_three = !matches!(raw.fields.bytes(&record.rows[0], 2), b"" | b"0");
    let lines = if is_three { 5 } else { 4 };
    let head = &record.rows[0];
    let parts: Vec<String> = [0, 1, 2, 3]
        .into_iter()
        .filter(|&index| index != 2 || is_three)
        .map(|index| match (index, raw.fields.string(head, index)) {
            (3, text) if text.is_empty() => "1".to_owned(),
            (_, text) => text.into_owned(),
        })
        .collect();
    let id = Name::from(parts.join("-"));
    if let Next::End =
        walk.rows(raw, record, (1, lines), Section::Transformer, || format!("transformer {id}"))
    {
        return Next::End;
    }
    of_rows(raw, &record.rows, &id, is_three);
    Next::Row
}

/// A transformer whose lines are all there.
pub(super) fn of_rows(raw: &mut Raw<'_>, rows: &[Row; 5], id: &Name, is_three: bool) {
    let head = &rows[0];
    let what = What("transformer", id);
    let fields = &mut raw.fields;
    let from = fields.bus(head, 0, (what, "I"));
    let to = fields.bus(head, 1, (what, "J"));
    let third = if is_three { fields.bus(head, 2, (what, "K")) } else { None };
    let Some(((from, _), (to, _))) = from.zip(to) else { return };
    let codes = Codes {
        cw: fields.code(head, 4, 1, (what, "CW")),
        cz: fields.code(head, 5, 1, (what, "CZ")),
        cm: fields.code(head, 6, 1, (what, "CM")),
    };
    for (index, name, code, last) in [(4, "CW", codes.cw, 3), (5, "CZ", codes.cz, 3), (6, "CM", codes.cm, 2)]
    {
        if !(1..=last).contains(&code) {
            fields
                .wrong(head, index, Code::Value, what, name, |text| format!("{text} is none of 1 to {last}"));
            return;
        }
    }
    match third {
        Some((third, _)) => three(raw, rows, id, [from, to, third], codes),
        None if is_three => {}
        None => two(raw, rows, id, [from, to], codes),
    }
}

fn two(raw: &mut Raw<'_>, rows: &[Row; 5], id: &Name, [from, to]: [BusId; 2], codes: Codes) {
    let what = What("transformer", id);
    let sbase_mva = raw.network.sbase_mva;
    let Some(first) = winding(raw, &rows[2], what, from, codes, 1) else { return };
    let Some(t2) = ratio(raw, &rows[3], what, to, codes, 2) else { return };
    let t2 = t2.0;
    let (r_pu, x_pu, base) = impedance(raw, &rows[1], 0, what, codes);
    let magnetising = magnetising(raw, rows, what, from, codes, base);
    let fields = &mut raw.fields;
    let in_service = fields.code(&rows[0], 11, 1, (what, "STAT")) > 0;
    let name = fields.string(&rows[0], 10).into_owned();
    let vector_group = Name::from(fields.string(&rows[0], 20));
    let origin = Origin::at(fields.place(&rows[0]));
    let transformer = raw.network.transformers.push(Transformer {
        name,
        ratio_pu: first.ratio_pu / t2,
        shift_deg: first.shift_deg,
        tap: first.tap,
        tap_control: first.tap_control,
        phase_control: first.phase_control,
        end_shunts: [magnetising, EndShunt::default()],
        vector_group,
        rating: first.rating,
        in_service,
        origin,
        ..Transformer::new(
            id.clone(),
            from,
            to,
            TransformerImpedance::PerUnit {
                r_pu: r_pu * t2 * t2,
                x_pu: x_pu * t2 * t2,
                g_pu: 0.0,
                b_pu: 0.0,
                sbase_mva,
            },
        )
    });
    if first.table != 0 {
        let (table, of, line) = (first.table, first.of, rows[2].line);
        raw.corrections.wanted.push(Wanted { table, of, who: Who::Two(transformer), line });
    }
}

fn three(raw: &mut Raw<'_>, rows: &[Row; 5], id: &Name, buses: [BusId; 3], codes: Codes) {
    let what = What("transformer", id);
    let sbase_mva = raw.network.sbase_mva;
    let (mut r_pu, mut x_pu) = ([0.0; 3], [0.0; 3]);
    let mut base = sbase_mva;
    for pair in 0..3 {
        let (r, x, own) = impedance(raw, &rows[1], 3 * pair, what, codes);
        (r_pu[pair], x_pu[pair]) = (r, x);
        if pair == 0 {
            base = own;
        }
    }
    let magnetising = magnetising(raw, rows, what, buses[0], codes, base);
    let status = raw.fields.code(&rows[0], 11, 1, (what, "STAT"));
    // 2: winding 2 is out, 3: winding 3 is out, 4: winding 1 is out.
    let out = match status {
        2 => Some(1),
        3 => Some(2),
        4 => Some(0),
        _ => None,
    };
    let mut windings = Vec::with_capacity(3);
    let mut wanted = Vec::new();
    for (at, &bus) in buses.iter().enumerate() {
        let Some(own) = winding(raw, &rows[2 + at], what, bus, codes, at + 1) else { return };
        if own.table != 0 {
            wanted.push((own.table, own.of, at, rows[2 + at].line));
        }
        windings.push(Winding {
            ratio_pu: own.ratio_pu,
            shift_deg: own.shift_deg,
            tap: own.tap,
            tap_control: own.tap_control,
            phase_control: own.phase_control,
            rating: own.rating,
            in_service: out != Some(at),
            ..Winding::new(bus)
        });
    }
    let Ok(windings) = <[Winding; 3]>::try_from(windings) else { return };
    let fields = &raw.fields;
    let transformer = raw.network.transformers3.push(Transformer3 {
        id: id.clone(),
        name: fields.string(&rows[0], 10).into_owned(),
        windings,
        impedance: StarImpedance::PerUnit {
            r_pu,
            x_pu,
            g_pu: magnetising.g_mw / sbase_mva,
            b_pu: magnetising.b_mvar / sbase_mva,
            sbase_mva,
        },
        vector_group: Name::from(fields.string(&rows[0], 20)),
        built: true,
        in_service: status > 0,
        origin: Origin::at(fields.place(&rows[0])),
    });
    if raw.fields.code(&rows[0], 21, 0, (what, "ZCOD")) != 0 && !wanted.is_empty() {
        let said = "ZCOD 1: the correction of its impedances between windings is applied to its star legs";
        raw.fields.warn(Code::Assumed, &rows[0], what, said, "");
    }
    for (table, of, at, line) in wanted {
        raw.corrections.wanted.push(Wanted { table, of, who: Who::Three(transformer, at), line });
    }
}

/// The ratio of a winding in p.u. of its bus's rated voltage, and what one unit of WINDV is of it.
fn ratio(
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
fn winding(
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
fn impedance(raw: &mut Raw<'_>, row: &Row, first: usize, what: What<'_>, codes: Codes) -> (f64, f64, f64) {
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
fn magnetising(
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

/// A correction table: one line of `I, T1, F1, ..` up to revision 33; from 34 on `T, Re(F), Im(F)`, six points a line,
/// until a point of zeros.
pub(super) fn correction(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let number = raw.fields.code(&record.rows[0], 0, 0, (What("impedance correction table", "?"), "I"));
    let id = number.to_string();
    let origin = Origin::at(raw.fields.place(&record.rows[0]));
    let mut points = Vec::new();
    if raw.revision < 34 {
        let row = &record.rows[0];
        for index in (1..row.len().saturating_sub(1)).step_by(2) {
            point(raw, row, &id, (index, 2), &mut points);
        }
    } else {
        let mut first = 1;
        loop {
            let row = &record.rows[0];
            let mut ended = false;
            for index in (first..row.len()).step_by(3) {
                ended |= !point(raw, row, &id, (index, 3), &mut points);
            }
            if ended || points.len() > MAX_POINTS {
                break;
            }
            match walk.row(raw, &mut record.rows[0]) {
                Ok(true) => first = 0,
                // A file of another program may leave out the last point of zeros at the end of the file.
                Ok(false) => break,
                Err(()) => return Next::End,
            }
        }
    }
    put(raw, number, points, origin);
    Next::Row
}

/// A point of a table; says whether it is one, and not the end of the table.
fn point(
    raw: &mut Raw<'_>,
    row: &Row,
    id: &str,
    (index, width): (usize, usize),
    points: &mut Vec<CorrectionPoint>,
) -> bool {
    let what = What("impedance correction table", id);
    let mut real = |offset, name| raw.fields.real(row, index + offset, 0.0, (what, name));
    let (at, factor) = (real(0, "T"), real(1, "F"));
    let imaginary = if width == 3 { real(2, "Im(F)") } else { 0.0 };
    if at == 0.0 && factor == 0.0 && imaginary == 0.0 {
        return false;
    }
    if imaginary != 0.0 {
        let said =
            format!("the imaginary part of its factor at {at} is left out: R and X are scaled by {factor}");
        raw.fields.warn(Code::NotUsed, row, what, &said, "");
    }
    points.push(CorrectionPoint { at, r_factor: factor, x_factor: factor });
    true
}

/// Keeps a table.
pub(super) fn put(raw: &mut Raw<'_>, number: i64, points: Vec<CorrectionPoint>, origin: Origin) {
    raw.corrections.tables.entry(number).or_insert_with(|| (Vec::new(), origin)).0.extend(points);
}

/// Gives every winding its table.
pub(super) fn connect_corrections(raw: &mut Raw<'_>) {
    let Corrections { tables, wanted } = std::mem::take(&mut raw.corrections);
    let mut made: BTreeMap<(i64, bool), CorrectionId> = BTreeMap::new();
    for Wanted { table, of, who, line } in wanted {
        let Some((points, origin)) = tables.get(&table).filter(|(points, _)| !points.is_empty()) else {
            let network = &raw.network;
            let id = match who {
                Who::Two(id) => &network.transformers[id].id,
                Who::Three(id, _) => &network.transformers3[id].id,
            };
            raw.fields.report.warning(Code::NotUsed, |draft| {
                draft
                    .at(line, format!("transformer {id}: there is no impedance correction table {table}: its impedance stays"))
                    .element(format!("transformer {id}"))
                    .field("TAB")
                    .help("add the table, or write 0")
            });
            continue;
        };
        let id = *made.entry((table, of == CorrectionOf::Shift)).or_insert_with(|| {
            let id = if of == CorrectionOf::Shift { format!("{table}-shift") } else { table.to_string() };
            let correction = Correction { id: id.into(), of, points: points.clone(), origin: origin.clone() };
            raw.network.catalogue.corrections.push(correction)
        });
        match who {
            Who::Two(transformer) => raw.network.transformers[transformer].correction = Some(id),
            Who::Three(transformer, at) => {
                raw.network.transformers3[transformer].windings[at].correction = Some(id);
            }
        }
    }
    debug_assert!(made.values().all(|id| id.index() < raw.network.catalogue.corrections.len()));
}
