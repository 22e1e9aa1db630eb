//! All outages of one grid as an engineer reads them: what limits, by which outage at worst, and what goes dark.

use super::check::{head, section};
use super::{Table, paragraph};
use crate::appraise::{OutageResult, OutageVerdict};
use crate::criteria::Violation;
use crate::flow::Status;
use crate::model::{ElementId, Name, Network, Plan};
use crate::report::json::n1_summary;
use crate::report::number::{self, count, fixed, in_unit};
use crate::report::{Ink, name};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Width of a name in the tables.
const NAME: usize = 34;

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct N1Text<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The stage or date, and the scenario; empty for a bare grid.
    pub state: &'a str,
    /// The grid.
    pub network: &'a Network,
    /// What its outages came to.
    pub verdict: &'a OutageVerdict,
    /// How many rows each table shows; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes all outages for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn n1(report: &N1Text<'_>, out: &mut dyn Write) -> io::Result<()> {
    let N1Text { path, plan, state, network, verdict, top, ink } = *report;
    head(path, plan, ink, out)?;
    if !state.is_empty() {
        writeln!(out, "{state}\n")?;
    }
    let summary = n1_summary(verdict);
    let sentence = sentence(verdict);
    let holds = summary.holding == summary.outages && verdict.watched > 0;
    writeln!(out, "{}\n", if holds { ink.good(&sentence) } else { ink.bad(&sentence) })?;
    section(out, ink, "What limits, worst first", &limiting(network, verdict, top))?;
    section(out, ink, "Load without supply, most first", &dark(network, verdict, top))?;
    section(out, ink, "No state found", &unsolved(network, verdict, top))?;
    section(out, ink, "How it was done", &how(verdict))
}

fn sentence(verdict: &OutageVerdict) -> String {
    let summary = n1_summary(verdict);
    let outages = count(summary.outages, "outage", "outages");
    if summary.outages == 0 {
        return "There is no outage to look at.".to_owned();
    }
    if summary.holding == summary.outages && verdict.watched == 0 {
        return format!(
            "After each of {outages} all load is served; no limit was held against what is left."
        );
    }
    if summary.holding == summary.outages {
        return format!("After each of {outages} everything holds that held before, and all load is served.");
    }
    let mut parts = Vec::new();
    if summary.violated > 0 {
        parts.push(format!("{} pass a limit that held before", summary.violated));
    }
    if summary.losing_load > 0 {
        let most = fixed(summary.most_lost_mw.0, 1);
        parts.push(format!("{} leave buses without supply ({most} MW of load at most)", summary.losing_load));
    }
    if summary.unsolved > 0 {
        parts.push(format!("for {} no state was found", summary.unsolved));
    }
    format!("Of {outages} {}.", parts.join(", "))
}

/// An element under a rule: the outage that presses it most, and how many do.
struct Limiting<'a> {
    violation: &'a Violation,
    outage: &'a Name,
    outages: usize,
    before: bool,
}

fn limiting(network: &Network, verdict: &OutageVerdict, top: usize) -> String {
    let mut elements: BTreeMap<(&Name, Option<ElementId>), Limiting<'_>> = BTreeMap::new();
    for result in &verdict.results {
        let outage = &verdict.outages[result.outage].id;
        for (violation, before) in &result.violations {
            let entry = elements.entry((&violation.rule, violation.element)).or_insert(Limiting {
                violation,
                outage,
                outages: 0,
                before: *before,
            });
            entry.outages += 1;
            if violation.excess_percent() > entry.violation.excess_percent() {
                (entry.violation, entry.outage) = (violation, outage);
            }
        }
    }
    let mut rows: Vec<Limiting<'_>> = elements.into_values().collect();
    rows.sort_by(|a, b| {
        a.before
            .cmp(&b.before)
            .then(b.violation.excess_percent().total_cmp(&a.violation.excess_percent()))
            .then(a.violation.element.cmp(&b.violation.element))
    });
    let all = rows.len();
    let mut table = Table::new(&["element", ">at worst", ">limit", "with the outage of", ">outages", "rule"]);
    for row in rows.iter().take(if top == 0 { all } else { top }) {
        let Violation { value, limit, unit, rule, element, .. } = row.violation;
        let spoken = element.map_or_else(|| "the grid".to_owned(), |element| name::with_id(network, element));
        let outages = if row.before { format!("{} + intact", row.outages) } else { row.outages.to_string() };
        table.row([
            name::short(&spoken, NAME),
            format!("{} {unit}", in_unit(*value, unit)),
            format!("{} {unit}", in_unit(*limit, unit)),
            name::short(&number::clean(row.outage), NAME),
            outages,
            rule.to_string(),
        ]);
    }
    let mut text = if table.is_empty() { String::new() } else { table.text() };
    text += &more(all, top, "elements");
    if rows.iter().any(|row| row.before) {
        text += &paragraph("`+ intact`: the limit is passed in the intact grid too.");
    }
    text
}

fn dark(network: &Network, verdict: &OutageVerdict, top: usize) -> String {
    let mut rows: Vec<&OutageResult> = verdict.results.iter().filter(|r| !r.dead.is_empty()).collect();
    rows.sort_by(|a, b| b.lost_mw.total_cmp(&a.lost_mw).then(a.outage.cmp(&b.outage)));
    let mut table = Table::new(&["outage", ">load|MW", ">buses", "where"]);
    for row in rows.iter().take(if top == 0 { rows.len() } else { top }) {
        let mut places: Vec<&str> = Vec::new();
        for &bus in &row.dead {
            let station = network.buses[bus].substation.map(|s| network.substations[s].name.as_str());
            let place = station.filter(|name| !name.is_empty()).unwrap_or(&network.buses[bus].id);
            if !places.contains(&place) {
                places.push(place);
            }
        }
        table.row([
            name::short(&number::clean(&verdict.outages[row.outage].id), NAME),
            fixed(row.lost_mw, 1),
            row.dead.len().to_string(),
            name::short(&number::clean(&places.join(", ")), 40),
        ]);
    }
    let text = if table.is_empty() { String::new() } else { table.text() };
    text + &more(rows.len(), top, "outages")
}

fn unsolved(network: &Network, verdict: &OutageVerdict, top: usize) -> String {
    let rows: Vec<&OutageResult> = verdict.results.iter().filter(|r| r.status != Status::Converged).collect();
    let mut table = Table::new(&["outage", "what is out", "how it ended", ">solvable share of load"]);
    for row in rows.iter().take(if top == 0 { rows.len() } else { top }) {
        let outage = &verdict.outages[row.outage];
        let out: Vec<String> = outage.elements.iter().map(|&e| name::label(network, e)).collect();
        table.row([
            name::short(&number::clean(&outage.id), NAME),
            name::short(&out.join(", "), NAME),
            row.status.as_str().replace('_', " "),
            row.solvable_share
                .map_or_else(|| number::NONE.to_owned(), |s| format!("{} %", fixed(100.0 * s, 1))),
        ]);
    }
    let text = if table.is_empty() { String::new() } else { table.text() };
    text + &more(rows.len(), top, "outages")
}

fn more(all: usize, top: usize, what: &str) -> String {
    if top > 0 && all > top {
        paragraph(&format!("… and {} more {what}; --top 0 shows all.", all - top))
    } else {
        String::new()
    }
}

fn how(verdict: &OutageVerdict) -> String {
    let summary = n1_summary(verdict);
    let mut text = paragraph(&format!(
        "{} by chords with the factors of the intact grid, {} by Newton from its state, {} built and solved anew; every \
         state found is within the tolerance. {} limits of the criteria {} were watched. Taps and shunts stay as in the intact grid; \
         machines hold their voltage whatever it takes.",
        summary.by_chords, summary.by_newton, summary.anew, summary.watched, verdict.criteria
    ));
    if verdict.unwatched > 0 {
        let branches = count(verdict.unwatched, "branch", "branches");
        text += &paragraph(&format!(
            "{branches} without impedance or with three windings could not be watched, whatever their ratings."
        ));
    }
    for (rule, reason) in &verdict.not_judged {
        text += &paragraph(&format!("Rule {rule} was not judged: {reason}."));
    }
    text
}
