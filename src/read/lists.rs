//! Lists that go with a grid file: contingencies, what is watched, sets of buses.

use super::{Format, Input, Rejected, encoding, open, outage_list, psse, unpack};
use crate::finding::{Code, Finding};
use crate::model::{Contingency, Network, Watched};
use std::path::Path;
use std::sync::Arc;

/// The files of a contingency analysis, as PSS/E has them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ListFiles<'p> {
    /// Contingencies (`.con`), or a CSV table with the columns `outage`, `element` and `element_type`.
    pub contingencies: Option<&'p Path>,
    /// What is watched (`.mon`).
    pub watched: Option<&'p Path>,
    /// Subsystems that the two others name (`.sub`).
    pub subsystems: Option<&'p Path>,
}

/// What lists say of a grid.
#[derive(Clone, Debug, Default)]
pub struct Lists {
    /// Contingencies, in the order of the file: those spelled out, then those that its rules make.
    pub contingencies: Vec<Contingency>,
    /// What is watched.
    pub watched: Watched,
    /// Warnings and notes; never an error.
    pub findings: Vec<Finding>,
    /// The files that were read.
    pub inputs: Vec<Input>,
}

/// Reads lists against the grid whose records they name.
///
/// # Errors
/// [`Rejected`] with what was found in the first file that cannot be used.
pub fn lists(network: &Network, files: &ListFiles<'_>) -> Result<Lists, Rejected> {
    let mut lists = Lists::default();
    let mut sets = psse::lists::Subsystems::default();
    if let Some(path) = files.subsystems {
        let (text, file) = lists.text(path)?;
        sets = lists.keep(psse::lists::subsystems(&text, &file, network)?);
    }
    if let Some(path) = files.contingencies {
        let (text, file) = lists.text(path)?;
        lists.contingencies = if outage_list::is_list(&text) {
            lists.keep(outage_list::outages(&text, &file, network)?)
        } else {
            lists.keep(psse::lists::contingencies(&text, &file, network, &sets)?)
        };
    }
    if let Some(path) = files.watched {
        let (text, file) = lists.text(path)?;
        lists.watched = lists.keep(psse::lists::watched(&text, &file, network, &sets)?);
    }
    Ok(lists)
}

impl Lists {
    /// The text of a file, packed or not, in any encoding.
    fn text(&mut self, path: &Path) -> Result<(String, Arc<str>), Rejected> {
        let name = path.display().to_string();
        let bytes = open::bytes(path).map_err(Rejected::because)?;
        let sha256 = open::sha256(&bytes);
        let unpack::Unpacked { name, bytes, beside } =
            unpack::unpacked(&name, bytes).map_err(Rejected::because)?;
        let file: Arc<str> = Arc::from(name.as_str());
        let (text, told) = encoding::decoded(bytes, &file);
        self.findings.extend(told);
        self.findings.extend(beside);
        self.inputs.push(Input { path: name.clone(), sha256, format: Format::PsseLists });
        let text = String::from_utf8(text).map_err(|_| {
            Rejected::because(
                Finding::error(Code::Encoding, format!("{name} is not text")).help("give a text file"),
            )
        })?;
        Ok((text, file))
    }

    fn keep<T>(&mut self, (read, findings): (T, Vec<Finding>)) -> T {
        self.findings.extend(findings);
        read
    }
}
