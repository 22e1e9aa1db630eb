//! Replay: every change checked against the state it meets, and taken back again.

use super::{edited, teaching};
use gridstage::finding::{Code, Finding};
use gridstage::ids::ProjectId;
use gridstage::model::{Op, Plan, Selection, lint};
use jiff::civil::{Date, date};

fn project(plan: &Plan, id: &str) -> ProjectId {
    plan.projects.iter_ids().find(|(_, project)| project.id == id).unwrap().0
}

/// `date project op record` for each change applied.
fn story(plan: &Plan, at: Date, selection: &Selection) -> Vec<String> {
    let replay = plan.replay(Some(at), selection).unwrap_or_else(|findings| panic!("{findings:#?}"));
    let line = |one: &gridstage::model::Applied| {
        let op = match &one.op {
            Op::Add(_) => "add".to_owned(),
            Op::Remove(_) => "remove".to_owned(),
            Op::Set { field, to, .. } => format!("set {} {to}", field.as_str()),
            other => format!("{other:?}"),
        };
        let record = replay.network.describe(one.op.element());
        format!("{} {} {op} {record}", one.date, plan.projects[one.project].id)
    };
    replay.applied.iter().map(line).collect()
}

fn errors(plan: &Plan, at: Date) -> Vec<Finding> {
    plan.replay(Some(at), &Selection::default()).expect_err("the plan cannot be replayed")
}

#[test]
fn works_take_effect_in_order_of_their_dates_and_after_what_they_require() {
    let plan = teaching();
    // P001 comes first in the table, but requires P002, which is dated the same day
    assert_eq!(
        story(&plan, date(2020, 12, 31), &Selection::default()),
        [
            "2016-06-30 P004 add shunt B-Q1",
            "2016-06-30 P004 set tap_position -1 transformer B-T1",
            "2018-06-30 P002 add bus C110",
            "2018-06-30 P002 add load C1",
            "2018-06-30 P001 add line B-C#1",
            "2018-06-30 P001 add line B-C#2",
            "2019-06-30 P004 set tap_position -2 transformer B-T1",
            "2019-06-30 P004 remove shunt B-Q1",
            "2020-12-31 P003 set rating_normal 120 line N-A#1",
            "2020-12-31 P003 set in_service false line N-A#1",
            "2020-12-31 P003 set in_service false line N-A#2",
            "2020-12-31 P003 set in_service true line N-A#1",
            "2020-12-31 P003 set in_service true line N-A#2",
        ]
    );
    assert_eq!(story(&plan, date(2016, 6, 29), &Selection::default()), [""; 0]);
}

#[test]
fn a_candidate_counts_only_when_asked_for_and_a_planned_work_does_not_when_left_out() {
    let plan = teaching();
    let with = Selection { with: vec![project(&plan, "P005")], without: vec![project(&plan, "P004")] };
    assert_eq!(
        story(&plan, date(2019, 12, 31), &with),
        [
            "2018-06-30 P002 add bus C110",
            "2018-06-30 P002 add load C1",
            "2018-06-30 P001 add line B-C#1",
            "2018-06-30 P001 add line B-C#2",
            "2019-06-30 P005 set in_service false line A-B#1",
        ]
    );
}

#[test]
fn taking_every_change_back_gives_the_very_base_grid() {
    let plan = teaching();
    let everything = Selection { with: plan.projects.ids().collect(), without: Vec::new() };
    let mut replay = plan.replay(Some(Date::MAX), &everything).unwrap();
    assert!(replay.network != plan.network);
    let mut steps = 0;
    while replay.undo().is_some() {
        steps += 1;
    }
    assert_eq!(steps, 14);
    assert!(replay.network == plan.network);
    // and one step back is the state one step before
    let mut replay = plan.replay(Some(date(2019, 6, 30)), &Selection::default()).unwrap();
    replay.undo();
    replay.undo();
    let before = plan.replay(Some(date(2019, 6, 29)), &Selection::default()).unwrap();
    assert!(replay.network == before.network);
}

#[test]
fn a_line_to_a_bus_that_comes_later_is_refused_with_who_brings_it() {
    let plan = edited(&[(
        "projects.csv",
        "P002,Station C,substation,approved,110,2018-06-30",
        "P002,Station C,substation,approved,110,2019-06-30",
    )])
    .unwrap();
    let errors = errors(&plan, date(2020, 12, 31));
    assert_eq!(errors.len(), 1, "one row of two circuits is one finding: {errors:#?}");
    let error = &errors[0];
    assert_eq!(error.code, Code::ChangeFails);
    assert_eq!(error.message, "P001 (2018-06-30) cannot add line B-C#1: its bus C110 does not stand");
    assert_eq!(
        error.help.as_deref(),
        Some("P002 (2019-06-30, approved) adds it: let it come first, and name it in `requires`")
    );
    let place = error.place.as_ref().unwrap();
    assert!(place.file.ends_with("changes.csv"));
    assert_eq!(place.line, 2);
    // the same is told before anything is solved, with the works in the wrong order
    let findings = lint(&plan);
    assert!(findings.contains(error));
}

#[test]
fn a_change_that_expects_another_value_is_refused_with_who_set_it() {
    let plan = edited(&[("changes.csv", "N-A,in_service,false,true", "N-A,in_service,true,true")]).unwrap();
    let errors = errors(&plan, date(2020, 12, 31));
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].message,
        "P003 (2020-12-31) cannot set `in_service` of line N-A#1: it holds false, not true, since P003 (2020-12-31)"
    );
    assert_eq!(errors[0].place.as_ref().unwrap().line, 7);
}

#[test]
fn what_does_not_stand_cannot_be_removed_or_set_and_what_stands_cannot_be_added() {
    let plan = edited(&[(
        "changes.csv",
        "P005,1,set",
        "P002,3,add,load,C1,,,,lesson,estimated\nP002,4,remove,shunt,B-Q1,,,,lesson,estimated\n\
         P002,5,remove,shunt,B-Q1,,,,lesson,estimated\nP002,6,set,shunt,B-Q1,b_mvar,6,7,lesson,estimated\nP005,1,set",
    )])
    .unwrap();
    let messages: Vec<String> =
        errors(&plan, date(2018, 12, 31)).into_iter().map(|error| error.message).collect();
    assert_eq!(
        messages,
        [
            "P002 (2018-06-30) cannot add load C1: P002 built it on 2018-06-30",
            "P002 (2018-06-30) cannot remove shunt B-Q1: P002 removed it on 2018-06-30",
            "P002 (2018-06-30) cannot set `b_mvar` of shunt B-Q1: P002 removed it on 2018-06-30",
        ]
    );
}

#[test]
fn a_bus_goes_only_after_everything_that_stands_at_it() {
    let plan =
        edited(&[("changes.csv", "P005,1,set", "P003,4,remove,bus,A110,,,,lesson,estimated\nP005,1,set")])
            .unwrap();
    let errors = errors(&plan, date(2020, 12, 31));
    assert_eq!(
        errors[0].message,
        "P003 (2020-12-31) cannot remove bus A110: line N-A#1 and 5 more still stands there"
    );
}

#[test]
fn works_that_require_each_other_in_a_circle_are_refused() {
    let plan = edited(&[
        (
            "projects.csv",
            "2018-06-30,,,,,,lesson,estimated\nP003",
            "2018-06-30,,P003,,,,lesson,estimated\nP003",
        ),
        ("projects.csv", "110,2020,,,", "110,2020,,P001,"),
    ])
    .unwrap();
    let errors = errors(&plan, date(2020, 12, 31));
    assert_eq!(errors.len(), 1);
    assert_eq!(errors[0].code, Code::Cycle);
    assert_eq!(errors[0].message, "projects require each other in a circle: P001 → P002 → P003 → P001");
}

#[test]
fn works_that_exclude_each_other_cannot_both_stand() {
    let projects = "id,commissioning_date,requires,excludes\nP001,2018-06-30,P002,P003\nP002,2018-06-30,,\n\
                    P003,2020,,\nP004,2016-06-30,,\nP005,,,\n";
    let old = std::fs::read_to_string(super::case("teaching").join("projects.csv")).unwrap();
    let plan = edited(&[("projects.csv", &old, projects)]);
    let plan = plan.unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert!(plan.replay(Some(date(2019, 12, 31)), &Selection::default()).is_ok());
    let errors = errors(&plan, date(2020, 12, 31));
    assert_eq!(errors[0].code, Code::Conflict);
    assert_eq!(errors[0].message, "P003 (2020-12-31) cannot stand together with P001, which stands then");
}

#[test]
fn a_work_whose_requirement_is_left_out_is_told_and_the_rest_is_replayed() {
    let plan = edited(&[(
        "projects.csv",
        "P004,Temporary capacitor,reactive,planned,22,2016-06-30,2019-06-30,,",
        "P004,Temporary capacitor,reactive,planned,22,2016-06-30,2019-06-30,P005,",
    )])
    .unwrap();
    let replay = plan.replay(Some(date(2016, 12, 31)), &Selection::default()).unwrap();
    let messages: Vec<&str> = replay.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(messages, ["P004 (2016-06-30) requires P005, which does not count (candidate)"]);
    assert_eq!(replay.applied.len(), 2);
}

#[test]
fn a_work_cannot_be_decommissioned_when_another_one_has_changed_what_it_did() {
    let plan = edited(&[(
        "changes.csv",
        "P005,1,set",
        "P002,3,set,transformer,B-T1,tap_position,-1,0,lesson,estimated\nP005,1,set",
    )])
    .unwrap();
    let errors = errors(&plan, date(2020, 12, 31));
    assert_eq!(errors.len(), 1);
    assert_eq!(
        errors[0].message,
        "P004, decommissioned, (2019-06-30) cannot set `tap_position` of transformer B-T1: it holds 0, not -1, \
         since P002 (2018-06-30)"
    );
    let place = errors[0].place.as_ref().unwrap();
    assert!(place.file.ends_with("projects.csv") && place.line == 5);
}
