//! Load, losses and extremes of every state; infeeds; energy lost; load carried by neighbours.

use super::super::charts::{self, Line};
use super::super::table::{Cell, Scale, Table, Tone};
use super::super::{Block, Sources, Words, stage};
use super::block;
use crate::appraise::{BranchLoading, BusVoltage, StateSummary};
use crate::flow::Status;
use crate::model::{ElementId, Plan};
use jiff::civil::Date;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let mut blocks: Vec<Block> = block(states(sources, words)).into_iter().collect();
    blocks.extend([load(sources, words), losses(sources, words)].into_iter().flatten().map(Block::Figure));
    let tables = [energy(sources, words), infeeds(sources, words), moved(sources, words)];
    blocks.extend(tables.into_iter().filter_map(block));
    blocks
}

fn states(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage").choice(),
        words.column("scenario").choice(),
        words.column("load").unit("MW"),
        words.column("unserved").unit("MW").scale(Scale::Lost),
        words.column("losses").unit("MW"),
        words.column("losses").unit("%"),
        words.column("lowest-voltage").unit("p.u."),
        words.column("at-bus"),
        words.column("highest-voltage").unit("p.u."),
        words.column("at-bus"),
        words.column("line-loading").unit("%").scale(Scale::Loading),
        words.column("on-line"),
        words.column("transformer-loading").unit("%").scale(Scale::Loading),
        words.column("on-transformer"),
    ];
    let mut table = Table::new(words, "states", columns);
    for state in &sources.verdict.summary {
        let mut row = vec![
            stage(plan, state.stage),
            Cell::text(plan.scenarios[state.scenario].id.as_str()),
            Cell::number(state.load_mw, 1),
            Cell::number(state.lost_load_mw, 1),
            Cell::number(state.losses_mw, 2),
            Cell::number(state.losses_percent, 2),
        ];
        if state.status != Status::Converged {
            row[2] = Cell::text(words.of("judgement", "no_solution")).tone(Tone::Bad);
        }
        row.extend(voltage(plan, words, state.lowest, |at, limit| at < limit));
        row.extend(voltage(plan, words, state.highest, |at, limit| at > limit));
        row.extend(loading(plan, state.worst_line));
        row.extend(loading(plan, state.worst_transformer));
        table.row(row);
    }
    table
}

fn voltage(plan: &Plan, words: &Words, at: Option<BusVoltage>, is_beyond: fn(f64, f64) -> bool) -> [Cell; 2] {
    let Some(at) = at else { return [Cell::none(), Cell::none()] };
    let beyond = at.limit_pu.is_some_and(|limit| is_beyond(at.vm_pu, limit));
    let more = at.limit_pu.map(|limit| {
        words.say_with(
            "limit-of",
            &[("limit", words.language.number(limit, 3).into()), ("unit", "p.u.".into())],
        )
    });
    let value = Cell::number(at.vm_pu, 3).more(more.unwrap_or_default());
    [if beyond { value.tone(Tone::Bad) } else { value }, Cell::record(&plan.network, ElementId::Bus(at.bus))]
}

fn loading(plan: &Plan, at: Option<BranchLoading>) -> [Cell; 2] {
    match at {
        Some(at) => [Cell::number(at.loading_percent, 1), Cell::record(&plan.network, at.element)],
        None => [Cell::none(), Cell::none()],
    }
}

/// Load of the forecast by year, and what is served at the stages.
fn load(sources: &Sources<'_>, words: &Words) -> Option<charts::Figure> {
    let plan = sources.plan;
    if plan.forecast.rows.is_empty() {
        return None;
    }
    let verdict = sources.verdict;
    let years = years(plan)?;
    let mut lines: Vec<Line> = Vec::new();
    for &scenario in &verdict.scenarios {
        let points = years.clone().filter_map(|year| {
            let day = Date::new(year, 12, 31).ok()?;
            Some((f64::from(year), plan.demand(day, scenario).total_mw()))
        });
        let marks = dated(sources, |state| state.scenario == scenario, |state| state.load_mw);
        lines.push(Line { name: plan.scenarios[scenario].id.to_string(), points: points.collect(), marks });
    }
    charts::lines(words, "load", ("axis-year", "axis-load"), &lines)
}

/// The years that a plan is about.
pub(super) fn years(plan: &Plan) -> Option<std::ops::RangeInclusive<i16>> {
    let stages = || plan.stages.iter().filter_map(|stage| stage.at).map(Date::year);
    let first = plan.base.as_of.map(Date::year).or_else(|| stages().min())?;
    let horizon = plan.horizon.map(|horizon| horizon.outlook.unwrap_or(horizon.end));
    let last = horizon.into_iter().chain(stages().max()).max()?;
    (first <= last).then_some(first..=last)
}

/// A value of each stage with a date, in the states that are meant, as points over the years.
fn dated(
    sources: &Sources<'_>,
    meant: impl Fn(&StateSummary) -> bool,
    value: impl Fn(&StateSummary) -> f64,
) -> Vec<(f64, f64)> {
    let states = sources.verdict.summary.iter().filter(|state| meant(state));
    states
        .filter_map(|state| {
            let at = sources.plan.stages[state.stage].at?;
            let day = f64::from(at.day_of_year()) / f64::from(at.days_in_year());
            // The last day of a year is that year's mark.
            Some((f64::from(at.year()) - 1.0 + day, value(state)))
        })
        .filter(|(_, value)| value.is_finite())
        .collect()
}

/// Losses of every stage, a line for each scenario.
fn losses(sources: &Sources<'_>, words: &Words) -> Option<charts::Figure> {
    let (plan, verdict) = (sources.plan, sources.verdict);
    let lines: Vec<Line> = verdict
        .scenarios
        .iter()
        .map(|&scenario| {
            let points = dated(sources, |state| state.scenario == scenario, |state| state.losses_percent);
            Line { name: plan.scenarios[scenario].id.to_string(), marks: points.clone(), points }
        })
        .collect();
    charts::lines(words, "losses", ("axis-year", "axis-losses"), &lines)
}

fn energy(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage"),
        words.column("scenario"),
        words.column("load-loss-factor").number(),
        words.column("no-load-energy").unit("GWh"),
        words.column("load-energy").unit("GWh"),
        words.column("energy").unit("GWh"),
    ];
    let mut table = Table::new(words, "energy", columns);
    if let Some(factor) = &plan.base.load_loss_factor {
        let source = crate::report::number::clean(&factor.source).into_owned();
        table.note = words.say_with("energy-note", &[("source", source.into())]);
    }
    for year in &sources.verdict.energy {
        table.row(vec![
            stage(plan, year.stage),
            Cell::text(plan.scenarios[year.scenario].id.as_str()),
            Cell::number(year.load_loss_factor, 4),
            Cell::number(year.no_load_mwh / 1000.0, 1),
            Cell::number(year.load_mwh / 1000.0, 1),
            Cell::number(year.total_mwh() / 1000.0, 1),
        ]);
    }
    table
}

fn infeeds(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage").choice(),
        words.column("scenario").choice(),
        words.column("infeed"),
        words.column("p").unit("MW"),
        words.column("q").unit("Mvar"),
        words.column("balances").choice(),
    ];
    let mut table = Table::new(words, "infeeds", columns);
    for state in &sources.verdict.summary {
        for infeed in &state.infeeds {
            table.row(vec![
                stage(plan, state.stage),
                Cell::text(plan.scenarios[state.scenario].id.as_str()),
                Cell::record(&plan.network, ElementId::Generator(infeed.generator)),
                Cell::number(infeed.p_mw, 1),
                Cell::number(infeed.q_mvar, 1),
                Cell::text(words.say(if infeed.slack { "yes" } else { "no" })),
            ]);
        }
    }
    table
}

fn moved(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("stage").choice(),
        words.column("scenario").choice(),
        words.column("not-standing"),
        words.column("carried-by"),
        words.column("p").unit("MW"),
    ];
    let mut table = Table::new(words, "moved", columns).note(words.say("moved-note"));
    for moved in &sources.verdict.moved {
        for &(at, p_mw) in &moved.p_mw {
            table.row(vec![
                stage(plan, at.stage),
                Cell::text(plan.scenarios[at.scenario].id.as_str()),
                Cell::record(&plan.network, ElementId::Substation(moved.from)),
                Cell::record(&plan.network, ElementId::Substation(moved.to)),
                Cell::number(p_mw, 1),
            ]);
        }
    }
    table
}
