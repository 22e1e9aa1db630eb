//! What an appraiser must know beside the numbers: what was not judged, and what was assumed.

use super::paragraph;
use crate::appraise::{NotJudged, State, Verdict};
use crate::criteria::Unjudged;
use crate::finding::{Finding, Severity};
use crate::model::{Confidence, GridState, Plan};
use crate::report::overview::Support;
use crate::report::{name, number};

/// Rules that were asked but not judged, and what is not modelled.
pub(super) fn not_judged(plan: &Plan, verdict: &Verdict) -> String {
    let mut text = String::new();
    for note in &verdict.notes {
        text += &paragraph(&note.to_string());
    }
    // Rules that are not judged for the same reason in the same states share a line.
    let mut told: Vec<(&NotJudged, Vec<String>)> = Vec::new();
    // Where no state after a fault is computed, the notes tell of all these rules at once.
    let told_above =
        |rule: &&NotJudged| rule.reason == Unjudged::NoFaults && is_after_fault(plan, &rule.rule);
    for rule in verdict.not_judged.iter().filter(|rule| !told_above(rule)) {
        let name = format!("{} ({})", rule.rule, rule.criterion.replace('_', " "));
        match told.iter_mut().find(|(known, _)| known.reason == rule.reason && known.states == rule.states) {
            Some((_, names)) => names.push(name),
            None => told.push((rule, vec![name])),
        }
    }
    for (rule, names) in told {
        let word = if names.len() == 1 { "Rule" } else { "Rules" };
        let states = states(plan, verdict, &rule.states);
        text += &paragraph(&format!("{word} {}, {states}: {}.", names.join(", "), rule.reason));
    }
    text
}

/// Whether a rule is about states after a fault.
fn is_after_fault(plan: &Plan, rule: &str) -> bool {
    let mut rules = plan.criteria.iter().flat_map(|set| &set.rules);
    rules.any(|known| known.id == rule && known.state == GridState::N1)
}

/// `everywhere`, or the stages and scenarios by name.
fn states(plan: &Plan, verdict: &Verdict, states: &[State]) -> String {
    if states.len() >= verdict.summary.len() {
        return "everywhere".to_owned();
    }
    let names: Vec<String> = states
        .iter()
        .take(4)
        .map(|state| format!("{} {}", plan.stages[state.stage].id, plan.scenarios[state.scenario].id))
        .collect();
    let more = if states.len() > 4 { format!(" and {} more", states.len() - 4) } else { String::new() };
    format!("in {}{more}", names.join(", "))
}

/// Rules that fill gaps, loads that moved, support, and findings by their code with how often they were made.
pub(super) fn assumed(plan: &Plan, verdict: &Verdict, findings: &[Finding]) -> String {
    let mut text = String::new();
    if !plan.forecast.rows.is_empty() {
        let rule = plan.forecast.interpolation.as_str();
        text += &paragraph(&format!("Load in years between those of the forecast: {rule} interpolation."));
    }
    if let Some(factor) = plan.base.load_loss_factor.as_ref().filter(|_| !verdict.energy.is_empty()) {
        let support = factor.confidence.map(|level| format!(", {}", level.as_str())).unwrap_or_default();
        text += &paragraph(&format!(
            "Losses over the year: load-loss factor {} ({}{support}).",
            factor.value,
            number::clean(&factor.source)
        ));
    }
    text += &moved(plan, verdict);
    for (finding, times) in by_code(findings.iter()) {
        let times = if times > 1 { format!(" ({times} times; the first shown)") } else { String::new() };
        text += &paragraph(&format!("{}{times}: {}", finding.code, number::clean(&finding.message)));
    }
    text + &support(plan)
}

/// How many records are estimates, where records say how well they are supported.
fn support(plan: &Plan) -> String {
    let estimates: Vec<String> = Support::of_plan(plan)
        .iter()
        .filter(|row| row.of(Confidence::Estimated) > 0)
        .map(|row| format!("{} of {} {}", row.of(Confidence::Estimated), row.records, row.kind))
        .collect();
    if estimates.is_empty() {
        return String::new();
    }
    paragraph(&format!("Engineering estimates, not sourced figures: {}.", estimates.join(", ")))
}

/// The first warning of each code, with how many there are, in the order met.
pub(super) fn by_code<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<(&'a Finding, usize)> {
    let mut codes: Vec<(&Finding, usize)> = Vec::new();
    for finding in findings.filter(|finding| finding.severity == Severity::Warning) {
        match codes.iter_mut().find(|(known, _)| known.code == finding.code) {
            Some((_, times)) => *times += 1,
            None => codes.push((finding, 1)),
        }
    }
    codes
}

/// One line per stage and scenario: how much load neighbours carry, and the largest piece of it.
fn moved(plan: &Plan, verdict: &Verdict) -> String {
    let mut text = String::new();
    for state in &verdict.summary {
        let here = State { stage: state.stage, scenario: state.scenario };
        let pieces: Vec<_> = verdict
            .moved
            .iter()
            .flat_map(|moved| {
                moved.p_mw.iter().filter(|(at, _)| *at == here).map(move |&(_, mw)| (moved, mw))
            })
            .collect();
        let Some((largest, mw)) = pieces.iter().copied().reduce(|a, b| if b.1 > a.1 { b } else { a }) else {
            continue;
        };
        let total: f64 = pieces.iter().map(|(_, mw)| mw).sum();
        let station = |id| name::label(&plan.network, crate::model::ElementId::Substation(id));
        text += &paragraph(&format!(
            "{} {}: {} MW of stations not in service are carried by neighbours, most of it {} MW of {} by {}",
            plan.stages[state.stage].id,
            plan.scenarios[state.scenario].id,
            number::fixed(total, 0),
            number::fixed(mw, 1),
            station(largest.from),
            station(largest.to),
        ));
    }
    text
}
