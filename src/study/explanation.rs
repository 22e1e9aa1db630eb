//! Why a grid does not solve: what stands in the way in each island, and the records that are most likely wrong.

use super::suspects::suspects;
use crate::case::CaseError;
use crate::finding::{Code, Finding};
use crate::flow::{self, Diagnosis, FlowOptions, LoadFlow, Status};
use crate::ids::{BusId, ScenarioId, StageId};
use crate::model::{ElementId, Network, Plan, Selection};
use std::collections::BTreeSet;

/// What is to be said of a grid that does not solve; of one that does, about the limit that it meets.
#[derive(Clone, PartialEq, Debug)]
pub struct Explanation {
    /// Each island that was examined.
    pub islands: Vec<Diagnosis>,
    /// The records that look wrong, those at the buses that give way first.
    pub likely: Vec<Finding>,
}

impl Explanation {
    /// Explains a load flow: all islands of one that solved, those without a solution of any other.
    ///
    /// # Errors
    /// As [`flow::examine`].
    pub fn new(network: &Network, flow: &LoadFlow, options: &FlowOptions) -> Result<Self, CaseError> {
        let solved = flow.status == Status::Converged;
        let islands = flow::examine(network, flow, options, |status| solved || status != Status::Converged)?;
        let likely = likely(network, &islands, flow);
        Ok(Self { islands, likely })
    }
}

/// A state of a plan without a solution, and why.
#[derive(Clone, PartialEq, Debug)]
pub struct Unsolved {
    /// The stage.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// Its grid.
    pub network: Network,
    /// Why it has none.
    pub explanation: Explanation,
}

impl Unsolved {
    /// Solves a state by itself; nothing where that has a solution, or cannot be built.
    #[must_use]
    pub fn new(
        plan: &Plan,
        (stage, scenario): (StageId, ScenarioId),
        selection: &Selection,
        options: &FlowOptions,
    ) -> Option<Self> {
        let network = plan.grid(stage, scenario, selection).ok()?.network;
        let flow = flow::load_flow(&network, options, None).ok()?;
        if flow.status == Status::Converged {
            return None;
        }
        let explanation = Explanation::new(&network, &flow, options).ok()?;
        Some(Self { stage, scenario, network, explanation })
    }
}

/// Records that look wrong: those at weak buses first, then in the order in which they were found.
fn likely(network: &Network, islands: &[Diagnosis], flow: &LoadFlow) -> Vec<Finding> {
    let weak: BTreeSet<BusId> = islands.iter().flat_map(|one| &one.weakest).map(|weak| weak.bus).collect();
    let touches = |element: ElementId| match element {
        ElementId::Bus(bus) => weak.contains(&bus),
        _ => network.stands_at(element).into_iter().flatten().any(|bus| weak.contains(&bus)),
    };
    let mut order = suspects(network);
    order.sort_by_key(|suspect| !touches(suspect.element));
    let told = flow.findings.iter().filter(|finding| finding.code == Code::Plausibility).cloned();
    order.into_iter().map(|suspect| suspect.finding).chain(told).collect()
}
