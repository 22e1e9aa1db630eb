//! The verdict: stage x scenario x criterion, and outages for the sake of works.

use super::super::table::{Cell, Table, Tone};
use super::super::{Block, Sources, Words, stage};
use super::{block, criteria, named};
use crate::appraise::{Cell as MatrixCell, Judgement};
use crate::flow::Status;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let tables = [matrix(sources, words), construction(sources, words), criteria::table(sources, words)];
    tables.into_iter().filter_map(block).collect()
}

/// The matrix.
fn matrix(sources: &Sources<'_>, words: &Words) -> Table {
    let (plan, verdict) = (sources.plan, sources.verdict);
    let mut columns = vec![words.column("stage").choice(), words.column("scenario").choice()];
    columns.extend(verdict.criteria.iter().map(|criterion| {
        let mut column = words.column("stage");
        column.title = words.of("criterion", criterion);
        column
    }));
    let mut table = Table::new(words, "matrix", columns).note(words.say("matrix-note"));
    for &at in &verdict.stages {
        for &scenario in &verdict.scenarios {
            let cells: Vec<&MatrixCell> = verdict
                .criteria
                .iter()
                .filter_map(|criterion| verdict.cell(at, scenario, criterion))
                .collect();
            // A stage that is not judged in a scenario has no line.
            if cells.iter().all(|cell| cell.judgement == Judgement::NotAsked) {
                continue;
            }
            let mut row = vec![stage(plan, at), Cell::text(plan.scenarios[scenario].id.as_str())];
            row.extend(cells.into_iter().map(|cell| judgement(sources, words, cell)));
            table.row(row);
        }
    }
    table
}

fn judgement(sources: &Sources<'_>, words: &Words, cell: &MatrixCell) -> Cell {
    let tone = match cell.judgement {
        Judgement::Holds => Tone::Good,
        Judgement::Warns(_) | Judgement::Waived(_) | Judgement::NotJudged(_) => Tone::Caution,
        Judgement::Fails(_) | Judgement::NoSolution => Tone::Bad,
        Judgement::NotAsked => Tone::None,
    };
    let word = words.of("judgement", cell.judgement.as_str());
    let text = match cell.judgement.count() {
        0 => word,
        n => format!("{word} {}", words.language.number(n as f64, 0)),
    };
    let more = match (&cell.judgement, &cell.worst) {
        (_, Some(worst)) => {
            let element = match worst.element {
                Some(element) => named(sources.plan, element),
                None => words.say("whole-grid"),
            };
            let decimals = if worst.unit == "p.u." { 3 } else { 1 };
            let put = [
                ("element", element.into()),
                ("value", words.language.number(worst.value, decimals).into()),
                ("limit", words.language.number(worst.limit, decimals).into()),
                ("unit", worst.unit.into()),
            ];
            words.say_with("nearest", &put)
        }
        _ => String::new(),
    };
    Cell::text(text).tone(tone).more(more)
}

/// What outages for the sake of works came to.
fn construction(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("work"),
        words.column("name"),
        words.column("out"),
        words.column("from-day"),
        words.column("to-day"),
        words.column("scenario").choice(),
        words.column("unserved").unit("MW"),
        words.column("outages").number(),
        words.column("failing").number(),
        words.column("result").choice(),
    ];
    let mut table = Table::new(words, "construction", columns);
    for check in &sources.verdict.construction {
        let work = &plan.projects[check.project];
        let out: Vec<&str> = check.outage.elements.iter().map(|&one| plan.network.id_of(one)).collect();
        let (word, tone) = match (check.breaks_plan, check.status == Status::Converged) {
            (_, false) => ("no_solution", Tone::Bad),
            (true, true) => ("fails", Tone::Bad),
            (false, true) => ("holds", Tone::Good),
        };
        table.row(vec![
            Cell::text(work.id.as_str()),
            Cell::text(super::work_name(work)),
            Cell::text(out.join(", ")),
            Cell::day(check.outage.from),
            Cell::day(check.outage.to),
            Cell::text(plan.scenarios[check.scenario].id.as_str()),
            Cell::number(check.unserved_mw, 1),
            Cell::count(check.outages),
            Cell::count(check.failing.len()),
            Cell::text(words.of("judgement", word)).tone(tone),
        ]);
    }
    table
}
