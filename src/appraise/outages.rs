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
use crate::study::contingency::{After, Contingencies, How, Left, Moved, Options, Outage, Passed};
use crate::study::has_threads_to_spare;
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::mpsc;

/// What all outages came to.
#[derive(Clone, Debug)]
pub struct OutageVerdict {
    /// The rules it was judged by, laid over the grid.
    pub rules: FaultRules,
    /// The outages asked for.
    pub outages: Vec<Outage>,
    /// What each came to, in their order.
    pub results: Vec<OutageResult>,
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
    /// Limits that are passed, met before the outage or not.
    pub passed: Vec<Passed>,
    /// How many of them break the plan and were met before.
    pub caused: usize,
    /// What else is not met: load without supply beyond what is allowed, and a state that was not found.
    pub insecure: Vec<Violation>,
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
            passed: after.passed.to_vec(),
            caused: rules.caused(after.passed),
            insecure: rules.insecure(outage, after),
            vm_change_pu: after.swing.vm_pu.and_then(|change| Some((of(change.tag)?, change.by))),
            loading_change_percent: (after.swing.loading_percent)
                .and_then(|change| Some((of(change.tag)?, change.by))),
            solvable_share: after.solvable_share,
        }
    }

    /// Whether a violation breaks the plan and did not before the outage.
    #[must_use]
    pub fn is_caused(violation: &Violation) -> bool {
        let was_so = violation.fault.as_ref().is_some_and(|fault| fault.before.is_some());
        violation.level == Level::Violation && !was_so
    }

    /// Whether a state was found in which nothing is violated that was met before, load that must be served included.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.status == Status::Converged && !self.passes_a_limit() && self.insecure.is_empty()
    }

    /// Whether a limit is passed that held before.
    #[must_use]
    pub fn passes_a_limit(&self) -> bool {
        self.caused > 0
    }
}

/// Outages that are solved and handed on at a time, so that a long list needs no more memory than two parts of it.
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
/// `count` is about how many there are. On several threads the next part of a long list is solved while the last one is told.
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
    kept: Option<&mut dyn Keep>,
    tell: &mut dyn FnMut(Outage, OutageResult),
) -> Result<Vec<Measured>, CaseError> {
    let contingencies = Contingencies::new(grid, &rules.limits, options, count)?;
    let mut parts = Parts { rules, contingencies, first: 0, keeps: kept.is_some() };
    let kept = RefCell::new(kept);
    let mut next = || -> Asked {
        let part: Vec<Outage> = outages.take(PART).collect();
        let former = kept.borrow_mut().as_mut().filter(|_| !part.is_empty()).and_then(|kept| kept.next());
        (part, former)
    };
    let (told, ended) = (Cell::new(0), Cell::new(false));
    let mut tell = |Solved { part, results, keep }: Solved| {
        // of what comes after a part that had to end nothing is told
        if ended.get() {
            return;
        }
        ended.set(results.len() < part.len());
        told.set(told.get() + results.len());
        if let (Some(part), Some(kept)) = (keep, kept.borrow_mut().as_mut()) {
            kept.keep(part);
        }
        for (outage, result) in part.into_iter().zip(results) {
            tell(outage, result);
        }
    };
    let mut part = next();
    if count <= PART || !has_threads_to_spare() {
        while !part.0.is_empty() && !ended.get() {
            tell(parts.solve(part)?);
            part = next();
        }
        return Ok(parts.measured(told.get()));
    }
    std::thread::scope(|scope| {
        let (give, given) = mpsc::channel::<Asked>();
        let (hand, handed) = mpsc::channel();
        let solver = scope.spawn(move || {
            for part in given {
                // Nobody listens any more where telling has failed.
                if hand.send(parts.solve(part)).is_err() {
                    break;
                }
            }
            parts
        });
        // The solver always has the part after the one that is told; where it has stopped, it says so itself.
        let mut waiting = 0;
        while !part.0.is_empty() && !ended.get() {
            waiting += usize::from(give.send(part).is_ok());
            if waiting > 1 {
                tell(handed.recv().unwrap_or_else(|_| Ok(Solved::default()))?);
                waiting -= 1;
            }
            part = next();
        }
        drop(give);
        for solved in handed {
            tell(solved?);
        }
        match solver.join() {
            Ok(parts) => Ok(parts.measured(told.get())),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Outages to be solved, and what a former study made of them.
type Asked = (Vec<Outage>, Option<KeptPart>);

/// Outages and what they came to: fewer of these where the study had to end.
#[derive(Default)]
struct Solved {
    part: Vec<Outage>,
    results: Vec<OutageResult>,
    /// To be kept.
    keep: Option<KeptPart>,
}

/// A list of outages, solved part by part.
struct Parts<'a> {
    rules: &'a FaultRules,
    contingencies: Contingencies<'a>,
    /// Outages of the parts before.
    first: usize,
    /// Whether finished parts are kept.
    keeps: bool,
}

impl Parts<'_> {
    fn solve(&mut self, (part, former): Asked) -> Result<Solved, CaseError> {
        let Self { rules, contingencies, first, keeps } = self;
        let (rules, before, keeps) = (*rules, *first, *keeps);
        let former = former.filter(|former| {
            former.left.len() == part.len() && contingencies.go_on(part.len(), &former.pressed_so_far)
        });
        let (results, keep) = if let Some(KeptPart { left, .. }) = former {
            let known = part.iter().zip(&left);
            (known.map(|(outage, left)| OutageResult::new(rules, outage, &left.after())).collect(), None)
        } else {
            let result = |after: After<'_>| {
                let result = OutageResult::new(rules, &part[after.outage - before], &after);
                (keeps.then(|| Left::from(&after)), result)
            };
            let (left, results): (Vec<_>, Vec<_>) = contingencies.run(&part, result)?.into_iter().unzip();
            let keep = (keeps && results.len() == part.len()).then(|| KeptPart {
                left: left.into_iter().flatten().collect(),
                pressed_so_far: contingencies.pressed_so_far(),
            });
            (results, keep)
        };
        *first += part.len();
        Ok(Solved { part, results, keep })
    }

    /// What pressed limits most, of the outages that were told: others were solved where the study had to end.
    fn measured(&self, told: usize) -> Vec<Measured> {
        let mut measured = self.rules.measured(&self.contingencies);
        measured.retain(|one| one.outage < told);
        measured
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
    let count = outages.len();
    let mut results = Vec::with_capacity(count);
    let mut list = outages.iter().cloned();
    let measured =
        judge_each(grid, &rules, options, (&mut list, count), &mut |_, result| results.push(result))?;
    Ok(OutageVerdict { rules, outages, results, measured })
}

impl OutageVerdict {
    /// Whether the study had to end before all outages that were asked for were reached: the first are told.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.results.len() < self.outages.len()
    }

    /// Each outage, the id of an earlier one that leaves the same grid, and what it came to.
    pub fn rows(&self) -> impl Iterator<Item = (&Outage, Option<&str>, &OutageResult)> {
        self.outages.iter().zip(&self.results).map(|(outage, result)| {
            let same_as = result.same_as.and_then(|first| self.outages.get(first));
            (outage, same_as.map(|first| first.id.as_str()), result)
        })
    }

    /// What is not met after one of the outages; what was met before first, and the worst of it first.
    #[must_use]
    pub fn violations_of(&self, result: &OutageResult) -> Vec<Violation> {
        self.rules.violations(&self.outages[result.outage], result)
    }

    /// All of it in words, for documents that hold every outage.
    #[must_use]
    pub fn told(&self) -> OutagesTold {
        let after = self.results.iter().map(|result| self.violations_of(result));
        OutagesTold { before: self.rules.before(), after: after.collect() }
    }

    /// The limits that are passed: where each is at its worst, and after how many outages; what holds in the intact grid first,
    /// within that the worst first. Load lost and states not found are told by outage and are not among them.
    #[must_use]
    pub fn limiting(&self) -> Vec<Violation> {
        // By limit: how often it is passed below and above, and the furthest.
        let mut furthest: Vec<[Option<Furthest>; 2]> = vec![[None; 2]; self.rules.watched()];
        for result in &self.results {
            for &passed in &result.passed {
                let above = self.rules.is_above(&passed);
                let found = Furthest { passed, outage: result.outage, outages: 1 };
                let known = &mut furthest[passed.tag][usize::from(above)];
                *known = Some(known.map_or(found, |known| known.with(found, above)));
            }
        }
        let told = furthest.iter().flatten().flatten();
        let violation =
            |one: &Furthest| self.rules.violation(&one.passed, &self.outages[one.outage].id, one.outages);
        in_order(told.map(violation).collect())
    }

    /// All that is not met, condensed by rule, element and quantity.
    #[must_use]
    pub fn violations(&self) -> Vec<Violation> {
        let mut rows: BTreeMap<(&Name, Option<ElementId>, &str), Violation> = BTreeMap::new();
        for violation in self.results.iter().flat_map(|result| &result.insecure) {
            let key = (&violation.rule, violation.element, violation.quantity);
            let Some(worst) = rows.get_mut(&key) else {
                rows.insert(key, violation.clone());
                continue;
            };
            let outages = worst.fault.as_ref().map_or(0, |fault| fault.outages) + 1;
            if violation.excess_percent() > worst.excess_percent() {
                *worst = violation.clone();
            }
            if let Some(fault) = &mut worst.fault {
                fault.outages = outages;
            }
        }
        in_order(self.limiting().into_iter().chain(rows.into_values()).collect())
    }
}

/// What is not met before any outage, and after each.
#[derive(Clone, Debug)]
pub struct OutagesTold {
    /// Before, worst first.
    pub before: Vec<Violation>,
    /// After each outage, in their order, as [`OutageVerdict::violations_of`].
    pub after: Vec<Vec<Violation>>,
}

/// How far a limit is passed, on one side.
#[derive(Clone, Copy)]
struct Furthest {
    passed: Passed,
    /// After which outage.
    outage: usize,
    /// After how many it is passed.
    outages: usize,
}

impl Furthest {
    /// Both together; of equal ones the first stays.
    fn with(self, other: Self, above: bool) -> Self {
        let is_further = if above {
            other.passed.value > self.passed.value
        } else {
            other.passed.value < self.passed.value
        };
        Self { outages: self.outages + other.outages, ..if is_further { other } else { self } }
    }
}

/// What held before first, within that the worst first.
fn in_order(mut rows: Vec<Violation>) -> Vec<Violation> {
    let old = |v: &Violation| v.fault.as_ref().is_some_and(|fault| fault.before.is_some());
    rows.sort_by(|a, b| {
        old(a)
            .cmp(&old(b))
            .then(b.level.cmp(&a.level))
            .then(b.excess_percent().total_cmp(&a.excess_percent()))
            .then(a.element.cmp(&b.element))
            .then((&a.rule, a.quantity).cmp(&(&b.rule, b.quantity)))
    });
    rows
}
