//! What the verdict rests on: what was not judged, what was assumed, how well records are supported, which files were read.

use super::super::table::{Cell, Table, Tone};
use super::super::{Block, Sources, Words};
use super::{block, state};
use crate::appraise::Note;
use crate::criteria::Unjudged;
use crate::finding::{Code, Severity};
use crate::flow::Status;
use crate::model::{Confidence, ElementId};
use crate::report::name;
use crate::report::number::clean;
use crate::report::overview::Support;

pub(crate) fn blocks(sources: &Sources<'_>, words: &Words) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        notes(sources, words).into_iter().map(|note| Block::Text(clean(&note).into_owned())).collect();
    let tables = [
        without_solution(sources, words),
        not_judged(sources, words),
        support(sources, words),
        scenarios(sources, words),
        findings(sources, words),
        inputs(sources, words),
    ];
    blocks.extend(tables.into_iter().filter_map(block));
    blocks
}

/// What was not modelled, and how gaps were filled.
fn notes(sources: &Sources<'_>, words: &Words) -> Vec<String> {
    let plan = sources.plan;
    let mut notes: Vec<String> = sources.verdict.notes.iter().map(|one| note(words, one)).collect();
    if !plan.forecast.rows.is_empty() {
        notes.push(words.of("interpolation", plan.forecast.interpolation.as_str()));
    }
    notes
}

/// States without a load flow: how it ended, and how much of the load has one.
fn without_solution(sources: &Sources<'_>, words: &Words) -> Table {
    let columns = vec![
        words.column("state"),
        words.column("buses").number(),
        words.column("ended"),
        words.column("solvable").unit("%"),
        words.column("missing-most"),
    ];
    let mut table = Table::new(words, "without-solution", columns).note(words.say("without-solution-note"));
    for one in sources.states {
        for island in one.flow.islands.iter().filter(|island| island.status != Status::Converged) {
            let missing: Vec<String> = island
                .worst
                .iter()
                .map(|&(bus, p_mw, q_mvar)| {
                    let bus = name::with_id(&one.grid.network, ElementId::Bus(bus));
                    let number = |value| words.language.number(value, 1);
                    format!("{bus} {} MW, {} Mvar", number(p_mw), number(q_mvar))
                })
                .collect();
            table.row(vec![
                Cell::text(state(sources.plan, one.stage, one.scenario)),
                Cell::count(island.buses),
                Cell::text(words.of("ended", island.status.as_str())).tone(Tone::Bad),
                Cell::number(island.solvable_share.map_or(f64::NAN, |share| share * 100.0), 1),
                Cell::text(missing.join("; ")),
            ]);
        }
    }
    table
}

fn not_judged(sources: &Sources<'_>, words: &Words) -> Table {
    let columns = vec![
        words.column("rule"),
        words.column("criterion").choice(),
        words.column("reason"),
        words.column("states"),
    ];
    let mut table = Table::new(words, "not-judged", columns);
    let all = sources.verdict.summary.len();
    for row in &sources.verdict.not_judged {
        let states: Vec<String> =
            row.states.iter().map(|at| state(sources.plan, at.stage, at.scenario)).collect();
        let states = if row.states.len() >= all { words.say("everywhere") } else { states.join(", ") };
        table.row(vec![
            Cell::text(row.rule.as_str()),
            Cell::text(words.of("criterion", row.criterion)),
            Cell::text(unjudged(words, row.reason)),
            Cell::text(states),
        ]);
    }
    table
}

/// How many records are official, seen in the news, recalled, estimated.
fn support(sources: &Sources<'_>, words: &Words) -> Table {
    let levels = || Confidence::ALL.into_iter().rev();
    let mut columns = vec![words.column("records"), words.column("count").number()];
    columns.extend(levels().map(|level| {
        let mut column = words.column("count").number();
        column.title = words.of("confidence", level.as_str());
        column
    }));
    columns.push(words.column("unstated").number());
    let mut table = Table::new(words, "support", columns).note(words.say("support-note"));
    for row in Support::of_plan(sources.plan) {
        let mut cells = vec![Cell::text(words.of("records", row.kind)), Cell::count(row.records)];
        cells.extend(levels().map(|level| Cell::count(row.of(level))));
        cells.push(Cell::count(row.unstated()));
        table.row(cells);
    }
    table
}

fn scenarios(sources: &Sources<'_>, words: &Words) -> Table {
    let plan = sources.plan;
    let columns = vec![
        words.column("scenario"),
        words.column("name"),
        words.column("load-factor").number(),
        words.column("source"),
    ];
    let mut table = Table::new(words, "scenarios", columns);
    if plan.is_bare() {
        return table;
    }
    for &id in &sources.verdict.scenarios {
        let scenario = &plan.scenarios[id];
        table.row(vec![
            Cell::text(scenario.id.as_str()),
            Cell::text(scenario.title.as_str()),
            Cell::number(scenario.load_factor, 3),
            Cell::text(scenario.source.as_str()),
        ]);
    }
    table
}

/// Warnings and notes of the program, by code with how often; in its own words.
fn findings(sources: &Sources<'_>, words: &Words) -> Table {
    let columns = vec![
        words.column("code").choice(),
        words.column("times").number(),
        words.column("meaning"),
        words.column("first-message"),
        words.column("place"),
    ];
    let mut table = Table::new(words, "findings", columns).note(words.say("findings-note"));
    let mut codes: Vec<(&crate::finding::Finding, usize)> = Vec::new();
    for finding in sources.findings.iter().filter(|finding| finding.severity >= Severity::Warning) {
        match codes.iter_mut().find(|(known, _)| known.code == finding.code) {
            Some((_, times)) => *times += 1,
            None => codes.push((finding, 1)),
        }
    }
    for (finding, times) in codes {
        table.row(vec![
            Cell::text(finding.code.as_str()),
            Cell::count(times),
            Cell::text(meaning(words, finding.code)),
            Cell::text(finding.message.as_str()),
            Cell::text(finding.place.as_ref().map(ToString::to_string).unwrap_or_default()),
        ]);
    }
    table
}

/// What a code means, in the language of the report; errors that end a run before there is a report have no message in it.
fn meaning(words: &Words, code: Code) -> String {
    if code.as_str().starts_with("W-") || code == Code::NoSolution {
        return words.of("code", code.as_str());
    }
    code.meaning().to_owned()
}

fn inputs(sources: &Sources<'_>, words: &Words) -> Table {
    let columns = vec![words.column("file"), words.column("format"), words.column("sha256")];
    let mut table = Table::new(words, "inputs", columns).note(words.say("inputs-note"));
    for input in &sources.check.inputs {
        table.row(vec![Cell::text(input.path), Cell::text(input.format), Cell::text(input.sha256)]);
    }
    table
}

/// Why a rule is not judged.
fn unjudged(words: &Words, why: Unjudged) -> String {
    let (n, of) = match why {
        Unjudged::NoValues(elements) => (elements, 0),
        Unjudged::NotReached { done, of } => (done, of),
        _ => (0, 0),
    };
    let key = format!("unjudged-{}", why.as_str().replace('_', "-"));
    words.say_with(&key, &[("n", n.into()), ("of", of.into())])
}

/// What was not modelled, not asked or assumed.
fn note(words: &Words, note: &Note) -> String {
    match note {
        Note::NoState => words.say("note-no-state"),
        Note::IntactOnly { rules } => {
            let rules = rules.join(", ");
            let key = if rules.is_empty() { "note-intact-only" } else { "note-intact-only-rules" };
            words.say_with(key, &[("rules", rules.into())])
        }
        Note::NoFaultRule { .. } => words.say("note-no-fault-rule"),
        Note::LostWithoutRule { outages, most_mw } => {
            let most = words.language.number(*most_mw, 1);
            words.say_with("note-lost-without-rule", &[("n", (*outages).into()), ("mw", most.into())])
        }
        Note::Direct => words.say("note-direct"),
        Note::Still(still) => words.of("still", still.as_str()),
        Note::NoCriteria { stage } => words.say_with("note-no-criteria", &[("stage", stage.as_str().into())]),
        Note::OwnLimits => words.say("note-own-limits"),
        Note::NoVoltageRule(levels) => {
            let levels: Vec<String> = levels
                .iter()
                .map(|(kv, n)| {
                    let put = [("n", (*n).into()), ("kv", words.language.plain(*kv).into())];
                    words.say_with("note-level", &put)
                })
                .collect();
            words.say_with("note-no-voltage-rule", &[("levels", levels.join(", ").into())])
        }
        Note::Unmeasured { criterion, count } => {
            let put = [("criterion", words.of("criterion", criterion).into()), ("n", (*count).into())];
            words.say_with("note-unmeasured", &put)
        }
        Note::LoadMoved => words.say("note-load-moved"),
        Note::NoLossFactor => words.say("note-no-loss-factor"),
    }
}
