//! `gridstage man`: manual pages.

use super::exit::Exit;
use super::input;
use super::output::deliver;
use super::talk;

/// Print a manual page in roff form
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage man | man -l -
  gridstage man check > gridstage-check.1

Exit codes: 0 printed, 2 usage, 74 output not written.")]
pub(crate) struct Args {
    /// The verb; the page of the whole program if not given
    #[arg(value_name = "VERB")]
    verb: Option<String>,
    #[command(flatten)]
    talk: talk::Options,
}

/// Prints.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let mut command = super::command();
    command.build();
    let page = match &args.verb {
        Some(verb) => command.find_subcommand(verb).cloned().ok_or(verb),
        None => Ok(command.clone()),
    };
    let page = match page {
        Ok(page) => page,
        Err(verb) => {
            let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
            talk.error(&input::unknown("verb", verb, verbs.into_iter()));
            return Exit::Usage;
        }
    };
    deliver(None, Exit::Holds, &talk, |out, _| clap_mangen::Man::new(page).render(out))
}
