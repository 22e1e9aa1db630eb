//! Headroom as a planner reads it: stage by stage, the tightest station first.

use super::check::{ended_early, head, section};
use super::{Table, narrow};
use crate::appraise::compare::{WORSE_MW, WORSE_PERCENT};
use crate::appraise::headroom::{Headroom, HeadroomEffort, MOST_MW, Room, STEP_MW};
use crate::finding::Finding;
use crate::ids::{ScenarioId, StageId};
use crate::model::{ElementId, Plan};
use crate::report::number::{self, count, fixed, grouped, in_unit};
use crate::report::{Ink, name};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Width of the element that breaks.
const WHERE: usize = 40;

/// Stations that one element must end to be worth a word.
const ALIKE: usize = 3;

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct HeadroomText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// Path and options that ask the same again.
    pub again: &'a str,
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
    let HeadroomText { path, again, plan, rows, effort, early, top, ink } = *report;
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
                .then(excess(b).total_cmp(&excess(a)))
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
        let text = table(plan, here.get(..shown).unwrap_or(&here)) + &alike(plan, &here);
        section(out, ink, &title, &text)?;
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
        "  gridstage headroom {again} --top 0         all stations\n  gridstage headroom {again} --format csv    for a spreadsheet\n"
    );
    section(out, ink, "See more", &more)
}

/// What counts most: after a fault where that is judged.
fn least(row: &Headroom) -> f64 {
    row.after_fault.as_ref().map_or(row.intact.p_mw, |room| room.p_mw)
}

/// How far the limit that ends it is passed, percent.
fn excess(row: &Headroom) -> f64 {
    let room = row.after_fault.as_ref().unwrap_or(&row.intact);
    room.first.as_ref().map_or(0.0, crate::criteria::Violation::excess_percent)
}

/// Which one element ends the headroom of many stations.
fn alike(plan: &Plan, rows: &[&Headroom]) -> String {
    let mut ended: BTreeMap<ElementId, usize> = BTreeMap::new();
    for row in rows {
        let first = row.after_fault.as_ref().unwrap_or(&row.intact).first.as_ref();
        if let Some(element) = first.and_then(|v| v.element) {
            *ended.entry(element).or_default() += 1;
        }
    }
    let most = ended.into_iter().max_by_key(|&(element, count)| (count, std::cmp::Reverse(element)));
    let Some((element, count)) = most.filter(|&(_, count)| count >= ALIKE) else { return String::new() };
    narrow(&format!(
        "{} alone ends it for {count} of {} stations.",
        name::with_id(&plan.network, element),
        rows.len()
    ))
}

fn rules() -> String {
    [
        format!(
            "Load is added at one station at a time, at its own power factor, up to {} MW, until something breaks that \
             holds without it, or what is broken without it too is worse by more than {} % of its limit or {} MW without \
             supply.",
            fixed(MOST_MW, 0),
            fixed(WORSE_PERCENT, 0),
            fixed(WORSE_MW, 0)
        ),
        format!(
            "MW are found to {} MW; none: less than that. N: intact grid; N-1: after every fault that the criteria name too. \
             Years: until the station's own forecast has grown by as much; –: it does not within the plan.",
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
            if room.is_none() { "none".to_owned() } else { format!("{sign}{}", fixed(room.p_mw, 0)) }
        };
        let years = |room: &Room| match room.years {
            _ if room.is_none() => "now".to_owned(),
            years => years.map_or_else(none, |years| fixed(years, 1)),
        };
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

/// What breaks first: where, what, after which outage.
fn first(plan: &Plan, room: &Room) -> String {
    let Some(v) = &room.first else {
        return if room.unsolved { "no load-flow solution".to_owned() } else { "nothing".to_owned() };
    };
    let at = v.element.map_or_else(String::new, |element| {
        let both = name::with_id(&plan.network, element);
        if both.chars().count() <= WHERE {
            both
        } else {
            number::clean(plan.network.id_of(element)).into_owned()
        }
    });
    let [value, limit] = number::beside_limit(v.value, v.limit, v.unit);
    let what = match v.quantity {
        "lost load" => format!("{} MW lost", in_unit(v.value, "MW")),
        _ if !v.value.is_finite() => "no reserve at all".to_owned(),
        "vm" | "power factor" if v.value < v.limit => format!("{value} {}, at least {limit}", v.unit),
        "vm" => format!("{value} {}, at most {limit}", v.unit),
        _ => format!("{value} {}, limit {limit}", v.unit),
    };
    let before =
        room.planned.map(|planned| format!(", {} without", in_unit(planned, v.unit))).unwrap_or_default();
    let after = v.fault.as_ref().map(|fault| format!("\nafter loss of {}", fault.outage)).unwrap_or_default();
    format!("{at}\n{what}{before}{after}")
}
