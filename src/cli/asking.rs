//! What verbs that try works and loads on a plan take alike: scenarios, works that count, outages, load flow, threads.

use super::arguments::{Flow, Jobs, Switch, Works};
use super::input::Opened;
use super::outages::Then;
use super::progress::When;
use super::talk::{self, Talk};
use crate::appraise::dated::{DatedOptions, Outages};
use crate::criteria::Modelled;
use crate::ids::ScenarioId;
use crate::model::{CriteriaSet, Plan, Selection};
use crate::report::json::{self, AskedRow};
use crate::study::contingency;

/// How grids are made, solved and judged, and how it is told.
#[derive(clap::Args, Debug)]
pub(super) struct Asking {
    /// Judge this scenario; may be repeated [default: the first of the plan]
    #[arg(long, value_name = "SCENARIO")]
    pub(super) scenario: Vec<String>,
    #[command(flatten)]
    pub(super) works: Works,
    /// Judge the grid after a fault, where the criteria ask it [default: on]
    #[arg(long, value_enum, help_heading = "After an outage")]
    pub(super) n1: Option<Switch>,
    #[command(flatten)]
    pub(super) then: Then,
    #[command(flatten)]
    pub(super) flow: Flow,
    #[command(flatten)]
    pub(super) jobs: Jobs,
    /// Show progress on standard error
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Run")]
    pub(super) progress: When,
    #[command(flatten)]
    pub(super) talk: talk::Options,
}

impl Asking {
    /// Whether the grid after a fault is judged.
    pub(super) fn after_faults(&self) -> bool {
        self.n1 != Some(Switch::Off)
    }

    /// The scenarios and works that are meant: the first scenario if none is named.
    pub(super) fn meant(&self, opened: &Opened) -> Result<(Vec<ScenarioId>, Selection), String> {
        let scenarios = opened.scenarios(&self.scenario)?;
        let first = || opened.plan.scenarios.ids().take(1).collect();
        Ok((scenarios.unwrap_or_else(first), opened.selection(&self.works)?))
    }

    /// Sets the threads up, and tells what of the options the grid has no use for.
    pub(super) fn start(&self, plan: &Plan, talk: &Talk) {
        self.jobs.start();
        if let Some(message) = self.then.unheeded(&plan.network) {
            talk.warn(message);
        }
    }

    /// How outages are solved under a set of criteria.
    pub(super) fn outages(&self, plan: &Plan, set: &CriteriaSet) -> contingency::Options {
        self.then.options(plan, set, self.flow.options())
    }

    /// How grids are solved and judged.
    pub(super) fn dated<'a>(
        &self,
        (scenarios, selection): (Vec<ScenarioId>, Selection),
        outages: Outages<'a>,
    ) -> DatedOptions<'a> {
        let (controls, contingencies) = (self.flow.controls(), self.after_faults());
        DatedOptions {
            scenarios,
            selection,
            flow: self.flow.options(),
            modelled: Modelled { controls, contingencies, ..Modelled::default() },
            outages,
        }
    }

    /// What was asked, for a document.
    pub(super) fn row<'a>(&'a self, plan: &'a Plan, scenarios: &[ScenarioId]) -> AskedRow<'a> {
        AskedRow {
            scenarios: scenarios.iter().map(|&id| plan.scenarios[id].id.as_str()).collect(),
            with: self.works.with.iter().map(String::as_str).collect(),
            without: self.works.without.iter().map(String::as_str).collect(),
            as_of: self.works.version.as_of.as_deref(),
            n1: self.after_faults(),
            response: self.then.response(),
            redispatch: self.then.redispatch(),
            transfer_minutes: self.then.transfer_minutes.map(json::Num),
            flow: self.flow.row("newton"),
        }
    }
}
