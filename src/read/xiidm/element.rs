//! XML as a tree of elements without text: streamed by quick-xml, kept as names and attributes.

use crate::finding::{Code, Finding, Place};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::sync::Arc;

/// Elements within each other.
const MAX_NESTING: usize = 64;

/// Elements in all.
const MAX_ELEMENTS: usize = 20_000_000;

/// An element with what is in it.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its name without the prefix of its namespace.
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    pub(super) line: u32,
}

impl Element {
    /// An attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// Its id, blanks at the ends left out; empty where it has none.
    pub(super) fn id(&self) -> &str {
        self.attribute("id").unwrap_or_default().trim()
    }

    /// `generator B1-G`
    pub(super) fn what(&self) -> String {
        format!("{} {}", self.name, self.id())
    }

    /// Whether an attribute says `true`; `default` where it is not there.
    pub(super) fn is(&self, name: &str, default: bool) -> bool {
        self.attribute(name).map_or(default, |value| value == "true")
    }

    /// The children of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of a name.
    pub(super) fn first(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// The outermost element of a text.
pub(super) fn tree(text: &[u8], file: &Arc<str>) -> Result<Element, Finding> {
    let line_at = |offset: u64| {
        let end = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
        u32::try_from(1 + memchr::memchr_iter(b'\n', &text[..end]).count()).unwrap_or(u32::MAX)
    };
    let broken = |offset: u64, said: String| {
        Finding::error(Code::Syntax, format!("the XML cannot be read: {said}"))
            .place(Place::new(file, line_at(offset)))
            .help("perhaps the file was cut short or edited by hand")
    };
    let Ok(content) = std::str::from_utf8(text) else {
        return Err(broken(0, "it is no UTF-8".to_owned()));
    };
    let mut reader = Reader::from_str(content);
    let mut open: Vec<Element> = Vec::new();
    let (mut count, mut line, mut counted) = (0, 1, 0);
    loop {
        let event =
            reader.read_event().map_err(|error| broken(reader.error_position(), error.to_string()))?;
        // Lines are counted as the text goes by, not anew for each element.
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
        line += u32::try_from(memchr::memchr_iter(b'\n', &text[counted..at]).count()).unwrap_or(0);
        counted = at;
        let (start, is_empty) = match event {
            Event::Start(start) => (start, false),
            Event::Empty(start) => (start, true),
            Event::End(_) => {
                let Some(closed) = open.pop() else {
                    return Err(broken(reader.buffer_position(), "an end without its beginning".to_owned()));
                };
                match open.last_mut() {
                    Some(parent) => parent.children.push(closed),
                    None => return Ok(closed),
                }
                continue;
            }
            Event::Eof => {
                return Err(broken(
                    reader.buffer_position(),
                    "it ends before its last element is closed".to_owned(),
                ));
            }
            _ => continue,
        };
        count += 1;
        if open.len() >= MAX_NESTING || count > MAX_ELEMENTS {
            let said =
                format!("more than {MAX_NESTING} elements within each other, or {MAX_ELEMENTS} in all");
            return Err(broken(reader.buffer_position(), said));
        }
        let element = element(&start, line).map_err(|said| broken(reader.buffer_position(), said))?;
        if !is_empty {
            open.push(element);
        } else if let Some(parent) = open.last_mut() {
            parent.children.push(element);
        } else {
            return Ok(element);
        }
    }
}

fn element(start: &BytesStart<'_>, line: u32) -> Result<Element, String> {
    let name = start.local_name().as_ref().to_owned();
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let key = attribute.key.local_name().as_ref().to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        attributes.push((key, value.into_owned()));
    }
    Ok(Element { name, attributes, children: Vec::new(), line })
}
