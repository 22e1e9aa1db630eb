//! What a good grid is, as data: rules with their article, and dated waivers. [`crate::criteria`] applies them.

use super::{Confidence, Name, Origin, Rating};
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

impl Rule {
    /// The name of the criterion it belongs to: [`N1`] for all that is asked of the grid after a fault.
    #[must_use]
    pub fn criterion(&self) -> &'static str {
        match self.state {
            GridState::N => self.demand.criterion(),
            GridState::N1 => N1,
        }
    }
}

/// Name of the criterion of all rules for the grid after a fault.
pub const N1: &str = "n1";

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
    /// Which faults the grid has to bear, and what load one may leave without supply. Only of the grid after a fault.
    Security(Security),
}

/// The faults that a set judges, and the load that one may leave without supply.
#[derive(Clone, PartialEq, Debug)]
pub struct Security {
    /// What may be lost.
    pub scope: Vec<Loss>,
    /// Least rated voltage of what is lost, at its highest end.
    pub min_kv: Option<f64>,
    /// Load that may stay without supply once neighbours have taken over what they can.
    pub max_lost_mw: f64,
    /// Time that neighbours have for it; `None`: nothing is taken over.
    pub transfer_minutes: Option<f64>,
}

/// What is lost in a fault.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Loss {
    /// A line circuit.
    Line,
    /// A transformer, of two or three windings.
    Transformer,
    /// A generator or boundary.
    Generator,
    /// A bus with all that stands at it.
    Bus,
    /// A shunt or static compensator.
    Shunt,
    /// All circuits on the same towers: those of one row of a plan's lines.
    Tower,
}

impl Loss {
    /// All of them, in the order of lists.
    pub const ALL: [Self; 6] =
        [Self::Line, Self::Transformer, Self::Generator, Self::Bus, Self::Shunt, Self::Tower];

    /// What is lost where nobody says otherwise: single branches.
    pub const BRANCHES: [Self; 2] = [Self::Line, Self::Transformer];

    /// The word used in files and options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Transformer => "transformer",
            Self::Generator => "generator",
            Self::Bus => "bus",
            Self::Shunt => "shunt",
            Self::Tower => "tower",
        }
    }
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

    /// The limit that it takes from a rating, in the rating's unit.
    #[must_use]
    pub fn of(self, rating: &Rating) -> Option<f64> {
        match self {
            Self::Normal => rating.normal,
            Self::Emergency => rating.emergency.or(rating.normal),
        }
    }

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
            Self::Security(_) => "security",
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
