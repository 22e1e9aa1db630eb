//! The one test binary; modules mirror `src/`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that fails may panic"
)]

mod backward_error;
mod bad_inputs;
mod capital;
mod cli;
mod contingency;
mod control;
mod criteria;
mod dc;
mod dossier;
mod embedding;
mod explain;
mod flow;
mod formats;
mod hanoi;
mod hanoi_flow;
mod hostile;
mod kernel;
mod lanes;
mod laws;
mod layering;
mod matpower;
mod need;
mod plan;
mod scalar;
mod starts;
mod support;
mod unsolved;
mod verdict;
mod witness;
