//! A plain table: a header, a line, rows; numbers to the right. Widths count what a terminal shows, so that
//! Vietnamese names line up.

use super::number::clean;
use comfy_table::{Cell, CellAlignment, LineStyle, Row, TableStyle};

/// A rule under the header, nothing else: reads well, greps well.
const STYLE: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table in the making.
pub struct Table {
    inner: comfy_table::Table,
    aligned: Vec<CellAlignment>,
}

impl Table {
    /// A table with `columns`: a heading that starts with `>` stands over a column of numbers.
    #[must_use]
    pub fn new(columns: &[&str]) -> Self {
        let mut inner = comfy_table::Table::new();
        inner.load_style(STYLE);
        let aligned: Vec<_> = columns
            .iter()
            .map(|name| if name.starts_with('>') { CellAlignment::Right } else { CellAlignment::Left })
            .collect();
        let mut table = Self { inner, aligned };
        let header = table.row_of(columns.iter().map(|name| name.trim_start_matches('>')));
        table.inner.set_header(header);
        table
    }

    /// Appends a row.
    pub fn row<T: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = T>) {
        let row = self.row_of(cells);
        self.inner.add_row(row);
    }

    fn row_of<T: AsRef<str>>(&self, cells: impl IntoIterator<Item = T>) -> Row {
        cells
            .into_iter()
            .zip(&self.aligned)
            .map(|(cell, &aligned)| Cell::new(clean(cell.as_ref())).set_alignment(aligned))
            .collect::<Vec<_>>()
            .into()
    }

    /// The lines of the table, each indented by `indent` spaces.
    #[must_use]
    pub fn text(&mut self, indent: usize) -> String {
        for column in self.inner.column_iter_mut() {
            column.set_padding((0, 2));
        }
        let margin = " ".repeat(indent);
        self.inner.lines().map(|line| format!("{margin}{}\n", line.trim_end())).collect()
    }
}
