//! A grid file written again in its own format after an edit: every line that the edit does not touch stays byte for byte.
//!
//! ```text
//! records of the grid as it was read ─┐
//! records of the grid as it is now  ──┴→ what differs → fields put into their lines, lines taken out, lines put in
//! the new text is read again, and its records have to be those of the grid as it is now; else nothing of this is done
//! ```
//!
//! So what gridstage does not understand of a file (owners, comments, costs, a layout of columns) stays in it.

use super::{GridFormat, PsseForm, matpower, psse};
use crate::finding::{Code, Finding};
use crate::model::Network;
use std::collections::BTreeMap;
use std::ops::Range;

/// A file that was read, and the grid in it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// Its bytes, unpacked, as they lie.
    pub bytes: &'s [u8],
    /// The grid as it was read.
    pub network: &'s Network,
}

/// Why a file cannot be kept in its lines, in words that go on `.. is written anew: `.
pub type Whole = String;

/// A file rewritten: its bytes, and what is to be told.
pub type Rewritten = (Vec<u8>, Vec<Finding>);

/// Writes `network` into the lines of the file that it, or an earlier state of it, was read from.
///
/// # Errors
/// Why that cannot be done; [`super::grid`] writes the file anew.
pub fn rewrite(source: &Source<'_>, network: &Network, format: GridFormat) -> Result<Rewritten, Whole> {
    if (source.network.sbase_mva, source.network.frequency_hz) != (network.sbase_mva, network.frequency_hz) {
        return Err("its base power or frequency is another one".to_owned());
    }
    if source.bytes.starts_with(&[0xff, 0xfe]) || source.bytes.starts_with(&[0xfe, 0xff]) {
        return Err("it is UTF-16".to_owned());
    }
    match format {
        GridFormat::Psse(form @ (PsseForm::Raw33 | PsseForm::Raw35)) => psse::rewrite(source, network, form),
        GridFormat::Matpower => matpower::rewrite(source, network),
        GridFormat::Psse(PsseForm::Rawx) | GridFormat::Pandapower | GridFormat::Ucte => {
            Err("files of that format have no lines of records".to_owned())
        }
    }
}

/// Lines of a text, and what is done to them.
pub(super) struct Edits<'s> {
    text: &'s [u8],
    /// Content of each line, without what ends it.
    lines: Vec<Range<usize>>,
    /// What ends the first line.
    newline: &'s [u8],
    /// Lines with another content, or none.
    changed: BTreeMap<usize, Option<Vec<u8>>>,
    /// What is put in before a line.
    inserted: BTreeMap<usize, Vec<u8>>,
}

impl<'s> Edits<'s> {
    pub(super) fn new(text: &'s [u8]) -> Self {
        let mut lines = Vec::new();
        let mut at = 0;
        let mut newline: &[u8] = b"\n";
        while at < text.len() {
            let rest = &text[at..];
            // A carriage return alone ends a line too.
            let length = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
            let end = match rest.get(length) {
                Some(b'\r') if rest.get(length + 1) == Some(&b'\n') => 2,
                Some(_) => 1,
                None => 0,
            };
            if lines.is_empty() && end > 0 {
                newline = &rest[length..length + end];
            }
            lines.push(at..at + length);
            at += length + end;
        }
        Self { text, lines, newline, changed: BTreeMap::new(), inserted: BTreeMap::new() }
    }

    /// How many lines there are.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.lines.len()).unwrap_or(u32::MAX)
    }

    /// The content of a line, counted from 1; empty beyond the last one.
    pub(super) fn line(&self, number: u32) -> &'s [u8] {
        (number as usize)
            .checked_sub(1)
            .and_then(|at| self.lines.get(at))
            .map_or(&[], |line| &self.text[line.clone()])
    }

    /// Gives a line another content.
    pub(super) fn change(&mut self, number: u32, content: Vec<u8>) {
        self.changed.insert(number as usize, Some(content));
    }

    /// Takes lines out.
    pub(super) fn remove(&mut self, first: u32, last: u32) {
        for number in first..=last {
            self.changed.insert(number as usize, None);
        }
    }

    /// Puts lines in before a line.
    pub(super) fn insert(&mut self, before: u32, lines: &str) {
        let inserted = self.inserted.entry(before as usize).or_default();
        for line in lines.lines() {
            inserted.extend_from_slice(line.as_bytes());
            inserted.extend_from_slice(self.newline);
        }
    }

    /// The text with all that was done.
    pub(super) fn text(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(self.text.len() + 1024);
        for (at, line) in self.lines.iter().enumerate() {
            let next = self.lines.get(at + 1).map_or(self.text.len(), |next| next.start);
            if let Some(inserted) = self.inserted.get(&(at + 1)) {
                text.extend_from_slice(inserted);
            }
            match self.changed.get(&(at + 1)) {
                None => text.extend_from_slice(&self.text[line.start..next]),
                Some(Some(content)) => {
                    text.extend_from_slice(content);
                    text.extend_from_slice(&self.text[line.end..next]);
                }
                Some(None) => {}
            }
        }
        text
    }
}

/// Puts another text in the place of a field, which keeps its right edge where blanks before it allow that.
pub(super) fn put_field(line: &mut Vec<u8>, place: &Range<usize>, value: &str) {
    let blanks = line[..place.start].iter().rev().take_while(|&&b| b == b' ').count();
    // A blank that parts two fields has to stay.
    let parts = place.start > blanks && !matches!(line.get(place.start - blanks - 1), Some(b',' | b'\t'));
    let free = blanks.saturating_sub(usize::from(parts));
    let longer = value.len().saturating_sub(place.len()).min(free);
    let shorter = place.len().saturating_sub(value.len());
    let mut put = vec![b' '; if blanks > 0 { shorter } else { 0 }];
    put.extend_from_slice(value.as_bytes());
    line.splice(place.start - longer..place.end, put);
}

/// Whether two fields say the same: as numbers where both are, to nine digits.
pub(super) fn same(a: &str, b: &str) -> bool {
    match (a.trim().parse::<f64>(), b.trim().parse::<f64>()) {
        (Ok(a), Ok(b)) => a.to_bits() == b.to_bits() || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => a.trim() == b.trim(),
    }
}

/// Losses of the grid as it is now that the grid as it was read did not have.
pub(super) fn new_losses(before: &[Finding], after: Vec<Finding>) -> Vec<Finding> {
    after.into_iter().filter(|finding| before.iter().all(|other| other.message != finding.message)).collect()
}

/// A warning for records that had to be written whole.
pub(super) fn told_whole(records: &[String]) -> Option<Finding> {
    let first = records.first()?;
    let text = format!(
        "records are written whole, and what gridstage does not hold of them is at its default: {}, for example {first}",
        records.len()
    );
    Some(Finding::warning(Code::NotCarried, text))
}

#[cfg(test)]
mod tests {
    use super::{Edits, put_field};

    #[test]
    fn a_field_keeps_its_right_edge_where_it_can() {
        let put = |line: &str, value: &str| {
            let at = line.find("21.7").unwrap_or_default();
            let mut bytes = line.as_bytes().to_vec();
            put_field(&mut bytes, &(at..at + 6), value);
            String::from_utf8_lossy(&bytes).into_owned()
        };
        assert_eq!(put("1,   21.700, 3", "30"), "1,       30, 3");
        assert_eq!(put("1,   21.700, 3", "130.25"), "1,   130.25, 3");
        assert_eq!(put("1,   21.700, 3", "1130.25"), "1,  1130.25, 3");
        assert_eq!(put("1,21.700, 3", "1130.25"), "1,1130.25, 3");
        assert_eq!(put("1,21.700, 3", "3"), "1,3, 3");
        assert_eq!(put("1 21.700 3", "1130.25"), "1 1130.25 3");
        assert_eq!(put("1  21.700 3", "1130.25"), "1 1130.25 3");
    }

    #[test]
    fn lines_that_are_not_touched_keep_their_bytes_and_their_ends() {
        let text = b"a\r\nb\rc\n\nlast";
        let mut edits = Edits::new(text);
        assert_eq!(edits.text(), text);
        assert_eq!(
            [edits.line(1), edits.line(2), edits.line(3), edits.line(4), edits.line(5)],
            [&b"a"[..], b"b", b"c", b"", b"last"]
        );
        edits.change(2, b"B".to_vec());
        edits.remove(3, 3);
        edits.insert(5, "x\ny");
        assert_eq!(edits.text(), b"a\r\nB\r\nx\r\ny\r\nlast");
    }
}
