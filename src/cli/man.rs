//! `gridstage man`: manual pages.

use super::exit::Exit;
use super::output::deliver;
use super::talk;
use crate::finding::nearest;

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
        None => command,
        Some(verb) => match command.find_subcommand(verb) {
            Some(found) => found.clone(),
            None => {
                let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
                let near =
                    nearest(verb, names.iter().copied()).map(|name| format!("; did you mean `{name}`?"));
                talk.error(&format!(
                    "there is no verb `{verb}`{}\nverbs: {}",
                    near.unwrap_or_default(),
                    names.join(", ")
                ));
                return Exit::Usage;
            }
        },
    };
    deliver(None, Exit::Holds, &talk, |out, _| clap_mangen::Man::new(page).render(out))
}
