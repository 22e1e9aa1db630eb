//! The violations, worst first: one line per rule and element, over all stages and scenarios.

use super::{Table, paragraph};
use crate::appraise::{JudgedViolation, Verdict};
use crate::criteria::Fault;
use crate::model::{ElementId, Plan};
use crate::report::grouped::{Lines, cleared_last};
use crate::report::{name, number};

/// Width of an element in the table.
const ELEMENT: usize = 30;

/// The first `top` of `groups` as a table; 0 is all.
pub(super) fn table(plan: &Plan, groups: &[Lines<'_>], top: usize) -> String {
    if groups.is_empty() {
        return String::new();
    }
    let after = groups.iter().flatten().any(|row| row.violation.fault.is_some());
    let element = ["Element", "What|and rule", ">Worst", ">Limit"];
    // Two columns more would be too wide.
    let fault: &[&str] = if after { &["After the loss of"] } else { &[">% of|limit"] };
    let history = ["Worst in", "Since", "Cleared"];
    // A bare grid has one state, and no history.
    let history: &[&str] = if plan.is_bare() { &[] } else { &history };
    let columns: Vec<&str> = element.iter().chain(fault).chain(history).copied().collect();
    let mut table = Table::new(&columns);
    for group in groups.iter().take(if top == 0 { usize::MAX } else { top }) {
        let Some(worst) = group.first() else { continue };
        let violation = &worst.violation;
        let first = group.iter().map(|row| row.since_stage).min().unwrap_or(worst.since_stage);
        // No share of a limit of nought.
        let percent = if violation.percent.is_finite() { violation.percent } else { f64::NAN };
        let states = if group.len() > 1 { format!("in {} states", group.len()) } else { String::new() };
        let [value, limit] = number::beside_limit(violation.value, violation.limit, violation.unit);
        let value = format!("{value} {}", violation.unit);
        let mut cells = vec![
            element_lines(plan, violation.element, if after { ELEMENT - 5 } else { ELEMENT }),
            format!("{}\n{}", what(worst), violation.rule),
            value.trim_end().to_owned(),
            limit,
            match &violation.fault {
                Some(fault) => fault_lines(fault),
                None => number::fixed(percent, 1),
            },
        ];
        cells.extend([
            format!("{}\n{states}", state(plan, worst)),
            plan.stages[first].id.to_string(),
            cleared(plan, group),
        ]);
        // The table takes as many cells as it has columns.
        table.row(cells);
    }
    table.text()
}

/// The name, and below it the id that finds the record.
fn element_lines(plan: &Plan, element: Option<ElementId>, width: usize) -> String {
    let Some(element) = element else { return "the grid".to_owned() };
    let id = name::short(plan.network.id_of(element), width);
    match name::spoken(&plan.network, element) {
        "" => id,
        name if name == plan.network.id_of(element) => id,
        name => format!("{}\n{id}", name::short(name, width)),
    }
}

/// The outage, and below it how many others do the same, or that it is so in the intact grid.
fn fault_lines(fault: &Fault) -> String {
    let id = name::short(&number::clean(&fault.outage), 22);
    match (fault.before, fault.outages) {
        (Some(_), n) => format!("{id}\nworst of {n}; intact too"),
        (None, 1) => id,
        (None, n) => format!("{id}\nworst of {n} outages"),
    }
}

/// `2025 max`.
fn state(plan: &Plan, row: &JudgedViolation) -> String {
    format!("{} {}", plan.stages[row.stage].id, plan.scenarios[row.scenario].id)
}

fn what(row: &JudgedViolation) -> String {
    match (row.violation.criterion, row.violation.quantity) {
        ("voltage", _) | ("n1", "vm") => "voltage".to_owned(),
        ("line_loading", _) => "line load".to_owned(),
        ("transformer_loading", _) => "transf. load".to_owned(),
        ("reserve", _) => "station use".to_owned(),
        ("import", _) => "infeed".to_owned(),
        (_, quantity) => quantity.replace('_', " "),
    }
}

/// The last stage by which all of a group is gone, with the work that does it; `not cleared` if some of it stays.
fn cleared(plan: &Plan, group: &Lines<'_>) -> String {
    let Some(last) = cleared_last(group) else { return "not cleared".to_owned() };
    let works = match last.projects.as_slice() {
        [] => String::new(),
        [one] => format!("\n{}", plan.projects[*one].id),
        [one, rest @ ..] => format!("\n{} and {} more", plan.projects[*one].id, rest.len()),
    };
    format!("{}{works}", plan.stages[last.stage].id)
}

/// Warnings condensed: one line per criterion with its worst elements.
pub(super) fn warnings(plan: &Plan, verdict: &Verdict, groups: &[Lines<'_>]) -> String {
    let mut text = String::new();
    for &criterion in &verdict.criteria {
        let of: Vec<&Lines<'_>> = groups
            .iter()
            .filter(|group| group.first().is_some_and(|row| row.violation.criterion == criterion))
            .collect();
        let Some(first) = of.first().and_then(|group| group.first()) else { continue };
        let worst: Vec<String> = of
            .iter()
            .take(3)
            .filter_map(|group| group.first())
            .map(|row| {
                let violation = &row.violation;
                let element = violation
                    .element
                    .map_or_else(|| "the grid".to_owned(), |e| name::label(&plan.network, e));
                let value = number::in_unit(violation.value, violation.unit);
                format!(
                    "{} {value} {} ({})",
                    name::short(&element, ELEMENT),
                    violation.unit,
                    state(plan, row)
                )
            })
            .collect();
        let elements = number::count(of.len(), "element", "elements");
        text += &paragraph(&format!("{}: {elements}; worst: {}", what(first), worst.join(", ")));
    }
    text
}
