//! `gridstage n1`: every outage of one grid.

use super::arguments::{Flow, Slack, Target, Works};
use super::exit::Exit;
use super::input::{self, unknown};
use super::output::deliver;
use super::talk::{self, Detail};
use crate::appraise;
use crate::criteria::same_kv;
use crate::finding::{Code, Finding};
use crate::flow::{self, Status};
use crate::model::{ElementId, Network};
use crate::report::json::{self, Answer, Kind};
use crate::report::text;
use crate::study::contingency::{Outage, every_branch};
use clap::ValueEnum;
use std::path::PathBuf;

/// Solve every outage of one grid: limits passed, load lost, states not found
///
/// Each line and each transformer is lost alone, and what is left is solved and held against the rules for the
/// grid after a fault: those of the plan, or the emergency ratings and voltage bands of a bare grid file.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage n1 grids/ieee/118
  gridstage n1 grids/hanoi --at 2025 --scenario max --kv 220
  gridstage n1 case.m --outage L7 --outage L8 --format jsonl

Exit codes: 0 after every outage everything holds that held before, 1 it does not, 2 usage,
3 invalid input, 4 the intact grid has no solution, 74 output not written.")]
pub(crate) struct Args {
    /// Grid file, or plan folder; `-` reads a MATPOWER file from standard input
    #[arg(value_name = "GRID|PLAN")]
    grid: PathBuf,
    /// Stage of the plan, or a date such as 2018-06-30, 2018-06 or 2018
    #[arg(long, value_name = "STAGE|DATE")]
    at: Option<String>,
    /// Scenario of the plan; its first if not given
    #[arg(long, value_name = "SCENARIO")]
    scenario: Option<String>,
    #[command(flatten)]
    works: Works,
    /// Only this outage: the id of a line or transformer; may be repeated
    #[arg(long, value_name = "ID", conflicts_with_all = ["kv", "kind"])]
    outage: Vec<String>,
    /// Only outages of what has this rated voltage at one of its ends; may be repeated
    #[arg(long, value_name = "KV")]
    kv: Vec<f64>,
    /// Only outages of these
    #[arg(long, value_enum)]
    kind: Option<Lost>,
    /// Only look at what has this rated voltage at one of its ends; may be repeated
    #[arg(long, value_name = "KV")]
    monitor_kv: Vec<f64>,
    /// Show the first N rows of each table in text; 0 shows all [default: 20]
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    flow: Flow,
    #[command(flatten)]
    talk: talk::Options,
}

/// What is lost.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Lost {
    /// Lines
    Line,
    /// Transformers
    Transformer,
}

/// The form of the result.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Form {
    /// For people
    Text,
    /// For programs; `gridstage schema n1` describes it
    Json,
    /// For programs: an outage a line, as it stands under `cases/outages` of the JSON
    Jsonl,
}

/// Solves all outages.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let usage = |message: &str| {
        talk.error(message);
        Exit::Usage
    };
    if args.top.is_some() && args.format != Form::Text {
        return usage("--top is about text: other forms always hold all");
    }
    let json = (args.format == Form::Json).then_some(Kind::N1);
    let mut opened = match input::open(&args.grid, &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let asked = opened.at(args.at.as_deref()).and_then(|stage| {
        Ok((stage, opened.scenario(args.scenario.as_deref())?, opened.selection(&args.works)?))
    });
    let (stage, scenario, selection) = match asked {
        Ok(asked) => asked,
        Err(message) => return usage(&message),
    };
    let plan = &opened.plan;
    let options = args.flow.options();
    let solved = plan.grid(stage, scenario, &selection).and_then(|grid| {
        let solved = flow::solve_grid(&grid.network, &options, None).map_err(|error| error.findings)?;
        Ok((grid, solved))
    });
    let (grid, solved) = match solved {
        Ok(solved) => solved,
        Err(findings) => {
            let findings: Vec<Finding> = opened.findings.into_iter().chain(findings).collect();
            return input::reject(&findings, json, &talk);
        }
    };
    let alone = (args.flow.slack() != Slack::Single).then(|| {
        let text = "the balance of the intact grid is shared; what an outage takes from it or adds is its slack's alone";
        Finding::note(Code::Assumed, text)
    });
    let flow::SolvedGrid { flow, network, .. } = &solved;
    let findings: Vec<Finding> =
        opened.findings.iter().chain(&grid.findings).chain(&flow.findings).chain(&alone).cloned().collect();
    talk.findings(&findings, Detail::Condensed, "-v shows all");
    if flow.status != Status::Converged {
        talk.error("the intact grid has no load-flow solution, so no outage can be looked at; `gridstage solve` tells more");
        let Some(_) = json else { return Exit::NoSolution };
        return deliver(args.target.output.as_deref(), Exit::NoSolution, &talk, |out, _| {
            let options = asked_of(args, &plan.stages[stage].id, &plan.scenarios[scenario].id);
            let exit = Exit::NoSolution.code();
            json::write(&json::n1_unsolved(opened.inputs(), options, exit, &findings), out)
        });
    }
    let outages = match outages(network, args) {
        Ok(outages) => outages,
        Err(message) => return usage(&message),
    };
    let set = appraise::rules_after_a_fault(plan, stage);
    let monitored = |element| args.monitor_kv.is_empty() || has_kv(network, element, &args.monitor_kv);
    let verdict = match appraise::judge_outages(&solved, &set, outages, &options, &monitored) {
        Ok(verdict) => verdict,
        Err(error) => return input::reject(&error.findings, json, &talk),
    };
    if verdict.watched == 0 {
        talk.warn(&format!(
            "no limit was held against the states after the outages: criteria set {} has no rule for them that applies here",
            verdict.criteria
        ));
    }
    let holds = verdict.results.iter().all(appraise::OutageResult::holds);
    let (answer, exit) = if holds { (Answer::Holds, Exit::Holds) } else { (Answer::Violated, Exit::Fails) };
    let (stage, scenario) = (&plan.stages[stage], &plan.scenarios[scenario].id);
    deliver(args.target.output.as_deref(), exit, &talk, |out, ink| match args.format {
        Form::Text => {
            let day = stage.at.map(|date| date.to_string()).unwrap_or_default();
            let state = match stage.id.as_str() {
                _ if plan.is_bare() => String::new(),
                id if id == day => format!("Grid of {day}, scenario {scenario}"),
                id => format!("Stage {id} ({day}), scenario {scenario}"),
            };
            let (path, verdict, top) = (&opened.path, &verdict, args.top.unwrap_or(20));
            text::n1(&text::N1Text { path, plan, state: &state, network, verdict, top, ink }, out)
        }
        Form::Json => {
            let options = asked_of(args, &stage.id, scenario);
            let answer = (answer, exit.code());
            json::write(&json::n1(opened.inputs(), options, answer, network, &verdict, &findings), out)
        }
        Form::Jsonl => {
            for result in &verdict.results {
                serde_json::to_writer(&mut *out, &json::OutageRow::new(network, &verdict, result))?;
                writeln!(out)?;
            }
            Ok(())
        }
    })
}

/// What was asked, as the document tells it.
fn asked_of<'a>(args: &'a Args, at: &'a str, scenario: &'a str) -> json::SolveOptions<'a> {
    json::SolveOptions {
        at,
        scenario,
        with: args.works.with.iter().map(String::as_str).collect(),
        without: args.works.without.iter().map(String::as_str).collect(),
        flow: args.flow.row("newton"),
    }
}

/// The outages asked for.
fn outages(network: &Network, args: &Args) -> Result<Vec<Outage>, String> {
    let kind = |element| match args.kind {
        None => true,
        Some(Lost::Line) => matches!(element, ElementId::Line(_)),
        Some(Lost::Transformer) => !matches!(element, ElementId::Line(_)),
    };
    let all = every_branch(network, |element| {
        kind(element) && (args.kv.is_empty() || has_kv(network, element, &args.kv))
    });
    if args.outage.is_empty() {
        if all.is_empty() {
            return Err("no line or transformer in service is what --kv and --kind ask for".to_owned());
        }
        return Ok(all);
    }
    let mut found: Vec<Outage> = Vec::new();
    for id in &args.outage {
        let outage = all.iter().find(|outage| outage.id == id.as_str());
        let outage = outage.ok_or_else(|| {
            unknown("line or transformer in service", id, all.iter().map(|outage| outage.id.as_str()))
        })?;
        if found.contains(outage) {
            return Err(format!("--outage {id} is given twice"));
        }
        found.push(outage.clone());
    }
    Ok(found)
}

/// Whether a bus, or an end of a branch, has one of these rated voltages.
fn has_kv(network: &Network, element: ElementId, wanted: &[f64]) -> bool {
    let is_wanted = |bus| wanted.iter().any(|&kv| same_kv(kv, network.buses[bus].vn_kv));
    match element {
        ElementId::Bus(bus) => is_wanted(bus),
        _ => network.stands_at(element).into_iter().flatten().any(is_wanted),
    }
}
