//! `gridstage check`: the verdict on a plan.

use super::arguments::{Flow, FlowTable, Form, Jobs, Target, TimeLimit, Top};
use super::exit::Exit;
use super::former;
use super::input::{self, Opened};
use super::judging::{self, Judged, Judging, Stopped};
use super::outages::Then;
use super::output::{deliver, deliver_anyway};
use super::progress::When;
use super::state::explained;
use super::talk::{self, Detail, Talk};
use crate::appraise::baseline::{self, Compared, Former};
use crate::appraise::{self, JudgeOptions, OutageVerdict, StateOutages, verdict};
use crate::case::CaseError;
use crate::criteria::Modelled;
use crate::finding::Finding;
use crate::flow::{SolvedGrid, Status};
use crate::ids::StageId;
use crate::model::{GridState, Plan};
use crate::report::json::{self, Kind};
use crate::report::{junit, sarif, sheet, text};
use crate::study::{Stop, StudyOptions, contingency, stages};
use std::path::PathBuf;

/// Say whether a plan holds: every stage, scenario and criterion, worst first
///
/// Builds the grid of every stage, solves its load flow in every scenario and holds it against the stage's
/// criteria; where these have rules for the grid after a fault (N-1), every outage too. A bare grid file is judged by its own voltage limits and ratings.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage check grids/hanoi
  gridstage check grids/hanoi --stage 2025 --scenario max --top 0
  gridstage check grids/hanoi --without P003 --format json -o without.json
  gridstage check grids/hanoi --format parquet --table branches -o branches.parquet
  gridstage check plan --baseline accepted.json           fails only on what is new or worse
  gridstage check plan --format sarif -o check.sarif      for a code host: each violation at its line

Exit codes: 0 the plan holds, 1 it does not (a criterion is violated or load is not served; warnings
never count), 2 usage, 3 invalid input, 4 a load flow has no solution, 5 the time limit ended it,
74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "PLAN|GRID")]
    plan: PathBuf,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    top: Top,
    /// Form of the result; csv and parquet: one row per violation and warning; junit, sarif: for CI servers and code hosts
    #[arg(long, value_enum, default_value = "text")]
    format: CheckForm,
    /// What CSV or Parquet holds instead of the violations: this table of every state that is solved
    #[arg(long, value_enum)]
    table: Option<FlowTable>,
    /// Hold the verdict against a former one (JSON of `check`): fail only on what is new or worse, tell what is better
    #[arg(long, value_name = "RESULT")]
    baseline: Option<PathBuf>,
    /// Add the rows of all buses, branches and generators to JSON
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    limit: TimeLimit,
    #[command(flatten)]
    jobs: Jobs,
    /// Show progress on standard error
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Run")]
    progress: When,
    #[command(flatten)]
    talk: talk::Options,
}

/// The forms of a verdict.
#[derive(Clone, Copy, clap::ValueEnum, PartialEq, Eq, Debug)]
enum CheckForm {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
    /// One table for a spreadsheet
    Csv,
    /// One table in columns, for `DuckDB` or pandas; needs a build with `--features parquet`, and -o
    Parquet,
    /// `JUnit` XML for CI servers
    Junit,
    /// SARIF 2.1.0 for code hosts
    Sarif,
}

impl CheckForm {
    /// The form as other verbs have it; what is for CI servers holds all, as JSON does.
    fn form(self) -> Form {
        match self {
            Self::Text => Form::Text,
            Self::Csv => Form::Csv,
            Self::Parquet => Form::Parquet,
            Self::Json | Self::Junit | Self::Sarif => Form::Json,
        }
    }
}

/// Judges.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let full = (args.full && args.format != CheckForm::Json)
        .then_some("--full adds rows to JSON: give --format json with it");
    let form = args.format.form();
    let table = (args.table.is_some() && !matches!(form, Form::Csv | Form::Parquet))
        .then_some("--table chooses what CSV or Parquet holds: give --format csv with it");
    let unwritten = form.sheet(&args.target).err();
    if let Some(message) = full.or(table).or(args.top.refused(form == Form::Text)).or(unwritten) {
        talk.error(message);
        return Exit::Usage;
    }
    let stop = args.limit.stop();
    let opened = match input::open_as_of(&args.plan, &args.judging.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return reject(args, &findings, &talk),
    };
    // Before anything is solved: a baseline that is none is no reason to wait.
    let former = match args
        .baseline
        .as_deref()
        .map(|path| former::read(path, &opened.plan, args.judging.after_faults()))
    {
        None => None,
        Some(Ok(former)) => Some(former),
        Some(Err(finding)) => return reject(args, &[finding], &talk),
    };
    let study = match args.judging.study(&opened, stop) {
        Ok(study) => study,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    args.jobs.start();
    match args.judging.judge(&opened, study, args.progress, &talk) {
        Ok(judged) => tell(args, &talk, &opened, judged, former.as_ref()),
        Err(Stopped::Usage(message)) => {
            talk.error(&message);
            Exit::Usage
        }
        Err(Stopped::Input(findings)) => reject(args, &findings, &talk),
    }
}

/// Tells of an input that cannot be used; a CI server is told in its own form, so that a step behind finds the file.
fn reject(args: &Args, findings: &[Finding], talk: &Talk) -> Exit {
    let json = (args.format == CheckForm::Json).then_some(Kind::Check);
    if !matches!(args.format, CheckForm::Junit | CheckForm::Sarif) {
        return input::reject(findings, json, talk);
    }
    talk.findings(findings, Detail::Condensed, "`gridstage lint` lists all");
    let path = args.plan.display().to_string();
    deliver_anyway(args.target.output.as_deref(), Exit::Input, talk, |out, _| match args.format {
        CheckForm::Junit => junit::write(&path, &junit::rejected(findings), out),
        _ => sarif::rejected(findings, out),
    })
}

/// The verdict on a plan as it stands, for a verb that compares verdicts: all stages, or those wanted.
pub(super) fn verdict(
    plan: &Plan,
    wanted: Option<Vec<StageId>>,
    flow: &Flow,
    then: &Then,
    n1: bool,
) -> Result<appraise::Verdict, Vec<Finding>> {
    let study = StudyOptions { stages: wanted.clone(), flow: flow.options(), ..StudyOptions::default() };
    let solved = stages::run_with(plan, &study, &|_, _| {}, |stage, grid| {
        if n1 { outages_of(plan, stage, grid, flow, then, &Stop::never()) } else { Ok(None) }
    })
    .map_err(|stopped| stopped.findings)?;
    let mut outages = Vec::new();
    let mut states = Vec::with_capacity(solved.len());
    for (state, found) in solved {
        let (stage, scenario) = (state.stage, state.scenario);
        outages.extend(found.flatten().map(|verdict| StateOutages { stage, scenario, verdict }));
        states.push(state);
    }
    let modelled = Modelled { controls: flow.controls(), contingencies: n1, ..Modelled::default() };
    let options = JudgeOptions { outages, stages: wanted, modelled, ..JudgeOptions::default() };
    Ok(verdict::judge(plan, &states, &options))
}

/// The outages of a state, where the stage's criteria have rules for the grid after a fault.
pub(super) fn outages_of(
    plan: &Plan,
    stage: StageId,
    grid: &SolvedGrid,
    flow: &Flow,
    then: &Then,
    stop: &Stop,
) -> Result<Option<OutageVerdict>, CaseError> {
    let id = &plan.stages[stage].criteria;
    let set = plan.criteria.iter().find(|set| set.id == *id);
    let set = set.filter(|set| set.rules.iter().any(|rule| rule.state == GridState::N1));
    let Some(set) = set else { return Ok(None) };
    let options = contingency::Options { stop: stop.clone(), ..then.options(plan, set, flow.options()) };
    let outages = appraise::outages_asked(&grid.network, set);
    appraise::judge_outages(grid, set, outages, &options, &|_| true).map(Some)
}

/// Holds the verdict against a former one, where there is one, and writes it.
fn tell(args: &Args, talk: &Talk, opened: &Opened, judged: Judged, former: Option<&Former>) -> Exit {
    let Opened { path, plan, .. } = opened;
    let Judged { states, mut verdict, reached } = judged;
    let early = args.limit.told(reached.done, reached.of, reached.what);
    let compared = former.map(|former| baseline::compare(plan, &mut verdict, former));
    let states = states.as_slice();
    if let (true, Some(early)) = (states.is_empty(), &early) {
        talk.findings(std::slice::from_ref(early), Detail::All, "");
        return Exit::Incomplete;
    }
    let exit = match compared.as_ref().map_or(verdict.exit, Compared::exit) {
        appraise::Exit::Holds => Exit::Holds,
        appraise::Exit::Violated => Exit::Fails,
        appraise::Exit::NoSolution => Exit::NoSolution,
    };
    let early = early.as_ref();
    let (early_exit, told) = (exit.ended_early(early.is_some()), exit);
    let all: Vec<Finding> = judging::findings(opened, &verdict).into_iter().chain(early.cloned()).collect();
    talk.findings(&all, Detail::Condensed, "-v shows all");
    let variant: Vec<String> =
        args.judging.variant().iter().map(|(what, names)| format!("{what} {names}")).collect();
    let unsolved = states.iter().find(|state| state.flow.status != Status::Converged);
    let explanation =
        unsolved.and_then(|state| explained(&state.grid.network, &state.flow, &args.judging.flow.options()));
    let explained = unsolved.zip(explanation.as_ref());
    deliver(args.target.output.as_deref(), early_exit, talk, |out, ink| match args.format {
        CheckForm::Text => text::check(
            &text::CheckText {
                path,
                plan,
                verdict: &verdict,
                states,
                variant: &variant,
                findings: &all,
                explained,
                early,
                against: args.baseline.as_deref().zip(compared.as_ref()),
                top: args.top.rows(),
                ink,
            },
            out,
        ),
        CheckForm::Csv | CheckForm::Parquet => match (args.format.form().sheet(&args.target), args.table) {
            (Ok(Some(form)), None) => sheet::violations(plan, &verdict, form, out),
            (Ok(Some(form)), Some(table)) => sheet::states(table.of_sheet(), plan, states, form, out),
            // Refused before anything was read.
            _ => Ok(()),
        },
        CheckForm::Junit => junit::write(&plan.id, &junit::cases(plan, &verdict, compared.as_ref()), out),
        CheckForm::Sarif => sarif::check(plan, &verdict, compared.as_ref(), &all, out),
        CheckForm::Json => {
            let options = json::CheckOptions {
                full: args.full,
                baseline: args.baseline.as_ref().map(|path| path.display().to_string()),
                ..args.judging.document(opened, &verdict)
            };
            let found = (states, compared.as_ref(), explained);
            let document = json::check(opened.inputs(), options, told.code(), plan, &verdict, found, &all);
            json::write(&document.ended_early(early.is_some()), out)
        }
    })
}
