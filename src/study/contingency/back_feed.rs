//! Load that neighbours take over through the medium-voltage grid when a station loses its supply.
//!
//! ```text
//! station without supply → its neighbours, the quickest first, each up to its MW and only if it is alive itself
//! ```
//!
//! What is moved is drawn at the taker's own loads, in proportion to them, with the power factor of what it was.

use crate::ids::{BusId, Col, LoadId, SubstationId};
use crate::model::{MvTransfer, Network};
use num_complex::Complex64;
use std::collections::BTreeMap;

/// Who takes over from whom.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct BackFeed {
    /// Takers of each station and what each can take [MW], the quickest first.
    takers: BTreeMap<SubstationId, Vec<(SubstationId, f64)>>,
}

/// Load that a neighbour takes over.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Moved {
    /// The station without supply.
    pub from: SubstationId,
    /// The station that takes over.
    pub to: SubstationId,
    /// How much.
    pub p_mw: f64,
    /// Reactive power that goes with it.
    pub q_mvar: f64,
}

impl BackFeed {
    /// Those of a plan's transfers that take `minutes` at most.
    #[must_use]
    pub fn within(transfers: &[MvTransfer], minutes: f64) -> Self {
        let mut in_time: Vec<&MvTransfer> = transfers.iter().filter(|row| row.minutes <= minutes).collect();
        in_time.sort_by(|one, two| one.minutes.total_cmp(&two.minutes));
        let mut takers: BTreeMap<SubstationId, Vec<(SubstationId, f64)>> = BTreeMap::new();
        for row in in_time {
            takers.entry(row.from).or_default().push((row.to, row.p_mw));
        }
        Self { takers }
    }

    /// Whether nobody takes anything over.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.takers.is_empty()
    }
}

/// The loads of each station that are in service.
pub(super) struct Stations<'a> {
    network: &'a Network,
    back_feed: &'a BackFeed,
    loads: Col<SubstationId, Vec<LoadId>>,
}

impl<'a> Stations<'a> {
    pub(super) fn new(network: &'a Network, back_feed: &'a BackFeed) -> Self {
        let mut loads: Col<SubstationId, Vec<LoadId>> = Col::filled(network.substations.len(), Vec::new());
        for (id, load) in network.loads.iter_ids().filter(|(_, load)| load.built && load.in_service) {
            if let Some(station) = network.buses[load.bus].substation {
                loads[station].push(id);
            }
        }
        Self { network, back_feed, loads }
    }

    /// What neighbours take over of the load at the buses in `dead` (in order); `is_alive` says who could.
    pub(super) fn moved(&self, dead: &[BusId], is_alive: &dyn Fn(BusId) -> bool) -> Vec<Moved> {
        let mut moved = Vec::new();
        if self.back_feed.is_empty() || dead.is_empty() {
            return moved;
        }
        let mut stations: Vec<SubstationId> =
            dead.iter().filter_map(|&bus| self.network.buses[bus].substation).collect();
        stations.sort_unstable();
        stations.dedup();
        for from in stations {
            let lost = self.loads[from].iter().map(|&load| &self.network.loads[load]);
            let lost = lost.filter(|load| dead.binary_search(&load.bus).is_ok());
            let (p_mw, q_mvar) = lost.fold((0.0, 0.0), |(p, q), load| (p + load.p_mw, q + load.q_mvar));
            let mut left_mw = p_mw;
            for &(to, most_mw) in self.back_feed.takers.get(&from).into_iter().flatten() {
                let taken_mw = f64::min(most_mw, left_mw);
                if taken_mw > 0.0 && self.shares(to, is_alive).next().is_some() {
                    left_mw -= taken_mw;
                    moved.push(Moved { from, to, p_mw: taken_mw, q_mvar: q_mvar * taken_mw / p_mw });
                }
            }
        }
        moved
    }

    /// What a transfer adds to each load of the taker [MW, Mvar].
    pub(super) fn drawn(&self, moved: &Moved, is_alive: &dyn Fn(BusId) -> bool) -> Vec<(LoadId, Complex64)> {
        let power = Complex64::new(moved.p_mw, moved.q_mvar);
        self.shares(moved.to, is_alive).map(|(load, share)| (load, share * power)).collect()
    }

    /// The loads of a station that are alive, and the share of each.
    fn shares<'s>(
        &'s self,
        station: SubstationId,
        is_alive: &'s dyn Fn(BusId) -> bool,
    ) -> impl Iterator<Item = (LoadId, f64)> + 's {
        let alive = move || {
            let loads = self.loads[station].iter().map(|&id| (id, &self.network.loads[id]));
            loads.filter(|(_, load)| is_alive(load.bus))
        };
        let (sum, count) =
            alive().fold((0.0, 0.0), |(sum, count), (_, load)| (sum + load.p_mw.max(0.0), count + 1.0));
        alive().map(move |(id, load)| (id, if sum > 0.0 { load.p_mw.max(0.0) / sum } else { 1.0 / count }))
    }
}
