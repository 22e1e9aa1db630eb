//! Where a record comes from: which table, which work, which amendment, and when.

use crate::finding::Place;
use crate::model::{Amend, Amendment, Applied, ElementId, Op, Plan, Replay, Work};
use jiff::civil::Date;

/// Where a record comes from.
#[derive(Clone, Debug)]
pub struct Blame<'a> {
    /// The record.
    pub element: ElementId,
    /// Whether it stands in the base grid.
    pub in_base: bool,
    /// What works did to it, in order.
    pub steps: Vec<BlameStep<'a>>,
    /// Changes of amendments that are about it, or about a work that touches it; in force or not.
    pub amendments: Vec<(&'a Amendment, &'a Amend)>,
}

/// What a work did to a record.
#[derive(Clone, Debug)]
pub struct BlameStep<'a> {
    /// The day.
    pub date: Date,
    /// What was done, in a word or two.
    pub what: String,
    /// Id of the work.
    pub project: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its phase; empty where it has none of its own.
    pub phase: &'a str,
    /// Its status.
    pub status: &'static str,
    /// The row that says so.
    pub place: Option<&'a Place>,
}

impl<'a> Blame<'a> {
    /// Where `element` comes from; `replay` is the plan built to its end.
    #[must_use]
    pub fn new(plan: &'a Plan, replay: &Replay, element: ElementId) -> Self {
        // what a work makes is filled before it is built, which is no news
        let is_filling = |step: &Applied| {
            matches!(step.op, Op::Put(_))
                && work(plan, step, element).is_some_and(|work| work.makes.contains(&element))
        };
        let steps: Vec<&Applied> =
            replay.applied.iter().filter(|one| one.op.element() == element && !is_filling(one)).collect();
        Self {
            element,
            in_base: plan.network.is_built(element),
            amendments: amendments(plan, element, &steps),
            steps: steps.into_iter().map(|step| told(plan, step, element)).collect(),
        }
    }
}

fn told<'a>(plan: &'a Plan, step: &Applied, element: ElementId) -> BlameStep<'a> {
    let project = &plan.projects[step.project];
    let what = match work(plan, step, element) {
        Some(work) => {
            format!("{} ({} of {})", done(&step.op), work.kind.words(), plan.network.id_of(work.element()))
        }
        None => done(&step.op),
    };
    BlameStep {
        date: step.date,
        what,
        project: &project.id,
        name: &project.name,
        phase: project.phases.get(step.phase).map_or("", |phase| phase.id.as_str()),
        status: project.status.as_str(),
        place: change_place(plan, step, element),
    }
}

/// A step in one word or two.
fn done(op: &Op) -> String {
    match op {
        Op::Add(_) => "built".to_owned(),
        Op::Remove(_) => "taken out".to_owned(),
        Op::Set { field, from, to, .. } => match from {
            Some(from) => format!("{} {from} → {to}", field.as_str()),
            None => format!("{} → {to}", field.as_str()),
        },
        Op::Put(_) => "changed".to_owned(),
        Op::MoveLoad(_) => "load moved away".to_owned(),
        Op::MoveBack(_) => "load moved back".to_owned(),
        Op::Work(work) => work.kind.words(),
    }
}

/// The work of a city grid that a step is of.
fn work<'a>(plan: &'a Plan, step: &Applied, element: ElementId) -> Option<&'a Work> {
    let phase = plan.projects[step.project].phases.get(step.phase)?;
    phase.changes.iter().find_map(|change| match &change.op {
        Op::Work(work) if work.elements().contains(&element) => Some(&**work),
        _ => None,
    })
}

/// The row of the change that a step is of.
fn change_place<'a>(plan: &'a Plan, step: &Applied, element: ElementId) -> Option<&'a Place> {
    let phase = plan.projects[step.project].phases.get(step.phase)?;
    let change = phase.changes.iter().find(|change| change.op.elements().contains(&element));
    change.and_then(|change| change.origin.place.as_ref()).or(phase.origin.place.as_ref())
}

/// The changes of amendments that are about the record, or about a work that touches it.
fn amendments<'a>(plan: &'a Plan, element: ElementId, steps: &[&Applied]) -> Vec<(&'a Amendment, &'a Amend)> {
    let network = &plan.network;
    let id = network.id_of(element);
    let row = match element {
        ElementId::Line(line) => network.lines[line].row.as_str(),
        _ => id,
    };
    // also works that are not in force: an amendment may have put them off
    let works: Vec<&str> = plan
        .projects
        .iter_ids()
        .filter(|(project, record)| {
            let touches = || {
                record
                    .phases
                    .iter()
                    .flat_map(|phase| &phase.changes)
                    .any(|change| change.op.elements().contains(&element))
            };
            steps.iter().any(|step| step.project == *project) || touches()
        })
        .map(|(_, record)| record.id.as_str())
        .collect();
    let about = |change: &Amend| {
        let table = change.table.as_str();
        let of_work = |column: &str| works.iter().any(|work| change.names(column, work));
        match table {
            "projects" => of_work("id"),
            "phases" | "changes" | "construction" | "spending" | "obstacles" => of_work("project"),
            // rows without an id of their own name the station or bus that they are about
            _ => ["id", "substation", "bus", "from", "to"]
                .iter()
                .any(|column| change.names(column, id) || change.names(column, row)),
        }
    };
    plan.amendments
        .iter()
        .flat_map(|one| one.changes.iter().filter(|change| about(change)).map(move |change| (one, change)))
        .collect()
}
