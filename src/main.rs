//! The gridstage binary.

fn main() {}
