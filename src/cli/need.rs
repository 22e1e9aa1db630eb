//! `gridstage need`: by when each work is needed, and what its delay does.

use super::arguments::{Target, TextJsonCsv, TimeLimit, Top};
use super::asking::Asking;
use super::exit::Exit;
use super::finished::Finished;
use super::input::{self, Opened};
use super::output::deliver;
use super::progress::Progress;
use super::talk::{Detail, Talk};
use crate::appraise::dated::{self, DatedOptions, Days, Outages};
use crate::appraise::need::{self, Deferral, Delays, WorkNeed};
use crate::finding::Finding;
use crate::ids::ProjectId;
use crate::model::{CriteriaSet, Plan};
use crate::report::json::{self, Kind};
use crate::report::{need_sheet, text};
use crate::study::Stop;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Say by when each work is needed, and what fails first, where and by how much if it comes later
///
/// Every year of the plan's horizon is solved as planned, then without each work that is late: the intact grid and, where
/// the criteria ask it, every fault. Only what is new or worse than as planned counts against a delay.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage need grids/hanoi                           all works, delays of 1 to 5 years
  gridstage need grids/hanoi --work P003 --years 8     one work
  gridstage need grids/hanoi --n1 off                  the intact grid only
  gridstage need grids/hanoi --saving 1                what 1 % less load defers, in years and money
  gridstage need grids/hanoi --resume need.rows        goes on where a killed run stopped
  gridstage need grids/hanoi --time-limit 60           what is found in a minute; more with --resume

Exit codes: 0 answered, 2 usage, 3 invalid input, 5 the time limit ended it, 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Delays of 1 to so many years
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..=50))]
    years: u16,
    /// Ask about this work only; may be repeated
    #[arg(long, visible_alias = "project", value_name = "WORK")]
    work: Vec<String>,
    /// Tell also what so many percent more saving of load at every station defer
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    saving: Option<f64>,
    #[command(flatten)]
    top: Top,
    /// Form of the result; csv: one row per work and delay
    #[arg(long, value_enum, default_value = "text")]
    format: TextJsonCsv,
    #[command(flatten)]
    target: Target,
    /// Keep finished works in FILE, and go on from those that stand there
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    resume: Option<PathBuf>,
    #[command(flatten)]
    limit: TimeLimit,
    #[command(flatten)]
    asking: Asking,
}

fn percent(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(percent) if percent > 0.0 && percent < 100.0 => Ok(percent),
        _ => Err("give a share above 0 and below 100, for example 1".to_owned()),
    }
}

/// What the study gave.
struct Answered<'a> {
    days: Days<'a>,
    rows: Vec<WorkNeed>,
    deferrals: Vec<Deferral>,
    /// How far it came, where the time limit ended it.
    early: Option<Finding>,
}

/// Finds need dates.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.asking.talk.talk();
    let stop = args.limit.stop();
    if let Some(message) = args.top.refused(args.format == TextJsonCsv::Text) {
        talk.error(message);
        return Exit::Usage;
    }
    let json = (args.format == TextJsonCsv::Json).then_some(Kind::Need);
    let opened = match input::open_as_of(&args.plan, &args.asking.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let asked = works(args, &opened).and_then(|works| Ok((works, args.asking.meant(&opened)?)));
    let (works, (scenarios, selection)) = match asked {
        Ok(asked) => asked,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    args.asking.start(&opened.plan, &talk);
    let outages = |set: &CriteriaSet| args.asking.outages(&opened.plan, set);
    let options = args.asking.dated((scenarios, selection), Outages(&outages));
    let found = study(args, &opened, &works, &options, (&stop, &talk));
    match found {
        Ok(answered) => tell(args, &opened, &answered, &talk),
        Err(findings) => {
            let findings: Vec<Finding> = opened.findings.iter().cloned().chain(findings).collect();
            input::reject(&findings, json, &talk)
        }
    }
}

/// The works asked about, in the order of the plan.
fn works(args: &Args, opened: &Opened) -> Result<Vec<ProjectId>, String> {
    Ok(opened.projects(&args.work)?.unwrap_or_else(|| opened.plan.projects.ids().collect()))
}

/// Solves everything; rows that a former run has finished are taken over.
fn study<'a>(
    args: &Args,
    opened: &Opened,
    works: &[ProjectId],
    options: &DatedOptions<'a>,
    (stop, talk): (&Stop, &Talk),
) -> Result<Answered<'a>, Vec<Finding>> {
    let yearly = dated::yearly(&opened.plan)?;
    if opened.plan.projects.is_empty() {
        return Err(no_works());
    }
    let mut finished = match &args.resume {
        Some(path) => Some(Finished::open(path, "need", &identity(args, opened, works))?),
        None => None,
    };
    let known: Vec<WorkNeed> = finished.as_mut().map(Finished::take).unwrap_or_default();
    let days = days(&yearly, options, args, talk)?;
    let mut rows: Vec<WorkNeed> = known;
    let left = works.get(rows.len()..).unwrap_or_default();
    let progress = Progress::new(args.asking.progress, talk, "works");
    let mut failed: Option<Finding> = None;
    Delays::new(&days).until(stop.clone()).run(left, args.years, &mut |row| {
        if let (Some(finished), None) = (&mut finished, &failed) {
            failed = finished.add(&row).err();
        }
        rows.push(row);
        progress.tell(rows.len(), works.len());
    });
    progress.end();
    if let Some(finding) = failed {
        talk.findings(&[finding], Detail::All, "");
    }
    let mut early = args.limit.told(rows.len(), works.len(), "works");
    let mut deferrals = Vec::new();
    if let Some(saving) = args.saving.filter(|_| early.is_none()) {
        let plan = need::with_saving(&yearly, saving);
        let saved = self::days(&plan, options, args, talk)?;
        let progress = Progress::new(args.asking.progress, talk, "works with more saving");
        let needed = rows.iter().filter(|row| matches!(row.need, need::NeedBy::Day { .. })).count();
        deferrals = need::deferrals(
            &plan,
            &mut Delays::new(&saved).until(stop.clone()),
            &rows,
            args.years,
            &mut |done| {
                progress.tell(done, needed);
            },
        );
        progress.end();
        early = args.limit.told(deferrals.len(), needed, "works with more saving");
    }
    Ok(Answered { days, rows, deferrals, early })
}

fn no_works() -> Vec<Finding> {
    use crate::finding::Code;
    vec![
        Finding::error(Code::NoPlan, "the plan has no works, so nothing can come late")
            .help("list works in projects.csv, and what they change in changes.csv"),
    ]
}

/// The plan as it stands, year by year.
fn days<'a>(
    plan: &Plan,
    options: &DatedOptions<'a>,
    args: &Args,
    talk: &Talk,
) -> Result<Days<'a>, Vec<Finding>> {
    let progress = Progress::new(args.asking.progress, talk, "years as planned");
    let total = plan.stages.len() * options.scenarios.len();
    let done = AtomicUsize::new(0);
    let tick = || progress.tell(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let days = Days::new(plan.clone(), options.clone(), &tick);
    progress.end();
    days
}

/// What rows of a former run must have been made from: inputs and options.
fn identity(args: &Args, opened: &Opened, works: &[ProjectId]) -> String {
    let inputs: Vec<&str> = opened.inputs.iter().map(|input| input.sha256.as_str()).collect();
    let works: Vec<&str> = works.iter().map(|&id| opened.plan.projects[id].id.as_str()).collect();
    format!(
        "{} {} | {inputs:?} | {works:?} | {:?}",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        (
            args.years,
            &args.asking.scenario,
            &args.asking.works,
            args.asking.n1,
            args.asking.then,
            &args.asking.flow
        )
    )
}

fn tell(args: &Args, opened: &Opened, answered: &Answered<'_>, talk: &Talk) -> Exit {
    let Answered { days, rows, deferrals, early } = answered;
    let findings: Vec<Finding> = opened.findings.iter().cloned().chain(early.clone()).collect();
    let exit = Exit::Holds.ended_early(early.is_some());
    talk.findings(&findings, Detail::Condensed, "`gridstage lint` lists all");
    let effort = need::effort(days, rows);
    deliver(args.target.output.as_deref(), exit, talk, |out, ink| match args.format {
        TextJsonCsv::Text => text::need(
            &text::NeedText {
                path: &opened.path,
                again: &args.asking.works.again(
                    &opened.path,
                    &[("--work", args.work.as_slice()), ("--scenario", &args.asking.scenario)],
                    args.asking.n1,
                ),
                days,
                rows,
                effort,
                early: early.as_ref(),
                saving: args.saving.map(|percent| (percent, deferrals.as_slice())),
                top: args.top.rows(),
                ink,
            },
            out,
        ),
        TextJsonCsv::Csv => need_sheet::need(&days.plan, rows, out),
        TextJsonCsv::Json => {
            let plan = &days.plan;
            let options = json::NeedOptions {
                years: args.years,
                works: args.work.iter().map(String::as_str).collect(),
                asked: args.asking.row(plan, &days.options.scenarios),
                saving_percent: args.saving.map(json::Num),
            };
            let found = (rows.as_slice(), effort, deferrals.as_slice());
            let document = json::need(opened.inputs(), options, days, found, &findings);
            json::write(&document.ended_early(early.is_some()), out)
        }
    })
}
