//! One state of the input: the grid of a stage or date in a scenario. The way in for every verb that looks at one grid.

use super::arguments::Works;
use super::exit::Exit;
use super::input::{self, Opened};
use super::talk::Talk;
use crate::finding::Finding;
use crate::flow::{FlowOptions, LoadFlow, Status};
use crate::ids::{ScenarioId, StageId};
use crate::model::{Network, Plan, StageGrid};
use crate::report::json::Kind;
use crate::study::Explanation;
use std::path::PathBuf;

/// Which state.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Which {
    /// Grid file, or plan folder; `-` reads a grid file from standard input
    #[arg(value_name = "GRID|PLAN")]
    grid: PathBuf,
    /// Stage of the plan, or a date such as 2018-06-30, 2018-06 or 2018
    #[arg(long, value_name = "STAGE|DATE")]
    at: Option<String>,
    /// Scenario of the plan; its first if not given
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    #[command(flatten)]
    pub(crate) works: Works,
}

/// The state asked for.
pub(crate) struct State {
    pub(crate) opened: Opened,
    pub(crate) stage: StageId,
    pub(crate) scenario: ScenarioId,
    /// Its grid, not solved.
    pub(crate) grid: StageGrid,
}

impl Which {
    /// The operand as it was typed.
    pub(crate) fn operand(&self) -> &std::path::Path {
        &self.grid
    }

    /// Reads the input and builds the grid asked for; what stands in the way is told, in the document of `json` too.
    pub(crate) fn open(&self, json: Option<Kind>, talk: &Talk) -> Result<State, Exit> {
        let mut opened = input::open_as_of(&self.grid, &self.works.version.as_of(), talk)
            .map_err(|findings| input::reject(&findings, json, talk))?;
        let asked = opened.at(self.at.as_deref()).and_then(|stage| {
            Ok((stage, opened.scenario(self.scenario.as_deref())?, opened.selection(&self.works)?))
        });
        let (stage, scenario, selection) = asked.map_err(|message| {
            talk.error(&message);
            Exit::Usage
        })?;
        match opened.plan.grid(stage, scenario, &selection) {
            Ok(grid) => Ok(State { opened, stage, scenario, grid }),
            Err(findings) => Err(reject(&opened, &findings, json, talk)),
        }
    }
}

/// Tells why a grid that was read cannot be used, with what its reader found.
fn reject(opened: &Opened, findings: &[Finding], json: Option<Kind>, talk: &Talk) -> Exit {
    let findings: Vec<Finding> = opened.findings.iter().chain(findings).cloned().collect();
    input::reject(&findings, json, talk)
}

impl State {
    /// The plan.
    pub(crate) fn plan(&self) -> &Plan {
        &self.opened.plan
    }

    /// Id of the stage or date.
    pub(crate) fn at(&self) -> &str {
        &self.plan().stages[self.stage].id
    }

    /// Id of the scenario.
    pub(crate) fn scenario(&self) -> &str {
        &self.plan().scenarios[self.scenario].id
    }

    /// What reader and plan found, and `more`.
    pub(crate) fn findings<'a>(&'a self, more: impl IntoIterator<Item = &'a Finding>) -> Vec<Finding> {
        self.opened.findings.iter().chain(&self.grid.findings).chain(more).cloned().collect()
    }

    /// Tells why the grid cannot be used.
    pub(crate) fn reject(&self, findings: &[Finding], json: Option<Kind>, talk: &Talk) -> Exit {
        reject(&self.opened, findings, json, talk)
    }

    /// The state as a heading; empty for a bare grid.
    pub(crate) fn heading(&self) -> String {
        let day = self.plan().stages[self.stage].at.map(|date| date.to_string()).unwrap_or_default();
        let scenario = self.scenario();
        match self.at() {
            _ if self.plan().is_bare() => String::new(),
            id if id == day => format!("Grid of {day}, scenario {scenario}"),
            id => format!("Stage {id} ({day}), scenario {scenario}"),
        }
    }
}

/// Why a load flow has no solution; nothing of one that has.
pub(crate) fn explained(network: &Network, flow: &LoadFlow, options: &FlowOptions) -> Option<Explanation> {
    // what could not be built has been told before
    (flow.status != Status::Converged).then(|| Explanation::new(network, flow, options).ok()).flatten()
}
