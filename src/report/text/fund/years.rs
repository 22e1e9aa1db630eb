//! The years of the answer, and what is broken in them.

use super::taken;
use crate::model::Plan;
use crate::report::funded::{Broken, Funded};
use crate::report::name;
use crate::report::number::{NONE, fixed, in_unit};
use crate::report::text::{Table, narrow};

pub(super) fn by_year(funded: &Funded<'_>) -> String {
    let mut table = Table::new(&[
        "Year",
        "Scenario",
        ">Funded|MVA+MW",
        ">In the|plan",
        ">Without|any",
        ">N lost|MW",
        ">N-1 lost|MW",
        ">Losses|MW",
        ">Limits|broken",
        ">For want|of money",
    ]);
    let plan = &funded.years.days.plan;
    for check in &funded.funding.checks {
        let known = |text: String| if check.solved { text } else { NONE.to_owned() };
        table.row([
            check.year.to_string(),
            plan.scenarios[check.scenario].id.to_string(),
            if check.solved {
                fixed(check.funded.severity(), 1)
            } else {
                format!("> {}", fixed(check.funded.severity(), 1))
            },
            fixed(check.planned.severity(), 1),
            format!(
                "{}{}",
                if check.none.unsolved > 0.0 { "> " } else { "" },
                fixed(check.none.severity(), 1)
            ),
            fixed(check.funded.n_lost_mw, 1),
            fixed(check.funded.n1_lost_mw, 1),
            known(fixed(check.funded.losses_mw, 1)),
            (check.cut.len() + check.anyway.len()).to_string(),
            check.cut.len().to_string(),
        ]);
    }
    let note = if funded.funding.checks.iter().any(|check| !check.solved || check.none.unsolved > 0.0) {
        narrow(
            "> no load-flow solution: the load beyond the largest share that has one counts, in the intact grid and for each fault, \
             which have none either; it is at least so bad.",
        )
    } else {
        String::new()
    };
    table.text() + &note
}

pub(super) fn violations(plan: &Plan, rows: &[Broken], top: usize, cut: bool) -> String {
    if rows.is_empty() {
        return if cut {
            narrow("Nothing: what holds in the plan holds with this money too.")
        } else {
            String::new()
        };
    }
    let mut headings = vec!["Since", "Years", "Worst", "Element", "What", ">Limit", "After the loss of"];
    if cut {
        headings.push(">MVA or|MW more");
    }
    let mut table = Table::new(&headings);
    for row in taken(rows, top) {
        let v = &row.violation;
        let what = match v.quantity {
            "lost load" => "without supply",
            "vm" => "voltage",
            "solvable load" => "solvable load",
            quantity => quantity,
        };
        let mut cells = vec![
            row.since.to_string(),
            row.years.to_string(),
            row.worst_year.to_string(),
            v.element.map_or_else(
                || "the grid".to_owned(),
                |element| name::short(&name::with_id(&plan.network, element), 26),
            ),
            format!("{what} {} {}", in_unit(v.value, v.unit), v.unit),
            in_unit(v.limit, v.unit),
            v.fault.as_ref().map_or_else(|| "– (intact)".to_owned(), |fault| name::short(&fault.outage, 18)),
        ];
        if cut {
            cells.push(fixed(row.beyond_mw, 1));
        }
        table.row(cells);
    }
    table.text()
}
