//! `gridstage lint`: everything that can be found wrong without solving.

use super::arguments::{Target, TextOrJson};
use super::exit::Exit;
use super::input::{self, Opened};
use super::output::deliver_anyway;
use super::talk;
use crate::finding::{Code, Finding, Findings, Severity, nearest};
use crate::model::lint::waive;
use crate::model::{Plan, Selection, Stage, lint};
use crate::report::json::{self, Kind};
use crate::report::text::findings;
use crate::study::suspects;
use std::collections::HashSet;
use std::path::PathBuf;

/// Check an input without solving: all findings at once
///
/// Reads the plan or grid, builds the grid of every stage, and lists everything that is wrong, assumed or
/// unlikely, with file and line. `gridstage explain CODE` tells what a code judges. What a plan accepts stands in [lint] of its
/// plan.toml, each with its reason; a waiver that has run out or excepts nothing is told.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage lint grids/hanoi
  gridstage lint case.m --format json
  gridstage lint case.m --deny W-CHARGING --allow W-DATE

The findings are the result of this command: they go to standard output.
Exit codes: 0 the input can be used, 2 usage, 3 it cannot, 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook, or grid file; `-` reads a grid file from standard input
    #[arg(value_name = "PLAN|GRID")]
    plan: PathBuf,
    /// Form of the result
    #[arg(long, value_enum, default_value = "text")]
    format: TextOrJson,
    /// Leave findings of this code out; may be given more than once
    #[arg(long, value_name = "CODE", value_parser = code)]
    allow: Vec<Code>,
    /// Make findings of this code errors; may be given more than once
    #[arg(long, value_name = "CODE", value_parser = code)]
    deny: Vec<Code>,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    talk: talk::Options,
}

/// A code by its text. An error of the input cannot be allowed: nothing could be done with such an input.
fn code(text: &str) -> Result<Code, String> {
    let known = Code::ALL.iter().find(|code| code.as_str().eq_ignore_ascii_case(text));
    match known {
        Some(code) if code.as_str().starts_with("W-") => Ok(*code),
        Some(_) => Err("it is an error already, and errors stay".to_owned()),
        None => {
            let warnings = Code::ALL.iter().map(|code| code.as_str()).filter(|code| code.starts_with("W-"));
            let near = nearest(&text.to_uppercase(), warnings);
            Err(near.map_or("there is no such code".to_owned(), |near| format!("did you mean {near}?")))
        }
    }
}

/// Reads, replays, tells.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let (opened, found): (Option<Opened>, Vec<Finding>) = match input::open(&args.plan, &talk) {
        Ok(mut opened) => {
            let read = std::mem::take(&mut opened.findings);
            let found = read.into_iter().chain(lint(&opened.plan)).chain(replay(&opened.plan));
            let mut slips = Findings::new();
            // of a plan these are told together, with a count and an example
            let told_together =
                |code| !opened.plan.is_bare() && matches!(code, Code::Length | Code::Conductor);
            let suspects = suspects(&opened.plan.network).into_iter().map(|one| one.finding);
            slips.extend(suspects.filter(|one| !told_together(one.code)));
            let found: Vec<Finding> = found.chain(slips.into_list()).collect();
            let found = waive(&opened.plan, found, true).into_iter();
            let found = found.filter(|one| !args.allow.contains(&one.code)).map(|mut one| {
                if args.deny.contains(&one.code) {
                    one.severity = Severity::Error;
                }
                one
            });
            // What the whole plan shows, each of its stages shows too.
            let mut known: HashSet<(Code, String)> = HashSet::new();
            let found =
                found.filter(|finding| known.insert((finding.code, finding.message.clone()))).collect();
            (Some(opened), found)
        }
        Err(found) => (None, found),
    };
    let wrong = found.iter().any(|finding| finding.severity == Severity::Error);
    let exit = if wrong { Exit::Input } else { Exit::Holds };
    deliver_anyway(args.target.output.as_deref(), exit, &talk, |out, ink| match (args.format, &opened) {
        (TextOrJson::Text, _) => {
            for finding in findings::sorted(&found) {
                writeln!(out, "{}\n", findings::text(finding, &mut |place| talk.line(place), ink))?;
            }
            writeln!(out, "{}", findings::tally(&found).unwrap_or_else(|| "nothing found".to_owned()))
        }
        (TextOrJson::Json, Some(opened)) if exit == Exit::Holds => {
            json::write(&json::lint(opened.inputs(), &opened.plan, &found), out)
        }
        (TextOrJson::Json, _) => json::rejected(Kind::Lint, exit.code(), &found, out),
    })
}

/// Findings of building the grid of every stage in every scenario.
fn replay(plan: &Plan) -> impl Iterator<Item = Finding> {
    let judged = |stage: &Stage, scenario| stage.scenarios.is_empty() || stage.scenarios.contains(&scenario);
    plan.stages
        .iter_ids()
        .flat_map(|(id, stage)| plan.scenarios.ids().map(move |scenario| (id, stage, scenario)))
        .filter(move |&(_, stage, scenario)| judged(stage, scenario))
        .flat_map(|(stage, _, scenario)| match plan.grid(stage, scenario, &Selection::default()) {
            Ok(grid) => grid.findings,
            Err(findings) => findings,
        })
}
