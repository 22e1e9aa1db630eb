//! What `show` writes: what a plan holds.

use super::check::CostRow;
use super::{Answer, Case, Diagnostic, Document, Input, Kind, Num, TOOL};
use crate::finding::Finding;
use crate::model::{Amendment, Confidence, Plan, Standing};
use crate::report::blame::Blame;
use crate::report::overview::{StageCount, Support};
use schemars::JsonSchema;
use serde::Serialize;

/// The document of `show`.
pub type ShowDocument<'a> = Document<'a, ShowOptions<'a>, ShowSummary<'a>, Case<'a>>;

/// What `show` was asked.
#[derive(Serialize, JsonSchema, Clone, Debug)]
pub struct ShowOptions<'a> {
    /// The stage or date looked at; null for all.
    pub at: Option<&'a str>,
    /// The record whose origin is asked for; null for none.
    pub blame: Option<&'a str>,
}

/// A plan in numbers.
#[derive(Serialize, JsonSchema, Debug)]
pub struct ShowSummary<'a> {
    /// Id of the plan; empty for a bare grid.
    pub plan: &'a str,
    /// Title, by language.
    pub title: Vec<TitleRow<'a>>,
    /// Who approved it.
    pub authority: &'a str,
    /// The approving decision.
    pub decision: &'a str,
    /// Day of the base grid; null for a bare grid.
    pub base_as_of: Option<String>,
    /// Currency of all costs.
    pub currency: Option<&'a str>,
    /// Scenarios.
    pub scenarios: Vec<ScenarioRow<'a>>,
    /// Stages.
    pub stages: Vec<StageRow<'a>>,
    /// Works.
    pub projects: Vec<ProjectRow<'a>>,
    /// Amendments, in the order in which they are replayed.
    pub amendments: Vec<AmendmentRow<'a>>,
    /// Records by table, and how well they are supported.
    pub records: Vec<RecordsRow>,
    /// Where the record asked for comes from; null where none was.
    pub blame: Option<BlameRow<'a>>,
}

/// Where a record comes from.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Blame")]
pub struct BlameRow<'a> {
    /// The record: its table and id.
    pub element: String,
    /// Whether it stands in the base grid.
    pub in_base: bool,
    /// What works did to it, in order.
    pub steps: Vec<BlameStepRow<'a>>,
    /// Changes of amendments that are about it or about a work that touches it.
    pub amendments: Vec<BlameAmendmentRow<'a>>,
}

/// What a work did to a record.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "BlameStep")]
pub struct BlameStepRow<'a> {
    /// The day.
    pub date: String,
    /// What was done, in words.
    pub what: &'a str,
    /// The work.
    pub project: &'a str,
    /// Its phase; empty where it has none of its own.
    pub phase: &'a str,
    /// Its status.
    pub status: &'static str,
    /// The file whose row says so; null where none does.
    pub file: Option<&'a str>,
    /// The line of that row.
    pub line: Option<u32>,
}

/// A change of an amendment that is about a record.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "BlameAmendment")]
pub struct BlameAmendmentRow<'a> {
    /// The amendment.
    pub amendment: &'a str,
    /// What it changes, in words.
    pub change: String,
    /// Whether it is in force in the version at hand.
    pub in_force: bool,
}

/// A title in one language.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Title")]
pub struct TitleRow<'a> {
    /// `vi`, `en`.
    pub language: &'a str,
    /// The title.
    pub text: &'a str,
}

/// A load situation.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Scenario")]
pub struct ScenarioRow<'a> {
    /// Id.
    pub id: &'a str,
    /// Title.
    pub title: &'a str,
    /// Share of the forecast that is drawn.
    pub load_factor: f64,
}

/// A stage.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Stage")]
pub struct StageRow<'a> {
    /// Id.
    pub id: &'a str,
    /// The day; null for a bare grid.
    pub at: Option<String>,
    /// The criteria set; empty for none.
    pub criteria: &'a str,
    /// Buses that stand.
    pub buses: usize,
    /// Line circuits that stand.
    pub lines: usize,
    /// Transformers that stand.
    pub transformers: usize,
    /// Load of the first scenario.
    pub load_mw: Num,
    /// Works of which a part is commissioned since the stage before.
    pub works: Vec<&'a str>,
    /// What they cost, by price year.
    pub cost: Vec<CostRow>,
    /// Those without a known cost.
    pub works_without_cost: usize,
}

/// A work.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Project")]
pub struct ProjectRow<'a> {
    /// Id.
    pub id: &'a str,
    /// Name.
    pub name: &'a str,
    /// Kind of work.
    pub kind: &'static str,
    /// How far it has come.
    pub status: &'static str,
    /// Whether the stages count it in.
    pub counted: bool,
    /// Who builds it.
    pub owner: &'a str,
    /// Voltage; null where it has none.
    pub vn_kv: Option<f64>,
    /// Works that must stand before.
    pub requires: Vec<&'a str>,
    /// Works that cannot stand together with it.
    pub excludes: Vec<&'a str>,
    /// Cost in millions of the plan's currency; null if unknown.
    pub capex_million: Option<f64>,
    /// The year whose prices these are.
    pub price_year: Option<i16>,
    /// How the cost is spread over the years; empty where not said.
    pub spend: Vec<SpendRow>,
    /// What stands in its way, or stood.
    pub obstacles: Vec<ObstacleRow<'a>>,
    /// Its parts.
    pub phases: Vec<PhaseRow<'a>>,
    /// `official`, `news`, `recalled` or `estimated`; null if not said.
    pub confidence: Option<&'static str>,
}

/// A part of a work.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Phase")]
pub struct PhaseRow<'a> {
    /// Id; empty where there is one phase only.
    pub id: &'a str,
    /// When it takes effect, as precisely as given; null for never.
    pub commissioning: Option<String>,
    /// When it is undone; null for never.
    pub decommissioning: Option<String>,
    /// Number of changes it makes.
    pub changes: usize,
}

/// An amendment.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Amendment")]
pub struct AmendmentRow<'a> {
    /// Id.
    pub id: &'a str,
    /// Its place in the order.
    pub seq: u32,
    /// Day of the decision.
    pub date: String,
    /// Number of the decision.
    pub decision: &'a str,
    /// Why.
    pub reason: &'a str,
    /// Who wrote it.
    pub author: &'a str,
    /// Amendments that it takes the place of.
    pub supersedes: Vec<&'a str>,
    /// Whether it is in force in the version at hand.
    pub in_force: bool,
    /// The amendment that took its place.
    pub superseded_by: Option<&'a str>,
    /// The rows that it changes, in words.
    pub changes: Vec<String>,
}

/// A share of the cost.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Spend")]
pub struct SpendRow {
    /// Year.
    pub year: i16,
    /// Share of the cost, p.u.
    pub share: f64,
}

/// What stands in the way of a work.
#[derive(Serialize, JsonSchema, Debug)]
#[schemars(rename = "Obstacle")]
pub struct ObstacleRow<'a> {
    /// What it is.
    pub text: &'a str,
    /// Since when.
    pub since: String,
    /// When it was cleared; null while it stands.
    pub until: Option<String>,
    /// Who can clear it.
    pub owner: &'a str,
}

/// Records of one kind.
#[derive(Serialize, JsonSchema, Clone, Copy, Debug)]
#[schemars(rename = "Records")]
pub struct RecordsRow {
    /// What is counted.
    pub kind: &'static str,
    /// All of them.
    pub records: usize,
    /// A decision, code or register was seen.
    pub official: usize,
    /// A named article was seen.
    pub news: usize,
    /// A well-known value that was not opened.
    pub recalled: usize,
    /// An engineering estimate.
    pub estimated: usize,
    /// Nothing is said.
    pub unstated: usize,
}

/// The document of a plan; `stages` are the counts of the stages asked for, `blame` where a record
/// comes from.
#[must_use]
pub fn show<'a>(
    inputs: Vec<Input<'a>>,
    options: ShowOptions<'a>,
    plan: &'a Plan,
    stages: &[StageCount],
    blame: Option<&'a Blame<'a>>,
    findings: &'a [Finding],
) -> ShowDocument<'a> {
    Document {
        schema: Kind::Show.id(),
        tool: TOOL,
        inputs,
        options: Some(options),
        verdict: Answer::Valid,
        exit_code: 0,
        summary: Some(ShowSummary {
            plan: &plan.id,
            title: plan.title.iter().map(|(language, text)| TitleRow { language, text }).collect(),
            authority: &plan.authority,
            decision: &plan.decision,
            base_as_of: plan.base.as_of.map(|date| date.to_string()),
            currency: plan.money.as_ref().map(|money| money.currency.as_str()),
            scenarios: plan
                .scenarios
                .iter()
                .map(|s| ScenarioRow { id: &s.id, title: &s.title, load_factor: s.load_factor })
                .collect(),
            stages: stages.iter().map(|count| stage_row(plan, count)).collect(),
            projects: plan.projects.iter().map(|project| project_row(plan, project)).collect(),
            amendments: plan.amendments.iter().map(amendment_row).collect(),
            records: Support::of_plan(plan).iter().map(records_row).collect(),
            blame: blame.map(|of| blame_row(plan, of)),
        }),
        cases: Vec::new(),
        diagnostics: findings.iter().map(Diagnostic::new).collect(),
    }
}

fn blame_row<'a>(plan: &Plan, of: &'a Blame<'a>) -> BlameRow<'a> {
    let step = |step: &'a crate::report::blame::BlameStep<'a>| BlameStepRow {
        date: step.date.to_string(),
        what: &step.what,
        project: step.project,
        phase: step.phase,
        status: step.status,
        file: step.place.map(|place| &*place.file),
        line: step.place.map(|place| place.line),
    };
    BlameRow {
        element: plan.network.describe(of.element),
        in_base: of.in_base,
        steps: of.steps.iter().map(step).collect(),
        amendments: of
            .amendments
            .iter()
            .map(|(amendment, change)| BlameAmendmentRow {
                amendment: &amendment.id,
                change: change.words(),
                in_force: amendment.standing == Standing::Applied,
            })
            .collect(),
    }
}

fn stage_row<'a>(plan: &'a Plan, count: &StageCount) -> StageRow<'a> {
    let stage = &plan.stages[count.stage];
    StageRow {
        id: &stage.id,
        at: stage.at.map(|date| date.to_string()),
        criteria: &stage.criteria,
        buses: count.buses,
        lines: count.lines,
        transformers: count.transformers,
        load_mw: Num(count.load_mw),
        works: count.works.iter().map(|&id| plan.projects[id].id.as_str()).collect(),
        cost: count.cost.iter().copied().map(CostRow::from).collect(),
        works_without_cost: count.works_without_cost,
    }
}

fn project_row<'a>(plan: &'a Plan, project: &'a crate::model::Project) -> ProjectRow<'a> {
    let ids = |ids: &[crate::ids::ProjectId]| ids.iter().map(|&id| plan.projects[id].id.as_str()).collect();
    ProjectRow {
        id: &project.id,
        name: &project.name,
        kind: project.kind.as_str(),
        status: project.status.as_str(),
        counted: project.is_counted(),
        owner: &project.owner,
        vn_kv: (project.vn_kv > 0.0).then_some(project.vn_kv),
        requires: ids(&project.requires),
        excludes: ids(&project.excludes),
        capex_million: project.cost.as_ref().map(|cost| cost.capex_million),
        price_year: project.cost.as_ref().map(|cost| cost.price_year),
        spend: project.spend.iter().map(|one| SpendRow { year: one.year, share: one.share }).collect(),
        obstacles: project
            .obstacles
            .iter()
            .map(|one| ObstacleRow {
                text: &one.text,
                since: one.since.to_string(),
                until: one.until.map(|day| day.to_string()),
                owner: &one.owner,
            })
            .collect(),
        phases: project
            .phases
            .iter()
            .map(|phase| PhaseRow {
                id: &phase.id,
                commissioning: phase.commissioning.map(|date| date.to_string()),
                decommissioning: phase.decommissioning.map(|date| date.to_string()),
                changes: phase.changes.len(),
            })
            .collect(),
        confidence: project.origin.confidence.map(Confidence::as_str),
    }
}

fn amendment_row(one: &Amendment) -> AmendmentRow<'_> {
    AmendmentRow {
        id: &one.id,
        seq: one.seq,
        date: one.date.to_string(),
        decision: &one.decision,
        reason: &one.reason,
        author: &one.author,
        supersedes: one.supersedes.iter().map(crate::model::Name::as_str).collect(),
        in_force: one.standing == Standing::Applied,
        superseded_by: match &one.standing {
            Standing::Superseded(by) => Some(by),
            _ => None,
        },
        changes: one.changes.iter().map(crate::model::Amend::words).collect(),
    }
}

fn records_row(support: &Support) -> RecordsRow {
    let [estimated, recalled, news, official] = support.by_confidence;
    RecordsRow {
        kind: support.kind,
        records: support.records,
        official,
        news,
        recalled,
        estimated,
        unstated: support.unstated(),
    }
}
