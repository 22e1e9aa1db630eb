//! Arguments that several verbs share. A verb that has no use for one does not offer it.

use crate::finding::{Code, Finding};
use crate::flow::{self, Controls, FlowOptions, StartPolicy};
use crate::model::AsOf;
use crate::report::json::FlowOptionsRow;
use crate::report::sheet;
use crate::study::Stop;
use clap::ValueEnum;
use std::path::PathBuf;
use std::time::Duration;

/// How a load flow is solved.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Load flow")]
pub(crate) struct Flow {
    /// Largest mismatch accepted [p.u.] [default: 1e-8]
    #[arg(long, value_name = "PU", value_parser = tolerance)]
    tol: Option<f64>,
    /// Most Newton steps (or fast-decoupled sweeps) from one start [default: 30]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=10_000))]
    max_iter: Option<u16>,
    /// State to start from [default: ladder]
    #[arg(long, value_enum)]
    start: Option<Start>,
    /// Who balances generation and load [default: single]
    #[arg(long, value_enum)]
    slack: Option<Slack>,
    /// Keep generators and compensators within their reactive limits, and let them hold remote buses [default: on]
    #[arg(long, value_enum)]
    q_limits: Option<Switch>,
    /// Move tap changers and phase shifters that have something to hold [default: on]
    #[arg(long, value_enum)]
    taps: Option<Switch>,
    /// Switch shunts that have steps and something to hold [default: on]
    #[arg(long, value_enum)]
    shunts: Option<Switch>,
    /// Let areas hold the interchange they are scheduled for [default: off]
    #[arg(long, value_enum)]
    interchange: Option<Switch>,
}

/// On or off.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Switch {
    /// Yes: it moves, or is judged
    On,
    /// No: it stands as the input says, or is left out
    Off,
}

impl Flow {
    /// The options of the library that these arguments ask for.
    pub(crate) fn options(&self) -> FlowOptions {
        let default = FlowOptions::default();
        FlowOptions {
            tol: self.tol.unwrap_or(default.tol),
            max_iter: self.max_iter.map_or(default.max_iter, usize::from),
            start: match self.start.unwrap_or(Start::Ladder) {
                Start::Ladder => StartPolicy::Ladder,
                Start::Given => StartPolicy::Given,
                Start::Fdlf => StartPolicy::Fdlf,
                Start::Dc => StartPolicy::Dc,
                Start::Flat => StartPolicy::Flat,
            },
            controls: self.controls(),
            slack: self.slack().rule(),
            ..default
        }
    }

    /// The controls that move: all that are not switched off.
    pub(crate) fn controls(&self) -> Controls {
        let on = |switch: Option<Switch>| switch != Some(Switch::Off);
        Controls {
            q_limits: on(self.q_limits),
            taps: on(self.taps),
            shunts: on(self.shunts),
            interchange: self.interchange == Some(Switch::On),
        }
    }

    /// Who balances.
    pub(crate) fn slack(&self) -> Slack {
        self.slack.unwrap_or(Slack::Single)
    }

    /// What is asked of Newton's method alone, if anything.
    pub(crate) fn of_newton(&self) -> Option<&'static str> {
        [
            self.tol.map(|_| "--tol"),
            self.max_iter.map(|_| "--max-iter"),
            self.start.map(|_| "--start"),
            self.q_limits.map(|_| "--q-limits"),
            self.taps.map(|_| "--taps"),
            self.shunts.map(|_| "--shunts"),
            self.slack.filter(|&slack| slack != Slack::Single).map(|_| "--slack"),
            self.interchange.map(|_| "--interchange"),
        ]
        .into_iter()
        .flatten()
        .next()
    }

    /// The same as documents name it.
    pub(crate) fn row(&self, method: &'static str) -> FlowOptionsRow {
        let options = self.options();
        // a DC load flow has neither voltages nor reactive power
        let controls = if method == "dc" { Controls::OFF } else { options.controls };
        FlowOptionsRow {
            method,
            tol_pu: options.tol,
            max_iter: options.max_iter,
            start: self.start.unwrap_or(Start::Ladder).as_str(),
            slack: self.slack().rule().as_str(),
            q_limits: controls.q_limits,
            taps: controls.taps,
            shunts: controls.shunts,
            interchange: controls.interchange,
        }
    }
}

/// Where a solve starts.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Start {
    /// Given, the stage before, fdlf: the first that leads to a sound state; else up from a lighter load
    Ladder,
    /// The voltages stored with the grid
    #[value(alias = "file")]
    Given,
    /// The angles of a DC load flow, then up to three fast-decoupled sweeps
    Fdlf,
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
            Self::Fdlf => "fdlf",
            Self::Dc => "dc",
            Self::Flat => "flat",
        }
    }
}

/// Who balances.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Slack {
    /// The slack of each island alone
    Single,
    /// Machines by their participation, within their limits of active power
    #[value(alias = "distributed")]
    Participation,
    /// Machines by the room they have to their limits of active power
    Reserve,
    /// Loads of constant power, by what they draw
    Load,
}

impl Slack {
    /// The rule of the library.
    pub(crate) const fn rule(self) -> flow::Slack {
        match self {
            Self::Single => flow::Slack::Single,
            Self::Participation => flow::Slack::Participation,
            Self::Reserve => flow::Slack::Reserve,
            Self::Load => flow::Slack::Load,
        }
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
    pub(crate) with: Vec<String>,
    /// Leave this work out; may be repeated
    #[arg(long, value_name = "PROJECT")]
    pub(crate) without: Vec<String>,
    #[command(flatten)]
    pub(crate) version: Version,
}

impl Works {
    /// Path and options that ask the same again, where a message proposes the next command: these and what else was named.
    pub(crate) fn again(&self, path: &str, named: &[(&str, &[String])], n1: Option<Switch>) -> String {
        let mut words = vec![quoted(path)];
        let own: [(&str, &[String]); 2] = [("--with", &self.with), ("--without", &self.without)];
        for (option, values) in named.iter().chain(&own) {
            words.extend(values.iter().map(|value| format!("{option} {}", quoted(value))));
        }
        words.extend(self.version.as_of.iter().map(|id| format!("--as-of {}", quoted(id))));
        if n1 == Some(Switch::Off) {
            words.push("--n1 off".to_owned());
        }
        words.join(" ")
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    if word.contains(char::is_whitespace) { format!("\"{word}\"") } else { word.to_owned() }
}

/// Which version of the plan.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct Version {
    /// Take the plan as of this amendment; `approved` is the plan without any
    #[arg(long, value_name = "AMENDMENT")]
    pub(crate) as_of: Option<String>,
}

impl Version {
    /// The version that is meant: the latest if none is named.
    pub(crate) fn as_of(&self) -> AsOf {
        let named = self.as_of.as_deref().map(str::parse);
        named.and_then(Result::ok).unwrap_or_default()
    }
}

/// Where the result goes.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct Target {
    /// Write the result to FILE, whole or not at all, instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// Text for people or JSON for programs.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum TextOrJson {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
}

/// The forms of a result that is told, whole, or one table of it.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum TextJsonCsv {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
    /// One table for a spreadsheet
    Csv,
}

/// The forms of a result with tables that may be large.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// For people
    Text,
    /// For programs; `gridstage schema` describes it
    Json,
    /// One table for a spreadsheet
    Csv,
    /// One table in columns, for `DuckDB` or pandas; needs a build with `--features parquet`, and -o
    Parquet,
}

impl Form {
    /// The form of a file with one table, if it is one.
    ///
    /// # Errors
    /// What is wrong with asking for it: this build cannot write it, or it would go to the screen.
    pub(crate) fn sheet(self, target: &Target) -> Result<Option<sheet::Form>, &'static str> {
        match self {
            Self::Text | Self::Json => Ok(None),
            Self::Csv => Ok(Some(sheet::Form::Csv)),
            Self::Parquet => parquet(target).map(Some),
        }
    }
}

/// The same of Parquet, which not every build writes, and which is no text.
#[cfg(feature = "parquet")]
pub(crate) fn parquet(target: &Target) -> Result<sheet::Form, &'static str> {
    let named = target.output.is_some();
    named.then_some(sheet::Form::Parquet).ok_or("Parquet is no text for the screen: give -o FILE")
}

/// The same of Parquet, which not every build writes, and which is no text.
#[cfg(not(feature = "parquet"))]
pub(crate) fn parquet(_: &Target) -> Result<sheet::Form, &'static str> {
    Err("this gridstage was built without Parquet\nbuild it with: cargo install --path . --features parquet")
}

/// A table of a load flow.
#[derive(Clone, Copy, ValueEnum, PartialEq, Eq, Debug)]
pub(crate) enum FlowTable {
    /// Voltages and injections
    Buses,
    /// Flows and loadings
    Branches,
    /// Generators and boundaries
    Generators,
}

impl FlowTable {
    /// The table of the library.
    pub(crate) const fn of_sheet(self) -> sheet::FlowTable {
        match self {
            Self::Buses => sheet::FlowTable::Buses,
            Self::Branches => sheet::FlowTable::Branches,
            Self::Generators => sheet::FlowTable::Generators,
        }
    }
}

/// How many load flows run at a time.
#[derive(clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Run")]
pub(crate) struct Jobs {
    /// Load flows at a time; all cores if not given
    #[cfg(feature = "parallel")]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
}

impl Jobs {
    /// Starts the threads, once in a run and before anything is solved.
    #[cfg_attr(not(feature = "parallel"), expect(clippy::unused_self, reason = "there is one thread"))]
    pub(crate) fn start(self) {
        #[cfg(feature = "parallel")]
        if let Some(jobs) = self.jobs {
            // It fails only if the pool is already running, which nothing before this line starts.
            let _ = rayon::ThreadPoolBuilder::new().num_threads(jobs.into()).build_global();
        }
    }
}

/// How long a run may take.
#[derive(clap::Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Run")]
pub(crate) struct TimeLimit {
    /// End after S seconds with what is found by then, told as incomplete (exit code 5)
    #[arg(long, value_name = "S", value_parser = seconds)]
    time_limit: Option<f64>,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds >= 0.0 && seconds.is_finite() => Ok(seconds),
        _ => Err("give a time in seconds, for example 60".to_owned()),
    }
}

impl TimeLimit {
    /// The end that it sets; its clock runs from now on.
    pub(crate) fn stop(self) -> Stop {
        let limit =
            self.time_limit.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
        limit.map_or_else(Stop::never, Stop::after)
    }

    /// What is told of a run that it ended; nothing of one that came through.
    pub(crate) fn told(self, done: usize, total: usize, what: &str) -> Option<Finding> {
        (done < total).then(|| {
            let limit = self.time_limit.map(|seconds| format!(" of {seconds} s")).unwrap_or_default();
            let text = format!("incomplete: the time limit{limit} ended the run after {done} of {total} {what}");
            Finding::warning(Code::Incomplete, text)
                .help("give it more time with --time-limit, or ask for less; what is told holds for what was reached")
        })
    }
}

/// How many rows text shows. Other forms always hold all, and refuse it.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Top {
    /// Show the first N rows of each table in text; 0 shows all [default: 20]
    #[arg(long, value_name = "N")]
    top: Option<usize>,
}

impl Top {
    /// Whether it was asked for.
    pub(crate) fn is_asked(self) -> bool {
        self.top.is_some()
    }

    /// The number of rows; 0 for all.
    pub(crate) fn rows(self) -> usize {
        self.top.unwrap_or(20)
    }

    /// What is wrong with asking for it in another form than text.
    pub(crate) fn refused(self, is_text: bool) -> Option<&'static str> {
        (self.top.is_some() && !is_text)
            .then_some("--top shortens text; the other forms always hold all rows: leave it out")
    }
}
