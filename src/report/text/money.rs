//! The money of a plan as a planner reads it: by year, by whose money it is, and what it rests on.

use super::check::{head, section};
use super::{Table, narrow};
use crate::appraise::capital::{Capital, CostSource, Spending, Spread, Terms, WorkCost};
use crate::model::{Confidence, FirstFlow, Name, Parameter, Plan};
use crate::report::number::{NONE, clean, count, fixed, grouped};
use crate::report::{Ink, name};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct MoneyText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// Its money.
    pub capital: &'a Capital,
    /// How many works each list shows; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes the money of a plan for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn money(report: &MoneyText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let MoneyText { path, plan, capital, top, ink } = *report;
    head(path, plan, ink, out)?;
    section(out, ink, "In what terms", &terms(&capital.terms))?;
    let rows = capital.by_year(plan);
    section(out, ink, "Spending by year", &by_year(capital, &rows))?;
    let classes = |row: &Spending| (class(&row.funding).to_owned(), row.funding.clone());
    section(out, ink, "By funding class", &sums(capital, &rows, "Funding class", &classes))?;
    let statuses = |row: &Spending| (row.status.as_str().to_owned(), Name::default());
    section(out, ink, "By status of the works", &sums(capital, &rows, "Status", &statuses))?;
    section(out, ink, "Budgets", &budgets(plan, &capital.terms, &rows))?;
    section(out, ink, "What the costs rest on", &support(capital))?;
    let is = |wanted: &'static str| capital.works.iter().filter(move |work| work.source.as_str() == wanted);
    section(
        out,
        ink,
        "Cost by unit costs: no cost of their own is known",
        &estimated(plan, is("unit_costs"), top),
    )?;
    section(out, ink, "Cost not known: in no figure above", &unknown(plan, is("unknown"), top))?;
    let more = format!(
        "  gridstage show {path} --money --format csv    a row per work and year, for a spreadsheet\n  \
           gridstage rank {path}                         what each work is worth for the grid, per money\n"
    );
    section(out, ink, "See more", &more)
}

/// The currency of a plan after an amount, or nothing.
pub(super) fn currency(terms: &Terms) -> String {
    if terms.money.currency.is_empty() { String::new() } else { format!(" {}", clean(&terms.money.currency)) }
}

/// A parameter's source in brackets.
fn says(parameter: &Parameter) -> String {
    support_of(&parameter.source, parameter.confidence)
}

fn support_of(source: &str, confidence: Option<Confidence>) -> String {
    let parts: Vec<&str> =
        [source, confidence.map_or("", Confidence::as_str)].into_iter().filter(|p| !p.is_empty()).collect();
    if parts.is_empty() {
        " (no source given)".to_owned()
    } else {
        format!(" ({})", clean(&parts.join("; ")))
    }
}

/// In what prices money is told, how it is discounted and spread, each with its source.
pub(super) fn terms(terms: &Terms) -> String {
    let money = &terms.money;
    let mut told = Vec::new();
    if !terms.stated {
        told.push(
            "The plan has no [economics]: no currency, rate or index is known, and nothing is discounted."
                .to_owned(),
        );
    }
    told.push(format!("Amounts are in million{} at prices of {}.", currency(terms), money.price_year));
    for one in &money.exchange {
        let source = support_of(one.origin.source.as_deref().unwrap_or(""), one.origin.confidence);
        told.push(format!(
            "1 {} is {} {} (rate of {}){source}.",
            one.currency, one.rate, money.currency, one.date
        ));
    }
    let index = match money.price_index.as_slice() {
        [] => None,
        [first, .., last] | [first @ last] => {
            let sources: BTreeSet<&str> =
                money.price_index.iter().filter_map(|point| point.origin.source.as_deref()).collect();
            let source =
                support_of(&sources.into_iter().collect::<Vec<_>>().join("; "), first.origin.confidence);
            Some(format!("by the price index of {} to {}{source}", first.year, last.year))
        }
    };
    let escalation = money.escalation_rate.as_ref().map(|rate| {
        format!(
            "by {} % a year{}{}",
            fixed(100.0 * rate.value, 1),
            if index.is_some() { " beyond" } else { "" },
            says(rate)
        )
    });
    let moved: Vec<String> = [index, escalation].into_iter().flatten().collect();
    told.push(if moved.is_empty() {
        "Prices of different years are added as they are: no price_index or escalation_rate is stated, so nominal is the same."
            .to_owned()
    } else {
        format!("Prices move {}.", moved.join(", "))
    });
    told.push(discounting(terms));
    told.push(match &money.spend_profile {
        Some(profile) => {
            let shares: Vec<String> = profile.shares.iter().map(|share| fixed(100.0 * share, 0)).collect();
            format!(
                "Where spending.csv does not say, a work is paid in shares of {} %, the last in the year of commissioning{}.",
                shares.join(", "),
                support_of(&profile.source, profile.confidence)
            )
        }
        None => "Where spending.csv does not say, a work is paid in the year of commissioning: no spend_profile is stated.".to_owned(),
    });
    told.iter().map(|text| narrow(text)).collect()
}

/// How money is discounted.
pub(super) fn discounting(terms: &Terms) -> String {
    let Some(rate) = &terms.money.discount_rate else {
        return "Nothing is discounted: no discount_rate is stated.".to_owned();
    };
    let flow = match terms.money.first_flow {
        FirstFlow::YearEnd => {
            "the flow of that year stands at its end and is discounted by one year, as spreadsheets' NPV does"
        }
        FirstFlow::Undiscounted => "the flow of that year is not discounted",
    };
    let (base, percent) = (terms.base_year, fixed(100.0 * rate.value, 1));
    format!("Discounted to {base} at {percent} % a year, net of price rises{}: {flow}.", says(rate))
}

/// A funding class, also where none is said.
pub(super) fn class(funding: &Name) -> &str {
    if funding.is_empty() { "not said" } else { funding.as_str() }
}

fn by_year(capital: &Capital, rows: &[Spending]) -> String {
    if rows.is_empty() {
        return narrow("Not known: no dated work has a cost.");
    }
    let classes: BTreeSet<&Name> = rows.iter().map(|row| &row.funding).collect();
    let by_class = (2..=4).contains(&classes.len());
    let mut headings = vec!["Year".to_owned(), ">Works paid|in it".to_owned()];
    if by_class {
        headings.extend(classes.iter().map(|funding| format!(">{}", class(funding))));
    }
    let price_year = capital.terms.money.price_year;
    headings.push(format!(">Prices|of {price_year}"));
    headings.extend([">By unit|costs", ">Nominal", ">Discounted"].map(str::to_owned));
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut table = Table::new(&headings);
    let mut years: BTreeMap<i16, Vec<&Spending>> = BTreeMap::new();
    for row in rows {
        years.entry(row.year).or_default().push(row);
    }
    let sum = |rows: &[&Spending], of: fn(&Spending) -> f64| grouped(rows.iter().map(|row| of(row)).sum());
    let mut line = |year: String, works: String, rows: &[&Spending]| {
        let mut cells = vec![year, works];
        if by_class {
            for funding in &classes {
                let of_class: Vec<&Spending> =
                    rows.iter().copied().filter(|row| row.funding == **funding).collect();
                cells.push(sum(&of_class, |row| row.plan_million));
            }
        }
        cells.push(sum(rows, |row| row.plan_million));
        cells.push(sum(rows, |row| row.unit_cost_million));
        cells.push(sum(rows, |row| row.nominal_million));
        cells.push(sum(rows, |row| row.discounted_million));
        table.row(cells);
    };
    for (year, rows) in &years {
        line(year.to_string(), rows.iter().map(|row| row.works).sum::<usize>().to_string(), rows);
    }
    let all: Vec<&Spending> = rows.iter().collect();
    let paid =
        capital.works.iter().filter(|work| work.plan_million.is_finite() && work.spread != Spread::Undated);
    line("all".to_owned(), paid.count().to_string(), &all);
    table.text()
}

fn sums(
    capital: &Capital,
    rows: &[Spending],
    what: &str,
    key: &dyn Fn(&Spending) -> (String, Name),
) -> String {
    let mut groups: BTreeMap<(String, Name), [f64; 4]> = BTreeMap::new();
    for row in rows {
        let sums = groups.entry(key(row)).or_default();
        let own = [row.plan_million, row.unit_cost_million, row.nominal_million, row.discounted_million];
        sums.iter_mut().zip(own).for_each(|(sum, one)| *sum += one);
    }
    if groups.len() < 2 {
        return String::new();
    }
    let prices = format!(">Prices|of {}", capital.terms.money.price_year);
    let mut table = Table::new(&[what, prices.as_str(), ">By unit|costs", ">Nominal", ">Discounted"]);
    for ((label, _), sums) in groups {
        let mut cells = vec![label];
        cells.extend(sums.map(grouped));
        table.row(cells);
    }
    table.text()
}

/// Budgets beside what is planned to be spent.
fn budgets(plan: &Plan, terms: &Terms, rows: &[Spending]) -> String {
    if plan.budgets.is_empty() {
        return String::new();
    }
    let prices = format!(">Budget|prices of {}", terms.money.price_year);
    let mut table = Table::new(&["Year", "Funding class", prices.as_str(), ">Planned", ">Left", "Left over"]);
    for budget in &plan.budgets {
        let planned: f64 = rows
            .iter()
            .filter(|row| {
                row.year == budget.year && (budget.funding.is_empty() || row.funding == budget.funding)
            })
            .map(|row| row.plan_million)
            .sum();
        let million = budget.budget_million * terms.money.to_plan_prices(budget.price_year);
        table.row([
            budget.year.to_string(),
            if budget.funding.is_empty() { "all together".to_owned() } else { budget.funding.to_string() },
            grouped(million),
            grouped(planned),
            grouped(million - planned),
            if budget.carry_over { "carried over" } else { "lapses" }.to_owned(),
        ]);
    }
    table.text()
}

fn support(capital: &Capital) -> String {
    let works = |meant: &dyn Fn(&WorkCost) -> bool| {
        let of = capital.works.iter().filter(|work| meant(work));
        of.fold((0_usize, 0.0), |(n, sum), work| (n + 1, sum + work.plan_million))
    };
    let stated = |estimated: bool| {
        works(
            &|work| matches!(&work.source, CostSource::Stated { price_year_estimated } if *price_year_estimated == estimated),
        )
    };
    let mut table =
        Table::new(&["Cost", ">Works", &format!(">Prices|of {}", capital.terms.money.price_year)]);
    for (what, (n, sum)) in [
        ("stated, with its price year", stated(false)),
        ("stated, its price year assumed", stated(true)),
        ("from unit costs", works(&|work| matches!(work.source, CostSource::UnitCosts(_)))),
        ("not known", works(&|work| matches!(work.source, CostSource::Unknown(_)))),
    ] {
        if n > 0 {
            table.row([what.to_owned(), n.to_string(), grouped(sum)]);
        }
    }
    let undated = works(&|work| work.spread == Spread::Undated).0;
    let note = if undated > 0 {
        narrow(&format!(
            "{} without a date: nothing is spent on them by year.",
            count(undated, "work is", "works are")
        ))
    } else {
        String::new()
    };
    table.text() + &note
}

fn estimated<'a>(plan: &Plan, works: impl Iterator<Item = &'a WorkCost>, top: usize) -> String {
    let works: Vec<&WorkCost> = works.collect();
    if works.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Work", "Name", ">Million", "Made of"]);
    for work in shown(&works, top) {
        let project = &plan.projects[work.project];
        let pieces: Vec<String> = match &work.source {
            CostSource::UnitCosts(pieces) => pieces
                .iter()
                .filter_map(|piece| {
                    let id = &plan.unit_costs.get(piece.unit_cost)?.id;
                    Some(format!("{} x {id}", crate::report::number::three(piece.quantity)))
                })
                .collect(),
            _ => Vec::new(),
        };
        table.row([
            project.id.to_string(),
            name::short(&project.name, 26),
            grouped(work.plan_million),
            pieces.join("\n"),
        ]);
    }
    table.text() + &left(works.len(), top)
}

fn unknown<'a>(plan: &Plan, works: impl Iterator<Item = &'a WorkCost>, top: usize) -> String {
    let works: Vec<&WorkCost> = works.collect();
    if works.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Work", "Name", "Why"]).wrapped(super::WIDTH);
    for work in shown(&works, top) {
        let project = &plan.projects[work.project];
        let why = if let CostSource::Unknown(why) = &work.source { why.as_str() } else { NONE };
        table.row([project.id.to_string(), name::short(&project.name, 26), why.to_owned()]);
    }
    table.text() + &left(works.len(), top)
}

fn shown<'a, 'b>(works: &'b [&'a WorkCost], top: usize) -> impl Iterator<Item = &'a WorkCost> + use<'a, 'b> {
    works.iter().copied().take(if top == 0 { usize::MAX } else { top })
}

fn left(all: usize, top: usize) -> String {
    let more = if top == 0 { 0 } else { all.saturating_sub(top) };
    if more > 0 { format!("  and {more} more: --top 0 shows all\n") } else { String::new() }
}
