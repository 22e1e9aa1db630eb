//! A place in the text of a case file, and the steps that need no understanding of it: blanks, comments,
//! line continuation, whole statements.

use crate::finding::Code;
use crate::read::report::Report;
use memchr::memchr;

pub(super) const END_OF_FILE: &str = "the end of the file";
pub(super) const END_OF_LINE: &str = "the end of its line";

/// A place in the text.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    /// The whole text.
    pub(super) text: &'a [u8],
    /// Offset of the next byte.
    pub(super) at: usize,
    /// Its line, counted from 1.
    pub(super) line: u32,
}

/// A string, bracket, comment or block that is not closed.
pub(super) struct Unclosed {
    /// What is not closed.
    pub(super) what: &'static str,
    /// Where it should have been.
    pub(super) before: &'static str,
    /// Where it was opened.
    pub(super) at: usize,
    /// The line of that.
    pub(super) line: u32,
}

impl Unclosed {
    /// Tells of it.
    pub(super) fn tell(&self, text: &[u8], report: &mut Report) {
        report.error(Code::Syntax, |draft| {
            let said = format!("{} opened here is not closed before {}", self.what, self.before);
            draft
                .at_offset(text, self.at, self.line, 1, said)
                .help("close it; perhaps the file was cut short")
        });
    }
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { text, at: 0, line: 1 }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.at += 1;
        }
    }

    /// To the newline that ends this line, or the end of the text.
    pub(super) fn skip_line(&mut self) {
        self.at += memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
    }

    pub(super) fn at_continuation(&self) -> bool {
        self.rest().starts_with(b"...")
    }

    /// Over `...` and the rest of its line, newline included.
    pub(super) fn skip_continuation(&mut self) {
        self.skip_line();
        if self.peek().is_some() {
            self.at += 1;
            self.line += 1;
        }
    }

    /// Blanks and continued lines.
    pub(super) fn skip_gap(&mut self) {
        loop {
            self.skip_blanks();
            if !self.at_continuation() {
                return;
            }
            self.skip_continuation();
        }
    }

    /// Over the comment that starts here, to the newline that ends it; a block comment (`%{` alone on its
    /// line) to the newline after its `%}`.
    pub(super) fn skip_comment(&mut self) -> Result<(), Unclosed> {
        if !self.alone_on_line(b'{') {
            self.skip_line();
            return Ok(());
        }
        let open = Unclosed { what: "the block comment", before: END_OF_FILE, at: self.at, line: self.line };
        let mut depth = 0_usize;
        loop {
            self.skip_blanks();
            if self.alone_on_line(b'{') {
                depth += 1;
            } else if self.alone_on_line(b'}') {
                depth -= 1;
            }
            self.skip_line();
            if depth == 0 {
                return Ok(());
            }
            if self.peek().is_none() {
                return Err(open);
            }
            self.at += 1;
            self.line += 1;
        }
    }

    /// Whether `%` or `#` and then `brace` stand here, with nothing else on the line.
    fn alone_on_line(&self, brace: u8) -> bool {
        let line_start = memchr::memrchr(b'\n', &self.text[..self.at]).map_or(0, |newline| newline + 1);
        matches!(self.peek(), Some(b'%' | b'#'))
            && self.peek_at(1) == Some(brace)
            && self.text[line_start..self.at].iter().copied().all(is_blank)
            && self.text[self.at + 2..].iter().copied().take_while(|&b| b != b'\n').all(is_blank)
    }

    /// A name that starts here: letters, digits, underscores, not a digit first. Empty if there is none.
    pub(super) fn word(&self) -> &'a str {
        let rest = self.rest();
        let starts = rest.first().is_some_and(|&b| b.is_ascii_alphabetic() || b == b'_');
        let length = rest.iter().take_while(|&&b| starts && is_word(b)).count();
        std::str::from_utf8(&rest[..length]).unwrap_or_default()
    }

    /// Over the string that opens here; returns the offsets of its inside.
    pub(super) fn skip_string(&mut self) -> Result<(usize, usize), Unclosed> {
        let open = Unclosed { what: "the string", before: END_OF_LINE, at: self.at, line: self.line };
        let quote = self.peek();
        self.at += 1;
        let first = self.at;
        loop {
            match self.peek() {
                None | Some(b'\n') => return Err(open),
                byte if byte == quote => {
                    if self.peek_at(1) != quote {
                        self.at += 1;
                        return Ok((first, self.at - 1));
                    }
                    self.at += 2;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// Over the rest of a statement, up to the `;`, `,` or newline that ends it outside brackets and strings.
    pub(super) fn skip_statement(&mut self) -> Result<(), Unclosed> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let Some(byte) = self.peek() else { return Ok(()) };
            match byte {
                b'\n' if open.iter().all(|&bracket| bracket == b'(') => return Ok(()),
                b';' | b',' if open.is_empty() => return Ok(()),
                b'\n' => {
                    self.at += 1;
                    self.line += 1;
                }
                b'%' | b'#' => self.skip_comment()?,
                b'.' if self.at_continuation() => self.skip_continuation(),
                b'"' => _ = self.skip_string()?,
                b'\'' if !self.quote_transposes() => _ = self.skip_string()?,
                b'(' | b'[' | b'{' => {
                    // What is nested deeper than this is no case data; the brackets need not balance then.
                    if open.len() < super::MAX_NESTING {
                        open.push(byte);
                    }
                    self.at += 1;
                }
                b')' | b']' | b'}' => {
                    open.pop();
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Whether a quote here follows a value, and so would transpose it.
    fn quote_transposes(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|at| self.text.get(at));
        before.is_some_and(|&b| is_word(b) || matches!(b, b')' | b']' | b'}' | b'\'' | b'.'))
    }
}

/// A blank within a line.
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\x0c')
}

/// A character of a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
