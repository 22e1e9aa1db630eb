//! What is looked at after each outage.

use super::after::Swing;
use super::extremes::{Extreme, Extremes};
use crate::flow::LoadFlow;
use crate::ids::BusId;
use crate::model::{ElementId, RatingUnit, Side};

/// Limits to hold a state against.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Limits {
    /// Of buses.
    pub buses: Vec<BusLimit>,
    /// Of lines and transformers; those of the windings of one transformer stand together.
    pub branches: Vec<BranchLimit>,
    /// Of sums of flows.
    pub interfaces: Vec<InterfaceLimit>,
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
    /// What the caller knows it by: places count from 0 over all limits.
    pub tag: usize,
}

/// What a branch may carry at either end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct BranchLimit {
    /// The line or transformer.
    pub branch: ElementId,
    /// Of a three-winding transformer: which winding, from 0. All three have one tag: the one loaded most counts.
    pub winding: Option<usize>,
    /// Its rating, in `unit`.
    pub rating: f64,
    /// MVA or kA.
    pub unit: RatingUnit,
    /// The share of the rating that it may carry.
    pub max_percent: f64,
    /// What the caller knows it by.
    pub tag: usize,
}

/// What several branches together may carry.
#[derive(Clone, PartialEq, Debug)]
pub struct InterfaceLimit {
    /// Lines and two-winding transformers, and the end at which the active power that enters counts.
    pub branches: Vec<(ElementId, Side)>,
    /// Most that may flow, either way.
    pub rating_mw: f64,
    /// What the caller knows it by.
    pub tag: usize,
}

/// The values of a limited quantity that press it most over all outages.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Pressed {
    /// Lowest voltage, p.u.
    pub lowest: Option<Extreme>,
    /// Highest voltage, p.u., highest loading, percent, or highest sum of flows, MW.
    pub highest: Option<Extreme>,
}

/// A limit that a state passes.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Passed {
    /// Of which limit.
    pub tag: usize,
    /// Voltage in p.u., loading in percent of the rating, or sum of flows in MW.
    pub value: f64,
}

impl Passed {
    /// Adds to a list; of several with one tag, which come one after the other, the largest value stays.
    pub(super) fn push(self, list: &mut Vec<Self>) {
        match list.last_mut().filter(|last| last.tag == self.tag) {
            Some(last) => last.value = last.value.max(self.value),
            None => list.push(self),
        }
    }
}

/// How far a limit may be passed and still count as held, as a share of it.
pub(super) const TOLERANCE: f64 = 1e-6;

/// Above any voltage [p.u.]: the lowest is kept as what it is below this.
const ABOVE_ANY_PU: f64 = 4.0;

impl BusLimit {
    /// Takes note of a voltage.
    pub(super) fn note(&self, vm_pu: f64, outage: usize, extremes: &Extremes) {
        extremes.note(2 * self.tag, (ABOVE_ANY_PU - vm_pu).max(0.0), outage);
        extremes.note(2 * self.tag + 1, vm_pu, outage);
    }

    /// Whether a voltage is out of the band.
    pub(super) fn is_passed(&self, vm_pu: f64) -> bool {
        self.min_pu.is_some_and(|min| vm_pu < min * (1.0 - TOLERANCE))
            || self.max_pu.is_some_and(|max| vm_pu > max * (1.0 + TOLERANCE))
    }
}

impl Pressed {
    /// What was noted of a limit.
    pub(super) fn of(tag: usize, extremes: &Extremes) -> Self {
        let lowest = extremes.get(2 * tag);
        Self {
            lowest: lowest.map(|found| Extreme { value: ABOVE_ANY_PU - found.value, ..found }),
            highest: extremes.get(2 * tag + 1),
        }
    }
}

impl Limits {
    /// The limits that a solved state passes, in order. What is dead or carries nothing passes none.
    #[must_use]
    pub fn passed(&self, flow: &LoadFlow) -> Vec<Passed> {
        let values = self.values(flow);
        let (buses, others) = values.split_at(self.buses.len());
        let (branches, interfaces) = others.split_at(self.branches.len());
        let mut passed = Vec::new();
        for (limit, &value) in self.buses.iter().zip(buses) {
            if limit.is_passed(value) {
                passed.push(Passed { tag: limit.tag, value });
            }
        }
        for (limit, &value) in self.branches.iter().zip(branches) {
            if value > limit.max_percent * (1.0 + TOLERANCE) {
                Passed { tag: limit.tag, value }.push(&mut passed);
            }
        }
        for (limit, &value) in self.interfaces.iter().zip(interfaces) {
            if value > limit.rating_mw * (1.0 + TOLERANCE) {
                passed.push(Passed { tag: limit.tag, value });
            }
        }
        passed
    }

    /// What a solved state has of each limited quantity, in the order of the fields: voltages [p.u.], loadings [%], sums of
    /// flows [MW]; NaN at what is dead.
    pub(super) fn values(&self, flow: &LoadFlow) -> Vec<f64> {
        let vm = |limit: &BusLimit| {
            let row = flow.buses.bus.binary_search(&limit.bus);
            row.map_or(f64::NAN, |row| flow.buses.vm_pu[row])
        };
        let branches = &flow.branches;
        let loading = |limit: &BranchLimit| {
            if let Some(winding) = limit.winding {
                return winding_percent(limit, winding, flow);
            }
            let Ok(row) = branches.branch.binary_search(&limit.branch) else { return f64::NAN };
            if !branches.energised[row] {
                return f64::NAN;
            }
            let carried = match limit.unit {
                RatingUnit::Ka => f64::max(branches.i_from_ka[row], branches.i_to_ka[row]),
                RatingUnit::Mva => f64::max(
                    branches.p_from_mw[row].hypot(branches.q_from_mvar[row]),
                    branches.p_to_mw[row].hypot(branches.q_to_mvar[row]),
                ),
            };
            100.0 * carried / limit.rating
        };
        let entering_mw = |&(branch, side): &(ElementId, Side)| {
            let row = branches.branch.binary_search(&branch).ok().filter(|&row| branches.energised[row]);
            row.map_or(0.0, |row| match side {
                Side::From => branches.p_from_mw[row],
                Side::To => branches.p_to_mw[row],
            })
        };
        let sum = |limit: &InterfaceLimit| limit.branches.iter().map(entering_mw).sum::<f64>().abs();
        let loadings = self.branches.iter().map(loading);
        self.buses.iter().map(vm).chain(loadings).chain(self.interfaces.iter().map(sum)).collect()
    }

    /// Number of tags.
    pub(super) fn tags(&self) -> usize {
        let branches = self.branches.iter().map(|limit| limit.tag);
        let interfaces = self.interfaces.iter().map(|limit| limit.tag);
        let tags = self.buses.iter().map(|limit| limit.tag).chain(branches).chain(interfaces);
        tags.max().map_or(0, |largest| largest + 1)
    }

    /// Takes note of the values of a state, as [`Limits::values`] gives them.
    pub(super) fn note(&self, values: &[f64], outage: usize, extremes: &Extremes) {
        let (buses, others) = values.split_at(self.buses.len());
        let (branches, interfaces) = others.split_at(self.branches.len());
        for (limit, &vm_pu) in self.buses.iter().zip(buses) {
            limit.note(vm_pu, outage, extremes);
        }
        for (limit, &percent) in self.branches.iter().zip(branches) {
            extremes.note(2 * limit.tag + 1, percent, outage);
        }
        for (limit, &p_mw) in self.interfaces.iter().zip(interfaces) {
            extremes.note(2 * limit.tag + 1, p_mw, outage);
        }
    }

    /// What changes most between two states, as [`Limits::values`] gives them.
    pub(super) fn swing(&self, before: &[f64], after: &[f64]) -> Swing {
        let mut swing = Swing::default();
        let (buses, branches) = (self.buses.len(), self.buses.len() + self.branches.len());
        for (limit, k) in self.buses.iter().zip(0..buses) {
            swing.vm(limit.tag, before[k], after[k]);
        }
        for (limit, k) in self.branches.iter().zip(buses..branches) {
            swing.loading(limit.tag, before[k], after[k]);
        }
        swing
    }
}

/// The loading of a winding of a three-winding transformer, percent; NaN where it is not energised.
fn winding_percent(limit: &BranchLimit, winding: usize, flow: &LoadFlow) -> f64 {
    let columns = &flow.windings;
    let ElementId::Transformer3(id) = limit.branch else { return f64::NAN };
    let row = columns.transformer.partition_point(|&other| other < id) + winding;
    if columns.transformer.get(row) != Some(&id) || !columns.energised[row] {
        return f64::NAN;
    }
    let carried = match limit.unit {
        RatingUnit::Ka => columns.i_ka[row],
        RatingUnit::Mva => columns.p_mw[row].hypot(columns.q_mvar[row]),
    };
    100.0 * carried / limit.rating
}
