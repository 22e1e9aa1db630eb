//! Whether a work touches an element, and how closely: itself, all its ends, an end, or the station of an end.

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

    /// How closely the other touches this one.
    fn met_by(&self, other: &Self) -> Option<Closeness> {
        if !self.elements.is_disjoint(&other.elements) {
            Some(Closeness::Itself)
        } else if !self.buses.is_empty() && self.buses.is_subset(&other.buses) {
            Some(Closeness::AllEnds)
        } else if !self.buses.is_disjoint(&other.buses) {
            Some(Closeness::AnEnd)
        } else {
            (!self.stations.is_disjoint(&other.stations)).then_some(Closeness::Station)
        }
    }
}

/// How closely a work touches an element, closest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Closeness {
    Itself,
    AllEnds,
    AnEnd,
    Station,
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
                for element in change.op.elements() {
                    surroundings.add(&plan.network, element);
                }
            }
            surroundings
        };
        Self { phases: plan.projects.iter().map(|p| p.phases.iter().map(of_phase).collect()).collect() }
    }

    /// How closely a phase touches what is near.
    pub(super) fn touches(&self, project: ProjectId, phase: usize, near: &Surroundings) -> Option<Closeness> {
        self.phases.get(project.index())?.get(phase).and_then(|phase| near.met_by(phase))
    }
}

/// The buses that an element is or stands at; none for a substation.
fn ends(network: &Network, element: ElementId) -> [Option<BusId>; 3] {
    match element {
        ElementId::Bus(id) => [Some(id), None, None],
        other => network.stands_at(other),
    }
}
