//! The file as statements: what sets case data is understood or refused, what does not is passed over and told.
//!
//! A case file is a MATLAB function. Nothing of it is executed; the statements that public cases use to
//! convert units are evaluated by [`super::expression`]. The rule for the rest: a statement that may change
//! case data and is not understood stops the reading (`E-UNSUPPORTED`), one that cannot is skipped
//! (`W-NOT-USED`). A call with arguments, `system('...')`, cannot change the caller's variables; a bare word
//! may be a script that can, and `eval` and its like can.

use super::cursor::{Cursor, Unclosed, is_word};
use super::expression::{Expression, Mode, Value};
use super::matrix::{self, NotClosed};
use super::report::Report;
use super::scope::Scope;
use crate::finding::Code;

/// Statements that may do arithmetic on matrices; public cases have fewer than ten.
const MAX_CODE_STATEMENTS: usize = 10_000;

/// Keywords that open a block closed by `end`.
const BLOCKS: [&str; 8] = ["if", "for", "while", "switch", "try", "parfor", "do", "unwind_protect"];

/// Functions that change variables of their caller.
const REACHING: [&str; 6] = ["eval", "evalin", "evalc", "assignin", "run", "load"];

/// Words that stand alone, or in front of plain words, and change nothing.
const HARMLESS: [&str; 7] = ["clc", "close", "format", "more", "warning", "disp", "fprintf"];

/// What a file says, before it is taken for a grid.
pub(super) struct CaseText {
    /// Name of the function; empty in a script.
    pub(super) name: String,
    /// The matrices.
    pub(super) scope: Scope,
    /// Offsets of the bus names in the text with their lines, and the line of `bus_name`.
    pub(super) bus_names: Option<(u32, Vec<(usize, usize, u32)>)>,
}

/// How the names of a file are to be taken.
enum Style {
    /// `function mpc = ...`: fields of a struct.
    Struct,
    /// `function [baseMVA, bus, gen, branch, ...] = ...`: the outputs by place.
    Outputs(Vec<String>),
    /// No `function` line: fields of the first struct met, or bare names.
    Script,
}

/// The case data that are used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Field {
    Version,
    BaseMva,
    Matrix(&'static str),
    BusName,
    Unused,
}

/// Why a statement was left.
enum Stop {
    /// The text ends, or what follows is never run.
    End,
    /// A statement that may change case data is not understood.
    Refused { why: String },
    /// Told already.
    Told,
}

impl From<Unclosed> for Refusal {
    fn from(open: Unclosed) -> Self {
        Self::Unclosed(open)
    }
}

/// What goes wrong inside a statement.
enum Refusal {
    Unclosed(Unclosed),
    Stop(Stop),
}

impl From<Stop> for Refusal {
    fn from(stop: Stop) -> Self {
        Self::Stop(stop)
    }
}

type Step = Result<(), Refusal>;

fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Stop(Stop::Refused { why: why.into() }))
}

/// Reads the statements of a file.
pub(super) fn parse(text: &[u8], report: &mut Report) -> CaseText {
    let mut parser = Parser {
        cursor: Cursor::new(text),
        style: Style::Script,
        said: CaseText { name: String::new(), scope: Scope::default(), bus_names: None },
        report,
        open_blocks: 0,
        code_statements: 0,
        seen_function: false,
        unused: Vec::new(),
    };
    parser.file();
    parser.said
}

struct Parser<'a, 'r> {
    cursor: Cursor<'a>,
    style: Style,
    said: CaseText,
    report: &'r mut Report,
    /// `if` blocks that are being run.
    open_blocks: usize,
    code_statements: usize,
    seen_function: bool,
    /// Fields that were told not to be used.
    unused: Vec<String>,
}

impl Parser<'_, '_> {
    fn file(&mut self) {
        loop {
            if let Err(open) = self.skip_to_statement() {
                self.report.unclosed(&open, self.cursor.text);
                return;
            }
            if self.cursor.peek().is_none() {
                return;
            }
            let (at, line) = (self.cursor.at, self.cursor.line);
            match self.statement() {
                Ok(()) => {}
                Err(Refusal::Stop(Stop::End)) => return,
                Err(Refusal::Stop(Stop::Told)) => {}
                Err(Refusal::Stop(Stop::Refused { why })) => {
                    self.cursor.at = at;
                    self.cursor.line = line;
                    let skipped = self.cursor.skip_statement();
                    self.refused(at, line, &why);
                    if skipped.is_err() {
                        self.cursor.skip_line();
                    }
                }
                Err(Refusal::Unclosed(open)) => {
                    self.report.unclosed(&open, self.cursor.text);
                    self.cursor.skip_line();
                }
            }
            // Whatever happened, go on: a statement that took no byte would be read for ever.
            if self.cursor.at == at {
                self.cursor.at += 1;
            }
        }
    }

    fn refused(&mut self, at: usize, line: u32, why: &str) {
        let text = self.cursor.text;
        let statement = Cursor::quote(&text[at..self.cursor.at]);
        self.report.error(Code::Unsupported, |draft| {
            let said = format!("the statement `{statement}` may change case data and is not understood: {why}");
            draft
                .at_offset(text, at, line, statement.chars().count(), said)
                .element(statement)
                .help("put the resulting numbers into the matrices and take the statement out")
        });
    }

    /// A statement that changes no case data is passed over.
    fn passed_over(&mut self, at: usize, line: u32, why: &str) {
        let text = self.cursor.text;
        let statement = Cursor::quote(&text[at..self.cursor.at]);
        self.report.warning(Code::NotUsed, |draft| {
            let said = format!("the statement `{statement}` is not executed: {why}");
            draft.at_offset(text, at, line, statement.chars().count(), said).element(statement)
        });
    }

    fn skip_to_statement(&mut self) -> Result<(), Unclosed> {
        loop {
            self.cursor.skip_gap();
            match self.cursor.peek() {
                Some(b'\n') => self.cursor.line += 1,
                Some(b';' | b',') => {}
                Some(b'%' | b'#') => {
                    self.cursor.skip_comment()?;
                    continue;
                }
                _ => return Ok(()),
            }
            self.cursor.at += 1;
        }
    }

    fn statement(&mut self) -> Step {
        let (at, line) = (self.cursor.at, self.cursor.line);
        if self.cursor.peek() == Some(b'[') {
            return self.several(at, line);
        }
        let word = self.cursor.word();
        match word {
            "" => return self.nonsense(at, line),
            "function" => return self.function_line(),
            "return" => return Err(Stop::End.into()),
            "if" => return self.run_if(),
            "else" | "elseif" if self.open_blocks > 0 => {
                self.open_blocks -= 1;
                return self.skip_block(false).map(|_| ());
            }
            "end" | "endif" | "endfunction" => {
                self.cursor.at += word.len();
                self.open_blocks = self.open_blocks.saturating_sub(1);
                return Ok(());
            }
            _ if BLOCKS.contains(&word) => {
                self.skip_block(false)?;
                self.refused(at, line, "loops and branches are not executed");
                return Ok(());
            }
            _ => {}
        }
        let path = self.path();
        self.cursor.skip_gap();
        let indexed = self.cursor.peek() == Some(b'(') || self.cursor.peek() == Some(b'{');
        let before_index = self.cursor.clone();
        if indexed {
            self.skip_index()?;
            self.cursor.skip_gap();
        }
        if self.cursor.peek() != Some(b'=') || self.cursor.peek_at(1) == Some(b'=') {
            return self.call(&path, at, line);
        }
        let after_equals = self.cursor.at + 1;
        let field = self.field_of(&path);
        if indexed {
            self.cursor = before_index;
            return self.assign_part(&path, field, at, line);
        }
        self.cursor.at = after_equals;
        self.cursor.skip_gap();
        match field {
            Some(field) => self.assign(&path, field, at, line),
            None if path.len() == 1 && path[0] == self.said.scope.case_name => self.assign_struct(),
            None => self.assign_name(&path, at, line),
        }
    }

    /// `name.field.field`, as its parts.
    fn path(&mut self) -> Vec<String> {
        let mut path = Vec::new();
        loop {
            let word = self.cursor.word();
            self.cursor.at += word.len();
            path.push(word.to_owned());
            let goes_on = self.cursor.peek() == Some(b'.') && self.cursor.peek_at(1).is_some_and(is_word);
            if !goes_on || word.is_empty() || path.len() > super::MAX_NESTING {
                return path;
            }
            self.cursor.at += 1;
        }
    }

    /// Over `( ... )` or `{ ... }` after a name, nested and with strings.
    fn skip_index(&mut self) -> Result<(), Unclosed> {
        let open = Unclosed { what: "the parenthesis", at: self.cursor.at, line: self.cursor.line };
        let mut depth = 0_usize;
        loop {
            match self.cursor.peek() {
                None | Some(b'\n') => return Err(open),
                Some(b'(' | b'{' | b'[') => depth += 1,
                Some(b')' | b'}' | b']') => depth -= 1,
                Some(b'\'' | b'"') => {
                    self.cursor.skip_string()?;
                    continue;
                }
                Some(b'.') if self.cursor.at_continuation() => {
                    self.cursor.skip_continuation();
                    continue;
                }
                Some(_) => {}
            }
            self.cursor.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// The case data that a path names; `None` for a name of the code's own.
    fn field_of(&mut self, path: &[String]) -> Option<Field> {
        let known = |word: &str| match word {
            "version" => Field::Version,
            "baseMVA" => Field::BaseMva,
            "bus" => Field::Matrix("bus"),
            "gen" => Field::Matrix("gen"),
            "branch" => Field::Matrix("branch"),
            "dcline" => Field::Matrix("dcline"),
            "bus_name" => Field::BusName,
            _ => Field::Unused,
        };
        match (&self.style, path) {
            (Style::Outputs(outputs), [name]) => {
                let place = outputs.iter().position(|output| output == name)?;
                Some(["baseMVA", "bus", "gen", "branch"].get(place).map_or(Field::Unused, |word| known(word)))
            }
            (Style::Struct, [name, field]) if *name == self.said.scope.case_name => Some(known(field)),
            (Style::Struct, [name, _, ..]) if *name == self.said.scope.case_name => Some(Field::Unused),
            (Style::Script, [name, field]) => {
                let fresh = self.said.scope.case_name.is_empty() && self.said.scope.matrix("bus").is_none();
                if fresh && known(field) != Field::Unused {
                    self.said.scope.case_name.clone_from(name);
                }
                (*name == self.said.scope.case_name).then(|| known(field))
            }
            (Style::Script, [name]) if self.said.scope.case_name.is_empty() => match known(name) {
                Field::Unused if !matches!(name.as_str(), "gencost" | "areas") => None,
                field => Some(field),
            },
            _ => None,
        }
    }

    fn assign(&mut self, path: &[String], field: Field, at: usize, line: u32) -> Step {
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
        let said = Cursor::quote(&self.cursor.text[start..self.cursor.at]);
        if !matches!(said.trim_matches(|c| matches!(c, '\'' | '"' | ' ')), "1" | "2") {
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
            let call = Cursor::quote(&text[start..self.cursor.at]);
            let rows = call.trim_start_matches("zeros").trim_start().strip_prefix('(').map(str::trim_start);
            if !rows.is_some_and(|rows| rows.starts_with('0') && rows[1..].trim_start().starts_with(',')) {
                return refuse("only `zeros(0, n)` is read");
            }
            return self.set_matrix(matrix::Matrix { name, line, ..matrix::Matrix::default() });
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
        self.set_matrix(read)
    }

    fn matrix_not_closed(&mut self, name: &str, bracket: usize, line: u32) -> Step {
        let text = self.cursor.text;
        let now = self.cursor.line;
        let met = match self.cursor.peek() {
            None => "end of file".to_owned(),
            Some(_) => format!("`{}`", Cursor::quote(self.cursor.rest())),
        };
        self.report.error(Code::Syntax, |draft| {
            let said =
                format!("the matrix mpc.{name} opened in line {line} is not closed: {met} is met in line {now}");
            draft
                .at_offset(text, bracket, line, 1, said)
                .element(format!("mpc.{name}"))
                .help("close it with `];`; perhaps the file was cut short")
        });
        Err(Stop::Told.into())
    }

    fn set_matrix(&mut self, read: matrix::Matrix) -> Step {
        let (name, line) = (read.name, read.line);
        let least = match name {
            "bus" => 13,
            "gen" => 8,
            "branch" => 11,
            _ => 3,
        };
        let mut read = read;
        read.square_up(self.cursor.text, least, self.report);
        if let Some(slot) = self.said.scope.matrix_mut(name)
            && let Some(before) = slot.replace(read)
        {
            self.report.warning(Code::Plausibility, |draft| {
                draft
                    .at(line, format!("mpc.{name} is given twice: this one replaces that of line {}", before.line))
                    .element(format!("mpc.{name}"))
                    .help("take one of them out")
            });
        }
        Ok(())
    }

    fn bus_names(&mut self, line: u32) -> Step {
        if self.cursor.peek() != Some(b'{') {
            return refuse("a list of names in braces is expected");
        }
        let open = Unclosed { what: "the list mpc.bus_name", at: self.cursor.at, line };
        self.cursor.at += 1;
        let mut names = Vec::new();
        loop {
            match self.cursor.peek() {
                None => return Err(Refusal::Unclosed(open)),
                Some(b'}') => break,
                Some(b'\'' | b'"') => {
                    let name_line = self.cursor.line;
                    let (start, end) = self.cursor.skip_string()?;
                    names.push((start, end, name_line));
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
        self.said.bus_names = Some((line, names));
        Ok(())
    }

    fn field_is_unused(&mut self, path: &[String], at: usize, line: u32) {
        let name = path.join(".");
        if self.unused.contains(&name) || self.unused.len() == crate::finding::Findings::LIMIT {
            return;
        }
        self.unused.push(name.clone());
        let text = self.cursor.text;
        let width = name.chars().count();
        match path.last().map_or("", String::as_str) {
            "gencost" | "areas" | "gentype" | "genfuel" | "dclinecost" => {
                self.report.note(Code::NotUsed, |draft| {
                    let said = format!("{name} is not used: a load flow has no use for it");
                    draft.at_offset(text, at, line, width, said).element(name)
                });
            }
            _ => self.report.warning(Code::NotUsed, |draft| {
                let said = format!("{name} is not used: it is no part of the MATPOWER load flow");
                draft
                    .at_offset(text, at, line, width, said)
                    .element(name)
                    .help("if it holds equipment that carries power, put that into bus, gen or branch")
            }),
        }
    }

    /// `mpc = ...`: only an empty beginning is understood.
    fn assign_struct(&mut self) -> Step {
        let start = self.cursor.at;
        self.cursor.skip_statement()?;
        let right = Cursor::quote(&self.cursor.text[start..self.cursor.at]);
        let scope = &self.said.scope;
        let nothing_yet = scope.base_mva.is_none() && scope.bus.is_none();
        if nothing_yet && matches!(right.as_str(), "struct" | "struct()" | "[]") {
            return Ok(());
        }
        refuse("the case would come from elsewhere")
    }

    /// `name = ...`, a name of the code's own.
    fn assign_name(&mut self, path: &[String], at: usize, line: u32) -> Step {
        if path.len() == 1 {
            let start = self.cursor.clone();
            if let Ok(value) = Expression::new(&mut self.cursor, &self.said.scope, Mode::Code).number()
                && self.ends().is_ok()
            {
                self.said.scope.set(&path[0], Some(value));
                return Ok(());
            }
            self.cursor = start;
            let is_text = matches!(self.cursor.peek(), Some(b'\'' | b'"'));
            self.said.scope.set(&path[0], None);
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
    fn assign_part(&mut self, path: &[String], field: Option<Field>, at: usize, line: u32) -> Step {
        match field {
            None => {
                if path[0] == self.said.scope.case_name {
                    return refuse("the case would be changed as a whole");
                }
                self.said.scope.set(&path[0], None);
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
            .ranges(matrix.rows.len(), matrix.columns)
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
        let width = matrix.columns;
        for (i, &row) in rows.iter().enumerate() {
            for (j, &column) in columns.iter().enumerate() {
                matrix.cells[row * width + column] = match &value {
                    Value::Number(value) => *value,
                    Value::Block(block) => block.cells[i * columns.len() + j],
                };
            }
        }
        Ok(())
    }

    /// `[A, B] = function`.
    fn several(&mut self, at: usize, line: u32) -> Step {
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
            self.said.scope.set(name, None);
        }
        self.cursor.skip_statement()?;
        self.passed_over(at, line, "it sets no case data");
        Ok(())
    }

    /// `[a, b.c ~]`, with the cursor at the bracket; `None` where something else than names is in it.
    fn names_in_brackets(&mut self) -> Option<Vec<String>> {
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

    /// A statement without `=`: a call, whose result nobody takes.
    fn call(&mut self, path: &[String], at: usize, line: u32) -> Step {
        let has_arguments = self.cursor.text[at..self.cursor.at].contains(&b'(');
        let after_name = self.cursor.at;
        self.cursor.skip_statement()?;
        let plain = self.cursor.text[after_name..self.cursor.at].trim_ascii().is_empty();
        let word = path[0].as_str();
        if word == "define_constants" && plain && path.len() == 1 {
            self.said.scope.define_constants();
            return Ok(());
        }
        if REACHING.contains(&word) || !(has_arguments || path.len() > 1 || HARMLESS.contains(&word)) {
            return refuse("what it does to the case is not known");
        }
        self.passed_over(at, line, "nothing in a case file is; it sets no case data");
        Ok(())
    }

    /// Text that begins no statement.
    fn nonsense(&mut self, at: usize, line: u32) -> Step {
        if self.number().is_ok() && self.ends().is_ok() {
            // `1;` opens a script of Octave.
            return Ok(());
        }
        self.cursor.at = at;
        self.cursor.line = line;
        if self.cursor.skip_statement().is_err() {
            self.cursor.at = at;
            self.cursor.line = line;
            self.cursor.skip_line();
        }
        let text = self.cursor.text;
        let quoted = Cursor::quote(&text[at..self.cursor.at.max(at + 1)]);
        self.report.error(Code::Syntax, |draft| {
            let said = format!("`{quoted}` is no statement");
            draft
                .at_offset(text, at, line, quoted.chars().count(), said)
                .help("a statement is `name = value;`; is a bracket or a comment sign missing?")
        });
        Ok(())
    }

    fn function_line(&mut self) -> Step {
        if self.seen_function {
            return Err(Stop::End.into());
        }
        self.seen_function = true;
        self.cursor.at += "function".len();
        self.cursor.skip_gap();
        let mut outputs = if self.cursor.peek() == Some(b'[') {
            self.names_in_brackets().unwrap_or_default()
        } else {
            self.path()
        };
        self.cursor.skip_gap();
        if self.cursor.peek() == Some(b'=') {
            self.cursor.at += 1;
            self.cursor.skip_gap();
            self.cursor.word().clone_into(&mut self.said.name);
        } else {
            // `function name`: it returns nothing.
            self.said.name = outputs.pop().unwrap_or_default();
        }
        self.cursor.skip_statement()?;
        match outputs.len() {
            0 => {}
            1 => {
                self.style = Style::Struct;
                self.said.scope.case_name = outputs.swap_remove(0);
            }
            4..=6 => self.style = Style::Outputs(outputs),
            _ => return refuse("a case function returns one struct, or baseMVA, bus, gen, branch, areas, gencost"),
        }
        Ok(())
    }

    /// `if number`: the block is run or skipped.
    fn run_if(&mut self) -> Step {
        let (at, line) = (self.cursor.at, self.cursor.line);
        self.cursor.at += "if".len();
        loop {
            let condition = self.number();
            let ended = self.ends();
            let Ok(condition) = condition.and_then(|value| ended.map(|()| value)) else {
                self.cursor.at = at;
                self.cursor.line = line;
                self.skip_block(false)?;
                self.refused(at, line, "its condition is more than a number");
                return Ok(());
            };
            if condition != 0.0 {
                self.open_blocks += 1;
                return Ok(());
            }
            match self.skip_rest_of_block(true)? {
                "elseif" => {}
                "else" => {
                    self.open_blocks += 1;
                    return Ok(());
                }
                _ => return Ok(()),
            }
        }
    }

    /// Skips the block that opens here.
    fn skip_block(&mut self, stop_at_else: bool) -> Result<&'static str, Refusal> {
        self.cursor.at += self.cursor.word().len();
        self.cursor.skip_statement()?;
        self.skip_rest_of_block(stop_at_else)
    }

    /// Skips statements up to the `end` of the block around, or to its next `else` or `elseif` if asked.
    fn skip_rest_of_block(&mut self, stop_at_else: bool) -> Result<&'static str, Refusal> {
        let open = Unclosed { what: "the block", at: self.cursor.at.saturating_sub(1), line: self.cursor.line };
        let mut depth = 0_usize;
        loop {
            self.skip_to_statement()?;
            if self.cursor.peek().is_none() {
                return Err(Refusal::Unclosed(open));
            }
            let before = self.cursor.at;
            let word = self.cursor.word();
            match word {
                "else" | "elseif" if depth == 0 && stop_at_else => {
                    self.cursor.at += word.len();
                    return Ok(if word == "else" { "else" } else { "elseif" });
                }
                _ if BLOCKS.contains(&word) => depth += 1,
                _ if word.starts_with("end") || word == "until" => {
                    self.cursor.at += word.len();
                    if depth == 0 {
                        return Ok("end");
                    }
                    depth -= 1;
                }
                _ => {}
            }
            self.cursor.skip_statement()?;
            if self.cursor.at == before {
                self.cursor.at += 1;
            }
        }
    }

    fn number(&mut self) -> Result<f64, Refusal> {
        Expression::new(&mut self.cursor, &self.said.scope, Mode::Code)
            .number()
            .or_else(|trouble| refuse(trouble.why))
    }

    /// Nothing may follow before the statement's end.
    fn ends(&mut self) -> Step {
        self.cursor.skip_gap();
        match self.cursor.peek() {
            None | Some(b';' | b',' | b'\n' | b'%' | b'#') => Ok(()),
            Some(_) => refuse(format!("`{}` is more than is understood", Cursor::quote(self.cursor.rest()))),
        }
    }
}
