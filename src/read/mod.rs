//! Files to plans: one door for all formats.
//!
//! [`read`] takes a path, [`read_bytes`] the bytes of a file (packed, in any encoding), [`read_text`] text of a
//! known format. A bare grid file becomes a plan with one
//! stage and one scenario.

pub mod cdf;
pub mod cgmes;
mod detect;
pub mod dgs;
mod encoding;
mod expected;
mod json;
mod lists;
pub mod matpower;
mod number;
mod numbering;
mod open;
mod open_end;
mod outage_list;
pub mod pandapower;
mod parts;
pub mod plan;
pub mod psse;
mod report;
mod slack;
pub mod ucte;
mod uneven;
mod unpack;
pub mod xiidm;

pub use detect::detect;
pub use expected::{expected, expected_text};
pub use lists::{ListFiles, Lists, lists};
pub use open::MAX_FILE_BYTES;

use crate::finding::{Code, Finding, Findings};
use crate::model::validate::{self, Words};
use crate::model::{AsOf, Network, Plan, Scenario, Stage};
use std::path::Path;
use std::sync::Arc;

/// A format that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Format {
    /// gridstage's own: a folder with `plan.toml` and CSV tables.
    Plan,
    /// A plan in a workbook (`.xlsx`).
    Workbook,
    /// MATPOWER case file, versions 1 and 2.
    Matpower,
    /// IEEE common data format.
    Cdf,
    /// PSS/E RAW, revisions 23 to 36.
    Raw,
    /// PSS/E RAWX, version 35.
    Rawx,
    /// UCTE-DEF, version 2.
    Ucte,
    /// `PowSyBl` XIIDM, versions 1.0 to 1.17.
    Xiidm,
    /// A net of pandapower in JSON.
    Pandapower,
    /// CGMES 2.4.15: several files in an archive or a folder.
    Cgmes,
    /// `PowerFactory` DGS as text, versions 4 to 7.
    Dgs,
    /// Contingency, monitor and subsystem files of PSS/E: no grid, but lists that go with one, see [`lists`].
    PsseLists,
}

impl Format {
    /// The name used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Workbook => "xlsx",
            Self::Matpower => "matpower",
            Self::Cdf => "ieee-cdf",
            Self::Raw => "psse-raw",
            Self::Rawx => "psse-rawx",
            Self::Ucte => "ucte",
            Self::Xiidm => "xiidm",
            Self::Pandapower => "pandapower",
            Self::Cgmes => "cgmes",
            Self::Dgs => "dgs",
            Self::PsseLists => "psse-lists",
        }
    }
}

/// A plan as read, with what was noticed on the way.
#[derive(Clone, Debug)]
pub struct Read {
    /// The plan; a bare grid file gives a plan with one stage and one scenario.
    pub plan: Plan,
    /// Warnings and notes; never an error.
    pub findings: Vec<Finding>,
    /// The files that were read, in the order in which they were opened.
    pub inputs: Vec<Input>,
}

/// A file that was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Input {
    /// Path as found.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// What it was taken for.
    pub format: Format,
}

/// An input that cannot be used: at least one finding is an error.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the input cannot be used: {} finding(s), the first: {}", .findings.len(), .findings.first().map_or("", |f| f.message.as_str()))]
pub struct Rejected {
    /// All that was found, errors and warnings, in the order of the file.
    pub findings: Vec<Finding>,
}

impl Rejected {
    /// Rejected for one reason.
    #[must_use]
    pub fn because(finding: Finding) -> Self {
        Self { findings: vec![finding] }
    }
}

/// Reads a plan or a bare grid, of whatever format the path and its content tell.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(path: &Path) -> Result<Read, Rejected> {
    if let Some(read) = parts::folder(path) {
        return read;
    }
    if open::is_plan(path) {
        return checked(plan::read(path)?);
    }
    let name = path.display().to_string();
    read_bytes(open::bytes(path).map_err(Rejected::because)?, &name)
}

/// Reads a plan as of one of its amendments.
///
/// # Errors
/// As [`read`]; if there is no such amendment, or what is there is a bare grid, which has none.
pub fn read_as_of(path: &Path, as_of: &AsOf) -> Result<Read, Rejected> {
    if *as_of == AsOf::Latest {
        return read(path);
    }
    if open::is_plan(path) {
        return checked(plan::read_as_of(path, as_of)?);
    }
    let name = path.display().to_string();
    let bytes = open::bytes(path).map_err(Rejected::because)?;
    if unpack::is_workbook(&bytes) {
        return checked(plan::read_workbook_as_of(&bytes, &name, as_of)?);
    }
    let finding = Finding::error(Code::Unsupported, format!("{name} is a grid and has no amendments"));
    Err(Rejected::because(finding.help("leave --as-of out, or name a plan")))
}

/// Reads a plan as it would be with one more amendment, `text` in the file `amendments/ID.toml`.
///
/// # Errors
/// As [`read`].
pub fn read_amended(path: &Path, id: &str, text: &str) -> Result<Read, Rejected> {
    checked(plan::read_amended(path, id, text)?)
}

/// Reads the bytes of a bare grid file called `name`, packed or not, in any encoding; or those of a workbook.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read_bytes(bytes: Vec<u8>, name: &str) -> Result<Read, Rejected> {
    if unpack::is_workbook(&bytes) {
        return checked(plan::read_workbook(&bytes, name)?);
    }
    if let Some(read) = parts::archive(name, &bytes) {
        return read;
    }
    let sha256 = open::sha256(&bytes);
    let unpack::Unpacked { name, bytes, beside } =
        unpack::unpacked(name, bytes).map_err(Rejected::because)?;
    let file: Arc<str> = Arc::from(name.as_str());
    let (text, told) = encoding::decoded(bytes, &file);
    let told: Vec<Finding> = beside.into_iter().chain(told).collect();
    let read = detect(&name, &text)
        .map_err(Rejected::because)
        .and_then(|format| with_fingerprint(&text, format, &name, || sha256));
    let before = |findings: &mut Vec<Finding>| findings.splice(0..0, told).for_each(drop);
    match read {
        Ok(mut read) => {
            before(&mut read.findings);
            Ok(read)
        }
        Err(mut rejected) => {
            // What is no text at all is not in another encoding either.
            if rejected.findings.iter().all(|finding| finding.code != Code::Encoding) {
                before(&mut rejected.findings);
            }
            Err(rejected)
        }
    }
}

/// The bytes of a file as they lie in it, unpacked but not decoded.
///
/// # Errors
/// [`Rejected`] with why it cannot be opened or unpacked.
pub fn unpacked(path: &Path) -> Result<Vec<u8>, Rejected> {
    let bytes = open::bytes(path).map_err(Rejected::because)?;
    Ok(unpack::unpacked(&path.display().to_string(), bytes).map_err(Rejected::because)?.bytes)
}

/// Looks at the grid of a plan that could be read: every record, built or not, then the base grid as a whole.
fn checked(mut read: Read) -> Result<Read, Rejected> {
    let mut findings = Findings::new();
    findings.extend(read.findings);
    findings.extend(validate::records(&read.plan.network, &Words::PLAN));
    if !findings.has_errors() {
        findings.extend(validate::topology(&read.plan.network, &Words::PLAN));
    }
    if findings.has_errors() {
        return Err(Rejected { findings: findings.into_list() });
    }
    read.findings = findings.into_list();
    Ok(read)
}

/// Reads the text of a bare grid file, called `name` in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error; a plan, which is a folder, cannot
/// be read from one text.
pub fn read_text(text: &[u8], format: Format, name: &str) -> Result<Read, Rejected> {
    with_fingerprint(text, format, name, || open::sha256(text))
}

/// Reads a text whose file has a fingerprint of its own.
fn with_fingerprint(
    text: &[u8],
    format: Format,
    name: &str,
    sha256: impl FnOnce() -> String,
) -> Result<Read, Rejected> {
    let file: Arc<str> = Arc::from(name);
    let (network, findings) = match format {
        Format::Matpower => matpower::read(text, &file)?,
        Format::Cdf => cdf::read(text, &file)?,
        Format::Raw => psse::read(text, &file)?,
        Format::Rawx => psse::read_rawx(text, &file)?,
        Format::Ucte => ucte::read(text, &file)?,
        Format::Xiidm => xiidm::read(text, &file)?,
        Format::Dgs => dgs::read(text, &file)?,
        Format::Pandapower => pandapower::read(text, &file)?,
        Format::Cgmes => cgmes::read(&[(Arc::clone(&file), text.to_vec())], &file)?,
        Format::PsseLists => {
            let finding = Finding::error(Code::Unsupported, "a list of contingencies is no grid");
            return Err(Rejected::because(
                finding.help("give the grid that it goes with, and the list beside it"),
            ));
        }
        Format::Plan | Format::Workbook => {
            let finding =
                Finding::error(Code::Unsupported, "a plan is a folder and cannot be read from one text");
            return Err(Rejected::because(finding.help("give the path of the folder, or of its plan.toml")));
        }
    };
    let input = Input { path: name.to_owned(), sha256: sha256(), format };
    Ok(Read { plan: bare(network), findings, inputs: vec![input] })
}

/// A bare grid as a plan: one stage `grid` without a date, one scenario `given`.
#[must_use]
pub fn bare(network: Network) -> Plan {
    let mut plan = Plan { id: network.name.as_str().into(), network, ..Plan::default() };
    plan.scenarios.push(Scenario {
        id: "given".into(),
        title: "as given in the file".to_owned(),
        load_factor: 1.0,
        source: String::new(),
        origin: crate::model::Origin::default(),
    });
    plan.stages.push(Stage {
        id: "grid".into(),
        at: None,
        scenarios: Vec::new(),
        criteria: crate::model::Name::default(),
        origin: crate::model::Origin::default(),
    });
    plan
}
