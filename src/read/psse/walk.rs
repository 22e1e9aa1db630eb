//! The walk through the sections of a RAW file.
//!
//! The order of the revision is the rule, labels in the comments of section ends are the check. A label that names a
//! later section than the one at hand is followed with a warning if nothing was read in between: files of other programs
//! leave out sections. If records were read, they were read as what they are not, and that is an error.

use super::lines::{Fault, Lines};
use super::row::{MAX_LINE, Row};
use super::section::{Labels, Section};
use super::{
    Raw, branches, buses, corrections, dc, facts, injections, other, shunts, substations, transformers,
};
use crate::finding::Code;
use crate::model::Network;

/// The rows of a record, filled anew for each: no record but the open-ended ones has more than five lines.
pub(super) struct Record {
    pub(super) rows: [Row; 5],
}

/// What came of asking for a line.
pub(super) enum Next {
    /// A line of the record.
    Row,
    /// The end of the file, or a line that cannot be read: told.
    End,
}

/// Lines of the file, with the errors of text told.
pub(super) struct Walk<'w, 't> {
    pub(super) lines: &'w mut Lines<'t>,
}

/// Reads all sections.
pub(super) fn sections(raw: &mut Raw<'_>, lines: &mut Lines<'_>) {
    let order = Section::order(raw.revision);
    let mut walk = Walk { lines };
    let mut record = Record { rows: std::array::from_fn(|_| Row::default()) };
    let mut at = 0;
    let mut before = 0;
    while let Some(&section) = order.get(at) {
        let first_line = walk.lines.line + 1;
        let count = match records(raw, &mut walk, &mut record, section) {
            Ended::Section(count) => count,
            Ended::File { inside } => {
                if inside {
                    let name = section.as_str();
                    raw.fields.report.note(Code::Assumed, |draft| {
                        draft.at(
                            first_line,
                            format!("the file ends inside of section {name}, which began here, without a Q"),
                        )
                    });
                }
                leave(raw, order.get(at..).unwrap_or_default());
                return;
            }
            Ended::Broken => return,
        };
        leave(raw, &order[at..=at]);
        if let Some(spans) = &mut raw.spans {
            spans.ends.push((section, walk.lines.line));
        }
        let end = &record.rows[0];
        let labels = Labels::of(end.comment.map_or(&[][..], |start| &raw.fields.text[start..end.end]));
        match next(raw, order, at, before, (count, first_line, walk.lines.line), labels) {
            Some(next) => (before, at) = (at, next),
            None => return,
        }
    }
}

/// How a section ended.
enum Ended {
    /// With its end, after so many records.
    Section(usize),
    /// With `Q` or the end of the file; inside of the section where it had records.
    File { inside: bool },
    /// With an error that leaves nothing to go on with.
    Broken,
}

/// Reads the records of a section.
fn records(raw: &mut Raw<'_>, walk: &mut Walk<'_, '_>, record: &mut Record, section: Section) -> Ended {
    let mut count = 0;
    loop {
        match walk.row(raw, &mut record.rows[0]) {
            Ok(true) => {}
            Ok(false) => return Ended::File { inside: count > 0 },
            Err(()) => return Ended::Broken,
        }
        let first = &record.rows[0];
        match raw.fields.bytes(first, 0) {
            b"0" => return Ended::Section(count),
            b"Q" | b"q" if first.field(0).is_some_and(|field| !field.quoted) => {
                return Ended::File { inside: false };
            }
            _ => {}
        }
        if raw.fields.report.is_full(Code::Number) || raw.fields.report.is_full(Code::Reference) {
            // More of the same would not help anybody.
            return Ended::Broken;
        }
        if count == 0 {
            let start = first.field(0).map_or(first.end, |field| field.start);
            room(&mut raw.network, section, walk.lines.about(first.end.saturating_sub(start)));
        }
        count += 1;
        let first_line = first.line;
        let mut next = Next::Row;
        match section {
            Section::SystemWide => other::system_wide(raw, record),
            Section::Bus => buses::read(raw, record),
            Section::Load => injections::load(raw, record),
            Section::FixedShunt => injections::fixed_shunt(raw, record),
            Section::Generator => injections::generator(raw, record),
            Section::Branch => branches::read(raw, record),
            Section::SystemSwitch => branches::system_switch(raw, record),
            Section::Area => other::area(raw, record),
            Section::SwitchedShunt => shunts::read(raw, record),
            Section::Facts => facts::read(raw, record),
            Section::InductionMachine => injections::induction_machine(raw, record),
            Section::Transformer => next = transformers::read(raw, record, walk),
            Section::TwoTerminalDc => next = dc::two_terminal(raw, record, walk),
            Section::VscDc => next = dc::vsc(raw, record, walk),
            Section::ImpedanceCorrection => next = corrections::correction(raw, record, walk),
            Section::MultiTerminalDc => next = dc::multi_terminal(raw, record, walk),
            Section::Gne => next = other::gne(raw, record, walk),
            Section::Substation => next = substations::read(raw, record, walk),
            Section::Adjustment
            | Section::MultiSectionLine
            | Section::Zone
            | Section::Transfer
            | Section::Owner => raw.unused.count(section),
        }
        if matches!(next, Next::End) {
            return Ended::Broken;
        }
        if let Some(spans) = &mut raw.spans {
            spans.records.push((section, first_line, walk.lines.line));
        }
    }
}

/// Makes room for the records of so many lines.
fn room(network: &mut Network, section: Section, lines: usize) {
    match section {
        Section::Bus => network.buses.reserve(lines),
        Section::Load => network.loads.reserve(lines),
        Section::Generator => network.generators.reserve(lines),
        Section::Branch => network.lines.reserve(lines),
        // four lines a record, five where it has three windings
        Section::Transformer => network.transformers.reserve(lines / 4),
        _ => {}
    }
}

/// What is done when the sections before others are over.
fn leave(raw: &mut Raw<'_>, sections: &[Section]) {
    if sections.contains(&Section::Bus) {
        buses::number(raw);
    }
}

/// The section after `at`; nothing where the labels say that the records were of another one.
fn next(
    raw: &mut Raw<'_>,
    order: &[Section],
    at: usize,
    before: usize,
    (count, first_line, line): (usize, u32, u32),
    labels: Labels,
) -> Option<usize> {
    let place_of = |section: Section| order.iter().position(|&other| other == section);
    let here = order[at];
    if let Some(end) = labels.end.filter(|&end| end != here)
        && let Some(named) = place_of(end)
    {
        if named <= before && at > 0 && count == 0 {
            // A record that looks like a section end, as a zone of number 0 does, came before: stay.
            return Some(at);
        }
        if count > 0 && named != at {
            raw.fields.report.error(Code::Syntax, |draft| {
                let (read, said) = (here.as_str(), end.as_str());
                draft
                    .at(line, format!("{count} records from line {first_line} on were read as section {read}, and this line ends section {said}"))
                    .element(format!("section {read}"))
                    .help(format!("section {read} has no end of its own (`0`) before, or a section is left out"))
            });
            return None;
        }
        tell_skipped(raw, line, &order[at..=named.max(at)]);
        return Some(named + 1);
    }
    let expected = at + 1;
    let begins = labels.begin.and_then(place_of).filter(|&begins| begins > expected);
    if let Some(begins) = begins {
        tell_skipped(raw, line, &order[expected..begins]);
        return Some(begins);
    }
    Some(expected)
}

fn tell_skipped(raw: &mut Raw<'_>, line: u32, skipped: &[Section]) {
    let names: Vec<&str> = skipped.iter().map(|section| section.as_str()).collect();
    raw.fields.report.warning(Code::Assumed, |draft| {
        draft
            .at(
                line,
                format!(
                    "the label here passes over section {}, which is taken to be empty",
                    names.join(", ")
                ),
            )
            .help("the order of sections is that of the revision: is the revision right?")
    });
}

impl Walk<'_, '_> {
    /// Fills a row with the next line; says whether there is one. Lines that cannot be parted are told, all of them.
    pub(super) fn row(&mut self, raw: &mut Raw<'_>, row: &mut Row) -> Result<bool, ()> {
        let fault = match self.lines.next(row) {
            Ok(there) => return Ok(there),
            Err(fault) => fault,
        };
        let mut fault = Some(fault);
        let mut spare = Row::default();
        while let Some(told) = fault {
            let line = self.lines.line;
            match told {
                Fault::Unclosed(at) => raw.fields.report.error(Code::Syntax, |draft| {
                    draft
                        .at_offset(
                            raw.fields.text,
                            at,
                            line,
                            1,
                            "the quote opened here is not closed on its line",
                        )
                        .help("close it; names stand between two quotes of the same kind")
                }),
                Fault::Long => raw.fields.report.error(Code::Syntax, |draft| {
                    draft.at(line, format!("the line is longer than {MAX_LINE} characters"))
                }),
            }
            fault = loop {
                match self.lines.next(&mut spare) {
                    Ok(true) => {}
                    Ok(false) => break None,
                    Err(fault) => break Some(fault),
                }
            };
        }
        Err(())
    }

    /// Fills the rows `have..all` of a record; if the file ends before, that is told with the record's name.
    pub(super) fn rows(
        &mut self,
        raw: &mut Raw<'_>,
        record: &mut Record,
        (have, all): (usize, usize),
        section: Section,
        what: impl Fn() -> String,
    ) -> Next {
        for at in have..all {
            let Some(row) = record.rows.get_mut(at) else { return Next::End };
            match self.row(raw, row) {
                Ok(true) => {}
                Ok(false) => {
                    let line = record.rows[0].line;
                    raw.fields.report.error(Code::Syntax, |draft| {
                        let (what, section) = (what(), section.as_str());
                        draft
                            .at(line, format!("{what} has {at} of {all} lines: the file ends inside of section {section}"))
                            .element(what)
                            .help("perhaps the file was cut short")
                    });
                    return Next::End;
                }
                Err(()) => return Next::End,
            }
        }
        Next::Row
    }
}
