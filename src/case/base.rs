//! The bases of the per-unit system: `zbase = vn²/sbase`, `ibase = sbase/(√3·vn)`.

/// Base impedance (ohm) at a rated voltage.
#[must_use]
pub fn zbase_ohm(vn_kv: f64, sbase_mva: f64) -> f64 {
    vn_kv * vn_kv / sbase_mva
}

/// Base current (kA) at a rated voltage.
#[must_use]
pub fn ibase_ka(vn_kv: f64, sbase_mva: f64) -> f64 {
    sbase_mva / (3.0_f64.sqrt() * vn_kv)
}
