//! The command line of the contract: nothing but `--name value`.

use std::path::PathBuf;

pub(crate) struct Arguments {
    pub(crate) task: String,
    pub(crate) case: PathBuf,
    pub(crate) reps: usize,
    /// Threads for the lists of outages and scenarios.
    pub(crate) threads: usize,
    /// Largest accepted mismatch [p.u.].
    pub(crate) tol: f64,
    /// Whether angles start from a DC load flow.
    pub(crate) start_dc: bool,
    pub(crate) scenarios: usize,
    /// File of 0-based rows of `mpc.branch`, one per line.
    pub(crate) outages: Option<PathBuf>,
    /// Where the solution goes.
    pub(crate) out: Option<PathBuf>,
}

impl Arguments {
    pub(crate) fn parse(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = Self {
            task: String::new(),
            case: PathBuf::new(),
            reps: 10,
            threads: 1,
            tol: 1e-8,
            start_dc: false,
            scenarios: 1000,
            outages: None,
            out: None,
        };
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("{name}: a value is missing"))?;
            match name.as_str() {
                "--task" => arguments.task = value,
                "--case" => arguments.case = value.into(),
                "--reps" => arguments.reps = number(&name, &value)?,
                "--threads" => arguments.threads = number(&name, &value)?,
                "--tol" => arguments.tol = number(&name, &value)?,
                "--scenarios" => arguments.scenarios = number(&name, &value)?,
                "--outages" => arguments.outages = Some(value.into()),
                "--out" => arguments.out = Some(value.into()),
                "--start" => {
                    arguments.start_dc = match value.as_str() {
                        "flat" => false,
                        "dc" => true,
                        other => return Err(format!("--start {other}: flat or dc")),
                    };
                }
                other => return Err(format!("{other}: no such argument")),
            }
        }
        if arguments.reps == 0 || arguments.threads == 0 {
            return Err("--reps and --threads count from 1".to_owned());
        }
        Ok(arguments)
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{name} {value}: not a number"))
}
