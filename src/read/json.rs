//! JSON text to a flat list of values, each with its place: no recursion, no copy of the text.
//!
//! A value is 16 bytes, whatever it holds; nesting is limited to [`MAX_NESTING`], and a key given twice in one
//! object is an error, as no reader could say which one counts. `NaN` and `Infinity` are taken as numbers: other
//! programs write them, and the field that holds one says what is wrong with it.

use crate::finding::{Code, Finding, Findings, Place};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

/// Objects and arrays within each other.
const MAX_NESTING: usize = 64;

/// Longest text: offsets are kept in 32 bits.
const MAX_BYTES: usize = u32::MAX as usize;

/// What a value is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Null,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

#[derive(Clone, Copy)]
struct Node {
    kind: Kind,
    /// First byte; of a string the one after its quote.
    start: u32,
    /// One past the last byte; of a string its closing quote.
    end: u32,
    /// Index of the node after this value and all in it.
    next: u32,
}

/// A JSON text that was scanned.
pub(super) struct Json<'t> {
    text: &'t [u8],
    nodes: Vec<Node>,
}

/// A value in a JSON text.
#[derive(Clone, Copy)]
pub(super) struct Value<'j> {
    text: &'j [u8],
    nodes: &'j [Node],
    at: usize,
}

/// Scans a text.
///
/// # Errors
/// The first break of the grammar, or all keys that are given twice: `E-SYNTAX`.
pub(super) fn scan<'t>(text: &'t [u8], file: &Arc<str>) -> Result<Json<'t>, Vec<Finding>> {
    if text.len() >= MAX_BYTES {
        let finding = Finding::error(Code::Unsupported, format!("{file} is larger than 4 GiB"));
        return Err(vec![finding.place(Place::new(file, 1))]);
    }
    let mut scanner = Scanner { text, at: 0, nodes: Vec::new(), open: Vec::new() };
    if let Err((at, what)) = scanner.document() {
        let finding = Finding::error(Code::Syntax, format!("{what} in the JSON text"));
        return Err(vec![
            finding.place(place(text, file, at)).help("perhaps the file was cut short or edited by hand"),
        ]);
    }
    let json = Json { text, nodes: scanner.nodes };
    let doubled = json.doubled_keys(file);
    if doubled.is_empty() { Ok(json) } else { Err(doubled) }
}

/// Line and column of an offset.
fn place(text: &[u8], file: &Arc<str>, at: usize) -> Place {
    let before = &text[..at.min(text.len())];
    let line = 1 + memchr::memchr_iter(b'\n', before).count();
    let start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let column = 1 + String::from_utf8_lossy(&before[start..]).chars().count();
    let narrow = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Place::new(file, narrow(line)).at(narrow(column), 1)
}

struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
    nodes: Vec<Node>,
    /// Objects and arrays that are not closed yet.
    open: Vec<usize>,
}

type Broken = (usize, &'static str);

impl Scanner<'_> {
    fn document(&mut self) -> Result<(), Broken> {
        self.value()?;
        while let Some(&top) = self.open.last() {
            self.blanks();
            let is_object = self.nodes[top].kind == Kind::Object;
            let is_first = top + 1 == self.nodes.len();
            match self.peek() {
                Some(b'}') if is_object => self.close(top),
                Some(b']') if !is_object => self.close(top),
                None => return Err((self.nodes[top].start as usize, "an object or array is not closed")),
                Some(byte) => {
                    if !is_first {
                        if byte != b',' {
                            return Err((self.at, "a comma is missing"));
                        }
                        self.at += 1;
                        self.blanks();
                    }
                    if is_object {
                        if self.peek() != Some(b'"') {
                            return Err((self.at, "a key is missing"));
                        }
                        self.string()?;
                        self.blanks();
                        if self.peek() != Some(b':') {
                            return Err((self.at, "a colon is missing"));
                        }
                        self.at += 1;
                    }
                    self.value()?;
                }
            }
        }
        self.blanks();
        if self.at < self.text.len() { Err((self.at, "there is more after the end")) } else { Ok(()) }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn push(&mut self, kind: Kind, start: usize, end: usize) {
        let next = self.nodes.len() as u32 + 1;
        self.nodes.push(Node { kind, start: start as u32, end: end as u32, next });
    }

    #[expect(clippy::cast_possible_truncation, reason = "the text is shorter than 4 GiB")]
    fn close(&mut self, top: usize) {
        self.at += 1;
        self.nodes[top].end = self.at as u32;
        self.nodes[top].next = self.nodes.len() as u32;
        self.open.pop();
    }

    /// A value, or the beginning of one.
    fn value(&mut self) -> Result<(), Broken> {
        self.blanks();
        let start = self.at;
        match self.peek() {
            Some(byte @ (b'{' | b'[')) => {
                if self.open.len() == MAX_NESTING {
                    return Err((start, "more than 64 objects and arrays within each other"));
                }
                self.open.push(self.nodes.len());
                self.push(if byte == b'{' { Kind::Object } else { Kind::Array }, start, start);
                self.at += 1;
                Ok(())
            }
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => {
                self.number();
                Ok(())
            }
            Some(_) => self.word(),
            None => Err((start, "a value is missing")),
        }
    }

    fn string(&mut self) -> Result<(), Broken> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr2(b'"', b'\\', rest) else {
                return Err((start - 1, "a string is not closed"));
            };
            at += found;
            if self.text[at] == b'"' {
                break;
            }
            at += 2;
        }
        self.push(Kind::String, start, at);
        self.at = at + 1;
        Ok(())
    }

    fn number(&mut self) {
        let start = self.at;
        if self.text[start..].starts_with(b"-Infinity") {
            self.at += b"-Infinity".len();
        } else {
            while matches!(self.peek(), Some(b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E')) {
                self.at += 1;
            }
        }
        self.push(Kind::Number, start, self.at);
    }

    fn word(&mut self) -> Result<(), Broken> {
        let words: [(&[u8], Kind); 5] = [
            (b"null", Kind::Null),
            (b"true", Kind::True),
            (b"false", Kind::False),
            (b"NaN", Kind::Number),
            (b"Infinity", Kind::Number),
        ];
        let rest = &self.text[self.at..];
        let Some((word, kind)) = words.iter().find(|(word, _)| rest.starts_with(word)) else {
            return Err((self.at, "there is something that is no value"));
        };
        let start = self.at;
        self.at += word.len();
        self.push(*kind, start, self.at);
        Ok(())
    }
}

impl Json<'_> {
    /// The outermost value.
    pub(super) fn root(&self) -> Value<'_> {
        Value { text: self.text, nodes: &self.nodes, at: 0 }
    }

    /// The text with the escapes of its strings resolved, each string filled up with blanks: offsets stay what they
    /// are.
    pub(super) fn resolved(&self) -> Vec<u8> {
        let mut resolved = self.text.to_vec();
        let strings = (0..self.nodes.len()).filter(|&at| self.nodes[at].kind == Kind::String);
        for at in strings {
            let value = Value { text: self.text, nodes: &self.nodes, at };
            if memchr::memchr(b'\\', value.raw()).is_none() {
                continue;
            }
            // A text with its escapes resolved is never longer than before.
            let plain = value.text().unwrap_or_default();
            let place = value.offset()..value.offset() + value.raw().len();
            resolved[place.clone()].fill(b' ');
            for (to, &byte) in resolved[place].iter_mut().zip(plain.as_bytes()) {
                *to = if byte < b' ' { b' ' } else { byte };
            }
        }
        resolved
    }

    /// Keys that an object holds twice.
    fn doubled_keys(&self, file: &Arc<str>) -> Vec<Finding> {
        let mut findings = Findings::new();
        let mut lines: HashMap<&[u8], u32> = HashMap::new();
        let objects = (0..self.nodes.len()).filter(|&at| self.nodes[at].kind == Kind::Object);
        for at in objects {
            lines.clear();
            let object = Value { text: self.text, nodes: &self.nodes, at };
            for (key, _) in object.members() {
                let start = key.node().start;
                if let Some(&first) = lines.get(key.raw()) {
                    findings.push_with(crate::finding::Severity::Error, Code::Syntax, || {
                        let name = String::from_utf8_lossy(key.raw());
                        let first = place(self.text, file, first as usize);
                        let text = format!("key `{name}` is given twice in one object, first in {first}");
                        Finding::error(Code::Syntax, text)
                            .place(place(self.text, file, start as usize))
                            .field(name.into_owned())
                            .help("take one of the two out")
                    });
                } else {
                    lines.insert(key.raw(), start);
                }
            }
        }
        findings.into_list()
    }
}

impl<'j> Value<'j> {
    fn node(self) -> Node {
        self.nodes[self.at]
    }

    fn at(self, at: usize) -> Self {
        Self { at, ..self }
    }

    pub(super) fn kind(self) -> Kind {
        self.node().kind
    }

    /// The bytes of the value; of a string without its quotes, escapes as they are.
    pub(super) fn raw(self) -> &'j [u8] {
        let node = self.node();
        &self.text[node.start as usize..node.end as usize]
    }

    /// Where it starts in the text.
    pub(super) fn offset(self) -> usize {
        self.node().start as usize
    }

    /// Keys and values of an object, in order; none of anything else.
    pub(super) fn members(self) -> impl Iterator<Item = (Self, Self)> + use<'j> {
        let node = self.node();
        let (mut at, end) =
            if node.kind == Kind::Object { (self.at + 1, node.next as usize) } else { (0, 0) };
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let (key, value) = (self.at(at), self.at(at + 1));
                at = value.node().next as usize;
                (key, value)
            })
        })
    }

    /// Values of an array, in order; none of anything else.
    pub(super) fn items(self) -> impl Iterator<Item = Self> + use<'j> {
        let node = self.node();
        let (mut at, end) = if node.kind == Kind::Array { (self.at + 1, node.next as usize) } else { (0, 0) };
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let value = self.at(at);
                at = value.node().next as usize;
                value
            })
        })
    }

    /// The value of a key.
    pub(super) fn get(self, key: &str) -> Option<Self> {
        self.members().find(|(name, _)| name.raw() == key.as_bytes()).map(|(_, value)| value)
    }

    /// The text of a string, escapes resolved; nothing of anything else.
    pub(super) fn text(self) -> Option<Cow<'j, str>> {
        if self.kind() != Kind::String {
            return None;
        }
        let raw = self.raw();
        if memchr::memchr(b'\\', raw).is_none() {
            return Some(String::from_utf8_lossy(raw));
        }
        let mut quoted = Vec::with_capacity(raw.len() + 2);
        quoted.push(b'"');
        quoted.extend_from_slice(raw);
        quoted.push(b'"');
        serde_json::from_slice::<String>(&quoted).ok().map(Cow::Owned)
    }
}

#[cfg(test)]
mod tests;
