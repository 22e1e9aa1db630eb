//! What will probably not do what was meant.

use super::{edited, teaching};
use gridstage::finding::{Code, Severity};
use gridstage::model::lint;

/// `code message` of each finding on the edited plan.
fn told(edits: &[(&str, &str, &str)]) -> Vec<String> {
    let plan = edited(edits).unwrap_or_else(|findings| panic!("{findings:#?}"));
    lint(&plan).iter().map(|finding| format!("{} {}", finding.code, finding.message)).collect()
}

#[test]
fn a_sound_plan_has_its_bare_years_told_in_one_finding() {
    let findings = lint(&teaching());
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].code, Code::ImpreciseDate);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert_eq!(
        findings[0].message,
        "1 dates of works are a year only, and its last day is taken: project P003 (2020)"
    );
    assert_eq!(findings[0].place.as_ref().unwrap().line, 4);
}

#[test]
fn works_without_a_date_are_told_together() {
    let told = told(&[
        ("projects.csv", "110,2020,", "110,,"),
        ("projects.csv", "22,2016-06-30,2019-06-30", "22,,2019-06-30"),
    ]);
    assert_eq!(
        told,
        [
            "W-PLAN 1 counted works have no date and never take effect: project P003",
            "W-PLAN 1 works are decommissioned but never commissioned: project P004",
        ]
    );
}

#[test]
fn a_work_that_ends_before_it_begins_is_told() {
    let told = told(&[("projects.csv", "2016-06-30,2019-06-30", "2016-06-30,2016-01-01")]);
    assert!(
        told.contains(
            &"W-PLAN P004 is decommissioned before it is commissioned, so it never stands".to_owned()
        ),
        "{told:?}"
    );
}

#[test]
fn a_work_that_comes_before_what_it_requires_is_told() {
    // P004 has nothing to do with P003 in the grid, so it can be replayed
    let told = told(&[("projects.csv", "22,2016-06-30,2019-06-30,,", "22,2016-06-30,2019-06-30,P003,")]);
    assert!(
        told.contains(&"W-PLAN P004 (2016-06-30) requires P003, which comes on 2020-12-31 only".to_owned()),
        "{told:?}"
    );
}

#[test]
fn records_that_no_work_adds_and_works_that_do_nothing_are_told() {
    let told = told(&[(
        "changes.csv",
        "P004,1,add,shunt,B-Q1,,,,lesson,estimated\nP004,2,set,transformer,B-T1,tap_position,-2,-1,lesson,estimated\n",
        "",
    )]);
    assert_eq!(
        told[1..],
        [
            "W-PLAN 1 records of works/ are added by no change and never stand: shunt B-Q1",
            "W-PLAN 1 counted works change nothing in the grid: project P004",
        ]
    );
}

#[test]
fn a_stage_outside_the_forecast_and_a_work_before_the_base_grid_are_told() {
    let told = told(&[
        ("plan.toml", "at = 2020-12-31", "at = 2021-06-30"),
        ("plan.toml", "at = 2016-12-31", "at = 2016-06-30"),
        ("projects.csv", "2016-06-30,2019", "2014-06-30,2019"),
    ]);
    assert_eq!(
        told,
        [
            "W-PLAN 1 works are dated before the base grid: project P004 (2014-06-30)",
            "W-DATE 1 dates of works are a year only, and its last day is taken: project P003 (2020)",
            "W-FORECAST stage 2016 is before the end of the first year of the forecast, 2016: it has no load",
            "W-FORECAST stage 2020 is after the last year of the forecast, 2020: its figures are held",
        ]
    );
}

#[test]
fn a_record_retired_twice_is_an_error() {
    let plan = edited(&[(
        "changes.csv",
        "P005,1,set",
        "P002,3,remove,load,A2,,,,lesson,estimated\nP003,4,remove,load,A2,,,,lesson,estimated\nP005,1,set",
    )])
    .unwrap();
    let findings = lint(&plan);
    let error = findings.iter().find(|finding| finding.severity == Severity::Error).unwrap();
    assert_eq!(error.code, Code::ChangeFails);
    assert_eq!(error.message, "P003 (2020-12-31) cannot remove load A2: P002 removed it on 2018-06-30");
}

#[test]
fn a_stage_before_the_base_grid_is_told() {
    let told = told(&[("plan.toml", "at = 2016-12-31", "at = 2014-12-31")]);
    assert!(
        told.contains(
            &"W-PLAN 1 stages are before the base grid, which is judged instead: stage 2016".to_owned()
        ),
        "{told:?}"
    );
}
