//! Files: what they are taken for, their bytes, their fingerprint.

use super::Format;
use crate::finding::{Code, Finding, Place};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// Larger files are not opened: no grid is as large, and what comes from a device never ends.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

/// How much of a file is looked at to tell its format and whether it is text.
const HEAD_BYTES: usize = 1 << 16;

/// What is said of every file of a format that is not read.
const READ_FORMATS: &str = "gridstage reads its own plans (a folder with plan.toml) and MATPOWER case files (.m)";

/// Endings of formats that are known but not read, and what they are.
const KNOWN: [(&str, &str); 12] = [
    ("raw", "a PSS/E RAW file"),
    ("rawx", "a PSS/E RAWX file"),
    ("json", "a JSON file"),
    ("xml", "an XML file"),
    ("xiidm", "a PowSyBl XIIDM file"),
    ("uct", "a UCTE-DEF file"),
    ("dgs", "a PowerFactory DGS file"),
    ("mat", "a binary MATLAB file"),
    ("xlsx", "a workbook"),
    ("gz", "a gzip archive"),
    ("zip", "a zip archive"),
    ("cdf", "an IEEE common-data-format file"),
];

/// Whether a path is a plan of gridstage's own format.
pub(super) fn is_plan(path: &Path) -> bool {
    path.is_dir() || path.file_name().is_some_and(|name| name == "plan.toml")
}

/// The bytes of a file.
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Finding> {
    let name = path.display();
    let failed = |error: std::io::Error| {
        Finding::error(Code::Io, format!("{name} cannot be read: {error}"))
            .place(whole_file(&name.to_string()))
            .help("is the path right, and may you read the file?")
    };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        let text = format!("{name} is larger than {} MiB", MAX_FILE_BYTES >> 20);
        return Err(Finding::error(Code::Unsupported, text).place(whole_file(&name.to_string())));
    }
    Ok(bytes)
}

/// What a file is, from its name and its first bytes.
///
/// # Errors
/// A finding of `E-EMPTY`, `E-ENCODING` or `E-UNSUPPORTED`.
pub fn detect(name: &str, bytes: &[u8]) -> Result<Format, Finding> {
    let refused = |code, text: String, help: &str| {
        Err(Finding::error(code, text).place(whole_file(name)).help(help))
    };
    let ending = Path::new(name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if head.starts_with(&[0x1f, 0x8b]) {
        return refused(Code::Unsupported, format!("{name} is compressed"), "unpack it first: gunzip");
    }
    if let Some((_, what)) = KNOWN.iter().find(|(known, _)| *known == ending) {
        return refused(Code::Unsupported, format!("{name}: {what} is not read"), READ_FORMATS);
    }
    if bytes.is_empty() || (bytes.len() == head.len() && head.iter().all(u8::is_ascii_whitespace)) {
        return refused(Code::Empty, format!("{name} holds nothing"), READ_FORMATS);
    }
    if let Some(at) = head.iter().position(|&b| is_no_text(b)) {
        let line = 1 + head[..at].iter().filter(|&&b| b == b'\n').count();
        let text = format!("{name} is not text: byte {:#04x} in line {line}", head[at]);
        let help = if head.contains(&0) { "if it is UTF-16, save it as UTF-8" } else { READ_FORMATS };
        let place = Place::new(&Arc::from(name), u32::try_from(line).unwrap_or(u32::MAX));
        return Err(Finding::error(Code::Encoding, text).place(place).help(help));
    }
    let contains = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    let looks_like_matlab = || contains(b"baseMVA") || contains(b"mpc.bus") || head.starts_with(b"function");
    if ending == "m" || looks_like_matlab() {
        return Ok(Format::Matpower);
    }
    refused(Code::Unsupported, format!("{name} is of no format that is read"), READ_FORMATS)
}

/// Whether a byte stands in no text: control characters but blanks, line ends and the old end-of-file mark.
fn is_no_text(byte: u8) -> bool {
    byte == 0x7f || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | 0x1a))
}

fn whole_file(name: &str) -> Place {
    Place::new(&Arc::from(name), 1)
}

/// SHA-256, hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
