//! The cells of a matrix: rows end at `;` or newline, elements stand apart by blanks or commas.
//!
//! Nearly every cell is a plain decimal and takes the short way through the loop of [`read`]; the rest
//! (`Inf`, `135/sqrt(3)`, `1 - 2`) is left to [`crate::read::matpower::expression`].

use super::{Matrix, NotClosed, Row, kept};
use crate::finding::Code;
use crate::read::matpower::columns::column_word;
use crate::read::matpower::cursor::{Cursor, is_blank, is_word};
use crate::read::matpower::expression::{Expression, Mode, Value};
use crate::read::matpower::scope::Scope;
use crate::read::number::{decimal, digits_and_points};
use crate::read::report::{Report, quote};

/// Reads a matrix whose `[` the cursor has just passed, up to and with its `]`.
///
/// Cells that are no number are reported and read as 0.
pub(in crate::read::matpower) fn read(
    cursor: &mut Cursor<'_>,
    name: &'static str,
    scope: &Scope,
    report: &mut Report,
) -> Result<Matrix, NotClosed> {
    let text = cursor.text;
    let keep = kept(name);
    let mut matrix = Matrix { name, line: cursor.line, ..Matrix::default() };
    reserve(&mut matrix, cursor.rest(), keep);
    let mut remarks = Remarks::default();
    let mut row = RowSoFar { cells: 0, start: cursor.at, line: cursor.line, last: None, separated: true };
    loop {
        // Nearly every byte of a file is read by this inner loop: plain decimals with blanks between them.
        let mut at = cursor.at;
        let byte = loop {
            let Some(&byte) = text.get(at) else {
                cursor.at = at;
                return Err(NotClosed);
            };
            if byte == b'\t' || byte == b' ' {
                at += 1;
                continue;
            }
            let digits = at + usize::from(byte == b'-');
            let Some(&first) = text.get(digits).filter(|b| b.is_ascii_digit()) else { break byte };
            if row.cells >= keep {
                let (cells, end) = skip_plain(text, at);
                if cells == 0 {
                    break byte;
                }
                row.skip_cells(cells, at, cursor.line);
                at = end;
                continue;
            }
            // Half of all cells have one digit.
            let (value, end) = if text.get(digits + 1).is_none_or(|&b| ends_cell(b)) {
                (f64::from(first - b'0'), digits + 1)
            } else {
                let Some((value, length)) = decimal(&text[digits..]) else { break byte };
                let end = digits + length.get();
                if !text.get(end).is_none_or(|&b| ends_cell(b)) {
                    break byte;
                }
                (value, end)
            };
            row.begin_cell(at, cursor.line);
            matrix.cells.push(if byte == b'-' { -value } else { value });
            at = end;
        };
        cursor.at = at;
        match byte {
            b'\n' => {
                row.end(&mut matrix, &mut remarks);
                cursor.at += 1;
                cursor.line += 1;
            }
            b';' => {
                row.end(&mut matrix, &mut remarks);
                cursor.at += 1;
            }
            b'\r' | b'\x0c' => cursor.at += 1,
            b',' => comma(cursor, name, &mut row, &mut remarks, report),
            b'%' | b'#' => {
                if let Err(open) = cursor.skip_comment() {
                    open.tell(text, report);
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
            b'+' | b'-' | b'*' | b'/' | b'^' | b'.' if row.may_go_on() && goes_on(text, at) => {
                row.go_back(cursor, keep, &mut matrix);
                cell(cursor, keep, &mut matrix, &mut row, scope, report)?;
            }
            _ => cell(cursor, keep, &mut matrix, &mut row, scope, report)?,
        }
    }
}

/// Makes room for as many rows as there are lines up to the next `]`, and for no more cells than their bytes can
/// hold: large matrices are then not moved while they grow. A `=` ends the look ahead, so that many matrices that
/// are never closed do not each look through the whole file.
fn reserve(matrix: &mut Matrix, rest: &[u8], keep: usize) {
    let body = &rest[..memchr::memchr2(b']', b'=', rest).unwrap_or(0)];
    let lines = 1 + memchr::memchr_iter(b'\n', body).count();
    matrix.rows.reserve(lines);
    // A cell takes two bytes at least, itself and what ends it.
    matrix.cells.reserve((lines * keep).min(body.len() / 2));
}

/// Passes over cells that are not kept, as long as they are plain decimals parted by blanks; returns how many
/// they are and where the last one ends.
fn skip_plain(text: &[u8], mut at: usize) -> (usize, usize) {
    let mut cells = 0;
    loop {
        let blanks = text[at..].iter().take_while(|&&b| b == b'\t' || b == b' ').count();
        let start = at + blanks + usize::from(text.get(at + blanks) == Some(&b'-'));
        let Some(rest) = text.get(start..) else { return (cells, at) };
        let length = digits_and_points(rest);
        if length == 0 || rest[0] == b'.' || !rest.get(length).is_none_or(|&b| ends_cell(b)) {
            return (cells, at);
        }
        cells += 1;
        at = start + length;
    }
}

/// A comma parts two cells; where there is no cell before it, that is told.
fn comma(
    cursor: &mut Cursor<'_>,
    name: &str,
    row: &mut RowSoFar,
    remarks: &mut Remarks,
    report: &mut Report,
) {
    let (text, at) = (cursor.text, cursor.at);
    if row.separated {
        report.error(Code::Syntax, |draft| {
            let said = format!("mpc.{name}: a comma without a cell before it");
            draft
                .at_offset(text, at, cursor.line, 1, said)
                .help("write the missing cell, or take out the comma")
        });
    }
    row.separated = true;
    if at > 0 && text[at - 1].is_ascii_digit() && text.get(at + 1).is_some_and(u8::is_ascii_digit) {
        remarks.tight_comma.get_or_insert((cursor.line, at));
    }
    cursor.at += 1;
}

/// The row that is being read.
struct RowSoFar {
    /// Number of its cells.
    cells: usize,
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
    fn begin_cell(&mut self, at: usize, line: u32) {
        if self.cells == 0 {
            self.start = at;
            self.line = line;
        }
        self.cells += 1;
        self.last = Some((at, line));
        self.separated = false;
    }

    /// Several cells that are not kept, the first at `at`.
    fn skip_cells(&mut self, cells: usize, at: usize, line: u32) {
        self.begin_cell(at, line);
        self.cells += cells - 1;
        // An operator behind them is looked at by itself, and told.
        self.last = None;
    }

    /// Whether an operator that stands here would belong to the last cell.
    fn may_go_on(&self) -> bool {
        self.last.is_some() && !self.separated
    }

    /// Takes the last cell back, to read it again with the operator that follows.
    fn go_back(&mut self, cursor: &mut Cursor<'_>, keep: usize, matrix: &mut Matrix) {
        if let Some((at, line)) = self.last {
            cursor.at = at;
            cursor.line = line;
            if self.cells <= keep {
                matrix.cells.pop();
            }
            self.cells -= 1;
        }
    }

    /// The row ends; a row without cells is none.
    #[inline]
    fn end(&mut self, matrix: &mut Matrix, remarks: &mut Remarks) {
        if self.cells > 0 {
            matrix.rows.push(Row { line: self.line, start: narrow(self.start), width: narrow(self.cells) });
            if self.separated {
                remarks.trailing_comma.get_or_insert(self.line);
            }
        }
        self.cells = 0;
        self.last = None;
        self.separated = true;
    }
}

/// An offset in the text or a number of cells: the text is shorter than 4 GiB.
#[expect(clippy::cast_possible_truncation, reason = "see above")]
fn narrow(number: usize) -> u32 {
    number as u32
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
                    .at_offset(
                        text,
                        at,
                        line,
                        1,
                        format!("{element}: a comma between digits parts two cells"),
                    )
                    .element(element.as_str())
                    .help(
                        "other cells of the row stand apart by blanks: if a decimal is meant, write a point",
                    )
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
pub(super) fn ends_cell(byte: u8) -> bool {
    ENDS_CELL[usize::from(byte)]
}

const ENDS_CELL: [bool; 256] = {
    let mut ends = [false; 256];
    let bytes = b" \t;,\n\r]%#\x0c";
    let mut k = 0;
    while k < bytes.len() {
        ends[bytes[k] as usize] = true;
        k += 1;
    }
    ends
};

/// Whether the operator at `at`, after blanks, goes on with the cell before: `1 * 2`, `1 .* 2`, `1 + 2`.
fn goes_on(text: &[u8], at: usize) -> bool {
    let next = text.get(at + 1).copied();
    match text[at] {
        b'+' | b'-' => next.is_some_and(is_blank),
        b'.' => matches!(next, Some(b'*' | b'/' | b'^')),
        _ => true,
    }
}

/// Reads a cell that is no plain decimal.
#[cold]
fn cell(
    cursor: &mut Cursor<'_>,
    keep: usize,
    matrix: &mut Matrix,
    row: &mut RowSoFar,
    scope: &Scope,
    report: &mut Report,
) -> Result<(), NotClosed> {
    if begins_statement(cursor) {
        return Err(NotClosed);
    }
    let (at, line) = (cursor.at, cursor.line);
    row.begin_cell(at, line);
    let value = Expression::new(cursor, scope, Mode::Cell).value();
    let trouble = match value {
        Ok(Value::Number(value)) => {
            if cursor.peek().is_none_or(ends_cell) || cursor.at_continuation() {
                if row.cells <= keep {
                    matrix.cells.push(value);
                }
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
    if row.cells <= keep {
        matrix.cells.push(0.0);
    }
    // An operator that follows must not lead back here.
    row.last = None;
    let column_number = row.cells;
    let rows_before = matrix.rows.len();
    if matrix.bad_rows.last() != Some(&rows_before) {
        matrix.bad_rows.push(rows_before);
    }
    let name = matrix.name;
    report.error(Code::Number, |draft| {
        let quoted = quote(&text[at..cursor.at]);
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
