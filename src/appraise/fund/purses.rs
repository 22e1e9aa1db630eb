//! The money that works may take: budgets by year and funding class, in prices of the plan.

use super::select::Purse;
use crate::appraise::capital::{Capital, Terms};
use crate::ids::ProjectId;
use crate::model::{Budget, Name, Plan};
use std::collections::{BTreeMap, BTreeSet};

/// Where budgets come from.
#[derive(Clone, PartialEq, Debug)]
pub enum BudgetSource {
    /// The plan states them: budgets.csv.
    Plan,
    /// A file states them.
    File(String),
    /// Nobody does: what the plan would spend, by year and funding class, is taken.
    Spending,
}

/// Budgets as asked.
#[derive(Clone, PartialEq, Debug)]
pub struct Budgets {
    /// Where they come from.
    pub source: BudgetSource,
    /// The rows, where they are stated.
    pub rows: Vec<Budget>,
    /// Each is taken times this.
    pub factor: f64,
}

/// Purses with whose money they hold.
#[derive(Clone, PartialEq, Debug)]
pub struct Purses {
    /// The years of the axis.
    pub years: Vec<i16>,
    /// Funding classes; `None` is all works together.
    pub of: Vec<Option<Name>>,
    /// The money of each.
    pub purses: Vec<Purse>,
    /// Funding classes that works have and no budget is for.
    pub without_budget: BTreeSet<Name>,
}

impl Purses {
    /// The purses for works that are paid from them, over `years`.
    #[must_use]
    pub fn new(
        plan: &Plan,
        capital: &Capital,
        budgets: &Budgets,
        paid: &BTreeSet<ProjectId>,
        years: std::ops::RangeInclusive<i16>,
    ) -> Self {
        let years: Vec<i16> = years.collect();
        let class = |project: ProjectId| plan.projects[project].funding.clone();
        let mut rows: BTreeMap<Option<Name>, BTreeMap<i16, (f64, bool)>> = BTreeMap::new();
        if budgets.source == BudgetSource::Spending {
            for outlay in capital.outlays().filter(|outlay| paid.contains(&outlay.project)) {
                let year = rows.entry(Some(class(outlay.project))).or_default().entry(outlay.year);
                year.or_insert((0.0, true)).0 += outlay.plan_million;
            }
        } else {
            for budget in &budgets.rows {
                let million = in_plan_prices(&capital.terms, budget);
                let of = Some(budget.funding.clone()).filter(|funding| !funding.is_empty());
                rows.entry(of).or_default().insert(budget.year, (million, budget.carry_over));
            }
        }
        let classes: BTreeSet<Name> = paid.iter().map(|&project| class(project)).collect();
        let for_all = rows.contains_key(&None);
        let without_budget: BTreeSet<Name> = classes
            .into_iter()
            .filter(|class| !for_all && !rows.contains_key(&Some(class.clone())))
            .collect();
        for class in &without_budget {
            rows.insert(Some(class.clone()), BTreeMap::new());
        }
        let purse = |rows: &BTreeMap<i16, (f64, bool)>| {
            let of = |year: &i16| rows.get(year).copied().unwrap_or((0.0, true));
            Purse {
                budget: years.iter().map(|year| budgets.factor * of(year).0).collect(),
                carries: years.iter().map(|year| of(year).1).collect(),
            }
        };
        Self {
            purses: rows.values().map(purse).collect(),
            of: rows.keys().cloned().collect(),
            without_budget,
            years,
        }
    }

    /// The purses that a work of a funding class is paid from.
    #[must_use]
    pub fn of_class(&self, class: &Name) -> Vec<usize> {
        let pays = |of: &Option<Name>| of.as_ref().is_none_or(|of| of == class);
        self.of.iter().enumerate().filter(|(_, of)| pays(of)).map(|(place, _)| place).collect()
    }

    /// Whose money a purse holds, in words.
    #[must_use]
    pub fn label(&self, purse: usize) -> &str {
        match self.of.get(purse) {
            Some(Some(class)) if class.is_empty() => "not said",
            Some(Some(class)) => class,
            _ => "all together",
        }
    }
}

fn in_plan_prices(terms: &Terms, budget: &Budget) -> f64 {
    budget.budget_million * terms.money.to_plan_prices(budget.price_year)
}
