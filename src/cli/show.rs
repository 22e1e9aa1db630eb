//! `gridstage show`: what a plan holds.

use super::arguments::{Target, TextOrJson};
use super::exit::Exit;
use super::input;
use super::output::deliver;
use super::talk::{self, Detail};
use crate::finding::Finding;
use crate::ids::StageId;
use crate::model::Selection;
use crate::report::json::{self, Kind};
use crate::report::overview::StageCount;
use crate::report::text::{self, View};
use std::path::PathBuf;

/// Show what a plan holds: stages, works, records and how well they are supported
///
/// Nothing is solved. JSON always holds everything.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage show grids/hanoi
  gridstage show grids/hanoi --projects --at 2020
  gridstage show grids/hanoi --stages

Exit codes: 0 shown, 2 usage, 3 invalid input, 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "PLAN|GRID")]
    plan: PathBuf,
    /// Only up to this stage or date
    #[arg(long, value_name = "STAGE|DATE")]
    at: Option<String>,
    /// List the works in order of their dates
    #[arg(long, conflicts_with = "stages")]
    projects: bool,
    /// List the stages only
    #[arg(long)]
    stages: bool,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: TextOrJson,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    talk: talk::Options,
}

/// Shows.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    if args.format == TextOrJson::Json && (args.projects || args.stages) {
        talk.error(
            "--projects and --stages choose what text shows; JSON always holds everything: leave them out",
        );
        return Exit::Usage;
    }
    let json = (args.format == TextOrJson::Json).then_some(Kind::Show);
    let mut opened = match input::open(&args.plan, &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let (stages, until) = match args.at.as_deref() {
        None => (opened.plan.stages.ids().collect::<Vec<StageId>>(), None),
        Some(at) => match opened.at(Some(at)) {
            Ok(stage) => (vec![stage], opened.plan.stages[stage].at),
            Err(message) => {
                talk.error(&message);
                return Exit::Usage;
            }
        },
    };
    let plan = &opened.plan;
    let counted: Result<Vec<StageCount>, Vec<Finding>> = stages
        .into_iter()
        .map(|stage| {
            // The load of the first scenario is shown; what stands is the same in all.
            let scenario = plan.scenarios.ids().next().ok_or_else(Vec::new)?;
            Ok(StageCount::new(plan, stage, &plan.grid(stage, scenario, &Selection::default())?.network))
        })
        .collect();
    let counted = match counted {
        Ok(counted) => counted,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    talk.findings(&opened.findings, Detail::Condensed, "`gridstage lint` lists all");
    deliver(args.target.output.as_deref(), Exit::Holds, &talk, |out, ink| {
        if args.format == TextOrJson::Json {
            let options = json::ShowOptions { at: args.at.as_deref() };
            let document = json::show(opened.inputs(), options, plan, &counted, &opened.findings);
            return json::write(&document, out);
        }
        let view = match (args.projects, args.stages) {
            (true, _) => View::Projects,
            (_, true) => View::Stages,
            _ => View::Overview,
        };
        text::show(view, &opened.path, plan, &counted, until, ink, out)
    })
}
