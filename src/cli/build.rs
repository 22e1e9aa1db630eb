//! `gridstage build`: the grid of a day, as a file.

use super::arguments::Works;
use super::exit::Exit;
use super::grid_file::{self, Target};
use super::input;
use super::talk::{self, Detail};
use std::path::PathBuf;

/// Write the grid of a stage or date: what stands that day, with its loads and generation
///
/// The base grid and every change dated at or before the day, as one grid without stages.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage build grids/hanoi --at 2025 -o hanoi-2025.m
  gridstage build grids/hanoi --at 2018-06-30 --scenario min -o mid-2018/

The format follows the name: *.m is a MATPOWER case file, *.raw and *.rawx are PSS/E, *.json is a pandapower
net, *.uct UCTE-DEF, a folder holds gridstage's own
tables, *.geojson is a map with the results of a load flow, `-` is MATPOWER on standard output. What a format cannot carry is listed on standard error.

Exit codes: 0 written, 2 usage, 3 invalid input (nothing is written), 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Stage of the plan, or a date such as 2018-06-30, 2018-06 or 2018
    #[arg(long, value_name = "STAGE|DATE")]
    at: Option<String>,
    /// Scenario of the plan; its first if not given
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    /// Where to write the grid
    #[arg(short, long, value_name = "GRID")]
    output: PathBuf,
    #[command(flatten)]
    options: grid_file::Writing,
    #[command(flatten)]
    works: Works,
    #[command(flatten)]
    talk: talk::Options,
}

/// Builds.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let usage = |message: &str| {
        talk.error(message);
        Exit::Usage
    };
    let target = match Target::of(&args.output, &args.options) {
        Ok(target) => target,
        Err(message) => return usage(&message),
    };
    let mut opened = match input::open(&args.plan, &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, None, &talk),
    };
    let asked = opened.at(args.at.as_deref()).and_then(|stage| {
        Ok((stage, opened.scenario(args.scenario.as_deref())?, opened.selection(&args.works)?))
    });
    let (stage, scenario, selection) = match asked {
        Ok(asked) => asked,
        Err(message) => return usage(&message),
    };
    let plan = &opened.plan;
    let grid = match plan.grid(stage, scenario, &selection) {
        Ok(grid) => grid,
        Err(findings) => {
            let findings: Vec<_> = opened.findings.into_iter().chain(findings).collect();
            return input::reject(&findings, None, &talk);
        }
    };
    let findings: Vec<_> = opened.findings.iter().chain(&grid.findings).cloned().collect();
    talk.findings(&findings, Detail::Condensed, "-v shows all");
    let name = format!("{}_{}_{}", plan.id, plan.stages[stage].id, plan.scenarios[scenario].id);
    let name = if plan.is_bare() { grid.network.name.clone() } else { name };
    let bare = grid_file::bare(&grid.network, &name);
    let origin = grid_file::Origin::of(&opened);
    target.write(&bare, &bare.network, origin.as_ref(), &args.options, &talk)
}
