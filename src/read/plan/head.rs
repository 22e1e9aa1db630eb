//! `plan.toml`: who, when, in which situations; everything but the grid, the works and the criteria.

use super::folder::{Folder, Text};
use super::names::Names;
use super::record::Record;
use crate::finding::{Code, Finding, Place};
use crate::ids::{Col, ScenarioId, StageId};
use crate::model::lint::LintWaiver;
use crate::model::{
    Base, Forecast, Head, Horizon, Interpolation, Name, Origin, Parameter, Plan, Scenario, Stage,
};
use toml_edit::{Document, Item, TableLike};

/// `plan.toml` while it is read.
pub(super) struct HeadFile<'a> {
    folder: &'a Folder,
    text: &'a Text,
    root: &'a dyn TableLike,
}

/// Reads the text as TOML; tells where it breaks the grammar.
pub(super) fn parse(folder: &Folder, text: &Text) -> Option<Document<String>> {
    match Document::parse(text.text.clone()) {
        Ok(document) => Some(document),
        Err(error) => {
            let place = error
                .span()
                .map_or_else(|| Place::new(&text.file, 1), |span| text.place(span.start, span.end));
            folder.log.push(
                Finding::error(Code::Syntax, error.message().trim().replace('\n', "; "))
                    .place(place)
                    .help("plan.toml is TOML: `key = \"text\"`, `key = 1.5`, `[table]`, `[[row]]`"),
            );
            None
        }
    }
}

impl<'a> HeadFile<'a> {
    /// The file with its parsed text.
    pub(super) fn new(folder: &'a Folder, text: &'a Text, document: &'a Document<String>) -> Self {
        Self { folder, text, root: document.as_table() }
    }

    /// Fills the plan's head; `scenarios` and criteria ids are needed by what follows.
    pub(super) fn take(&self, plan: &mut Plan, scenarios: &mut Names<ScenarioId>) {
        let root = Record::of_toml(self.folder, "plan.toml", self.text, self.root, self.start());
        self.identity(&root, plan);
        self.base(&root, plan);
        plan.money = self.money(&root);
        plan.base.load_loss_factor = self.losses(&root);
        plan.forecast = self.forecast(&root);
        plan.scenarios = self.scenarios(&root, plan.is_bare(), scenarios);
        plan.stages = self.stages(&root, plan.is_bare(), scenarios);
        plan.lint_waivers = self.lint(&root);
        root.has("criteria"); // taken when the grid is known
        root.finish();
        plan.head = Some(Head(self.text.text.clone()));
    }

    /// `[lint]`: findings that are accepted.
    fn lint(&self, root: &Record<'a>) -> Vec<LintWaiver> {
        let Some(record) = self.section(root, "lint") else { return Vec::new() };
        let rows = self.rows(&record, "waivers", "lint waiver");
        record.finish();
        rows.iter().filter_map(lint_waiver).collect()
    }

    fn start(&self) -> Place {
        Place::new(&self.text.file, 1)
    }

    /// The table `key`, if it is there.
    pub(super) fn section(&self, of: &Record<'a>, key: &'static str) -> Option<Record<'a>> {
        let item = of.item(key)?;
        let Some(table) = item.as_table_like() else {
            of.error(Code::Schema, key, format!("`{key}` must be a table"), format!("write [{key}]"));
            return None;
        };
        Some(Record::of_toml(self.folder, key, self.text, table, self.place(item)))
    }

    fn place(&self, item: &Item) -> Place {
        item.span().map_or_else(|| self.start(), |span| self.text.place(span.start, span.end))
    }

    /// The rows of `[[key]]`, or of an array of inline tables.
    pub(super) fn rows(&self, of: &Record<'a>, key: &'static str, kind: &'a str) -> Vec<Record<'a>> {
        let Some(item) = of.item(key) else { return Vec::new() };
        let record = |table: &'a dyn TableLike, span: Option<std::ops::Range<usize>>| {
            let place = span.map_or_else(|| self.place(item), |span| self.text.place(span.start, span.end));
            Record::of_toml(self.folder, kind, self.text, table, place)
        };
        if let Some(tables) = item.as_array_of_tables() {
            return tables.iter().map(|table| record(table, table.span())).collect();
        }
        let inline: Option<Vec<Record<'a>>> = item.as_array().and_then(|array| {
            array
                .iter()
                .map(|value| value.as_inline_table().map(|table| record(table, table.span())))
                .collect()
        });
        inline.unwrap_or_else(|| {
            let help = format!("write `{key} = [{{ … }}, {{ … }}]` or `[[{key}]]`");
            of.error(Code::Schema, key, format!("`{key}` must be a list of tables"), help);
            Vec::new()
        })
    }

    fn identity(&self, root: &Record<'a>, plan: &mut Plan) {
        let Some(record) = self.section(root, "plan") else {
            root.missing("plan", "add [plan] with an `id`");
            return;
        };
        plan.id = record.need_name("id");
        plan.title = title(&record);
        record.text("authority").clone_into(&mut plan.authority);
        record.text("decision").clone_into(&mut plan.decision);
        plan.horizon = self.section(&record, "horizon").map(|horizon| {
            let years = Horizon {
                start: horizon.need_year("start"),
                end: horizon.need_year("end"),
                outlook: horizon.year("outlook"),
            };
            if years.end < years.start || years.outlook.is_some_and(|outlook| outlook < years.end) {
                let message = "the horizon must run from `start` to `end` to `outlook`";
                record.error(Code::Value, "horizon", message, "");
            }
            horizon.finish();
            years
        });
        record.finish();
    }

    fn base(&self, root: &Record<'a>, plan: &mut Plan) {
        let Some(record) = self.section(root, "base") else { return };
        let network = &mut plan.network;
        record.text("name").clone_into(&mut network.name);
        plan.base = Base {
            as_of: record.day("as_of"),
            file: Some(record.text("file")).filter(|file| !file.is_empty()).map(str::to_owned),
            load_loss_factor: None,
        };
        network.sbase_mva = record.number_or("sbase_mva", network.sbase_mva);
        record.within("sbase_mva", network.sbase_mva, f64::MIN_POSITIVE.., "above 0");
        network.frequency_hz = record.number_or("frequency_hz", network.frequency_hz);
        record.within("frequency_hz", network.frequency_hz, f64::MIN_POSITIVE.., "above 0");
        if plan.base.file.is_some() && record.has("sbase_mva") {
            let message = "`sbase_mva` is given beside `file`, which has its own";
            record.error(Code::Conflict, "sbase_mva", message, "delete `sbase_mva`");
        }
        record.finish();
    }

    fn losses(&self, root: &Record<'a>) -> Option<Parameter> {
        let record = self.section(root, "losses")?;
        let factor = Parameter {
            value: record.need_number("load_loss_factor"),
            source: record.text("source").to_owned(),
            confidence: record.confidence(),
        };
        record.within("load_loss_factor", factor.value, 0.0..=1.0, "between 0 and 1");
        record.finish();
        Some(factor)
    }

    fn forecast(&self, root: &Record<'a>) -> Forecast {
        let mut forecast = Forecast::default();
        if let Some(record) = self.section(root, "forecast") {
            forecast.interpolation =
                record.word("interpolation", &Interpolation::ALL, Interpolation::as_str).unwrap_or_default();
            record.finish();
        }
        forecast
    }

    fn scenarios(
        &self,
        root: &Record<'a>,
        bare: bool,
        names: &mut Names<ScenarioId>,
    ) -> Col<ScenarioId, Scenario> {
        let mut scenarios = Col::new();
        for record in self.rows(root, "scenario", "scenario") {
            let id = record.need_name("id");
            if id == "*" {
                record.error(Code::Value, "id", "a scenario cannot be called `*`", "`*` means all scenarios");
            }
            let load_factor = record.number_or("load_factor", 1.0);
            record.within("load_factor", load_factor, 0.0.., "0 or above");
            let row = scenarios.push(Scenario {
                id: id.clone(),
                title: record.text("title").to_owned(),
                load_factor,
                source: record.text("source").to_owned(),
                origin: Origin { place: Some(record.place()), source: None, confidence: record.confidence() },
            });
            names.define(&record, &id, Some(row));
            record.finish();
        }
        if scenarios.is_empty() {
            if bare {
                scenarios.push(Scenario::given());
            } else {
                root.missing("scenario", "add [[scenario]] with an `id`, for example id = \"max\"");
            }
        }
        scenarios
    }

    fn stages(&self, root: &Record<'a>, bare: bool, scenarios: &Names<ScenarioId>) -> Col<StageId, Stage> {
        let mut stages: Col<StageId, Stage> = Col::new();
        let mut names: Names<StageId> = Names::new("stage");
        for record in self.rows(root, "stage", "stage") {
            let id = record.need_name("id");
            let at = record.day("at");
            stage_date(&record, bare, at, stages.iter().last());
            let row = stages.push(Stage {
                id: id.clone(),
                at,
                scenarios: stage_scenarios(&record, scenarios),
                criteria: record.name("criteria"),
                origin: record.origin(),
            });
            names.define(&record, &id, Some(row));
            record.finish();
        }
        if stages.is_empty() {
            if bare {
                stages.push(Stage::grid());
            } else {
                root.missing("stage", "add [[stage]] with `id` and `at`, a date at which the plan is judged");
            }
        } else if bare && stages.len() > 1 {
            root.error(
                Code::Schema,
                "stage",
                "a grid without [base] as_of has one stage only",
                "add `as_of`, the day whose grid the tables hold, to [base]",
            );
        }
        stages
    }

    /// The record of the whole file, to take more of it.
    pub(super) fn root(&self) -> Record<'a> {
        Record::of_toml(self.folder, "plan.toml", self.text, self.root, self.start())
    }

    /// The sets of `[criteria]`: id, and record.
    pub(super) fn criteria_sets(&self) -> Vec<(Name, Record<'a>)> {
        let root = self.root();
        let Some(item) = root.item("criteria") else { return Vec::new() };
        let Some(table) = item.as_table_like() else {
            let help = "write [criteria.\"110-220\"]";
            root.error(Code::Schema, "criteria", "`criteria` must hold tables, one for each set", help);
            return Vec::new();
        };
        let mut sets = Vec::new();
        for (id, item) in table.iter() {
            match item.as_table_like() {
                Some(set) => {
                    let record =
                        Record::of_toml(self.folder, "criteria set", self.text, set, self.place(item));
                    sets.push((Name::from(id), record));
                }
                None => self.folder.log.push(
                    Finding::error(Code::Schema, format!("criteria.{id} must be a table"))
                        .field(id)
                        .place(self.place(item))
                        .help(format!(
                            "rules belong to a named set: [criteria.\"110-220\"], then `{id} = [...]`"
                        )),
                ),
            }
        }
        sets
    }
}

/// A title, or titles by language.
fn title(record: &Record<'_>) -> Vec<(Name, String)> {
    let Some(item) = record.item("title") else { return Vec::new() };
    match item.as_table_like() {
        None => vec![(Name::default(), record.text("title").to_owned())],
        Some(table) => {
            let text = |item: &Item| item.as_str().map(str::to_owned);
            table
                .iter()
                .map(|(language, item)| {
                    let title = text(item).unwrap_or_else(|| {
                        let message = format!("the title in `{language}` must be a text");
                        record.error(Code::Schema, "title", message, "");
                        String::new()
                    });
                    (Name::from(language), title)
                })
                .collect()
        }
    }
}

fn stage_date(record: &Record<'_>, bare: bool, at: Option<jiff::civil::Date>, before: Option<&Stage>) {
    match at {
        None if !bare => record.missing("at", "give the day at which the plan is judged"),
        Some(_) if bare => {
            let message = "a dated stage needs a dated base grid";
            record.error(
                Code::Schema,
                "at",
                message,
                "add `as_of`, the day whose grid the tables hold, to [base]",
            );
        }
        _ => {}
    }
    if let (Some(at), Some(before)) = (at, before)
        && before.at.is_some_and(|before| before >= at)
    {
        let message = format!("the stage is not later than stage {}", before.id);
        record.error(Code::Value, "at", message, "put the stages in order of time");
    }
}

fn stage_scenarios(record: &Record<'_>, scenarios: &Names<ScenarioId>) -> Vec<ScenarioId> {
    let Some(item) = record.item("scenarios") else { return Vec::new() };
    let ids: Option<Vec<&str>> =
        item.as_array().and_then(|array| array.iter().map(|id| id.as_str()).collect());
    let Some(ids) = ids else {
        let help = "write scenarios = [\"max\", \"min\"]";
        record.error(Code::Schema, "scenarios", "`scenarios` must be a list of scenario ids", help);
        return Vec::new();
    };
    if ids.is_empty() {
        let help = "leave `scenarios` out to judge all";
        record.error(Code::Value, "scenarios", "the stage is judged in no scenario", help);
    }
    ids.into_iter().filter_map(|id| scenarios.find_id(record, "scenarios", id)).collect()
}

fn lint_waiver(record: &Record<'_>) -> Option<LintWaiver> {
    let word = record.need_name("code");
    let code = Code::ALL.iter().copied().find(|code| code.as_str().eq_ignore_ascii_case(&word));
    match code {
        _ if word.is_empty() => {}
        Some(code) if code.as_str().starts_with("W-") => {}
        Some(code) => {
            let message = format!("`code`: {code} is an error, and errors stay");
            record.error(Code::Value, "code", message, "name the code of a warning".to_owned());
        }
        None => {
            let warnings = Code::ALL.iter().map(|code| code.as_str()).filter(|code| code.starts_with("W-"));
            let near = crate::finding::nearest(&word, warnings);
            let help = near.map_or("`gridstage lint` tells the codes".to_owned(), |near| {
                format!("did you mean `{near}`?")
            });
            record.error(Code::Value, "code", format!("`code`: there is no code `{word}`"), help);
        }
    }
    if record.text("reason").is_empty() {
        record.missing("reason", "a finding is accepted for a reason");
    }
    let waiver = LintWaiver {
        code: code?,
        element: record.name("element"),
        reason: record.text("reason").to_owned(),
        until: record.day("until"),
        origin: record.origin(),
    };
    record.finish();
    Some(waiver)
}
