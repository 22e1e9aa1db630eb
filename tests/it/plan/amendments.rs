//! Amendments: replayed on the tables as approved, verified, superseded, taken back when written.

use super::{edited_folder, teaching};
use gridstage::finding::{Code, Finding};
use gridstage::model::{AsOf, Plan, Standing};
use gridstage::{read, write};
use std::path::Path;
use tempfile::TempDir;

/// An amendment's file.
fn amendment(seq: u32, more: &str, changes: &str) -> String {
    format!(
        "[amendment]\nid = \"A{seq:02}\"\nseq = {seq}\ndate = 2017-0{seq}-01\nreason = \"lesson {seq}\"\n{more}\n{changes}"
    )
}

fn set(table: &str, row: &str, field: &str, from: &str, to: &str) -> String {
    format!(
        "[[change]]\ntable = \"{table}\"\nrow = {row}\nfield = \"{field}\"\nfrom = \"{from}\"\nto = \"{to}\"\n"
    )
}

/// The plan of four stations with these amendments, A01 first.
fn folder(amendments: &[String]) -> TempDir {
    let dir = edited_folder(&[]);
    std::fs::create_dir(dir.path().join("amendments")).unwrap();
    for (text, number) in amendments.iter().zip(1..) {
        std::fs::write(dir.path().join(format!("amendments/A{number:02}.toml")), text).unwrap();
    }
    dir
}

fn as_of(dir: &Path, version: &str) -> Plan {
    let version = if version.is_empty() { AsOf::Latest } else { version.parse().unwrap() };
    read::read_as_of(dir, &version).unwrap_or_else(|rejected| panic!("{:#?}", rejected.findings)).plan
}

fn rejected(amendments: &[String]) -> Vec<Finding> {
    read::read(folder(amendments).path()).expect_err("the plan is refused").findings
}

fn date_of(plan: &Plan, project: &str) -> String {
    let project = plan.projects.iter().find(|one| one.id == project).unwrap();
    project.phases[0].commissioning.map_or_else(String::new, |date| date.to_string())
}

const FIRST: (&str, &str) = ("2018-06-30", "2019-01-31");

fn two() -> [String; 2] {
    [
        amendment(1, "", &set("projects", "\"P002\"", "commissioning_date", FIRST.0, FIRST.1)),
        amendment(2, "", &set("projects", "\"P002\"", "commissioning_date", FIRST.1, "2019-06-30")),
    ]
}

#[test]
fn every_earlier_version_of_a_plan_can_be_had() {
    let dir = folder(&two());
    let date = |version: &str| date_of(&as_of(dir.path(), version), "P002");
    assert_eq!(date("approved"), "2018-06-30");
    assert_eq!(date("A01"), "2019-01-31");
    assert_eq!((date("A02"), date("")), ("2019-06-30".to_owned(), "2019-06-30".to_owned()));
    let plan = as_of(dir.path(), "A01");
    let standing: Vec<&Standing> = plan.amendments.iter().map(|one| &one.standing).collect();
    assert_eq!(standing, [&Standing::Applied, &Standing::Later]);
    let findings = read::read_as_of(dir.path(), &AsOf::Amendment("A3".into())).unwrap_err().findings;
    assert_eq!(findings[0].message, "the plan has no amendment `A3`");
    assert_eq!(findings[0].help.as_deref(), Some("its amendments are approved (none), A01, A02"));
}

#[test]
fn a_superseded_amendment_is_not_applied() {
    let [first, _] = two();
    let second = amendment(
        2,
        "supersedes = [\"A01\"]",
        &set("projects", "\"P002\"", "commissioning_date", FIRST.0, "2018-12-31"),
    );
    let dir = folder(&[first.clone(), second]);
    assert_eq!(date_of(&as_of(dir.path(), ""), "P002"), "2018-12-31");
    assert_eq!(date_of(&as_of(dir.path(), "A01"), "P002"), "2019-01-31", "it was in force then");
    // one that only takes back
    let dir = folder(&[first, amendment(2, "supersedes = [\"A01\"]", "")]);
    assert_eq!(date_of(&as_of(dir.path(), ""), "P002"), "2018-06-30");
}

#[test]
fn what_an_amendment_expects_is_verified_and_told_at_its_line() {
    let [first, second] = two();
    let stale = second.replace(FIRST.1, "2017-01-01");
    let findings = rejected(&[first, stale]);
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0].code, Code::AmendmentFails);
    assert_eq!(
        findings[0].message,
        "A02: `commissioning_date` of projects P002 holds 2019-01-31, not 2017-01-01, since A01"
    );
    assert_eq!(findings[0].help.as_deref(), Some("write `from` as 2019-01-31, or supersede what set it"));
    let place = findings[0].place.as_ref().unwrap();
    assert!(place.file.ends_with("amendments/A02.toml") && place.line == 7, "{place}");
}

#[test]
fn an_amendment_that_names_what_is_not_there_is_refused() {
    let told = |change: &str| {
        let findings = rejected(&[amendment(1, "", change)]);
        (findings[0].message.clone(), findings[0].help.clone().unwrap_or_default())
    };
    assert_eq!(
        told(&set("projects", "\"P02\"", "commissioning_date", "", "2019")),
        ("A01: there is no row projects P02".to_owned(), "did you mean `P002`?".to_owned())
    );
    assert_eq!(
        told(&set("project", "\"P002\"", "commissioning_date", "", "2019")),
        ("`table`: a plan has no table `project`".to_owned(), "did you mean `projects`?".to_owned())
    );
    assert_eq!(
        told(&set("projects", "\"P002\"", "commissioning", "", "2019")).0,
        "`field`: projects.csv has no column `commissioning`"
    );
    assert_eq!(
        told(&set("forecast", "{ substation = \"A\" }", "p_mw", "20", "21")).0,
        "A01: 2 rows fit forecast substation A"
    );
    // superseding nothing
    let findings = rejected(&[amendment(
        1,
        "supersedes = [\"A07\"]",
        &set("projects", "\"P002\"", "name", "Station C", "C"),
    )]);
    assert_eq!(findings[0].message, "A01 supersedes A07, and no earlier amendment is called so");
    assert_eq!(findings[0].help.as_deref(), Some("no amendment comes before it: leave `supersedes` out"));
}

#[test]
fn what_an_amendment_brings_is_checked_like_a_table_and_told_at_its_line() {
    let findings = rejected(&[amendment(
        1,
        "",
        &set("projects", "\"P002\"", "commissioning_date", "2018-06-30", "soon"),
    )]);
    assert_eq!(findings[0].message, "`commissioning_date` is `soon`, which is not a date");
    assert!(findings[0].place.as_ref().unwrap().file.ends_with("amendments/A01.toml"));
    // a circle of requirements
    let dir = folder(&[amendment(1, "", &set("projects", "\"P002\"", "requires", "", "P001"))]);
    let plan = as_of(dir.path(), "");
    let findings = gridstage::model::lint(&plan);
    let circle = findings.iter().find(|finding| finding.code == Code::Cycle).unwrap();
    assert_eq!(circle.message, "projects require each other in a circle: P001 → P002 → P001");
}

#[test]
fn rows_are_added_and_taken_out() {
    let add = "[[change]]\ntable = \"projects\"\nadd = { id = \"P006\", name = \"New\", commissioning_date = 2021 }\n";
    let delete = "[[change]]\ntable = \"forecast\"\ndelete = { year = 2020, substation = \"B\", kind = \"spot\", p_mw = 4 }\n";
    let dir = folder(&[amendment(1, "", &format!("{add}{delete}"))]);
    let (before, after) = (as_of(dir.path(), "approved"), as_of(dir.path(), ""));
    assert_eq!(before.projects.len() + 1, after.projects.len());
    assert_eq!(date_of(&after, "P006"), "2021");
    assert_eq!(before.forecast.rows.len(), after.forecast.rows.len() + 1);
    // the first row of a table that was not there
    let spending = "[[change]]\ntable = \"spending\"\nadd = { project = \"P001\", year = 2018, share = 1 }\n";
    let plan = as_of(folder(&[amendment(1, "", spending)]).path(), "");
    assert_eq!(plan.projects.iter().next().unwrap().spend[0].year, 2018);
}

#[test]
fn a_plan_is_written_as_it_was_approved_with_its_amendments_beside_it() {
    let add = "[[change]]\ntable = \"projects\"\nadd = { id = \"P006\", name = \"New\", commissioning_date = 2021 }\n";
    let delete =
        "[[change]]\ntable = \"forecast\"\ndelete = { year = 2020, substation = \"B\", kind = \"spot\" }\n";
    let [first, second] = two();
    let dir = folder(&[first, second, amendment(3, "# a remark", &format!("{add}{delete}"))]);
    let plan = as_of(dir.path(), "");
    let out = tempfile::tempdir().unwrap();
    write::plan::write(&plan, out.path()).unwrap();
    let approved = write::plan::texts(&teaching(), None).unwrap().0;
    for (file, text) in approved.iter().filter(|(file, _)| *file != "plan.toml") {
        assert_eq!(*text, std::fs::read_to_string(out.path().join(file)).unwrap(), "{file} is as approved");
    }
    assert!(std::fs::read_to_string(out.path().join("amendments/A03.toml")).unwrap().contains("# a remark"));
    for version in ["", "approved", "A01", "A02"] {
        assert!(as_of(dir.path(), version) == as_of(out.path(), version), "{version}");
    }
    // and as a workbook
    let (bytes, _) = write::plan::workbook(&plan).unwrap();
    let read =
        read::plan::read_workbook(&bytes, "plan.xlsx").unwrap_or_else(|no| panic!("{:#?}", no.findings));
    assert!(read.plan == plan);
    // an amendment made by a program gets a file that says the same
    let made = write::plan::amendment_text(&plan.amendments[0]);
    let dir = folder(&[made]);
    assert_eq!(date_of(&as_of(dir.path(), ""), "P002"), "2019-01-31");
}
