//! How much more load a station can take before the first criterion breaks, and for how many years of the forecast's growth.
//!
//! ```text
//! Δ MW at the station, spread over its loads as they are, with their power factor; made up by the slack
//! breaks(Δ)  anything new or worse than at Δ = 0 (compare.rs): in the intact grid; in the intact grid and after every fault
//! headroom   the largest Δ that does not break, to MOST MW, found by halving an interval to STEP MW
//! years      until the station's own forecast has grown by Δ, linear between years; other stations stay as they are
//! ```
//!
//! The intact grid is asked first: what breaks it bounds what may be asked after faults.

use super::compare::{Difference, differences};
use super::dated::{Days, JudgedGrid};
use crate::criteria::Violation;
use crate::finding::Finding;
use crate::flow::Status;
use crate::ids::{ScenarioId, StageId, SubstationId};
use crate::model::StageGrid;
use crate::study::{Stop, side_by_side};

/// Load beyond which a station is not asked, MW.
pub const MOST_MW: f64 = 500.0;
/// How fine headroom is found, MW.
pub const STEP_MW: f64 = 1.0;

/// What a station can take more in one state.
#[derive(Clone, PartialEq, Debug)]
pub struct Headroom {
    /// The day.
    pub stage: StageId,
    /// The scenario.
    pub scenario: ScenarioId,
    /// The station.
    pub station: SubstationId,
    /// What it draws, MW.
    pub load_mw: f64,
    /// In the intact grid.
    pub intact: Room,
    /// In the intact grid and after every fault; `None` where faults are not judged.
    pub after_fault: Option<Room>,
}

/// How much more, and what ends it.
#[derive(Clone, PartialEq, Debug)]
pub struct Room {
    /// The largest load found that breaks nothing, MW; [`MOST_MW`] where nothing breaks up to that.
    pub p_mw: f64,
    /// What breaks first beyond it; `None` where nothing does, or where the grid has no state.
    pub first: Option<Violation>,
    /// Whether the load flow has no solution beyond it.
    pub unsolved: bool,
    /// What it is without more load, where it is broken there too and becomes worse.
    pub planned: Option<f64>,
    /// Years until the station's forecast has grown by that; `None` where it does not up to the last year of the plan.
    pub years: Option<f64>,
}

impl Room {
    /// Whether the station can take nothing more: less than what is told apart.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.p_mw < STEP_MW && (self.first.is_some() || self.unsolved)
    }
}

/// What was asked of how many load flows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct HeadroomEffort {
    /// Load flows of intact grids.
    pub intact: usize,
    /// Load flows after outages.
    pub outages: usize,
}

/// A station in a state.
type Job = (usize, SubstationId);

/// The headroom of every station that draws load, in every state of `days`; `wanted` says which stations are asked, `tick` is
/// told of each that is done, from any thread. A study that is to end before it is through leaves out the stations that it has
/// not begun by then; how many were wanted is returned too.
///
/// # Errors
/// Findings where a grid cannot be built.
pub fn headroom(
    days: &Days<'_>,
    wanted: &dyn Fn(SubstationId) -> bool,
    stop: &Stop,
    tick: &(dyn Fn(usize) + Sync),
) -> Result<(Vec<Headroom>, HeadroomEffort, usize), Vec<Finding>> {
    let mut jobs: Vec<Job> = Vec::new();
    for (row, state) in days.planned.iter().enumerate().filter(|(_, state)| state.judged.is_solved()) {
        let network = &state.judged.state.grid.network;
        for station in network.substations.ids().filter(|&station| wanted(station)) {
            if load_mw(&state.judged.state.grid, station) > 0.0 {
                jobs.push((row, station));
            }
        }
    }
    let total = jobs.len();
    let found = side_by_side(&jobs, |&(row, station)| {
        if stop.is_due() {
            return None;
        }
        let found = of_station(days, row, station);
        tick(total);
        Some(found)
    });
    let mut rows = Vec::with_capacity(found.len());
    let mut effort = HeadroomEffort::default();
    for one in found.into_iter().flatten() {
        let (row, took) = one?;
        rows.push(row);
        effort.intact += took.intact;
        effort.outages += took.outages;
    }
    Ok((rows, effort, total))
}

fn load_mw(grid: &StageGrid, station: SubstationId) -> f64 {
    let network = &grid.network;
    let here = network.loads.iter().filter(|load| network.buses[load.bus].substation == Some(station));
    here.filter(|load| load.built && load.in_service).map(|load| load.p_mw).sum()
}

/// The grid with more load at a station.
fn loaded(grid: &StageGrid, station: SubstationId, more_mw: f64) -> StageGrid {
    let mut grid = grid.clone();
    let now_mw = load_mw(&grid, station);
    let network = &mut grid.network;
    for id in network.loads.ids() {
        let load = &network.loads[id];
        if load.built && load.in_service && network.buses[load.bus].substation == Some(station) {
            let load = &mut network.loads[id];
            let scale = 1.0 + more_mw / now_mw;
            (load.p_mw, load.q_mvar) = (load.p_mw * scale, load.q_mvar * scale);
        }
    }
    grid
}

/// What more load breaks.
struct Broken {
    first: Option<Difference>,
    unsolved: bool,
}

fn of_station(
    days: &Days<'_>,
    row: usize,
    station: SubstationId,
) -> Result<(Headroom, HeadroomEffort), Vec<Finding>> {
    let planned = &days.planned[row];
    let (stage, scenario) = (planned.stage, planned.scenario);
    let mut effort = HeadroomEffort::default();
    let mut breaks = |more_mw: f64, faults: bool| -> Result<Option<Broken>, Vec<Finding>> {
        let grid = loaded(&planned.judged.state.grid, station, more_mw);
        let previous = Some(&planned.judged.state.flow);
        let variant = if faults {
            days.judge(stage, scenario, grid, previous)?
        } else {
            days.judge_intact(stage, scenario, grid, previous)?
        };
        effort.intact += 1;
        effort.outages += variant.outages();
        Ok(broken(days, stage, &planned.judged, &variant))
    };
    let intact = search(MOST_MW, &mut |more_mw| breaks(more_mw, false))?;
    let after_fault = if planned.judged.faults.is_some() {
        // What breaks the intact grid breaks here too.
        let beyond = intact.0 + STEP_MW;
        let found = search(beyond.min(MOST_MW), &mut |more_mw| breaks(more_mw, true))?;
        Some(found)
    } else {
        None
    };
    let room = |(p_mw, broken): (f64, Option<Broken>)| {
        let unsolved = broken.as_ref().is_some_and(|broken| broken.unsolved);
        let first = broken.and_then(|broken| broken.first);
        Room {
            p_mw,
            planned: first.as_ref().and_then(|first| first.planned),
            first: first.map(|first| first.violation),
            unsolved,
            years: years(days, stage, scenario, station, p_mw),
        }
    };
    let load_mw = load_mw(&planned.judged.state.grid, station);
    let (intact, after_fault) = (room(intact), after_fault.map(room));
    Ok((Headroom { stage, scenario, station, load_mw, intact, after_fault }, effort))
}

fn broken(days: &Days<'_>, stage: StageId, planned: &JudgedGrid, variant: &JudgedGrid) -> Option<Broken> {
    if variant.state.flow.status != Status::Converged {
        return Some(Broken { first: None, unsolved: true });
    }
    let first = differences(days.set(stage), planned, variant).into_iter().next()?;
    Some(Broken { first: Some(first), unsolved: false })
}

/// The largest load up to `most` that does not break, and what does just beyond.
fn search<E>(
    most: f64,
    breaks: &mut dyn FnMut(f64) -> Result<Option<Broken>, E>,
) -> Result<(f64, Option<Broken>), E> {
    let Some(at_most) = breaks(most)? else { return Ok((most, None)) };
    let (mut holds, mut fails, mut what) = (0.0, most, at_most);
    while fails - holds > STEP_MW {
        let middle = f64::midpoint(holds, fails);
        match breaks(middle)? {
            None => holds = middle,
            Some(broken) => (fails, what) = (middle, broken),
        }
    }
    Ok((holds, Some(what)))
}

/// Years from a day until the forecast of a station has grown by so much.
fn years(
    days: &Days<'_>,
    stage: StageId,
    scenario: ScenarioId,
    station: SubstationId,
    more_mw: f64,
) -> Option<f64> {
    let plan = &days.plan;
    let at = plan.stages[stage].at?;
    let drawn = |year: i16| {
        let day = jiff::civil::Date::new(year, 12, 31).ok()?;
        let demand = plan.demand(day, scenario);
        demand.stations.iter().find(|one| one.substation == station).map(|one| one.p_mw)
    };
    let last = plan
        .horizon
        .map(|horizon| horizon.outlook.unwrap_or(horizon.end))
        .or_else(|| plan.stages.iter().filter_map(|stage| stage.at).map(jiff::civil::Date::year).max())?;
    let start = drawn(at.year())?;
    let mut before = 0.0;
    for year in at.year() + 1..=last {
        let grown = drawn(year)? - start;
        if grown >= more_mw {
            let within = if grown > before { (more_mw - before) / (grown - before) } else { 0.0 };
            return Some(f64::from(year - at.year() - 1) + within.clamp(0.0, 1.0));
        }
        before = grown;
    }
    None
}
