//! What `rank` writes: what each work is worth for the grid.

use super::money::TermsRow;
use super::{Answer, AskedRow, Diagnostic, Document, Input, Kind, Num, TOOL};
use crate::appraise::rank::{Gain, Metric, Metrics, Prices, Rank, Share};
use crate::finding::Finding;
use crate::ids::ProjectId;
use crate::model::Plan;
use crate::report::Ranked;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `rank`.
pub type RankDocument<'a> = Document<'a, RankOptions<'a>, RankSummary<'a>, RankRow<'a>>;

/// What `rank` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct RankOptions<'a> {
    /// The works asked about; empty for all.
    pub works: Vec<&'a str>,
    /// What works are sorted by: `toot`, `pint` or `shapley`.
    pub by: &'static str,
    /// What is measured: `severity`, `lost`, `voltage`, `losses` or `money`.
    pub metric: &'static str,
    /// Orders drawn for Shapley shares; null: none are found.
    pub samples: Option<u32>,
    /// The seed that they are drawn by.
    pub seed: Option<u64>,
    /// How grids were made, solved and judged.
    #[serde(flatten)]
    pub asked: AskedRow<'a>,
}

/// The answer in numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct RankSummary<'a> {
    /// In what terms money is told.
    pub terms: TermsRow<'a>,
    /// What the metric is, and its unit.
    pub metric: MetricRow,
    /// What losses and energy not served cost.
    pub prices: PricesRow,
    /// Works ranked.
    pub works: usize,
    /// The stages as planned.
    pub stages: Vec<StageMetricsRow<'a>>,
    /// Different states solved.
    pub states: usize,
    /// States that were asked for again and solved once.
    pub shared: usize,
    /// Load flows of intact grids.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}

/// A metric.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Metric")]
pub struct MetricRow {
    /// `severity`, `lost`, `voltage`, `losses` or `money`.
    pub name: &'static str,
    /// Its unit; of money millions of the currency a year.
    pub unit: &'static str,
}

impl MetricRow {
    /// The row of a metric.
    #[must_use]
    pub fn new(metric: Metric) -> Self {
        Self { name: metric.as_str(), unit: metric.unit() }
    }
}

/// What losses and energy not served cost in a year, millions of the currency; null where the plan does not say.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Prices")]
pub struct PricesRow {
    /// For a MW of losses at the peak.
    pub losses_million_per_mw: Option<f64>,
    /// For a MW without supply at the peak of the intact grid.
    pub unserved_million_per_mw: Option<f64>,
    /// For a MW without supply after a fault.
    pub n1_unserved_million_per_mw: Option<f64>,
}

impl PricesRow {
    /// The row of prices.
    #[must_use]
    pub fn new(prices: &Prices) -> Self {
        let Prices { losses_million_per_mw, unserved_million_per_mw, n1_unserved_million_per_mw } = *prices;
        Self { losses_million_per_mw, unserved_million_per_mw, n1_unserved_million_per_mw }
    }
}

/// A stage and its metrics.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "StageMetrics")]
pub struct StageMetricsRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// Its metrics.
    pub metrics: MetricsRow,
}

/// How bad a state is, or by how much less bad than another.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Metrics")]
pub struct MetricsRow {
    /// Apparent power beyond limits in the intact grid, MVA.
    pub n_beyond_mva: Num,
    /// Load without supply in the intact grid, MW.
    pub n_lost_mw: Num,
    /// Voltage outside of bands in the intact grid, kV.
    pub n_voltage_kv: Num,
    /// Losses, MW.
    pub losses_mw: Num,
    /// Apparent power beyond limits after faults, each element at its worst, MVA.
    pub n1_beyond_mva: Num,
    /// Load without supply after faults, summed over them, MW.
    pub n1_lost_mw: Num,
    /// Voltage outside of bands after faults, each bus at its worst, kV.
    pub n1_voltage_kv: Num,
    /// Intact grids without a load-flow solution: of these only load without supply is in the numbers.
    pub unsolved: Num,
}

impl MetricsRow {
    /// The row of metrics.
    #[must_use]
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            n_beyond_mva: Num(metrics.n_beyond_mva),
            n_lost_mw: Num(metrics.n_lost_mw),
            n_voltage_kv: Num(metrics.n_voltage_kv),
            losses_mw: Num(metrics.losses_mw),
            n1_beyond_mva: Num(metrics.n1_beyond_mva),
            n1_lost_mw: Num(metrics.n1_lost_mw),
            n1_voltage_kv: Num(metrics.n1_voltage_kv),
            unsolved: Num(metrics.unsolved),
        }
    }
}

/// A work with its rank.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Rank")]
pub struct RankRow<'a> {
    /// Its place, from 1.
    pub rank: usize,
    /// Id of the work.
    pub project: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its first day; null where it never comes.
    pub planned: Option<String>,
    /// The first stage in which it stands.
    pub stage: Option<&'a str>,
    /// What it costs, discounted, million.
    pub cost_million: Num,
    /// What works are sorted by: metric-years, discounted.
    pub worth: Num,
    /// The same per million, discounted.
    pub worth_per_million: Num,
    /// Taken out one at a time.
    pub toot: Option<GainRow<'a>>,
    /// Put in one at a time.
    pub pint: Option<GainRow<'a>>,
    /// Its Shapley share.
    pub shapley: Option<ShareRow<'a>>,
    /// Why something above is missing.
    pub unknown: Option<&'a str>,
}

/// What a work takes off the metrics.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Gain")]
pub struct GainRow<'a> {
    /// Works that go or come with it.
    pub with: Vec<&'a str>,
    /// Stage by stage.
    pub stages: Vec<StageMetricsRow<'a>>,
    /// Summed over years.
    pub years: MetricsRow,
    /// The same, each year discounted.
    pub discounted_years: MetricsRow,
    /// What it and those with it cost, discounted, million, as far as that is known.
    pub cost_million: Num,
    /// Works among these whose cost is not known.
    pub unknown_costs: usize,
}

impl<'a> GainRow<'a> {
    fn new(plan: &'a Plan, gain: &'a Gain) -> Self {
        let id = |&project: &ProjectId| plan.projects[project].id.as_str();
        Self {
            with: gain.with.iter().map(id).collect(),
            stages: gain
                .stages
                .iter()
                .map(|(stage, metrics)| StageMetricsRow {
                    stage: &plan.stages[*stage].id,
                    metrics: MetricsRow::new(metrics),
                })
                .collect(),
            years: MetricsRow::new(&gain.years),
            discounted_years: MetricsRow::new(&gain.discounted_years),
            cost_million: Num(gain.cost_million),
            unknown_costs: gain.unknown_costs,
        }
    }
}

/// The Shapley share of a work.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Share")]
pub struct ShareRow<'a> {
    /// The stage.
    pub stage: &'a str,
    /// What it takes off the metrics.
    pub gain: MetricsRow,
    /// Standard error of each.
    pub standard_error: MetricsRow,
    /// Orders drawn; null where the share is exact.
    pub samples: Option<u32>,
    /// Works that share in this stage.
    pub players: usize,
}

impl<'a> ShareRow<'a> {
    fn new(plan: &'a Plan, share: &Share) -> Self {
        Self {
            stage: &plan.stages[share.stage].id,
            gain: MetricsRow::new(&share.gain),
            standard_error: MetricsRow::new(&share.standard_error),
            samples: share.samples,
            players: share.players,
        }
    }
}

impl<'a> RankRow<'a> {
    /// The row of a work at its place, from 0.
    #[must_use]
    pub fn new(ranked: &Ranked<'a>, place: usize, row: &'a Rank) -> Self {
        let plan = &ranked.game.days.plan;
        let worth = row.worth(ranked.method, ranked.metric, &ranked.prices);
        Self {
            rank: place + 1,
            project: &plan.projects[row.project].id,
            name: &plan.projects[row.project].name,
            planned: row.planned.map(|day| day.to_string()),
            stage: row.stage.map(|stage| plan.stages[stage].id.as_str()),
            cost_million: Num(row.cost_million),
            worth: worth.map(|(worth, _)| worth).into(),
            worth_per_million: row.per_million(ranked.method, ranked.metric, &ranked.prices).into(),
            toot: row.out.as_ref().map(|gain| GainRow::new(plan, gain)),
            pint: row.put.as_ref().map(|gain| GainRow::new(plan, gain)),
            shapley: row.share.as_ref().map(|share| ShareRow::new(plan, share)),
            unknown: row.unknown.as_deref(),
        }
    }
}

/// The document of a ranking.
#[must_use]
pub fn rank<'a>(
    inputs: Vec<Input<'a>>,
    options: RankOptions<'a>,
    ranked: &Ranked<'a>,
    findings: &'a [Finding],
) -> RankDocument<'a> {
    let game = ranked.game;
    let plan = &game.days.plan;
    Document {
        schema: Kind::Rank.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Solved,
        exit_code: 0,
        summary: Some(RankSummary {
            terms: TermsRow::new(&ranked.capital.terms),
            metric: MetricRow::new(ranked.metric),
            prices: PricesRow::new(&ranked.prices),
            works: ranked.rows.len(),
            stages: plan
                .stages
                .iter_ids()
                .map(|(id, stage)| StageMetricsRow {
                    stage: &stage.id,
                    metrics: MetricsRow::new(&game.planned(id)),
                })
                .collect(),
            states: game.states(),
            shared: game.shared,
            intact: game.intact,
            outages: game.outages,
        }),
        cases: ranked.rows.iter().enumerate().map(|(place, row)| RankRow::new(ranked, place, row)).collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
