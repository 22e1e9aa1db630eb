//! What the verdict tells beside its matrix: waivers, lost load, works, worst values, findings.

use super::{MAX, MIN, cell, commission, near, p, plan, rule, stage, state, story, verdict, waiver};
use gridstage::appraise::{Exit, JudgeOptions, Judgement, judge};
use gridstage::criteria::{Level, SUPPLY};
use gridstage::finding::{Code, Finding, Severity};
use gridstage::ids::{Id, SubstationId};
use gridstage::model::{Demand, ElementId, GridState, LostLoad, MovedLoad, Plan, Selection, Status};

#[test]
fn a_waiver_covers_until_its_day_and_is_told_after_it() {
    let mut plan = plan();
    plan.criteria[0].waivers = vec![waiver("L", "2020-12-31"), waiver("N", "2030-12-31")];
    let covered = verdict(&plan, &story(&plan, &[110.0, 110.0, 50.0, 50.0]));
    assert_eq!(covered.exit, Exit::Holds);
    assert_eq!(cell(&covered, 1, MAX, "line_loading"), Judgement::Waived(1));
    assert_eq!(covered.violations[0].violation.waived_by.as_deref(), Some("7/QD"));
    assert_eq!(covered.violations[0].violation.level, Level::Violation, "marked, not hidden");

    let outlived = verdict(&plan, &story(&plan, &[110.0, 110.0, 120.0, 50.0]));
    assert_eq!(outlived.exit, Exit::Violated);
    assert_eq!(outlived.violations[0].stage, stage(2), "what no decision covers comes first");
    let told: Vec<_> = outlived.findings.iter().filter(|t| t.finding.code == Code::Waiver).collect();
    assert_eq!(told.len(), 1, "only `max` was judged, so nothing is said of the one for N");
    assert!(told[0].finding.message.contains("for L") && told[0].finding.message.contains("2020-12-31"));
}

#[test]
fn a_waiver_that_excepts_nothing_is_told_once_every_state_was_judged() {
    let mut plan = plan();
    plan.criteria[0].waivers = vec![waiver("N", "2030-12-31")];
    let mut states = story(&plan, &[10.0; 4]);
    states.extend((0..4).map(|at| state(&plan, at, MIN, 10.0)));
    let verdict = verdict(&plan, &states);
    let told: Vec<_> = verdict.findings.iter().filter(|t| t.finding.code == Code::Waiver).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].finding.message.contains("excepts nothing"));
}

#[test]
fn load_that_no_station_carries_breaks_the_plan_and_moved_load_does_not() {
    let plan = plan();
    let [a, b] = [0, 1].map(SubstationId::from_index);
    let mut states = story(&plan, &[90.0, 110.0]);
    states[0].grid.moved.push(MovedLoad { from: b, to: a, p_mw: 15.0, minutes: 30.0 });
    let moved = verdict(&plan, &states[..1]);
    assert_eq!(moved.exit, Exit::Holds);
    assert_eq!((moved.moved[0].from, moved.moved[0].to, moved.moved[0].p_mw[0].1), (b, a, 15.0));
    assert!(moved.notes.iter().any(|note| note.to_string().contains("medium-voltage neighbours")));

    states[1].grid.lost.push(LostLoad { substation: b, p_mw: 5.0 });
    let lost = verdict(&plan, &states);
    assert_eq!(lost.exit, Exit::Violated);
    assert_eq!(cell(&lost, 1, MAX, SUPPLY), Judgement::Fails(1));
    let first = &lost.violations[0].violation;
    assert_eq!((first.criterion, first.value, first.element), (SUPPLY, 5.0, Some(ElementId::Substation(b))));
    near(lost.summary[1].lost_load_mw, 5.0);

    let mut unsolved = story(&plan, &[f64::NAN]);
    unsolved[0].grid.lost.push(LostLoad { substation: b, p_mw: 5.0 });
    let unsolved = verdict(&plan, &unsolved);
    assert_eq!(cell(&unsolved, 0, MAX, SUPPLY), Judgement::Fails(1), "known without a solution");
    assert_eq!(unsolved.exit, Exit::NoSolution);

    let mut dark = story(&plan, &[f64::NAN, 10.0]);
    dark[0].flow.lost_load_mw = 3.0;
    let dark = verdict(&plan, &dark);
    assert_eq!((dark.violations[0].violation.element, &dark.violations[0].cleared_by), (None, &None));
}

#[test]
fn works_and_their_cost_are_counted_when_they_come_and_by_price_year() {
    let mut plan = plan();
    let dates = [(3, 0, "2016-12-31"), (1, 0, "2017"), (2, 0, "2020-06"), (1, 1, "2025")];
    for (project, phase, day) in dates {
        commission(&mut plan, project, phase, day);
    }
    let states = story(&plan, &[10.0; 3]);
    let verdict = verdict(&plan, &states);
    let [first, second, third] = [0, 1, 2].map(|row| &verdict.summary[row]);
    assert_eq!((first.works.as_slice(), first.works_without_cost, first.cost.len()), (&[p(3)][..], 1, 0));
    assert_eq!(second.works, [p(1), p(2)]);
    let sums: Vec<_> =
        second.cost.iter().map(|c| (c.price_year, c.capex_million, c.works, c.estimated)).collect();
    assert_eq!(sums, [(2014, 30.0, 1, 1), (2016, 100.0, 1, 0)], "never added up over price years");
    assert_eq!(third.works, [p(1)], "its second phase");
    assert_eq!((third.works_continued, third.cost.len()), (1, 0), "its cost was counted with the first");

    let selection = Selection { without: vec![p(2)], ..Selection::default() };
    let options = JudgeOptions { selection, ..JudgeOptions::default() };
    assert_eq!(judge(&plan, &states, &options).summary[1].works, [p(1)], "a work left out is not counted");
    plan.projects[p(1)].status = Status::Deferred;
    assert!(judge(&plan, &states, &options).summary[1].works.is_empty());
}

#[test]
fn the_summary_names_the_worst_against_the_band_that_is_judged() {
    let mut plan = plan();
    let state = |plan: &Plan| story(plan, &[42.0]);
    let free = verdict(&plan, &state(&plan));
    let lowest = free.summary[0].lowest.unwrap();
    assert_eq!((lowest.bus.index(), lowest.vm_pu, lowest.limit_pu), (1, 0.98, None));
    assert_eq!(free.summary[0].highest.unwrap().bus.index(), 0);
    near(free.summary[0].worst_line.unwrap().loading_percent, 42.0);
    assert!(free.summary[0].worst_transformer.is_none());
    assert_eq!((free.summary[0].infeeds[0].p_mw, free.summary[0].infeeds[0].slack), (41.0, true));
    assert!(
        free.notes.iter().any(|note| note.to_string().contains("3 of 110 kV")),
        "no rule for that voltage"
    );

    let band = Demand::Voltage { vn_kv: 110.0, min_kv: Some(104.5), max_kv: Some(121.0), needs_taps: false };
    plan.criteria[0].rules.push(rule("V", GridState::N, band));
    plan.network.buses.iter_mut().take(2).for_each(|bus| bus.vn_kv = 220.0);
    let banded = verdict(&plan, &state(&plan));
    let lowest = banded.summary[0].lowest.unwrap();
    assert_eq!(lowest.bus.index(), 2, "the only bus with a band, though another is lower");
    assert!((lowest.limit_pu.unwrap() - 0.95).abs() < 1e-12);
}

#[test]
fn a_generator_outside_its_reactive_limits_is_a_finding_told_once() {
    let plan = plan();
    let mut states = story(&plan, &[10.0, 10.0]);
    for (state, outside) in states.iter_mut().zip([2.0, 4.0]) {
        state.flow.generators.q_outside_mvar[0] = outside;
    }
    let verdict = verdict(&plan, &states);
    let told: Vec<_> = verdict.findings.iter().filter(|t| t.finding.code == Code::ReactiveLimit).collect();
    assert_eq!((told.len(), told[0].states.len(), told[0].finding.severity), (1, 2, Severity::Warning));
    let message = &told[0].finding.message;
    assert!(
        message.contains("12.0 Mvar in 2020 max, 4.0 Mvar above its upper limit of 8.0 Mvar"),
        "{message}"
    );
}

#[test]
fn the_same_finding_of_many_states_is_told_once() {
    let plan = plan();
    let mut states = story(&plan, &[10.0, 10.0, 10.0]);
    for state in &mut states {
        state.flow.findings.push(Finding::warning(Code::ZeroImpedance, "line X joins its buses"));
    }
    states[1].grid.findings.push(Finding::note(Code::Forecast, "held"));
    let verdict = verdict(&plan, &states);
    let told: Vec<_> =
        verdict.findings.iter().map(|t| (t.finding.message.as_str(), t.states.len())).collect();
    assert_eq!(told, [("line X joins its buses", 3), ("held", 1)], "the graver one first");
}
