//! A verdict held against a former one: only what is new or worse counts.
//!
//! ```text
//! the same   stage, scenario, rule, element, quantity, side of the limit, intact grid or after a fault; by id
//! worse      further beyond the limit than before by more than 0.1 percent points of it, or 0.1 MW without supply
//! better     less far by as much; gone: violated before, in a state judged again, and not now
//! ```
//!
//! Warnings never count. A state that the former verdict does not have is new with all it breaks.

use super::verdict::Exit;
use super::{JudgedViolation, Verdict};
use crate::criteria::Violation;
use crate::flow::Status;
use crate::model::Plan;
use std::collections::{BTreeMap, BTreeSet};

/// By how much something must differ to count, percent points of the limit.
pub const MARGIN_PERCENT: f64 = 0.1;
/// By how much load without supply must differ to count.
pub const MARGIN_MW: f64 = 0.1;

/// How a violation compares with a former verdict.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Versus {
    /// It was not there.
    New,
    /// It was there, and is worse.
    Worse,
    /// It was there.
    Same,
    /// It was there, and is less bad.
    Better,
}

impl Versus {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worse => "worse",
            Self::Same => "same",
            Self::Better => "better",
        }
    }
}

/// What is the same violation in two verdicts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct FormerKey {
    /// Stage.
    pub stage: String,
    /// Scenario.
    pub scenario: String,
    /// Rule.
    pub rule: String,
    /// Table and id of the element; empty for the grid as a whole.
    pub element: (String, String),
    /// What was measured.
    pub quantity: String,
    /// Whether an upper limit is passed.
    pub upper: bool,
    /// Whether it shows after a fault only.
    pub after_fault: bool,
}

/// A former violation.
#[derive(Clone, PartialEq, Debug)]
pub struct FormerViolation {
    /// Its value.
    pub value: f64,
    /// Value over limit; infinite where there was none.
    pub percent: f64,
    /// Unit of the value.
    pub unit: String,
}

/// A former verdict, as far as it is compared.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Former {
    /// Id of the plan.
    pub plan: String,
    /// Whether the grid after a fault was judged.
    pub n1: bool,
    /// The states judged, by stage and scenario, and whether each had a solution.
    pub states: BTreeMap<(String, String), bool>,
    /// What broke the plan.
    pub violations: BTreeMap<FormerKey, FormerViolation>,
    /// Outages for the sake of works that broke the plan: work, first day, scenario, with the outages that failed on top.
    pub construction: BTreeMap<(String, String, String), BTreeSet<String>>,
}

/// What comes of holding a verdict against a former one.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Compared {
    /// Violations that were not there.
    pub new: usize,
    /// Violations that are worse.
    pub worse: usize,
    /// Violations that are as they were.
    pub same: usize,
    /// Violations that are less bad.
    pub better: usize,
    /// Former violations of states judged again that are gone.
    pub gone: Vec<(FormerKey, FormerViolation)>,
    /// States without a solution that had one, or were not judged.
    pub lost_states: Vec<(String, String)>,
    /// Outages for the sake of works that break the plan and did not.
    pub construction: Vec<String>,
}

impl Compared {
    /// Whether anything is new or worse.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        self.new + self.worse + self.lost_states.len() + self.construction.len() > 0
    }

    /// The answer: broken is what is new or worse.
    #[must_use]
    pub fn exit(&self) -> Exit {
        if !self.lost_states.is_empty() {
            Exit::NoSolution
        } else if self.is_worse() {
            Exit::Violated
        } else {
            Exit::Holds
        }
    }
}

/// How bad it is, and by how much it must differ to count.
fn badness(quantity: &str, value: f64, percent: f64) -> (f64, f64) {
    if quantity == "lost load" {
        (value, MARGIN_MW)
    } else if percent.is_finite() {
        ((percent - 100.0).abs(), MARGIN_PERCENT)
    } else {
        (f64::INFINITY, MARGIN_PERCENT)
    }
}

fn key(plan: &Plan, row: &JudgedViolation) -> FormerKey {
    let Violation { rule, element, quantity, percent, fault, .. } = &row.violation;
    let element = element.map(|one| (one.kind().as_str().to_owned(), plan.network.id_of(one).to_owned()));
    FormerKey {
        stage: plan.stages[row.stage].id.to_string(),
        scenario: plan.scenarios[row.scenario].id.to_string(),
        rule: rule.to_string(),
        element: element.unwrap_or_default(),
        quantity: (*quantity).to_owned(),
        upper: *percent > 100.0,
        after_fault: fault.is_some(),
    }
}

/// Holds a verdict against a former one, and marks its violations.
pub fn compare(plan: &Plan, verdict: &mut Verdict, former: &Former) -> Compared {
    let mut compared = Compared::default();
    let mut met: BTreeSet<FormerKey> = BTreeSet::new();
    for row in verdict.violations.iter_mut().filter(|row| row.breaks_plan()) {
        let key = key(plan, row);
        let Violation { quantity, value, percent, .. } = row.violation;
        let (now, margin) = badness(quantity, value, percent);
        let versus = match former.violations.get(&key) {
            None => Versus::New,
            Some(was) => {
                let (then, _) = badness(quantity, was.value, was.percent);
                if now > then + margin {
                    Versus::Worse
                } else if now < then - margin {
                    Versus::Better
                } else {
                    Versus::Same
                }
            }
        };
        match versus {
            Versus::New => compared.new += 1,
            Versus::Worse => compared.worse += 1,
            Versus::Same => compared.same += 1,
            Versus::Better => compared.better += 1,
        }
        row.baseline = Some(versus);
        met.insert(key);
    }
    let mut judged: BTreeSet<(String, String)> = BTreeSet::new();
    for state in &verdict.summary {
        let name = (plan.stages[state.stage].id.to_string(), plan.scenarios[state.scenario].id.to_string());
        if state.status == Status::Converged {
            judged.insert(name);
        } else if former.states.get(&name) != Some(&false) {
            compared.lost_states.push(name);
        }
    }
    let is_gone =
        |key: &&FormerKey| judged.contains(&(key.stage.clone(), key.scenario.clone())) && !met.contains(*key);
    let gone = former.violations.iter().filter(|(key, _)| is_gone(key));
    compared.gone = gone.map(|(key, was)| (key.clone(), was.clone())).collect();
    for check in verdict.construction.iter().filter(|check| check.breaks_plan) {
        let work = &plan.projects[check.project].id;
        let scenario = &plan.scenarios[check.scenario].id;
        let was =
            former.construction.get(&(work.to_string(), check.outage.from.to_string(), scenario.to_string()));
        let mut more = check.failing.iter().filter(|one| was.is_none_or(|was| !was.contains(one.as_str())));
        if was.is_none() || more.next().is_some() {
            compared.construction.push(format!("{work} from {} ({scenario})", check.outage.from));
        }
    }
    compared
}
