//! The selection under budgets against all selections there are.

use gridstage::appraise::fund::{Item, Problem, Purse, Unselected};
use proptest::collection::vec;
use proptest::prelude::*;

const YEARS: usize = 4;

/// Worth (falling with time), cost, first year, must, and whether it is paid from the second purse too.
fn item() -> impl Strategy<Value = Item> {
    (0..YEARS, vec(0_u32..40, YEARS), 1_u32..30, 0_u32..10, any::<bool>()).prop_map(
        |(earliest, gains, cost, must, both)| {
            let gains: Vec<f64> = gains.iter().skip(earliest).map(|&gain| f64::from(gain)).collect();
            let worth = (0..gains.len()).map(|from| gains[from..].iter().sum()).collect();
            let cost = f64::from(cost);
            Item {
                earliest,
                worth,
                spend: vec![(-1, 0.25 * cost), (0, 0.75 * cost)],
                must: must == 0,
                purses: if both { vec![0, 1] } else { vec![0] },
            }
        },
    )
}

fn problem() -> impl Strategy<Value = Problem> {
    let purse = || (vec(0_u32..30, YEARS), vec(any::<bool>(), YEARS));
    (
        vec(item(), 1..5),
        vec((0..5_usize, 0..5_usize), 0..3),
        vec((0..5_usize, 0..5_usize), 0..2),
        purse(),
        purse(),
    )
        .prop_map(|(items, needs, excludes, first, second)| {
            let inside = |pairs: Vec<(usize, usize)>| -> Vec<(usize, usize)> {
                pairs.into_iter().filter(|&(a, b)| a != b && a < items.len() && b < items.len()).collect()
            };
            let purse = |(budget, carries): (Vec<u32>, Vec<bool>)| Purse {
                budget: budget.into_iter().map(f64::from).collect(),
                carries,
            };
            let (needs, excludes) = (inside(needs), inside(excludes));
            Problem {
                years: YEARS,
                items,
                needs,
                excludes,
                purses: vec![purse(first), purse(second)],
                near: None,
            }
        })
}

/// Whether a selection may be.
fn fits(problem: &Problem, start: &[Option<usize>]) -> bool {
    let from = |item: usize| start[item].unwrap_or(usize::MAX);
    let musts =
        problem.items.iter().zip(start).all(|(item, start)| !item.must || *start == Some(item.earliest));
    let needs = problem.needs.iter().all(|&(a, b)| start[a].is_none() || from(b) <= from(a));
    let excludes = problem.excludes.iter().all(|&(a, b)| start[a].is_none() || start[b].is_none());
    let paid = (0..problem.purses.len()).all(|purse| {
        // Every coin by hand: what lapses is spent first, and what was carried over after it.
        let mut kept = 0.0;
        for year in 0..problem.years {
            let mut due = 0.0;
            for (item, start) in
                problem.items.iter().zip(start).filter(|(item, _)| item.purses.contains(&purse))
            {
                for &(offset, million) in &item.spend {
                    let offset = isize::from(offset);
                    if start.map(|start| start.saturating_add_signed(offset)) == Some(year) {
                        due += million;
                    }
                }
            }
            let fresh = problem.purses[purse].budget[year];
            let rest = fresh - due;
            if rest >= 0.0 {
                kept += if problem.purses[purse].carries[year] { rest } else { 0.0 };
            } else {
                kept += rest;
            }
            if kept < -1e-6 {
                return false;
            }
        }
        true
    });
    musts && needs && excludes && paid
}

/// The best worth of all selections; `None` where none may be.
fn best(problem: &Problem) -> Option<f64> {
    fn go(problem: &Problem, start: &mut Vec<Option<usize>>, best: &mut Option<f64>) {
        if start.len() == problem.items.len() {
            if fits(problem, start) {
                let worth = problem.worth(start);
                *best = Some(best.map_or(worth, |most| most.max(worth)));
            }
            return;
        }
        let earliest = problem.items[start.len()].earliest;
        for one in std::iter::once(None).chain((earliest..problem.years).map(Some)) {
            start.push(one);
            go(problem, start, best);
            start.pop();
        }
    }

    let mut best: Option<f64> = None;
    let mut start: Vec<Option<usize>> = Vec::new();
    go(problem, &mut start, &mut best);
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_selection_is_the_best_of_all_there_are(problem in problem()) {
        match (problem.solve(), best(&problem)) {
            (Ok(selected), Some(best)) => {
                prop_assert!(selected.proved && fits(&problem, &selected.start), "{problem:?} {selected:?}");
                prop_assert!((selected.worth - best).abs() < 1e-6, "{problem:?} {selected:?} {best}");
            }
            (Err(Unselected::Short(shortfalls)), None) => {
                prop_assert!(!shortfalls.is_empty() && shortfalls.iter().all(|one| one.short_million() > 0.0));
            }
            (Err(Unselected::Solver(_)), None) => {}
            (found, best) => prop_assert!(false, "{problem:?} {found:?} {best:?}"),
        }
    }
}

/// Must cost 10 in year 1 and there are 4 + 5: 1 is missing. With 6 carried over from year 0, nothing is.
#[test]
fn what_must_come_and_cannot_be_paid_says_when_and_by_how_much() {
    let item = Item { earliest: 1, worth: vec![0.0; 2], spend: vec![(0, 10.0)], must: true, purses: vec![0] };
    let mut problem = Problem {
        years: 3,
        items: vec![item],
        purses: vec![Purse { budget: vec![4.0, 5.0, 100.0], carries: vec![true; 3] }],
        ..Problem::default()
    };
    let Err(Unselected::Short(shortfalls)) = problem.solve() else { panic!("it cannot be paid") };
    assert_eq!(shortfalls.len(), 1);
    let one = shortfalls[0];
    assert_eq!((one.purse, one.year, one.must_million, one.available_million), (0, 1, 10.0, 9.0));
    assert!((one.short_million() - 1.0).abs() < 1e-12);
    problem.purses[0].budget[0] = 6.0;
    assert_eq!(problem.solve().unwrap().start, [Some(1)]);
    problem.purses[0].carries[0] = false;
    assert!(problem.solve().is_err(), "what lapses is gone");
}
