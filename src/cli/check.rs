//! `gridstage check`: the verdict on a plan.

use super::arguments::{Flow, FlowTable, Form, Jobs, Switch, Target, TimeLimit, Top, Works};
use super::exit::Exit;
use super::former;
use super::input::{self, Opened};
use super::outages::Then;
use super::output::deliver;
use super::progress::{Progress, When};
use super::state::explained;
use super::talk::{self, Detail, Talk};
use crate::appraise::baseline::{self, Compared, Former};
use crate::appraise::{self, ConstructionCheck, JudgeOptions, OutageVerdict, StateOutages, verdict};
use crate::case::CaseError;
use crate::criteria::Modelled;
use crate::finding::{Finding, Severity};
use crate::flow::{SolvedGrid, Status};
use crate::ids::StageId;
use crate::model::lint::waive;
use crate::model::{CriteriaSet, GridState, Plan, Selection, lint};
use crate::report::json::{self, Kind};
use crate::report::{junit, sarif, sheet, text, told};
use crate::study::{StageState, Stop, StudyOptions, contingency, stages};
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
    /// Plan folder, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "PLAN|GRID")]
    plan: PathBuf,
    /// Judge this stage only; may be repeated
    #[arg(long, value_name = "STAGE")]
    stage: Vec<String>,
    /// Judge this scenario only; may be repeated
    #[arg(long, value_name = "SCENARIO")]
    scenario: Vec<String>,
    #[command(flatten)]
    works: Works,
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
    /// Judge the grid after a fault, where the criteria ask it [default: on]
    #[arg(long, value_enum, help_heading = "After an outage")]
    n1: Option<Switch>,
    #[command(flatten)]
    then: Then,
    #[command(flatten)]
    flow: Flow,
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
    let json = (args.format == CheckForm::Json).then_some(Kind::Check);
    let opened = match input::open_as_of(&args.plan, &args.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    // Before anything is solved: a baseline that is none is no reason to wait.
    let former = match args
        .baseline
        .as_deref()
        .map(|path| former::read(path, &opened.plan, args.n1 != Some(Switch::Off)))
    {
        None => None,
        Some(Ok(former)) => Some(former),
        Some(Err(finding)) => return input::reject(&[finding], json, &talk),
    };
    let options = match study(args, &opened, stop) {
        Ok(options) => options,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    args.jobs.start();
    if let Some(message) = args.then.unheeded(&opened.plan.network) {
        talk.warn(message);
    }
    let progress = Progress::new(args.progress, &talk, "load flows");
    let solved =
        stages::run_with(&opened.plan, &options, &|done, total| progress.tell(done, total), |stage, grid| {
            outages(args, &opened.plan, stage, grid, &options.stop)
        });
    progress.end();
    match solved {
        Ok(solved) => match opened.stages(&args.stage) {
            Ok(wanted) => {
                let mut outages = Vec::new();
                let mut states = Vec::with_capacity(solved.len());
                for (state, found) in solved {
                    let (stage, scenario) = (state.stage, state.scenario);
                    let found = found.flatten();
                    outages.extend(found.map(|verdict| StateOutages { stage, scenario, verdict }));
                    states.push(state);
                }
                let construction = match construction(args, &opened.plan, &options) {
                    Ok(construction) => construction,
                    Err(findings) => return input::reject(&findings, json, &talk),
                };
                let early = early(args, &opened.plan, &options, (&states, &outages, construction.is_some()));
                let found = (states, outages, construction.unwrap_or_default());
                judge(args, &talk, &opened, found, (wanted, options.selection), (former.as_ref(), early))
            }
            Err(message) => {
                talk.error(&message);
                Exit::Usage
            }
        },
        Err(stopped) => {
            let findings: Vec<Finding> = opened.findings.into_iter().chain(stopped.findings).collect();
            input::reject(&findings, json, &talk)
        }
    }
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
fn outages_of(
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

/// The outages of a state, where the stage's criteria have rules for the grid after a fault.
fn outages(
    args: &Args,
    plan: &Plan,
    stage: StageId,
    grid: &SolvedGrid,
    stop: &Stop,
) -> Result<Option<OutageVerdict>, CaseError> {
    if args.n1 == Some(Switch::Off) {
        Ok(None)
    } else {
        outages_of(plan, stage, grid, &args.flow, &args.then, stop)
    }
}

/// The outages for the sake of works, with every other on top; nothing where the time is over.
fn construction(
    args: &Args,
    plan: &Plan,
    study: &StudyOptions,
) -> Result<Option<Vec<ConstructionCheck>>, Vec<Finding>> {
    if !asks_construction(args, plan) {
        return Ok(Some(Vec::new()));
    }
    if study.stop.is_due() {
        return Ok(None);
    }
    let options = |set: &CriteriaSet| args.then.options(plan, set, args.flow.options());
    appraise::judge_construction(plan, study.scenarios.as_deref(), &study.selection, &study.flow, &options)
        .map(Some)
}

/// Whether outages for the sake of works are to be judged: a single stage is looked at for its own sake.
fn asks_construction(args: &Args, plan: &Plan) -> bool {
    let mut phases = plan.projects.iter().flat_map(|project| &project.phases);
    args.n1 != Some(Switch::Off) && args.stage.is_empty() && phases.any(|phase| !phase.outages.is_empty())
}

/// How far the run came, if the time limit ended it.
fn early(
    args: &Args,
    plan: &Plan,
    study: &StudyOptions,
    (states, outages, construction): (&[StageState], &[StateOutages], bool),
) -> Option<Finding> {
    let whole = |state: &&StageState| {
        let of_it = |one: &&StateOutages| (one.stage, one.scenario) == (state.stage, state.scenario);
        outages.iter().find(of_it).is_none_or(|one| !one.verdict.is_incomplete())
    };
    let (done, total) = (states.iter().filter(whole).count(), stages::wanted(plan, study).len());
    if asks_construction(args, plan) {
        let what = "steps (the states, and last the outages for building)";
        return args.limit.told(done + usize::from(construction), total + 1, what);
    }
    args.limit.told(done, total, "states")
}

/// What is to be solved: every stage, also those that are not reported, as the others tell since when a
/// violation stands and what clears it.
fn study(args: &Args, opened: &Opened, stop: Stop) -> Result<StudyOptions, String> {
    opened.stages(&args.stage)?;
    Ok(StudyOptions {
        stages: None,
        scenarios: opened.scenarios(&args.scenario)?,
        selection: opened.selection(&args.works)?,
        flow: args.flow.options(),
        stop,
    })
}

/// What makes this another judgement than that of the plan as it stands, in words.
fn variant(args: &Args) -> Vec<String> {
    let named =
        |what: &str, names: &[String]| (!names.is_empty()).then(|| format!("{what} {}", names.join(", ")));
    [
        args.works.version.as_of.as_ref().map(|id| format!("as of {id}")),
        named("with", &args.works.with),
        named("without", &args.works.without),
        named("only stage", &args.stage),
        named("only scenario", &args.scenario),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Judges the solved states and writes the verdict.
fn judge(
    args: &Args,
    talk: &Talk,
    opened: &Opened,
    (mut states, outages, construction): (Vec<StageState>, Vec<StateOutages>, Vec<ConstructionCheck>),
    (wanted, selection): (Option<Vec<StageId>>, Selection),
    (former, early): (Option<&Former>, Option<Finding>),
) -> Exit {
    let Opened { path, plan, findings, .. } = opened;
    let contingencies = args.n1 != Some(Switch::Off);
    let modelled = Modelled { controls: args.flow.controls(), contingencies, ..Modelled::default() };
    let options = JudgeOptions { outages, construction, selection, stages: wanted.clone(), modelled };
    let mut verdict = verdict::judge(plan, &states, &options);
    let compared = former.map(|former| baseline::compare(plan, &mut verdict, former));
    states.retain(|state| wanted.as_ref().is_none_or(|wanted| wanted.contains(&state.stage)));
    let states = states.as_slice();
    if let (true, Some(early)) = (states.is_empty(), &early) {
        talk.findings(std::slice::from_ref(early), Detail::All, "");
        return Exit::Incomplete;
    }
    if states.is_empty() {
        talk.error("no stage is judged in the scenarios asked for");
        return Exit::Usage;
    }
    let exit = match compared.as_ref().map_or(verdict.exit, Compared::exit) {
        appraise::Exit::Holds => Exit::Holds,
        appraise::Exit::Violated => Exit::Fails,
        appraise::Exit::NoSolution => Exit::NoSolution,
    };
    let (early_exit, told) = (exit.ended_early(early.is_some()), exit);
    let slips = waive(plan, lint(plan), false).into_iter().filter(|slip| slip.severity != Severity::Error);
    let all: Vec<Finding> =
        (findings.iter().cloned().chain(slips).chain(told::findings(plan, &verdict)).chain(early.clone()))
            .collect();
    talk.findings(&all, Detail::Condensed, "-v shows all");
    let unsolved = states.iter().find(|state| state.flow.status != Status::Converged);
    let explanation =
        unsolved.and_then(|state| explained(&state.grid.network, &state.flow, &args.flow.options()));
    let explained = unsolved.zip(explanation.as_ref());
    deliver(args.target.output.as_deref(), early_exit, talk, |out, ink| match args.format {
        CheckForm::Text => text::check(
            &text::CheckText {
                path,
                plan,
                verdict: &verdict,
                states,
                variant: &variant(args),
                findings: &all,
                explained,
                early: early.as_ref(),
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
                stages: verdict.stages.iter().map(|&id| plan.stages[id].id.as_str()).collect(),
                scenarios: verdict.scenarios.iter().map(|&id| plan.scenarios[id].id.as_str()).collect(),
                with: args.works.with.iter().map(String::as_str).collect(),
                without: args.works.without.iter().map(String::as_str).collect(),
                as_of: args.works.version.as_of.as_deref(),
                full: args.full,
                n1: args.n1 != Some(Switch::Off),
                response: args.then.response(),
                redispatch: args.then.redispatch(),
                transfer_minutes: args.then.transfer_minutes.map(json::Num),
                baseline: args.baseline.as_ref().map(|path| path.display().to_string()),
                flow: args.flow.row("newton"),
            };
            let found = (states, compared.as_ref(), explained);
            let document = json::check(opened.inputs(), options, told.code(), plan, &verdict, found, &all);
            json::write(&document.ended_early(early.is_some()), out)
        }
    })
}
