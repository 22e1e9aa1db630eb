//! Staged plans on the command line, on the teaching grids whose figures are closed formulas (see their READMEs).

use super::json::assert_valid;
use super::{Folder, Run, command, finish};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The lesson of a line that a second circuit relieves two years too late.
fn radial() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/teaching/radial")
}

/// Runs a verb on that lesson.
fn run(verb: &str, args: &[&str]) -> Run {
    let folder = radial();
    let (parent, name) = (folder.parent().unwrap(), folder.file_name().unwrap().to_str().unwrap());
    finish(command(&[&[verb, name], args].concat(), parent))
}

#[test]
fn a_work_that_comes_too_late_breaks_the_plan_and_is_named_as_what_clears_it() {
    let report = run("check", &[]);
    assert_eq!(report.code, 1, "{}", report.stderr);
    for sentence in [
        "The plan does not hold: 1 limit is broken, in 1 of 3 stages (2030).",
        "A second circuit for a growing load",
        "109.2 %",
        "2030   2035
  L1               L                                                  P1",
    ] {
        assert!(report.stdout.contains(sentence), "{sentence}\n{}", report.stdout);
    }
}

/// The layout; its numbers are those of the lesson's table.
#[test]
fn a_verdict_reads_from_the_answer_to_what_it_rests_on() {
    insta::assert_snapshot!(run("check", &[]).stdout, @r"
    A second circuit for a growing load
    LESSON-RADIAL · radial

    The plan does not hold: 1 limit is broken, in 1 of 3 stages (2030).

    Verdict by stage, scenario and criterion
      Stage  Scenario  Supply  Voltage  Lines
      ───────────────────────────────────────────
      2025   max       holds   holds    holds
      2030   max       holds   holds    FAILS 1
      2035   max       holds   holds    holds

    What the criteria ask
      Criterion  Rule  What is asked                                                         Says
      ─────────────────────────────────────────────────────────────────────────────────────────────
      Supply     –     all load is served                                                    –
      Voltage    V     110 kV buses: 104 to 121 kV                                           [1]
      Lines      L     110 kV lines: at most 100 %, warning above 70 % of continuous rating  [2]
      [1] a band for teaching (estimated)
      [2] a limit for teaching (estimated)

    Load, losses and extremes
      Stage  Scenario  Load  Lost  Losses  Losses     Worst  at bus    Highest  on
                         MW    MW      MW       %   voltage          loading %
      ───────────────────────────────────────────────────────────────────────────────────────────
      2025   max         70   0.0     0.8    1.17  107.5 kV  B              65  Source - Town 1
      2030   max        115   0.0     2.3    1.98  105.7 kV  B             109  Source - Town 1
      2035   max        140   0.0     1.7    1.17  107.5 kV  B              65  Source - Town 1

    Works since the stage before, and losses over the year
      Stage    New   Cost of new works,  Cost not  Energy lost
             works  million (prices of)     known   GWh a year
      ──────────────────────────────────────────────────────────
      2025       0                    –         0            –
      2030       0                    –         0            –
      2035       1                    –         1            –

    Violations, worst first
      Element          What         Worst  Limit   % of  Worst in  Since  Cleared
                       and rule                   limit
      ─────────────────────────────────────────────────────────────────────────────
      Source - Town 1  line load  109.2 %  100.0  109.2  2030 max  2030   2035
      L1               L                                                  P1

    Not judged or not modelled
      No rule is about the grid after a fault (N-1): only the intact grid (N) is judged.
      The plan states no load-loss factor: losses over a year are not computed.

    Assumed
      Load in years between those of the forecast: linear interpolation.

    See more
      gridstage check radial --format json   every number, for programs
      gridstage solve radial --at 2035       voltages and flows of one stage
      gridstage show radial --projects       the works with dates and costs
    ");
}

#[test]
fn a_verdict_as_json_names_stage_value_and_what_clears_it() {
    let report = run("check", &["--format", "json"]);
    let document = assert_valid(&Folder::new(), "check", &report.stdout);
    assert_eq!((&document["verdict"], &document["exit_code"]), (&Value::from("violated"), &Value::from(1)));
    let cases = document["cases"].as_array().unwrap();
    let stages: Vec<&str> = cases.iter().map(|case| case["stage"].as_str().unwrap()).collect();
    assert_eq!(stages, ["2025", "2030", "2035"]);
    let violations = cases[1]["violations"].as_array().unwrap();
    assert_eq!(violations.len(), 1);
    let violation = &violations[0];
    assert_eq!(violation["criterion"], "line_loading");
    assert!((violation["value"].as_f64().unwrap() - 109.25).abs() < 0.01, "{violation}");
    assert_eq!(violation["since_stage"], "2030");
    assert_eq!(violation["cleared_by"], serde_json::json!({ "stage": "2035", "projects": ["P1"] }));
    assert!(cases.iter().all(|case| case.get("buses").is_none()), "rows come with --full only");
    let full: Value = serde_json::from_str(&run("check", &["--format", "json", "--full"]).stdout).unwrap();
    assert_eq!(full["cases"][1]["buses"].as_array().unwrap().len(), 2);
}

/// Every stage, scenario and criterion of a whole city, held against the schema.
#[test]
fn the_verdict_on_the_plan_of_hanoi_is_what_the_schema_says() {
    let grids = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids");
    let report = finish(command(&["check", "hanoi", "--format", "json"], &grids));
    assert_eq!(report.code, 1);
    let document = assert_valid(&Folder::new(), "check", &report.stdout);
    assert_eq!(document["cases"].as_array().unwrap().len(), 15);
    let text = finish(command(&["check", "hanoi"], &grids)).stdout;
    for line in text.lines() {
        assert!(line.chars().count() <= 120, "{} columns: {line}", line.chars().count());
    }
}

#[test]
fn a_plan_can_be_judged_without_a_work() {
    let report = run("check", &["--without", "P1"]);
    assert_eq!(report.code, 1);
    assert!(report.stdout.contains("in 2 of 3 stages (2030, 2035)"), "{}", report.stdout);
    assert!(report.stdout.contains("not cleared"), "{}", report.stdout);
    assert_eq!(run("check", &["--stage", "2035"]).code, 0);
}

#[test]
fn one_stage_is_solved_as_the_formula_says() {
    let voltage = |at: &str| {
        let report = run("solve", &["--at", at, "--format", "json"]);
        assert_eq!(report.code, 0, "{}", report.stderr);
        let document = assert_valid(&Folder::new(), "solve", &report.stdout);
        document["cases"][0]["buses"][1]["vm_pu"].as_f64().unwrap()
    };
    for (at, expected) in [("2025", 0.977_171), ("2030", 0.961_282), ("2035", 0.977_171)] {
        assert!((voltage(at) - expected).abs() < 1e-6, "{at}");
    }
    // Any day can be asked for, however precisely. The circuit stands from 30 June 2032.
    assert!(voltage("2032-06-30") > voltage("2032-06-29"));
}

#[test]
fn a_plan_of_several_stages_is_not_solved_without_saying_which() {
    let report = run("solve", &[]);
    assert_eq!(report.code, 2);
    assert!(report.stderr.contains("say which with --at (2025, 2030, 2035)"), "{}", report.stderr);
    let report = run("solve", &["--at", "203O"]);
    assert!(report.stderr.contains("did you mean `2030`?"), "{}", report.stderr);
}

#[test]
fn the_grid_of_a_stage_solves_the_same_as_a_file_of_its_own() {
    let folder = Folder::new();
    let solved = |report: &Run| -> Vec<f64> {
        let document: Value = serde_json::from_str(&report.stdout).unwrap();
        let buses = document["cases"][0]["buses"].as_array().unwrap();
        buses.iter().map(|bus| bus["vm_pu"].as_f64().unwrap()).collect()
    };
    let inside = solved(&run("solve", &["--at", "2035", "--format", "json"]));
    for name in ["grid.m", "grid"] {
        let target = folder.path(name);
        let built = run("build", &["--at", "2035", "-o", target.to_str().unwrap()]);
        assert_eq!(built.code, 0, "{name}: {}", built.stderr);
        let outside = solved(&folder.run(&["solve", name, "--format", "json"]));
        assert_eq!(inside.len(), outside.len());
        for (a, b) in inside.iter().zip(&outside) {
            assert!((a - b).abs() < 1e-9, "{name}: {a} {b}");
        }
    }
}

#[test]
fn what_a_format_cannot_carry_is_listed_and_strict_refuses_to_lose_it() {
    let folder = Folder::new();
    let target = folder.path("grid.m");
    let target = target.to_str().unwrap();
    let built = run("build", &["--at", "2035", "-o", target]);
    assert!(built.stderr.contains("W-NOT-CARRIED"), "{}", built.stderr);
    folder.write("grid.m", "old");
    let strict = run("build", &["--at", "2035", "-o", target, "--strict"]);
    assert_eq!(strict.code, 3, "{}", strict.stderr);
    assert!(strict.stderr.contains("nothing was written"), "{}", strict.stderr);
    assert_eq!(folder.read("grid.m"), "old");
}

#[test]
fn a_plan_does_not_fit_a_grid_file_and_an_unknown_ending_is_refused() {
    let folder = Folder::five();
    let target = folder.path("grid.m");
    let refused = run("convert", &[target.to_str().unwrap()]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("gridstage build radial --at STAGE"), "{}", refused.stderr);
    let refused = folder.run(&["convert", "five.m", "five.mat"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains(".mat is not written"), "{}", refused.stderr);
    assert_eq!(folder.names(), ["five.m"]);
}

#[test]
fn a_grid_survives_the_way_through_the_own_format() {
    let folder = Folder::five();
    assert_eq!(folder.run(&["convert", "five.m", "five"]).code, 0);
    assert_eq!(folder.run(&["convert", "five", "back.m"]).code, 0);
    let there = folder.run(&["solve", "five.m", "--format", "csv"]).stdout;
    assert_eq!(there, folder.run(&["solve", "five", "--format", "csv"]).stdout);
    assert_eq!(there, folder.run(&["solve", "back.m", "--format", "csv"]).stdout);
}

#[test]
fn show_tells_stages_works_and_support() {
    let overview = run("show", &[]).stdout;
    for word in ["LESSON-RADIAL", "Base grid as of: 2025-12-31", "2030-12-31", "planned", "Records"] {
        assert!(overview.contains(word), "{word}\n{overview}");
    }
    let projects = run("show", &["--projects"]).stdout;
    assert!(projects.contains("P1") && projects.contains("2032-06-30"), "{projects}");
    assert!(run("show", &["--projects", "--at", "2030"]).stdout.contains("none"));
    assert!(run("show", &["--stages"]).stdout.contains("2035"));
    let json = run("show", &["--format", "json"]);
    let document = assert_valid(&Folder::new(), "show", &json.stdout);
    assert_eq!(document["summary"]["projects"][0]["phases"][0]["commissioning"], "2032-06-30");
    assert_eq!(document["summary"]["stages"][2]["works"], serde_json::json!(["P1"]));
}

#[test]
fn a_new_plan_holds_and_is_not_written_over_anything() {
    let folder = Folder::new();
    let made = folder.run(&["new", "mine"]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stdout.contains("gridstage check mine"), "{}", made.stdout);
    let checked = folder.run(&["check", "mine"]);
    assert_eq!(checked.code, 0, "{}\n{}", checked.stdout, checked.stderr);
    let linted = folder.run(&["lint", "mine"]);
    assert_eq!(linted.code, 0, "{}", linted.stderr);
    let again = folder.run(&["new", "mine"]);
    assert_eq!(again.code, 2, "{}", again.stderr);
}

#[test]
fn a_grid_converts_to_psse_and_back_with_its_losses_listed() {
    let folder = Folder::new();
    let grid = Path::new(env!("CARGO_MANIFEST_DIR")).join("grids/ieee/14");
    let out = folder.run(&["convert", grid.to_str().unwrap(), "case14.raw"]);
    assert_eq!(out.code, 0, "{}", out.stderr);
    let solved = folder.run(&["solve", "case14.raw", "--format", "csv"]);
    assert_eq!(solved.code, 0, "{}", solved.stderr);
    let direct = folder.run(&["solve", grid.to_str().unwrap(), "--format", "csv"]);
    let voltages = |text: &str| -> Vec<String> { text.lines().map(str::to_owned).collect() };
    assert_eq!(voltages(&solved.stdout).len(), voltages(&direct.stdout).len());
    let strict = folder.run(&["convert", grid.to_str().unwrap(), "strict.raw", "--strict"]);
    assert!(matches!(strict.code, 0 | 3), "{}", strict.stderr);
}
