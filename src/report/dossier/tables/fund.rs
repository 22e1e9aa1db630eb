//! What to build with the money there is, and what stays broken: as `fund` found and verified it.

use super::super::charts::{self, Line};
use super::super::table::{Cell, Scale, Table, Tone};
use super::super::{Block, Sources, Words};
use super::{block, discounting, million_of, named};
use crate::model::Plan;
use crate::report::json::{HandedBroken, HandedEconomics, HandedFund, HandedFunded, HandedState, HandedYear};

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let Some(fund) = sources.fund else { return Vec::new() };
    let mut blocks: Vec<Block> = answer(fund, words).into_iter().map(Block::Text).collect();
    blocks.extend(chart(fund, words).map(Block::Figure));
    for table in [
        built(fund, words),
        years(fund, words),
        broken(sources.plan, fund, words),
        left_out(fund, words),
        musts(fund, words),
        accounts(fund, words),
        budgets(fund, words),
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

fn metric_years(fund: &HandedFund, words: &Words) -> String {
    words.say_with("unit-metric-years", &[("unit", fund.metric.unit.as_str().into())])
}

/// The answer, a paragraph each for what is built, what it does and what it is worth in money.
fn answer(fund: &HandedFund, words: &Words) -> Vec<String> {
    let ending = words.of("fund-ending", &fund.ending);
    let built = [built_in_words(fund, words), roles(fund, words), ending].join(" ");
    let mut texts = vec![built, kept_in_words(fund, words)];
    texts.extend(fund.economics.as_ref().map(|economics| in_money(fund, economics, words)));
    texts
}

fn built_in_words(fund: &HandedFund, words: &Words) -> String {
    let chosen = chosen(fund);
    let sum = |works: &mut dyn Iterator<Item = &HandedFunded>| -> f64 {
        works.filter_map(|work| work.plan_million).sum::<f64>() / 1000.0
    };
    let part = sum(&mut chosen.iter().map(|one| one.1));
    let all = sum(&mut fund.works.iter().filter(|work| work.role == "free"));
    let late = chosen.iter().filter(|one| is_late(one.0, one.1)).count();
    let number = |value: f64| words.language.number(value, 0);
    let put = [
        ("percent", number(100.0 * fund.budget_factor).into()),
        ("budget", words.of("fund-budget", &fund.budget_source).into()),
        ("built", fund.funded.into()),
        ("works", fund.free.into()),
        ("part", number(part).into()),
        ("all", number(all).into()),
        ("money", billion(fund, words).into()),
        ("prices", fund.terms.price_year.to_string().into()),
        ("late", late.into()),
    ];
    words.say_with("fund-answer", &put)
}

/// The works that are no choice, and why.
fn roles(fund: &HandedFund, words: &Words) -> String {
    let count = |role: &str| fund.works.iter().filter(|work| work.role == role).count();
    let put = [
        ("must", count("must").into()),
        ("done", count("done").into()),
        ("unpriced", count("unpriced").into()),
        ("beyond", count("beyond").into()),
    ];
    words.say_with("fund-roles", &put)
}

/// What is not kept in the last year, and how many limits stay broken.
fn kept_in_words(fund: &HandedFund, words: &Words) -> String {
    let mut text = String::new();
    if let Some(last) = fund.years.iter().map(|year| year.year).max() {
        let rows = || fund.years.iter().filter(|year| year.year == last);
        let sum = |of: fn(&HandedYear) -> HandedState| -> String {
            let is_least = rows().any(|year| of(year).is_unsolved());
            let sum = words.language.number(rows().map(|year| of(year).severity()).sum(), 0);
            if is_least { words.say_with("more-than", &[("value", sum.into())]) } else { sum }
        };
        let dark = |of: fn(&HandedYear) -> HandedState| -> String {
            words.language.number(rows().filter_map(|year| of(year).n_lost_mw).sum(), 0)
        };
        let put = [
            ("last", last.to_string().into()),
            ("dark", dark(|year| year.funded).into()),
            ("darkplanned", dark(|year| year.planned).into()),
            ("funded", sum(|year| year.funded).into()),
            ("planned", sum(|year| year.planned).into()),
            ("none", sum(|year| year.none).into()),
        ];
        text += &words.say_with("fund-last-year", &put);
        text += " ";
    }
    let put = [("broken", fund.broken.len().into()), ("anyway", fund.broken_anyway.len().into())];
    text += &words.say_with("fund-kept", &put);
    let years = |is_meant: fn(&HandedYear) -> bool| -> Vec<String> {
        fund.years.iter().filter(|year| is_meant(year)).map(|year| year.year.to_string()).collect()
    };
    let is_better = |year: &HandedYear| year.solved && year.funded.severity() < year.planned.severity() - 1.0;
    for (key, years) in [("fund-better", years(is_better)), ("fund-unsolved", years(|year| !year.solved))] {
        if !years.is_empty() {
            text += " ";
            text += &words.say_with(key, &[("years", years.join(", ").into())]);
        }
    }
    text
}

/// Net present value and rate of return.
fn in_money(fund: &HandedFund, economics: &HandedEconomics, words: &Words) -> String {
    let number = |million: f64| words.language.number(million / 1000.0, 0);
    let rates: Vec<String> =
        economics.internal_rates.iter().map(|rate| words.language.number(100.0 * rate, 1) + " %").collect();
    let rate = if rates.is_empty() { words.say("no-rate") } else { rates.join(", ") };
    let put = [
        ("npv", number(economics.npv_million).into()),
        ("money", billion(fund, words).into()),
        ("rate", rate.into()),
        ("unserved", number(economics.unserved_million).into()),
        ("losses", number(economics.losses_million).into()),
        ("spent", number(economics.spent_million).into()),
        ("discounting", discounting(&fund.terms, words).into()),
    ];
    let mut text = words.say_with("fund-money", &put);
    if !economics.unsolved.is_empty() {
        let years: Vec<String> = economics.unsolved.iter().map(ToString::to_string).collect();
        text += " ";
        text += &words.say_with("fund-money-least", &[("years", years.join(", ").into())]);
    }
    text
}

fn billion(fund: &HandedFund, words: &Words) -> String {
    words.say_with("billion", &[("currency", fund.terms.currency.as_str().into())])
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
    let tried = fund.budgets.len().to_string();
    let columns = vec![
        words.column("year").choice(),
        words.column("work"),
        words.column("name"),
        words.column("funding").choice(),
        words.column("cost").unit(&million_of(&fund.terms, words)),
        words.column("cost-from").choice(),
        words.column("worth").unit(&metric_years(fund, words)),
        words.column("planned"),
        words.column("funded-in").unit(&words.say_with("of-budgets", &[("n", tried.into())])),
    ];
    let mut table = Table::new(words, "fund-built", columns)
        .note(words.say_with("fund-built-note", &[("worth", worth_in_words(fund, words).into())]));
    for (year, work) in chosen(fund) {
        let planned = work.planned_year.map(|year| year.to_string()).unwrap_or_default();
        let tone = if is_late(year, work) { Tone::Caution } else { Tone::None };
        table.row(vec![
            Cell::text(year.to_string()),
            Cell::text(work.project.as_str()),
            Cell::text(work.name.as_str()),
            Cell::text(work.funding.as_str()),
            Cell::number(work.plan_million.unwrap_or(f64::NAN), 0),
            Cell::text(words.of("cost-from", &work.cost_source)),
            Cell::number(work.worth.unwrap_or(f64::NAN), 1),
            Cell::text(planned).tone(tone),
            work.funded_in.map_or_else(Cell::none, Cell::count),
        ]);
    }
    table
}

/// What worth is measured by, and how its years are discounted.
fn worth_in_words(fund: &HandedFund, words: &Words) -> String {
    let put = [
        ("metric", words.of("metric", &fund.metric.name).into()),
        ("discounting", discounting(&fund.terms, words).into()),
    ];
    words.say_with("fund-worth", &put)
}

/// Works that come as planned whatever is decided.
fn musts(fund: &HandedFund, words: &Words) -> Table {
    let columns = vec![
        words.column("year").choice(),
        words.column("work"),
        words.column("name"),
        words.column("funding").choice(),
        words.column("cost").unit(&million_of(&fund.terms, words)),
    ];
    let mut table = Table::new(words, "fund-musts", columns);
    for work in fund.works.iter().filter(|work| work.role == "must") {
        table.row(vec![
            Cell::text(work.year.map(|year| year.to_string()).unwrap_or_default()),
            Cell::text(work.project.as_str()),
            Cell::text(work.name.as_str()),
            Cell::text(work.funding.as_str()),
            Cell::number(work.plan_million.unwrap_or(f64::NAN), 0),
        ]);
    }
    table
}

/// What other budgets would pay for.
fn budgets(fund: &HandedFund, words: &Words) -> Table {
    let columns = vec![
        words.column("budget").unit("%"),
        words.column("works-funded").number(),
        words.column("takes-off").unit(&metric_years(fund, words)),
    ];
    let mut table = Table::new(words, "fund-budgets", columns).note(words.say("fund-budgets-note"));
    for budget in &fund.budgets {
        table.row(vec![
            Cell::number(100.0 * budget.factor, 0),
            budget.works.as_ref().map_or_else(Cell::none, |works| Cell::count(works.len())),
            Cell::number(budget.verified.unwrap_or(f64::NAN), 0),
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
        words.column("cost").unit(&million_of(&fund.terms, words)),
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
        table.row(vec![
            Cell::text(year.year.to_string()),
            Cell::text(year.scenario.as_str()),
            severity(year.planned, words),
            if year.solved {
                severity(year.funded, words)
            } else {
                severity(year.funded, words).tone(Tone::Bad)
            },
            severity(year.none, words),
            Cell::number(year.funded.n_lost_mw.unwrap_or(f64::NAN), 1),
            Cell::count(year.broken),
            Cell::count(year.broken_anyway),
        ]);
    }
    table
}

/// What is not kept in a state; without a load-flow solution it is at least so much.
fn severity(state: HandedState, words: &Words) -> Cell {
    let known = Cell::number(state.severity(), 1);
    if state.is_unsolved() {
        Cell::text(words.say_with("more-than", &[("value", known.shown(words).into())]))
    } else {
        known
    }
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
        words.column("what").choice(),
        words.column("value").number(),
        words.column("limit").number(),
        words.column("unit").choice(),
        words.column("after-loss-of"),
        words.column("more-than-planned").unit("MVA, MW"),
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
            Cell::number(row.beyond_mw.unwrap_or(f64::NAN), 1),
        ]);
    }
    table
}

fn accounts(fund: &HandedFund, words: &Words) -> Table {
    let unit = million_of(&fund.terms, words);
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
