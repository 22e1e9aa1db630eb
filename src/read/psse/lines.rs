//! The lines of a file that hold records: no header lines (`@!`), no blank ones, none of comment only.

use super::row::{MAX_LINE, Row, Unclosed};
use memchr::memchr2;

/// A place in the lines of a text.
#[derive(Clone)]
pub(super) struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    /// Number of the line that was read last.
    pub(super) line: u32,
}

/// Why a line cannot be parted into fields.
pub(super) enum Fault {
    /// A quote that is not closed: where it was opened.
    Unclosed(usize),
    /// The line is longer than any record.
    Long,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self { text, at: 0, line: 0 }
    }

    /// The next line, whatever it holds: where it starts and ends.
    pub(super) fn next_raw(&mut self) -> Option<(usize, usize)> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let start = self.at;
        // A carriage return alone ends a line too, as on old machines.
        let length = match memchr2(b'\n', b'\r', rest) {
            Some(at) if rest[at] == b'\r' && rest.get(at + 1) != Some(&b'\n') => at,
            Some(at) if rest[at] == b'\r' => at + 1,
            Some(at) => at,
            None => rest.len(),
        };
        self.at = start + length + 1;
        self.line += 1;
        let end = start + length;
        let end = if length > 0 && self.text[end - 1] == b'\r' { end - 1 } else { end };
        Some((start, end))
    }

    /// About how many more lines of so many bytes come before the section ends, to take memory for them in one go; 0 where the
    /// section does not end as most programs write it. Short lines count for more, so that memory stays in proportion to the text.
    pub(super) fn about(&self, bytes: usize) -> usize {
        const SHORTEST: usize = 48;
        let rest = self.text.get(self.at..).unwrap_or_default();
        memchr::memmem::find(rest, b"\n0 ").unwrap_or(0) / bytes.max(SHORTEST)
    }

    /// Fills `row` with the next line that holds a record; says whether there was one.
    pub(super) fn next(&mut self, row: &mut Row) -> Result<bool, Fault> {
        while let Some((start, end)) = self.next_raw() {
            if self.text[start..end].starts_with(b"@!") {
                continue;
            }
            if end - start > MAX_LINE {
                return Err(Fault::Long);
            }
            row.fill(self.text, start, end, self.line).map_err(|Unclosed(at)| Fault::Unclosed(at))?;
            if row.len() > 0 {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
