//! `gridstage report`: the report that is handed in.

use super::arguments::{Jobs, Target};
use super::exit::Exit;
use super::handed::{Handed, Results};
use super::input::{self, Opened};
use super::judging::{self, Judged, Judging, Stopped};
use super::output::deliver_anyway;
use super::progress::{Progress, When};
use super::state::explained;
use super::supply;
use super::talk::{self, Detail, Talk};
use crate::appraise::dated::{self, DatedOptions, Days, Outages};
use crate::appraise::headroom::{self, Headroom};
use crate::appraise::need::{Delays, WorkNeed};
use crate::criteria::Modelled;
use crate::finding::Finding;
use crate::flow::Status;
use crate::ids::ScenarioId;
use crate::model::{CriteriaSet, Plan};
use crate::report::dossier::{Dossier, Language, Section, Sections, Sources, html, markdown, workbook};
use crate::report::json::{self, StageSupply};
use crate::study::{Stop, StudyOptions};
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Write the report that is handed in: verdict, map, charts and tables, in Vietnamese or English
///
/// The page is one file that loads nothing: it opens offline, sorts, filters and copies its tables, shows every stage on a map
/// (or as a single-line diagram, where there are no coordinates) and prints on A4. Its figures are those of `check`.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage report grids/hanoi -o report.html                   in English
  gridstage report grids/hanoi -o bao-cao.html --lang vi        in Vietnamese
  gridstage report grids/hanoi -o report.xlsx                   the same tables as a workbook
  gridstage report grids/hanoi -o report.md --sections verdict,violations,works
  gridstage report grids/hanoi -o report.html --sections usual,need,headroom
  gridstage report grids/hanoi -o report.html --rank rank.json --fund fund.json
  gridstage report grid.raw -o grid.html                        a bare grid: one stage

`usual` is everything but `need` and `headroom`, which take many times the load flows of the verdict; `diagram`
is in it where there is no map. What works are worth and what to build with the money there is come from files that
`rank` and `fund` wrote of the same plan (--format json). For PDF, print the page from a browser.

Exit codes: 0 the plan holds, 1 it does not, 2 usage, 3 invalid input, 4 a load flow has no solution (the
report is written and says so), 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "PLAN|GRID")]
    plan: std::path::PathBuf,
    #[command(flatten)]
    target: Target,
    /// Language of the report
    #[arg(long, value_enum, default_value = "en", value_name = "LANG")]
    lang: Language,
    /// Form of the report; the ending of the file says it if not given
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// What it holds, with commas between: sections, `usual`, or `all`
    #[arg(long, value_enum, value_delimiter = ',', value_name = "SECTION", default_value = "usual")]
    sections: Vec<Choice>,
    #[command(flatten)]
    handed: Handed,
    #[command(flatten)]
    judging: Judging,
    #[command(flatten)]
    jobs: Jobs,
    /// Show progress on standard error
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Run")]
    progress: When,
    #[command(flatten)]
    talk: talk::Options,
}

/// The forms of a report.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Form {
    /// One page that loads nothing
    Html,
    /// Markdown
    Md,
    /// A workbook
    Xlsx,
}

impl Form {
    /// The form that the ending of a file means.
    fn of(file: &Path) -> Option<Self> {
        match file.extension()?.to_str()?.to_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" | "markdown" => Some(Self::Md),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

impl ValueEnum for Language {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.tag()).help(match self {
            Self::Vi => "Vietnamese: 1.234,5 and 31/12/2020",
            Self::En => "English: 1,234.5 and 31 Dec 2020",
        }))
    }
}

/// What `--sections` takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Choice {
    Usual,
    All,
    One(Section),
}

impl ValueEnum for Choice {
    fn value_variants<'a>() -> &'a [Self] {
        const ALL: [Choice; Section::ALL.len() + 2] = {
            let mut all = [Choice::Usual; Section::ALL.len() + 2];
            all[1] = Choice::All;
            let mut at = 0;
            while at < Section::ALL.len() {
                all[at + 2] = Choice::One(Section::ALL[at]);
                at += 1;
            }
            all
        };
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, help) = match self {
            Self::Usual => ("usual", "All that costs about as much as the verdict"),
            Self::All => ("all", "Everything"),
            Self::One(section) => (
                section.as_str(),
                match section {
                    Section::Verdict => "The matrix, and what the criteria ask",
                    Section::Violations => "What is not met, by rule and element",
                    Section::Map => "The grid on a map, stage by stage",
                    Section::Diagram => "The grid as a single-line diagram, stage by stage",
                    Section::States => "Load, losses and extremes of every state",
                    Section::Flows => "Loadings and voltages by stage",
                    Section::Works => "The works, by date",
                    Section::Capital => "Capital by year",
                    Section::Supply => "What feeds each station, and what its loss leaves",
                    Section::Need => "By when each work is needed (many load flows)",
                    Section::Headroom => "How much more load each station can take (many load flows)",
                    Section::Rank => "What each work is worth per money (with --rank FILE)",
                    Section::Fund => "What to build with the money there is (with --fund FILE)",
                    Section::Basis => "What it rests on: not judged, assumed, sources, files",
                },
            ),
        };
        Some(PossibleValue::new(word).help(help))
    }
}

impl Args {
    fn sections(&self) -> Sections {
        let has = |choice: Choice| self.sections.contains(&choice);
        let named: Vec<Section> = Section::ALL
            .into_iter()
            .filter(|&section| has(Choice::All) || has(Choice::One(section)))
            .collect();
        let sections = Sections::of(&named);
        if has(Choice::Usual) { sections.and_usual() } else { sections }
    }

    /// The form, and what is wrong with asking for it.
    fn form(&self) -> Result<Form, &'static str> {
        let file = self.target.output.as_deref().filter(|file| *file != Path::new("-"));
        let form = self.format.or_else(|| file.and_then(Form::of)).ok_or(
            "the ending of the file does not say what form the report has: give -o report.html, .md or .xlsx, or --format",
        )?;
        if form == Form::Xlsx && file.is_none() {
            return Err("a workbook is no text for the screen: give -o FILE");
        }
        Ok(form)
    }
}

/// Reports.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let form = match args.form() {
        Ok(form) => form,
        Err(message) => {
            talk.error(message);
            return Exit::Usage;
        }
    };
    let opened = match input::open_as_of(&args.plan, &args.judging.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, None, &talk),
    };
    let results = match args.handed.read(&opened) {
        Ok(results) => results,
        Err(findings) => return input::reject(&findings, None, &talk),
    };
    let study = match args.judging.study(&opened, Stop::never()) {
        Ok(study) => study,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    args.jobs.start();
    let judged = args
        .judging
        .judge(&opened, study.clone(), args.progress, &talk)
        .and_then(|judged| Ok((Studies::run(args, &opened, &study, &judged, &talk)?, judged)));
    match judged {
        Ok((studies, judged)) => write(args, form, (&opened, &results), &study, (&judged, &studies), &talk),
        Err(Stopped::Usage(message)) => {
            talk.error(&message);
            Exit::Usage
        }
        Err(Stopped::Input(findings)) => input::reject(&findings, None, &talk),
    }
}

/// What a report holds beside the verdict.
#[derive(Default)]
struct Studies {
    supply: Vec<StageSupply>,
    need: Option<(Plan, Vec<WorkNeed>)>,
    headroom: Option<Vec<Headroom>>,
}

impl Studies {
    fn run(
        args: &Args,
        opened: &Opened,
        study: &StudyOptions,
        judged: &Judged,
        talk: &Talk,
    ) -> Result<Self, Stopped> {
        let (plan, sections) = (&opened.plan, args.sections());
        let Some(&first) = judged.verdict.scenarios.first() else { return Ok(Self::default()) };
        let mut studies = Self::default();
        if sections.holds(Section::Supply) && !plan.network.substations.is_empty() {
            let study = StudyOptions {
                stages: Some(judged.verdict.stages.clone()),
                scenarios: Some(vec![first]),
                ..study.clone()
            };
            let options = |set: &CriteriaSet| args.judging.then.options(plan, set, study.flow);
            studies.supply = supply::of_stations(plan, &study, &options).map_err(Stopped::Input)?;
        }
        if sections.holds(Section::Need) && !plan.is_bare() && !plan.projects.is_empty() {
            studies.need = Some(need(args, plan, study, first, talk).map_err(Stopped::Input)?);
        }
        if sections.holds(Section::Headroom) && !plan.network.substations.is_empty() {
            studies.headroom = Some(room(args, plan, study, judged, first, talk).map_err(Stopped::Input)?);
        }
        Ok(studies)
    }
}

/// How the days of a plan are solved.
fn dated<'a>(
    args: &'a Args,
    study: &StudyOptions,
    scenario: ScenarioId,
    outages: Outages<'a>,
) -> DatedOptions<'a> {
    let contingencies = args.judging.after_faults();
    DatedOptions {
        scenarios: vec![scenario],
        selection: study.selection.clone(),
        flow: study.flow,
        modelled: Modelled { controls: args.judging.flow.controls(), contingencies, ..Modelled::default() },
        outages,
    }
}

/// Delays that a report tells of, years.
const DELAYS: u16 = 5;

fn need(
    args: &Args,
    plan: &Plan,
    study: &StudyOptions,
    scenario: ScenarioId,
    talk: &Talk,
) -> Result<(Plan, Vec<WorkNeed>), Vec<Finding>> {
    let outages = |set: &CriteriaSet| args.judging.then.options(plan, set, study.flow);
    let options = dated(args, study, scenario, Outages(&outages));
    let days = Days::new(dated::yearly(plan)?, options, &|| ())?;
    let works: Vec<_> = plan.projects.ids().collect();
    let progress = Progress::new(args.progress, talk, "works");
    let mut rows = Vec::with_capacity(works.len());
    Delays::new(&days).run(&works, DELAYS, &mut |row| {
        rows.push(row);
        progress.tell(rows.len(), works.len());
    });
    progress.end();
    Ok((days.plan, rows))
}

fn room(
    args: &Args,
    plan: &Plan,
    study: &StudyOptions,
    judged: &Judged,
    scenario: ScenarioId,
    talk: &Talk,
) -> Result<Vec<Headroom>, Vec<Finding>> {
    let outages = |set: &CriteriaSet| args.judging.then.options(plan, set, study.flow);
    let options = dated(args, study, scenario, Outages(&outages));
    let days = Days::new(plan.clone(), options, &|| ())?;
    let progress = Progress::new(args.progress, talk, "stations");
    let done = AtomicUsize::new(0);
    let tick = |total| progress.tell(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let found = headroom::headroom(&days, &|_| true, &study.stop, &tick);
    progress.end();
    let mut rows = found?.0;
    rows.retain(|row| judged.verdict.stages.contains(&row.stage));
    Ok(rows)
}

fn write(
    args: &Args,
    form: Form,
    (opened, results): (&Opened, &Results),
    study: &StudyOptions,
    (judged, studies): (&Judged, &Studies),
    talk: &Talk,
) -> Exit {
    let plan = &opened.plan;
    let Judged { states, verdict, .. } = judged;
    let exit = match verdict.exit {
        crate::appraise::Exit::Holds => Exit::Holds,
        crate::appraise::Exit::Violated => Exit::Fails,
        crate::appraise::Exit::NoSolution => Exit::NoSolution,
    };
    let all = judging::findings(opened, verdict);
    talk.findings(&all, Detail::Condensed, "-v shows all");
    let options = args.judging.document(opened, verdict);
    let unsolved = states.iter().find(|state| state.flow.status != Status::Converged);
    let explanation = unsolved.and_then(|state| explained(&state.grid.network, &state.flow, &study.flow));
    let of_states = (states.as_slice(), None, unsolved.zip(explanation.as_ref()));
    let document = json::check(opened.inputs(), options, exit.code(), plan, verdict, of_states, &all);
    let variant = args.judging.variant();
    let sources = Sources {
        path: &opened.path,
        plan,
        verdict,
        states,
        variant: &variant,
        check: &document,
        findings: &all,
        selection: &study.selection,
        supply: &studies.supply,
        need: studies.need.as_ref().map(|(plan, rows)| (plan, rows.as_slice())),
        headroom: studies.headroom.as_deref(),
        rank: results.rank.as_ref(),
        fund: results.fund.as_ref(),
    };
    let dossier = Dossier::new(&sources, &args.sections(), args.lang);
    // A report on a plan without a solution says so: it is what was asked for.
    deliver_anyway(args.target.output.as_deref(), exit, talk, |out, _| match form {
        Form::Html => html(&dossier, &sources, out),
        Form::Md => markdown(&dossier, out),
        Form::Xlsx => workbook(&dossier, out),
    })
}
