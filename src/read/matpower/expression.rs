//! Expressions of numbers, in cells and in the code after the matrices: `+ - * / ^`, parentheses, some
//! functions, names, and parts of the case's matrices. Nothing else is ever evaluated.
//!
//! ```text
//! sum     = product (('+' | '-') product)*
//! product = sign (('*' | '/' | '.*' | './') sign)*
//! sign    = ('-' | '+') sign | power
//! power   = primary (('^' | '.^') ('-' | '+')* primary)*        from left to right, as MATLAB does
//! primary = number | '(' sum ')' | function '(' sum ')' | name | matrix '(' range ',' range ')'
//! ```
//!
//! Arithmetic goes element by element. Where MATLAB would multiply matrices the expression is refused.

mod value;

use super::MAX_NESTING;
use super::cursor::{Cursor, is_blank, is_word};
use super::scope::{Meaning, Scope};
use crate::read::number::decimal;
pub(super) use value::{Block, Value};
use value::{combine, constant, function, map};

/// Where an expression stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// In a matrix: a blank may end it.
    Cell,
    /// In a statement or in parentheses.
    Code,
}

/// An expression that is not understood.
pub(super) struct Trouble {
    /// Why.
    pub(super) why: String,
}

type Result<T> = std::result::Result<T, Trouble>;

fn trouble<T>(why: impl Into<String>) -> Result<T> {
    Err(Trouble { why: why.into() })
}

/// An expression, evaluated while it is read.
pub(super) struct Expression<'e, 'a> {
    cursor: &'e mut Cursor<'a>,
    scope: &'e Scope,
    mode: Mode,
    nesting: usize,
}

impl<'e, 'a> Expression<'e, 'a> {
    pub(super) fn new(cursor: &'e mut Cursor<'a>, scope: &'e Scope, mode: Mode) -> Self {
        Self { cursor, scope, mode, nesting: 0 }
    }

    /// Evaluates the expression; the cursor is then right behind it.
    pub(super) fn value(&mut self) -> Result<Value> {
        let value = self.sum()?;
        if self.cursor.peek() == Some(b'\'') || self.cursor.rest().starts_with(b".'") {
            return trouble("transposing is not supported");
        }
        Ok(value)
    }

    /// Evaluates the expression to one number.
    pub(super) fn number(&mut self) -> Result<f64> {
        match self.value()? {
            Value::Number(value) => Ok(value),
            Value::Block(_) => trouble("one number is needed here, not a part of a matrix"),
        }
    }

    fn sum(&mut self) -> Result<Value> {
        let mut value = self.product()?;
        while let Some(operator) = self.operator(b"+-") {
            let right = self.product()?;
            value = combine(value, right, false, |a, b| if operator == b'+' { a + b } else { a - b })?;
        }
        Ok(value)
    }

    fn product(&mut self) -> Result<Value> {
        let mut value = self.sign()?;
        while let Some(operator) = self.operator(b"*/") {
            let of_matrices = self.cursor.text[self.cursor.at - 2] != b'.';
            let right = self.sign()?;
            if operator == b'/' && of_matrices && matches!(right, Value::Block(_)) {
                return trouble("dividing by a matrix is not supported; `./` divides element by element");
            }
            value = combine(value, right, of_matrices, |a, b| if operator == b'*' { a * b } else { a / b })?;
        }
        Ok(value)
    }

    fn sign(&mut self) -> Result<Value> {
        let mut negative = false;
        loop {
            self.skip_gap();
            match self.cursor.peek() {
                Some(b'-') => negative = !negative,
                Some(b'+') => {}
                _ => break,
            }
            self.cursor.at += 1;
        }
        let value = self.power()?;
        Ok(if negative { map(value, |x| -x) } else { value })
    }

    fn power(&mut self) -> Result<Value> {
        let mut value = self.primary()?;
        while self.operator(b"^").is_some() {
            let of_matrices = self.cursor.text[self.cursor.at - 2] != b'.';
            self.skip_gap();
            let mut sign = 1.0;
            while let Some(byte @ (b'-' | b'+')) = self.cursor.peek() {
                sign = if byte == b'-' { -sign } else { sign };
                self.cursor.at += 1;
            }
            let exponent = self.primary()?;
            if of_matrices && matches!((&value, &exponent), (Value::Block(_), _) | (_, Value::Block(_))) {
                return trouble("a power of a matrix is not supported; `.^` works element by element");
            }
            value = combine(value, exponent, false, |a, b| a.powf(sign * b))?;
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Value> {
        self.skip_gap();
        match self.cursor.peek() {
            Some(b'0'..=b'9' | b'.') => self.literal(),
            Some(b'(') => self.parenthesis(),
            Some(byte) if is_word(byte) => self.named(),
            Some(b'\'' | b'"') => trouble("a text stands where a number is needed"),
            Some(b'[') => trouble("a matrix within an expression is not supported"),
            _ => trouble("a number, a name or a parenthesis is missing"),
        }
    }

    fn literal(&mut self) -> Result<Value> {
        let Some((value, length)) = decimal(self.cursor.rest()) else {
            return trouble("a dot without digits");
        };
        let length = length.get();
        if self.cursor.peek_at(length).is_some_and(is_word) {
            return trouble("a digit is followed by a letter");
        }
        if self.cursor.peek_at(length) == Some(b'.')
            && self.cursor.peek_at(length + 1).is_some_and(|b| b.is_ascii_digit())
        {
            return trouble("it has two points");
        }
        self.cursor.at += length;
        Ok(Value::Number(value))
    }

    /// `( sum )`, with the cursor at the opening one.
    fn parenthesis(&mut self) -> Result<Value> {
        self.go_deeper()?;
        self.cursor.at += 1;
        let outer = std::mem::replace(&mut self.mode, Mode::Code);
        let value = self.sum()?;
        self.skip_gap();
        if self.cursor.peek() != Some(b')') {
            return trouble("a closing parenthesis is missing");
        }
        self.cursor.at += 1;
        self.nesting -= 1;
        self.mode = outer;
        Ok(value)
    }

    fn go_deeper(&mut self) -> Result<()> {
        if self.nesting == MAX_NESTING {
            return trouble(format!("more than {MAX_NESTING} parentheses within each other"));
        }
        self.nesting += 1;
        Ok(())
    }

    fn named(&mut self) -> Result<Value> {
        let name = self.cursor.word();
        self.cursor.at += name.len();
        if self.cursor.peek() == Some(b'.') && self.cursor.peek_at(1).is_some_and(is_word) {
            return self.field(name);
        }
        if self.scope.case_name.is_empty() && self.scope.matrix(name).is_some() && self.argument_follows() {
            return self.part_of_matrix(name);
        }
        if self.argument_follows() {
            let Some(function) = function(name) else {
                return trouble(format!("the function `{name}` is not supported"));
            };
            return Ok(map(self.parenthesis()?, function));
        }
        match (self.scope.name(name), constant(name)) {
            (Some(Meaning::Number(value)), _) | (None, Some(value)) => Ok(Value::Number(value)),
            (Some(Meaning::Unknown), _) => trouble(format!("the value of `{name}` is not known")),
            (None, None) if name == "baseMVA" && self.scope.case_name.is_empty() => self.base_mva(),
            (None, None) => trouble(format!("nothing is called `{name}`")),
        }
    }

    /// `.baseMVA` or `.matrix(rows, columns)` of the case.
    fn field(&mut self, name: &str) -> Result<Value> {
        self.cursor.at += 1;
        let field = self.cursor.word();
        self.cursor.at += field.len();
        if name != self.scope.case_name {
            return trouble(format!("nothing is called `{name}.{field}`"));
        }
        if field == "baseMVA" {
            return self.base_mva();
        }
        if self.scope.matrix(field).is_none() {
            return trouble(format!("`{name}.{field}` is not used or not yet set"));
        }
        self.part_of_matrix(field)
    }

    fn base_mva(&self) -> Result<Value> {
        match self.scope.base_mva {
            Some((value, _)) => Ok(Value::Number(value)),
            None => trouble("baseMVA is not yet set"),
        }
    }

    fn part_of_matrix(&mut self, field: &str) -> Result<Value> {
        let Some(matrix) = self.scope.matrix(field) else { return trouble("no such matrix") };
        if !self.argument_follows() {
            return trouble("a whole matrix in an expression is not supported: write `(:, column)`");
        }
        let (rows, columns) = self.ranges(matrix.rows.len(), matrix.width)?;
        if let Some(column) = columns.iter().find(|&&column| column >= matrix.columns) {
            return trouble(format!("column {} of {field} is not used, nor kept", column + 1));
        }
        let mut cells = Vec::with_capacity(rows.len() * columns.len());
        for &row in &rows {
            let row = matrix.row(row);
            cells.extend(columns.iter().map(|&column| row[column]));
        }
        Ok(match cells.as_slice() {
            &[one] => Value::Number(one),
            _ => Value::Block(Block { columns: columns.len(), cells }),
        })
    }

    /// `(rows, columns)`, with the cursor at the parenthesis; numbers from 0, all inside the matrix.
    pub(super) fn ranges(&mut self, rows: usize, columns: usize) -> Result<(Vec<usize>, Vec<usize>)> {
        self.go_deeper()?;
        let outer = std::mem::replace(&mut self.mode, Mode::Code);
        self.cursor.at += 1;
        let row_range = self.range(rows, "row")?;
        self.skip_gap();
        if self.cursor.peek() != Some(b',') {
            return trouble("two ranges are needed, `(rows, columns)`");
        }
        self.cursor.at += 1;
        let column_range = self.range(columns, "column")?;
        self.skip_gap();
        if self.cursor.peek() != Some(b')') {
            return trouble("a closing parenthesis is missing");
        }
        self.cursor.at += 1;
        self.nesting -= 1;
        self.mode = outer;
        Ok((row_range, column_range))
    }

    /// `:`, `3`, `2:5`, `2:end` or a list of such in brackets.
    fn range(&mut self, length: usize, what: &str) -> Result<Vec<usize>> {
        self.skip_gap();
        if self.cursor.peek() != Some(b'[') {
            return self.span(length, what);
        }
        self.cursor.at += 1;
        let outer = std::mem::replace(&mut self.mode, Mode::Cell);
        let mut all = Vec::new();
        loop {
            self.skip_gap();
            match self.cursor.peek() {
                Some(b']') => break,
                Some(b',') => self.cursor.at += 1,
                _ => all.extend(self.span(length, what)?),
            }
            if all.len() > length {
                return trouble(format!("a {what} is named twice"));
            }
        }
        self.cursor.at += 1;
        self.mode = outer;
        Ok(all)
    }

    fn span(&mut self, length: usize, what: &str) -> Result<Vec<usize>> {
        self.skip_gap();
        if self.cursor.peek() == Some(b':') {
            self.cursor.at += 1;
            return Ok((0..length).collect());
        }
        let first = self.index(length, what)?;
        if self.mode == Mode::Code {
            self.skip_gap();
        }
        if self.cursor.peek() != Some(b':') {
            return Ok(vec![first]);
        }
        self.cursor.at += 1;
        let last = self.index(length, what)?;
        Ok((first..=last).collect())
    }

    /// A row or column number, as it counts from 0.
    fn index(&mut self, length: usize, what: &str) -> Result<usize> {
        self.skip_gap();
        if self.cursor.word() == "end" {
            self.cursor.at += 3;
            return length.checked_sub(1).map_or_else(|| trouble("the matrix is empty"), Ok);
        }
        let Value::Number(number) = self.sum()? else { return trouble(format!("a {what} number is needed")) };
        if number.fract() != 0.0 || number < 1.0 || number > length as f64 {
            return trouble(format!("there is no {what} {number}: the matrix has {length}"));
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and a length")]
        Ok(number as usize - 1)
    }

    /// One of `wanted`, if it stands next and belongs to this expression; the cursor is then behind it.
    fn operator(&mut self, wanted: &[u8]) -> Option<u8> {
        let before = self.cursor.clone();
        self.skip_gap();
        let blank = self.cursor.at > before.at;
        let dotted = self.cursor.peek() == Some(b'.');
        let operator = if dotted { self.cursor.peek_at(1) } else { self.cursor.peek() };
        let found = operator.filter(|byte| wanted.contains(byte) && !(dotted && matches!(byte, b'+' | b'-')));
        let next = self.cursor.peek_at(1 + usize::from(dotted));
        // In a matrix `1 -2` is two cells and `1 - 2` is one.
        let starts_cell = self.mode == Mode::Cell
            && blank
            && matches!(found, Some(b'+' | b'-'))
            && !next.is_some_and(is_blank);
        if found.is_none() || starts_cell {
            *self.cursor = before;
            return None;
        }
        self.cursor.at += 1 + usize::from(dotted);
        found
    }

    /// Whether `(` follows a name; in a matrix it must follow at once.
    fn argument_follows(&mut self) -> bool {
        if self.mode == Mode::Code {
            self.cursor.skip_blanks();
        }
        self.cursor.peek() == Some(b'(')
    }

    fn skip_gap(&mut self) {
        self.cursor.skip_gap();
    }
}
