//! Solves every outage of a grid, each told as it is found, and ends before it is through when the caller has seen enough: here,
//! when a time is over.
//!
//! ```sh
//! cargo run --example sweep_outages -- grids/ieee/118 2.5
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use gridstage::appraise::{FaultRules, judge_each, own_limits_after_a_fault};
use gridstage::flow::{FlowOptions, Status, solve_grid};
use gridstage::read;
use gridstage::study::Stop;
use gridstage::study::contingency::{Options, every_branch};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "grids/ieee/118".to_owned());
    let seconds = arguments.next().and_then(|text| text.parse().ok()).unwrap_or(60.0_f64);
    let network = match read::read(Path::new(&path)) {
        Ok(read) => read.plan.network,
        Err(rejected) => {
            eprintln!("{rejected}");
            return ExitCode::from(3);
        }
    };
    // another thread could hold a copy of `stop` and call `stop.now()`, for example when a window is closed
    let stop = Stop::after(Duration::try_from_secs_f64(seconds).unwrap_or_default());
    let options = Options { stop: stop.clone(), ..FlowOptions::default().into() };
    let solved = match solve_grid(&network, &options.flow, None) {
        Ok(solved) if solved.flow.status == Status::Converged => solved,
        Ok(_) => return ExitCode::from(4),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(3);
        }
    };
    let rules = FaultRules::new(&solved, &own_limits_after_a_fault(), options.response, &|_| true);
    let mut outages = every_branch(&solved.network, |_| true).into_iter();
    let total = outages.len();
    let (mut done, mut failing) = (0, 0);
    let told = judge_each(&solved, &rules, &options, (&mut outages, total), &mut |outage, result| {
        done += 1;
        if !result.holds() {
            failing += 1;
            println!("{}: {} limits passed, {:.1} MW lost", outage.id, result.passed.len(), result.lost_mw);
        }
        if done % 100 == 0 {
            eprintln!("{done} of {total}");
        }
    });
    if let Err(error) = told {
        eprintln!("{error}");
        return ExitCode::from(3);
    }
    let ended = if stop.is_due() && done < total { ", and the time is over" } else { "" };
    println!("{done} of {total} outages: {failing} break something{ended}");
    if done < total { ExitCode::from(5) } else { ExitCode::from(u8::from(failing > 0)) }
}
