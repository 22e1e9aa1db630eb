//! Identifiers of one or two characters, as PSS/E has them beside bus numbers.

use crate::model::Name;
use std::collections::HashSet;

/// Identifiers that are taken, by what they stand at.
#[derive(Default)]
pub(super) struct Circuits {
    taken: HashSet<(Vec<u64>, String)>,
}

impl Circuits {
    /// The identifier of a record at some buses: the last part of its id where the id begins with their numbers, as the
    /// reader makes it; else the next number that is free. Says whether the reader gives the same id back.
    pub(super) fn of(&mut self, id: &Name, buses: &[u64]) -> (String, bool) {
        let numbers: Vec<String> = buses.iter().map(u64::to_string).collect();
        let own = id.strip_prefix(numbers.join("-").as_str()).and_then(|own| own.strip_prefix('-'));
        let own = own.filter(|own| is_identifier(own));
        if let Some(own) = own
            && self.taken.insert((buses.to_vec(), own.to_owned()))
        {
            return (own.to_owned(), true);
        }
        let free = (1_u32..).map(|number| number.to_string());
        // There are more numbers than records.
        let free = free.take(1_000_000).find(|own| self.taken.insert((buses.to_vec(), own.clone())));
        (free.unwrap_or_default(), false)
    }
}

/// Whether a text can stand as an identifier: up to two characters that part no fields.
fn is_identifier(text: &str) -> bool {
    (1..=2).contains(&text.chars().count())
        && text.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '\'' | '"' | ',' | '/'))
}
