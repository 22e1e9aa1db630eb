//! What a good grid is, as data: rules with their article, and dated waivers. [`crate::criteria`] applies them.

use super::{Confidence, Name, Origin};
use jiff::civil::Date;

/// A named set of rules.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CriteriaSet {
    /// Id, for example `110-220`.
    pub id: Name,
    /// The rules, in the file's order.
    pub rules: Vec<Rule>,
    /// Exceptions granted for a time.
    pub waivers: Vec<Waiver>,
}

/// One rule of a set.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Id within the plan, for example `C05`.
    pub id: Name,
    /// Whether it is about the intact grid or the grid after a fault.
    pub state: GridState,
    /// What is asked.
    pub demand: Demand,
    /// Article of the code that asks it.
    pub article: String,
    /// How far to trust that article and its figures.
    pub confidence: Option<Confidence>,
    /// Where it comes from.
    pub origin: Origin,
}

/// The state of the grid a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum GridState {
    /// All elements in service.
    N,
    /// One element lost.
    N1,
}

impl GridState {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::N, Self::N1];

    /// The word used in files and reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::N => "N",
            Self::N1 => "N-1",
        }
    }
}

/// What a rule asks. A limit that is `None` is not asked.
#[derive(Clone, PartialEq, Debug)]
pub enum Demand {
    /// The voltage of every bus of a rated voltage lies in a band.
    Voltage {
        /// Rated voltage of the buses meant.
        vn_kv: f64,
        /// Lowest voltage.
        min_kv: Option<f64>,
        /// Highest voltage.
        max_kv: Option<f64>,
        /// Whether the band can only be judged once tap changers move (the low side of regulated units).
        needs_taps: bool,
    },
    /// The voltage of every bus lies within the limits of its own record: what a bare grid file asks for.
    /// In plan.toml it is a rule of `voltage` with `own_limits = true`.
    BusLimits,
    /// No line of a rated voltage carries more than a share of its rating.
    LineLoading(Loading),
    /// No transformer whose higher rated voltage is `vn_kv` carries more than a share of its rating.
    TransformerLoading(Loading),
    /// The load taken from the transformers that feed a voltage in a substation leaves a reserve: their use is
    /// the load they carry over their installed rated power.
    Reserve {
        /// The lower rated voltage of the transformers meant.
        vn_kv: f64,
        /// Use above which it is a warning.
        warn_percent: Option<f64>,
        /// Use above which it is a violation.
        max_percent: Option<f64>,
    },
    /// The power factor of the load taken from every load bus of a rated voltage.
    PowerFactor {
        /// Rated voltage of the buses at which it is measured.
        vn_kv: f64,
        /// Least power factor, inductive.
        min: f64,
    },
    /// Losses as a share of the power fed in. Informative: official targets count other voltage levels too.
    Losses {
        /// Share looked at.
        max_percent: f64,
    },
    /// No boundary feeds in more than its `p_max_mw`.
    Import,
}

/// A loading rule.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Loading {
    /// Rated voltage meant; `None` for all.
    pub vn_kv: Option<f64>,
    /// Share above which it is a warning: the planning threshold.
    pub warn_percent: Option<f64>,
    /// Share above which it is a violation.
    pub max_percent: Option<f64>,
    /// The rating it is a share of.
    pub rating: RatingKind,
}

/// Which rating a loading rule counts against.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum RatingKind {
    /// Continuous.
    Normal,
    /// After a fault; the normal one where there is none.
    Emergency,
}

impl RatingKind {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Normal, Self::Emergency];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Emergency => "emergency",
        }
    }
}

impl Demand {
    /// The name of the criterion, as in files and reports.
    #[must_use]
    pub fn criterion(&self) -> &'static str {
        match self {
            Self::Voltage { .. } | Self::BusLimits => "voltage",
            Self::LineLoading(_) => "line_loading",
            Self::TransformerLoading(_) => "transformer_loading",
            Self::Reserve { .. } => "reserve",
            Self::PowerFactor { .. } => "power_factor",
            Self::Losses { .. } => "losses",
            Self::Import => "import",
        }
    }
}

/// An exception granted for a time: the violation is shown as waived and does not break the plan.
#[derive(Clone, PartialEq, Debug)]
pub struct Waiver {
    /// The rule it is an exception from.
    pub rule: Name,
    /// Id of the element it is for.
    pub element: Name,
    /// Last day on which it holds.
    pub until: Date,
    /// Why.
    pub reason: String,
    /// Number of the decision that grants it.
    pub decision: String,
    /// Where it comes from.
    pub origin: Origin,
}
