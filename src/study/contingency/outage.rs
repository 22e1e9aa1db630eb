//! What may fail together, and the lists that are asked for most.

use crate::model::{ElementId, Loss, Name, Network};
use std::collections::BTreeMap;

/// Elements that are lost at once.
#[derive(Clone, PartialEq, Debug)]
pub struct Outage {
    /// Its id: that of its element, or of the record that names several.
    pub id: Name,
    /// What is lost; the loss of a bus is that of all that stands at it.
    pub elements: Vec<ElementId>,
    /// What is switched in at the same time.
    pub closed: Vec<ElementId>,
}

impl Outage {
    /// The loss of one element.
    #[must_use]
    pub fn of(network: &Network, element: ElementId) -> Self {
        Self { id: Name::from(network.id_of(element)), elements: vec![element], closed: Vec::new() }
    }

    /// The loss of what two outages lose.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        let mut elements = self.elements.clone();
        elements.extend(other.elements.iter().filter(|element| !self.elements.contains(element)));
        let closed = self.closed.iter().chain(&other.closed).copied().collect();
        Self { id: format!("{} + {}", self.id, other.id).into(), elements, closed }
    }
}

/// Each element of a kind alone, as far as it stands, is in service and `wanted` says so. A bus without anything at it
/// but loads and generators is one too. Towers that carry a single circuit are not among them: that circuit is.
#[must_use]
pub fn of_kind(network: &Network, loss: Loss, wanted: &dyn Fn(ElementId) -> bool) -> Vec<Outage> {
    let each = |elements: Vec<ElementId>| {
        let wanted = elements.into_iter().filter(|&element| wanted(element));
        wanted.map(|element| Outage::of(network, element)).collect()
    };
    match loss {
        Loss::Line => {
            let lines = network.lines.iter_ids().filter(|(_, line)| line.built && line.in_service);
            each(lines.map(|(id, _)| ElementId::Line(id)).collect())
        }
        Loss::Transformer => {
            let two = network.transformers.iter_ids().filter(|(_, t)| t.built && t.in_service);
            let three = network.transformers3.iter_ids().filter(|(_, t)| t.built && t.in_service);
            let two = two.map(|(id, _)| ElementId::Transformer(id));
            each(two.chain(three.map(|(id, _)| ElementId::Transformer3(id))).collect())
        }
        Loss::Generator => {
            let machines = network.generators.iter_ids();
            let machines = machines.filter(|(_, g)| g.built && g.in_service && network.bus_is_live(g.bus));
            each(machines.map(|(id, _)| ElementId::Generator(id)).collect())
        }
        Loss::Bus => {
            let buses = network.buses.ids().filter(|&id| network.bus_is_live(id));
            each(buses.map(ElementId::Bus).collect())
        }
        Loss::Shunt => {
            let shunts = network.shunts.iter_ids().filter(|(_, s)| s.built && s.in_service);
            let compensators = network.compensators.iter_ids().filter(|(_, c)| c.built && c.in_service);
            let shunts = shunts.map(|(id, _)| ElementId::Shunt(id));
            each(shunts.chain(compensators.map(|(id, _)| ElementId::Compensator(id))).collect())
        }
        Loss::Tower => towers(network, wanted),
    }
}

/// The rows of lines with several circuits, each an outage of all of them, in the order of their first circuits.
fn towers(network: &Network, wanted: &dyn Fn(ElementId) -> bool) -> Vec<Outage> {
    let mut rows: BTreeMap<&Name, Outage> = BTreeMap::new();
    for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built && line.in_service) {
        let element = ElementId::Line(id);
        if !line.row.is_empty() && wanted(element) {
            let tower = Outage { id: line.row.clone(), elements: Vec::new(), closed: Vec::new() };
            rows.entry(&line.row).or_insert(tower).elements.push(element);
        }
    }
    let mut towers: Vec<Outage> = rows.into_values().filter(|tower| tower.elements.len() > 1).collect();
    towers.sort_by_key(|tower| tower.elements.first().copied());
    towers
}

/// Each element of the kinds `lost` alone, kind by kind.
#[must_use]
pub fn single(network: &Network, lost: &[Loss], wanted: &dyn Fn(ElementId) -> bool) -> Vec<Outage> {
    Loss::ALL
        .into_iter()
        .filter(|loss| lost.contains(loss))
        .flat_map(|loss| of_kind(network, loss, wanted))
        .collect()
}

/// Each line and each transformer alone, as far as it stands, is in service and `wanted` says so: lines first.
#[must_use]
pub fn every_branch(network: &Network, wanted: impl Fn(ElementId) -> bool) -> Vec<Outage> {
    single(network, &Loss::BRANCHES, &wanted)
}

/// The pairs of a list, each once: the first with all after it, and so on. Made as they are asked for.
pub fn pairs(outages: &[Outage]) -> impl Iterator<Item = Outage> + '_ {
    let firsts = outages.iter().enumerate();
    firsts.flat_map(|(k, first)| outages[k + 1..].iter().map(|second| first.both(second)))
}
