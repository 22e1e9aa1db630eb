//! Statements that set something: case data, a part of a matrix, a name of the code's own.

use super::{Field, NameAt, NameList, Parser, Refusal, Step, Stop, refuse};
use crate::finding::Code;
use crate::read::matpower::cursor::{END_OF_FILE, Unclosed, is_word};
use crate::read::matpower::expression::{Expression, Mode, Value};
use crate::read::matpower::matrix;
use crate::read::report::quote;

/// Statements that may do arithmetic on matrices; public cases have fewer than ten.
const MAX_CODE_STATEMENTS: usize = 1_000;

impl Parser<'_, '_> {
    pub(super) fn assign(&mut self, path: &[String], field: Field, at: usize, line: u32) -> Step {
        match field {
            Field::Unused => {
                self.cursor.skip_statement()?;
                self.field_is_unused(path, at, line);
                Ok(())
            }
            Field::Version => self.version(line),
            Field::BaseMva => {
                let value = self.number()?;
                self.ends()?;
                self.said.scope.base_mva = Some((value, line));
                Ok(())
            }
            Field::BusName => self.bus_names(line),
            Field::Matrix(name) => self.matrix(name, at, line),
        }
    }

    fn version(&mut self, line: u32) -> Step {
        let start = self.cursor.at;
        self.cursor.skip_statement()?;
        let said = quote(&self.cursor.text[start..self.cursor.at]);
        let number = said.trim_matches(|c| matches!(c, '\'' | '"' | ' '));
        self.says_version_1 = number == "1";
        if !matches!(number, "1" | "2") {
            self.report.error(Code::Version, |draft| {
                draft
                    .at(line, format!("version {said} of the MATPOWER case format is not supported"))
                    .field("version")
                    .help("versions '1' and '2' are")
            });
        }
        Ok(())
    }

    fn matrix(&mut self, name: &'static str, at: usize, line: u32) -> Step {
        let text = self.cursor.text;
        if self.cursor.word() == "zeros" {
            // `zeros(0, 21)`: a matrix without rows. One with rows would be all zeros, and no grid.
            let start = self.cursor.at;
            self.cursor.skip_statement()?;
            let call = quote(&text[start..self.cursor.at]);
            let rows = call.trim_start_matches("zeros").trim_start().strip_prefix('(').map(str::trim_start);
            if !rows.is_some_and(|rows| rows.starts_with('0') && rows[1..].trim_start().starts_with(',')) {
                return refuse("only `zeros(0, n)` is read");
            }
            self.set_matrix(matrix::Matrix { name, line, ..matrix::Matrix::default() });
            return Ok(());
        }
        if self.cursor.peek() != Some(b'[') {
            return refuse("a matrix in brackets is expected");
        }
        let bracket = self.cursor.at;
        self.cursor.at += 1;
        let Ok(read) = matrix::read(&mut self.cursor, name, &self.said.scope, self.report) else {
            return self.matrix_not_closed(name, bracket, line);
        };
        if self.ends().is_err() {
            self.cursor.at = at;
            self.cursor.line = line;
            return refuse("something follows the closing bracket");
        }
        self.set_matrix(read);
        Ok(())
    }

    fn matrix_not_closed(&mut self, name: &str, bracket: usize, line: u32) -> Step {
        let text = self.cursor.text;
        let now = self.cursor.line;
        let met = match self.cursor.peek() {
            None => "end of file".to_owned(),
            Some(_) => format!("`{}`", quote(self.cursor.rest())),
        };
        self.report.error(Code::Syntax, |draft| {
            let said = format!(
                "the matrix mpc.{name} opened in line {line} is not closed: {met} is met in line {now}"
            );
            draft
                .at_offset(text, bracket, line, 1, said)
                .element(format!("mpc.{name}"))
                .help("close it with `];`; perhaps the file was cut short")
        });
        Err(Stop::Told.into())
    }

    fn set_matrix(&mut self, mut read: matrix::Matrix) {
        let (name, line) = (read.name, read.line);
        let least = match name {
            "bus" => 13,
            "gen" if self.is_version_1() => 8,
            "gen" => 10,
            "branch" => 11,
            _ => 3,
        };
        read.square_up(self.cursor.text, least, self.report);
        if let Some(slot) = self.said.scope.matrix_mut(name)
            && let Some(before) = slot.replace(read)
        {
            self.report.warning(Code::Plausibility, |draft| {
                draft
                    .at(
                        line,
                        format!("mpc.{name} is given twice: this one replaces that of line {}", before.line),
                    )
                    .element(format!("mpc.{name}"))
                    .help("take one of them out")
            });
        }
    }

    fn bus_names(&mut self, line: u32) -> Step {
        if self.cursor.peek() != Some(b'{') {
            return refuse("a list of names in braces is expected");
        }
        let open = Unclosed { what: "the list mpc.bus_name", before: END_OF_FILE, at: self.cursor.at, line };
        self.cursor.at += 1;
        let mut names = Vec::new();
        loop {
            match self.cursor.peek() {
                None => return Err(Refusal::Unclosed(open)),
                Some(b'}') => break,
                Some(b'\'' | b'"') => {
                    let line = self.cursor.line;
                    let (start, end) = self.cursor.skip_string()?;
                    names.push(NameAt { start, end, line });
                    continue;
                }
                Some(b'%' | b'#') => {
                    self.cursor.skip_comment()?;
                    continue;
                }
                Some(b'.') if self.cursor.at_continuation() => {
                    self.cursor.skip_continuation();
                    continue;
                }
                Some(b'\n') => self.cursor.line += 1,
                Some(b' ' | b'\t' | b'\r' | b';' | b',' | b'\x0c') => {}
                Some(_) => return refuse("a list of quoted names is expected"),
            }
            self.cursor.at += 1;
        }
        self.cursor.at += 1;
        self.ends()?;
        self.said.bus_names = Some(NameList { line, names });
        Ok(())
    }

    /// `mpc = ...`: only an empty beginning is understood.
    pub(super) fn assign_struct(&mut self) -> Step {
        let start = self.cursor.at;
        self.cursor.skip_statement()?;
        let right = quote(&self.cursor.text[start..self.cursor.at]);
        let scope = &self.said.scope;
        let nothing_yet = scope.base_mva.is_none() && scope.bus.is_none();
        if nothing_yet && matches!(right.as_str(), "struct" | "struct()" | "[]") {
            return Ok(());
        }
        if right.starts_with('[') {
            return refuse(format!("`{}` would be a matrix, and so no case", scope.case_name));
        }
        refuse("the case would come from elsewhere")
    }

    /// `name = ...`, a name of the code's own.
    pub(super) fn assign_name(&mut self, path: &[String], at: usize, line: u32) -> Step {
        if path.len() == 1 {
            let start = self.cursor.clone();
            if let Ok(value) = Expression::new(&mut self.cursor, &self.said.scope, Mode::Code).number()
                && self.ends().is_ok()
            {
                self.said.scope.set(&path[0], value);
                return Ok(());
            }
            self.cursor = start;
            let is_text = matches!(self.cursor.peek(), Some(b'\'' | b'"'));
            self.said.scope.set_unknown(&path[0]);
            self.cursor.skip_statement()?;
            if is_text {
                return Ok(());
            }
        } else {
            self.cursor.skip_statement()?;
        }
        self.passed_over(at, line, "it sets no case data, and is more than arithmetic with numbers");
        Ok(())
    }

    /// `mpc.bus(rows, columns) = expression`, with the cursor at the parenthesis.
    pub(super) fn assign_part(
        &mut self,
        path: &[String],
        field: Option<Field>,
        at: usize,
        line: u32,
    ) -> Step {
        match field {
            None => {
                if path[0] == self.said.scope.case_name {
                    return refuse("the case would be changed as a whole");
                }
                self.said.scope.set_unknown(&path[0]);
                self.cursor.skip_statement()?;
                self.passed_over(at, line, "it sets no case data");
                return Ok(());
            }
            Some(Field::Unused | Field::BusName) => {
                self.cursor.skip_statement()?;
                self.field_is_unused(path, at, line);
                return Ok(());
            }
            Some(Field::Version | Field::BaseMva) => return refuse("one number is expected"),
            Some(Field::Matrix(_)) => {}
        }
        let Some(Field::Matrix(name)) = field else { return Ok(()) };
        self.code_statements += 1;
        if self.code_statements > MAX_CODE_STATEMENTS {
            return refuse(format!("there are more than {MAX_CODE_STATEMENTS} such statements"));
        }
        let scope = &self.said.scope;
        let Some(matrix) = scope.matrix(name) else { return refuse(format!("mpc.{name} is not yet set")) };
        if self.cursor.peek() != Some(b'(') {
            return refuse("`(rows, columns)` is expected");
        }
        let (rows, columns) = Expression::new(&mut self.cursor, scope, Mode::Code)
            .ranges(matrix.rows.len(), matrix.width)
            .or_else(|trouble| refuse(trouble.why))?;
        self.cursor.skip_gap();
        self.cursor.at += 1;
        let value = Expression::new(&mut self.cursor, scope, Mode::Code)
            .value()
            .or_else(|trouble| refuse(trouble.why))?;
        self.ends()?;
        if let Value::Block(block) = &value
            && (block.columns != columns.len() || block.cells.len() != rows.len() * columns.len())
        {
            return refuse("both sides differ in size");
        }
        let Some(Some(matrix)) = self.said.scope.matrix_mut(name) else { return Ok(()) };
        let kept = matrix.columns;
        for (i, &row) in rows.iter().enumerate() {
            for (j, &column) in columns.iter().enumerate().filter(|&(_, &column)| column < kept) {
                matrix.cells[row * kept + column] = match &value {
                    Value::Number(value) => *value,
                    Value::Block(block) => block.cells[i * columns.len() + j],
                };
            }
        }
        Ok(())
    }

    /// `[A, B] = function`.
    pub(super) fn several(&mut self, at: usize, line: u32) -> Step {
        let names = self.names_in_brackets();
        self.cursor.skip_gap();
        let Some(names) = names.filter(|_| self.cursor.peek() == Some(b'=')) else {
            self.cursor.at = at;
            self.cursor.line = line;
            self.cursor.skip_statement()?;
            self.passed_over(at, line, "it sets nothing");
            return Ok(());
        };
        self.cursor.at += 1;
        self.cursor.skip_gap();
        let function = self.cursor.word().to_owned();
        let start = self.cursor.clone();
        self.cursor.at += function.len();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        if self.ends().is_ok() && self.said.scope.set_indices(&names, &function) {
            return Ok(());
        }
        self.cursor = start;
        for name in names {
            let path: Vec<String> = name.split('.').map(str::to_owned).collect();
            if self.field_of(&path).is_some_and(|field| field != Field::Unused)
                || path[0] == self.said.scope.case_name
            {
                return refuse("the case data would come from elsewhere");
            }
            self.said.scope.set_unknown(name);
        }
        self.cursor.skip_statement()?;
        self.passed_over(at, line, "it sets no case data");
        Ok(())
    }

    /// `[a, b.c ~]`, with the cursor at the bracket; `None` where something else than names is in it.
    pub(super) fn names_in_brackets(&mut self) -> Option<Vec<String>> {
        self.cursor.at += 1;
        let mut names = Vec::new();
        loop {
            self.cursor.skip_gap();
            match self.cursor.peek()? {
                b']' => {
                    self.cursor.at += 1;
                    return Some(names);
                }
                b',' => self.cursor.at += 1,
                b'~' => {
                    self.cursor.at += 1;
                    names.push("~".to_owned());
                }
                byte if is_word(byte) && !byte.is_ascii_digit() => names.push(self.path().join(".")),
                _ => return None,
            }
        }
    }
}
