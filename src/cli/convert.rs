//! `gridstage convert`: from one format to another.

use super::exit::Exit;
use super::grid_file::{self, Target};
use super::input;
use super::talk::{self, Detail};
use std::path::PathBuf;

/// Convert a grid or plan to another format, and list what could not be carried
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage convert case118.m case118/
  gridstage convert grids/ieee/14 case14.m --strict
  gridstage convert case118.m case118.raw --raw-rev 35
  gridstage convert grids/teaching/ring plan.xlsx
  gridstage convert grid.xiidm map.geojson
  gridstage convert model-cgmes.zip model.raw

The format follows the name: *.m is a MATPOWER case file, *.raw and *.rawx are PSS/E, *.json is a pandapower
net, *.uct UCTE-DEF, a folder or *.xlsx holds gridstage's
own tables, *.geojson is a map with the results of a load flow, `-` is MATPOWER on standard output. Every field that the target cannot carry is listed on standard error as
W-NOT-CARRIED. A plan with several stages fits no single grid file: use `gridstage build --at`.

Exit codes: 0 written (losses are warnings), 2 usage, 3 invalid input, or with --strict a loss (nothing is
written), 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where to write it
    #[arg(value_name = "OUT")]
    output: PathBuf,
    #[command(flatten)]
    options: grid_file::Writing,
    #[command(flatten)]
    talk: talk::Options,
}

/// Converts.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let target = match Target::of(&args.output, &args.options) {
        Ok(target) => target,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    let opened = match input::open(&args.input, &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, None, &talk),
    };
    let plan = &opened.plan;
    if target.is_one_grid() && !plan.is_bare() {
        talk.error(&format!(
            "a file of that format holds one grid, and the plan has {} stages\nwrite the grid of one of them: gridstage build {} --at STAGE -o {}",
            plan.stages.len(),
            opened.path,
            args.output.display(),
        ));
        return Exit::Usage;
    }
    talk.findings(&opened.findings, Detail::Condensed, "-v shows all");
    let origin = grid_file::Origin::of(&opened);
    target.write(plan, &plan.network, origin.as_ref(), &args.options, &talk)
}
