//! `gridstage headroom`: how much more load each station can take.

use super::arguments::{Target, TextJsonCsv, TimeLimit, Top};
use super::asking::Asking;
use super::exit::Exit;
use super::input;
use super::output::deliver;
use super::progress::Progress;
use super::talk::Detail;
use crate::appraise::dated::{Days, Outages};
use crate::appraise::headroom;
use crate::finding::{Code, Finding};
use crate::ids::{Col, SubstationId};
use crate::model::CriteriaSet;
use crate::report::json::{self, Kind};
use crate::report::{headroom_sheet, text};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Say how much more load each station can take before a criterion breaks, in MW and in years of its forecast
///
/// Load is added at one station at a time: in the intact grid, then with every fault that the criteria name. Only what is new or
/// worse than without it counts.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage headroom grids/hanoi --stage 2025
  gridstage headroom grids/hanoi --station YENPHU --top 0
  gridstage headroom grids/hanoi --n1 off --format csv -o headroom.csv

Exit codes: 0 answered, 2 usage, 3 invalid input, 5 the time limit ended it, 74 output not written.")]
pub(crate) struct Args {
    /// Plan folder or workbook
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Judge this stage only; may be repeated
    #[arg(long, visible_alias = "at", value_name = "STAGE")]
    stage: Vec<String>,
    /// Ask about this station only; may be repeated
    #[arg(long, value_name = "STATION")]
    station: Vec<String>,
    #[command(flatten)]
    top: Top,
    /// Form of the result; csv: one row per station, stage and scenario
    #[arg(long, value_enum, default_value = "text")]
    format: TextJsonCsv,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    limit: TimeLimit,
    #[command(flatten)]
    asking: Asking,
}

/// Finds headroom.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.asking.talk.talk();
    let stop = args.limit.stop();
    if let Some(message) = args.top.refused(args.format == TextJsonCsv::Text) {
        talk.error(message);
        return Exit::Usage;
    }
    let json = (args.format == TextJsonCsv::Json).then_some(Kind::Headroom);
    let opened = match input::open_as_of(&args.plan, &args.asking.works.version.as_of(), &talk) {
        Ok(opened) => opened,
        Err(findings) => return input::reject(&findings, json, &talk),
    };
    let asked = opened
        .stations(&args.station)
        .and_then(|stations| Ok((stations, opened.stages(&args.stage)?, args.asking.meant(&opened)?)));
    let (stations, stages, (scenarios, selection)) = match asked {
        Ok(asked) => asked,
        Err(message) => {
            talk.error(&message);
            return Exit::Usage;
        }
    };
    args.asking.start(&opened.plan, &talk);
    let mut plan = opened.plan.clone();
    if let Some(stages) = stages {
        plan.stages = Col::from(stages.iter().map(|&id| opened.plan.stages[id].clone()).collect::<Vec<_>>());
    }
    let outages = |set: &CriteriaSet| args.asking.outages(&opened.plan, set);
    let options = args.asking.dated((scenarios, selection), Outages(&outages));
    let wanted = |station: SubstationId| stations.as_ref().is_none_or(|stations| stations.contains(&station));
    let progress = Progress::new(args.asking.progress, &talk, "stations");
    let done = AtomicUsize::new(0);
    let found = Days::new(plan, options, &|| ()).and_then(|days| {
        let tick = |total| progress.tell(done.fetch_add(1, Ordering::Relaxed) + 1, total);
        let found = headroom::headroom(&days, &wanted, &stop, &tick)?;
        Ok((days, found))
    });
    progress.end();
    let (days, (rows, effort, total)) = match found {
        Ok((_, (_, _, 0))) => {
            let (message, help) = if args.station.is_empty() {
                (
                    "no substation draws load in a state that has a load-flow solution".to_owned(),
                    "give a plan with substations.csv; `gridstage check` tells which states have no solution",
                )
            } else {
                (
                    format!(
                        "{} draws no load itself in a state that has a load-flow solution",
                        args.station.join(", ")
                    ),
                    "name the stations that it feeds: `gridstage show PLAN --supply` tells what feeds what",
                )
            };
            return input::reject(&[Finding::error(Code::NoPlan, message).help(help)], json, &talk);
        }
        Ok(found) => found,
        Err(findings) => {
            let findings: Vec<Finding> = opened.findings.iter().cloned().chain(findings).collect();
            return input::reject(&findings, json, &talk);
        }
    };
    let early = args.limit.told(rows.len(), total, "stations in their states");
    let findings: Vec<Finding> = opened.findings.iter().cloned().chain(early.clone()).collect();
    let exit = Exit::Holds.ended_early(early.is_some());
    talk.findings(&findings, Detail::Condensed, "`gridstage lint` lists all");
    let plan = &days.plan;
    deliver(args.target.output.as_deref(), exit, &talk, |out, ink| match args.format {
        TextJsonCsv::Text => {
            let top = args.top.rows();
            let (path, rows, early) = (&opened.path, &rows, early.as_ref());
            let named: [(&str, &[String]); 3] = [
                ("--stage", &args.stage),
                ("--scenario", &args.asking.scenario),
                ("--station", &args.station),
            ];
            let again = &args.asking.works.again(path, &named, args.asking.n1);
            text::headroom(&text::HeadroomText { path, again, plan, rows, effort, early, top, ink }, out)
        }
        TextJsonCsv::Csv => headroom_sheet::headroom(plan, &rows, out),
        TextJsonCsv::Json => {
            let options = json::HeadroomOptions {
                stages: plan.stages.iter().map(|stage| stage.id.as_str()).collect(),
                stations: args.station.iter().map(String::as_str).collect(),
                asked: args.asking.row(plan, &days.options.scenarios),
            };
            let found = (rows.as_slice(), effort);
            let document = json::headroom(opened.inputs(), options, plan, found, &findings);
            json::write(&document.ended_early(early.is_some()), out)
        }
    })
}
