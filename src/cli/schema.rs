//! `gridstage schema`: JSON Schema of the outputs.

use super::arguments::Target;
use super::exit::Exit;
use super::output::deliver;
use super::talk;
use crate::report::json::{self, Kind};
use clap::ValueEnum;

/// Print the JSON Schema of an output
///
/// Every verb that writes JSON writes the same envelope; the schema (draft 2020-12) says what stands in it.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage schema check
  gridstage schema solve -o solve.schema.json

Exit codes: 0 printed, 2 usage, 74 output not written.")]
pub(crate) struct Args {
    /// The verb whose JSON is described
    #[arg(value_enum, value_name = "KIND")]
    kind: Verb,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    talk: talk::Options,
}

/// A verb that writes JSON.
#[derive(Clone, Copy, ValueEnum, Debug)]
enum Verb {
    /// The verdict on a plan
    Check,
    /// One load flow
    Solve,
    /// The findings about an input
    Lint,
    /// What a plan holds
    Show,
    /// Every outage of one grid
    N1,
    /// What differs between two inputs
    Diff,
    /// Why a grid does not solve, or what a code means
    Explain,
    /// By when each work is needed
    Need,
    /// How much more load each station can take
    Headroom,
    /// What feeds each station
    Supply,
    /// What works cost, year by year
    Money,
    /// What each work is worth for the grid, per money
    Rank,
    /// What to build with the money there is, and in which year
    Fund,
    /// Cases with expected results
    Test,
}

/// Prints.
pub(crate) fn run(args: &Args) -> Exit {
    let kind = match args.kind {
        Verb::Check => Kind::Check,
        Verb::Solve => Kind::Solve,
        Verb::Lint => Kind::Lint,
        Verb::Show => Kind::Show,
        Verb::N1 => Kind::N1,
        Verb::Diff => Kind::Diff,
        Verb::Explain => Kind::Explain,
        Verb::Need => Kind::Need,
        Verb::Headroom => Kind::Headroom,
        Verb::Supply => Kind::Supply,
        Verb::Money => Kind::Money,
        Verb::Rank => Kind::Rank,
        Verb::Fund => Kind::Fund,
        Verb::Test => Kind::Test,
    };
    deliver(args.target.output.as_deref(), Exit::Holds, &args.talk.talk(), |out, _| {
        serde_json::to_writer_pretty(&mut *out, &json::schema(kind))?;
        writeln!(out)
    })
}
