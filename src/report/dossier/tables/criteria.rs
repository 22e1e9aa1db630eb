//! What each criterion asks, with its article.

use super::super::table::{Cell, Table};
use super::super::{Put, Sources, Words};
use crate::criteria::own_limits;
use crate::model::{CriteriaSet, Demand, Loading, RatingKind};

/// The rules that the judged stages ask.
pub(crate) fn table(sources: &Sources<'_>, words: &Words) -> Table {
    let (plan, verdict) = (sources.plan, sources.verdict);
    let own = own_limits();
    let mut sets: Vec<&CriteriaSet> = Vec::new();
    for &stage in &verdict.stages {
        let named = plan.criteria.iter().find(|set| set.id == plan.stages[stage].criteria);
        let set = named.or_else(|| plan.is_bare().then_some(&own));
        sets.extend(set.filter(|set| !sets.iter().any(|known| known.id == set.id)));
    }
    let columns = vec![
        words.column("criterion").choice(),
        words.column("rule"),
        words.column("asked"),
        words.column("article"),
        words.column("confidence").choice(),
    ];
    let mut table = Table::new(words, "criteria", columns);
    table.row(vec![
        Cell::text(words.of("criterion", "supply")),
        Cell::none(),
        Cell::text(words.say("asks-supply")),
    ]);
    for criterion in &verdict.criteria {
        let rules = sets.iter().flat_map(|set| &set.rules);
        for rule in rules.filter(|rule| rule.criterion() == *criterion) {
            let confidence = rule.confidence.map(|level| words.of("confidence", level.as_str()));
            table.row(vec![
                Cell::text(words.of("criterion", criterion)),
                Cell::text(rule.id.as_str()),
                Cell::text(asked(words, &rule.demand)),
                Cell::text(rule.article.as_str()),
                Cell::text(confidence.unwrap_or_default()),
            ]);
        }
    }
    table
}

/// What a rule asks, in words.
fn asked(words: &Words, demand: &Demand) -> String {
    let plain = |value: f64| -> Put<'_> { words.language.plain(value).into() };
    match demand {
        Demand::Voltage { vn_kv, min_kv, max_kv, needs_taps } => {
            let band = match (min_kv, max_kv) {
                (Some(min), Some(max)) => {
                    words.say_with("asks-band", &[("min", plain(*min)), ("max", plain(*max))])
                }
                (Some(min), None) => words.say_with("asks-least", &[("min", plain(*min))]),
                (None, Some(max)) => words.say_with("asks-most", &[("max", plain(*max))]),
                (None, None) => words.say("asks-nothing"),
            };
            let key = if *needs_taps { "asks-voltage-taps" } else { "asks-voltage" };
            words.say_with(key, &[("kv", plain(*vn_kv)), ("band", band.into())])
        }
        Demand::BusLimits => words.say("asks-bus-limits"),
        Demand::LineLoading(loading) => share(words, loading, "asks-lines"),
        Demand::TransformerLoading(loading) => share(words, loading, "asks-transformers"),
        Demand::Reserve { vn_kv, warn_percent, max_percent } => {
            let limits = limits(words, *warn_percent, *max_percent);
            words.say_with("asks-reserve", &[("kv", plain(*vn_kv)), ("limits", limits.into())])
        }
        Demand::PowerFactor { vn_kv, min } => {
            words.say_with("asks-power-factor", &[("kv", plain(*vn_kv)), ("min", plain(*min))])
        }
        Demand::Losses { max_percent } => words.say_with("asks-losses", &[("max", plain(*max_percent))]),
        Demand::Import => words.say("asks-import"),
        Demand::Security(security) => {
            let scope: Vec<String> =
                security.scope.iter().map(|loss| words.of("element", loss.as_str())).collect();
            let level = match security.min_kv {
                Some(kv) => words.say_with("asks-from-kv", &[("kv", plain(kv))]),
                None => String::new(),
            };
            let in_time = match security.transfer_minutes {
                Some(minutes) => words.say_with("asks-in-time", &[("minutes", plain(minutes))]),
                None => String::new(),
            };
            let put = [
                ("scope", scope.join(", ").into()),
                ("level", level.into()),
                ("mw", plain(security.max_lost_mw)),
                ("time", in_time.into()),
            ];
            words.say_with("asks-security", &put)
        }
    }
}

fn share(words: &Words, loading: &Loading, key: &str) -> String {
    let level = loading.vn_kv.map(|kv| format!(" {} kV", words.language.plain(kv))).unwrap_or_default();
    let rating = match loading.rating {
        RatingKind::Normal => "asks-normal-rating",
        RatingKind::Emergency => "asks-emergency-rating",
    };
    let put = [
        ("level", level.into()),
        ("limits", limits(words, loading.warn_percent, loading.max_percent).into()),
        ("rating", words.say(rating).into()),
    ];
    words.say_with(key, &put)
}

fn limits(words: &Words, warn: Option<f64>, max: Option<f64>) -> String {
    let plain = |value: f64| -> Put<'_> { words.language.plain(value).into() };
    match (max, warn) {
        (Some(max), Some(warn)) => {
            words.say_with("asks-limit-and-warning", &[("max", plain(max)), ("warn", plain(warn))])
        }
        (Some(max), None) => words.say_with("asks-limit", &[("max", plain(max))]),
        (None, Some(warn)) => words.say_with("asks-warning", &[("warn", plain(warn))]),
        (None, None) => words.say("asks-nothing"),
    }
}
