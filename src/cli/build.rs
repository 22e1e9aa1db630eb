//! `gridstage build`: the grid of a day, as a file.

use super::exit::Exit;
use super::grid_file::{self, Target};
use super::state::Which;
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
    #[command(flatten)]
    which: Which,
    /// Where to write the grid
    #[arg(short, long, value_name = "GRID")]
    output: PathBuf,
    #[command(flatten)]
    options: grid_file::Writing,
    #[command(flatten)]
    talk: talk::Options,
}

/// Builds.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let target = match Target::of(&args.output, &args.options) {
        Ok(target) => target,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    let state = match args.which.open(None, &talk) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    talk.findings(&state.findings([]), Detail::Condensed, "-v shows all");
    let (plan, grid) = (state.plan(), &state.grid);
    let name = format!("{}_{}_{}", plan.id, state.at(), state.scenario());
    let name = if plan.is_bare() { grid.network.name.clone() } else { name };
    let bare = grid_file::bare(&grid.network, &name);
    let origin = grid_file::Origin::of(&state.opened);
    target.write(&bare, &bare.network, origin.as_ref(), &args.options, &talk)
}
