//! A line of a file, parted into its fields.
//!
//! Fields are separated by a comma, by blanks, or by a comma with blanks around it; two commas with nothing between
//! leave a field at its default, as does a line that ends early. `/` outside of quotes starts a comment. A quote closes
//! only where a separator follows, so that `'O'NEIL'` is one name; a doubled quote stands for one.

/// Longest line: no record of the format comes near.
pub(super) const MAX_LINE: usize = 1 << 16;

/// The index of a field that a revision does not have: it is always at its default.
pub(super) const NONE: usize = usize::MAX;

/// A field: a part of the text.
#[derive(Clone, Copy, Default)]
pub(super) struct Field {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) quoted: bool,
}

/// A line parted into fields. Kept and filled again, so that reading allocates nothing by the line.
#[derive(Default)]
pub(super) struct Row {
    fields: Vec<Field>,
    /// Number of the line, from 1.
    pub(super) line: u32,
    /// Where its comment starts, if it has one.
    pub(super) comment: Option<usize>,
    /// One past its last byte.
    pub(super) end: usize,
}

/// A quote that is not closed on its line: where it was opened.
pub(super) struct Unclosed(pub(super) usize);

impl Row {
    /// Number of fields that are there.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }

    /// A field; nothing where the line ends before.
    pub(super) fn field(&self, index: usize) -> Option<Field> {
        self.fields.get(index).copied()
    }

    /// Fills it with the fields of `text[start..end]`, which is line `line`.
    pub(super) fn fill(&mut self, text: &[u8], start: usize, end: usize, line: u32) -> Result<(), Unclosed> {
        self.fields.clear();
        (self.line, self.comment, self.end) = (line, None, end);
        let mut at = start;
        // Whether a comma was met since the last field.
        let mut comma = true;
        while let Some(&byte) = text[..end].get(at) {
            match byte {
                b' ' | b'\t' | b'\r' => at += 1,
                b',' => {
                    if comma {
                        self.fields.push(Field { start: at, end: at, quoted: false });
                    }
                    comma = true;
                    at += 1;
                }
                b'/' => {
                    self.comment = Some(at + 1);
                    break;
                }
                b'\'' | b'"' => {
                    let close = closing(&text[..end], at).ok_or(Unclosed(at))?;
                    self.fields.push(Field { start: at + 1, end: close, quoted: true });
                    comma = false;
                    at = close + 1;
                }
                _ => {
                    let first = at;
                    at = separator(text, at, end);
                    self.fields.push(Field { start: first, end: at, quoted: false });
                    comma = false;
                }
            }
        }
        Ok(())
    }

    /// Fills it with fields found elsewhere.
    pub(super) fn set(&mut self, line: u32, fields: impl IntoIterator<Item = Field>) {
        self.fields.clear();
        self.fields.extend(fields);
        (self.line, self.comment, self.end) = (line, None, 0);
    }
}

/// Where the field that starts at `at` ends: at a separator, a comment, or the end of the line.
#[inline]
fn separator(text: &[u8], mut at: usize, end: usize) -> usize {
    // Eight bytes at a time, so that the ever changing lengths of fields mislead no branch prediction.
    while let Some(&bytes) = text.get(at..end).and_then(|rest| rest.first_chunk()) {
        let ahead = ordinary(bytes);
        at += ahead;
        if ahead < bytes.len() && is_separator(text[at]) {
            return at;
        }
        // a control character is a part of the field
        at += usize::from(ahead < bytes.len());
    }
    while at < end && !is_separator(text[at]) {
        at += 1;
    }
    at
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b',' | b' ' | b'\t' | b'\r' | b'/')
}

/// How many bytes come before the first that is a comma, a slash, a blank or a control character; 8 if there is none.
#[inline]
fn ordinary(bytes: [u8; 8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH_BITS: u64 = 0x8080_8080_8080_8080;
    // The first byte is the lowest. A borrow makes only bytes behind one that is found look as if they were found too.
    let word = u64::from_le_bytes(bytes);
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH_BITS;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    let found = is(b',') | is(b'/') | below(word, u64::from(b' ') + 1);
    found.trailing_zeros() as usize / 8
}

/// Where the quote that opens at `open` closes: at the first one before a separator, or before a comment.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    let quote = text[open];
    let mut at = open + 1;
    while let Some(found) = memchr::memchr(quote, text.get(at..)?) {
        at += found;
        match text.get(at + 1) {
            None | Some(b',' | b' ' | b'\t' | b'\r' | b'/') => return Some(at),
            Some(&next) if next == quote && at > open + 1 => at += 2,
            Some(_) => at += 1,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Row;

    fn fields(line: &str) -> Vec<&str> {
        let mut row = Row::default();
        assert!(row.fill(line.as_bytes(), 0, line.len(), 1).is_ok(), "{line}");
        row.fields.iter().map(|field| &line[field.start..field.end]).collect()
    }

    #[test]
    fn fields_are_parted_by_commas_by_blanks_and_by_both() {
        assert_eq!(fields(" 0     100.00  33 , 0, 0, 60.00"), ["0", "100.00", "33", "0", "0", "60.00"]);
        assert_eq!(fields("1.00000    0.00000,"), ["1.00000", "0.00000"]);
        assert_eq!(fields("1,,'a, b ' , /, 3"), ["1", "", "a, b "]);
        assert_eq!(fields(",2"), ["", "2"]);
        assert_eq!(fields("'1'' DROP    ',2"), ["1'' DROP    ", "2"]);
        assert_eq!(fields("1,'',\"x/y\"/ comment"), ["1", "", "x/y"]);
        assert_eq!(fields(",,,"), ["", "", ""]);
        assert_eq!(fields("',/,'"), [",/,"]);
        assert_eq!(fields(" \t"), Vec::<&str>::new());
        assert_eq!(
            fields("1234567,12345678,123456789 -0.123456789012/"),
            ["1234567", "12345678", "123456789", "-0.123456789012"]
        );
        assert_eq!(
            fields("a\u{b}b,Hà Nội,\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1},z"),
            ["a\u{b}b", "Hà", "Nội", "\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}\u{1}", "z"]
        );
    }

    #[test]
    fn a_quote_without_end_is_told() {
        let mut row = Row::default();
        let line = "2,'MAILAM      , 220.0";
        assert!(row.fill(line.as_bytes(), 0, line.len(), 1).is_err_and(|open| open.0 == 2));
    }
}
