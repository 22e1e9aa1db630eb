//! `gridstage n1`: every outage of one grid.

use super::arguments::{Flow, Jobs, Slack, Target, TimeLimit, parquet};
use super::exit::Exit;
use super::finished::Finished;
use super::input;
use super::outages::{Asked, Order, Then};
use super::output::deliver;
use super::progress::{Progress, When};
use super::state::{self, State, explained};
use super::talk::{self, Detail, Talk};
use crate::appraise::{self, FaultRules, Keep, KeptPart, Measured, OutageResult, OutageVerdict};
use crate::case::CaseError;
use crate::finding::{Code, Finding};
use crate::flow::{self, Status};
use crate::model::Name;
use crate::report::json::{self, Answer, Kind};
use crate::report::sheet::{OutageRecord, OutageSink, OutageTable};
use crate::report::text;
use crate::study::contingency::{self, Outage, pairs};
use clap::ValueEnum;
use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;

/// Solve every outage of one grid: limits passed, load lost, states not found
///
/// Each line and each transformer is lost alone, and what is left is solved and held against the rules for the
/// grid after a fault: those of the plan, or the emergency ratings and voltage bands of a bare grid file. Other
/// outages with --kind, --outage and --order.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage n1 grids/ieee/118
  gridstage n1 grids/hanoi --at 2025 --scenario max --kv 220 --kind line,tower
  gridstage n1 grids/hanoi --at 2025 --order 1-1 --kv 220 --monitor-kv 220
  gridstage n1 grid.raw --list grid.con --monitor grid.mon --subsystems grid.sub
  gridstage n1 case.m --kind line,generator,bus --redispatch reserve --format jsonl
  gridstage n1 case.m --order 2 --format jsonl -o pairs.jsonl --resume pairs.kept --time-limit 3600

Exit codes: 0 after every outage everything holds that held before, 1 it does not, 2 usage,
3 invalid input, 4 the intact grid has no solution, 5 the time limit ended it, 74 output not written.")]
pub(crate) struct Args {
    #[command(flatten)]
    state: state::Which,
    /// Show the first N rows of each table in text; 0 shows all [default: 20]
    #[arg(long, value_name = "N")]
    top: Option<usize>,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    /// The table to write as Parquet [default: outages]
    #[arg(long, value_enum)]
    table: Option<Table>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    which: Asked,
    #[command(flatten)]
    then: Then,
    #[command(flatten)]
    flow: Flow,
    /// Keep finished outages in FILE, some thousands at a time, and go on from those that stand there
    #[arg(long, value_name = "FILE", help_heading = "Run")]
    resume: Option<PathBuf>,
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

/// The form of the result.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Form {
    /// For people
    Text,
    /// For programs; `gridstage schema n1` describes it
    Json,
    /// For programs: an outage a line, as it stands under `cases/outages` of the JSON
    Jsonl,
    /// One table in columns, for `DuckDB` or pandas; needs a build with `--features parquet`, and -o
    Parquet,
}

/// A table of outages.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Table {
    /// A row for each outage
    Outages,
    /// A row for each limit that is passed after one
    Violations,
}

/// Solves all outages.
#[expect(clippy::too_many_lines, reason = "what can be refused is refused in one place, in order")]
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let usage = |message: &str| {
        talk.error(message);
        Exit::Usage
    };
    if args.top.is_some() && args.format != Form::Text {
        return usage("--top is about text: other forms always hold all");
    }
    if args.table.is_some() && args.format != Form::Parquet {
        return usage("--table chooses what Parquet holds: give --format parquet with it");
    }
    if let (Form::Parquet, Err(message)) = (args.format, parquet(&args.target)) {
        return usage(message);
    }
    if args.resume.is_some() && args.which.order == Order::OneThenOne {
        return usage("--resume keeps outages that are looked at once; --order 1-1 has none to go on from");
    }
    let stop = args.limit.stop();
    let json = (args.format == Form::Json).then_some(Kind::N1);
    let state = match args.state.open(json, &talk) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    args.jobs.start();
    let plan = state.plan();
    let options = args.flow.options();
    let solved = match flow::solve_grid(&state.grid.network, &options, None) {
        Ok(solved) => solved,
        Err(error) => return state.reject(&error.findings, json, &talk),
    };
    let alone = (args.flow.slack() != Slack::Single).then(|| {
        let text = "the balance of the intact grid is shared; what an outage takes from it or adds is its slack's alone";
        Finding::note(Code::Assumed, text)
    });
    let flow::SolvedGrid { flow, network, .. } = &solved;
    let lists = match args.which.lists(network) {
        Ok(lists) => lists,
        Err(rejected) => return state.reject(&rejected.findings, json, &talk),
    };
    let findings = state.findings(flow.findings.iter().chain(&lists.findings).chain(&alone));
    talk.findings(&findings, Detail::Condensed, "-v shows all");
    let inputs = || state.opened.inputs();
    if flow.status != Status::Converged {
        talk.error("the intact grid has no load-flow solution, so no outage can be looked at");
        let Some(explanation) = explained(network, flow, &options) else { return Exit::NoSolution };
        return deliver(args.target.output.as_deref(), Exit::NoSolution, &talk, |out, ink| {
            if args.format == Form::Text {
                let (path, heading) = (&state.opened.path, &state.heading());
                let explanation = &explanation;
                let report =
                    text::ExplainText { path, plan, state: heading, network, flow, explanation, ink };
                return text::explain(&report, out);
            }
            if json.is_none() {
                return Ok(());
            }
            let unsolved = (network, &explanation);
            let exit = Exit::NoSolution.code();
            json::write(&json::n1_unsolved(inputs(), asked_of(args, &state), exit, unsolved, &findings), out)
        });
    }
    let set = appraise::rules_after_a_fault(plan, state.stage);
    let outages = match args.which.outages(network, &set, &lists) {
        Ok(outages) => outages,
        Err(message) => return usage(&message),
    };
    let study = contingency::Options { stop, ..args.then.options(plan, &set, options) };
    let rules = args.which.rules(&solved, &set, study.response, &lists);
    if let Some(message) = args.then.unheeded(network) {
        talk.warn(message);
    }
    if rules.watched() == 0 {
        talk.warn(&format!(
            "no limit was held against the states after the outages: criteria set {} has no rule for them that applies here",
            rules.criteria
        ));
    }
    let mut kept = match &args.resume {
        None => None,
        Some(path) => match Finished::open(path, "n1", &identity(args, &state, &outages)) {
            Ok(file) => Some(Kept::new(file)),
            Err(found) => return input::reject(&found, json, &talk),
        },
    };
    let study =
        Study { args, talk: &talk, solved: &solved, rules: &rules, options: &study, outages: &outages };
    if matches!(args.format, Form::Jsonl | Form::Parquet) {
        return study.stream(kept.as_mut());
    }
    let (verdict, early) = match study.verdict(kept.as_mut()) {
        Ok(found) => found,
        Err(error) => return input::reject(&error.findings, json, &talk),
    };
    let holds = verdict.results.iter().all(appraise::OutageResult::holds);
    let (answer, exit) = if holds { (Answer::Holds, Exit::Holds) } else { (Answer::Violated, Exit::Fails) };
    let exit_early = exit.ended_early(early.is_some());
    let findings: Vec<Finding> = findings.into_iter().chain(early.clone()).collect();
    deliver(args.target.output.as_deref(), exit_early, &talk, |out, ink| match args.format {
        Form::Json => {
            let answer = (answer, exit.code());
            let told = verdict.told();
            let asked = asked_of(args, &state);
            let document = json::n1(inputs(), asked, answer, network, (&verdict, &told), &findings);
            json::write(&document.ended_early(early.is_some()), out)
        }
        Form::Text | Form::Jsonl | Form::Parquet => {
            let (path, verdict, top) = (&state.opened.path, &verdict, args.top.unwrap_or(20));
            let options = study.options;
            let state = &state.heading();
            let early = early.as_ref();
            text::n1(&text::N1Text { path, plan, state, network, verdict, options, early, top, ink }, out)
        }
    })
}

/// A solved grid and the outages to be solved on it.
struct Study<'a> {
    args: &'a Args,
    talk: &'a Talk,
    solved: &'a flow::SolvedGrid,
    rules: &'a FaultRules,
    options: &'a contingency::Options,
    outages: &'a [Outage],
}

impl Study<'_> {
    /// Solves all and hands each on, in order; says what pressed limits most, and how far it came if that was not to the end.
    fn run(
        &self,
        kept: Option<&mut Kept>,
        tell: &mut dyn FnMut(Outage, OutageResult),
    ) -> Result<(Vec<Measured>, Option<Finding>), CaseError> {
        let Self { solved, rules, options, outages, .. } = *self;
        let n = outages.len();
        let total = match self.args.which.order {
            Order::One => n,
            Order::Two => n * n.saturating_sub(1) / 2,
            Order::OneThenOne => n * n,
        };
        let progress = Progress::new(self.args.progress, self.talk, "outages");
        let mut done = 0;
        let mut tell = |outage, result| {
            tell(outage, result);
            done += 1;
            progress.tell(done, total);
        };
        let keep = kept.map(|kept| kept as &mut dyn Keep);
        let found = match self.args.which.order {
            Order::One => {
                let mut single = outages.iter().cloned();
                appraise::judge_and_keep(solved, rules, options, (&mut single, n), keep, &mut tell)
                    .map(|measured| (measured, None))
            }
            Order::Two => {
                let mut pairs = pairs(outages);
                appraise::judge_and_keep(solved, rules, options, (&mut pairs, total), keep, &mut tell)
                    .map(|measured| (measured, None))
            }
            Order::OneThenOne => {
                appraise::judge_sequences(solved, rules, options, (outages, outages), &mut tell)
                    .map(|(measured, complete)| (measured, Some(complete)))
            }
        };
        progress.end();
        let (measured, complete) = found?;
        // Of what follows an outage that leaves no state, or that takes it along, there is nothing to tell.
        let total = if complete == Some(true) { done } else { total };
        let early = self.args.limit.told(done, total, "outages");
        self.talk.findings(early.as_slice(), Detail::All, "");
        Ok((measured, early))
    }

    fn verdict(&self, kept: Option<&mut Kept>) -> Result<(OutageVerdict, Option<Finding>), CaseError> {
        let (mut outages, mut results) = (Vec::new(), Vec::new());
        let (measured, early) = self.run(kept, &mut |outage, result| {
            outages.push(outage);
            results.push(result);
        })?;
        let asked = outages.len();
        Ok((OutageVerdict { rules: self.rules.clone(), asked, outages, results, measured }, early))
    }

    /// Writes each outage as it is found.
    fn stream(&self, kept: Option<&mut Kept>) -> Exit {
        let network = &self.solved.network;
        let table = (self.args.format == Form::Parquet).then_some(match self.args.table {
            Some(Table::Violations) => OutageTable::Violations,
            Some(Table::Outages) | None => OutageTable::Outages,
        });
        let mut exit = Exit::Holds;
        let mut stopped = None;
        let delivered = deliver(self.args.target.output.as_deref(), Exit::Holds, self.talk, |out, _| {
            let mut sink = OutageSink::new(table, out)?;
            let mut written = Ok(());
            // The ids of the outages of a part, as the same grid is only looked for among these.
            let mut ids: VecDeque<(usize, Name)> = VecDeque::new();
            let mut rows: Vec<OutageRecord> = Vec::with_capacity(ROWS);
            let found = self.run(kept, &mut |outage, result| {
                if written.is_err() {
                    return;
                }
                if !result.holds() {
                    exit = Exit::Fails;
                }
                ids.push_back((result.outage, outage.id.clone()));
                if ids.len() > KEPT {
                    ids.pop_front();
                }
                let same_as = result.same_as.and_then(|first| {
                    let at = first.checked_sub(ids.front()?.0)?;
                    Some(ids.get(at)?.1.clone())
                });
                rows.push(OutageRecord { outage, same_as, result });
                if rows.len() == ROWS {
                    written = sink.take(network, self.rules, &rows);
                    rows.clear();
                }
            });
            if written.is_ok() {
                written = sink.take(network, self.rules, &rows);
            }
            match found {
                Ok((_, early)) => exit = exit.ended_early(early.is_some()),
                Err(error) => stopped = Some(error),
            }
            // A file stays as it was.
            if stopped.is_some() {
                return Err(io::Error::other("the outages could not all be solved"));
            }
            written.and_then(|()| sink.finish())
        });
        match stopped {
            Some(error) => input::reject(&error.findings, None, self.talk),
            None if delivered == Exit::Holds => exit,
            None => delivered,
        }
    }
}

/// Parts that are finished, in the file that `--resume` names.
struct Kept {
    file: Finished<KeptPart>,
    former: std::vec::IntoIter<KeptPart>,
    failed: bool,
}

impl Kept {
    fn new(mut file: Finished<KeptPart>) -> Self {
        let former = file.take().into_iter();
        Self { file, former, failed: false }
    }
}

impl Keep for Kept {
    fn next(&mut self) -> Option<KeptPart> {
        self.former.next()
    }

    fn keep(&mut self, part: KeptPart) {
        if !self.failed
            && let Err(finding) = self.file.add(&part)
        {
            self.failed = true;
            super::exit::complain(&finding.message);
        }
    }
}

/// What parts of a former run must have been made from: inputs, state, outages and options.
fn identity(args: &Args, state: &State, outages: &[Outage]) -> String {
    let inputs: Vec<&str> = state.opened.inputs.iter().map(|input| input.sha256.as_str()).collect();
    format!(
        "{} {} | {inputs:?} | {outages:?} | {:?}",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        (state.at(), state.scenario(), &args.state.works, &args.which, args.then, &args.flow)
    )
}

/// Ids kept to name an earlier outage by: as many as are solved at a time, and one part more.
const KEPT: usize = 8192;

/// What was asked, as the document tells it.
fn asked_of<'a>(args: &'a Args, state: &'a State) -> json::N1Options<'a> {
    json::N1Options {
        at: state.at(),
        scenario: state.scenario(),
        order: args.which.order.as_str(),
        response: args.then.response(),
        redispatch: args.then.redispatch(),
        transfer_minutes: args.then.transfer_minutes.map(json::Num),
        with: args.state.works.with.iter().map(String::as_str).collect(),
        without: args.state.works.without.iter().map(String::as_str).collect(),
        as_of: args.state.works.version.as_of.as_deref(),
        flow: args.flow.row("newton"),
    }
}

/// Rows that are put into words at a time, on all cores: with many limits passed that takes a while.
const ROWS: usize = 512;
