//! The supply plan: what feeds each station, what reserve it has, and what is lost when a supply is out.
//!
//! ```text
//! circuits   lines through which power comes into the station, the other end's station, MW
//! sources    transformers from a higher voltage and generators that feed the voltage the circuits come in at, by proportional
//!            sharing: at each bus the power that leaves is mixed as the power that comes in,
//!                share(b, s) = [ Σ over lines into b: p · share(other end, s) + p from s itself ] / Σ p into b
//! reserve    rated power of the transformers into a voltage of the station − what they carry; N-1: without the largest
//! back-feed  what neighbours that stand take over, by mv_transfer.csv
//! lost       each circuit and transformer out: load without supply, what neighbours take of it, limits that fail
//! ```
//!
//! Proportional sharing: J. Bialek, "Tracing the flow of electricity", IEE Proc. Gener. Transm. Distrib. 143 (1996) p. 313.

use super::{OutageResult, OutageVerdict, judge_outages};
use crate::case::CaseError;
use crate::criteria::{Violation, same_kv};
use crate::flow::{SolvedGrid, Status};
use crate::ids::{BusId, SubstationId};
use crate::model::{CriteriaSet, ElementId, MvTransfer, Network, RatingUnit};
use crate::study::contingency::{Options, Outage};
use std::collections::{BTreeMap, BTreeSet};

/// What feeds a station, and what is left when a part of it is out.
#[derive(Clone, PartialEq, Debug)]
pub struct StationSupply {
    /// The station.
    pub station: SubstationId,
    /// Load drawn at its buses, MW.
    pub load_mw: f64,
    /// The voltage at which its circuits come in; `None` where none does.
    pub vn_kv: Option<f64>,
    /// Where the power of that voltage comes from, the largest share first.
    pub sources: Vec<SourceShare>,
    /// What feeds it: circuits, then its transformers.
    pub feeds: Vec<Feed>,
    /// Its transformers by the voltage that they feed.
    pub reserves: Vec<Reserve>,
    /// Neighbours that can take its load over, the quickest first.
    pub back_feed: Vec<BackFeedRow>,
}

/// A source and its share in what a station draws.
#[derive(Clone, PartialEq, Debug)]
pub struct SourceShare {
    /// A generator, or the station of the transformers.
    pub source: ElementId,
    /// Share of the power that comes in, percent.
    pub percent: f64,
}

/// A circuit or transformer that feeds a station.
#[derive(Clone, PartialEq, Debug)]
pub struct Feed {
    /// The line or transformer.
    pub branch: ElementId,
    /// Where the power comes from: the station at the other end, or its bus where that has none.
    pub from: ElementId,
    /// Power that arrives, MW.
    pub p_mw: f64,
    /// Loading of its normal rating, percent; NaN if unrated.
    pub loading_percent: f64,
    /// What its loss leaves; `None` where it was not looked at.
    pub lost: Option<Lost>,
}

/// What the loss of a supply leaves.
#[derive(Clone, PartialEq, Debug)]
pub struct Lost {
    /// Whether a state was found.
    pub status: Status,
    /// Load without supply before neighbours take any over, MW, anywhere.
    pub lost_mw: f64,
    /// What neighbours take over, MW.
    pub moved_mw: f64,
    /// Load that nobody takes over, MW.
    pub unserved_mw: f64,
    /// Limits that hold in the intact grid and fail.
    pub limits: usize,
    /// The worst of these.
    pub worst: Option<Violation>,
}

/// The transformers of a station into one voltage.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Reserve {
    /// The voltage that they feed.
    pub vn_kv: f64,
    /// Units in service.
    pub units: usize,
    /// Rated power of all, MVA; NaN where one is unknown.
    pub installed_mva: f64,
    /// Rated power without the largest.
    pub firm_mva: f64,
    /// What they carry.
    pub carried_mva: f64,
}

impl Reserve {
    /// What is left with all units, MVA.
    #[must_use]
    pub fn intact_mva(&self) -> f64 {
        self.installed_mva - self.carried_mva
    }

    /// What is left without the largest unit, MVA; negative where it does not suffice.
    #[must_use]
    pub fn after_loss_mva(&self) -> f64 {
        self.firm_mva - self.carried_mva
    }
}

/// A neighbour that can take load over.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BackFeedRow {
    /// The neighbour.
    pub to: SubstationId,
    /// How much, MW.
    pub p_mw: f64,
    /// Time it takes.
    pub minutes: f64,
}

/// The supply of every station that draws load; `set` and `options` say how the loss of a supply is judged.
///
/// # Errors
/// [`CaseError`] as [`judge_outages`].
pub fn supply(
    grid: &SolvedGrid,
    set: &CriteriaSet,
    options: &Options,
    transfers: &[MvTransfer],
) -> Result<Vec<StationSupply>, CaseError> {
    let network = &grid.network;
    let flows = Flows::new(grid);
    let mut stations: Vec<StationSupply> = Vec::new();
    let mut wanted: BTreeSet<ElementId> = BTreeSet::new();
    for station in network.substations.ids() {
        let load_mw = load_mw(grid, station);
        if load_mw <= 0.0 {
            continue;
        }
        let (vn_kv, feeds) = flows.feeds(station);
        wanted.extend(feeds.iter().map(|feed| feed.branch));
        stations.push(StationSupply {
            station,
            load_mw,
            vn_kv,
            sources: vn_kv.map(|kv| flows.sources(station, kv)).unwrap_or_default(),
            feeds,
            reserves: flows.reserves(station),
            back_feed: back_feed(network, transfers, station),
        });
    }
    let outages: Vec<Outage> = wanted.iter().map(|&branch| Outage::of(network, branch)).collect();
    let verdict = judge_outages(grid, set, outages, options, &|_| true)?;
    let lost: BTreeMap<ElementId, Lost> = wanted
        .into_iter()
        .zip(&verdict.results)
        .map(|(branch, result)| (branch, what(&verdict, result)))
        .collect();
    for feed in stations.iter_mut().flat_map(|station| &mut station.feeds) {
        feed.lost = lost.get(&feed.branch).cloned();
    }
    Ok(stations)
}

fn what(verdict: &OutageVerdict, result: &OutageResult) -> Lost {
    let violations = verdict.violations_of(result).into_iter().filter(OutageResult::is_caused);
    let limits = violations.filter(|one| matches!(one.quantity, "vm" | "loading"));
    let worst = limits.max_by(|a, b| a.excess_percent().total_cmp(&b.excess_percent()));
    Lost {
        status: result.status,
        lost_mw: result.lost_mw,
        moved_mw: result.moved.iter().map(|moved| moved.p_mw).sum(),
        unserved_mw: result.unserved_mw,
        limits: result.caused,
        worst,
    }
}

fn load_mw(grid: &SolvedGrid, station: SubstationId) -> f64 {
    let network = &grid.network;
    let here = network.loads.iter().filter(|load| network.buses[load.bus].substation == Some(station));
    here.filter(|load| load.built && load.in_service).map(|load| load.p_mw).sum()
}

fn back_feed(network: &Network, transfers: &[MvTransfer], station: SubstationId) -> Vec<BackFeedRow> {
    let stands = |other: SubstationId| {
        network.loads.iter().any(|load| {
            load.built
                && load.in_service
                && network.bus_is_live(load.bus)
                && network.buses[load.bus].substation == Some(other)
        })
    };
    let rows = transfers.iter().filter(|row| row.from == station && stands(row.to));
    let mut rows: Vec<BackFeedRow> =
        rows.map(|row| BackFeedRow { to: row.to, p_mw: row.p_mw, minutes: row.minutes }).collect();
    rows.sort_by(|a, b| a.minutes.total_cmp(&b.minutes));
    rows
}

/// Power that arrives at a bus through a branch.
#[derive(Clone, Copy)]
struct Arrival {
    branch: ElementId,
    at: BusId,
    from: BusId,
    p_mw: f64,
    loading_percent: f64,
}

/// Power that comes in at a bus: from another bus of its voltage, or from a source; MW.
type Inflow = (Result<BusId, ElementId>, f64);
/// A transformer: rated power in MVA, and what it carries in MW and Mvar.
type Unit = (f64, f64, f64);

/// All flows of a solved grid, by where they arrive.
struct Flows<'a> {
    grid: &'a SolvedGrid,
    arrivals: Vec<Arrival>,
    /// What each unit feeds into its lower voltage: transformer, upper and lower bus, MW, Mvar.
    units: Vec<(ElementId, BusId, BusId, f64, f64)>,
}

impl<'a> Flows<'a> {
    fn new(grid: &'a SolvedGrid) -> Self {
        let network = &grid.network;
        let columns = &grid.flow.branches;
        let (mut arrivals, mut units) = (Vec::new(), Vec::new());
        for (row, &branch) in columns.branch.iter().enumerate() {
            let at = |column: &[f64]| column.get(row).copied().unwrap_or(0.0);
            if columns.energised.get(row) != Some(&true) {
                continue;
            }
            let (from, to) = (columns.from[row], columns.to[row]);
            let ends = [
                (from, to, &columns.p_from_mw, &columns.q_from_mvar),
                (to, from, &columns.p_to_mw, &columns.q_to_mvar),
            ];
            for (bus, other, p, q) in ends {
                let loading_percent = at(&columns.loading_percent);
                if at(p) < 0.0 {
                    arrivals.push(Arrival { branch, at: bus, from: other, p_mw: -at(p), loading_percent });
                }
                if matches!(branch, ElementId::Transformer(_))
                    && network.buses[bus].vn_kv < network.buses[other].vn_kv
                {
                    units.push((branch, other, bus, -at(p), -at(q)));
                }
            }
        }
        Self { grid, arrivals, units }
    }

    fn station(&self, bus: BusId) -> Option<SubstationId> {
        self.grid.network.buses[bus].substation
    }

    /// The voltage at which circuits come in, and all that feeds a station.
    fn feeds(&self, station: SubstationId) -> (Option<f64>, Vec<Feed>) {
        let network = &self.grid.network;
        let is_here = |bus: BusId| self.station(bus) == Some(station);
        let feed = |arrival: &Arrival| Feed {
            branch: arrival.branch,
            from: self.station(arrival.from).map_or(ElementId::Bus(arrival.from), ElementId::Substation),
            p_mw: arrival.p_mw,
            loading_percent: arrival.loading_percent,
            lost: None,
        };
        let circuits = || self.arrivals.iter().filter(|one| is_here(one.at) && !is_here(one.from));
        let kv = circuits().map(|one| network.buses[one.at].vn_kv).reduce(f64::max);
        let inside = self.arrivals.iter().filter(|one| is_here(one.at) && is_here(one.from));
        let units = inside.filter(|one| matches!(one.branch, ElementId::Transformer(_)));
        (kv, circuits().chain(units).map(feed).collect())
    }

    /// Where the power at the buses of `vn_kv` of a station comes from.
    fn sources(&self, station: SubstationId, vn_kv: f64) -> Vec<SourceShare> {
        let network = &self.grid.network;
        let at_level = |bus: BusId| same_kv(network.buses[bus].vn_kv, vn_kv);
        // What comes in at each bus of this voltage: from another bus of it, or from a source.
        let mut inflow: BTreeMap<BusId, Vec<Inflow>> = BTreeMap::new();
        for one in self.arrivals.iter().filter(|one| at_level(one.at)) {
            let from = if at_level(one.from) {
                Ok(one.from)
            } else {
                Err(self.station(one.from).map_or(ElementId::Bus(one.from), ElementId::Substation))
            };
            inflow.entry(one.at).or_default().push((from, one.p_mw));
        }
        let generators = &self.grid.flow.generators;
        for (&id, &p_mw) in generators.generator.iter().zip(&generators.p_mw) {
            let bus = network.generators[id].bus;
            if at_level(bus) && p_mw > 0.0 {
                inflow.entry(bus).or_default().push((Err(ElementId::Generator(id)), p_mw));
            }
        }
        // Flows of active power run round in circles only where phase shifters or losses make them; the sweeps end all the same.
        let mut shares: BTreeMap<BusId, BTreeMap<ElementId, f64>> = BTreeMap::new();
        for _ in 0..SWEEPS {
            let mut change = 0.0_f64;
            for (&bus, rows) in &inflow {
                let all: f64 = rows.iter().map(|(_, p_mw)| p_mw).sum();
                let mut mixed: BTreeMap<ElementId, f64> = BTreeMap::new();
                for (from, p_mw) in rows {
                    match from {
                        Err(source) => *mixed.entry(*source).or_default() += p_mw / all,
                        Ok(other) => {
                            for (&source, share) in shares.get(other).into_iter().flatten() {
                                *mixed.entry(source).or_default() += share * p_mw / all;
                            }
                        }
                    }
                }
                let before = shares.insert(bus, mixed.clone()).unwrap_or_default();
                for (source, share) in mixed {
                    change = change.max((share - before.get(&source).copied().unwrap_or(0.0)).abs());
                }
            }
            if change < 1e-9 {
                break;
            }
        }
        let mut total: BTreeMap<ElementId, f64> = BTreeMap::new();
        let mut all = 0.0;
        for (bus, rows) in inflow.iter().filter(|(bus, _)| self.station(**bus) == Some(station)) {
            // What comes in from outside the station.
            let outside =
                rows.iter().filter(|(from, _)| from.map_or(true, |from| self.station(from) != Some(station)));
            let p_mw: f64 = outside.map(|(_, p_mw)| p_mw).sum();
            all += p_mw;
            for (&source, share) in shares.get(bus).into_iter().flatten() {
                *total.entry(source).or_default() += share * p_mw;
            }
        }
        let mut found: Vec<SourceShare> = total
            .into_iter()
            .map(|(source, p_mw)| SourceShare { source, percent: 100.0 * p_mw / all })
            .filter(|one| one.percent >= LEAST_PERCENT)
            .collect();
        found.sort_by(|a, b| b.percent.total_cmp(&a.percent).then(a.source.cmp(&b.source)));
        found
    }

    /// The transformers of a station by the voltage that they feed, highest first.
    fn reserves(&self, station: SubstationId) -> Vec<Reserve> {
        let network = &self.grid.network;
        let mut levels: Vec<(f64, Vec<Unit>)> = Vec::new();
        for &(branch, upper, lower, p_mw, q_mvar) in &self.units {
            if self.station(upper).or(self.station(lower)) != Some(station) {
                continue;
            }
            let vn_kv = network.buses[lower].vn_kv;
            let rating = network.rating(branch);
            let rated = rating.normal.filter(|_| rating.unit == RatingUnit::Mva).unwrap_or(f64::NAN);
            match levels.iter_mut().find(|(kv, _)| same_kv(*kv, vn_kv)) {
                Some((_, units)) => units.push((rated, p_mw, q_mvar)),
                None => levels.push((vn_kv, vec![(rated, p_mw, q_mvar)])),
            }
        }
        levels.sort_by(|a, b| b.0.total_cmp(&a.0));
        let reserve = |(vn_kv, units): (f64, Vec<Unit>)| {
            let installed_mva: f64 = units.iter().map(|unit| unit.0).sum();
            let largest = units.iter().map(|unit| unit.0).fold(0.0, f64::max);
            let (p_mw, q_mvar) = units.iter().fold((0.0, 0.0), |(p, q), unit| (p + unit.1, q + unit.2));
            Reserve {
                vn_kv,
                units: units.len(),
                installed_mva,
                firm_mva: installed_mva - largest,
                carried_mva: f64::hypot(p_mw, q_mvar),
            }
        };
        levels.into_iter().map(reserve).collect()
    }
}

/// Sweeps after which shares are taken as they are: paths are shorter than this.
const SWEEPS: usize = 1000;
/// Shares below this are not told, percent.
const LEAST_PERCENT: f64 = 0.5;

/// Whether the loss of a supply breaks nothing and leaves no load without supply.
#[must_use]
pub fn is_harmless(lost: &Lost) -> bool {
    lost.status == Status::Converged && lost.unserved_mw <= 0.0 && lost.limits == 0
}
