//! Ids to row numbers, with where each id was defined.

use super::record::Record;
use super::table::Table;
use crate::finding::{Code, Place, nearest};
use crate::model::{Name, Origin};
use std::collections::HashMap;

/// The ids of one kind of record.
pub(super) struct Names<I> {
    /// What they name, in words.
    kind: &'static str,
    defined: HashMap<Name, Defined<I>>,
    /// The ids in file order, for help that is the same every time.
    order: Vec<Name>,
}

struct Defined<I> {
    /// `None` for a record that was told to be wrong: naming it is no further error.
    row: Option<I>,
    place: Place,
}

impl<I: Copy> Names<I> {
    /// No id yet.
    pub(super) fn new(kind: &'static str) -> Self {
        Self { kind, defined: HashMap::new(), order: Vec::new() }
    }

    /// Notes that `id` is the row `row`; tells if it was defined before. The first definition stays.
    pub(super) fn define(&mut self, record: &Record<'_>, id: &Name, row: Option<I>) {
        if id.is_empty() {
            return; // told as missing
        }
        if let Some(first) = self.defined.get(id) {
            let message = format!(
                "{} is defined twice: {}:{} and {}:{}",
                record.describe(),
                first.place.file,
                first.place.line,
                record.place().file,
                record.place().line
            );
            record.error(Code::Duplicate, "id", message, "rename or delete one of the two");
            return;
        }
        self.defined.insert(id.clone(), Defined { row, place: record.place() });
        self.order.push(id.clone());
    }

    /// Notes an id that another file defines, whose reader has looked for double ones.
    pub(super) fn adopt(&mut self, id: &Name, row: I, origin: &Origin) {
        let place = origin.place.clone().unwrap_or_else(|| Place::new(&"the base grid".into(), 0));
        if self.defined.insert(id.clone(), Defined { row: Some(row), place }).is_none() {
            self.order.push(id.clone());
        }
    }

    /// Notes the ids of rows that could not be read, so that naming them is no further error.
    pub(super) fn spoil(&mut self, table: &Table) {
        for (id, place) in table.spoilt() {
            let defined = Defined { row: None, place };
            self.defined.entry(id.into()).or_insert(defined);
        }
    }

    /// The row called `id`, if it is defined and right.
    pub(super) fn get(&self, id: &str) -> Option<I> {
        self.defined.get(id)?.row
    }

    /// Whether anything is called `id`.
    pub(super) fn has(&self, id: &str) -> bool {
        self.defined.contains_key(id)
    }

    /// The ids in file order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.order.iter().map(Name::as_str)
    }

    /// The row that a field names; tells if there is none. `None` where the field is empty.
    pub(super) fn find(&self, record: &Record<'_>, field: &'static str) -> Option<I> {
        let id = record.text(field);
        if id.is_empty() { None } else { self.find_id(record, field, id) }
    }

    /// The row that a field must name; tells if it is empty or there is none.
    pub(super) fn need(&self, record: &Record<'_>, field: &'static str) -> Option<I> {
        if !record.has(field) {
            record.missing(field, format!("name a {}", self.kind));
        }
        self.find(record, field)
    }

    /// The row called `id`, which `field` names among others; tells if there is none.
    pub(super) fn find_id(&self, record: &Record<'_>, field: &'static str, id: &str) -> Option<I> {
        if let Some(defined) = self.defined.get(id) {
            return defined.row;
        }
        let help = if record.folder.log.is_full(Code::Reference) { String::new() } else { self.help(id) };
        let message = format!("`{field}`: no {} is called `{id}`", self.kind);
        record.error(Code::Reference, field, message, help);
        None
    }

    /// A hint for the writer of `id`.
    pub(super) fn help(&self, id: &str) -> String {
        // names of another length cannot be near, and a grid may have very many
        let length = id.chars().count();
        let similar = |name: &&str| name.chars().count().abs_diff(length) <= 1 + length / 3;
        match nearest(id, self.iter().filter(similar)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if self.order.is_empty() => format!("the plan has no {} at all", self.kind),
            None => format!("add the {} `{id}`, or name another one", self.kind),
        }
    }
}
