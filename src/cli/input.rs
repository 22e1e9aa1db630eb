//! Opening the first operand, and finding what the other arguments name in it.

use super::arguments::Works;
use super::exit::Exit;
use super::output::deliver;
use super::talk::{Detail, Talk};
use crate::finding::{self, Code, Finding};
use crate::ids::{Col, Id, ProjectId, ScenarioId, StageId, SubstationId};
use crate::model::{AsOf, Name, Plan, PlanDate, Selection, Stage};
use crate::read::{self, Input, Read};
use crate::report::json::{self, Kind};
use std::io::Read as _;
use std::path::Path;

/// A plan or grid as read, with the name the user gave it.
pub(crate) struct Opened {
    /// The path as given.
    pub(crate) path: String,
    /// The plan.
    pub(crate) plan: Plan,
    /// Warnings and notes of the reader.
    pub(crate) findings: Vec<Finding>,
    /// The files that were read.
    pub(crate) inputs: Vec<Input>,
}

/// Reads `path`; `-` is standard input, which can only be a grid in one file.
pub(crate) fn open(path: &Path, talk: &Talk) -> Result<Opened, Vec<Finding>> {
    open_as_of(path, &AsOf::Latest, talk)
}

/// The same as of an amendment of the plan.
pub(crate) fn open_as_of(path: &Path, as_of: &AsOf, talk: &Talk) -> Result<Opened, Vec<Finding>> {
    let read = if path == Path::new("-") && *as_of == AsOf::Latest {
        stdin(talk)?
    } else {
        read::read_as_of(path, as_of).map_err(|no| no.findings)?
    };
    let Read { plan, findings, inputs } = read;
    Ok(Opened { path: path.display().to_string(), plan, findings, inputs })
}

const STDIN: &str = "<stdin>";

fn stdin(talk: &Talk) -> Result<Read, Vec<Finding>> {
    let mut bytes = Vec::new();
    if let Err(error) = std::io::stdin().lock().read_to_end(&mut bytes) {
        return Err(vec![Finding::error(Code::Io, format!("standard input cannot be read: {error}"))]);
    }
    talk.remember(STDIN, String::from_utf8_lossy(&bytes).into_owned());
    read::read_bytes(bytes, STDIN).map_err(|no| no.findings)
}

/// Tells why an input cannot be used: on standard error for people, in the document of `kind` if that was
/// asked for.
pub(crate) fn reject(findings: &[Finding], json: Option<Kind>, talk: &Talk) -> Exit {
    talk.findings(findings, Detail::Condensed, "`gridstage lint` lists all");
    let Some(kind) = json else { return Exit::Input };
    deliver(None, Exit::Input, talk, |out, _| json::rejected(kind, Exit::Input.code(), findings, out))
}

impl Opened {
    /// The inputs as documents name them.
    pub(crate) fn inputs(&self) -> Vec<json::Input<'_>> {
        self.inputs
            .iter()
            .map(|input| json::Input {
                path: &input.path,
                sha256: &input.sha256,
                format: input.format.as_str(),
            })
            .collect()
    }

    /// The stages named, in order of time; `None` for all.
    pub(crate) fn stages(&self, names: &[String]) -> Result<Option<Vec<StageId>>, String> {
        named(names, &self.plan.stages, |stage| &stage.id, "stage")
    }

    /// The scenarios named, in the order of the plan; `None` for all.
    pub(crate) fn scenarios(&self, names: &[String]) -> Result<Option<Vec<ScenarioId>>, String> {
        named(names, &self.plan.scenarios, |scenario| &scenario.id, "scenario")
    }

    /// The stations named, in the order of the grid; `None` for all.
    pub(crate) fn stations(&self, names: &[String]) -> Result<Option<Vec<SubstationId>>, String> {
        named(names, &self.plan.network.substations, |station| &station.id, "station")
    }

    /// The works named, in the order of the plan; `None` for all.
    pub(crate) fn projects(&self, names: &[String]) -> Result<Option<Vec<ProjectId>>, String> {
        named(names, &self.plan.projects, |project| &project.id, "work")
    }

    /// The works counted in or left out.
    pub(crate) fn selection(&self, works: &Works) -> Result<Selection, String> {
        let find = |names: &[String]| -> Result<Vec<ProjectId>, String> {
            Ok(named(names, &self.plan.projects, |project| &project.id, "work")?.unwrap_or_default())
        };
        Ok(Selection { with: find(&works.with)?, without: find(&works.without)? })
    }

    /// The stage that `--at` means: a stage by its id, or a date, which then becomes a stage of its own. Without
    /// it the only stage.
    pub(crate) fn at(&mut self, at: Option<&str>) -> Result<StageId, String> {
        let stages = &self.plan.stages;
        let Some(at) = at else {
            let mut ids = stages.ids();
            return match (ids.next(), ids.next()) {
                (Some(only), None) => Ok(only),
                (None, _) => Err("the plan has no stage".to_owned()),
                _ => Err(format!(
                    "the plan has {} stages: say which with --at ({})",
                    stages.len(),
                    list(stages.iter().map(|stage| stage.id.as_str()))
                )),
            };
        };
        if let Some((id, _)) = stages.iter_ids().find(|(_, stage)| stage.id == at) {
            return Ok(id);
        }
        match at.parse::<PlanDate>() {
            Ok(date) if self.plan.base.as_of.is_some_and(|as_of| date.date < as_of) => Err(format!(
                "--at {at}: the plan begins with the grid as built on {}, and tells nothing of the time before",
                self.plan.base.as_of.map(|as_of| as_of.to_string()).unwrap_or_default()
            )),
            Ok(date) if !self.plan.is_bare() => {
                // The criteria of the stage in force on that day do not matter here: nothing is judged.
                let stage = Stage {
                    id: Name::from(date.to_string()),
                    at: Some(date.date),
                    scenarios: Vec::new(),
                    criteria: Name::default(),
                    origin: crate::model::Origin::default(),
                };
                Ok(self.plan.stages.push(stage))
            }
            Err(help) if at.contains('-') && at.bytes().all(|b| b.is_ascii_digit() || b == b'-') => {
                Err(format!("--at {at}: no stage is called so, and it is no date\n{help}"))
            }
            _ => Err(unknown("stage", at, stages.iter().map(|stage| stage.id.as_str()))),
        }
    }

    /// The scenario named, or the first of the plan.
    pub(crate) fn scenario(&self, name: Option<&str>) -> Result<ScenarioId, String> {
        let scenarios = &self.plan.scenarios;
        let found = match name {
            Some(name) => scenarios.iter_ids().find(|(_, scenario)| scenario.id == name).map(|(id, _)| id),
            None => scenarios.ids().next(),
        };
        found.ok_or_else(|| match name {
            Some(name) => unknown("scenario", name, scenarios.iter().map(|scenario| scenario.id.as_str())),
            None => "the plan has no scenario".to_owned(),
        })
    }
}

/// The rows named, in table order and each once; `None` if nothing is named.
fn named<I: Id, T>(
    names: &[String],
    rows: &Col<I, T>,
    id_of: impl Fn(&T) -> &Name,
    what: &str,
) -> Result<Option<Vec<I>>, String> {
    let mut found = Vec::new();
    for name in names {
        let row = rows.iter_ids().find(|(_, row)| id_of(row) == name);
        found.push(row.ok_or_else(|| unknown(what, name, rows.iter().map(|row| id_of(row).as_str())))?.0);
    }
    found.sort_unstable();
    found.dedup();
    Ok((!names.is_empty()).then_some(found))
}

/// What to say of a name that is not there: the nearest one, and what there is.
pub(crate) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let nearest = finding::nearest(name, known.clone())
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default();
    let plural = if what.ends_with(['s', 'h']) { "es" } else { "s" };
    format!("there is no {what} `{name}`{nearest}\n{what}{plural}: {}", list(known))
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 12;
    let names: Vec<&str> = names.collect();
    let more =
        if names.len() > SHOWN { format!(", and {} more", names.len() - SHOWN) } else { String::new() };
    if names.is_empty() {
        "none".to_owned()
    } else {
        format!("{}{more}", names.get(..SHOWN).unwrap_or(&names).join(", "))
    }
}
