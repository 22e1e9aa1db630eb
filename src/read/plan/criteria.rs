//! `[criteria."110-220"]`: rules with their article, and waivers.

use super::grid::Grid;
use super::head::HeadFile;
use super::record::Record;
use crate::finding::Code;
use crate::model::{
    CriteriaSet, Demand, GridState, Loading, Loss, Name, Origin, RatingKind, Rule, Security, Waiver,
};

/// Reads all sets; waivers must be for rules of their set and for elements of the grid.
pub(super) fn take(head: &HeadFile<'_>, grid: &Grid<'_>) -> Vec<CriteriaSet> {
    head.criteria_sets().into_iter().map(|(id, set)| take_set(head, grid, id, &set)).collect()
}

/// The lists of rules, and what a row of each asks.
type Ask = fn(&Record<'_>) -> Demand;
const LISTS: [(&str, Ask); 8] = [
    ("voltage", voltage),
    ("line_loading", |rule| Demand::LineLoading(loading(rule))),
    ("transformer_loading", |rule| Demand::TransformerLoading(loading(rule))),
    ("reserve", reserve),
    ("power_factor", |rule| Demand::PowerFactor { vn_kv: vn_kv(rule), min: min_power_factor(rule) }),
    ("losses", |rule| Demand::Losses { max_percent: rule.need_number("max_percent") }),
    ("import", |_| Demand::Import),
    ("security", security),
];

fn take_set(head: &HeadFile<'_>, grid: &Grid<'_>, id: Name, set: &Record<'_>) -> CriteriaSet {
    let mut rules: Vec<Rule> = Vec::new();
    for key in set.keys() {
        let Some(&(list, ask)) = LISTS.iter().find(|(list, _)| *list == key) else { continue };
        for record in head.rows(set, list, "rule") {
            let rule = Rule {
                id: record.need_name("id"),
                state: state(&record, list),
                demand: ask(&record),
                article: record.text("article").to_owned(),
                confidence: record.confidence(),
                origin: Origin { confidence: None, ..record.origin() },
            };
            if let Some(first) = rules.iter().find(|first| first.id == rule.id && !rule.id.is_empty()) {
                let line = first.origin.place.as_ref().map_or(0, |place| place.line);
                let message =
                    format!("rule {} is given twice: lines {line} and {}", rule.id, record.place().line);
                record.error(Code::Duplicate, "id", message, "rename or delete one of the two");
            }
            record.finish();
            rules.push(rule);
        }
    }
    for (list, _) in LISTS {
        set.has(list); // also those that are not there are known
    }
    let waivers =
        head.rows(set, "waivers", "waiver").iter().map(|record| waiver(record, &rules, grid)).collect();
    set.finish();
    CriteriaSet { id, rules, waivers }
}

/// The state a rule is about: the intact grid if it does not say, but for security, which is about faults only.
fn state(rule: &Record<'_>, list: &str) -> GridState {
    let stated = rule.word("state", &GridState::ALL, GridState::as_str);
    if list != "security" {
        return stated.unwrap_or(GridState::N);
    }
    if stated == Some(GridState::N) {
        let help = "write state = \"N-1\", or leave it out";
        rule.error(Code::Value, "state", "a rule of security is about the grid after a fault", help);
    }
    GridState::N1
}

fn security(rule: &Record<'_>) -> Demand {
    let min_kv = rule.number("min_kv");
    if let Some(min_kv) = min_kv {
        rule.within("min_kv", min_kv, 0.0.., "0 or above");
    }
    let max_lost_mw = rule.number_or("max_lost_mw", 0.0);
    rule.within("max_lost_mw", max_lost_mw, 0.0.., "0 or above");
    let transfer_minutes = rule.number("transfer_minutes");
    if let Some(minutes) = transfer_minutes {
        rule.within("transfer_minutes", minutes, 0.0.., "0 or above");
    }
    Demand::Security(Security { scope: scope(rule), min_kv, max_lost_mw, transfer_minutes })
}

/// What may be lost: single branches if the rule does not say.
fn scope(rule: &Record<'_>) -> Vec<Loss> {
    let Some(item) = rule.item("scope") else { return Loss::BRANCHES.to_vec() };
    let words: Option<Vec<&str>> =
        item.as_array().and_then(|array| array.iter().map(|word| word.as_str()).collect());
    let known = Loss::ALL.map(Loss::as_str);
    let Some(words) = words.filter(|words| !words.is_empty()) else {
        let help = format!("write scope = [\"line\", \"transformer\"], of {}", known.join(", "));
        rule.error(Code::Schema, "scope", "`scope` must be a list of what may be lost", help);
        return Loss::BRANCHES.to_vec();
    };
    let mut scope: Vec<Loss> = Vec::new();
    for word in words {
        match Loss::ALL.into_iter().find(|loss| loss.as_str() == word) {
            Some(loss) if scope.contains(&loss) => {
                rule.error(Code::Duplicate, "scope", format!("`{word}` is named twice"), "delete one");
            }
            Some(loss) => scope.push(loss),
            None => {
                let help = match crate::finding::nearest(word, known) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("write one of {}", known.join(", ")),
                };
                rule.error(Code::Value, "scope", format!("`scope` cannot hold `{word}`"), help);
            }
        }
    }
    scope
}

fn vn_kv(rule: &Record<'_>) -> f64 {
    let vn_kv = rule.need_number("kv");
    rule.within("kv", vn_kv, f64::MIN_POSITIVE.., "above 0");
    vn_kv
}

fn percent(rule: &Record<'_>, name: &'static str) -> Option<f64> {
    rule.number(name).inspect(|&percent| rule.within(name, percent, f64::MIN_POSITIVE.., "above 0"))
}

fn voltage(rule: &Record<'_>) -> Demand {
    if rule.bool_or("own_limits", false) {
        return Demand::BusLimits;
    }
    let (min_kv, max_kv) = (rule.number("min_kv"), rule.number("max_kv"));
    if min_kv.is_none() && max_kv.is_none() {
        rule.error(Code::Schema, "min_kv", "the rule asks nothing", "give `min_kv`, `max_kv` or both");
    }
    if let (Some(min), Some(max)) = (min_kv, max_kv)
        && min >= max
    {
        rule.error(Code::Value, "max_kv", format!("the band from {min} to {max} kV is empty"), "");
    }
    Demand::Voltage { vn_kv: vn_kv(rule), min_kv, max_kv, needs_taps: rule.bool_or("needs_taps", false) }
}

fn limits(rule: &Record<'_>) -> (Option<f64>, Option<f64>) {
    let (warn, max) = (percent(rule, "warn_percent"), percent(rule, "max_percent"));
    if warn.is_none() && max.is_none() {
        rule.error(
            Code::Schema,
            "max_percent",
            "the rule asks nothing",
            "give `warn_percent`, `max_percent` or both",
        );
    }
    if let (Some(warn), Some(max)) = (warn, max)
        && warn > max
    {
        let message = format!("the warning at {warn} % comes after the limit of {max} %");
        rule.error(Code::Value, "warn_percent", message, "");
    }
    (warn, max)
}

fn loading(rule: &Record<'_>) -> Loading {
    let (warn_percent, max_percent) = limits(rule);
    Loading {
        vn_kv: rule.has("kv").then(|| vn_kv(rule)),
        warn_percent,
        max_percent,
        rating: rule.word("rating", &RatingKind::ALL, RatingKind::as_str).unwrap_or(RatingKind::Normal),
    }
}

fn reserve(rule: &Record<'_>) -> Demand {
    let (warn_percent, max_percent) = limits(rule);
    Demand::Reserve { vn_kv: vn_kv(rule), warn_percent, max_percent }
}

fn min_power_factor(rule: &Record<'_>) -> f64 {
    let min = rule.need_number("min");
    rule.within("min", min, 0.0..=1.0, "between 0 and 1");
    min
}

fn waiver(record: &Record<'_>, rules: &[Rule], grid: &Grid<'_>) -> Waiver {
    let rule = record.need_name("rule");
    if !rule.is_empty() && !rules.iter().any(|one| one.id == rule) {
        let help = match crate::finding::nearest(&rule, rules.iter().map(|rule| rule.id.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a rule of the same set".to_owned(),
        };
        record.error(Code::Reference, "rule", format!("`rule`: the set has no rule `{rule}`"), help);
    }
    let element = record.need_name("element");
    if !element.is_empty() {
        grid.check_element(record, "element", &element);
    }
    let until = record.day("until").unwrap_or_else(|| {
        record.missing("until", "an exception ends on a day");
        jiff::civil::Date::ZERO
    });
    let waiver = Waiver {
        rule,
        element,
        until,
        reason: record.text("reason").to_owned(),
        decision: record.text("decision").to_owned(),
        origin: record.origin(),
    };
    record.finish();
    waiver
}
