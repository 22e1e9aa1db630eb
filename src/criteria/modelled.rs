//! What the load flow of a state models, and which rules can therefore be judged at all.

use crate::flow::Controls;
use crate::model::{Demand, GridState, Rule};

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
    /// Why a rule cannot be judged, in a sentence; `None` where it can.
    #[must_use]
    pub fn blocks(&self, rule: &Rule) -> Option<&'static str> {
        let regulated = matches!(rule.demand, Demand::Voltage { needs_taps: true, .. });
        if rule.state == GridState::N1 && !self.contingencies {
            return Some("states after a fault (N-1) are not computed");
        }
        match rule.demand {
            _ if regulated && !self.controls.taps => {
                Some("tap changers stand still, so the voltage behind regulated transformers says nothing")
            }
            Demand::Voltage { .. }
            | Demand::BusLimits
            | Demand::PowerFactor { .. }
            | Demand::Losses { .. }
                if !self.ac =>
            {
                Some("a DC load flow knows neither voltages nor reactive power nor losses")
            }
            _ => None,
        }
    }
}
