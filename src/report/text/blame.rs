//! Where a record comes from, for people.

use super::check::{head, section};
use super::{Table, WIDTH, paragraph};
use crate::finding::Place;
use crate::model::{Amend, Amendment, Plan, Standing};
use crate::report::blame::Blame;
use crate::report::number::{self, NONE};
use crate::report::{Ink, name};
use std::io::{self, Write};

/// Writes where a record comes from.
///
/// # Errors
/// If `out` cannot be written.
pub fn blame(path: &str, plan: &Plan, of: &Blame<'_>, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    head(path, plan, ink, out)?;
    let mut title = plan.network.describe(of.element);
    let name = name::of(&plan.network, of.element);
    if !name.is_empty() {
        title = format!("{title}, {name}");
    }
    let mut text = String::new();
    if of.in_base {
        let since = plan
            .base
            .as_of
            .map_or_else(|| "the base grid".to_owned(), |day| format!("the base grid of {day}"));
        text += &paragraph(&format!("Stands in {since}."));
    } else if of.steps.is_empty() {
        text += &paragraph("Stands at no time: no work that counts builds it.");
    }
    let mut table = Table::new(&["Day", "What", "By", "Status", "At"]).wrapped(WIDTH);
    for step in &of.steps {
        let who = if step.phase.is_empty() {
            format!("{} {}", step.project, step.name)
        } else {
            format!("{} phase {} {}", step.project, step.phase, step.name)
        };
        table.row([
            step.date.to_string(),
            step.what.clone(),
            who,
            step.status.to_owned(),
            step.place.map_or_else(|| NONE.to_owned(), shown),
        ]);
    }
    if !table.is_empty() {
        text += &table.text();
    }
    section(out, ink, &title, &text)?;
    let text = if of.amendments.is_empty() {
        paragraph("None: it stands as approved.")
    } else {
        let mut table =
            Table::new(&["Amendment", "Date", "What", "Reason, decision, author", "In force"]).wrapped(WIDTH);
        for (amendment, change) in &of.amendments {
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
        let mut what: Vec<String> = one.changes.iter().map(Amend::words).collect();
        what.extend(one.supersedes.iter().map(|gone| format!("takes {gone} back")));
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
        Standing::Superseded(by) => format!("no: taken back by {by}"),
        Standing::Later => "no: later than asked for".to_owned(),
    }
}

fn shown(place: &Place) -> String {
    let file = place.file.rsplit('/').next().unwrap_or(&place.file);
    format!("{file}:{}", place.line)
}
