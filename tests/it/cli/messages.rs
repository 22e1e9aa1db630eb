//! How findings read: severity, code, sentence, the line of the file, the way out.

use super::{FIVE, Folder};

#[test]
fn a_finding_shows_its_line_and_points_at_the_field() {
    let bad = FIVE.replace("    2    3    0.010", "    2    7    0.010");
    let run = Folder::with("bad.m", &bad).run(&["solve", "bad.m"]);
    insta::assert_snapshot!(run.stderr, @r"
    error[E-REFERENCE]: branch 2-7, field tbus: no bus is numbered 7
      --> bad.m:17:10
       |
    17 |     2    7    0.010    0.080    0.060    250    250    250    0    0    1    -360    360;
       |          ^
       |
       = help: every bus needs a row in mpc.bus

    1 error
    ");
}

#[test]
fn a_line_of_a_thousand_columns_is_cut_to_what_matters() {
    let wide = FIVE.replace("    2    3    0.010", &format!("{}2    3    NaN", " ".repeat(1000)));
    let run = Folder::with("bad.m", &wide).run(&["lint", "bad.m"]);
    assert!(run.stdout.contains("NaN"), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() < 180), "{}", run.stdout);
}

#[test]
fn many_warnings_of_a_kind_are_counted_and_v_shows_them_all() {
    let fixed: String =
        (0..9).map(|_| "    3    1    0    10    -10    1    100    1    20    0;\n").collect();
    let many = FIVE.replace("mpc.gen = [\n", &format!("mpc.gen = [\n{fixed}"));
    let folder = Folder::with("many.m", &many);
    let shown = |run: &super::Run| run.stderr.matches("warning[W-FIXED-GEN]").count();
    let short = folder.run(&["solve", "many.m"]);
    assert_eq!(shown(&short), 3, "{}", short.stderr);
    assert!(short.stderr.contains("9 warnings (6 of them not shown; -v shows all)"), "{}", short.stderr);
    assert_eq!(shown(&folder.run(&["solve", "many.m", "-v"])), 9);
    assert_eq!(folder.run(&["lint", "many.m"]).stdout.matches("warning[W-FIXED-GEN]").count(), 9);
}
