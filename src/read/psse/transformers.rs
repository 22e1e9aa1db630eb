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
use super::windings::{Codes, impedance, magnetising, ratio, winding};
use super::{Raw, corrections};
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    EndShunt, Name, Origin, StarImpedance, Transformer, Transformer3, TransformerImpedance, Winding,
};
use corrections::{Wanted, Who};

pub(super) fn read(raw: &mut Raw<'_>, record: &mut Record, walk: &mut Walk<'_, '_>) -> Next {
    let is_three = !matches!(raw.fields.bytes(&record.rows[0], 2), b"" | b"0");
    let lines = if is_three { 5 } else { 4 };
    let head = &record.rows[0];
    let id = raw.fields.id(head, if is_three { &[0, 1, 2] } else { &[0, 1] }, 3);
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
