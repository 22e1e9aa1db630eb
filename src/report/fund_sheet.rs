//! What to build as one table for a spreadsheet: a row per work.

use super::funded::Funded;
use super::json::FundRow;
use super::sheet;
use std::io::{self, Write};

/// Writes the table.
///
/// # Errors
/// If `out` cannot be written.
pub fn fund(funded: &Funded<'_>, out: &mut dyn Write) -> io::Result<()> {
    let works = funded.funding.roles.of.keys();
    sheet::csv_rows(works.map(|&work| FundRow::new(funded, work)), out)
}
