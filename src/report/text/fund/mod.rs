//! What to build with the money there is, as a planner reads it.

mod accounts;
mod answer;
mod budgets;
mod rounds;
mod works;
mod years;

use super::check::{head, section};
use super::money::{class, currency, discounting};
use super::narrow;
use super::rank::measured;
use crate::appraise::fund::{BudgetSource, Funding, Role};
use crate::appraise::rank::Metric;
use crate::ids::ProjectId;
use crate::report::Ink;
use crate::report::funded::{Funded, broken};
use crate::report::number::{count, fixed};
use std::io::{self, Write};

/// Writes the answer for people; `top` rows of each table, 0 for all.
///
/// # Errors
/// If `out` cannot be written.
pub fn fund(path: &str, funded: Funded<'_>, top: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let Funded { funding, years, .. } = funded;
    let plan = &years.days.plan;
    head(path, plan, ink, out)?;
    section(out, ink, "What is asked", &asked(&funded))?;
    section(out, ink, "The answer", &answer::answer(&funded))?;
    let chosen = chosen(funding);
    section(out, ink, "What to build, and in which year", &works::works(&funded, plan, &chosen))?;
    let late: Vec<ProjectId> =
        chosen.iter().map(|one| one.1).filter(|&work| later(funding, work) > 0).collect();
    section(out, ink, "Later than planned", &works::delayed(&funded, plan, &late))?;
    section(out, ink, "Must come as planned, and is paid first", &works::musts(&funded, plan, top))?;
    section(
        out,
        ink,
        &format!("The money by year, million{}", currency(&funded.capital.terms)),
        &accounts::accounts(&funded),
    )?;
    section(out, ink, "Left out, most missed first", &works::left_out(&funded, plan, top))?;
    section(out, ink, "Year by year, verified", &years::by_year(&funded))?;
    let (cut, anyway) = broken(funding);
    let title = format!("What stays broken for want of money{}", some(cut.len(), top));
    section(out, ink, &title, &years::violations(plan, &cut, top, true))?;
    let title =
        format!("Broken in the plan as it stands too, with all of its works{}", some(anyway.len(), top));
    section(out, ink, &title, &years::violations(plan, &anyway, top, false))?;
    section(out, ink, "In money", &accounts::money(&funded))?;
    section(out, ink, "Whatever the budget", &budgets::robust(&funded, plan, top))?;
    section(out, ink, "How it was found", &rounds::how(&funded, plan))?;
    let more = format!(
        "  gridstage fund {path} --top 0           all rows\n  \
           gridstage fund {path} --format csv      a row per work, for a spreadsheet\n  \
           gridstage rank {path}                   what each work is worth by itself\n"
    );
    section(out, ink, "See more", &more)
}

fn some(all: usize, top: usize) -> String {
    if top == 0 || all <= top { String::new() } else { format!(" ({top} of {all})") }
}

fn taken<T>(rows: &[T], top: usize) -> &[T] {
    if top == 0 { rows } else { rows.get(..top).unwrap_or(rows) }
}

/// Works that are a choice and funded: the year from which each stands.
fn chosen(funding: &Funding) -> Vec<(i16, ProjectId)> {
    let mut chosen: Vec<(i16, ProjectId)> =
        funding.starts.iter().filter_map(|(&work, &start)| Some((start?, work))).collect();
    chosen.sort_unstable();
    chosen
}

fn planned(funding: &Funding, work: ProjectId) -> i16 {
    funding.roles.of.get(&work).map_or(0, |role| role.1)
}

/// Whether a work stands in the answer, in whatever year: chosen, or no choice.
fn stands(funding: &Funding, work: ProjectId) -> bool {
    match funding.starts.get(&work) {
        Some(start) => start.is_some(),
        None => funding.roles.of.get(&work).is_some_and(|role| role.0 != Role::Beyond),
    }
}

fn later(funding: &Funding, work: ProjectId) -> i16 {
    let start = funding.starts.get(&work).copied().flatten();
    start.map_or(0, |start| start - planned(funding, work))
}

/// What is to be less, in words.
fn goal(metric: Metric) -> String {
    format!("{} ({} and year, discounted)", super::rank::word(metric), metric.unit())
}

fn asked(funded: &Funded<'_>) -> String {
    let Funded { funding, capital, prices, metric, budgets, .. } = funded;
    let percent = fixed(100.0 * budgets.factor, 0);
    let source = match &budgets.source {
        BudgetSource::Plan => format!("{percent} % of the budgets in budgets.csv"),
        BudgetSource::File(file) => format!("{percent} % of the budgets in {file}"),
        BudgetSource::Spending => format!(
            "{percent} % of what the plan itself would spend on these works, by year and funding class (no budgets.csv says \
             otherwise); what is left of a year is carried over"
        ),
    };
    let n = |role| funding.roles.with(role).len();
    let mut texts = vec![
        format!("Budget: {source}."),
        format!("The works and years are sought that take off most of: {}.", goal(*metric)),
        roles(&n),
        format!("Money is in prices of {}. {}", capital.terms.money.price_year, discounting(&capital.terms)),
    ];
    if !funding.purses.without_budget.is_empty() {
        let classes: Vec<&str> = funding.purses.without_budget.iter().map(class).collect();
        texts.push(format!("No budget is stated for {}: these works cannot be paid.", classes.join(", ")));
    }
    let texts: String = texts.iter().map(|text| narrow(text)).collect();
    texts + &measured(capital, prices, *metric)
}

/// How many works are a choice, and why the others are none.
fn roles(n: &dyn Fn(Role) -> usize) -> String {
    let mut texts = vec![format!(
        "{} a choice: built in the planned year, later, or not at all.",
        count(n(Role::Free), "work is", "works are")
    )];
    for (role, one, many, what) in [
        (Role::Must, "work comes", "works come", "as planned and paid first"),
        (Role::Done, "work is", "works are", "commissioned: standing, and taking no money"),
        (
            Role::Unpriced,
            "work has",
            "works have",
            "no known cost: built as planned as soon as what they need stands",
        ),
        (Role::Beyond, "work has", "works have", "no date within the years judged"),
    ] {
        if n(role) > 0 {
            texts.push(format!("{} {what}.", count(n(role), one, many)));
        }
    }
    texts.join(" ")
}
