//! A verdict held against a former one: what is new or worse, and what is better.

use super::narrow;
use crate::appraise::baseline::{Compared, FormerKey, MARGIN_MW, MARGIN_PERCENT, Versus};
use crate::appraise::{JudgedViolation, Verdict};
use crate::model::Plan;
use crate::report::number::{count, in_unit};
use crate::report::spoken;
use std::fmt::Write as _;
use std::path::Path;

/// The answer in a sentence.
pub(super) fn sentence(former: &Path, compared: &Compared) -> String {
    let Compared { new, worse, same, better, gone, lost_states, construction } = compared;
    let mut text = if compared.is_worse() {
        format!("Not accepted: {new} new and {worse} worse than in {}", former.display())
    } else {
        format!("Accepted: nothing is new or worse than in {}", former.display())
    };
    let _ = write!(
        text,
        "; {same} the same, {better} better, {} gone (violations by element, rule, stage and scenario).",
        gone.len()
    );
    if !lost_states.is_empty() {
        let _ =
            write!(text, " {} no longer a solution.", count(lost_states.len(), "state has", "states have"));
    }
    if !construction.is_empty() {
        let _ = write!(
            text,
            " {} the plan that did not.",
            count(construction.len(), "outage for a work breaks", "outages for works break")
        );
    }
    text
}

/// What is new or worse.
pub(super) fn broken(plan: &Plan, verdict: &Verdict, compared: &Compared, top: usize) -> String {
    let mut lines: Vec<String> = compared
        .lost_states
        .iter()
        .map(|(stage, scenario)| format!("{stage} {scenario}: no load-flow solution"))
        .collect();
    lines.extend(compared.construction.iter().map(|one| format!("while a work is built: {one}")));
    lines.extend(rows(verdict, &[Versus::New, Versus::Worse]).map(|row| spoken::violation(plan, row)));
    told(&lines, top)
}

/// What is better or gone.
pub(super) fn improved(plan: &Plan, verdict: &Verdict, compared: &Compared, top: usize) -> String {
    let gone = compared.gone.iter().map(|(key, was)| {
        let FormerKey { stage, scenario, rule, element, quantity, .. } = key;
        let value = if was.value.is_finite() {
            format!(" {} {}", in_unit(was.value, &was.unit), was.unit)
        } else {
            String::new()
        };
        format!("{stage} {scenario}: {} {}, {quantity}{value} (rule {rule}) is gone", element.0, element.1)
    });
    let better = rows(verdict, &[Versus::Better]).map(|row| spoken::violation(plan, row));
    let lines: Vec<String> = gone.chain(better).collect();
    if lines.is_empty() {
        return String::new();
    }
    told(&lines, top)
        + &narrow(&format!(
            "A difference counts from {MARGIN_PERCENT} % of the limit, or {MARGIN_MW} MW without supply."
        ))
}

fn rows<'a>(verdict: &'a Verdict, wanted: &'a [Versus]) -> impl Iterator<Item = &'a JudgedViolation> {
    verdict.violations.iter().filter(|row| row.baseline.is_some_and(|versus| wanted.contains(&versus)))
}

fn told(lines: &[String], top: usize) -> String {
    let shown = if top == 0 { lines.len() } else { top.min(lines.len()) };
    let mut text: String = lines.iter().take(shown).map(|line| narrow(line)).collect();
    if lines.len() > shown {
        text += &narrow(&format!("and {} more (--top 0 shows all)", lines.len() - shown));
    }
    text
}
