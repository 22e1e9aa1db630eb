//! Plain Rust: what the target of the build guarantees.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::{Arithmetic, LANES, Lanes32, Lanes64, Wide};
use std::array::from_fn;

/// Plain Rust: what the target of the build guarantees. May be called without dispatch, for what is rare.
#[derive(Clone, Copy, Debug)]
pub struct Baseline;

/// `a·b + c`, fused only where the target has an instruction for it: without, it is a slow call.
#[inline(always)]
fn plain_mul_add(a: f64, b: f64, c: f64) -> f64 {
    if cfg!(any(target_feature = "fma", target_arch = "aarch64")) { a.mul_add(b, c) } else { a * b + c }
}

impl Arithmetic for Baseline {
    type Quad = [f64; 4];
    #[inline(always)]
    fn mul_add(self, a: f64, b: f64, c: f64) -> f64 {
        plain_mul_add(a, b, c)
    }
    #[inline(always)]
    fn quad(self, from: [f64; 4]) -> [f64; 4] {
        from
    }
    #[inline(always)]
    fn array(self, q: [f64; 4]) -> [f64; 4] {
        q
    }
    #[inline(always)]
    fn splat(self, a: f64) -> [f64; 4] {
        [a; 4]
    }
    #[inline(always)]
    fn pair(self, p: [f64; 2]) -> [f64; 4] {
        [p[0], p[1], p[0], p[1]]
    }
    #[inline(always)]
    fn spread(self, p: [f64; 2]) -> [f64; 4] {
        [p[0], p[0], p[1], p[1]]
    }
    #[inline(always)]
    fn even(self, q: [f64; 4]) -> [f64; 4] {
        [q[0], q[0], q[2], q[2]]
    }
    #[inline(always)]
    fn odd(self, q: [f64; 4]) -> [f64; 4] {
        [q[1], q[1], q[3], q[3]]
    }
    #[inline(always)]
    fn reverse(self, q: [f64; 4]) -> [f64; 4] {
        [q[3], q[2], q[1], q[0]]
    }
    #[inline(always)]
    fn row_sums(self, q: [f64; 4]) -> [f64; 4] {
        [q[0] + q[1], q[0] + q[1], q[2] + q[3], q[2] + q[3]]
    }
    #[inline(always)]
    fn add(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]]
    }
    #[inline(always)]
    fn sub(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        [a[0] - b[0], a[1] - b[1], a[2] - b[2], a[3] - b[3]]
    }
    #[inline(always)]
    fn mul(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        [a[0] * b[0], a[1] * b[1], a[2] * b[2], a[3] * b[3]]
    }
    #[inline(always)]
    fn div(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        [a[0] / b[0], a[1] / b[1], a[2] / b[2], a[3] / b[3]]
    }
    #[inline(always)]
    fn fma(self, a: [f64; 4], b: [f64; 4], c: [f64; 4]) -> [f64; 4] {
        [
            plain_mul_add(a[0], b[0], c[0]),
            plain_mul_add(a[1], b[1], c[1]),
            plain_mul_add(a[2], b[2], c[2]),
            plain_mul_add(a[3], b[3], c[3]),
        ]
    }
    #[inline(always)]
    fn fnma(self, a: [f64; 4], b: [f64; 4], c: [f64; 4]) -> [f64; 4] {
        [
            plain_mul_add(-a[0], b[0], c[0]),
            plain_mul_add(-a[1], b[1], c[1]),
            plain_mul_add(-a[2], b[2], c[2]),
            plain_mul_add(-a[3], b[3], c[3]),
        ]
    }
    #[inline(always)]
    fn abs(self, q: [f64; 4]) -> [f64; 4] {
        [q[0].abs(), q[1].abs(), q[2].abs(), q[3].abs()]
    }
    #[inline(always)]
    fn max(self, a: [f64; 4], b: [f64; 4]) -> [f64; 4] {
        [
            if a[0] > b[0] { a[0] } else { b[0] },
            if a[1] > b[1] { a[1] } else { b[1] },
            if a[2] > b[2] { a[2] } else { b[2] },
            if a[3] > b[3] { a[3] } else { b[3] },
        ]
    }
}

impl Wide for Baseline {
    type W64 = [f64; LANES];
    type W32 = [f32; LANES];
    #[inline(always)]
    fn load64(self, from: &Lanes64) -> [f64; LANES] {
        from.0
    }
    #[inline(always)]
    fn store64(self, a: [f64; LANES], to: &mut Lanes64) {
        to.0 = a;
    }
    #[inline(always)]
    fn splat64(self, a: f64) -> [f64; LANES] {
        [a; LANES]
    }
    #[inline(always)]
    fn add64(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| a[k] + b[k])
    }
    #[inline(always)]
    fn sub64(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| a[k] - b[k])
    }
    #[inline(always)]
    fn mul64(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| a[k] * b[k])
    }
    #[inline(always)]
    fn fma64(self, a: [f64; LANES], b: [f64; LANES], c: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| plain_mul_add(a[k], b[k], c[k]))
    }
    #[inline(always)]
    fn fnma64(self, a: [f64; LANES], b: [f64; LANES], c: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| plain_mul_add(-a[k], b[k], c[k]))
    }
    #[inline(always)]
    fn abs64(self, a: [f64; LANES]) -> [f64; LANES] {
        a.map(f64::abs)
    }
    #[inline(always)]
    fn max64(self, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| if a[k] > b[k] { a[k] } else { b[k] })
    }
    #[inline(always)]
    fn select64(self, bits: u16, a: [f64; LANES], b: [f64; LANES]) -> [f64; LANES] {
        from_fn(|k| if bits >> k & 1 == 1 { a[k] } else { b[k] })
    }
    #[inline(always)]
    fn load32(self, from: &Lanes32) -> [f32; LANES] {
        from.0
    }
    #[inline(always)]
    fn store32(self, a: [f32; LANES], to: &mut Lanes32) {
        to.0 = a;
    }
    #[inline(always)]
    fn splat32(self, a: f32) -> [f32; LANES] {
        [a; LANES]
    }
    #[inline(always)]
    fn add32(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        from_fn(|k| a[k] + b[k])
    }
    #[inline(always)]
    fn mul32(self, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        from_fn(|k| a[k] * b[k])
    }
    #[inline(always)]
    fn fma32(self, a: [f32; LANES], b: [f32; LANES], c: [f32; LANES]) -> [f32; LANES] {
        from_fn(|k| a[k] * b[k] + c[k])
    }
    #[inline(always)]
    fn fnma32(self, a: [f32; LANES], b: [f32; LANES], c: [f32; LANES]) -> [f32; LANES] {
        from_fn(|k| c[k] - a[k] * b[k])
    }
    #[inline(always)]
    fn select32(self, bits: u16, a: [f32; LANES], b: [f32; LANES]) -> [f32; LANES] {
        from_fn(|k| if bits >> k & 1 == 1 { a[k] } else { b[k] })
    }
    #[inline(always)]
    #[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
    fn narrow(self, a: [f64; LANES]) -> [f32; LANES] {
        a.map(|a| a as f32)
    }
    #[inline(always)]
    fn widen(self, a: [f32; LANES]) -> [f64; LANES] {
        a.map(f64::from)
    }
}
