//! What an outage leaves.

use super::back_feed::Moved;
use super::limits::Passed;
use crate::flow::Status;
use crate::ids::{BusId, GeneratorId};
use serde::{Deserialize, Serialize};

/// How the state after an outage was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum How {
    /// By chords, with the factors of the base.
    Chords,
    /// By Newton from the base.
    Newton,
    /// By the ladder of starts, on the grid without what is out.
    Anew,
}

impl How {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Chords => "chords",
            Self::Newton => "newton",
            Self::Anew => "anew",
        }
    }
}

/// What an outage leaves.
#[derive(Clone, Copy, Debug)]
pub struct After<'a> {
    /// Which outage: its place in the list.
    pub outage: usize,
    /// An earlier one of the list that leaves the same grid, and was solved for both.
    pub same_as: Option<usize>,
    /// Whether a state was found; if not, nothing was held against limits.
    pub status: Status,
    /// How it was found, or last looked for.
    pub how: How,
    /// Load that the outage leaves without supply, before neighbours take any of it over.
    pub lost_mw: f64,
    /// Buses that it leaves without supply, in order.
    pub dead: &'a [BusId],
    /// What neighbours take over of the load without supply; the state is the one with it.
    pub moved: &'a [Moved],
    /// The generator that balances now, where the outage took the one that did.
    pub slack: Option<GeneratorId>,
    /// Limits passed.
    pub passed: &'a [Passed],
    /// What changes most.
    pub swing: Swing,
    /// Where none was found: the largest share of load and generation that was found to have a state, p.u.
    pub solvable_share: Option<f64>,
}

impl After<'_> {
    /// Load that nobody takes over.
    #[must_use]
    pub fn unserved_mw(&self) -> f64 {
        (self.lost_mw - self.moved.iter().map(|moved| moved.p_mw).sum::<f64>()).max(0.0)
    }
}

/// What an outage leaves, to be kept: [`After`] with all that it borrows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Left {
    outage: usize,
    same_as: Option<usize>,
    status: Status,
    how: How,
    lost_mw: f64,
    dead: Vec<BusId>,
    moved: Vec<Moved>,
    slack: Option<GeneratorId>,
    passed: Vec<Passed>,
    swing: Swing,
    solvable_share: Option<f64>,
}

impl From<&After<'_>> for Left {
    fn from(after: &After<'_>) -> Self {
        let After { outage, same_as, status, how, lost_mw, slack, swing, solvable_share, .. } = *after;
        let (dead, moved, passed) = (after.dead.to_vec(), after.moved.to_vec(), after.passed.to_vec());
        Self { outage, same_as, status, how, lost_mw, dead, moved, slack, passed, swing, solvable_share }
    }
}

impl Left {
    /// What was kept.
    #[must_use]
    pub fn after(&self) -> After<'_> {
        let Self { outage, same_as, status, how, lost_mw, slack, swing, solvable_share, .. } = *self;
        let (dead, moved, passed) = (&self.dead[..], &self.moved[..], &self.passed[..]);
        After { outage, same_as, status, how, lost_mw, dead, moved, slack, passed, swing, solvable_share }
    }
}

/// What changes most, of what is held against limits: the voltage in p.u., the loading in percent points.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Swing {
    /// Largest change of a voltage, and the tag of its limit.
    pub vm_pu: Option<Change>,
    /// Largest rise of a loading, and the tag of its limit.
    pub loading_percent: Option<Change>,
}

/// A value that changed.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Change {
    /// Of which limit.
    pub tag: usize,
    /// Value after the outage, minus that before.
    pub by: f64,
}

impl Swing {
    /// Takes note of a voltage before and after.
    pub(super) fn vm(&mut self, tag: usize, before: f64, after: f64) {
        let by = after - before;
        if by.abs() > self.vm_pu.map_or(0.0, |largest| largest.by.abs()) {
            self.vm_pu = Some(Change { tag, by });
        }
    }

    /// Takes note of a loading before and after.
    pub(super) fn loading(&mut self, tag: usize, before: f64, after: f64) {
        let by = after - before;
        if by > self.largest_rise() {
            self.loading_percent = Some(Change { tag, by });
        }
    }

    /// The largest rise of a loading so far, percent points.
    pub(super) fn largest_rise(&self) -> f64 {
        self.loading_percent.map_or(0.0, |largest| largest.by)
    }
}
