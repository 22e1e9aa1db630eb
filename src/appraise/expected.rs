//! Expected results beside those that were found.

use super::Verdict;
use crate::finding::Place;
use crate::flow::Status;
use crate::model::{ElementId, Expected, ExpectedOf, ExpectedValue, Plan, tolerance_of};
use crate::study::StageState;

/// Something that is not as expected.
#[derive(Clone, Debug)]
pub struct Mismatch {
    /// What it is, in words: `2030 max, bus B, vm_pu`.
    pub what: String,
    /// What was expected.
    pub expected: String,
    /// What was found.
    pub found: String,
    /// The difference over the tolerance; infinite where there is no value to compare.
    pub times_tolerance: f64,
    /// Where the expected value stands.
    pub place: Place,
}

/// All that is not as expected, worst first.
#[must_use]
pub fn mismatches(
    expected: &Expected,
    plan: &Plan,
    states: &[StageState],
    verdict: &Verdict,
) -> Vec<Mismatch> {
    let mut found: Vec<Mismatch> =
        expected.values.iter().filter_map(|value| held(expected, plan, states, verdict, value)).collect();
    if let Some((word, place)) = &expected.verdict
        && word != verdict.exit.as_str()
    {
        found.push(Mismatch {
            what: "verdict".to_owned(),
            expected: word.clone(),
            found: verdict.exit.as_str().to_owned(),
            times_tolerance: f64::INFINITY,
            place: place.clone(),
        });
    }
    found.sort_by(|a, b| b.times_tolerance.total_cmp(&a.times_tolerance));
    found
}

/// Holds one value against what was found.
fn held(
    expected: &Expected,
    plan: &Plan,
    states: &[StageState],
    verdict: &Verdict,
    value: &ExpectedValue,
) -> Option<Mismatch> {
    let named = |name: &Option<String>, id: &str| name.as_ref().is_none_or(|name| name == id);
    let mut fitting = states.iter().filter(|state| {
        named(&value.stage, &plan.stages[state.stage].id)
            && named(&value.scenario, &plan.scenarios[state.scenario].id)
    });
    let mut what: Vec<String> = vec![
        [value.stage.as_deref(), value.scenario.as_deref()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" "),
    ];
    what.push(match value.of {
        ExpectedOf::State => String::new(),
        ExpectedOf::Bus => format!("bus {}", value.id),
        ExpectedOf::Branch => format!("branch {}", value.id),
        ExpectedOf::Generator => format!("generator {}", value.id),
    });
    what.push(value.quantity.clone());
    what.retain(|part| !part.is_empty());
    let mismatch = |found: String, times_tolerance: f64| {
        Some(Mismatch {
            what: what.join(", "),
            expected: format!("{}", value.value),
            found,
            times_tolerance,
            place: value.place.clone(),
        })
    };
    let (Some(state), None) = (fitting.next(), fitting.next()) else {
        return mismatch("no such state, or several: name stage and scenario".to_owned(), f64::INFINITY);
    };
    let now = match of(plan, state, verdict, value) {
        Ok(now) => now,
        Err(why) => return mismatch(why.to_owned(), f64::INFINITY),
    };
    let tolerance = expected.tolerance.get(&value.quantity).copied();
    let tolerance = tolerance.unwrap_or_else(|| tolerance_of(&value.quantity));
    let difference = (now - value.value).abs();
    if difference <= tolerance {
        return None;
    }
    let times = if difference.is_nan() || tolerance == 0.0 { f64::INFINITY } else { difference / tolerance };
    mismatch(format!("{now}, tolerance {tolerance}"), times)
}

/// The value that was found.
fn of(
    plan: &Plan,
    state: &StageState,
    verdict: &Verdict,
    value: &ExpectedValue,
) -> Result<f64, &'static str> {
    let flow = &state.flow;
    let network = &state.grid.network;
    if flow.status != Status::Converged {
        return Err("no load-flow solution");
    }
    let row_of = |column: &[f64], row: Option<usize>| {
        row.and_then(|row| column.get(row)).copied().ok_or("no such record stands in this state")
    };
    match value.of {
        ExpectedOf::State => Ok(of_state(state, verdict, &value.quantity)),
        ExpectedOf::Bus => {
            let buses = &flow.buses;
            let row = buses.bus.iter().position(|&bus| network.buses[bus].id == value.id);
            let column = match value.quantity.as_str() {
                "vm_pu" => &buses.vm_pu,
                "vm_kv" => &buses.vm_kv,
                _ => &buses.va_deg,
            };
            row_of(column, row)
        }
        ExpectedOf::Branch => {
            let branches = &flow.branches;
            let is_meant = |&branch: &ElementId| plan.network.id_of(branch) == value.id;
            let column = match value.quantity.as_str() {
                "p_from_mw" => &branches.p_from_mw,
                "q_from_mvar" => &branches.q_from_mvar,
                "p_to_mw" => &branches.p_to_mw,
                "q_to_mvar" => &branches.q_to_mvar,
                "i_from_ka" => &branches.i_from_ka,
                "loading_percent" => &branches.loading_percent,
                _ => &branches.loss_mw,
            };
            row_of(column, branches.branch.iter().position(is_meant))
        }
        ExpectedOf::Generator => {
            let generators = &flow.generators;
            let row = generators.generator.iter().position(|&id| network.generators[id].id == value.id);
            let column = if value.quantity == "p_mw" { &generators.p_mw } else { &generators.q_mvar };
            row_of(column, row)
        }
    }
}

fn of_state(state: &StageState, verdict: &Verdict, quantity: &str) -> f64 {
    let rows = || {
        let here = verdict.violations.iter();
        here.filter(|row| row.stage == state.stage && row.scenario == state.scenario)
    };
    let count = |after_fault: bool| {
        let fits = rows().filter(|row| row.breaks_plan() && row.violation.fault.is_some() == after_fault);
        fits.count() as f64
    };
    match quantity {
        "load_mw" => state.flow.load_mw,
        "losses_mw" => state.flow.losses.total_mw,
        "lost_mw" => state.flow.lost_load_mw + state.grid.lost.iter().map(|lost| lost.p_mw).sum::<f64>(),
        "violations" => count(false),
        "violations_after_fault" => count(true),
        _ => rows().filter(|row| row.violation.level == crate::criteria::Level::Warning).count() as f64,
    }
}
