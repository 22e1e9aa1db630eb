//! Files and time: what is killed, cut short, or has nowhere to write leaves nothing half done.

use super::json::assert_valid;
use super::{FIVE, Folder, command};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Numbers that look random and are the same every time (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    /// From 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn grid(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("grids").join(name).display().to_string()
}

/// Kills the program after a part of the time that it takes, 0 to somewhat more than all of it; says whether that came in time.
fn killed(args: &[&str], folder: &Folder, after: Duration) -> bool {
    let mut command = command(args, &folder.path("."));
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(after);
    let in_time = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    in_time
}

/// A hundred times, at moments that cover the whole run: the file that stood there, or the new one, never anything between.
#[test]
fn a_killed_run_leaves_the_old_file_or_the_new_one() {
    let folder = Folder::new();
    let case = grid("ieee/118");
    let args = ["solve", case.as_str(), "--format", "json", "-o", "result.json"];
    let begun = Instant::now();
    assert_eq!(folder.run(&args).code, 0);
    let takes = begun.elapsed();
    let new = folder.read("result.json");
    let mut numbers = Numbers(1);
    let (mut in_time, mut old) = (0, 0);
    for _ in 0..100 {
        folder.write("result.json", "old");
        in_time += usize::from(killed(&args, &folder, takes.mul_f64(1.2 * numbers.next())));
        let found = folder.read("result.json");
        assert!(found == "old" || found == new, "{} bytes of {}", found.len(), new.len());
        old += usize::from(found == "old");
    }
    eprintln!("100 kills: {in_time} while it ran, {old} left the old file");
    assert!(in_time >= 20 && old >= 20, "{in_time} kills in time, {old} old files");
    // what a killed run had begun lies beside it under a name of its own, and nothing else does
    assert!(folder.names().iter().all(|name| name == "result.json" || name.starts_with(".gridstage-")));
}

/// A plan that is made, and an amendment of one: whole or not there.
#[test]
fn a_killed_run_leaves_a_whole_plan_or_none() {
    let mut numbers = Numbers(2);
    let once = Folder::new();
    let begun = Instant::now();
    assert_eq!(once.run(&["new", "plan"]).code, 0);
    let takes = begun.elapsed();
    let mut made = 0;
    for _ in 0..40 {
        let folder = Folder::new();
        killed(&["new", "plan"], &folder, takes.mul_f64(1.2 * numbers.next()));
        if folder.path("plan").exists() {
            made += 1;
            let files = |folder: &Folder| {
                let mut names: Vec<_> = std::fs::read_dir(folder.path("plan"))
                    .unwrap()
                    .map(|entry| entry.unwrap().file_name())
                    .collect();
                names.sort();
                names
            };
            assert_eq!(files(&folder), files(&once));
            assert_eq!(folder.run(&["lint", "plan"]).code, 0);
        }
    }
    eprintln!("40 kills: {made} plans made, {} not", 40 - made);
}

/// All files of a folder but those that a broken run left beside its own, by name.
fn files_of(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let (mut folders, mut files) = (vec![folder.to_path_buf()], BTreeMap::new());
    while let Some(at) = folders.pop() {
        for path in std::fs::read_dir(at).unwrap().map(|entry| entry.unwrap().path()) {
            let name = path.strip_prefix(folder).unwrap().display().to_string().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if !name.contains(".gridstage-") {
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Two plans of different tables, as they are written: `one` and `two`.
fn two_plans() -> (Folder, [BTreeMap<String, Vec<u8>>; 2]) {
    let folder = Folder::new();
    let teaching =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plan/teaching").display().to_string();
    for args in [["new", "made", ""], ["convert", &teaching, "one"], ["convert", "made", "two"]] {
        let args: Vec<&str> = args.into_iter().filter(|arg| !arg.is_empty()).collect();
        let run = folder.run(&args);
        assert_eq!(run.code, 0, "{}", run.stderr);
    }
    let plans = ["one", "two"].map(|name| files_of(&folder.path(name)));
    assert!(plans[0].keys().any(|file| !plans[1].contains_key(file)), "one of them has a table of its own");
    (folder, plans)
}

/// A plan that takes the place of another: whenever the run is killed, the next reader finds the old one or the new one.
#[test]
fn a_killed_run_leaves_the_old_plan_or_the_new_one() {
    let (folder, [one, two]) = two_plans();
    let replace = ["convert", "two", "plan"];
    let begin = |folder: &Folder| {
        let _ = std::fs::remove_dir_all(folder.path("plan"));
        assert_eq!(folder.run(&["convert", "one", "plan"]).code, 0);
    };
    begin(&folder);
    let begun = Instant::now();
    assert_eq!(folder.run(&replace).code, 0);
    let takes = begun.elapsed();
    assert_eq!(files_of(&folder.path("plan")), two);
    let mut numbers = Numbers(3);
    let mut old = 0;
    for _ in 0..60 {
        begin(&folder);
        killed(&replace, &folder, takes.mul_f64(1.1 * numbers.next()));
        let run = folder.run(&["lint", "plan"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let found = files_of(&folder.path("plan"));
        assert!(found == one || found == two, "{:?}", found.keys());
        old += usize::from(found == one);
    }
    eprintln!("60 kills: {old} left the old plan, {} the new one", 60 - old);
    assert!(old >= 10, "{old}");
}

/// The same at every point between the moves, where a clock hardly ever hits.
#[test]
fn a_write_that_was_broken_off_is_finished_wherever_it_stopped() {
    let (folder, [one, two]) = two_plans();
    let gone: Vec<&String> = one.keys().filter(|file| !two.contains_key(*file)).collect();
    let list = ".gridstage-unfinished";
    for done in 0..=two.len() + gone.len() {
        let _ = std::fs::remove_dir_all(folder.path("plan"));
        assert_eq!(folder.run(&["convert", "one", "plan"]).code, 0);
        let plan = folder.path("plan");
        let mut text = "gridstage: a write of this plan, to be finished\n".to_owned();
        for (k, (file, bytes)) in two.iter().enumerate() {
            let (sub, _) = file.rsplit_once('/').map_or(("", ""), |(sub, name)| (sub, name));
            let beside =
                if sub.is_empty() { format!(".gridstage-{k}") } else { format!("{sub}/.gridstage-{k}") };
            std::fs::create_dir_all(plan.join(sub)).unwrap();
            std::fs::write(plan.join(if k < done { file } else { &beside }), bytes).unwrap();
            let _ = writeln!(text, "move\t{beside}\t{file}");
        }
        for (k, file) in gone.iter().enumerate() {
            if two.len() + k < done {
                std::fs::remove_file(plan.join(file)).unwrap();
            }
            let _ = writeln!(text, "delete\t{file}");
        }
        std::fs::write(plan.join(list), text).unwrap();
        let run = folder.run(&["lint", "plan"]);
        assert!(
            run.code == 0 && run.stdout.contains("has been finished now"),
            "{}{}",
            run.stdout,
            run.stderr
        );
        assert_eq!(files_of(&plan), two, "after {done}");
        assert!(!plan.join(list).exists());
    }
    // a list of somebody else's moves nothing
    folder.write(
        &format!("plan/{list}"),
        "gridstage: a write of this plan, to be finished\ndelete\t../five.m\n",
    );
    let run = folder.run(&["lint", "plan"]);
    assert!(run.code == 3 && run.stdout.contains("cannot be finished"), "{}{}", run.stdout, run.stderr);
    assert_eq!(files_of(&folder.path("plan")), two);
}

/// Every verb that writes: a device that is full ends in 74 and a message, whether it is standard output or the file named.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_ends_every_verb_with_74() {
    let folder = Folder::five();
    assert_eq!(folder.run(&["new", "plan"]).code, 0);
    for args in writing() {
        let mut command = command(&args, &folder.path("."));
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(74), "{args:?}: {stderr}");
        assert!(stderr.contains("cannot be written"), "{args:?}: {stderr}");
    }
    for mut args in writing() {
        if args[0] == "convert" || args[0] == "build" {
            continue; // what they write goes by the ending of a name
        }
        if ["completions", "man", "formats"].contains(&args[0]) {
            continue; // they write to standard output only
        }
        args.extend(["-o", "/dev/full"]);
        let run = folder.run(&args);
        assert_eq!(run.code, 74, "{args:?}: {}", run.stderr);
    }
}

/// A reader that has seen enough is no failure.
#[cfg(unix)]
#[test]
fn a_closed_pipe_is_silent_whatever_the_verb() {
    let folder = Folder::five();
    assert_eq!(folder.run(&["new", "plan"]).code, 0);
    for args in writing() {
        let open = folder.run(&args);
        let mut command = command(&args, &folder.path("."));
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(open.code), "{args:?}");
        // What is told after the output need not be; nothing else is.
        assert!(open.stderr.starts_with(&stderr), "{args:?}: {stderr}");
    }
}

/// A run of each verb that has something to write.
fn writing() -> Vec<Vec<&'static str>> {
    vec![
        vec!["check", "five.m"],
        vec!["check", "plan", "--format", "json"],
        vec!["check", "plan", "--format", "sarif"],
        vec!["solve", "five.m"],
        vec!["n1", "five.m"],
        vec!["n1", "five.m", "--format", "jsonl"],
        vec!["need", "plan"],
        vec!["headroom", "plan"],
        vec!["sens", "ptdf", "five.m"],
        vec!["lint", "plan"],
        vec!["diff", "five.m", "five.m"],
        vec!["explain", "five.m"],
        vec!["explain", "W-CHARGING"],
        vec!["show", "plan"],
        vec!["build", "plan", "--at", "2025", "-o", "-"],
        vec!["convert", "five.m", "-"],
        vec!["formats"],
        vec!["schema", "check"],
        vec!["completions", "bash"],
        vec!["man"],
    ]
}

/// The pairs of a hundred lines: more outages than are kept at a time, so that a run can be broken off between.
fn pairs(folder: &Folder) -> [&'static str; 8] {
    let network = gridstage::read::read(Path::new(&grid("ieee/118"))).unwrap().plan.network;
    let mut text = Vec::new();
    gridstage::write::grid(&network, gridstage::write::GridFormat::Matpower, &mut text).unwrap();
    std::fs::write(folder.path("118.m"), text).unwrap();
    let written = gridstage::read::read(&folder.path("118.m")).unwrap().plan.network;
    let mut list = "outage,element,element_type\n".to_owned();
    for line in written.lines.iter().take(100) {
        list.extend([line.id.as_str(), ",", line.id.as_str(), ",line\n"]);
    }
    folder.write("list.csv", &list);
    ["n1", "118.m", "--list", "list.csv", "--order", "2", "--format", "jsonl"]
}

/// Killed between two parts, within one, and at random moments: the bytes of an unbroken run.
#[test]
fn outages_that_were_broken_off_go_on_from_what_is_finished() {
    let folder = Folder::new();
    let args = pairs(&folder);
    let begun = Instant::now();
    let unbroken = folder.run(&args);
    let takes = begun.elapsed();
    assert!(unbroken.code <= 1 && unbroken.stdout.lines().count() > 4096, "{}", unbroken.stderr);
    let resumed = [&args[..], &["--resume", "kept"]].concat();
    let whole = folder.run(&resumed);
    assert!(whole.stdout == unbroken.stdout && whole.code == unbroken.code);
    let kept = folder.read("kept");
    let lines: Vec<&str> = kept.split_inclusive('\n').collect();
    assert!(lines.len() > 2, "a line for the run and one for each part");
    for cut in [lines[..2].concat(), format!("{}{}", lines[..2].concat(), &lines[2][..1000])] {
        folder.write("kept", &cut);
        let run = folder.run(&resumed);
        assert!(run.stdout == unbroken.stdout && run.code == unbroken.code, "{}", run.stderr);
        assert!(folder.read("kept") == kept);
    }
    // the report as a whole, with what presses each limit most
    let json = [&args[..7], &["json", "--resume", "kept.json"]].concat();
    let without = folder.run(&json[..8]);
    std::fs::write(folder.path("kept.json"), lines[..2].concat()).unwrap();
    let with = folder.run(&json);
    assert_eq!(with.code, without.code, "{}", with.stderr);
    assert!(with.stdout == without.stdout);
    let mut numbers = Numbers(3);
    for _ in 0..3 {
        std::fs::remove_file(folder.path("kept")).unwrap();
        killed(&resumed, &folder, takes.mul_f64(numbers.next()));
        let run = folder.run(&resumed);
        assert!(run.stdout == unbroken.stdout, "{}", run.stderr);
    }
    // of another question it is refused, and left as it was
    let other = folder.run(&["n1", "118.m", "--order", "2", "--kv", "345", "--resume", "kept"]);
    assert!(other.code == 3 && other.stderr.contains("E-RESUME"), "{}", other.stderr);
    let later = folder.run(&["n1", "118.m", "--order", "1-1", "--resume", "kept"]);
    assert_eq!(later.code, 2, "{}", later.stderr);
}

/// What has no time ends with 5 and says how far it came; what it tells is a valid document, and holds as far as it goes.
#[test]
fn a_time_limit_ends_with_5_and_tells_what_was_reached() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["new", "plan"]).code, 0);
    let args = pairs(&folder);
    for (verb, kind) in [
        (&["n1", "118.m", "--order", "2", "--format", "json"][..], "n1"),
        (&["n1", "118.m", "--order", "1-1", "--format", "json"], "n1"),
        (&["need", "plan", "--format", "json"], "need"),
        (&["headroom", "plan", "--format", "json"], "headroom"),
    ] {
        let run = folder.run(&[verb, &["--time-limit", "0"]].concat());
        assert_eq!(run.code, 5, "{verb:?}: {}", run.stderr);
        assert!(run.stderr.contains("W-INCOMPLETE") && run.stderr.contains("after 0 of "), "{}", run.stderr);
        let document = assert_valid(&folder, kind, &run.stdout);
        assert_eq!((&document["verdict"], &document["exit_code"]), (&"incomplete".into(), &5.into()));
    }
    let check = folder.run(&["check", "plan", "--time-limit", "0"]);
    assert!(check.code == 5 && check.stderr.contains("after 0 of "), "{}", check.stderr);
    // lines that were written are the first lines of a whole run, however far it came
    let whole = folder.run(&args);
    let part = folder.run(&[&args[..], &["--time-limit", "0.2", "-o", "part.jsonl"]].concat());
    assert!(part.code == 5 || part.code == whole.code, "{}", part.stderr);
    assert!(whole.stdout.starts_with(&folder.read("part.jsonl")));
    // time enough changes nothing
    for verb in [&args[..], &["check", "plan", "--format", "json"], &["need", "plan"], &["headroom", "plan"]]
    {
        let run = folder.run(&[verb, &["--time-limit", "1e9"]].concat());
        let without = folder.run(verb);
        assert!(run.stdout == without.stdout && run.code == without.code, "{verb:?}: {}", run.stderr);
    }
    let wrong = folder.run(&["check", "plan", "--time-limit", "-1"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

/// Equal input gives equal bytes, run to run and on any number of threads.
#[test]
fn neither_threads_nor_another_run_change_a_byte() {
    let folder = Folder::five();
    assert_eq!(folder.run(&["new", "plan"]).code, 0);
    folder.write("heavy.m", &FIVE.replace("40    15", "400    150"));
    let case = grid("ieee/118");
    for verb in [
        &["check", "plan", "--format", "json", "--full"][..],
        &["check", "heavy.m", "--format", "json"],
        &["need", "plan", "--format", "json"],
        &["headroom", "plan", "--format", "json"],
        &["n1", case.as_str(), "--format", "json"],
    ] {
        let one = folder.run(&[verb, &["--jobs", "1"]].concat());
        for jobs in ["1", "2", "3", "8"] {
            let run = folder.run(&[verb, &["--jobs", jobs]].concat());
            assert!(run.stdout == one.stdout && run.code == one.code, "{verb:?} with {jobs} threads");
        }
    }
}
