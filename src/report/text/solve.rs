//! One load flow as an engineer reads it: how it ended, the balance, the extremes.

use super::check::{head, section};
use super::explain::why;
use super::links::links;
use super::solved::{actions, branches, buses, generators, windings};
use super::states::ended;
use super::told::by_code;
use super::{Table, paragraph};
use crate::finding::Finding;
use crate::flow::{Controls, IslandReport, LevelLosses, LoadFlow, Method, Start, Status};
use crate::ids::Id as _;
use crate::model::{Network, Plan};
use crate::report::number::{self, NONE, fixed};
use crate::report::{Ink, name};
use crate::study::Explanation;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Width of a name in the tables.
const NAME: usize = 26;

/// What the report is made from.
#[derive(Clone, Copy, Debug)]
pub struct SolveText<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The plan.
    pub plan: &'a Plan,
    /// The stage or date, and the scenario; empty for a bare grid.
    pub state: &'a str,
    /// How it was solved.
    pub method: Method,
    /// The controls that could move.
    pub controls: Controls,
    /// The grid that was solved.
    pub network: &'a Network,
    /// What was found.
    pub flow: &'a LoadFlow,
    /// Load that is not served: at dead buses, and of stations that do not stand.
    pub lost_mw: f64,
    /// Why it has no solution, where it has none.
    pub explanation: Option<&'a Explanation>,
    /// Findings of reading, building and solving the grid.
    pub findings: &'a [Finding],
    /// How many buses and branches are shown; 0 is all.
    pub top: usize,
    /// Colours or not.
    pub ink: Ink,
}

/// Writes one load flow for people.
///
/// # Errors
/// If `out` cannot be written.
pub fn solve(report: &SolveText<'_>, out: &mut dyn Write) -> io::Result<()> {
    let SolveText { path, plan, state, method, controls, network, flow, lost_mw, findings, top, ink, .. } =
        *report;
    let dc = method == Method::Dc;
    head(path, plan, ink, out)?;
    if !state.is_empty() {
        writeln!(out, "{state}\n")?;
    }
    let sentence = sentence(flow, lost_mw, method);
    let solved = flow.status == Status::Converged && lost_mw <= 0.0;
    writeln!(out, "{}\n", if solved { ink.good(&sentence) } else { ink.bad(&sentence) })?;
    section(out, ink, "Where it failed", &failed(network, flow))?;
    if let Some(explanation) = report.explanation {
        why(network, explanation, "", ink, out)?;
    }
    if flow.status == Status::Converged {
        section(out, ink, "Balance", &balance(network, flow, lost_mw, dc))?;
    }
    if flow.islands.len() > 1 {
        section(out, ink, "Islands", &islands(network, flow))?;
    }
    if flow.status == Status::Converged && !dc {
        section(out, ink, "Losses by rated voltage", &losses(&flow.losses.levels))?;
        let (title, text) = actions(network, flow, top);
        section(out, ink, &title, &text)?;
    }
    if flow.islands.iter().any(|island| island.status == Status::Converged) {
        let (title, text) = buses(network, flow, dc, top);
        section(out, ink, &title, &text)?;
        let (title, text) = branches(network, flow, top);
        section(out, ink, &title, &text)?;
        let (title, text) = windings(network, flow, top);
        section(out, ink, &title, &text)?;
        let (title, text) = generators(network, flow, top);
        section(out, ink, &title, &text)?;
        section(out, ink, "Direct-current links", &links(network, flow))?;
    }
    section(out, ink, "Assumed", &assumed(findings, dc, controls, network))
}

/// How it ended, in one sentence.
fn sentence(flow: &LoadFlow, lost_mw: f64, method: Method) -> String {
    if flow.status != Status::Converged {
        let islands = flow.islands.len();
        let failed = flow.islands.iter().filter(|island| island.status != Status::Converged).count();
        let where_ = if islands > 1 { format!(" in {failed} of {islands} islands") } else { String::new() };
        return format!("No load-flow solution was found{where_}.");
    }
    let how = match (method, crate::report::json::slowest(flow)) {
        (Method::Newton | Method::Fdlf, Some(island)) => by_steps(flow, island, method),
        _ => "Solved as a DC load flow: active power only, no losses, all voltages 1 p.u.".to_owned(),
    };
    if lost_mw > 0.0 { format!("{how} But {} MW of load is not served.", fixed(lost_mw, 1)) } else { how }
}

/// From which start and with what effort it was solved; told of the island that took most steps.
fn by_steps(flow: &LoadFlow, island: &IslandReport, method: Method) -> String {
    let (one, many) = match method {
        Method::Fdlf => ("fast-decoupled sweep", "fast-decoupled sweeps"),
        _ => ("Newton step", "Newton steps"),
    };
    let mut text = if island.start == Start::Homotopy {
        let steps = number::count(island.steps_in_all, one, many);
        format!("Solved by raising load and generation step by step, {steps} in all")
    } else {
        let steps = number::count(island.iterations, one, many);
        format!("Solved in {steps} from the {} start", island.start.as_str())
    };
    if island.sweeps > 0 {
        let sweeps = number::count(island.sweeps, "fast-decoupled sweep", "fast-decoupled sweeps");
        let _ = write!(text, " (DC angles, {sweeps})");
    }
    let _ = write!(text, ", largest mismatch {:.1e} p.u.", flow.mismatch_pu);
    if island.steps_in_all > island.iterations && island.start != Start::Homotopy {
        let _ = write!(text, " What else was tried included, it took {} steps.", island.steps_in_all);
    }
    let count = |steps: usize| number::count(steps, "step was", "steps were");
    if island.refined_steps > 0 {
        let _ = write!(
            text,
            " {} refined, as the pivots of the Jacobian were poor.",
            count(island.refined_steps)
        );
    }
    if island.pivoting_steps > 0 {
        let _ = write!(
            text,
            " {} taken with chosen pivots, as those in fixed order were no good.",
            count(island.pivoting_steps)
        );
    }
    text
}

/// The islands that did not converge, with what was missing where.
pub(super) fn failed(network: &Network, flow: &LoadFlow) -> String {
    let mut text = String::new();
    for island in flow.islands.iter().filter(|island| island.status != Status::Converged) {
        let whole = flow.islands.len() == 1;
        let _ = writeln!(
            text,
            "  {} ({}) {}; nearest from the {} start after {}.",
            if whole { "The grid".to_owned() } else { format!("Island {}", island.island.index()) },
            number::count(island.buses, "bus", "buses"),
            ended(island.status),
            island.start.as_str(),
            number::count(island.iterations, "step", "steps"),
        );
        if let Some(share) = island.solvable_share {
            let _ = writeln!(
                text,
                "  With all its loads at {} %, and generation to match, there is a solution; above that none was found.",
                fixed(share * 100.0, 1),
            );
        }
        let mut table = Table::new(&["Bus", "Name", ">Missing|MW", ">Missing|Mvar"]);
        for &(bus, p_mw, q_mvar) in &island.worst {
            let record = &network.buses[bus];
            table.row([record.id.to_string(), record.name.clone(), fixed(p_mw, 1), fixed(q_mvar, 1)]);
        }
        if !table.is_empty() {
            let _ = writeln!(text, "  The power balance is open most at:\n{}", table.text().trim_end());
        }
    }
    text
}

fn balance(network: &Network, flow: &LoadFlow, lost_mw: f64, dc: bool) -> String {
    let infeed = |column: &[f64]| column.iter().sum::<f64>();
    let (p_in, q_in) = (infeed(&flow.generators.p_mw), infeed(&flow.generators.q_mvar));
    let mut table = Table::new(&["", ">MW", ">Mvar"]);
    let reactive = |value: f64| if dc { NONE.to_owned() } else { fixed(value, 1) };
    table.row(["Fed in".to_owned(), fixed(p_in, 1), reactive(q_in)]);
    table.row(["Load served".to_owned(), fixed(flow.load_mw, 1), reactive(flow.load_mvar)]);
    let losses = &flow.losses;
    table.row([
        "Losses of lines and transformers".to_owned(),
        fixed(losses.total_mw - losses.links_mw, 1),
        reactive(losses.total_mvar),
    ]);
    if !flow.links.link.is_empty() {
        let q = flow.links.q_from_mvar.iter().chain(&flow.links.q_to_mvar).sum();
        table.row(["Drawn by direct-current links".to_owned(), fixed(losses.links_mw, 1), reactive(q)]);
    }
    if losses.shunt_mw != 0.0 || losses.shunt_mvar != 0.0 {
        table.row(["Drawn by shunts".to_owned(), fixed(losses.shunt_mw, 1), reactive(losses.shunt_mvar)]);
    }
    if lost_mw > 0.0 {
        table.row(["Load NOT served".to_owned(), fixed(lost_mw, 1), NONE.to_owned()]);
    }
    let dead = flow.buses.vm_pu.iter().filter(|vm| vm.is_nan()).count();
    let mut text = format!(
        "  {}, {}, base {} MVA{}\n",
        number::count(flow.buses.bus.len(), "bus", "buses"),
        number::count(flow.branches.branch.len(), "branch", "branches"),
        fixed(network.sbase_mva, 0),
        if dead > 0 {
            format!("; {} without voltage", number::count(dead, "bus", "buses"))
        } else {
            String::new()
        },
    );
    text += &table.text();
    text
}

fn islands(network: &Network, flow: &LoadFlow) -> String {
    let mut table = Table::new(&["Island", ">Buses", "Slack", "Ended", "Start", ">Steps", ">Mismatch|p.u."]);
    for island in &flow.islands {
        let slack: Vec<&str> = island.slack.iter().map(|&bus| network.buses[bus].id.as_str()).collect();
        table.row([
            island.island.index().to_string(),
            island.buses.to_string(),
            name::short(&slack.join(", "), NAME),
            island.status.as_str().replace('_', " "),
            island.start.as_str().to_owned(),
            island.iterations.to_string(),
            format!("{:.1e}", island.mismatch_pu),
        ]);
    }
    table.text()
}

fn losses(levels: &[LevelLosses]) -> String {
    let mut table = Table::new(&["kV", ">Lines|MW", ">Transformers,|load MW", ">Transformers,|no-load MW"]);
    for level in levels {
        table.row([
            if level.vn_kv > 0.0 { format!("{}", level.vn_kv) } else { NONE.to_owned() },
            fixed(level.lines_mw, 2),
            fixed(level.transformers_load_mw, 2),
            fixed(level.transformers_no_load_mw, 2),
        ]);
    }
    table.text()
}

fn assumed(findings: &[Finding], dc: bool, controls: Controls, network: &Network) -> String {
    let mut text = String::new();
    for sentence in crate::report::json::not_modelled(dc, controls, network) {
        text += &paragraph(sentence);
    }
    for (finding, times) in by_code(findings.iter()) {
        let times = if times > 1 { format!(" ({times} times; the first shown)") } else { String::new() };
        text += &paragraph(&format!("{}{times}: {}", finding.code, number::clean(&finding.message)));
    }
    text
}
