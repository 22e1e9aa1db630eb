//! `gridstage test`: cases with expected results.

use super::exit::Exit;
use super::input;
use super::outages::as_criteria_say;
use super::talk::{self, Talk};
use crate::appraise::expected::{Mismatch, mismatches};
use crate::appraise::{self, JudgeOptions, OutageVerdict, StateOutages, verdict};
use crate::criteria::Modelled;
use crate::finding::{Code, Finding};
use crate::flow::{Controls, FlowOptions, SolvedGrid};
use crate::ids::StageId;
use crate::model::{Expected, GridState, Plan};
use crate::read;
use crate::report::json::{self, Kind};
use crate::report::{junit, text};
use crate::study::{StudyOptions, stages};
use std::path::{Path, PathBuf};

/// Run cases that have expected results, and say what differs
///
/// A case is a file `expected.toml`, anywhere under DIR: it names a plan or grid (its own folder if it does not), who vouches for
/// the results, tolerances by quantity, and the verdict and values expected. `src/doc/expected_results.md` has the format.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
A case in short (a wrong key is told):
  [case]
  witness = \"closed formula\"     # who vouches for the values
  input = \".\"                    # plan or grid, from the folder of the file
  verdict = \"violated\"
  [[state]]
  stage = \"2030\"
  losses_mw = 2.3197
  bus = { \"B\" = { vm_pu = 0.961 } }

Examples:
  gridstage test grids
  gridstage test grids --format junit -o tests.xml

Exit codes: 0 all as expected, 1 something differs, 2 usage, 3 a case cannot be read, 74 output not
written.")]
pub(crate) struct Args {
    /// Folder that is searched for expected.toml, or one such file
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    /// Write the result to FILE, whole or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    talk: talk::Options,
}

/// The forms of the result.
#[derive(Clone, Copy, clap::ValueEnum, PartialEq, Eq, Debug)]
enum Form {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
    /// `JUnit` XML for CI servers
    Junit,
}

/// The file that makes a folder a case.
const FILE: &str = "expected.toml";

/// Tests.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let json = (args.format == Form::Json).then_some(Kind::Test);
    let mut files = Vec::new();
    let found = if args.dir.is_file() {
        files.push(args.dir.clone());
        Ok(())
    } else {
        search(&args.dir, &mut files)
    };
    if let Err(error) = found {
        let message = format!("{} cannot be searched: {error}", args.dir.display());
        return input::reject(&[Finding::error(Code::Io, message)], json, &talk);
    }
    if files.is_empty() {
        let message = format!("there is no {FILE} under {}", args.dir.display());
        let finding = Finding::error(Code::Expected, message)
            .help("write one beside a plan or grid: `gridstage test --help` tells what it holds");
        return input::reject(&[finding], json, &talk);
    }
    let cases: Vec<json::TestCase> = files.iter().map(|file| case(&args.dir, file, &talk)).collect();
    let exit = if cases.iter().any(|case| case.error.is_some()) {
        Exit::Input
    } else if cases.iter().any(|case| !case.mismatches.is_empty()) {
        Exit::Fails
    } else {
        Exit::Holds
    };
    let fill = |out: &mut dyn std::io::Write, ink| match args.format {
        Form::Text => text::test(&cases, ink, out),
        Form::Junit => junit::write("gridstage test", &junit_cases(&cases), out),
        Form::Json => json::write(&json::test(&args.dir.display().to_string(), exit.code(), &cases), out),
    };
    super::output::deliver_anyway(args.output.as_deref(), exit, &talk, fill)
}

/// All case files under a folder, in order of their paths.
fn search(dir: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(dir)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    for path in entries {
        // A link is not followed: it may lead back.
        let is_dir = path.symlink_metadata()?.is_dir();
        if is_dir {
            search(&path, files)?;
        } else if path.file_name().is_some_and(|name| name == FILE) {
            files.push(path);
        }
    }
    Ok(())
}

/// Runs one case.
fn case(dir: &Path, file: &Path, talk: &Talk) -> json::TestCase {
    let folder = file.parent().unwrap_or(Path::new("."));
    let name = folder.strip_prefix(dir).unwrap_or(folder).display().to_string();
    let name = if name.is_empty() { folder.display().to_string() } else { name };
    let mut case = json::TestCase {
        name,
        file: file.display().to_string(),
        about: String::new(),
        witness: String::new(),
        values: 0,
        mismatches: Vec::new(),
        error: None,
    };
    let outcome = read::expected(file).map_err(|no| no.findings).and_then(|expected| {
        (case.about, case.witness) = (expected.about.clone(), expected.witness.clone());
        case.values = expected.values.len() + usize::from(expected.verdict.is_some());
        judged(&folder.join(&expected.input), &expected)
    });
    match outcome {
        Ok(found) => case.mismatches = found.iter().map(json::MismatchedRow::new).collect(),
        Err(findings) => {
            talk.findings(&findings, talk::Detail::Condensed, "`gridstage lint` lists all");
            case.error =
                Some(findings.first().map_or("it cannot be run", |one| one.message.as_str()).to_owned());
        }
    }
    case
}

/// Solves and judges the input of a case, and holds it against what is expected.
fn judged(input: &Path, expected: &Expected) -> Result<Vec<Mismatch>, Vec<Finding>> {
    let plan = read::read(input).map_err(|no| no.findings)?.plan;
    let controls = Controls {
        q_limits: expected.q_limits,
        taps: expected.taps,
        shunts: expected.shunts,
        interchange: false,
    };
    let flow = FlowOptions { controls, ..FlowOptions::default() };
    let options = StudyOptions { flow, ..StudyOptions::default() };
    let solved = stages::run_with(&plan, &options, &|_, _| (), |stage, grid| {
        if expected.n1 { outages(&plan, stage, grid, flow) } else { Ok(None) }
    });
    let solved = solved.map_err(|stopped| stopped.findings)?;
    let mut outages = Vec::new();
    let mut states = Vec::with_capacity(solved.len());
    for (state, found) in solved {
        let (stage, scenario) = (state.stage, state.scenario);
        outages.extend(found.flatten().map(|verdict| StateOutages { stage, scenario, verdict }));
        states.push(state);
    }
    let modelled = Modelled { controls, contingencies: expected.n1, ..Modelled::default() };
    let options = JudgeOptions { modelled, outages, ..JudgeOptions::default() };
    let verdict = verdict::judge(&plan, &states, &options);
    Ok(mismatches(expected, &plan, &states, &verdict))
}

/// The outages of a state, where the stage's criteria have rules for the grid after a fault.
fn outages(
    plan: &Plan,
    stage: StageId,
    grid: &SolvedGrid,
    flow: FlowOptions,
) -> Result<Option<OutageVerdict>, crate::case::CaseError> {
    let set = plan.criteria.iter().find(|set| set.id == plan.stages[stage].criteria);
    let Some(set) = set.filter(|set| set.rules.iter().any(|rule| rule.state == GridState::N1)) else {
        return Ok(None);
    };
    let options = as_criteria_say(plan, set, flow);
    let list = appraise::outages_asked(&grid.network, set);
    appraise::judge_outages(grid, set, list, &options, &|_| true).map(Some)
}

fn junit_cases(cases: &[json::TestCase]) -> Vec<junit::Case> {
    let of = |case: &json::TestCase| {
        let lines: Vec<String> = case.mismatches.iter().map(json::MismatchedRow::sentence).collect();
        let ending = match (&case.error, lines.first()) {
            (Some(error), _) => junit::Ending::Error(error.clone()),
            (None, Some(first)) => junit::Ending::Failed(first.clone(), lines.join("\n")),
            (None, None) => junit::Ending::Passed,
        };
        let line = case.mismatches.first().map_or(1, |first| first.line);
        junit::Case {
            suite: "gridstage.test".to_owned(),
            name: case.name.clone(),
            place: Some((case.file.clone(), line)),
            ending,
            told: String::new(),
        }
    };
    cases.iter().map(of).collect()
}
