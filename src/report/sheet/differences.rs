//! What differs between two inputs, as CSV.

use crate::model::Difference;
use crate::report::json::DifferenceRow;
use std::io::{self, Write};

/// Writes what differs between two inputs.
///
/// # Errors
/// If `out` cannot be written.
pub fn differences(all: &[Difference], out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["table", "row", "what", "field", "unit", "from", "to"])?;
    for one in all {
        let row = DifferenceRow::new(one);
        let text = |cell: Option<&str>| cell.unwrap_or("").to_owned();
        writer.write_record([
            row.table.to_owned(),
            row.row.to_owned(),
            row.what.to_owned(),
            text(row.field),
            text(row.unit),
            text(row.from),
            text(row.to),
        ])?;
    }
    writer.flush()
}
