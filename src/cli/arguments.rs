//! Arguments that several verbs share. A verb that has no use for one does not offer it.

use clap::ValueEnum;
use std::path::PathBuf;

/// How a load flow is solved.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Load flow")]
pub(crate) struct Flow {
    /// Largest mismatch accepted [p.u.]
    #[arg(long, value_name = "PU", default_value = "1e-8", value_parser = tolerance)]
    pub tol: f64,
    /// Most Newton steps from one start
    #[arg(long, value_name = "N", default_value = "30", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub max_iter: u32,
    /// State to start from; ladder: given, previous stage, DC, flat, until one leads to a solution
    #[arg(long, value_enum, default_value = "ladder")]
    pub start: Start,
    /// Who balances generation and load
    #[arg(long, value_name = "single", default_value = "single", value_parser = slack)]
    pub slack: Slack,
    /// Keep generators within their reactive limits (only `off` yet)
    #[arg(long, value_name = "off", default_value = "off", value_parser = Control::q_limits)]
    pub q_limits: Control,
    /// Move tap changers (only `off` yet: they stay where the plan puts them)
    #[arg(long, value_name = "off", default_value = "off", value_parser = Control::taps)]
    pub taps: Control,
    /// Switch shunts (only `off` yet: they stay as the plan says)
    #[arg(long, value_name = "off", default_value = "off", value_parser = Control::shunts)]
    pub shunts: Control,
}

/// Where a solve starts.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// One after the other until one leads to a solution
    Ladder,
    /// The voltages stored with the grid
    #[value(alias = "file")]
    Given,
    /// The angles of a DC load flow
    Dc,
    /// All angles equal, magnitudes at their set-points or 1
    Flat,
}

impl Start {
    /// The word used in every output form.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ladder => "ladder",
            Self::Given => "given",
            Self::Dc => "dc",
            Self::Flat => "flat",
        }
    }
}

/// Who balances: one generator per island, until a distributed slack exists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Slack;

fn slack(text: &str) -> Result<Slack, String> {
    match text {
        "single" => Ok(Slack),
        "distributed" => Err("a distributed slack is not built yet; use `single`".to_owned()),
        _ => Err("give `single`".to_owned()),
    }
}

/// A control of the load flow that does not exist yet: it can only be told to be off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Control;

impl Control {
    fn read(text: &str, what: &str) -> Result<Self, String> {
        match text {
            "off" => Ok(Self),
            "on" => Err(format!("{what} is not built yet; leave it `off`")),
            _ => Err("give `off`".to_owned()),
        }
    }

    fn q_limits(text: &str) -> Result<Self, String> {
        Self::read(text, "keeping generators within their reactive limits")
    }

    fn taps(text: &str) -> Result<Self, String> {
        Self::read(text, "moving tap changers")
    }

    fn shunts(text: &str) -> Result<Self, String> {
        Self::read(text, "switching shunts")
    }
}

fn tolerance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(tol) if tol > 0.0 && tol < 1.0 => Ok(tol),
        _ => Err("give a mismatch in p.u. above 0 and below 1, for example 1e-8".to_owned()),
    }
}

/// Works counted in or left out against their status.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Works {
    /// Count this work in although it is a candidate, deferred or cancelled; may be repeated
    #[arg(long, value_name = "PROJECT")]
    pub with: Vec<String>,
    /// Leave this work out; may be repeated
    #[arg(long, value_name = "PROJECT")]
    pub without: Vec<String>,
}

/// Where the result goes.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Target {
    /// Write the result to FILE, whole or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Text for people or JSON for programs.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum TextOrJson {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
}

/// The forms of a result that has tables.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
    /// One table for a spreadsheet
    Csv,
}
