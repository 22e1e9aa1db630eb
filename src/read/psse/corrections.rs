//! Tables that correct the impedance of transformers.

use super::Raw;
use super::fields::What;
use super::row::Row;
use super::walk::{Next, Record, Walk};
use crate::finding::Code;
use crate::ids::{CorrectionId, Id, Transformer3Id, TransformerId};
use crate::model::{Correction, CorrectionOf, CorrectionPoint, Origin};
use std::collections::BTreeMap;

/// Points of a correction table that are read.
const MAX_POINTS: usize = 4096;

/// Correction tables, and the windings that name them, to be brought together when all are read.
#[derive(Default)]
pub(super) struct Corrections {
    pub(super) tables: BTreeMap<i64, (Vec<CorrectionPoint>, Origin)>,
    pub(super) wanted: Vec<Wanted>,
}

/// A winding that names a table.
pub(super) struct Wanted {
    pub(super) table: i64,
    pub(super) of: CorrectionOf,
    pub(super) who: Who,
    pub(super) line: u32,
}

pub(super) enum Who {
    Two(TransformerId),
    Three(Transformer3Id, usize),
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
