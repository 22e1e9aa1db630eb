//! What may fail together.

use crate::model::{ElementId, Name, Network};

/// Elements that are lost at once.
#[derive(Clone, PartialEq, Debug)]
pub struct Outage {
    /// Its id: that of its element, or of the record that names several.
    pub id: Name,
    /// What is lost.
    pub elements: Vec<ElementId>,
}

impl Outage {
    /// The loss of one element.
    #[must_use]
    pub fn of(network: &Network, element: ElementId) -> Self {
        Self { id: Name::from(network.id_of(element)), elements: vec![element] }
    }
}

/// Each line and each transformer alone, as far as it stands, is in service and `wanted` says so: lines first.
#[must_use]
pub fn every_branch(network: &Network, wanted: impl Fn(ElementId) -> bool) -> Vec<Outage> {
    let lines = network.lines.iter_ids().filter(|(_, line)| line.built && line.in_service);
    let lines = lines.map(|(id, _)| ElementId::Line(id));
    let transformers = network.transformers.iter_ids().filter(|(_, t)| t.built && t.in_service);
    let transformers = transformers.map(|(id, _)| ElementId::Transformer(id));
    let transformers3 = network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service);
    let transformers3 = transformers3.map(|(id, _)| ElementId::Transformer3(id));
    let all = lines.chain(transformers).chain(transformers3);
    all.filter(|&element| wanted(element)).map(|element| Outage::of(network, element)).collect()
}
