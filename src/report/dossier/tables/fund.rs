//! What to build with the money there is, and what stays broken: as `fund` found and verified it.

use super::super::charts::{self, Line};
use super::super::table::{Cell, Scale, Table, Tone};
use super::super::{Block, Sources, Words};
use super::{block, named};
use crate::model::Plan;
use crate::report::json::{HandedBroken, HandedFund, HandedFunded, HandedYear};

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let Some(fund) = sources.fund else { return Vec::new() };
    let mut blocks = vec![Block::Text(answer(fund, words))];
    blocks.extend(chart(fund, words).map(Block::Figure));
    for table in [
        built(fund, words),
        years(fund, words),
        broken(sources.plan, fund, words),
        left_out(fund, words),
        accounts(fund, words),
    ] {
        blocks.extend(block(table));
    }
    blocks
}

/// Works that are a choice and built, by year.
fn chosen(fund: &HandedFund) -> Vec<(i16, &HandedFunded)> {
    let free = fund.works.iter().filter(|work| work.role == "free");
    let mut chosen: Vec<(i16, &HandedFunded)> = free.filter_map(|work| Some((work.year?, work))).collect();
    chosen.sort_by(|a, b| (a.0, &a.1.project).cmp(&(b.0, &b.1.project)));
    chosen
}

fn is_late(year: i16, work: &HandedFunded) -> bool {
    work.planned_year.is_some_and(|planned| year > planned)
}

fn million(fund: &HandedFund, words: &Words) -> String {
    words.say_with("million", &[("currency", fund.terms.currency.as_str().into())])
}

fn metric_years(fund: &HandedFund, words: &Words) -> String {
    words.say_with("unit-metric-years", &[("unit", fund.metric.unit.as_str().into())])
}

fn answer(fund: &HandedFund, words: &Words) -> String {
    let chosen = chosen(fund);
    let sum = |works: &mut dyn Iterator<Item = &HandedFunded>| -> f64 {
        works.filter_map(|work| work.plan_million).sum()
    };
    let part = sum(&mut chosen.iter().map(|one| one.1));
    let all = sum(&mut fund.works.iter().filter(|work| work.role == "free"));
    let late = chosen.iter().filter(|one| is_late(one.0, one.1)).count();
    let number = |value: f64| words.language.number(value, 0);
    let put = [
        ("percent", number(100.0 * fund.budget_factor).into()),
        ("built", fund.funded.into()),
        ("works", fund.free.into()),
        ("part", number(part).into()),
        ("all", number(all).into()),
        ("money", million(fund, words).into()),
        ("late", late.into()),
        ("broken", fund.broken.len().into()),
    ];
    let unsolved: Vec<String> =
        fund.years.iter().filter(|year| !year.solved).map(|year| year.year.to_string()).collect();
    let mut text = words.say_with("fund-answer", &put);
    if !unsolved.is_empty() {
        text += " ";
        text += &words.say_with("fund-unsolved", &[("years", unsolved.join(", ").into())]);
    }
    text += " ";
    text += &words.of("fund-ending", &fund.ending);
    text
}

/// How bad each year is with the plan, with what is funded, and with none of the works.
fn chart(fund: &HandedFund, words: &Words) -> Option<charts::Figure> {
    let line = |key: &str, of: fn(&HandedYear) -> Option<f64>| Line {
        name: words.say(key),
        points: fund.years.iter().filter_map(|year| Some((f64::from(year.year), of(year)?))).collect(),
        marks: Vec::new(),
    };
    let lines = [
        line("fund-planned", |year| Some(year.planned.severity())),
        line("fund-funded", |year| year.solved.then(|| year.funded.severity())),
    ];
    charts::lines(words, "fund", ("axis-year", "axis-fund"), &lines)
}

fn built(fund: &HandedFund, words: &Words) -> Table {
    let columns = vec![
        words.column("year").choice(),
        words.column("work"),
        words.column("name"),
        words.column("funding").choice(),
        words.column("cost").unit(&million(fund, words)),
        words.column("worth").unit(&metric_years(fund, words)),
        words.column("planned"),
    ];
    let mut table = Table::new(words, "fund-built", columns).note(words.say("fund-built-note"));
    for (year, work) in chosen(fund) {
        let planned = work.planned_year.map(|year| year.to_string()).unwrap_or_default();
        let tone = if is_late(year, work) { Tone::Caution } else { Tone::None };
        table.row(vec![
            Cell::text(year.to_string()),
            Cell::text(work.project.as_str()),
            Cell::text(work.name.as_str()),
            Cell::text(work.funding.as_str()),
            Cell::number(work.plan_million.unwrap_or(f64::NAN), 0),
            Cell::number(work.worth.unwrap_or(f64::NAN), 1),
            Cell::text(planned).tone(tone),
        ]);
    }
    table
}

fn left_out(fund: &HandedFund, words: &Words) -> Table {
    let columns = vec![
        words.column("work"),
        words.column("name"),
        words.column("funding").choice(),
        words.column("planned"),
        words.column("cost").unit(&million(fund, words)),
        words.column("worth").unit(&metric_years(fund, words)),
    ];
    let mut table = Table::new(words, "fund-left-out", columns).note(words.say("fund-left-out-note"));
    let mut out: Vec<&HandedFunded> =
        fund.works.iter().filter(|work| work.role == "free" && work.year.is_none()).collect();
    out.sort_by(|a, b| b.worth.unwrap_or(0.0).total_cmp(&a.worth.unwrap_or(0.0)));
    for work in out {
        table.row(vec![
            Cell::text(work.project.as_str()),
            Cell::text(work.name.as_str()),
            Cell::text(work.funding.as_str()),
            Cell::text(work.planned_year.map(|year| year.to_string()).unwrap_or_default()),
            Cell::number(work.plan_million.unwrap_or(f64::NAN), 0),
            Cell::number(work.worth.unwrap_or(f64::NAN), 1),
        ]);
    }
    table
}

fn years(fund: &HandedFund, words: &Words) -> Table {
    let columns = vec![
        words.column("year"),
        words.column("scenario").choice(),
        words.column("with-plan").unit("MVA + MW"),
        words.column("with-funded").unit("MVA + MW"),
        words.column("with-none").unit("MVA + MW"),
        words.column("without-supply").unit("MW").scale(Scale::Lost),
        words.column("broken-by-money").number().scale(Scale::Lost),
        words.column("broken-anyway").number(),
    ];
    let mut table = Table::new(words, "fund-years", columns).note(words.say("fund-years-note"));
    for year in &fund.years {
        let funded = Cell::number(year.funded.severity(), 1);
        table.row(vec![
            Cell::text(year.year.to_string()),
            Cell::text(year.scenario.as_str()),
            Cell::number(year.planned.severity(), 1),
            if year.solved {
                funded
            } else {
                Cell::text(words.of("judgement", "no_solution")).tone(Tone::Bad)
            },
            Cell::number(year.none.severity(), 1),
            Cell::number(year.funded.n_lost_mw.unwrap_or(f64::NAN), 1),
            Cell::count(year.broken),
            Cell::count(year.broken_anyway),
        ]);
    }
    table
}

/// The name of an element by its table and id; the id where the plan has none such.
fn element(plan: &Plan, row: &HandedBroken, words: &Words) -> String {
    let (Some(table), Some(id)) = (&row.element_type, &row.element_id) else {
        return words.say("whole-grid");
    };
    let found = plan.network.called(&format!("{table} {id}"));
    found.map_or_else(|| id.clone(), |element| named(plan, element))
}

fn broken(plan: &Plan, fund: &HandedFund, words: &Words) -> Table {
    let columns = vec![
        words.column("since-year").choice(),
        words.column("years").number(),
        words.column("worst-year").choice(),
        words.column("element"),
        words.column("quantity").choice(),
        words.column("value").number(),
        words.column("limit").number(),
        words.column("unit").choice(),
        words.column("after-loss-of"),
    ];
    let mut table = Table::new(words, "fund-broken", columns).note(words.say("fund-broken-note"));
    for row in &fund.broken {
        table.row(vec![
            Cell::text(row.since.to_string()),
            Cell::count(row.years),
            Cell::text(row.worst_year.to_string()),
            Cell::text(element(plan, row, words)),
            Cell::text(words.of("quantity", &row.quantity)),
            Cell::in_unit(row.value.unwrap_or(f64::NAN), &row.unit).tone(Tone::Bad),
            Cell::in_unit(row.limit.unwrap_or(f64::NAN), &row.unit),
            Cell::text(row.unit.as_str()),
            Cell::text(row.outage.as_deref().unwrap_or_default()),
        ]);
    }
    table
}

fn accounts(fund: &HandedFund, words: &Words) -> Table {
    let unit = million(fund, words);
    let columns = vec![
        words.column("year").choice(),
        words.column("funding").choice(),
        words.column("budget").unit(&unit),
        words.column("spent").unit(&unit),
        words.column("left").unit(&unit),
    ];
    let mut table = Table::new(words, "fund-accounts", columns);
    let accounts = fund.accounts.iter().filter(|row| row.budget_million != 0.0 || row.spent_million != 0.0);
    for row in accounts {
        table.row(vec![
            Cell::text(row.year.to_string()),
            Cell::text(row.funding.as_deref().unwrap_or(words.say("all-together").as_str())),
            Cell::number(row.budget_million, 0),
            Cell::number(row.spent_million, 0),
            Cell::number(row.left_million, 0),
        ]);
    }
    table
}
