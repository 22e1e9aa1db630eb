//! What `plan.toml` shall say, and how a text that exists already is made to say it: what holds already stays
//! as it is, with its comments and layout.

use crate::model::PlanDate;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// A key with what it shall hold.
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) node: Node,
    /// Whether it goes without saying: kept where it is written, not written anew.
    pub(super) default: bool,
}

/// What a key holds.
pub(super) enum Node {
    /// Text, number, date, yes or no, a list of texts.
    Leaf(Value),
    /// `{ start = 2016, end = 2025 }`
    Inline(Vec<Entry>),
    /// `[table]`
    Section(Vec<Entry>),
    /// `[[rows]]`
    Rows(Vec<Vec<Entry>>),
    /// `[ { … }, { … } ]`
    List(Vec<Vec<Entry>>),
}

impl Entry {
    /// A key that is always written.
    pub(super) fn new(key: impl Into<String>, node: Node) -> Self {
        Self { key: key.into(), node, default: false }
    }
}

/// Makes `text` say `entries`; a text that says so already comes back as it is.
pub(super) fn update(text: &str, entries: &[Entry]) -> String {
    let Ok(mut document) = text.parse::<DocumentMut>() else { return write(entries) };
    if merge(document.as_table_mut(), entries) { document.to_string() } else { text.to_owned() }
}

/// A new text that says `entries`.
pub(super) fn write(entries: &[Entry]) -> String {
    let mut document = DocumentMut::new();
    merge(document.as_table_mut(), entries);
    document.to_string().trim_start().to_owned()
}

/// Makes a table say `entries` and nothing else; whether it had to be changed.
fn merge(table: &mut dyn TableLike, entries: &[Entry]) -> bool {
    let gone: Vec<String> = table
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !entries.iter().any(|entry| entry.key == *key))
        .collect();
    let mut changed = !gone.is_empty();
    for key in gone {
        table.remove(&key);
    }
    for entry in entries {
        match table.get_mut(&entry.key) {
            Some(item) => changed |= merge_item(item, &entry.node),
            None if entry.default => {}
            None => {
                table.insert(&entry.key, item(&entry.node));
                changed = true;
            }
        }
    }
    changed
}

fn merge_item(old: &mut Item, node: &Node) -> bool {
    match node {
        Node::Leaf(value) => {
            if old.as_value().is_some_and(|old| same(old, value)) {
                return false;
            }
            let mut value = value.clone();
            if let Some(old) = old.as_value() {
                *value.decor_mut() = old.decor().clone();
            }
            *old = Item::Value(value);
            true
        }
        Node::Inline(entries) | Node::Section(entries) => {
            if let Some(table) = old.as_table_like_mut() {
                return merge(table, entries);
            }
            *old = item(node);
            true
        }
        Node::Rows(rows) | Node::List(rows) => merge_rows(old, rows).unwrap_or_else(|| {
            *old = item(node);
            true
        }),
    }
}

/// Makes a list of tables say `rows`; tables are known again by their `id`. `None` if it is no such list.
fn merge_rows(old: &mut Item, rows: &[Vec<Entry>]) -> Option<bool> {
    if let Some(tables) = old.as_array_of_tables_mut() {
        let mut changed = tables.len() != rows.len();
        let before: Vec<Table> = tables.iter().cloned().collect();
        let mut after = ArrayOfTables::new();
        for (index, entries) in rows.iter().enumerate() {
            let from = position(before.iter().map(|table| table as &dyn TableLike), index, entries);
            let mut table = from.and_then(|from| before.get(from).cloned()).unwrap_or_default();
            changed |= from != Some(index);
            changed |= merge(&mut table, entries);
            after.push(table);
        }
        *tables = after;
        return Some(changed);
    }
    let array = old.as_array_mut()?;
    let before: Vec<InlineTable> =
        array.iter().map(|value| value.as_inline_table().cloned()).collect::<Option<_>>()?;
    let mut changed = before.len() != rows.len();
    let mut after = Vec::new();
    for (index, entries) in rows.iter().enumerate() {
        let from = position(before.iter().map(|table| table as &dyn TableLike), index, entries);
        changed |= from != Some(index);
        if let Some(mut table) = from.and_then(|from| before.get(from).cloned()) {
            changed |= merge(&mut table, entries);
            after.push(Value::InlineTable(table));
        } else {
            after.push(on_own_line(inline(entries)));
        }
    }
    if changed {
        array.clear();
        for value in after {
            array.push_formatted(value);
        }
    }
    Some(changed)
}

/// The table among `before` that has the `id` of `entries`, or stands at the same place where there are no ids.
fn position<'a>(
    before: impl Iterator<Item = &'a dyn TableLike>,
    index: usize,
    entries: &[Entry],
) -> Option<usize> {
    let wanted = entries.iter().find(|entry| entry.key == "id").and_then(|entry| match &entry.node {
        Node::Leaf(value) => value.as_str(),
        _ => None,
    });
    let ids: Vec<Option<&str>> = before.map(|table| table.get("id").and_then(Item::as_str)).collect();
    match wanted {
        Some(wanted) => ids.iter().position(|id| *id == Some(wanted)),
        None => (index < ids.len()).then_some(index),
    }
}

/// Whether two values mean the same to the reader: `50` and `50.0`, a date and the same date as text or year.
fn same(old: &Value, new: &Value) -> bool {
    #[expect(clippy::cast_precision_loss, reason = "numbers of a plan")]
    let number = |value: &Value| value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
    match new {
        Value::String(new) => old.as_str() == Some(new.value()),
        Value::Boolean(new) => old.as_bool() == Some(*new.value()),
        Value::Integer(_) | Value::Float(_) => number(old) == number(new),
        Value::Datetime(new) => {
            let old = match old {
                Value::String(text) => text.value().trim().to_owned(),
                Value::Integer(year) => year.value().to_string(),
                Value::Datetime(date) => date.value().to_string(),
                _ => return false,
            };
            let day = |text: &str| text.parse::<PlanDate>().ok().map(|date| date.date);
            day(&old).is_some() && day(&old) == day(&new.value().to_string())
        }
        Value::Array(new) => old.as_array().is_some_and(|old| {
            old.len() == new.len() && old.iter().zip(new.iter()).all(|(old, new)| same(old, new))
        }),
        Value::InlineTable(_) => false,
    }
}

fn item(node: &Node) -> Item {
    match node {
        Node::Leaf(value) => Item::Value(value.clone()),
        Node::Inline(entries) => Item::Value(inline(entries)),
        Node::Section(entries) => {
            let mut table = Table::new();
            // a table of tables needs no line of its own
            table.set_implicit(
                entries.iter().all(|entry| matches!(entry.node, Node::Section(_))) && !entries.is_empty(),
            );
            merge(&mut table, entries);
            Item::Table(table)
        }
        Node::Rows(rows) => {
            let mut tables = ArrayOfTables::new();
            for entries in rows {
                let mut table = Table::new();
                merge(&mut table, entries);
                tables.push(table);
            }
            Item::ArrayOfTables(tables)
        }
        Node::List(rows) => {
            let mut array = Array::new();
            for entries in rows {
                array.push_formatted(on_own_line(inline(entries)));
            }
            if !rows.is_empty() {
                array.set_trailing("\n");
                array.set_trailing_comma(true);
            }
            Item::Value(Value::Array(array))
        }
    }
}

fn inline(entries: &[Entry]) -> Value {
    let mut table = InlineTable::new();
    merge(&mut table, entries);
    Value::InlineTable(table)
}

fn on_own_line(value: Value) -> Value {
    value.decorated("\n  ", "")
}
