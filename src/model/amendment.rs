//! Amendments: decisions that change the plan after it was approved, each a record that is never edited.
//!
//! The tables hold the plan as approved. The amendments of `amendments/*.toml` are replayed on top in the order of `seq`;
//! one that a later one supersedes is not applied. Every change states what it expects to find (`from`), so that it can be
//! checked, and taken back. Which amendment the plan stands at is derived, never stored.

use super::{Name, Origin};
use crate::finding::Place;
use jiff::civil::Date;

/// An amendment, as its file has it.
#[derive(Clone, PartialEq, Debug)]
pub struct Amendment {
    /// Id, unique and never reused; the file is called by it.
    pub id: Name,
    /// Its place in the order of amendments.
    pub seq: u32,
    /// Day of the decision.
    pub date: Date,
    /// Number of the decision; empty where there is none.
    pub decision: String,
    /// Why.
    pub reason: String,
    /// Who wrote it.
    pub author: String,
    /// Amendments that are not applied any more once this one is.
    pub supersedes: Vec<Name>,
    /// What it changes, in order.
    pub changes: Vec<Amend>,
    /// Whether it is in force in the plan at hand.
    pub standing: Standing,
    /// Where it comes from.
    pub origin: Origin,
    /// The text of its file as read, so that a rewrite keeps it; `None` for one made otherwise.
    pub text: Option<super::Head>,
}

/// Whether an amendment is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Standing {
    /// It is applied.
    Applied,
    /// A later one, named here, took its place.
    Superseded(Name),
    /// The plan was asked for as of an earlier one.
    Later,
}

/// One change of an amendment: of a row of a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Amend {
    /// The table, by its file without the ending: `projects`, `works/lines`.
    pub table: Name,
    /// The row, by columns and what they hold: `id = P003`; together they fit one row.
    pub row: Vec<(Name, String)>,
    /// What is done to it.
    pub edit: Edit,
    /// Where it stands; no part of comparisons.
    pub place: Option<Place>,
}

/// What is done to a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// A field gets another content.
    Set {
        /// The column.
        field: Name,
        /// What it holds before; empty for an empty cell.
        from: String,
        /// What it holds after.
        to: String,
    },
    /// A row is added: its cells beside those that name it.
    Add(Vec<(Name, String)>),
    /// The row is taken out. Its cells beside those that name it are kept, so that it can be put back.
    Delete {
        /// Columns and what they hold.
        cells: Vec<(Name, String)>,
        /// The place of the row among the rows of the table.
        at: usize,
    },
}

impl Amend {
    /// The row as the messages name it: `projects P003`, `forecast year 2025, substation A`.
    #[must_use]
    pub fn describe(&self) -> String {
        let row = match self.row.as_slice() {
            [(column, value)] if column == "id" => value.clone(),
            row => {
                row.iter().map(|(column, value)| format!("{column} {value}")).collect::<Vec<_>>().join(", ")
            }
        };
        format!("{} {row}", self.table)
    }

    /// The change in one line: `projects P003: commissioning_date 2020-03 → 2022-01-05`.
    #[must_use]
    pub fn words(&self) -> String {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
        let row = self.describe();
        match &self.edit {
            Edit::Set { field, from, to } => format!("{row}: {field} {} → {}", shown(from), shown(to)),
            Edit::Add(_) => format!("{row}: added"),
            Edit::Delete { .. } => format!("{row}: taken out"),
        }
    }

    /// Whether it is about a row that has this value in this column.
    #[must_use]
    pub fn names(&self, column: &str, value: &str) -> bool {
        self.row.iter().any(|(one, held)| one == column && held == value)
    }
}

/// The version of a plan that is asked for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum AsOf {
    /// With all amendments.
    #[default]
    Latest,
    /// As approved, without any.
    Approved,
    /// Up to this one.
    Amendment(Name),
}

impl std::str::FromStr for AsOf {
    type Err = std::convert::Infallible;

    /// `approved`, or the id of an amendment.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(if text == APPROVED { Self::Approved } else { Self::Amendment(text.into()) })
    }
}

/// The word for the plan as approved; no amendment may be called so.
pub const APPROVED: &str = "approved";

/// Whether two cells say the same: as text, number, date or yes and no.
#[must_use]
pub fn same_cell(one: &str, two: &str) -> bool {
    let (one, two) = (one.trim(), two.trim());
    if one == two {
        return true;
    }
    if let (Ok(one), Ok(two)) = (one.parse::<f64>(), two.parse::<f64>()) {
        #[expect(clippy::float_cmp, reason = "two ways of writing one number")]
        return one == two;
    }
    let logical = |text: &str| matches!(text.to_ascii_lowercase().as_str(), "true" | "false");
    logical(one) && one.eq_ignore_ascii_case(two)
}
