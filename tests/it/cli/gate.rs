//! A plan guarded in CI: baselines, `JUnit`, SARIF, cases with expected results; and what a station has and lacks.

use super::Folder;
use super::json::assert_valid;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The lesson of a second circuit that comes too late, copied so that it can be changed.
fn lesson() -> Folder {
    let folder = Folder::new();
    copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/teaching/radial"), &folder.path("plan"));
    folder
}

fn copy(from: &Path, to: &PathBuf) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

fn edit(folder: &Folder, file: &str, from: &str, to: &str) {
    let text = folder.read(file);
    assert!(text.contains(from), "{file} holds {from}");
    folder.write(file, &text.replace(from, to));
}

#[test]
fn a_baseline_lets_pass_what_was_broken_and_stops_what_is_new_or_worse() {
    let folder = lesson();
    let first = folder.run(&["check", "plan", "--format", "json", "-o", "accepted.json"]);
    assert_eq!(first.code, 1, "the lesson breaks a limit");
    let again = folder.run(&["check", "plan", "--baseline", "accepted.json"]);
    assert_eq!(again.code, 0, "{}", again.stdout);
    assert!(
        again.stdout.contains("nothing is new or worse than in accepted.json; 1 the same"),
        "{}",
        again.stdout
    );
    // Two more MW in 2030: the same limit, passed further.
    edit(&folder, "plan/forecast.csv", "115", "117");
    let worse = folder.run(&["check", "plan", "--baseline", "accepted.json", "--format", "json"]);
    assert_eq!(worse.code, 1);
    let document = assert_valid(&folder, "check", &worse.stdout);
    assert_eq!(document["summary"]["baseline"]["worse"], 1);
    assert_eq!(document["cases"][1]["violations"][0]["baseline"], "worse");
    // So much more in 2025 that it breaks there too: new.
    edit(&folder, "plan/forecast.csv", "70", "116");
    let new = folder.run(&["check", "plan", "--baseline", "accepted.json", "--format", "json"]);
    assert_eq!(assert_valid(&folder, "check", &new.stdout)["summary"]["baseline"]["new"], 1);
    // A little less than accepted is better, and much less ends it.
    edit(&folder, "plan/forecast.csv", "116", "70");
    edit(&folder, "plan/forecast.csv", "117", "113");
    let better = folder.run(&["check", "plan", "--baseline", "accepted.json"]);
    assert_eq!(better.code, 0);
    assert!(better.stdout.contains("Better than the baseline"), "{}", better.stdout);
    edit(&folder, "plan/forecast.csv", "113", "90");
    let gone = folder.run(&["check", "plan", "--baseline", "accepted.json"]);
    assert!(gone.code == 0 && gone.stdout.contains("is gone"), "{}", gone.stdout);
}

#[test]
fn a_baseline_that_answers_another_question_is_refused() {
    let folder = lesson();
    folder.run(&["check", "plan", "--n1", "off", "--format", "json", "-o", "without.json"]);
    folder.run(&["solve", "plan", "--at", "2025", "--format", "json", "-o", "solve.json"]);
    folder.write("text.json", "no json");
    folder.write("other.json", &folder.read("without.json").replace("LESSON-RADIAL", "ANOTHER"));
    for (file, says) in [
        ("without.json", "without the grid after a fault"),
        ("solve.json", "`gridstage.solve`"),
        ("text.json", "it is no JSON text"),
        ("other.json", "`ANOTHER`"),
        ("missing.json", "cannot be read"),
    ] {
        let run = folder.run(&["check", "plan", "--baseline", file]);
        assert_eq!(run.code, 3, "{file}: {}", run.stderr);
        assert!(run.stderr.contains(says), "{file}: {}", run.stderr);
    }
}

#[test]
fn junit_and_sarif_point_at_the_line_of_the_plan() {
    let folder = lesson();
    let junit = folder.run(&["check", "plan", "--format", "junit"]);
    assert_eq!(junit.code, 1);
    let failing: Vec<&str> = junit.stdout.lines().filter(|line| line.contains("<failure")).collect();
    assert_eq!(failing.len(), 1, "{}", junit.stdout);
    // Line 2 of lines.csv is the circuit that is overloaded.
    assert!(
        failing[0].contains("name=\"line_loading\" file=\"plan/lines.csv\" line=\"2\""),
        "{}",
        failing[0]
    );
    assert!(failing[0].contains("109.2 %"), "{}", failing[0]);
    let mut reader = quick_xml::Reader::from_str(&junit.stdout);
    let mut cases = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                cases += usize::from(tag.name().0 == "testcase");
            }
            _ => {}
        }
    }
    assert_eq!(cases, 9, "three stages, three criteria");
    let sarif = folder.run(&["check", "plan", "--format", "sarif"]);
    let log: Value = serde_json::from_str(&sarif.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().unwrap();
    let error = results.iter().find(|result| result["level"] == "error").unwrap();
    let place = &error["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "plan/lines.csv");
    assert_eq!(place["region"]["startLine"], 2);
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(results.iter().all(|result| rules.iter().any(|rule| rule["id"] == result["ruleId"])));
    // What a baseline knows is no failure, and told as unchanged.
    folder.run(&["check", "plan", "--format", "json", "-o", "accepted.json"]);
    let known = folder.run(&["check", "plan", "--baseline", "accepted.json", "--format", "junit"]);
    assert!(known.code == 0 && !known.stdout.contains("<failure"), "{}", known.stdout);
    let known = folder.run(&["check", "plan", "--baseline", "accepted.json", "--format", "sarif"]);
    assert!(known.stdout.contains("\"baselineState\": \"unchanged\""));
}

#[test]
fn a_plan_that_cannot_be_read_is_told_in_the_form_of_the_ci_server() {
    let folder = lesson();
    edit(&folder, "plan/forecast.csv", "115", "many");
    let sarif = folder.run(&["check", "plan", "--format", "sarif", "-o", "plan.sarif"]);
    assert_eq!(sarif.code, 3, "{}", sarif.stderr);
    let log: Value = serde_json::from_str(&folder.read("plan.sarif")).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["level"], "error");
    assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "plan/forecast.csv");
    let junit = folder.run(&["check", "plan", "--format", "junit"]);
    assert_eq!(junit.code, 3);
    assert!(
        junit.stdout.contains("errors=\"1\"") && junit.stdout.contains("<error message="),
        "{}",
        junit.stdout
    );
}

#[test]
fn cases_pass_with_their_witness_and_fail_by_name_and_line_when_a_value_is_changed() {
    let folder = lesson();
    let good = folder.run(&["test", "."]);
    assert_eq!(good.code, 0, "{}{}", good.stdout, good.stderr);
    assert!(good.stdout.contains("1 case: all as expected."), "{}", good.stdout);
    edit(&folder, "plan/expected.toml", "0.961282", "0.971282");
    let bad = folder.run(&["test", ".", "--format", "json"]);
    assert_eq!(bad.code, 1);
    let document = assert_valid(&folder, "test", &bad.stdout);
    let mismatch = &document["cases"][0]["mismatches"][0];
    assert_eq!(mismatch["what"], "2030, bus B, vm_pu");
    let text = folder.read("plan/expected.toml");
    let line = text.lines().position(|line| line.contains("0.971282")).unwrap() + 1;
    assert_eq!(mismatch["line"], line);
    let junit = folder.run(&["test", ".", "--format", "junit"]);
    assert!(junit.stdout.contains("failures=\"1\"") && junit.stdout.contains(&format!("line=\"{line}\"")));
}

#[test]
fn files_of_expected_results_that_are_wrong_are_told_by_line() {
    let folder = lesson();
    for (from, to, says) in [
        ("witness = ", "witnes = ", "did you mean `witness`?"),
        ("vm_pu = 0.977171", "vm = 0.977171", "has no `vm`"),
        ("load_mw = 70", "load_mw = \"much\"", "must be a number"),
        ("verdict = \"violated\"", "verdict = \"fine\"", "is no verdict"),
    ] {
        let text = folder.read("plan/expected.toml");
        edit(&folder, "plan/expected.toml", from, to);
        let run = folder.run(&["test", "."]);
        assert_eq!(run.code, 3, "{to}: {}", run.stdout);
        assert!(run.stderr.contains("E-EXPECTED") && run.stderr.contains(says), "{to}: {}", run.stderr);
        folder.write("plan/expected.toml", &text);
    }
    let empty = Folder::new();
    assert_eq!(empty.run(&["test", "."]).code, 3, "nothing to test is no pass");
}

/// Headroom of the lesson by its closed formula: line L1 carries 0.605 kA at 107.2 MW or so.
#[test]
fn headroom_is_where_the_line_of_the_lesson_reaches_its_rating() {
    let folder = lesson();
    let run = folder.run(&["headroom", "plan", "--stage", "2025", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = assert_valid(&folder, "headroom", &run.stdout);
    let rows = document["cases"].as_array().unwrap();
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    // All per unit on 100 MVA and 110 kV, as in the lesson's README.
    let (r, x) = (15.0 * 0.118 / 121.0, 15.0 * 0.405 / 121.0);
    let current_ka = |p_mw: f64| {
        let p: f64 = p_mw / 100.0;
        let q: f64 = p * (1.0 / (0.95 * 0.95) - 1.0_f64).sqrt();
        let a = 1.0 - 2.0 * (p * r + q * x);
        let v2 = f64::midpoint(a, (a * a - 4.0 * (p * p + q * q) * (r * r + x * x)).sqrt());
        (p * p + q * q).sqrt() / v2.sqrt() * 100.0 / (3.0_f64.sqrt() * 110.0)
    };
    let room = row["intact"]["p_mw"].as_f64().unwrap();
    assert!(current_ka(70.0 + room) <= 0.605 && current_ka(70.0 + room + 1.0) > 0.605, "{room}");
    assert_eq!(row["intact"]["element_id"], "L1");
    assert_eq!(row["after_fault"], Value::Null, "no rule asks about faults");
    // From 70 MW in 2025 to 115 MW in 2030: 9 MW a year.
    let years = row["intact"]["years"].as_f64().unwrap();
    assert!((years - room / 9.0).abs() < 1e-6, "{years}");
    let text = folder.run(&["headroom", "plan"]);
    assert!(text.stdout.lines().all(|line| line.chars().count() <= 100), "{}", text.stdout);
    assert_eq!(folder.run(&["headroom", "plan", "--format", "csv"]).stdout.lines().count(), 4);
}

/// Two sources at the two ends of a bus mix in proportion to what they send, and the loss of each supply is told.
#[test]
fn the_supply_plan_names_sources_circuits_reserve_and_what_is_lost() {
    let folder = lesson();
    let run = folder.run(&["show", "plan", "--supply", "--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = assert_valid(&folder, "supply", &run.stdout);
    let rows = document["cases"].as_array().unwrap();
    assert_eq!(rows.len(), 3, "one station, three stages");
    let first = &rows[0];
    assert_eq!(first["sources"][0]["element_type"], "generator");
    assert!((first["sources"][0]["percent"].as_f64().unwrap() - 100.0).abs() < 1e-9);
    // One circuit: its loss leaves all of the 70 MW dark, and nobody takes it over.
    assert_eq!(first["feeds"].as_array().unwrap().len(), 1);
    let lost = &first["feeds"][0]["lost"];
    assert!((lost["unserved_mw"].as_f64().unwrap() - 70.0).abs() < 1e-6, "{lost}");
    // Two circuits in 2035: the other one carries all, and no load is lost.
    let last = rows[2]["feeds"].as_array().unwrap();
    assert_eq!(last.len(), 2);
    assert!(last.iter().all(|feed| feed["lost"]["unserved_mw"] == 0.0));
    let text = folder.run(&["show", "plan", "--supply"]);
    assert!(
        text.stdout.contains("Fed from") && text.stdout.contains("70.0 MW dark, 0.0 moved, 70.0 lost"),
        "{}",
        text.stdout
    );
    assert!(text.stdout.lines().all(|line| line.chars().count() <= 100), "{}", text.stdout);
    let csv = folder.run(&["show", "plan", "--supply", "--format", "csv"]);
    assert_eq!(csv.stdout.lines().count(), 5, "four supplies and a header");
    assert_eq!(folder.run(&["show", "plan", "--format", "csv"]).code, 2, "a form of the supply plan only");
}
