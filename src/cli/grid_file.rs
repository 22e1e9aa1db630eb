//! Grids and plans to files: the format by the name of the target.

use super::exit::Exit;
use super::talk::{Detail, Talk};
use crate::case::per_unit;
use crate::finding::{Code, Finding, Severity};
use crate::model::{ElementId, Network, Plan};
use crate::read;
use crate::write::{self, PerUnitBranch};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where a grid goes, and in which format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// A MATPOWER case file; on standard output if there is no path.
    Matpower(Option<PathBuf>),
    /// A PSS/E RAW file, revision 33.
    Raw(PathBuf),
    /// A folder of gridstage's own tables.
    Folder(PathBuf),
}

impl Target {
    /// The format that a name asks for: `*.m` and `-` are MATPOWER, `*.raw` is PSS/E, a folder or a name without an
    /// ending is gridstage's own.
    pub(crate) fn of(path: &Path) -> Result<Self, String> {
        if path == Path::new("-") {
            return Ok(Self::Matpower(None));
        }
        match path.extension().and_then(|ending| ending.to_str()) {
            Some(ending) if ending.eq_ignore_ascii_case("m") && !path.is_dir() => {
                Ok(Self::Matpower(Some(path.to_owned())))
            }
            Some(ending) if ending.eq_ignore_ascii_case("raw") && !path.is_dir() => {
                Ok(Self::Raw(path.to_owned()))
            }
            Some(ending) if !path.is_dir() => Err(format!(
                "{}: .{ending} is not written\ngive a name that ends in .m for MATPOWER or .raw for PSS/E, or a folder for gridstage's own tables",
                path.display()
            )),
            _ => Ok(Self::Folder(path.to_owned())),
        }
    }

    /// Writes `plan`, or in a format that holds one grid `network`, and tells what could not be carried. With
    /// `strict` that is an error, and nothing is written.
    pub(crate) fn write(&self, plan: &Plan, network: &Network, strict: bool, talk: &Talk) -> Exit {
        let lost = match self {
            Self::Matpower(file) => one_grid(network, write::matpower, strict).and_then(|(text, lost)| {
                to_file(file.as_deref(), &text)?;
                Ok(lost)
            }),
            Self::Raw(file) => one_grid(network, write::psse, strict).and_then(|(text, lost)| {
                to_file(Some(file), &text)?;
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
                if *self == Self::Matpower(None) && error.kind() == io::ErrorKind::BrokenPipe =>
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

/// A writer of a format that holds one grid.
type GridWriter =
    fn(&Network, &dyn Fn(ElementId) -> Option<PerUnitBranch>, &mut dyn io::Write) -> io::Result<Vec<Finding>>;

/// The text of a file that holds one grid, and what it could not carry.
fn one_grid(network: &Network, write: GridWriter, strict: bool) -> Result<(Vec<u8>, Vec<Finding>), Failed> {
    let mut text = Vec::new();
    let lost = write(network, &|element| per_unit_of(network, element), &mut text)
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

/// A branch in per unit, for formats that know no ohms.
fn per_unit_of(network: &Network, element: ElementId) -> Option<PerUnitBranch> {
    let branch = match element {
        ElementId::Line(id) => per_unit::line(network, network.lines.get(id)?),
        ElementId::Transformer(id) => per_unit::transformer(network, network.transformers.get(id)?),
        _ => return None,
    };
    let branch = branch.ok()?;
    Some(PerUnitBranch {
        r: branch.z.re,
        x: branch.z.im,
        g: branch.ysh.re,
        b: branch.ysh.im,
        ratio: branch.tap.norm(),
        shift_deg: branch.tap.arg().to_degrees(),
    })
}

/// The grid of a stage as a plan with one stage.
pub(crate) fn bare(network: &Network, name: &str) -> Plan {
    // A name that any format can hold.
    let name: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut network = network.standing();
    network.name = name;
    read::bare(network)
}
