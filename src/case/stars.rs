//! Three-winding transformers as stars: a node without a bus, and a branch to it from each winding, its leg.

use super::{BranchPu, CaseError, Islands, per_unit};
use crate::ids::{BusId, IslandId, Node, Transformer3Id};
use crate::model::{ElementId, Network};

/// The star point of a three-winding transformer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Star {
    /// The transformer.
    pub transformer: Transformer3Id,
    /// The island it is in.
    pub island: IslandId,
    /// Its node.
    pub node: Node,
}

/// A three-winding transformer in service: bus and branch of each winding that is switched in at a live bus.
pub(super) struct LiveStar {
    pub(super) transformer: Transformer3Id,
    pub(super) legs: Vec<(BusId, BranchPu)>,
}

/// All of them, in order.
pub(super) fn live_stars(network: &Network) -> Result<Vec<LiveStar>, CaseError> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for (transformer, t) in network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service) {
        match per_unit::windings(network, t) {
            Err(finding) => errors.push(finding),
            Ok(windings) => {
                let legs: Vec<(BusId, BranchPu)> = t
                    .windings
                    .iter()
                    .zip(windings)
                    .filter_map(|(winding, pu)| Some((winding.bus, pu?)))
                    .filter(|&(bus, _)| network.bus_is_live(bus))
                    .collect();
                if !legs.is_empty() {
                    found.push(LiveStar { transformer, legs });
                }
            }
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(CaseError { findings: errors }) }
}

impl Islands {
    /// Where the legs of a three-winding transformer are: its island, and by winding the index of the branch in its case.
    ///
    /// `None` for a transformer that is out of service; a winding that is switched off, or at a bus that is, has no leg.
    #[must_use]
    pub fn legs(&self, network: &Network, id: Transformer3Id) -> Option<(IslandId, [Option<usize>; 3])> {
        let at = self.stars.binary_search_by_key(&id, |star| star.transformer).ok()?;
        let island = self.stars[at].island;
        let elements = &self.elements[island];
        let mut next = elements.partition_point(|&element| element < ElementId::Transformer3(id));
        let legs = network.transformers3[id].windings.each_ref().map(|winding| {
            let has_leg = winding.in_service && network.bus_is_live(winding.bus);
            has_leg.then(|| {
                next += 1;
                next - 1
            })
        });
        Some((island, legs))
    }
}
