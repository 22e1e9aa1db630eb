//! What is built whatever the budget.

use super::taken;
use super::works::per_money;
use crate::appraise::fund::Unfunded;
use crate::ids::ProjectId;
use crate::model::Plan;
use crate::report::funded::Funded;
use crate::report::number::{count, fixed, grouped};
use crate::report::text::{Table, narrow};
use std::collections::BTreeMap;

pub(super) fn robust(funded: &Funded<'_>, plan: &Plan, top: usize) -> String {
    let scenarios = &funded.funding.scenarios;
    if scenarios.is_empty() {
        return String::new();
    }
    let mut table =
        Table::new(&["Budget", ">Works|funded", &format!(">Takes off|{}·years", funded.metric.unit())]);
    for one in scenarios {
        let percent = format!("{} %", fixed(100.0 * one.factor, 0));
        match &one.starts {
            Ok(starts) => {
                table.row([percent, starts.values().flatten().count().to_string(), grouped(one.verified)]);
            }
            Err(Unfunded::Short(..)) => {
                table.row([percent, "–".to_owned(), "does not pay what must come".to_owned()]);
            }
            Err(_) => table.row([percent, "–".to_owned(), "no answer".to_owned()]),
        }
    }
    let answered: Vec<_> = scenarios.iter().filter_map(|one| one.starts.as_ref().ok()).collect();
    let mut often: BTreeMap<ProjectId, Vec<i16>> = BTreeMap::new();
    for starts in &answered {
        for (&work, &start) in *starts {
            often.entry(work).or_default().extend(start);
        }
    }
    let always: Vec<(ProjectId, &Vec<i16>)> = often
        .iter()
        .filter(|(_, years)| years.len() == answered.len())
        .map(|(&work, years)| (work, years))
        .collect();
    let sometimes = often.values().filter(|years| !years.is_empty() && years.len() < answered.len()).count();
    let mut always: Vec<(f64, String)> = always
        .into_iter()
        .map(|(work, years)| {
            let (first, last) =
                (years.iter().min().copied().unwrap_or(0), years.iter().max().copied().unwrap_or(0));
            let when = if first == last { first.to_string() } else { format!("{first}–{last}") };
            (per_money(funded, work).unwrap_or(f64::INFINITY), format!("{} ({when})", plan.projects[work].id))
        })
        .collect();
    always.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let list: Vec<&str> = taken(&always, top).iter().map(|one| one.1.as_str()).collect();
    let more = if list.len() < always.len() {
        format!(" and {} more", always.len() - list.len())
    } else {
        String::new()
    };
    let text = if always.is_empty() {
        "No work is funded in all of them.".to_owned()
    } else {
        format!(
            "Funded in all of them ({}), most worth per money first, with the year: {}{more}.",
            always.len(),
            list.join(", ")
        )
    };
    table.text()
        + &narrow(&text)
        + &narrow(&format!("Funded in some of them: {}.", count(sometimes, "work", "works")))
}
