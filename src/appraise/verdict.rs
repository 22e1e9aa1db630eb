//! The verdict on a staged plan: what holds, what does not, since when, and which work ends it.

use super::{Cell, Group, JudgedViolation, MovedLoad, NotJudged, StateSummary, Told};
use crate::ids::{ScenarioId, StageId};

/// What `check` prints.
#[derive(Clone, PartialEq, Debug)]
pub struct Verdict {
    /// The answer.
    pub exit: Exit,
    /// The stages judged, in order of time.
    pub stages: Vec<StageId>,
    /// The scenarios judged, in the order of the plan.
    pub scenarios: Vec<ScenarioId>,
    /// The criteria that any stage asks for, in a fixed order; `supply` is always the first.
    pub criteria: Vec<&'static str>,
    /// `[stage][scenario][criterion]`, all combinations.
    pub cells: Vec<Cell>,
    /// Warnings and violations, worst first.
    pub violations: Vec<JudgedViolation>,
    /// One per judged stage and scenario, stage by stage.
    pub summary: Vec<StateSummary>,
    /// Rules that were asked but not judged.
    pub not_judged: Vec<NotJudged>,
    /// Load carried by neighbours of stations that are not in service.
    pub moved: Vec<MovedLoad>,
    /// What was not modelled, in sentences.
    pub notes: Vec<String>,
    /// What the grids and load flows had to say, once each.
    pub findings: Vec<Told>,
}

/// The answer in one word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub enum Exit {
    /// Every state is solved, and nothing that is asked and judged is violated.
    Holds,
    /// A criterion is violated without exception, or load is left dark.
    Violated,
    /// A state has no solution; this outweighs violations elsewhere.
    NoSolution,
}

impl Exit {
    /// The word used in every output form.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Violated => "violated",
            Self::NoSolution => "no_solution",
        }
    }

    /// The exit code of the command line.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Holds => 0,
            Self::Violated => 1,
            Self::NoSolution => 4,
        }
    }
}

impl Verdict {
    /// The cell of a stage, scenario and criterion.
    #[must_use]
    pub fn cell(&self, stage: StageId, scenario: ScenarioId, criterion: &str) -> Option<&Cell> {
        self.cells
            .iter()
            .find(|cell| cell.stage == stage && cell.scenario == scenario && cell.criterion == criterion)
    }

    /// The violations by rule and element, in the order of the worst of each group.
    #[must_use]
    pub fn groups(&self) -> Vec<Group> {
        let mut rows: Vec<usize> = (0..self.violations.len()).collect();
        // Stable, so that within a group the worst stays first.
        rows.sort_by(|&a, &b| self.violations[a].group().cmp(&self.violations[b].group()));
        let mut groups: Vec<Group> = rows
            .chunk_by(|&a, &b| self.violations[a].group() == self.violations[b].group())
            .map(|rows| Group { rows: rows.to_vec() })
            .collect();
        groups.sort_by_key(|group| group.rows.first().copied());
        groups
    }
}
