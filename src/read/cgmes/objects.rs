//! The objects of all files of a CGMES model, put together by their ids.
//!
//! A file is one RDF/XML document: below its root stand objects, below these their properties, and nothing deeper:
//!
//! ```text
//! <cim:Breaker rdf:ID="_7">      defines object 7
//!   <cim:Switch.retained>false    a text
//!   <cim:Equipment.EquipmentContainer rdf:resource="#_2"/>    a link
//! <cim:Breaker rdf:about="#_7">  says more of it, in another file
//! ```

use crate::finding::{Code, Finding, Place};
use compact_str::CompactString;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Objects and properties in all: far above any grid, so that a made-up file stops.
const MAX_RECORDS: usize = 40_000_000;

/// The namespace of CIM 16, which CGMES 2.4.15 is.
const CIM16: &str = "http://iec.ch/TC57/2013/CIM-schema-cim16#";

/// An object.
#[derive(Debug)]
pub(super) struct Object {
    /// `ACLineSegment`.
    pub(super) class: Arc<str>,
    /// Its id without `#`, `_` or `urn:uuid:` before it.
    pub(super) id: CompactString,
    /// Where it is defined.
    pub(super) place: Place,
    properties: Vec<(Arc<str>, CompactString)>,
}

impl Object {
    /// A property: its text, or the id of the object that it links to.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|(own, _)| &**own == name).map(|(_, value)| value.as_str())
    }

    /// All values of a property.
    pub(super) fn all<'o>(&'o self, name: &'o str) -> impl Iterator<Item = &'o str> {
        self.properties.iter().filter(move |(own, _)| &**own == name).map(|(_, value)| value.as_str())
    }

    /// The word of an enumeration: `voltage` of `..#RegulatingControlModeKind.voltage`.
    pub(super) fn word(&self, name: &str) -> &str {
        self.get(name).and_then(|value| value.rsplit('.').next()).unwrap_or_default()
    }

    /// Whether a property says `true`; `default` where it is not there.
    pub(super) fn is(&self, name: &str, default: bool) -> bool {
        self.get(name).map_or(default, |value| value == "true")
    }

    /// The name people know it by; empty where it has none.
    pub(super) fn name(&self) -> &str {
        self.get("IdentifiedObject.name").unwrap_or_default()
    }

    /// `ACLineSegment Đông Anh - Gia Lâm`
    pub(super) fn what(&self) -> String {
        let name = if self.name().is_empty() { self.id.as_str() } else { self.name() };
        format!("{} {name}", self.class)
    }
}

/// All objects, in the order in which they first stand in the files.
#[derive(Debug, Default)]
pub(super) struct Objects {
    list: Vec<Object>,
    by_id: HashMap<CompactString, usize>,
    by_class: BTreeMap<Arc<str>, Vec<usize>>,
    /// Names of classes and properties, each kept once.
    words: HashSet<Arc<str>>,
    records: usize,
    /// Objects that are defined and referred to in one breath, which RDF forbids: taken for what they refer to.
    pub(super) twofold: usize,
}

impl Objects {
    /// The object of an id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Object> {
        self.by_id.get(id).map(|&at| &self.list[at])
    }

    /// The object that a property links to.
    pub(super) fn linked(&self, object: &Object, name: &str) -> Option<&Object> {
        self.by_id(object.get(name)?)
    }

    /// The objects of a class, in the order of the files.
    pub(super) fn of(&self, class: &str) -> impl Iterator<Item = &Object> {
        self.by_class.get(class).into_iter().flatten().map(|&at| &self.list[at])
    }

    /// The classes that there are, by name, and how many objects each has.
    pub(super) fn classes(&self) -> impl Iterator<Item = (&str, usize)> {
        self.by_class.iter().map(|(class, list)| (&**class, list.len()))
    }

    /// Reads one file.
    ///
    /// # Errors
    /// Why its XML is none, or no CGMES of this version.
    pub(super) fn read(&mut self, text: &[u8], file: &Arc<str>) -> Result<(), Finding> {
        let mut lines = Lines { text, counted: 0, line: 1 };
        let Ok(content) = std::str::from_utf8(text) else {
            return Err(broken(file, 1, "it is no UTF-8"));
        };
        let mut reader = Reader::from_str(content);
        let mut depth = 0_usize;
        let mut object: Option<usize> = None;
        let mut property: Option<(Arc<str>, CompactString)> = None;
        loop {
            let event = match reader.read_event() {
                Ok(event) => event,
                Err(error) => {
                    return Err(broken(file, lines.at(reader.error_position()), &error.to_string()));
                }
            };
            let line = lines.at(reader.buffer_position());
            let is_empty = matches!(event, Event::Empty(_));
            match event {
                Event::Start(start) | Event::Empty(start) => {
                    self.records += 1;
                    if depth > 2 || self.records > MAX_RECORDS {
                        let said = format!(
                            "elements are nested deeper than properties of objects, or there are more than {MAX_RECORDS}"
                        );
                        return Err(broken(file, line, &said));
                    }
                    match depth {
                        0 => is_cim16(&start, file, line)?,
                        1 => object = Some(self.begin(&start, file, line)?),
                        _ => {
                            let linked =
                                attribute(&start, "resource").map_err(|said| broken(file, line, &said))?;
                            property = Some((self.word(start.local_name().as_ref()), plain(&linked)));
                        }
                    }
                    if !is_empty {
                        depth += 1;
                    } else if depth == 2 {
                        self.put(object, property.take());
                    }
                }
                Event::Text(text) => {
                    if let Some((_, value)) = &mut property {
                        let text = text.xml10_content();
                        value.push_str(&text);
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some((_, value)) = &mut property {
                        let said = &*reference;
                        let character =
                            reference.resolve_char_ref().ok().flatten().map(String::from).or_else(|| {
                                quick_xml::escape::resolve_predefined_entity(said).map(str::to_owned)
                            });
                        let Some(character) = character else {
                            return Err(broken(file, line, &format!("`&{said};` means nothing")));
                        };
                        value.push_str(&character);
                    }
                }
                Event::End(_) => {
                    depth = depth.saturating_sub(1);
                    if depth == 2 {
                        self.put(object, property.take());
                    } else if depth == 0 {
                        return Ok(());
                    }
                }
                Event::Eof => return Err(broken(file, line, "it ends before its last element is closed")),
                _ => {}
            }
        }
    }

    /// The object that an element defines or says more of.
    fn begin(&mut self, start: &BytesStart<'_>, file: &Arc<str>, line: u32) -> Result<usize, Finding> {
        let broken = |said: String| broken(file, line, &said);
        let own = plain(&attribute(start, "ID").map_err(broken)?);
        let about = plain(&attribute(start, "about").map_err(broken)?);
        if !own.is_empty() && !about.is_empty() {
            self.twofold += 1;
        }
        let id = if about.is_empty() { own } else { about };
        if let Some(&at) = self.by_id.get(&id) {
            return Ok(at);
        }
        let class = self.word(start.local_name().as_ref());
        let at = self.list.len();
        if !id.is_empty() {
            self.by_id.insert(id.clone(), at);
        }
        self.by_class.entry(Arc::clone(&class)).or_default().push(at);
        self.list.push(Object { class, id, place: Place::new(file, line), properties: Vec::new() });
        Ok(at)
    }

    fn put(&mut self, object: Option<usize>, property: Option<(Arc<str>, CompactString)>) {
        if let (Some(object), Some((name, value))) = (object.and_then(|at| self.list.get_mut(at)), property) {
            object.properties.push((name, CompactString::from(value.trim())));
        }
    }

    fn word(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.words.get(word) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(word);
        self.words.insert(Arc::clone(&new));
        new
    }
}

/// Lines counted as the text goes by.
struct Lines<'t> {
    text: &'t [u8],
    counted: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, offset: u64) -> u32 {
        let end = usize::try_from(offset).unwrap_or(usize::MAX).clamp(self.counted, self.text.len());
        let passed = memchr::memchr_iter(b'\n', &self.text[self.counted..end]).count();
        self.line = self.line.saturating_add(u32::try_from(passed).unwrap_or(u32::MAX));
        self.counted = end;
        self.line
    }
}

/// Asks that the outermost element is an RDF document of CIM 16.
fn is_cim16(root: &BytesStart<'_>, file: &Arc<str>, line: u32) -> Result<(), Finding> {
    for attribute in root.attributes().flatten() {
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
        if value == CIM16 {
            return Ok(());
        }
        if attribute.key.as_ref() == "xmlns:cim" {
            let text = format!("{file}: its namespace is {value}, not that of CIM 16");
            return Err(Finding::error(Code::Version, text)
                .place(Place::new(file, line))
                .help("CGMES 2.4.15 is read: export the model in that version"));
        }
    }
    let text = format!("{file}: the outermost element names no CIM");
    Err(Finding::error(Code::Schema, text)
        .place(Place::new(file, line))
        .help("a CGMES file is <rdf:RDF xmlns:cim=..> .. </rdf:RDF>"))
}

/// An attribute by its name without prefix; empty where there is none.
fn attribute(start: &BytesStart<'_>, name: &str) -> Result<String, String> {
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if attribute.key.local_name().as_ref() == name {
            let value =
                attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            return Ok(value.into_owned());
        }
    }
    Ok(String::new())
}

/// An id as objects are found by.
fn plain(id: &str) -> CompactString {
    let id = id.trim();
    let id = id.strip_prefix('#').or_else(|| id.strip_prefix("urn:uuid:")).unwrap_or(id);
    CompactString::from(id.strip_prefix('_').unwrap_or(id))
}

fn broken(file: &Arc<str>, line: u32, said: &str) -> Finding {
    Finding::error(Code::Syntax, format!("the XML cannot be read: {said}"))
        .place(Place::new(file, line))
        .help("perhaps the file was cut short or edited by hand")
}
