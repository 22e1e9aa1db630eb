//! A grid in several files: the profiles of a CGMES model, in a zip archive or in a folder.

use super::open::MAX_FILE_BYTES;
use super::{Format, Input, Read, Rejected, bare, cgmes, encoding, open, unpack};
use crate::finding::{Code, Finding, Place};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A file of a model: its name, its bytes unpacked.
type Part = (String, Vec<u8>);

/// Reads the folder of a CGMES model: all XML files in it, and those in archives in it. Nothing where none is of the CIM, or
/// where the folder is a plan.
pub(super) fn folder(path: &Path) -> Option<Result<Read, Rejected>> {
    if !path.is_dir() || path.join("plan.toml").exists() {
        return None;
    }
    let mut files: Vec<_> = fs::read_dir(path).ok()?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let has_ending =
        |path: &Path, ending: &str| path.extension().is_some_and(|own| own.eq_ignore_ascii_case(ending));
    let mut parts = Vec::new();
    let mut inputs = Vec::new();
    for file in files.iter().filter(|file| has_ending(file, "xml") || has_ending(file, "zip")) {
        let name = file.display().to_string();
        let bytes = match open::bytes(file) {
            Ok(bytes) => bytes,
            Err(finding) => return Some(Err(Rejected::because(finding))),
        };
        let sha256 = open::sha256(&bytes);
        let before = parts.len();
        if has_ending(file, "zip") {
            match unpack::members(&name, &bytes, is_xml) {
                Ok(members) => parts.extend(members.into_iter().filter(|(_, text)| cgmes::is_cim(text))),
                Err(finding) => return Some(Err(Rejected::because(finding))),
            }
        } else if cgmes::is_cim(&bytes) {
            parts.push((name.clone(), bytes));
        }
        if parts.len() > before {
            inputs.push(Input { path: name, sha256, format: Format::Cgmes });
        }
    }
    (!parts.is_empty()).then(|| read(parts, inputs, &path.display().to_string()))
}

/// Reads the archive of a CGMES model. Nothing where no member is XML of the CIM.
pub(super) fn archive(name: &str, bytes: &[u8]) -> Option<Result<Read, Rejected>> {
    if !unpack::is_zip(bytes) {
        return None;
    }
    let mut members = unpack::members(name, bytes, is_xml).ok()?;
    members.retain(|(_, text)| cgmes::is_cim(text));
    if members.is_empty() {
        return None;
    }
    let input = Input { path: name.to_owned(), sha256: open::sha256(bytes), format: Format::Cgmes };
    Some(read(members, vec![input], name))
}

fn is_xml(member: &str) -> bool {
    Path::new(member).extension().is_some_and(|ending| ending.eq_ignore_ascii_case("xml"))
}

fn read(parts: Vec<Part>, inputs: Vec<Input>, name: &str) -> Result<Read, Rejected> {
    if parts.iter().map(|(_, bytes)| bytes.len() as u64).sum::<u64>() > MAX_FILE_BYTES {
        let text = format!("{name} holds more than {} MiB", MAX_FILE_BYTES >> 20);
        let finding = Finding::error(Code::Unsupported, text).place(Place::new(&Arc::from(name), 1));
        return Err(Rejected::because(finding));
    }
    let mut told = Vec::new();
    let files: Vec<(Arc<str>, Vec<u8>)> = (parts.into_iter())
        .map(|(name, bytes)| {
            let file: Arc<str> = Arc::from(name.as_str());
            let (text, findings) = encoding::decoded(bytes, &file);
            told.extend(findings);
            (file, text)
        })
        .collect();
    let (network, findings) = cgmes::read(&files, &Arc::from(name))?;
    told.extend(findings);
    Ok(Read { plan: bare(network), findings: told, inputs })
}
