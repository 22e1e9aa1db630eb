//! A ranking of works as a planner reads it: best first, and what each does in numbers.

use super::check::{head, section};
use super::money::{currency, discounting};
use super::{Table, narrow};
use crate::appraise::capital::Capital;
use crate::appraise::rank::{DARK, Gain, Game, Method, Metric, Metrics, Prices, Rank};
use crate::model::Plan;
use crate::report::number::{NONE, count, fixed, grouped, three};
use crate::report::{Ink, Ranked, name};
use std::io::{self, Write};

/// Writes a ranking for people; `top` rows of each table, 0 for all.
///
/// # Errors
/// If `out` cannot be written.
pub fn rank(path: &str, ranked: Ranked<'_>, top: usize, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let plan = &ranked.game.days.plan;
    head(path, plan, ink, out)?;
    section(out, ink, "How it is found", &rules(&ranked))?;
    section(out, ink, "The stages as planned", &stages(&ranked))?;
    let (judged, others): (Vec<&Rank>, Vec<&Rank>) =
        ranked.rows.iter().partition(|row| row.out.is_some() || row.put.is_some());
    let shown = if top == 0 { judged.len() } else { top.min(judged.len()) };
    let some = if shown < judged.len() { format!(" ({shown} of {})", judged.len()) } else { String::new() };
    let method = match ranked.method {
        Method::Toot => "taken out one at a time (TOOT)",
        Method::Pint => "put in one at a time (PINT)",
        Method::Shapley => "by Shapley share",
    };
    let title = format!("Works {method}, most {} per money first{some}", word(ranked.metric));
    let rows = judged.get(..shown).unwrap_or(&judged);
    section(out, ink, &title, &table(&ranked, plan, rows))?;
    section(out, ink, &format!("What they do in their first stage, in numbers{some}"), &numbers(plan, rows))?;
    section(out, ink, "Not ranked", &not_ranked(plan, &others, top))?;
    section(out, ink, "How it was done", &effort(ranked.game))?;
    let more = format!(
        "  gridstage rank {path} --samples 20    fair shares of works that replace or need each other\n  \
           gridstage rank {path} --format csv    every number, for a spreadsheet\n  \
           gridstage fund {path} --budget 50%    what to build with half of the money\n"
    );
    section(out, ink, "See more", &more)
}

/// A metric in words.
pub(super) fn word(metric: Metric) -> &'static str {
    match metric {
        Metric::Severity => "MVA beyond limits and MW without supply",
        Metric::Lost => "MW without supply",
        Metric::Voltage => "kV outside of bands",
        Metric::Losses => "MW of losses",
        Metric::Money => "cost of losses and of energy not served",
    }
}

/// What a state is measured by, and at what prices.
pub(super) fn measured(capital: &Capital, prices: &Prices, metric: Metric) -> String {
    let priced = |what: &str, million: Option<f64>| match million {
        Some(million) => format!("{what} {}", three(million)),
        None => format!("{what} has no price"),
    };
    let text = match metric {
        Metric::Money => format!(
            "Measured in million{} a year: {}, {}, {}.",
            currency(&capital.terms),
            priced("a MW of losses at the peak", prices.losses_million_per_mw),
            priced("a MW without supply", prices.unserved_million_per_mw),
            priced("a MW without supply after one fault", prices.n1_unserved_million_per_mw)
        ),
        _ => format!(
            "Measured: {}. N: intact grid; N-1: each element and bus after the fault that is worst for it, load lost summed \
             over faults.{}",
            word(metric),
            if metric == Metric::Severity {
                format!(" A MW that the intact grid does not supply counts {DARK}.")
            } else {
                String::new()
            }
        ),
    };
    narrow(&text)
}

fn rules(ranked: &Ranked<'_>) -> String {
    let Ranked { game, capital, prices, metric, .. } = ranked;
    let mut texts = vec![
        "Out: the plan without the work and without what cannot stand without it, in each stage from its first. In: the works \
         of its first stage all out, then it and what it needs put in. Each is the difference it makes."
            .to_owned(),
        format!(
            "{0}·years: a stage stands for the years since the one before; each year is discounted. They are held against \
             the discounted cost of the work and of those that go or come with it (+), in prices of {1}.",
            metric.unit(),
            capital.terms.money.price_year
        ),
    ];
    if ranked.rows.iter().any(|row| row.share.is_some()) {
        let exact =
            ranked.rows.iter().filter_map(|row| row.share.as_ref()).any(|share| share.samples.is_none());
        let samples = ranked.rows.iter().filter_map(|row| row.share.as_ref()?.samples).max();
        let how = match (exact, samples) {
            (true, None) => "over all orders, exactly".to_owned(),
            (false, Some(n)) => format!("over {n} orders drawn by the seed, ± standard error"),
            (_, n) => format!(
                "exactly where the stage has few works, else over {} orders, ± standard error",
                n.unwrap_or(0)
            ),
        };
        texts.push(format!(
            "Share: what the work adds on average to those before it, in its first stage, {how}."
        ));
    }
    texts.push(discounting(&capital.terms));
    let scenarios: Vec<&str> =
        game.days.options.scenarios.iter().map(|&id| game.days.plan.scenarios[id].id.as_str()).collect();
    texts.push(format!(
        "Scenario {}{}.",
        scenarios.join(", "),
        if scenarios.len() > 1 { ", numbers summed" } else { "" }
    ));
    let texts: String = texts.iter().map(|text| narrow(text)).collect();
    measured(capital, prices, *metric) + &texts
}

/// Numbers of a state under the headings of [`METRICS`].
fn cells(metrics: &Metrics) -> Vec<String> {
    let unsolved = metrics.unsolved > 0.0;
    let known = |value: f64, decimals: usize| if unsolved { NONE.to_owned() } else { fixed(value, decimals) };
    vec![
        known(metrics.n_beyond_mva, 1),
        fixed(metrics.n_lost_mw, 1),
        known(metrics.n_voltage_kv, 1),
        known(metrics.losses_mw, 1),
        known(metrics.n1_beyond_mva, 1),
        fixed(metrics.n1_lost_mw, 1),
        known(metrics.n1_voltage_kv, 1),
    ]
}

const METRICS: [&str; 7] =
    [">N|MVA", ">N lost|MW", ">N|kV", ">Losses|MW", ">N-1|MVA", ">N-1 lost|MW", ">N-1|kV"];

fn stages(ranked: &Ranked<'_>) -> String {
    let plan = &ranked.game.days.plan;
    let mut table = Table::new(&[["Stage"].as_slice(), &METRICS].concat());
    for (stage, record) in plan.stages.iter_ids() {
        table.row([vec![record.id.to_string()], cells(&ranked.game.planned(stage))].concat());
    }
    table.text()
}

/// Works that go or come with one, counted.
fn with(gain: Option<&Gain>) -> String {
    match gain.map_or(0, |gain| gain.with.len()) {
        0 => String::new(),
        n => format!(" +{n}"),
    }
}

/// What the worth of a work is held against, where that is more than its own cost.
fn together(row: &Rank, cost_million: Option<f64>) -> String {
    let more = cost_million.filter(|cost| (cost - row.cost_million).abs() > 0.5);
    more.map_or_else(String::new, grouped)
}

fn table(ranked: &Ranked<'_>, plan: &Plan, rows: &[&Rank]) -> String {
    let Ranked { prices, method, metric, .. } = ranked;
    let unit = metric.unit();
    let has_shares = ranked.rows.iter().any(|row| row.share.is_some());
    let cost = format!(">Discounted|cost, million{}", currency(&ranked.capital.terms));
    let (out, years, put) = (format!(">Out|{unit}"), format!(">{unit}|·years"), format!(">In|{unit}"));
    let mut headings = vec![
        "Work",
        "Name",
        "Stage",
        cost.as_str(),
        ">With|others (+)",
        out.as_str(),
        put.as_str(),
        years.as_str(),
        ">per 1 000|million",
    ];
    if has_shares {
        headings.insert(7, ">Share");
    }
    let mut table = Table::new(&headings);
    for row in rows {
        let project = &plan.projects[row.project];
        let first = |gain: &Option<Gain>| {
            let Some(gain) = gain else { return NONE.to_owned() };
            let found = gain.stages.first().map(|(_, found)| *found).unwrap_or_default();
            let unsolved = if found.unsolved == 0.0 { "" } else { "!" };
            format!("{}{unsolved}{}", fixed(found.by(*metric, prices), 1), with(Some(gain)))
        };
        let worth = row.worth(*method, *metric, prices);
        let mut cells = vec![
            project.id.to_string(),
            name::short(&project.name, 24),
            row.stage.map_or_else(|| NONE.to_owned(), |stage| plan.stages[stage].id.to_string()),
            grouped(row.cost_million),
            together(row, worth.map(|(_, cost)| cost)),
            first(&row.out),
            first(&row.put),
            worth.map_or_else(|| NONE.to_owned(), |(worth, _)| grouped(worth)),
            row.per_million(*method, *metric, prices)
                .map_or_else(|| NONE.to_owned(), |ratio| fixed(1000.0 * ratio, 2)),
        ];
        if has_shares {
            let share = row.share.as_ref().map_or_else(
                || NONE.to_owned(),
                |share| {
                    let gain = fixed(share.gain.by(*metric, prices), 1);
                    match share.samples {
                        None => gain,
                        Some(_) => format!("{gain} ±{}", fixed(share.standard_error.by(*metric, prices), 1)),
                    }
                },
            );
            cells.insert(7, share);
        }
        table.row(cells);
    }
    let unsolved = rows.iter().any(|row| {
        let gains = row.out.iter().chain(&row.put).flat_map(|gain| &gain.stages);
        gains.into_iter().any(|(_, found)| found.unsolved != 0.0)
    });
    let note = if unsolved {
        narrow(
            "! one of the two states has no load-flow solution: the load beyond the largest share that has one counts, in the intact \
             grid and for each fault.",
        )
    } else {
        String::new()
    };
    table.text() + &note
}

fn numbers(plan: &Plan, rows: &[&Rank]) -> String {
    let mut table = Table::new(&[["Work", ""].as_slice(), &METRICS].concat());
    for row in rows {
        let mut id = plan.projects[row.project].id.to_string();
        for (what, gain) in [("out", &row.out), ("in", &row.put)] {
            let Some((_, found)) = gain.as_ref().and_then(|gain| gain.stages.first()) else { continue };
            table.row([vec![std::mem::take(&mut id), what.to_owned()], cells(found)].concat());
        }
    }
    table.text()
}

fn not_ranked(plan: &Plan, rows: &[&Rank], top: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Work", "Name", "Why"]);
    for row in rows.iter().take(if top == 0 { rows.len() } else { top }) {
        let project = &plan.projects[row.project];
        let why = match (&row.unknown, row.planned, row.stage) {
            (Some(why), ..) => format!("a state cannot be built: {why}"),
            (None, None, _) => format!("it does not count ({}) or has no date", project.status.as_str()),
            (None, Some(day), None) => format!("it changes nothing, or comes after the last stage ({day})"),
            _ => "it changes nothing in any stage".to_owned(),
        };
        table.row([project.id.to_string(), name::short(&project.name, 26), name::short(&why, 60)]);
    }
    let left = rows.len().saturating_sub(if top == 0 { rows.len() } else { top });
    let more = if left > 0 { format!("  and {left} more: --top 0 shows all\n") } else { String::new() };
    table.text() + &more
}

/// What it took, in load flows.
pub(super) fn effort(game: &Game<'_>) -> String {
    narrow(&format!(
        "{} load flows: {} of intact grids, {} after outages; {} were asked for again and solved once.",
        grouped((game.intact + game.outages) as f64),
        grouped(game.intact as f64),
        grouped(game.outages as f64),
        count(game.shared, "state", "states")
    ))
}
