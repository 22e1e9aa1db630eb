//! What is looked at after each outage.

use crate::flow::LoadFlow;
use crate::ids::BusId;
use crate::model::{ElementId, RatingUnit};

/// Limits to hold a state against.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Limits {
    /// Of buses.
    pub buses: Vec<BusLimit>,
    /// Of lines and transformers.
    pub branches: Vec<BranchLimit>,
}

/// A band for the voltage of a bus.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BusLimit {
    /// The bus.
    pub bus: BusId,
    /// Lowest voltage.
    pub min_pu: Option<f64>,
    /// Highest voltage.
    pub max_pu: Option<f64>,
    /// What the caller knows it by.
    pub tag: usize,
}

/// What a branch may carry at either end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BranchLimit {
    /// The line or transformer.
    pub branch: ElementId,
    /// Its rating, in `unit`.
    pub rating: f64,
    /// MVA or kA.
    pub unit: RatingUnit,
    /// The share of the rating that it may carry.
    pub max_percent: f64,
    /// What the caller knows it by.
    pub tag: usize,
}

/// A limit that a state passes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Passed {
    /// Of which limit.
    pub tag: usize,
    /// Voltage in p.u., or loading in percent of the rating.
    pub value: f64,
}

/// How far a limit may be passed and still count as held, as a share of it.
pub(super) const TOLERANCE: f64 = 1e-6;

impl BusLimit {
    /// Whether a voltage is out of the band.
    pub(super) fn is_passed(&self, vm_pu: f64) -> bool {
        self.min_pu.is_some_and(|min| vm_pu < min * (1.0 - TOLERANCE))
            || self.max_pu.is_some_and(|max| vm_pu > max * (1.0 + TOLERANCE))
    }
}

impl Limits {
    /// The limits that a solved state passes, in order. What is dead or carries nothing passes none.
    #[must_use]
    pub fn passed(&self, flow: &LoadFlow) -> Vec<Passed> {
        let mut passed = Vec::new();
        for limit in &self.buses {
            let vm_pu =
                flow.buses.bus.binary_search(&limit.bus).map_or(f64::NAN, |row| flow.buses.vm_pu[row]);
            if limit.is_passed(vm_pu) {
                passed.push(Passed { tag: limit.tag, value: vm_pu });
            }
        }
        let branches = &flow.branches;
        for limit in &self.branches {
            let Ok(row) = branches.branch.binary_search(&limit.branch) else { continue };
            let carried = match limit.unit {
                RatingUnit::Ka => f64::max(branches.i_from_ka[row], branches.i_to_ka[row]),
                RatingUnit::Mva => f64::max(
                    branches.p_from_mw[row].hypot(branches.q_from_mvar[row]),
                    branches.p_to_mw[row].hypot(branches.q_to_mvar[row]),
                ),
            };
            let value = 100.0 * carried / limit.rating;
            if branches.energised[row] && value > limit.max_percent * (1.0 + TOLERANCE) {
                passed.push(Passed { tag: limit.tag, value });
            }
        }
        passed
    }
}
