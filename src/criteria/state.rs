//! A solved state as the criteria see it, and what stands where.

use crate::flow::LoadFlow;
use crate::ids::{BusId, Id, LoadId, SubstationId, Transformer3Id, TransformerId};
use crate::model::{ElementId, Network};
use std::cmp::Ordering;

/// One state: its grid, its load flow, and where things stand.
#[derive(Clone, Copy, Debug)]
pub struct SolvedState<'a> {
    /// The grid.
    pub network: &'a Network,
    /// Its load flow.
    pub flow: &'a LoadFlow,
    /// Where things stand; one index serves all states of a stage, whatever is switched.
    pub yards: &'a Yards,
}

/// Whether two rated voltages are the same.
#[must_use]
pub fn same_kv(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-3
}

impl SolvedState<'_> {
    /// The row of a bus in the results, if it stands.
    #[must_use]
    pub fn bus_row(&self, bus: BusId) -> Option<usize> {
        self.flow.buses.bus.binary_search(&bus).ok()
    }

    /// The row of a line or transformer in the results, if it stands.
    #[must_use]
    pub fn branch_row(&self, branch: ElementId) -> Option<usize> {
        self.flow.branches.branch.binary_search(&branch).ok()
    }

    /// Whether a bus has a voltage in this state.
    #[must_use]
    pub fn bus_is_alive(&self, bus: BusId) -> bool {
        self.bus_row(bus).and_then(|row| self.flow.buses.vm_pu.get(row)).is_some_and(|vm| !vm.is_nan())
    }

    /// The row of a transformer that is switched in between live buses.
    #[must_use]
    pub fn energised(&self, transformer: TransformerId) -> Option<usize> {
        self.branch_row(ElementId::Transformer(transformer))
            .filter(|&row| self.flow.branches.energised.get(row) == Some(&true))
    }

    /// What enters a winding, from 0, of a three-winding transformer that is switched in at a live bus: MW and Mvar.
    #[must_use]
    pub fn enters(&self, transformer: Transformer3Id, winding: usize) -> Option<(f64, f64)> {
        let windings = &self.flow.windings;
        let row = windings.transformer.partition_point(|&other| other < transformer) + winding;
        let stands = windings.transformer.get(row) == Some(&transformer);
        (stands && windings.energised[row]).then(|| (windings.p_mw[row], windings.q_mvar[row]))
    }
}

/// What stands where: transformers and loads by station and by bus, whether built or not.
///
/// Made once per stage in O(n), so that a station's sum needs no search through the tables.
#[derive(Clone, PartialEq, Debug)]
pub struct Yards {
    transformers_by_station: Rows<TransformerId>,
    transformers_by_high_bus: Rows<TransformerId>,
    transformers3_by_station: Rows<Transformer3Id>,
    transformers3_by_high_bus: Rows<Transformer3Id>,
    loads_by_station: Rows<LoadId>,
    loads_by_bus: Rows<LoadId>,
}

impl Yards {
    /// The index of a grid.
    #[must_use]
    pub fn new(network: &Network) -> Self {
        let stations = network.substations.len();
        let buses = network.buses.len();
        let station = |bus: BusId| network.buses[bus].substation.map(Id::index);
        Self {
            transformers_by_station: Rows::new(
                stations,
                network
                    .transformers
                    .iter_ids()
                    .filter_map(|(id, t)| Some((station(t.from).or(station(t.to))?, id))),
            ),
            transformers_by_high_bus: Rows::new(
                buses,
                network
                    .transformers
                    .iter_ids()
                    .filter_map(|(id, t)| Some((ends(network, t.from, t.to)?.0.index(), id))),
            ),
            transformers3_by_station: Rows::new(
                stations,
                network.transformers3.iter_ids().filter_map(|(id, t)| {
                    Some((t.windings.iter().find_map(|winding| station(winding.bus))?, id))
                }),
            ),
            transformers3_by_high_bus: Rows::new(
                buses,
                network.transformers3.iter_ids().map(|(id, t)| {
                    let [first, second, third] = t.windings.each_ref().map(|winding| winding.bus);
                    let higher = |a: BusId, b: BusId| {
                        if network.buses[b].vn_kv > network.buses[a].vn_kv { b } else { a }
                    };
                    (higher(higher(first, second), third).index(), id)
                }),
            ),
            loads_by_station: Rows::new(
                stations,
                network.loads.iter_ids().filter_map(|(id, load)| Some((station(load.bus)?, id))),
            ),
            loads_by_bus: Rows::new(buses, network.loads.iter_ids().map(|(id, load)| (load.bus.index(), id))),
        }
    }

    /// The transformers of a station.
    #[must_use]
    pub fn transformers(&self, station: SubstationId) -> &[TransformerId] {
        self.transformers_by_station.of(station.index())
    }

    /// The transformers whose winding of higher rated voltage is at a bus.
    #[must_use]
    pub fn transformers_down_from(&self, bus: BusId) -> &[TransformerId] {
        self.transformers_by_high_bus.of(bus.index())
    }

    /// The three-winding transformers of a station.
    #[must_use]
    pub fn transformers3(&self, station: SubstationId) -> &[Transformer3Id] {
        self.transformers3_by_station.of(station.index())
    }

    /// The three-winding transformers whose winding of highest rated voltage is at a bus.
    #[must_use]
    pub fn transformers3_down_from(&self, bus: BusId) -> &[Transformer3Id] {
        self.transformers3_by_high_bus.of(bus.index())
    }

    /// The loads of a station.
    #[must_use]
    pub fn loads(&self, station: SubstationId) -> &[LoadId] {
        self.loads_by_station.of(station.index())
    }

    /// The loads at a bus.
    #[must_use]
    pub fn loads_at(&self, bus: BusId) -> &[LoadId] {
        self.loads_by_bus.of(bus.index())
    }
}

/// The bus of the higher and of the lower rated voltage; `None` where they are equal.
pub(super) fn ends(network: &Network, from: BusId, to: BusId) -> Option<(BusId, BusId)> {
    match network.buses[from].vn_kv.partial_cmp(&network.buses[to].vn_kv) {
        Some(Ordering::Greater) => Some((from, to)),
        Some(Ordering::Less) => Some((to, from)),
        _ => None,
    }
}

/// Ids grouped by row: those of row `i` are `ids[start[i]..start[i + 1]]`.
#[derive(Clone, PartialEq, Debug)]
struct Rows<T> {
    start: Vec<usize>,
    ids: Vec<T>,
}

impl<T: Copy> Rows<T> {
    fn new(rows: usize, pairs: impl Iterator<Item = (usize, T)>) -> Self {
        let mut pairs: Vec<(usize, T)> = pairs.collect();
        pairs.sort_by_key(|&(row, _)| row);
        let mut start = vec![0; rows + 1];
        for &(row, _) in &pairs {
            start[row + 1] += 1;
        }
        for row in 0..rows {
            start[row + 1] += start[row];
        }
        Self { start, ids: pairs.into_iter().map(|(_, id)| id).collect() }
    }

    fn of(&self, row: usize) -> &[T] {
        match (self.start.get(row), self.start.get(row + 1)) {
            (Some(&from), Some(&to)) => &self.ids[from..to],
            _ => &[],
        }
    }
}
