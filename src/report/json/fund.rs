//! What `fund` writes: what to build, in which year, and what stays broken.

use super::money::TermsRow;
use super::rank::{MetricRow, MetricsRow, PricesRow};
use super::{Answer, Diagnostic, Document, FlowOptionsRow, Input, Kind, Num, TOOL};
use crate::appraise::fund::{BudgetSource, Economics, Proposal, Role, Round, Unfunded};
use crate::finding::Finding;
use crate::ids::ProjectId;
use crate::model::Plan;
use crate::report::funded::{Broken, Funded};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `fund`.
pub type FundDocument<'a> = Document<'a, FundOptions<'a>, FundSummary<'a>, FundRow<'a>>;

/// What `fund` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct FundOptions<'a> {
    /// Factor on the budgets, p.u.
    pub budget_factor: f64,
    /// Where they come from: `plan`, `file`, or `spending` (what the plan itself would spend).
    pub budget_source: &'static str,
    /// The file with the budgets, where one was given.
    pub budget_file: Option<&'a str>,
    /// Other factors tried.
    pub factors: Vec<f64>,
    /// Works that come as planned whatever their status.
    pub must: Vec<&'a str>,
    /// What is to be less: `severity`, `lost`, `voltage`, `losses` or `money`.
    pub metric: &'static str,
    /// Most rounds.
    pub rounds: u32,
    /// The scenarios judged; numbers are summed over them.
    pub scenarios: Vec<&'a str>,
    /// Works counted in against their status.
    pub with: Vec<&'a str>,
    /// Works left out.
    pub without: Vec<&'a str>,
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
    /// Whether the grid after a fault is judged, where the criteria ask it.
    pub n1: bool,
    /// What moves after an outage: `frozen`, `limits` or `controls`.
    pub response: &'static str,
    /// Who makes up for lost generation: `slack`, `participation` or `reserve`.
    pub redispatch: &'static str,
    /// Time that neighbours have to take load over; null: what the criteria say.
    pub transfer_minutes: Option<Num>,
    /// The load flows.
    pub flow: FlowOptionsRow,
}

/// The word for where budgets come from.
#[must_use]
pub fn budget_source(source: &BudgetSource) -> &'static str {
    match source {
        BudgetSource::Plan => "plan",
        BudgetSource::File(_) => "file",
        BudgetSource::Spending => "spending",
    }
}

/// The answer in numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct FundSummary<'a> {
    /// In what terms money is told.
    pub terms: TermsRow<'a>,
    /// What is to be less, and its unit.
    pub metric: MetricRow,
    /// What losses and energy not served cost.
    pub prices: PricesRow,
    /// Works that are a choice.
    pub free: usize,
    /// Of these, those funded.
    pub funded: usize,
    /// The accounts by funding class and year.
    pub accounts: Vec<AccountRow<'a>>,
    /// Every year, verified.
    pub years: Vec<YearRow<'a>>,
    /// What stays broken for want of money.
    pub broken: Vec<BrokenRow<'a>>,
    /// What is broken in the plan as it stands too.
    pub broken_anyway: Vec<BrokenRow<'a>>,
    /// In money; null where nothing has a price.
    pub economics: Option<EconomicsRow>,
    /// Other budgets.
    pub budgets: Vec<ScenarioRow<'a>>,
    /// The best selection of each round.
    pub rounds: Vec<RoundRow>,
    /// The round whose selection is the answer, from 1.
    pub best_round: usize,
    /// Why no more was tried: `all` (all selections were compared, none is better), `no-better` (nothing that was proposed around
    /// the answer is better) or `rounds` (they were used up).
    pub ending: &'static str,
    /// Works that stand only with another: the first with the second.
    pub together: Vec<[&'a str; 2]>,
    /// Works left out again, as nothing changes without them.
    pub pruned: Vec<&'a str>,
    /// Load flows of intact grids.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}

/// A funding class in a year, millions in prices of the plan.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Account")]
pub struct AccountRow<'a> {
    /// Funding class; null for all works together.
    pub funding: Option<&'a str>,
    /// The year.
    pub year: i16,
    /// What comes in.
    pub budget_million: f64,
    /// What was carried over.
    pub carried_million: f64,
    /// What is spent.
    pub spent_million: f64,
    /// What is left and can be spent later.
    pub left_million: f64,
}

/// A year, verified.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Year")]
pub struct YearRow<'a> {
    /// The year.
    pub year: i16,
    /// The scenario.
    pub scenario: &'a str,
    /// Whether a load flow was found.
    pub solved: bool,
    /// With what is funded.
    pub funded: MetricsRow,
    /// With all of the plan.
    pub planned: MetricsRow,
    /// With no work that is a choice.
    pub none: MetricsRow,
    /// Limits broken for want of money.
    pub broken: usize,
    /// Limits broken in the plan as it stands too.
    pub broken_anyway: usize,
}

/// Something broken in some years.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Broken")]
pub struct BrokenRow<'a> {
    /// The first year.
    pub since: i16,
    /// The last year.
    pub until: i16,
    /// Years in which it is broken.
    pub years: usize,
    /// The year in which it is worst; what follows is about it.
    pub worst_year: i16,
    /// Id of the rule.
    pub rule: &'a str,
    /// The table of the element.
    pub element_type: Option<&'static str>,
    /// Id of the element.
    pub element_id: Option<&'a str>,
    /// What was measured.
    pub quantity: &'static str,
    /// Its value, in `unit`.
    pub value: Num,
    /// The limit, in `unit`.
    pub limit: Num,
    /// Unit of value and limit.
    pub unit: &'static str,
    /// The outage after which it is broken; null in the intact grid.
    pub outage: Option<&'a str>,
    /// The value in the plan as it stands, where it is violated there too.
    pub planned: Num,
    /// Load without supply, or MVA beyond the limit, on top of the plan as it stands.
    pub beyond_mw: Num,
}

impl<'a> BrokenRow<'a> {
    fn new(plan: &'a Plan, row: &'a Broken) -> Self {
        let v = &row.violation;
        Self {
            since: row.since,
            until: row.until,
            years: row.years,
            worst_year: row.worst_year,
            rule: &v.rule,
            element_type: v.element.map(|element| element.kind().as_str()),
            element_id: v.element.map(|element| plan.network.id_of(element)),
            quantity: v.quantity,
            value: Num(v.value),
            limit: Num(v.limit),
            unit: v.unit,
            outage: v.fault.as_ref().map(|fault| fault.outage.as_str()),
            planned: row.planned.into(),
            beyond_mw: Num(row.beyond_mw),
        }
    }
}

/// The answer in money, millions in prices of the plan, against building none of the works that are a choice.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Economics")]
pub struct EconomicsRow {
    /// Net present value.
    pub npv_million: f64,
    /// Economic internal rates of return, p.u.; several where the flows change their sign more than once.
    pub internal_rates: Vec<f64>,
    /// Present value of what is spent.
    pub spent_million: f64,
    /// Present value of losses saved.
    pub losses_million: f64,
    /// Present value of energy not served saved.
    pub unserved_million: f64,
    /// Years without a load-flow solution without these works: energy not served is at least so much, losses not compared.
    pub unsolved: Vec<i16>,
    /// Year by year.
    pub flows: Vec<FlowRow>,
}

/// A year of the flows, millions, not discounted.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "MoneyFlow")]
pub struct FlowRow {
    /// The year.
    pub year: i16,
    /// Spent.
    pub spent_million: f64,
    /// Losses saved.
    pub losses_million: f64,
    /// Energy not served saved.
    pub unserved_million: f64,
}

impl EconomicsRow {
    fn new(economics: &Economics) -> Self {
        let flow = |&(year, spent_million, losses_million, unserved_million): &(i16, f64, f64, f64)| {
            FlowRow { year, spent_million, losses_million, unserved_million }
        };
        Self {
            npv_million: economics.npv_million,
            internal_rates: economics.rates.clone(),
            spent_million: economics.spent_million,
            losses_million: economics.losses_million,
            unserved_million: economics.unserved_million,
            unsolved: economics.unsolved.clone(),
            flows: economics.years.iter().map(flow).collect(),
        }
    }
}

/// Another budget.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "BudgetScenario")]
pub struct ScenarioRow<'a> {
    /// Factor on the budgets, p.u.
    pub factor: f64,
    /// Works funded, with their years; null without an answer.
    pub works: Option<Vec<StartRow<'a>>>,
    /// Why there is no answer.
    pub unfunded: Option<String>,
    /// What they take off, verified, discounted metric-years.
    pub verified: Num,
}

/// A work and the year from which it stands.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Start")]
pub struct StartRow<'a> {
    /// Id of the work.
    pub project: &'a str,
    /// The year.
    pub year: i16,
}

/// The best selection of a round.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Round")]
pub struct RoundRow {
    /// Where it comes from: `nothing`, `plan-order`, `worth-order`, `selected`, `selected-near`, `change`, `all` or
    /// `smaller-budget`.
    pub proposal: &'static str,
    /// Most works that may differ from the best selection before, where that was asked.
    pub most_changes: Option<usize>,
    /// Selections verified in the round.
    pub tried: usize,
    /// Works selected.
    pub works: usize,
    /// What they were expected to take off, discounted metric-years; null where nothing was expected.
    pub expected: Num,
    /// What they take off, verified.
    pub verified: f64,
    /// Years without a load-flow solution, each scenario by itself.
    pub unsolved: f64,
    /// Pairs found to belong together.
    pub cuts: usize,
}

impl RoundRow {
    fn new(round: &Round) -> Self {
        Self {
            proposal: round.proposal.as_str(),
            most_changes: match round.proposal {
                Proposal::Selected(most) => most,
                _ => None,
            },
            tried: round.tried,
            works: round.works,
            expected: Num(round.expected),
            verified: round.verified,
            unsolved: round.unsolved,
            cuts: round.cuts,
        }
    }
}

/// A work.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Funding")]
pub struct FundRow<'a> {
    /// Id of the work.
    pub project: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its funding class; empty where it does not say.
    pub funding: &'a str,
    /// `done`, `must`, `free` (a choice), `unpriced` or `beyond`.
    pub role: &'static str,
    /// The year in which it is planned; null where none within the years judged.
    pub planned_year: Option<i16>,
    /// The year from which it stands; null where it is not built.
    pub year: Option<i16>,
    /// Its cost in prices of the plan, million.
    pub plan_million: Num,
    /// Where its cost comes from: `stated`, `unit_costs` or `unknown`.
    pub cost_source: &'static str,
    /// What it takes off beside all that is built, discounted metric-years: of one that stands from its year on, of one left out
    /// if it came as planned; null where it is no choice.
    pub worth: Option<f64>,
    /// Budgets of those tried in which it is funded; null where it is no choice.
    pub funded_in: Option<usize>,
}

impl<'a> FundRow<'a> {
    /// The row of a work.
    #[must_use]
    pub fn new(funded: &Funded<'a>, work: ProjectId) -> Self {
        let plan = &funded.years.days.plan;
        let funding = funded.funding;
        let project = &plan.projects[work];
        let (role, planned) = funding.roles.of.get(&work).copied().unwrap_or((Role::Beyond, 0));
        let planned_year = (role != Role::Beyond).then_some(planned);
        let cost = funded.capital.of(work);
        let start = funding.starts.get(&work);
        let answered = funding.scenarios.iter().filter_map(|one| one.starts.as_ref().ok());
        Self {
            project: &project.id,
            name: &project.name,
            funding: &project.funding,
            role: role.as_str(),
            planned_year,
            year: start.copied().unwrap_or(planned_year),
            plan_million: cost.map(|cost| cost.plan_million).into(),
            cost_source: cost.map_or("unknown", |cost| cost.source.as_str()),
            worth: funding.worth.get(&work).copied(),
            funded_in: start
                .map(|_| answered.filter(|starts| starts.get(&work).is_some_and(Option::is_some)).count()),
        }
    }
}

/// Why there is no answer, in a sentence for each reason.
#[must_use]
pub fn unfunded(plan: &Plan, why: &Unfunded) -> Vec<String> {
    match why {
        Unfunded::Unsolved(why) => vec![why.clone()],
        Unfunded::Findings(findings) => findings.iter().map(|finding| finding.message.clone()).collect(),
        Unfunded::Short(purses, shortfalls) => shortfalls
            .iter()
            .map(|(shortfall, works)| {
                let year = purses.years.get(shortfall.year).copied().unwrap_or(0);
                let ids: Vec<&str> = works.iter().map(|&work| plan.projects[work].id.as_str()).collect();
                let million = |value: f64| crate::report::number::three(value);
                format!(
                    "{year}, {}: what must be built ({}) takes {} million, {} are there with what is carried over: {} million \
                     short",
                    purses.label(shortfall.purse),
                    ids.join(", "),
                    million(shortfall.must_million),
                    million(shortfall.available_million),
                    million(shortfall.short_million())
                )
            })
            .collect(),
    }
}

/// The document of an answer.
#[must_use]
pub fn fund<'a>(
    inputs: Vec<Input<'a>>,
    options: FundOptions<'a>,
    funded: &Funded<'a>,
    (cut, anyway): (&'a [Broken], &'a [Broken]),
    findings: &'a [Finding],
) -> FundDocument<'a> {
    let plan = &funded.years.days.plan;
    let funding = funded.funding;
    let id = |work: ProjectId| plan.projects[work].id.as_str();
    let accounts = funding.purses.of.iter().zip(&funding.accounts).flat_map(|(of, accounts)| {
        funding.purses.years.iter().zip(accounts).map(move |(&year, account)| AccountRow {
            funding: of.as_deref(),
            year,
            budget_million: account.budget_million,
            carried_million: account.carried_million,
            spent_million: account.spent_million,
            left_million: account.left_million,
        })
    });
    let years = funding.checks.iter().map(|check| YearRow {
        year: check.year,
        scenario: &plan.scenarios[check.scenario].id,
        solved: check.solved,
        funded: MetricsRow::new(&check.funded),
        planned: MetricsRow::new(&check.planned),
        none: MetricsRow::new(&check.none),
        broken: check.cut.len(),
        broken_anyway: check.anyway.len(),
    });
    let scenario = |one: &'a crate::appraise::fund::Scenario| ScenarioRow {
        factor: one.factor,
        works: one.starts.as_ref().ok().map(|starts| {
            let started = starts.iter().filter_map(|(&work, &start)| Some((work, start?)));
            started.map(|(work, year)| StartRow { project: id(work), year }).collect()
        }),
        unfunded: one.starts.as_ref().err().map(|why| unfunded(plan, why).join("; ")),
        verified: Num(one.verified),
    };
    Document {
        schema: Kind::Fund.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Solved,
        exit_code: 0,
        summary: Some(FundSummary {
            terms: TermsRow::new(&funded.capital.terms),
            metric: MetricRow::new(funded.metric),
            prices: PricesRow::new(&funded.prices),
            free: funding.starts.len(),
            funded: funding.starts.values().flatten().count(),
            accounts: accounts.collect(),
            years: years.collect(),
            broken: cut.iter().map(|row| BrokenRow::new(plan, row)).collect(),
            broken_anyway: anyway.iter().map(|row| BrokenRow::new(plan, row)).collect(),
            economics: funding.economics.as_ref().map(EconomicsRow::new),
            budgets: funding.scenarios.iter().map(scenario).collect(),
            rounds: funding.rounds.iter().map(RoundRow::new).collect(),
            best_round: funding.best,
            ending: funding.ending.as_str(),
            together: funding.together.iter().map(|&(a, b)| [id(a), id(b)]).collect(),
            pruned: funding.pruned.iter().map(|&work| id(work)).collect(),
            intact: funded.stages.intact + funded.years.intact,
            outages: funded.stages.outages + funded.years.outages,
        }),
        cases: funding.roles.of.keys().map(|&work| FundRow::new(funded, work)).collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}

/// The document of a question without an answer: what must come cannot be paid.
#[must_use]
pub fn not_funded<'a>(
    inputs: Vec<Input<'a>>,
    options: FundOptions<'a>,
    exit_code: u8,
    findings: &'a [Finding],
) -> FundDocument<'a> {
    Document {
        schema: Kind::Fund.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Violated,
        exit_code,
        summary: None,
        cases: Vec::new(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
