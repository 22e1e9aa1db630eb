//! The works: the 469 of `projects.csv` with their ids, and those that the tables need but do not name.
//!
//! A work whose `in_service` gives a date has that date; any other has its stage's year, which is imprecise
//! and stands for the 31 December. [`DATES`] lists the four works whose cell needs reading. The works
//! added here have ids beginning with `X-`, cost nothing and are marked estimated: transformer changes and
//! new nodes at the boundaries, and the taking out of line rows that have a `stage_out`.

use super::money::funding;
use super::tables::{STAGES, Tables, Work};
use gridstage::ids::{Id, ProjectId};
use gridstage::model::{
    Change, Confidence, Cost, ElementId, Op, Origin, Phase, PlanDate, Project, ProjectKind, Status,
};
use std::collections::BTreeMap;

/// Year of prices that are not those of a dated work.
pub(super) const BASE_PRICE_YEAR: i16 = 2016;
/// Latest year of the published costs; a later work's cost is quoted in prices of this year at most.
const LAST_PRICE_YEAR: i16 = 2025;

/// How a cell `in_service` was read that is no date by itself, or that needs one finer than it says.
struct Reading {
    work: &'static str,
    /// The date of each phase, with its confidence where it is not that of the row.
    dates: &'static [(&'static str, Option<Confidence>)],
    how: &'static str,
}

const DATES: [Reading; 4] = [
    Reading { work: "P018", dates: &[("2018-05", None)], how: "the date of P001 is taken" },
    Reading {
        work: "P227",
        dates: &[("2018-05", None)],
        how: "May is taken, as P001, energised in May 2018, ends in this yard",
    },
    Reading { work: "P247", dates: &[("2018-05", None)], how: "the date of P227 is taken" },
    Reading {
        work: "P230",
        dates: &[("2022-01-05", Some(Confidence::Estimated)), ("2025-09", None)],
        how: "AT2 is dated by substations.csv; AT1 is taken to stand when P003 was energised into this yard",
    },
];

/// A phase of a work.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct At {
    pub(super) project: usize,
    pub(super) phase: usize,
}

/// The works while they are filled with changes.
pub(super) struct Works {
    projects: Vec<Project>,
    /// What `projects.csv` says of each: type, what it refers to, stage. Empty for the added ones.
    keys: Vec<(String, String, i16)>,
    /// Who builds a record that does not stand in the base grid.
    builders: BTreeMap<ElementId, At>,
}

impl Works {
    /// The works of `projects.csv`, still without changes.
    pub(super) fn new(tables: &Tables) -> Result<Self, String> {
        let mut works = Self { projects: Vec::new(), keys: Vec::new(), builders: BTreeMap::new() };
        for row in &tables.works {
            works.keys.push((row.kind.clone(), row.refers_to.clone(), row.stage));
            works.projects.push(project(row, tables)?);
        }
        Ok(works)
    }

    /// The `nth` work of a type, at what it refers to, of a stage.
    pub(super) fn find(&self, kind: &str, refers_to: &str, stage: i16, nth: usize) -> Option<At> {
        let mut found = self
            .keys
            .iter()
            .enumerate()
            .filter(|(_, key)| key.0 == kind && key.1 == refers_to && key.2 == stage);
        found.nth(nth).map(|(project, _)| At { project, phase: 0 })
    }

    /// Adds a work that the tables need but do not name, dated by its stage's year.
    pub(super) fn extra(
        &mut self,
        id: &str,
        kind: ProjectKind,
        vn_kv: u16,
        stage: i16,
        name: String,
        note: &str,
    ) -> Result<At, String> {
        if let Some(project) = self.projects.iter().position(|project| project.id == id) {
            return Ok(At { project, phase: 0 });
        }
        let origin = Origin {
            place: None,
            source: Some(
                "added by examples/hanoi: the tables change here without a work of their own (FACTS.md)"
                    .into(),
            ),
            confidence: Some(Confidence::Estimated),
        };
        self.keys.push((String::new(), String::new(), stage));
        self.projects.push(Project {
            id: id.into(),
            name,
            kind,
            status: Status::Planned,
            owner: String::new(),
            area: "".into(),
            vn_kv: f64::from(vn_kv),
            requires: Vec::new(),
            excludes: Vec::new(),
            funding: funding(f64::from(vn_kv)),
            cost: None,
            phases: vec![phase("", &stage.to_string(), &origin)?],
            spend: Vec::new(),
            obstacles: Vec::new(),
            note: note.to_owned(),
            origin,
        });
        Ok(At { project: self.projects.len() - 1, phase: 0 })
    }

    /// The phase in which the `k`-th unit (from 0) of a work is built.
    pub(super) fn phase_of_unit(&self, at: At, k: usize) -> At {
        At { phase: k.min(self.projects[at.project].phases.len() - 1), ..at }
    }

    /// When a phase is commissioned.
    pub(super) fn date(&self, at: At) -> Option<PlanDate> {
        self.projects[at.project].phases[at.phase].commissioning
    }

    /// Lets a phase build a record; `None` is the base grid, which needs no work.
    pub(super) fn build(&mut self, at: Option<At>, element: ElementId) {
        let Some(at) = at else { return };
        self.builders.insert(element, at);
        self.push(at, Op::Add(element));
    }

    /// The phase that builds a record; `None` for the base grid.
    pub(super) fn builder(&self, element: ElementId) -> Option<At> {
        self.builders.get(&element).copied()
    }

    /// Lets a phase take a record out; what built it must come first.
    pub(super) fn take_out(&mut self, at: At, element: ElementId) {
        if let Some(&builder) = self.builders.get(&element) {
            self.require(at.project, builder.project);
        }
        self.push(at, Op::Remove(element));
    }

    fn push(&mut self, at: At, op: Op) {
        let phase = &mut self.projects[at.project].phases[at.phase];
        phase.changes.push(Change { op, bay: "".into(), origin: Origin::default() });
    }

    /// Lets the work at `at` wait for the one that builds `element`, which it connects to.
    pub(super) fn connect(&mut self, at: Option<At>, element: ElementId) -> Result<(), String> {
        let (Some(at), Some(&builder)) = (at, self.builders.get(&element)) else { return Ok(()) };
        let (own, needed) = (self.date(at), self.date(builder));
        if own.map(|d| d.date) < needed.map(|d| d.date) {
            return Err(format!(
                "work {} is dated before work {}, which it needs",
                self.projects[at.project].id, self.projects[builder.project].id
            ));
        }
        self.require(at.project, builder.project);
        Ok(())
    }

    /// Lets one work wait for another.
    pub(super) fn require(&mut self, work: usize, needed: usize) {
        let needed_id = ProjectId::from_index(needed);
        let requires = &mut self.projects[work].requires;
        if work != needed && !requires.contains(&needed_id) {
            requires.push(needed_id);
            requires.sort_unstable();
        }
    }

    /// The works, each with something to do.
    pub(super) fn finish(self) -> Result<Vec<Project>, String> {
        match self.projects.iter().find(|project| project.phases.iter().any(|phase| phase.changes.is_empty()))
        {
            Some(idle) => Err(format!("work {} has a phase that changes nothing", idle.id)),
            None => Ok(self.projects),
        }
    }
}

fn project(row: &Work, tables: &Tables) -> Result<Project, String> {
    let (dates, reading) = dates(row)?;
    let mut phases = Vec::new();
    for (k, (date, confidence)) in dates.iter().enumerate() {
        let id = if dates.len() > 1 { (k + 1).to_string() } else { String::new() };
        let origin = Origin { confidence: confidence.or(row.origin.confidence), ..row.origin.clone() };
        phases.push(phase(&id, date, &origin)?);
    }
    let before = STAGES.iter().rev().find(|&&stage| stage < row.stage).copied().unwrap_or(0);
    for date in phases.iter().filter_map(|phase| phase.commissioning) {
        if date.date.year() <= before || date.date.year() > row.stage {
            return Err(format!("work {}: {date} is not within the stage {}", row.id, row.stage));
        }
    }
    Ok(Project {
        id: row.id.as_str().into(),
        name: row.name.clone(),
        kind: kind(row),
        status: status(row),
        owner: String::new(),
        area: area(row, tables).into(),
        vn_kv: voltage(row)?,
        requires: Vec::new(),
        excludes: Vec::new(),
        funding: funding(voltage(row)?),
        cost: cost(row, phases.first().and_then(|phase| phase.commissioning)),
        spend: Vec::new(),
        obstacles: Vec::new(),
        note: note(row, reading),
        phases,
        origin: row.origin.clone(),
    })
}

fn phase(id: &str, date: &str, origin: &Origin) -> Result<Phase, String> {
    let commissioning = date.parse::<PlanDate>().map_err(|error| format!("`{date}`: {error}"))?;
    Ok(Phase {
        id: id.into(),
        commissioning: Some(commissioning),
        decommissioning: None,
        changes: Vec::new(),
        outages: Vec::new(),
        origin: origin.clone(),
    })
}

/// A date for each phase, with its confidence where it is not that of the row.
type Dates = Vec<(String, Option<Confidence>)>;

/// The dates of a work, and how its cell was read where that needs a word.
fn dates(row: &Work) -> Result<(Dates, &'static str), String> {
    if let Some(reading) = DATES.iter().find(|reading| reading.work == row.id) {
        let dates = reading.dates.iter().map(|&(date, confidence)| (date.to_owned(), confidence));
        return Ok((dates.collect(), reading.how));
    }
    if row.in_service.is_empty() {
        return Ok((vec![(row.stage.to_string(), None)], ""));
    }
    let stated = row.in_service.split(" (").next().unwrap_or_default();
    let dates =
        stated.split(" / ").map(|text| date(text).map(|date| (date, None))).collect::<Option<Dates>>();
    dates.map(|dates| (dates, "")).ok_or_else(|| format!("work {}: cannot read `{}`", row.id, row.in_service))
}

/// Reads `2018`, `May-2018` or `5-Jan-2022` into the plan's form.
fn date(text: &str) -> Option<String> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = |name: &str| MONTHS.iter().position(|month| *month == name).map(|index| index + 1);
    Some(match *text.split('-').collect::<Vec<_>>() {
        [year] => year.to_owned(),
        [name, year] => format!("{year}-{:02}", month(name)?),
        [day, name, year] => format!("{year}-{:02}-{:02}", month(name)?, day.parse::<u8>().ok()?),
        _ => return None,
    })
}

fn kind(row: &Work) -> ProjectKind {
    let is_line = row.kind.starts_with("line");
    match (is_line, row.works.split(' ').next().unwrap_or_default()) {
        (true, "reconductor") => ProjectKind::Uprate,
        (true, _) => ProjectKind::Line,
        (false, "uprate") => ProjectKind::Transformer,
        (false, _) => ProjectKind::Substation,
    }
}

/// Up to 2025: commissioned where a date is stated or an article or decision was seen. Later: approved where
/// the national plan lists it. All else is planned.
fn status(row: &Work) -> Status {
    let seen = matches!(row.origin.confidence, Some(Confidence::News | Confidence::Official));
    if row.stage <= 2025 && (seen || !row.in_service.is_empty()) {
        Status::Commissioned
    } else if row.origin.confidence == Some(Confidence::Official) {
        Status::Approved
    } else {
        Status::Planned
    }
}

/// The district of the station, for works at a station.
fn area<'a>(row: &Work, tables: &'a Tables) -> &'a str {
    tables.stations.iter().find(|station| station.id == row.refers_to).map_or("", |station| &station.district)
}

/// The higher voltage in `substation 220/110 kV` or `line 110 kV`.
fn voltage(row: &Work) -> Result<f64, String> {
    let number = row.kind.split([' ', '/']).find_map(|word| word.parse().ok());
    number.ok_or_else(|| format!("work {}: no voltage in `{}`", row.id, row.kind))
}

fn cost(row: &Work, first: Option<PlanDate>) -> Option<Cost> {
    let is_dated = row.cost_basis.starts_with("published") && !row.in_service.is_empty();
    let year_of_work = first.map_or(BASE_PRICE_YEAR, |date| date.date.year()).min(LAST_PRICE_YEAR);
    row.cost_bn_vnd.map(|bn| Cost {
        // three decimals of a billion at most, so that the product is exact in print
        capex_million: (bn * 1_000_000.0).round() / 1000.0,
        currency: "".into(),
        price_year: if is_dated { year_of_work } else { BASE_PRICE_YEAR },
        basis: row.cost_basis.clone(),
        price_year_estimated: true,
    })
}

fn note(row: &Work, reading: &str) -> String {
    let km = Some(format!("{} km", row.circuits_x_km)).filter(|_| !row.circuits_x_km.is_empty());
    let stated =
        Some(format!("in service as stated: {}", row.in_service)).filter(|_| !row.in_service.is_empty());
    let reading = Some(reading.to_owned()).filter(|reading| !reading.is_empty());
    [Some(row.works.clone()), km, stated, reading].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
