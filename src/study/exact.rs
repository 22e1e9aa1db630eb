//! Numbers that are kept to the last bit in files of finished rows: as their shortest text, in quotes, since what reads numbers of JSON
//! may be off in the last digit.
//!
//! For fields, as `#[serde(with = "crate::study::exact")]`.

use serde::{Deserialize, Deserializer, Serializer, de};

/// Writes a number.
///
/// # Errors
/// Those of the format.
pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{value:?}"))
}

/// Reads a number.
///
/// # Errors
/// If it is none.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
}

/// The same of numbers that may not exist.
pub mod option {
    use serde::{Deserialize, Deserializer, Serializer, de};

    /// Writes a number, or nothing.
    ///
    /// # Errors
    /// Those of the format.
    pub fn serialize<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(&format_args!("{value:?}")),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a number, or nothing.
    ///
    /// # Errors
    /// If it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<f64>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        text.map(|text| text.parse().map_err(de::Error::custom)).transpose()
    }
}
