//! Branch rows: lines and transformers.
//!
//! A row is a transformer if it has a ratio or an angle, or if it joins two clearly different rated voltages
//! (ratio 0 then means 1); else it is a line. Both have the same equations, so results do not depend on it.

use super::columns::branch as column;
use super::grid::Table;
use crate::finding::Code;
use crate::ids::{BusId, Col};
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
    let parallels = parallels(&ends);
    let mut lines = Vec::with_capacity(table.len());
    let mut transformers = Vec::new();
    let mut id_text = IdText::new();
    for (row, (ends, parallel)) in ends.into_iter().zip(parallels).enumerate() {
        let Some(Ends { from, to, numbers: [from_number, to_number] }) = ends else { continue };
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

struct Ends {
    from: BusId,
    to: BusId,
    numbers: [u64; 2],
}

fn read_ends(table: Table<'_>, row: usize, numbers: &BusNumbers, report: &mut Report) -> Option<Ends> {
    let cells = table.matrix.row(row);
    let mut end = |column: usize| {
        let found = numbers.bus(cells[column]).zip(whole(cells[column]));
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
    let ((from, from_number), (to, to_number)) = from.zip(to)?;
    Some(Ends { from, to, numbers: [from_number, to_number] })
}

/// For each row the how manyth it is between its two buses, from 1.
fn parallels(ends: &[Option<Ends>]) -> Vec<u64> {
    let mut sorted: Vec<([BusId; 2], usize)> = Vec::with_capacity(ends.len());
    let pairs =
        ends.iter().enumerate().filter_map(|(row, ends)| ends.as_ref().map(|e| ([e.from, e.to], row)));
    sorted.extend(pairs);
    sorted.sort_unstable();
    let mut parallels = vec![1; ends.len()];
    for same in sorted.chunk_by(|a, b| a.0 == b.0) {
        for (before, &(_, row)) in (1..).zip(same) {
            parallels[row] = before;
        }
    }
    parallels
}

fn same_level(a_kv: f64, b_kv: f64) -> bool {
    a_kv == 0.0 || b_kv == 0.0 || a_kv.max(b_kv) <= a_kv.min(b_kv) * SAME_LEVEL
}
