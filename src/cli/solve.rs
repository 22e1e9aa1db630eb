//! `gridstage solve`: one load flow.

use super::arguments::{Flow, FlowTable, Form, Target, Top};
use super::exit::Exit;
use super::output::deliver;
use super::state::{State, Which, explained};
use super::talk::{self, Detail};
use crate::finding::{Code, Finding};
use crate::flow::{self, FlowOptions, LoadFlow, Status};
use crate::model::Network;
use crate::report::json::{self, Answer, Kind};
use crate::report::{sheet, text};
use crate::study;
use clap::ValueEnum;

/// Solve one load flow: voltages, flows, loadings, losses
///
/// Of a plan, the grid of one stage (or of any date) in one scenario is solved; a bare grid file as it stands.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage solve grids/ieee/14
  gridstage solve grids/hanoi --at 2025 --scenario max --top 50
  gridstage solve case.raw --verify-stated
  gridstage solve grids/hanoi --at 2018-06-30 --format csv --table branches -o branches.csv

Exit codes: 0 solved, 1 solved but load is not served, 2 usage, 3 invalid input, 4 no solution found
(what was tried and where it failed is printed), 74 output not written.")]
pub(crate) struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    top: Top,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: Form,
    /// The table to write as CSV or Parquet [default: buses]
    #[arg(long, value_enum)]
    table: Option<FlowTable>,
    #[command(flatten)]
    target: Target,
    /// Equations to solve
    #[arg(long, value_enum, default_value = "newton")]
    method: Method,
    #[command(flatten)]
    flow: Flow,
    /// Say how good the state is that the file stores: what is missing in its power balance, and by how much
    /// solving moves it
    #[arg(long)]
    verify_stated: bool,
    #[command(flatten)]
    talk: talk::Options,
}

/// Equations.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Method {
    /// The full AC equations, by Newton's method
    Newton,
    /// The full AC equations, by fast-decoupled sweeps (XB)
    Fdlf,
    /// Active power only: no losses, no reactive power, all voltages 1 p.u.
    Dc,
}

/// What is asked for that does not go together.
fn contradiction(args: &Args) -> Option<String> {
    if args.table.is_some() && !matches!(args.format, Form::Csv | Form::Parquet) {
        return Some("--table chooses what CSV or Parquet holds: give --format csv with it".to_owned());
    }
    if args.verify_stated && args.method == Method::Dc {
        return Some(
            "--verify-stated is about the full equations; --method dc leaves reactive power out".to_owned(),
        );
    }
    if let (Method::Dc, Some(flag)) = (args.method, args.flow.of_newton()) {
        return Some(format!("{flag} is about the AC equations; --method dc solves one linear system"));
    }
    args.top.refused(args.format == Form::Text).map(str::to_owned)
}

/// Solves.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let usage = |message: &str| {
        talk.error(message);
        Exit::Usage
    };
    if let Some(message) = contradiction(args) {
        return usage(&message);
    }
    let sheet = match args.format.sheet(&args.target) {
        Ok(sheet) => sheet,
        Err(message) => return usage(message),
    };
    let json = (args.format == Form::Json).then_some(Kind::Solve);
    let state = match args.which.open(json, &talk) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    let (method, word) = match args.method {
        Method::Newton => (flow::Method::Newton, "newton"),
        Method::Fdlf => (flow::Method::Fdlf, "fdlf"),
        Method::Dc => (flow::Method::Dc, "dc"),
    };
    let options = FlowOptions { method, ..args.flow.options() };
    let State { opened, grid, .. } = &state;
    let plan = &opened.plan;
    let flow = match flow::load_flow(&grid.network, &options, None) {
        Ok(flow) => flow,
        Err(error) => return state.reject(&error.findings, json, &talk),
    };
    // a DC load flow has one linear system: nothing gives way in it
    let explanation = match args.method {
        Method::Dc => None,
        Method::Newton | Method::Fdlf => explained(&grid.network, &flow, &options),
    };
    let lost_mw: f64 = flow.lost_load_mw + grid.lost.iter().map(|lost| lost.p_mw).sum::<f64>();
    let (answer, exit) = match flow.status {
        Status::Converged if lost_mw > 0.0 => (Answer::LoadLost, Exit::Fails),
        Status::Converged => (Answer::Solved, Exit::Holds),
        _ => (Answer::NoSolution, Exit::NoSolution),
    };
    let network = &grid.network;
    let (at, scenario) = (state.at(), state.scenario());
    let stated = args.verify_stated.then(|| how_good(network, &flow));
    let findings = state.findings(flow.findings.iter().chain(&stated));
    talk.findings(&findings, Detail::Condensed, "-v shows all");
    deliver(args.target.output.as_deref(), exit, &talk, |out, ink| match args.format {
        Form::Text => {
            let report = text::SolveText {
                path: &opened.path,
                plan,
                state: &state.heading(),
                method,
                controls: options.controls,
                network,
                flow: &flow,
                lost_mw,
                explanation: explanation.as_ref(),
                findings: &findings,
                top: args.top.rows(),
                ink,
            };
            text::solve(&report, out)?;
            stated.iter().try_for_each(|stated| writeln!(out, "\n{}", stated.message))
        }
        Form::Csv | Form::Parquet => sheet.map_or(Ok(()), |form| {
            let table = args.table.unwrap_or(FlowTable::Buses).of_sheet();
            sheet::flow(table, network, &flow, form, out)
        }),
        Form::Json => {
            let options = json::SolveOptions {
                at,
                scenario,
                with: args.which.works.with.iter().map(String::as_str).collect(),
                without: args.which.works.without.iter().map(String::as_str).collect(),
                as_of: args.which.works.version.as_of.as_deref(),
                flow: args.flow.row(word),
            };
            let state = json::SolvedState { stage: at, scenario, network, flow: &flow, lost_mw };
            let answer = (answer, exit.code());
            let explanation = explanation.as_ref();
            json::write(&json::solve(opened.inputs(), options, answer, (&state, explanation), &findings), out)
        }
    })
}

/// What is off in the state that the grid stores.
fn how_good(network: &Network, flow: &LoadFlow) -> Finding {
    match study::stated(network, flow) {
        Ok(Some(stated)) => stated.finding(network),
        Ok(None) => Finding::note(Code::Stated, "the grid stores no state: a bus has no voltage or no angle"),
        Err(error) => Finding::note(Code::Stated, format!("the stored state cannot be looked at: {error}")),
    }
}
