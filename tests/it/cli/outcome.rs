//! Exit codes and what is said with them.

use super::{FIVE, Folder};

/// All load twenty times as large: beyond any solution.
fn infeasible() -> String {
    FIVE.replace("1    90    30", "1    1800    600").replace("1    40    15", "1    800    300")
}

/// The line to bus 5 switched off.
fn dark() -> String {
    FIVE.replace("90    90    90    0    0    1 ", "90    90    90    0    0    0 ")
}

#[test]
fn a_grid_that_solves_ends_with_0_and_says_nothing_on_standard_error() {
    for verb in ["solve", "check", "lint", "show"] {
        let run = Folder::five().run(&[verb, "five.m"]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{verb}");
        assert!(!run.stdout.is_empty(), "{verb}");
    }
}

#[test]
fn load_left_dark_ends_with_1_and_is_told_in_mw() {
    let folder = Folder::with("dark.m", &dark());
    for verb in ["solve", "check"] {
        let run = folder.run(&[verb, "dark.m"]);
        assert_eq!(run.code, 1, "{verb}");
        assert!(run.stderr.contains("warning[W-DEAD-ISLAND]"), "{verb}: {}", run.stderr);
        assert!(run.stdout.contains("40"), "{verb}: {}", run.stdout);
    }
}

#[test]
fn a_line_beyond_its_rating_breaks_the_verdict_but_not_the_solution() {
    let folder = Folder::with("weak.m", &FIVE.replace("90    90    90", "20    20    20"));
    assert_eq!(folder.run(&["solve", "weak.m"]).code, 0);
    let run = folder.run(&["check", "weak.m"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("The grid does not hold: 1 limit is broken."), "{}", run.stdout);
    assert!(run.stdout.contains("4-5-1"), "{}", run.stdout);
}

#[test]
fn invalid_input_ends_with_3_and_all_findings_at_once() {
    let bad =
        FIVE.replace("0.080    0.060", "NaN    0.060").replace("    1    3    0.012", "    1    7    0.012");
    for verb in ["solve", "check", "show"] {
        let run = Folder::with("bad.m", &bad).run(&[verb, "bad.m"]);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{verb}");
        assert!(run.stderr.contains("2 errors"), "{verb}: {}", run.stderr);
    }
    // The findings are what `lint` is asked for.
    let run = Folder::with("bad.m", &bad).run(&["lint", "bad.m"]);
    assert_eq!((run.code, run.stderr.as_str()), (3, ""));
    assert!(run.stdout.contains("2 errors"), "{}", run.stdout);
}

#[test]
fn a_file_that_is_not_there_ends_with_3() {
    let run = Folder::new().run(&["check", "nowhere.m"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("E-IO") && run.stderr.contains("nowhere.m"), "{}", run.stderr);
}

#[test]
fn no_solution_ends_with_4_and_says_where_and_how_far_it_would_go() {
    let folder = Folder::with("far.m", &infeasible());
    let run = folder.run(&["solve", "far.m"]);
    assert_eq!(run.code, 4);
    assert!(run.stdout.contains("No load-flow solution was found."), "{}", run.stdout);
    assert!(run.stdout.contains("there is a solution"), "{}", run.stdout);
    assert!(run.stdout.contains("The power balance is open most at"), "{}", run.stdout);
    assert!(run.stderr.contains("error[E-NO-SOLUTION]"), "{}", run.stderr);
    let run = folder.run(&["check", "far.m"]);
    assert_eq!(run.code, 4);
    assert!(run.stdout.contains("UNSOLVED"), "{}", run.stdout);
}

#[test]
fn a_grid_may_come_from_standard_input() {
    let folder = Folder::five();
    let piped = folder.run_with_input(&["solve", "-", "--format", "csv"], FIVE);
    let read = folder.run(&["solve", "five.m", "--format", "csv"]);
    assert_eq!((piped.code, &piped.stdout), (0, &read.stdout));
    let bad = folder.run_with_input(&["lint", "-"], &FIVE.replace("0.080    0.060", "NaN    0.060"));
    assert_eq!(bad.code, 3);
    // The line is quoted although standard input cannot be read twice.
    assert!(
        bad.stdout.contains("<stdin>:17") && bad.stdout.contains("2    3    0.010    NaN"),
        "{}",
        bad.stdout
    );
}

#[test]
fn equal_inputs_give_equal_bytes() {
    let folder = Folder::five();
    for form in ["text", "json", "csv"] {
        let once = folder.run(&["check", "five.m", "--format", form]).stdout;
        assert_eq!(once, folder.run(&["check", "five.m", "--format", form]).stdout, "{form}");
    }
}

#[test]
fn an_outage_that_is_not_there_or_named_twice_is_an_error_of_usage() {
    let folder = Folder::five();
    let run = folder.run(&["n1", "five.m", "--outage", "1-2-9"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no outage `1-2-9`"), "{}", run.stderr);
    let run = folder.run(&["n1", "five.m", "--outage", "1-2-1", "--outage", "1-2-1"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("given twice"), "{}", run.stderr);
    let run = folder.run(&["n1", "five.m", "--kv", "500"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--kv"), "{}", run.stderr);
}

#[test]
fn the_only_way_to_a_load_leaves_it_dark_and_ends_with_1() {
    let folder = Folder::five();
    let run = folder.run(&["n1", "five.m", "--outage", "4-5-1"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("1 leaves load without supply (40.0 MW at most)"), "{}", run.stdout);
    let run = folder.run(&["n1", "five.m", "--outage", "4-5-1", "--format", "jsonl"]);
    let row: serde_json::Value = serde_json::from_str(run.stdout.trim()).unwrap();
    assert_eq!((row["outage"].as_str(), row["lost_mw"].as_f64()), (Some("4-5-1"), Some(40.0)));
    assert_eq!(row["dead_buses"], serde_json::json!(["5"]));
    let run = Folder::with("far.m", &infeasible()).run(&["n1", "far.m"]);
    assert_eq!(run.code, 4);
    assert!(run.stdout.contains("No load-flow solution was found."), "{}", run.stdout);
}

#[test]
fn outages_of_a_day_between_stages_are_judged_by_the_stage_in_force_and_no_rule_is_no_verdict() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("grids");
    let hanoi = root.join("hanoi").display().to_string();
    let rules = |at: &str| -> Vec<String> {
        let run = Folder::new().run(&["n1", &hanoi, "--at", at, "--format", "json", "-q"]);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let rows = document["cases"][0]["outages"].as_array().unwrap().clone();
        let passed = rows.iter().flat_map(|row| row["violations"].as_array().unwrap().clone());
        let mut rules: Vec<String> = passed.map(|row| row["rule"].as_str().unwrap().to_owned()).collect();
        rules.sort();
        rules.dedup();
        rules
    };
    // 2024 lies before the stage 2025: the rules are the plan's, not those of a bare grid.
    assert!(rules("2024-06-30").iter().any(|rule| rule == "C20L"), "{:?}", rules("2024-06-30"));
    assert!(rules("2024-06-30").iter().all(|rule| rule.starts_with('C')));
    // The lessons have rules for the intact grid only.
    let ring = root.join("teaching/ring").display().to_string();
    let run = Folder::new().run(&["n1", &ring, "--at", "2030"]);
    assert!(run.stderr.contains("no limit was held against the states after the outages"), "{}", run.stderr);
    assert!(!run.stdout.contains("everything holds"), "{}", run.stdout);
}
