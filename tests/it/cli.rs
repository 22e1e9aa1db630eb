//! The command line as its users meet it: the binary is run, its output and exit code looked at.

mod amend;
mod capital;
mod diff;
mod explain;
mod files;
mod gate;
mod json;
mod messages;
mod need;
mod outcome;
mod output;
mod plans;
mod report;
mod usage;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A five-bus grid of 220 and 110 kV that solves without a remark.
const FIVE: &str = "\
function mpc = five
mpc.version = '2';
mpc.baseMVA = 100;
mpc.bus = [
    1    3    0    0    0    0    1    1.02    0    220    1    1.1    0.9;
    2    2    0    0    0    0    1    1.01    0    220    1    1.1    0.9;
    3    1    90    30    0    0    1    1    0    220    1    1.1    0.9;
    4    1    60    20    0    0    1    1    0    110    1    1.1    0.9;
    5    1    40    15    0    0    1    1    0    110    1    1.1    0.9;
];
mpc.gen = [
    1    0    0    200    -200    1.02    100    1    500    0;
    2    80    0    100    -80    1.01    100    1    200    0;
];
mpc.branch = [
    1    2    0.005    0.040    0.030    250    250    250    0    0    1    -360    360;
    2    3    0.010    0.080    0.060    250    250    250    0    0    1    -360    360;
    1    3    0.012    0.090    0.070    250    250    250    0    0    1    -360    360;
    4    5    0.020    0.070    0.010    90    90    90    0    0    1    -360    360;
    3    4    0.002    0.080    0    125    125    125    1    0    1    -360    360;
];
";

/// What a run left behind.
struct Run {
    code: i32,
    stdout: String,
    stderr: String,
}

fn command(args: &[&str], folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gridstage"));
    command.args(args).current_dir(folder).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
    command
}

fn finish(mut command: Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().expect("the program ends by itself"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of its own for one test.
struct Folder(tempfile::TempDir);

impl Folder {
    /// An empty folder.
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A folder that holds [`FIVE`] as `five.m`.
    fn five() -> Self {
        Self::with("five.m", FIVE)
    }

    /// A folder that holds a file.
    fn with(name: &str, text: &str) -> Self {
        let folder = Self::new();
        folder.write(name, text);
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Names of all that lies in it, sorted.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs the program in it.
    fn run(&self, args: &[&str]) -> Run {
        finish(command(args, self.0.path()))
    }

    /// Runs the program in it, with `text` on standard input.
    fn run_with_input(&self, args: &[&str], text: &str) -> Run {
        let mut command = command(args, self.0.path());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}
