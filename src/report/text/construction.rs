//! What is out while works are built, and whether the grid bears another outage then.

use super::{Table, paragraph};
use crate::appraise::{ConstructionCheck, Verdict};
use crate::flow::Status;
use crate::model::Plan;
use crate::report::{name, number};

/// Width of a name.
const NAME: usize = 26;

/// One line per outage and scenario; nothing where no work names one.
pub(super) fn text(plan: &Plan, verdict: &Verdict, top: usize) -> String {
    let rows = &verdict.construction;
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        "Work",
        "What is out",
        "From|to",
        "Scenario",
        ">Not safe|after",
        "Worst",
        "After the loss of",
    ]);
    for row in rows.iter().take(if top == 0 { rows.len() } else { top }) {
        let out: Vec<String> =
            row.outage.elements.iter().map(|&one| plan.network.id_of(one).to_owned()).collect();
        let (worst, after) = worst(plan, row);
        table.row([
            plan.projects[row.project].id.to_string(),
            name::short(&number::clean(&out.join(", ")), NAME),
            format!("{}\n{}", row.outage.from, row.outage.to),
            plan.scenarios[row.scenario].id.to_string(),
            format!("{} of {}", row.failing.len(), row.outages),
            worst,
            after,
        ]);
    }
    let mut text = table.text();
    if top > 0 && rows.len() > top {
        text += &paragraph(&format!("… and {} more; --top 0 shows all.", rows.len() - top));
    }
    text + &paragraph(
        "Not safe: what another outage breaks then, and does not break in the grid of that day without the work.",
    )
}

fn worst(plan: &Plan, row: &ConstructionCheck) -> (String, String) {
    if row.status != Status::Converged {
        return ("no state is found".to_owned(), "the outage itself".to_owned());
    }
    let Some(worst) = &row.worst else { return ("holds".to_owned(), String::new()) };
    let element = worst.element.map_or_else(String::new, |one| name::short(plan.network.id_of(one), NAME));
    let value = format!("{} {}", number::in_unit(worst.value, worst.unit), worst.unit);
    let by_itself = plan.projects[row.project].id.as_str();
    let outage = worst.fault.as_ref().map_or("", |fault| fault.outage.as_str());
    let second = outage.strip_prefix(by_itself).and_then(|rest| rest.strip_prefix(" then "));
    let after = second.map_or_else(|| "the outage itself".to_owned(), |id| name::short(id, NAME));
    (format!("{element}\n{value}"), after)
}
