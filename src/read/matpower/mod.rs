//! MATPOWER case files (`.m`), versions 1 and 2.
//!
//! ```text
//! text ─ parse ─→ matrices, with the unit conversions of the code after them done
//!      ─ grid  ─→ Network: bus rows to buses, loads and shunts; generators; branches to lines and transformers
//!      ─ validate ─→ findings about the grid
//! ```
//!
//! Read [`read`] first. A file that cannot be read as text is refused with all its errors of text; one that
//! can is refused with all errors of its data. Nothing is executed: see `parse.rs`.

mod branches;
mod buses;
mod columns;
mod cursor;
mod expression;
mod generators;
mod grid;
mod matrix;
mod parse;
mod scope;

use super::Rejected;
use super::report::Report;
use crate::finding::{Code, Finding};
use crate::model::Network;
use std::sync::Arc;

/// Parentheses within each other, in expressions and statements.
const MAX_NESTING: usize = 64;

/// Offsets in the text are kept in 32 bits.
const MAX_BYTES: usize = u32::MAX as usize;

/// The mark that some editors put before UTF-8 text.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Reads a case file. `file` is its name in findings.
///
/// # Errors
/// [`Rejected`] with everything that was found, if one finding is an error.
pub fn read(text: &[u8], file: &Arc<str>) -> Result<(Network, Vec<Finding>), Rejected> {
    let mut report = Report::new(file);
    let text = text.strip_prefix(BOM).unwrap_or(text);
    if text.len() >= MAX_BYTES {
        report.error(Code::Unsupported, |draft| draft.whole("the file is larger than 4 GiB"));
        return Err(Rejected { findings: report.into_list() });
    }
    let case = parse::parse(text, &mut report);
    if report.has_errors() {
        return Err(Rejected { findings: report.into_list() });
    }
    let network = grid::network(&case, text, file, &mut report);
    match network {
        Some(network) if !report.has_errors() => Ok((network, report.into_list())),
        _ => Err(Rejected { findings: report.into_list() }),
    }
}
