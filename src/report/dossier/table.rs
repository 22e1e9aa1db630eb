//! A table of the report, free of any form: columns with units, cells with values and what they mean.

use super::language::Words;
use crate::model::{ElementId, Network, PlanDate};
use crate::report::name;
use jiff::civil::Date;

/// A table.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// Its name in links, and of its sheet; unique in a report.
    pub id: &'static str,
    /// Its title.
    pub title: String,
    /// What the reader must know of it.
    pub note: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, PartialEq, Debug)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// The unit of its numbers; empty for none.
    pub unit: String,
    /// Whether it holds numbers.
    pub numeric: bool,
    /// Whether its words are few, so that a reader may choose among them.
    pub choice: bool,
    /// How its numbers are coloured.
    pub scale: Scale,
}

impl Column {
    /// The heading, with the unit behind it.
    #[must_use]
    pub fn heading(&self) -> String {
        if self.unit.is_empty() { self.title.clone() } else { format!("{} [{}]", self.title, self.unit) }
    }

    /// A column of numbers.
    #[must_use]
    pub fn unit(mut self, unit: &str) -> Self {
        unit.clone_into(&mut self.unit);
        self.numeric = true;
        self
    }

    /// A column of numbers without a unit.
    #[must_use]
    pub fn number(mut self) -> Self {
        self.numeric = true;
        self
    }

    /// A column of a few words.
    #[must_use]
    pub fn choice(mut self) -> Self {
        self.choice = true;
        self
    }

    /// A column coloured by a scale.
    #[must_use]
    pub fn scale(mut self, scale: Scale) -> Self {
        self.scale = scale;
        self
    }
}

/// How numbers are coloured.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Scale {
    /// Not at all.
    #[default]
    None,
    /// Percent of a rating: beyond 100 bad, from [`HEAVY_PERCENT`] on to be looked at.
    Loading,
    /// Below nought bad.
    Reserve,
    /// Above nought bad.
    Lost,
}

/// Loading from which a reader should look.
pub const HEAVY_PERCENT: f64 = 80.0;

impl Scale {
    /// What a number means on it.
    #[must_use]
    pub fn tone(self, value: f64) -> Tone {
        match self {
            Self::Loading if value > 100.0 => Tone::Bad,
            Self::Loading if value >= HEAVY_PERCENT => Tone::Caution,
            Self::Reserve if value < 0.0 => Tone::Bad,
            Self::Lost if value > 0.0 => Tone::Bad,
            _ => Tone::None,
        }
    }
}

/// What a cell means.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default, Hash)]
pub enum Tone {
    /// Nothing of its own.
    #[default]
    None,
    /// It holds.
    Good,
    /// To be looked at.
    Caution,
    /// It breaks the plan.
    Bad,
}

impl Tone {
    /// Its name in style sheets.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Good => "good",
            Self::Caution => "caution",
            Self::Bad => "bad",
        }
    }
}

/// A cell.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cell {
    /// What stands in it.
    pub value: Value,
    /// What it means.
    pub tone: Tone,
    /// More about it, for who points at it; empty for nothing.
    pub more: String,
    /// The record that it is about, as `line L1`; empty for none.
    pub record: String,
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Debug, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    None,
    /// A text.
    Text(String),
    /// A number, and its decimals.
    Number(f64, usize),
    /// A date, as precisely as it was given.
    Date(PlanDate),
}

impl Cell {
    /// An empty cell.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A text; empty ones are nothing.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        let value = if text.is_empty() {
            Value::None
        } else {
            Value::Text(crate::report::number::clean(&text).into_owned())
        };
        Self { value, ..Self::default() }
    }

    /// A number with `decimals` decimals; one that is none is nothing.
    #[must_use]
    pub fn number(value: f64, decimals: usize) -> Self {
        let value = if value.is_finite() { Value::Number(value, decimals) } else { Value::None };
        Self { value, ..Self::default() }
    }

    /// A count.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::number(count as f64, 0)
    }

    /// A value with the decimals that suit its unit.
    #[must_use]
    pub fn in_unit(value: f64, unit: &str) -> Self {
        let decimals = match unit {
            "p.u." | "" => 3,
            _ => 1,
        };
        Self::number(value, decimals)
    }

    /// A day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self::date(PlanDate { date, precision: crate::model::Precision::Day })
    }

    /// A date.
    #[must_use]
    pub fn date(date: PlanDate) -> Self {
        Self { value: Value::Date(date), ..Self::default() }
    }

    /// A record by its name; its id where it has none.
    #[must_use]
    pub fn record(network: &Network, element: ElementId) -> Self {
        let id = network.id_of(element);
        let spoken = name::spoken(network, element);
        let shown = if spoken.is_empty() { id } else { spoken };
        let shown = format!(
            "{shown}{}",
            if spoken.is_empty() { String::new() } else { name::circuit(network, element) }
        );
        Self { more: id.to_owned(), record: network.describe(element), ..Self::text(shown) }
    }

    /// The same with a meaning.
    #[must_use]
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The same coloured by a scale.
    #[must_use]
    pub fn on(mut self, scale: Scale) -> Self {
        if let Value::Number(value, _) = self.value {
            self.tone = scale.tone(value);
        }
        self
    }

    /// The same with more to tell.
    #[must_use]
    pub fn more(mut self, more: impl Into<String>) -> Self {
        self.more = more.into();
        self
    }

    /// What is shown, as `words` write it.
    #[must_use]
    pub fn shown(&self, words: &Words) -> String {
        match &self.value {
            Value::None => String::new(),
            Value::Text(text) => text.clone(),
            Value::Number(value, decimals) => words.language.number(*value, *decimals),
            Value::Date(date) => words.language.plan_date(*date),
        }
    }

    /// What it is sorted by, and what a spreadsheet takes it for: numbers with a point, dates as 2020-12-31.
    #[must_use]
    pub fn sorted_by(&self) -> String {
        match &self.value {
            Value::None | Value::Text(_) => String::new(),
            Value::Number(value, _) => format!("{value}"),
            Value::Date(date) => date.date.to_string(),
        }
    }
}

impl Table {
    /// A table without rows: its title is the message `table-ID`, its note `table-ID-note` where `noted`.
    #[must_use]
    pub fn new(words: &Words, id: &'static str, columns: Vec<Column>) -> Self {
        let title = words.say(&format!("table-{id}"));
        Self { id, title, note: String::new(), columns, rows: Vec::new() }
    }

    /// The same with a note.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Adds a row; what is missing at its end is empty.
    pub fn row(&mut self, mut cells: Vec<Cell>) {
        cells.resize(self.columns.len(), Cell::none());
        for (cell, column) in cells.iter_mut().zip(&self.columns) {
            if cell.tone == Tone::None
                && let Value::Number(value, _) = cell.value
            {
                cell.tone = column.scale.tone(value);
            }
        }
        self.rows.push(cells);
    }
}

impl Words {
    /// A column: its heading is the message `col-NAME`.
    #[must_use]
    pub fn column(&self, name: &str) -> Column {
        Column {
            title: self.say(&format!("col-{name}")),
            unit: String::new(),
            numeric: false,
            choice: false,
            scale: Scale::None,
        }
    }
}
