//! Whether a work touches an element: itself, its ends, or their stations.

use crate::ids::{BusId, Id, ProjectId, SubstationId};
use crate::model::{ElementId, Network, Phase, Plan};
use std::collections::BTreeSet;

/// Elements with their ends and the stations of these.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Surroundings {
    elements: BTreeSet<ElementId>,
    buses: BTreeSet<BusId>,
    stations: BTreeSet<SubstationId>,
}

impl Surroundings {
    pub(super) fn of(network: &Network, element: ElementId) -> Self {
        let mut surroundings = Self::default();
        surroundings.add(network, element);
        surroundings
    }

    fn add(&mut self, network: &Network, element: ElementId) {
        self.elements.insert(element);
        if let ElementId::Substation(station) = element {
            self.stations.insert(station);
        }
        for bus in ends(network, element).into_iter().flatten() {
            self.buses.insert(bus);
            self.stations.extend(network.buses[bus].substation);
        }
    }

    fn meet(&self, other: &Self) -> bool {
        !self.elements.is_disjoint(&other.elements)
            || !self.buses.is_disjoint(&other.buses)
            || !self.stations.is_disjoint(&other.stations)
    }
}

/// What each phase of each project changes, with its surroundings.
pub(super) struct Touch {
    phases: Vec<Vec<Surroundings>>,
}

impl Touch {
    pub(super) fn new(plan: &Plan) -> Self {
        let of_phase = |phase: &Phase| {
            let mut surroundings = Surroundings::default();
            for change in &phase.changes {
                surroundings.add(&plan.network, change.op.element());
            }
            surroundings
        };
        Self { phases: plan.projects.iter().map(|p| p.phases.iter().map(of_phase).collect()).collect() }
    }

    /// Whether a phase changes the element, or anything at its ends or in their stations.
    pub(super) fn touches(&self, project: ProjectId, phase: usize, near: &Surroundings) -> bool {
        self.phases.get(project.index()).and_then(|p| p.get(phase)).is_some_and(|phase| phase.meet(near))
    }
}

/// The buses that an element stands at; none for a substation.
fn ends(network: &Network, element: ElementId) -> [Option<BusId>; 2] {
    match element {
        ElementId::Substation(_) => [None, None],
        ElementId::Bus(id) => [Some(id), None],
        ElementId::Line(id) => [Some(network.lines[id].from), Some(network.lines[id].to)],
        ElementId::Transformer(id) => {
            [Some(network.transformers[id].from), Some(network.transformers[id].to)]
        }
        ElementId::Generator(id) => [Some(network.generators[id].bus), None],
        ElementId::Load(id) => [Some(network.loads[id].bus), None],
        ElementId::Shunt(id) => [Some(network.shunts[id].bus), None],
        ElementId::Switch(id) => [Some(network.switches[id].from), Some(network.switches[id].to)],
    }
}
