//! The step of the voltages: `v·(1 + ΔV/V)·(cos Δθ + j sin Δθ)`, four rows at a time.

use crate::linsolve::cpu::Arithmetic;
use std::f64::consts::FRAC_PI_4;

/// Coefficients of `sin x = x + x³·(s₀ + s₁x² + …)` on ±π/4, error below 2⁻⁵⁸.
///
/// # Source
/// fdlibm, `k_sin.c` and `k_cos.c`, Sun Microsystems 1993.
const SIN: [f64; 6] = [
    -1.666_666_666_666_663_2e-1,
    8.333_333_333_322_489e-3,
    -1.984_126_982_985_795e-4,
    2.755_731_370_707_007e-6,
    -2.505_076_025_340_686_3e-8,
    1.589_690_995_211_55e-10,
];

/// Coefficients of `cos x = 1 − x²/2 + x⁴·(c₀ + c₁x² + …)`.
const COS: [f64; 6] = [
    4.166_666_666_666_66e-2,
    -1.388_888_888_887_411e-3,
    2.480_158_728_947_673e-5,
    -2.755_731_435_139_066_3e-7,
    2.087_572_321_298_175e-9,
    -1.135_964_755_778_819_5e-11,
];

/// `to = from` after the step `x` of the rows; rows of slack buses, behind, are left as they are in `to`.
#[inline(always)]
pub(super) fn rotate<A: Arithmetic>(a: A, x: &[[f64; 2]], from: &[[f64; 2]], to: &mut [[f64; 2]]) {
    let rows = x.len();
    let whole = rows - rows % 4;
    let (from, to) = (&from[..rows], &mut to[..rows]);
    for ((x, from), to) in x.chunks_exact(4).zip(from.chunks_exact(4)).zip(to.chunks_exact_mut(4)) {
        let angle = [x[0][0], x[1][0], x[2][0], x[3][0]];
        let (cos, sin) = if angle.iter().all(|angle| angle.abs() < FRAC_PI_4) {
            let (cos, sin) = cos_sin(a, a.quad(angle));
            (a.array(cos), a.array(sin))
        } else {
            (angle.map(f64::cos), angle.map(f64::sin))
        };
        for k in 0..4 {
            to[k] = turned(a, from[k], 1.0 + x[k][1], cos[k], sin[k]);
        }
    }
    for k in whole..rows {
        let (sin, cos) = x[k][0].sin_cos();
        to[k] = turned(a, from[k], 1.0 + x[k][1], cos, sin);
    }
}

#[inline(always)]
fn turned<A: Arithmetic>(a: A, [e, f]: [f64; 2], stretch: f64, cos: f64, sin: f64) -> [f64; 2] {
    let (cos, sin) = (stretch * cos, stretch * sin);
    [a.mul_add(-f, sin, e * cos), a.mul_add(e, sin, f * cos)]
}

/// Cosine and sine of angles within ±π/4.
#[inline(always)]
fn cos_sin<A: Arithmetic>(a: A, x: A::Quad) -> (A::Quad, A::Quad) {
    let square = a.mul(x, x);
    let series = |c: &[f64; 6]| {
        c[..5].iter().rev().fold(a.splat(c[5]), |sum, &c| a.fma(sum, square, a.splat(c)))
    };
    let sin = a.fma(a.mul(x, square), series(&SIN), x);
    let half = a.fnma(a.splat(0.5), square, a.splat(1.0));
    let cos = a.fma(a.mul(square, square), series(&COS), half);
    (cos, sin)
}
