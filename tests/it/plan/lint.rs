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

#[test]
fn two_works_in_one_bay_and_what_is_too_big_for_it_are_told() {
    let dir = super::edited_folder(&[]);
    let changes = "project,seq,op,element,id,bay\n\
        P001,1,add,line,B-C,E01\n\
        P002,1,add,bus,C110,\n\
        P002,2,add,load,C1,\n\
        P003,1,second_circuit,line,A-B,E01\n\
        P004,1,add,shunt,B-Q1,E02\n";
    std::fs::write(dir.path().join("changes.csv"), changes).unwrap();
    std::fs::write(dir.path().join("bays.csv"), "id,bus,i_normal_ka\nE01,B110,0.3\nE02,A110,\n").unwrap();
    let plan = gridstage::read::read(dir.path()).unwrap_or_else(|no| panic!("{:#?}", no.findings)).plan;
    let told: Vec<String> = gridstage::model::lint(&plan)
        .into_iter()
        .filter(|finding| finding.code == gridstage::finding::Code::Bay)
        .map(|finding| finding.message)
        .collect();
    assert!(told.iter().any(|one| one == "line B-C#1 carries 610 A, its bay E01 300 A"), "{told:#?}");
    assert!(
        told.iter()
            .any(|one| one == "shunt B-Q1 takes bay E02, which is at bus A110, where it does not stand"),
        "{told:#?}"
    );
    assert!(
        told.iter().any(|one| one
            .starts_with("bay E01 is taken twice: by P001 (2018-06-30, line B-C#1) and by P003 (2020-12-31")),
        "{told:#?}"
    );
}

#[test]
fn a_line_shorter_than_the_straight_way_and_one_rated_above_its_conductor_are_told() {
    let plan = super::edited(&[
        ("substations.csv", "A,\"An, the first\",West,,,", "A,\"An, the first\",West,21.5,105.8,"),
        (
            "projects.csv",
            "P005,Second line,line,candidate,110,2019-06-30",
            "P005,Second line,line,approved,110,2049-06-30",
        ),
    ])
    .unwrap();
    let told = |part: &str| {
        let findings = gridstage::model::lint(&plan);
        assert!(findings.iter().any(|finding| finding.message.contains(part)), "{part} in {findings:#?}");
    };
    // 0.4 degree of a meridian of 6371 km: 0.4·π/180·6371 = 44.5 km
    told("shorter than the straight way between their stations: line N-A (5.2 km, straight 44.5 km)");
    told("dated after the horizon and stand in no stage: project P005 (2049-06-30)");
}

/// The same plan with the short line accepted: by its row, for all lines, until a day before the plan's version, and on another line.
#[test]
fn what_a_plan_accepts_is_not_told_and_a_waiver_that_does_nothing_is() {
    const SHORT: (&str, &str, &str) =
        ("substations.csv", "A,\"An, the first\",West,,,", "A,\"An, the first\",West,21.5,105.8,");
    let findings = |waiver: &str| {
        let lint = format!("\n[lint]\nwaivers = [{{ {waiver}, reason = \"measured\" }}]\n\n[forecast]");
        let plan = super::edited(&[SHORT, ("plan.toml", "\n[forecast]", &lint)]).unwrap();
        let found = gridstage::model::lint::waive(&plan, lint_of(&plan), true);
        found.into_iter().map(|finding| (finding.code, finding.message)).collect::<Vec<_>>()
    };
    let has = |found: &[(Code, String)], code, part: &str| {
        found.iter().any(|(known, message)| *known == code && message.contains(part))
    };
    for waiver in ["code = \"W-LENGTH\", element = \"N-A\"", "code = \"w-length\""] {
        let found = findings(waiver);
        assert!(!has(&found, Code::Length, "straight way") && !has(&found, Code::Waiver, ""), "{found:#?}");
    }
    let found = findings("code = \"W-LENGTH\", element = \"N-A\", until = 2001-12-31");
    assert!(
        has(&found, Code::Length, "N-A") && has(&found, Code::Waiver, "ran out on 2001-12-31"),
        "{found:#?}"
    );
    let found = findings("code = \"W-LENGTH\", element = \"B-C\"");
    assert!(
        has(&found, Code::Length, "N-A") && has(&found, Code::Waiver, "W-LENGTH at B-C excepts nothing"),
        "{found:#?}"
    );
}

fn lint_of(plan: &gridstage::model::Plan) -> Vec<gridstage::finding::Finding> {
    gridstage::model::lint(plan)
}
