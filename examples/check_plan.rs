//! Judges a staged plan: every stage, scenario and criterion in the intact grid, worst first.
//!
//! ```sh
//! cargo run --example check_plan -- grids/hanoi
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use gridstage::appraise::{Exit, JudgeOptions, verdict};
use gridstage::criteria::Modelled;
use gridstage::flow::{Controls, FlowOptions};
use gridstage::read;
use gridstage::study::{StudyOptions, stages};
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let path = std::env::args().nth(1).unwrap_or_else(|| "grids/hanoi".to_owned());
    let plan = match read::read(Path::new(&path)) {
        Ok(read) => read.plan,
        Err(rejected) => {
            eprintln!("{rejected}");
            return ExitCode::from(3);
        }
    };
    let controls = Controls::ON;
    let study =
        StudyOptions { flow: FlowOptions { controls, ..FlowOptions::default() }, ..StudyOptions::default() };
    let states = match stages::run(&plan, &study, &|done, total| eprintln!("{done} of {total}")) {
        Ok(states) => states,
        Err(stopped) => {
            eprintln!("{stopped}");
            return ExitCode::from(3);
        }
    };
    let modelled = Modelled { controls, ..Modelled::default() };
    let verdict = verdict::judge(&plan, &states, &JudgeOptions { modelled, ..JudgeOptions::default() });
    for row in verdict.violations.iter().filter(|row| row.breaks_plan()).take(10) {
        let (v, stage, scenario) = (&row.violation, &plan.stages[row.stage], &plan.scenarios[row.scenario]);
        let element = v.element.map_or("the grid", |element| plan.network.id_of(element));
        println!(
            "{} {}: {element}, {} {:.2} {} (limit {:.2})",
            stage.id, scenario.id, v.quantity, v.value, v.unit, v.limit
        );
    }
    match verdict.exit {
        Exit::Holds => ExitCode::SUCCESS,
        Exit::Violated => ExitCode::FAILURE,
        Exit::NoSolution => ExitCode::from(4),
    }
}
