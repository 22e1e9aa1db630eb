//! Plans and grids to files: one writer per format, one way onto the disk.
//!
//! A writer takes any [`io::Write`] and returns what its format could not carry. [`atomically`] puts what is
//! written in the place of a file only when all of it is there.

mod grid;
mod matpower;
mod pandapower;
mod per_unit;
pub mod plan;
mod psse;
mod rewrite;
mod ucte;

pub use grid::{GridFormat, grid};
pub use matpower::{PerUnitBranch, matpower};
pub use pandapower::pandapower;
pub use per_unit::per_unit_of;
pub use psse::{PsseForm, psse};
pub use rewrite::{Rewritten, Source, Whole, rewrite};
pub use ucte::ucte;

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::path::Path;

/// Writes a file in full or not at all: into a temporary file in the same folder, which then takes the place of
/// the old one. If anything fails the old file is left as it was, and nothing else stays behind.
///
/// What is no plain file (a pipe, `/dev/stdout`) is written to directly. A link keeps pointing where it points.
///
/// # Errors
/// Those of `write` and of the file system.
pub fn atomically<T>(path: &Path, write: impl FnOnce(&mut dyn io::Write) -> io::Result<T>) -> io::Result<T> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let mut out = BufWriter::new(OpenOptions::new().write(true).open(path)?);
        let written = write(&mut out)?;
        out.flush()?;
        return Ok(written);
    }
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut temporary = tempfile::Builder::new();
    temporary.prefix(".gridstage-");
    let permissions = fs::metadata(&target).ok().map(|there| there.permissions());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As any program's new file; the process's mask applies.
        let new = || fs::Permissions::from_mode(0o666);
        temporary.permissions(permissions.clone().unwrap_or_else(new));
    }
    let temporary = temporary.tempfile_in(folder)?;
    let mut out = BufWriter::new(temporary.as_file());
    let written = write(&mut out)?;
    out.flush()?;
    drop(out);
    if let Some(permissions) = permissions {
        // The process's mask may have taken bits away that the old file had.
        let _ = temporary.as_file().set_permissions(permissions);
    }
    temporary.as_file().sync_data()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(written)
}

/// Makes a folder with all that `fill` puts into it, or not at all: beside its place first, then moved there. A folder that is
/// there already is filled as it is: `fill` sees to it that what stood there goes as a whole.
///
/// # Errors
/// Those of `fill` and of the file system.
pub fn folder_atomically<T, E: From<io::Error>>(
    dir: &Path,
    fill: impl FnOnce(&Path) -> Result<T, E>,
) -> Result<T, E> {
    if dir.exists() {
        return fill(dir);
    }
    let parent = dir.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut temporary = tempfile::Builder::new();
    temporary.prefix(".gridstage-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // as any program's new folder; the process's mask applies
        temporary.permissions(fs::Permissions::from_mode(0o777));
    }
    let temporary = temporary.tempdir_in(parent)?;
    let filled = fill(temporary.path())?;
    fs::rename(temporary.path(), dir)?;
    // it is no longer where it was made: there is nothing to take away
    let _ = temporary.keep();
    Ok(filled)
}
