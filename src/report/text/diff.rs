//! What differs between two inputs, for people.

use super::check::section;
use super::{Table, WIDTH, explain, paragraph};
use crate::appraise::{ConstructionCheck, Effect, JudgedViolation, STEP_PERCENT, Side};
use crate::flow::Status;
use crate::model::{Difference, Plan, What};
use crate::report::number::{self, NONE};
use crate::report::{Ink, name};
use crate::study::Unsolved;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// What is written.
#[derive(Clone, Copy, Debug)]
pub struct DiffText<'a> {
    /// The two inputs as named.
    pub names: [&'a str; 2],
    /// What differs.
    pub differences: &'a [Difference],
    /// Both judged, where that was asked.
    pub sides: Option<[Side<'a>; 2]>,
    /// What the differences do.
    pub effect: Option<&'a Effect<'a>>,
    /// Of each side the first state without a solution, and why.
    pub unsolved: [Option<&'a Unsolved>; 2],
    /// Rows of each table; 0 for all.
    pub top: usize,
    /// Colour.
    pub ink: Ink,
}

/// Writes the differences.
///
/// # Errors
/// If `out` cannot be written.
pub fn diff(of: &DiffText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let [first, second] = of.names;
    let count = |word: &str| of.differences.iter().filter(|one| one.what.as_str() == word).count();
    writeln!(out, "{}", of.ink.heading(&format!("{first} → {second}")))?;
    if of.differences.is_empty() {
        writeln!(out, "Nothing differs.\n")?;
    } else {
        writeln!(
            out,
            "{} added, {} taken out, {} changed.\n",
            number::count(count("added"), "row", "rows"),
            count("removed"),
            number::count(count("changed"), "field", "fields")
        )?;
    }
    let mut tables: BTreeMap<&str, usize> = BTreeMap::new();
    for one in of.differences {
        *tables.entry(&one.table).or_default() += 1;
    }
    let mut told: Vec<&str> = Vec::new();
    for one in of.differences {
        if told.contains(&one.table.as_str()) {
            continue;
        }
        told.push(&one.table);
        let rows = of.differences.iter().filter(|other| other.table == one.table);
        let all = tables.get(one.table.as_str()).copied().unwrap_or(0);
        let shown = if of.top == 0 { all } else { of.top.min(all) };
        let mut table = Table::new(&["", "Row", "Field", "First", "Second"]).wrapped(WIDTH);
        for row in rows.take(shown) {
            table.row(cells(row));
        }
        let more = if shown < all {
            format!("  and {} more; --top 0 shows all\n", all - shown)
        } else {
            String::new()
        };
        section(out, of.ink, &one.table, &(table.text() + &more))?;
    }
    match (of.effect, of.sides) {
        (Some(effect), Some(sides)) => {
            effects(of, effect, sides, out)?;
            let each = of.unsolved.iter().zip(sides).zip(of.names);
            each.filter_map(|((one, side), name)| Some(((*one)?, side, name)))
                .try_for_each(|(one, side, name)| explain::unsolved(side.plan, one, name, of.ink, out))
        }
        _ => Ok(()),
    }
}

fn cells(one: &Difference) -> [String; 5] {
    let held = |text: &str| if text.is_empty() { NONE.to_owned() } else { shortened(text) };
    match &one.what {
        What::Added => ["+".to_owned(), one.row.clone(), String::new(), String::new(), String::new()],
        What::Removed => ["-".to_owned(), one.row.clone(), String::new(), String::new(), String::new()],
        What::Changed { field, unit, from, to } => {
            let field = if unit.is_empty() { field.clone() } else { format!("{field} [{unit}]") };
            [String::new(), one.row.clone(), field, held(from), held(to)]
        }
    }
}

/// A number to nine digits, so that rounding does not fill the table; anything else as it is.
fn shortened(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.len() > 10 => match format!("{number:.8e}").parse::<f64>() {
            Ok(rounded) => format!("{rounded}"),
            Err(_) => text.to_owned(),
        },
        _ => text.to_owned(),
    }
}

fn effects(
    of: &DiffText<'_>,
    effect: &Effect<'_>,
    sides: [Side<'_>; 2],
    out: &mut dyn Write,
) -> io::Result<()> {
    let [first, second] = sides.map(|side| side.plan);
    let mut text = paragraph(&format!(
        "{} opened, {} closed, {} worse, {} better, {} as before (within \
         {STEP_PERCENT} % of the limit). Each counts an element under a rule in a stage and scenario; closed are those too whose \
         element does not stand any more.",
        number::count(effect.opened.len(), "violation", "violations"),
        effect.closed.len(),
        effect.worse.len(),
        effect.better.len(),
        effect.same
    ));
    let mut states = Table::new(&[
        "Stage",
        "Scenario",
        ">Losses,|first MW",
        ">Losses,|second MW",
        ">Losses,|change MW",
        ">Not served,|first MW",
        ">Not served,|second MW",
        ">Most dark after a|fault, first MW",
        ">Most dark after a|fault, second MW",
    ]);
    for state in &effect.states {
        let stage = match &state.other_stage {
            Some(other) => format!("{} → {other}", state.stage),
            None => state.stage.to_string(),
        };
        let [l0, l1] = state.losses_mw;
        let [d0, d1] = state.lost_load_mw;
        let [f0, f1] = state.lost_after_fault_mw;
        states.row([
            stage,
            state.scenario.to_string(),
            number::fixed(l0, 1),
            number::fixed(l1, 1),
            number::fixed(l1 - l0, 1),
            number::fixed(d0, 1),
            number::fixed(d1, 1),
            number::fixed(f0, 1),
            number::fixed(f1, 1),
        ]);
    }
    text += &states.text();
    text += &cost(effect, second);
    section(out, of.ink, "Effect", &text)?;
    let alone = |plan: &Plan, list: &[&JudgedViolation]| -> Vec<[String; 6]> {
        list.iter().map(|one| violation(plan, one, None)).collect()
    };
    let pairs = |list: &[(&JudgedViolation, &JudgedViolation)]| -> Vec<[String; 6]> {
        list.iter().map(|(old, new)| violation(second, new, Some(old))).collect()
    };
    let lists = [
        ("Opened", alone(second, &effect.opened)),
        ("Closed", alone(first, &effect.closed)),
        ("Worse, most first", pairs(&effect.worse)),
        ("Better, most first", pairs(&effect.better)),
    ];
    for (title, rows) in lists {
        if rows.is_empty() {
            continue;
        }
        let shown = if of.top == 0 { rows.len() } else { of.top.min(rows.len()) };
        let mut table = Table::new(&["Stage", "Element", "Rule", ">Value", ">Limit", "After the outage of"])
            .wrapped(WIDTH);
        for row in rows.iter().take(shown) {
            table.row(row);
        }
        let more = if shown < rows.len() {
            format!("  and {} more; --top 0 shows all\n", rows.len() - shown)
        } else {
            String::new()
        };
        section(out, of.ink, title, &(table.text() + &more))?;
    }
    if effect.construction.is_empty() {
        return Ok(());
    }
    section(out, of.ink, "While works are built", &construction(effect, sides))
}

/// Outages for the sake of works that come to something else.
fn construction(effect: &Effect<'_>, sides: [Side<'_>; 2]) -> String {
    let mut table = Table::new(&["Work", "What is out", "Scenario", "First", "Second"]).wrapped(WIDTH);
    for pair in &effect.construction {
        let own = pair.iter().zip(sides).find_map(|(check, side)| Some(((*check)?, side.plan)));
        let Some((check, plan)) = own else { continue };
        let out: Vec<&str> =
            check.outage.elements.iter().map(|&element| plan.network.id_of(element)).collect();
        let shown = |check: Option<&ConstructionCheck>| {
            let Some(check) = check else { return "no such outage".to_owned() };
            let days = format!("{} to {}", check.outage.from, check.outage.to);
            if check.status != Status::Converged {
                return format!("{days}: no state is found");
            }
            let dark = if check.unserved_mw > 0.0 {
                format!("{} MW dark, ", number::fixed(check.unserved_mw, 1))
            } else {
                String::new()
            };
            format!("{days}: {dark}not safe after {} of {} outages", check.failing.len(), check.outages)
        };
        table.row([
            plan.projects[check.project].id.to_string(),
            out.join(", "),
            plan.scenarios[check.scenario].id.to_string(),
            shown(pair[0]),
            shown(pair[1]),
        ]);
    }
    table.text()
}

/// Cost of the works that are new in a stage, where it differs; nothing where none does.
fn cost(effect: &Effect<'_>, plan: &Plan) -> String {
    let currency = plan.money.as_ref().map_or("", |money| money.currency.as_str());
    let [first, second] = ["first", "second"].map(|side| format!(">New works, {side},|million {currency}"));
    let mut table = Table::new(&["Stage", "Prices of", &first, &second]);
    let mut told: Vec<&str> = Vec::new();
    for state in &effect.states {
        if told.contains(&state.stage.as_str()) {
            continue; // the same in every scenario
        }
        told.push(&state.stage);
        let [first, second] = &state.cost_million;
        let years: BTreeSet<i16> = first.keys().chain(second.keys()).copied().collect();
        for year in years {
            let sums = [first, second].map(|side| side.get(&year).copied().unwrap_or(0.0));
            if (sums[0] - sums[1]).abs() > 1e-9 * sums[0].abs().max(sums[1].abs()) {
                let [one, two] = sums.map(number::grouped);
                table.row([state.stage.to_string(), year.to_string(), one, two]);
            }
        }
    }
    if table.is_empty() { String::new() } else { format!("\n{}", table.text()) }
}

/// A violation in a row; with what it was before.
fn violation(plan: &Plan, one: &JudgedViolation, before: Option<&JudgedViolation>) -> [String; 6] {
    let found = &one.violation;
    let stage = format!("{} {}", plan.stages[one.stage].id, plan.scenarios[one.scenario].id);
    let element =
        found.element.map_or_else(|| "the grid".to_owned(), |element| name::with_id(&plan.network, element));
    let [value, limit] = number::beside_limit(found.value, found.limit, found.unit);
    let shown = match before {
        Some(before) => {
            let was = number::in_unit(before.violation.value, found.unit);
            let change = number::in_unit(found.value - before.violation.value, found.unit);
            let sign = if found.value >= before.violation.value { "+" } else { "" };
            format!("{was} → {value} {} ({sign}{change})", found.unit)
        }
        None => format!("{value} {}", found.unit),
    };
    let outage = found.fault.as_ref().map_or_else(|| NONE.to_owned(), |fault| fault.outage.to_string());
    [stage, element, format!("{} {}", found.rule, found.criterion), shown, limit, outage]
}
