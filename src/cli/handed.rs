//! Results of `rank` and `fund` that are handed in with a report.

use super::input::Opened;
use crate::finding::{Code, Finding};
use crate::report::json::{self, HandedFund, HandedInput, HandedRank};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Files with results that a report shows.
#[derive(clap::Args, Clone, Debug)]
pub(super) struct Handed {
    /// Show this ranking, which `gridstage rank PLAN --format json -o FILE` wrote
    #[arg(long, value_name = "FILE", help_heading = "Other results")]
    rank: Option<PathBuf>,
    /// Show this answer of funding, which `gridstage fund PLAN --format json -o FILE` wrote
    #[arg(long, value_name = "FILE", help_heading = "Other results")]
    fund: Option<PathBuf>,
}

/// The results, read.
#[derive(Default, Debug)]
pub(super) struct Results {
    pub(super) rank: Option<HandedRank>,
    pub(super) fund: Option<HandedFund>,
}

impl Handed {
    /// Reads the results, and makes sure that they are of this very plan.
    pub(super) fn read(&self, opened: &Opened) -> Result<Results, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut keep = |finding: Finding| findings.push(finding);
        let rank = self.rank.as_deref().and_then(|path| {
            let found = text(path).and_then(|text| {
                let rank = json::handed_rank(&text, &path.display().to_string())?;
                is_of(opened, path, &rank.inputs, "rank").map(|()| rank)
            });
            found.map_err(&mut keep).ok()
        });
        let fund = self.fund.as_deref().and_then(|path| {
            let found = text(path).and_then(|text| {
                let fund = json::handed_fund(&text, &path.display().to_string())?;
                is_of(opened, path, &fund.inputs, "fund").map(|()| fund)
            });
            found.map_err(&mut keep).ok()
        });
        if findings.is_empty() { Ok(Results { rank, fund }) } else { Err(findings) }
    }
}

fn text(path: &Path) -> Result<String, Finding> {
    std::fs::read_to_string(path).map_err(|error| {
        Finding::error(Code::Io, format!("{} cannot be read: {error}", path.display())).help(
            "write it with `gridstage rank PLAN --format json -o FILE`, or `fund` in the place of `rank`",
        )
    })
}

/// Every file of the plan must be among those that the result was made from, byte for byte; it may rest on more (budgets).
fn is_of(opened: &Opened, path: &Path, inputs: &[HandedInput], verb: &str) -> Result<(), Finding> {
    let known: BTreeSet<&str> = inputs.iter().map(|input| input.sha256.as_str()).collect();
    let other = opened.inputs.iter().find(|input| !known.contains(input.sha256.as_str()));
    other.map_or(Ok(()), |other| {
        let message = format!(
            "{} was made from another state of the plan: {} is not among its inputs as it is now",
            path.display(),
            other.path
        );
        Err(Finding::error(Code::Baseline, message)
            .help(format!("make it anew: `gridstage {verb} PLAN --format json -o FILE`")))
    })
}
