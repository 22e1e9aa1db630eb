//! Where a record comes from: which table, which work, which amendment, and when.

use super::check::{head, section};
use super::{Table, WIDTH, paragraph};
use crate::finding::Place;
use crate::model::{Amend, Amendment, Applied, ElementId, Op, Plan, Replay, Standing};
use crate::report::number::{self, NONE};
use crate::report::{Ink, name};
use std::io::{self, Write};

/// Writes where `element` comes from; `replay` is the plan built to its end.
///
/// # Errors
/// If `out` cannot be written.
pub fn blame(
    path: &str,
    plan: &Plan,
    replay: &Replay,
    element: ElementId,
    ink: Ink,
    out: &mut dyn Write,
) -> io::Result<()> {
    head(path, plan, ink, out)?;
    let network = &plan.network;
    let mut title = network.describe(element);
    let name = name::of(network, element);
    if !name.is_empty() {
        title = format!("{title}, {name}");
    }
    let steps: Vec<&Applied> = replay.applied.iter().filter(|one| one.op.element() == element).collect();
    let mut text = String::new();
    if plan.network.is_built(element) {
        let since = plan
            .base
            .as_of
            .map_or_else(|| "the base grid".to_owned(), |day| format!("the base grid of {day}"));
        text += &paragraph(&format!("Stands in {since}."));
    } else if steps.is_empty() {
        text += &paragraph("Stands at no time: no work that counts builds it.");
    }
    let mut table = Table::new(&["Day", "What", "By", "Status", "At"]).wrapped(WIDTH);
    for step in &steps {
        let project = &plan.projects[step.project];
        let phase = project.phases.get(step.phase);
        let part = phase.map(|phase| phase.id.as_str()).filter(|id| !id.is_empty());
        let who = match part {
            Some(part) => format!("{} phase {part} {}", project.id, project.name),
            None => format!("{} {}", project.id, project.name),
        };
        table.row([
            step.date.to_string(),
            done(&step.op),
            who,
            project.status.as_str().to_owned(),
            change_place(plan, step, element).map_or_else(|| NONE.to_owned(), shown),
        ]);
    }
    if !table.is_empty() {
        text += &table.text();
    }
    section(out, ink, &title, &text)?;
    let amended = amendments(plan, element, &steps);
    let text = if amended.is_empty() {
        paragraph("None: it stands as approved.")
    } else {
        let mut table =
            Table::new(&["Amendment", "Date", "What", "Reason, decision, author", "In force"]).wrapped(WIDTH);
        for (amendment, change) in amended {
            table.row([
                amendment.id.to_string(),
                amendment.date.to_string(),
                change.words(),
                reason(amendment),
                standing(&amendment.standing),
            ]);
        }
        table.text()
    };
    section(out, ink, "Amendments that touch it", &text)
}

/// Writes the amendments of a plan.
pub(super) fn list(plan: &Plan) -> (String, String) {
    if plan.amendments.is_empty() {
        return ("Amendments".to_owned(), paragraph("None: the plan stands as approved."));
    }
    let mut table =
        Table::new(&["Amendment", "Date", "What", "Reason, decision, author", "In force"]).wrapped(WIDTH);
    for one in &plan.amendments {
        let what: Vec<String> = one.changes.iter().map(Amend::words).collect();
        table.row([
            one.id.to_string(),
            one.date.to_string(),
            what.join("\n"),
            reason(one),
            standing(&one.standing),
        ]);
    }
    (number::count(plan.amendments.len(), "amendment", "amendments"), table.text())
}

fn reason(amendment: &Amendment) -> String {
    let parts = [&amendment.reason, &amendment.decision, &amendment.author];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("; ")
}

fn standing(standing: &Standing) -> String {
    match standing {
        Standing::Applied => "yes".to_owned(),
        Standing::Superseded(by) => format!("no: {by} took its place"),
        Standing::Later => "no: later than asked for".to_owned(),
    }
}

/// A step in one word or two.
fn done(op: &Op) -> String {
    match op {
        Op::Add(_) => "built".to_owned(),
        Op::Remove(_) => "taken out".to_owned(),
        Op::Set { field, from, to, .. } => match from {
            Some(from) => format!("{} {from} → {to}", field.as_str()),
            None => format!("{} → {to}", field.as_str()),
        },
        Op::Put(_) => "changed as a whole".to_owned(),
        Op::MoveLoad(_) => "load moved away".to_owned(),
        Op::MoveBack(_) => "load moved back".to_owned(),
        Op::Work(work) => work.kind.words(),
    }
}

/// The row of the change that a step is of.
fn change_place<'a>(plan: &'a Plan, step: &Applied, element: ElementId) -> Option<&'a Place> {
    let phase = plan.projects[step.project].phases.get(step.phase)?;
    let change = phase.changes.iter().find(|change| change.op.elements().contains(&element));
    change.and_then(|change| change.origin.place.as_ref()).or(phase.origin.place.as_ref())
}

fn shown(place: &Place) -> String {
    let file = place.file.rsplit('/').next().unwrap_or(&place.file);
    format!("{file}:{}", place.line)
}

/// The changes of amendments that are about the record, or about a work that touches it.
fn amendments<'a>(plan: &'a Plan, element: ElementId, steps: &[&Applied]) -> Vec<(&'a Amendment, &'a Amend)> {
    let network = &plan.network;
    let id = network.id_of(element);
    let row = match element {
        ElementId::Line(line) => network.lines[line].row.as_str(),
        _ => id,
    };
    // also works that are not in force: an amendment may have put them off
    let works: Vec<&str> = plan
        .projects
        .iter_ids()
        .filter(|(project, record)| {
            let touches = || {
                record
                    .phases
                    .iter()
                    .flat_map(|phase| &phase.changes)
                    .any(|change| change.op.elements().contains(&element))
            };
            steps.iter().any(|step| step.project == *project) || touches()
        })
        .map(|(_, record)| record.id.as_str())
        .collect();
    let about = |change: &Amend| {
        let table = change.table.as_str();
        let of_work = |column: &str| works.iter().any(|work| change.names(column, work));
        match table {
            "projects" => of_work("id"),
            "phases" | "changes" | "construction" | "spending" | "obstacles" => of_work("project"),
            _ => change.names("id", id) || change.names("id", row),
        }
    };
    plan.amendments
        .iter()
        .flat_map(|one| one.changes.iter().filter(|change| about(change)).map(move |change| (one, change)))
        .collect()
}
