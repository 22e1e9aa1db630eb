//! One record, from a CSV row or a TOML table alike: fields are taken by name, and what is wrong is told
//! with its place.
//!
//! A value that is wrong is told and then replaced by a placeholder (NaN, the first word of a list), so that
//! everything else in the file is looked at too; a read with an error never ends in a plan.

use super::folder::{Folder, Text};
use super::table::{Row, Table};
use crate::finding::{Code, Finding, Place, nearest};
use crate::model::{Confidence, Name, Origin, PlanDate, layout};
use jiff::civil::Date;
use std::cell::RefCell;
use std::str::FromStr;
use toml_edit::{Item, TableLike};

/// A record while it is read.
pub(super) struct Record<'a> {
    /// Where findings go.
    pub(super) folder: &'a Folder,
    /// What it is, in words.
    kind: &'a str,
    from: From<'a>,
}

enum From<'a> {
    Row { table: &'a Table, row: &'a Row },
    Toml { table: &'a dyn TableLike, text: &'a Text, place: Place, taken: RefCell<Vec<&'static str>> },
}

enum Cell<'a> {
    Text(&'a str),
    Toml(&'a Item),
}

/// The year 1 January of which no plan in this format reaches back to, and that of which none reaches to.
const YEARS: std::ops::Range<i64> = 1850..2300;

impl<'a> Record<'a> {
    /// A row of a table.
    pub(super) fn of_row(folder: &'a Folder, table: &'a Table, row: &'a Row) -> Self {
        Self { folder, kind: table.layout.row, from: From::Row { table, row } }
    }

    /// A TOML table.
    pub(super) fn of_toml(
        folder: &'a Folder,
        kind: &'a str,
        text: &'a Text,
        table: &'a dyn TableLike,
        place: Place,
    ) -> Self {
        Self { folder, kind, from: From::Toml { table, text, place, taken: RefCell::default() } }
    }

    fn cell(&self, name: &'static str) -> Option<Cell<'a>> {
        match &self.from {
            From::Row { table, row } => table.cell(row, name).map(Cell::Text),
            From::Toml { table, taken, .. } => {
                taken.borrow_mut().push(name);
                table.get(name).filter(|item| !item.is_none()).map(Cell::Toml)
            }
        }
    }

    /// Whether the field is there and not empty.
    pub(super) fn has(&self, name: &'static str) -> bool {
        self.cell(name).is_some()
    }

    /// The TOML item of a field, for what is neither text nor number.
    pub(super) fn item(&self, name: &'static str) -> Option<&'a Item> {
        match self.cell(name)? {
            Cell::Toml(item) => Some(item),
            Cell::Text(_) => None,
        }
    }

    /// Its place.
    pub(super) fn place(&self) -> Place {
        match &self.from {
            From::Row { table, row } => table.place(row),
            From::Toml { place, .. } => place.clone(),
        }
    }

    /// The place of a field.
    pub(super) fn place_of(&self, name: &str) -> Place {
        match &self.from {
            From::Row { table, row } => table.cell_place(row, name),
            From::Toml { table, text, place, .. } => table
                .get(name)
                .and_then(Item::span)
                .map_or_else(|| place.clone(), |span| text.place(span.start, span.end)),
        }
    }

    /// The record as words: `line DA-GL`, or `forecast row` where it has no id.
    pub(super) fn describe(&self) -> String {
        let id = match &self.from {
            From::Row { table, row } => {
                table.layout.column("id").and_then(|_| table.cell(row, "id")).map(str::to_owned)
            }
            From::Toml { table, .. } => table.get("id").and_then(Item::as_str).map(str::to_owned),
        };
        id.map_or_else(|| self.kind.to_owned(), |id| format!("{} {id}", self.kind))
    }

    /// Tells an error of a field. An empty `help` is left out.
    pub(super) fn error(&self, code: Code, field: &str, message: impl Into<String>, help: impl Into<String>) {
        let help = help.into();
        let finding =
            Finding::error(code, message).element(self.describe()).field(field).place(self.place_of(field));
        self.folder.log.push(if help.is_empty() { finding } else { finding.help(help) });
    }

    /// Tells that a field is missing.
    pub(super) fn missing(&self, field: &str, help: impl Into<String>) {
        if let From::Row { table, .. } = self.from
            && !table.has(field)
            && table.layout.column(field).is_some_and(layout::Column::is_required)
        {
            return; // told once, at the header
        }
        self.error(Code::Schema, field, format!("`{field}` is missing"), help);
    }

    /// A text; empty where there is none.
    pub(super) fn text(&self, name: &'static str) -> &'a str {
        match self.cell(name) {
            None => "",
            Some(Cell::Text(text)) => text,
            Some(Cell::Toml(item)) => item.as_str().unwrap_or_else(|| {
                let bare = item.to_string();
                let message = format!("`{name}` must be a text");
                self.error(Code::Schema, name, message, format!("write {name} = \"{}\"", bare.trim()));
                "?"
            }),
        }
    }

    /// A text as a name.
    pub(super) fn name(&self, name: &'static str) -> Name {
        self.text(name).into()
    }

    /// A text that must be there.
    pub(super) fn need_name(&self, name: &'static str) -> Name {
        if !self.has(name) {
            self.missing(name, "");
        }
        self.name(name)
    }

    /// A finite number; NaN where it is wrong, which is then told.
    pub(super) fn number(&self, name: &'static str) -> Option<f64> {
        let number = match self.cell(name)? {
            Cell::Text(text) => self.parse_number(name, text),
            Cell::Toml(item) => {
                #[expect(clippy::cast_precision_loss, reason = "a number of a plan")]
                let number = item.as_float().or_else(|| item.as_integer().map(|whole| whole as f64));
                number.filter(|number| number.is_finite()).unwrap_or_else(|| {
                    let shown = item.to_string();
                    let message = format!("`{name}` must be a finite number, not {}", shown.trim());
                    self.error(Code::Number, name, message, "write a number without quotes");
                    f64::NAN
                })
            }
        };
        Some(number)
    }

    fn parse_number(&self, name: &str, text: &str) -> f64 {
        let decimal_comma = matches!(&self.from, From::Row { table, .. } if table.decimal_comma);
        if decimal_comma
            && text.contains(',')
            && let Ok(number) = f64::from_str(&text.replace(',', "."))
        {
            return number;
        }
        match f64::from_str(text) {
            Ok(number) if number.is_finite() => number,
            Ok(_) => {
                let message = format!("`{name}` is `{text}`, which is not a finite number");
                self.error(Code::Number, name, message, "leave the field empty where there is no limit");
                f64::NAN
            }
            Err(_) => {
                let comma = text.contains(',') && f64::from_str(&text.replace(',', ".")).is_ok();
                let help = if comma {
                    format!("write `{}`: the decimal sign is a point", text.replace(',', "."))
                } else {
                    String::new()
                };
                self.error(Code::Number, name, format!("`{name}` is `{text}`, which is not a number"), help);
                f64::NAN
            }
        }
    }

    /// A number, or `default` where there is none.
    pub(super) fn number_or(&self, name: &'static str, default: f64) -> f64 {
        self.number(name).unwrap_or(default)
    }

    /// A number that must be there.
    pub(super) fn need_number(&self, name: &'static str) -> f64 {
        self.number(name).unwrap_or_else(|| {
            self.missing(name, "");
            f64::NAN
        })
    }

    /// Tells a number that is not in `range`; a placeholder is none.
    pub(super) fn within(
        &self,
        name: &'static str,
        value: f64,
        range: impl std::ops::RangeBounds<f64>,
        must: &str,
    ) {
        if !value.is_nan() && !range.contains(&value) {
            self.error(Code::Value, name, format!("`{name}` is {value}; it must be {must}"), "");
        }
    }

    /// A whole number.
    pub(super) fn integer<T: TryFrom<i64> + Default>(&self, name: &'static str) -> Option<T> {
        let number = match self.cell(name)? {
            Cell::Text(text) => text.parse().ok(),
            Cell::Toml(item) => item.as_integer(),
        };
        Some(number.and_then(|number: i64| T::try_from(number).ok()).unwrap_or_else(|| {
            let shown = match self.cell(name) {
                Some(Cell::Text(text)) => text.to_owned(),
                Some(Cell::Toml(item)) => item.to_string().trim().to_owned(),
                None => String::new(),
            };
            self.error(Code::Number, name, format!("`{name}` is `{shown}`, which is not a whole number"), "");
            T::default()
        }))
    }

    /// A year; 0 where it is wrong or missing, which is then told.
    pub(super) fn need_year(&self, name: &'static str) -> i16 {
        self.year(name).unwrap_or_else(|| {
            self.missing(name, "");
            0
        })
    }

    /// A year.
    pub(super) fn year(&self, name: &'static str) -> Option<i16> {
        let year: i16 = self.integer(name)?;
        if year != 0 && !YEARS.contains(&i64::from(year)) {
            self.error(Code::Value, name, format!("`{name}` is {year}, which is not a year of a plan"), "");
        }
        Some(year)
    }

    /// Yes or no, or `default` where nothing is said.
    pub(super) fn bool_or(&self, name: &'static str, default: bool) -> bool {
        let (value, shown) = match self.cell(name) {
            None => return default,
            Some(Cell::Toml(item)) => (item.as_bool(), item.to_string()),
            Some(Cell::Text(text)) => (bool_of(text), text.to_owned()),
        };
        value.unwrap_or_else(|| {
            let message = format!("`{name}` is `{}`, which is neither true nor false", shown.trim());
            self.error(Code::Value, name, message, "write `true` or `false`");
            default
        })
    }

    /// A word of a closed list.
    pub(super) fn word<T: Copy>(
        &self,
        name: &'static str,
        all: &[T],
        as_str: fn(T) -> &'static str,
    ) -> Option<T> {
        if !self.has(name) {
            return None;
        }
        let word = self.text(name);
        let found = all.iter().copied().find(|&one| as_str(one) == word);
        if found.is_none() && word != "?" {
            let words: Vec<&str> = all.iter().map(|&one| as_str(one)).collect();
            let help = match nearest(word, words.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("write one of {}", words.join(", ")),
            };
            self.error(Code::Value, name, format!("`{name}` cannot be `{word}`"), help);
        }
        found.or_else(|| all.first().copied())
    }

    /// A word that must be there. The list must not be empty.
    pub(super) fn need_word<T: Copy>(
        &self,
        name: &'static str,
        all: &[T],
        as_str: fn(T) -> &'static str,
        placeholder: T,
    ) -> T {
        self.word(name, all, as_str).unwrap_or_else(|| {
            let words: Vec<&str> = all.iter().map(|&one| as_str(one)).collect();
            self.missing(name, format!("write one of {}", words.join(", ")));
            placeholder
        })
    }

    /// A date, of whatever precision.
    pub(super) fn date(&self, name: &'static str) -> Option<PlanDate> {
        let text = match self.cell(name)? {
            Cell::Text(text) => text.to_owned(),
            Cell::Toml(item) => match (item.as_str(), item.as_integer(), item.as_datetime()) {
                (Some(text), _, _) => text.to_owned(),
                (_, Some(year), _) => year.to_string(),
                (_, _, Some(datetime)) => datetime.to_string(),
                _ => item.to_string(),
            },
        };
        match PlanDate::from_str(text.trim()) {
            Ok(date) => Some(date),
            Err(help) => {
                self.error(
                    Code::Value,
                    name,
                    format!("`{name}` is `{}`, which is not a date", text.trim()),
                    help,
                );
                PlanDate::from_str("2000-01-01").ok()
            }
        }
    }

    /// A date as a day.
    pub(super) fn day(&self, name: &'static str) -> Option<Date> {
        self.date(name).map(|date| date.date)
    }

    /// The columns `source` and `confidence`, and the place.
    pub(super) fn origin(&self) -> Origin {
        let source = self.text("source");
        Origin {
            place: Some(self.place()),
            source: (!source.is_empty()).then(|| self.folder.source(source)),
            confidence: self.confidence(),
        }
    }

    /// The column `confidence`.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        self.word("confidence", &Confidence::ALL, Confidence::as_str)
    }

    /// The keys of a TOML table, in file order.
    pub(super) fn keys(&self) -> Vec<&'a str> {
        match &self.from {
            From::Row { .. } => Vec::new(),
            From::Toml { table, .. } => table.iter().map(|(key, _)| key).collect(),
        }
    }

    /// Tells keys of a TOML table that nobody took. For a row, the header told them.
    pub(super) fn finish(&self) {
        let From::Toml { table, text, place, taken } = &self.from else { return };
        let taken = taken.borrow();
        for (key, item) in table.iter() {
            if taken.contains(&key) {
                continue;
            }
            let span = table.key(key).and_then(toml_edit::Key::span).or_else(|| item.span());
            let place = span.map_or_else(|| place.clone(), |span| text.place(span.start, span.end));
            let mut known: Vec<&str> = taken.clone();
            known.sort_unstable();
            known.dedup();
            let help = match nearest(key, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keys are {}", known.join(", ")),
            };
            self.folder.log.push(
                Finding::error(Code::Schema, format!("{} has no key `{key}`", self.describe()))
                    .element(self.describe())
                    .field(key)
                    .place(place)
                    .help(help),
            );
        }
    }
}

/// Yes or no, as spreadsheets write it too.
pub(super) fn bool_of(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}
