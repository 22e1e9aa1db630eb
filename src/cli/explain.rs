//! `gridstage explain`: why a grid does not solve, or what a code means.

use super::arguments::{Flow, Target, TextOrJson};
use super::exit::Exit;
use super::output::{deliver, deliver_anyway};
use super::state::{State, Which};
use super::talk::{self, Detail};
use crate::finding::{Code, nearest};
use crate::flow::{self, Status};
use crate::report::json::{self, Answer, Kind};
use crate::report::text;
use crate::study::Explanation;

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
  gridstage explain case.raw --format json -o why.json
  gridstage explain W-CHARGING

Exit codes: 0 solved, or a code; 2 usage, 3 invalid input, 4 no solution found, 74 output not written.")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: TextOrJson,
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
    let output = args.target.output.as_deref();
    if let Some(&code) = code.filter(|_| !operand.exists()) {
        return deliver(output, Exit::Holds, &talk, |out, ink| match args.format {
            TextOrJson::Text => text::code(code, ink, out),
            TextOrJson::Json => json::write(&json::explain_code(code), out),
        });
    }
    if !operand.exists() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        let near = nearest(&word.to_ascii_uppercase(), Code::ALL.iter().map(|code| code.as_str()));
        let near = near.map(|near| format!("did you mean `{near}`?\n")).unwrap_or_default();
        talk.error(&format!(
            "`{word}` is neither a code nor a file\n{near}rules of a plan (C20T and the like) are told by `gridstage check PLAN`, \
             under What the criteria ask; works and records by `gridstage show PLAN --blame ID`"
        ));
        return Exit::Usage;
    }
    let json = (args.format == TextOrJson::Json).then_some(Kind::Explain);
    let state = match args.which.open(json, &talk) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    let State { opened, grid, .. } = &state;
    let (network, options) = (&grid.network, args.flow.options());
    let found = flow::load_flow(network, &options, None).and_then(|flow| {
        let explanation = Explanation::new(network, &flow, &options)?;
        Ok((flow, explanation))
    });
    let (flow, explanation) = match found {
        Ok(found) => found,
        Err(error) => return state.reject(&error.findings, json, &talk),
    };
    let (answer, exit) = match flow.status {
        Status::Converged => (Answer::Solved, Exit::Holds),
        _ => (Answer::NoSolution, Exit::NoSolution),
    };
    let findings = state.findings(&flow.findings);
    talk.findings(&findings, Detail::Condensed, "-v shows all");
    // the explanation of what has no solution is the answer that was asked for
    deliver_anyway(output, exit, &talk, |out, ink| match args.format {
        TextOrJson::Text => {
            let (path, plan, heading) = (&opened.path, &opened.plan, &state.heading());
            let (flow, explanation) = (&flow, &explanation);
            let report = text::ExplainText { path, plan, state: heading, network, flow, explanation, ink };
            text::explain(&report, out)
        }
        TextOrJson::Json => {
            let works = &args.which.works;
            let options = json::ExplainOptions {
                code: None,
                at: Some(state.at()),
                scenario: Some(state.scenario()),
                with: works.with.iter().map(String::as_str).collect(),
                without: works.without.iter().map(String::as_str).collect(),
                as_of: works.version.as_of.as_deref(),
                flow: Some(args.flow.row("newton")),
            };
            let lost_mw = flow.lost_load_mw + grid.lost.iter().map(|lost| lost.p_mw).sum::<f64>();
            let (stage, scenario) = (state.at(), state.scenario());
            let solved = json::SolvedState { stage, scenario, network, flow: &flow, lost_mw };
            let answer = (answer, exit.code());
            json::write(
                &json::explain(opened.inputs(), options, answer, &solved, &explanation, &findings),
                out,
            )
        }
    })
}
