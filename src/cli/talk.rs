//! What is said on standard error: findings, remarks, progress. Never a result.

use crate::finding::{Code, Finding, Place, Severity};
use crate::report::Ink;
use crate::report::text::findings;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;

/// How many findings of one code are shown before the rest is counted only.
const SHOWN_OF_A_CODE: usize = 3;

/// Options of every verb that talks.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Run")]
pub(crate) struct Options {
    /// Say nothing on standard error but errors
    #[arg(short, long, conflicts_with = "verbose")]
    quiet: bool,
    /// Say everything: notes, and every warning of a kind
    #[arg(short, long)]
    verbose: bool,
    /// Colour in text; auto: on a terminal, unless `NO_COLOR` is set
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    color: Colour,
}

/// When to colour.
#[derive(Clone, Copy, clap::ValueEnum, Debug)]
enum Colour {
    Auto,
    Always,
    Never,
}

/// How much of a list of findings is shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// The first few warnings of each code; errors always.
    Condensed,
    /// All of them, notes too.
    All,
}

/// The voice on standard error.
pub(crate) struct Talk {
    quiet: bool,
    verbose: bool,
    /// Whether standard error is a terminal.
    watched: bool,
    ink: Ink,
    /// Ink of standard output, which may be a terminal when standard error is not.
    out: Ink,
    /// Input files that findings quote, read when first quoted. Stdin cannot be read twice: its text is put here.
    sources: RefCell<Vec<Source>>,
}

/// An input file that findings quote.
struct Source {
    name: Arc<str>,
    /// Its text; none if it cannot be read or is not text.
    text: Option<String>,
    /// Where each line starts.
    starts: Vec<usize>,
}

impl Source {
    fn new(name: &str, text: Option<String>) -> Self {
        let text = text.filter(|text| !text.contains('\0'));
        let ends = text.iter().flat_map(|text| text.match_indices('\n').map(|(at, _)| at + 1));
        let starts = std::iter::once(0).chain(ends).collect();
        Self { name: name.into(), text, starts }
    }

    /// Line `number`, counted from 1, without its end and without a byte-order mark; none if it is not text.
    fn line(&self, number: u32) -> Option<String> {
        let index = (number as usize).checked_sub(1)?;
        let start = *self.starts.get(index)?;
        let end = self.starts.get(index + 1).copied();
        let text = self.text.as_deref()?;
        let line = text.get(start..end.unwrap_or(text.len()))?;
        let line = line.trim_end_matches(['\n', '\r']).trim_start_matches('\u{feff}');
        // What is not text is not worth showing.
        let is_text = line.chars().all(|c| c == '\t' || !c.is_control());
        is_text.then(|| line.to_owned())
    }
}

impl Options {
    /// The voice that these options ask for.
    pub(crate) fn talk(&self) -> Talk {
        let choose = |auto: anstream::ColorChoice| {
            let colour = match self.color {
                Colour::Always => true,
                Colour::Never => false,
                // A terminal, and nothing in the environment against it.
                Colour::Auto => auto != anstream::ColorChoice::Never,
            };
            if colour { Ink::Colour } else { Ink::Plain }
        };
        Talk {
            quiet: self.quiet,
            verbose: self.verbose,
            watched: io::stderr().is_terminal(),
            ink: choose(anstream::AutoStream::choice(&io::stderr())),
            out: choose(anstream::AutoStream::choice(&io::stdout())),
            sources: RefCell::default(),
        }
    }
}

impl Talk {
    /// Ink for text on standard output.
    pub(crate) fn ink_of_output(&self) -> Ink {
        self.out
    }

    /// Whether `-q` was given.
    pub(crate) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether a person watches standard error.
    pub(crate) fn is_watched(&self) -> bool {
        self.watched
    }

    /// Keeps the text of an input that cannot be read again.
    pub(crate) fn remember(&self, name: &str, text: String) {
        self.sources.borrow_mut().push(Source::new(name, Some(text)));
    }

    /// An error of the run itself.
    pub(crate) fn error(&self, message: &str) {
        say(&format!("{}: {message}", self.ink.bad("error")));
    }

    /// A remark that `-q` silences.
    pub(crate) fn warn(&self, message: &str) {
        if !self.quiet {
            say(&format!("{}: {message}", self.ink.caution("warning")));
        }
    }

    /// Findings, then one line that counts them; `more` says where the rest can be seen.
    pub(crate) fn findings(&self, found: &[Finding], detail: Detail, more: &str) {
        let all = self.verbose || detail == Detail::All;
        let mut met: BTreeMap<Code, usize> = BTreeMap::new();
        let mut hidden = 0;
        for finding in findings::sorted(found) {
            if (self.quiet && finding.severity != Severity::Error)
                || (!all && finding.severity == Severity::Note)
            {
                continue;
            }
            let of_its_code = met.entry(finding.code).or_default();
            *of_its_code += 1;
            if !all && finding.severity != Severity::Error && *of_its_code > SHOWN_OF_A_CODE {
                hidden += 1;
                continue;
            }
            say(&findings::text(finding, &mut |place| self.line(place), self.ink));
            say("");
        }
        if let Some(tally) = findings::tally(found).filter(|_| !met.is_empty()) {
            let rest =
                if hidden > 0 { format!(" ({hidden} of them not shown; {more})") } else { String::new() };
            say(&format!("{tally}{rest}"));
        }
    }

    /// The line that `place` means, from the file as it is now; none if it is gone or not text.
    pub(crate) fn line(&self, place: &Place) -> Option<String> {
        let mut sources = self.sources.borrow_mut();
        let index = sources.iter().position(|source| *source.name == *place.file).unwrap_or_else(|| {
            let text =
                std::fs::read(&*place.file).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            sources.push(Source::new(&place.file, text));
            sources.len() - 1
        });
        sources.get(index)?.line(place.line)
    }
}

/// One piece of text and a line end on standard error. If that is gone, nobody is left to tell.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
