//! Where a result goes: standard output, or a file that is there whole or not at all.
//!
//! A closed pipe is silent: the reader has seen enough, and the verdict's exit code stands. Any other
//! failure to write is exit code 74.

use super::exit::Exit;
use super::talk::Talk;
use crate::report::Ink;
use crate::write;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const BUFFER: usize = 1 << 16;

/// Writes a result with `fill` to `file`, or to standard output if there is none (or it is `-`), and
/// returns `exit`, or [`Exit::Output`] if writing failed.
///
/// A file only ever holds an answer: if `exit` tells of none (3, 4), the report goes to standard output
/// and an older file stays as it was. What a run found until its time limit is an answer, told as incomplete.
pub(crate) fn deliver(
    file: Option<&Path>,
    exit: Exit,
    talk: &Talk,
    fill: impl FnOnce(&mut dyn Write, Ink) -> io::Result<()>,
) -> Exit {
    let answered = matches!(exit, Exit::Holds | Exit::Fails | Exit::Incomplete);
    if let (Some(file), false) = (file.filter(|file| *file != Path::new("-")), answered) {
        talk.warn(&format!(
            "{} was not written, as there is no answer; what there is to say follows on standard output",
            file.display()
        ));
    }
    deliver_anyway(file.filter(|_| answered), exit, talk, fill)
}

/// The same where what is written is what was asked for, whatever the exit code.
pub(crate) fn deliver_anyway(
    file: Option<&Path>,
    exit: Exit,
    talk: &Talk,
    fill: impl FnOnce(&mut dyn Write, Ink) -> io::Result<()>,
) -> Exit {
    let file = file.filter(|file| *file != Path::new("-"));
    let result = match file {
        Some(file) => write::atomically(file, |out| fill(out, Ink::Plain)),
        None => to_stdout(|out| fill(out, talk.ink_of_output())),
    };
    match result {
        Ok(()) => exit,
        Err(error) if file.is_none() && error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => {
            let name = file.map_or_else(|| "standard output".to_owned(), |file| file.display().to_string());
            talk.error(&format!("{name} cannot be written: {error}"));
            Exit::Output
        }
    }
}

fn to_stdout(fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    fill(&mut out)?;
    out.flush()
}
