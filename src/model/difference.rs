//! A difference between two plans or grids, in the words of the plan's tables.

/// One difference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The table, by its file without the ending: `lines`, `works/lines`; `plan` for plan.toml.
    pub table: String,
    /// What names the row.
    pub row: String,
    /// What differs.
    pub what: What,
}

/// What differs in a row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Only the first has it.
    Removed,
    /// Only the second has it.
    Added,
    /// A field holds something else.
    Changed {
        /// The field.
        field: String,
        /// Its unit; empty where there is none.
        unit: &'static str,
        /// What the first holds; empty where nothing.
        from: String,
        /// What the second holds; empty where nothing.
        to: String,
    },
}

impl What {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Added => "added",
            Self::Changed { .. } => "changed",
        }
    }
}
