//! The command line: one file per verb.
//!
//! A verb reads its arguments, calls the library, chooses a writer from [`crate::report`] and returns an
//! `Exit`. Standard output carries results only; everything else goes to standard error through
//! `Talk`. The road through the program is [`main`], then the verb's `run`.

mod amend;
mod arguments;
mod build;
mod check;
mod completions;
mod convert;
mod diff;
mod exit;
mod explain;
mod finished;
mod formats;
mod former;
mod fund;
mod grid_file;
mod handed;
mod headroom;
mod input;
mod judging;
mod lint;
mod man;
mod money;
mod n1;
mod need;
mod new;
mod outages;
mod output;
mod progress;
mod rank;
mod report;
mod schema;
mod sens;
mod show;
mod solve;
mod state;
mod supply;
mod talk;
mod test;

use clap::{CommandFactory, Parser, Subcommand};
use exit::Exit;
use std::process::ExitCode;

/// Judges a staged 110/220 kV grid plan: every stage and scenario, load flow and grid code, in one command
///
/// A plan is a folder (plan.toml and CSV tables): the grid as built, the dated works, the load forecast and
/// the criteria. gridstage builds the grid of every stage, solves its load flow in every scenario and says
/// where the plan does not hold. A bare grid file (PSS/E, MATPOWER, IEEE CDF) is a plan with one stage: every command
/// takes either.
#[derive(Parser)]
#[command(name = "gridstage", version, after_help = EXAMPLES, max_term_width = 100)]
#[command(arg_required_else_help = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

const EXAMPLES: &str = "\
Examples:
  gridstage check grids/hanoi                     does the plan hold? the verdict, worst first
  gridstage solve grids/hanoi --at 2025           one load flow: voltages, flows, losses
  gridstage need grids/hanoi                      by when is each work needed?
  gridstage report grids/hanoi -o report.html     the report that is handed in
  gridstage fund grids/hanoi --budget 50%         what to build with half of the money
  gridstage show grids/hanoi --projects           the works with their dates and costs

Exit codes: 0 holds, 1 does not hold, 2 usage, 3 invalid input, 4 no load-flow solution,
5 the time limit ended it, 70 a bug of ours, 74 output not written. Results go to standard output, remarks to standard error.
`gridstage VERB --help` tells more.";

#[derive(Subcommand)]
enum Verb {
    Check(check::Args),
    Solve(solve::Args),
    N1(Box<n1::Args>),
    Need(need::Args),
    Headroom(headroom::Args),
    Rank(Box<rank::Args>),
    Fund(Box<fund::Args>),
    Report(Box<report::Args>),
    Sens(sens::Args),
    Lint(lint::Args),
    Diff(diff::Args),
    Explain(explain::Args),
    Show(show::Args),
    Build(build::Args),
    Amend(amend::Args),
    Test(test::Args),
    New(new::Args),
    Convert(convert::Args),
    Formats(formats::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// Runs the program: reads the command line, does what it asks, gives the exit code.
///
/// A bug of ours, that is a panic in any thread, ends the process with one message on standard error and exit code 70.
#[must_use]
pub fn main() -> ExitCode {
    exit::end_at_a_panic();
    let exit = match Cli::try_parse() {
        Ok(cli) => run(&cli.verb),
        Err(asked) => exit::usage(&asked),
    };
    exit.into()
}

fn run(verb: &Verb) -> Exit {
    match verb {
        Verb::Check(args) => check::run(args),
        Verb::Solve(args) => solve::run(args),
        Verb::N1(args) => n1::run(args),
        Verb::Need(args) => need::run(args),
        Verb::Headroom(args) => headroom::run(args),
        Verb::Rank(args) => rank::run(args),
        Verb::Fund(args) => fund::run(args),
        Verb::Report(args) => report::run(args),
        Verb::Sens(args) => sens::run(args),
        Verb::Lint(args) => lint::run(args),
        Verb::Diff(args) => diff::run(args),
        Verb::Explain(args) => explain::run(args),
        Verb::Show(args) => show::run(args),
        Verb::Build(args) => build::run(args),
        Verb::Amend(args) => amend::run(args),
        Verb::Test(args) => test::run(args),
        Verb::New(args) => new::run(args),
        Verb::Convert(args) => convert::run(args),
        Verb::Formats(args) => formats::run(args),
        Verb::Schema(args) => schema::run(args),
        Verb::Completions(args) => completions::run(args),
        Verb::Man(args) => man::run(args),
    }
}

/// The whole command, for completions and the manual page.
fn command() -> clap::Command {
    Cli::command()
}
