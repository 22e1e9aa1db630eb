//! Need dates as a planner reads them: which works cannot be late, what fails first, and what nothing depends on.

use super::check::{ended_early, head, section};
use super::{Table, narrow};
use crate::appraise::compare::{WORSE_MW, WORSE_PERCENT};
use crate::appraise::dated::Days;
use crate::appraise::need::{Deferral, Effort, Failing, NO_SOLUTION, NeedBy, Outcome, WorkNeed};
use crate::finding::Finding;
use crate::ids::GeneratorId;
use crate::model::{Money, Plan};
use crate::report::need::{critical, word};
use crate::report::number::{beside_limit, clean, count, fixed, grouped, in_unit};
use crate::report::{Ink, name};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Width of the name of a work, and of what fails.
const NAME: usize = 20;
const WHERE: usize = 34;

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct NeedText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// Path and options that ask the same again.
    pub again: &'a str,
    /// The plan, year by year.
    pub days: &'a Days<'a>,
    /// The works.
    pub rows: &'a [WorkNeed],
    /// What it took.
    pub effort: Effort,
    /// How far it came, where the time limit ended it.
    pub early: Option<&'a Finding>,
    /// What a saving defers, and how much is saved, percent.
    pub saving: Option<(f64, &'a [Deferral])>,
    /// How many rows each table shows; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes need dates for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn need(report: &NeedText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let NeedText { path, again, days, rows, effort, saving, top, ink, .. } = *report;
    let plan = &days.plan;
    head(path, plan, ink, out)?;
    ended_early(report.early, ink, out)?;
    writeln!(out, "{}", narrow(&sentence(rows)))?;
    section(out, ink, "How it is judged", &rules(days))?;
    section(out, ink, "The plan as it stands, on 31 December of each year", &planned(days))?;
    let mut needed: Vec<&WorkNeed> = rows.iter().filter(|row| word(&row.need) == "needed").collect();
    let float = |row: &WorkNeed| match row.need {
        NeedBy::Day { float_years, .. } => float_years,
        _ => u16::MAX,
    };
    needed.sort_by(|a, b| {
        let excess = |row: &WorkNeed| excess_beyond_float(row);
        float(a)
            .cmp(&float(b))
            .then_with(|| excess(b).total_cmp(&excess(a)))
            .then((a.planned, a.project).cmp(&(b.planned, b.project)))
    });
    let pairs = critical(rows);
    let shown =
        |len: usize| if top == 0 || len <= top { String::new() } else { format!(" ({top} of {len})") };
    let title = format!("Most critical delays{}", shown(pairs.len()));
    section(out, ink, &title, &pairs_table(plan, rows, top))?;
    let title = format!("Needed by, least float first, then what a year more does{}", shown(needed.len()));
    section(out, ink, &title, &needed_table(plan, &needed, top))?;
    let title = format!("What a delay does: excess by years of delay{}", shown(needed.len()));
    section(out, ink, &title, &matrix(plan, &needed, top))?;
    if let Some((percent, deferrals)) = saving {
        let title = format!("What {} % more saving of load defers", in_unit(percent, "MW"));
        section(out, ink, &title, &deferred(plan, deferrals, top))?;
    }
    section(out, ink, "Not needed within the years judged", &late(plan, rows))?;
    for (kind, title) in [
        ("changes_nothing", "Change nothing: the grid is the same with and without them"),
        ("not_planned", "Not asked: they do not count, or have no date"),
        ("after_horizon", "Planned after the last year judged"),
    ] {
        section(out, ink, title, &listed(plan, rows, kind))?;
    }
    section(out, ink, "Balanced by another machine", &balanced(plan, rows))?;
    section(out, ink, "Not judged", &unknown(plan, rows))?;
    section(out, ink, "How it was done", &how(effort))?;
    section(
        out,
        ink,
        "See more",
        &format!(
            "  gridstage need {again} --top 0          all rows\n  \
               gridstage need {again} --format csv     the matrix for a spreadsheet\n  \
               gridstage check {path} --without ID    the verdict without a work; name what builds on it, too\n"
        ),
    )
}

/// What the first delay with which something fails comes to.
fn excess_beyond_float(row: &WorkNeed) -> f64 {
    let excess = row.slips.iter().find_map(|slip| match slip.outcome {
        Outcome::Fails { beyond_mw, .. } => Some(beyond_mw),
        _ => None,
    });
    excess.unwrap_or(0.0)
}

fn sentence(rows: &[WorkNeed]) -> String {
    let of = |kind: &str| rows.iter().filter(|row| word(&row.need) == kind).count();
    let tight = rows.iter().filter(|row| matches!(row.need, NeedBy::Day { float_years: 0, .. })).count();
    let needed = of("needed");
    let mut text = format!(
        "Of {} {} needed by a date, {tight} of them with no year to spare; {} could come after the last \
         year judged, {} change nothing.",
        count(rows.len(), "work", "works"),
        if needed == 1 { "1 is".to_owned() } else { format!("{needed} are") },
        of("not_needed_yet"),
        of("changes_nothing"),
    );
    for (kind, words) in [
        ("after_horizon", "planned after the last year judged, and not asked"),
        ("not_planned", "not asked, as they do not count or have no date"),
    ] {
        if of(kind) > 0 {
            let _ = write!(text, " {} {words}.", of(kind));
        }
    }
    if of("unknown") > 0 {
        let _ = write!(text, " {} could not be judged.", of("unknown"));
    }
    text
}

fn rules(days: &Days<'_>) -> String {
    let plan = &days.plan;
    let scenarios: Vec<&str> =
        days.options.scenarios.iter().map(|&id| plan.scenarios[id].id.as_str()).collect();
    let years = (plan.stages.iter().next(), plan.stages.iter().last());
    let years = match years {
        (Some(first), Some(last)) => format!("{} to {}", first.id, last.id),
        _ => "no year".to_owned(),
    };
    let faults = if days.options.modelled.contingencies {
        "intact and after every fault that the criteria name"
    } else {
        "intact only (--n1 off)"
    };
    [
        format!("31 December of each year, {years}, scenario {}: the grid {faults}.", scenarios.join(", ")),
        format!(
            "A delay counts for what is broken with it and not as planned, or worse by more than {} % of \
             the limit or {} MW without supply. What the plan breaks anyway is not blamed on a delay.",
            fixed(WORSE_PERCENT, 0),
            fixed(WORSE_MW, 0)
        ),
        "A work that requires a late one, or builds on what it builds, comes on the late day at the earliest."
            .to_owned(),
        "Load of a station that does not stand goes to its neighbours up to what mv_transfer.csv allows; the \
         rest is lost."
            .to_owned(),
        "The float is the number of whole years that a work may be late. Load lost is that of the intact grid. The excess \
         adds up load without supply in MW and load beyond limits in MVA over all elements, each at its worst fault, in the \
         worst year: it ranks delays, and is no power that flows anywhere. A voltage counts as a limit only."
            .to_owned(),
    ]
    .iter()
    .map(|text| narrow(text))
    .collect()
}

fn planned(days: &Days<'_>) -> String {
    let mut table =
        Table::new(&["Year", "Scenario", ">Load|MW", ">Broken,|intact", ">Broken,|after a fault"]);
    for state in &days.planned {
        let flow = &state.judged.state.flow;
        let after = state.judged.violations.iter().filter(|v| v.fault.is_some()).count();
        let intact = state.judged.violations.len() - after;
        let year = &days.plan.stages[state.stage].id;
        let scenario = &days.plan.scenarios[state.scenario].id;
        if state.judged.is_solved() {
            let load = fixed(flow.load_mw, 0);
            table.row([year.as_str(), scenario, &load, &intact.to_string(), &after.to_string()]);
        } else {
            table.row([year.as_str(), scenario, "no solution", "–", "–"]);
        }
    }
    table.text()
}

fn limit(len: usize, top: usize) -> usize {
    if top == 0 { len } else { top.min(len) }
}

fn pairs_table(plan: &Plan, rows: &[WorkNeed], top: usize) -> String {
    let pairs = critical(rows);
    if pairs.is_empty() {
        return String::new();
    }
    let mut table =
        Table::new(&["Work", "Name", ">Late,|years", ">Load|lost MW", ">Excess", ">Limits", "Gravest"]);
    for pair in pairs.iter().take(limit(pairs.len(), top)) {
        let row = rows.iter().find(|row| row.project == pair.project);
        let slip = row.into_iter().flat_map(|row| &row.slips).find(|slip| slip.years == pair.years);
        let (gravest, lost) = match slip.map(|slip| &slip.outcome) {
            Some(Outcome::Fails { worst, lost_mw, .. }) => (failing(plan, worst), fixed(*lost_mw, 1)),
            _ => Default::default(),
        };
        let project = &plan.projects[pair.project];
        table.row([
            project.id.to_string(),
            name::short(&project.name, NAME),
            pair.years.to_string(),
            lost,
            fixed(pair.beyond_mw, 1),
            pair.limits.to_string(),
            gravest,
        ]);
    }
    table.text()
}

fn needed_table(plan: &Plan, needed: &[&WorkNeed], top: usize) -> String {
    if needed.is_empty() {
        return String::new();
    }
    let mut table =
        Table::new(&["Work", "Name", "Planned", "Needed by", ">Float|years", "A year later fails first"]);
    for row in needed.iter().take(limit(needed.len(), top)) {
        let NeedBy::Day { day, float_years, first } = &row.need else { continue };
        let project = &plan.projects[row.project];
        table.row([
            project.id.to_string(),
            name::short(&project.name, NAME),
            row.planned.map_or_else(String::new, |day| day.to_string()),
            day.to_string(),
            float_years.to_string(),
            failing(plan, first),
        ]);
    }
    table.text()
}

/// Works that come later with a work.
fn with_it(plan: &Plan, row: &WorkNeed) -> String {
    match row.followers.as_slice() {
        [] => "–".to_owned(),
        [one] => plan.projects[*one].id.to_string(),
        more => count(more.len(), "work", "works"),
    }
}

fn matrix(plan: &Plan, needed: &[&WorkNeed], top: usize) -> String {
    let years = needed.iter().map(|row| row.slips.len()).max().unwrap_or(0);
    if years == 0 {
        return String::new();
    }
    // As many years as fit the page.
    let years = years.min(9);
    let mut columns = vec!["Work".to_owned(), "Name".to_owned(), "Late|with it".to_owned()];
    columns.extend((1..=years).map(|k| format!(">{k} y")));
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let mut table = Table::new(&columns);
    for row in needed.iter().take(limit(needed.len(), top)) {
        let project = &plan.projects[row.project];
        let mut cells = vec![project.id.to_string(), name::short(&project.name, NAME), with_it(plan, row)];
        for slip in row.slips.iter().take(years) {
            cells.push(match &slip.outcome {
                Outcome::Same => "·".to_owned(),
                Outcome::Holds => "ok".to_owned(),
                Outcome::Unknown(_) => "?".to_owned(),
                Outcome::Fails { limits, beyond_mw, .. } if *beyond_mw < 0.05 => {
                    format!("{limits} lim")
                }
                Outcome::Fails { beyond_mw, .. } => fixed(*beyond_mw, usize::from(*beyond_mw < 10.0)),
            });
        }
        table.row(cells);
    }
    let mut text = table.text();
    text += &narrow(
        "ok: whatever holds as planned holds; ·: the grid is the planned one in every year judged; lim: limits \
         broken without excess (voltages, reserve); ?: could not be judged.",
    );
    text
}

/// What fails, where, in the fewest words: `2021 L1`, `112.3 %, limit 100.0, planned 101.0`, `after loss of L2`.
fn failing(plan: &Plan, failing: &Failing) -> String {
    let Failing { year, element, quantity, value, limit, unit, outage, planned, rule, .. } = failing;
    if rule == NO_SOLUTION {
        return format!("{year} no load-flow solution beyond {} % of load", fixed(*value, 0));
    }
    // An id is never cut: it finds the record.
    let at = element.map_or_else(String::new, |one| {
        let both = name::with_id(&plan.network, one);
        if both.chars().count() <= WHERE { both } else { clean(plan.network.id_of(one)).into_owned() }
    });
    let [value_text, limit_text] = beside_limit(*value, *limit, unit);
    let what = match quantity.as_str() {
        "lost load" => format!("{} MW lost", in_unit(*value, "MW")),
        _ if *limit == 0.0 || value.is_infinite() => "no reserve at all".to_owned(),
        "vm" | "power factor" if value < limit => format!("{value_text} {unit}, at least {limit_text}"),
        "vm" => format!("{value_text} {unit}, at most {limit_text}"),
        _ => format!("{value_text} {unit}, limit {limit_text}"),
    };
    let after = outage.as_ref().map(|outage| format!(" after loss of {outage}")).unwrap_or_default();
    let before = planned.map(|planned| format!(", planned {}", in_unit(planned, unit))).unwrap_or_default();
    let wrapped = format!("{year} {at}\n{what}{before}");
    if after.is_empty() { wrapped } else { format!("{wrapped}\n{}", after.trim_start()) }
}

fn deferred(plan: &Plan, deferrals: &[Deferral], top: usize) -> String {
    let mut moved: Vec<&Deferral> = deferrals.iter().filter(|one| one.years > 0).collect();
    if moved.is_empty() {
        return narrow("No work may come a year later for it.");
    }
    let worth = |one: &Deferral| one.worth_million.unwrap_or(0.0);
    moved.sort_by(|a, b| {
        worth(b).total_cmp(&worth(a)).then(b.years.cmp(&a.years)).then(a.project.cmp(&b.project))
    });
    let mut table = Table::new(&["Work", "Name", ">Later by|years", ">Worth,|million"]);
    for one in moved.iter().take(limit(moved.len(), top)) {
        let project = &plan.projects[one.project];
        let least = if matches!(one.with_saving, NeedBy::NotBefore { .. }) { "≥ " } else { "" };
        table.row([
            project.id.to_string(),
            name::short(&project.name, 40),
            format!("{least}{}", one.years),
            one.worth_million.map_or("–".to_owned(), grouped),
        ]);
    }
    let total: f64 = moved.iter().map(|one| worth(one)).sum();
    let currency = plan.money.as_ref().map_or("", |money| money.currency.as_str());
    let rate = plan.money.as_ref().and_then(Money::rate);
    let mut text = table.text();
    text += &narrow(&match rate {
        Some(rate) => format!(
            "{} later; capital deferred at {} % a year is worth {} million {currency} together, each work alone: \
             costs of different price years are added as they are.",
            count(moved.len(), "work may come", "works may come"),
            fixed(100.0 * rate, 0),
            grouped(total)
        ),
        None => format!(
            "{} later; the plan states no discount rate, so no worth.",
            count(moved.len(), "work may come", "works may come")
        ),
    });
    text
}

fn late(plan: &Plan, rows: &[WorkNeed]) -> String {
    let year = rows.iter().find_map(|row| match row.need {
        NeedBy::NotBefore { year, .. } => Some(year),
        _ => None,
    });
    let Some(year) = year else { return String::new() };
    let text = listed(plan, rows, "not_needed_yet");
    narrow(&format!("Nothing new fails up to {year} without each of these alone:")) + &text
}

fn listed(plan: &Plan, rows: &[WorkNeed], kind: &str) -> String {
    const SHOWN: usize = 60;
    let of_kind = || rows.iter().filter(|row| word(&row.need) == kind);
    let ids: Vec<&str> = of_kind().take(SHOWN).map(|row| plan.projects[row.project].id.as_str()).collect();
    if ids.is_empty() {
        return String::new();
    }
    let more = of_kind().count() - ids.len();
    let more = if more > 0 { format!(", and {more} more (all in JSON and CSV)") } else { String::new() };
    narrow(&format!("{}{more}", ids.join(", ")))
}

/// Works whose delay takes the slack.
fn balanced(plan: &Plan, rows: &[WorkNeed]) -> String {
    let mut by: BTreeMap<GeneratorId, Vec<&str>> = BTreeMap::new();
    for row in rows {
        if let Some(slack) = row.slack {
            by.entry(slack).or_default().push(&plan.projects[row.project].id);
        }
    }
    let told = by.iter().map(|(&slack, works)| {
        let machine = &plan.network.generators[slack].id;
        narrow(&format!(
            "Without {} the grid has no slack: {machine}, the largest machine that holds a voltage, balances it \
             while it is late.",
            works.join(" or ")
        ))
    });
    told.collect()
}

fn unknown(plan: &Plan, rows: &[WorkNeed]) -> String {
    let unknown = rows.iter().filter_map(|row| match &row.need {
        NeedBy::Unknown { reason } => Some((row.project, reason)),
        _ => None,
    });
    unknown.map(|(id, reason)| narrow(&format!("{}: {reason}", plan.projects[id].id))).collect()
}

fn how(effort: Effort) -> String {
    let Effort { planned_states, states, shared, same, intact, outages } = effort;
    narrow(&format!(
        "{} load flows: {} of intact grids, {} after outages. {} as planned, {} with something late.",
        grouped(effort.load_flows() as f64),
        grouped(intact as f64),
        grouped(outages as f64),
        count(planned_states, "state", "states"),
        count(states, "state", "states"),
    )) + &narrow(&format!(
        "Skipped, as nothing can differ: {} in which the grid is the planned one, {} that another work or delay \
         shares. No state is left out because a change looks small.",
        count(same, "state", "states"),
        count(shared, "state", "states"),
    ))
}
