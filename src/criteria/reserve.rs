//! The transformers of a substation that feed a voltage keep a reserve.
//!
//! ```text
//! use = 100 · |Σ S_low| / Σ Sn        over the station's energised transformers whose lower winding is at vn_kv
//! S_low = power leaving the lower winding, Sn = rated power on the nameplate (or the normal rating in MVA)
//! ```
//!
//! Powers are added as complex numbers: it is the station's load, not the sum of the units' loadings, so that
//! units that share unevenly are not counted twice. Of a three-winding unit it is the winding at that voltage that counts. Where load waits at a dead busbar of the station and no
//! unit is left to carry any, the use is infinite.

use super::gauge::{Gauge, Limits, Subject, Tally};
use super::state::ends;
use super::{Criterion, SolvedState, Violation, same_kv};
use crate::ids::{SubstationId, TransformerId};
use crate::model::{
    Demand, ElementId, Network, RatingUnit, Rule, StarImpedance, Transformer3, TransformerImpedance,
};

/// See the header of this file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reserve;

impl Criterion for Reserve {
    fn name(&self) -> &'static str {
        "reserve"
    }

    fn judge(&self, state: &SolvedState<'_>, rule: &Rule, out: &mut Vec<Violation>) -> Tally {
        let Demand::Reserve { vn_kv, warn_percent, max_percent } = rule.demand else {
            return Tally::default();
        };
        let limits = Limits { warn: warn_percent, limit: max_percent };
        let mut gauge = Gauge::new(rule, out);
        for station in state.network.substations.ids() {
            let Some(use_percent) = use_percent(state, station, vn_kv) else { continue };
            let subject = Subject {
                element: Some(ElementId::Substation(station)),
                side: None,
                quantity: "use",
                unit: "%",
            };
            gauge.upper(subject, use_percent, limits);
        }
        gauge.tally()
    }
}

/// The use of a station's transformers into `vn_kv`; `None` where it has none, or nothing to carry and none
/// in service; NaN where a rated power is unknown.
fn use_percent(state: &SolvedState<'_>, station: SubstationId, vn_kv: f64) -> Option<f64> {
    let (mut p_mw, mut q_mvar, mut sn_mva) = (0.0, 0.0, 0.0);
    let (mut any, mut energised) = (false, false);
    for &id in state.yards.transformers(station) {
        let transformer = &state.network.transformers[id];
        let Some((_, low)) = ends(state.network, transformer.from, transformer.to) else { continue };
        if !same_kv(state.network.buses[low].vn_kv, vn_kv) {
            continue;
        }
        any = true;
        let Some(row) = state.energised(id) else { continue };
        energised = true;
        let branches = &state.flow.branches;
        let (p, q) = if low == transformer.to {
            (&branches.p_to_mw, &branches.q_to_mvar)
        } else {
            (&branches.p_from_mw, &branches.q_from_mvar)
        };
        p_mw -= p.get(row)?;
        q_mvar -= q.get(row)?;
        sn_mva += rated_mva(state.network, id).unwrap_or(f64::NAN);
    }
    for &id in state.yards.transformers3(station) {
        let transformer = &state.network.transformers3[id];
        let highest_kv = state.network.highest_kv(ElementId::Transformer3(id));
        for (winding, w) in transformer.windings.iter().enumerate() {
            let kv = state.network.buses[w.bus].vn_kv;
            if !same_kv(kv, vn_kv) || same_kv(kv, highest_kv) {
                continue;
            }
            any = true;
            let Some((p, q)) = state.enters(id, winding) else { continue };
            energised = true;
            p_mw -= p;
            q_mvar -= q;
            sn_mva += winding_mva(transformer, winding).unwrap_or(f64::NAN);
        }
    }
    if energised {
        return Some(100.0 * p_mw.hypot(q_mvar) / sn_mva);
    }
    (any && load_waits(state, station, vn_kv)).then_some(f64::INFINITY)
}

/// Whether load is switched in at a dead busbar of the station.
fn load_waits(state: &SolvedState<'_>, station: SubstationId, vn_kv: f64) -> bool {
    state.yards.loads(station).iter().map(|&id| &state.network.loads[id]).any(|load| {
        load.built
            && load.in_service
            && load.p_mw.hypot(load.q_mvar) > 0.0
            && same_kv(state.network.buses[load.bus].vn_kv, vn_kv)
            && !state.bus_is_alive(load.bus)
    })
}

/// Rated power of a lower winding: its normal rating in MVA, else that of its pair with the first winding.
fn winding_mva(transformer: &Transformer3, winding: usize) -> Option<f64> {
    let rating = transformer.windings.get(winding)?.rating;
    if let (RatingUnit::Mva, Some(normal)) = (rating.unit, rating.normal) {
        return Some(normal);
    }
    match (&transformer.impedance, winding) {
        (StarImpedance::Nameplate { sn_mva, .. }, 0 | 1) => Some(sn_mva[0]),
        (StarImpedance::Nameplate { sn_mva, .. }, _) => Some(sn_mva[2]),
        (StarImpedance::PerUnit { .. }, _) => None,
    }
}

/// Rated power of a transformer: of its nameplate or type, else its normal rating in MVA.
fn rated_mva(network: &Network, id: TransformerId) -> Option<f64> {
    let transformer = &network.transformers[id];
    let nameplate = match &transformer.impedance {
        TransformerImpedance::Nameplate(nameplate) => Some(nameplate.sn_mva),
        TransformerImpedance::Type(id) => {
            network.catalogue.transformer_types.get(*id).map(|kind| kind.nameplate.sn_mva)
        }
        TransformerImpedance::PerUnit { .. } => None,
    };
    nameplate.or(match transformer.rating.unit {
        RatingUnit::Mva => transformer.rating.normal,
        RatingUnit::Ka => None,
    })
}
