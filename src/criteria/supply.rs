//! All load is served: none stands at a dead bus, and none was left without a station.
//!
//! ```text
//! lost = Σ P of the loads that are switched in at a bus without voltage + P that no station in service carries
//! ```
//!
//! It is asked of every state, whatever the criteria set says, and needs no limit but zero.

use super::gauge::Tally;
use super::{Level, Reading, SolvedState, Subject, Violation};
use crate::flow::Status;
use crate::ids::{LoadId, SubstationId};
use crate::model::{ElementId, Name, Network};

/// Name of the criterion, and id of its rule.
pub const SUPPLY: &str = "supply";

/// Judges supply in one state.
#[derive(Clone, Copy, Debug)]
pub struct Supply<'a> {
    /// Load of stations that are not in service and that no neighbour carries, MW, sorted by station.
    pub unplaced: &'a [(SubstationId, f64)],
}

impl Supply<'_> {
    /// Adds one violation per station (or bus without a station) with load that is not served, and returns
    /// the number of stations and free buses with load, and the largest loss.
    ///
    /// A state without a solution has no voltages to tell dead buses by: there, what its load flow counts as
    /// lost is told for the grid as a whole.
    pub fn judge(&self, state: &SolvedState<'_>, out: &mut Vec<Violation>) -> Tally {
        let network = state.network;
        let solved = state.flow.status == Status::Converged;
        let mut tally = Tally::default();
        let mut tell = |element, lost_mw: f64| {
            let reading = lost(element, lost_mw);
            let broken = lost_mw > 0.0;
            if broken {
                out.push(violation(&reading));
            }
            // Nothing lost is nothing to point at.
            tally = tally.and(Tally { measured: 1, unmeasured: 0, worst: broken.then_some(reading) });
        };
        for station in network.substations.ids() {
            let loads = state.yards.loads(station);
            let first = self.unplaced.partition_point(|&(id, _)| id < station);
            let unplaced = self.unplaced[first..].iter().take_while(|&&(id, _)| id == station);
            let unplaced_mw: f64 = unplaced.map(|&(_, mw)| mw).sum();
            if !loads.is_empty() || unplaced_mw > 0.0 {
                let dark_mw: f64 = loads.iter().map(|&id| dark_mw(state, network, id)).sum();
                let dark_mw = if solved { dark_mw } else { 0.0 };
                tell(Some(ElementId::Substation(station)), dark_mw + unplaced_mw);
            }
        }
        if !solved {
            tell(None, state.flow.lost_load_mw);
            return tally;
        }
        for (bus, record) in network.buses.iter_ids().filter(|(_, record)| record.substation.is_none()) {
            let loads = state.yards.loads_at(bus);
            if record.built && !loads.is_empty() {
                tell(Some(ElementId::Bus(bus)), loads.iter().map(|&id| dark_mw(state, network, id)).sum());
            }
        }
        tally
    }
}

/// What a load would draw but does not get, MW.
fn dark_mw(state: &SolvedState<'_>, network: &Network, id: LoadId) -> f64 {
    let load = &network.loads[id];
    let stands = load.built && load.in_service && network.buses[load.bus].built;
    if stands && !state.bus_is_alive(load.bus) { load.p_mw } else { 0.0 }
}

fn lost(element: Option<ElementId>, lost_mw: f64) -> Reading {
    let percent = if lost_mw > 0.0 { f64::INFINITY } else { 100.0 };
    Reading {
        subject: Subject { element, side: None, quantity: "lost load", unit: "MW" },
        value: lost_mw,
        limit: 0.0,
        percent,
        excess_percent: percent - 100.0,
        level: (lost_mw > 0.0).then_some(Level::Violation),
    }
}

fn violation(reading: &Reading) -> Violation {
    Violation {
        rule: Name::const_new(SUPPLY),
        criterion: SUPPLY,
        level: Level::Violation,
        element: reading.subject.element,
        side: None,
        quantity: reading.subject.quantity,
        value: reading.value,
        limit: reading.limit,
        percent: reading.percent,
        unit: reading.subject.unit,
        fault: None,
        waived_by: None,
    }
}
