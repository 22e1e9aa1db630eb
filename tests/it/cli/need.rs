//! The verb as its users meet it, on the small closed plan written to a folder.

use super::Folder;
use super::json::assert_valid;
use crate::need::plan::closed;
use std::process::{Command, Stdio};

/// The closed plan as a folder `plan`.
fn folder() -> Folder {
    let folder = Folder::new();
    gridstage::write::plan::write(&closed(), &folder.path("plan")).unwrap();
    folder
}

#[test]
fn every_form_of_the_answer_says_the_same_and_text_fits_a_page() {
    let folder = folder();
    let text = folder.run(&["need", "plan", "--years", "4", "--top", "0"]);
    assert_eq!(text.code, 0, "{}", text.stderr);
    for sentence in ["Of 11 works", "Most critical delays", "Needed by, least float first", "load flows:"] {
        assert!(text.stdout.contains(sentence), "{sentence}\n{}", text.stdout);
    }
    for line in text.stdout.lines() {
        assert!(line.chars().count() <= 100, "{} columns: {line}", line.chars().count());
    }
    let json = folder.run(&["need", "plan", "--years", "4", "--format", "json"]);
    let document = assert_valid(&folder, "need", &json.stdout);
    let rows = document["cases"].as_array().unwrap();
    assert_eq!(rows.len(), 11);
    let summary = &document["summary"];
    let of = |kind: &str| rows.iter().filter(|row| row["need"] == kind).count();
    assert_eq!(summary["needed"], of("needed"));
    assert_eq!(summary["changing_nothing"], of("changes_nothing"));
    let csv = folder.run(&["need", "plan", "--years", "4", "--format", "csv"]);
    let lines: Vec<&str> = csv.stdout.lines().collect();
    let slips: usize = rows.iter().map(|row| row["slips"].as_array().unwrap().len().max(1)).sum();
    assert_eq!(lines.len(), slips + 1);
    // One work asked about: its row is the same.
    let one = folder.run(&["need", "plan", "--years", "4", "--work", "P2", "--format", "json"]);
    let alone = assert_valid(&folder, "need", &one.stdout);
    assert_eq!(alone["cases"].as_array().unwrap().len(), 1);
    assert_eq!(alone["cases"][0], rows[1]);
}

#[test]
fn a_run_that_was_cut_off_and_resumed_gives_the_bytes_of_an_unbroken_one() {
    let folder = folder();
    let args = ["need", "plan", "--years", "3", "--format", "json"];
    let unbroken = folder.run(&args);
    let resumed = |folder: &Folder| folder.run(&[&args[..], &["--resume", "rows"]].concat());
    assert_eq!(resumed(&folder).stdout, unbroken.stdout);
    let whole = folder.read("rows");
    let lines: Vec<&str> = whole.split_inclusive('\n').collect();
    assert_eq!(lines.len(), 12, "a line for the run and one for each work");
    // Cut off between two rows, within a row, and within the first line.
    for cut in [
        lines[..4].concat(),
        format!("{}{}", lines[..6].concat(), &lines[6][..20]),
        lines[0][..15].to_owned(),
    ] {
        folder.write("rows", &cut);
        assert_eq!(resumed(&folder).stdout, unbroken.stdout);
        assert_eq!(folder.read("rows"), whole);
    }
}

#[test]
fn rows_of_another_run_are_refused_and_left_as_they_were() {
    let folder = folder();
    assert_eq!(folder.run(&["need", "plan", "--n1", "off", "--resume", "rows"]).code, 0);
    let kept = folder.read("rows");
    let other = folder.run(&["need", "plan", "--resume", "rows"]);
    assert_eq!(other.code, 3);
    assert!(other.stderr.contains("E-RESUME") && other.stderr.contains("other options"), "{}", other.stderr);
    assert_eq!(folder.read("rows"), kept);
    folder.write("notes.txt", "these are my notes\n");
    let notes = folder.run(&["need", "plan", "--resume", "notes.txt"]);
    assert_eq!((notes.code, folder.read("notes.txt").as_str()), (3, "these are my notes\n"));
}

#[test]
fn what_has_no_dates_or_no_such_work_is_refused() {
    let folder = Folder::five();
    let grid = folder.run(&["need", "five.m", "--format", "json"]);
    assert_eq!(grid.code, 3);
    let document = assert_valid(&folder, "need", &grid.stdout);
    assert_eq!(document["diagnostics"][0]["code"], "E-NO-PLAN");
    let folder = self::folder();
    let work = folder.run(&["need", "plan", "--work", "P12"]);
    assert!(work.code == 2 && work.stderr.contains("there is no work `P12`"), "{}", work.stderr);
    assert_eq!(folder.run(&["need", "plan", "--saving", "120"]).code, 2);
}

/// A run that is killed from outside leaves whole rows only.
#[test]
fn a_killed_run_leaves_a_file_that_can_be_gone_on_from() {
    let folder = folder();
    let args = ["need", "plan", "--years", "3", "--format", "json", "--resume", "rows"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_gridstage"))
        .args(args)
        .current_dir(folder.path("."))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Wherever it is by now: nothing begun, some rows, or all of them.
    child.kill().unwrap();
    child.wait().unwrap();
    let unbroken = folder.run(&args[..6]);
    assert_eq!(folder.run(&args).stdout, unbroken.stdout);
}

/// Hanoi's amendment A01 moved P003 from March 2020 to January 2022: what is asked of the plan as approved is answered of it.
#[test]
fn the_version_of_the_plan_that_is_named_is_the_one_judged() {
    let folder = Folder::new();
    let hanoi = concat!(env!("CARGO_MANIFEST_DIR"), "/grids/hanoi");
    let planned = |version: &[&str]| {
        let args = ["need", hanoi, "--work", "P003", "--years", "1", "--n1", "off", "--format", "json"];
        let found = folder.run(&[&args[..], version].concat());
        let document = assert_valid(&folder, "need", &found.stdout);
        let as_of = document["options"]["as_of"].clone();
        (as_of, document["cases"][0]["planned"].as_str().unwrap().to_owned())
    };
    assert_eq!(planned(&[]), (serde_json::Value::Null, "2022-01-05".to_owned()));
    assert_eq!(planned(&["--as-of", "approved"]), ("approved".into(), "2020-03-31".to_owned()));
    for verb in ["need", "headroom"] {
        let unknown = folder.run(&[verb, hanoi, "--as-of", "A99"]);
        assert!(unknown.code == 3 || unknown.code == 2, "{verb}: {}", unknown.code);
        assert!(unknown.stderr.contains("A99"), "{verb}: {}", unknown.stderr);
    }
}
