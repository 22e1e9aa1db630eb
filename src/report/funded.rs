//! An answer of funding with all that it takes to tell it, and what is broken in it told once for all years.

use crate::appraise::capital::Capital;
use crate::appraise::fund::{Budgets, Funding};
use crate::appraise::rank::{Game, Metric, Prices};
use crate::criteria::Violation;
use crate::model::{ElementId, Name};
use std::collections::BTreeMap;

/// An answer of funding.
#[derive(Clone, Copy, Debug)]
pub struct Funded<'a> {
    /// The answer.
    pub funding: &'a Funding,
    /// The years that it was verified in.
    pub years: &'a Game<'a>,
    /// The stages that single works were tried in.
    pub stages: &'a Game<'a>,
    /// What works cost.
    pub capital: &'a Capital,
    /// What losses and energy not served cost.
    pub prices: Prices,
    /// What was to be less.
    pub metric: Metric,
    /// The budgets asked about.
    pub budgets: &'a Budgets,
}

/// Something that is broken in some years, told once.
#[derive(Clone, PartialEq, Debug)]
pub struct Broken {
    /// The first year.
    pub since: i16,
    /// The last year.
    pub until: i16,
    /// Years in which it is broken.
    pub years: usize,
    /// The year in which it is worst.
    pub worst_year: i16,
    /// What it is then.
    pub violation: Violation,
    /// What the plan as it stands has then, where it is violated there too.
    pub planned: Option<f64>,
    /// Load without supply, or MVA beyond the limit, on top of the plan as it stands.
    pub beyond_mw: f64,
}

type Key = (Name, Option<ElementId>, &'static str, bool, bool);

fn key(violation: &Violation) -> Key {
    let above = violation.percent > 100.0;
    (violation.rule.clone(), violation.element, violation.quantity, above, violation.fault.is_some())
}

/// What is broken by rule and element: by the budget, most MVA and MW first; and what is in the plan as it stands too, worst
/// first.
#[must_use]
pub fn broken(funding: &Funding) -> (Vec<Broken>, Vec<Broken>) {
    let mut cut: BTreeMap<Key, Broken> = BTreeMap::new();
    let mut anyway: BTreeMap<Key, Broken> = BTreeMap::new();
    for check in &funding.checks {
        for one in &check.cut {
            note(&mut cut, check.year, &one.violation, one.planned, one.beyond_mw);
        }
        for violation in &check.anyway {
            note(&mut anyway, check.year, violation, Some(violation.value), 0.0);
        }
    }
    let sorted = |rows: BTreeMap<Key, Broken>| {
        let mut rows: Vec<Broken> = rows.into_values().collect();
        rows.sort_by(|a, b| {
            let excess = |one: &Broken| one.violation.excess_percent();
            b.beyond_mw
                .total_cmp(&a.beyond_mw)
                .then(excess(b).total_cmp(&excess(a)))
                .then(key(&a.violation).cmp(&key(&b.violation)))
        });
        rows
    };
    (sorted(cut), sorted(anyway))
}

fn note(
    rows: &mut BTreeMap<Key, Broken>,
    year: i16,
    violation: &Violation,
    planned: Option<f64>,
    beyond_mw: f64,
) {
    let row = rows.entry(key(violation)).or_insert_with(|| Broken {
        since: year,
        until: year,
        years: 0,
        worst_year: year,
        violation: violation.clone(),
        planned,
        beyond_mw,
    });
    // Scenarios of one year are one year.
    row.years += usize::from(row.years == 0 || row.until != year);
    row.until = year;
    let worse = beyond_mw
        .total_cmp(&row.beyond_mw)
        .then(violation.excess_percent().total_cmp(&row.violation.excess_percent()));
    if worse.is_gt() {
        (row.worst_year, row.planned, row.beyond_mw) = (year, planned, beyond_mw);
        row.violation = violation.clone();
    }
}
