//! A former result of `check`, given with `--baseline`.

use crate::appraise::baseline::Former;
use crate::finding::{Code, Finding};
use crate::model::Plan;
use crate::report::json;
use std::path::Path;

/// Reads a former result, and makes sure that it answers the same question.
pub(super) fn read(path: &Path, plan: &Plan, n1: bool) -> Result<Former, Finding> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Finding::error(Code::Io, format!("{name} cannot be read: {error}"))
            .help("write a result to compare with by `gridstage check PLAN --format json -o FILE`")
    })?;
    let former = json::former(&text, &name)?;
    if former.plan != plan.id.as_str() {
        let message = format!("{name} is the result of plan `{}`, this one is `{}`", former.plan, plan.id);
        return Err(Finding::error(Code::Baseline, message)
            .help("give a result of this plan; a plan keeps its id through all its versions"));
    }
    if former.n1 != n1 {
        let (then, now) = if n1 { ("without", "with") } else { ("with", "without") };
        let message = format!("{name} was judged {then} the grid after a fault, this run is {now} it");
        return Err(Finding::error(Code::Baseline, message)
            .help("use the same --n1 in both, or write the result to compare with anew"));
    }
    Ok(former)
}
