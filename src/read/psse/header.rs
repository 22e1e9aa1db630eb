//! The first line: `IC, SBASE, REV, XFRRAT, NXFRAT, BASFRQ / comment`, and which revision the file is of.
//!
//! Revisions up to 30 often leave the revision out. Then the comment may name the program (`PSS/E-29.3`), and if it does
//! not the first bus record tells: the quoted name is its second field or its tenth.

use super::fields::{Fields, What};
use super::lines::Lines;
use super::row::Row;
use crate::finding::Code;
use crate::read::report::quote;

/// The revisions that are read.
pub(super) const REVISIONS: std::ops::RangeInclusive<u32> = 23..=36;

/// What the first line says.
pub(super) struct Header {
    pub(super) sbase_mva: f64,
    /// Base frequency, where it is given.
    pub(super) frequency_hz: Option<f64>,
    pub(super) revision: u32,
    /// Whether ratings of transformers and of branches are currents, expressed as MVA.
    pub(super) rates_are_currents: [bool; 2],
}

const WHAT: What<'_> = What("the case", "identification");

/// Reads the first line and skips the two titles; nothing where it says of no revision that is read.
pub(super) fn read(lines: &mut Lines<'_>, fields: &mut Fields<'_>) -> Option<Header> {
    let mut row = Row::default();
    loop {
        let Some((start, end)) = lines.next_raw() else {
            fields.report.error(Code::NoBuses, |draft| draft.whole("the file ends before its first line"));
            return None;
        };
        if fields.text[start..end].starts_with(b"@!") {
            continue;
        }
        if row.fill(fields.text, start, end, lines.line).is_err() {
            fields.report.error(Code::Syntax, |draft| {
                draft.at(lines.line, "a quote in the case identification is not closed")
            });
            return None;
        }
        break;
    }
    for _ in 0..2 {
        lines.next_raw();
    }
    let of = |name| (WHAT, name);
    if fields.code(&row, 0, 0, of("IC")) != 0 {
        fields.warn(
            Code::Assumed,
            &row,
            WHAT,
            "IC is not 0: the file is meant to be added to a case in memory, and is read by itself",
            "export the whole case",
        );
    }
    let sbase_mva = fields.real(&row, 1, 100.0, of("SBASE"));
    if sbase_mva <= 0.0 {
        let words = |text: &str| format!("{text} is no base power");
        fields.wrong(&row, 1, Code::Value, WHAT, "SBASE", words);
    }
    let given = fields.code(&row, 2, 0, of("REV"));
    let comment = row.comment.map_or(&[][..], |at| &fields.text[at..row.end]);
    let revision = match u32::try_from(given) {
        Ok(0) => by_comment(comment).or_else(|| by_first_bus(lines)),
        Ok(revision) => Some(revision),
        Err(_) => Some(u32::MAX),
    };
    let Some(revision) = revision else {
        fields.report.error(Code::Version, |draft| {
            draft
                .at(
                    row.line,
                    "the first line gives no revision, and the first bus record does not tell it either",
                )
                .field("REV")
                .help("write the revision as the third field of the first line: `0, 100.0, 33`")
        });
        return None;
    };
    if !REVISIONS.contains(&revision) {
        let place = fields.field_place(&row, 2);
        let text = quote(fields.bytes(&row, 2));
        fields.report.error(Code::Version, |draft| {
            draft
                .at(row.line, format!("RAW revision {text} is not read"))
                .place(place)
                .field("REV")
                .help(format!("revisions {} to {} are read", REVISIONS.start(), REVISIONS.end()))
        });
        return None;
    }
    let flag = |fields: &mut Fields<'_>, index, name| fields.code(&row, index, 0, of(name)) > 0;
    let rates_are_currents = [flag(fields, 3, "XFRRAT"), flag(fields, 4, "NXFRAT")];
    let frequency_hz = Some(fields.real(&row, 5, 0.0, of("BASFRQ"))).filter(|&hz| hz > 0.0);
    Some(Header { sbase_mva, frequency_hz, revision, rates_are_currents })
}

/// The version of the program in the comment: the number after `PSS/E-`, `PSS(R)E-`, `PSS(tm)E `.
fn by_comment(comment: &[u8]) -> Option<u32> {
    let text = String::from_utf8_lossy(comment).to_ascii_uppercase();
    let after = ["PSS/E", "PSS(R)E", "PSS(TM)E"]
        .iter()
        .find_map(|name| Some(&text[text.find(name)? + name.len()..]))?;
    let digits: String =
        after.chars().skip_while(|c| matches!(c, '-' | ' ')).take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|revision| REVISIONS.contains(revision))
}

/// What the first bus record looks like.
fn by_first_bus(lines: &Lines<'_>) -> Option<u32> {
    let mut lines = lines.clone();
    let mut row = Row::default();
    if !matches!(lines.next(&mut row), Ok(true)) {
        return None;
    }
    let quoted = |index| row.field(index).is_some_and(|field| field.quoted);
    match row.len() {
        12 if quoted(9) => Some(23),
        11 if quoted(1) => Some(30),
        9 if quoted(1) => Some(32),
        13 if quoted(1) => Some(33),
        _ => None,
    }
}
