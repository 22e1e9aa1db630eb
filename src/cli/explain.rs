//! `gridstage explain`: why a grid does not solve, or what a code means.

use super::arguments::{Flow, Target};
use super::exit::Exit;
use super::output::deliver;
use super::state::{State, Which};
use super::talk::{self, Detail};
use crate::finding::Code;
use crate::flow::{self, Status};
use crate::report::text;
use crate::study;

/// Explain why a grid does not solve, or what a code means
///
/// Of a grid: how far it is from a solution, the buses that give way, the least load to shed or reactive power to add, and the
/// records that are most likely wrong, with file and line. Of one that solves: the same about the limit that it meets when all
/// loads and generation rise together. Of a code such as W-PLAUSIBLE: what it stands for.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage explain case.m
  gridstage explain grids/hanoi --at 2025 --scenario max
  gridstage explain W-CHARGING

Exit codes: 0 solved, or a code; 2 usage, 3 invalid input, 4 no solution found, 74 output not written.")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    flow: Flow,
    #[command(flatten)]
    talk: talk::Options,
}

/// Explains.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let operand = args.which.operand();
    let word = operand.to_string_lossy();
    let code = Code::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(&word));
    if let Some(&code) = code.filter(|_| !operand.exists()) {
        return deliver(args.target.output.as_deref(), Exit::Holds, &talk, |out, ink| {
            text::code(code, ink, out)
        });
    }
    let state = match args.which.open(None, &talk) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    let State { opened, grid, .. } = &state;
    let (flow, found) = match flow::diagnose(&grid.network, &args.flow.options()) {
        Ok(found) => found,
        Err(error) => return state.reject(&error.findings, None, &talk),
    };
    let exit = if flow.status == Status::Converged { Exit::Holds } else { Exit::NoSolution };
    let findings = state.findings(&flow.findings);
    talk.findings(&findings, Detail::Condensed, "-v shows all");
    let suspects = study::suspects(&grid.network);
    deliver(args.target.output.as_deref(), exit, &talk, |out, ink| {
        let report = text::ExplainText {
            path: &opened.path,
            plan: &opened.plan,
            state: &state.heading(),
            network: &grid.network,
            flow: &flow,
            found: &found,
            findings: &findings,
            suspects: &suspects,
            ink,
        };
        text::explain(&report, out)
    })
}
