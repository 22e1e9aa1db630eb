//! `gridstage show`: what a plan holds.

use super::arguments::{Target, TextOrJson, Version};
use super::exit::Exit;
use super::input::{self, Opened};
use super::output::deliver;
use super::talk::{self, Detail, Talk};
use crate::finding::Finding;
use crate::ids::StageId;
use crate::model::Selection;
use crate::report::json::{self, Kind};
use crate::report::overview::StageCount;
use crate::report::text::{self, View};
use jiff::civil::Date;
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
  gridstage show grids/hanoi --amendments
  gridstage show grids/hanoi --blame TAYHN-THUONGTIN-500-1

Exit codes: 0 shown, 2 usage, 3 invalid input, 74 output not written.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a view that is named on the command line")]
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
    /// List the amendments, and which are in force
    #[arg(long, conflicts_with_all = ["stages", "projects"])]
    amendments: bool,
    /// List what stands in the way of works
    #[arg(long, conflicts_with_all = ["stages", "projects", "amendments"])]
    obstacles: bool,
    /// Sum what works spend, by year
    #[arg(long, conflicts_with_all = ["stages", "projects", "amendments", "obstacles"])]
    spending: bool,
    /// Tell which work and which amendment put a record there, and when
    #[arg(long, value_name = "ELEMENT", conflicts_with_all = ["stages", "projects", "amendments", "obstacles", "spending", "at"])]
    blame: Option<String>,
    #[command(flatten)]
    version: Version,
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
    let view = match args {
        Args { projects: true, .. } => View::Projects,
        Args { stages: true, .. } => View::Stages,
        Args { amendments: true, .. } => View::Amendments,
        Args { obstacles: true, .. } => View::Obstacles,
        Args { spending: true, .. } => View::Spending,
        _ => View::Overview,
    };
    if args.format == TextOrJson::Json && (view != View::Overview || args.blame.is_some()) {
        talk.error(
            "--projects, --blame and their like choose what text shows; JSON always holds everything: leave them out",
        );
        return Exit::Usage;
    }
    let json = (args.format == TextOrJson::Json).then_some(Kind::Show);
    let mut opened = match input::open_as_of(&args.plan, &args.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    if let Some(name) = &args.blame {
        return blame(args, name, &opened, &talk);
    }
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
        text::show(view, &opened.path, plan, &counted, until, ink, out)
    })
}

/// Tells where a record comes from.
fn blame(args: &Args, name: &str, opened: &Opened, talk: &Talk) -> Exit {
    let plan = &opened.plan;
    let Some(element) = plan.network.called(name) else {
        let known = plan.network.elements().map(|element| plan.network.id_of(element));
        let known: Vec<&str> = known.collect();
        talk.error(&input::unknown("record", name, known.iter().copied()));
        return Exit::Usage;
    };
    let replay = match plan.replay(Some(Date::MAX), &Selection::default()) {
        Ok(replay) => replay,
        Err(findings) => return input::reject(&findings, None, talk),
    };
    deliver(args.target.output.as_deref(), Exit::Holds, talk, |out, ink| {
        text::blame(&opened.path, plan, &replay, element, ink, out)
    })
}
