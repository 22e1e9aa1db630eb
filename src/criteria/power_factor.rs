//! The power factor of the load taken from every load bus of a rated voltage.
//!
//! ```text
//! S = Σ S of the loads at the bus + Σ S entering the transformers down from the bus
//! pf = P/|S|      judged where P > 0 and Q > 0
//! ```
//!
//! A bus whose transformers bring power up feeds no load and is not judged; one that gives reactive power
//! back (Q ≤ 0) is compensated beyond unity, which is no fault of this rule: its value is 1.

use super::gauge::{Gauge, Limits, Subject, Tally};
use super::{Criterion, SolvedState, Violation, same_kv};
use crate::ids::BusId;
use crate::model::{Demand, ElementId, Rule, Winding};

/// See the header of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct PowerFactor;

impl Criterion for PowerFactor {
    fn name(&self) -> &'static str {
        "power_factor"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        let Demand::PowerFactor { vn_kv, min } = rule.demand else { return Tally::default() };
        let mut gauge = Gauge::new(rule, out);
        for &bus in &state.flow.buses.bus {
            if !same_kv(state.network.buses[bus].vn_kv, vn_kv) || !state.bus_is_alive(bus) {
                continue;
            }
            let (p_mw, q_mvar) = taken(state, bus);
            if p_mw > 0.0 {
                let value = if q_mvar > 0.0 { p_mw / p_mw.hypot(q_mvar) } else { 1.0 };
                let subject = Subject {
                    element: Some(ElementId::Bus(bus)),
                    side: None,
                    quantity: "power factor",
                    unit: "",
                };
                gauge.lower(subject, value, Limits { warn: None, limit: Some(min) });
            }
        }
        gauge.tally()
    }
}

/// Power taken from a bus by its loads and by the transformers down from it, MW and Mvar.
fn taken(state: &SolvedState<'_>, bus: BusId) -> (f64, f64) {
    let network = state.network;
    let loads = state
        .yards
        .loads_at(bus)
        .iter()
        .map(|&id| &network.loads[id])
        .filter(|load| load.built && load.in_service)
        .fold((0.0, 0.0), |(p, q), load| (p + load.p_mw, q + load.q_mvar));
    let branches = &state.flow.branches;
    let threes = state.yards.transformers3_down_from(bus).iter().filter_map(|&id| {
        let at_bus = |(_, winding): &(usize, &Winding)| winding.bus == bus;
        let (winding, _) = network.transformers3[id].windings.iter().enumerate().find(at_bus)?;
        state.enters(id, winding)
    });
    let loads = threes.fold(loads, |(p, q), (p_in, q_in)| (p + p_in, q + q_in));
    state.yards.transformers_down_from(bus).iter().fold(loads, |(p, q), &id| {
        let Some(row) = state.energised(id) else { return (p, q) };
        let (p_in, q_in) = if network.transformers[id].from == bus {
            (branches.p_from_mw.get(row), branches.q_from_mvar.get(row))
        } else {
            (branches.p_to_mw.get(row), branches.q_to_mvar.get(row))
        };
        (p + p_in.copied().unwrap_or(0.0), q + q_in.copied().unwrap_or(0.0))
    })
}
