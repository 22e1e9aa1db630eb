//! The step of the voltages: `v·(1 + ΔV/V)·(cos Δθ + j sin Δθ)`, four rows at a time.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use crate::linsolve::cpu::Arithmetic;
use std::f64::consts::FRAC_PI_4;

/// Coefficients of `sin x = x + x³·(s₀ + s₁x² + …)` on ±π/4, error below 2⁻⁵⁸.
///
/// # Source
/// fdlibm, `k_sin.c` and `k_cos.c`, Sun Microsystems 1993.
const SIN: [f64; 6] = [
    -1.666_666_666_666_663_2e-1,
    8.333_333_333_322_49e-3,
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
    let (from, to) = (&from[..rows], &mut to[..rows]);
    let mut row = 0;
    while row + 4 <= rows {
        let x: &[[f64; 2]; 4] = x[row..].first_chunk().unwrap_or(&[[0.0; 2]; 4]);
        let angle = [x[0][0], x[1][0], x[2][0], x[3][0]];
        let largest = angle[0].abs().max(angle[1].abs()).max(angle[2].abs().max(angle[3].abs()));
        let (cos, sin) = if largest < FRAC_PI_4 {
            let (cos, sin) = cos_sin(a, a.quad(angle));
            (a.array(cos), a.array(sin))
        } else {
            library(angle)
        };
        let mut k = 0;
        while k < 4 {
            to[row + k] = turned(a, from[row + k], 1.0 + x[k][1], cos[k], sin[k]);
            k += 1;
        }
        row += 4;
    }
    while row < rows {
        let (cos, sin) = library([x[row][0]; 4]);
        to[row] = turned(a, from[row], 1.0 + x[row][1], cos[0], sin[0]);
        row += 1;
    }
}

/// Cosines and sines of wide angles.
#[inline(never)]
fn library(angle: [f64; 4]) -> ([f64; 4], [f64; 4]) {
    (angle.map(f64::cos), angle.map(f64::sin))
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
    let (mut s, mut c) = (a.splat(SIN[5]), a.splat(COS[5]));
    let mut k = 5;
    while k > 0 {
        k -= 1;
        s = a.fma(s, square, a.splat(SIN[k]));
        c = a.fma(c, square, a.splat(COS[k]));
    }
    let sin = a.fma(a.mul(x, square), s, x);
    let half = a.fnma(a.splat(0.5), square, a.splat(1.0));
    let cos = a.fma(a.mul(square, square), c, half);
    (cos, sin)
}
