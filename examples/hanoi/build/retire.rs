//! Line rows with a `stage_out`: each is taken out by a work of its own, which waits for what replaces it.
//!
//! What replaces a line is derived: the line works of the same stage and voltage that join the same two
//! stations, or that join both to one third station (the line was cut in there). [`REPLACED_BY`] names the
//! three cases in which the tables say so in words. The rest are simply taken out with the stage.

use super::grid::line_work;
use super::tables::{LineRow, Tables};
use super::works::Works;
use gridstage::ids::{BusId, Col, LineId};
use gridstage::model::{Bus, ElementId, Line, ProjectKind};

/// Rows whose source or note names what they wait for: line rows or stations.
const REPLACED_BY: [(&str, &str); 3] = [
    ("HADONG-CHEM-220-1", "TAYHN-CHEM-220-1"),
    ("VANDIEN-MAIDONG-110-1", "VANDIEN220-110"),
    ("GIALAM-DONGANH-110-1", "LONGBIEN2-110"),
];

/// Adds the works that take lines out.
pub(super) fn take_out_lines(
    tables: &Tables,
    works: &mut Works,
    lines: &Col<LineId, Line>,
    buses: &Col<BusId, Bus>,
) -> Result<(), String> {
    for row in &tables.lines {
        let Some(stage) = row.stage_out else { continue };
        let mut replaced_by = Vec::new();
        for other in replacements(tables, row, stage) {
            replaced_by.extend(line_work(tables, other, works)?);
        }
        if let Some((_, named)) = REPLACED_BY.iter().find(|(id, _)| *id == row.id) {
            let line = tables.lines.iter().find(|other| other.id == *named);
            let bus = buses.iter_ids().find(|(_, bus)| bus.id == *named);
            let work = match (line, bus) {
                (Some(line), _) => line_work(tables, line, works)?,
                (None, Some((bus, _))) => works.builder(ElementId::Bus(bus)),
                (None, None) => return Err(format!("nothing is called `{named}`")),
            };
            replaced_by.extend(work);
        }
        let note = if replaced_by.is_empty() {
            "taken out with the stage; the tables name nothing that replaces it"
        } else {
            "taken out once the works it requires stand"
        };
        let at = works.extra(
            &format!("X-OUT-{}", row.id),
            ProjectKind::Retire,
            row.kv,
            stage,
            format!("{} - {} taken out", row.from, row.to),
            note,
        )?;
        for work in replaced_by {
            works.require(at.project, work.project);
        }
        for (line, _) in lines.iter_ids().filter(|(_, line)| line.row == row.id) {
            works.take_out(at, ElementId::Line(line));
        }
    }
    Ok(())
}

/// The line rows of `stage` that take over from `row`.
fn replacements<'a>(tables: &'a Tables, row: &LineRow, stage: i16) -> Vec<&'a LineRow> {
    let new: Vec<_> =
        tables.lines.iter().filter(|other| other.stage_in == stage && other.kv == row.kv).collect();
    let joins = |other: &LineRow, a: &str, b: &str| {
        (other.from == a && other.to == b) || (other.from == b && other.to == a)
    };
    let mut found: Vec<_> = new.iter().copied().filter(|other| joins(other, &row.from, &row.to)).collect();
    for station in &tables.stations {
        let one: Vec<_> = new.iter().copied().filter(|other| joins(other, &row.from, &station.id)).collect();
        let two: Vec<_> = new.iter().copied().filter(|other| joins(other, &row.to, &station.id)).collect();
        if !one.is_empty() && !two.is_empty() {
            found.extend(one);
            found.extend(two);
        }
    }
    found
}
