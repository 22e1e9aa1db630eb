//! Exit codes, and what is said when the program itself breaks.

use std::io::{self, Write as _};
use std::process::ExitCode;

/// How a run ended. Where several apply, the first of 70, 74, 2, 3, 4, 5, 1 is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Exit {
    /// Solved, valid; all criteria met.
    Holds,
    /// Ran to the end, and the answer is "no": criteria violated, load left dark.
    Fails,
    /// The command line is wrong.
    Usage,
    /// The input cannot be read, or is invalid.
    Input,
    /// A load flow has no solution, or none was found.
    NoSolution,
    /// The time limit ended it: what was found by then is told.
    Incomplete,
    /// A bug of ours.
    Bug,
    /// The output could not be written.
    Output,
}

impl Exit {
    /// The number that the shell sees.
    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Fails => 1,
            Self::Usage => 2,
            Self::Input => 3,
            Self::NoSolution => 4,
            Self::Incomplete => 5,
            Self::Bug => 70,
            Self::Output => 74,
        }
    }

    /// The exit of a run that the time limit ended, if it did.
    pub(crate) fn ended_early(self, early: bool) -> Self {
        match self {
            Self::Holds | Self::Fails if early => Self::Incomplete,
            other => other,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Prints what clap has to say: help and version on standard output, a usage error on standard error.
pub(crate) fn usage(asked: &clap::Error) -> Exit {
    let printed = asked.print();
    if asked.use_stderr() {
        return Exit::Usage;
    }
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("standard output cannot be written: {error}"));
            Exit::Output
        }
        _ => Exit::Holds,
    }
}

/// Has a panic end the process with a message that a user can act on: nothing is caught, and nothing goes on after it.
#[expect(clippy::exit, reason = "what stands on the stack of a panic is not to be trusted")]
pub(crate) fn end_at_a_panic() {
    std::panic::set_hook(Box::new(|panic| {
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        let what =
            text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        let place = panic.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
        complain(&format!(
            "this is a bug of gridstage {}, not of your input: {what}{place}\n\
             help: please report it with the command line and, if you can, the input",
            env!("CARGO_PKG_VERSION"),
        ));
        std::process::exit(Exit::Bug.code().into());
    }));
}

/// One error line on standard error, where no [`Talk`](super::talk::Talk) is at hand. If even that cannot be
/// written there is nobody left to tell.
pub(crate) fn complain(message: &str) {
    let _ = writeln!(io::stderr(), "error: {message}");
}
