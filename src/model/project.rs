//! A work of the plan: what it builds, when, after what, for how much.

use super::{Change, ElementId, Name, Origin};
use crate::ids::ProjectId;
use jiff::civil::Date;

/// A project: the unit that is approved, funded and delayed.
#[derive(Clone, PartialEq, Debug)]
pub struct Project {
    /// Id, unique and never reused.
    pub id: Name,
    /// Name in the planner's language.
    pub name: String,
    /// What kind of work it is.
    pub kind: ProjectKind,
    /// How far it has come.
    pub status: Status,
    /// Who builds it; empty where unknown.
    pub owner: String,
    /// District or area; empty where unknown.
    pub area: Name,
    /// Voltage of the work; 0 where it has none.
    pub vn_kv: f64,
    /// Works that must stand before this one.
    pub requires: Vec<ProjectId>,
    /// Works that cannot stand together with this one.
    pub excludes: Vec<ProjectId>,
    /// Whose money pays for it: its funding class; empty where not said.
    pub funding: Name,
    /// What it costs, where known.
    pub cost: Option<Cost>,
    /// Its parts, each with a date of its own; one at least.
    pub phases: Vec<Phase>,
    /// How its cost is spread over the years; empty where not said.
    pub spend: Vec<Spend>,
    /// What stands in its way, or stood.
    pub obstacles: Vec<Obstacle>,
    /// A remark.
    pub note: String,
    /// Where it comes from.
    pub origin: Origin,
}

impl Project {
    /// Whether a stage's grid counts it in without being asked.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        !matches!(self.status, Status::Candidate | Status::Deferred | Status::Cancelled)
    }
}

/// What kind of work a project is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub enum ProjectKind {
    Substation,
    Line,
    Transformer,
    Reactive,
    Uprate,
    Retire,
    Other,
}

impl ProjectKind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Substation,
        Self::Line,
        Self::Transformer,
        Self::Reactive,
        Self::Uprate,
        Self::Retire,
        Self::Other,
    ];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Substation => "substation",
            Self::Line => "line",
            Self::Transformer => "transformer",
            Self::Reactive => "reactive",
            Self::Uprate => "uprate",
            Self::Retire => "retire",
            Self::Other => "other",
        }
    }
}

/// How far a project has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Status {
    Candidate,
    Planned,
    Approved,
    Funded,
    Construction,
    Commissioned,
    Deferred,
    Cancelled,
    Retired,
}

impl Status {
    /// All states, in the order of a project's life.
    pub const ALL: [Self; 9] = [
        Self::Candidate,
        Self::Planned,
        Self::Approved,
        Self::Funded,
        Self::Construction,
        Self::Commissioned,
        Self::Deferred,
        Self::Cancelled,
        Self::Retired,
    ];

    /// The word used in files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Planned => "planned",
            Self::Approved => "approved",
            Self::Funded => "funded",
            Self::Construction => "construction",
            Self::Commissioned => "commissioned",
            Self::Deferred => "deferred",
            Self::Cancelled => "cancelled",
            Self::Retired => "retired",
        }
    }
}

/// What a project costs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Cost {
    /// Amount in millions of its currency, so that dong stay readable.
    pub capex_million: f64,
    /// Its currency; empty for that of the plan.
    pub currency: Name,
    /// The year whose prices these are.
    pub price_year: i16,
    /// How the figure was found; empty where unknown.
    pub basis: String,
    /// Whether the price year was assumed.
    pub price_year_estimated: bool,
}

/// What is spent in a year.
#[derive(Clone, PartialEq, Debug)]
pub struct Spend {
    /// The year.
    pub year: i16,
    /// Share of the cost, p.u.
    pub share: f64,
    /// Where it comes from.
    pub origin: Origin,
}

/// What stands in the way of a project.
#[derive(Clone, PartialEq, Debug)]
pub struct Obstacle {
    /// What it is, in words.
    pub text: String,
    /// Since when.
    pub since: Date,
    /// When it was cleared; `None` while it stands.
    pub until: Option<Date>,
    /// Who can clear it; empty where unknown.
    pub owner: String,
    /// Where it comes from.
    pub origin: Origin,
}

/// A part of a project that is commissioned on its own.
#[derive(Clone, PartialEq, Debug)]
pub struct Phase {
    /// Id within the project; empty where the project has one phase only.
    pub id: Name,
    /// When its changes take effect; `None` is never.
    pub commissioning: Option<PlanDate>,
    /// When its changes are undone; `None` is never.
    pub decommissioning: Option<PlanDate>,
    /// What it does, in order.
    pub changes: Vec<Change>,
    /// What is out of service while it is built.
    pub outages: Vec<ConstructionOutage>,
    /// Where it comes from.
    pub origin: Origin,
}

/// What is out of service for a time while a work is built.
#[derive(Clone, PartialEq, Debug)]
pub struct ConstructionOutage {
    /// What is out: the record named, or all circuits of its row.
    pub elements: Vec<ElementId>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// Where it comes from.
    pub origin: Origin,
}

/// A date, and how precisely it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct PlanDate {
    /// The day; the last of the year or month where no more was given.
    pub date: Date,
    /// What was given.
    pub precision: Precision,
}

/// How precisely a date was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Precision {
    /// `2018`: the 31 December is taken, and the date flagged.
    Year,
    /// `2018-06`: the last of the month is taken.
    Month,
    /// `2018-06-30`.
    Day,
}

impl std::fmt::Display for PlanDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.precision {
            Precision::Year => write!(f, "{:04}", self.date.year()),
            Precision::Month => write!(f, "{:04}-{:02}", self.date.year(), self.date.month()),
            Precision::Day => self.date.fmt(f),
        }
    }
}

impl std::str::FromStr for PlanDate {
    type Err = &'static str;

    /// Reads `2018`, `2018-06` or `2018-06-30`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "write a date as 2018-06-30, 2018-06 or 2018";
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        let widths: &[usize] = &[4, 2, 2];
        if parts.is_empty()
            || parts.len() > 3
            || parts.iter().zip(widths).any(|(part, &len)| !digits(part, len))
        {
            return Err(WRONG);
        }
        let year: i16 = parts[0].parse().map_err(|_| WRONG)?;
        let month: i8 = parts.get(1).map_or(Ok(12), |m| m.parse()).map_err(|_| WRONG)?;
        let first = Date::new(year, month, 1).map_err(|_| "there is no such month")?;
        let (day, precision) = match parts.len() {
            1 => (first.last_of_month().day(), Precision::Year),
            2 => (first.last_of_month().day(), Precision::Month),
            _ => (parts[2].parse().map_err(|_| WRONG)?, Precision::Day),
        };
        let date = Date::new(year, month, day).map_err(|_| "there is no such day")?;
        Ok(Self { date, precision })
    }
}
