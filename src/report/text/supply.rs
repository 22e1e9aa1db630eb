//! The supply plan as text: a paragraph of a few lines for each station.

use super::check::{head, section};
use super::{Table, explain, narrow};
use crate::appraise::supply::{Feed, StationSupply, is_harmless};
use crate::flow::Status;
use crate::model::{ElementId, Plan};
use crate::report::json::StageSupply;
use crate::report::number::{count, fixed};
use crate::report::{Ink, name, number};
use crate::study::Unsolved;
use std::io::{self, Write};

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct SupplyText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// Id of the scenario.
    pub scenario: &'a str,
    /// The stages.
    pub stages: &'a [StageSupply],
    /// The first stage without a solution, and why.
    pub unsolved: Option<&'a Unsolved>,
    /// How many stations of each stage are shown; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes the supply plan for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn supply(report: &SupplyText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let SupplyText { path, plan, scenario, stages, unsolved, top, ink } = *report;
    head(path, plan, ink, out)?;
    section(out, ink, "How to read it", &rules())?;
    for (stage, found) in stages {
        let id = &plan.stages[*stage].id;
        let Some(stations) = found else {
            section(out, ink, &format!("Stage {id}, scenario {scenario}"), &narrow("no load-flow solution"))?;
            continue;
        };
        let mut worst: Vec<&StationSupply> = stations.iter().collect();
        worst.sort_by(|a, b| unserved(b).total_cmp(&unserved(a)).then(a.station.cmp(&b.station)));
        let shown = if top == 0 { worst.len() } else { top.min(worst.len()) };
        let some = if shown < worst.len() {
            format!(", {shown} of {} stations, most lost first", worst.len())
        } else {
            String::new()
        };
        let mut text: String = worst.iter().take(shown).map(|one| station(plan, one)).collect();
        if worst.is_empty() {
            text = narrow(
                "No station that was asked for draws load itself; those that it feeds name it under `Fed from`.",
            );
        }
        section(out, ink, &format!("Stage {id}, scenario {scenario}{some}"), &text)?;
    }
    if let Some(one) = unsolved {
        explain::unsolved(plan, one, "", ink, out)?;
    }
    let more = format!(
        "  gridstage show {path} --supply --top 0               all stations\n  \
           gridstage show {path} --supply --station ID          one station through all stages\n  \
           gridstage show {path} --supply --format csv          a row per supply, for a spreadsheet\n"
    );
    section(out, ink, "See more", &more)
}

/// The most that one supply's loss leaves without supply.
fn unserved(one: &StationSupply) -> f64 {
    let lost = one.feeds.iter().filter_map(|feed| feed.lost.as_ref());
    lost.map(|lost| lost.unserved_mw).fold(0.0, f64::max)
}

fn rules() -> String {
    [
        "Fed from: transformers of a higher voltage and generators, by the share of the power that reaches the \
         station. Each circuit or transformer that feeds it is then taken out, by itself.",
        "Spare: rated power less what is carried, by load in MVA. Load % of a supply is that of its current, at the voltage it has.",
        "Back-feed: what neighbours that stand can take over by mv_transfer.csv.",
    ]
    .iter()
    .map(|text| narrow(text))
    .collect()
}

/// Rated power left, or missing.
fn spare(mva: f64) -> String {
    if mva < 0.0 { format!("{} MVA short", fixed(-mva, 1)) } else { format!("{} MVA spare", fixed(mva, 1)) }
}

fn station(plan: &Plan, one: &StationSupply) -> String {
    let network = &plan.network;
    let at = name::with_id(network, ElementId::Substation(one.station));
    let kv = one.vn_kv.map(|kv| format!(", supplied at {} kV", fixed(kv, 0))).unwrap_or_default();
    let mut text = narrow(&format!("{at}: {} MW{kv}", fixed(one.load_mw, 1)));
    let sources: Vec<String> = one
        .sources
        .iter()
        .map(|share| format!("{} {} %", name::label(network, share.source), fixed(share.percent, 0)))
        .collect();
    if !sources.is_empty() {
        text += &narrow(&format!("  Fed from: {}", sources.join(", ")));
    }
    for reserve in &one.reserves {
        text += &narrow(&format!(
            "  Transformers to {} kV: {}, {} MVA in all, carry {} MVA; {}, with the largest out {}",
            fixed(reserve.vn_kv, 0),
            count(reserve.units, "unit", "units"),
            fixed(reserve.installed_mva, 0),
            fixed(reserve.carried_mva, 1),
            spare(reserve.intact_mva()),
            spare(reserve.after_loss_mva())
        ));
    }
    let back: Vec<String> = one
        .back_feed
        .iter()
        .map(|row| {
            let to = name::label(network, ElementId::Substation(row.to));
            format!("{to} {} MW in {} min", fixed(row.p_mw, 1), fixed(row.minutes, 0))
        })
        .collect();
    let all: f64 = one.back_feed.iter().map(|row| row.p_mw).sum();
    text += &narrow(&if back.is_empty() {
        "  Back-feed: none".to_owned()
    } else {
        format!("  Back-feed {} MW: {}", fixed(all, 1), back.join(", "))
    });
    let mut table = Table::new(&["  Supply", "From", ">MW", ">Load %", "When it is out"]);
    for feed in &one.feeds {
        table.row([
            format!("  {}", number::clean(network.id_of(feed.branch))),
            name::short(&name::label(network, feed.from), 18),
            fixed(feed.p_mw, 1),
            fixed(feed.loading_percent, 0),
            out_of(plan, feed),
        ]);
    }
    if !table.is_empty() {
        text += &table.text();
    }
    text + "\n"
}

/// What the loss of a supply leaves, in a few words.
fn out_of(plan: &Plan, feed: &Feed) -> String {
    let Some(lost) = &feed.lost else { return "not looked at".to_owned() };
    if lost.status != Status::Converged {
        return "no load-flow solution".to_owned();
    }
    if is_harmless(lost) && lost.moved_mw <= 0.0 {
        return "nothing is lost or broken".to_owned();
    }
    let mut parts = Vec::new();
    if lost.lost_mw > 0.0 {
        parts.push(format!(
            "{} MW dark, {} moved, {} lost",
            fixed(lost.lost_mw, 1),
            fixed(lost.moved_mw, 1),
            fixed(lost.unserved_mw, 1)
        ));
    }
    if let Some(worst) = &lost.worst {
        let at = worst.element.map_or("", |element| plan.network.id_of(element));
        parts.push(format!("{}: {at} {} %", count(lost.limits, "limit", "limits"), fixed(worst.percent, 0)));
    }
    parts.join("\n")
}
