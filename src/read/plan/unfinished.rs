//! The last write of a plan folder, where it was broken off: it is finished before the folder is read or written again.
//!
//! A plan is many files, and no file system replaces several at once. So a writer lays all new files beside the old ones, and
//! then says in one file, which appears whole or not at all, what is to take whose place. From that moment on the plan is the new one, and
//! before it the old one: whoever comes next finishes what the list says, as often as it takes.
//!
//! ```text
//! gridstage: a write of this plan, to be finished
//! move<TAB>.gridstage-x1<TAB>plan.toml
//! move<TAB>works/.gridstage-x2<TAB>works/lines.csv
//! delete<TAB>bays.csv
//! ```

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The list, in the folder of the plan.
pub const FILE: &str = ".gridstage-unfinished";

const HEAD: &str = "gridstage: a write of this plan, to be finished";

/// How the names of files begin that are to take the place of others.
pub const BESIDE: &str = ".gridstage-";

/// What is left of a write. Names are those in the folder of the plan, `/` between folders.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Unfinished {
    /// Files that take the place of others: where they lie, and whose place that is.
    pub moves: Vec<(String, String)>,
    /// Files that the new plan does not have.
    pub deletions: Vec<String>,
}

impl Unfinished {
    /// The list as text.
    #[must_use]
    pub fn text(&self) -> String {
        let moves = self.moves.iter().map(|(from, to)| format!("move\t{from}\t{to}\n"));
        let deletions = self.deletions.iter().map(|name| format!("delete\t{name}\n"));
        std::iter::once(format!("{HEAD}\n")).chain(moves).chain(deletions).collect()
    }

    /// Reads the list; nothing where it is none of ours, or names a file that no write of a plan touches.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next() != Some(HEAD) {
            return None;
        }
        let mut list = Self::default();
        for line in lines {
            match line.split('\t').collect::<Vec<_>>().as_slice() {
                ["move", from, to] if is_within(from, true) && is_within(to, false) => {
                    list.moves.push(((*from).to_owned(), (*to).to_owned()));
                }
                ["delete", name] if is_within(name, false) => list.deletions.push((*name).to_owned()),
                _ => return None,
            }
        }
        Some(list)
    }

    /// Does what is left of it in `dir`. What another process has done meanwhile counts as done.
    ///
    /// # Errors
    /// The first file that cannot be moved or deleted. The list stays, and so does what it says.
    pub fn finish(&self, dir: &Path) -> io::Result<()> {
        let missing_is_done = |done: io::Result<()>, path: &Path| match done {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(io::Error::new(error.kind(), format!("{}: {error}", path.display())))
            }
            _ => Ok(()),
        };
        for (from, to) in &self.moves {
            let to = path_of(dir, to);
            missing_is_done(fs::rename(path_of(dir, from), &to), &to)?;
        }
        for name in &self.deletions {
            let path = path_of(dir, name);
            missing_is_done(fs::remove_file(&path), &path)?;
        }
        let list = dir.join(FILE);
        missing_is_done(fs::remove_file(&list), &list)
    }
}

/// Finishes the last write of the plan in `dir`, if that was broken off; says whether it was.
///
/// # Errors
/// If it cannot be finished, or the list is none of ours.
pub fn finish(dir: &Path) -> io::Result<bool> {
    let text = match fs::read_to_string(dir.join(FILE)) {
        Ok(text) => text,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(false);
        }
        Err(error) => return Err(error),
    };
    let list = Unfinished::parse(&text).ok_or_else(|| {
        io::Error::new(io::ErrorKind::InvalidData, format!("{FILE} is no list of gridstage's"))
    })?;
    list.finish(dir)?;
    Ok(true)
}

/// Whether a name is that of a file in the folder or in one below it; of those laid beside, or of those of the plan.
fn is_within(name: &str, beside: bool) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let is_plain =
        |part: &&str| !part.is_empty() && !part.contains(['\\', ':', '\0']) && !matches!(*part, "." | "..");
    let last = parts.last().copied().unwrap_or_default();
    parts.len() <= 2
        && parts.iter().all(is_plain)
        && last.starts_with(BESIDE) == beside
        && (beside || !last.starts_with('.'))
}

fn path_of(dir: &Path, name: &str) -> PathBuf {
    name.split('/').fold(dir.to_path_buf(), |path, part| path.join(part))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests may panic")]

    use super::*;

    #[test]
    fn a_list_reads_back_and_leads_nowhere_else() {
        let list = Unfinished {
            moves: vec![("works/.gridstage-x".to_owned(), "works/lines.csv".to_owned())],
            deletions: vec!["bays.csv".to_owned()],
        };
        assert_eq!(Unfinished::parse(&list.text()), Some(list));
        for line in [
            "move\t.gridstage-x\t../lines.csv",
            "move\tlines.csv\tbuses.csv",
            "move\t.gridstage-x\t.git",
            "delete\t/etc/passwd",
            "delete\ta/b/c",
            "delete\t..",
            "delete\tC:x",
            "remove\tbays.csv",
        ] {
            assert_eq!(Unfinished::parse(&format!("{HEAD}\n{line}\n")), None, "{line}");
        }
        assert_eq!(Unfinished::parse("delete\tbays.csv\n"), None);
    }
}
