//! Branches and system switching devices.
//!
//! ```text
//! 23-27   I, J, CKT, R, X, B, RATEA, RATEB, RATEC, RATIO, ANGLE, GI, BI, GJ, BJ, ST
//! 28-30   I, J, CKT, R, X, B, RATEA, RATEB, RATEC, GI, BI, GJ, BJ, ST, LEN, ..
//! 31-33   the same, ST, MET, LEN, ..
//! 34 on   I, J, CKT, R, X, B, 'NAME', RATE1 .. RATE12, GI, BI, GJ, BJ, STAT, MET, LEN, ..
//! ```
//!
//! B is the charging of the whole branch; GI + jBI and GJ + jBJ stand at its ends and are switched with it. A branch of
//! R = 0 and X up to THRSHZ has no impedance. Up to revision 27 a branch with a RATIO is a transformer, and its charging
//! stays at its terminals, whatever the ratio.

use super::Raw;
use super::fields::What;
use super::row::{NONE, Row};
use super::walk::Record;
use crate::finding::Code;
use crate::ids::BusId;
use crate::model::{
    EndShunt, Line, LineImpedance, Name, Origin, Rating, RatingUnit, Switch, SwitchKind, Transformer,
    TransformerImpedance,
};

/// Where the fields stand.
struct Columns {
    name: usize,
    rates: usize,
    ratio: usize,
    ends: usize,
    status: usize,
    length: usize,
}

impl Columns {
    fn of(revision: u32) -> Self {
        let modern = Self { name: NONE, rates: 6, ratio: NONE, ends: 9, status: 13, length: 15 };
        match revision {
            ..=27 => Self { ratio: 9, ends: 11, status: 15, length: NONE, ..modern },
            28..=30 => Self { length: 14, ..modern },
            31..=33 => modern,
            _ => Self { name: 6, rates: 7, ratio: NONE, ends: 19, status: 23, length: 25 },
        }
    }
}

/// The two ends of a branch and its id: `2-3-1`.
pub(super) fn ends(
    raw: &mut Raw<'_>,
    row: &Row,
    circuit: usize,
    kind: &'static str,
) -> (Name, Option<[BusId; 2]>) {
    let fields = &mut raw.fields;
    let id = fields.id(row, &[0, 1], circuit);
    let what = What(kind, &id);
    let from = fields.bus(row, 0, (what, "I"));
    let to = fields.bus(row, 1, (what, "J"));
    let ends = from.zip(to).map(|((from, _), (to, _))| [from, to]);
    (id, ends)
}

/// Three ratings; 0 is none.
pub(super) fn rating(
    raw: &mut Raw<'_>,
    row: &Row,
    first: usize,
    what: What<'_>,
    current_at: Option<BusId>,
) -> Rating {
    let mut rate = |offset, name| {
        let mva = raw.fields.real(row, first + offset, 0.0, (what, name));
        (mva > 0.0).then_some(mva)
    };
    let [normal, short, emergency] = [rate(0, "RATA"), rate(1, "RATB"), rate(2, "RATC")];
    // A current that is expressed as MVA is one at the rated voltage of the bus.
    let vn_kv = current_at.map(|bus| raw.network.buses[bus].vn_kv).filter(|&kv| kv > 0.0);
    let Some(vn_kv) = vn_kv else { return Rating { unit: RatingUnit::Mva, normal, short, emergency } };
    let ka = |mva: Option<f64>| mva.map(|mva| mva / (3.0_f64.sqrt() * vn_kv));
    Rating { unit: RatingUnit::Ka, normal: ka(normal), short: ka(short), emergency: ka(emergency) }
}

pub(super) fn read(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let columns = Columns::of(raw.revision);
    let (id, ends) = ends(raw, row, 2, "branch");
    let Some([from, to]) = ends else { return };
    let what = What("branch", &id);
    let current_at = raw.rates_are_currents[1].then_some(from);
    let rating = rating(raw, row, columns.rates, what, current_at);
    let sbase_mva = raw.network.sbase_mva;
    let fields = &mut raw.fields;
    let mut real = |index, name| fields.real(row, index, 0.0, (what, name));
    let (r_pu, x_pu, b_pu) = (real(3, "R"), real(4, "X"), real(5, "B"));
    let (ratio, shift_deg) = if columns.ratio == NONE {
        (0.0, 0.0)
    } else {
        (real(columns.ratio, "RATIO"), real(columns.ratio + 1, "ANGLE"))
    };
    let mut end = |offset, g_name, b_name| EndShunt {
        g_mw: real(columns.ends + offset, g_name) * sbase_mva,
        b_mvar: real(columns.ends + offset + 1, b_name) * sbase_mva,
    };
    let mut end_shunts = [end(0, "GI", "BI"), end(2, "GJ", "BJ")];
    if columns.length != NONE && real(columns.length, "LEN") != 0.0 {
        raw.unused.lengths += 1;
    }
    let in_service = fields.code(row, columns.status, 1, (what, "ST")) > 0;
    let name = fields.string(row, columns.name).into_owned();
    let origin = Origin::at(fields.place(row));
    if from == to {
        // Solved files balance without it, charging included.
        raw.fields.warn(
            Code::NotUsed,
            row,
            what,
            "it starts and ends at the same bus: it is left out",
            "is one of its buses wrong?",
        );
        return;
    }
    if ratio == 0.0 && shift_deg == 0.0 {
        let joins = r_pu == 0.0 && x_pu.abs() <= raw.threshold_pu;
        raw.joined += usize::from(joins && x_pu != 0.0);
        raw.network.lines.push(Line {
            row: id.clone(),
            id,
            name,
            circuit: 0,
            from,
            to,
            impedance: LineImpedance::PerUnit {
                r_pu,
                x_pu: if joins { 0.0 } else { x_pu },
                g_pu: 0.0,
                b_pu,
                sbase_mva,
            },
            end_shunts,
            series: None,
            rating,
            built: true,
            in_service,
            origin,
        });
        return;
    }
    for end in &mut end_shunts {
        end.b_mvar += b_pu / 2.0 * sbase_mva;
    }
    let impedance = TransformerImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu: 0.0, sbase_mva };
    raw.network.transformers.push(Transformer {
        name,
        ratio_pu: if ratio == 0.0 { 1.0 } else { ratio },
        shift_deg,
        end_shunts,
        rating,
        in_service,
        origin,
        ..Transformer::new(id, from, to, impedance)
    });
}

/// `I, J, CKT, X, RATE1 .. RATE12, STAT, NSTAT, MET, STYPE, 'NAME'`
pub(super) fn system_switch(raw: &mut Raw<'_>, record: &Record) {
    let row = &record.rows[0];
    let (id, ends) = ends(raw, row, 2, "switching device");
    let Some([from, to]) = ends else { return };
    let what = What("switching device", &id);
    let closed = raw.fields.code(row, 16, 1, (what, "STAT")) > 0;
    let is_disconnector = raw.fields.code(row, 19, 1, (what, "STYPE")) == 3;
    let rated = (4..16).any(|index| raw.fields.real(row, index, 0.0, (what, "RATE")) > 0.0);
    if rated {
        raw.fields.report.note(Code::NotUsed, |draft| {
            draft.at(row.line, format!("{what}: its ratings are not used")).element(what.to_string())
        });
    }
    let kind = if is_disconnector { SwitchKind::Disconnector } else { SwitchKind::Breaker };
    let origin = Origin::at(raw.fields.place(row));
    raw.network.switches.push(Switch { id, from, to, kind, closed, built: true, origin });
}
