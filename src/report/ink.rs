//! Colour of text reports: a help, never a carrier of meaning. Without it every word is the same.

/// Whether a text report may use terminal colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub enum Ink {
    /// Plain text, for files, pipes and `NO_COLOR`.
    #[default]
    Plain,
    /// ANSI sequences around headings and judgements.
    Colour,
}

impl Ink {
    /// A heading.
    #[must_use]
    pub fn heading(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Something that holds.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// Something to look at.
    #[must_use]
    pub fn caution(self, text: &str) -> String {
        self.wrap("33", text)
    }

    /// Something that fails.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
