//! `gridstage fund`: what to build with the money there is, and in which year.

use super::arguments::{Flow, Jobs, Switch, Target, TextJsonCsv, Top, Works};
use super::exit::Exit;
use super::input::{self, Opened};
use super::outages::Then;
use super::output::deliver;
use super::progress::{Progress, When};
use super::rank::{Measure, first_scenario, needs_works, scenario_ids, stages, unpriced};
use super::talk::{self, Detail, Talk};
use crate::appraise::capital::Capital;
use crate::appraise::dated::{self, DatedOptions, Outages};
use crate::appraise::fund::{self, BudgetSource, Budgets, Fund, Funding, Step, Unfunded};
use crate::appraise::rank::{Game, Metric, Prices};
use crate::criteria::Modelled;
use crate::finding::{Code, Finding};
use crate::ids::ProjectId;
use crate::model::{CriteriaSet, Selection};
use crate::read;
use crate::report::funded::{Funded, broken};
use crate::report::json::{self, Kind};
use crate::report::{fund_sheet, text};
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// Say what to build with the money there is, in which year, and what stays broken
///
/// Works and years are selected under yearly budgets by what they take off overloads and lost load; every selection is
/// verified by AC load flow in every year, with every fault, and the best verified one is told.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage fund grids/hanoi --budget 50%           what to build with half of the money
  gridstage fund plan --budget budgets-2027.csv     budgets of a file, with the columns of budgets.csv
  gridstage fund plan --must P003 --budget 70%      P003 comes as planned, and is paid first
  gridstage fund plan --metric money                losses and energy not served against cost
  gridstage fund plan --factors 60%,80%,100%,120%   works that are funded whatever the budget

Budgets are those of the plan's budgets.csv, by year and funding class; where there is none, what the plan itself would spend.
Works that are commissioned take no money; those funded or under construction come as planned, and are paid first.

Exit codes: 0 answered, 1 the budget does not pay for what must come, 2 usage, 3 invalid input, 74 output
not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Share of the budgets, such as 50% or 0.5, or a file with other ones
    #[arg(long, value_name = "FACTOR|FILE", default_value = "100%")]
    budget: String,
    /// Other shares of the budgets, for the list of works that are funded in all of them [default: 0.8 and 1.2 times the budget]
    #[arg(long, value_name = "FACTOR,..", value_delimiter = ',')]
    factors: Vec<Factor>,
    /// This work comes as planned, and is paid first; may be repeated
    #[arg(long, value_name = "PROJECT")]
    must: Vec<String>,
    /// What is to be less
    #[arg(long, value_enum, default_value = "severity")]
    metric: Measure,
    /// Most rounds of proposing, verifying and learning; few works are all compared at once
    #[arg(long, value_name = "N", default_value = "6", value_parser = clap::value_parser!(u32).range(1..=100))]
    rounds: u32,
    /// Judge this scenario; may be repeated, numbers are summed [default: the first of the plan]
    #[arg(long, value_name = "SCENARIO")]
    scenario: Vec<String>,
    #[command(flatten)]
    works: Works,
    #[command(flatten)]
    top: Top,
    /// Form of the result; csv: one row per work
    #[arg(long, value_enum, default_value = "text")]
    format: TextJsonCsv,
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
    jobs: Jobs,
    /// Show progress on standard error
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", help_heading = "Run")]
    progress: When,
    #[command(flatten)]
    talk: talk::Options,
}

/// A share of the budgets: `50%` or `0.5`.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Factor(f64);

impl FromStr for Factor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) =
            text.trim().strip_suffix('%').map_or((text.trim(), 1.0), |number| (number.trim(), 100.0));
        match number.parse::<f64>() {
            Ok(number) if number.is_finite() && number >= 0.0 => Ok(Self(number / unit)),
            _ => Err("give a share of the budgets such as 50% or 0.5".to_owned()),
        }
    }
}

/// Funds.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    if let Some(message) = args.top.refused(args.format == TextJsonCsv::Text) {
        talk.error(message);
        return Exit::Usage;
    }
    let json = (args.format == TextJsonCsv::Json).then_some(Kind::Fund);
    let mut opened = match input::open_as_of(&args.plan, &args.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let asked = opened.projects(&args.must).and_then(|must| {
        Ok((must.unwrap_or_default(), opened.scenarios(&args.scenario)?, opened.selection(&args.works)?))
    });
    let (must, scenarios, selection) = match asked {
        Ok(asked) => asked,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    let budgets = match budgets(&args.budget, &mut opened) {
        Ok(budgets) => budgets,
        Err(Refused::Usage(message)) => {
            talk.error(&message);
            return Exit::Usage;
        }
        Err(Refused::Input(findings)) => return input::reject(&findings, json, &talk),
    };
    args.jobs.start();
    if let Some(message) = args.then.unheeded(&opened.plan.network) {
        talk.warn(message);
    }
    let outages = |set: &CriteriaSet| args.then.options(&opened.plan, set, args.flow.options());
    let contingencies = args.n1 != Some(Switch::Off);
    let options = DatedOptions {
        scenarios: scenarios.unwrap_or_else(|| first_scenario(&opened.plan)),
        selection: selection.clone(),
        flow: args.flow.options(),
        modelled: Modelled { controls: args.flow.controls(), contingencies, ..Modelled::default() },
        outages: Outages(&outages),
    };
    match funded(args, &opened, (&options, &selection), (budgets, must), &talk) {
        Ok(exit) => exit,
        Err(findings) => {
            let findings: Vec<Finding> = opened.findings.iter().cloned().chain(findings).collect();
            input::reject(&findings, json, &talk)
        }
    }
}

/// Why budgets cannot be used.
enum Refused {
    Usage(String),
    Input(Vec<Finding>),
}

/// The budgets that are meant: a share of those of the plan, or those of a file.
fn budgets(asked: &str, opened: &mut Opened) -> Result<Budgets, Refused> {
    if let Ok(Factor(factor)) = asked.parse() {
        let rows = opened.plan.budgets.clone();
        let source = if rows.is_empty() { BudgetSource::Spending } else { BudgetSource::Plan };
        return Ok(Budgets { source, rows, factor });
    }
    let path = Path::new(asked);
    if !path.is_file() {
        let message = format!(
            "--budget {asked}: this is neither a share of the budgets nor a file\ngive 50%, 0.5, or a CSV file with the columns \
             of budgets.csv: year, funding, budget_million, price_year, carry_over"
        );
        return Err(Refused::Usage(message));
    }
    let (rows, inputs) = read::plan::budgets(path, &opened.plan).map_err(Refused::Input)?;
    opened.inputs.extend(inputs);
    Ok(Budgets { source: BudgetSource::File(asked.to_owned()), rows, factor: 1.0 })
}

fn funded(
    args: &Args,
    opened: &Opened,
    (options, selection): (&DatedOptions<'_>, &Selection),
    (budgets, must): (Budgets, Vec<ProjectId>),
    talk: &Talk,
) -> Result<Exit, Vec<Finding>> {
    needs_works(&opened.plan)?;
    let capital = Capital::new(&opened.plan, selection);
    let prices = Prices::new(&opened.plan, &capital.terms);
    let metric = args.metric.metric();
    if metric == Metric::Money && !prices.any() {
        return Err(vec![unpriced()]);
    }
    let yearly = dated::yearly(&opened.plan)?;
    let stage_days = stages(&fund::years_of_works(&opened.plan)?, options, (args.progress, talk))?;
    let year_days = stages(&yearly, options, (args.progress, talk))?;
    let (mut of_stages, mut of_years) = (Game::new(&stage_days), Game::new(&year_days));
    let mut factors: Vec<f64> = args.factors.iter().map(|factor| factor.0).collect();
    if factors.is_empty() {
        factors = vec![0.8 * budgets.factor, 1.2 * budgets.factor];
    }
    factors.push(budgets.factor);
    factors.sort_by(f64::total_cmp);
    factors.dedup();
    let asked = json::FundOptions {
        budget_factor: budgets.factor,
        budget_source: json::budget_source(&budgets.source),
        budget_file: matches!(budgets.source, BudgetSource::File(_)).then_some(args.budget.as_str()),
        factors: factors.clone(),
        must: args.must.iter().map(String::as_str).collect(),
        metric: metric.as_str(),
        rounds: args.rounds,
        scenarios: scenario_ids(&stage_days),
        with: args.works.with.iter().map(String::as_str).collect(),
        without: args.works.without.iter().map(String::as_str).collect(),
        as_of: args.works.version.as_of.as_deref(),
        n1: args.n1 != Some(Switch::Off),
        response: args.then.response(),
        redispatch: args.then.redispatch(),
        transfer_minutes: args.then.transfer_minutes.map(json::Num),
        flow: args.flow.row("newton"),
    };
    let steps = Step::ALL.map(|step| (step, Progress::new(args.progress, talk, step.as_str())));
    let answer = Fund {
        stages: &mut of_stages,
        years: &mut of_years,
        capital: &capital,
        prices,
        metric,
        budgets: budgets.clone(),
        must,
        rounds: args.rounds,
        factors,
    }
    .answer(&|step, done, of| {
        if let Some((_, progress)) = steps.iter().find(|one| one.0 == step) {
            progress.tell(done, of);
        }
    });
    for (_, progress) in &steps {
        progress.end();
    }
    let funding: Funding = match answer {
        Ok(funding) => funding,
        Err(Unfunded::Findings(findings)) => return Err(findings),
        Err(why) => return Ok(refused(args, opened, asked, &why, talk)),
    };
    talk.findings(&opened.findings, Detail::Condensed, "`gridstage lint` lists all");
    let funded = Funded {
        funding: &funding,
        years: &of_years,
        stages: &of_stages,
        capital: &capital,
        prices,
        metric,
        budgets: &budgets,
    };
    Ok(deliver(args.target.output.as_deref(), Exit::Holds, talk, |out, ink| match args.format {
        TextJsonCsv::Text => text::fund(&opened.path, funded, args.top.rows(), ink, out),
        TextJsonCsv::Csv => fund_sheet::fund(&funded, out),
        TextJsonCsv::Json => {
            let (cut, anyway) = broken(&funding);
            let document = json::fund(opened.inputs(), asked, &funded, (&cut, &anyway), &opened.findings);
            json::write(&document, out)
        }
    }))
}

/// Tells that the money does not reach, and by how much.
fn refused(args: &Args, opened: &Opened, asked: json::FundOptions<'_>, why: &Unfunded, talk: &Talk) -> Exit {
    let told = json::unfunded(&opened.plan, why).into_iter().map(|message| {
        Finding::error(Code::Budget, message).field("budget_million").help(
            "raise the budget of that year or an earlier one that is carried over, or let works come later",
        )
    });
    let findings: Vec<Finding> = opened.findings.iter().cloned().chain(told).collect();
    talk.findings(&findings, Detail::Condensed, "`gridstage lint` lists all");
    if args.format != TextJsonCsv::Json {
        return Exit::Fails;
    }
    deliver(args.target.output.as_deref(), Exit::Fails, talk, |out, _| {
        let code = Exit::Fails.code();
        json::write(&json::not_funded(opened.inputs(), asked, code, &findings), out)
    })
}
