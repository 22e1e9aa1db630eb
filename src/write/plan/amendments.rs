//! Amendments: their files, and the tables as they were approved.
//!
//! A plan in memory has its amendments in it already. Every change of one in force states what was there before, so the
//! tables are written by taking the changes back, the last first: what is written is the plan as approved, with the
//! amendments beside it, and reads back as the same plan.

use super::sheet::Sheet;
use crate::finding::{Code, Finding};
use crate::model::{Amend, Amendment, Edit, Name, Plan, Standing, layout};
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// Takes the amendments in force back from the tables; tells a row that is not there under the name it was amended by.
pub(super) fn take_back(plan: &Plan, sheets: &mut Vec<(String, Sheet)>, errors: &mut Vec<Finding>) {
    let in_force = plan.amendments.iter().filter(|one| one.standing == Standing::Applied);
    for amendment in in_force.collect::<Vec<_>>().into_iter().rev() {
        for change in amendment.changes.iter().rev() {
            let file = format!("{}.csv", change.table);
            let at = if let Some(at) = sheets.iter().position(|(one, _)| *one == file) {
                at
            } else {
                let own = file.strip_prefix("works/").unwrap_or(&file);
                let Some(layout) = layout::TABLES.iter().copied().find(|one| one.file == own) else {
                    continue;
                };
                sheets.push((file.clone(), Sheet::new(layout)));
                sheets.len() - 1
            };
            if let Some((_, sheet)) = sheets.get_mut(at)
                && !take_one_back(sheet, change)
            {
                let message = format!(
                    "{}: {} is not written under the name that the amendment knows it by",
                    amendment.id,
                    change.describe()
                );
                let help =
                    "name rows by what stays as it is: ids, and the changes of a phase numbered 1, 2, 3";
                errors.push(Finding::error(Code::AmendmentFails, message).help(help));
            }
        }
    }
}

/// Whether the change was found.
fn take_one_back(sheet: &mut Sheet, change: &Amend) -> bool {
    if let Edit::Delete { cells, at } = &change.edit {
        sheet.insert(*at, cells);
        return true;
    }
    let found = sheet.find(&change.row);
    let [at] = found.as_slice() else { return false };
    match &change.edit {
        Edit::Set { field, from, .. } => sheet.set(*at, field, from),
        _ => sheet.remove(*at),
    }
    true
}

/// The files of the amendments: as they were read, or new ones.
pub(super) fn files(plan: &Plan) -> impl Iterator<Item = (String, String)> {
    plan.amendments.iter().map(|one| {
        let text = one.text.as_ref().map_or_else(|| text(one), |text| text.0.clone());
        (format!("amendments/{}.toml", one.id), text)
    })
}

/// The text of an amendment's file.
#[must_use]
pub fn text(amendment: &Amendment) -> String {
    let mut document = DocumentMut::new();
    let mut own = Table::new();
    own.insert("id", value(amendment.id.as_str()));
    own.insert("seq", value(i64::from(amendment.seq)));
    own.insert("date", date(&amendment.date.to_string()));
    for (key, said) in
        [("decision", &amendment.decision), ("reason", &amendment.reason), ("author", &amendment.author)]
    {
        if !said.is_empty() {
            own.insert(key, value(said.as_str()));
        }
    }
    if !amendment.supersedes.is_empty() {
        let ids: Array = amendment.supersedes.iter().map(Name::as_str).collect();
        own.insert("supersedes", Item::Value(Value::Array(ids)));
    }
    if let Some(source) = &amendment.origin.source {
        own.insert("source", value(&**source));
    }
    if let Some(confidence) = amendment.origin.confidence {
        own.insert("confidence", value(confidence.as_str()));
    }
    document.insert("amendment", Item::Table(own));
    let mut changes = ArrayOfTables::new();
    for change in &amendment.changes {
        let mut table = Table::new();
        table.insert("table", value(change.table.as_str()));
        match &change.edit {
            Edit::Set { field, from, to } => {
                let row = match change.row.as_slice() {
                    [(column, id)] if column == "id" => value(id.as_str()),
                    row => inline(row),
                };
                table.insert("row", row);
                table.insert("field", value(field.as_str()));
                table.insert("from", value(from.as_str()));
                table.insert("to", value(to.as_str()));
            }
            Edit::Add(cells) => {
                table.insert("add", inline(cells));
            }
            Edit::Delete { cells, .. } => {
                table.insert("delete", inline(cells));
            }
        }
        changes.push(table);
    }
    document.insert("change", Item::ArrayOfTables(changes));
    document.to_string()
}

fn value(of: impl Into<Value>) -> Item {
    Item::Value(of.into())
}

fn date(text: &str) -> Item {
    text.parse::<toml_edit::Datetime>().map_or_else(|_| value(text), value)
}

fn inline(cells: &[(Name, String)]) -> Item {
    let mut table = InlineTable::new();
    for (column, text) in cells {
        table.insert(column.as_str(), text.as_str().into());
    }
    Item::Value(Value::InlineTable(table))
}
