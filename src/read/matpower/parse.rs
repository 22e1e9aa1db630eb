//! The file as statements: what sets case data is understood or refused, what does not is passed over and told.
//!
//! A case file is a MATLAB function. Nothing of it is executed; the statements that public cases use to
//! convert units are evaluated by [`super::expression`]. The rule for the rest: a statement that may change
//! case data and is not understood stops the reading (`E-UNSUPPORTED`), one that cannot is skipped
//! (`W-NOT-USED`). A call with arguments, `system('...')`, cannot change the caller's variables; a bare word
//! may be a script that can, and `eval` and its like can.

mod assign;
mod control;

use super::cursor::{Cursor, END_OF_LINE, Unclosed, is_word};
use super::expression::{Expression, Mode};
use super::scope::Scope;
use crate::finding::Code;
use crate::read::report::{Report, quote};

/// Keywords that open a block closed by `end`.
const BLOCKS: [&str; 8] = ["if", "for", "while", "switch", "try", "parfor", "do", "unwind_protect"];

/// What a file says, before it is taken for a grid.
pub(super) struct CaseText {
    /// Name of the function; empty in a script.
    pub(super) name: String,
    /// The matrices.
    pub(super) scope: Scope,
    /// The list of bus names.
    pub(super) bus_names: Option<NameList>,
}

/// The names in `mpc.bus_name`.
pub(super) struct NameList {
    /// Line of the list.
    pub(super) line: u32,
    /// The names in their order.
    pub(super) names: Vec<NameAt>,
}

/// Where a quoted name stands.
pub(super) struct NameAt {
    /// Offset of its first byte, behind the quote.
    pub(super) start: usize,
    /// Offset of the closing quote.
    pub(super) end: usize,
    /// Its line.
    pub(super) line: u32,
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
        says_version_1: false,
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
    says_version_1: bool,
    /// Fields that were told not to be used.
    unused: Vec<String>,
}

impl Parser<'_, '_> {
    fn file(&mut self) {
        loop {
            if let Err(open) = self.skip_to_statement() {
                open.tell(self.cursor.text, self.report);
                return;
            }
            if self.cursor.peek().is_none() {
                return;
            }
            let (at, line) = (self.cursor.at, self.cursor.line);
            match self.statement() {
                Ok(()) | Err(Refusal::Stop(Stop::Told)) => {}
                Err(Refusal::Stop(Stop::End)) => return,
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
                    open.tell(self.cursor.text, self.report);
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
        let statement = quote(&text[at..self.cursor.at]);
        self.report.error(Code::Unsupported, |draft| {
            let said =
                format!("the statement `{statement}` may change case data and is not understood: {why}");
            draft
                .at_offset(text, at, line, statement.chars().count(), said)
                .element(statement)
                .help("put the resulting numbers into the matrices and take the statement out")
        });
    }

    /// A statement that changes no case data is passed over.
    fn passed_over(&mut self, at: usize, line: u32, why: &str) {
        let text = self.cursor.text;
        let statement = quote(&text[at..self.cursor.at]);
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
            "" => {
                self.nonsense(at, line);
                return Ok(());
            }
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

    /// Whether the shorter rows of version 1 will do.
    fn is_version_1(&self) -> bool {
        self.says_version_1 || self.said.scope.case_name.is_empty()
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
        let open = Unclosed {
            what: "the parenthesis",
            before: END_OF_LINE,
            at: self.cursor.at,
            line: self.cursor.line,
        };
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
            Some(_) => refuse(format!("`{}` is more than is understood", quote(self.cursor.rest()))),
        }
    }
}
