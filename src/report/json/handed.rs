//! Documents of `rank` and `fund` read back, as far as the report that is handed in shows them.

use super::{Kind, VERSION};
use crate::appraise::rank::Metrics;
use crate::finding::{Code, Finding};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// A file that was read when a document was made.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct HandedInput {
    /// Path as found.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}

/// What was to be less, and its unit.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct HandedMetric {
    /// `severity`, `lost`, `voltage`, `losses` or `money`.
    pub name: String,
    /// Its unit.
    pub unit: String,
}

/// In what terms money is told.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedTerms {
    /// The currency; empty where the plan does not say.
    pub currency: String,
    /// The year of its prices.
    pub price_year: i16,
    /// The year that money and worth are discounted to.
    pub base_year: i16,
    /// The rate, p.u. a year.
    pub discount_rate: Option<HandedRate>,
}

/// A rate.
#[derive(Deserialize, Clone, Copy, PartialEq, Debug)]
pub struct HandedRate {
    /// The rate, p.u. a year.
    pub value: f64,
}

/// A ranking.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedRank {
    /// What it was made from.
    pub inputs: Vec<HandedInput>,
    /// By what works are sorted: `toot`, `pint` or `shapley`.
    pub by: String,
    /// What was measured.
    pub metric: HandedMetric,
    /// Money.
    pub terms: HandedTerms,
    /// The works, best first.
    pub works: Vec<HandedRanked>,
}

/// A work that is ranked.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedRanked {
    /// Its place, from 1.
    pub rank: usize,
    /// Id of the work.
    pub project: String,
    /// Its name.
    pub name: String,
    /// The first stage in which it stands.
    pub stage: Option<String>,
    /// What it costs, discounted, million.
    pub cost_million: Option<f64>,
    /// Metric-years, discounted.
    pub worth: Option<f64>,
    /// The same per million.
    pub worth_per_million: Option<f64>,
    /// Taken out of the plan.
    pub toot: Option<HandedGain>,
    /// Put in alone.
    pub pint: Option<HandedGain>,
}

/// What goes or comes with a work, and what all of it costs.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedGain {
    /// Works that go or come with it.
    pub with: Vec<String>,
    /// What it and those with it cost, discounted, million, as far as that is known.
    pub cost_million: Option<f64>,
}

/// An answer of funding.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedFund {
    /// What it was made from.
    pub inputs: Vec<HandedInput>,
    /// Factor on the budgets, p.u.
    pub budget_factor: f64,
    /// Where they come from: `plan`, `file` or `spending`.
    pub budget_source: String,
    /// What was to be less.
    pub metric: HandedMetric,
    /// Money.
    pub terms: HandedTerms,
    /// Why no more was tried: `all`, `no-better` or `rounds`.
    pub ending: String,
    /// Works that are a choice, and of these those built.
    pub free: usize,
    /// See above.
    pub funded: usize,
    /// The accounts by funding class and year.
    pub accounts: Vec<HandedAccount>,
    /// Every year, verified.
    pub years: Vec<HandedYear>,
    /// What stays broken for want of money.
    pub broken: Vec<HandedBroken>,
    /// What is broken in the plan as it stands too.
    pub broken_anyway: Vec<HandedBroken>,
    /// In money; null where nothing has a price.
    pub economics: Option<HandedEconomics>,
    /// The budgets tried.
    pub budgets: Vec<HandedBudget>,
    /// The works.
    pub works: Vec<HandedFunded>,
}

/// The answer in money, millions, against building none of the works that are a choice.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedEconomics {
    /// Net present value.
    pub npv_million: f64,
    /// Economic internal rates of return, p.u.
    pub internal_rates: Vec<f64>,
    /// Present value of what is spent.
    pub spent_million: f64,
    /// Present value of losses saved.
    pub losses_million: f64,
    /// Present value of energy not served saved.
    pub unserved_million: f64,
    /// Years without a load-flow solution without these works.
    pub unsolved: Vec<i16>,
}

/// What one of the budgets tried pays for.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedBudget {
    /// Factor on the budgets, p.u.
    pub factor: f64,
    /// Works funded; null without an answer.
    pub works: Option<Vec<HandedStart>>,
    /// What they take off, verified, discounted metric-years.
    pub verified: Option<f64>,
}

/// A work and the year from which it stands.
#[derive(Deserialize, Clone, PartialEq, Eq, Debug)]
pub struct HandedStart {
    /// Id of the work.
    pub project: String,
    /// The year.
    pub year: i16,
}

/// A funding class in a year, millions.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedAccount {
    /// Funding class; null for all works together.
    pub funding: Option<String>,
    /// The year.
    pub year: i16,
    /// What comes in.
    pub budget_million: f64,
    /// What is spent.
    pub spent_million: f64,
    /// What is left and can be spent later.
    pub left_million: f64,
}

/// How bad a state is, as far as it is shown.
#[derive(Deserialize, Clone, Copy, PartialEq, Debug)]
pub struct HandedState {
    /// MVA beyond limits in the intact grid.
    pub n_beyond_mva: Option<f64>,
    /// Load without supply in the intact grid, MW.
    pub n_lost_mw: Option<f64>,
    /// MVA beyond limits after faults.
    pub n1_beyond_mva: Option<f64>,
    /// Load without supply after faults, MW.
    pub n1_lost_mw: Option<f64>,
    /// Intact grids without a load-flow solution: the numbers are the least that it is.
    pub unsolved: Option<f64>,
}

impl HandedState {
    /// MVA beyond limits and MW without supply, intact and after faults, as [`Metrics::severity`] adds them up.
    #[must_use]
    pub fn severity(&self) -> f64 {
        let known = |number: Option<f64>| number.unwrap_or(0.0);
        let metrics = Metrics {
            n_beyond_mva: known(self.n_beyond_mva),
            n_lost_mw: known(self.n_lost_mw),
            n1_beyond_mva: known(self.n1_beyond_mva),
            n1_lost_mw: known(self.n1_lost_mw),
            ..Metrics::default()
        };
        metrics.severity()
    }

    /// Whether an intact grid has no load-flow solution.
    #[must_use]
    pub fn is_unsolved(&self) -> bool {
        self.unsolved.is_some_and(|unsolved| unsolved > 0.0)
    }
}

/// A year, verified.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedYear {
    /// The year.
    pub year: i16,
    /// The scenario.
    pub scenario: String,
    /// Whether a load flow was found.
    pub solved: bool,
    /// With what is funded.
    pub funded: HandedState,
    /// With all of the plan.
    pub planned: HandedState,
    /// With no work that is a choice.
    pub none: HandedState,
    /// Limits broken for want of money.
    pub broken: usize,
    /// Limits broken in the plan as it stands too.
    pub broken_anyway: usize,
}

/// Something broken in some years.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedBroken {
    /// The first year.
    pub since: i16,
    /// Years in which it is broken.
    pub years: usize,
    /// The year in which it is worst.
    pub worst_year: i16,
    /// The table of the element.
    pub element_type: Option<String>,
    /// Id of the element.
    pub element_id: Option<String>,
    /// What was measured.
    pub quantity: String,
    /// Its value, in `unit`.
    pub value: Option<f64>,
    /// The limit, in `unit`.
    pub limit: Option<f64>,
    /// Unit of value and limit.
    pub unit: String,
    /// The outage after which it is broken; null in the intact grid.
    pub outage: Option<String>,
    /// Load without supply, or MVA beyond the limit, on top of the plan as it stands.
    pub beyond_mw: Option<f64>,
}

/// A work, funded or not.
#[derive(Deserialize, Clone, PartialEq, Debug)]
pub struct HandedFunded {
    /// Id of the work.
    pub project: String,
    /// Its name.
    pub name: String,
    /// Its funding class.
    pub funding: String,
    /// `done`, `must`, `free`, `unpriced` or `beyond`.
    pub role: String,
    /// The year in which it is planned.
    pub planned_year: Option<i16>,
    /// The year from which it stands; null where it is not built.
    pub year: Option<i16>,
    /// Its cost, million.
    pub plan_million: Option<f64>,
    /// Where its cost comes from: `stated`, `unit_costs` or `unknown`.
    pub cost_source: String,
    /// What it takes off beside all that is built, discounted metric-years.
    pub worth: Option<f64>,
    /// Budgets of those tried in which it is funded.
    pub funded_in: Option<usize>,
}

/// The document of a verb as it stands in a file; why not, in words.
pub(super) fn value_of(text: &str, kind: Kind) -> Result<serde_json::Value, String> {
    let document: serde_json::Value =
        serde_json::from_str(text).map_err(|error| format!("it is no JSON text ({error})"))?;
    // what another verb wrote has other fields too: say which verb, not which field
    match document.pointer("/schema/name").and_then(serde_json::Value::as_str) {
        Some(name) if name == kind.id().name => {}
        Some(name) => return Err(format!("it is a document `{name}`, not `{}`", kind.id().name)),
        None => return Err("it does not say what document it is".to_owned()),
    }
    let version = document.pointer("/schema/version").and_then(serde_json::Value::as_str).unwrap_or_default();
    if version.split('.').next() != VERSION.split('.').next() {
        return Err(format!("its form is {version}, this program's {VERSION}"));
    }
    Ok(document)
}

/// The fields of a document's head, options and summary in one, with its cases as `works`.
fn flattened<T: DeserializeOwned>(text: &str, name: &str, kind: Kind) -> Result<T, Finding> {
    let flat = |text: &str| -> Result<T, String> {
        let mut document = value_of(text, kind)?;
        if document.get("summary").is_none_or(serde_json::Value::is_null) {
            return Err("it tells of an input that could not be used, or of no answer".to_owned());
        }
        let mut all = serde_json::Map::new();
        for part in ["options", "summary"] {
            if let Some(serde_json::Value::Object(fields)) = document.get_mut(part) {
                for (key, value) in std::mem::take(fields) {
                    // Of what both have the summary says more.
                    all.insert(key, value);
                }
            }
        }
        for (from, to) in [("inputs", "inputs"), ("cases", "works")] {
            if let Some(value) = document.get_mut(from) {
                all.insert(to.to_owned(), value.take());
            }
        }
        serde_json::from_value(all.into())
            .map_err(|error| format!("it is not what this program writes ({error})"))
    };
    flat(text).map_err(|why| {
        let verb = kind.id().name.trim_start_matches("gridstage.");
        Finding::error(Code::Baseline, format!("{name} cannot be put into the report: {why}"))
            .help(format!("write it with `gridstage {verb} PLAN --format json -o FILE`"))
    })
}

/// Reads the JSON document that `rank` wrote; `name` is told in findings.
///
/// # Errors
/// A finding where it is no such document.
pub fn handed_rank(text: &str, name: &str) -> Result<HandedRank, Finding> {
    flattened(text, name, Kind::Rank)
}

/// Reads the JSON document that `fund` wrote; `name` is told in findings.
///
/// # Errors
/// A finding where it is no such document.
pub fn handed_fund(text: &str, name: &str) -> Result<HandedFund, Finding> {
    flattened(text, name, Kind::Fund)
}
