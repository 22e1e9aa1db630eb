//! Funding against brute force: every selection of works and years that the money reaches, every year of it solved from nothing.

use super::{is_near, options, severity, staged, without, work};
use gridstage::appraise::capital::Capital;
use gridstage::appraise::dated::{Days, yearly};
use gridstage::appraise::fund::{
    BudgetSource, Budgets, Ending, Fund, Funding, Role, Unfunded, years_of_works,
};
use gridstage::appraise::rank::{Game, Metric, Prices};
use gridstage::ids::ProjectId;
use gridstage::model::{Budget, Origin, Plan, Selection, Status};
use std::collections::{BTreeMap, BTreeSet};

fn budget(year: i16, budget_million: f64) -> Budget {
    Budget {
        year,
        funding: "".into(),
        budget_million,
        price_year: 2020,
        carry_over: true,
        origin: Origin::default(),
    }
}

/// The closed plan in which some works are a choice and the others stand.
fn plan(free: &[&str]) -> Plan {
    let mut plan = staged(&[2022, 2025, 2030]);
    let ids: Vec<ProjectId> = plan.projects.ids().collect();
    for id in ids {
        let project = &mut plan.projects[id];
        if project.is_counted() && !free.contains(&project.id.as_str()) {
            project.status = Status::Commissioned;
        }
    }
    plan
}

fn ask(plan: &Plan, budgets: Budgets, must: &[&str], factors: &[f64]) -> Result<Funding, Unfunded> {
    let tried = years_of_works(plan).unwrap();
    let stage_days = Days::new(tried.clone(), options(&tried), &|| ()).unwrap();
    let years = yearly(plan).unwrap();
    let year_days = Days::new(years.clone(), options(&years), &|| ()).unwrap();
    let capital = Capital::new(plan, &Selection::default());
    Fund {
        stages: &mut Game::new(&stage_days),
        years: &mut Game::new(&year_days),
        capital: &capital,
        prices: Prices::default(),
        metric: Metric::Severity,
        budgets,
        must: must.iter().map(|id| work(plan, id)).collect(),
        rounds: 6,
        factors: factors.to_vec(),
    }
    .answer(&|_, _, _| ())
}

fn stated(rows: Vec<Budget>) -> Budgets {
    Budgets { source: BudgetSource::Plan, rows, factor: 1.0 }
}

/// The severity of all years with works from some years on, discounted at 10 % with the flow of 2020 at its end.
struct Brute<'a> {
    plan: &'a Plan,
    free: &'a [ProjectId],
    known: BTreeMap<(i16, BTreeSet<ProjectId>), f64>,
}

impl Brute<'_> {
    fn value(&mut self, starts: &[Option<i16>]) -> f64 {
        let mut sum = 0.0;
        for year in 2020..=2030 {
            let missing = |start: &Option<i16>| start.is_none_or(|start| start > year);
            let out: BTreeSet<ProjectId> = self
                .free
                .iter()
                .zip(starts)
                .filter(|(_, start)| missing(start))
                .map(|(&work, _)| work)
                .collect();
            let plan = self.plan;
            let one = *self
                .known
                .entry((year, out.clone()))
                .or_insert_with(|| severity(&without(plan, &out), year));
            sum += one / 1.1_f64.powi(i32::from(year) - 2019);
        }
        sum
    }
}

/// Every work costs 100 in its year; with so much money by year, all carried over.
fn is_paid(starts: &[Option<i16>], money: &[(i16, f64)]) -> bool {
    (2020..=2030).all(|year| {
        let spent = 100.0 * starts.iter().flatten().filter(|&&start| start <= year).count() as f64;
        let there: f64 = money.iter().filter(|(one, _)| *one <= year).map(|one| one.1).sum();
        spent <= there + 1e-9
    })
}

#[test]
fn what_is_built_takes_off_as_much_as_the_best_of_all_selections() {
    let free = ["P1", "P2", "P9", "P11"];
    let plan = plan(&free);
    let ids: Vec<ProjectId> = free.iter().map(|id| work(&plan, id)).collect();
    let planned: Vec<i16> =
        ids.iter().map(|&id| plan.projects[id].phases[0].commissioning.unwrap().date.year()).collect();
    let mut brute = Brute { plan: &plan, free: &ids, known: BTreeMap::new() };
    let none = brute.value(&[None; 4]);
    let mut built = BTreeSet::new();
    for money in [
        vec![(2022, 100.0)],
        vec![(2024, 100.0), (2026, 100.0)],
        vec![(2021, 250.0), (2027, 50.0)],
        vec![(2029, 400.0)],
    ] {
        let rows = money.iter().map(|&(year, million)| budget(year, million)).collect();
        let found = ask(&plan, stated(rows), &[], &[]).unwrap();
        let starts: Vec<Option<i16>> = ids.iter().map(|id| found.starts[id]).collect();
        assert!(is_paid(&starts, &money), "{money:?}: {starts:?}");
        for (start, planned) in starts.iter().zip(&planned) {
            assert!(start.is_none_or(|start| start >= *planned), "nothing comes before its day: {starts:?}");
        }
        let mut best = (none, vec![None; 4]);
        let choices = |planned: i16| std::iter::once(None).chain((planned..=2030).map(Some));
        for a in choices(planned[0]) {
            for b in choices(planned[1]) {
                for c in choices(planned[2]) {
                    for d in choices(planned[3]) {
                        let starts = [a, b, c, d];
                        if is_paid(&starts, &money) {
                            let value = brute.value(&starts);
                            if value < best.0 - 1e-9 {
                                best = (value, starts.to_vec());
                            }
                        }
                    }
                }
            }
        }
        let value = brute.value(&starts);
        // What was verified is what brute force finds of the same selection, and that is the best there is.
        let round = &found.rounds[found.best - 1];
        assert!(is_near(none - value, round.verified), "{money:?}: {} {}", none - value, round.verified);
        assert!(is_near(value, best.0), "{money:?}: {starts:?} {value}, best {best:?} of {none}");
        assert_eq!(found.ending, Ending::All);
        for check in &found.checks {
            let out = ids
                .iter()
                .filter(|id| found.starts[*id].is_none_or(|start| start > check.year))
                .copied()
                .collect();
            let by_force = severity(&without(&plan, &out), check.year);
            assert!(check.solved && is_near(check.funded.severity(), by_force), "{}: {by_force}", check.year);
        }
        built.insert(starts.iter().map(Option::is_some).collect::<Vec<bool>>());
    }
    assert!(built.len() > 1, "the money decides: {built:?}");
}

/// P10 brings the third circuits to A and B. A work that is asked for comes as planned and is paid first; 40 of its 100 are
/// missing, and nothing else is built.
#[test]
fn a_work_that_must_come_is_paid_first_and_a_budget_that_does_not_reach_says_so() {
    let plan = plan(&["P1", "P2", "P10"]);
    let found = ask(&plan, stated(vec![budget(2021, 100.0)]), &["P10"], &[0.5, 1.0, 2.0]).unwrap();
    assert_eq!(found.roles.with(Role::Must), [work(&plan, "P10")]);
    assert!(found.starts.values().all(Option::is_none), "{:?}", found.starts);
    let spent: f64 = found.accounts[0].iter().map(|account| account.spent_million).sum();
    assert!((spent - 100.0).abs() < 1e-9);
    // Half of the budget does not pay P10, twice it pays one more work.
    assert!(matches!(found.scenarios[0].starts, Err(Unfunded::Short(..))));
    assert_eq!(found.scenarios[2].starts.as_ref().unwrap().values().flatten().count(), 1);
    let short = ask(&plan, stated(vec![budget(2021, 60.0)]), &["P10"], &[]).unwrap_err();
    let Unfunded::Short(purses, shortfalls) = short else { panic!("{short:?}") };
    // 50 in 2028 are there; of the 50 in 2029, 10.
    assert_eq!(shortfalls.len(), 1);
    let (one, works) = &shortfalls[0];
    assert_eq!((purses.years[one.year], works.as_slice()), (2029, [work(&plan, "P10")].as_slice()));
    assert!((one.short_million() - 40.0).abs() < 1e-9, "{one:?}");
}

/// P4 requires P3: with money for one work P4 is never built alone.
#[test]
fn a_work_is_not_built_without_what_it_needs() {
    let plan = plan(&["P3", "P4"]);
    for million in [100.0, 200.0] {
        let found = ask(&plan, stated(vec![budget(2020, million)]), &[], &[]).unwrap();
        let [p3, p4] = ["P3", "P4"].map(|id| found.starts[&work(&plan, id)]);
        assert!(p4.is_none() || p3.is_some_and(|p3| p4.is_some_and(|p4| p3 <= p4)), "{p3:?} {p4:?}");
        assert!(p3.is_some(), "the station's own load is lost without it");
    }
}

/// Without stated budgets the plan's own spending is the measure: with all of it everything that helps is built as planned.
#[test]
fn without_budgets_the_plans_own_spending_is_what_there_is() {
    let plan = plan(&["P1", "P2", "P9"]);
    let spending = |factor| Budgets { source: BudgetSource::Spending, rows: Vec::new(), factor };
    let all = ask(&plan, spending(1.0), &[], &[]).unwrap();
    for (id, start) in &all.starts {
        let planned = plan.projects[*id].phases[0].commissioning.unwrap().date.year();
        assert!(start.is_none_or(|start| start == planned), "{:?}", all.starts);
        assert!(
            start.is_some() || all.pruned.contains(id) || all.worth[id] < 1e-3,
            "{:?} {:?}",
            all.starts,
            all.worth
        );
    }
    let nothing = ask(&plan, spending(0.0), &[], &[]).unwrap();
    assert!(nothing.starts.values().all(Option::is_none));
    // What is broken for want of money then is what all these works keep whole.
    let broken = |found: &Funding| found.checks.iter().map(|check| check.cut.len()).sum::<usize>();
    assert!(broken(&nothing) > 0 && broken(&all) == 0, "{} {}", broken(&nothing), broken(&all));
}
