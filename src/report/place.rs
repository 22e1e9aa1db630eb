//! Where a violation is pointed at: the line of the plan that its element, or else its rule, stands in.

use crate::appraise::JudgedViolation;
use crate::finding::Place;
use crate::model::{DcLink, ElementId, Network, Origin, Plan};

/// Where a record comes from.
#[must_use]
pub fn origin(network: &Network, element: ElementId) -> &Origin {
    match element {
        ElementId::Substation(id) => &network.substations[id].origin,
        ElementId::Bus(id) => &network.buses[id].origin,
        ElementId::Line(id) => &network.lines[id].origin,
        ElementId::Transformer(id) => &network.transformers[id].origin,
        ElementId::Transformer3(id) => &network.transformers3[id].origin,
        ElementId::Generator(id) => &network.generators[id].origin,
        ElementId::Load(id) => &network.loads[id].origin,
        ElementId::Shunt(id) => &network.shunts[id].origin,
        ElementId::Switch(id) => &network.switches[id].origin,
        ElementId::Compensator(id) => &network.compensators[id].origin,
        ElementId::DcLink(id) => match &network.dc_links[id] {
            DcLink::Lcc(link) => &link.origin,
            DcLink::Vsc(link) => &link.origin,
        },
    }
}

/// The line of the element's record, else of the rule, else of the stage; `None` where none is known.
#[must_use]
pub fn of_violation<'a>(plan: &'a Plan, row: &JudgedViolation) -> Option<&'a Place> {
    let element = row.violation.element.and_then(|one| origin(&plan.network, one).place.as_ref());
    element.or_else(|| of_rule(plan, &row.violation.rule)).or(plan.stages[row.stage].origin.place.as_ref())
}

/// The line of a rule.
#[must_use]
pub fn of_rule<'a>(plan: &'a Plan, rule: &str) -> Option<&'a Place> {
    let rules = plan.criteria.iter().flat_map(|set| &set.rules);
    rules.into_iter().find(|one| one.id == rule).and_then(|one| one.origin.place.as_ref())
}
