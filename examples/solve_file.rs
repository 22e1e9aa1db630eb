//! Reads a grid of any format, solves it, and says how it went and where the voltage is lowest.
//!
//! ```sh
//! cargo run --example solve_file -- grids/ieee/14
//! ```

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its output is its purpose")]

use gridstage::flow::{Controls, FlowOptions, Status, load_flow};
use gridstage::read;
use gridstage::study::Explanation;
use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: solve_file GRID");
        return ExitCode::from(2);
    };
    let read = match read::read(Path::new(&path)) {
        Ok(read) => read,
        Err(rejected) => {
            // all that is wrong at once, each with its place
            for finding in &rejected.findings {
                let place = finding.place.as_ref().map(ToString::to_string).unwrap_or_default();
                eprintln!("{place} {}: {}", finding.code, finding.message);
            }
            return ExitCode::from(3);
        }
    };
    let network = &read.plan.network;
    let options = FlowOptions { controls: Controls::ON, ..FlowOptions::default() };
    let flow = match load_flow(network, &options, None) {
        Ok(flow) => flow,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(3);
        }
    };
    if flow.status == Status::Converged {
        let steps = flow.iterations;
        println!("{path}: solved in {steps} steps, {:.3} MW of losses", flow.losses.total_mw);
        let lowest = (flow.buses.bus.iter().zip(&flow.buses.vm_pu))
            .filter(|(_, vm_pu)| !vm_pu.is_nan())
            .min_by(|a, b| a.1.total_cmp(b.1));
        if let Some((&bus, vm_pu)) = lowest {
            println!("lowest voltage: {vm_pu:.4} p.u. at bus {}", network.buses[bus].id);
        }
        return ExitCode::SUCCESS;
    }
    println!("{path}: {}", flow.status.as_str());
    if let Ok(why) = Explanation::new(network, &flow, &options) {
        for island in &why.islands {
            let share = island.factor.map_or("no".to_owned(), |factor| format!("{:.1} %", 100.0 * factor));
            println!("{share} of its load and generation has a solution");
        }
    }
    ExitCode::from(4)
}
