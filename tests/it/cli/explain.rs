//! `explain`, and the levels of `lint`.

use super::{FIVE, Folder};

#[test]
fn a_grid_that_cannot_be_solved_is_explained_with_exit_code_4() {
    let folder = Folder::five();
    let solved = folder.run(&["explain", "five.m"]);
    assert_eq!(solved.code, 0, "{}", solved.stderr);
    assert!(solved.stdout.contains("The load flow has a solution."), "{}", solved.stdout);
    assert!(solved.stdout.contains("may rise to"), "{}", solved.stdout);
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
    assert_eq!(folder.run(&["explain", "W-CHARGED"]).code, 3);
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
