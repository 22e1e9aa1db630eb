//! Cases with expected results, a line each; what differs below it.

use crate::report::Ink;
use crate::report::json::{MismatchedRow, TestCase};
use crate::report::number::count;
use std::io::{self, Write};

/// Differences that are shown of a case.
const SHOWN: usize = 5;

/// Writes the cases for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn test(cases: &[TestCase], ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let width = cases.iter().map(|case| case.name.chars().count()).max().unwrap_or(0);
    for case in cases {
        let values = count(case.values, "value", "values");
        let (word, rest) = match (&case.error, case.mismatches.len()) {
            (Some(error), _) => (ink.bad("ERROR"), error.clone()),
            (None, 0) => (ink.good("ok   "), format!("{values}: {}", case.witness)),
            (None, wrong) => (ink.bad("FAILS"), format!("{wrong} of {values}: {}", case.witness)),
        };
        writeln!(out, "{word}  {:width$}  {rest}", case.name)?;
        for mismatch in case.mismatches.iter().take(SHOWN) {
            writeln!(out, "       {}", MismatchedRow::sentence(mismatch))?;
        }
        if case.mismatches.len() > SHOWN {
            writeln!(out, "       and {} more (--format json has all)", case.mismatches.len() - SHOWN)?;
        }
    }
    let failed = cases.iter().filter(|case| case.error.is_some() || !case.mismatches.is_empty()).count();
    let text = if failed == 0 {
        ink.good(&format!("{}: all as expected.", count(cases.len(), "case", "cases")))
    } else {
        ink.bad(&format!("{}: {failed} not as expected.", count(cases.len(), "case", "cases")))
    };
    writeln!(out, "{text}")
}
