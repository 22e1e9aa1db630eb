//! Finished rows of a long study, kept in a file so that a killed run can go on.
//!
//! ```text
//! line 1     what the rows were made from: inputs and options, as a hash
//! line 2 …   a row each, in the order of the study; a last line without its end is of a killed run, and is dropped
//! ```

use crate::finding::{Code, Finding};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

/// The first line.
#[derive(Serialize, Deserialize, PartialEq)]
struct Head {
    gridstage: String,
    made_from: String,
}

/// A file of finished rows, open at its end.
pub(super) struct Finished<R> {
    name: String,
    file: File,
    rows: Vec<R>,
}

impl<R: Serialize + DeserializeOwned> Finished<R> {
    /// Opens a file of rows of `verb`, or begins one; `identity` says what the rows are made from.
    pub(super) fn open(path: &Path, verb: &str, identity: &str) -> Result<Self, Vec<Finding>> {
        let name = path.display().to_string();
        let made_from = Sha256::digest(identity.as_bytes()).iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let head = Head { gridstage: verb.to_owned(), made_from };
        let cannot = |error: &dyn std::fmt::Display| {
            vec![
                Finding::error(Code::Io, format!("{name} cannot be used for finished rows: {error}"))
                    .help("name a file that can be read and written, or leave --resume out"),
            ]
        };
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = opened.map_err(|error| cannot(&error))?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| cannot(&error))?;
        let whole = text.rfind('\n').map_or("", |end| &text[..=end]);
        let mut rows = Vec::new();
        let mut kept = 0_u64;
        for (number, line) in whole.split_inclusive('\n').enumerate() {
            if number == 0 {
                let other =
                    "it holds rows of another plan, other options or another version, or is no such file";
                match serde_json::from_str::<Head>(line) {
                    Ok(found) if found == head => {}
                    _ => return Err(vec![refused(&name, 1, other)]),
                }
            } else {
                let row = serde_json::from_str(line).map_err(|_| {
                    let line = u32::try_from(number + 1).unwrap_or(u32::MAX);
                    vec![refused(&name, line, "the row cannot be read")]
                })?;
                rows.push(row);
            }
            kept += line.len() as u64;
        }
        if kept == 0
            && !text.is_empty()
            && serde_json::from_str::<Head>(&text).is_err()
            && !text.starts_with("{\"gridstage\"")
        {
            return Err(vec![refused(&name, 1, "it is no file of finished rows")]);
        }
        let at_end = |file: &mut File| -> std::io::Result<()> {
            file.set_len(kept)?;
            file.seek(SeekFrom::End(0))?;
            if kept == 0 {
                let line = serde_json::to_string(&head)? + "\n";
                file.write_all(line.as_bytes())?;
            }
            Ok(())
        };
        at_end(&mut file).map_err(|error| cannot(&error))?;
        Ok(Self { name, file, rows })
    }

    /// The rows that stand in the file, handed out once.
    pub(super) fn take(&mut self) -> Vec<R> {
        std::mem::take(&mut self.rows)
    }

    /// Appends a row.
    pub(super) fn add(&mut self, row: &R) -> Result<(), Finding> {
        let mut write = || -> std::io::Result<()> {
            let line = serde_json::to_string(row)? + "\n";
            self.file.write_all(line.as_bytes())
        };
        write().map_err(|error| {
            let name = &self.name;
            Finding::warning(Code::Io, format!("finished rows are no longer kept in {name}: {error}"))
                .help("the run goes on; it could not be resumed from here")
        })
    }
}

fn refused(name: &str, line: u32, why: &str) -> Finding {
    let place = crate::finding::Place::new(&name.into(), line);
    Finding::error(Code::Resume, format!("{name} cannot be gone on from: {why}"))
        .place(place)
        .help("give the same plan and options as before, or name another file; the file was not touched")
}
