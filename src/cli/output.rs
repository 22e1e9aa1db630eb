//! Where a result goes: standard output, or a file that is there whole or not at all.
//!
//! A closed pipe is silent: the reader has seen enough, and the verdict's exit code stands. Any other
//! failure to write is exit code 74.

use super::exit::Exit;
use super::talk::Talk;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes a result with `write` to `file`, or to standard output if there is none (or it is `-`), and
/// returns `exit`, or [`Exit::Output`] if writing failed.
///
/// A file only ever holds an answer: if `exit` tells of none (3, 4), the report goes to standard output
/// and an older file stays as it was.
pub(crate) fn deliver(
    file: Option<&Path>,
    exit: Exit,
    talk: &Talk,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Exit {
    let answered = matches!(exit, Exit::Holds | Exit::Fails);
    let file = file.filter(|file| *file != Path::new("-"));
    if let (Some(file), false) = (file, answered) {
        talk.warn(&format!("{} was not written, as there is no answer to write", file.display()));
    }
    let (name, result) = match file.filter(|_| answered) {
        Some(file) => (file.display().to_string(), to_file(file, write)),
        None => ("standard output".to_owned(), to_stdout(write)),
    };
    match result {
        Ok(()) => exit,
        Err(error) if file.is_none() && error.kind() == io::ErrorKind::BrokenPipe => exit,
        Err(error) => {
            talk.error(&format!("{name} cannot be written: {error}"));
            exit.worse(Exit::Output)
        }
    }
}

fn to_stdout(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, anstream::stdout().lock());
    write(&mut out)?;
    out.flush()
}

/// Writes beside the target and renames, so that a reader never sees half a file. A device or a pipe is
/// written to directly: a rename would replace it.
fn to_file(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let target = target_of(file);
    if fs::metadata(&target).is_ok_and(|meta| !meta.is_file()) {
        let mut out = BufWriter::new(plain(fs::OpenOptions::new().write(true).open(&target)?));
        write(&mut out)?;
        return out.flush();
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gridstage-").suffix(".part");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // What any newly created file gets: the user's umask still applies.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let part = builder.tempfile_in(folder)?;
    let mut out = BufWriter::with_capacity(1 << 16, plain(part));
    write(&mut out)?;
    let part = out.into_inner().map_err(io::IntoInnerError::into_error)?.into_inner();
    part.persist(&target).map_err(|failed| failed.error)?;
    Ok(())
}

/// The file that a symbolic link leads to, so that the link survives.
fn target_of(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

/// A stream that keeps colours out of files.
fn plain<W: anstream::stream::RawStream>(out: W) -> anstream::StripStream<W> {
    anstream::StripStream::new(out)
}
