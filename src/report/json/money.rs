//! What `show --money` writes: what a plan costs, by year and by work.

use super::{Answer, Diagnostic, Document, Input, Kind, Num, TOOL};
use crate::appraise::capital::{Capital, CostSource, Spending, Terms, WorkCost};
use crate::finding::Finding;
use crate::model::{Budget, Confidence, Parameter, Plan, Status};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `show --money`.
pub type MoneyDocument<'a> = Document<'a, MoneyOptions<'a>, MoneySummary<'a>, WorkMoneyRow<'a>>;

/// What was asked.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
pub struct MoneyOptions<'a> {
    /// The amendment as of which the plan is taken, `approved` for none; null for the latest.
    pub as_of: Option<&'a str>,
}

/// In what terms money is told.
#[derive(Serialize, JsonSchema, Clone, Debug)]
#[schemars(rename = "Terms")]
pub struct TermsRow<'a> {
    /// Currency of all amounts; empty where the plan states none. Amounts are in millions of it.
    pub currency: &'a str,
    /// The year of whose prices amounts `plan_million` are.
    pub price_year: i16,
    /// Yearly discount rate of money in prices of one year, p.u.; null: nothing is discounted.
    pub discount_rate: Option<ParameterRow<'a>>,
    /// The year to which money is discounted.
    pub base_year: i16,
    /// `year_end` (the flow of the base year is discounted by one year) or `undiscounted`.
    pub first_flow: &'static str,
    /// How much prices rise in a year without an index, p.u.
    pub escalation_rate: Option<ParameterRow<'a>>,
    /// First and last year of the price index; null where there is none.
    pub price_index_years: Option<[i16; 2]>,
    /// Shares of a cost that are spent up to the year of commissioning where no spending is stated; null: all in that year.
    pub spend_profile: Option<&'a [f64]>,
    /// What a `MWh` of losses costs, currency/MWh.
    pub loss_price_per_mwh: Option<ParameterRow<'a>>,
    /// What a `MWh` not served costs, currency/MWh.
    pub unserved_price_per_mwh: Option<ParameterRow<'a>>,
    /// Energy missed over power missed at the peak, h a year.
    pub peak_hours: Option<ParameterRow<'a>>,
    /// Hours of a year for which an element is out of service by faults.
    pub outage_hours: Option<ParameterRow<'a>>,
}

/// A number with its support.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Parameter")]
pub struct ParameterRow<'a> {
    /// The value.
    pub value: f64,
    /// Who says so; empty where nobody does.
    pub source: &'a str,
    /// How far to trust it.
    pub confidence: Option<&'static str>,
}

impl<'a> ParameterRow<'a> {
    fn new(parameter: &'a Parameter) -> Self {
        let Parameter { value, source, confidence } = parameter;
        Self { value: *value, source, confidence: confidence.map(Confidence::as_str) }
    }
}

impl<'a> TermsRow<'a> {
    /// The terms of a plan.
    #[must_use]
    pub fn new(terms: &'a Terms) -> Self {
        let money = &terms.money;
        let row = |parameter: &'a Option<Parameter>| parameter.as_ref().map(ParameterRow::new);
        let years = money.price_index.first().zip(money.price_index.last());
        Self {
            currency: &money.currency,
            price_year: money.price_year,
            discount_rate: row(&money.discount_rate),
            base_year: terms.base_year,
            first_flow: money.first_flow.as_str(),
            escalation_rate: row(&money.escalation_rate),
            price_index_years: years.map(|(first, last)| [first.year, last.year]),
            spend_profile: money.spend_profile.as_ref().map(|profile| profile.shares.as_slice()),
            loss_price_per_mwh: row(&money.loss_price_per_mwh),
            unserved_price_per_mwh: row(&money.unserved_price_per_mwh),
            peak_hours: row(&money.peak_hours),
            outage_hours: row(&money.outage_hours),
        }
    }
}

/// A plan's money in numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct MoneySummary<'a> {
    /// In what terms.
    pub terms: TermsRow<'a>,
    /// Works that count.
    pub works: usize,
    /// Those whose cost rests on unit costs.
    pub works_by_unit_costs: usize,
    /// Those whose cost is not known: in no amount here.
    pub works_without_cost: usize,
    /// All that is spent, in prices of the plan.
    pub plan_million: f64,
    /// Of that, what rests on unit costs.
    pub unit_cost_million: f64,
    /// The same, each year in its prices.
    pub nominal_million: f64,
    /// The same discounted.
    pub discounted_million: f64,
    /// What is spent by year, funding class and status of the works.
    pub spending: Vec<SpendingRow<'a>>,
    /// What may be spent, as the plan says.
    pub budgets: Vec<BudgetRow<'a>>,
}

/// What is spent in a year on works of one funding class and status.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Spending")]
pub struct SpendingRow<'a> {
    /// The year.
    pub year: i16,
    /// Funding class; empty where works do not say.
    pub funding: &'a str,
    /// Status of the works.
    pub status: &'static str,
    /// Works on which something is spent.
    pub works: usize,
    /// In prices of the plan.
    pub plan_million: f64,
    /// Of that, what rests on unit costs.
    pub unit_cost_million: f64,
    /// In prices of the year.
    pub nominal_million: f64,
    /// Discounted.
    pub discounted_million: f64,
}

/// What may be spent in a year.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Budget")]
pub struct BudgetRow<'a> {
    /// The year.
    pub year: i16,
    /// Funding class; empty for all together.
    pub funding: &'a str,
    /// Amount in prices of `price_year`.
    pub budget_million: f64,
    /// The year whose prices these are.
    pub price_year: i16,
    /// Whether what is left of it can be spent later.
    pub carry_over: bool,
}

/// A work with its cost.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "WorkMoney")]
pub struct WorkMoneyRow<'a> {
    /// Id of the work.
    pub project: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its funding class; empty where it does not say.
    pub funding: &'a str,
    /// Its status.
    pub status: &'static str,
    /// Where its cost comes from: `stated`, `unit_costs` or `unknown`.
    pub cost_source: &'static str,
    /// Why the cost is unknown; null where it is known.
    pub unknown: Option<&'a str>,
    /// Whether the price year was assumed.
    pub price_year_estimated: bool,
    /// Its cost in prices of `price_year`.
    pub own_million: Num,
    /// The year whose prices these are.
    pub price_year: i16,
    /// Its cost in prices of the plan.
    pub plan_million: Num,
    /// How it is spread: `stated`, `profile`, `at_commissioning` or `undated`.
    pub spread: &'static str,
    /// The unit costs that it is made of.
    pub unit_costs: Vec<PieceRow<'a>>,
    /// What is spent by year; empty where the cost is unknown or the work undated.
    pub years: Vec<OutlayRow>,
}

/// What a unit cost contributes.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Piece")]
pub struct PieceRow<'a> {
    /// Id of the unit cost.
    pub unit_cost: &'a str,
    /// How many, or km.
    pub quantity: f64,
    /// In prices of the plan.
    pub plan_million: f64,
}

/// What is spent on a work in a year.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Outlay")]
pub struct OutlayRow {
    /// The year.
    pub year: i16,
    /// Share of the cost, p.u.
    pub share: f64,
    /// In prices of the plan.
    pub plan_million: f64,
    /// In prices of the year.
    pub nominal_million: f64,
    /// Discounted.
    pub discounted_million: f64,
}

impl<'a> WorkMoneyRow<'a> {
    /// The row of a work.
    #[must_use]
    pub fn new(plan: &'a Plan, terms: &Terms, work: &'a WorkCost) -> Self {
        let project = &plan.projects[work.project];
        let pieces = if let CostSource::UnitCosts(pieces) = &work.source { pieces.as_slice() } else { &[] };
        let known = work.plan_million.is_finite();
        Self {
            project: &project.id,
            name: &project.name,
            funding: &project.funding,
            status: project.status.as_str(),
            cost_source: work.source.as_str(),
            unknown: if let CostSource::Unknown(why) = &work.source { Some(why) } else { None },
            price_year_estimated: matches!(work.source, CostSource::Stated { price_year_estimated: true }),
            own_million: Num(work.own_million),
            price_year: work.price_year,
            plan_million: Num(work.plan_million),
            spread: work.spread.as_str(),
            unit_costs: pieces
                .iter()
                .filter_map(|piece| {
                    let unit_cost = plan.unit_costs.get(piece.unit_cost)?.id.as_str();
                    Some(PieceRow { unit_cost, quantity: piece.quantity, plan_million: piece.plan_million })
                })
                .collect(),
            years: work
                .shares
                .iter()
                .filter(|_| known)
                .map(|&(year, share)| {
                    let plan_million = share * work.plan_million;
                    OutlayRow {
                        year,
                        share,
                        plan_million,
                        nominal_million: terms.nominal(plan_million, year),
                        discounted_million: plan_million * terms.discount(year),
                    }
                })
                .collect(),
        }
    }
}

/// The rows of what is spent by year, funding class and status.
#[must_use]
pub fn spending_rows<'a>(rows: &'a [Spending]) -> Vec<SpendingRow<'a>> {
    let row = |row: &'a Spending| {
        let Spending {
            year,
            funding,
            status,
            works,
            plan_million,
            unit_cost_million,
            nominal_million,
            discounted_million,
        } = row;
        SpendingRow {
            year: *year,
            funding,
            status: Status::as_str(*status),
            works: *works,
            plan_million: *plan_million,
            unit_cost_million: *unit_cost_million,
            nominal_million: *nominal_million,
            discounted_million: *discounted_million,
        }
    };
    rows.iter().map(row).collect()
}

/// The document of a plan's money; `spending` is what [`Capital::by_year`] gives.
#[must_use]
pub fn money<'a>(
    inputs: Vec<Input<'a>>,
    options: MoneyOptions<'a>,
    plan: &'a Plan,
    (capital, spending): (&'a Capital, &'a [Spending]),
    findings: &'a [Finding],
) -> MoneyDocument<'a> {
    let works = |source: &str| capital.works.iter().filter(|work| work.source.as_str() == source).count();
    let sum = |of: fn(&Spending) -> f64| spending.iter().map(of).sum();
    let budget = |one: &'a Budget| BudgetRow {
        year: one.year,
        funding: &one.funding,
        budget_million: one.budget_million,
        price_year: one.price_year,
        carry_over: one.carry_over,
    };
    Document {
        schema: Kind::Money.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Valid,
        exit_code: 0,
        summary: Some(MoneySummary {
            terms: TermsRow::new(&capital.terms),
            works: capital.works.len(),
            works_by_unit_costs: works("unit_costs"),
            works_without_cost: works("unknown"),
            plan_million: sum(|row| row.plan_million),
            unit_cost_million: sum(|row| row.unit_cost_million),
            nominal_million: sum(|row| row.nominal_million),
            discounted_million: sum(|row| row.discounted_million),
            spending: spending_rows(spending),
            budgets: plan.budgets.iter().map(budget).collect(),
        }),
        cases: capital.works.iter().map(|work| WorkMoneyRow::new(plan, &capital.terms, work)).collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
