//! Loads that follow the voltage, as a constant power and an admittance.
//!
//! A power `p·v^n` has at `v0` the same value and the same slope as
//!
//! ```text
//! p·v0^n·(1 − n/2)  +  p·v0^(n−2)·(n/2) · v²
//! ```
//!
//! so a load flow of constant powers and admittances, solved again with `v0` from the solution before, is Newton's method on
//! the load's own law; it ends where `v = v0`, on the law itself.

use crate::model::{Load, LoadModel};
use num_complex::Complex64;

/// What a load draws at a voltage [p.u.], MW and Mvar.
#[must_use]
pub fn drawn(load: &Load, vm: f64) -> Complex64 {
    let s = |p: f64, q: f64| Complex64::new(load.p_mw * p, load.q_mvar * q);
    match load.model {
        LoadModel::Power => s(1.0, 1.0),
        LoadModel::Zip { p_current, p_impedance, q_current, q_impedance } => {
            let part = |i: f64, z: f64| (1.0 - i - z) + i * vm + z * vm * vm;
            s(part(p_current, p_impedance), part(q_current, q_impedance))
        }
        LoadModel::Exponential { p_exponent, q_exponent } => s(vm.powf(p_exponent), vm.powf(q_exponent)),
    }
}

/// Constant power [MW, Mvar] and admittance [MW and Mvar fed in at rated voltage, as a shunt has them] that stand for a load near a
/// voltage `v0` [p.u.].
#[must_use]
pub fn tangent(load: &Load, v0: f64) -> (Complex64, Complex64) {
    // value without and with v², per unit of the load's power
    let law = |n: f64| (v0.powf(n) * (1.0 - n / 2.0), v0.powf(n - 2.0) * n / 2.0);
    let zip = |i: f64, z: f64| {
        let current = law(1.0);
        ((1.0 - i - z) + i * current.0, z + i * current.1)
    };
    let (p, q) = match load.model {
        LoadModel::Power => return (Complex64::new(load.p_mw, load.q_mvar), Complex64::ZERO),
        LoadModel::Zip { p_current, p_impedance, q_current, q_impedance } => {
            (zip(p_current, p_impedance), zip(q_current, q_impedance))
        }
        LoadModel::Exponential { p_exponent, q_exponent } => (law(p_exponent), law(q_exponent)),
    };
    let power = Complex64::new(load.p_mw * p.0, load.q_mvar * q.0);
    // a shunt feeds in `b`, a load draws `q`
    (power, Complex64::new(load.p_mw * p.1, -load.q_mvar * q.1))
}
