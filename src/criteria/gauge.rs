//! Value against limit: the one place where a reading becomes a violation.
//!
//! ```text
//! percent = 100 + 100·(value − limit)/|limit|      (= 100·value/limit for a positive limit)
//! excess  = percent − 100 for an upper limit, 100 − percent for a lower one
//! passed if excess > 100·TOLERANCE
//! ```

use super::{Level, Violation};
use crate::model::{ElementId, Rule};

/// How far a limit may be passed and still count as held, as a share of the limit: a load flow converged to
/// 1e-8 p.u. tells no less, and a voltage held at its limit must not fail by a rounding.
pub const TOLERANCE: f64 = 1e-6;

/// What is measured.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Subject {
    /// The element; `None` for the grid as a whole.
    pub element: Option<ElementId>,
    /// The end of a branch: `from` or `to`.
    pub side: Option<&'static str>,
    /// The quantity, for example `loading`.
    pub quantity: &'static str,
    /// Unit of value and limit.
    pub unit: &'static str,
}

/// A planning threshold and a limit, both on the same side; `None` is not asked.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Limits {
    /// Beyond it, it is a warning.
    pub warn: Option<f64>,
    /// Beyond it, it is a violation.
    pub limit: Option<f64>,
}

/// A value beside the limit that matters most.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reading {
    /// What was measured.
    pub subject: Subject,
    /// Its value; infinite for load without any rating against it.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// Value as a share of the limit.
    pub percent: f64,
    /// How far the limit is passed, percent of it; negative while it is not.
    pub excess_percent: f64,
    /// What passing it means; `None` while it is held.
    pub level: Option<Level>,
}

impl Reading {
    /// Whether it weighs more than another: a violation more than a warning, then by the excess.
    #[must_use]
    pub fn is_worse_than(&self, other: &Self) -> bool {
        self.level
            .cmp(&other.level)
            .then(self.excess_percent.total_cmp(&other.excess_percent))
            .then(self.value.total_cmp(&other.value))
            .is_gt()
    }
}

/// What a rule measured in one state.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tally {
    /// Elements with a value and a limit.
    pub measured: usize,
    /// Elements the rule is about that have no value or no rating.
    pub unmeasured: usize,
    /// What passed its limit most, or came nearest to it.
    pub worst: Option<Reading>,
}

impl Tally {
    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            measured: self.measured + other.measured,
            unmeasured: self.unmeasured + other.unmeasured,
            worst: match (self.worst, other.worst) {
                (Some(a), Some(b)) => Some(if b.is_worse_than(&a) { b } else { a }),
                (a, b) => a.or(b),
            },
        }
    }
}

/// Holds values against the limits of one rule.
#[derive(Debug)]
pub struct Gauge<'a> {
    rule: &'a Rule,
    out: &'a mut Vec<Violation>,
    tally: Tally,
}

#[derive(Clone, Copy, PartialEq)]
enum Bound {
    Upper,
    Lower,
}

impl<'a> Gauge<'a> {
    /// A gauge that adds what it finds to `out`.
    pub fn new(rule: &'a Rule, out: &'a mut Vec<Violation>) -> Self {
        Self { rule, out, tally: Tally::default() }
    }

    /// A value that must not be above its limits.
    pub fn upper(&mut self, subject: Subject, value: f64, limits: Limits) {
        self.hold(subject, value, limits, Bound::Upper);
    }

    /// A value that must not be below its limits.
    pub fn lower(&mut self, subject: Subject, value: f64, limits: Limits) {
        self.hold(subject, value, limits, Bound::Lower);
    }

    /// A value that must lie between two limits; one measurement.
    pub fn band(&mut self, subject: Subject, value: f64, lower: Option<f64>, upper: Option<f64>) {
        let before = (self.tally.measured, self.tally.unmeasured);
        self.hold(subject, value, Limits { warn: None, limit: lower }, Bound::Lower);
        self.hold(subject, value, Limits { warn: None, limit: upper }, Bound::Upper);
        self.tally.measured = self.tally.measured.min(before.0 + 1);
        self.tally.unmeasured = self.tally.unmeasured.min(before.1 + 1);
    }

    /// An element that has no value, or no rating to hold it against.
    pub fn unmeasured(&mut self) {
        self.tally.unmeasured += 1;
    }

    /// What was measured.
    #[must_use]
    pub fn tally(self) -> Tally {
        self.tally
    }

    fn hold(&mut self, subject: Subject, value: f64, limits: Limits, bound: Bound) {
        if limits == Limits::default() {
            return;
        }
        if value.is_nan() {
            self.tally.unmeasured += 1;
            return;
        }
        let read = |limit: f64, level: Level| {
            let percent = percent_of(value, limit);
            let excess_percent = if bound == Bound::Upper { percent - 100.0 } else { 100.0 - percent };
            let level = (excess_percent > 100.0 * TOLERANCE).then_some(level);
            Reading { subject, value, limit, percent, excess_percent, level }
        };
        let hard = limits.limit.map(|limit| read(limit, Level::Violation));
        let soft = limits.warn.map(|limit| read(limit, Level::Warning));
        // A warning is told against its own threshold, everything else against the limit.
        let is_broken = |reading: &Reading| reading.level.is_some();
        let worst = hard.filter(is_broken).or(soft.filter(is_broken)).or(hard).or(soft);
        if let Some((reading, level)) = worst.and_then(|reading| Some((reading, reading.level?))) {
            self.out.push(violation(self.rule, level, &reading));
        }
        self.tally = self.tally.and(Tally { measured: 1, unmeasured: 0, worst });
    }
}

fn percent_of(value: f64, limit: f64) -> f64 {
    if limit != 0.0 {
        100.0 + 100.0 * (value - limit) / limit.abs()
    } else if value == 0.0 {
        100.0
    } else {
        // No share of nothing: far above, or far below.
        f64::INFINITY.copysign(value)
    }
}

fn violation(rule: &Rule, level: Level, reading: &Reading) -> Violation {
    Violation {
        rule: rule.id.clone(),
        criterion: rule.criterion(),
        level,
        element: reading.subject.element,
        side: reading.subject.side,
        quantity: reading.subject.quantity,
        value: reading.value,
        limit: reading.limit,
        percent: reading.percent,
        unit: reading.subject.unit,
        fault: None,
        waived_by: None,
    }
}
