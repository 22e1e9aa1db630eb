//! `gridstage show`: what a plan holds.

use super::arguments::{Target, TextJsonCsv, Top, Version};
use super::exit::Exit;
use super::input::{self, Opened};
use super::money;
use super::output::deliver;
use super::supply;
use super::talk::{self, Detail, Talk};
use crate::finding::Finding;
use crate::ids::StageId;
use crate::model::Selection;
use crate::report::blame::Blame;
use crate::report::json::{self, Kind};
use crate::report::overview::StageCount;
use crate::report::text::{self, View};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Show what a plan holds: stages, works, records and how well they are supported
///
/// Nothing is solved but for --supply. JSON always holds everything.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage show grids/hanoi
  gridstage show grids/hanoi --projects --at 2020
  gridstage show grids/hanoi --stages
  gridstage show grids/hanoi --amendments
  gridstage show grids/hanoi --blame TAYHN-THUONGTIN-500-1
  gridstage show grids/hanoi --money                 what the works cost, year by year
  gridstage show grids/hanoi --supply --at 2025      what feeds each station, what its loss leaves

Exit codes: 0 shown, 2 usage, 3 invalid input, 4 --supply of a stage without a load-flow solution, 74
output not written.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a view that is named on the command line")]
pub(crate) struct Args {
    /// Plan folder or workbook, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "PLAN|GRID")]
    plan: PathBuf,
    /// Only up to this stage or date
    #[arg(long, value_name = "STAGE|DATE")]
    pub(super) at: Option<String>,
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
    /// Tell what works cost: by year, funding class and status, in prices of the plan, nominal and discounted
    #[arg(long, conflicts_with_all = ["stages", "projects", "amendments", "obstacles", "at"])]
    money: bool,
    /// Tell which work and which amendment put a record there, and when
    #[arg(long, value_name = "ELEMENT", conflicts_with_all = ["stages", "projects", "amendments", "obstacles", "money", "at"])]
    blame: Option<String>,
    /// Tell for each station what feeds it, its reserve, and what is lost when each supply is out
    #[arg(long, conflicts_with_all = ["projects", "stages", "amendments", "obstacles", "money", "blame"])]
    supply: bool,
    /// With --supply: scenario of the plan; its first if not given
    #[arg(long, value_name = "SCENARIO", requires = "supply")]
    pub(super) scenario: Option<String>,
    /// With --supply: this station only; may be repeated
    #[arg(long, value_name = "STATION", requires = "supply")]
    pub(super) station: Vec<String>,
    #[command(flatten)]
    pub(super) version: Version,
    #[command(flatten)]
    pub(super) top: Top,
    /// Form of the result; csv with --supply (a row per station, stage and supply) and --money (a row per work and year) only
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: TextJsonCsv,
    #[command(flatten)]
    pub(super) target: Target,
    #[command(flatten)]
    talk: talk::Options,
}

/// Shows.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let tables = args.supply || args.money;
    let refused = args.top.refused(args.format == TextJsonCsv::Text).or((args.top.is_asked() && !tables)
        .then_some("--top shortens --supply and --money: leave it out, or ask for one of them"));
    let csv = (args.format == TextJsonCsv::Csv && !tables).then_some(
        "csv is a form of --supply and --money: give one of them with it, or --format text or json",
    );
    if let Some(message) = refused.or(csv) {
        talk.error(message);
        return Exit::Usage;
    }
    let view = match args {
        Args { projects: true, .. } => View::Projects,
        Args { stages: true, .. } => View::Stages,
        Args { amendments: true, .. } => View::Amendments,
        Args { obstacles: true, .. } => View::Obstacles,
        _ => View::Overview,
    };
    if args.format == TextJsonCsv::Json && view != View::Overview {
        talk.error(
            "--projects and its like choose what text shows; JSON always holds everything: leave it out",
        );
        return Exit::Usage;
    }
    let kind = match args {
        Args { supply: true, .. } => Kind::Supply,
        Args { money: true, .. } => Kind::Money,
        _ => Kind::Show,
    };
    let json = (args.format == TextJsonCsv::Json).then_some(kind);
    let mut opened = match input::open_as_of(&args.plan, &args.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    if args.supply {
        return supply::run(args, opened, &talk);
    }
    if args.money {
        return money::run(args, &opened, &talk);
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
    let blame = match args.blame.as_deref().map(|name| blame(name, &opened, json, &talk)) {
        Some(Err(exit)) => return exit,
        Some(Ok(blame)) => Some(blame),
        None => None,
    };
    if let Some(of) = blame.as_ref().filter(|_| json.is_none()) {
        return deliver(args.target.output.as_deref(), Exit::Holds, &talk, |out, ink| {
            text::blame(&opened.path, &opened.plan, of, ink, out)
        });
    }
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
        if args.format == TextJsonCsv::Json {
            let options = json::ShowOptions { at: args.at.as_deref(), blame: args.blame.as_deref() };
            let (inputs, findings) = (opened.inputs(), &opened.findings);
            let document = json::show(inputs, options, plan, &counted, blame.as_ref(), findings);
            return json::write(&document, out);
        }
        text::show(view, &opened.path, plan, &counted, until, ink, out)
    })
}

/// Where a record comes from.
fn blame<'a>(name: &str, opened: &'a Opened, json: Option<Kind>, talk: &Talk) -> Result<Blame<'a>, Exit> {
    let plan = &opened.plan;
    let Some(element) = plan.network.called(name) else {
        if let Some(work) = plan.projects.iter().find(|work| work.id == name) {
            let changes = work.phases.iter().flat_map(|phase| &phase.changes);
            let elements: BTreeSet<_> = changes.flat_map(|change| change.op.elements()).collect();
            let ids: Vec<&str> =
                elements.iter().take(8).map(|&element| plan.network.id_of(element)).collect();
            let more = if elements.len() > ids.len() { ", ..." } else { "" };
            talk.error(&format!(
                "{name} is a work, and --blame asks about a record\nit touches {}{more}; `show --projects` has its dates",
                if ids.is_empty() { "none".to_owned() } else { ids.join(", ") }
            ));
            return Err(Exit::Usage);
        }
        let known: Vec<&str> = plan.network.elements().map(|element| plan.network.id_of(element)).collect();
        talk.error(&input::unknown("record", name, known.iter().copied()));
        return Err(Exit::Usage);
    };
    match plan.replay(Some(Date::MAX), &Selection::default()) {
        Ok(replay) => Ok(Blame::new(plan, &replay, element)),
        Err(findings) => Err(input::reject(&findings, json, talk)),
    }
}
