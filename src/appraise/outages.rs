//! A grid after each outage, under the rules for the grid after a fault.
//!
//! A limit that is passed before any outage is passed after most of them too: it is marked, so that what an outage
//! causes is not lost among what was wrong anyway.

use super::fault_rules::{FaultRules, Measured};
use crate::case::CaseError;
use crate::criteria::{Level, Violation};
use crate::flow::{SolvedGrid, Status};
use crate::ids::{BusId, GeneratorId};
use crate::model::{CriteriaSet, ElementId, Name};
use crate::study::contingency::{After, Contingencies, How, Left, Moved, Options, Outage};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What all outages came to.
#[derive(Clone, Debug)]
pub struct OutageVerdict {
    /// How many outages were asked for; with fewer told of, the study had to end before it was through.
    pub asked: usize,
    /// The outages told of.
    pub outages: Vec<Outage>,
    /// What each came to, in their order.
    pub results: Vec<OutageResult>,
    /// What passes the same limits before any outage.
    pub base: Vec<Violation>,
    /// Rules that were not judged, and why.
    pub not_judged: Vec<(Name, &'static str)>,
    /// The rules it was judged by.
    pub criteria: Name,
    /// Limits that the states were held against.
    pub watched: usize,
    /// What could not be: branches without impedance that have a rating, and interfaces through one.
    pub unwatched: usize,
    /// Of each limit the outage that presses it most.
    pub measured: Vec<Measured>,
}

/// What an outage came to.
#[derive(Clone, PartialEq, Debug)]
pub struct OutageResult {
    /// Which outage: its place in the list.
    pub outage: usize,
    /// An earlier one that leaves the same grid.
    pub same_as: Option<usize>,
    /// Whether a state was found.
    pub status: Status,
    /// How.
    pub how: How,
    /// Load left without supply, before neighbours take any of it over.
    pub lost_mw: f64,
    /// Load that nobody takes over.
    pub unserved_mw: f64,
    /// What neighbours take over.
    pub moved: Vec<Moved>,
    /// Buses left without supply.
    pub dead: Vec<BusId>,
    /// The generator that balances now, where the outage took the one that did.
    pub slack: Option<GeneratorId>,
    /// What is not met; what was met before the outage first, and the worst of it first.
    pub violations: Vec<Violation>,
    /// The voltage that changes most, p.u.
    pub vm_change_pu: Option<(ElementId, f64)>,
    /// The loading that rises most, percent points.
    pub loading_change_percent: Option<(ElementId, f64)>,
    /// Where no state was found: the largest share of load that has one, p.u.
    pub solvable_share: Option<f64>,
}

impl OutageResult {
    /// Takes down what an outage leaves.
    #[must_use]
    pub fn new(rules: &FaultRules, outage: &Outage, after: &After<'_>) -> Self {
        let of = |tag: usize| rules.of_tag(tag).map(|(element, ..)| element);
        Self {
            outage: after.outage,
            same_as: after.same_as,
            status: after.status,
            how: after.how,
            lost_mw: after.lost_mw,
            unserved_mw: after.unserved_mw(),
            moved: after.moved.to_vec(),
            dead: after.dead.to_vec(),
            slack: after.slack,
            violations: rules.judge(outage, after),
            vm_change_pu: after.swing.vm_pu.and_then(|change| Some((of(change.tag)?, change.by))),
            loading_change_percent: (after.swing.loading_percent)
                .and_then(|change| Some((of(change.tag)?, change.by))),
            solvable_share: after.solvable_share,
        }
    }

    /// Whether something breaks the plan that did not before the outage.
    #[must_use]
    pub fn is_caused(violation: &Violation) -> bool {
        let was_so = violation.fault.as_ref().is_some_and(|fault| fault.before.is_some());
        violation.level == Level::Violation && !was_so
    }

    /// Whether a state was found in which nothing is violated that was met before, load that must be served included.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.status == Status::Converged && !self.violations.iter().any(Self::is_caused)
    }

    /// Whether a limit is passed that held before.
    #[must_use]
    pub fn passes_a_limit(&self) -> bool {
        self.violations.iter().any(|v| Self::is_caused(v) && matches!(v.quantity, "vm" | "loading"))
    }
}

/// Outages that are solved and handed on at a time, so that a long list needs no more memory than these.
const PART: usize = 4096;

/// A finished part of a study of outages, kept so that a study which was broken off can go on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct KeptPart {
    /// What the outages of the part left, in their order.
    left: Vec<Left>,
    /// What had pressed limits when it was done.
    pressed_so_far: Vec<u64>,
}

/// Where finished parts are kept.
pub trait Keep {
    /// The next part that a former study finished; each once, in their order.
    fn next(&mut self) -> Option<KeptPart>;
    /// Takes a part that is finished now.
    fn keep(&mut self, part: KeptPart);
}

/// Solves outages as they come and hands each with its result to `tell`, in their order. Returns what pressed each limit
/// most. A study that is to end before it is through tells of the first outages only.
///
/// `count` is about how many there are.
///
/// # Errors
/// [`CaseError`] as [`Contingencies::run`].
pub fn judge_each(
    grid: &SolvedGrid,
    rules: &FaultRules,
    options: &Options,
    outages: (&mut dyn Iterator<Item = Outage>, usize),
    tell: &mut dyn FnMut(Outage, OutageResult),
) -> Result<Vec<Measured>, CaseError> {
    judge_and_keep(grid, rules, options, outages, None, tell)
}

/// As [`judge_each`]; takes the parts that a former study of the same outages finished from `kept`, and keeps those that it
/// finishes there.
///
/// # Errors
/// [`CaseError`] as [`Contingencies::run`].
pub fn judge_and_keep(
    grid: &SolvedGrid,
    rules: &FaultRules,
    options: &Options,
    (outages, count): (&mut dyn Iterator<Item = Outage>, usize),
    mut kept: Option<&mut dyn Keep>,
    tell: &mut dyn FnMut(Outage, OutageResult),
) -> Result<Vec<Measured>, CaseError> {
    let mut contingencies = Contingencies::new(grid, &rules.limits, options, count)?;
    let mut told = 0;
    loop {
        let part: Vec<Outage> = outages.take(PART).collect();
        let wanted = part.len();
        let former = kept.as_mut().and_then(|kept| kept.next());
        let former = former.filter(|former| {
            former.left.len() == wanted && contingencies.go_on(wanted, &former.pressed_so_far)
        });
        let done = if let Some(KeptPart { left, .. }) = former {
            for (outage, left) in part.into_iter().zip(&left) {
                let result = OutageResult::new(rules, &outage, &left.after());
                tell(outage, result);
            }
            wanted
        } else {
            let keeps = kept.is_some();
            let result = |after: After<'_>| {
                let result = OutageResult::new(rules, &part[after.outage - told], &after);
                (keeps.then(|| Left::from(&after)), result)
            };
            let (left, results): (Vec<_>, Vec<_>) = contingencies.run(&part, result)?.into_iter().unzip();
            let done = results.len();
            if let Some(kept) = kept.as_mut().filter(|_| done == wanted && done > 0) {
                let left = left.into_iter().flatten().collect();
                kept.keep(KeptPart { left, pressed_so_far: contingencies.pressed_so_far() });
            }
            for (outage, result) in part.into_iter().zip(results) {
                tell(outage, result);
            }
            done
        };
        told += done;
        if wanted == 0 || done < wanted {
            let mut measured = rules.measured(&contingencies);
            // of outages that were solved before the study had to end, and are not told
            measured.retain(|one| one.outage < told);
            return Ok(measured);
        }
    }
}

/// Solves every outage of a solved grid and judges what it leaves by the rules that `set` has for it.
///
/// `watched` says which buses and branches are looked at.
///
/// # Errors
/// [`CaseError`] as [`Contingencies::run`].
pub fn judge_outages(
    grid: &SolvedGrid,
    set: &CriteriaSet,
    outages: Vec<Outage>,
    options: &Options,
    watched: &dyn Fn(ElementId) -> bool,
) -> Result<OutageVerdict, CaseError> {
    let rules = FaultRules::new(grid, set, options.response, watched);
    let mut verdict = OutageVerdict::of(&rules);
    let count = outages.len();
    verdict.asked = count;
    let list = (&mut outages.into_iter() as &mut dyn Iterator<Item = Outage>, count);
    verdict.measured =
        judge_each(grid, &rules, options, list, &mut |outage, result| verdict.take(outage, result))?;
    Ok(verdict)
}

impl OutageVerdict {
    /// A verdict by these rules on no outage yet.
    #[must_use]
    pub fn of(rules: &FaultRules) -> Self {
        Self {
            asked: 0,
            outages: Vec::new(),
            results: Vec::new(),
            base: rules.before(),
            not_judged: rules.not_judged.clone(),
            criteria: rules.criteria.clone(),
            watched: rules.watched(),
            unwatched: rules.unwatched,
            measured: Vec::new(),
        }
    }

    /// Takes the next outage in.
    pub fn take(&mut self, outage: Outage, result: OutageResult) {
        self.outages.push(outage);
        self.results.push(result);
    }

    /// Whether outages that were asked for were not reached.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.results.len() < self.asked
    }

    /// Each outage, the id of an earlier one that leaves the same grid, and what it came to.
    pub fn rows(&self) -> impl Iterator<Item = (&Outage, Option<&str>, &OutageResult)> {
        self.outages.iter().zip(&self.results).map(|(outage, result)| {
            let same_as = result.same_as.and_then(|first| self.outages.get(first));
            (outage, same_as.map(|first| first.id.as_str()), result)
        })
    }

    /// What is not met by rule and element: where it is worst, and after how many outages; what holds in the intact grid
    /// first, within that the worst first. Load lost and states not found are told by outage and are not among them.
    #[must_use]
    pub fn limiting(&self) -> Vec<Violation> {
        let limits = |v: &&Violation| matches!(v.quantity, "vm" | "loading");
        self.condensed(&limits)
    }

    /// All that is not met, condensed by rule, element and quantity.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        self.condensed(&|_| true)
    }

    fn condensed(&self, wanted: &dyn Fn(&&Violation) -> bool) -> Vec<Violation> {
        let mut rows: BTreeMap<(&Name, Option<ElementId>, &str, bool), Violation> = BTreeMap::new();
        for violation in self.results.iter().flat_map(|result| &result.violations).filter(wanted) {
            let Violation { rule, element, quantity, percent, .. } = violation;
            let key = (rule, *element, *quantity, *percent > 100.0);
            match rows.get_mut(&key) {
                None => {
                    rows.insert(key, violation.clone());
                }
                Some(worst) => {
                    let outages = worst.fault.as_ref().map_or(0, |fault| fault.outages) + 1;
                    if (violation.level, violation.excess_percent()) > (worst.level, worst.excess_percent()) {
                        *worst = violation.clone();
                    }
                    if let Some(fault) = &mut worst.fault {
                        fault.outages = outages;
                    }
                }
            }
        }
        let mut rows: Vec<Violation> = rows.into_values().collect();
        let old = |v: &Violation| v.fault.as_ref().is_some_and(|fault| fault.before.is_some());
        rows.sort_by(|a, b| {
            old(a)
                .cmp(&old(b))
                .then(b.level.cmp(&a.level))
                .then(b.excess_percent().total_cmp(&a.excess_percent()))
                .then(a.element.cmp(&b.element))
        });
        rows
    }
}
