//! `gridstage sens`: distribution factors.

use super::arguments::Target;
use super::exit::Exit;
use super::input::unknown;
use super::output::deliver;
use super::state::Which;
use super::talk::{self, Detail};
use crate::case::CaseError;
use crate::model::{ElementId, Network};
use crate::study::contingency::every_branch;
use crate::study::sensitivity::{self, Factors};
use clap::ValueEnum;
use std::collections::BTreeSet;
use std::io;

/// Give distribution factors: flow per MW fed in (PTDF), or per MW lost (LODF)
///
/// Of the DC load flow, one row per branch and cause, as CSV. A factor is the change of the flow that enters the branch at its `from`
/// end: per MW fed in at a bus and taken out at the slack, or per MW that the lost branch carried.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gridstage sens ptdf grids/ieee/14 --bus 9
  gridstage sens lodf grids/hanoi --at 2025 --outage MAIDONG-GIALAM-110-1#1 --min 0.05
  gridstage sens lodf grids/ieee/118 --branch 8-5-1 -o lodf.csv

A branch on which a part of the grid hangs has no LODF: its rows are empty.

Exit codes: 0 written, 2 usage, 3 invalid input, 74 output not written.")]
pub(crate) struct Args {
    /// Which factors
    #[arg(value_enum, value_name = "FACTORS")]
    factors: Kind,
    #[command(flatten)]
    which: Which,
    /// Only the flow on this branch; may be repeated
    #[arg(long, value_name = "ID")]
    branch: Vec<String>,
    /// Of PTDF: only power fed in at this bus; may be repeated
    #[arg(long, value_name = "ID")]
    bus: Vec<String>,
    /// Of LODF: only the loss of this branch; may be repeated
    #[arg(long, value_name = "ID")]
    outage: Vec<String>,
    /// Leave out factors below this
    #[arg(long, value_name = "FACTOR", default_value_t = 0.0)]
    min: f64,
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    talk: talk::Options,
}

/// Which factors.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
enum Kind {
    /// Flow on a branch per MW fed in at a bus and taken out at the slack
    Ptdf,
    /// Flow on a branch per MW that a lost branch carried
    Lodf,
}

/// A factor cannot be had, or cannot be written.
enum Stop {
    Case(CaseError),
    Io(io::Error),
}

impl From<CaseError> for Stop {
    fn from(error: CaseError) -> Self {
        Self::Case(error)
    }
}

/// Computes and writes.
pub(crate) fn run(args: &Args) -> Exit {
    let talk = args.talk.talk();
    let usage = |message: &str| {
        talk.error(message);
        Exit::Usage
    };
    if args.factors == Kind::Ptdf && !args.outage.is_empty() {
        return usage("--outage is about lodf; ptdf takes --bus");
    }
    if args.factors == Kind::Lodf && !args.bus.is_empty() {
        return usage("--bus is about ptdf; lodf takes --outage");
    }
    if !(args.min >= 0.0 && args.min.is_finite()) {
        return usage("--min takes a factor of 0 or above, for example 0.05");
    }
    let state = match args.which.open(None, &talk) {
        Ok(state) => state,
        Err(exit) => return exit,
    };
    talk.findings(&state.findings([]), Detail::Condensed, "-v shows all");
    let network = &state.grid.network;
    let branches = every_branch(network, |_| true).into_iter().map(|outage| outage.elements[0]).collect();
    let buses = sensitivity::buses(network).into_iter().map(ElementId::Bus).collect();
    let named = (|| {
        let flows = named(network, "branch", &args.branch, &branches)?;
        let causes = match args.factors {
            Kind::Ptdf => named(network, "bus", &args.bus, &buses)?,
            Kind::Lodf => named(network, "branch", &args.outage, &branches)?,
        };
        Ok::<_, String>((flows, causes))
    })();
    let (flows, causes) = match named {
        Ok(named) => named,
        Err(message) => return usage(&message),
    };
    let (factors, cause, value) = match args.factors {
        Kind::Ptdf => (Factors::Ptdf, "bus", "ptdf"),
        Kind::Lodf => (Factors::Lodf, "outage", "lodf"),
    };
    let mut stopped = None;
    let exit = deliver(args.target.output.as_deref(), Exit::Holds, &talk, |out, _| {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record([cause, "branch", value])?;
        let found = sensitivity::columns(network, factors, &|cause| causes.contains(&cause), &mut |column| {
            for (&branch, &factor) in column.branches.iter().zip(column.factors) {
                if flows.contains(&branch) && (factor.is_nan() || factor.abs() >= args.min) {
                    let ids = [column.cause, branch].map(|element| network.id_of(element));
                    let factor = if factor.is_nan() { String::new() } else { factor.to_string() };
                    writer.write_record([ids[0], ids[1], &factor]).map_err(|error| Stop::Io(error.into()))?;
                }
            }
            Ok(())
        });
        match found {
            Ok(()) => writer.flush(),
            Err(Stop::Io(error)) => Err(error),
            Err(Stop::Case(error)) => {
                stopped = Some(error);
                Err(io::Error::other("the factors do not exist"))
            }
        }
    });
    match stopped {
        Some(error) => state.reject(&error.findings, None, &talk),
        None => exit,
    }
}

/// The elements named, all of `known` if none is.
fn named(
    network: &Network,
    what: &str,
    names: &[String],
    known: &BTreeSet<ElementId>,
) -> Result<BTreeSet<ElementId>, String> {
    if names.is_empty() {
        return Ok(known.clone());
    }
    let ids = || known.iter().map(|&element| network.id_of(element));
    let find = |name: &String| {
        let found = known.iter().copied().find(|&element| network.id_of(element) == name);
        found.ok_or_else(|| unknown(what, name, ids()))
    };
    names.iter().map(find).collect()
}
