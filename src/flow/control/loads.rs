//! Loads that follow the voltage: brought onto their law after each solve (see [`crate::case::loads`]).

use super::state::State;
use super::{Control, Told};
use crate::case::loads::tangent;
use crate::ids::{LoadId, Node};
use crate::model::LoadModel;

/// How near the voltage has to be to the one a load was laid out for [p.u.]: the load is then off by its square.
const SAME_VM: f64 = 1e-6;

struct Loads {
    /// Load, node, and the voltage it is laid out for.
    all: Vec<(LoadId, Node, f64)>,
}

/// All loads that follow the voltage; `None` where there is none.
pub(super) fn all(state: &State<'_>) -> Option<Box<dyn Control>> {
    let loads = state.network.loads.iter_ids();
    let all: Vec<(LoadId, Node, f64)> = loads
        .filter(|(_, load)| load.built && load.in_service && load.model != LoadModel::Power)
        .filter_map(|(id, load)| Some((id, state.node(load.bus)?, 1.0)))
        .collect();
    (!all.is_empty()).then(|| Box::new(Loads { all }) as Box<dyn Control>)
}

impl Control for Loads {
    fn act(&mut self, state: &mut State<'_>) -> bool {
        let sbase = state.network.sbase_mva;
        let mut moved = false;
        for (id, node, v0) in &mut self.all {
            let vm = state.vm(*node);
            if (vm - *v0).abs() <= SAME_VM {
                continue;
            }
            let load = &state.network.loads[*id];
            let ((s0, y0), (s, y)) = (tangent(load, *v0), tangent(load, vm));
            state.case.sbus[*node] -= (s - s0) / sbase;
            state.add_shunt(*node, (y - y0) / sbase);
            *v0 = vm;
            moved = true;
        }
        moved
    }

    fn tell(&self, _: &State<'_>, _: &mut Told) {}
}
