//! The grid on a day: the base grid, and every change of the works dated at or before it, one after another.
//!
//! ```text
//! events = for each phase of each counted project: commissioning (its changes, in order)
//!                                                  decommissioning (the same, undone, backwards)
//! order  = day; on one day what is decommissioned first, then by rank of the project, then by phase
//! rank   = place in the project table, but after every project it requires
//! ```
//!
//! Each change is checked against the state it meets, so that a plan which cannot be built says so, with the
//! row of the change. Every applied change carries its inverse: [`Replay::undo`] goes back step by step to the
//! very base grid.

mod lower;
mod order;
mod parts;
mod state;

use super::{LoadMove, Name, Network, Op, Plan, Project};
use crate::finding::{Code, Finding};
use crate::ids::{Id, ProjectId};
use jiff::civil::Date;
use order::ranks;
use state::State;

/// Which works count, beside what their status says.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Selection {
    /// Works that count though candidate, deferred or cancelled.
    pub with: Vec<ProjectId>,
    /// Works that do not count; stronger than `with`.
    pub without: Vec<ProjectId>,
}

impl Selection {
    /// Whether a project counts.
    #[must_use]
    pub fn counts(&self, id: ProjectId, project: &Project) -> bool {
        !self.without.contains(&id) && (project.is_counted() || self.with.contains(&id))
    }
}

/// A change that was applied, and what takes it back.
#[derive(Clone, PartialEq, Debug)]
pub struct Applied {
    /// The day on which it takes effect.
    pub date: Date,
    /// The project it belongs to.
    pub project: ProjectId,
    /// Place of its phase in the project.
    pub phase: usize,
    /// What was done, step by step: never a [`Op::Work`]. For a decommissioning, the inverse of what the phase did.
    pub op: Op,
    /// What takes it back.
    pub inverse: Op,
}

/// A grid with the changes that led to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Replay {
    /// The grid.
    pub network: Network,
    /// Load that works moved between stations, in the order of the works.
    pub moves: Vec<LoadMove>,
    /// The changes, in the order in which they were applied.
    pub applied: Vec<Applied>,
    /// What will probably not do what was meant; never an error.
    pub findings: Vec<Finding>,
}

impl Replay {
    /// Takes the last change back and returns it; `None` when the base grid is reached.
    pub fn undo(&mut self) -> Option<Applied> {
        let last = self.applied.pop()?;
        state::put(&mut self.network, &mut self.moves, &last.inverse);
        Some(last)
    }
}

/// A phase that takes effect, or ends.
struct Event {
    date: Date,
    project: ProjectId,
    phase: usize,
    ends: bool,
}

impl Plan {
    /// The grid on the day `at`, or the base grid where there is none.
    ///
    /// # Errors
    /// All changes that do not fit the state they meet, works that exclude each other and stand together, and
    /// works that require each other in a circle.
    pub fn replay(&self, at: Option<Date>, selection: &Selection) -> Result<Replay, Vec<Finding>> {
        let mut state = State::new(self, selection);
        let Some(at) = at else { return state.finish() };
        let ranks = ranks(self)?;
        let mut events = self.events(at, selection, &mut state);
        let rank = |event: &Event| ranks[event.project.index()];
        events.sort_by_key(|event| {
            // what was built on others goes before them
            let order = if event.ends { ranks.len() - rank(event) } else { rank(event) };
            (event.date, !event.ends, order, event.phase)
        });
        for event in events {
            let phase = &self.projects[event.project].phases[event.phase];
            if event.ends {
                state.end(event.date, event.project, event.phase);
                continue;
            }
            state.begin(event.date, event.project, selection);
            for change in &phase.changes {
                state.apply(event.date, event.project, event.phase, change);
            }
            state.commissioned(event.project, event.phase);
        }
        state.finish()
    }

    fn events(&self, at: Date, selection: &Selection, state: &mut State<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        for (project, record) in self.projects.iter_ids() {
            if !selection.counts(project, record) {
                continue;
            }
            for (phase, part) in record.phases.iter().enumerate() {
                let Some(begin) = part.commissioning.map(|begin| begin.date) else { continue };
                let end = part.decommissioning.map(|end| end.date);
                if end.is_some_and(|end| end <= begin) {
                    state.findings.push(never_stands(record, &part.id).place(part.origin.place.clone()));
                    continue;
                }
                let dates = [(Some(begin), false), (end, true)];
                events.extend(
                    dates
                        .into_iter()
                        .filter_map(|(date, ends)| Some((date.filter(|&date| date <= at)?, ends)))
                        .map(|(date, ends)| Event { date, project, phase, ends }),
                );
            }
        }
        events
    }

    /// The project as the messages name it: `P001`, or `P001 phase b`.
    fn describe_phase(&self, project: ProjectId, phase: usize) -> String {
        let project = &self.projects[project];
        match project.phases.get(phase).map(|phase| phase.id.as_str()) {
            None | Some("") => project.id.to_string(),
            Some(phase) => format!("{} phase {phase}", project.id),
        }
    }
}

fn never_stands(project: &Project, phase: &Name) -> Finding {
    let part = if phase.is_empty() { String::new() } else { format!(" phase {phase}") };
    let message =
        format!("{}{part} is decommissioned before it is commissioned, so it never stands", project.id);
    Finding::warning(Code::Plan, message)
        .element(format!("project {}", project.id))
        .field("decommissioning_date")
        .help("give a later `decommissioning_date`, or leave it empty")
}
