//! Records that works should build, and works that build nothing.

use super::Slips;
use crate::finding::{Code, Finding};
use crate::model::{ElementId, Network, Op, Origin, Plan};
use std::collections::HashSet;

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    let mut added: HashSet<ElementId> = HashSet::new();
    let mut idle = Slips::new();
    for project in &plan.projects {
        let changes = || project.phases.iter().flat_map(|phase| &phase.changes);
        if project.is_counted() && changes().next().is_none() {
            idle.push(|| format!("project {}", project.id), &project.origin);
        }
        for change in changes() {
            match &change.op {
                Op::Add(element) => {
                    added.insert(*element);
                }
                Op::Work(work) => added.extend(&work.makes),
                _ => {}
            }
        }
    }
    let mut orphans = Slips::new();
    for (element, origin) in records(&plan.network) {
        if !plan.network.is_built(element) && !added.contains(&element) {
            orphans.push(|| plan.network.describe(element), origin);
        }
    }
    let help = "add a change with `add`, or move the row to the base grid";
    orphans.tell(
        Code::Plan,
        "id",
        "records of works/ are added by no change and never stand",
        help,
        findings,
    );
    let help = "add its changes to changes.csv, or give it the status `candidate`";
    idle.tell(Code::Plan, "id", "counted works change nothing in the grid", help, findings);
}

/// Every record that a work can build, with where it comes from.
fn records(network: &Network) -> impl Iterator<Item = (ElementId, &Origin)> {
    let buses = network.buses.iter_ids().map(|(id, one)| (ElementId::Bus(id), &one.origin));
    let lines = network.lines.iter_ids().map(|(id, one)| (ElementId::Line(id), &one.origin));
    let transformers =
        network.transformers.iter_ids().map(|(id, one)| (ElementId::Transformer(id), &one.origin));
    let generators = network.generators.iter_ids().map(|(id, one)| (ElementId::Generator(id), &one.origin));
    let loads = network.loads.iter_ids().map(|(id, one)| (ElementId::Load(id), &one.origin));
    let shunts = network.shunts.iter_ids().map(|(id, one)| (ElementId::Shunt(id), &one.origin));
    let switches = network.switches.iter_ids().map(|(id, one)| (ElementId::Switch(id), &one.origin));
    let three = network.transformers3.iter_ids().map(|(id, one)| (ElementId::Transformer3(id), &one.origin));
    let compensators =
        network.compensators.iter_ids().map(|(id, one)| (ElementId::Compensator(id), &one.origin));
    let links = network.dc_links.iter_ids().map(|(id, one)| (ElementId::DcLink(id), one.origin()));
    buses
        .chain(lines)
        .chain(transformers)
        .chain(generators)
        .chain(loads)
        .chain(shunts)
        .chain(switches)
        .chain(three)
        .chain(compensators)
        .chain(links)
}
