//! A table of a net: rows by the names of their columns.

use crate::read::json::{Kind, Value};
use crate::read::report::quote;

/// A data frame.
pub(super) struct Table<'j> {
    name: &'static str,
    columns: Vec<String>,
    index: Vec<Value<'j>>,
    data: Vec<Value<'j>>,
}

/// A row of it.
pub(super) struct Row<'j> {
    name: &'static str,
    columns: &'j [String],
    /// Its index, where that is a whole number.
    pub(super) index: Option<i64>,
    cells: Vec<Value<'j>>,
}

impl<'j> Table<'j> {
    pub(super) fn of(name: &'static str, root: Value<'j>) -> Self {
        let list =
            |key: &str| -> Vec<Value<'j>> { root.get(key).into_iter().flat_map(Value::items).collect() };
        let columns =
            list("columns").into_iter().map(|name| name.text().unwrap_or_default().into_owned()).collect();
        Self { name, columns, index: list("index"), data: list("data") }
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.data.iter().enumerate().map(|(at, row)| Row {
            name: self.name,
            columns: &self.columns,
            index: match self.index.get(at) {
                Some(index) => std::str::from_utf8(index.raw()).ok().and_then(|text| text.parse().ok()),
                None => i64::try_from(at).ok(),
            },
            cells: row.items().collect(),
        })
    }
}

impl<'j> Row<'j> {
    fn cell(&self, field: &str) -> Option<Value<'j>> {
        let at = self.columns.iter().position(|column| column == field)?;
        self.cells.get(at).copied().filter(|cell| cell.kind() != Kind::Null)
    }

    /// `line 17`
    pub(super) fn what(&self) -> String {
        format!("{} {}", self.name, self.number_of())
    }

    /// `line-17`
    pub(super) fn id(&self) -> String {
        format!("{}-{}", self.name, self.number_of())
    }

    fn number_of(&self) -> String {
        self.index.map_or("?".to_owned(), |index| index.to_string())
    }

    /// A number; nothing where there is none, an error with its text where it is no finite one.
    pub(super) fn number(&self, field: &str) -> Result<Option<f64>, String> {
        let Some(cell) = self.cell(field) else { return Ok(None) };
        match cell.kind() {
            Kind::True => return Ok(Some(1.0)),
            Kind::False => return Ok(Some(0.0)),
            _ => {}
        }
        let text = std::str::from_utf8(cell.raw()).unwrap_or_default();
        match text.parse::<f64>() {
            // What pandas has for a cell without a value.
            Ok(number) if number.is_nan() => Ok(None),
            Ok(number) if number.is_finite() => Ok(Some(number)),
            _ => Err(quote(cell.raw())),
        }
    }

    /// Whether a switch of a row is on; on where it says nothing.
    pub(super) fn is_on(&self, field: &str) -> bool {
        self.cell(field).is_none_or(|cell| cell.kind() != Kind::False && cell.raw() != b"0")
    }

    /// A text; empty where there is none.
    pub(super) fn text(&self, field: &str) -> String {
        self.cell(field).and_then(Value::text).map(std::borrow::Cow::into_owned).unwrap_or_default()
    }

    /// A text or a number as a label: `1.0` is `1`.
    pub(super) fn label(&self, field: &str) -> String {
        let Some(cell) = self.cell(field) else { return String::new() };
        if let Some(text) = cell.text() {
            return text.into_owned();
        }
        let text = String::from_utf8_lossy(cell.raw());
        text.parse::<f64>().map_or_else(|_| text.to_string(), |number| number.to_string())
    }
}
