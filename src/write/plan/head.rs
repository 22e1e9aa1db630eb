//! `plan.toml`.

use super::tree::{Entry, Node, update, write};
use crate::finding::{Code, Finding};
use crate::model::lint::LintWaiver;
use crate::model::{
    Confidence, CriteriaSet, Demand, Head, Interpolation, Loss, Origin, Plan, RatingKind, Rule, Scenario,
    Stage, Waiver,
};
use jiff::civil::Date;
use toml_edit::{Array, Value};

/// The text of `plan.toml`: the one that was read, brought up to date, or a new one.
pub(super) fn text(plan: &Plan, file: Option<&str>, errors: &mut Vec<Finding>) -> String {
    let mut keys = Keys { errors };
    let entries = keys.root(plan, file);
    match &plan.head {
        Some(Head(text)) => update(text, &entries),
        None => write(&entries),
    }
}

/// What turns a plan into entries; values that no file can hold are told.
pub(super) struct Keys<'a> {
    errors: &'a mut Vec<Finding>,
}

/// Entries while they are put together; what says nothing is left out.
#[derive(Default)]
pub(super) struct Entries(pub(super) Vec<Entry>);

impl Entries {
    /// A value; one that is `default` goes without saying.
    pub(super) fn leaf(mut self, key: &str, value: impl Into<Value>, default: bool) -> Self {
        self.0.push(Entry { key: key.to_owned(), node: Node::Leaf(value.into()), default });
        self
    }

    /// A text that is always written.
    pub(super) fn need(self, key: &str, text: &str) -> Self {
        self.leaf(key, text, false)
    }

    /// A text; an empty one goes without saying.
    pub(super) fn text(self, key: &str, text: &str) -> Self {
        self.leaf(key, text, text.is_empty())
    }

    /// How far to trust it, where that is said.
    pub(super) fn confidence(self, confidence: Option<Confidence>) -> Self {
        match confidence {
            Some(confidence) => self.need("confidence", confidence.as_str()),
            None => self,
        }
    }

    /// Source and confidence.
    pub(super) fn origin(self, origin: &Origin) -> Self {
        self.text("source", origin.source.as_deref().unwrap_or("")).confidence(origin.confidence)
    }

    /// A day, where there is one.
    pub(super) fn date(self, key: &str, date: Option<Date>) -> Self {
        match date.and_then(|date| date.to_string().parse::<toml_edit::Datetime>().ok()) {
            Some(date) => self.leaf(key, date, false),
            None => self,
        }
    }

    /// A key that is always written.
    pub(super) fn node(mut self, key: &str, node: Node) -> Self {
        self.0.push(Entry::new(key, node));
        self
    }
}

impl Keys<'_> {
    /// A number, whole where it is; told where a plan cannot hold it.
    pub(super) fn number(&mut self, key: &str, number: f64) -> Value {
        if !number.is_finite() {
            let message = format!("plan.toml: `{key}` is {number}, which a plan cannot hold");
            self.errors.push(Finding::error(Code::Value, message).field(key));
        }
        #[expect(clippy::cast_possible_truncation, reason = "whole and small")]
        if number.fract() == 0.0 && number.abs() < 1e15 {
            Value::from(number as i64)
        } else {
            // by its shortest text: TOML's own writer gives 309 digits to the smallest numbers
            super::number(number).parse().unwrap_or_else(|_| Value::from(number))
        }
    }

    fn maybe(&mut self, entries: Entries, key: &str, number: Option<f64>) -> Entries {
        match number {
            Some(number) => entries.leaf(key, self.number(key, number), false),
            None => entries,
        }
    }

    fn root(&mut self, plan: &Plan, file: Option<&str>) -> Vec<Entry> {
        let mut root = Entries::default().node("plan", identity(plan));
        root.0.push(self.base(plan, file));
        if let Some(money) = &plan.money {
            root = root.node("economics", self.money(money));
        }
        if let Some(factor) = &plan.base.load_loss_factor {
            let entries = Entries::default()
                .leaf("load_loss_factor", self.number("load_loss_factor", factor.value), false)
                .text("source", &factor.source)
                .confidence(factor.confidence);
            root = root.node("losses", Node::Section(entries.0));
        }
        let interpolation = plan.forecast.interpolation;
        let linear = interpolation == Interpolation::Linear;
        let entries = Entries::default().leaf("interpolation", interpolation.as_str(), linear);
        let node = Node::Section(entries.0);
        root.0.push(Entry {
            key: "forecast".to_owned(),
            node,
            default: linear && plan.forecast.rows.is_empty(),
        });

        let scenarios: Vec<&Scenario> = plan.scenarios.iter().collect();
        let given = plan.is_bare() && matches!(scenarios.as_slice(), [one] if **one == Scenario::given());
        let rows = scenarios.into_iter().map(|one| self.scenario(one)).collect();
        root.0.push(Entry { key: "scenario".to_owned(), node: Node::Rows(rows), default: given });

        let stages: Vec<&Stage> = plan.stages.iter().collect();
        let grid = plan.is_bare() && matches!(stages.as_slice(), [one] if **one == Stage::grid());
        let rows = stages.into_iter().map(|one| stage(plan, one)).collect();
        root.0.push(Entry { key: "stage".to_owned(), node: Node::Rows(rows), default: grid });

        if !plan.lint_waivers.is_empty() {
            let rows = plan.lint_waivers.iter().map(lint_waiver).collect();
            let entries = vec![Entry::new("waivers", Node::List(rows))];
            root = root.node("lint", Node::Section(entries));
        }
        if !plan.criteria.is_empty() {
            let sets = plan.criteria.iter().map(|set| Entry::new(set.id.as_str(), self.set(set))).collect();
            root = root.node("criteria", Node::Section(sets));
        }
        root.0
    }

    fn base(&mut self, plan: &Plan, file: Option<&str>) -> Entry {
        let network = &plan.network;
        let mut entries = Entries::default().date("as_of", plan.base.as_of);
        // a file of its own has a name of its own
        entries = entries.leaf("name", network.name.as_str(), network.name.is_empty() || file.is_some());
        #[expect(clippy::float_cmp, reason = "only the very default may be left out")]
        let (usual_base, usual_frequency) = (network.sbase_mva == 100.0, network.frequency_hz == 50.0);
        entries = match file {
            Some(file) => entries.need("file", file),
            None => entries.leaf("sbase_mva", self.number("sbase_mva", network.sbase_mva), usual_base),
        };
        let frequency = self.number("frequency_hz", network.frequency_hz);
        entries = entries.leaf("frequency_hz", frequency, usual_frequency);
        let default = entries.0.iter().all(|entry| entry.default);
        Entry { key: "base".to_owned(), node: Node::Section(entries.0), default }
    }

    fn scenario(&mut self, one: &Scenario) -> Vec<Entry> {
        #[expect(clippy::float_cmp, reason = "only the very default may be left out")]
        let whole = one.load_factor == 1.0;
        Entries::default()
            .need("id", &one.id)
            .text("title", &one.title)
            .leaf("load_factor", self.number("load_factor", one.load_factor), whole)
            .text("source", &one.source)
            .confidence(one.origin.confidence)
            .0
    }

    fn set(&mut self, set: &CriteriaSet) -> Node {
        let mut lists: Vec<(&str, Vec<Vec<Entry>>)> = Vec::new();
        for rule in &set.rules {
            let list = rule.demand.criterion();
            let entries = self.rule(rule);
            match lists.iter_mut().find(|(one, _)| *one == list) {
                Some((_, rows)) => rows.push(entries),
                None => lists.push((list, vec![entries])),
            }
        }
        if !set.waivers.is_empty() {
            lists.push(("waivers", set.waivers.iter().map(waiver).collect()));
        }
        Node::Section(lists.into_iter().map(|(list, rows)| Entry::new(list, Node::List(rows))).collect())
    }

    fn rule(&mut self, rule: &Rule) -> Vec<Entry> {
        let entries = Entries::default().need("id", &rule.id).need("state", rule.state.as_str());
        let entries =
            match &rule.demand {
                Demand::Voltage { vn_kv, min_kv, max_kv, needs_taps } => {
                    let entries = entries.leaf("kv", self.number("kv", *vn_kv), false);
                    let entries = self.maybe(entries, "min_kv", *min_kv);
                    let entries = self.maybe(entries, "max_kv", *max_kv);
                    entries.leaf("needs_taps", *needs_taps, !needs_taps)
                }
                Demand::LineLoading(loading) | Demand::TransformerLoading(loading) => {
                    let entries = self.maybe(entries, "kv", loading.vn_kv);
                    let entries = self.maybe(entries, "warn_percent", loading.warn_percent);
                    let entries = self.maybe(entries, "max_percent", loading.max_percent);
                    entries.leaf("rating", loading.rating.as_str(), loading.rating == RatingKind::Normal)
                }
                Demand::Reserve { vn_kv, warn_percent, max_percent } => {
                    let entries = entries.leaf("kv", self.number("kv", *vn_kv), false);
                    let entries = self.maybe(entries, "warn_percent", *warn_percent);
                    self.maybe(entries, "max_percent", *max_percent)
                }
                Demand::PowerFactor { vn_kv, min } => entries
                    .leaf("kv", self.number("kv", *vn_kv), false)
                    .leaf("min", self.number("min", *min), false),
                Demand::Losses { max_percent } => {
                    entries.leaf("max_percent", self.number("max_percent", *max_percent), false)
                }
                Demand::BusLimits => entries.leaf("own_limits", true, false),
                Demand::Import => entries,
                Demand::Security(security) => {
                    let scope: toml_edit::Array = security.scope.iter().map(|loss| loss.as_str()).collect();
                    let entries = entries.leaf("scope", scope, security.scope == Loss::BRANCHES);
                    let entries = self.maybe(entries, "min_kv", security.min_kv);
                    let max_lost_mw = self.number("max_lost_mw", security.max_lost_mw);
                    let entries = entries.leaf("max_lost_mw", max_lost_mw, security.max_lost_mw == 0.0);
                    self.maybe(entries, "transfer_minutes", security.transfer_minutes)
                }
            };
        entries
            .text("article", &rule.article)
            .text("source", rule.origin.source.as_deref().unwrap_or(""))
            .confidence(rule.confidence)
            .0
    }
}

fn identity(plan: &Plan) -> Node {
    let mut entries = Entries::default().need("id", &plan.id);
    entries = match plan.title.as_slice() {
        [] => entries,
        [(language, title)] if language.is_empty() => entries.need("title", title),
        titles => {
            let titles = titles.iter().map(|(language, title)| {
                Entry::new(language.as_str(), Node::Leaf(Value::from(title.as_str())))
            });
            entries.node("title", Node::Inline(titles.collect()))
        }
    };
    entries = entries.text("authority", &plan.authority).text("decision", &plan.decision);
    if let Some(horizon) = plan.horizon {
        let mut years = Entries::default().leaf("start", i64::from(horizon.start), false).leaf(
            "end",
            i64::from(horizon.end),
            false,
        );
        if let Some(outlook) = horizon.outlook {
            years = years.leaf("outlook", i64::from(outlook), false);
        }
        entries = entries.node("horizon", Node::Inline(years.0));
    }
    Node::Section(entries.0)
}

fn stage(plan: &Plan, one: &Stage) -> Vec<Entry> {
    let mut entries = Entries::default().need("id", &one.id).date("at", one.at);
    if !one.scenarios.is_empty() {
        let ids: Array = one.scenarios.iter().map(|&id| plan.scenarios[id].id.as_str()).collect();
        entries = entries.leaf("scenarios", ids, false);
    }
    entries.text("criteria", &one.criteria).origin(&one.origin).0
}

fn waiver(one: &Waiver) -> Vec<Entry> {
    Entries::default()
        .need("rule", &one.rule)
        .need("element", &one.element)
        .date("until", Some(one.until))
        .text("reason", &one.reason)
        .text("decision", &one.decision)
        .origin(&one.origin)
        .0
}

fn lint_waiver(one: &LintWaiver) -> Vec<Entry> {
    Entries::default()
        .need("code", one.code.as_str())
        .text("element", &one.element)
        .date("until", one.until)
        .text("reason", &one.reason)
        .origin(&one.origin)
        .0
}
