//! A numeric matrix `[ ... ]`: its cells, where they stand, and that its rows are equally long.

mod cells;

pub(super) use cells::read;

use super::cursor::Cursor;
use crate::finding::{Code, Place};
use crate::read::report::{Report, column as column_of};
use cells::ends_cell;
use std::sync::Arc;

/// A matrix as read, all cells in one column of numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Matrix {
    /// Name as the format has it, for example `bus`.
    pub(super) name: &'static str,
    /// Line on which it opens.
    pub(super) line: u32,
    /// The rows in the order of the file.
    pub(super) rows: Vec<Row>,
    /// The cells that are kept, row after row.
    pub(super) cells: Vec<f64>,
    /// Rows with a cell that is no number, which was told.
    pub(super) bad_rows: Vec<usize>,
    /// Number of columns in the file, once [`Matrix::square_up`] has found it the same in all rows.
    pub(super) width: usize,
    /// Number of columns that are kept: those behind are results and prices, which no grid is made of.
    pub(super) columns: usize,
}

/// Where a row of a matrix stands. Files are smaller than 4 GiB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its line, from 1.
    pub(super) line: u32,
    /// Offset of its first cell in the text.
    pub(super) start: u32,
    /// Number of its cells in the file.
    pub(super) width: u32,
}

/// Why reading a matrix stopped before its bracket.
pub(super) struct NotClosed;

impl Matrix {
    /// The cells of a row; all rows are equally long after [`Matrix::square_up`].
    pub(super) fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.columns..(row + 1) * self.columns]
    }

    /// Offset, line and width of a cell, found again in the text; expressions with blanks may mislead it.
    fn cell_at(&self, text: &[u8], row: usize, column: usize) -> Option<(usize, u32, usize)> {
        let row = self.rows.get(row)?;
        let mut cursor = Cursor { text, at: row.start as usize, line: row.line };
        let mut left = column;
        loop {
            cursor.skip_gap();
            match cursor.peek()? {
                b',' => cursor.at += 1,
                b';' | b'\n' | b']' | b'%' | b'#' => return None,
                _ => {
                    let start = cursor.at;
                    while cursor.peek().is_some_and(|b| !ends_cell(b)) && !cursor.at_continuation() {
                        cursor.at += 1;
                    }
                    if left == 0 {
                        return Some((start, cursor.line, cursor.at - start));
                    }
                    left -= 1;
                }
            }
        }
    }

    /// Place of a row.
    pub(super) fn place(&self, text: &[u8], file: &Arc<str>, row: usize) -> Place {
        let Some(this) = self.rows.get(row) else { return Place::new(file, self.line) };
        let place = Place::new(file, this.line);
        // A column is said only where it tells two rows of one line apart.
        let before = row.checked_sub(1).and_then(|before| self.rows.get(before));
        if before.is_some_and(|before| before.line == this.line) {
            return place.at(column_of(text, this.start as usize), 0);
        }
        place
    }

    /// Place of a cell.
    pub(super) fn cell_place(&self, text: &[u8], file: &Arc<str>, row: usize, column: usize) -> Place {
        match self.cell_at(text, row, column) {
            Some((at, line, width)) => {
                Place::new(file, line).at(column_of(text, at), u32::try_from(width).unwrap_or(0))
            }
            None => self.place(text, file, row),
        }
    }

    fn width_of(&self, row: usize) -> usize {
        self.rows[row].width as usize
    }

    /// Sees to it that all rows have the same number of columns, and at least `least`.
    pub(super) fn square_up(&mut self, text: &[u8], least: usize, report: &mut Report) {
        let Some(usual) = self.usual_width() else { return };
        self.width = usual;
        self.columns = usual.min(kept(self.name));
        let mut ragged = false;
        let alone = self.rows.len() == 1;
        for row in 0..self.rows.len() {
            let width = self.width_of(row);
            let row_line = self.rows[row].line;
            ragged |= width != usual;
            if (width == usual && width >= least) || self.bad_rows.binary_search(&row).is_ok() {
                continue;
            }
            let name = self.name;
            let number = row + 1;
            let missing = width < least && (width == usual || alone);
            let comma = width > usual && has_tight_comma(text, self.rows[row].start as usize);
            report.error(Code::Columns, |draft| {
                let wrong = format!("mpc.{name} row {number} has {width} columns");
                let finding = match self.other_row(row, usual) {
                    Some(other) if !missing => {
                        draft.at(row_line, format!("{wrong}, row {other} has {usual}"))
                    }
                    _ => draft.at(row_line, format!("{wrong}, it needs {least}")),
                };
                let help = if comma {
                    "a comma parts two cells: write decimals with a point, `1.02`"
                } else if width < usual || missing {
                    "fill in the missing cells"
                } else {
                    "take out the cells too many, or end the row with `;`"
                };
                finding.element(format!("mpc.{name} row {number}")).help(help)
            });
        }
        if ragged {
            self.keep_usual_rows();
        }
    }

    /// Keeps the rows of the usual width only: what was told is not to be stumbled over again.
    fn keep_usual_rows(&mut self) {
        let (usual, keep) = (self.width, kept(self.name));
        let mut cells = Vec::new();
        let mut rest = self.cells.as_slice();
        self.rows.retain(|row| {
            let width = row.width as usize;
            let (own, after) = rest.split_at(width.min(keep).min(rest.len()));
            rest = after;
            if width == usual {
                cells.extend_from_slice(own);
            }
            width == usual
        });
        self.cells = cells;
    }

    /// The number of columns that most rows have; of equally frequent ones, that of the earliest row.
    fn usual_width(&self) -> Option<usize> {
        let first = self.rows.first().map(|_| self.width_of(0))?;
        if (1..self.rows.len()).all(|row| self.width_of(row) == first) {
            return Some(first);
        }
        let mut widths: Vec<usize> = (0..self.rows.len()).map(|row| self.width_of(row)).collect();
        widths.sort_unstable();
        let most = widths.chunk_by(|a, b| a == b).map(<[usize]>::len).max()?;
        (0..self.rows.len()).map(|row| self.width_of(row)).find(|width| {
            let below = widths.partition_point(|other| other < width);
            let through = widths.partition_point(|other| other <= width);
            through - below == most
        })
    }

    /// A row, counted from 1, of the usual width.
    fn other_row(&self, row: usize, usual: usize) -> Option<usize> {
        (0..self.rows.len())
            .find(|&other| other != row && self.width_of(other) == usual)
            .map(|other| other + 1)
    }
}

/// Whether the row that starts at `start` holds a comma between two digits.
fn has_tight_comma(text: &[u8], start: usize) -> bool {
    let end =
        text[start..].iter().position(|b| matches!(b, b'\n' | b';' | b']')).map_or(text.len(), |n| start + n);
    text[start..end].windows(3).any(|w| w[1] == b',' && w[0].is_ascii_digit() && w[2].is_ascii_digit())
}

/// Number of columns of a matrix that are kept.
fn kept(name: &str) -> usize {
    match name {
        "bus" | "branch" => 13,
        // up to its participation factors
        "gen" => 21,
        _ => 3,
    }
}
