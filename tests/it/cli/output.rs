//! Where output goes: standard output is data, standard error is talk, a file is there whole or not at all.

use super::{FIVE, Folder, command};
use std::process::Stdio;

const BROKEN: &str = "mpc.baseMVA = ;";

#[test]
fn a_result_file_replaces_an_older_one_and_leaves_nothing_beside_it() {
    let folder = Folder::five();
    folder.write("result.json", "old");
    let run = folder.run(&["solve", "five.m", "--format", "json", "-o", "result.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert_eq!(folder.read("result.json"), folder.run(&["solve", "five.m", "--format", "json"]).stdout);
    assert_eq!(folder.names(), ["five.m", "result.json"]);
}

#[test]
fn an_older_result_survives_an_error() {
    let folder = Folder::with("bad.m", BROKEN);
    folder.write("far.m", &FIVE.replace("1    90    30", "1    1800    600"));
    folder.write("result.json", "old");
    for (verb, file, code) in
        [("solve", "bad.m", 3), ("check", "bad.m", 3), ("solve", "far.m", 4), ("check", "far.m", 4)]
    {
        let run = folder.run(&[verb, file, "--format", "json", "-o", "result.json"]);
        assert_eq!(run.code, code, "{verb} {file}");
        assert_eq!(folder.read("result.json"), "old", "{verb} {file}");
    }
    assert_eq!(folder.names(), ["bad.m", "far.m", "result.json"]);
}

#[test]
fn a_report_without_an_answer_is_told_not_to_be_in_the_file() {
    let folder = Folder::with("far.m", &FIVE.replace("1    90    30", "1    1800    600"));
    let run = folder.run(&["solve", "far.m", "-o", "result.txt"]);
    assert!(run.stderr.contains("result.txt was not written"), "{}", run.stderr);
    assert!(run.stdout.contains("No load-flow solution"), "{}", run.stdout);
    assert_eq!(folder.names(), ["far.m"]);
}

#[test]
fn a_folder_that_is_not_there_ends_with_74() {
    let run = Folder::five().run(&["solve", "five.m", "-o", "nowhere/result.txt"]);
    assert_eq!((run.code, run.stdout.as_str()), (74, ""));
    assert!(run.stderr.contains("nowhere/result.txt cannot be written"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_with_74_and_a_message() {
    for args in [
        &["solve", "five.m"][..],
        &["solve", "five.m", "--format", "json"],
        &["--help"],
        &["schema", "check"],
    ] {
        let folder = Folder::five();
        let mut command = command(args, &folder.path("."));
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(74), "{args:?}");
        assert!(stderr.contains("standard output cannot be written"), "{args:?}: {stderr}");
    }
    let run = Folder::five().run(&["solve", "five.m", "-o", "/dev/full"]);
    assert_eq!(run.code, 74);
}

#[test]
fn a_closed_pipe_is_silent_and_keeps_the_exit_code_of_the_verdict() {
    for (args, code) in [
        (&["solve", "five.m", "--format", "json"][..], 0),
        (&["check", "weak.m", "--top", "0"], 1),
        (&["schema", "check"], 0),
        (&["--help"], 0),
    ] {
        let folder = Folder::five();
        folder.write("weak.m", &FIVE.replace("90    90    90", "20    20    20"));
        let mut command = command(args, &folder.path("."));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // The reader leaves before the first byte.
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), stderr.as_str()), (Some(code), ""), "{args:?}");
    }
}

#[test]
fn remarks_go_to_standard_error_and_q_silences_them() {
    let folder = Folder::with(
        "dark.m",
        &FIVE.replace("90    90    90    0    0    1 ", "90    90    90    0    0    0 "),
    );
    let loud = folder.run(&["solve", "dark.m", "--format", "json"]);
    assert!(loud.stderr.contains("W-DEAD-ISLAND"), "{}", loud.stderr);
    let parsed: serde_json::Value = serde_json::from_str(&loud.stdout).unwrap();
    assert_eq!(parsed["diagnostics"][0]["code"], "W-DEAD-ISLAND");
    let quiet = folder.run(&["solve", "dark.m", "--format", "json", "-q"]);
    assert_eq!((quiet.stderr.as_str(), &quiet.stdout), ("", &loud.stdout));
}

#[test]
fn progress_is_talk_and_comes_only_when_asked_where_nobody_watches() {
    let folder = Folder::five();
    let silent = folder.run(&["check", "five.m"]);
    assert_eq!(silent.stderr, "");
    let told = folder.run(&["check", "five.m", "--progress", "on"]);
    assert_eq!((told.stderr.as_str(), &told.stdout), ("1 of 1 load flows\n", &silent.stdout));
}

#[test]
fn colour_carries_no_meaning_and_is_left_out_where_it_is_not_wanted() {
    let folder = Folder::five();
    let plain = folder.run(&["check", "five.m"]);
    assert!(!plain.stdout.contains('\u{1b}'));
    let coloured = folder.run(&["check", "five.m", "--color", "always"]);
    assert!(coloured.stdout.contains('\u{1b}'));
    assert_eq!(without_escapes(&coloured.stdout), plain.stdout);
    let mut forced = command(&["check", "five.m"], &folder.path("."));
    forced.env("NO_COLOR", "1").env("CLICOLOR_FORCE", "1");
    assert!(!super::finish(forced).stdout.contains('\u{1b}'));
    // A file gets none, whatever is asked for.
    folder.run(&["check", "five.m", "--color", "always", "-o", "report.txt"]);
    assert_eq!(folder.read("report.txt"), plain.stdout);
}

fn without_escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain + rest
}

#[test]
fn a_name_in_a_file_cannot_command_the_terminal() {
    let named = format!("{FIVE}mpc.bus_name = {{\n'\u{1b}[31mred'; 'b'; 'c'; 'd'; 'e';\n}};\n");
    let run = Folder::with("named.m", &named).run(&["solve", "named.m"]);
    assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_result_stays_a_link() {
    let folder = Folder::five();
    folder.write("target.txt", "old");
    std::os::unix::fs::symlink("target.txt", folder.path("link.txt")).unwrap();
    assert_eq!(folder.run(&["solve", "five.m", "-o", "link.txt"]).code, 0);
    assert!(std::fs::symlink_metadata(folder.path("link.txt")).unwrap().is_symlink());
    assert!(folder.read("target.txt").contains("Solved in"));
}
