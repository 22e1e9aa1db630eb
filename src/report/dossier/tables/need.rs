//! By when each work is needed, and what its delay does.

use super::super::charts::{self, Bar};
use super::super::table::{Cell, Table, Tone};
use super::super::{Block, Sources, Words};
use super::{block, named, work_name};
use crate::appraise::need::{Failing, NeedBy, Outcome, WorkNeed};
use crate::model::Plan;
use crate::report::need::word;
use jiff::civil::Date;

/// Bars of the chart.
const BARS: usize = 30;
/// What is shorter than this is a mark rather than a bar, years.
const SHORT: f64 = 0.05;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let Some((plan, rows)) = sources.need else { return Vec::new() };
    let rows = in_order(rows);
    let mut blocks: Vec<Block> = gantt(plan, &rows, words);
    blocks.extend(block(table(plan, &rows, words)));
    blocks
}

/// Needed works by float, then by day; then the others in the order of the plan.
fn in_order(rows: &[WorkNeed]) -> Vec<&WorkNeed> {
    let mut rows: Vec<&WorkNeed> = rows.iter().collect();
    rows.sort_by_key(|row| match row.need {
        NeedBy::Day { float_years, day, .. } => (float_years, day, row.project),
        _ => (u16::MAX, Date::MAX, row.project),
    });
    rows
}

/// From the planned day to the day by which each work is needed: those that may wait, the least float first, then those that
/// are needed at once; drawn in the order of their days. Before it stands how many there are of both.
fn gantt(plan: &Plan, rows: &[&WorkNeed], words: &Words) -> Vec<Block> {
    let bars: Vec<Bar> = rows
        .iter()
        .filter_map(|row| match (&row.need, row.planned) {
            (NeedBy::Day { day, float_years, .. }, Some(planned)) => Some(Bar {
                name: format!("{} {}", plan.projects[row.project].id, work_name(&plan.projects[row.project])),
                from: year_of(planned),
                to: year_of(*day),
                tone: if *float_years == 0 { Tone::Bad } else { Tone::None },
            }),
            _ => None,
        })
        .collect();
    let (mut shown, short): (Vec<Bar>, Vec<Bar>) =
        bars.iter().cloned().partition(|bar| bar.to - bar.from > SHORT);
    let put = [
        ("works", bars.len().into()),
        ("tight", bars.iter().filter(|bar| bar.tone == Tone::Bad).count().into()),
        ("drawn", bars.len().min(BARS).into()),
    ];
    shown.extend(short);
    shown.truncate(BARS);
    shown.sort_by(|a, b| a.from.total_cmp(&b.from).then(a.to.total_cmp(&b.to)).then(a.name.cmp(&b.name)));
    let figure = charts::gantt(words, "need", &shown).map(Block::Figure);
    let text = figure.is_some().then(|| Block::Text(words.say_with("need-drawn", &put)));
    text.into_iter().chain(figure).collect()
}

/// A day as a year with its part: 31 December 2020 is nearly 2021.
fn year_of(day: Date) -> f64 {
    f64::from(day.year()) + f64::from(day.day_of_year() - 1) / f64::from(day.days_in_year())
}

fn table(plan: &Plan, rows: &[&WorkNeed], words: &Words) -> Table {
    let most = rows.iter().map(|row| row.slips.len()).max().unwrap_or(0);
    let mut columns = vec![
        words.column("work"),
        words.column("name"),
        words.column("planned"),
        words.column("need").choice(),
        words.column("needed-by"),
        words.column("float").unit(&words.say("unit-years")),
        words.column("fails-first"),
    ];
    columns.extend((1..=most).map(|years| {
        let mut column = words.column("late").unit("MW");
        column.title = words.say_with("late-by", &[("n", years.into())]);
        column
    }));
    let mut table = Table::new(words, "need", columns).note(words.say("need-note"));
    for row in rows {
        let work = &plan.projects[row.project];
        let (day, float, first) = match &row.need {
            NeedBy::Day { day, float_years, first } => (
                Cell::day(*day),
                Cell::number(f64::from(*float_years), 0).tone(if *float_years == 0 {
                    Tone::Bad
                } else {
                    Tone::None
                }),
                Cell::text(failing(plan, words, first)),
            ),
            NeedBy::Unknown { reason } => (Cell::none(), Cell::none(), Cell::text(reason.as_str())),
            _ => (Cell::none(), Cell::none(), Cell::none()),
        };
        let mut cells = vec![
            Cell::text(work.id.as_str()),
            Cell::text(work_name(work)),
            row.planned.map_or_else(Cell::none, Cell::day),
            Cell::text(words.of("need", word(&row.need))),
            day,
            float,
            first,
        ];
        cells.extend(row.slips.iter().map(|slip| match &slip.outcome {
            Outcome::Same | Outcome::Holds => Cell::none(),
            Outcome::Fails { first, beyond_mw, .. } => {
                Cell::number(*beyond_mw, 0).tone(Tone::Bad).more(failing(plan, words, first))
            }
            Outcome::Unknown(_) => Cell::text("?").tone(Tone::Caution),
        }));
        table.row(cells);
    }
    table
}

/// What fails, in a line: `2018 Tây Hồ 220/110: 102.8 of 100 % (N-1 of L1)`.
fn failing(plan: &Plan, words: &Words, failing: &Failing) -> String {
    let element = failing.element.map_or_else(|| words.say("whole-grid"), |element| named(plan, element));
    let decimals = if failing.unit == "p.u." { 3 } else { 1 };
    let put = [
        ("year", failing.year.to_string().into()),
        ("element", element.into()),
        ("value", words.language.number(failing.value, decimals).into()),
        ("limit", words.language.number(failing.limit, decimals).into()),
        ("unit", failing.unit.as_str().into()),
        ("outage", failing.outage.as_ref().map_or("", |outage| outage.as_str()).into()),
    ];
    words.say_with(if failing.outage.is_some() { "fails-after" } else { "fails" }, &put)
}
