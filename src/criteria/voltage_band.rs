//! The voltage of every bus of a rated voltage lies in a band.
//!
//! ```text
//! min_kv ≤ vm_kv ≤ max_kv      for every bus in service with vn_kv as the rule says
//! ```
//!
//! A dead bus has no voltage: it is unmeasured here, and its load is told by `supply`.

use super::gauge::{Gauge, Subject, Tally};
use super::{Criterion, SolvedState, Violation, same_kv};
use crate::model::{Demand, ElementId, Rule};

/// See the header of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct VoltageBand;

impl Criterion for VoltageBand {
    fn name(&self) -> &'static str {
        "voltage"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        let Demand::Voltage { vn_kv, min_kv, max_kv, .. } = rule.demand else { return Tally::default() };
        let mut gauge = Gauge::new(rule, out);
        let buses = &state.flow.buses;
        for (&bus, &vm_kv) in buses.bus.iter().zip(&buses.vm_kv) {
            let record = &state.network.buses[bus];
            if record.built && record.in_service && same_kv(record.vn_kv, vn_kv) {
                let subject =
                    Subject { element: Some(ElementId::Bus(bus)), side: None, quantity: "vm", unit: "kV" };
                gauge.band(subject, vm_kv, min_kv, max_kv);
            }
        }
        gauge.tally()
    }
}
