//! What a plan holds, counted: records by table and confidence, stages, works.

use crate::appraise::{CostSum, cost_by_price_year};
use crate::ids::{ProjectId, StageId};
use crate::model::{Confidence, Network, Origin, Plan, Project};
use jiff::civil::Date;

/// How well the records of one kind are supported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Support {
    /// What is counted, for example `lines`.
    pub kind: &'static str,
    /// All of them.
    pub records: usize,
    /// How many at each level of [`Confidence::ALL`].
    pub by_confidence: [usize; Confidence::ALL.len()],
}

impl Support {
    fn count<'a>(kind: &'static str, origins: impl Iterator<Item = &'a Origin>) -> Self {
        let mut support = Self { kind, records: 0, by_confidence: [0; Confidence::ALL.len()] };
        for origin in origins {
            support.records += 1;
            let level = Confidence::ALL.iter().position(|&level| Some(level) == origin.confidence);
            if let Some(count) = level.and_then(|level| support.by_confidence.get_mut(level)) {
                *count += 1;
            }
        }
        support
    }

    /// Records at a level.
    #[must_use]
    pub fn of(&self, level: Confidence) -> usize {
        let index = Confidence::ALL.iter().position(|&known| known == level);
        index.and_then(|index| self.by_confidence.get(index)).copied().unwrap_or(0)
    }

    /// Records that say nothing about their support.
    #[must_use]
    pub fn unstated(&self) -> usize {
        self.records - self.by_confidence.iter().sum::<usize>()
    }

    /// Counts all tables of a plan: the base grid and everything that its works build.
    #[must_use]
    pub fn of_plan(plan: &Plan) -> Vec<Self> {
        let network = &plan.network;
        let all = vec![
            Self::count("substations", network.substations.iter().map(|r| &r.origin)),
            Self::count("buses", network.buses.iter().map(|r| &r.origin)),
            Self::count("lines", network.lines.iter().map(|r| &r.origin)),
            Self::count("transformers", network.transformers.iter().map(|r| &r.origin)),
            Self::count("generators", network.generators.iter().map(|r| &r.origin)),
            Self::count("loads", network.loads.iter().map(|r| &r.origin)),
            Self::count("shunts", network.shunts.iter().map(|r| &r.origin)),
            Self::count("switches", network.switches.iter().map(|r| &r.origin)),
            Self::count("projects", plan.projects.iter().map(|r| &r.origin)),
            Self::count("forecast rows", plan.forecast.rows.iter().map(|r| &r.origin)),
        ];
        all.into_iter().filter(|support| support.records > 0).collect()
    }
}

/// One stage, counted.
#[derive(Clone, PartialEq, Debug)]
pub struct StageCount {
    /// The stage.
    pub stage: StageId,
    /// Buses that stand.
    pub buses: usize,
    /// Line circuits that stand.
    pub lines: usize,
    /// Transformers that stand.
    pub transformers: usize,
    /// Load of the first scenario.
    pub load_mw: f64,
    /// Works of which a part is commissioned since the stage before.
    pub works: Vec<ProjectId>,
    /// What they cost, by price year.
    pub cost: Vec<CostSum>,
    /// Those without a known cost.
    pub works_without_cost: usize,
}

impl StageCount {
    /// Counts a stage, given its grid.
    #[must_use]
    pub fn new(plan: &Plan, stage: StageId, grid: &Network) -> Self {
        let at = plan.stages[stage].at;
        let before = plan.stages.iter_ids().take_while(|&(id, _)| id < stage).last().and_then(|(_, s)| s.at);
        let since = before.or(plan.base.as_of);
        let works: Vec<ProjectId> = plan
            .projects
            .iter_ids()
            .filter(|(_, project)| project.is_counted() && is_commissioned(project, since, at))
            .map(|(id, _)| id)
            .collect();
        Self {
            stage,
            buses: grid.buses.iter().filter(|record| record.built).count(),
            lines: grid.lines.iter().filter(|record| record.built).count(),
            transformers: grid.transformers.iter().filter(|record| record.built).count(),
            load_mw: grid
                .loads
                .iter()
                .filter(|load| load.built && load.in_service)
                .map(|load| load.p_mw)
                .sum(),
            works_without_cost: works.iter().filter(|&&id| plan.projects[id].cost.is_none()).count(),
            cost: cost_by_price_year(plan, &works),
            works,
        }
    }
}

/// Whether a part of a project is commissioned after `since`, at `at` at the latest.
fn is_commissioned(project: &Project, since: Option<Date>, at: Option<Date>) -> bool {
    let dates = project.phases.iter().filter_map(|phase| phase.commissioning.map(|date| date.date));
    let mut inside =
        dates.filter(|&date| since.is_none_or(|since| date > since) && at.is_none_or(|at| date <= at));
    inside.next().is_some()
}
