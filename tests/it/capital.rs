//! Money, ranking and funding: against closed formulas, a published table, and brute force on closed plans.

mod fund;
mod garver;
mod money;
mod rank;
mod select;
mod worth;

use crate::need::brute;
use gridstage::appraise::dated::{DatedOptions, Outages};
use gridstage::criteria::Modelled;
use gridstage::flow::FlowOptions;
use gridstage::ids::{Col, Id as _, ProjectId};
use gridstage::model::{CriteriaSet, Plan, Selection, Stage};
use gridstage::study::contingency;
use std::collections::BTreeSet;

fn outages(_: &CriteriaSet) -> contingency::Options {
    FlowOptions::default().into()
}

fn options(plan: &Plan) -> DatedOptions<'static> {
    DatedOptions {
        scenarios: plan.scenarios.ids().collect(),
        selection: Selection::default(),
        flow: FlowOptions::default(),
        modelled: Modelled { contingencies: true, ..Modelled::default() },
        outages: Outages(&outages),
    }
}

/// The closed plan of the need tests with stages on 31 December of some years.
fn staged(years: &[i16]) -> Plan {
    let mut plan = crate::need::plan::closed();
    let one = plan.stages.iter().next().unwrap().clone();
    let stage = |year: &i16| Stage {
        id: year.to_string().into(),
        at: Some(format!("{year}-12-31").parse().unwrap()),
        ..one.clone()
    };
    plan.stages = Col::from(years.iter().map(stage).collect::<Vec<_>>());
    plan
}

fn work(plan: &Plan, id: &str) -> ProjectId {
    plan.projects.iter_ids().find(|(_, project)| project.id == id).unwrap().0
}

/// The plan without works, and without what cannot stand then: P4 requires P3, P6 requires P5 and stands at the bus of P3.
fn without(plan: &Plan, out: &BTreeSet<ProjectId>) -> Plan {
    let mut out = out.clone();
    for (first, then) in [(2, 3), (2, 5), (4, 5)] {
        if out.contains(&ProjectId::from_index(first)) {
            out.insert(ProjectId::from_index(then));
        }
    }
    let mut plan = plan.clone();
    for id in out {
        for phase in &mut plan.projects[id].phases {
            phase.commissioning = None;
        }
    }
    plan
}

/// MVA beyond limits and MW without supply on 31 December of a year, intact and after the loss of each line, where a MW that is
/// dark without a fault counts ten times: every grid built and solved from nothing.
fn severity(plan: &Plan, year: i16) -> f64 {
    let counts = |key: &brute::Key| if key.quantity == "lost load" && !key.after_fault { 10.0 } else { 1.0 };
    brute::broken(plan, year, true).iter().map(|(key, broken)| counts(key) * broken.mw).sum()
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-4 * (1.0 + a.abs().max(b.abs()))
}
