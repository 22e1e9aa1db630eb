//! What others build on: results go from thread to thread, and a study ends when its caller says so.

use gridstage::appraise::{FaultRules, OutageVerdict, Verdict, judge_each, own_limits_after_a_fault};
use gridstage::finding::Finding;
use gridstage::flow::{FlowOptions, LoadFlow, SolvedGrid, solve_grid};
use gridstage::model::{Network, Plan, StageGrid};
use gridstage::read::{Read, Rejected};
use gridstage::study::contingency::{Options, every_branch};
use gridstage::study::{Explanation, StageState, Stop};
use std::path::Path;

/// Holds at compile time.
#[test]
fn what_is_read_and_found_goes_from_thread_to_thread() {
    fn moves<T: Send + Sync + 'static>() {}
    moves::<Network>();
    moves::<Plan>();
    moves::<StageGrid>();
    moves::<Read>();
    moves::<Rejected>();
    moves::<Finding>();
    moves::<LoadFlow>();
    moves::<SolvedGrid>();
    moves::<StageState>();
    moves::<OutageVerdict>();
    moves::<Verdict>();
    moves::<Explanation>();
    moves::<Stop>();
}

/// The first outages of the whole study, however soon it is told to end, and nothing of the others.
#[test]
fn a_sweep_that_is_told_to_end_has_the_first_results_of_the_whole_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/118");
    let network = gridstage::read::read(&path).unwrap().plan.network;
    let solved = solve_grid(&network, &FlowOptions::default(), None).unwrap();
    let sweep = |stop: &Stop, told_at: usize| {
        let options = Options { stop: stop.clone(), ..FlowOptions::default().into() };
        let rules = FaultRules::new(&solved, &own_limits_after_a_fault(), options.response, &|_| true);
        // more than are handed on at a time
        let all = every_branch(&solved.network, |_| true);
        let count = 40 * all.len();
        let mut outages = (0..40).flat_map(|_| all.iter().cloned());
        let mut results = Vec::new();
        let measured = judge_each(&solved, &rules, &options, (&mut outages, count), &mut |_, result| {
            results.push(result);
            if results.len() == told_at {
                stop.now();
            }
        });
        (results, measured.unwrap(), count)
    };
    let (whole, measured, count) = sweep(&Stop::never(), usize::MAX);
    assert_eq!(whole.len(), count);
    let (part, pressed, _) = sweep(&Stop::when_told(), 5);
    assert!(part.len() >= 5 && part.len() < whole.len(), "{} of {}", part.len(), whole.len());
    assert!(part[..] == whole[..part.len()]);
    assert!(pressed.iter().all(|one| one.outage < part.len()));
    let (unhurried, same, _) = sweep(&Stop::when_told(), usize::MAX);
    assert!(unhurried == whole && same == measured, "a stop that is never used changes nothing");
    let (none, nothing, _) = sweep(
        &{
            let stop = Stop::when_told();
            stop.now();
            stop
        },
        usize::MAX,
    );
    assert!(none.is_empty() && nothing.is_empty());
}
