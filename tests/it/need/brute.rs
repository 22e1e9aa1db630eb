//! The other way to the same answer: a plan with other dates, each of its days built and solved from nothing, each outage a
//! network without that line.

use super::plan::FIRST;
use gridstage::flow::{FlowOptions, LoadFlow, Status, load_flow};
use gridstage::ids::{Id, ProjectId};
use gridstage::model::{ElementId, Network, Plan, Selection};
use jiff::ToSpan as _;
use std::collections::BTreeMap;

/// What is broken: where, and whether after a fault.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Key {
    pub(crate) element: String,
    pub(crate) quantity: &'static str,
    pub(crate) after_fault: bool,
}

/// How badly, at its worst.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Broken {
    pub(crate) percent: f64,
    pub(crate) mw: f64,
    pub(crate) rated_mva: f64,
}

/// The plan with a work so many years later, and what must follow it: P4 requires P3, P6 requires P5 and stands at the bus of
/// C that P3 builds.
pub(crate) fn late(plan: &Plan, work: ProjectId, years: u16) -> Plan {
    let mut late = plan.clone();
    for phase in &mut late.projects[work].phases {
        let date = phase.commissioning.as_mut().unwrap();
        date.date = date.date.checked_add(i32::from(years).years()).unwrap();
    }
    for (first, then) in [(2, 3), (2, 5), (4, 5)] {
        let [first, then] = [first, then].map(ProjectId::from_index);
        let not_before = late.projects[first].phases[0].commissioning.unwrap().date;
        let date = late.projects[then].phases[0].commissioning.as_mut().unwrap();
        date.date = date.date.max(not_before);
    }
    late
}

/// What is broken on 31 December of a year.
pub(crate) fn broken(plan: &Plan, year: i16, n1: bool) -> BTreeMap<Key, Broken> {
    assert!(year >= FIRST);
    let at = jiff::civil::Date::new(year, 12, 31).unwrap();
    let scenario = plan.scenarios.ids().next().unwrap();
    let grid = plan.grid_at(Some(at), scenario, &Selection::default()).unwrap();
    let network = &grid.network;
    let mut found = BTreeMap::new();
    for lost in &grid.lost {
        let element = plan.network.substations[lost.substation].id.to_string();
        note(&mut found, Key { element, quantity: "lost load", after_fault: false }, 0.0, lost.p_mw, 0.0);
    }
    loadings(network, &solve(network), false, &mut found);
    if n1 {
        for (id, line) in network.lines.iter_ids().filter(|(_, line)| line.built && line.in_service) {
            let mut out = network.clone();
            out.lines[id].in_service = false;
            let flow = solve(&out);
            if flow.lost_load_mw > 0.0 {
                let element = line.id.to_string();
                let key = Key { element, quantity: "lost load", after_fault: true };
                note(&mut found, key, 0.0, flow.lost_load_mw, 0.0);
            }
            loadings(&out, &flow, true, &mut found);
        }
    }
    found
}

fn solve(network: &Network) -> LoadFlow {
    let flow = load_flow(network, &FlowOptions::default(), None).unwrap();
    assert_eq!(flow.status, Status::Converged);
    flow
}

fn loadings(network: &Network, flow: &LoadFlow, after_fault: bool, found: &mut BTreeMap<Key, Broken>) {
    for (row, &branch) in flow.branches.branch.iter().enumerate() {
        let ElementId::Line(id) = branch else { continue };
        if !flow.branches.energised[row] {
            continue;
        }
        let s = |p: &[f64], q: &[f64]| p[row].hypot(q[row]);
        let columns = &flow.branches;
        let mva = s(&columns.p_from_mw, &columns.q_from_mvar).max(s(&columns.p_to_mw, &columns.q_to_mvar));
        let rated = network.lines[id].rating.normal.unwrap();
        if mva > rated * (1.0 + 1e-6) {
            let key = Key { element: network.lines[id].id.to_string(), quantity: "loading", after_fault };
            note(found, key, 100.0 * mva / rated, mva - rated, rated);
        }
    }
}

fn note(found: &mut BTreeMap<Key, Broken>, key: Key, percent: f64, mw: f64, rated_mva: f64) {
    let row = found.entry(key).or_insert(Broken { percent, mw, rated_mva });
    if mw > row.mw {
        *row = Broken { percent, mw, rated_mva };
    }
}
