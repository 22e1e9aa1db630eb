//! Ids are there and unique: of substations, buses, generators, loads, shunts, switches and types each among
//! themselves, of lines and transformers among both.

use super::{Checker, Words};
use crate::finding::{Code, Finding, Place, Severity};
use crate::model::{ElementId, Network, Origin};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Findings about ids.
#[must_use]
pub fn check(network: &Network, words: &Words) -> Vec<Finding> {
    let mut checker = Checker::new(network, words);
    unique(&mut checker, network.substations.ids().map(ElementId::Substation));
    unique(&mut checker, network.buses.ids().map(ElementId::Bus));
    let lines = network.lines.ids().map(ElementId::Line);
    let transformers = network.transformers.ids().map(ElementId::Transformer);
    let three = network.transformers3.ids().map(ElementId::Transformer3);
    unique(&mut checker, lines.chain(transformers).chain(three));
    unique(&mut checker, network.generators.ids().map(ElementId::Generator));
    unique(&mut checker, network.loads.ids().map(ElementId::Load));
    unique(&mut checker, network.shunts.ids().map(ElementId::Shunt));
    unique(&mut checker, network.switches.ids().map(ElementId::Switch));
    unique(&mut checker, network.compensators.ids().map(ElementId::Compensator));
    unique(&mut checker, network.dc_links.ids().map(ElementId::DcLink));
    let catalogue = &network.catalogue;
    unique_types(&mut checker, "line type", catalogue.line_types.iter().map(|t| (t.id.as_str(), &t.origin)));
    let transformers = catalogue.transformer_types.iter().map(|t| (t.id.as_str(), &t.origin));
    unique_types(&mut checker, "transformer type", transformers);
    let corrections = catalogue.corrections.iter().map(|t| (t.id.as_str(), &t.origin));
    unique_types(&mut checker, "correction table", corrections);
    unique_types(&mut checker, "area", network.areas.iter().map(|area| (area.id.as_str(), &area.origin)));
    checker.findings.into_list()
}

fn unique(checker: &mut Checker<'_>, elements: impl Iterator<Item = ElementId>) {
    let network = checker.network;
    let mut first: HashMap<&str, ElementId, RandomState> =
        HashMap::with_capacity_and_hasher(elements.size_hint().0, RandomState::default());
    for element in elements {
        let id = network.id_of(element);
        if id.is_empty() {
            checker.wrong(
                (element, "id"),
                "it has no id",
                "give it one that no other record of its table has",
            );
            continue;
        }
        if let Some(&before) = first.get(id) {
            let other = checker.name(before);
            let there = super::place(network, before);
            checker.tell(Severity::Error, Code::Duplicate, (element, "id"), || twice(&other, there));
        } else {
            first.insert(id, element);
        }
    }
}

fn unique_types<'n>(
    checker: &mut Checker<'n>,
    what: &str,
    types: impl Iterator<Item = (&'n str, &'n Origin)>,
) {
    let mut first: HashMap<&str, &Origin> = HashMap::new();
    for (id, origin) in types {
        let Some(before) = first.insert(id, origin) else { continue };
        let name = format!("{what} {id}");
        checker.findings.push_with(Severity::Error, Code::Duplicate, || {
            let (wrong, help) = twice(&name, before.place.clone());
            Finding::error(Code::Duplicate, format!("{name}, field id: {wrong}"))
                .element(name)
                .field("id")
                .place(origin.place.clone())
                .help(help)
        });
    }
}

fn twice(other: &str, there: Option<Place>) -> (String, String) {
    let there = there.map_or_else(String::new, |place| format!(", in {place}"));
    (format!("{other} has this id already{there}"), "give one of them another id, or take it out".to_owned())
}
