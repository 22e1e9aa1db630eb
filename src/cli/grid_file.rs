//! Grids and plans to files: the format by the name of the target.

use super::exit::Exit;
use super::talk::{Detail, Talk};
use crate::finding::{Code, Finding, Severity};
use crate::model::{Network, Plan};
use crate::read;
use crate::write::{self, GridFormat, PsseForm};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where a grid goes, and in which format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// A file that holds one grid; on standard output if there is no path.
    Grid(Option<PathBuf>, GridFormat),
    /// A folder of gridstage's own tables.
    Folder(PathBuf),
}

impl Target {
    /// The format that a name asks for: by its ending, `-` is MATPOWER, a folder or a name without an ending is
    /// gridstage's own. `raw_rev` is the revision of a RAW file.
    pub(crate) fn of(path: &Path, raw_rev: Option<u32>) -> Result<Self, String> {
        let target = Self::by_name(path)?;
        let Some(revision) = raw_rev else { return Ok(target) };
        match (target, PsseForm::of_revision(revision)) {
            (Self::Grid(file, GridFormat::Psse(PsseForm::Raw33)), Some(form)) => {
                Ok(Self::Grid(file, GridFormat::Psse(form)))
            }
            (Self::Grid(_, GridFormat::Psse(PsseForm::Raw33)), None) => {
                Err(format!("--raw-rev {revision}: RAW is written in revision 33 or 35"))
            }
            _ => Err(format!("--raw-rev is about RAW files, and {} is none", path.display())),
        }
    }

    fn by_name(path: &Path) -> Result<Self, String> {
        if path == Path::new("-") {
            return Ok(Self::Grid(None, GridFormat::Matpower));
        }
        match path.extension().and_then(|ending| ending.to_str()).filter(|_| !path.is_dir()) {
            Some(ending) => match GridFormat::of_ending(ending) {
                Some(format) => Ok(Self::Grid(Some(path.to_owned()), format)),
                None => Err(format!(
                    "{}: .{ending} is not written\n`gridstage formats` lists the endings that are; a name without one is a folder of gridstage's own tables",
                    path.display()
                )),
            },
            None => Ok(Self::Folder(path.to_owned())),
        }
    }

    /// Whether it holds one grid only.
    pub(crate) fn is_one_grid(&self) -> bool {
        matches!(self, Self::Grid(..))
    }

    /// Writes `plan`, or in a format that holds one grid `network`, and tells what could not be carried. With
    /// `strict` that is an error, and nothing is written.
    pub(crate) fn write(&self, plan: &Plan, network: &Network, strict: bool, talk: &Talk) -> Exit {
        let lost = match self {
            Self::Grid(file, format) => one_grid(network, *format, strict).and_then(|(text, lost)| {
                to_file(file.as_deref(), &text)?;
                Ok(lost)
            }),
            Self::Folder(folder) => refuse_losses(plan, folder, strict)
                .and_then(|()| write::plan::write(plan, folder).map_err(Failed::Refused)),
        };
        let (findings, exit) = match lost {
            Ok(findings) => (findings, Exit::Holds),
            Err(Failed::Refused(findings)) if findings.iter().all(|finding| finding.code == Code::Io) => {
                (findings, Exit::Output)
            }
            Err(Failed::Refused(findings)) => (findings, Exit::Input),
            // The reader of a pipe has seen enough.
            Err(Failed::Io(_, error))
                if matches!(self, Self::Grid(None, _)) && error.kind() == io::ErrorKind::BrokenPipe =>
            {
                (Vec::new(), Exit::Holds)
            }
            Err(Failed::Io(name, error)) => {
                talk.error(&format!("{name} cannot be written: {error}"));
                (Vec::new(), Exit::Output)
            }
        };
        talk.findings(&findings, Detail::All, "");
        if exit == Exit::Input {
            talk.error("nothing was written");
        }
        exit
    }
}

/// Why nothing was written.
enum Failed {
    /// The format cannot hold it, or with `--strict` not all of it.
    Refused(Vec<Finding>),
    /// The file system.
    Io(String, io::Error),
}

/// The text of a file that holds one grid, and what it could not carry.
fn one_grid(network: &Network, format: GridFormat, strict: bool) -> Result<(Vec<u8>, Vec<Finding>), Failed> {
    let mut text = Vec::new();
    let lost = write::grid(network, format, &mut text)
        .map_err(|error| Failed::Io("the grid file".to_owned(), error))?;
    if lost.iter().any(|finding| strict || finding.severity == Severity::Error) {
        return Err(Failed::Refused(lost));
    }
    Ok((text, lost))
}

/// With `strict`, what the own format cannot carry, before a file is touched.
fn refuse_losses(plan: &Plan, folder: &Path, strict: bool) -> Result<(), Failed> {
    if !strict {
        return Ok(());
    }
    let base_file = plan.base.file.as_deref().filter(|file| folder.join(file).is_file());
    match write::plan::texts(plan, base_file) {
        Ok((_, lost)) if lost.is_empty() => Ok(()),
        Ok((_, lost)) | Err(lost) => Err(Failed::Refused(lost)),
    }
}

fn to_file(file: Option<&Path>, text: &[u8]) -> Result<(), Failed> {
    if let Some(file) = file {
        return write::atomically(file, |out| out.write_all(text))
            .map_err(|error| Failed::Io(file.display().to_string(), error));
    }
    let mut out = io::stdout().lock();
    out.write_all(text)
        .and_then(|()| out.flush())
        .map_err(|error| Failed::Io("standard output".to_owned(), error))
}

/// The grid of a stage as a plan with one stage.
pub(crate) fn bare(network: &Network, name: &str) -> Plan {
    // A name that any format can hold.
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut network = network.standing();
    network.name = name;
    read::bare(network)
}
