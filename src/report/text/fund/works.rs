//! Works that are built, late, left out, or come whatever is decided.

use super::{later, planned, stands, taken};
use crate::appraise::fund::Role;
use crate::ids::ProjectId;
use crate::model::Plan;
use crate::report::funded::Funded;
use crate::report::name;
use crate::report::number::{NONE, count, fixed, grouped};
use crate::report::text::money::{class, currency};
use crate::report::text::{Table, narrow};

/// Whether another work that stands in the answer cannot stand without it, or is worth nothing without it.
fn is_needed(funded: &Funded<'_>, plan: &Plan, work: ProjectId) -> bool {
    let funding = funded.funding;
    let mut followers = funding.roles.followers.get(&work).into_iter().flatten();
    let mut partners = funding.together.iter().filter(|pair| pair.1 == work).map(|pair| pair.0);
    let counts = |work: ProjectId| plan.projects[work].is_counted() && stands(funding, work);
    followers.any(|&follower| counts(follower)) || partners.any(counts)
}

/// What a work is worth per money beside all that is built: 1 000 million, discounted.
pub(super) fn per_money(funded: &Funded<'_>, work: ProjectId) -> Option<f64> {
    let late = later(funded.funding, work);
    let cost = funded.capital.of(work).map(|cost| funded.capital.discounted_million(cost, late))?;
    let worth = *funded.funding.worth.get(&work)?;
    (cost > 0.0).then_some(1000.0 * worth / cost)
}

pub(super) fn works(funded: &Funded<'_>, plan: &Plan, chosen: &[(i16, ProjectId)]) -> String {
    if chosen.is_empty() {
        return narrow("Nothing: no work that the money reaches takes anything off.");
    }
    let cost = format!(">Cost|million{}", currency(&funded.capital.terms));
    let worth = format!(">{}·years|per 1 000 million", funded.metric.unit());
    let mut table =
        Table::new(&["Year", "Work", "Name", "Funding", cost.as_str(), worth.as_str(), "Planned"]);
    let mut before = 0;
    for &(year, work) in chosen {
        let project = &plan.projects[work];
        let estimated = funded
            .capital
            .of(work)
            .map_or("", |cost| if cost.source.as_str() == "unit_costs" { "*" } else { "" });
        let million = funded.capital.of(work).map_or(f64::NAN, |cost| cost.plan_million);
        table.row([
            if year == before { String::new() } else { year.to_string() },
            project.id.to_string(),
            name::short(&project.name, 26),
            class(&project.funding).to_owned(),
            format!("{}{estimated}", grouped(million)),
            match per_money(funded, work) {
                None => NONE.to_owned(),
                Some(worth) if worth < 0.005 && is_needed(funded, plan, work) => "others need it".to_owned(),
                Some(worth) => fixed(worth, 2),
            },
            if later(funded.funding, work) > 0 {
                planned(funded.funding, work).to_string()
            } else {
                String::new()
            },
        ]);
        before = year;
    }
    let marked = chosen
        .iter()
        .any(|&(_, work)| funded.capital.of(work).is_some_and(|cost| cost.source.as_str() == "unit_costs"));
    table.text() + if marked { "  * by unit costs: no cost of its own is known\n" } else { "" }
}

pub(super) fn delayed(funded: &Funded<'_>, plan: &Plan, late: &[ProjectId]) -> String {
    if late.is_empty() {
        return String::new();
    }
    let list: Vec<String> = late
        .iter()
        .map(|&work| {
            let years = later(funded.funding, work);
            format!("{} +{years}", plan.projects[work].id)
        })
        .collect();
    narrow(&format!("{} (+ years).", list.join(", ")))
}

pub(super) fn musts(funded: &Funded<'_>, plan: &Plan, top: usize) -> String {
    let musts = funded.funding.roles.with(Role::Must);
    if musts.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Year", "Work", "Name", "Status", ">Cost|million"]);
    for &work in taken(&musts, top) {
        let project = &plan.projects[work];
        table.row([
            planned(funded.funding, work).to_string(),
            project.id.to_string(),
            name::short(&project.name, 30),
            project.status.as_str().to_owned(),
            grouped(funded.capital.of(work).map_or(f64::NAN, |cost| cost.plan_million)),
        ]);
    }
    table.text()
}

pub(super) fn left_out(funded: &Funded<'_>, plan: &Plan, top: usize) -> String {
    let funding = funded.funding;
    let worth = |work: &ProjectId| funding.worth.get(work).copied().unwrap_or(0.0);
    let mut out: Vec<ProjectId> =
        funding.starts.iter().filter(|(_, start)| start.is_none()).map(|(&work, _)| work).collect();
    if out.is_empty() {
        return String::new();
    }
    out.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.cmp(b)));
    let missed: Vec<ProjectId> = out.iter().copied().filter(|work| worth(work) > 0.05).collect();
    let idle = out.len() - missed.len();
    let unit = format!(">{}·years|if built", funded.metric.unit());
    let mut table =
        Table::new(&["Work", "Name", "Planned", ">Cost|million", unit.as_str(), ">per 1 000|million"]);
    for &work in taken(&missed, top) {
        let project = &plan.projects[work];
        table.row([
            project.id.to_string(),
            name::short(&project.name, 30),
            planned(funding, work).to_string(),
            grouped(funded.capital.of(work).map_or(f64::NAN, |cost| cost.plan_million)),
            grouped(worth(&work)),
            per_money(funded, work).map_or_else(|| NONE.to_owned(), |worth| fixed(worth, 2)),
        ]);
    }
    let hidden = missed.len().saturating_sub(taken(&missed, top).len());
    let mut text = if missed.is_empty() { String::new() } else { table.text() };
    if hidden > 0 {
        text.push_str(&narrow(&format!("and {hidden} more: --top 0 shows all")));
    }
    if idle > 0 {
        text += &narrow(&format!(
            "{} left out because nothing measured here is better with {} beside what is built; other reasons (connections, age, \
             land) may still speak for {}.",
            count(idle, "work is", "works are"),
            if idle == 1 { "it" } else { "them" },
            if idle == 1 { "it" } else { "them" },
        ));
    }
    text
}
