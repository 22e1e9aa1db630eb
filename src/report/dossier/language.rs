//! The language of a report: its messages, and how it writes numbers and dates.
//!
//! Messages are Fluent files (`lang/vi.ftl`, `lang/en.ftl`) with the same keys; a test holds that, and that every key is used.

use crate::model::{PlanDate, Precision};
use crate::report::number::{NONE, fixed};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use jiff::civil::Date;
use std::borrow::Cow;
use std::fmt;
use unic_langid::LanguageIdentifier;

/// A language that reports are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Vi, Self::En];

    /// The tag of the language (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }

    /// The text of its message file.
    #[must_use]
    pub const fn messages(self) -> &'static str {
        match self {
            Self::Vi => include_str!("lang/vi.ftl"),
            Self::En => include_str!("lang/en.ftl"),
        }
    }

    /// What parts groups of three digits, and what stands before the decimals.
    #[must_use]
    pub const fn separators(self) -> (char, char) {
        match self {
            Self::Vi => ('.', ','),
            Self::En => (',', '.'),
        }
    }

    /// A number with `decimals` decimals and its digits in groups: `1.234,5` or `1,234.5`; [`NONE`] if it is none.
    #[must_use]
    pub fn number(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return NONE.to_owned();
        }
        let (group, point) = self.separators();
        let text = fixed(value, decimals);
        let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let mut out = sign.to_owned();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                out.push(group);
            }
            out.push(digit);
        }
        if !part.is_empty() {
            out.push(point);
            out.push_str(part);
        }
        out
    }

    /// A number as it was written, with no decimals that nobody gave.
    #[must_use]
    pub fn plain(self, value: f64) -> String {
        let decimals = format!("{value}").split_once('.').map_or(0, |(_, part)| part.len());
        self.number(value, decimals)
    }

    /// A day: `31/12/2020` or `31 Dec 2020`.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        match self {
            Self::Vi => format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year()),
            Self::En => format!("{} {} {:04}", date.day(), month(date), date.year()),
        }
    }

    /// A date as precisely as it was given: `2020`, `12/2020`, `31/12/2020`.
    #[must_use]
    pub fn plan_date(self, given: PlanDate) -> String {
        let date = given.date;
        match (given.precision, self) {
            (Precision::Year, _) => format!("{:04}", date.year()),
            (Precision::Month, Self::Vi) => format!("{:02}/{:04}", date.month(), date.year()),
            (Precision::Month, Self::En) => format!("{} {:04}", month(date), date.year()),
            (Precision::Day, _) => self.date(date),
        }
    }
}

fn month(date: Date) -> &'static str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).copied().unwrap_or_default()
}

/// The messages of a language.
pub struct Words {
    /// The language.
    pub language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// The messages of `language`.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![tag]);
        // No marks of direction around what is put in: both languages run left to right.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::Vi => |value, _| counted(Language::Vi, value),
            Language::En => |value, _| counted(Language::En, value),
        }));
        // What a test has parsed without an error has none here.
        let (Ok(resource) | Err((resource, _))) = FluentResource::try_new(language.messages().to_owned());
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// The message `key`.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// The message `key` with what is put into it; `⟦key⟧` where there is none, which a test looks for.
    #[must_use]
    pub fn say_with(&self, key: &str, put: &[(&str, Put<'_>)]) -> String {
        let mut args = FluentArgs::with_capacity(put.len());
        for (name, value) in put {
            match value {
                Put::Count(count) => args.set(*name, FluentValue::from(*count as f64)),
                Put::Text(text) => args.set(*name, FluentValue::from(text.as_ref())),
            }
        }
        let pattern = self.bundle.get_message(key).and_then(|message| message.value());
        match pattern {
            Some(pattern) => self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned(),
            None => format!("⟦{key}⟧"),
        }
    }

    /// The message of a word of one kind: `of("criterion", "line_loading")` is `criterion-line-loading`.
    #[must_use]
    pub fn of(&self, kind: &str, word: &str) -> String {
        self.say(&format!("{kind}-{}", word.replace(['_', ' '], "-")))
    }
}

/// A count in the digits of a language.
fn counted(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(language.number(number.value, 0)),
        _ => None,
    }
}

/// What is put into a message.
#[derive(Clone, Debug)]
pub enum Put<'a> {
    /// A count, which may decide between one and many.
    Count(usize),
    /// A text.
    Text(Cow<'a, str>),
}

impl From<usize> for Put<'_> {
    fn from(count: usize) -> Self {
        Self::Count(count)
    }
}

impl<'a> From<&'a str> for Put<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Put<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
