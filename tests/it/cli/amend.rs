//! `amend`, `--as-of`, `show --blame`.

use super::Folder;
use std::path::Path;

fn teaching() -> Folder {
    let folder = Folder::new();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan/teaching");
    crate::plan::copy(&from, &folder.path("plan"));
    folder
}

/// All files of the plan, with their texts.
fn files(folder: &Folder) -> Vec<(String, String)> {
    fn walk(dir: &Path, out: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else {
                out.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut all = Vec::new();
    walk(&folder.path("plan"), &mut all);
    all.sort();
    all
}

const DELAY: [&str; 11] = [
    "amend",
    "plan",
    "--date",
    "2018-03-01",
    "--reason",
    "land not handed over",
    "--set",
    "projects",
    "P001",
    "commissioning_date",
    "2019-03-31",
];

#[test]
fn an_amendment_is_written_beside_the_tables_and_judged_at_any_version() {
    let folder = teaching();
    let before = files(&folder);
    let run = folder.run(&DELAY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "plan/amendments/A01.toml\n  projects P001: commissioning_date 2018-06-30 → 2019-03-31\n\
         Next: gridstage diff plan@approved plan@A01 --effect\n"
    );
    let after = files(&folder);
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|file| after.contains(file)), "no table is touched");
    insta::assert_snapshot!(folder.read("plan/amendments/A01.toml"), @r#"
    [amendment]
    id = "A01"
    seq = 1
    date = 2018-03-01
    reason = "land not handed over"

    [[change]]
    table = "projects"
    row = "P001"
    field = "commissioning_date"
    from = "2018-06-30"
    to = "2019-03-31"
    "#);
    let blame = folder.run(&["show", "plan", "--blame", "B-C"]);
    assert_eq!(blame.code, 0, "{}", blame.stderr);
    for part in [
        "line B-C#1",
        "2019-03-31",
        "built",
        "P001 Line B-C",
        "A01",
        "commissioning_date 2018-06-30 →",
        "land not handed over",
    ] {
        assert!(blame.stdout.contains(part), "{part} in\n{}", blame.stdout);
    }
    let json = folder.run(&["show", "plan", "--blame", "B-C", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    let told = &document["summary"]["blame"];
    assert_eq!((&told["element"], &told["in_base"]), (&"line B-C#1".into(), &false.into()), "{told}");
    assert_eq!(
        (&told["steps"][0]["date"], &told["steps"][0]["project"]),
        (&"2019-03-31".into(), &"P001".into())
    );
    assert!(told["steps"][0]["line"].is_u64(), "{told}");
    assert_eq!(
        (&told["amendments"][0]["amendment"], &told["amendments"][0]["in_force"]),
        (&"A01".into(), &true.into())
    );
    let blame = folder.run(&["show", "plan", "--blame", "B-C#2", "--as-of", "approved"]);
    assert!(
        blame.stdout.contains("2018-06-30") && blame.stdout.contains("no: later than asked for"),
        "{}",
        blame.stdout
    );
    // the line stands at the stage of 2018 as approved, not as amended
    let lines = |version: &str| {
        let run = folder.run(&[
            "solve", "plan", "--at", "2018", "--as-of", version, "--format", "csv", "--table", "branches",
        ]);
        assert!(run.code < 2, "{}", run.stderr);
        run.stdout.lines().filter(|line| line.contains("B-C#")).count()
    };
    assert_eq!((lines("approved"), lines("A01")), (2, 0));
    let json = folder.run(&["check", "plan", "--as-of", "approved", "--format", "json"]);
    assert!(json.stdout.contains("\"as_of\":\"approved\""), "{}", json.stderr);
}

#[test]
fn an_amendment_that_would_break_the_plan_is_refused_and_nothing_is_written() {
    let folder = teaching();
    let before = files(&folder);
    let refused = |value: &[&str], code: i32, said: &str| {
        let mut args = vec!["amend", "plan", "--date", "2018-03-01", "--reason", "r"];
        args.extend(value);
        let run = folder.run(&args);
        assert_eq!(run.code, code, "{value:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{value:?}: {}", run.stderr);
        assert_eq!(before, files(&folder), "{value:?}: the plan on disk is as it was");
    };
    // C110 would come after the line that ends there
    refused(
        &["--set", "projects", "P002", "commissioning_date", "2019-12-31"],
        3,
        "its bus C110 does not stand",
    );
    refused(&["--set", "projects", "P002", "requires", "P001"], 3, "in a circle");
    refused(&["--set", "projects", "P002", "commissioning_date", "soon"], 3, "which is not a date");
    refused(&["--set", "projects", "P002", "commissioning_date", "2018-06-30"], 2, "already");
    refused(&["--set", "projects", "P009", "name", "x"], 2, "did you mean `P001`?");
    refused(&["--set", "project", "P001", "name", "x"], 2, "did you mean `projects`?");
    refused(&["--set", "projects", "P001", "nam", "x"], 2, "did you mean `name`?");
    refused(&["--supersedes", "A01"], 3, "supersedes A01, and no earlier amendment is called so");
    refused(&[], 2, "changes nothing");
    let shown = folder.run(&[&DELAY[..], &["--dry-run"]].concat());
    assert!(shown.code == 0 && shown.stdout.starts_with("[amendment]"), "{}", shown.stderr);
    assert_eq!(before, files(&folder));
    // a second one with the same id
    assert_eq!(folder.run(&DELAY).code, 0);
    let again = folder.run(&[
        "amend", "plan", "--id", "A01", "--date", "2019", "--reason", "r", "--set", "projects", "P001",
        "name", "x",
    ]);
    assert_eq!(again.code, 2);
    assert!(again.stderr.contains("an id is never used again"), "{}", again.stderr);
    // superseding: `from` is what holds without the one that goes
    let run = folder.run(&[
        "amend",
        "plan",
        "--date",
        "2018-09-01",
        "--reason",
        "found",
        "--supersedes",
        "A01",
        "--set",
        "projects",
        "P001",
        "commissioning_date",
        "2018-10-31",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("2018-06-30 → 2018-10-31"), "{}", run.stdout);
}

#[test]
fn what_a_work_made_is_traced_to_the_work() {
    let folder = teaching();
    let added = "project=P005;seq=2;op=cut_in;element=line;id=A-B;at=C110;at_km=4";
    let run = folder.run(&[
        "amend",
        "plan",
        "--date",
        "2018-03-01",
        "--reason",
        "supply of C",
        "--add",
        "changes",
        added,
        "--set",
        "projects",
        "P005",
        "status",
        "approved",
        "--delete",
        "changes",
        "project=P005;seq=1",
    ]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let blame = folder.run(&["show", "plan", "--blame", "A-B/2"]);
    let said: Vec<&str> = blame.stdout.lines().filter(|line| line.contains("2019-06-30")).collect();
    assert_eq!(said.len(), 1, "{}", blame.stdout);
    assert!(said[0].contains("built (cut in of A-B#1)") && said[0].contains("A01.toml"), "{}", said[0]);
}
