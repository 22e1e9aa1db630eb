//! Bytes of a text file to UTF-8.
//!
//! | the file is | by | and becomes |
//! | --- | --- | --- |
//! | UTF-8, with or without a byte-order mark | its bytes | itself, the mark left out |
//! | UTF-16 | its byte-order mark | UTF-8, told in a note |
//! | of a single-byte code page | bytes that are no UTF-8 | UTF-8, told in a warning with the first line it shows in |
//!
//! Of the code pages Windows-1258 (Vietnamese) is taken where a tone mark follows a vowel, or a word begins with Đ and a
//! vowel, as only Vietnamese text has it; else Windows-1252, of which Latin-1 is a part. Names alone can hold such bytes, so no number hangs on
//! the choice.

use crate::finding::{Code, Finding, Place};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1258};
use std::sync::Arc;

/// Characters of a line that a message quotes.
const QUOTE: usize = 60;

/// The text of a file as UTF-8, and what is to be told of it.
pub(super) fn decoded(bytes: Vec<u8>, file: &Arc<str>) -> (Vec<u8>, Option<Finding>) {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        if encoding == UTF_16LE || encoding == UTF_16BE {
            let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
            let finding = Finding::note(Code::AssumedEncoding, format!("{file} is {}", encoding.name()));
            return (text.into_owned().into_bytes(), Some(finding.place(Place::new(file, 1))));
        }
        if std::str::from_utf8(&bytes[mark..]).is_ok() {
            return (bytes[mark..].to_vec(), None);
        }
    }
    let Err(error) = std::str::from_utf8(&bytes) else { return (bytes, None) };
    let first = error.valid_up_to();
    let encoding = if is_vietnamese(&bytes) { WINDOWS_1258 } else { WINDOWS_1252 };
    let line = 1 + memchr::memchr_iter(b'\n', &bytes[..first]).count();
    let start = memchr::memrchr(b'\n', &bytes[..first]).map_or(0, |at| at + 1);
    let end = memchr::memchr(b'\n', &bytes[first..]).map_or(bytes.len(), |at| first + at);
    let shown: String =
        encoding.decode_without_bom_handling(&bytes[start..end]).0.trim().chars().take(QUOTE).collect();
    let text = encoding.decode_without_bom_handling(&bytes).0.into_owned().into_bytes();
    let finding = Finding::warning(
        Code::AssumedEncoding,
        format!("{file} is not UTF-8 from line {line} on: it is read as {}", encoding.name()),
    )
    .place(Place::new(file, u32::try_from(line).unwrap_or(u32::MAX)))
    .help(format!("names may come out wrong (`{shown}`): save the file as UTF-8"));
    (text, Some(finding))
}

/// Whether a tone mark of Windows-1258 (grave, hook, tilde, acute, dot below) stands after a vowel, or a word begins with Đ and a
/// vowel (in Windows-1252 that letter is the Icelandic Ð, which begins no word).
fn is_vietnamese(bytes: &[u8]) -> bool {
    let is_mark = |byte: u8| matches!(byte, 0xCC | 0xD2 | 0xDE | 0xEC | 0xF2);
    let is_vowel = |byte: u8| {
        b"aeiouyAEIOUY".contains(&byte)
            // with breve, circumflex or horn: ă â ê ô ơ ư, and their capitals
            || matches!(byte, 0xE3 | 0xE2 | 0xEA | 0xF4 | 0xF5 | 0xFD | 0xC3 | 0xC2 | 0xCA | 0xD4 | 0xD5 | 0xDD)
    };
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0xC0;
    let begins = |three: &[u8]| !is_letter(three[0]) && matches!(three[1], 0xD0 | 0xF0) && is_vowel(three[2]);
    bytes.windows(2).any(|pair| is_vowel(pair[0]) && is_mark(pair[1])) || bytes.windows(3).any(begins)
}

#[cfg(test)]
mod tests {
    use super::decoded;
    use std::sync::Arc;

    fn text(bytes: &[u8]) -> (String, Option<u32>) {
        let (text, told) = decoded(bytes.to_vec(), &Arc::from("x"));
        (String::from_utf8(text).unwrap_or_default(), told.and_then(|f| f.place).map(|place| place.line))
    }

    #[test]
    fn every_encoding_gives_the_same_text_and_is_told_where_it_is_not_utf_8() {
        assert_eq!(text("1,'Hà Đông'\n".as_bytes()), ("1,'Hà Đông'\n".to_owned(), None));
        assert_eq!(text(b"\xEF\xBB\xBF1\n"), ("1\n".to_owned(), None));
        assert_eq!(text(b"\xFF\xFE1\0\n\0"), ("1\n".to_owned(), Some(1)));
        assert_eq!(text(b"\xFE\xFF\x001\0\n"), ("1\n".to_owned(), Some(1)));
        assert_eq!(text(b"1\n2,'Caf\xE9'"), ("1\n2,'Café'".to_owned(), Some(2)));
        // Vietnamese: ô and ê have places of their own, tones are marks behind the vowel.
        assert_eq!(text(b"Vi\xEA\xF2t").0, "Viê\u{323}t");
        assert_eq!(text(b"1,'H\xE0 \xD0\xF4ng'").0, "1,'Hà Đông'");
        assert_eq!(text(b"Bl\xF6ndu\xF3s, Sey\xF0isfj\xF6r\xF0ur").0, "Blönduós, Seyðisfjörður");
    }
}
