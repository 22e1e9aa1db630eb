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
use std::collections::{BTreeMap, VecDeque};

/// What all outages came to.
#[derive(Clone, Debug)]
pub struct OutageVerdict {
    /// The rules it was judged by, laid over the grid.
    pub rules: FaultRules,
    /// How many outages were asked for; with fewer told of, the study had to end before it was through.
    pub asked: usize,
    /// The outages told of.
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

/// Outages that are solved and handed on at a time, so that a long list needs no more memory than a few parts of it.
const PART: usize = 2048;

/// Parts of a long list under way at a time: what takes long at the end of one leaves no thread without work.
const UNDER_WAY: usize = 2;

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
/// `count` is about how many there are. On several threads the next parts of a long list are solved while the last one is told.
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
    let solver = Solver { rules, contingencies, keeps: kept.is_some() };
    let mut teller = Teller { kept, tell, told: 0 };
    let mut first = 0;
    let mut next = |teller: &mut Teller<'_, '_>| -> Option<Part> {
        let outages: Vec<Outage> = outages.take(PART).collect();
        let part = Part { first, former: teller.former(), outages };
        first += part.outages.len();
        (!part.outages.is_empty()).then_some(part)
    };
    if count > PART && has_threads_to_spare() {
        told_meanwhile(&solver, &mut teller, &mut next)?;
    } else {
        while let Some(part) = next(&mut teller) {
            if !teller.take(solver.solve(part)?) {
                break;
            }
        }
    }
    let mut measured = rules.measured(&solver.contingencies);
    // of outages that were solved before the study had to end, and are not told
    measured.retain(|one| one.outage < teller.told);
    Ok(measured)
}

/// Tells of each part while the next ones are solved.
fn told_meanwhile(
    solver: &Solver<'_>,
    teller: &mut Teller<'_, '_>,
    next: &mut dyn FnMut(&mut Teller<'_, '_>) -> Option<Part>,
) -> Result<(), CaseError> {
    // What is kept of a part holds what pressed limits up to its end, and no further.
    let most = if solver.keeps { 1 } else { UNDER_WAY };
    std::thread::scope(|scope| {
        let mut under_way = VecDeque::with_capacity(most);
        let mut fill = |under_way: &mut VecDeque<_>, teller: &mut Teller<'_, '_>| {
            while under_way.len() < most
                && let Some(part) = next(teller)
            {
                under_way.push_back(scope.spawn(move || solver.solve(part)));
            }
        };
        fill(&mut under_way, teller);
        while let Some(part) = under_way.pop_front() {
            let solved = part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            fill(&mut under_way, teller);
            if !teller.take(solved) {
                break;
            }
        }
        Ok(())
    })
}

/// Outages that are solved together, and what a former study kept of them.
struct Part {
    /// Outages of the parts before.
    first: usize,
    outages: Vec<Outage>,
    former: Option<KeptPart>,
}

/// A part as far as it was solved.
struct Solved {
    outages: Vec<Outage>,
    results: Vec<OutageResult>,
    /// What is to be kept of it.
    kept: Option<KeptPart>,
}

/// Solves a list of outages part by part.
struct Solver<'a> {
    rules: &'a FaultRules,
    contingencies: Contingencies<'a>,
    /// Whether what is solved is to be kept.
    keeps: bool,
}

impl Solver<'_> {
    fn solve(&self, Part { first, outages, former }: Part) -> Result<Solved, CaseError> {
        let Self { rules, contingencies, keeps } = self;
        let (rules, count) = (*rules, outages.len());
        let fits =
            |former: &KeptPart| former.left.len() == count && contingencies.go_on(&former.pressed_so_far);
        if let Some(former) = former.filter(fits) {
            let both = outages.iter().zip(&former.left);
            let results =
                both.map(|(outage, left)| OutageResult::new(rules, outage, &left.after())).collect();
            return Ok(Solved { outages, results, kept: None });
        }
        let result = |after: After<'_>| {
            let result = OutageResult::new(rules, &outages[after.outage - first], &after);
            (keeps.then(|| Left::from(&after)), result)
        };
        let (left, results): (Vec<_>, Vec<_>) =
            contingencies.run(first, &outages, result)?.into_iter().unzip();
        let whole = *keeps && results.len() == count;
        let kept = whole.then(|| KeptPart {
            left: left.into_iter().flatten().collect(),
            pressed_so_far: contingencies.pressed_so_far(),
        });
        Ok(Solved { outages, results, kept })
    }
}

/// Hands results on, in order.
struct Teller<'k, 't> {
    kept: Option<&'k mut dyn Keep>,
    tell: &'t mut dyn FnMut(Outage, OutageResult),
    /// Outages told of so far.
    told: usize,
}

impl Teller<'_, '_> {
    fn former(&mut self) -> Option<KeptPart> {
        self.kept.as_mut().and_then(|kept| kept.next())
    }

    /// Tells of a part; says whether it was solved to its end.
    fn take(&mut self, Solved { outages, results, kept }: Solved) -> bool {
        if let (Some(keep), Some(part)) = (&mut self.kept, kept) {
            keep.keep(part);
        }
        let whole = results.len() == outages.len();
        self.told += results.len();
        for (outage, result) in outages.into_iter().zip(results) {
            (self.tell)(outage, result);
        }
        whole
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
    let mut outages = outages;
    outages.truncate(results.len());
    Ok(OutageVerdict { rules, asked: count, outages, results, measured })
}

impl OutageVerdict {
    /// Whether outages that were asked for were not reached.
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
