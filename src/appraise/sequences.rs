//! One outage after another, with time in between: the second meets a grid whose controls have moved after the first.
//!
//! ```text
//! first outage → all controls of the load flow move → second outage, as any outage of that grid
//! ```
//!
//! A limit counts as passed before only where the intact grid passes it.

use super::{FaultRules, Measured, OutageResult};
use crate::case::CaseError;
use crate::flow::{self, SolvedGrid, Status};
use crate::ids::BusId;
use crate::model::{ElementId, Name};
use crate::study::contingency::{After, Contingencies, How, Moved, Options, Outage, Swing, Without};
use std::collections::BTreeMap;

/// Solves each of the second outages after each of the first and hands every such sequence with its result to `tell`: the first by
/// itself, once controls have moved, then all that follow it. What has no supply after the first is lost in all of them.
/// Returns what pressed each limit most, and whether all were reached before the study was to end.
///
/// # Errors
/// [`CaseError`] as [`Contingencies::run`].
pub fn judge_sequences(
    grid: &SolvedGrid,
    rules: &FaultRules,
    options: &Options,
    (firsts, seconds): (&[Outage], &[Outage]),
    tell: &mut dyn FnMut(Outage, OutageResult),
) -> Result<(Vec<Measured>, bool), CaseError> {
    let intact = Contingencies::new(grid, &rules.limits, options, firsts.len())?;
    let mut place = 0;
    let mut worst: BTreeMap<(Name, Option<ElementId>), Measured> = BTreeMap::new();
    for first in firsts {
        if options.stop.is_due() {
            return Ok((worst.into_values().collect(), false));
        }
        let without = intact.without(first)?;
        let is_dark = |bus: &BusId| without.dead.binary_search(bus).is_ok();
        let lit = grid.flow.buses.bus.iter().zip(&grid.flow.buses.vm_pu);
        let after = if lit.into_iter().any(|(bus, vm)| !vm.is_nan() && !is_dark(bus)) {
            Some(flow::solve_grid(&without.network, &options.flow, Some(&grid.flow))?)
        } else {
            None
        };
        tell(first.clone(), alone(rules, first, place, &without, after.as_ref()));
        place += 1;
        let Some(after) = after.filter(|after| after.flow.status == Status::Converged) else { continue };
        let seconds: Vec<Outage> = seconds
            .iter()
            .filter(|second| second.id != first.id && second.elements.iter().any(|&one| stands(&after, one)))
            .map(|second| Outage { id: format!("{} then {}", first.id, second.id).into(), ..second.clone() })
            .collect();
        let contingencies = Contingencies::new(&after, &rules.limits, options, seconds.len())?;
        let results = contingencies.run(0, &seconds, |found| {
            let dead = both(&without.dead, found.dead);
            let moved: Vec<Moved> = without.moved.iter().chain(found.moved).copied().collect();
            let together = After {
                outage: place + found.outage,
                same_as: found.same_as.map(|same| place + same),
                lost_mw: without.lost_mw + found.lost_mw,
                dead: &dead,
                moved: &moved,
                slack: found.slack.or(without.slack),
                ..found
            };
            OutageResult::new(rules, &seconds[found.outage], &together)
        })?;
        for mut measured in rules.measured(&contingencies) {
            measured.outage += place;
            let key = (measured.rule.clone(), measured.element);
            if worst.get(&key).is_none_or(|known| measured.excess_percent > known.excess_percent) {
                worst.insert(key, measured);
            }
        }
        let done = results.len();
        let wanted = seconds.len();
        place += done;
        for (second, result) in seconds.into_iter().zip(results) {
            let elements = first.elements.iter().chain(&second.elements).copied().collect();
            tell(Outage { elements, ..second }, result);
        }
        if done < wanted {
            worst.retain(|_, measured| measured.outage < place);
            return Ok((worst.into_values().collect(), false));
        }
    }
    Ok((worst.into_values().collect(), true))
}

/// The first outage by itself, with the state once controls have moved; none where all is dark.
fn alone(
    rules: &FaultRules,
    outage: &Outage,
    place: usize,
    without: &Without,
    after: Option<&SolvedGrid>,
) -> OutageResult {
    let flow = after.map(|after| &after.flow);
    let solved = flow.filter(|flow| flow.status == Status::Converged);
    let passed = solved.map(|flow| rules.limits.passed(flow)).unwrap_or_default();
    let shares = flow.into_iter().flat_map(|flow| &flow.islands).filter_map(|island| island.solvable_share);
    let after = After {
        outage: place,
        same_as: None,
        status: flow.map_or(Status::Converged, |flow| flow.status),
        how: How::Anew,
        lost_mw: without.lost_mw,
        dead: &without.dead,
        moved: &without.moved,
        slack: without.slack,
        passed: &passed,
        swing: Swing::default(),
        solvable_share: shares.reduce(f64::min),
    };
    OutageResult::new(rules, outage, &after)
}

/// Whether an element is alive in a solved grid.
fn stands(grid: &SolvedGrid, element: ElementId) -> bool {
    let SolvedGrid { network, islands, .. } = grid;
    let lives = |bus: BusId| network.bus_is_live(bus) && islands.map.node(bus).is_some();
    let ends = || network.stands_at(element).into_iter().flatten();
    match element {
        ElementId::Bus(bus) => lives(bus),
        _ => ends().next().is_some() && ends().all(lives) && network.is_in_service(element),
    }
}

/// Buses of two lists, each in order.
fn both(one: &[BusId], other: &[BusId]) -> Vec<BusId> {
    let mut all: Vec<BusId> = one.iter().chain(other).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}
