//! Lists for contingency analysis: contingencies (`.con`), what is watched (`.mon`), and the sets of buses that both
//! name (`.sub`).
//!
//! ```text
//! .sub   SUBSYSTEM 'S'                     .con   CONTINGENCY 'A'                        .mon   MONITOR BRANCHES IN SUBSYSTEM 'S'
//!           AREA 1 | ZONES 2 5 |                     OPEN BRANCH FROM BUS 1 TO BUS 2            MONITOR TIES FROM SUBSYSTEM 'S'
//!           KVRANGE 110 220 | BUS 7                  REMOVE UNIT 1 FROM BUS 3                   MONITOR VOLTAGE RANGE ALL BUSES 0.9 1.1
//!           JOIN 'G' .. END                       END                                          MONITOR INTERFACE 'I' RATING 400 MW
//!        END                                      SINGLE BRANCH IN SUBSYSTEM 'S'                  1 2 1
//!        END                                      SKIP .. END                                   END
//! ```
//!
//! The program's manual is not public: the grammar is that of files in use and of the notes of open readers (powerio's
//! `FORMAT.md`, 3phaseee.com). Words may be in any case, names in quotes of either kind; `COM`, `/`, `!` and `#` begin a
//! comment. Records are found by their buses and identifier, a bus by its id or, in quotes, by its name. A contingency of
//! which one statement cannot be followed is left out as a whole, and told: half of it would be another one.

mod contingencies;
pub(super) mod find;
mod mon;
mod rules;
mod sub;
mod words;

pub use contingencies::contingencies;
pub use mon::watched;
pub use sub::{Subsystems, subsystems};

use crate::finding::Code;
use crate::read::report::Report;
use words::Line;

/// Tells of a statement that is not followed.
#[cold]
fn not_followed(report: &mut Report, line: &Line<'_>, what: &str) {
    report.warning(Code::NotUsed, |draft| {
        draft
            .at(line.number, format!("{what}: `{}` is not followed", line.text))
            .help("write it in the words that gridstage knows, or give the contingency as a list of its own")
    });
}
