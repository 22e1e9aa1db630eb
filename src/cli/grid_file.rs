//! Grids and plans to files: the format by the name of the target.

use super::exit::Exit;
use super::input::Opened;
use super::talk::{Detail, Talk};
use crate::finding::{Code, Finding, Severity};
use crate::flow::{self, FlowOptions, Status};
use crate::model::{Network, Plan};
use crate::read;
use crate::report::geojson;
use crate::write::{self, GridFormat, PsseForm, Source};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Where a grid goes, and in which format.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Target {
    /// A file that holds one grid; on standard output if there is no path.
    Grid(Option<PathBuf>, GridFormat),
    /// A folder of gridstage's own tables.
    Folder(PathBuf),
    /// A workbook with the same tables.
    Workbook(PathBuf),
    /// A map, with the results of a load flow.
    Map(PathBuf),
}

/// How a grid is written.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Writing {
    /// Write nothing if something cannot be carried (exit 3)
    #[arg(long)]
    strict: bool,
    /// Revision of a RAW file, 33 or 35 [default: that of the input, else 33]
    #[arg(long, value_name = "REV")]
    raw_rev: Option<u32>,
}

/// The file that a grid comes from.
pub(crate) struct Origin {
    bytes: Vec<u8>,
    /// The grid as it was read.
    network: Network,
    format: read::Format,
    /// The revision of a RAW file.
    revision: Option<u32>,
}

impl Origin {
    /// The file of the grid that was opened: the grid file itself, or the one that a plan names as its base. Nothing where
    /// there is none, or where it is another one by now.
    pub(crate) fn of(opened: &Opened) -> Option<Self> {
        let mut files = opened
            .inputs
            .iter()
            .filter(|input| matches!(input.format, read::Format::Raw | read::Format::Matpower));
        let (input, None) = (files.next()?, files.next()) else { return None };
        let bytes = read::unpacked(Path::new(&input.path)).ok()?;
        let network = opened.plan.network.clone();
        let spans = (input.format == read::Format::Raw).then(|| read::psse::spans(&bytes)).flatten();
        let revision = spans.map(|spans| spans.revision);
        Some(Self { bytes, network, format: input.format, revision })
    }

    /// Whether it can be rewritten in its lines; a revision that was asked for has to be its own.
    fn is_of(&self, format: GridFormat, asked: Option<u32>) -> bool {
        match format {
            GridFormat::Matpower => self.format == read::Format::Matpower,
            GridFormat::Psse(form) => self.revision.is_some_and(|revision| {
                asked.is_none_or(|asked| asked == revision) && PsseForm::like_revision(revision) == Some(form)
            }),
            GridFormat::Pandapower | GridFormat::Ucte => false,
        }
    }
}

impl Target {
    /// The format that a name asks for: by its ending, `-` is MATPOWER, a folder or a name without an ending is
    /// gridstage's own.
    pub(crate) fn of(path: &Path, options: &Writing) -> Result<Self, String> {
        let target = Self::by_name(path)?;
        let Some(revision) = options.raw_rev else { return Ok(target) };
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
            Some(ending) if ending.eq_ignore_ascii_case("xlsx") => Ok(Self::Workbook(path.to_owned())),
            Some(ending) if ending.eq_ignore_ascii_case("geojson") => Ok(Self::Map(path.to_owned())),
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
        matches!(self, Self::Grid(..) | Self::Map(_))
    }

    /// The same target in the revision of a RAW file that it comes from, where nobody asked for another one.
    fn as_source(&self, origin: Option<&Origin>, raw_rev_is_given: bool) -> Self {
        let form = origin.and_then(|origin| PsseForm::like_revision(origin.revision?));
        match (self, form) {
            (Self::Grid(file, GridFormat::Psse(PsseForm::Raw33)), Some(form)) if !raw_rev_is_given => {
                Self::Grid(file.clone(), GridFormat::Psse(form))
            }
            _ => self.clone(),
        }
    }

    /// Writes `plan`, or in a format that holds one grid `network`, and tells what could not be carried. With
    /// `strict` that is an error, and nothing is written. A file of the format that the grid comes from is rewritten in
    /// its lines, where that can be done.
    pub(crate) fn write(
        &self,
        plan: &Plan,
        network: &Network,
        origin: Option<&Origin>,
        options: &Writing,
        talk: &Talk,
    ) -> Exit {
        let strict = options.strict;
        let target = self.as_source(origin, options.raw_rev.is_some());
        let lost = match &target {
            Self::Grid(file, format) => one_grid(
                network,
                *format,
                origin.filter(|origin| origin.is_of(*format, options.raw_rev)),
                strict,
            )
            .and_then(|(text, lost)| {
                to_file(file.as_deref(), &text)?;
                Ok(lost)
            }),
            Self::Workbook(file) => {
                write::plan::workbook(plan).map_err(Failed::Refused).and_then(|(bytes, lost)| {
                    if strict && !lost.is_empty() {
                        return Err(Failed::Refused(lost));
                    }
                    to_file(Some(file), &bytes)?;
                    Ok(lost)
                })
            }
            Self::Map(file) => map(network, strict).and_then(|(text, lost)| {
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
fn one_grid(
    network: &Network,
    format: GridFormat,
    origin: Option<&Origin>,
    strict: bool,
) -> Result<(Vec<u8>, Vec<Finding>), Failed> {
    let rewritten = origin.map(|origin| {
        write::rewrite(&Source { bytes: &origin.bytes, network: &origin.network }, network, format)
    });
    let (text, lost) = match rewritten {
        Some(Ok(rewritten)) => rewritten,
        other => {
            let mut text = Vec::new();
            let mut lost = write::grid(network, format, &mut text)
                .map_err(|error| Failed::Io("the grid file".to_owned(), error))?;
            if let Some(Err(why)) = other {
                let said = format!("the file is written anew, and not in the lines that it had: {why}");
                lost.push(Finding::note(Code::NotCarried, said));
            }
            (text, lost)
        }
    };
    let is_loss = |finding: &&Finding| finding.severity != Severity::Note;
    if lost.iter().filter(is_loss).any(|finding| strict || finding.severity == Severity::Error) {
        return Err(Failed::Refused(lost));
    }
    Ok((text, lost))
}

/// The text of a map of a grid, solved as `gridstage solve` does it, and what is not on it.
fn map(network: &Network, strict: bool) -> Result<(Vec<u8>, Vec<Finding>), Failed> {
    let solved = flow::load_flow(network, &FlowOptions::default(), None);
    let mut lost = Vec::new();
    let flow = match &solved {
        Ok(flow) if flow.status == Status::Converged => Some(flow),
        Ok(flow) => {
            let said =
                format!("the load flow did not converge ({}): the map has no results", flow.status.as_str());
            let help = "`gridstage explain` tells how far it is from one, and what would give it one";
            lost.push(Finding::warning(Code::NoSolution, said).help(help));
            None
        }
        Err(error) => {
            lost.extend(error.findings.iter().cloned());
            None
        }
    };
    let mut text = Vec::new();
    let told =
        geojson::write(network, flow, &mut text).map_err(|error| Failed::Io("the map".to_owned(), error))?;
    lost.extend(told);
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
