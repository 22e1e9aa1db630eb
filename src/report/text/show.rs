//! What a plan holds, for people: an overview, the stages, the works.

use super::check::{head, section};
use super::{Table, WIDTH, paragraph};
use crate::appraise::CostSum;
use crate::model::{Confidence, Obstacle, Plan, PlanDate, Project};
use crate::report::number::{self, NONE};
use crate::report::overview::{StageCount, Support};
use crate::report::{Ink, name};
use jiff::civil::Date;
use std::io::{self, Write};

/// What is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum View {
    /// Title, stages, records and their support.
    Overview,
    /// The stages only.
    Stages,
    /// The works, in order of their dates.
    Projects,
    /// The amendments, in the order in which they are replayed.
    Amendments,
    /// What stands in the way of works, longest first.
    Obstacles,
}

/// Writes a view of a plan; `until` leaves out works commissioned later.
///
/// # Errors
/// If `out` cannot be written.
pub fn show(
    view: View,
    path: &str,
    plan: &Plan,
    stages: &[StageCount],
    until: Option<Date>,
    ink: Ink,
    out: &mut dyn Write,
) -> io::Result<()> {
    head(path, plan, ink, out)?;
    match view {
        View::Overview => {
            section(out, ink, "Plan", &facts(plan))?;
            section(out, ink, "Stages", &stage_table(plan, stages))?;
            section(out, ink, "Scenarios", &scenarios(plan))?;
            section(
                out,
                ink,
                "Records of the base grid and of all works, by how well they are supported",
                &support(plan),
            )?;
            section(out, ink, "Works by status", &statuses(plan))
        }
        View::Stages => section(out, ink, "Stages", &stage_table(plan, stages)),
        View::Projects => {
            let (title, text) = projects(plan, until);
            section(out, ink, &title, &text)
        }
        View::Amendments => {
            let (title, text) = super::blame::list(plan);
            section(out, ink, &title, &text)
        }
        View::Obstacles => section(out, ink, "Obstacles", &obstacles(plan)),
    }
}

/// Obstacles that are not cleared come first, the oldest before.
fn obstacles(plan: &Plan) -> String {
    let mut rows: Vec<(&Project, &Obstacle)> = plan
        .projects
        .iter()
        .flat_map(|project| project.obstacles.iter().map(move |obstacle| (project, obstacle)))
        .collect();
    if rows.is_empty() {
        return paragraph("None: obstacles.csv names none.");
    }
    rows.sort_by_key(|(_, obstacle)| (obstacle.until.is_some(), obstacle.since));
    let mut table = Table::new(&["Project", "Name", "Since", "Until", "Obstacle", "Whose to clear", "Dated"])
        .wrapped(WIDTH);
    for (project, obstacle) in rows {
        let first =
            project.phases.iter().filter_map(|phase| phase.commissioning).min_by_key(|date| date.date);
        table.row([
            project.id.to_string(),
            name::short(&project.name, 26),
            obstacle.since.to_string(),
            obstacle.until.map_or_else(|| "open".to_owned(), |date| date.to_string()),
            obstacle.text.clone(),
            if obstacle.owner.is_empty() { NONE.to_owned() } else { obstacle.owner.clone() },
            first.map_or_else(|| NONE.to_owned(), |date| date.to_string()),
        ]);
    }
    table.text()
}

fn facts(plan: &Plan) -> String {
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(date) = plan.base.as_of {
        facts.push(("Base grid as of", date.to_string()));
    }
    if let Some(horizon) = plan.horizon {
        let outlook = horizon.outlook.map(|year| format!(", outlook to {year}")).unwrap_or_default();
        facts.push(("Horizon", format!("{} to {}{outlook}", horizon.start, horizon.end)));
    }
    if let Some(money) = &plan.money {
        facts.push((
            "Money",
            format!("million {}, prices of {} where a work does not say", money.currency, money.price_year),
        ));
    }
    facts.push(("Base power", format!("{} MVA, {} Hz", plan.network.sbase_mva, plan.network.frequency_hz)));
    facts.iter().map(|(what, value)| paragraph(&format!("{what}: {value}"))).collect()
}

fn stage_table(plan: &Plan, stages: &[StageCount]) -> String {
    let mut table = Table::new(&[
        "Stage",
        "Day",
        ">Buses",
        ">Line|circuits",
        ">Trans-|formers",
        ">Load|MW",
        ">New|works",
        &cost_heading(plan),
        ">Cost not|known",
        "Criteria",
    ])
    .wrapped(WIDTH);
    for count in stages {
        let stage = &plan.stages[count.stage];
        table.row([
            stage.id.to_string(),
            stage.at.map_or_else(|| NONE.to_owned(), |date| date.to_string()),
            count.buses.to_string(),
            count.lines.to_string(),
            count.transformers.to_string(),
            number::fixed(count.load_mw, 0),
            count.works.len().to_string(),
            cost(&count.cost),
            count.works_without_cost.to_string(),
            if stage.criteria.is_empty() { NONE.to_owned() } else { stage.criteria.to_string() },
        ]);
    }
    table.text() + cost_note(stages.iter().flat_map(|count| &count.cost))
}

/// What the mark of [`cost`] means, if it is used.
pub(super) fn cost_note<'a>(mut sums: impl Iterator<Item = &'a CostSum>) -> &'static str {
    let marked = sums.any(|sum| sum.estimated > 0);
    if marked { "  * the price year of some of these costs is assumed\n" } else { "" }
}

/// The heading over [`cost`].
pub(super) fn cost_heading(plan: &Plan) -> String {
    let currency = plan.money.as_ref().map(|money| format!(" {}", money.currency)).unwrap_or_default();
    format!(">Cost of new works,|million{currency} (prices of)")
}

/// One price year a line: `12 345 (2016*)`; the mark is explained by [`cost_note`].
pub(super) fn cost(sums: &[CostSum]) -> String {
    let words: Vec<String> = sums
        .iter()
        .map(|sum| {
            let estimated = if sum.estimated > 0 { "*" } else { "" };
            format!("{} ({}{estimated})", number::grouped(sum.capex_million), sum.price_year)
        })
        .collect();
    if words.is_empty() { NONE.to_owned() } else { words.join("\n") }
}

fn scenarios(plan: &Plan) -> String {
    let mut table = Table::new(&["Scenario", "Title", ">Share of|the forecast", "Says who"]).wrapped(WIDTH);
    for scenario in &plan.scenarios {
        let source = if scenario.source.is_empty() { NONE } else { scenario.source.as_str() };
        let share = format!("{}", scenario.load_factor);
        table.row([scenario.id.as_str(), &scenario.title, &share, source]);
    }
    table.text()
}

fn support(plan: &Plan) -> String {
    let words: Vec<String> =
        Confidence::ALL.iter().rev().map(|level| format!(">{}", level.as_str())).collect();
    let columns: Vec<&str> =
        ["", ">Records"].into_iter().chain(words.iter().map(String::as_str)).chain([">not said"]).collect();
    let mut table = Table::new(&columns);
    for row in Support::of_plan(plan) {
        let counts = row.by_confidence.iter().rev().map(ToString::to_string);
        let head = [row.kind.to_owned(), row.records.to_string()];
        table.row(head.into_iter().chain(counts).chain([row.unstated().to_string()]));
    }
    table.text()
}

fn statuses(plan: &Plan) -> String {
    if plan.projects.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Status", ">Works", "In the stages"]);
    for status in crate::model::Status::ALL {
        let of: Vec<&Project> = plan.projects.iter().filter(|project| project.status == status).collect();
        if let Some(first) = of.first() {
            let counted = if first.is_counted() {
                "counted in from their dates on"
            } else {
                "left out unless asked for (--with)"
            };
            table.row([status.as_str(), &of.len().to_string(), counted]);
        }
    }
    table.text()
}

fn projects(plan: &Plan, until: Option<Date>) -> (String, String) {
    let first = |project: &Project| {
        project.phases.iter().filter_map(|phase| phase.commissioning).min_by_key(|date| date.date)
    };
    let mut rows: Vec<(Option<PlanDate>, &Project)> = plan
        .projects
        .iter()
        .map(|project| (first(project), project))
        .filter(|(date, _)| until.is_none_or(|until| date.is_some_and(|date| date.date <= until)))
        .collect();
    // Undated works last; the order of the file within a date.
    rows.sort_by_key(|(date, _)| (date.is_none(), date.map(|date| date.date)));
    if rows.is_empty() {
        return ("Works".to_owned(), "  none\n".to_owned());
    }
    let currency = plan.money.as_ref().map(|money| format!(" {}", money.currency)).unwrap_or_default();
    let mut table = Table::new(&[
        "Project",
        "Name",
        ">kV",
        "Dated",
        "Status",
        &format!(">Million{currency}|(prices of)"),
        "Support",
    ]);
    for (date, project) in &rows {
        let cost = project.cost.as_ref();
        table.row([
            project.id.to_string(),
            name::short(&project.name, 26),
            if project.vn_kv > 0.0 { format!("{}", project.vn_kv) } else { NONE.to_owned() },
            date.map_or_else(|| NONE.to_owned(), |date| date.to_string()),
            project.status.as_str().to_owned(),
            cost.map_or_else(
                || NONE.to_owned(),
                |cost| {
                    let currency = if cost.currency.is_empty() { "" } else { " " };
                    let amount = number::grouped(cost.capex_million);
                    format!("{amount}{currency}{} ({})", cost.currency, cost.price_year)
                },
            ),
            project.origin.confidence.map_or(NONE, Confidence::as_str).to_owned(),
        ]);
    }
    let title = match until {
        Some(date) => format!("{} of {} works, dated {date} or before", rows.len(), plan.projects.len()),
        None => number::count(rows.len(), "work", "works"),
    };
    (title, table.text())
}
