//! Lines of a list as words.

use crate::finding::Code;
use crate::read::report::{Report, quote};

/// Longest line: no statement comes near.
const MAX_LINE: usize = 1 << 12;

/// A line with something on it.
#[derive(Clone)]
pub(super) struct Line<'t> {
    /// Number of the line, from 1.
    pub(super) number: u32,
    /// The line without the blanks around it.
    pub(super) text: String,
    /// Its words.
    pub(super) words: Vec<Word<'t>>,
}

/// A word of a statement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Word<'t> {
    /// What stands there, without quotes and without the blanks inside them at the end.
    pub(super) text: &'t str,
    /// Whether it stood in quotes, and so is a name.
    pub(super) quoted: bool,
}

impl Word<'_> {
    /// Whether it is one of some keywords.
    pub(super) fn is(self, keywords: &[&str]) -> bool {
        !self.quoted && keywords.iter().any(|keyword| self.text.eq_ignore_ascii_case(keyword))
    }

    /// The number that it is.
    pub(super) fn number(self) -> Option<f64> {
        self.text.parse().ok().filter(|number: &f64| number.is_finite())
    }
}

impl<'t> Line<'t> {
    /// The word at a place.
    pub(super) fn at(&self, at: usize) -> Option<Word<'t>> {
        self.words.get(at).copied()
    }

    /// Whether the words from `at` on are these keywords, each one of several.
    pub(super) fn says(&self, at: usize, keywords: &[&[&str]]) -> bool {
        keywords.iter().enumerate().all(|(i, one_of)| self.at(at + i).is_some_and(|word| word.is(one_of)))
    }
}

/// The lines of a text that hold statements; what is too long is told.
pub(super) fn lines<'t>(text: &'t str, report: &mut Report) -> Vec<Line<'t>> {
    let mut lines = Vec::new();
    for (at, line) in text.split('\n').enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        if line.len() > MAX_LINE {
            report.error(Code::Syntax, |draft| {
                draft
                    .at(number, format!("the line is longer than {MAX_LINE} characters"))
                    .help("a statement stands on a line of its own")
            });
            continue;
        }
        let words = words(line.trim());
        if !words.is_empty() {
            lines.push(Line { number, text: quote(line.as_bytes()), words });
        }
    }
    lines
}

/// Parts a line: blanks, commas too, stand between words.
fn words(line: &str) -> Vec<Word<'_>> {
    let mut words: Vec<Word<'_>> = Vec::new();
    let mut rest = line.trim_start_matches(is_blank);
    while let Some(first) = rest.chars().next() {
        if matches!(first, '/' | '!' | '#') {
            break;
        }
        if matches!(first, '\'' | '"') {
            let inner = &rest[1..];
            let end = closing(inner, first);
            words.push(Word { text: inner[..end].trim(), quoted: true });
            rest = inner.get(end + 1..).unwrap_or_default();
        } else {
            let end = rest.find(is_blank).unwrap_or(rest.len());
            words.push(Word { text: &rest[..end], quoted: false });
            rest = &rest[end..];
        }
        if words[0].is(&["COM"]) {
            words.clear();
            break;
        }
        rest = rest.trim_start_matches(is_blank);
    }
    words
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == ','
}

/// Where a quote closes: where a blank follows it, so that a name may hold quotes; else at the end of the line.
fn closing(inner: &str, quote: char) -> usize {
    let closes = |&(at, _): &(usize, &str)| inner[at + 1..].chars().next().is_none_or(is_blank);
    inner.match_indices(quote).find(closes).map_or(inner.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::words;

    fn of(line: &str) -> Vec<&str> {
        words(line).iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_parted_by_blanks_and_names_stand_in_quotes() {
        assert_eq!(
            of("OPEN  BRANCH FROM BUS 6 TO BUS\t12 CKT BL"),
            ["OPEN", "BRANCH", "FROM", "BUS", "6", "TO", "BUS", "12", "CKT", "BL"]
        );
        assert_eq!(of("CONTINGENCY 'P2 3:138' / of 2024"), ["CONTINGENCY", "P2 3:138"]);
        assert_eq!(of("CONTINGENCY 'L_000022O'~1'"), ["CONTINGENCY", "L_000022O'~1"]);
        assert_eq!(of("CKT '1 '"), ["CKT", "1"]);
        assert_eq!(of("COM whatever 'it is"), Vec::<&str>::new());
        assert_eq!(of("/PSS(R)E 35"), Vec::<&str>::new());
        assert_eq!(of("'open"), ["open"]);
    }
}
