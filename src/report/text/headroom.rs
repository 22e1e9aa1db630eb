//! Headroom as a planner reads it: stage by stage, the tightest station first.

use super::check::{ended_early, head, section};
use super::{Table, narrow};
use crate::appraise::compare::{WORSE_MW, WORSE_PERCENT};
use crate::appraise::headroom::{Headroom, HeadroomEffort, MOST_MW, Room, STEP_MW};
use crate::finding::Finding;
use crate::ids::{ScenarioId, StageId};
use crate::model::Plan;
use crate::report::number::{count, fixed, grouped, in_unit};
use crate::report::{Ink, name};
use std::io::{self, Write};

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct HeadroomText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// Stations in states, in order.
    pub rows: &'a [Headroom],
    /// What it took.
    pub effort: HeadroomEffort,
    /// How far it came, where the time limit ended it.
    pub early: Option<&'a Finding>,
    /// How many rows each table shows; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes headroom for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn headroom(report: &HeadroomText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let HeadroomText { path, plan, rows, effort, early, top, ink } = *report;
    head(path, plan, ink, out)?;
    ended_early(early, ink, out)?;
    section(out, ink, "How it is found", &rules())?;
    let mut states: Vec<(StageId, ScenarioId)> = rows.iter().map(|row| (row.stage, row.scenario)).collect();
    states.dedup();
    for (stage, scenario) in states {
        let mut here: Vec<&Headroom> =
            rows.iter().filter(|row| (row.stage, row.scenario) == (stage, scenario)).collect();
        here.sort_by(|a, b| {
            least(a)
                .total_cmp(&least(b))
                .then(a.intact.p_mw.total_cmp(&b.intact.p_mw))
                .then(a.station.cmp(&b.station))
        });
        let shown = if top == 0 { here.len() } else { top.min(here.len()) };
        let some = if shown < here.len() {
            format!(", the tightest {shown} of {}", here.len())
        } else {
            String::new()
        };
        let title =
            format!("Stage {}, scenario {}{some}", plan.stages[stage].id, plan.scenarios[scenario].id);
        section(out, ink, &title, &table(plan, here.get(..shown).unwrap_or(&here)))?;
    }
    let done = format!(
        "{} load flows: {} of intact grids, {} after outages, for {}.",
        grouped((effort.intact + effort.outages) as f64),
        grouped(effort.intact as f64),
        grouped(effort.outages as f64),
        count(rows.len(), "station and state", "stations and states")
    );
    section(out, ink, "How it was done", &narrow(&done))?;
    let more = format!(
        "  gridstage headroom {path} --top 0         all stations\n  gridstage headroom {path} --format csv    for a spreadsheet\n"
    );
    section(out, ink, "See more", &more)
}

/// What counts most: after a fault where that is judged.
fn least(row: &Headroom) -> f64 {
    row.after_fault.as_ref().map_or(row.intact.p_mw, |room| room.p_mw)
}

fn rules() -> String {
    [
        format!(
            "Load is added at one station at a time, at its own power factor, up to {} MW, until something breaks that \
             holds without it, or is worse by more than {} % of its limit or {} MW without supply (marked *).",
            fixed(MOST_MW, 0),
            fixed(WORSE_PERCENT, 0),
            fixed(WORSE_MW, 0)
        ),
        format!(
            "MW are found to {} MW. N: intact grid; N-1: after every fault that the criteria name too. Years: until the \
             station's own forecast has grown by as much; –: not within the plan.",
            fixed(STEP_MW, 0)
        ),
    ]
    .iter()
    .map(|text| narrow(text))
    .collect()
}

fn table(plan: &Plan, rows: &[&Headroom]) -> String {
    let mut table = Table::new(&[
        "Station",
        ">Load|MW",
        ">N|MW",
        ">N|years",
        ">N-1|MW",
        ">N-1|years",
        "Breaks first (N-1, else N)",
    ]);
    for row in rows {
        let station = &plan.network.substations[row.station];
        let label = if station.name.is_empty() { &station.id } else { station.name.as_str() };
        let none = || "–".to_owned();
        let mw = |room: &Room| {
            let sign = if room.first.is_none() && !room.unsolved { "> " } else { "" };
            format!("{sign}{}", fixed(room.p_mw, 0))
        };
        let years = |room: &Room| room.years.map_or_else(none, |years| fixed(years, 1));
        let after = row.after_fault.as_ref();
        table.row([
            name::short(label, 22),
            fixed(row.load_mw, 0),
            mw(&row.intact),
            years(&row.intact),
            after.map_or_else(none, mw),
            after.map_or_else(none, years),
            first(plan, after.unwrap_or(&row.intact)),
        ]);
    }
    table.text()
}

/// What breaks first, in two lines at most.
fn first(plan: &Plan, room: &Room) -> String {
    let Some(v) = &room.first else {
        return if room.unsolved { "no load-flow solution".to_owned() } else { "nothing".to_owned() };
    };
    let mark = if room.worse { " *" } else { "" };
    let at = v.element.map_or_else(String::new, |element| name::with_id(&plan.network, element));
    let what = if v.quantity == "lost load" {
        format!("{} MW lost", in_unit(v.value, "MW"))
    } else if v.value.is_finite() {
        format!("{} of {} {}", in_unit(v.value, v.unit), in_unit(v.limit, v.unit), v.unit)
    } else {
        "no reserve at all".to_owned()
    };
    let after = v.fault.as_ref().map(|fault| format!(", loss of {}", fault.outage)).unwrap_or_default();
    format!("{}{mark}\n{}", name::short(&at, 36), name::short(&format!("{what}{after}"), 38))
}
