//! `gridstage rank`: what each work is worth for the grid, per money.

use super::arguments::{Target, TextJsonCsv, Top};
use super::asking::Asking;
use super::exit::Exit;
use super::input::{self, Opened};
use super::output::deliver;
use super::progress::{Progress, When};
use super::talk::{Detail, Talk};
use crate::appraise::capital::Capital;
use crate::appraise::dated::{DatedOptions, Days, Outages};
use crate::appraise::rank::{self, Game, Method, Metric, Prices, Rank, Sampling};
use crate::finding::{Code, Finding};
use crate::ids::ProjectId;
use crate::model::{CriteriaSet, Plan, Selection};
use crate::report::json::{self, Kind};
use crate::report::{Ranked, rank_sheet, text};
use clap::ValueEnum;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rank works by what they do for the grid, per money: taken out one at a time, put in one at a time, and by fair shares
///
/// Each stage is solved without each work and with it alone, after every fault too: MVA beyond limits, MW without supply, kV
/// outside of bands, MW of losses. Money is discounted.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage rank grids/hanoi                             by what taking each work out costs the grid
  gridstage rank grids/hanoi --by pint --metric lost     by the load that each saves, put in alone
  gridstage rank plan --work P3 --work P4 --samples 50   two works that need each other share
  gridstage rank grids/hanoi --metric money              losses and energy not served, priced
  gridstage rank grids/hanoi --format csv -o rank.csv    every number, a row per work

Works that do the same are each worth nothing when taken out, as the other stays; put in alone, each is worth all.
Works that only help together are the other way round. Shares (--samples) are fair to both.

Numbers are those of the first scenario of the plan; with several --scenario they are summed.

Exit codes: 0 answered, 2 usage, 3 invalid input, 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Ask about this work only; may be repeated
    #[arg(long, value_name = "PROJECT")]
    work: Vec<String>,
    /// What works are sorted by
    #[arg(long, value_enum, default_value = "toot")]
    by: By,
    /// What is measured
    #[arg(long, value_enum, default_value = "severity")]
    metric: Measure,
    /// Find Shapley shares from so many orders of the works of each stage; exact where all subsets are no more states
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(2..=100_000))]
    samples: Option<u32>,
    /// Draw the orders by this number: the same seed gives the same shares
    #[arg(long, value_name = "S", default_value = "1", requires = "samples")]
    seed: u64,
    #[command(flatten)]
    top: Top,
    /// Form of the result; csv: one row per work
    #[arg(long, value_enum, default_value = "text")]
    format: TextJsonCsv,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    asking: Asking,
}

/// How works are compared.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum By {
    /// Taken out of the plan, one at a time: what the grid then breaks, in every stage from its first
    Toot,
    /// Put into the grid of the stage before, one at a time: what it then breaks less
    Pint,
    /// By Shapley shares; needs --samples
    Shapley,
}

/// What is measured.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Measure {
    /// MVA beyond limits and MW without supply, intact and after faults; a MW dark in the intact grid counts ten times
    Severity,
    /// MW without supply, intact and after faults
    Lost,
    /// kV outside of bands, intact and after faults
    Voltage,
    /// MW of losses of the intact grid
    Losses,
    /// Losses and energy not served at the prices of [economics]
    Money,
}

impl By {
    fn method(self) -> Method {
        match self {
            Self::Toot => Method::Toot,
            Self::Pint => Method::Pint,
            Self::Shapley => Method::Shapley,
        }
    }
}

impl Measure {
    /// The metric of the library.
    pub(super) fn metric(self) -> Metric {
        match self {
            Self::Severity => Metric::Severity,
            Self::Lost => Metric::Lost,
            Self::Voltage => Metric::Voltage,
            Self::Losses => Metric::Losses,
            Self::Money => Metric::Money,
        }
    }
}

/// Ranks.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.asking.talk.talk();
    let unasked = (args.by == By::Shapley && args.samples.is_none())
        .then_some("--by shapley needs shares: give --samples N, for example --samples 50");
    if let Some(message) = args.top.refused(args.format == TextJsonCsv::Text).or(unasked) {
        talk.error(message);
        return Exit::Usage;
    }
    let json = (args.format == TextJsonCsv::Json).then_some(Kind::Rank);
    let opened = match input::open_as_of(&args.plan, &args.asking.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let asked = opened.projects(&args.work).and_then(|works| Ok((works, args.asking.meant(&opened)?)));
    let (works, (scenarios, selection)) = match asked {
        Ok(asked) => asked,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    let works = works.unwrap_or_else(|| opened.plan.projects.ids().collect());
    args.asking.start(&opened.plan, &talk);
    let outages = |set: &CriteriaSet| args.asking.outages(&opened.plan, set);
    let options = args.asking.dated((scenarios, selection.clone()), Outages(&outages));
    match ranked(args, &opened, &works, (&options, &selection), &talk) {
        Ok(exit) => exit,
        Err(findings) => {
            let findings: Vec<Finding> = opened.findings.iter().cloned().chain(findings).collect();
            input::reject(&findings, json, &talk)
        }
    }
}

/// Refuses what has nothing to rank.
pub(super) fn needs_works(plan: &Plan) -> Result<(), Vec<Finding>> {
    let refused = |message: &str, help: &str| Err(vec![Finding::error(Code::NoPlan, message).help(help)]);
    if plan.is_bare() {
        return refused(
            "the input is a grid without dates: it has no works",
            "give a plan folder; `gridstage new DIR` writes one to begin with",
        );
    }
    if plan.projects.is_empty() {
        return refused(
            "the plan has no works",
            "list works in projects.csv, and what they change in changes.csv",
        );
    }
    Ok(())
}

/// The plan's stages as planned, solved.
pub(super) fn stages<'a>(
    plan: &Plan,
    options: &DatedOptions<'a>,
    (when, talk): (When, &Talk),
) -> Result<Days<'a>, Vec<Finding>> {
    let progress = Progress::new(when, talk, "stages as planned");
    let total = plan.stages.len() * options.scenarios.len();
    let done = AtomicUsize::new(0);
    let tick = || progress.tell(done.fetch_add(1, Ordering::Relaxed) + 1, total);
    let days = Days::new(plan.clone(), options.clone(), &tick);
    progress.end();
    days
}

fn ranked(
    args: &Args,
    opened: &Opened,
    works: &[ProjectId],
    (options, selection): (&DatedOptions<'_>, &Selection),
    talk: &Talk,
) -> Result<Exit, Vec<Finding>> {
    needs_works(&opened.plan)?;
    let capital = Capital::new(&opened.plan, selection);
    let prices = Prices::new(&opened.plan, &capital.terms);
    let metric = args.metric.metric();
    if metric == Metric::Money && !prices.any() {
        return Err(vec![unpriced()]);
    }
    let days = stages(&opened.plan, options, (args.asking.progress, talk))?;
    let mut game = Game::new(&days);
    let sampling = args.samples.map(|samples| Sampling { samples, seed: args.seed });
    let progress = Progress::new(args.asking.progress, talk, "states without works");
    let mut rows: Vec<Rank> =
        rank::rank(&mut game, &capital, works, sampling, &|done, of| progress.tell(done, of));
    progress.end();
    let method = args.by.method();
    rank::sort(&mut rows, method, metric, &prices);
    talk.findings(&opened.findings, Detail::Condensed, "`gridstage lint` lists all");
    let found = Ranked { game: &game, capital: &capital, prices, rows: &rows, method, metric };
    Ok(deliver(args.target.output.as_deref(), Exit::Holds, talk, |out, ink| match args.format {
        TextJsonCsv::Text => text::rank(&opened.path, found, args.top.rows(), ink, out),
        TextJsonCsv::Csv => rank_sheet::rank(&found, out),
        TextJsonCsv::Json => {
            let asked = json::RankOptions {
                works: args.work.iter().map(String::as_str).collect(),
                by: method.as_str(),
                metric: metric.as_str(),
                samples: args.samples,
                seed: args.samples.map(|_| args.seed),
                asked: args.asking.row(&days.plan, &days.options.scenarios),
            };
            json::write(&json::rank(opened.inputs(), asked, &found, &opened.findings), out)
        }
    }))
}

/// What money is asked for and has no price.
pub(super) fn unpriced() -> Finding {
    let message = "--metric money: the plan prices neither losses nor energy not served";
    Finding::error(Code::Schema, message).field("loss_price_per_mwh").help(
        "give `loss_price_per_mwh` (with [losses] load_loss_factor), or `unserved_price_per_mwh` and `peak_hours`, in \
         [economics]",
    )
}
