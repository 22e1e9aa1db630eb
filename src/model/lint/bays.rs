//! Bays: two works in one, and what is too big for its bay.

use crate::finding::{Code, Finding};
use crate::model::{
    Bay, Change, ElementId, Network, Op, Origin, Plan, Project, TransformerImpedance, WorkKind,
};
use jiff::civil::Date;

/// Currents are rounded.
const ROUNDING: f64 = 1.02;

/// A change that takes a bay.
struct Taken<'p> {
    project: &'p Project,
    begin: Date,
    end: Option<Date>,
    element: ElementId,
    bay: &'p Bay,
    origin: &'p Origin,
}

pub(super) fn check(plan: &Plan, findings: &mut Vec<Finding>) {
    let mut taken: Vec<Taken<'_>> = Vec::new();
    let counted = plan.projects.iter().filter(|project| project.is_counted());
    for (project, phase) in counted.flat_map(|one| one.phases.iter().map(move |phase| (one, phase))) {
        let Some(begin) = phase.commissioning.map(|date| date.date) else { continue };
        for change in &phase.changes {
            let Some(bay) = plan.bays.iter().find(|bay| !change.bay.is_empty() && bay.id == change.bay)
            else {
                continue;
            };
            let end = phase.decommissioning.map(|date| date.date);
            let element = built(change);
            fits(&plan.network, project, element, bay, change, findings);
            taken.push(Taken { project, begin, end, element, bay, origin: &change.origin });
        }
    }
    taken.sort_by_key(|one| one.begin);
    for (at, later) in taken.iter().enumerate() {
        let holds = |earlier: &&Taken<'_>| {
            let same = earlier.bay.id == later.bay.id && earlier.element != later.element;
            let stands = earlier.end.is_none_or(|end| end > later.begin);
            same && stands && gone(plan, earlier.element).is_none_or(|day| day > later.begin)
        };
        if let Some(earlier) = taken.get(..at).into_iter().flatten().find(holds) {
            let what = |one: &Taken<'_>| {
                format!("{} ({}, {})", one.project.id, one.begin, plan.network.describe(one.element))
            };
            let message =
                format!("bay {} is taken twice: by {} and by {}", later.bay.id, what(earlier), what(later));
            findings.push(
                Finding::warning(Code::Bay, message)
                    .element(format!("project {}", later.project.id))
                    .field("bay")
                    .place(later.origin.place.clone())
                    .help("give the later one another bay, or take the earlier one out before"),
            );
        }
    }
}

/// The record that takes the bay: what a work makes, else what is changed.
fn built(change: &Change) -> ElementId {
    match &change.op {
        Op::Work(work) => work.makes.last().copied().unwrap_or(work.element()),
        op => op.element(),
    }
}

/// The day on which a work takes a record out for good.
fn gone(plan: &Plan, element: ElementId) -> Option<Date> {
    let removes = |op: &Op| match op {
        Op::Remove(one) => *one == element,
        Op::Work(work) => {
            matches!(work.kind, WorkKind::Retire | WorkKind::Replace { .. } | WorkKind::CutIn { .. })
                && work.of.contains(&element)
        }
        _ => false,
    };
    let phases =
        plan.projects.iter().filter(|project| project.is_counted()).flat_map(|project| &project.phases);
    let removing = phases.filter(|phase| phase.changes.iter().any(|change| removes(&change.op)));
    removing.filter_map(|phase| phase.commissioning).map(|date| date.date).min()
}

/// Tells a record that does not stand at the bus of its bay, or carries more than the bay does.
fn fits(
    network: &Network,
    project: &Project,
    element: ElementId,
    bay: &Bay,
    change: &Change,
    findings: &mut Vec<Finding>,
) {
    let what = network.describe(element);
    let mut tell = |message: String, help: &str| {
        findings.push(
            Finding::warning(Code::Bay, message)
                .element(format!("project {}", project.id))
                .field("bay")
                .place(change.origin.place.clone())
                .help(help),
        );
    };
    if !network.stands_at(element).contains(&Some(bay.bus)) {
        let bus = &network.buses[bay.bus].id;
        tell(
            format!("{what} takes bay {}, which is at bus {bus}, where it does not stand", bay.id),
            "name a bay of its own bus",
        );
        return;
    }
    let (Some(limit_ka), Some(rated_ka)) = (bay.i_normal_ka, rated_ka(network, element, bay)) else { return };
    if rated_ka > ROUNDING * limit_ka {
        let message = format!(
            "{what} carries {:.0} A, its bay {} {:.0} A",
            1000.0 * rated_ka,
            bay.id,
            1000.0 * limit_ka
        );
        tell(message, "choose a bay for the current, or correct `i_normal_ka` in bays.csv");
    }
}

/// The current that a record may carry continuously at the bus of the bay.
fn rated_ka(network: &Network, element: ElementId, bay: &Bay) -> Option<f64> {
    let kv = network.buses[bay.bus].vn_kv;
    match element {
        ElementId::Transformer(id) => {
            let sn_mva = match &network.transformers[id].impedance {
                TransformerImpedance::Nameplate(plate) => plate.sn_mva,
                TransformerImpedance::Type(id) => {
                    network.catalogue.transformer_types.get(*id)?.nameplate.sn_mva
                }
                TransformerImpedance::PerUnit { .. } => return None,
            };
            (kv > 0.0).then(|| sn_mva / (3.0_f64.sqrt() * kv))
        }
        ElementId::Line(_) => {
            let rating = network.rating(element);
            match rating.unit {
                crate::model::RatingUnit::Ka => rating.normal,
                crate::model::RatingUnit::Mva => {
                    rating.normal.filter(|_| kv > 0.0).map(|mva| mva / (3.0_f64.sqrt() * kv))
                }
            }
        }
        _ => None,
    }
}
