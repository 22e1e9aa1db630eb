//! One CSV file: its header checked against the layout, its rows with their places.

use super::amendments;
use super::folder::{Folder, Text};
use super::record::Record;
use crate::finding::{Code, Finding, Place, nearest};
use crate::model::{Name, layout};
use std::collections::BTreeMap;

/// A table as read, every row with the number of fields its header asks for.
pub(super) struct Table {
    /// What the table is.
    pub(super) layout: &'static layout::Table,
    text: Text,
    /// For each column of the layout, the field that holds it.
    field_of: Vec<Option<usize>>,
    rows: Vec<Row>,
    /// Rows with another number of fields than the header.
    odd: Vec<Row>,
    /// Whether numbers may have a decimal comma, as spreadsheets write them where columns are not parted by commas.
    pub(super) decimal_comma: bool,
}

/// A row, and where it starts.
pub(super) struct Row {
    fields: csv::StringRecord,
    start: usize,
    line: u32,
    /// Cells that an amendment filled, by column of the layout.
    amended: BTreeMap<usize, Amended>,
    /// The amendment that added it.
    added: Option<Place>,
}

/// A cell as an amendment has it.
pub(super) struct Amended {
    pub(super) text: String,
    pub(super) place: Option<Place>,
}

impl Row {
    /// A row of an amendment.
    pub(super) fn added(layout: &layout::Table, cells: &[(Name, String)], place: Option<&Place>) -> Self {
        let amended = |(column, text): &(Name, String)| {
            let index = layout.columns.iter().position(|one| one.name == *column)?;
            Some((index, Amended { text: text.clone(), place: place.cloned() }))
        };
        Self {
            fields: csv::StringRecord::new(),
            start: 0,
            line: 0,
            amended: cells.iter().filter_map(amended).collect(),
            added: Some(place.cloned().unwrap_or_else(|| Place::new(&"amendments".into(), 1))),
        }
    }
}

impl Table {
    /// Reads `file`, or nothing where the folder does not have it.
    pub(super) fn open(folder: &Folder, file: &str, layout: &'static layout::Table) -> Option<Self> {
        let text = match folder.has(file) {
            true => folder.text(file)?,
            // an amendment may add the first row of a table
            false if folder.is_amended(file) => {
                Text { file: folder.shown(file).into(), text: String::new(), is_sheet: false }
            }
            false => return None,
        };
        let is_new = text.text.is_empty() && !folder.has(file);
        let mut table = Self {
            layout,
            text,
            field_of: Vec::new(),
            rows: Vec::new(),
            odd: Vec::new(),
            decimal_comma: false,
        };
        if is_new {
            table.field_of = vec![None; layout.columns.len()];
        } else if !table.split(folder) {
            return None;
        }
        amendments::apply(folder, &mut table, file);
        Some(table)
    }

    /// The rows that are such as asked for, by their place.
    pub(super) fn find(&self, such: impl Fn(&Self, &Row) -> bool) -> Vec<usize> {
        (0..self.rows.len()).filter(|&at| such(self, &self.rows[at])).collect()
    }

    /// Appends a row.
    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, at: usize) {
        self.rows.remove(at);
    }

    /// Gives a cell another content.
    pub(super) fn amend(&mut self, at: usize, column: usize, amended: Amended) {
        self.rows[at].amended.insert(column, amended);
    }

    /// What a cell holds; empty where nothing.
    pub(super) fn cell_at(&self, at: usize, name: &str) -> String {
        self.cell(&self.rows[at], name).unwrap_or("").to_owned()
    }

    /// Columns and contents of a row, as far as they are filled.
    pub(super) fn filled(&self, at: usize) -> Vec<(Name, String)> {
        let columns = self.layout.columns.iter().map(|column| column.name);
        columns
            .filter_map(|name| Some((Name::from(name), self.cell(&self.rows[at], name)?.to_owned())))
            .collect()
    }

    /// What a column holds, in all rows.
    pub(super) fn column_texts(&self, name: &str) -> Vec<String> {
        (0..self.rows.len()).map(|at| self.cell_at(at, name)).collect()
    }

    /// The rows as records.
    pub(super) fn records<'a>(&'a self, folder: &'a Folder) -> impl Iterator<Item = Record<'a>> {
        self.rows.iter().map(move |row| Record::of_row(folder, self, row))
    }

    /// Splits the text into header and rows; false if the table cannot be used.
    fn split(&mut self, folder: &Folder) -> bool {
        let separator = separator(&self.text.text);
        self.decimal_comma = separator != b',';
        if self.decimal_comma {
            let word = if separator == b';' { "semicolons" } else { "tabs" };
            let message = format!("the columns are separated by {word}: numbers may have a decimal comma");
            folder.log.push(Finding::note(Code::Assumed, message).place(Place::new(&self.text.file, 1)));
        }
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .trim(csv::Trim::All)
            .from_reader(self.text.text.as_bytes());
        let mut rows = Vec::new();
        let mut fields = csv::StringRecord::new();
        let (mut counted_to, mut line) = (0, 1);
        // nothing can fail here: the text is UTF-8, and rows of any length are taken
        while matches!(reader.read_record(&mut fields), Ok(true)) {
            let start = fields.position().map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
            let rest = self.text.text.get(start..).unwrap_or("");
            // the parser counts empty lines to the row that follows them
            let start = start + rest.len() - rest.trim_start_matches(['\r', '\n']).len();
            let passed = self.text.text.as_bytes().get(counted_to..start).unwrap_or(&[]);
            line += u32::try_from(memchr::memchr_iter(b'\n', passed).count()).unwrap_or(u32::MAX);
            counted_to = start;
            rows.push(Row { fields: fields.clone(), start, line, amended: BTreeMap::new(), added: None });
        }
        if rows.is_empty() {
            let place = Place::new(&self.text.file, 1);
            let message = format!("{} holds nothing, not even the names of its columns", self.text.file);
            folder.log.push(
                Finding::error(Code::Empty, message)
                    .place(place)
                    .help(format!("delete the file, or begin it with `{}`", self.required().join(","))),
            );
            return false;
        }
        let header = rows.remove(0);
        self.take_header(folder, &header) && {
            self.take_rows(folder, &header, rows);
            true
        }
    }

    fn required(&self) -> Vec<&'static str> {
        self.layout.columns.iter().filter(|column| column.is_required()).map(|column| column.name).collect()
    }

    /// Finds the layout's columns in the header; tells unknown, repeated and missing ones.
    fn take_header(&mut self, folder: &Folder, header: &Row) -> bool {
        self.field_of = vec![None; self.layout.columns.len()];
        for (field, name) in header.fields.iter().enumerate() {
            let known = self.layout.columns.iter().position(|column| column.name == name);
            let place = self.field_place(header, field);
            match known.map(|index| &mut self.field_of[index]) {
                Some(slot @ None) => *slot = Some(field),
                Some(Some(_)) => folder.log.push(
                    Finding::error(Code::Duplicate, format!("the column `{name}` is there twice"))
                        .field(name)
                        .place(place)
                        .help("delete one of the two"),
                ),
                None => {
                    let names = || self.layout.columns.iter().map(|column| column.name);
                    let help = match nearest(name, names()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the columns are {}", names().collect::<Vec<_>>().join(", ")),
                    };
                    let message = format!("{} rows have no column `{name}`", self.layout.row);
                    folder
                        .log
                        .push(Finding::error(Code::Schema, message).field(name).place(place).help(help));
                }
            }
        }
        for (column, field) in self.layout.columns.iter().zip(&self.field_of) {
            if column.is_required() && field.is_none() {
                let message = format!("the column `{}` ({}) is missing", column.name, column.meaning);
                folder.log.push(
                    Finding::error(Code::Schema, message)
                        .field(column.name)
                        .place(Place::new(&self.text.file, header.line))
                        .help(format!("add `{}` to the first line and fill it in every row", column.name)),
                );
            }
        }
        true
    }

    /// Keeps the rows that have as many fields as the header.
    fn take_rows(&mut self, folder: &Folder, header: &Row, rows: Vec<Row>) {
        let columns = header.fields.len();
        for row in rows {
            let fields = row.fields.len();
            if fields == columns {
                self.rows.push(row);
                continue;
            }
            let mut help = format!("give every row {columns} fields");
            if row.fields.iter().any(|field| field.contains('\n')) {
                help.push_str("; a double quote that opens in this row is not closed before its end");
            } else if fields > columns {
                help.push_str("; put a text that holds a comma in double quotes, write `4.2` for `4,2`");
            } else {
                help.push_str(", empty ones too");
            }
            let message = format!("the row has {fields} fields, the header has {columns} columns");
            folder.log.push(
                Finding::error(Code::Columns, message)
                    .element(format!("{} {}", self.layout.row, row.fields.get(0).unwrap_or("")))
                    .place(Place::new(&self.text.file, row.line))
                    .help(help),
            );
            self.odd.push(row);
        }
    }

    /// The ids of rows that were told and dropped.
    pub(super) fn spoilt(&self) -> impl Iterator<Item = (&str, Place)> {
        let field = self.field("id");
        self.odd.iter().filter_map(move |row| Some((row.fields.get(field?)?, self.place(row))))
    }

    /// The text of a column in a row; `None` where the table does not have the column or the cell is empty.
    pub(super) fn cell<'a>(&'a self, row: &'a Row, name: &str) -> Option<&'a str> {
        let column = self.layout.columns.iter().position(|column| column.name == name);
        if let Some(amended) = column.and_then(|column| row.amended.get(&column)) {
            return Some(amended.text.as_str()).filter(|text| !text.is_empty());
        }
        row.fields.get(self.field(name)?).filter(|text| !text.is_empty())
    }

    /// Whether the header has the column.
    pub(super) fn has(&self, name: &str) -> bool {
        self.field(name).is_some()
    }

    fn field(&self, name: &str) -> Option<usize> {
        let index = self.layout.columns.iter().position(|column| column.name == name);
        debug_assert!(index.is_some(), "{} has no column {name} in its layout", self.layout.file);
        *self.field_of.get(index?)?
    }

    /// The place of a row.
    pub(super) fn place(&self, row: &Row) -> Place {
        if let Some(place) = &row.added {
            return place.clone();
        }
        Place::new(&self.text.file, row.line)
    }

    /// The place of a column in a row.
    pub(super) fn cell_place(&self, row: &Row, name: &str) -> Place {
        let column = self.layout.columns.iter().position(|column| column.name == name);
        if let Some(place) =
            column.and_then(|column| row.amended.get(&column)).and_then(|amended| amended.place.clone())
        {
            return place;
        }
        if row.added.is_some() {
            return self.place(row);
        }
        self.field(name).map_or_else(|| self.place(row), |field| self.field_place(row, field))
    }

    /// The place of a field, found by walking the row's text: only asked for when something is wrong.
    fn field_place(&self, row: &Row, field: usize) -> Place {
        let text = self.text.text.get(row.start..).unwrap_or("");
        let (mut index, mut quoted, mut start) = (0, false, 0);
        for (at, character) in text.char_indices() {
            match character {
                '"' => quoted = !quoted,
                ',' | '\n' if !quoted => {
                    if index == field {
                        let end = at - usize::from(text[..at].ends_with('\r'));
                        return self.text.place(row.start + start, row.start + end);
                    }
                    if character == '\n' {
                        return self.place(row);
                    }
                    index += 1;
                    start = at + 1;
                }
                _ => {}
            }
        }
        if index == field {
            self.text.place(row.start + start, self.text.text.len())
        } else {
            self.place(row)
        }
    }
}

/// What parts the columns of a table: commas, or what its header has instead.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    [';', '\t']
        .into_iter()
        .find(|&other| header.contains(other) && !header.contains(','))
        .map_or(b',', |c| c as u8)
}
