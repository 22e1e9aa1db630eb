//! What the load flow of a state models, and which rules can therefore be judged at all.

use crate::flow::Controls;
use crate::model::{Demand, GridState, Rule};
use std::fmt;

/// What the states hold that rules are judged by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Modelled {
    /// The controls that move.
    pub controls: Controls,
    /// Whether states after a fault are computed.
    pub contingencies: bool,
    /// Whether voltages, reactive power and losses are computed: not by a DC load flow.
    pub ac: bool,
}

impl Default for Modelled {
    /// What the plain load flow of the intact grid models: AC, nothing moves.
    fn default() -> Self {
        Self { controls: Controls::OFF, contingencies: false, ac: true }
    }
}

impl Modelled {
    /// Why a rule cannot be judged; `None` where it can.
    #[must_use]
    pub fn blocks(&self, rule: &Rule) -> Option<Unjudged> {
        let regulated = matches!(rule.demand, Demand::Voltage { needs_taps: true, .. });
        if rule.state == GridState::N1 && !self.contingencies {
            return Some(Unjudged::NoFaults);
        }
        match rule.demand {
            _ if regulated && !self.controls.taps => Some(Unjudged::TapsStill),
            Demand::Voltage { .. }
            | Demand::BusLimits
            | Demand::PowerFactor { .. }
            | Demand::Losses { .. }
                if !self.ac =>
            {
                Some(Unjudged::Direct)
            }
            _ => None,
        }
    }
}

/// Why a rule is not judged. Its text is part of a sentence in English.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Unjudged {
    /// States after a fault are not computed.
    NoFaults,
    /// Tap changers stand still.
    TapsStill,
    /// A DC load flow has no voltages, no reactive power, no losses.
    Direct,
    /// It takes tap changers that move after the outage.
    TapsAfterFault,
    /// It is about the intact grid only.
    IntactOnly,
    /// Nothing that it is about stands.
    NothingStands,
    /// So many elements that it is about stand, and none has a value and a limit.
    NoValues(usize),
    /// The time ended the study of outages after some of them.
    NotReached {
        /// Outages reached.
        done: usize,
        /// Outages asked for.
        of: usize,
    },
}

impl Unjudged {
    /// The word used in messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoFaults => "no_faults",
            Self::TapsStill => "taps_still",
            Self::Direct => "direct",
            Self::TapsAfterFault => "taps_after_fault",
            Self::IntactOnly => "intact_only",
            Self::NothingStands => "nothing_stands",
            Self::NoValues(_) => "no_values",
            Self::NotReached { .. } => "not_reached",
        }
    }
}

impl fmt::Display for Unjudged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoFaults => "states after a fault (N-1) are not computed",
            Self::TapsStill => {
                "tap changers stand still, so the voltage behind regulated transformers says nothing"
            }
            Self::Direct => "a DC load flow knows neither voltages nor reactive power nor losses",
            Self::TapsAfterFault => "it takes tap changers that move after the outage",
            Self::IntactOnly => "it is judged in the intact grid only",
            Self::NothingStands => "nothing that it is about stands in this state",
            Self::NoValues(elements) => {
                return write!(f, "none of the {elements} elements that it is about has a value and a limit");
            }
            Self::NotReached { done, of } => {
                return write!(f, "only {done} of {of} outages were reached in the time given");
            }
        })
    }
}
