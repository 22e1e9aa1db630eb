//! Need dates against brute force: every delayed plan built anew, every day of it solved from nothing, outage by outage.

pub(crate) mod brute;
mod hanoi;
pub(crate) mod plan;

use brute::Broken;
use gridstage::appraise::dated::{DatedOptions, Days, Outages, yearly};
use gridstage::appraise::need::{Delays, NeedBy, Outcome, WorkNeed, deferrals, effort, with_saving};
use gridstage::criteria::Modelled;
use gridstage::flow::FlowOptions;
use gridstage::ids::{Id, ProjectId};
use gridstage::model::{CriteriaSet, Plan, Selection};
use gridstage::study::contingency;

/// Years of delay in the matrix.
const YEARS: u16 = 4;

fn outages(_: &CriteriaSet) -> contingency::Options {
    FlowOptions::default().into()
}

fn options(plan: &Plan, n1: bool) -> DatedOptions<'static> {
    DatedOptions {
        scenarios: plan.scenarios.ids().collect(),
        selection: Selection::default(),
        flow: FlowOptions::default(),
        modelled: Modelled { contingencies: n1, ..Modelled::default() },
        outages: Outages(&outages),
    }
}

fn rows(days: &Days<'_>) -> Vec<WorkNeed> {
    let works: Vec<ProjectId> = days.plan.projects.ids().collect();
    let mut rows = Vec::new();
    Delays::new(days).run(&works, YEARS, &mut |row| rows.push(row));
    rows
}

/// The gravest of what a delay breaks, by year: MW beyond and number of limits; years without anything are left out.
fn delayed(plan: &Plan, late: &Plan, n1: bool) -> Vec<(i16, f64, usize)> {
    let mut found = Vec::new();
    for year in plan::FIRST..=plan::LAST {
        let planned = brute::broken(plan, year, n1);
        let now = brute::broken(late, year, n1);
        let mut mw = 0.0;
        let mut count = 0;
        for (key, Broken { percent, mw: beyond, rated_mva }) in &now {
            let was = planned.get(key);
            let more = match key.quantity {
                "lost load" => beyond - was.map_or(0.0, |was| was.mw),
                _ => (percent - was.map_or(100.0, |was| was.percent)) / 100.0 * rated_mva,
            };
            let is_worse = match (was, key.quantity) {
                (None, _) => true,
                (Some(was), "lost load") => *beyond > was.mw + 1.0,
                (Some(was), _) => *percent > was.percent + 1.0,
            };
            if is_worse {
                mw += more;
                count += 1;
            }
        }
        if count > 0 {
            found.push((year, mw, count));
        }
    }
    found
}

/// How many works of each kind the plan has, so that none of them goes unseen.
#[derive(Clone, Copy, Debug, Default)]
struct Kinds {
    changing_nothing: usize,
    not_yet: usize,
    tight: usize,
    with_float: usize,
}

#[test]
fn need_dates_floats_and_the_delay_matrix_are_those_of_brute_force() {
    // Not each of them with faults and without: after faults every circuit of this plan is missed sooner or later.
    let mut kinds = Kinds::default();
    for n1 in [true, false] {
        let plan = plan::closed();
        let days = Days::new(yearly(&plan).unwrap(), options(&plan, n1), &|| ()).unwrap();
        let rows = rows(&days);
        assert_eq!(rows.len(), plan.projects.len());
        let mut failing = 0;
        for row in &rows {
            let id = plan.projects[row.project].id.as_str();
            let Some(planned) = row.planned else {
                assert_eq!(row.need, NeedBy::NotPlanned, "{id}");
                continue;
            };
            // The least delay with which anything fails, tried as long as the horizon is.
            let last = u16::try_from(plan::LAST - plan::FIRST + 1).unwrap();
            let by_force = (1..=last).find_map(|k| {
                let found = delayed(&plan, &brute::late(&plan, row.project, k), n1);
                found.first().map(|&(year, ..)| (k, year))
            });
            match (&row.need, by_force) {
                (NeedBy::Day { day, float_years, first }, Some((k, year))) => {
                    assert_eq!(*float_years, k - 1, "{id}");
                    assert_eq!(first.year, year, "{id}");
                    assert_eq!(day.year(), planned.year() + i16::try_from(k).unwrap() - 1, "{id}");
                    assert_eq!((day.month(), day.day()), (12, 31));
                }
                (NeedBy::NotBefore { .. } | NeedBy::ChangesNothing, None) => {}
                other => panic!("{id}, N-1 {n1}: {other:?}"),
            }
            for slip in &row.slips {
                let found = delayed(&plan, &brute::late(&plan, row.project, slip.years), n1);
                let place =
                    format!("{id} late by {} years, N-1 {n1}: {:?}, {found:?}", slip.years, slip.outcome);
                match &slip.outcome {
                    Outcome::Fails { first, worst, limits, beyond_mw, .. } => {
                        failing += 1;
                        assert_eq!(first.year, found[0].0, "{place}");
                        let most =
                            found.iter().max_by(|a, b| a.1.total_cmp(&b.1).then(a.2.cmp(&b.2))).unwrap();
                        assert!((most.1 - beyond_mw).abs() < 1e-4 * (1.0 + most.1), "{place}");
                        assert_eq!((most.0, most.2), (worst.year, *limits), "{place}");
                    }
                    Outcome::Holds | Outcome::Same => assert!(found.is_empty(), "{place}"),
                    Outcome::Unknown(why) => panic!("{place}: {why}"),
                }
            }
        }
        assert!(failing > 8, "the plan has works whose delay matters: {failing}");
        for row in &rows {
            match row.need {
                NeedBy::ChangesNothing => kinds.changing_nothing += 1,
                NeedBy::NotBefore { .. } => kinds.not_yet += 1,
                NeedBy::Day { float_years: 0, .. } => kinds.tight += 1,
                NeedBy::Day { .. } => kinds.with_float += 1,
                _ => {}
            }
        }
    }
    let Kinds { changing_nothing, not_yet, tight, with_float } = kinds;
    assert!([changing_nothing, not_yet, tight, with_float].iter().all(|&count| count > 0), "{kinds:?}");
}

#[test]
fn what_is_the_planned_grid_and_what_was_solved_before_is_not_solved() {
    let plan = plan::closed();
    let days = Days::new(yearly(&plan).unwrap(), options(&plan, true), &|| ()).unwrap();
    let rows = rows(&days);
    let effort = effort(&days, &rows);
    // P5 changes nothing, and P6 follows it: late P5 is late P6, state by state.
    let of = |id: &str| rows.iter().find(|row| plan.projects[row.project].id == id).unwrap();
    let states = |id: &str| of(id).states.iter().map(|s| (s.stage, s.missing.clone())).collect::<Vec<_>>();
    let (five, six) = (states("P5"), states("P6"));
    assert!(!five.is_empty() && five.iter().all(|state| six.contains(state)), "{five:?} {six:?}");
    assert_eq!(of("P7").states.len(), 0, "nothing changes, nothing is solved");
    assert!(effort.shared >= five.len());
    assert!(effort.same > 0);
    let all: usize = rows.iter().map(|row| row.states.len()).sum();
    assert_eq!(effort.states + effort.shared, all);
    assert_eq!(effort.planned_states, usize::try_from(plan::LAST - plan::FIRST + 1).unwrap());
    let outages: usize = days.planned.iter().map(|state| state.judged.outages()).sum();
    assert!(effort.outages > outages && effort.intact == effort.states + effort.planned_states);
}

#[cfg(feature = "parallel")]
#[test]
fn rows_are_the_same_on_any_number_of_threads_and_in_any_batch() {
    let plan = plan::closed();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| rows(&Days::new(yearly(&plan).unwrap(), options(&plan, true), &|| ()).unwrap()))
    };
    let one = on(1);
    assert_eq!(one, on(3));
    // One by one, in the other direction: a row depends on nothing but the plan.
    let days = Days::new(yearly(&plan).unwrap(), options(&plan, true), &|| ()).unwrap();
    for index in (0..plan.projects.len()).rev() {
        let mut alone = Vec::new();
        Delays::new(&days).run(&[ProjectId::from_index(index)], YEARS, &mut |row| alone.push(row));
        assert_eq!(alone[0], one[index]);
    }
}

/// With 20 % less load the second circuit to A is needed as many years later as the load takes to grow back.
#[test]
fn a_saving_defers_a_work_until_the_load_has_grown_back() {
    let plan = yearly(&plan::closed()).unwrap();
    let saved_plan = with_saving(&plan, 20.0);
    let days = Days::new(plan.clone(), options(&plan, false), &|| ()).unwrap();
    let saved = Days::new(saved_plan.clone(), options(&saved_plan, false), &|| ()).unwrap();
    let rows = rows(&days);
    let found = deferrals(&plan, &mut Delays::new(&saved), &rows, YEARS, &mut |_| ());
    assert!(!found.is_empty());
    for one in &found {
        let id = plan.projects[one.project].id.as_str();
        let by_force = (1..=11)
            .find(|&k| !delayed(&saved_plan, &brute::late(&saved_plan, one.project, k), false).is_empty());
        match (&one.with_saving, by_force) {
            (NeedBy::Day { float_years, .. }, Some(k)) => {
                assert_eq!(*float_years, k - 1, "{id}");
                assert_eq!(one.years, (k - 1).saturating_sub(one.float_years), "{id}");
            }
            (NeedBy::NotBefore { .. } | NeedBy::ChangesNothing, None) => {}
            other => panic!("{id}: {other:?}"),
        }
    }
    let first = found.iter().find(|one| plan.projects[one.project].id == "P1").unwrap();
    assert!(first.years > 0, "{first:?}");
    // 100 million, 10 % a year: capital that is spent n years later is worth 1 − 1.1^−n of it.
    let worth = 100.0 * (1.0 - 1.1_f64.powi(-i32::from(first.years)));
    assert!((first.worth_million.unwrap() - worth).abs() < 1e-9);
}
