//! A plain table: a header, a line, rows; numbers to the right. Widths count what a terminal shows, so that
//! Vietnamese names line up.

use crate::report::number::clean;
use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Row, TableStyle};

/// A rule under the header, nothing else: reads well, greps well.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─'));

/// Spaces before every line of a table.
const MARGIN: &str = "  ";

/// A table in the making.
#[derive(Debug)]
pub struct Table {
    inner: comfy_table::Table,
    aligned: Vec<CellAlignment>,
}

/// A cell of several lines, each without characters that a terminal would obey.
fn lines(cell: &str) -> String {
    cell.split('\n').map(clean).collect::<Vec<_>>().join("\n")
}

impl Table {
    /// A table with `columns`: a heading that starts with `>` stands over a column of numbers; a `|` in a
    /// heading starts a second line.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        let mut inner = comfy_table::Table::new();
        inner.load_style(STYLE);
        let aligned = columns
            .iter()
            .map(|name| if name.starts_with('>') { CellAlignment::Right } else { CellAlignment::Left })
            .collect::<Vec<_>>();
        let header = columns.iter().zip(&aligned).map(|(name, &aligned)| {
            Cell::new_owned(name.trim_start_matches('>').replace('|', "\n")).set_alignment(aligned)
        });
        inner.set_header(header.collect::<Vec<_>>());
        Self { inner, aligned }
    }

    /// Wraps cells so that the table is at most `width` columns wide.
    #[must_use]
    pub fn wrapped(mut self, width: u16) -> Self {
        self.inner.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        self
    }

    /// Appends a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let cells = cells.into_iter().zip(&self.aligned);
        let row: Vec<Cell> = cells
            .map(|(cell, &aligned)| Cell::new_owned(lines(cell.as_ref())).set_alignment(aligned))
            .collect();
        self.inner.add_row(Row::from(row));
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// The lines of the table.
    #[must_use]
    pub fn text(mut self) -> String {
        for column in self.inner.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let mut text = String::new();
        for line in self.inner.lines() {
            text.extend([MARGIN, line.trim_end(), "\n"]);
        }
        text
    }
}
