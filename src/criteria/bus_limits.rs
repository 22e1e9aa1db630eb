//! The voltage of every bus lies within the limits of its own record: what a bare grid file asks for.
//!
//! ```text
//! vm_min_pu ≤ vm_pu ≤ vm_max_pu
//! ```

use super::gauge::{Gauge, Subject, Tally};
use super::{Criterion, SolvedState, Violation};
use crate::model::{Demand, ElementId, Rule};

/// See the header of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct BusLimits;

impl Criterion for BusLimits {
    fn name(&self) -> &'static str {
        "voltage"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        if rule.demand != Demand::BusLimits {
            return Tally::default();
        }
        let mut gauge = Gauge::new(rule, out);
        let buses = &state.flow.buses;
        for (&bus, &vm_pu) in buses.bus.iter().zip(&buses.vm_pu) {
            let record = &state.network.buses[bus];
            if record.built && record.in_service {
                let subject =
                    Subject { element: Some(ElementId::Bus(bus)), side: None, quantity: "vm", unit: "p.u." };
                gauge.band(subject, vm_pu, record.vm_min_pu, record.vm_max_pu);
            }
        }
        gauge.tally()
    }
}
