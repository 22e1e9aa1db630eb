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

use crate::finding::Finding;
use crate::ids::{Id, ProjectId, ScenarioId, StageId};
use crate::model::{ElementId, Op, Plan, Selection, StageGrid};
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
                let element = change.op.element();
                for element in change.op.elements() {
                    for &(earlier, how) in touched.get(&element).into_iter().flatten() {
                        if follows(&change.op, how) && earlier != part {
                            built_on.entry(earlier).or_default().insert(part);
                        }
                    }
                }
                for bus in plan.network.stands_at(element).into_iter().flatten() {
                    for &(earlier, how) in touched.get(&ElementId::Bus(bus)).into_iter().flatten() {
                        let on_new_bus = matches!((&change.op, how), (Op::Add(_), Touch::Added));
                        if on_new_bus && earlier != part {
                            built_on.entry(earlier).or_default().insert(part);
                        }
                    }
                }
            }
            for change in changes {
                let element = change.op.element();
                let how = match &change.op {
                    Op::Add(_) => Touch::Added,
                    Op::Remove(_) => Touch::Removed,
                    Op::Set { field, .. } => Touch::Set(*field),
                    Op::Work(work) => {
                        for &made in &work.makes {
                            touched.entry(made).or_default().push((part, Touch::Added));
                        }
                        for &of in &work.of {
                            touched.entry(of).or_default().push((part, Touch::Reworked));
                        }
                        continue;
                    }
                    Op::Put(_) => Touch::Reworked,
                    // What is moved back and forth has no order that the records tell.
                    Op::MoveLoad(_) | Op::MoveBack(_) => continue,
                };
                touched.entry(element).or_default().push((part, how));
                if how == Touch::Removed {
                    for bus in plan.network.stands_at(element).into_iter().flatten() {
                        touched.entry(ElementId::Bus(bus)).or_default().push((part, Touch::Cleared));
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

    /// Phases with changes that do not stand on a day where `out` never come, in order: these, what builds on them, and all of
    /// a work of which a work that it requires does not stand at all.
    #[must_use]
    pub fn missing_without(&self, out: impl IntoIterator<Item = Part>, at: Date) -> Vec<Part> {
        let stands = |&(project, phase): &Part| {
            let part = self.parts[project.index()].get(phase).copied().flatten();
            part.is_some_and(|part| part.on <= at && part.until.is_none_or(|until| until > at))
        };
        let of =
            |project: ProjectId| (0..self.parts[project.index()].len()).map(move |phase| (project, phase));
        let mut missing: BTreeSet<Part> = BTreeSet::new();
        let mut open: Vec<Part> = out.into_iter().filter(stands).collect();
        while let Some(part) = open.pop() {
            if !missing.insert(part) {
                continue;
            }
            open.extend(self.built_on.get(&part).into_iter().flatten().copied().filter(stands));
            if of(part.0).filter(stands).all(|one| missing.contains(&one)) {
                let followers = self.required_by[part.0.index()].iter();
                open.extend(followers.flat_map(|&follower| of(follower)).filter(stands));
            }
        }
        let changes = |&(project, phase): &Part| {
            self.parts[project.index()].get(phase).copied().flatten().is_some_and(|part| part.changes)
        };
        missing.into_iter().filter(changes).collect()
    }

    /// Phases that change something and are commissioned after `since`, on `until` at the latest, in order.
    #[must_use]
    pub fn commissioned(&self, since: Option<Date>, until: Date) -> Vec<Part> {
        let mut found = Vec::new();
        for (project, phases) in (0..).map(ProjectId::from_index).zip(&self.parts) {
            for (phase, part) in phases.iter().enumerate() {
                let inside = |part: &Planned| {
                    let ended = part.until.is_some_and(|end| end <= until);
                    part.changes && part.on <= until && since.is_none_or(|since| part.on > since) && !ended
                };
                if part.as_ref().is_some_and(inside) {
                    found.push((project, phase));
                }
            }
        }
        found
    }

    /// The grid of a day without phases that are missing.
    ///
    /// # Errors
    /// Findings where it cannot be built.
    pub fn grid_without(
        &self,
        plan: &Plan,
        selection: &Selection,
        (stage, scenario): (StageId, ScenarioId),
        missing: &[Part],
    ) -> Result<StageGrid, Vec<Finding>> {
        let at = plan.stages[stage].at;
        let mut selection = selection.clone();
        let mut partly: Vec<Part> = Vec::new();
        for phases in missing.chunk_by(|a, b| a.0 == b.0) {
            let Some(&(project, _)) = phases.first() else { continue };
            if at.is_some_and(|at| self.standing(project, at) == phases.len()) {
                selection.without.push(project);
            } else {
                partly.extend(phases);
            }
        }
        if partly.is_empty() {
            return plan.grid(stage, scenario, &selection);
        }
        // Some of its phases stand: only in a plan of its own can the others be away.
        let mut plan = plan.clone();
        for (project, phase) in partly {
            if let Some(phase) = plan.projects[project].phases.get_mut(phase) {
                phase.commissioning = None;
            }
        }
        plan.grid(stage, scenario, &selection)
    }
}

/// What a phase did to a record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Touch {
    Added,
    Removed,
    Set(crate::model::Field),
    /// A larger work was done to it: what it holds has changed, or it stands no more.
    Reworked,
    /// Something that stood at this bus was removed.
    Cleared,
}

/// Whether a change can only come after what was done to the same record before.
fn follows(op: &Op, earlier: Touch) -> bool {
    match (op, earlier) {
        (Op::Remove(_), Touch::Cleared)
        | (_, Touch::Added | Touch::Reworked)
        | (Op::Add(_) | Op::Work(_), Touch::Removed)
        | (Op::Work(_), Touch::Set(_)) => true,
        (Op::Set { field, .. }, Touch::Set(set)) => *field == set,
        _ => false,
    }
}
