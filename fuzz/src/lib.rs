//! The doors that `cargo fuzz` feeds: those of the smoke test, no others.

#[path = "../../tests/it/hostile/doors.rs"]
mod doors;

/// Feeds input to the door of a name.
///
/// # Panics
/// If there is none of that name, and if the input breaks what the door promises: that is what is looked for.
pub fn enter(name: &str, input: &[u8]) {
    match doors::door(name) {
        Some(door) => door(input),
        None => panic!("there is no door {name}"),
    }
}
