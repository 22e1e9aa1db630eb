//! All outages of one grid as an engineer reads them: what limits, by which outage at worst, and what goes dark.

use super::check::{ended_early, head, section};
use super::{Table, paragraph};
use crate::appraise::{OutageResult, OutageVerdict};
use crate::criteria::{Level, Violation};
use crate::finding::Finding;
use crate::flow::Status;
use crate::ids::SubstationId;
use crate::model::{Network, Plan};
use crate::report::json::n1_summary;
use crate::report::number::{self, count, fixed, in_unit};
use crate::report::{Ink, name};
use crate::study::contingency::{Options, Redispatch, Response};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Width of a name in the tables, and of an outage.
const NAME: usize = 34;
const OUTAGE: usize = 38;

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
    /// How they were solved.
    pub options: &'a Options,
    /// How far it came, where the time limit ended it.
    pub early: Option<&'a Finding>,
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
    let N1Text { path, plan, state, network, verdict, options, early, top, ink } = *report;
    head(path, plan, ink, out)?;
    if !state.is_empty() {
        writeln!(out, "{state}\n")?;
    }
    ended_early(early, ink, out)?;
    let summary = n1_summary(verdict);
    let sentence = sentence(verdict);
    let holds = summary.holding == summary.outages && verdict.rules.watched() > 0;
    writeln!(out, "{}\n", if holds { ink.good(&sentence) } else { ink.bad(&sentence) })?;
    section(
        out,
        ink,
        "What limits: what held before, worst first, then what the intact grid breaks too",
        &limiting(network, verdict, top),
    )?;
    section(out, ink, "Load without supply, most first", &dark(network, verdict, top))?;
    section(out, ink, "No state found", &unsolved(network, verdict, top))?;
    section(out, ink, "How it was done", &how(network, verdict, options))
}

fn sentence(verdict: &OutageVerdict) -> String {
    let summary = n1_summary(verdict);
    let outages = count(summary.outages, "outage", "outages");
    if summary.outages == 0 {
        return "There is no outage to look at.".to_owned();
    }
    if summary.holding == summary.outages && verdict.rules.watched() == 0 {
        return format!(
            "After each of {outages} all load is served; no limit was held against what is left."
        );
    }
    if summary.holding == summary.outages {
        return format!("After each of {outages} everything holds that held before, and all load is served.");
    }
    let mut parts = Vec::new();
    if summary.violated > 0 {
        let passed = verdict
            .limiting()
            .iter()
            .filter(|v| v.fault.as_ref().is_some_and(|f| f.before.is_none()))
            .count();
        let pass = if summary.violated == 1 { "passes" } else { "pass" };
        let on = count(passed, "element", "elements");
        parts.push(format!("{} {pass} a limit that held before (on {on})", summary.violated));
    }
    if summary.losing_load > 0 {
        let most = fixed(summary.most_unserved_mw.0, 1);
        let leave = if summary.losing_load == 1 { "leaves" } else { "leave" };
        parts.push(format!("{} {leave} load without supply ({most} MW at most)", summary.losing_load));
    }
    if summary.unsolved > 0 {
        parts.push(format!("for {} no state was found", summary.unsolved));
    }
    format!("Of {outages} {}.", parts.join(", "))
}

fn limiting(network: &Network, verdict: &OutageVerdict, top: usize) -> String {
    let rows = verdict.limiting();
    let alike = Alike::new(verdict);
    let mut table =
        Table::new(&["element", ">at worst", ">intact", ">limit", "after the loss of", ">outages", "rule"]);
    for row in rows.iter().take(if top == 0 { rows.len() } else { top }) {
        let Violation { value, limit, unit, rule, element, level, fault, quantity, .. } = row;
        let Some(fault) = fault else { continue };
        let [worst, limit] = number::beside_limit(*value, *limit, unit);
        let spoken = match element {
            Some(element) => {
                let both = name::with_id(network, *element);
                // An id is never cut: it finds the record.
                if both.chars().count() <= NAME {
                    both
                } else {
                    number::clean(network.id_of(*element)).into_owned()
                }
            }
            None if *quantity == "flow" => format!("interface {rule}"),
            None => "the grid".to_owned(),
        };
        let warns = if *level == Level::Warning { " (warns)" } else { "" };
        table.row([
            spoken,
            format!("{worst} {unit}"),
            fault.before.map_or_else(|| "holds".to_owned(), |before| in_unit(before, unit)),
            limit,
            alike.name(&fault.outage),
            fault.outages.to_string(),
            format!("{rule}{warns}"),
        ]);
    }
    let text = if table.is_empty() { String::new() } else { table.text() };
    text + &more(rows.len(), top, "elements")
}

/// Outages that leave the same grid are told by the first of them.
struct Alike<'a> {
    /// How many more there are, and the first, by the id of each.
    groups: BTreeMap<&'a str, (&'a str, usize)>,
}

impl<'a> Alike<'a> {
    fn new(verdict: &'a OutageVerdict) -> Self {
        let mut more: BTreeMap<&str, usize> = BTreeMap::new();
        let mut first_of: Vec<(&str, &str)> = Vec::new();
        for (outage, same_as, _) in verdict.rows() {
            if let Some(first) = same_as {
                *more.entry(first).or_default() += 1;
                first_of.push((&outage.id, first));
            }
        }
        let firsts: Vec<(&str, &str)> = more.keys().map(|&first| (first, first)).collect();
        let all = firsts.into_iter().chain(first_of);
        Self { groups: all.map(|(id, first)| (id, (first, more.get(first).copied().unwrap_or(0)))).collect() }
    }

    /// The name of an outage, shortened, with the number of others that leave the same grid.
    fn name(&self, id: &str) -> String {
        match self.groups.get(id) {
            Some((first, more)) => {
                format!("{} (+{more} alike)", name::short(&number::clean(first), OUTAGE - 10))
            }
            None => name::short(&number::clean(id), OUTAGE),
        }
    }
}

fn dark(network: &Network, verdict: &OutageVerdict, top: usize) -> String {
    let mut rows: Vec<&OutageResult> =
        verdict.results.iter().filter(|r| r.lost_mw > 0.0 && r.same_as.is_none()).collect();
    rows.sort_by(|a, b| {
        b.unserved_mw
            .total_cmp(&a.unserved_mw)
            .then(b.lost_mw.total_cmp(&a.lost_mw))
            .then(a.outage.cmp(&b.outage))
    });
    let alike = Alike::new(verdict);
    let mut table = Table::new(&[
        "outage",
        ">load lost|MW",
        ">taken|over MW",
        ">stays|dark MW",
        "where",
        "taken over by",
    ]);
    for row in rows.iter().take(if top == 0 { rows.len() } else { top }) {
        let mut places: Vec<&str> = Vec::new();
        for &bus in &row.dead {
            let place =
                network.buses[bus].substation.map_or(network.buses[bus].id.as_str(), |s| station(network, s));
            if !places.contains(&place) {
                places.push(place);
            }
        }
        let mut takers: Vec<&str> = Vec::new();
        for moved in &row.moved {
            let taker = station(network, moved.to);
            if !takers.contains(&taker) {
                takers.push(taker);
            }
        }
        let list = |names: &[&str]| name::short(&number::clean(&names.join(", ")), NAME);
        table.row([
            alike.name(&verdict.outages[row.outage].id),
            fixed(row.lost_mw, 1),
            fixed(row.lost_mw - row.unserved_mw, 1),
            fixed(row.unserved_mw, 1),
            list(&places),
            list(&takers),
        ]);
    }
    let text = if table.is_empty() { String::new() } else { table.text() };
    text + &more(rows.len(), top, "outages")
}

/// The name of a station, or its id where it has none.
fn station(network: &Network, id: SubstationId) -> &str {
    let station = &network.substations[id];
    if station.name.is_empty() { &station.id } else { &station.name }
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

fn how(network: &Network, verdict: &OutageVerdict, options: &Options) -> String {
    let summary = n1_summary(verdict);
    let moves = match options.response {
        Response::Frozen => {
            "After an outage nothing moves: taps and shunts stay, machines hold their voltage whatever it takes, and those \
             at a limit in the intact grid stay there."
        }
        Response::Limits => {
            "After an outage machines keep their reactive limits; taps and shunts stay as in the intact grid."
        }
        Response::Controls => "After an outage all controls move.",
    };
    let makes_up = match options.redispatch {
        Redispatch::Slack => "The slack makes up for lost generation.",
        Redispatch::Participation => "Machines make up for lost generation by their participation factors.",
        Redispatch::Reserve => "Machines make up for lost generation by what they have left of their limits.",
    };
    let mut text = paragraph(&format!(
        "{} by chords with the factors of the intact grid, {} by Newton from its state, {} built and solved anew; {} leave \
         the same grid as another. Every state found is within the tolerance. {} limits of the criteria {} were watched. \
         {moves} {makes_up}",
        summary.by_chords,
        summary.by_newton,
        summary.anew,
        summary.alike,
        summary.watched,
        verdict.rules.criteria
    ));
    let unwatched = verdict.rules.unwatched;
    if unwatched > 0 {
        let branches = count(unwatched, "rated branch", "rated branches");
        text += &paragraph(&format!(
            "{branches} without impedance, or interfaces through one, could not be watched."
        ));
    }
    let mut takers: Vec<&str> = Vec::new();
    for result in &verdict.results {
        if let Some(taker) = result.slack.map(|id| network.generators[id].id.as_str())
            && !takers.contains(&taker)
        {
            takers.push(taker);
        }
    }
    if !takers.is_empty() {
        text += &paragraph(&format!(
            "Where an outage takes the slack, the largest machine left that holds a voltage balances: {}.",
            takers.join(", ")
        ));
    }
    for (rule, reason) in &verdict.rules.not_judged {
        text += &paragraph(&format!("Rule {rule} was not judged: {reason}."));
    }
    text
}
