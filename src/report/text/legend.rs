//! What each criterion asks, with its article: so that the matrix can be read without the plan's files.

use super::matrix::title;
use super::{Table, paragraph};
use crate::appraise::Verdict;
use crate::criteria::own_limits;
use crate::model::{CriteriaSet, Demand, Loading, Plan, RatingKind, Rule};
use crate::report::number::NONE;

/// The rules that the judged stages ask, as a table: of the intact grid, and after a fault where that was judged.
pub(super) fn text(plan: &Plan, verdict: &Verdict) -> String {
    let own = own_limits();
    let mut sets: Vec<&CriteriaSet> = Vec::new();
    for &stage in &verdict.stages {
        let named = plan.criteria.iter().find(|set| set.id == plan.stages[stage].criteria);
        let set = named.or_else(|| plan.is_bare().then_some(&own));
        sets.extend(set.filter(|set| !sets.iter().any(|known| known.id == set.id)));
    }
    let mut table = Table::new(&["Criterion", "Rule", "What is asked", "Says"]);
    table.row(["Supply", NONE, "all load is served", NONE]);
    // Many rules share an article: it is written once, below.
    let mut articles: Vec<String> = Vec::new();
    for criterion in &verdict.criteria {
        let rules = sets.iter().flat_map(|set| &set.rules);
        for rule in rules.filter(|rule| rule.criterion() == *criterion) {
            let article = article(rule);
            let number = articles.iter().position(|known| *known == article).unwrap_or_else(|| {
                articles.push(article);
                articles.len() - 1
            });
            let name = title(criterion).replace("-|", "").replace('|', " ");
            table.row([name, rule.id.to_string(), asked(&rule.demand), format!("[{}]", number + 1)]);
        }
    }
    let mut text = table.text();
    for (number, article) in articles.iter().enumerate() {
        text += &paragraph(&format!("[{}] {article}", number + 1));
    }
    text
}

/// What a rule asks, in words.
pub(super) fn asked(demand: &Demand) -> String {
    match demand {
        Demand::Voltage { vn_kv, min_kv, max_kv, needs_taps } => {
            let band = match (min_kv, max_kv) {
                (Some(min), Some(max)) => format!("{} to {} kV", plain(*min), plain(*max)),
                (Some(min), None) => format!("at least {} kV", plain(*min)),
                (None, Some(max)) => format!("at most {} kV", plain(*max)),
                (None, None) => "no limit".to_owned(),
            };
            let taps = if *needs_taps { " (with moving taps)" } else { "" };
            format!("{} kV buses: {band}{taps}", plain(*vn_kv))
        }
        Demand::BusLimits => "every bus within the voltage limits of its own record".to_owned(),
        Demand::LineLoading(loading) => share(loading, "lines"),
        Demand::TransformerLoading(loading) => share(loading, "transformers"),
        Demand::Reserve { vn_kv, warn_percent, max_percent } => {
            format!(
                "use of a station's transformers to {} kV: {}",
                plain(*vn_kv),
                limits(*warn_percent, *max_percent)
            )
        }
        Demand::PowerFactor { vn_kv, min } => {
            format!("load at {} kV buses: power factor at least {}", plain(*vn_kv), plain(*min))
        }
        Demand::Losses { max_percent } => {
            format!("at most {} % of the power fed in (a remark: never breaks the plan)", plain(*max_percent))
        }
        Demand::Import => "no boundary feeds in more than its limit".to_owned(),
        Demand::Security(security) => {
            let scope: Vec<&str> = security.scope.iter().map(|loss| loss.as_str()).collect();
            let level = security.min_kv.map(|kv| format!(" ≥ {} kV", plain(kv))).unwrap_or_default();
            let in_time = security.transfer_minutes.map(|minutes| format!(" after {} min", plain(minutes)));
            format!(
                "loss of {}{level}: {} MW dark{}",
                scope.join(", "),
                plain(security.max_lost_mw),
                in_time.unwrap_or_default()
            )
        }
    }
}

fn share(loading: &Loading, what: &str) -> String {
    let level = loading.vn_kv.map(|vn_kv| format!("{} kV ", plain(vn_kv))).unwrap_or_default();
    let rating = match loading.rating {
        RatingKind::Normal => "continuous rating",
        RatingKind::Emergency => "emergency rating",
    };
    format!("{level}{what}: {} of {rating}", limits(loading.warn_percent, loading.max_percent))
}

fn limits(warn: Option<f64>, max: Option<f64>) -> String {
    match (max, warn) {
        (Some(max), Some(warn)) => format!("at most {} %, warning above {} %", plain(max), plain(warn)),
        (Some(max), None) => format!("at most {} %", plain(max)),
        (None, Some(warn)) => format!("warning above {} %", plain(warn)),
        (None, None) => "no limit".to_owned(),
    }
}

fn article(rule: &Rule) -> String {
    let article = if rule.article.is_empty() { "no article given" } else { rule.article.as_str() };
    match rule.confidence {
        Some(confidence) => format!("{article} ({})", confidence.as_str()),
        None => article.to_owned(),
    }
}

/// A limit as it was written: no decimals that nobody gave.
fn plain(value: f64) -> String {
    format!("{value}")
}
