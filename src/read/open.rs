//! Files: their bytes, their fingerprint.

use crate::finding::{Code, Finding, Place};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

/// Larger files are not opened: no grid is as large, and what comes from a device never ends.
pub const MAX_FILE_BYTES: u64 = 1 << 30;

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
