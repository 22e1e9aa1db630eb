//! `gridstage show --supply`: the supply plan, solved.

use super::arguments::TextJsonCsv;
use super::exit::Exit;
use super::input::{self, Opened};
use super::outages::as_criteria_say;
use super::output::deliver;
use super::show::Args;
use super::talk::{Detail, Talk};
use crate::appraise::{self, supply};
use crate::finding::Finding;
use crate::flow::{Controls, FlowOptions};
use crate::model::{CriteriaSet, Plan, Selection};
use crate::report::json::{self, Kind, StageSupply};
use crate::report::{supply_sheet, text};
use crate::study::{StudyOptions, Unsolved, contingency, stages};

/// Solves the stages and tells what feeds each station.
pub(super) fn run(args: &Args, mut opened: Opened, talk: &Talk) -> Exit {
    let json = (args.format == TextJsonCsv::Json).then_some(Kind::Supply);
    let asked = (|| {
        let stage = args.at.as_deref().map(|at| opened.at(Some(at))).transpose()?;
        Ok::<_, String>((stage, opened.scenario(args.scenario.as_deref())?, opened.stations(&args.station)?))
    })();
    let (stage, scenario, stations) = match asked {
        Ok(asked) => asked,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    let plan = &opened.plan;
    let flow = FlowOptions { controls: Controls::ON, ..FlowOptions::default() };
    let study = StudyOptions {
        stages: stage.map(|stage| vec![stage]),
        scenarios: Some(vec![scenario]),
        flow,
        ..StudyOptions::default()
    };
    let solved = of_stations(plan, &study, &|set| as_criteria_say(plan, set, flow));
    let solved = match solved {
        Ok(solved) => solved,
        Err(findings) => {
            let findings: Vec<Finding> = opened.findings.iter().cloned().chain(findings).collect();
            return input::reject(&findings, json, talk);
        }
    };
    let wanted = |one: &supply::StationSupply| {
        stations.as_ref().is_none_or(|stations| stations.contains(&one.station))
    };
    let found: Vec<StageSupply> = solved
        .into_iter()
        .map(|(stage, found)| (stage, found.map(|rows| rows.into_iter().filter(|one| wanted(one)).collect())))
        .collect();
    let none = found.iter().find(|(_, stations)| stations.is_none());
    let unsolved =
        none.and_then(|(stage, _)| Unsolved::new(plan, (*stage, scenario), &Selection::default(), &flow));
    let unsolved = unsolved.as_ref();
    let exit = if found.iter().any(|(_, found)| found.is_none()) { Exit::NoSolution } else { Exit::Holds };
    talk.findings(&opened.findings, Detail::Condensed, "`gridstage lint` lists all");
    deliver(args.target.output.as_deref(), exit, talk, |out, ink| match args.format {
        TextJsonCsv::Text => {
            let scenario = &plan.scenarios[scenario].id;
            let (path, top, stages) = (&opened.path, args.top.rows(), &found);
            text::supply(&text::SupplyText { path, plan, scenario, stages, unsolved, top, ink }, out)
        }
        TextJsonCsv::Csv => supply_sheet::supply(plan, &found, out),
        TextJsonCsv::Json => {
            let options = json::SupplyOptions {
                at: args.at.as_deref(),
                scenario: "",
                stations: args.station.iter().map(String::as_str).collect(),
            };
            let findings = &opened.findings;
            let options = (options, scenario);
            let found = (found.as_slice(), unsolved);
            json::write(&json::supply(opened.inputs(), options, exit.code(), plan, found, findings), out)
        }
    })
}

/// What feeds the stations of the states of `study`, stage by stage; `options` say how the loss of a supply is solved.
pub(super) fn of_stations(
    plan: &Plan,
    study: &StudyOptions,
    options: &(dyn Fn(&CriteriaSet) -> contingency::Options + Sync),
) -> Result<Vec<StageSupply>, Vec<Finding>> {
    let solved = stages::run_with(plan, study, &|_, _| (), |stage, grid| {
        let set = appraise::rules_after_a_fault(plan, stage);
        supply::supply(grid, &set, &options(&set), &plan.transfers)
    });
    let solved = solved.map_err(|stopped| stopped.findings)?;
    Ok(solved.into_iter().map(|(state, found)| (state.stage, found)).collect())
}
