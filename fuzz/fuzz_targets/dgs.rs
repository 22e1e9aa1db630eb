//! `dgs` of `tests/it/hostile/doors.rs`.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| gridstage_fuzz::enter("dgs", input));
