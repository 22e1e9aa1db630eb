//! One CSV table while it is filled. Columns that say nothing in any row are left out.

use super::number;
use crate::finding::{Code, Finding};
use crate::model::{Name, Origin, layout, same_cell};

/// A table while it is filled.
pub(super) struct Sheet {
    layout: &'static layout::Table,
    rows: Vec<Vec<Cell>>,
    /// Values that no file can hold.
    pub(super) errors: Vec<Finding>,
}

#[derive(Clone, Default)]
struct Cell {
    text: String,
    /// Whether it says more than an empty cell.
    says: bool,
}

/// A row while it is filled.
pub(super) struct Row<'a> {
    sheet: &'a mut Sheet,
    cells: Vec<Cell>,
}

impl Sheet {
    /// An empty table.
    pub(super) fn new(layout: &'static layout::Table) -> Self {
        Self { layout, rows: Vec::new(), errors: Vec::new() }
    }

    /// A new row, kept when it ends with its origin.
    pub(super) fn row(&mut self) -> Row<'_> {
        let cells = vec![Cell::default(); self.layout.columns.len()];
        Row { sheet: self, cells }
    }

    /// Whether it has no row.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// What the table is.
    pub(super) fn layout(&self) -> &'static layout::Table {
        self.layout
    }

    /// All cells, in the columns of the layout.
    pub(super) fn texts(&self) -> Vec<Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(|cell| cell.text.clone()).collect()).collect()
    }

    /// The rows that hold all of `row`, columns and what they hold.
    pub(super) fn find(&self, row: &[(Name, String)]) -> Vec<usize> {
        let holds = |cells: &Vec<Cell>, (column, text): &(Name, String)| {
            let index = self.column(column);
            index.and_then(|index| cells.get(index)).is_some_and(|cell| same_cell(&cell.text, text))
        };
        let fits =
            |at: &usize| self.rows.get(*at).is_some_and(|cells| row.iter().all(|one| holds(cells, one)));
        (0..self.rows.len()).filter(fits).collect()
    }

    /// Gives a cell another content.
    pub(super) fn set(&mut self, at: usize, column: &str, text: &str) {
        let index = self.column(column);
        if let Some(cell) = index.and_then(|index| self.rows.get_mut(at)?.get_mut(index)) {
            *cell = Cell { text: text.to_owned(), says: !text.is_empty() };
        }
    }

    /// Takes a row out.
    pub(super) fn remove(&mut self, at: usize) {
        self.rows.remove(at);
    }

    /// Puts a row in, at the place `at` or at the end.
    pub(super) fn insert(&mut self, at: usize, cells: &[(Name, String)]) {
        let at = at.min(self.rows.len());
        self.rows.insert(at, vec![Cell::default(); self.layout.columns.len()]);
        for (column, text) in cells {
            self.set(at, column, text);
        }
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.layout.columns.iter().position(|column| column.name == name)
    }

    /// The table as CSV text.
    pub(super) fn text(&self) -> String {
        let used = |index: usize, column: &layout::Column| {
            column.is_required() || self.rows.iter().any(|row| row.get(index).is_some_and(|cell| cell.says))
        };
        let columns =
            || self.layout.columns.iter().enumerate().filter(|&(index, column)| used(index, column));
        let kept: Vec<usize> = columns().map(|(index, _)| index).collect();
        let mut text = columns().map(|(_, column)| column.name).collect::<Vec<_>>().join(",");
        text.push('\n');
        for row in &self.rows {
            for (at, &index) in kept.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                if let Some(cell) = row.get(index) {
                    push_quoted(&mut text, &cell.text);
                }
            }
            text.push('\n');
        }
        text
    }
}

/// A field, in quotes where a reader would take it apart.
fn push_quoted(text: &mut String, cell: &str) {
    if cell.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

impl Row<'_> {
    fn set(mut self, name: &str, text: String, says: bool) -> Self {
        let index = self.sheet.layout.columns.iter().position(|column| column.name == name);
        debug_assert!(index.is_some(), "{} has no column {name}", self.sheet.layout.file);
        if let Some(cell) = index.and_then(|index| self.cells.get_mut(index)) {
            *cell = Cell { text, says };
        }
        self
    }

    /// A text.
    pub(super) fn text(self, name: &str, text: &str) -> Self {
        let says = !text.is_empty();
        self.set(name, text.to_owned(), says)
    }

    /// A word that goes without saying where it is `default`.
    pub(super) fn word(self, name: &str, word: &str, default: &str) -> Self {
        self.set(name, word.to_owned(), word != default)
    }

    /// A number.
    pub(super) fn number(self, name: &str, value: f64) -> Self {
        self.finite(name, value, true)
    }

    /// A number that goes without saying where it is `default`.
    pub(super) fn number_or(self, name: &str, value: f64, default: f64) -> Self {
        #[expect(clippy::float_cmp, reason = "only the very default may be left out")]
        let says = value != default;
        self.finite(name, value, says)
    }

    /// A number, or nothing.
    pub(super) fn maybe(self, name: &str, value: Option<f64>) -> Self {
        match value {
            Some(value) => self.finite(name, value, true),
            None => self,
        }
    }

    fn finite(self, name: &str, value: f64, says: bool) -> Self {
        if !value.is_finite() {
            let id = self.cells.first().map_or("", |cell| cell.text.as_str());
            let element = format!("{} {id}", self.sheet.layout.row);
            let message = format!("{element}: `{name}` is {value}, which a plan cannot hold");
            let finding = Finding::error(Code::Value, message).element(element).field(name);
            self.sheet.errors.push(finding.help("give it a number, or none where there is no limit"));
        }
        self.set(name, number(value), says)
    }

    /// A whole number.
    pub(super) fn integer(self, name: &str, value: impl Into<i64>) -> Self {
        self.set(name, value.into().to_string(), true)
    }

    /// A whole number that goes without saying where it is `default`.
    pub(super) fn integer_or(self, name: &str, value: i32, default: i32) -> Self {
        self.set(name, value.to_string(), value != default)
    }

    /// Yes or no, which goes without saying where it is `default`.
    pub(super) fn bool_or(self, name: &str, value: bool, default: bool) -> Self {
        self.set(name, value.to_string(), value != default)
    }

    /// Source and confidence, which end the row.
    pub(super) fn origin(self, origin: &Origin) {
        let source = origin.source.as_deref().unwrap_or("");
        let confidence = origin.confidence.map_or("", |confidence| confidence.as_str());
        let row = self.text("source", source).text("confidence", confidence);
        row.sheet.rows.push(row.cells);
    }
}
