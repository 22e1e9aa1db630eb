//! The verdict on a plan as an appraiser reads it: the answer first, then why, then what it rests on.

use super::explain::why;
use super::violations;
use super::{baseline, construction, legend, matrix, paragraph, states, told};
use crate::appraise::baseline::Compared;
use crate::appraise::{Exit, Verdict};
use crate::finding::Finding;
use crate::model::{N1, Plan};
use crate::report::counts::Counts;
use crate::report::grouped::{self, Sorted};
use crate::report::{Ink, number};
use crate::study::{Explanation, StageState};
use std::fmt::Write as _;
use std::io::{self, Write};

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct CheckText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The verdict.
    pub verdict: &'a Verdict,
    /// The states it is about.
    pub states: &'a [StageState],
    /// What makes this another judgement than that of the whole plan as it stands, in words.
    pub variant: &'a [String],
    /// Findings of reading the plan and of the verdict.
    pub findings: &'a [Finding],
    /// The first state without a solution, and why it has none.
    pub explained: Option<(&'a StageState, &'a Explanation)>,
    /// How far it came, where the time limit ended it.
    pub early: Option<&'a Finding>,
    /// The former result that it is held against, and what comes of it.
    pub against: Option<(&'a std::path::Path, &'a Compared)>,
    /// How many violations are shown; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes the verdict for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn check(report: &CheckText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let CheckText {
        path,
        plan,
        verdict,
        states: solved,
        variant,
        findings,
        explained,
        against,
        top,
        ink,
        ..
    } = *report;
    head(path, plan, ink, out)?;
    if !variant.is_empty() {
        writeln!(out, "{}\n", ink.bad(&format!("A variant of the plan: {}", variant.join("; "))))?;
    }
    ended_early(report.early, ink, out)?;
    let counts = Counts::of(verdict);
    let sentence = sentence(plan, verdict, &counts);
    let sentence = if verdict.exit == Exit::Holds { ink.good(&sentence) } else { ink.bad(&sentence) };
    // Held against a former result, what counts is what that says.
    if let Some((former, compared)) = against {
        let sentence = baseline::sentence(former, compared);
        writeln!(out, "{}\n", if compared.is_worse() { ink.bad(&sentence) } else { ink.good(&sentence) })?;
    }
    writeln!(out, "{sentence}\n")?;
    if let Some((_, compared)) = against {
        section(
            out,
            ink,
            "New or worse than the baseline, worst first",
            &baseline::broken(plan, verdict, compared, top),
        )?;
        section(out, ink, "Better than the baseline", &baseline::improved(plan, verdict, compared, top))?;
    }

    section(out, ink, "Verdict by stage, scenario and criterion", &matrix::text(plan, verdict, ink))?;
    section(out, ink, "What the criteria ask", &legend::text(plan, verdict))?;
    section(out, ink, "Load, losses and extremes", &states::text(plan, verdict))?;
    section(out, ink, "No load-flow solution", &states::without_solution(path, plan, solved))?;
    if let Some((state, explanation)) = explained {
        let head = matrix::state_cells(plan, state.stage, state.scenario).join(" ");
        let of = if head.is_empty() { String::new() } else { format!(" ({head})") };
        why(&state.grid.network, explanation, &of, ink, out)?;
    }
    section(
        out,
        ink,
        "Works since the stage before, and losses over the year",
        &states::by_stage(plan, verdict),
    )?;

    let Sorted { breaking, after_a_fault, lost, waived, warnings } = grouped::sorted(verdict);
    let shown = |len: usize| {
        if top == 0 || len <= top { String::new() } else { format!(" (the worst {top} of {len})") }
    };
    let title = format!("Violations, worst first{}", shown(breaking.len()));
    section(out, ink, &title, &violations::table(plan, &breaking, top))?;
    let title = format!("Violations after a fault (N-1), worst first{}", shown(after_a_fault.len()));
    section(out, ink, &title, &violations::table(plan, &after_a_fault, top))?;
    let title = format!("Without supply after a fault (N-1), most first{}", shown(lost.len()));
    section(out, ink, &title, &violations::table(plan, &lost, top))?;
    section(
        out,
        ink,
        "While works are built (N-1 with their outages)",
        &construction::text(plan, verdict, top),
    )?;
    let title = format!("Violations excepted by a decision{}", shown(waived.len()));
    section(out, ink, &title, &violations::table(plan, &waived, top))?;
    let text = violations::warnings(plan, verdict, &warnings);
    section(out, ink, "Warnings: planning thresholds passed, the plan holds with them", &text)?;

    section(out, ink, "Not judged or not modelled", &told::not_judged(plan, verdict))?;
    section(out, ink, "Assumed", &told::assumed(plan, verdict, findings))?;
    section(
        out,
        ink,
        "See more",
        &more(
            path,
            plan,
            verdict,
            top,
            breaking.len().max(after_a_fault.len()).max(lost.len()).max(waived.len()),
        ),
    )
}

/// A heading and its text; nothing where there is no text.
pub(super) fn section(out: &mut dyn Write, ink: Ink, title: &str, text: &str) -> io::Result<()> {
    if text.is_empty() { Ok(()) } else { writeln!(out, "{}\n{text}", ink.heading(title)) }
}

/// How far a run came that its time limit ended; nothing of one that came through.
pub(super) fn ended_early(early: Option<&Finding>, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    let mut begins = early.map(|early| early.message.clone()).unwrap_or_default();
    if let Some(first) = begins.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    if begins.is_empty() { Ok(()) } else { writeln!(out, "{}\n", ink.bad(&format!("{begins}."))) }
}

/// Title, id, decision, authority.
pub(super) fn head(path: &str, plan: &Plan, ink: Ink, out: &mut dyn Write) -> io::Result<()> {
    for (_, title) in &plan.title {
        writeln!(out, "{}", ink.heading(&number::clean(title)))?;
    }
    let id = number::clean(&plan.id);
    writeln!(out, "{}", if id.is_empty() { path.to_owned() } else { format!("{id} · {path}") })?;
    for (what, fact) in [("Decision", &plan.decision), ("Authority", &plan.authority)] {
        if !fact.is_empty() {
            write!(out, "{}", paragraph(&format!("{what}: {}", number::clean(fact))))?;
        }
    }
    writeln!(out)
}

/// The verdict in one sentence.
fn sentence(plan: &Plan, verdict: &Verdict, counts: &Counts) -> String {
    let what = if plan.is_bare() { "grid" } else { "plan" };
    let stages = verdict.stages.len();
    match verdict.exit {
        Exit::Holds if verdict.criteria.len() <= 1 => {
            format!("The {what} is solved and all load is served; no other criterion was asked.")
        }
        Exit::Holds => {
            let span = if stages > 1 { format!(" in all {stages} stages") } else { String::new() };
            let warnings = match counts.warnings {
                0 => String::new(),
                n => format!(", with {}", number::count(n, "warning", "warnings")),
            };
            format!("The {what} holds{span}{warnings}.")
        }
        Exit::Violated => format!("The {what} does not hold: {}.", broken(plan, verdict, counts)),
        Exit::NoSolution => {
            let states = verdict.summary.len();
            let also = if counts.broken > 0 {
                format!("; besides, {}", broken(plan, verdict, counts))
            } else {
                String::new()
            };
            let where_ = if states > 1 {
                format!(" in {} of {states} states", counts.unsolved)
            } else {
                String::new()
            };
            format!("The {what} cannot be judged as a whole: the load flow has no solution{where_}{also}.")
        }
    }
}

/// What breaks the plan: limits, and load that is not served; and in which stages.
fn broken(plan: &Plan, verdict: &Verdict, counts: &Counts) -> String {
    let unserved = verdict.summary.iter().map(|state| state.lost_load_mw).fold(0.0, f64::max);
    let unserved = (unserved > 0.0).then(|| {
        let up_to = if verdict.summary.len() > 1 { "up to " } else { "" };
        format!("{up_to}{} MW of load is not served", number::three(unserved))
    });
    let limits = (counts.limits > 0).then(|| {
        let limits = number::count(counts.limits, "limit is broken", "limits are broken");
        if verdict.criteria.contains(&N1) { format!("{limits} in the intact grid") } else { limits }
    });
    let after = (counts.after_a_fault > 0).then(|| {
        let limits = number::count(counts.after_a_fault, "limit is broken", "limits are broken");
        if counts.limits > 0 {
            format!("{} after a fault (N-1)", counts.after_a_fault)
        } else {
            format!("{limits} after a fault (N-1)")
        }
    });
    let unsafe_works = verdict.construction.iter().filter(|check| check.breaks_plan).count();
    let building = (unsafe_works > 0).then(|| {
        let is_not = if unsafe_works == 1 { "outage for building is" } else { "outages for building are" };
        format!("{unsafe_works} {is_not} not safe")
    });
    let parts: Vec<String> = limits.into_iter().chain(after).chain(unserved).chain(building).collect();
    let what = match parts.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => parts.concat(),
    };
    let stages = verdict.stages.len();
    if stages <= 1 {
        return what;
    }
    let names: Vec<&str> = counts.stages.iter().map(|&id| plan.stages[id].id.as_str()).collect();
    if names.len() == stages {
        return format!("{what}, in all {stages} stages");
    }
    format!("{what}, in {} of {stages} stages ({})", names.len(), names.join(", "))
}

/// What to type next.
fn more(path: &str, plan: &Plan, verdict: &Verdict, top: usize, rows: usize) -> String {
    let mut commands: Vec<(String, &str)> = Vec::new();
    if top != 0 && rows > top {
        commands.push((format!("gridstage check {path} --top 0"), "all violations"));
    }
    commands.push((format!("gridstage check {path} --format json"), "every number, for programs"));
    match verdict.stages.last().filter(|_| !plan.is_bare()) {
        Some(&stage) => {
            let stage = &plan.stages[stage].id;
            commands
                .push((format!("gridstage solve {path} --at {stage}"), "voltages and flows of one stage"));
            commands.push((format!("gridstage show {path} --projects"), "the works with dates and costs"));
        }
        None => commands.push((format!("gridstage solve {path}"), "voltages and flows")),
    }
    let width = commands.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (command, what) in commands {
        let _ = writeln!(text, "  {command:width$}   {what}");
    }
    text
}
