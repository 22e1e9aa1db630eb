//! What `show --supply` writes: what feeds each station, stage by stage.

use super::{Answer, Diagnostic, Document, Input, Kind, Num, TOOL, UnsolvedRow};
use crate::appraise::supply::{Feed, StationSupply, is_harmless};
use crate::finding::Finding;
use crate::ids::{ScenarioId, StageId};
use crate::model::{ElementId, Plan};
use crate::study::Unsolved;
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `show --supply`.
pub type SupplyDocument<'a> = Document<'a, SupplyOptions<'a>, SupplySummary<'a>, SupplyRow<'a>>;

/// What was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct SupplyOptions<'a> {
    /// The stage or date; null for all stages.
    pub at: Option<&'a str>,
    /// The scenario.
    pub scenario: &'a str,
    /// The stations asked about; empty for all that draw load.
    pub stations: Vec<&'a str>,
}

/// The answer in numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct SupplySummary<'a> {
    /// Stations and stages.
    pub rows: usize,
    /// Those that lose load which nobody takes over when one supply is out.
    pub losing_load: usize,
    /// Those whose load is more than their transformers carry without the largest.
    pub without_firm_reserve: usize,
    /// Stages without a load-flow solution: nothing is known of them.
    pub unsolved: Vec<&'a str>,
    /// The first of them, and why it has none.
    pub explained: Option<UnsolvedRow<'a>>,
}

/// A station at a stage.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Supply")]
pub struct SupplyRow<'a> {
    /// The stage or date.
    pub stage: &'a str,
    /// Id of the station.
    pub station: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its district.
    pub district: &'a str,
    /// Load drawn at its buses.
    pub load_mw: Num,
    /// The voltage at which its circuits come in.
    pub vn_kv: Num,
    /// Where the power of that voltage comes from, the largest share first.
    pub sources: Vec<SourceRow<'a>>,
    /// What feeds it: circuits, then its transformers.
    pub feeds: Vec<FeedRow<'a>>,
    /// Its transformers by the voltage that they feed.
    pub reserves: Vec<ReserveRow>,
    /// Neighbours that can take its load over, the quickest first.
    pub back_feed: Vec<BackFeedRow<'a>>,
    /// What these can take together.
    pub back_feed_mw: Num,
}

/// A source and its share.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Source")]
pub struct SourceRow<'a> {
    /// `generator`, or `substation` of the transformers.
    pub element_type: &'static str,
    /// Its id.
    pub element_id: &'a str,
    /// Share of what comes in.
    pub percent: Num,
}

/// A circuit or transformer that feeds a station.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Feed")]
pub struct FeedRow<'a> {
    /// `line` or `transformer`.
    pub element_type: &'static str,
    /// Its id.
    pub element_id: &'a str,
    /// Where the power comes from: a station, or a bus without one.
    pub from: &'a str,
    /// Power that arrives.
    pub p_mw: Num,
    /// Loading of its normal rating.
    pub loading_percent: Num,
    /// What its loss leaves.
    pub lost: Option<LostRow<'a>>,
}

/// What the loss of a supply leaves.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Lost")]
pub struct LostRow<'a> {
    /// `converged`, or how the search for a state ended.
    pub status: &'static str,
    /// Whether nothing breaks and no load is left without supply.
    pub harmless: bool,
    /// Load without supply before neighbours take any over.
    pub lost_mw: Num,
    /// What neighbours take over.
    pub moved_mw: Num,
    /// Load that nobody takes over.
    pub unserved_mw: Num,
    /// Limits that hold in the intact grid and fail.
    pub limits: usize,
    /// Id of the element at which the worst of these fails.
    pub worst_element: Option<&'a str>,
    /// Its value over its limit.
    pub worst_percent: Num,
}

/// The transformers of a station into one voltage.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Reserve")]
pub struct ReserveRow {
    /// The voltage that they feed.
    pub vn_kv: f64,
    /// Units in service.
    pub units: usize,
    /// Rated power of all.
    pub installed_mva: Num,
    /// Rated power without the largest.
    pub firm_mva: Num,
    /// What they carry.
    pub carried_mva: Num,
    /// What is left with all units.
    pub reserve_mva: Num,
    /// What is left without the largest; negative where it does not suffice.
    pub reserve_after_loss_mva: Num,
}

/// A neighbour that can take load over.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "BackFeed")]
pub struct BackFeedRow<'a> {
    /// Its id.
    pub to: &'a str,
    /// How much.
    pub p_mw: f64,
    /// Time it takes.
    pub minutes: f64,
}

fn feed<'a>(plan: &'a Plan, feed: &'a Feed) -> FeedRow<'a> {
    FeedRow {
        element_type: feed.branch.kind().as_str(),
        element_id: plan.network.id_of(feed.branch),
        from: plan.network.id_of(feed.from),
        p_mw: Num(feed.p_mw),
        loading_percent: Num(feed.loading_percent),
        lost: feed.lost.as_ref().map(|lost| LostRow {
            status: lost.status.as_str(),
            harmless: is_harmless(lost),
            lost_mw: Num(lost.lost_mw),
            moved_mw: Num(lost.moved_mw),
            unserved_mw: Num(lost.unserved_mw),
            limits: lost.limits,
            worst_element: lost.worst.as_ref().and_then(|v| v.element).map(|one| plan.network.id_of(one)),
            worst_percent: lost.worst.as_ref().map(|v| v.percent).into(),
        }),
    }
}

impl<'a> SupplyRow<'a> {
    /// The row of a station at a stage.
    #[must_use]
    pub fn new(plan: &'a Plan, stage: StageId, supply: &'a StationSupply) -> Self {
        let station = &plan.network.substations[supply.station];
        Self {
            stage: &plan.stages[stage].id,
            station: &station.id,
            name: &station.name,
            district: &station.district,
            load_mw: Num(supply.load_mw),
            vn_kv: supply.vn_kv.into(),
            sources: supply
                .sources
                .iter()
                .map(|one| SourceRow {
                    element_type: one.source.kind().as_str(),
                    element_id: plan.network.id_of(one.source),
                    percent: Num(one.percent),
                })
                .collect(),
            feeds: supply.feeds.iter().map(|one| feed(plan, one)).collect(),
            reserves: supply
                .reserves
                .iter()
                .map(|one| ReserveRow {
                    vn_kv: one.vn_kv,
                    units: one.units,
                    installed_mva: Num(one.installed_mva),
                    firm_mva: Num(one.firm_mva),
                    carried_mva: Num(one.carried_mva),
                    reserve_mva: Num(one.intact_mva()),
                    reserve_after_loss_mva: Num(one.after_loss_mva()),
                })
                .collect(),
            back_feed: supply
                .back_feed
                .iter()
                .map(|one| BackFeedRow {
                    to: plan.network.id_of(ElementId::Substation(one.to)),
                    p_mw: one.p_mw,
                    minutes: one.minutes,
                })
                .collect(),
            back_feed_mw: Num(supply.back_feed.iter().map(|one| one.p_mw).sum()),
        }
    }
}

/// A stage with the supply of its stations; `None` where it has no load-flow solution.
pub type StageSupply = (StageId, Option<Vec<StationSupply>>);

/// The document of a supply plan.
#[must_use]
pub fn supply<'a>(
    inputs: Vec<Input<'a>>,
    options: (SupplyOptions<'a>, ScenarioId),
    exit_code: u8,
    plan: &'a Plan,
    (stages, explained): (&'a [StageSupply], Option<&'a Unsolved>),
    findings: &'a [Finding],
) -> SupplyDocument<'a> {
    let all = || stages.iter().flat_map(|(_, found)| found.iter().flatten());
    let loses = |one: &&StationSupply| {
        one.feeds.iter().filter_map(|feed| feed.lost.as_ref()).any(|lost| lost.unserved_mw > 0.0)
    };
    let short = |one: &&StationSupply| one.reserves.iter().any(|reserve| reserve.after_loss_mva() < 0.0);
    let unsolved: Vec<&str> = stages
        .iter()
        .filter(|(_, found)| found.is_none())
        .map(|(stage, _)| plan.stages[*stage].id.as_str())
        .collect();
    Document {
        schema: Kind::Supply.id(),
        tool: TOOL,
        inputs,
        options: Some(SupplyOptions { scenario: &plan.scenarios[options.1].id, ..options.0 }),
        verdict: if unsolved.is_empty() { Answer::Solved } else { Answer::NoSolution },
        exit_code,
        summary: Some(SupplySummary {
            rows: all().count(),
            losing_load: all().filter(loses).count(),
            without_firm_reserve: all().filter(short).count(),
            unsolved,
            explained: explained.map(|one| UnsolvedRow::new(plan, one)),
        }),
        cases: stages
            .iter()
            .flat_map(|(stage, found)| found.iter().flatten().map(|one| SupplyRow::new(plan, *stage, one)))
            .collect(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}
