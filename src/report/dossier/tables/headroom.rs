//! How much more load each station can take, in MW and in years of its forecast.

use super::super::charts::{self, Beside};
use super::super::table::{Cell, Scale, Table, Tone};
use super::super::{Block, Sources, Words, stage};
use super::{block, named};
use crate::appraise::headroom::{Headroom, Room};
use crate::model::{ElementId, Plan};
use crate::report::name;

/// Bars of the chart: the stations with the least room at the last stage.
const BARS: usize = 30;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let Some(rows) = sources.headroom else { return Vec::new() };
    let mut blocks: Vec<Block> = chart(sources, words, rows).map(Block::Figure).into_iter().collect();
    blocks.extend(block(table(sources, words, rows)));
    blocks
}

/// The room that counts: after every fault where faults are judged.
fn least(row: &Headroom) -> &Room {
    row.after_fault.as_ref().unwrap_or(&row.intact)
}

fn chart(sources: &Sources<'_>, words: &Words, rows: &[Headroom]) -> Option<charts::Figure> {
    let last = rows.iter().map(|row| row.stage).max()?;
    let mut rows: Vec<&Headroom> = rows.iter().filter(|row| row.stage == last).collect();
    rows.sort_by(|a, b| least(a).p_mw.total_cmp(&least(b).p_mw).then(a.station.cmp(&b.station)));
    let bars: Vec<Beside> = rows
        .iter()
        .take(BARS)
        .map(|row| Beside {
            name: name::label(&sources.plan.network, ElementId::Substation(row.station)),
            values: [row.intact.p_mw, row.after_fault.as_ref().map_or(f64::NAN, |room| room.p_mw)],
        })
        .collect();
    let stage = sources.plan.stages[last].id.as_str();
    charts::beside(words, "headroom", stage, ["headroom-intact", "headroom-fault"], &bars)
}

fn table(sources: &Sources<'_>, words: &Words, rows: &[Headroom]) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage").choice(),
        words.column("scenario").choice(),
        words.column("station"),
        words.column("district").choice(),
        words.column("load").unit("MW"),
        words.column("room-intact").unit("MW").scale(Scale::None),
        words.column("room-years").unit(&words.say("unit-years")),
        words.column("breaks-first"),
        words.column("room-fault").unit("MW"),
        words.column("room-years").unit(&words.say("unit-years")),
        words.column("breaks-first"),
        words.column("after-loss-of"),
    ];
    let mut table = Table::new(words, "headroom", columns).note(words.say("headroom-note"));
    for row in rows {
        let station = &plan.network.substations[row.station];
        let mut cells = vec![
            stage(plan, row.stage),
            Cell::text(plan.scenarios[row.scenario].id.as_str()),
            Cell::record(&plan.network, ElementId::Substation(row.station)),
            Cell::text(station.district.as_str()),
            Cell::number(row.load_mw, 1),
        ];
        cells.extend(room(plan, words, &row.intact));
        if let Some(after) = &row.after_fault {
            cells.extend(room(plan, words, after));
            let fault = after.first.as_ref().and_then(|first| first.fault.as_ref());
            cells.push(Cell::text(fault.map_or("", |fault| fault.outage.as_str())));
        }
        table.row(cells);
    }
    table
}

fn room(plan: &Plan, words: &Words, room: &Room) -> [Cell; 3] {
    let tone = if room.p_mw <= 0.0 { Tone::Bad } else { Tone::None };
    let first = match &room.first {
        Some(first) => {
            let element = first.element.map_or_else(|| words.say("whole-grid"), |one| named(plan, one));
            format!("{} ({element})", words.of("quantity", first.quantity))
        }
        None if room.unsolved => words.of("judgement", "no_solution"),
        None => words.say("room-at-least"),
    };
    [
        Cell::number(room.p_mw, 0).tone(tone),
        Cell::number(room.years.unwrap_or(f64::NAN), 1),
        Cell::text(first),
    ]
}
