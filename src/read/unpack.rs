//! Compressed files: gzip, and zip archives with one file in them.
//!
//! What comes out is never larger than [`MAX_FILE_BYTES`], however small the archive is. An archive inside of an
//! archive is not opened.

use super::open::MAX_FILE_BYTES;
use crate::finding::{Code, Finding, Place};
use std::io::{Cursor, Read};
use std::sync::Arc;

/// The name and bytes of a file, or of what is packed in it: `grid.raw.gz` keeps its name, a member of a zip
/// archive is called `grids.zip/grid.raw`.
pub(super) fn unpacked(name: &str, bytes: Vec<u8>) -> Result<(String, Vec<u8>), Finding> {
    let (name, bytes) = if is_gzip(&bytes) {
        (name.to_owned(), whole(name, flate2::read::MultiGzDecoder::new(bytes.as_slice()))?)
    } else if is_zip(&bytes) {
        zip(name, &bytes)?
    } else {
        return Ok((name.to_owned(), bytes));
    };
    if is_gzip(&bytes) || is_zip(&bytes) {
        let text = format!("{name} is an archive inside of an archive");
        let finding =
            Finding::error(Code::Unsupported, text).help("unpack the outer one and give the inner one");
        return Err(finding.place(Place::new(&Arc::from(name), 1)));
    }
    Ok((name, bytes))
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b])
}

pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Whether the bytes are those of a workbook: an archive that says so, and that does not claim to unpack to more than any
/// file may have.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    let is_archive = is_zip(bytes) && memchr::memmem::find(bytes, b"xl/workbook.xml").is_some();
    is_archive
        && zip::ZipArchive::new(Cursor::new(bytes)).is_ok_and(|mut archive| {
            let sizes =
                (0..archive.len()).map(|at| archive.by_index_raw(at).map_or(u64::MAX, |file| file.size()));
            sizes.fold(0, u64::saturating_add) <= MAX_FILE_BYTES
        })
}

/// The files of a zip archive that are `wanted` by their names, all together no larger than a file may be.
pub(super) fn members(
    name: &str,
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
) -> Result<Vec<(String, Vec<u8>)>, Finding> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(name, &error.to_string()))?;
    let names: Vec<String> = archive.file_names().flatten().map(std::borrow::Cow::into_owned).collect();
    let mut files = Vec::new();
    let mut room = MAX_FILE_BYTES;
    for member in names.into_iter().filter(|member| is_data(member) && wanted(member)) {
        let file = archive.by_name(&member).map_err(|error| broken(name, &error.to_string()))?;
        let unpacked = within(name, file, room)?;
        room -= unpacked.len() as u64;
        files.push((format!("{name}/{member}"), unpacked));
    }
    Ok(files)
}

/// The one file of a zip archive.
fn zip(name: &str, bytes: &[u8]) -> Result<(String, Vec<u8>), Finding> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(name, &error.to_string()))?;
    let members: Vec<String> = archive
        .file_names()
        .flatten()
        .map(std::borrow::Cow::into_owned)
        .filter(|name| is_data(name))
        .collect();
    let [member] = members.as_slice() else {
        let list = members.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
        let text = format!("{name} holds {} files, and a grid is one ({list})", members.len());
        return Err(Finding::error(Code::Unsupported, text)
            .place(Place::new(&Arc::from(name), 1))
            .help("unpack the archive and give the file that is meant"));
    };
    let file = archive.by_name(member).map_err(|error| broken(name, &error.to_string()))?;
    let unpacked = whole(name, file)?;
    Ok((format!("{name}/{member}"), unpacked))
}

/// Whether a member of an archive is more than a folder, or a note of the program that packed it.
fn is_data(member: &str) -> bool {
    !member.ends_with('/') && !member.starts_with("__MACOSX/") && !member.ends_with(".DS_Store")
}

fn whole(name: &str, packed: impl Read) -> Result<Vec<u8>, Finding> {
    within(name, packed, MAX_FILE_BYTES)
}

fn within(name: &str, packed: impl Read, room: u64) -> Result<Vec<u8>, Finding> {
    let mut bytes = Vec::new();
    packed.take(room + 1).read_to_end(&mut bytes).map_err(|error| broken(name, &error.to_string()))?;
    if bytes.len() as u64 > room {
        let text = format!("{name} unpacks to more than {} MiB", MAX_FILE_BYTES >> 20);
        return Err(Finding::error(Code::Unsupported, text).place(Place::new(&Arc::from(name), 1)));
    }
    Ok(bytes)
}

fn broken(name: &str, why: &str) -> Finding {
    Finding::error(Code::Syntax, format!("{name} cannot be unpacked: {why}"))
        .place(Place::new(&Arc::from(name), 1))
        .help("perhaps it was cut short: fetch or pack it again")
}
