//! JSON and CSV: documents that `gridstage schema` describes, numbers that the text form agrees with.

use super::{FIVE, Folder};
use serde_json::Value;

/// Every document against the schema the program prints for it, with fields the schema does not know refused.
pub(super) fn assert_valid(folder: &Folder, kind: &str, text: &str) -> Value {
    let schema = folder.run(&["schema", kind]);
    assert_eq!(schema.code, 0);
    let mut schema: Value = serde_json::from_str(&schema.stdout).unwrap();
    close(&mut schema);
    let document: Value = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{kind}: {errors:#?}");
    document
}

/// Forbids properties that the schema does not name.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if object.get("type") == Some(&Value::from("object")) && object.contains_key("properties") {
                object.insert("additionalProperties".to_owned(), Value::from(false));
            }
            object.values_mut().for_each(close);
        }
        Value::Array(array) => array.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn what_the_verbs_write_is_what_the_schema_says() {
    let folder = Folder::five();
    folder.write("dark.m", &FIVE.replace("90    90    90    0    0    1 ", "90    90    90    0    0    0 "));
    folder.write("weak.m", &FIVE.replace("90    90    90", "20    20    20"));
    folder.write("far.m", &FIVE.replace("1    90    30", "1    1800    600"));
    folder.write("bad.m", "mpc.baseMVA = ;");
    for (file, check, solve) in [
        ("five.m", "holds", "solved"),
        ("dark.m", "violated", "load_lost"),
        ("weak.m", "violated", "solved"),
        ("far.m", "no_solution", "no_solution"),
        ("bad.m", "invalid_input", "invalid_input"),
    ] {
        for (args, kind, verdict) in [
            (&["check", file][..], "check", check),
            (&["check", file, "--full"], "check", check),
            (&["solve", file], "solve", solve),
            (
                &["n1", file],
                "n1",
                match solve {
                    // The line to bus 5 is the only one: its loss leaves 40 MW without supply.
                    "solved" | "load_lost" => "violated",
                    other => other,
                },
            ),
            (
                &["diff", file, "five.m", "--effect"],
                "diff",
                match (file, check) {
                    ("five.m", _) => "same",
                    (_, "no_solution" | "invalid_input") => check,
                    _ => "different",
                },
            ),
            (&["lint", file], "lint", if file == "bad.m" { "invalid_input" } else { "valid" }),
            (&["show", file], "show", if file == "bad.m" { "invalid_input" } else { "valid" }),
        ] {
            let run = folder.run(&[args, &["--format", "json"]].concat());
            let document = assert_valid(&folder, kind, &run.stdout);
            assert_eq!(document["verdict"], verdict, "{args:?}");
            assert_eq!(document["exit_code"], run.code, "{args:?}");
            assert_eq!(document["schema"]["name"], format!("gridstage.{kind}"));
        }
    }
    let dc = folder.run(&["solve", "five.m", "--method", "dc", "--format", "json"]);
    assert_eq!(assert_valid(&folder, "solve", &dc.stdout)["options"]["flow"]["method"], "dc");
}

/// Every field that the issue promises, on a grid that has a value for each.
#[test]
fn a_solved_case_has_the_promised_fields() {
    let run = Folder::five().run(&["solve", "five.m", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let case = &document["cases"][0];
    assert_eq!((&case["status"], &case["contingency"]), (&Value::from("converged"), &Value::Null));
    for key in ["stage", "scenario", "iterations", "mismatch_pu", "islands", "lost_load_mw", "violations"] {
        assert!(!case[key].is_null(), "{key}");
    }
    assert_eq!(case["buses"].as_array().unwrap().len(), 5);
    for key in ["id", "vm_pu", "vm_kv", "va_deg", "p_mw", "q_mvar"] {
        assert!(!case["buses"][0][key].is_null(), "{key}");
    }
    let ids: Vec<&str> =
        case["buses"].as_array().unwrap().iter().map(|bus| bus["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    for key in [
        "id",
        "from",
        "to",
        "p_from_mw",
        "q_from_mvar",
        "p_to_mw",
        "q_to_mvar",
        "i_from_ka",
        "loading_percent",
        "loss_mw",
    ] {
        assert!(!case["branches"][0][key].is_null(), "{key}");
    }
    assert_eq!(document["inputs"][0]["path"], "five.m");
    assert_eq!(document["inputs"][0]["sha256"].as_str().unwrap().len(), 64);
}

/// Flows of a branch differ by its losses, and all losses are what is fed in and not drawn.
#[test]
fn the_rows_of_a_case_add_up() {
    let run = Folder::five().run(&["solve", "five.m", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let case = &document["cases"][0];
    let sum = |table: &str, key: &str| -> f64 {
        case[table].as_array().unwrap().iter().map(|row| row[key].as_f64().unwrap()).sum()
    };
    let losses = sum("branches", "loss_mw");
    assert!((sum("branches", "p_from_mw") + sum("branches", "p_to_mw") - losses).abs() < 1e-9);
    assert!((sum("buses", "p_mw") - losses).abs() < 1e-6);
    assert!((sum("generators", "p_mw") - 190.0 - losses).abs() < 1e-6);
}

#[test]
fn what_does_not_exist_is_null_in_json_and_empty_in_csv() {
    let folder = Folder::with(
        "dark.m",
        &FIVE.replace("90    90    90    0    0    1 ", "90    90    90    0    0    0 "),
    );
    let json = folder.run(&["solve", "dark.m", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(document["cases"][0]["buses"][4]["vm_pu"], Value::Null);
    let csv = folder.run(&["solve", "dark.m", "--format", "csv"]).stdout;
    let last = csv.lines().last().unwrap();
    assert!(last.starts_with("5,,,,"), "{last}");
}

#[test]
fn csv_holds_the_numbers_of_json() {
    let folder = Folder::five();
    let json = folder.run(&["solve", "five.m", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    for table in ["buses", "branches", "generators"] {
        let csv = folder.run(&["solve", "five.m", "--format", "csv", "--table", table]).stdout;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let header = reader.headers().unwrap().clone();
        let rows = document["cases"][0][table].as_array().unwrap();
        for (record, row) in reader.records().map(Result::unwrap).zip(rows) {
            for (key, cell) in header.iter().zip(&record) {
                match &row[key] {
                    Value::Number(number) => {
                        assert_eq!(number.to_string(), cell, "{table} {key}");
                    }
                    Value::String(text) => assert_eq!(text, cell, "{table} {key}"),
                    other => assert!(other.is_null() && cell.is_empty(), "{table} {key}"),
                }
            }
        }
    }
}

#[test]
fn a_verdict_as_csv_has_a_header_even_over_nothing() {
    let run = Folder::five().run(&["check", "five.m", "--format", "csv"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(
        run.stdout.starts_with("stage,scenario,criterion,rule,level,element_type,element_id"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_violation_names_element_value_limit_and_history() {
    let folder = Folder::with("weak.m", &FIVE.replace("90    90    90", "20    20    20"));
    let run = folder.run(&["check", "weak.m", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let violation = &document["cases"][0]["violations"][0];
    assert_eq!(violation["element_type"], "line");
    assert_eq!(violation["element_id"], "4-5-1");
    assert_eq!((&violation["limit"], &violation["unit"]), (&Value::from(100.0), &Value::from("%")));
    assert!(violation["value"].as_f64().unwrap() > 100.0);
    assert_eq!((&violation["cleared_by"], &violation["baseline"]), (&Value::Null, &Value::Null));
    assert_eq!(violation["since_stage"], document["cases"][0]["stage"]);
}
