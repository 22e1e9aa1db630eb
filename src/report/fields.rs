//! The columns of a table of results: names, order and types as the type of its rows declares them.
//!
//! They are read off the JSON Schema that the same type gives, so that CSV, Parquet and JSON cannot differ in a name, and
//! a table without rows still has its columns.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// What a column holds; any cell may be empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Real,
    /// A whole number.
    Whole,
    /// True or false.
    Flag,
    /// A list of texts.
    Texts,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Field {
    /// A column of text.
    #[must_use]
    pub fn text(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Text }
    }
}

/// The columns of rows of a type, in the order in which it declares them.
#[must_use]
pub fn fields<T: JsonSchema>() -> Vec<Field> {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.inline_subschemas = true;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    // What is written is written always, so all fields are required, and stand there in their order.
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .map(|name| Field {
            name: name.to_owned(),
            kind: schema.pointer(&format!("/properties/{name}/type")).map_or(Kind::Text, kind),
        })
        .collect()
}

/// What a `type` of a schema means: one word, or a list of words with `null`.
fn kind(told: &Value) -> Kind {
    let words = told.as_array().map_or(std::slice::from_ref(told), Vec::as_slice);
    let is = |meant: &str| words.iter().any(|word| word == meant);
    match () {
        () if is("array") => Kind::Texts,
        () if is("number") => Kind::Real,
        () if is("integer") => Kind::Whole,
        () if is("boolean") => Kind::Flag,
        () => Kind::Text,
    }
}
