//! Compressed files: gzip, and zip archives with one grid in them.
//!
//! What comes out is never larger than [`MAX_FILE_BYTES`], however small the archive is. An archive inside of an
//! archive is not opened.

use super::detect::detect;
use super::encoding;
use super::open::MAX_FILE_BYTES;
use crate::finding::{Code, Finding, Place};
use std::io::{Cursor, Read};
use std::sync::Arc;

/// Files of an archive that a message names.
const MOST_NAMES: usize = 5;

/// A file as it is without its packing.
pub(super) struct Unpacked {
    /// `grid.raw.gz` keeps its name, a member of a zip archive is called `grids.zip/grid.raw`.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    /// What lies beside it in its archive and is not read, told.
    pub(super) beside: Option<Finding>,
}

/// A file, or what is packed in it.
pub(super) fn unpacked(name: &str, bytes: Vec<u8>) -> Result<Unpacked, Finding> {
    let file = if is_gzip(&bytes) {
        let bytes = whole(name, flate2::read::MultiGzDecoder::new(bytes.as_slice()))?;
        Unpacked { name: name.to_owned(), bytes, beside: None }
    } else if is_zip(&bytes) {
        zip(name, &bytes)?
    } else {
        return Ok(Unpacked { name: name.to_owned(), bytes, beside: None });
    };
    if is_gzip(&file.bytes) || is_zip(&file.bytes) {
        let text = format!("{} is an archive inside of an archive", file.name);
        let finding =
            Finding::error(Code::Unsupported, text).help("unpack the outer one and give the inner one");
        return Err(finding.place(Place::new(&Arc::from(file.name), 1)));
    }
    Ok(file)
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

/// The one file of a zip archive, or the one that is a grid where readme, licence and the like lie beside it.
fn zip(name: &str, bytes: &[u8]) -> Result<Unpacked, Finding> {
    let files = members(name, bytes, |_| true)?;
    let list = |files: &[(String, Vec<u8>)]| {
        let own = files.iter().take(MOST_NAMES).map(|(member, _)| &member[name.len() + 1..]);
        let more = if files.len() > MOST_NAMES { ", ..." } else { "" };
        format!("{}{more}", own.collect::<Vec<_>>().join(", "))
    };
    let place = || Place::new(&Arc::from(name), 1);
    let one = |mut files: Vec<(String, Vec<u8>)>, beside| match (files.pop(), files.len()) {
        (Some((name, bytes)), 0) => Ok(Unpacked { name, bytes, beside }),
        (last, _) => {
            files.extend(last);
            let text = format!("{name} holds {} files, and a grid is one ({})", files.len(), list(&files));
            let help = "unpack the archive and give the file that is meant";
            Err(Finding::error(Code::Unsupported, text).place(place()).help(help))
        }
    };
    let is_grid = |(member, bytes): &(String, Vec<u8>)| {
        let (text, _) = encoding::decoded(bytes.clone(), &Arc::from(member.as_str()));
        detect(member, &text).is_ok()
    };
    let alone = files.len() <= 1;
    let (grids, beside): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| alone || is_grid(file));
    match (grids.len(), beside.len()) {
        (_, 0) => one(grids, None),
        (0, _) => one(beside, None),
        _ => {
            let text = format!("{} is read, and not what lies beside it: {}", list(&grids), list(&beside));
            one(grids, Some(Finding::note(Code::NotUsed, text).place(place())))
        }
    }
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
