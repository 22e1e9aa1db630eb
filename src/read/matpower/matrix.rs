//! A numeric matrix `[ ... ]`: rows end at `;` or newline, elements stand apart by blanks or commas.
//!
//! Nearly every cell is a plain decimal and takes the short way through the loop of [`read`]; the rest
//! (`Inf`, `135/sqrt(3)`, `1 - 2`) is left to [`super::expression`].

use super::cursor::{Cursor, is_blank, is_word};
use super::expression::{Expression, Mode, Value};
use super::number::decimal;
use super::columns::column_word;
use super::report::Report;
use super::scope::Scope;
use crate::finding::{Code, Place};
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
    /// The cells, row after row.
    pub(super) cells: Vec<f64>,
    /// Number of columns, once [`Matrix::square_up`] has found it the same in all rows.
    pub(super) columns: usize,
}

/// Where a row of a matrix stands. Files are smaller than 4 GiB.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// Its line, from 1.
    pub(super) line: u32,
    /// Offset of its first cell in the text.
    pub(super) start: u32,
    /// End of its cells in [`Matrix::cells`].
    end: u32,
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
            return place.at(Cursor::column(text, this.start as usize), 0);
        }
        place
    }

    /// Place of a cell.
    pub(super) fn cell_place(&self, text: &[u8], file: &Arc<str>, row: usize, column: usize) -> Place {
        match self.cell_at(text, row, column) {
            Some((at, line, width)) => {
                Place::new(file, line).at(Cursor::column(text, at), u32::try_from(width).unwrap_or(0))
            }
            None => self.place(text, file, row),
        }
    }

    fn width(&self, row: usize) -> usize {
        let start = row.checked_sub(1).map_or(0, |before| self.rows[before].end);
        (self.rows[row].end - start) as usize
    }

    /// Sees to it that all rows have the same number of columns, and at least `least`.
    pub(super) fn square_up(&mut self, text: &[u8], least: usize, report: &mut Report) {
        let Some(usual) = self.usual_width() else { return };
        self.columns = usual;
        let alone = self.rows.len() == 1;
        for row in 0..self.rows.len() {
            let width = self.width(row);
            let row_line = self.rows[row].line;
            if width == usual && width >= least {
                continue;
            }
            let name = self.name;
            let number = row + 1;
            let missing = width < least && (width == usual || alone);
            let comma = width > usual && has_tight_comma(text, self.rows[row].start as usize);
            report.error(Code::Columns, |draft| {
                let wrong = format!("mpc.{name} row {number} has {width} columns");
                let finding = match self.other_row(row, usual) {
                    Some(other) if !missing => draft.at(row_line, format!("{wrong}, row {other} has {usual}")),
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
    }

    /// The number of columns that most rows have; of equally frequent ones, that of the earliest row.
    fn usual_width(&self) -> Option<usize> {
        let first = self.rows.first().map(|_| self.width(0))?;
        if (1..self.rows.len()).all(|row| self.width(row) == first) {
            return Some(first);
        }
        let mut widths: Vec<usize> = (0..self.rows.len()).map(|row| self.width(row)).collect();
        widths.sort_unstable();
        let most = widths.chunk_by(|a, b| a == b).map(<[usize]>::len).max()?;
        (0..self.rows.len()).map(|row| self.width(row)).find(|width| {
            let below = widths.partition_point(|other| other < width);
            let through = widths.partition_point(|other| other <= width);
            through - below == most
        })
    }

    /// A row, counted from 1, of the usual width.
    fn other_row(&self, row: usize, usual: usize) -> Option<usize> {
        (0..self.rows.len()).find(|&other| other != row && self.width(other) == usual).map(|other| other + 1)
    }
}

/// Whether the row that starts at `start` holds a comma between two digits.
fn has_tight_comma(text: &[u8], start: usize) -> bool {
    let end = text[start..].iter().position(|b| matches!(b, b'\n' | b';' | b']')).map_or(text.len(), |n| start + n);
    text[start..end].windows(3).any(|w| w[1] == b',' && w[0].is_ascii_digit() && w[2].is_ascii_digit())
}

/// Reads a matrix whose `[` the cursor has just passed, up to and with its `]`.
///
/// Cells that are no number are reported and read as 0.
pub(super) fn read(
    cursor: &mut Cursor<'_>,
    name: &'static str,
    scope: &Scope,
    report: &mut Report,
) -> Result<Matrix, NotClosed> {
    let text = cursor.text;
    let mut matrix = Matrix { name, line: cursor.line, ..Matrix::default() };
    let mut remarks = Remarks::default();
    let mut row = RowSoFar { first_cell: 0, start: cursor.at, line: cursor.line, last: None, separated: true };
    loop {
        let at = cursor.at;
        let Some(&byte) = text.get(at) else { return Err(NotClosed) };
        match byte {
            b' ' | b'\t' | b'\r' | b'\x0c' => cursor.at += 1,
            b'0'..=b'9' => {
                if let Some((value, length)) = decimal(&text[at..])
                    && text.get(at + length).is_none_or(|&b| ends_cell(b))
                {
                    row.cell(at, cursor.line, &mut matrix);
                    matrix.cells.push(value);
                    cursor.at = at + length;
                } else {
                    cell(cursor, &mut matrix, &mut row, scope, report)?;
                }
            }
            b'-' => {
                if let Some((value, length)) = text.get(at + 1..).and_then(decimal)
                    && text.get(at + 1 + length).is_none_or(|&b| ends_cell(b))
                {
                    row.cell(at, cursor.line, &mut matrix);
                    matrix.cells.push(-value);
                    cursor.at = at + 1 + length;
                } else if row.may_go_on() && text.get(at + 1).is_some_and(|&b| is_blank(b)) {
                    row.go_back(cursor, &mut matrix);
                    cell(cursor, &mut matrix, &mut row, scope, report)?;
                } else {
                    cell(cursor, &mut matrix, &mut row, scope, report)?;
                }
            }
            b'\n' => {
                row.end(&mut matrix, &mut remarks);
                cursor.at += 1;
                cursor.line += 1;
            }
            b';' => {
                row.end(&mut matrix, &mut remarks);
                cursor.at += 1;
            }
            b',' => {
                if !row.separated {
                    row.separated = true;
                } else {
                    report.error(Code::Syntax, |draft| {
                        draft
                            .at_offset(text, at, cursor.line, 1, format!("mpc.{name}: a comma without a cell before it"))
                            .help("write the missing cell, or take out the comma")
                    });
                }
                if at > 0 && text[at - 1].is_ascii_digit() && text.get(at + 1).is_some_and(u8::is_ascii_digit) {
                    remarks.tight_comma.get_or_insert((cursor.line, at));
                }
                cursor.at += 1;
            }
            b'%' | b'#' => {
                if let Err(open) = cursor.skip_comment() {
                    report.unclosed(&open, text);
                    return Err(NotClosed);
                }
            }
            b']' => {
                row.end(&mut matrix, &mut remarks);
                cursor.at += 1;
                remarks.tell(&matrix, text, report);
                return Ok(matrix);
            }
            b'.' if cursor.at_continuation() => cursor.skip_continuation(),
            b'+' | b'*' | b'/' | b'^' | b'.' if row.may_go_on() && goes_on(text, at) => {
                row.go_back(cursor, &mut matrix);
                cell(cursor, &mut matrix, &mut row, scope, report)?;
            }
            _ => cell(cursor, &mut matrix, &mut row, scope, report)?,
        }
    }
}

/// The row that is being read.
struct RowSoFar {
    /// Index of its first cell.
    first_cell: usize,
    /// Offset of its first cell in the text.
    start: usize,
    /// Line of its first cell.
    line: u32,
    /// Offset and line of the last cell.
    last: Option<(usize, u32)>,
    /// Whether a comma or the row's start stands since the last cell.
    separated: bool,
}

impl RowSoFar {
    /// A cell begins.
    #[inline]
    fn cell(&mut self, at: usize, line: u32, matrix: &mut Matrix) {
        if matrix.cells.len() == self.first_cell {
            self.start = at;
            self.line = line;
        }
        self.last = Some((at, line));
        self.separated = false;
    }

    /// Whether an operator that stands here would belong to the last cell.
    fn may_go_on(&self) -> bool {
        self.last.is_some() && !self.separated
    }

    /// Takes the last cell back, to read it again with the operator that follows.
    fn go_back(&mut self, cursor: &mut Cursor<'_>, matrix: &mut Matrix) {
        if let Some((at, line)) = self.last {
            cursor.at = at;
            cursor.line = line;
            matrix.cells.pop();
        }
    }

    /// The row ends; a row without cells is none.
    #[inline]
    fn end(&mut self, matrix: &mut Matrix, remarks: &mut Remarks) {
        if matrix.cells.len() > self.first_cell {
            #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
            matrix.rows.push(Row { line: self.line, start: self.start as u32, end: matrix.cells.len() as u32 });
            if self.separated {
                remarks.trailing_comma.get_or_insert(self.line);
            }
        }
        self.first_cell = matrix.cells.len();
        self.last = None;
        self.separated = true;
    }
}

/// What is told once per matrix.
#[derive(Default)]
struct Remarks {
    tight_comma: Option<(u32, usize)>,
    trailing_comma: Option<u32>,
}

impl Remarks {
    fn tell(&self, matrix: &Matrix, text: &[u8], report: &mut Report) {
        let element = format!("mpc.{}", matrix.name);
        if let Some(line) = self.trailing_comma {
            report.warning(Code::Plausibility, |draft| {
                draft
                    .at(line, format!("{element}: a comma stands at the end of a row, with no cell after it"))
                    .element(element.as_str())
                    .help("the comma is passed over; take it out, or write the missing cell")
            });
        }
        if let Some((line, at)) = self.tight_comma
            && row_has_blank_separators(text, at)
        {
            report.warning(Code::Plausibility, |draft| {
                draft
                    .at_offset(text, at, line, 1, format!("{element}: a comma between digits parts two cells"))
                    .element(element.as_str())
                    .help("other cells of the row stand apart by blanks: if a decimal is meant, write a point")
            });
        }
    }
}

/// Whether the row around `at` holds two cells that only blanks part.
fn row_has_blank_separators(text: &[u8], at: usize) -> bool {
    let ends = |b: &u8| matches!(b, b'\n' | b';' | b'[' | b']' | b'%' | b'#');
    let start = text[..at].iter().rposition(ends).map_or(0, |newline| newline + 1);
    let end = text[at..].iter().position(ends).map_or(text.len(), |n| at + n);
    text[start..end].trim_ascii().windows(2).any(|w| is_blank(w[1]) && (is_word(w[0]) || w[0] == b'.'))
}

/// Whether a byte right after a plain decimal ends the cell.
#[inline]
fn ends_cell(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b';' | b',' | b'\n' | b'\r' | b']' | b'%' | b'#' | b'\x0c')
}

/// Whether the operator at `at`, after blanks, goes on with the cell before: `1 * 2`, `1 .* 2`, `1 + 2`.
fn goes_on(text: &[u8], at: usize) -> bool {
    let next = text.get(at + 1).copied();
    match text[at] {
        b'+' => next.is_some_and(is_blank),
        b'.' => matches!(next, Some(b'*' | b'/' | b'^')),
        _ => true,
    }
}

/// Reads a cell that is no plain decimal.
#[cold]
fn cell(
    cursor: &mut Cursor<'_>,
    matrix: &mut Matrix,
    row: &mut RowSoFar,
    scope: &Scope,
    report: &mut Report,
) -> Result<(), NotClosed> {
    if begins_statement(cursor) {
        return Err(NotClosed);
    }
    let (at, line) = (cursor.at, cursor.line);
    row.cell(at, line, matrix);
    let value = Expression::new(cursor, scope, Mode::Cell).value();
    let trouble = match value {
        Ok(Value::Number(value)) => {
            if cursor.peek().is_none_or(ends_cell) || cursor.at_continuation() {
                matrix.cells.push(value);
                return Ok(());
            }
            None
        }
        Ok(Value::Block(_)) => Some("a cell must be one number".to_owned()),
        Err(trouble) => Some(trouble.why),
    };
    let text = cursor.text;
    cursor.at = at;
    cursor.line = line;
    let is_string = matches!(cursor.peek(), Some(b'\'' | b'"'));
    if !is_string || cursor.skip_string().is_err() {
        cursor.at = at + 1;
        while cursor.peek().is_some_and(|b| !ends_cell(b)) {
            cursor.at += 1;
        }
    }
    matrix.cells.push(0.0);
    let column_number = matrix.cells.len() - row.first_cell;
    let rows_before = matrix.rows.len();
    let name = matrix.name;
    report.error(Code::Number, |draft| {
        let quoted = Cursor::quote(&text[at..cursor.at]);
        let element = format!("mpc.{name} row {}", rows_before + 1);
        let field = column_word(name, column_number - 1);
        let why = trouble.map_or_else(String::new, |why| format!(": {why}"));
        let width = quoted.chars().count();
        let said = format!("{element}, column {column_number} ({field}): `{quoted}` is not a number{why}");
        draft
            .at_offset(text, at, line, width, said)
            .element(element)
            .field(field)
            .help("write a number, `Inf`, or an expression of numbers such as `135/sqrt(3)`")
    });
    Ok(())
}

/// Whether `name = ` or `name.field = ` stands here: then the bracket was never closed.
fn begins_statement(cursor: &Cursor<'_>) -> bool {
    let mut probe = cursor.clone();
    let first = probe.word();
    if first == "function" {
        return true;
    }
    if first.is_empty() {
        return false;
    }
    loop {
        probe.at += probe.word().len();
        if probe.peek() == Some(b'.') && probe.peek_at(1).is_some_and(is_word) {
            probe.at += 1;
        } else {
            break;
        }
    }
    probe.skip_blanks();
    probe.peek() == Some(b'=') && probe.peek_at(1) != Some(b'=')
}
