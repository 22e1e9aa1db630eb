//! Rules that make contingencies of a subsystem.

use super::con::{Open, Reader};
use super::sub::Subsystems;
use super::words::Line;
use crate::finding::{Code, Severity};
use crate::ids::{BusId, Id};
use crate::model::{ElementId, Name};
use std::collections::HashMap;

/// Contingencies that rules may make; more are a study of pairs, and no list.
const MOST_MADE: usize = 100_000;

/// A rule that makes contingencies.
pub(super) struct Rule<'t> {
    pub(super) line: u32,
    pub(super) at_once: AtOnce,
    pub(super) of: Of,
    pub(super) set: &'t str,
    pub(super) low_voltage: bool,
}

/// How many a rule loses at once.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AtOnce {
    One,
    /// Every pair.
    Two,
    /// Every pair between the same buses.
    Parallel,
}

/// What a rule is about.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    Branch,
    Tie,
    Unit,
}

impl<'t> Reader<'_, '_, 't> {
    /// Makes the contingencies of a rule.
    pub(super) fn follow(&mut self, rule: &Rule<'t>, sets: &Subsystems) {
        let Some(set) = sets.buses(rule.set) else {
            let given = sets.names().collect::<Vec<_>>().join(", ");
            self.report.error(Code::Reference, |draft| {
                let given = if given.is_empty() { "none is".to_owned() } else { given };
                draft
                    .at(rule.line, format!("there is no subsystem {}", rule.set))
                    .element(format!("subsystem {}", rule.set))
                    .help(format!("give the .sub file that defines it; defined: {given}"))
            });
            return;
        };
        let elements = self.chosen(rule, set);
        let pairs = elements.len().saturating_mul(elements.len().saturating_sub(1)) / 2;
        let count = match rule.at_once {
            AtOnce::One => elements.len(),
            AtOnce::Two => pairs,
            AtOnce::Parallel => self.parallel(&elements),
        };
        if count == 0 || self.list.len().saturating_add(count) > MOST_MADE {
            let said = if count == 0 {
                format!("the rule for subsystem {} makes no contingency", rule.set)
            } else {
                format!(
                    "the rule for subsystem {} makes {count} contingencies, more than {MOST_MADE}",
                    rule.set
                )
            };
            let code = if count == 0 { Code::NotUsed } else { Code::Unsupported };
            let severity = if count == 0 { Severity::Warning } else { Severity::Error };
            self.report.push(code, severity, |draft| {
                draft
                    .at(rule.line, said)
                    .element(format!("subsystem {}", rule.set))
                    .help("is the subsystem the one that is meant?")
            });
            return;
        }
        for (at, &first) in elements.iter().enumerate() {
            if rule.at_once == AtOnce::One {
                let id = self.index.name(first);
                self.put(Open { id, line: rule.line, lost: vec![first], closed: Vec::new(), broken: false });
                continue;
            }
            let between = self.between(first);
            for &second in &elements[at + 1..] {
                if rule.at_once == AtOnce::Parallel && self.between(second) != between {
                    continue;
                }
                let id = Name::from(format!("{} + {}", self.index.name(first), self.index.name(second)));
                let lost = vec![first, second];
                self.put(Open { id, line: rule.line, lost, closed: Vec::new(), broken: false });
            }
        }
    }

    /// The buses that a branch joins, in one order whichever way it is given.
    fn between(&self, branch: ElementId) -> [Option<BusId>; 3] {
        let mut buses = self.index.network.stands_at(branch);
        buses.sort_unstable();
        buses
    }

    /// How many pairs of branches join the same buses.
    fn parallel(&self, branches: &[ElementId]) -> usize {
        let mut alike: HashMap<[Option<BusId>; 3], usize> = HashMap::new();
        for &branch in branches {
            *alike.entry(self.between(branch)).or_default() += 1;
        }
        alike.into_values().map(|count| count * count.saturating_sub(1) / 2).sum()
    }

    /// The records that a rule is about: in service, not passed over.
    fn chosen(&mut self, rule: &Rule<'_>, set: &[bool]) -> Vec<ElementId> {
        let network = self.index.network;
        if rule.of == Of::Unit {
            let machines = network.generators.iter_ids().filter(|(_, g)| g.built && g.in_service);
            let inside = machines.filter(|(_, g)| set.get(g.bus.index()).copied().unwrap_or(false));
            return inside.map(|(id, _)| ElementId::Generator(id)).collect();
        }
        let mut halves = 0;
        let mut chosen = Vec::new();
        for element in self.index.branches().filter(|element| !self.skipped.contains(element)) {
            let (inside, all) = self.index.ends_in(element, set);
            let is_tie = inside > 0 && inside < all;
            let is_in = if let (ElementId::Transformer3(id), true) = (element, rule.low_voltage) {
                let windings = &network.transformers3[id].windings;
                let lowest = windings
                    .iter()
                    .min_by(|a, b| network.buses[a.bus].vn_kv.total_cmp(&network.buses[b.bus].vn_kv));
                lowest.is_some_and(|w| set.get(w.bus.index()).copied().unwrap_or(false))
            } else {
                halves += usize::from(all == 3 && is_tie && rule.of == Of::Branch);
                inside == all
            };
            if if rule.of == Of::Tie { is_tie } else { is_in } {
                chosen.push(element);
            }
        }
        if halves > 0 {
            self.report.note(Code::Assumed, |draft| {
                draft.at(rule.line, format!("{halves} three-winding transformers are partly in subsystem {}: they are not lost by this rule", rule.set))
            });
        }
        chosen
    }
}

/// `SINGLE BRANCH IN SUBSYSTEM 's'`, `DOUBLE` for every pair, `PARALLEL` for pairs between the same buses.
pub(super) fn rule<'t>(line: &Line<'t>) -> Option<Rule<'t>> {
    let (first, what) = (line.at(0)?, line.at(1)?);
    let at_once = if first.is(&["SINGLE"]) {
        AtOnce::One
    } else if first.is(&["DOUBLE"]) {
        AtOnce::Two
    } else if first.is(&["PARALLEL"]) {
        AtOnce::Parallel
    } else {
        return None;
    };
    let of = if what.is(&["BRANCH", "LINE"]) {
        Of::Branch
    } else if what.is(&["TIE"]) {
        Of::Tie
    } else if what.is(&["UNIT", "MACHINE"]) && at_once != AtOnce::Parallel {
        Of::Unit
    } else {
        return None;
    };
    if !line.says(2, &[&["IN", "FROM"], &["SUBSYSTEM", "SYSTEM"]]) {
        return None;
    }
    let set = line.at(4)?.text;
    let low_voltage = line.says(5, &[&["3WLOWVOLTAGE"]]);
    (line.words.len() == 5 + usize::from(low_voltage)).then_some(Rule {
        line: line.number,
        at_once,
        of,
        set,
        low_voltage,
    })
}
