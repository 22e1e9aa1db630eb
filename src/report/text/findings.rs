//! Findings as text, with the line of the file they are about.

use crate::finding::{Finding, Place, Severity};
use crate::report::{Ink, number};
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// Gives the text of a line (counted from 1) of an input file, where it can still be read.
pub type Lines<'a> = &'a mut dyn FnMut(&Place) -> Option<String>;

/// The longest line quoted [bytes], around the place that is meant; a longer one is none of a person's.
const LONGEST_LINE: usize = 4000;

/// Findings as a reader wants them: notes and warnings first, errors last, where the eye is when the
/// terminal stops; each group in the order of the files.
#[must_use]
pub fn sorted(findings: &[Finding]) -> Vec<&Finding> {
    let mut files: Vec<&str> = Vec::new();
    let mut keyed: Vec<_> = findings
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().map(|place| {
                let file = files.iter().position(|&file| file == &*place.file).unwrap_or_else(|| {
                    files.push(&place.file);
                    files.len() - 1
                });
                (file, place.line, place.column)
            });
            ((finding.severity, place), finding)
        })
        .collect();
    keyed.sort_by_key(|&(key, _)| key);
    keyed.into_iter().map(|(_, finding)| finding).collect()
}

/// One finding: severity, code and message; the place with its line; where it shows; the way out.
#[must_use]
pub fn text(finding: &Finding, lines: Lines<'_>, ink: Ink) -> String {
    let level = match finding.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    };
    let group = level.primary_title(finding.message.as_str()).id(finding.code.as_str());
    let mut report = match &finding.place {
        None => group.elements(std::iter::empty::<Origin<'_>>()),
        Some(place) => {
            if let Some(line) = lines(place).filter(|line| line.len() <= LONGEST_LINE) {
                // The renderer tells line and column of what it marks; a line without a mark needs its own word.
                let (kind, path) = match place.column {
                    Some(_) => (AnnotationKind::Primary, place.file.to_string()),
                    None => (AnnotationKind::Visible, place.to_string()),
                };
                let marked = kind.span(span(&line, place));
                group.element(
                    Snippet::source(line).line_start(place.line as usize).path(path).annotation(marked),
                )
            } else {
                let origin = Origin::path(place.file.to_string()).line(place.line as usize);
                group.element(match place.column {
                    Some(column) => origin.char_column(column as usize),
                    None => origin,
                })
            }
        }
    };
    if let Some(shows) = shows_in(finding) {
        report = report.element(Level::NOTE.message(shows));
    }
    if let Some(help) = &finding.help {
        report = report.element(Level::HELP.message(help.as_str()));
    }
    let renderer = match ink {
        Ink::Plain => Renderer::plain(),
        Ink::Colour => Renderer::styled(),
    };
    renderer.term_width(100).render(&[report])
}

/// The stage and scenario in which a finding shows.
fn shows_in(finding: &Finding) -> Option<String> {
    match (&finding.stage, &finding.scenario) {
        (Some(stage), Some(scenario)) => Some(format!("in stage {stage}, scenario {scenario}")),
        (Some(stage), None) => Some(format!("in stage {stage}")),
        (None, Some(scenario)) => Some(format!("in scenario {scenario}")),
        (None, None) => None,
    }
}

/// The bytes of `line` that are meant.
fn span(line: &str, place: &Place) -> std::ops::Range<usize> {
    let Some(column) = place.column else { return 0..line.len() };
    let byte = |chars: usize| line.char_indices().nth(chars).map_or(line.len(), |(byte, _)| byte);
    let first = column.saturating_sub(1) as usize;
    byte(first)..byte(first.saturating_add(place.width.max(1) as usize))
}

/// `3 errors, 1 warning`; `None` if there is nothing to count.
#[must_use]
pub fn tally(findings: &[Finding]) -> Option<String> {
    let counted = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let words = [
        (counted(Severity::Error), "error", "errors"),
        (counted(Severity::Warning), "warning", "warnings"),
        (counted(Severity::Note), "note", "notes"),
    ];
    let words: Vec<_> =
        words.iter().filter(|(n, ..)| *n > 0).map(|&(n, one, many)| number::count(n, one, many)).collect();
    (!words.is_empty()).then(|| words.join(", "))
}
