//! What a delay of a work moves, and what is therefore missing on a day.
//!
//! ```text
//! the work itself   every phase so many years later, its decommissioning on the day it had
//! what follows it   a work that requires it does not come before its first phase; a phase that builds on what one of its
//!                   phases builds, sets or clears does not come before that phase: it comes on that day if its own is
//!                   earlier; and so on for what follows these
//! missing on a day  phases that would stand as planned and do not yet
//! ```
//!
//! From its late day on the grid is the planned one: a delay is judged in the years in between.

use crate::ids::{Id, ProjectId};
use crate::model::{ElementId, Op, Plan, Selection};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// A phase of a project.
pub type Part = (ProjectId, usize);

/// Which phases follow which.
#[derive(Debug)]
pub struct Slips {
    /// By project and phase: planned day, day it ends, and whether it changes anything.
    parts: Vec<Vec<Option<Planned>>>,
    /// Projects that require a project.
    required_by: Vec<Vec<ProjectId>>,
    /// Phases that build on a phase.
    built_on: BTreeMap<Part, BTreeSet<Part>>,
}

/// A phase as planned.
#[derive(Clone, Copy, Debug)]
struct Planned {
    on: Date,
    until: Option<Date>,
    changes: bool,
}

/// A delay: what comes later than planned.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slip {
    /// Phases with another day, and that day.
    pub later: BTreeMap<Part, Date>,
}

impl Slips {
    /// What follows what in a plan.
    #[must_use]
    pub fn new(plan: &Plan, selection: &Selection) -> Self {
        let mut parts = Vec::with_capacity(plan.projects.len());
        let mut required_by = vec![Vec::new(); plan.projects.len()];
        for (id, project) in plan.projects.iter_ids() {
            let counts = selection.counts(id, project);
            let planned = project.phases.iter().map(|phase| {
                let on = phase.commissioning.filter(|_| counts)?.date;
                let until = phase.decommissioning.map(|end| end.date);
                let stands = until.is_none_or(|until| until > on);
                stands.then_some(Planned { on, until, changes: !phase.changes.is_empty() })
            });
            parts.push(planned.collect());
            for required in &project.requires {
                required_by[required.index()].push(id);
            }
        }
        let mut slips = Self { parts, required_by, built_on: BTreeMap::new() };
        slips.built_on = slips.building(plan);
        slips
    }

    /// The first planned day of a project; `None` where it never comes.
    #[must_use]
    pub fn first_day(&self, project: ProjectId) -> Option<Date> {
        self.parts[project.index()].iter().flatten().map(|part| part.on).min()
    }

    /// Number of phases that stand on a day as planned.
    #[must_use]
    pub fn standing(&self, project: ProjectId, at: Date) -> usize {
        let stands = |part: &&Planned| part.on <= at && part.until.is_none_or(|until| until > at);
        self.parts[project.index()].iter().flatten().filter(stands).count()
    }

    /// Which phases touch what an earlier one has touched.
    fn building(&self, plan: &Plan) -> BTreeMap<Part, BTreeSet<Part>> {
        let mut in_order: Vec<(Date, Part)> = Vec::new();
        for (id, project) in plan.projects.iter_ids() {
            for phase in 0..project.phases.len() {
                if let Some(part) = self.parts[id.index()][phase] {
                    in_order.push((part.on, (id, phase)));
                }
            }
        }
        in_order.sort_unstable();
        let mut built_on: BTreeMap<Part, BTreeSet<Part>> = BTreeMap::new();
        // Who added, removed or set what so far; what stood at each bus and was removed.
        let mut touched: BTreeMap<ElementId, Vec<(Part, Touch)>> = BTreeMap::new();
        for &(_, part) in &in_order {
            let changes = &plan.projects[part.0].phases[part.1].changes;
            for change in changes {
                for element in change.op.elements() {
                    for &(earlier, how) in touched.get(&element).into_iter().flatten() {
                        if follows(&change.op, how) && earlier != part {
                            built_on.entry(earlier).or_default().insert(part);
                        }
                    }
                    for bus in plan.network.stands_at(element).into_iter().flatten() {
                        for &(earlier, how) in touched.get(&ElementId::Bus(bus)).into_iter().flatten() {
                            let made = how == Touch::Added
                                || (how == Touch::Worked && !plan.network.buses[bus].built);
                            let adds = matches!(change.op, Op::Add(_) | Op::Work(_));
                            if made && adds && earlier != part {
                                built_on.entry(earlier).or_default().insert(part);
                            }
                        }
                    }
                }
            }
            for change in changes {
                let how = match change.op {
                    Op::Add(_) => Touch::Added,
                    Op::Remove(_) => Touch::Removed,
                    Op::Set { field, .. } => Touch::Set(field),
                    Op::Work(_) | Op::Put(_) | Op::MoveLoad(_) | Op::MoveBack(_) => Touch::Worked,
                };
                // That two works are done at one station makes neither follow the other.
                let records = change.op.elements().into_iter();
                for element in records.filter(|one| !matches!(one, ElementId::Substation(_))) {
                    touched.entry(element).or_default().push((part, how));
                    if how == Touch::Removed {
                        for bus in plan.network.stands_at(element).into_iter().flatten() {
                            touched.entry(ElementId::Bus(bus)).or_default().push((part, Touch::Cleared));
                        }
                    }
                }
            }
        }
        built_on
    }

    /// What comes later when a project slips by so many years; `None` where the calendar ends.
    #[must_use]
    pub fn slip(&self, project: ProjectId, years: u16) -> Option<Slip> {
        let mut later: BTreeMap<Part, Date> = BTreeMap::new();
        for (phase, part) in self.parts[project.index()].iter().enumerate() {
            if let Some(part) = part {
                later.insert((project, phase), part.on.checked_add(i32::from(years).years()).ok()?);
            }
        }
        let mut moved: Vec<ProjectId> = vec![project];
        while let Some(cause) = moved.pop() {
            let day = |later: &BTreeMap<Part, Date>, phase: usize| {
                let planned = self.parts[cause.index()][phase]?.on;
                Some(later.get(&(cause, phase)).copied().unwrap_or(planned))
            };
            let phases = 0..self.parts[cause.index()].len();
            let mut asked: Vec<(Part, Date)> = Vec::new();
            if let Some(first) = phases.clone().filter_map(|phase| day(&later, phase)).min() {
                for &follower in &self.required_by[cause.index()] {
                    let all = 0..self.parts[follower.index()].len();
                    asked.extend(all.map(|phase| ((follower, phase), first)));
                }
            }
            for phase in phases {
                let Some(day) = day(&later, phase) else { continue };
                let followers = self.built_on.get(&(cause, phase)).into_iter().flatten();
                asked.extend(followers.map(|&part| (part, day)));
            }
            for (part, not_before) in asked {
                // A circle of works that build on each other ends here, as nothing is moved before its own day.
                let Some(planned) = self.parts[part.0.index()][part.1] else { continue };
                let now = later.get(&part).copied().unwrap_or(planned.on);
                if part.0 != project && not_before > now {
                    later.insert(part, not_before);
                    moved.push(part.0);
                }
            }
        }
        Some(Slip { later })
    }

    /// Phases with changes that would stand on a day as planned and do not yet, in order.
    #[must_use]
    pub fn missing(&self, slip: &Slip, at: Date) -> Vec<Part> {
        let is_missing = |&(&(project, phase), &day): &(&Part, &Date)| {
            self.parts[project.index()][phase].is_some_and(|planned| {
                let stands = planned.on <= at && planned.until.is_none_or(|until| until > at);
                planned.changes && stands && day > at
            })
        };
        slip.later.iter().filter(is_missing).map(|(&part, _)| part).collect()
    }
}

/// What a phase did to a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Touch {
    Added,
    Removed,
    Set(crate::model::Field),
    /// A larger work was done at it.
    Worked,
    /// Something that stood at this bus was removed.
    Cleared,
}

/// Whether a change can only come after what was done to the same record before.
fn follows(op: &Op, earlier: Touch) -> bool {
    match (op, earlier) {
        (Op::Remove(_), Touch::Cleared)
        | (_, Touch::Added)
        | (Op::Add(_), Touch::Removed)
        | (Op::Work(_), Touch::Set(_)) => true,
        // A bus at which a work ended stands without it too; what it did to a branch is there for the next.
        (_, Touch::Worked) => !matches!(op.element(), ElementId::Bus(_)),
        (Op::Set { field, .. }, Touch::Set(set)) => *field == set,
        _ => false,
    }
}
