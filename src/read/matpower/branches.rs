//! Branch rows: lines and transformers.
//!
//! A row is a transformer if it has a ratio or an angle, or if it joins two clearly different rated voltages
//! (ratio 0 then means 1); else it is a line. Both have the same equations, so results do not depend on it.

use super::columns::branch as column;
use super::grid::Table;
use crate::finding::Code;
use crate::ids::{BusId, Col, Id};
use crate::model::{
    EndShunt, Line, LineImpedance, Name, Network, Origin, Rating, RatingUnit, Transformer,
    TransformerImpedance,
};
use crate::read::numbering::{BusNumbers, IdText, whole};
use crate::read::report::Report;

/// Rated voltages further apart than this factor need a transformer between them.
const SAME_LEVEL: f64 = 1.2;

/// Fills lines and transformers.
pub(super) fn read(
    table: Table<'_>,
    numbers: &BusNumbers,
    levels: &Col<BusId, f64>,
    network: &mut Network,
    report: &mut Report,
) {
    let mut ends = Vec::with_capacity(table.len());
    for row in 0..table.len() {
        ends.push(read_ends(table, row, numbers, report));
    }
    let parallels = parallels(&ends, network.buses.len());
    let mut lines = Vec::with_capacity(table.len());
    let mut transformers = Vec::with_capacity(table.len());
    let mut id_text = IdText::new();
    for (row, (ends, parallel)) in ends.into_iter().zip(parallels).enumerate() {
        let Some([from, to]) = ends else { continue };
        let cells = table.matrix.row(row);
        let Some((from_number, to_number)) = whole(cells[column::FROM]).zip(whole(cells[column::TO])) else {
            continue;
        };
        let element = || format!("branch {from_number}-{to_number}-{parallel}");
        let mut finite = |column, instead| table.finite((row, column), instead, report, element);
        let (r_pu, x_pu) = (finite(column::R, 0.0), finite(column::X, 1.0));
        let b_pu = finite(column::B, 0.0);
        let (ratio, shift_deg) = (finite(column::RATIO, 0.0), finite(column::ANGLE, 0.0));
        let in_service = finite(column::STATUS, 0.0) != 0.0;
        let mut rate = |column| table.limit((row, column), 1.0, report, element).filter(|&mva| mva != 0.0);
        let rating = Rating {
            unit: RatingUnit::Mva,
            normal: rate(column::RATE_A),
            short: rate(column::RATE_B),
            emergency: rate(column::RATE_C),
        };
        let id = id_text.of(&[from_number, to_number, parallel]);
        let origin = Origin::at(table.place(row));
        let sbase_mva = network.sbase_mva;
        if ratio == 0.0 && shift_deg == 0.0 && same_level(levels[from], levels[to]) {
            lines.push(Line {
                row: id.clone(),
                id,
                name: String::new(),
                circuit: 0,
                from,
                to,
                impedance: LineImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu, sbase_mva },
                end_shunts: [EndShunt::default(); 2],
                series: None,
                rating,
                built: true,
                in_service,
                origin,
            });
        } else {
            transformers.push(Transformer {
                id,
                name: String::new(),
                from,
                to,
                impedance: TransformerImpedance::PerUnit { r_pu, x_pu, g_pu: 0.0, b_pu, sbase_mva },
                ratio_pu: if ratio == 0.0 { 1.0 } else { ratio },
                shift_deg,
                tap: None,
                tap_control: None,
                phase_control: None,
                correction: None,
                end_shunts: [EndShunt::default(); 2],
                vector_group: Name::default(),
                rating,
                built: true,
                in_service,
                origin,
            });
        }
    }
    network.lines = Col::from(lines);
    network.transformers = Col::from(transformers);
}

/// The buses of a row; a number that leads to none is told.
fn read_ends(table: Table<'_>, row: usize, numbers: &BusNumbers, report: &mut Report) -> Option<[BusId; 2]> {
    let cells = table.matrix.row(row);
    let mut end = |column: usize| {
        let found = numbers.bus(cells[column]);
        if found.is_none() {
            let (from, to) = (cells[column::FROM], cells[column::TO]);
            let field = super::columns::column_word("branch", column);
            report.error(Code::Reference, |draft| {
                draft
                    .at(0, format!("branch {from}-{to}, field {field}: no bus is numbered {}", cells[column]))
                    .place(table.matrix.cell_place(table.text, table.file, row, column))
                    .element(format!("branch {from}-{to}"))
                    .field(field)
                    .help("every bus needs a row in mpc.bus")
            });
        }
        found
    };
    let (from, to) = (end(column::FROM), end(column::TO));
    Some([from?, to?])
}

/// For each row the how manyth it is between its two buses, from 1.
fn parallels(ends: &[Option<[BusId; 2]>], buses: usize) -> Vec<u64> {
    // The rows by their first bus, in order: few of them to look through for each.
    let mut start = vec![0_u32; buses + 1];
    for [from, _] in ends.iter().flatten() {
        start[from.index() + 1] += 1;
    }
    let mut before = 0;
    for place in &mut start {
        before += *place;
        *place = before;
    }
    let mut next = start.clone();
    let mut rows = vec![(BusId::from_index(0), 0_u32); before as usize];
    for (row, ends) in (0_u32..).zip(ends) {
        let &Some([from, to]) = ends else { continue };
        let place = &mut next[from.index()];
        rows[*place as usize] = (to, row);
        *place += 1;
    }
    let mut parallels = vec![1_u64; ends.len()];
    for from in start.windows(2) {
        let rows = &mut rows[from[0] as usize..from[1] as usize];
        if rows.len() > 1 {
            rows.sort_unstable();
            for same in rows.chunk_by(|a, b| a.0 == b.0) {
                for (count, &(_, row)) in (1..).zip(same) {
                    parallels[row as usize] = count;
                }
            }
        }
    }
    parallels
}

fn same_level(a_kv: f64, b_kv: f64) -> bool {
    a_kv == 0.0 || b_kv == 0.0 || a_kv.max(b_kv) <= a_kv.min(b_kv) * SAME_LEVEL
}
