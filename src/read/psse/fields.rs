//! Fields of a row as numbers, names and buses, with the defaults of the format; what cannot be is told with its
//! record, field, line and column.

use super::row::{Field, Row};
use crate::finding::{Code, Finding, Place};
use crate::ids::BusId;
use crate::model::Name;
use crate::read::number::decimal;
use crate::read::numbering::{BusNumbers, IdText, whole};
use crate::read::report::{Report, column, quote};
use std::borrow::Cow;
use std::sync::Arc;

/// A record as messages name it: `load` and `5-1`.
#[derive(Clone, Copy)]
pub(super) struct What<'a>(pub(super) &'static str, pub(super) &'a str);

impl std::fmt::Display for What<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.0, self.1)
    }
}

/// The text of a file with what is known of its buses, and what was found on the way.
pub(super) struct Fields<'t> {
    pub(super) text: &'t [u8],
    pub(super) file: &'t Arc<str>,
    pub(super) report: Report,
    /// Where bus numbers lead, once the buses are read.
    pub(super) numbers: BusNumbers,
    pub(super) id_text: IdText,
}

impl<'t> Fields<'t> {
    /// The bytes of a field without the blanks around; empty where it is not given.
    pub(super) fn bytes(&self, row: &Row, index: usize) -> &'t [u8] {
        row.field(index).map_or(&[], |field| self.text[field.start..field.end].trim_ascii())
    }

    /// A field as text, trimmed.
    pub(super) fn string(&self, row: &Row, index: usize) -> Cow<'t, str> {
        let bytes = self.bytes(row, index);
        std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
    }

    /// A field as an identifier: `1` where it is not given.
    pub(super) fn identifier(&self, row: &Row, index: usize) -> Name {
        match self.string(row, index) {
            text if text.is_empty() => Name::const_new("1"),
            text => Name::from(text),
        }
    }

    /// The id of a record: the numbers of its buses and its own identifier, `2-3-1`. The sign of a bus number, which marks the
    /// metered end in old files, is no part of it.
    pub(super) fn id(&self, row: &Row, buses: &[usize], own: usize) -> Name {
        // Put together where it stands, as there is one for each record.
        let mut text = [0; 64];
        let mut length = 0;
        let mut push = |bytes: &[u8]| {
            let room = text.get_mut(length..length + bytes.len());
            room.map(|room| room.copy_from_slice(bytes)).map(|()| length += bytes.len()).is_some()
        };
        let bus = |&index: &usize| {
            let bytes = self.bytes(row, index);
            bytes.strip_prefix(b"-").unwrap_or(bytes)
        };
        let own = match self.bytes(row, own) {
            b"" => b"1",
            own => own,
        };
        let fits = buses.iter().map(bus).all(|bus| push(bus) && push(b"-")) && push(own);
        match std::str::from_utf8(&text[..length]) {
            Ok(id) if fits => Name::from(id),
            _ => {
                let parts: Vec<&[u8]> = buses.iter().map(bus).chain([own]).collect();
                Name::from(String::from_utf8_lossy(&parts.join(&b"-"[..])))
            }
        }
    }

    /// A number, `default` where it is not given or wrong.
    #[inline]
    pub(super) fn real(
        &mut self,
        row: &Row,
        index: usize,
        default: f64,
        (what, name): (What<'_>, &'static str),
    ) -> f64 {
        let Some(field) = row.field(index) else { return default };
        match number(self.text, field) {
            Cell::Number(value) => value,
            Cell::Empty => default,
            Cell::Other => {
                self.no_number(row, field, what, name);
                default
            }
        }
    }

    /// A whole number, `default` where it is not given or wrong.
    pub(super) fn code(
        &mut self,
        row: &Row,
        index: usize,
        default: i64,
        of: (What<'_>, &'static str),
    ) -> i64 {
        #[expect(clippy::cast_precision_loss, reason = "defaults are small")]
        let value = self.real(row, index, default as f64, of);
        // The way there and back, as a fraction would call a function on processors without an instruction for it.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_precision_loss,
            clippy::float_cmp,
            reason = "an integer below 1e15"
        )]
        if value.abs() < 1e15 && value as i64 as f64 == value {
            return value as i64;
        }
        let (what, name) = of;
        self.wrong(row, index, Code::Number, what, name, |text| format!("`{text}` is no whole number"));
        default
    }

    /// The bus of a number; told where there is none.
    pub(super) fn bus(
        &mut self,
        row: &Row,
        index: usize,
        of: (What<'_>, &'static str),
    ) -> Option<(BusId, u64)> {
        let (what, name) = of;
        let number = match row.field(index).map(|field| (field, number(self.text, field))) {
            Some((field, Cell::Other)) => {
                self.no_number(row, field, what, name);
                return None;
            }
            Some((_, Cell::Number(number))) => number.abs(),
            Some((_, Cell::Empty)) | None => 0.0,
        };
        let found = self.numbers.bus(number).zip(whole(number));
        if found.is_none() {
            self.wrong(row, index, Code::Reference, what, name, |text| {
                format!("no bus is numbered `{text}`")
            });
        }
        found
    }

    /// A bus that need not be given: nothing for 0.
    pub(super) fn other_bus(
        &mut self,
        row: &Row,
        index: usize,
        of: (What<'_>, &'static str),
    ) -> Option<BusId> {
        let is_given = self.real(row, index, 0.0, of) != 0.0;
        if is_given { self.bus(row, index, of).map(|(bus, _)| bus) } else { None }
    }

    /// Tells of a field.
    #[cold]
    pub(super) fn wrong(
        &mut self,
        row: &Row,
        index: usize,
        code: Code,
        what: What<'_>,
        name: &'static str,
        words: impl FnOnce(&str) -> String,
    ) {
        let place = self.field_place(row, index);
        let quoted = quote(self.bytes(row, index));
        self.report.error(code, |draft| {
            let element = what.to_string();
            let help = match code {
                Code::Reference => "every bus needs a record in the bus section",
                Code::Value => "write a value that the quantity can have",
                _ => "is the record of another section or revision, or was it edited by hand?",
            };
            draft
                .at(row.line, format!("{element}, field {name}: {}", words(&quoted)))
                .place(place)
                .element(element)
                .field(name)
                .help(help)
        });
    }

    #[cold]
    fn no_number(&mut self, row: &Row, field: Field, what: What<'_>, name: &'static str) {
        let text = self.text[field.start..field.end].trim_ascii();
        let lower = text.to_ascii_lowercase();
        let lower = lower.strip_prefix(b"-").or(lower.strip_prefix(b"+")).unwrap_or(&lower);
        let is_value = lower.starts_with(b"nan") || lower.starts_with(b"inf");
        let place = self.place_of(row, field);
        self.report.error(if is_value { Code::Value } else { Code::Number }, |draft| {
            let (element, text) = (what.to_string(), quote(text));
            let said = if is_value { format!("is {text}") } else { format!("`{text}` is not a number") };
            draft
                .at(row.line, format!("{element}, field {name}: {said}"))
                .place(place)
                .element(element)
                .field(name)
                .help("write a finite number, or leave the field empty for its default")
        });
    }

    /// The line of a row.
    pub(super) fn place(&self, row: &Row) -> Place {
        Place::new(self.file, row.line)
    }

    /// A field of a row.
    pub(super) fn field_place(&self, row: &Row, index: usize) -> Place {
        row.field(index).map_or_else(|| self.place(row), |field| self.place_of(row, field))
    }

    fn place_of(&self, row: &Row, field: Field) -> Place {
        let width = u32::try_from(field.end - field.start).unwrap_or(0);
        self.place(row).at(column(self.text, field.start), width)
    }

    /// A warning about a record.
    #[cold]
    pub(super) fn warn(&mut self, code: Code, row: &Row, what: What<'_>, said: &str, help: &str) {
        self.report.warning(code, |draft| {
            let finding: Finding = draft.at(row.line, format!("{what}: {said}")).element(what.to_string());
            if help.is_empty() { finding } else { finding.help(help) }
        });
    }
}

/// What stands in a field that is to hold a number.
enum Cell {
    /// Nothing.
    Empty,
    /// A finite number.
    Number(f64),
    /// Something else.
    Other,
}

/// The number in a field.
#[inline]
fn number(text: &[u8], field: Field) -> Cell {
    let (mut start, mut end) = (field.start, field.end);
    if field.quoted {
        while start < end && text[start].is_ascii_whitespace() {
            start += 1;
        }
        while start < end && text[end - 1].is_ascii_whitespace() {
            end -= 1;
        }
    }
    if start == end {
        return Cell::Empty;
    }
    // Most fields of most files are `0` or `1`.
    if end - start == 1 && text[start].is_ascii_digit() {
        return Cell::Number(f64::from(text[start] - b'0'));
    }
    let negative = text[start] == b'-';
    let digits = start + usize::from(matches!(text[start], b'-' | b'+'));
    // To the end of the text, not of the field: the fast way of reading takes eight bytes at a time.
    let whole = |found: &(f64, std::num::NonZeroUsize)| digits + found.1.get() == end && found.0.is_finite();
    let found = decimal(&text[digits..]).filter(whole);
    let found = found.or_else(|| decimal(&text[digits..end]).filter(whole));
    found.map_or(Cell::Other, |(value, _)| Cell::Number(if negative { -value } else { value }))
}
