//! `gridstage diff`: what differs between two inputs, and what that does.

use super::arguments::{Flow, Switch, Target, TextJsonCsv, Top};
use super::check;
use super::exit::Exit;
use super::input::{self, Opened};
use super::outages::Then;
use super::output::deliver;
use super::talk::{self, Detail, Talk};
use crate::appraise::{self, Side, Verdict};
use crate::finding::Finding;
use crate::flow::Status;
use crate::ids::StageId;
use crate::model::{APPROVED, AsOf, Difference, Plan, Selection};
use crate::read;
use crate::report::json::{self, Kind};
use crate::report::{sheet, text};
use crate::study::Unsolved;
use crate::write::plan::{Compare, compare};
use std::path::{Path, PathBuf};

/// Compare two plans, versions, stages or grids, record by record
///
/// Grids of any two formats are compared in the same words and units, rows known again by their ids. `@` behind a plan
/// means a version of it (an amendment, `approved`) or a stage or date, whose grids are then compared.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage diff grids/hanoi@approved grids/hanoi                what the amendments changed
  gridstage diff grids/hanoi@approved grids/hanoi --effect       and what that does to the verdict
  gridstage diff grids/hanoi@2025 grids/hanoi@2030               what is built in between
  gridstage diff case.raw case.m --tolerance 1e-4 --ignore name

Exit codes: 0 nothing differs, 1 something does, 2 usage, 3 invalid input, 4 with --effect a load flow has no
solution, 74 output not written.")]
pub(crate) struct Args {
    /// Plan or grid; PLAN@A01, PLAN@approved, PLAN@2025, PLAN@A01@2025
    #[arg(value_name = "A")]
    first: String,
    /// What it is compared with
    #[arg(value_name = "B")]
    second: String,
    /// Largest difference of two numbers that counts as none, as a share of the larger one [default: 1e-9]
    #[arg(long, value_name = "SHARE", value_parser = share)]
    tolerance: Option<f64>,
    /// Leave out a field, a table or TABLE.FIELD; may be repeated
    #[arg(long, value_name = "NAME")]
    ignore: Vec<String>,
    /// Judge both, and compare the verdicts: violations, losses, load without supply, cost
    #[arg(long)]
    effect: bool,
    /// With --effect, judge the grid after a fault too, where the criteria ask it [default: on]
    #[arg(long, value_enum, requires = "effect")]
    n1: Option<Switch>,
    #[command(flatten)]
    top: Top,
    /// Form of the result; csv: one row per difference
    #[arg(long, value_enum, default_value = "text")]
    format: TextJsonCsv,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    then: Then,
    #[command(flatten)]
    flow: Flow,
    #[command(flatten)]
    talk: talk::Options,
}

fn share(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(share) if (0.0..1.0).contains(&share) => Ok(share),
        _ => Err("give a share from 0 to below 1, for example 1e-4".to_owned()),
    }
}

/// One of the two: read, with the stage that was asked for.
struct Operand {
    opened: Opened,
    stage: Option<StageId>,
}

/// Compares.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    if let Some(message) = args.top.refused(args.format == TextJsonCsv::Text) {
        talk.error(message);
        return Exit::Usage;
    }
    let json = (args.format == TextJsonCsv::Json).then_some(Kind::Diff);
    let mut operands = Vec::new();
    for name in [&args.first, &args.second] {
        match operand(name, &talk, json) {
            Ok(operand) => operands.push(operand),
            Err(exit) => return exit,
        }
    }
    let [first, second] = operands.as_slice() else { return Exit::Bug };
    if first.stage.is_some() != second.stage.is_some()
        && !(first.opened.plan.is_bare() || second.opened.plan.is_bare())
    {
        talk.error("one side is a whole plan, the other the grid of one stage\nname a stage on both sides, or on none");
        return Exit::Usage;
    }
    let grids = match (grid(first), grid(second)) {
        (Ok(one), Ok(two)) => [one, two],
        (Err(findings), _) | (_, Err(findings)) => return input::reject(&findings, json, &talk),
    };
    let plan = |operand: &'_ Operand, at: usize| -> Plan {
        grids.get(at).and_then(Clone::clone).unwrap_or_else(|| operand.opened.plan.clone())
    };
    let (one, two) = (plan(first, 0), plan(second, 1));
    let default = Compare::default();
    let options =
        Compare { tolerance: args.tolerance.unwrap_or(default.tolerance), ignore: args.ignore.clone() };
    let differences = match compare(&one, &two, &options) {
        Ok(differences) => differences,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let verdicts = if args.effect {
        match (judged(args, first), judged(args, second)) {
            (Ok(one), Ok(two)) => Some([one, two]),
            (Err(findings), _) | (_, Err(findings)) => return input::reject(&findings, json, &talk),
        }
    } else {
        None
    };
    let sides = verdicts.as_ref().map(|[one, two]| {
        [Side { plan: &first.opened.plan, verdict: one }, Side { plan: &second.opened.plan, verdict: two }]
    });
    let effect = sides.map(|[one, two]| appraise::effect(one, two));
    let unsolved = [0, 1].map(|at| unsolved(args, sides?[at]));
    let unsolved = unsolved.each_ref().map(Option::as_ref);
    let exit = exit(&differences, verdicts.as_ref());
    let told: Vec<Finding> = first.opened.findings.iter().chain(&second.opened.findings).cloned().collect();
    talk.findings(&told, Detail::Condensed, "`gridstage lint` lists all");
    let names = [args.first.as_str(), args.second.as_str()];
    deliver(args.target.output.as_deref(), exit, &talk, |out, ink| match args.format {
        TextJsonCsv::Text => text::diff(
            &text::DiffText {
                names,
                differences: &differences,
                sides,
                effect: effect.as_ref(),
                unsolved,
                top: args.top.rows(),
                ink,
            },
            out,
        ),
        TextJsonCsv::Csv => sheet::differences(&differences, out),
        TextJsonCsv::Json => {
            let inputs = first.opened.inputs().into_iter().chain(second.opened.inputs()).collect();
            let options = json::DiffOptions {
                first: names[0],
                second: names[1],
                tolerance: options.tolerance,
                ignore: args.ignore.iter().map(String::as_str).collect(),
                effect: args.effect,
            };
            let effect = sides.zip(effect.as_ref());
            let document = json::diff(inputs, options, exit.code(), &differences, effect, unsolved);
            json::write(&document, out)
        }
    })
}

/// The first state of a side that has no solution, and why.
fn unsolved(args: &Args, side: Side<'_>) -> Option<Unsolved> {
    let none = side.verdict.summary.iter().find(|state| state.status != Status::Converged)?;
    Unsolved::new(side.plan, (none.stage, none.scenario), &Selection::default(), &args.flow.options())
}

fn exit(differences: &[Difference], verdicts: Option<&[Verdict; 2]>) -> Exit {
    let unsolved =
        verdicts.is_some_and(|both| both.iter().any(|verdict| verdict.exit == appraise::Exit::NoSolution));
    if unsolved {
        Exit::NoSolution
    } else if differences.is_empty() {
        Exit::Holds
    } else {
        Exit::Fails
    }
}

/// Reads `PLAN@VERSION@STAGE`.
fn operand(name: &str, talk: &Talk, json: Option<Kind>) -> Result<Operand, Exit> {
    let (path, versions) = parts(name);
    let open = |as_of: &AsOf| {
        input::open_as_of(&path, as_of, talk).map_err(|findings| input::reject(&findings, json, talk))
    };
    let mut opened = open(&AsOf::Latest)?;
    let mut stage = None;
    for version in &versions {
        let amended = opened.plan.amendments.iter().any(|one| one.id == *version);
        if *version == APPROVED || amended {
            opened = open(&version.parse().unwrap_or_default())?;
        }
    }
    for version in &versions {
        let amended = opened.plan.amendments.iter().any(|one| one.id == *version);
        if *version != APPROVED && !amended {
            stage = Some(opened.at(Some(version)).map_err(|message| {
                let versions: Vec<&str> = opened.plan.amendments.iter().map(|one| one.id.as_str()).collect();
                let more =
                    if versions.is_empty() { String::new() } else { format!(", {}", versions.join(", ")) };
                talk.error(&format!("{name}: {message}\nversions: {APPROVED}{more}"));
                Exit::Usage
            })?);
        }
    }
    Ok(Operand { opened, stage })
}

/// The path, and what stands behind each `@`; a path that is there as it is written has none.
fn parts(name: &str) -> (PathBuf, Vec<String>) {
    if Path::new(name).exists() || name == "-" {
        return (PathBuf::from(name), Vec::new());
    }
    let mut parts = name.split('@');
    let path = PathBuf::from(parts.next().unwrap_or(name));
    (path, parts.map(str::to_owned).collect())
}

/// The grid of the stage asked for as a plan of its own; `None` where the whole plan is meant.
fn grid(operand: &Operand) -> Result<Option<Plan>, Vec<Finding>> {
    let plan = &operand.opened.plan;
    let Some(stage) = operand.stage else { return Ok(None) };
    let Some(scenario) = plan.scenarios.ids().next() else { return Ok(None) };
    let grid = plan.grid(stage, scenario, &Selection::default())?;
    Ok(Some(read::bare(grid.network.standing())))
}

/// The verdict on an operand: on its stage, or on all.
fn judged(args: &Args, operand: &Operand) -> Result<Verdict, Vec<Finding>> {
    let plan = &operand.opened.plan;
    let wanted = operand.stage.map(|stage| vec![stage]);
    check::verdict(plan, wanted, &args.flow, &args.then, args.n1 != Some(Switch::Off))
}
