//! Files of expected results: `expected.toml` beside a plan or grid. The layout is in the documentation of `gridstage test`.
//!
//! All faults of a file are told at once, with file and line; a key that nothing reads is one.

use super::Rejected;
use crate::finding::{Code, Finding, Place, nearest};
use crate::model::{Expected, ExpectedOf, ExpectedValue};
use std::path::Path;
use std::sync::Arc;
use toml_edit::{Document, Item, TableLike};

/// Reads a file of expected results.
///
/// # Errors
/// [`Rejected`] with everything that is wrong in it.
pub fn expected(path: &Path) -> Result<Expected, Rejected> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| Rejected {
        findings: vec![Finding::error(Code::Io, format!("{name} cannot be read: {error}"))],
    })?;
    expected_text(&text, &name)
}

/// The same from the text of a file called `name`.
///
/// # Errors
/// As [`expected`].
pub fn expected_text(text: &str, name: &str) -> Result<Expected, Rejected> {
    let mut file = File { name: name.into(), text, findings: Vec::new() };
    let mut expected = Expected {
        input: ".".to_owned(),
        n1: true,
        q_limits: true,
        taps: true,
        shunts: true,
        ..Expected::default()
    };
    match Document::parse(text) {
        Ok(document) => file.take(document.as_table(), &mut expected),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let place = file.place(at);
            let message = error.message().trim().replace('\n', "; ");
            file.findings.push(Finding::error(Code::Syntax, message).place(place));
        }
    }
    if file.findings.is_empty() { Ok(expected) } else { Err(Rejected { findings: file.findings }) }
}

/// A file while it is read.
struct File<'a> {
    name: Arc<str>,
    text: &'a str,
    findings: Vec<Finding>,
}

impl File<'_> {
    /// The place of a byte.
    fn place(&self, at: usize) -> Place {
        let before = self.text.get(..at).unwrap_or_default();
        let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
        Place::new(&self.name, u32::try_from(line).unwrap_or(u32::MAX))
    }

    fn place_of(&self, table: &dyn TableLike, key: &str) -> Place {
        let span = table.key(key).and_then(toml_edit::Key::span);
        self.place(span.map_or(0, |span| span.start))
    }

    fn wrong(&mut self, table: &dyn TableLike, key: &str, message: String, help: &str) {
        let place = self.place_of(table, key);
        self.findings.push(Finding::error(Code::Expected, message).field(key).place(place).help(help));
    }

    /// Tells of keys that are none of `known`.
    fn only(&mut self, table: &dyn TableLike, what: &str, known: &[&str]) {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(key)) {
            let near = nearest(key, known.iter().copied());
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let message = format!("{what} has no `{key}`{near}");
            self.wrong(table, key, message, &format!("it may hold {}", known.join(", ")));
        }
    }

    fn number(&mut self, table: &dyn TableLike, key: &str) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts and whole megawatts")]
        let value = match table.get(key).and_then(Item::as_value) {
            Some(value) => value.as_float().or(value.as_integer().map(|whole| whole as f64)),
            None => None,
        };
        if value.is_none_or(|value| !value.is_finite()) {
            self.wrong(table, key, format!("`{key}` must be a number"), "write a number without quotes");
            return None;
        }
        value
    }

    fn text(&mut self, table: &dyn TableLike, key: &str) -> Option<String> {
        let item = table.get(key)?;
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(table, key, format!("`{key}` must be text"), "write it in quotes");
        }
        text
    }

    fn switch(&mut self, table: &dyn TableLike, key: &str, value: &mut bool) {
        match table.get(key).map(Item::as_bool) {
            None => {}
            Some(Some(on)) => *value = on,
            Some(None) => {
                self.wrong(table, key, format!("`{key}` must be true or false"), "write true or false");
            }
        }
    }

    /// The table `key`; a finding where it is something else.
    fn table<'t>(&mut self, of: &'t dyn TableLike, key: &str) -> Option<&'t dyn TableLike> {
        let item = of.get(key)?;
        let table = item.as_table_like();
        if table.is_none() {
            self.wrong(of, key, format!("`{key}` must be a table"), &format!("write [{key}]"));
        }
        table
    }

    fn take(&mut self, root: &dyn TableLike, expected: &mut Expected) {
        self.only(root, "the file", &["case", "options", "tolerance", "state"]);
        if let Some(case) = self.table(root, "case") {
            self.only(case, "[case]", &["about", "witness", "input", "verdict"]);
            expected.about = self.text(case, "about").unwrap_or_default();
            expected.witness = self.text(case, "witness").unwrap_or_default();
            if let Some(input) = self.text(case, "input") {
                expected.input = input;
            }
            if let Some(verdict) = self.text(case, "verdict") {
                let known = ["holds", "violated", "no_solution"];
                if !known.contains(&verdict.as_str()) {
                    let message = format!("`{verdict}` is no verdict");
                    self.wrong(case, "verdict", message, &format!("write one of {}", known.join(", ")));
                }
                expected.verdict = Some((verdict, self.place_of(case, "verdict")));
            }
        }
        if expected.witness.trim().is_empty() {
            let message = "the case does not say who vouches for its values";
            self.findings.push(
                Finding::error(Code::Expected, message).field("witness").place(self.place(0)).help(
                    "add `witness` to [case]: a formula, a program with its version, or a published table",
                ),
            );
        }
        if let Some(options) = self.table(root, "options") {
            self.only(options, "[options]", &["n1", "q_limits", "taps", "shunts"]);
            self.switch(options, "n1", &mut expected.n1);
            self.switch(options, "q_limits", &mut expected.q_limits);
            self.switch(options, "taps", &mut expected.taps);
            self.switch(options, "shunts", &mut expected.shunts);
        }
        if let Some(tolerance) = self.table(root, "tolerance") {
            let mut known: Vec<&str> = ExpectedOf::State.quantities().to_vec();
            known.extend(ExpectedOf::TABLES.iter().flat_map(|(_, of)| of.quantities()));
            self.only(tolerance, "[tolerance]", &known);
            for key in known {
                if tolerance.contains_key(key)
                    && let Some(value) = self.number(tolerance, key)
                {
                    if value < 0.0 {
                        let message = format!("the tolerance of `{key}` is negative");
                        self.wrong(
                            tolerance,
                            key,
                            message,
                            "give the largest difference accepted, in the quantity's unit",
                        );
                    }
                    expected.tolerance.insert(key.to_owned(), value);
                }
            }
        }
        if let Some(item) = root.get("state") {
            match item.as_array_of_tables() {
                Some(states) => states.iter().for_each(|state| self.state(state, expected)),
                None => self.wrong(root, "state", "`state` must be a list".to_owned(), "write [[state]]"),
            }
        }
        if self.findings.is_empty() && expected.values.is_empty() && expected.verdict.is_none() {
            self.findings.push(
                Finding::error(Code::Expected, "the file expects nothing, so nothing could fail")
                    .place(self.place(0))
                    .help("give a `verdict` in [case], or values in [[state]]"),
            );
        }
    }

    fn state(&mut self, state: &dyn TableLike, expected: &mut Expected) {
        let mut known = vec!["stage", "scenario"];
        known.extend(ExpectedOf::State.quantities());
        known.extend(ExpectedOf::TABLES.map(|(key, _)| key));
        self.only(state, "[[state]]", &known);
        let (stage, scenario) = (self.text(state, "stage"), self.text(state, "scenario"));
        let add = |expected: &mut Expected, of, id: &str, quantity: &str, value, place| {
            let (stage, scenario) = (stage.clone(), scenario.clone());
            let (id, quantity) = (id.to_owned(), quantity.to_owned());
            expected.values.push(ExpectedValue { stage, scenario, of, id, quantity, value, place });
        };
        for quantity in ExpectedOf::State.quantities() {
            if state.contains_key(quantity)
                && let Some(value) = self.number(state, quantity)
            {
                let place = self.place_of(state, quantity);
                add(expected, ExpectedOf::State, "", quantity, value, place);
            }
        }
        for (key, of) in ExpectedOf::TABLES {
            let Some(table) = self.table(state, key) else { continue };
            for (id, item) in table.iter() {
                let Some(record) = item.as_table_like() else {
                    let help = "write `\"ID\" = { vm_pu = 1.02 }`";
                    self.wrong(table, id, format!("{key} `{id}` must be a table of values"), help);
                    continue;
                };
                self.only(record, &format!("{key} `{id}`"), of.quantities());
                let place = self.place_of(table, id);
                for quantity in of.quantities().iter().filter(|quantity| record.contains_key(quantity)) {
                    if let Some(value) = self.number(record, quantity) {
                        add(expected, of, id, quantity, value, place.clone());
                    }
                }
            }
        }
    }
}
