//! Records as named fields, and the forms that they are put down in: lines of RAW 33 or 35, rows of RAWX.
//!
//! A writer gives every field of revision 35 once, by the name that RAWX has for it. RAW 33 leaves out those that came
//! later, RAW takes the values by their order, RAWX by their names.

use super::super::matpower::Number;
use crate::model::Origin;
use std::io::{self, Write};

/// The form of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum PsseForm {
    /// RAW, revision 33.
    #[default]
    Raw33,
    /// RAW, revision 35.
    Raw35,
    /// RAWX, version 35.
    Rawx,
}

impl PsseForm {
    /// The form of a RAW revision, if it is one that is written.
    #[must_use]
    pub fn of_revision(revision: u32) -> Option<Self> {
        match revision {
            33 => Some(Self::Raw33),
            35 => Some(Self::Raw35),
            _ => None,
        }
    }

    /// The form whose records a RAW file of a revision has, but for some fields: what is rewritten in its lines is read again
    /// and compared, so that a field which stands elsewhere there is not taken for another.
    #[must_use]
    pub fn like_revision(revision: u32) -> Option<Self> {
        match revision {
            29..=33 => Some(Self::Raw33),
            34..=36 => Some(Self::Raw35),
            _ => None,
        }
    }
}

/// A field of a record.
pub(super) struct Field {
    name: &'static str,
    value: Value,
    /// Whether revision 33 has it.
    in_33: bool,
}

enum Value {
    Whole(i64),
    Real(f64),
    Text(String, usize),
}

impl Field {
    /// The field, which revision 33 does not have.
    pub(super) fn new_in_34(self) -> Self {
        Self { in_33: false, ..self }
    }
}

/// A whole number.
pub(super) fn whole(name: &'static str, value: impl TryInto<i64>) -> Field {
    // Bus numbers are below a million, counts smaller still.
    Field { name, value: Value::Whole(value.try_into().unwrap_or(i64::MAX)), in_33: true }
}

/// A number; none of them is `-0`.
pub(super) fn real(name: &'static str, value: f64) -> Field {
    Field { name, value: Value::Real(value + 0.0), in_33: true }
}

/// A text, filled up to `width` in RAW.
pub(super) fn text(name: &'static str, value: impl Into<String>, width: usize) -> Field {
    Field { name, value: Value::Text(value.into(), width), in_33: true }
}

/// What a record is of: a table, an id, and the line that it was read from.
#[derive(Clone, Copy)]
pub(super) struct Of<'r> {
    kind: &'static str,
    id: &'r str,
    line: Option<u32>,
}

/// A record of a table.
pub(super) fn of<'r>(kind: &'static str, id: &'r str, origin: &Origin) -> Of<'r> {
    Of { kind, id, line: origin.place.as_ref().map(|place| place.line) }
}

/// A record as it is put down: for those who compare.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Record {
    /// The table that it is of.
    pub(super) kind: &'static str,
    pub(super) id: String,
    /// Name of its section in RAWX.
    pub(super) object: &'static str,
    /// The line that it was read from.
    pub(super) line: Option<u32>,
    /// Its fields, as RAW has them.
    pub(super) lines: Vec<Vec<String>>,
}

impl Record {
    /// Its lines in RAW.
    pub(super) fn text(&self) -> String {
        self.lines.iter().map(|line| line.join(", ") + "\n").collect()
    }
}

/// Where records go.
pub(super) struct Sink<'w> {
    pub(super) out: &'w mut dyn Write,
    pub(super) form: PsseForm,
    /// The records, for those who want them.
    pub(super) kept: Option<Vec<Record>>,
    /// The object of RAWX that is open, with its fields, and whether it has a row.
    open: Option<(Vec<&'static str>, bool)>,
    /// Whether an object stands before, so that a comma is due.
    has_object: bool,
}

impl<'w> Sink<'w> {
    pub(super) fn new(form: PsseForm, out: &'w mut dyn Write) -> Self {
        Self { out, form, kept: None, open: None, has_object: true }
    }

    pub(super) fn is_rawx(&self) -> bool {
        self.form == PsseForm::Rawx
    }

    /// Begins a section of RAWX whose records have these fields, or some of them in this order.
    pub(super) fn begin(&mut self, object: &str, names: Vec<&'static str>) -> io::Result<()> {
        let comma = if self.has_object { ",\n" } else { "" };
        write!(self.out, "{comma}\"{object}\": {{\n\"fields\": [")?;
        for (at, name) in names.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(self.out, "{comma}\"{name}\"")?;
        }
        write!(self.out, "],\n\"data\": [")?;
        self.has_object = true;
        self.open = Some((names, false));
        Ok(())
    }

    /// A record of one or more lines. The first one of a section says which fields its records have, if nothing else did.
    pub(super) fn record(
        &mut self,
        object: &'static str,
        of: Of<'_>,
        lines: &[Vec<Field>],
    ) -> io::Result<()> {
        if !self.is_rawx() {
            return self.lines(object, of, lines);
        }
        if self.open.is_none() {
            self.begin(object, lines.iter().flatten().map(|field| field.name).collect())?;
        }
        let Some((names, has_row)) = &mut self.open else { return Ok(()) };
        write!(self.out, "{}[", if *has_row { ",\n" } else { "\n" })?;
        *has_row = true;
        let mut fields = lines.iter().flatten().peekable();
        for (at, name) in names.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            match fields.next_if(|field| field.name == *name) {
                Some(field) => write!(self.out, "{comma}{}", Json(&field.value))?,
                None => write!(self.out, "{comma}null")?,
            }
        }
        debug_assert!(fields.peek().is_none(), "the fields of a record are those of its section");
        write!(self.out, "]")
    }

    fn lines(&mut self, object: &'static str, of: Of<'_>, lines: &[Vec<Field>]) -> io::Result<()> {
        let later = self.form != PsseForm::Raw33;
        if let Some(kept) = &mut self.kept {
            let fields = |line: &Vec<Field>| {
                line.iter().filter(|f| f.in_33 || later).map(|f| Raw(&f.value).to_string()).collect()
            };
            let lines = lines.iter().map(fields).collect();
            kept.push(Record { kind: of.kind, id: of.id.to_owned(), object, line: of.line, lines });
            return Ok(());
        }
        for line in lines {
            let mut comma = "";
            for field in line.iter().filter(|field| field.in_33 || later) {
                write!(self.out, "{comma}{}", Raw(&field.value))?;
                comma = ", ";
            }
            writeln!(self.out)?;
        }
        Ok(())
    }

    /// Ends a section; `begin` names the next one in RAW.
    pub(super) fn end(&mut self, end: &str, begin: &str) -> io::Result<()> {
        if self.is_rawx() {
            return if self.open.take().is_some() { write!(self.out, "\n]}}") } else { Ok(()) };
        }
        if begin.is_empty() {
            return writeln!(self.out, "0 / END OF {end} DATA");
        }
        writeln!(self.out, "0 / END OF {end} DATA, BEGIN {begin} DATA")
    }
}

struct Raw<'v>(&'v Value);

impl std::fmt::Display for Raw<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Value::Whole(value) => write!(f, "{value}"),
            Value::Real(value) => write!(f, "{}", Number(*value)),
            Value::Text(value, width) => write!(f, "'{value:width$}'"),
        }
    }
}

struct Json<'v>(&'v Value);

impl std::fmt::Display for Json<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Value::Whole(value) => write!(f, "{value}"),
            // No number of JSON is infinite; a field without a value is at its default.
            Value::Real(value) if !value.is_finite() => f.write_str("null"),
            Value::Real(value) => write!(f, "{}", Number(*value)),
            Value::Text(value, _) => {
                f.write_str(&serde_json::Value::String(value.trim_end().to_owned()).to_string())
            }
        }
    }
}
