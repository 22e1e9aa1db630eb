//! Where a result goes: standard output, or a file that is there whole or not at all.
//!
//! A closed pipe is silent: the reader has seen enough, and the verdict's exit code stands. Any other
//! failure to write is exit code 74.

use super::exit::Exit;
use super::talk::Talk;
use crate::report::Ink;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

const BUFFER: usize = 1 << 16;

/// Writes a result with `write` to `file`, or to standard output if there is none (or it is `-`), and
/// returns `exit`, or [`Exit::Output`] if writing failed.
///
/// A file only ever holds an answer: if `exit` tells of none (3, 4), the report goes to standard output
/// and an older file stays as it was.
pub(crate) fn deliver(
    file: Option<&Path>,
    exit: Exit,
    talk: &Talk,
    write: impl FnOnce(&mut dyn Write, Ink) -> io::Result<()>,
) -> Exit {
    let file = file.filter(|file| *file != Path::new("-"));
    let file = match file {
        Some(file) if !matches!(exit, Exit::Holds | Exit::Fails) => {
            let file = file.display();
            talk.warn(&format!("{file} was not written, as there is no answer; what there is to say follows on standard output"));
            None
        }
        file => file,
    };
    let result = match file {
        Some(file) => to_file(file, |out| write(out, Ink::Plain)),
        None => to_stdout(|out| write(out, talk.ink_of_output())),
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

fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    write(&mut out)?;
    out.flush()
}

/// Writes beside the target and renames, so that a reader never sees half a file. A device or a pipe is
/// written to directly: a rename would replace it.
pub(crate) fn to_file(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // The file that a symbolic link leads to, so that the link survives.
    let target: PathBuf = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    if fs::metadata(&target).is_ok_and(|meta| !meta.is_file()) {
        let mut out = BufWriter::with_capacity(BUFFER, fs::OpenOptions::new().write(true).open(&target)?);
        write(&mut out)?;
        return out.flush();
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gridstage-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What any newly created file gets; the user's umask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut out = BufWriter::with_capacity(BUFFER, builder.tempfile_in(folder)?);
    write(&mut out)?;
    let part = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    part.persist(&target).map_err(|failed| failed.error)?;
    Ok(())
}
