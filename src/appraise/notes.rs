//! What was not modelled or not asked, in sentences: a line in the report, not silence.

use super::{Cell, StateOutages, TransferredLoad};
use crate::criteria::{Modelled, SUPPLY, same_kv};
use crate::ids::StageId;
use crate::model::{CriteriaSet, Demand, GridState, Plan, Rule};
use crate::study::StageState;

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
    pub(super) fn notes(&self, cells: &[Cell], moved: &[TransferredLoad]) -> Vec<String> {
        let mut notes = Vec::new();
        if self.states.is_empty() {
            notes.push("No state was judged: no stage is judged in the scenarios asked for.".to_owned());
        }
        notes.extend(self.not_modelled());
        for &stage in self.stages.iter().filter(|&&stage| (self.set_of)(stage).is_none()) {
            let stage = &self.plan.stages[stage];
            notes.push(format!("Stage {} names no criteria set: only supply is judged.", stage.id));
        }
        if self.rules().any(|rule| rule.demand == Demand::BusLimits) {
            notes.push(
                "No criteria set: the grid is judged by its own voltage limits and ratings.".to_owned(),
            );
        }
        notes.extend(self.voltages_without_rule());
        notes.extend(unmeasured(cells));
        if !moved.is_empty() {
            notes.push(
                "Load of a station that is not in service is carried by its medium-voltage neighbours up to the \
                 transfer stated; the rest is lost and breaks the plan. This rule decides when a work is needed."
                    .to_owned(),
            );
        }
        if self.plan.base.load_loss_factor.is_none() && !self.plan.is_bare() {
            notes
                .push("The plan states no load-loss factor: losses over a year are not computed.".to_owned());
        }
        notes
    }

    fn not_modelled(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if !self.modelled.contingencies {
            let mut rules: Vec<&str> = Vec::new();
            for rule in self.rules().filter(|rule| rule.state == GridState::N1) {
                if !rules.contains(&rule.id.as_str()) {
                    rules.push(&rule.id);
                }
            }
            let asked = if rules.is_empty() {
                String::new()
            } else {
                format!("; rules not judged for that reason: {}", rules.join(", "))
            };
            notes.push(format!("Only the intact grid (N) is judged, no state after a fault (N-1){asked}."));
        } else if self.rules().all(|rule| rule.state == GridState::N) {
            let how = if self.plan.is_bare() { "; `gridstage n1` judges those of a bare grid" } else { "" };
            notes.push(format!(
                "No rule is about the grid after a fault (N-1): only the intact grid (N) is judged{how}."
            ));
        }
        notes.extend(self.lost_without_rule());
        if !self.modelled.ac {
            notes.push("DC load flow: no voltages, no reactive power, no losses.".to_owned());
        }
        if self.modelled.ac {
            notes.extend(self.modelled.controls.at_rest(&self.plan.network).into_iter().map(str::to_owned));
        }
        notes
    }

    /// Load that outages leave without supply, where no rule says how much may be.
    fn lost_without_rule(&self) -> Option<String> {
        let has_rule = |stage: StageId| {
            let rules = (self.set_of)(stage).into_iter().flat_map(|set| &set.rules);
            rules.map(|rule| &rule.demand).any(|demand| matches!(demand, Demand::Security(_)))
        };
        let free = self.outages.iter().filter(|of| self.stages.contains(&of.stage) && !has_rule(of.stage));
        let lost = free.flat_map(|of| &of.verdict.results).map(|result| result.unserved_mw);
        let (outages, most) =
            lost.filter(|&mw| mw > 0.0).fold((0, 0.0), |(n, most), mw| (n + 1, f64::max(most, mw)));
        (outages > 0).then(|| {
            format!(
                "After {outages} outages of all states load stays without supply, up to {most:.1} MW; no rule of \
                 security says how much may be, so this breaks nothing."
            )
        })
    }

    /// The rules of all judged stages; those of a set come once per stage that names it.
    fn rules(&self) -> impl Iterator<Item = &'a Rule> {
        self.stages.iter().filter_map(|&stage| (self.set_of)(stage)).flat_map(|set| &set.rules)
    }

    /// Buses in service that no voltage rule is about, by rated voltage, highest first: the most of any state.
    fn voltages_without_rule(&self) -> Option<String> {
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
        let told: Vec<String> = most.iter().map(|(kv, count)| format!("{count} of {kv} kV")).collect();
        (!told.is_empty()).then(|| format!("Buses without a voltage rule: {}.", told.join(", ")))
    }
}

/// Elements that a criterion could not measure: the most of any state.
fn unmeasured(cells: &[Cell]) -> Vec<String> {
    let mut most: Vec<(&str, usize)> = Vec::new();
    for cell in cells.iter().filter(|cell| cell.unmeasured > 0 && cell.criterion != SUPPLY) {
        match most.iter_mut().find(|(criterion, _)| *criterion == cell.criterion) {
            Some((_, count)) => *count = cell.unmeasured.max(*count),
            None => most.push((cell.criterion, cell.unmeasured)),
        }
    }
    most.into_iter()
        .map(|(criterion, count)| {
            format!(
                "{criterion}: up to {count} elements in a state have no value or no limit and are not judged."
            )
        })
        .collect()
}
