//! `gridstage completions`: completions for a shell.

use super::exit::Exit;
use super::output::deliver;
use super::talk;
use clap_complete::Shell;

/// Print completions for a shell
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage completions bash > ~/.local/share/bash-completion/completions/gridstage
  gridstage completions zsh > ~/.zfunc/_gridstage

Exit codes: 0 printed, 2 usage, 74 output not written.")]
pub(crate) struct Args {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
    #[command(flatten)]
    talk: talk::Options,
}

/// Prints.
pub(crate) fn run(args: &Args) -> Exit {
    // The generator panics if it cannot write, so it writes to memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "gridstage", &mut script);
    deliver(None, Exit::Holds, &args.talk.talk(), |out, _| out.write_all(&script))
}
