//! `explain`, and the levels of `lint`.

use super::json::assert_valid;
use super::{FIVE, Folder};

#[test]
fn a_grid_that_cannot_be_solved_is_explained_with_exit_code_4() {
    let folder = Folder::five();
    let solved = folder.run(&["explain", "five.m"]);
    assert_eq!(solved.code, 0, "{}", solved.stderr);
    assert!(solved.stdout.contains("The load flow has a solution."), "{}", solved.stdout);
    assert!(solved.stdout.contains("may rise by"), "{}", solved.stdout);
    assert!(solved.stdout.contains("What gives way"), "{}", solved.stdout);
    // ten times the load at bus 5, and a charging that is a slip
    let heavy = FIVE.replace("40    15", "400    150").replace("0.070    0.010", "0.070    100");
    folder.write("heavy.m", &heavy);
    let failed = folder.run(&["explain", "heavy.m"]);
    assert_eq!(failed.code, 4, "{}", failed.stdout);
    for words in [
        "No load-flow solution was found.",
        "of what is scheduled there is a solution",
        "heavy.m:19: W-CHARGING",
    ] {
        assert!(failed.stdout.contains(words), "{words}: {}", failed.stdout);
    }
    folder.write("heavy.m", &FIVE.replace("40    15", "400    150"));
    let failed = folder.run(&["explain", "heavy.m"]);
    assert_eq!(failed.code, 4, "{}", failed.stdout);
    for words in ["The least load to shed", "Or reactive power", "Effort: "] {
        assert!(failed.stdout.contains(words), "{words}: {}", failed.stdout);
    }
}

#[test]
fn a_code_is_explained_and_a_file_of_its_name_goes_first() {
    let folder = Folder::five();
    let page = folder.run(&["explain", "w-charging"]);
    assert_eq!(page.code, 0);
    assert!(page.stdout.starts_with("W-CHARGING"), "{}", page.stdout);
    assert!(page.stdout.contains("Judged by:") && page.stdout.contains("What to do:"), "{}", page.stdout);
    assert_eq!(folder.run(&["explain", "W-CHARGED"]).code, 2);
}

#[test]
fn lint_leaves_out_what_is_allowed_and_refuses_what_is_denied() {
    let folder = Folder::five();
    let refused = folder.run(&["lint", "five.m", "--allow", "W-CHARGED"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("did you mean W-CHARGING?"), "{}", refused.stderr);
    assert_eq!(folder.run(&["lint", "five.m", "--allow", "E-VALUE"]).code, 2);
    assert_eq!(folder.run(&["lint", "five.m", "--deny", "W-CHARGING"]).code, 0);
    folder.write("slip.m", &FIVE.replace("0.070    0.010", "0.070    100"));
    let told = folder.run(&["lint", "slip.m"]);
    assert!(told.code == 0 && told.stdout.contains("warning[W-CHARGING]"), "{}", told.stdout);
    assert_eq!(folder.run(&["lint", "slip.m", "--deny", "W-CHARGING"]).code, 3);
    assert!(!folder.run(&["lint", "slip.m", "--allow", "W-CHARGING"]).stdout.contains("W-CHARGING"));
}

/// The documents of all verbs that found no solution carry the same explanation as that of `explain`.
#[test]
fn every_verb_that_finds_no_solution_says_what_would_give_one() {
    let folder = Folder::with("heavy.m", &FIVE.replace("40    15", "400    150"));
    let explained = folder.run(&["explain", "heavy.m", "--format", "json"]);
    assert_eq!(explained.code, 4, "{}", explained.stderr);
    let document = assert_valid(&folder, "explain", &explained.stdout);
    let why = &document["cases"][0]["explanation"];
    let island = &why["islands"][0];
    assert_eq!(island["weakest"][0]["bus"], "5");
    assert_eq!(island["shed"][0]["bus"], "5");
    let factor = island["factor"].as_f64().unwrap();
    assert!(factor > 0.1 && factor < 1.0 && island["nose"] == true, "{island}");
    assert_eq!(document["summary"]["factor"], island["factor"]);
    for verb in ["solve", "check", "n1"] {
        let run = folder.run(&[verb, "heavy.m", "--format", "json"]);
        assert_eq!(run.code, 4, "{verb}: {}", run.stderr);
        let document = assert_valid(&folder, verb, &run.stdout);
        assert_eq!(&document["cases"][0]["explanation"], why, "{verb}");
        let text = folder.run(&[verb, "heavy.m"]);
        assert_eq!(text.code, 4, "{verb}");
        for words in ["How far it is", "What gives way", "The least load to shed", "Or reactive power"] {
            assert!(text.stdout.contains(words), "{verb}: {words}\n{}", text.stdout);
        }
    }
    let solved = Folder::five().run(&["explain", "five.m", "--format", "json"]);
    assert_eq!(solved.code, 0);
    let document = assert_valid(&folder, "explain", &solved.stdout);
    assert!(document["summary"]["factor"].as_f64().unwrap() > 1.0, "{document}");
}

/// Verbs that go through many states explain the first that has no solution, as `check` does.
#[test]
fn the_first_state_without_a_solution_is_explained_by_what_goes_through_many() {
    let folder = Folder::new();
    for plan in ["plan", "heavy"] {
        assert_eq!(folder.run(&["new", plan]).code, 0);
    }
    let forecast = folder.read("heavy/forecast.csv");
    assert!(forecast.contains("EAST,base,45,"), "{forecast}");
    folder.write("heavy/forecast.csv", &forecast.replace("EAST,base,", "EAST,base,100"));
    let checked = folder.run(&["check", "heavy", "--format", "json"]);
    assert_eq!(checked.code, 4, "{}", checked.stderr);
    let checked = assert_valid(&folder, "check", &checked.stdout);
    let why = &checked["cases"][0]["explanation"];
    assert!(why["islands"][0]["factor"].as_f64().unwrap() < 1.0, "{why}");
    let supply = ["show", "heavy", "--supply"];
    let diff = ["diff", "plan", "heavy", "--effect"];
    for (args, kind, of) in [(&supply[..], "supply", "2026 max"), (&diff[..], "diff", "heavy, 2026 max")] {
        let text = folder.run(args);
        assert_eq!(text.code, 4, "{}", text.stderr);
        for words in ["How far it is", "What gives way", "What would make it solve"] {
            assert!(text.stdout.contains(&format!("{words} ({of})")), "{words}: {}", text.stdout);
        }
        let json = folder.run(&[args, &["--format", "json"]].concat());
        assert_eq!(json.code, 4, "{}", json.stderr);
        let document = assert_valid(&folder, kind, &json.stdout);
        let summary = &document["summary"];
        let explained = if kind == "diff" { &summary["unsolved"][1] } else { &summary["explained"] };
        assert_eq!(explained["stage"], "2026");
        assert_eq!(&explained["explanation"], why, "{kind}");
    }
    let same = folder.run(&["diff", "plan", "plan", "--effect", "--format", "json"]);
    let same = assert_valid(&folder, "diff", &same.stdout);
    assert!(same["summary"]["unsolved"][0].is_null() && same["summary"]["unsolved"][1].is_null());
}

#[test]
fn a_code_is_explained_as_json_too() {
    let folder = Folder::new();
    let page = folder.run(&["explain", "W-CHARGING", "--format", "json"]);
    let document = assert_valid(&folder, "explain", &page.stdout);
    let code = &document["summary"]["code"];
    assert_eq!(code["code"], "W-CHARGING");
    assert!(code["rule"].as_str().unwrap().contains("surge impedance"), "{code}");
}

/// What a plan accepts is left out; what ran out, accepts nothing or names no warning is told.
#[test]
fn lint_leaves_out_what_the_plan_accepts_with_its_reason() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["new", "plan"]).code, 0);
    let head = folder.read("plan/plan.toml");
    let lint = |waiver: &str| {
        folder.write("plan/plan.toml", &format!("{head}\n[lint]\nwaivers = [\n  {{ {waiver} }},\n]\n"));
        folder.run(&["lint", "plan"])
    };
    let unused = lint("code = \"W-LENGTH\", element = \"NONE\", reason = \"measured\"");
    assert_eq!(unused.code, 0, "{}", unused.stdout);
    assert!(
        unused.stdout.contains("the lint waiver of W-LENGTH at NONE excepts nothing"),
        "{}",
        unused.stdout
    );
    assert!(unused.stdout.contains("plan.toml:"), "{}", unused.stdout);
    let wrong = lint("code = \"W-LENGHT\", reason = \"measured\"");
    assert!(wrong.code == 3 && wrong.stdout.contains("did you mean `W-LENGTH`?"), "{}", wrong.stdout);
    let errors_stay = lint("code = \"E-VALUE\", reason = \"measured\"");
    assert!(errors_stay.code == 3 && errors_stay.stdout.contains("errors stay"), "{}", errors_stay.stdout);
    let no_reason = lint("code = \"W-LENGTH\"");
    assert!(no_reason.code == 3 && no_reason.stdout.contains("for a reason"), "{}", no_reason.stdout);
}
