//! The grid of a stage in a scenario: what stands, what it draws, what feeds it.
//!
//! 1. [`Plan::replay`] up to the day of the stage.
//! 2. [`Plan::demand`] goes to the load records of each station, in proportion to what they hold. Load records
//!    of stations without a forecast keep what they hold, times the scenario's load factor.
//! 3. Load that works moved between stations ([`LoadMove`]) goes along, once the station that takes it stands.
//! 4. A station none of whose load records stands cannot draw: its load goes to the neighbours that
//!    `mv_transfer.csv` names, the quickest first, each up to its MW and only if it stands itself. The rest is
//!    lost.
//! 5. The generation schedule, interpolated; rows for all scenarios are scaled by what the scenario draws over
//!    what the base rows draw, so that the slack stays a slack.

use super::series::{Spot, between, spot, time};
use super::{
    Amount, Applied, Drawn, Interpolation, LoadMove, Network, Plan, ScheduleRow, Selection, StationDemand,
};
use crate::finding::{Code, Finding};
use crate::ids::{Col, GeneratorId, LoadId, ScenarioId, StageId, SubstationId};
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The grid of a stage in a scenario.
#[derive(Clone, PartialEq, Debug)]
pub struct StageGrid {
    /// The grid, with loads and generation of the stage.
    pub network: Network,
    /// The changes that led to it, in order.
    pub applied: Vec<Applied>,
    /// Load carried by a neighbour.
    pub moved: Vec<MovedLoad>,
    /// Load that nobody carries.
    pub lost: Vec<LostLoad>,
    /// What was assumed; never an error.
    pub findings: Vec<Finding>,
}

/// Load of a station that does not stand, carried by a neighbour.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MovedLoad {
    /// The station that cannot draw it.
    pub from: SubstationId,
    /// The station that draws it instead.
    pub to: SubstationId,
    /// How much.
    pub p_mw: f64,
    /// How long the transfer takes.
    pub minutes: f64,
}

/// Load of a station that does not stand, carried by nobody.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct LostLoad {
    /// The station.
    pub substation: SubstationId,
    /// How much.
    pub p_mw: f64,
}

/// Active and reactive power of one station.
#[derive(Clone, Copy, Default)]
struct Power {
    p_mw: f64,
    q_mvar: f64,
}

impl Plan {
    /// The grid of a stage in a scenario.
    ///
    /// # Errors
    /// Those of [`Plan::replay`].
    pub fn grid(
        &self,
        stage: StageId,
        scenario: ScenarioId,
        selection: &Selection,
    ) -> Result<StageGrid, Vec<Finding>> {
        self.grid_at(self.stages[stage].at, scenario, selection)
    }

    /// The grid on any day in a scenario; the grid as given where there is no day.
    ///
    /// # Errors
    /// Those of [`Plan::replay`].
    pub fn grid_at(
        &self,
        at: Option<Date>,
        scenario: ScenarioId,
        selection: &Selection,
    ) -> Result<StageGrid, Vec<Finding>> {
        let replay = self.replay(at, selection)?;
        let mut grid = StageGrid {
            network: replay.network,
            applied: replay.applied,
            moved: Vec::new(),
            lost: Vec::new(),
            findings: replay.findings,
        };
        let factor = self.scenarios[scenario].load_factor;
        let demand = at.map(|at| self.demand(at, scenario)).unwrap_or_default();
        grid.draw(self, &demand, factor, &replay.moves);
        if let Some(at) = at {
            let share = if demand.base_mw > 0.0 { demand.total_mw() / demand.base_mw } else { factor };
            let held = grid.feed(self, at, scenario, share);
            grid.tell_held(at, demand.held, held);
        }
        grid.tell_moved();
        Ok(grid)
    }
}

impl StageGrid {
    /// Puts the demand on the loads.
    fn draw(&mut self, plan: &Plan, demand: &Drawn, factor: f64, moves: &[LoadMove]) {
        let network = &mut self.network;
        let mut has_forecast: Col<SubstationId, bool> = Col::filled(network.substations.len(), false);
        for station in &demand.stations {
            has_forecast[station.substation] = true;
        }
        // the loads of each station that stand
        let mut standing: Col<SubstationId, Vec<LoadId>> = Col::filled(network.substations.len(), Vec::new());
        for id in network.loads.ids() {
            let load = &network.loads[id];
            let station = network.buses[load.bus].substation;
            if let Some(station) = station
                && load.built
                && load.in_service
                && network.bus_is_live(load.bus)
            {
                standing[station].push(id);
            } else if station.is_some_and(|station| has_forecast[station]) {
                // What its station draws is moved or lost below, and must not count here a second time.
                let load = &mut network.loads[id];
                (load.p_mw, load.q_mvar) = (0.0, 0.0);
            }
            if station.is_none_or(|station| !has_forecast[station]) {
                let load = &mut network.loads[id];
                load.p_mw *= factor;
                load.q_mvar *= factor;
            }
        }
        let mut drawn: Col<SubstationId, Power> = Col::filled(network.substations.len(), Power::default());
        let mut homeless: Vec<(SubstationId, Power)> = Vec::new();
        let mut demand = demand.stations.clone();
        for one in moves.iter().filter(|one| !standing[one.to].is_empty()) {
            let power = take(network, &mut demand, &standing[one.from], one, factor);
            let taker = &mut drawn[one.to];
            taker.p_mw += power.p_mw;
            taker.q_mvar += power.q_mvar;
        }
        for station in &demand {
            let power = Power { p_mw: station.p_mw, q_mvar: station.q_mvar };
            if !standing[station.substation].is_empty() {
                let now = &mut drawn[station.substation];
                now.p_mw += power.p_mw;
                now.q_mvar += power.q_mvar;
            } else if station.p_mw > 0.0 {
                homeless.push((station.substation, power));
            }
        }
        let quickest_first = transfers(plan);
        for (from, power) in homeless {
            let mut left_mw = power.p_mw;
            for row in quickest_first.get(&from).into_iter().flatten() {
                let p_mw = row.p_mw.min(left_mw);
                if p_mw <= 0.0 || standing[row.to].is_empty() {
                    continue;
                }
                left_mw -= p_mw;
                let taker = &mut drawn[row.to];
                taker.p_mw += p_mw;
                taker.q_mvar += power.q_mvar * p_mw / power.p_mw;
                self.moved.push(MovedLoad { from, to: row.to, p_mw, minutes: row.minutes });
            }
            if left_mw > 0.0 {
                self.lost.push(LostLoad { substation: from, p_mw: left_mw });
            }
        }
        for (station, loads) in standing.iter_ids() {
            share_out(network, loads, drawn[station], has_forecast[station]);
        }
    }

    /// Sets generators as scheduled; returns how many hold a last value beyond its year.
    fn feed(&mut self, plan: &Plan, at: Date, scenario: ScenarioId, share: f64) -> usize {
        let t = time(at);
        let own = &plan.scenarios[scenario].id;
        let mut rows: BTreeMap<GeneratorId, BTreeMap<i16, (&ScheduleRow, f64)>> = BTreeMap::new();
        for row in &plan.schedule {
            let years = rows.entry(row.generator).or_default();
            match &row.scenario {
                Some(scenario) if scenario == own => {
                    years.insert(row.year, (row, 1.0));
                }
                Some(_) => {}
                // a scenario's own row replaces that for all
                None => {
                    years.entry(row.year).or_insert((row, share));
                }
            }
        }
        let mut held = 0;
        for (id, years) in rows {
            let figures: Vec<(i16, (&ScheduleRow, f64))> = years.into_iter().collect();
            let power = |&(row, scale): &(&ScheduleRow, f64)| row.p_mw.map(|p_mw| p_mw * scale);
            let (now, p_mw) = match spot(&figures, t) {
                Spot::Before => continue,
                Spot::Between(earlier, later, way) => {
                    let both = earlier.0.in_service && later.0.in_service;
                    let p_mw = match (power(earlier), power(later)) {
                        (Some(p0), Some(p1)) if both => Some(between(Interpolation::Linear, p0, p1, way)),
                        (p0, _) => p0,
                    };
                    (earlier.0, p_mw)
                }
                Spot::After(last, beyond) => {
                    held += usize::from(beyond);
                    (last.0, power(last))
                }
            };
            let generator = &mut self.network.generators[id];
            generator.in_service = now.in_service;
            generator.p_mw = p_mw.unwrap_or(generator.p_mw);
            generator.vm_setpoint_pu = now.vm_setpoint_pu.unwrap_or(generator.vm_setpoint_pu);
        }
        held
    }

    fn tell_held(&mut self, at: Date, stations: usize, generators: usize) {
        for (count, what) in [(stations, "stations"), (generators, "generators")] {
            if count > 0 {
                let message = format!("{count} {what}: their last figure is held up to {at}");
                let help = "add rows for later years, or judge the plan up to the last given year only";
                self.findings.push(Finding::warning(Code::Forecast, message).help(help));
            }
        }
    }

    fn tell_moved(&mut self) {
        let name = |id: SubstationId| self.network.substations[id].id.clone();
        let most = |loads: &mut dyn Iterator<Item = (SubstationId, f64)>| {
            loads.fold(None, |most: Option<(SubstationId, f64)>, one| match most {
                Some(most) if most.1 >= one.1 => Some(most),
                _ => Some(one),
            })
        };
        let mut told = Vec::new();
        let moved_mw: f64 = self.moved.iter().map(|one| one.p_mw).sum();
        if let Some((station, p_mw)) = most(&mut self.moved.iter().map(|one| (one.from, one.p_mw))) {
            let message = format!(
                "{moved_mw:.1} MW of stations that do not stand are carried by neighbours, the most for {}: {p_mw:.1} MW",
                name(station)
            );
            told.push(
                Finding::warning(Code::LoadMoved, message).element(format!("substation {}", name(station))),
            );
        }
        let lost_mw: f64 = self.lost.iter().map(|one| one.p_mw).sum();
        if let Some((station, p_mw)) = most(&mut self.lost.iter().map(|one| (one.substation, one.p_mw))) {
            let message = format!(
                "{lost_mw:.1} MW of {} stations that do not stand are lost, the most of {}: {p_mw:.1} MW",
                self.lost.len(),
                name(station)
            );
            told.push(
                Finding::warning(Code::LoadLost, message)
                    .element(format!("substation {}", name(station)))
                    .help("bring the station forward, or give it neighbours in mv_transfer.csv"),
            );
        }
        self.findings.extend(told);
    }
}

/// Takes the load of a move from the station that had it: from what the forecast gives it, else from its load records. No
/// more than it draws.
fn take(
    network: &mut Network,
    demand: &mut [StationDemand],
    loads: &[LoadId],
    one: &LoadMove,
    factor: f64,
) -> Power {
    let forecast = demand.iter_mut().find(|station| station.substation == one.from);
    let held_mw = match &forecast {
        Some(station) => station.p_mw,
        None => loads.iter().map(|&id| network.loads[id].p_mw).sum(),
    };
    if held_mw <= 0.0 {
        return Power::default();
    }
    let share = match one.amount {
        Amount::Mw(p_mw) => (p_mw * factor / held_mw).min(1.0),
        Amount::Percent(percent) => percent / 100.0,
    };
    let mut power = Power::default();
    let mut give = |p_mw: &mut f64, q_mvar: &mut f64| {
        let gone = Power { p_mw: share * *p_mw, q_mvar: share * *q_mvar };
        *p_mw -= gone.p_mw;
        *q_mvar -= gone.q_mvar;
        power.p_mw += gone.p_mw;
        power.q_mvar += gone.q_mvar;
    };
    match forecast {
        Some(station) => give(&mut station.p_mw, &mut station.q_mvar),
        None => {
            for &id in loads {
                let load = &mut network.loads[id];
                give(&mut load.p_mw, &mut load.q_mvar);
            }
        }
    }
    power
}

/// The transfers of each station, the quickest first.
fn transfers(plan: &Plan) -> BTreeMap<SubstationId, Vec<&super::MvTransfer>> {
    let mut rows: BTreeMap<SubstationId, Vec<&super::MvTransfer>> = BTreeMap::new();
    for row in &plan.transfers {
        rows.entry(row.from).or_default().push(row);
    }
    for rows in rows.values_mut() {
        rows.sort_by(|one, two| one.minutes.total_cmp(&two.minutes));
    }
    rows
}

/// Shares the power of a station out among its loads, in proportion to what they hold: instead of that where
/// the station has a forecast, else in addition.
fn share_out(network: &mut Network, loads: &[LoadId], power: Power, replace: bool) {
    let held: f64 = loads.iter().map(|&id| network.loads[id].p_mw).sum();
    let equal = 1.0 / loads.len() as f64;
    for &id in loads {
        let load = &mut network.loads[id];
        let share = if held > 0.0 { load.p_mw / held } else { equal };
        let now = if replace { Power::default() } else { Power { p_mw: load.p_mw, q_mvar: load.q_mvar } };
        load.p_mw = now.p_mw + share * power.p_mw;
        load.q_mvar = now.q_mvar + share * power.q_mvar;
    }
}
