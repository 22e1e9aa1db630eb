//! Where the records of a RAW file stand, for writers that keep what they do not change.

use super::lines::Lines;
use super::row::Row;
use super::section::Section;
use super::{Raw, header, walk};
use std::ops::Range;
use std::sync::Arc;

/// What a walk finds: sections with their records' first and last lines, and the lines of section ends.
#[derive(Default)]
pub(super) struct Found {
    pub(super) records: Vec<(Section, u32, u32)>,
    pub(super) ends: Vec<(Section, u32)>,
}

/// Lines of the records of a RAW file, counted from 1.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spans {
    /// Revision of the file.
    pub revision: u32,
    /// The section of each record, by its name in RAWX (`bus`, `acline`, ..), and the record's first and last line; empty
    /// for sections that have no name there.
    pub records: Vec<(&'static str, u32, u32)>,
    /// The line that ends each section.
    pub ends: Vec<(&'static str, u32)>,
}

/// Where the records of a RAW text stand; nothing if it cannot be read that far.
#[must_use]
pub fn spans(text: &[u8]) -> Option<Spans> {
    let file: Arc<str> = Arc::from("");
    let mut raw = Raw::new(text, &file);
    let mut lines = Lines::new(text);
    let header = header::read(&mut lines, &mut raw.fields)?;
    raw.head(&header);
    raw.spans = Some(Found::default());
    walk::sections(&mut raw, &mut lines);
    if raw.fields.report.has_errors() {
        return None;
    }
    let found = raw.spans.take()?;
    let records = found.records.into_iter().map(|(section, first, last)| (section.object(), first, last));
    let ends = found.ends.into_iter().map(|(section, line)| (section.object(), line));
    Some(Spans { revision: header.revision, records: records.collect(), ends: ends.collect() })
}

/// Where the fields of a line stand, quotes left out; nothing for a line with a quote that is not closed.
#[must_use]
pub fn fields_of_line(line: &[u8]) -> Option<Vec<Range<usize>>> {
    let mut row = Row::default();
    row.fill(line, 0, line.len(), 1).ok()?;
    (0..row.len()).map(|at| row.field(at).map(|field| field.start..field.end)).collect()
}

impl Section {
    /// The name of its objects in RAWX; empty where gridstage writes none of them.
    fn object(self) -> &'static str {
        match self {
            Self::Bus => "bus",
            Self::Load => "load",
            Self::FixedShunt => "fixshunt",
            Self::Generator => "generator",
            Self::Branch => "acline",
            Self::SystemSwitch => "sysswd",
            Self::Transformer => "transformer",
            Self::Area => "area",
            Self::TwoTerminalDc => "twotermdc",
            Self::VscDc => "vscdc",
            Self::ImpedanceCorrection => "impcor",
            Self::Facts => "facts",
            Self::SwitchedShunt => "swshunt",
            _ => "",
        }
    }
}
