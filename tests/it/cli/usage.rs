//! Help, and command lines that are refused: exit code 2, nothing on standard output.

use super::Folder;

/// What is said when `args` are refused.
fn refused(args: &[&str]) -> String {
    let run = Folder::five().run(args);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}: {}", run.stderr);
    run.stderr
}

#[test]
fn the_help_gives_the_idea_and_three_examples() {
    let run = Folder::new().run(&["--help"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    insta::assert_snapshot!(run.stdout, @r"
    Judges a staged 110/220 kV grid plan: every stage and scenario, load flow and grid code, in one
    command

    A plan is a folder (plan.toml and CSV tables): the grid as built, the dated works, the load forecast
    and the criteria. gridstage builds the grid of every stage, solves its load flow in every scenario
    and says where the plan does not hold. A bare grid file (PSS/E, MATPOWER, IEEE CDF) is a plan with
    one stage: every command takes either.

    Usage: gridstage <COMMAND>

    Commands:
      check        Say whether a plan holds: every stage, scenario and criterion, worst first
      solve        Solve one load flow: voltages, flows, loadings, losses
      n1           Solve every outage of one grid: limits passed, load lost, states not found
      need         Say by when each work is needed, and what fails first, where and by how much if it
                   comes later
      headroom     Say how much more load each station can take before a criterion breaks, in MW and in
                   years of its forecast
      rank         Rank works by what they do for the grid, per money: taken out one at a time, put in
                   one at a time, and by fair shares
      fund         Say what to build with the money there is, in which year, and what stays broken
      report       Write the report that is handed in: verdict, map, charts and tables, in Vietnamese or
                   English
      sens         Give distribution factors: flow per MW fed in (PTDF), or per MW lost (LODF)
      lint         Check an input without solving: all findings at once
      diff         Compare two plans, versions, stages or grids, record by record
      explain      Explain why a grid does not solve, or what a code means
      show         Show what a plan holds: stages, works, records and how well they are supported
      build        Write the grid of a stage or date: what stands that day, with its loads and
                   generation
      amend        Write an amendment of a plan: what is decided after it was approved, as a record of
                   its own
      test         Run cases that have expected results, and say what differs
      new          Write a small commented plan to begin with: three stations, two stages, one work
      convert      Convert a grid or plan to another format, and list what could not be carried
      formats      List the formats that are read and written, with their versions
      schema       Print the JSON Schema of an output
      completions  Print completions for a shell
      man          Print a manual page in roff form

    Options:
      -h, --help
              Print help (see a summary with '-h')

      -V, --version
              Print version

    Examples:
      gridstage check grids/hanoi                     does the plan hold? the verdict, worst first
      gridstage solve grids/hanoi --at 2025           one load flow: voltages, flows, losses
      gridstage need grids/hanoi                      by when is each work needed?
      gridstage report grids/hanoi -o report.html     the report that is handed in
      gridstage fund grids/hanoi --budget 50%         what to build with half of the money
      gridstage show grids/hanoi --projects           the works with their dates and costs

    Exit codes: 0 holds, 1 does not hold, 2 usage, 3 invalid input, 4 no load-flow solution,
    5 the time limit ended it, 70 a bug of ours, 74 output not written. Results go to standard output,
    remarks to standard error.
    `gridstage VERB --help` tells more.
    ");
}

#[test]
fn every_verb_has_an_example_and_its_exit_codes_in_its_help() {
    let verbs = [
        "check",
        "solve",
        "n1",
        "need",
        "headroom",
        "rank",
        "fund",
        "report",
        "test",
        "lint",
        "diff",
        "explain",
        "show",
        "build",
        "amend",
        "convert",
        "formats",
        "schema",
        "completions",
        "man",
    ];
    for verb in verbs {
        let run = Folder::new().run(&[verb, "--help"]);
        assert_eq!(run.code, 0, "{verb}");
        assert!(run.stdout.contains("Exit codes: 0"), "{verb}: {}", run.stdout);
        assert!(run.stdout.contains("Example"), "{verb}: {}", run.stdout);
        assert!(run.stdout.lines().all(|line| line.chars().count() <= 104), "{verb} is too wide");
    }
}

#[test]
fn no_argument_at_all_shows_the_help() {
    assert!(refused(&[]).contains("Usage: gridstage"));
}

#[test]
fn a_mistyped_flag_or_verb_is_refused_with_the_nearest_one() {
    assert!(refused(&["check", "five.m", "--formatt", "json"]).contains("'--format'"));
    assert!(refused(&["chek", "five.m"]).contains("'check'"));
    assert!(refused(&["man", "solv"]).contains("`solve`"));
}

#[test]
fn a_flag_that_does_not_apply_to_a_verb_is_refused() {
    for args in [
        ["lint", "five.m", "--tol", "1e-6"],
        ["solve", "five.m", "--stage", "2020"],
        ["solve", "five.m", "--jobs", "2"],
        ["check", "five.m", "--at", "2020"],
        ["check", "five.m", "--method", "dc"],
        ["show", "five.m", "--scenario", "max"],
    ] {
        refused(&args);
    }
}

#[test]
fn the_balance_can_be_shared_and_a_mistyped_rule_is_refused() {
    for verb in ["solve", "check"] {
        assert!(refused(&[verb, "five.m", "--slack", "reserves"]).contains("reserve"));
        for rule in ["single", "reserve", "load"] {
            assert_eq!(Folder::five().run(&[verb, "five.m", "--slack", rule]).code, 0, "{rule}");
        }
    }
    assert!(refused(&["solve", "five.m", "--method", "dc", "--slack", "load"]).contains("--slack"));
}

#[test]
fn no_option_is_accepted_and_ignored() {
    assert!(refused(&["solve", "five.m", "--table", "buses"]).contains("--format csv"));
    assert!(refused(&["solve", "five.m", "--top", "5", "--format", "json"]).contains("--top"));
    assert!(refused(&["check", "five.m", "--top", "5", "--format", "csv"]).contains("--top"));
    assert!(refused(&["check", "five.m", "--full"]).contains("--format json"));
    assert!(refused(&["show", "five.m", "--projects", "--format", "json"]).contains("--projects"));
    for flag in
        [["--tol", "1e-6"], ["--max-iter", "5"], ["--start", "flat"], ["--taps", "off"], ["--q-limits", "on"]]
    {
        assert!(refused(&["solve", "five.m", "--method", "dc", flag[0], flag[1]]).contains(flag[0]));
    }
}

/// Which build can write it, where this one cannot; and a file for it, where this one can.
#[test]
fn parquet_is_refused_with_the_way_to_it() {
    let way = if cfg!(feature = "parquet") { "-o FILE" } else { "--features parquet" };
    for verb in ["solve", "check", "n1"] {
        assert!(refused(&[verb, "five.m", "--format", "parquet"]).contains(way), "{verb}");
    }
    assert!(refused(&["n1", "five.m", "--table", "violations"]).contains("--format parquet"));
    assert!(refused(&["check", "five.m", "--table", "buses"]).contains("--format csv"));
}

#[test]
fn values_out_of_range_are_refused() {
    for args in [
        ["solve", "five.m", "--tol", "0"],
        ["solve", "five.m", "--tol", "NaN"],
        ["solve", "five.m", "--max-iter", "0"],
        ["solve", "five.m", "--start", "warm"],
        ["check", "five.m", "--jobs", "0"],
    ] {
        refused(&args);
    }
    // Two words for one start.
    for start in ["given", "file"] {
        assert_eq!(Folder::five().run(&["solve", "five.m", "--start", start]).code, 0, "{start}");
    }
}

#[test]
fn unknown_names_are_refused_with_the_ones_there_are() {
    let said = refused(&["solve", "five.m", "--scenario", "gven"]);
    assert!(said.contains("there is no scenario `gven`; did you mean `given`?"), "{said}");
    assert!(refused(&["check", "five.m", "--stage", "2020"]).contains("there is no stage `2020`"));
    assert!(refused(&["check", "five.m", "--without", "P-1"]).contains("there is no work `P-1`"));
    assert!(refused(&["solve", "five.m", "--at", "2020"]).contains("there is no stage `2020`"));
}

#[test]
fn completions_and_manual_pages_are_printed() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Folder::new().run(&["completions", shell]);
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("gridstage") && run.stdout.contains("solve"), "{shell}");
    }
    assert!(Folder::new().run(&["man"]).stdout.contains(".TH gridstage 1"));
    assert!(
        Folder::new().run(&["man", "check"]).stdout.contains("--scenario")
            || Folder::new().run(&["man", "check"]).stdout.contains("\\-\\-scenario")
    );
    assert!(Folder::new().run(&["--version"]).stdout.starts_with("gridstage 0."));
}

/// The three files of PSS/E go together: what is lost, what is watched, and the sets that both name.
#[test]
fn a_list_of_outages_and_a_list_of_what_is_watched_go_together() {
    let folder = Folder::five();
    folder.write("a.sub", "SUBSYSTEM S\n BUSES 1 2\nEND\nEND\n");
    folder.write("a.con", "CONTINGENCY A\n OPEN BRANCH FROM BUS 1 TO BUS 2\nEND\nEND\n");
    folder.write("a.mon", "MONITOR VOLTAGE RANGE SUBSYSTEM S 0.99 1.01\nEND\n");
    let args = ["n1", "five.m", "--list", "a.con", "--monitor", "a.mon", "--subsystems", "a.sub"];
    let run = folder.run(&args);
    assert!(matches!(run.code, 0 | 1) && run.stdout.contains("1 outage"), "{}{}", run.stdout, run.stderr);
    assert!(refused(&["n1", "five.m", "--subsystems", "a.sub"]).contains("--list"));
}
