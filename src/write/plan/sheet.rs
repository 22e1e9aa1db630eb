//! One CSV table while it is filled. Columns that say nothing in any row are left out.

use super::number;
use crate::finding::{Code, Finding};
use crate::model::{Origin, layout};

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
