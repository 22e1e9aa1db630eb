//! A line between levels of different rated voltages: a ratio of the two, with its ohms as the second level sees them.

use crate::ids::BusId;
use crate::model::{EndShunt, Name, Transformer, TransformerImpedance};

/// The line as a transformer, if the rated voltages of its ends differ: `z` in ohm, `shunts` in siemens at each end.
pub(super) fn between_levels(
    id: &Name,
    ends: [BusId; 2],
    vn_kv: [f64; 2],
    (r_ohm, x_ohm): (f64, f64),
    shunts: [(f64, f64); 2],
    sbase_mva: f64,
) -> Option<Transformer> {
    let [from, to] = vn_kv;
    if from <= 0.0 || to <= 0.0 || (from - to).abs() <= 1e-6 * from {
        return None;
    }
    let zbase = to * to / sbase_mva;
    let impedance = TransformerImpedance::PerUnit {
        r_pu: r_ohm / zbase,
        x_pu: x_ohm / zbase,
        g_pu: 0.0,
        b_pu: 0.0,
        sbase_mva,
    };
    let at = |(g, b): (f64, f64), vn: f64| EndShunt { g_mw: g * vn * vn, b_mvar: b * vn * vn };
    Some(Transformer {
        ratio_pu: to / from,
        end_shunts: [at(shunts[0], from), at(shunts[1], to)],
        ..Transformer::new(id.clone(), ends[0], ends[1], impedance)
    })
}
