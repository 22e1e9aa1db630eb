//! Is the grid safe while a work is built? What a work takes out of service for its own sake, and every outage on top.
//!
//! ```text
//! grid of the day on which the outage begins → what is out for the work, controls moved → every outage that the criteria name
//! ```
//!
//! The grid of that day is judged without the work's outage too: only what that outage brings about counts.

use super::{FaultRules, OutageResult, judge_each, judge_sequences, outages_asked, rules_after_a_fault};
use crate::criteria::Violation;
use crate::finding::{Code, Finding};
use crate::flow::{self, FlowOptions, Status};
use crate::ids::{ProjectId, ScenarioId};
use crate::model::{
    ConstructionOutage, CriteriaSet, ElementId, GridState, Name, Origin, Plan, Selection, Stage,
};
use crate::study::contingency::{Options, Outage};
use std::collections::BTreeSet;

/// What an outage for the sake of a work came to, in one scenario.
#[derive(Clone, PartialEq, Debug)]
pub struct ConstructionCheck {
    /// The work.
    pub project: ProjectId,
    /// What is out, and when.
    pub outage: ConstructionOutage,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Whether the grid has a state with it.
    pub status: Status,
    /// Load that it leaves without supply by itself.
    pub unserved_mw: f64,
    /// Outages looked at on top.
    pub outages: usize,
    /// Those after which something is not met that is met after them without it.
    pub failing: Vec<Name>,
    /// The worst of that, after which outage; or what it brings about by itself.
    pub worst: Option<Violation>,
    /// Whether it breaks the plan.
    pub breaks_plan: bool,
}

/// Judges every outage for the sake of a counted work in every wanted scenario; `options` says how outages are solved
/// under a set of criteria. Empty where no work names one, or the criteria of the day ask nothing of the grid after a fault.
///
/// # Errors
/// Findings where a grid cannot be built, or an element named does not stand on the day.
pub fn judge_construction(
    plan: &Plan,
    scenarios: Option<&[ScenarioId]>,
    selection: &Selection,
    flow: &FlowOptions,
    options: &dyn Fn(&CriteriaSet) -> Options,
) -> Result<Vec<ConstructionCheck>, Vec<Finding>> {
    let mut checks = Vec::new();
    let counted = plan.projects.iter_ids().filter(|&(id, project)| {
        (project.is_counted() || selection.with.contains(&id)) && !selection.without.contains(&id)
    });
    let outages = counted.flat_map(|(id, project)| {
        project.phases.iter().flat_map(move |phase| phase.outages.iter().map(move |outage| (id, outage)))
    });
    for (project, outage) in outages {
        let mut on_that_day = plan.clone();
        let stage = on_that_day.stages.push(Stage {
            id: Name::from(outage.from.to_string()),
            at: Some(outage.from),
            scenarios: Vec::new(),
            criteria: Name::default(),
            origin: Origin::default(),
        });
        let set = rules_after_a_fault(&on_that_day, stage);
        if !set.rules.iter().any(|rule| rule.state == GridState::N1) {
            continue;
        }
        let wanted = |scenario: &ScenarioId| scenarios.is_none_or(|wanted| wanted.contains(scenario));
        for scenario in plan.scenarios.ids().filter(wanted) {
            let grid = on_that_day.grid(stage, scenario, selection)?;
            let base = flow::solve_grid(&grid.network, flow, None).map_err(|error| error.findings)?;
            let lost = Outage {
                id: Name::from(plan.projects[project].id.as_str()),
                elements: outage.elements.clone(),
                closed: Vec::new(),
            };
            if let Some(&missing) = lost.elements.iter().find(|&&one| !stands(&base.network, one)) {
                let text = format!(
                    "{} is to be out from {} for project {}, but does not stand then",
                    plan.network.describe(missing),
                    outage.from,
                    plan.projects[project].id
                );
                let finding = Finding::error(Code::Conflict, text)
                    .element(plan.network.describe(missing))
                    .place(outage.origin.place.clone());
                return Err(vec![finding.help("name what stands on that day, or correct the dates")]);
            }
            checks.push(check(&base, &set, (project, outage, scenario), &lost, &options(&set))?);
        }
    }
    Ok(checks)
}

fn stands(network: &crate::model::Network, element: ElementId) -> bool {
    let live = network.stands_at(element).into_iter().flatten().all(|bus| network.bus_is_live(bus));
    live && network.is_in_service(element) && network.is_built(element)
}

fn check(
    base: &flow::SolvedGrid,
    set: &CriteriaSet,
    (project, outage, scenario): (ProjectId, &ConstructionOutage, ScenarioId),
    lost: &Outage,
    options: &Options,
) -> Result<ConstructionCheck, Vec<Finding>> {
    let mut check = ConstructionCheck {
        project,
        outage: outage.clone(),
        scenario,
        status: base.flow.status,
        unserved_mw: 0.0,
        outages: 0,
        failing: Vec::new(),
        worst: None,
        breaks_plan: true,
    };
    if base.flow.status != Status::Converged {
        return Ok(check);
    }
    let rules = FaultRules::new(base, set, options.response, &|_| true);
    let mut list = outages_asked(&base.network, set);
    list.retain(|one| !one.elements.iter().all(|element| lost.elements.contains(element)));
    // What each outage breaks anyway.
    let mut known: BTreeSet<(Vec<ElementId>, Name, Option<ElementId>)> = BTreeSet::new();
    let count = list.len();
    let mut all = list.iter().cloned();
    judge_each(base, &rules, options, (&mut all, count), &mut |one, result| {
        let broken = broken(&rules, &one, &result);
        known.extend(broken.into_iter().map(|v| (one.elements.clone(), v.rule, v.element)));
    })
    .map_err(|error| error.findings)?;
    let mut failing: Vec<Name> = Vec::new();
    let mut worst: Option<Violation> = None;
    let mut alone: Option<(OutageResult, Option<Violation>)> = None;
    let mut seconds = 0;
    judge_sequences(base, &rules, options, (std::slice::from_ref(lost), &list), &mut |one, result| {
        let Some(own) = one.elements.get(lost.elements.len()..).filter(|own| !own.is_empty()) else {
            let worst = broken(&rules, &one, &result).into_iter().next();
            alone = Some((result, worst));
            return;
        };
        seconds += 1;
        let caused = broken(&rules, &one, &result).into_iter();
        let caused = caused.filter(|v| !known.contains(&(own.to_vec(), v.rule.clone(), v.element)));
        if let Some(most) = caused.max_by(|a, b| a.excess_percent().total_cmp(&b.excess_percent())) {
            failing.push(one.id.clone());
            if worst.as_ref().is_none_or(|worst| most.excess_percent() > worst.excess_percent()) {
                worst = Some(most);
            }
        }
    })
    .map_err(|error| error.findings)?;
    if let Some((alone, _)) = &alone {
        check.status = alone.status;
        check.unserved_mw = alone.unserved_mw;
    }
    let by_itself = alone.and_then(|(_, worst)| worst);
    check.breaks_plan = by_itself.is_some() || !failing.is_empty() || check.status != Status::Converged;
    check.worst = by_itself.or(worst);
    check.outages = seconds;
    check.failing = failing;
    Ok(check)
}

/// What is violated, and was met in the intact grid.
fn broken(rules: &FaultRules, outage: &Outage, result: &OutageResult) -> Vec<Violation> {
    let mut violations = rules.violations(outage, result);
    violations.retain(OutageResult::is_caused);
    violations
}
