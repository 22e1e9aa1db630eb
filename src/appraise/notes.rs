//! What was not modelled or not asked: a line in the report, not silence.

use super::{Cell, StateOutages, TransferredLoad};
use crate::criteria::{Modelled, SUPPLY, same_kv};
use crate::flow::Still;
use crate::ids::StageId;
use crate::model::{CriteriaSet, Demand, GridState, Name, Plan, Rule};
use crate::study::StageState;
use std::fmt;

/// Something that was not modelled, not asked or assumed. Its text is a sentence in English.
#[derive(Clone, PartialEq, Debug)]
pub enum Note {
    /// No state was judged.
    NoState,
    /// No state after a fault was computed, though these rules are about it.
    IntactOnly {
        /// Ids of the rules.
        rules: Vec<Name>,
    },
    /// No rule is about the grid after a fault.
    NoFaultRule {
        /// Whether the input is a bare grid.
        bare: bool,
    },
    /// Load that outages leave without supply, where no rule says how much may be.
    LostWithoutRule {
        /// Outages of all states that leave any.
        outages: usize,
        /// The most that one leaves, MW.
        most_mw: f64,
    },
    /// A DC load flow has no voltages, no reactive power, no losses.
    Direct,
    /// Something stands still that could move.
    Still(Still),
    /// A stage names no criteria set.
    NoCriteria {
        /// Id of the stage.
        stage: Name,
    },
    /// The grid is judged by its own voltage limits and ratings.
    OwnLimits,
    /// Buses that no voltage rule is about: rated voltage (kV) and how many.
    NoVoltageRule(Vec<(f64, usize)>),
    /// Elements that have no value or no limit under a criterion.
    Unmeasured {
        /// Name of the criterion.
        criterion: &'static str,
        /// The most of any state.
        count: usize,
    },
    /// Load of stations that are not in service is carried by neighbours.
    LoadMoved,
    /// Losses over a year are not computed.
    NoLossFactor,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoState => {
                f.write_str("No state was judged: no stage is judged in the scenarios asked for.")
            }
            Self::IntactOnly { rules } => {
                let asked = if rules.is_empty() {
                    String::new()
                } else {
                    format!("; rules not judged for that reason: {}", rules.join(", "))
                };
                write!(f, "Only the intact grid (N) is judged, no state after a fault (N-1){asked}.")
            }
            Self::NoFaultRule { bare } => {
                let how = if *bare { "; `gridstage n1` judges those of a bare grid" } else { "" };
                write!(
                    f,
                    "No rule is about the grid after a fault (N-1): only the intact grid (N) is judged{how}."
                )
            }
            Self::LostWithoutRule { outages, most_mw } => write!(
                f,
                "After {outages} outages of all states load stays without supply, up to {most_mw:.1} MW; no rule of \
                 security says how much may be, so this breaks nothing."
            ),
            Self::Direct => f.write_str("DC load flow: no voltages, no reactive power, no losses."),
            Self::Still(still) => f.write_str(still.sentence()),
            Self::NoCriteria { stage } => {
                write!(f, "Stage {stage} names no criteria set: only supply is judged.")
            }
            Self::OwnLimits => {
                f.write_str("No criteria set: the grid is judged by its own voltage limits and ratings.")
            }
            Self::NoVoltageRule(levels) => {
                let told: Vec<String> =
                    levels.iter().map(|(kv, count)| format!("{count} of {kv} kV")).collect();
                write!(f, "Buses without a voltage rule: {}.", told.join(", "))
            }
            Self::Unmeasured { criterion, count } => write!(
                f,
                "{criterion}: up to {count} elements in a state have no value or no limit and are not judged."
            ),
            Self::LoadMoved => f.write_str(
                "Load of a station that is not in service is carried by its medium-voltage neighbours up to the \
                 transfer stated; the rest is lost and breaks the plan. This rule decides when a work is needed.",
            ),
            Self::NoLossFactor => {
                f.write_str("The plan states no load-loss factor: losses over a year are not computed.")
            }
        }
    }
}

/// What was judged, and how.
pub(super) struct Seen<'a> {
    pub(super) plan: &'a Plan,
    pub(super) states: &'a [&'a StageState],
    pub(super) stages: &'a [StageId],
    pub(super) set_of: &'a dyn Fn(StageId) -> Option<&'a CriteriaSet>,
    pub(super) modelled: Modelled,
    pub(super) outages: &'a [StateOutages],
}

impl<'a> Seen<'a> {
    /// The notes on a verdict, most important first.
    pub(super) fn notes(&self, cells: &[Cell], moved: &[TransferredLoad]) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.states.is_empty() {
            notes.push(Note::NoState);
        }
        notes.extend(self.not_modelled());
        for &stage in self.stages.iter().filter(|&&stage| (self.set_of)(stage).is_none()) {
            notes.push(Note::NoCriteria { stage: self.plan.stages[stage].id.clone() });
        }
        if self.rules().any(|rule| rule.demand == Demand::BusLimits) {
            notes.push(Note::OwnLimits);
        }
        notes.extend(self.voltages_without_rule());
        notes.extend(unmeasured(cells));
        if !moved.is_empty() {
            notes.push(Note::LoadMoved);
        }
        if self.plan.base.load_loss_factor.is_none() && !self.plan.is_bare() {
            notes.push(Note::NoLossFactor);
        }
        notes
    }

    fn not_modelled(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if !self.modelled.contingencies {
            let mut rules: Vec<Name> = Vec::new();
            for rule in self.rules().filter(|rule| rule.state == GridState::N1) {
                if !rules.contains(&rule.id) {
                    rules.push(rule.id.clone());
                }
            }
            notes.push(Note::IntactOnly { rules });
        } else if self.rules().all(|rule| rule.state == GridState::N) {
            notes.push(Note::NoFaultRule { bare: self.plan.is_bare() });
        }
        notes.extend(self.lost_without_rule());
        if self.modelled.ac {
            let still = self.modelled.controls.at_rest(&self.plan.network);
            notes.extend(still.into_iter().map(Note::Still));
        } else {
            notes.push(Note::Direct);
        }
        notes
    }

    /// Load that outages leave without supply, where no rule says how much may be.
    fn lost_without_rule(&self) -> Option<Note> {
        let has_rule = |stage: StageId| {
            let rules = (self.set_of)(stage).into_iter().flat_map(|set| &set.rules);
            rules.map(|rule| &rule.demand).any(|demand| matches!(demand, Demand::Security(_)))
        };
        let free = self.outages.iter().filter(|of| self.stages.contains(&of.stage) && !has_rule(of.stage));
        let lost = free.flat_map(|of| &of.verdict.results).map(|result| result.unserved_mw);
        let (outages, most_mw) =
            lost.filter(|&mw| mw > 0.0).fold((0, 0.0), |(n, most), mw| (n + 1, f64::max(most, mw)));
        (outages > 0).then_some(Note::LostWithoutRule { outages, most_mw })
    }

    /// The rules of all judged stages; those of a set come once per stage that names it.
    fn rules(&self) -> impl Iterator<Item = &'a Rule> {
        self.stages.iter().filter_map(|&stage| (self.set_of)(stage)).flat_map(|set| &set.rules)
    }

    /// Buses in service that no voltage rule is about, by rated voltage, highest first: the most of any state.
    fn voltages_without_rule(&self) -> Option<Note> {
        let mut most: Vec<(f64, usize)> = Vec::new();
        for state in self.states {
            let Some(set) = (self.set_of)(state.stage) else { continue };
            let has_rule = |vn_kv: f64| {
                set.rules.iter().any(|rule| match rule.demand {
                    Demand::Voltage { vn_kv: kv, .. } => rule.state == GridState::N && same_kv(kv, vn_kv),
                    Demand::BusLimits => true,
                    _ => false,
                })
            };
            let mut here: Vec<(f64, usize)> = Vec::new();
            for bus in state.grid.network.buses.iter().filter(|bus| bus.built && bus.in_service) {
                match here.iter_mut().find(|(kv, _)| same_kv(*kv, bus.vn_kv)) {
                    Some((_, count)) => *count += 1,
                    None => here.push((bus.vn_kv, 1)),
                }
            }
            for (kv, count) in here.into_iter().filter(|&(kv, _)| !has_rule(kv)) {
                match most.iter_mut().find(|(known, _)| same_kv(*known, kv)) {
                    Some((_, most)) => *most = count.max(*most),
                    None => most.push((kv, count)),
                }
            }
        }
        most.sort_by(|a, b| b.0.total_cmp(&a.0));
        (!most.is_empty()).then_some(Note::NoVoltageRule(most))
    }
}

/// Elements that a criterion could not measure: the most of any state.
fn unmeasured(cells: &[Cell]) -> Vec<Note> {
    let mut most: Vec<(&'static str, usize)> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.unmeasured > 0 && cell.criterion != SUPPLY) {
        match most.iter_mut().find(|(criterion, _)| *criterion == cell.criterion) {
            Some((_, count)) => *count = cell.unmeasured.max(*count),
            None => most.push((cell.criterion, cell.unmeasured)),
        }
    }
    most.into_iter().map(|(criterion, count)| Note::Unmeasured { criterion, count }).collect()
}
