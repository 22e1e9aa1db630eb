//! Builds `grids/hanoi` from the tables of the hand-over folder:
//!
//! ```text
//! cargo run --example hanoi -- ../shared/hanoi grids/hanoi
//! ```
//!
//! Read [`build::plan`] first. Equal tables give equal bytes; a test compares them with the committed ones.

mod build;

use gridstage::finding::Finding;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[expect(clippy::print_stderr, reason = "an example is a program of its own")]
fn main() -> ExitCode {
    let args: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [tables, out] = args.as_slice() else {
        eprintln!("usage: cargo run --example hanoi -- TABLES OUT");
        return ExitCode::from(2);
    };
    match run(tables, out) {
        Ok(told) => {
            eprintln!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(tables: &Path, out: &Path) -> Result<String, String> {
    let plan = build::plan(tables)?;
    let words = |findings: &[Finding]| {
        findings.iter().map(|one| format!("{}: {}", one.code, one.message)).collect::<Vec<_>>().join("\n")
    };
    let told = gridstage::write::plan::write(&plan, out).map_err(|findings| words(&findings))?;
    let (works, stages) = (plan.projects.len(), plan.stages.len());
    Ok(format!("{}: {works} works, {stages} stages\n{}", out.display(), words(&told)).trim_end().to_owned())
}
