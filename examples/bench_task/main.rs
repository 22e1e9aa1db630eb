//! One task on one MATPOWER case, timed: the program that a runner starts beside other programs.
//!
//! ```text
//! cargo run --release --example bench_task -- --task nr|n1|ts|dc|parse --case FILE.m
//!     [--reps 10] [--threads 1] [--tol 1e-8] [--start flat|dc]
//!     [--scenarios 1000] [--outages ROWS.txt] [--out SOLUTION.csv]
//! ```
//!
//! | task | one repetition |
//! | --- | --- |
//! | `nr` | one load flow: cold with layout, ordering and workspace; warm with other injections on the layout kept |
//! | `n1` | every branch of `ROWS.txt` (0-based rows of `mpc.branch`) out in turn, from the solved base case |
//! | `ts` | as many sets of injections, each bus by its own factor in 0.95..1.05, from the solved base case |
//! | `dc` | one DC load flow; beside it whole PTDF and LODF, and all loadings after each outage of `ROWS.txt` |
//! | `parse` | file to a model with ybus |
//!
//! The last line on stdout is one JSON object: `times_ms` holds `[wall, cpu]` of each repetition. Whatever goes wrong
//! is its `error`, and the exit code 1. No reactive limits, no tap control: as MATPOWER's `runpf` does by default.

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

mod arguments;
mod clock;
mod grid;
mod tasks;

/// The allocator of the program `gridstage`: half of the time of reading a grid goes into fresh pages without it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use arguments::Arguments;
use serde_json::{Map, Value, json};
use std::process::ExitCode;

/// What a task has to tell, by the names of the contract.
type Told = Map<String, Value>;

fn main() -> ExitCode {
    let told = Arguments::parse(std::env::args().skip(1)).and_then(|arguments| run(&arguments));
    let (mut told, code) = match told {
        Ok(told) => (told, ExitCode::SUCCESS),
        Err(error) => (Map::from_iter([("error".to_owned(), json!(error))]), ExitCode::FAILURE),
    };
    told.insert("tool".to_owned(), json!(env!("CARGO_PKG_NAME")));
    told.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    if let Some(megabytes) = clock::peak_rss_mb() {
        told.insert("peak_rss_mb".to_owned(), json!(megabytes));
    }
    println!("{}", Value::Object(told));
    code
}

fn run(arguments: &Arguments) -> Result<Told, String> {
    match arguments.task.as_str() {
        "nr" => tasks::nr(arguments),
        "n1" => tasks::n1(arguments),
        "ts" => tasks::ts(arguments),
        "dc" => tasks::dc(arguments),
        "parse" => tasks::parse(arguments),
        other => Err(format!("--task {other}: nr, n1, ts, dc or parse")),
    }
}
