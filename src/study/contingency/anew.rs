//! An outage that is more than a change of one case: the grid without it, built and solved with the whole ladder.

use super::after::{After, How, Swing};
use super::back_feed::{Moved, Stations};
use super::extremes::Extremes;
use super::limits::Limits;
use super::outage::Outage;
use super::redispatch::Redispatch;
use crate::case::{self, CaseError};
use crate::flow::{self, FlowOptions, LoadFlow, Status};
use crate::ids::{BusId, Col, GeneratorId, IslandId};
use crate::model::{Control, ElementId, Network};
use num_complex::Complex64;
use std::borrow::Cow;

/// What an outage that is solved anew sets out from.
pub(super) struct Outset<'a> {
    pub(super) network: Cow<'a, Network>,
    pub(super) base: &'a LoadFlow,
    /// The generators that balance the base.
    pub(super) slacks: Vec<GeneratorId>,
    pub(super) limits: &'a Limits,
    /// What the base has of what is limited.
    pub(super) before: Vec<f64>,
    pub(super) options: FlowOptions,
    pub(super) redispatch: Redispatch,
}

/// A grid without what an outage takes.
#[derive(Debug)]
pub struct Without {
    /// The network: what is lost is out of service, and neighbours draw what they have taken over.
    pub network: Network,
    /// Buses that had a voltage and have none now, in order.
    pub dead: Vec<BusId>,
    /// What neighbours take over.
    pub moved: Vec<Moved>,
    /// Load left without supply, before that (MW).
    pub lost_mw: f64,
    /// The generator that balances now, where the outage took the one that did.
    pub slack: Option<GeneratorId>,
}

impl Outset<'_> {
    /// Takes an outage out of the network.
    pub(super) fn without(
        &self,
        outage: &Outage,
        stations: &Stations<'_>,
        fed_in: &Col<GeneratorId, Complex64>,
    ) -> Result<Without, CaseError> {
        let mut network = self.network.clone().into_owned();
        let mut lost_mw = 0.0;
        for &element in &outage.elements {
            network.set_in_service(element, false);
            if let ElementId::Load(id) = element {
                lost_mw += self.network.loads[id].p_mw;
            }
        }
        for &element in &outage.closed {
            network.set_in_service(element, true);
        }
        let slack = network.hand_over_slack();
        let dead = self.cut_off(&network)?;
        let loads = network.loads.iter().filter(|load| load.built && load.in_service);
        lost_mw +=
            loads.filter(|load| dead.binary_search(&load.bus).is_ok()).map(|load| load.p_mw).sum::<f64>();
        let is_alive = |bus: BusId| self.was_alive(bus) && dead.binary_search(&bus).is_err();
        let moved = stations.moved(&dead, &is_alive);
        for one in &moved {
            for (load, s) in stations.drawn(one, &is_alive) {
                network.loads[load].p_mw += s.re;
                network.loads[load].q_mvar += s.im;
            }
        }
        self.make_up(&mut network, fed_in, &is_alive, lost_mw);
        for &bus in &dead {
            network.buses[bus].in_service = false;
        }
        Ok(Without { network, dead, moved, lost_mw, slack })
    }

    fn was_alive(&self, bus: BusId) -> bool {
        let row = self.base.buses.bus.binary_search(&bus);
        row.is_ok_and(|row| !self.base.buses.vm_pu[row].is_nan())
    }

    /// Builds the grid without what is out, solves it from the base and on, and hands it to `visit` for each of `members`:
    /// outages that leave this grid, counted from `before` on.
    pub(super) fn rebuilt<T>(
        &self,
        members: &[usize],
        outage: &Outage,
        stations: &Stations<'_>,
        fed_in: &Col<GeneratorId, Complex64>,
        (before, extremes): (usize, &Extremes),
        visit: &impl Fn(After<'_>) -> T,
    ) -> Result<Vec<T>, CaseError> {
        let first = before + members.first().copied().unwrap_or(0);
        let Without { network, dead, moved, lost_mw, slack } = self.without(outage, stations, fed_in)?;
        let mut after = After {
            outage: 0,
            same_as: None,
            status: Status::Converged,
            how: How::Anew,
            lost_mw,
            dead: &dead,
            moved: &moved,
            slack,
            passed: &[],
            swing: Swing::default(),
            solvable_share: None,
        };
        let passed;
        let is_alive = |&bus: &BusId| self.was_alive(bus) && dead.binary_search(&bus).is_err();
        // Where all is dark there is nothing to solve.
        if self.base.buses.bus.iter().any(is_alive) {
            let flow = flow::load_flow(&network, &self.options, Some(self.base))?;
            after.status = flow.status;
            if flow.status == Status::Converged {
                passed = self.limits.passed(&flow);
                after.passed = &passed;
                let values = self.limits.values(&flow);
                after.swing = self.limits.swing(&self.before, &values);
                self.limits.note(&values, first, extremes);
            } else {
                after.solvable_share =
                    flow.islands.iter().filter_map(|island| island.solvable_share).reduce(f64::min);
            }
        }
        let told = members.iter().map(|&k| {
            let outage = before + k;
            visit(After { outage, same_as: (first != outage).then_some(first), ..after })
        });
        Ok(told.collect())
    }

    /// Puts what other machines feed in for lost generation on them.
    fn make_up(
        &self,
        without: &mut Network,
        fed_in: &Col<GeneratorId, Complex64>,
        is_alive: &dyn Fn(BusId) -> bool,
        lost_mw: f64,
    ) {
        let stands = |id: GeneratorId| {
            let g = &without.generators[id];
            g.built && g.in_service && is_alive(g.bus)
        };
        // Compensators that the base has at a limit stand as machines behind the others, and feed in no active power.
        let p_mw = |id: GeneratorId| fed_in.get(id).map_or(0.0, |s| s.re);
        let gone: f64 = without.generators.ids().filter(|&id| !stands(id)).map(p_mw).sum();
        let shares = self.redispatch.shares(without, &p_mw, gone - lost_mw, &stands);
        for (id, more_mw) in shares {
            without.generators[id].p_mw += more_mw;
        }
    }

    /// The buses that had a voltage and no longer hang together with a slack of the base; where an outage takes those
    /// themselves, with whatever balances now.
    fn cut_off(&self, without: &Network) -> Result<Vec<BusId>, CaseError> {
        let buses = self.base.buses.bus.iter().zip(&self.base.buses.vm_pu);
        let alive = buses.filter(|(_, vm)| !vm.is_nan()).map(|(&bus, _)| bus);
        let stands = |g: &&crate::model::Generator| g.built && g.in_service && without.bus_is_live(g.bus);
        if !without.generators.iter().any(|g| stands(&g) && g.control == Control::Slack) {
            return Ok(alive.collect());
        }
        let islands = case::build(without)?;
        let kept = |id: IslandId| islands.slack[id].iter().any(|slack| self.slacks.contains(slack));
        let any_kept = islands.cases.ids().any(kept);
        let has_slack =
            |bus: BusId| islands.map.node(bus).is_some_and(|(island, _)| !any_kept || kept(island));
        Ok(alive.filter(|&bus| !has_slack(bus)).collect())
    }
}
