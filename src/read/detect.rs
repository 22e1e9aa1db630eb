//! What a file is: by what stands in it, and only where that leaves a doubt by its name.

use super::{Format, cgmes, json};
use crate::finding::{Code, Finding, Place};
use std::path::Path;
use std::sync::Arc;

/// How much of a file is looked at to tell its format and whether it is text.
const HEAD_BYTES: usize = 1 << 16;

/// What is said of every file of a format that is not read.
const READ_FORMATS: &str = "`gridstage formats` lists what is read";

/// Formats that are known but not read: an ending or how the text starts, what they are, and the way out.
const KNOWN: [(&str, &[u8], &str, &str); 2] = [
    ("xml", b"<?xml", "an XML file", READ_FORMATS),
    ("mat", b"MATLAB 5.0", "a binary MATLAB file", "save the case with MATPOWER's savecase as *.m"),
];

/// What a file is, from its first bytes and its name.
///
/// # Errors
/// A finding of `E-EMPTY`, `E-ENCODING` or `E-UNSUPPORTED`.
pub fn detect(name: &str, bytes: &[u8]) -> Result<Format, Finding> {
    let refused =
        |code, text: String, help: &str| Err(Finding::error(code, text).place(whole_file(name)).help(help));
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    let ending = ending(name);
    if bytes.is_empty() || (bytes.len() == head.len() && head.iter().all(u8::is_ascii_whitespace)) {
        return refused(Code::Empty, format!("{name} holds nothing"), READ_FORMATS);
    }
    if is_xiidm(head) {
        return Ok(Format::Xiidm);
    }
    if cgmes::is_cim(head) {
        return Ok(Format::Cgmes);
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let known = KNOWN.iter().find(|(known, start, ..)| *known == ending || text.starts_with(start));
    if let Some((_, _, what, help)) = known.filter(|_| ending != "m") {
        return refused(Code::Unsupported, format!("{name}: {what} is not read"), help);
    }
    if let Some(at) = head.iter().position(|&b| is_no_text(b)) {
        let line = 1 + memchr::memchr_iter(b'\n', &head[..at]).count();
        let text = format!("{name} is not text: byte {:#04x} in line {line}", head[at]);
        let place = Place::new(&Arc::from(name), u32::try_from(line).unwrap_or(u32::MAX));
        return Err(Finding::error(Code::Encoding, text).place(place).help(READ_FORMATS));
    }
    if head.trim_ascii_start().starts_with(b"{") || head.trim_ascii_start().starts_with(b"[") {
        return by_keys(name, bytes);
    }
    match by_content(head) {
        Some(format) => Ok(format),
        None => by_ending(&ending).map_or_else(
            || refused(Code::Unsupported, format!("{name} is of no format that is read"), READ_FORMATS),
            Ok,
        ),
    }
}

/// Whether an XML text is a network of `PowSyBl`: by the namespace of its outermost element.
fn is_xiidm(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    head.starts_with(b"<") && memchr::memmem::find(head, b"powsybl.org/schema/iidm/").is_some()
        || head.starts_with(b"<") && memchr::memmem::find(head, b"itesla_project.eu/schema/iidm/").is_some()
}

/// Which of the formats in JSON a text is, from the keys of its outermost object.
fn by_keys(name: &str, bytes: &[u8]) -> Result<Format, Finding> {
    let file = Arc::from(name);
    let json = json::scan(bytes, &file).map_err(|mut findings| findings.remove(0))?;
    let has = |key: &str| json.root().get(key).is_some_and(|value| value.kind() == json::Kind::Object);
    if has("network") {
        return Ok(Format::Rawx);
    }
    if super::pandapower::is_net(&json) {
        return Ok(Format::Pandapower);
    }
    let keys: Vec<_> =
        json.root().members().map(|(key, _)| String::from_utf8_lossy(key.raw())).take(5).collect();
    let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
    Err(Finding::error(
        Code::Schema,
        format!("{name} is JSON of no kind that is read: its outermost keys are {keys}"),
    )
    .place(Place::new(&file, 1))
    .help(READ_FORMATS))
}

/// What only one format's text holds.
fn by_content(head: &[u8]) -> Option<Format> {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    if [&b"##C"[..], b"##N"].iter().any(|block| text.starts_with(block)) {
        return Some(Format::Ucte);
    }
    if looks_like_dgs(text) {
        return Some(Format::Dgs);
    }
    if looks_like_matpower(text) {
        return Some(Format::Matpower);
    }
    let second = text.split(|&b| b == b'\n').nth(1).unwrap_or_default();
    if second.trim_ascii_start().starts_with(b"BUS DATA FOLLOW") {
        return Some(Format::Cdf);
    }
    looks_like_raw(text).then_some(Format::Raw)
}

/// Where the text says nothing, what the name says.
fn by_ending(ending: &str) -> Option<Format> {
    match ending {
        "m" => Some(Format::Matpower),
        "cdf" => Some(Format::Cdf),
        "uct" => Some(Format::Ucte),
        "raw" => Some(Format::Raw),
        "dgs" => Some(Format::Dgs),
        _ => None,
    }
}

/// The ending of a name, without that of its packing, in lower case.
fn ending(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let name = lower.strip_suffix(".gz").unwrap_or(&lower);
    Path::new(name).extension().map(|e| e.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether a line begins as only a case file's lines do.
fn looks_like_matpower(head: &[u8]) -> bool {
    let begins = |line: &[u8]| {
        let line = line.trim_ascii_start();
        [&b"function"[..], b"mpc.", b"baseMVA"].iter().any(|word| line.starts_with(word))
    };
    head.split(|&b| b == b'\n').any(begins)
}

/// Whether the first line that is no comment begins a table of objects.
fn looks_like_dgs(head: &[u8]) -> bool {
    let mut lines = head.split(|&b| b == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"*"));
    first.is_some_and(|line| line.starts_with(b"$$") && line.contains(&b';'))
}

/// Whether the first line is a case identification: 0 or 1, a base power, and a revision or nothing else.
fn looks_like_raw(head: &[u8]) -> bool {
    let mut lines = head.split(|&b| b == b'\n');
    let Some(first) = lines.find(|line| !line.starts_with(b"@!")) else { return head.starts_with(b"@!") };
    let first = first.split(|&b| b == b'/').next().unwrap_or_default();
    let mut words =
        first.split(|&b| matches!(b, b',' | b' ' | b'\t' | b'\r')).filter(|word| !word.is_empty());
    let number = |word: Option<&[u8]>| word.and_then(|word| fast_float2::parse::<f64, _>(word).ok());
    let (case, base, revision) = (number(words.next()), number(words.next()), number(words.next()));
    matches!(case, Some(0.0 | 1.0))
        && base.is_some()
        && (head.starts_with(b"@!") || revision.is_none_or(|r| (2.0..100.0).contains(&r)))
}

/// Whether a byte stands in no text: control characters but blanks, line ends and the old end-of-file mark.
fn is_no_text(byte: u8) -> bool {
    byte == 0x7f || (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | 0x1a))
}

fn whole_file(name: &str) -> Place {
    Place::new(&Arc::from(name), 1)
}
