//! Why a grid does not solve, and what a code means.

use super::check::{head, section};
use super::matrix::state_cells;
use super::solve::failed;
use super::{Table, paragraph};
use crate::finding::{Code, Finding};
use crate::flow::{Diagnosis, LoadFlow, Status};
use crate::ids::{BusId, Id as _};
use crate::model::{Network, Plan};
use crate::report::number::{self, fixed};
use crate::report::{Ink, name};
use crate::study::{Explanation, Unsolved};
use std::fmt::Write as _;
use std::io::{self, Write};

/// Records that are named.
const SUSPECTS: usize = 12;

/// Buses that are named of a remedy.
const BUSES: usize = 10;

/// What is explained.
#[derive(Clone, Copy, Debug)]
pub struct ExplainText<'a> {
    /// Path of the input.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The state as a heading; empty for a bare grid.
    pub state: &'a str,
    /// The grid.
    pub network: &'a Network,
    /// Its load flow.
    pub flow: &'a LoadFlow,
    /// Why it is so.
    pub explanation: &'a Explanation,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes the explanation.
///
/// # Errors
/// If `out` cannot be written.
pub fn explain(report: &ExplainText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let ExplainText { path, plan, state, network, flow, explanation, ink } = *report;
    head(path, plan, ink, out)?;
    if !state.is_empty() {
        writeln!(out, "{state}\n")?;
    }
    let solved = flow.status == Status::Converged;
    let sentence = if solved { "The load flow has a solution." } else { "No load-flow solution was found." };
    writeln!(out, "{}\n", if solved { ink.good(sentence) } else { ink.bad(sentence) })?;
    section(out, ink, "Where it failed", &failed(network, flow))?;
    why(network, explanation, "", ink, out)
}

/// What is to be said of a state that other results lack; `of` names it in the headings.
pub(super) fn unsolved(
    plan: &Plan,
    one: &Unsolved,
    of: &str,
    ink: Ink,
    out: &mut dyn Write,
) -> io::Result<()> {
    let state = state_cells(plan, one.stage, one.scenario).join(" ");
    let named: Vec<&str> = [of, state.as_str()].into_iter().filter(|text| !text.is_empty()).collect();
    let of = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
    why(&one.network, &one.explanation, &of, ink, out)
}

/// What stands in the way, what would help, and what is probably wrong; `of` is added to the headings.
pub(super) fn why(
    network: &Network,
    explanation: &Explanation,
    of: &str,
    ink: Ink,
    out: &mut dyn Write,
) -> io::Result<()> {
    let islands = &explanation.islands;
    for one in islands {
        let of = match islands.len() {
            0 | 1 => of.to_owned(),
            _ => format!(", island {}{of}", one.island.index()),
        };
        section(out, ink, &format!("How far it is{of}"), &distance(one))?;
        section(out, ink, &format!("What gives way{of}"), &weakest(network, one))?;
        section(out, ink, &format!("What would make it solve{of}"), &remedies(network, one))?;
    }
    section(out, ink, &format!("Records most likely wrong{of}"), &likely(&explanation.likely))
}

fn distance(one: &Diagnosis) -> String {
    let steps = number::count(one.steps, "factorisation", "factorisations");
    let text = match (one.solves, one.factor, one.nose) {
        (_, None, _) => "Not even a light load has a solution: look at impedances, ratios and set-points.".to_owned(),
        (true, Some(factor), true) => format!(
            "All loads and generation together may rise by {} %, to {} times what is scheduled, the slack taking the rest; above that there is no solution.",
            fixed(100.0 * (factor - 1.0), 1),
            fixed(factor, 3)
        ),
        (true, Some(factor), false) if factor < 1.0 => format!(
            "A solution was found, but the way up from a light load could be followed to {} % of what is scheduled only: it is probably no state of operation.",
            fixed(100.0 * factor, 2)
        ),
        (true, Some(factor), false) => format!(
            "All loads and generation together were raised to {} times what is scheduled, and a solution was still there.",
            fixed(factor, 1)
        ),
        (false, Some(factor), true) => format!(
            "With all loads and generation at {} % of what is scheduled there is a solution, and above that there is none.",
            fixed(100.0 * factor, 2)
        ),
        (false, Some(factor), false) if factor >= 1.0 => {
            "With all controls at rest there is a solution: they move to where there is none. Look at reactive limits and what taps and shunts hold (--q-limits off, --taps off, --shunts off).".to_owned()
        }
        (false, Some(factor), false) => format!(
            "With all loads and generation at {} % of what is scheduled there is a solution; the way up could not be followed further.",
            fixed(100.0 * factor, 2)
        ),
    };
    paragraph(&text) + &paragraph(&format!("Effort: {steps}."))
}

fn bus(network: &Network, bus: BusId) -> [String; 2] {
    let record = &network.buses[bus];
    [record.id.to_string(), number::clean(&record.name).into_owned()]
}

fn weakest(network: &Network, one: &Diagnosis) -> String {
    let mut table = Table::new(&["Bus", "Name", ">Part|%", ">Voltage|p.u."]);
    for weak in &one.weakest {
        let [id, name] = bus(network, weak.bus);
        table.row([id, name, fixed(100.0 * weak.participation, 1), fixed(weak.vm_pu, 3)]);
    }
    if table.is_empty() {
        return String::new();
    }
    "  Buses by their part in the mode that collapses, and their voltage there:\n".to_owned() + &table.text()
}

fn remedies(network: &Network, one: &Diagnosis) -> String {
    let mut text = String::new();
    if !one.shed.is_empty() {
        let (p, q) = one.shed.iter().fold((0.0, 0.0), |(p, q), shed| (p + shed.p_mw, q + shed.q_mvar));
        text += &paragraph(&format!(
            "The least load to shed: {} MW and {} Mvar, at {}.",
            fixed(p, 2),
            fixed(q, 2),
            number::count(one.shed.len(), "bus", "buses")
        ));
        let mut table = Table::new(&["Bus", "Name", ">MW", ">Mvar"]);
        for shed in one.shed.iter().take(BUSES) {
            let [id, name] = bus(network, shed.bus);
            table.row([id, name, fixed(shed.p_mw, 2), fixed(shed.q_mvar, 2)]);
        }
        text += &table.text();
    }
    if !one.hold.is_empty() {
        let p: f64 = one.hold.iter().map(|(_, p_mw)| p_mw).sum();
        let lead = if one.shed.is_empty() {
            "The least generation to hold back"
        } else {
            "And generation to hold back"
        };
        let at = number::count(one.hold.len(), "bus", "buses");
        text += &paragraph(&format!("{lead}: {} MW, at {at}.", fixed(p, 2)));
        let mut table = Table::new(&["Bus", "Name", ">MW"]);
        for &(at, p_mw) in one.hold.iter().take(BUSES) {
            let [id, name] = bus(network, at);
            table.row([id, name, fixed(p_mw, 2)]);
        }
        text += &table.text();
    }
    if !one.solves
        && one.nose
        && text.is_empty()
        && one.add.is_none()
        && one.factor.is_some_and(|factor| factor < 1.0)
    {
        text += &paragraph(
            "Neither load to shed nor generation to hold back was found by which it solves: look at impedances, ratios and set-points near the buses above.",
        );
    }
    if let Some((at, q_mvar)) = one.add {
        text += &paragraph(&format!(
            "Or reactive power, at the bus where it does most: {} Mvar at bus {}.",
            fixed(q_mvar, 2),
            name::short(&network.buses[at].id, 40)
        ));
    }
    text
}

/// Records that look wrong.
fn likely(all: &[Finding]) -> String {
    let mut text = String::new();
    for finding in all.iter().take(SUSPECTS) {
        let place = finding.place.as_ref().map_or(String::new(), |place| format!("{place}: "));
        text += &paragraph(&format!("{place}{}: {}", finding.code, number::clean(&finding.message)));
    }
    if all.len() > SUSPECTS {
        let _ = writeln!(text, "  and {} more: gridstage lint shows all.", all.len() - SUSPECTS);
    }
    text
}

/// Writes what a code means.
///
/// # Errors
/// If `out` cannot be written.
pub fn code(code: Code, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let weight = if code.as_str().starts_with('E') {
        "error: the input cannot be used, or there is no answer"
    } else {
        "warning or note: the answer stands"
    };
    writeln!(out, "{}  ({weight})\n", ink.heading(code.as_str()))?;
    write!(out, "{}", paragraph(code.meaning()))?;
    if let Some(page) = code.page() {
        write!(
            out,
            "{}{}",
            paragraph(&format!("Judged by: {}", page.rule)),
            paragraph(&format!("What to do: {}", page.way_out))
        )?;
    }
    Ok(())
}
