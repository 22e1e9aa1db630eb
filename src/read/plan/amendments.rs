//! `amendments/*.toml`: what was decided after the plan was approved, replayed on the rows of the tables before these become
//! records.
//!
//! ```text
//! [amendment]
//! id = "A07"; seq = 7; date = 2019-03-12; decision = "…"; reason = "…"; author = "…"; supersedes = ["A04"]
//! [[change]]                            # in order
//! table = "projects"; row = "P017"      # or row = { year = 2025, substation = "A" }
//! field = "commissioning_date"; from = 2018-06-30; to = 2019-12-31
//! [[change]]
//! table = "projects"; add = { id = "P900", name = "…" }      # or delete = { id = "P900", … }
//! ```
//!
//! So everything that is checked of a table is checked of the amended one, and told at the line of the amendment.

use super::folder::{Folder, Text};
use super::head;
use super::record::Record;
use super::table::{Amended, Row, Table};
use crate::finding::{Code, Finding, Place, nearest};
use crate::model::{APPROVED, Amend, Amendment, AsOf, Edit, Head, Name, Standing, layout, same_cell};
use toml_edit::{Item, TableLike};

/// The folder of the amendments.
pub(super) const FOLDER: &str = "amendments";

/// Reads all amendments and says which are in force.
pub(super) fn read(folder: &Folder, as_of: &AsOf) -> Vec<Amendment> {
    let mut all: Vec<Amendment> =
        folder.amendment_files().iter().filter_map(|file| read_one(folder, file)).collect();
    all.sort_by_key(|one| one.seq);
    in_order(folder, &all);
    if let AsOf::Amendment(asked) = as_of
        && !all.iter().any(|one| one.id == *asked)
    {
        let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
        let help = match nearest(asked, ids.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if ids.is_empty() => "it has none; leave --as-of out".to_owned(),
            None => format!("its amendments are {APPROVED} (none), {}", ids.join(", ")),
        };
        let message = format!("the plan has no amendment `{asked}`");
        folder.log.push(Finding::error(Code::Reference, message).field("as_of").help(help));
    }
    stand(&mut all, as_of);
    all
}

/// Which of them are in force.
fn stand(all: &mut [Amendment], as_of: &AsOf) {
    let last = match as_of {
        AsOf::Latest => Some(u32::MAX),
        AsOf::Approved => None,
        AsOf::Amendment(id) => all.iter().find(|one| one.id == *id).map(|one| one.seq),
    };
    for at in 0..all.len() {
        let (id, seq) = (all[at].id.clone(), all[at].seq);
        let counts = |one: &Amendment| last.is_some_and(|last| one.seq <= last);
        let successor =
            all.iter().filter(|one| counts(one) && one.seq > seq).find(|one| one.supersedes.contains(&id));
        all[at].standing = match successor {
            _ if !counts(&all[at]) => Standing::Later,
            Some(successor) => Standing::Superseded(successor.id.clone()),
            None => Standing::Applied,
        };
    }
}

/// Tells double ids and numbers, and amendments that supersede nothing.
fn in_order(folder: &Folder, all: &[Amendment]) {
    for (at, one) in all.iter().enumerate() {
        let tell = |code, field: &str, message: String, help: &str| {
            let finding = Finding::error(code, message)
                .element(format!("amendment {}", one.id))
                .field(field)
                .place(one.origin.place.clone());
            folder.log.push(if help.is_empty() { finding } else { finding.help(help) });
        };
        let before = all.get(..at).unwrap_or(&[]);
        if before.iter().any(|other| other.id == one.id) {
            let message = format!("amendment {} is there twice", one.id);
            tell(Code::Duplicate, "id", message, "an id is never reused: give the later one another");
        }
        if let Some(other) = before.iter().find(|other| other.seq == one.seq) {
            let message = format!("{} and {} have the same `seq` {}", other.id, one.id, one.seq);
            tell(
                Code::Duplicate,
                "seq",
                message,
                "number amendments in the order in which they were decided",
            );
        }
        for gone in &one.supersedes {
            if *gone == one.id || !before.iter().any(|other| other.id == *gone) {
                let known: Vec<&str> = before.iter().map(|other| other.id.as_str()).collect();
                let help = match nearest(gone, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if known.is_empty() => {
                        "no amendment comes before it: leave `supersedes` out".to_owned()
                    }
                    None => format!("those before it are {}", known.join(", ")),
                };
                let message = format!("{} supersedes {gone}, and no earlier amendment is called so", one.id);
                tell(Code::Reference, "supersedes", message, &help);
            }
        }
        if let Some(earlier) = before.last().filter(|earlier| earlier.date > one.date) {
            let message = format!(
                "{} is dated {}, before {} ({}), which comes first by `seq`",
                one.id, one.date, earlier.id, earlier.date
            );
            let finding = Finding::warning(Code::Plan, message)
                .element(format!("amendment {}", one.id))
                .field("date")
                .place(one.origin.place.clone())
                .help("amendments count in the order of `seq`: correct one of the two");
            folder.log.push(finding);
        }
    }
}

fn read_one(folder: &Folder, file: &str) -> Option<Amendment> {
    let text = folder.text(file)?;
    parse(folder, &text, file)
}

/// One amendment, from the text of its file.
fn parse(folder: &Folder, text: &Text, file: &str) -> Option<Amendment> {
    let document = head::parse(folder, text)?;
    let root: &dyn TableLike = document.as_table();
    let record = Record::of_toml(folder, "amendment", text, root, Place::new(&text.file, 1));
    let Some(own) = record.item("amendment").and_then(Item::as_table_like) else {
        record.error(
            Code::Schema,
            "amendment",
            "there is no table [amendment]",
            "begin with [amendment] and an `id`",
        );
        return None;
    };
    let place = |item: &Item| {
        item.span().map_or_else(|| Place::new(&text.file, 1), |span| text.place(span.start, span.end))
    };
    let own_place = record.item("amendment").map_or_else(|| Place::new(&text.file, 1), place);
    let about = Record::of_toml(folder, "amendment", text, own, own_place);
    let id = about.need_name("id");
    let stem = file.rsplit('/').next().unwrap_or(file).trim_end_matches(".toml");
    if !id.is_empty() && id != stem {
        let message = format!("the file is called {stem}, the amendment in it {id}");
        about.error(Code::Conflict, "id", message, format!("call the file {id}.toml"));
    }
    if id == APPROVED {
        let help = format!("`{APPROVED}` is the plan without any amendment");
        about.error(Code::Value, "id", format!("an amendment cannot be called `{APPROVED}`"), help);
    }
    for field in ["seq", "date", "reason"] {
        if !about.has(field) {
            about.missing(field, "");
        }
    }
    let supersedes = about.item("supersedes").map_or_else(Vec::new, |item| {
        let ids: Option<Vec<Name>> =
            item.as_array().and_then(|list| list.iter().map(|one| one.as_str().map(Name::from)).collect());
        ids.unwrap_or_else(|| {
            about.error(
                Code::Schema,
                "supersedes",
                "`supersedes` must be a list of ids",
                "write supersedes = [\"A04\"]",
            );
            Vec::new()
        })
    });
    let changes = if record.has("change") || supersedes.is_empty() {
        changes(folder, text, &record, &place)
    } else {
        Vec::new() // it only takes back what it supersedes
    };
    let amendment = Amendment {
        id,
        seq: about.integer("seq").unwrap_or_default(),
        date: about.day("date").unwrap_or_default(),
        decision: about.text("decision").to_owned(),
        reason: about.text("reason").to_owned(),
        author: about.text("author").to_owned(),
        supersedes,
        changes,
        standing: Standing::Applied,
        origin: about.origin(),
        text: Some(Head(text.text.clone())),
    };
    about.finish();
    record.finish();
    Some(amendment)
}

fn changes(folder: &Folder, text: &Text, root: &Record<'_>, place: &dyn Fn(&Item) -> Place) -> Vec<Amend> {
    let Some(item) = root.item("change") else {
        root.missing("change", "add [[change]]: an amendment that changes nothing is none");
        return Vec::new();
    };
    let Some(list) = item.as_array_of_tables() else {
        root.error(
            Code::Schema,
            "change",
            "`change` must be a list of tables",
            "write [[change]] before each",
        );
        return Vec::new();
    };
    list.iter()
        .filter_map(|table| {
            let at = table.span().map_or_else(|| place(item), |span| text.place(span.start, span.end));
            let record = Record::of_toml(folder, "change", text, table, at);
            let change = change(&record);
            record.finish();
            change
        })
        .collect()
}

fn change(record: &Record<'_>) -> Option<Amend> {
    let name = record.need_name("table");
    let table = table_of(record, &name)?;
    let rowed = [record.has("field") || record.has("row"), record.has("add"), record.has("delete")];
    // taken, so that what is left over is told with its own words
    let (from, to) = (cell_of(record, "from"), cell_of(record, "to"));
    let edit = match rowed {
        [true, false, false] => {
            let row = row_of(record, "row", table)?;
            let field = record.need_name("field");
            known_column(record, "field", table, &field)?;
            let (Some(from), Some(to)) = (from, to) else {
                for missing in ["from", "to"] {
                    if !record.has(missing) {
                        record
                            .missing(missing, "say what the field holds before and after; \"\" for nothing");
                    }
                }
                return None;
            };
            return Some(Amend {
                table: name,
                row,
                edit: Edit::Set { field, from, to },
                place: Some(record.place()),
            });
        }
        [false, true, false] => Edit::Add(row_of(record, "add", table)?),
        [false, false, true] => Edit::Delete { cells: row_of(record, "delete", table)?, at: 0 },
        _ => {
            let help =
                "write `row` and `field` with `from` and `to`; or `add` with a row; or `delete` with a row";
            record.error(Code::Schema, "table", "the change says nothing, or more than one thing", help);
            return None;
        }
    };
    let cells = match &edit {
        Edit::Add(cells) | Edit::Delete { cells, .. } => cells.clone(),
        Edit::Set { .. } => Vec::new(),
    };
    // a row is known by its id where it has one, else by all that is said of it
    let keyed: Vec<(Name, String)> = cells.iter().filter(|(column, _)| column == "id").cloned().collect();
    let row = if table.column("id").is_some()
        && table.file != "phases.csv"
        && table.file != "changes.csv"
        && !keyed.is_empty()
    {
        keyed
    } else {
        cells
    };
    Some(Amend { table: name, row, edit, place: Some(record.place()) })
}

/// The table of a name: its file without the ending.
pub(super) fn layout_of(name: &str) -> Option<&'static layout::Table> {
    let own = name.strip_prefix("works/");
    layout::TABLES.iter().copied().find(|table| {
        let stem = table.file.trim_end_matches(".csv");
        stem == name || (table.in_works && Some(stem) == own)
    })
}

fn table_of(record: &Record<'_>, name: &str) -> Option<&'static layout::Table> {
    let found = layout_of(name);
    if found.is_none() && !name.is_empty() {
        let stems: Vec<&str> =
            layout::TABLES.iter().map(|table| table.file.trim_end_matches(".csv")).collect();
        let help = match nearest(name, stems.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the tables are {}; with `works/` before it, those of works/", stems.join(", ")),
        };
        record.error(Code::Reference, "table", format!("`table`: a plan has no table `{name}`"), help);
    }
    found
}

fn known_column(record: &Record<'_>, key: &str, table: &layout::Table, column: &str) -> Option<()> {
    if table.column(column).is_some() {
        return Some(());
    }
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let help = match nearest(column, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("its columns are {}", names.join(", ")),
    };
    record.error(Code::Reference, key, format!("`{key}`: {} has no column `{column}`", table.file), help);
    None
}

/// `row = "P003"`, or `row = { year = 2025, substation = "A" }`.
fn row_of(record: &Record<'_>, key: &'static str, table: &layout::Table) -> Option<Vec<(Name, String)>> {
    let Some(item) = record.item(key) else {
        record.missing(key, "name the row: by its id, or by columns: { year = 2025, substation = \"A\" }");
        return None;
    };
    let Some(cells) = item.as_table_like() else {
        if key != "row" {
            record.error(
                Code::Schema,
                key,
                format!("`{key}` must hold the row"),
                format!("write {key} = {{ id = \"…\", … }}"),
            );
            return None;
        }
        known_column(record, "row", table, "id")?;
        return cell(item).map(|id| vec![(Name::from("id"), id)]);
    };
    let mut row = Vec::new();
    for (column, item) in cells.iter() {
        known_column(record, key, table, column)?;
        let Some(value) = cell(item) else {
            record.error(
                Code::Schema,
                key,
                format!("`{column}` must be a text, a number, a date, true or false"),
                "",
            );
            return None;
        };
        row.push((Name::from(column), value));
    }
    Some(row)
}

fn cell_of(record: &Record<'_>, key: &'static str) -> Option<String> {
    record.item(key).and_then(cell)
}

/// A value as a cell of a table has it.
fn cell(item: &Item) -> Option<String> {
    let value = item.as_value()?;
    Some(match (value.as_str(), value.as_integer(), value.as_float(), value.as_bool(), value.as_datetime()) {
        (Some(text), ..) => text.to_owned(),
        (_, Some(whole), ..) => whole.to_string(),
        (_, _, Some(number), ..) => format!("{number}"),
        (_, _, _, Some(logical), _) => logical.to_string(),
        (_, _, _, _, Some(date)) => date.to_string(),
        _ => return None,
    })
}

/// Replays the amendments in force on a table; what does not fit is told.
pub(super) fn apply(folder: &Folder, table: &mut Table, file: &str) {
    let stem = file.trim_end_matches(".csv");
    let mut amendments = folder.amendments.borrow_mut();
    let mut history: Vec<(Name, Amend)> = Vec::new();
    for amendment in amendments.iter_mut().filter(|one| one.standing == Standing::Applied) {
        let id = amendment.id.clone();
        for change in amendment.changes.iter_mut().filter(|change| change.table == stem) {
            if let Err((message, help)) = replay(table, change, &history) {
                let finding = Finding::error(Code::AmendmentFails, format!("{id}: {message}"))
                    .element(format!("amendment {id}"))
                    .place(change.place.clone());
                folder.log.push(if help.is_empty() { finding } else { finding.help(help) });
            }
            history.push((id.clone(), change.clone()));
        }
    }
}

/// One change; what stands in its way, and a way out.
fn replay(table: &mut Table, change: &mut Amend, history: &[(Name, Amend)]) -> Result<(), (String, String)> {
    let found = table.find(|table, row| {
        change.row.iter().all(|(column, value)| same_cell(table.cell(row, column).unwrap_or(""), value))
    });
    let what = change.describe();
    if let Edit::Add(cells) = &change.edit {
        if !found.is_empty() {
            let help = "change the row that is there, or give the new one another id".to_owned();
            return Err((format!("{what} is there already"), help));
        }
        table.push(Row::added(table.layout, cells, change.place.as_ref()));
        return Ok(());
    }
    let at = match found.as_slice() {
        [only] => *only,
        [] => {
            let help = match change.row.as_slice() {
                [(column, wanted)] => {
                    let held = table.column_texts(column);
                    nearest(wanted, held.iter().map(String::as_str))
                        .map(|near| format!("did you mean `{near}`?"))
                }
                _ => None,
            };
            let help = help.unwrap_or_else(|| "name a row of the table".to_owned());
            return Err((format!("there is no row {what}"), help));
        }
        many => {
            let message = format!("{} rows fit {what}", many.len());
            return Err((message, "name more columns in `row`".to_owned()));
        }
    };
    let since = |field: &str| {
        let by = history.iter().rev().find(|(_, one)| {
            one.row == change.row && matches!(&one.edit, Edit::Set { field: set, .. } if set == field)
        });
        by.map_or_else(String::new, |(id, _)| format!(", since {id}"))
    };
    let holds = |field: &str, from: &str| -> Result<(), (String, String)> {
        let now = table.cell_at(at, field);
        if same_cell(&now, from) {
            return Ok(());
        }
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        let message =
            format!("`{field}` of {what} holds {}, not {}{}", shown(&now), shown(from), since(field));
        let help = format!(
            "write `from` as {}, or supersede what set it",
            if now.is_empty() { "\"\"" } else { &now }
        );
        Err((message, help))
    };
    match &mut change.edit {
        Edit::Set { field, from, to } => {
            holds(field, from)?;
            if let Some(index) = table.layout.columns.iter().position(|column| column.name == *field) {
                let amended = Amended { text: to.clone(), place: change.place.clone() };
                table.amend(at, index, amended);
            }
        }
        Edit::Delete { cells, at: place } => {
            for (column, value) in cells.iter() {
                holds(column, value)?;
            }
            *cells = table.filled(at);
            *place = at;
            table.remove(at);
        }
        Edit::Add(_) => {}
    }
    Ok(())
}
