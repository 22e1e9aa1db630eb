//! What to build with the money there is, as a planner reads it.

use super::check::{head, section};
use super::money::{class, currency, discounting};
use super::rank::{effort, measured};
use super::{Table, narrow};
use crate::appraise::compare::{WORSE_MW, WORSE_PERCENT};
use crate::appraise::fund::{BudgetSource, Funding, GAP, Role, Unfunded};
use crate::appraise::rank::Metric;
use crate::ids::ProjectId;
use crate::model::Plan;
use crate::report::funded::{Broken, Funded, broken};
use crate::report::number::{NONE, count, fixed, grouped, in_unit};
use crate::report::{Ink, name};
use std::collections::BTreeMap;
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
    section(out, ink, "The answer", &answer(&funded))?;
    let chosen = chosen(funding);
    section(out, ink, "What to build, and in which year", &works(&funded, plan, &chosen))?;
    let late: Vec<ProjectId> =
        chosen.iter().map(|one| one.1).filter(|&work| later(funding, work) > 0).collect();
    section(out, ink, "Later than planned", &delayed(&funded, plan, &late))?;
    section(out, ink, "Must come as planned, and is paid first", &musts(&funded, plan, top))?;
    section(
        out,
        ink,
        &format!("The money by year, million{}", currency(&funded.capital.terms)),
        &accounts(&funded),
    )?;
    section(out, ink, "Left out, most missed first", &left_out(&funded, plan, top))?;
    section(out, ink, "Year by year, verified", &by_year(&funded))?;
    let (cut, anyway) = broken(funding);
    let title = format!("What stays broken for want of money{}", some(cut.len(), top));
    section(out, ink, &title, &violations(plan, &cut, top, true))?;
    let title =
        format!("Broken in the plan as it stands too, with all of its works{}", some(anyway.len(), top));
    section(out, ink, &title, &violations(plan, &anyway, top, false))?;
    section(out, ink, "In money", &money(&funded))?;
    section(out, ink, "Whatever the budget", &robust(&funded, plan, top))?;
    section(out, ink, "How it was found", &how(&funded, plan))?;
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

fn answer(funded: &Funded<'_>) -> String {
    let Funded { funding, capital, metric, .. } = funded;
    let chosen = chosen(funding);
    let cost = |works: &mut dyn Iterator<Item = ProjectId>| -> f64 {
        works.filter_map(|work| capital.of(work)).map(|cost| cost.plan_million).sum()
    };
    let all = cost(&mut funding.roles.with(Role::Free).into_iter());
    let part = cost(&mut chosen.iter().map(|one| one.1));
    let late = chosen.iter().filter(|one| later(funding, one.1) > 0).count();
    let free = funding.roles.with(Role::Free).len();
    let mut texts = vec![format!(
        "Build {} of {} for {} of {} million{}; {} later than planned.",
        chosen.len(),
        count(free, "work", "works"),
        grouped(part),
        grouped(all),
        currency(&capital.terms),
        if late == 0 { "none".to_owned() } else { late.to_string() },
    )];
    let last = funding.checks.iter().map(|check| check.year).max();
    if let Some(last) = last {
        let at = |of: fn(&crate::appraise::fund::YearCheck) -> crate::appraise::rank::Metrics| -> f64 {
            let rows = funding.checks.iter().filter(|check| check.year == last);
            rows.map(|check| of(check).by(*metric, &funded.prices)).sum()
        };
        let mut rows = funding.checks.iter().filter(|check| check.year == last);
        let some = rows.clone().any(|check| !check.solved);
        let bare = rows.any(|check| check.none.unsolved > 0.0);
        let more = |unsolved: bool| if unsolved { "more than " } else { "" };
        texts.push(format!(
            "In {last}: {}{} {} with what is funded, {} with all of the plan, {}{} with none of these works.",
            more(some),
            fixed(at(|check| check.funded), 0),
            metric.unit(),
            fixed(at(|check| check.planned), 0),
            more(bare),
            fixed(at(|check| check.none), 0)
        ));
        if bare && !some {
            texts.push(format!(
                "Without these works {last} has no load-flow solution: of that state only the load beyond the largest share that \
                 has one is counted, so it can look better than it is."
            ));
        }
    }
    let unsolved: Vec<String> =
        funding.checks.iter().filter(|check| !check.solved).map(|check| check.year.to_string()).collect();
    if !unsolved.is_empty() {
        texts.push(format!(
            "No load-flow solution in {}: the money does not hold the grid together.",
            unsolved.join(", ")
        ));
    }
    let (cut, anyway) = broken(funding);
    texts.push(format!(
        "Verified by AC load flow in every year, with every fault that the criteria name: {} for want of money (new, or worse by \
         more than {} % of the limit or {} MW), {} in the plan as it stands too.",
        count(cut.len(), "limit stays broken", "limits stay broken"),
        fixed(WORSE_PERCENT, 0),
        fixed(WORSE_MW, 0),
        anyway.len()
    ));
    texts.iter().map(|text| narrow(text)).collect()
}

/// What a work is worth per money, as it was found last.
fn per_money(funded: &Funded<'_>, work: ProjectId) -> Option<f64> {
    let cost = funded.capital.of(work).map(|cost| funded.capital.discounted_million(cost, 0))?;
    let worth = *funded.funding.worth.get(&work)?;
    (cost > 0.0).then_some(1000.0 * worth / cost)
}

fn works(funded: &Funded<'_>, plan: &Plan, chosen: &[(i16, ProjectId)]) -> String {
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
                Some(worth) if worth < 0.005 => "others need it".to_owned(),
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

fn delayed(funded: &Funded<'_>, plan: &Plan, late: &[ProjectId]) -> String {
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

fn musts(funded: &Funded<'_>, plan: &Plan, top: usize) -> String {
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

fn accounts(funded: &Funded<'_>) -> String {
    let Funding { purses, accounts, .. } = funded.funding;
    let mut table = Table::new(&["Year", "Funding", ">Budget", ">Carried|over", ">Spent", ">Left"]);
    let mut any = false;
    for (place, year) in purses.years.iter().enumerate() {
        let mut label = year.to_string();
        for (purse, accounts) in accounts.iter().enumerate() {
            let Some(account) = accounts.get(place) else { continue };
            if account.budget_million == 0.0 && account.spent_million == 0.0 {
                continue;
            }
            any = true;
            table.row([
                std::mem::take(&mut label),
                purses.label(purse).to_owned(),
                grouped(account.budget_million),
                grouped(account.carried_million),
                grouped(account.spent_million),
                grouped(account.left_million),
            ]);
        }
    }
    if any { table.text() } else { String::new() }
}

fn left_out(funded: &Funded<'_>, plan: &Plan, top: usize) -> String {
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

fn by_year(funded: &Funded<'_>) -> String {
    let mut table = Table::new(&[
        "Year",
        "Scenario",
        ">Funded|MVA+MW",
        ">In the|plan",
        ">Without|any",
        ">N lost|MW",
        ">N-1 lost|MW",
        ">Losses|MW",
        ">Limits|broken",
        ">For want|of money",
    ]);
    let plan = &funded.years.days.plan;
    for check in &funded.funding.checks {
        let known = |text: String| if check.solved { text } else { NONE.to_owned() };
        table.row([
            check.year.to_string(),
            plan.scenarios[check.scenario].id.to_string(),
            if check.solved {
                fixed(check.funded.severity(), 1)
            } else {
                format!("> {}", fixed(check.funded.severity(), 1))
            },
            fixed(check.planned.severity(), 1),
            format!(
                "{}{}",
                if check.none.unsolved > 0.0 { "> " } else { "" },
                fixed(check.none.severity(), 1)
            ),
            fixed(check.funded.n_lost_mw, 1),
            known(fixed(check.funded.n1_lost_mw, 1)),
            known(fixed(check.funded.losses_mw, 1)),
            (check.cut.len() + check.anyway.len()).to_string(),
            check.cut.len().to_string(),
        ]);
    }
    let note = if funded.funding.checks.iter().any(|check| !check.solved || check.none.unsolved > 0.0) {
        narrow("> no load-flow solution: only load beyond the largest share that has one is counted.")
    } else {
        String::new()
    };
    table.text() + &note
}

fn violations(plan: &Plan, rows: &[Broken], top: usize, cut: bool) -> String {
    if rows.is_empty() {
        return if cut {
            narrow("Nothing: what holds in the plan holds with this money too.")
        } else {
            String::new()
        };
    }
    let mut headings = vec!["Since", "Years", "Worst", "Element", "What", ">Limit", "After the loss of"];
    if cut {
        headings.push(">MVA or|MW more");
    }
    let mut table = Table::new(&headings);
    for row in taken(rows, top) {
        let v = &row.violation;
        let what = match v.quantity {
            "lost load" => "without supply",
            "vm" => "voltage",
            "solvable load" => "solvable load",
            quantity => quantity,
        };
        let mut cells = vec![
            row.since.to_string(),
            row.years.to_string(),
            row.worst_year.to_string(),
            v.element.map_or_else(
                || "the grid".to_owned(),
                |element| name::short(&name::with_id(&plan.network, element), 26),
            ),
            format!("{what} {} {}", in_unit(v.value, v.unit), v.unit),
            in_unit(v.limit, v.unit),
            v.fault.as_ref().map_or_else(|| "– (intact)".to_owned(), |fault| name::short(&fault.outage, 18)),
        ];
        if cut {
            cells.push(fixed(row.beyond_mw, 1));
        }
        table.row(cells);
    }
    table.text()
}

fn money(funded: &Funded<'_>) -> String {
    let Some(economics) = &funded.funding.economics else {
        return narrow(
            "Not told: neither losses nor energy not served have a price in [economics] (loss_price_per_mwh, \
             unserved_price_per_mwh and peak_hours).",
        );
    };
    let rates: Vec<String> =
        economics.rates.iter().map(|rate| format!("{} %", fixed(100.0 * rate, 1))).collect();
    let rate = match rates.as_slice() {
        [] => "there is no internal rate of return between −90 and 1000 %".to_owned(),
        [one] => format!("economic internal rate of return {one}"),
        several => format!(
            "several internal rates of return ({}): the flows change their sign more than once",
            several.join(", ")
        ),
    };
    let currency = currency(&funded.capital.terms);
    let mut texts = vec![
        format!(
            "Against building none of these works, over the years judged: net present value {} million{currency}, {rate}.",
            grouped(economics.npv_million)
        ),
        format!(
            "Present values: energy not served saved {}, losses saved {}, spent {}.",
            grouped(economics.unserved_million),
            grouped(economics.losses_million),
            grouped(economics.spent_million)
        ),
    ];
    if !economics.unsolved.is_empty() {
        let (first, last) = (economics.unsolved.first(), economics.unsolved.last());
        texts.push(format!(
            "Without these works {} no load-flow solution ({}–{}): the energy not served is at least what is told, and losses \
             are not compared.",
            count(economics.unsolved.len(), "year has", "years have"),
            first.copied().unwrap_or(0),
            last.copied().unwrap_or(0)
        ));
    }
    texts.iter().map(|text| narrow(text)).collect()
}

fn robust(funded: &Funded<'_>, plan: &Plan, top: usize) -> String {
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

fn how(funded: &Funded<'_>, plan: &Plan) -> String {
    let funding = funded.funding;
    let unit = funded.metric.unit();
    let (expected, verified) = (format!(">Expected|{unit}·years"), format!(">Verified|{unit}·years"));
    let mut table = Table::new(&["Round", ">Works", expected.as_str(), verified.as_str(), "Selection", ""]);
    for (place, round) in funding.rounds.iter().enumerate() {
        table.row([
            (place + 1).to_string(),
            round.works.to_string(),
            grouped(round.expected),
            grouped(round.verified),
            if round.proved {
                "proved best".to_owned()
            } else {
                format!("within {} % of the best", fixed(f64::from(GAP) * 100.0, 1))
            },
            if place + 1 == funding.best { "← the answer".to_owned() } else { String::new() },
        ]);
    }
    let id = |work: &ProjectId| plan.projects[*work].id.as_str();
    let mut text = table.text();
    if !funding.together.is_empty() {
        let pairs: Vec<String> =
            funding.together.iter().map(|(a, b)| format!("{} with {}", id(a), id(b))).collect();
        text += &narrow(&format!("Found to stand only together: {}.", pairs.join(", ")));
    }
    if !funding.pruned.is_empty() {
        let list: Vec<&str> = funding.pruned.iter().map(id).collect();
        text += &narrow(&format!("Left out again, as nothing changes without them: {}.", list.join(", ")));
    }
    text + &effort(funded.stages) + &effort(funded.years)
}
