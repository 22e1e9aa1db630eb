//! The answer told year by year: what holds, what stays broken, and what it is worth in money.

use super::funding::{Starts, Unfunded, YearCheck};
use super::ground::Ground;
use super::worth::{Economics, economics};
use crate::appraise::compare::differences;
use crate::appraise::rank::Metrics;
use crate::finding::Finding;
use jiff::civil::Date;
use std::collections::BTreeMap;

impl Ground<'_, '_, '_> {
    /// Every year with what is funded, against the plan.
    ///
    /// # Errors
    /// Why a grid cannot be built.
    pub(super) fn check(&self, starts: &Starts) -> Result<Vec<YearCheck>, Unfunded> {
        let (years, none) = (&*self.asked.years, self.nothing());
        let mut planned_states = Vec::new();
        for stage in years.days.plan.stages.ids() {
            planned_states.extend(years.days.of_stage(stage).map(|planned| (stage, planned)));
        }
        let keys: BTreeMap<_, _> = planned_states
            .iter()
            .map(|&(stage, _)| (stage, [self.year_key(starts, stage), self.year_key(&none, stage)]))
            .collect();
        let checks = crate::study::side_by_side(&planned_states, |&(stage, planned)| {
            let [funded, bare] = &keys[&stage];
            let set = years.days.set(stage);
            let judged = years.judge(funded, planned)?;
            let bare = years.judge(bare, planned)?;
            let cut = differences(set, &planned.judged, &judged);
            let anyway = judged
                .violations
                .iter()
                .filter(|violation| !cut.iter().any(|one| one.violation == **violation))
                .cloned()
                .collect();
            Ok::<_, Vec<Finding>>(YearCheck {
                year: years.day(stage).map_or(0, Date::year),
                scenario: planned.scenario,
                solved: judged.is_solved(),
                planned: Metrics::of(set, &planned.judged),
                funded: Metrics::of(set, &judged),
                none: Metrics::of(set, &bare),
                cut,
                anyway,
            })
        });
        Ok(checks.into_iter().collect::<Result<Vec<_>, _>>()?)
    }

    /// What a selection is worth in money against none of the works that are a choice.
    pub(super) fn economics(&self, starts: &Starts) -> Option<Economics> {
        let none = self.nothing();
        let mut spent: BTreeMap<i16, f64> = BTreeMap::new();
        for (&work, &start) in starts {
            let Some((start, cost)) = start.zip(self.asked.capital.of(work)) else { continue };
            for &(year, share) in &cost.shares {
                *spent.entry(year + start - self.planned(work)).or_default() += share * cost.plan_million;
            }
        }
        let mut rows: BTreeMap<i16, (f64, Metrics, Metrics)> = spent
            .into_iter()
            .map(|(year, million)| (year, (million, Metrics::default(), Metrics::default())))
            .collect();
        for stage in self.asked.years.days.plan.stages.ids() {
            let year = self.asked.years.day(stage).map_or(0, Date::year);
            let metrics =
                |starts| self.asked.years.metrics(&self.year_key(starts, stage)).unwrap_or_default();
            let row = rows.entry(year).or_insert((0.0, Metrics::default(), Metrics::default()));
            (row.1, row.2) = (metrics(&none), metrics(starts));
        }
        let first = rows.keys().next().copied().unwrap_or(0);
        let last = rows.keys().last().copied().unwrap_or(0);
        let rows: Vec<(i16, f64, Metrics, Metrics)> = (first..=last)
            .map(|year| {
                let (spent, none, with) = rows.get(&year).copied().unwrap_or_default();
                (year, spent, none, with)
            })
            .collect();
        economics(&self.asked.capital.terms, &self.asked.prices, &rows)
    }
}
