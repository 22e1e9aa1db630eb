//! Registers of x86-64: AVX2, and AVX-512 for lanes of cases.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::{Arithmetic, Lanes32, Lanes64, Wide};
use pulp::cast;
use pulp::x86::{V3, V4};
use std::arch::x86_64::{__m128, __m128d, __m256, __m256d, __m512, __m512d};

/// Blocks in 256-bit registers with fused multiply-add; lanes of cases as wide as `W` says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Avx<W> {
    v3: V3,
    w: W,
}

impl Avx<V3> {
    /// Lanes in 256-bit registers.
    #[inline(always)]
    pub(super) fn with_256(v3: V3) -> Self {
        Self { v3, w: v3 }
    }
}

impl Avx<V4> {
    /// Lanes in 512-bit registers.
    #[inline(always)]
    pub(super) fn with_512(v4: V4) -> Self {
        Self { v3: *v4, w: v4 }
    }
}

impl<W: Copy> Arithmetic for Avx<W>
where
    Self: Wide,
{
    type Quad = __m256d;
    #[inline(always)]
    fn mul_add(self, a: f64, b: f64, c: f64) -> f64 {
        a.mul_add(b, c)
    }
    #[inline(always)]
    fn quad(self, from: [f64; 4]) -> __m256d {
        cast(from)
    }
    #[inline(always)]
    fn array(self, q: __m256d) -> [f64; 4] {
        cast(q)
    }
    #[inline(always)]
    fn splat(self, a: f64) -> __m256d {
        self.v3.avx._mm256_set1_pd(a)
    }
    #[inline(always)]
    fn pair(self, p: [f64; 2]) -> __m256d {
        let p: __m128d = cast(p);
        self.v3.avx._mm256_set_m128d(p, p)
    }
    #[inline(always)]
    fn spread(self, p: [f64; 2]) -> __m256d {
        self.v3.avx._mm256_permute_pd::<0b1100>(self.pair(p))
    }
    #[inline(always)]
    fn even(self, q: __m256d) -> __m256d {
        self.v3.avx._mm256_movedup_pd(q)
    }
    #[inline(always)]
    fn odd(self, q: __m256d) -> __m256d {
        self.v3.avx._mm256_permute_pd::<0b1111>(q)
    }
    #[inline(always)]
    fn reverse(self, q: __m256d) -> __m256d {
        self.v3.avx2._mm256_permute4x64_pd::<0b00_01_10_11>(q)
    }
    #[inline(always)]
    fn row_sums(self, q: __m256d) -> __m256d {
        self.v3.avx._mm256_hadd_pd(q, q)
    }
    #[inline(always)]
    fn add(self, a: __m256d, b: __m256d) -> __m256d {
        self.v3.avx._mm256_add_pd(a, b)
    }
    #[inline(always)]
    fn sub(self, a: __m256d, b: __m256d) -> __m256d {
        self.v3.avx._mm256_sub_pd(a, b)
    }
    #[inline(always)]
    fn mul(self, a: __m256d, b: __m256d) -> __m256d {
        self.v3.avx._mm256_mul_pd(a, b)
    }
    #[inline(always)]
    fn div(self, a: __m256d, b: __m256d) -> __m256d {
        self.v3.avx._mm256_div_pd(a, b)
    }
    #[inline(always)]
    fn fma(self, a: __m256d, b: __m256d, c: __m256d) -> __m256d {
        self.v3.fma._mm256_fmadd_pd(a, b, c)
    }
    #[inline(always)]
    fn fnma(self, a: __m256d, b: __m256d, c: __m256d) -> __m256d {
        self.v3.fma._mm256_fnmadd_pd(a, b, c)
    }
    #[inline(always)]
    fn abs(self, q: __m256d) -> __m256d {
        self.v3.avx._mm256_andnot_pd(self.v3.avx._mm256_set1_pd(-0.0), q)
    }
    #[inline(always)]
    fn max(self, a: __m256d, b: __m256d) -> __m256d {
        self.v3.avx._mm256_max_pd(a, b)
    }
}

impl Wide for Avx<V3> {
    type W64 = [__m256d; 4];
    type W32 = [__m256; 2];
    #[inline(always)]
    fn load64(self, from: &Lanes64) -> Self::W64 {
        cast(from.0)
    }
    #[inline(always)]
    fn store64(self, a: Self::W64, to: &mut Lanes64) {
        to.0 = cast(a);
    }
    #[inline(always)]
    fn splat64(self, a: f64) -> Self::W64 {
        [self.w.avx._mm256_set1_pd(a); 4]
    }
    #[inline(always)]
    fn add64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [
            self.w.avx._mm256_add_pd(a[0], b[0]),
            self.w.avx._mm256_add_pd(a[1], b[1]),
            self.w.avx._mm256_add_pd(a[2], b[2]),
            self.w.avx._mm256_add_pd(a[3], b[3]),
        ]
    }
    #[inline(always)]
    fn sub64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [
            self.w.avx._mm256_sub_pd(a[0], b[0]),
            self.w.avx._mm256_sub_pd(a[1], b[1]),
            self.w.avx._mm256_sub_pd(a[2], b[2]),
            self.w.avx._mm256_sub_pd(a[3], b[3]),
        ]
    }
    #[inline(always)]
    fn mul64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [
            self.w.avx._mm256_mul_pd(a[0], b[0]),
            self.w.avx._mm256_mul_pd(a[1], b[1]),
            self.w.avx._mm256_mul_pd(a[2], b[2]),
            self.w.avx._mm256_mul_pd(a[3], b[3]),
        ]
    }
    #[inline(always)]
    fn fma64(self, a: Self::W64, b: Self::W64, c: Self::W64) -> Self::W64 {
        [
            self.w.fma._mm256_fmadd_pd(a[0], b[0], c[0]),
            self.w.fma._mm256_fmadd_pd(a[1], b[1], c[1]),
            self.w.fma._mm256_fmadd_pd(a[2], b[2], c[2]),
            self.w.fma._mm256_fmadd_pd(a[3], b[3], c[3]),
        ]
    }
    #[inline(always)]
    fn fnma64(self, a: Self::W64, b: Self::W64, c: Self::W64) -> Self::W64 {
        [
            self.w.fma._mm256_fnmadd_pd(a[0], b[0], c[0]),
            self.w.fma._mm256_fnmadd_pd(a[1], b[1], c[1]),
            self.w.fma._mm256_fnmadd_pd(a[2], b[2], c[2]),
            self.w.fma._mm256_fnmadd_pd(a[3], b[3], c[3]),
        ]
    }
    #[inline(always)]
    fn abs64(self, a: Self::W64) -> Self::W64 {
        let sign = self.w.avx._mm256_set1_pd(-0.0);
        [
            self.w.avx._mm256_andnot_pd(sign, a[0]),
            self.w.avx._mm256_andnot_pd(sign, a[1]),
            self.w.avx._mm256_andnot_pd(sign, a[2]),
            self.w.avx._mm256_andnot_pd(sign, a[3]),
        ]
    }
    #[inline(always)]
    fn max64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [
            self.w.avx._mm256_max_pd(a[0], b[0]),
            self.w.avx._mm256_max_pd(a[1], b[1]),
            self.w.avx._mm256_max_pd(a[2], b[2]),
            self.w.avx._mm256_max_pd(a[3], b[3]),
        ]
    }
    #[inline(always)]
    fn select64(self, bits: u16, a: Self::W64, b: Self::W64) -> Self::W64 {
        [
            self.w.avx._mm256_blendv_pd(b[0], a[0], four(bits)),
            self.w.avx._mm256_blendv_pd(b[1], a[1], four(bits >> 4)),
            self.w.avx._mm256_blendv_pd(b[2], a[2], four(bits >> 8)),
            self.w.avx._mm256_blendv_pd(b[3], a[3], four(bits >> 12)),
        ]
    }
    #[inline(always)]
    fn load32(self, from: &Lanes32) -> Self::W32 {
        cast(from.0)
    }
    #[inline(always)]
    fn store32(self, a: Self::W32, to: &mut Lanes32) {
        to.0 = cast(a);
    }
    #[inline(always)]
    fn splat32(self, a: f32) -> Self::W32 {
        [self.w.avx._mm256_set1_ps(a); 2]
    }
    #[inline(always)]
    fn add32(self, a: Self::W32, b: Self::W32) -> Self::W32 {
        [self.w.avx._mm256_add_ps(a[0], b[0]), self.w.avx._mm256_add_ps(a[1], b[1])]
    }
    #[inline(always)]
    fn mul32(self, a: Self::W32, b: Self::W32) -> Self::W32 {
        [self.w.avx._mm256_mul_ps(a[0], b[0]), self.w.avx._mm256_mul_ps(a[1], b[1])]
    }
    #[inline(always)]
    fn fma32(self, a: Self::W32, b: Self::W32, c: Self::W32) -> Self::W32 {
        [self.w.fma._mm256_fmadd_ps(a[0], b[0], c[0]), self.w.fma._mm256_fmadd_ps(a[1], b[1], c[1])]
    }
    #[inline(always)]
    fn fnma32(self, a: Self::W32, b: Self::W32, c: Self::W32) -> Self::W32 {
        [self.w.fma._mm256_fnmadd_ps(a[0], b[0], c[0]), self.w.fma._mm256_fnmadd_ps(a[1], b[1], c[1])]
    }
    #[inline(always)]
    fn select32(self, bits: u16, a: Self::W32, b: Self::W32) -> Self::W32 {
        [
            self.w.avx._mm256_blendv_ps(b[0], a[0], eight(bits)),
            self.w.avx._mm256_blendv_ps(b[1], a[1], eight(bits >> 8)),
        ]
    }
    #[inline(always)]
    fn narrow(self, a: Self::W64) -> Self::W32 {
        let half = self.w.avx;
        [
            cast([half._mm256_cvtpd_ps(a[0]), half._mm256_cvtpd_ps(a[1])]),
            cast([half._mm256_cvtpd_ps(a[2]), half._mm256_cvtpd_ps(a[3])]),
        ]
    }
    #[inline(always)]
    fn widen(self, a: Self::W32) -> Self::W64 {
        let ([a, b], [c, d]): ([__m128; 2], [__m128; 2]) = (cast(a[0]), cast(a[1]));
        let half = self.w.avx;
        [half._mm256_cvtps_pd(a), half._mm256_cvtps_pd(b), half._mm256_cvtps_pd(c), half._mm256_cvtps_pd(d)]
    }
}

/// All bits of a lane where the bit of `bits` is set.
#[inline(always)]
fn four(bits: u16) -> __m256d {
    let lane = |k: u16| if bits >> k & 1 == 1 { u64::MAX } else { 0 };
    cast([lane(0), lane(1), lane(2), lane(3)])
}

/// All bits of a lane where the bit of `bits` is set.
#[inline(always)]
fn eight(bits: u16) -> __m256 {
    let lane = |k: u16| if bits >> k & 1 == 1 { u32::MAX } else { 0 };
    cast([lane(0), lane(1), lane(2), lane(3), lane(4), lane(5), lane(6), lane(7)])
}

impl Wide for Avx<V4> {
    type W64 = [__m512d; 2];
    type W32 = [__m512; 1];
    #[inline(always)]
    fn load64(self, from: &Lanes64) -> Self::W64 {
        cast(from.0)
    }
    #[inline(always)]
    fn store64(self, a: Self::W64, to: &mut Lanes64) {
        to.0 = cast(a);
    }
    #[inline(always)]
    fn splat64(self, a: f64) -> Self::W64 {
        [self.w.avx512f._mm512_set1_pd(a); 2]
    }
    #[inline(always)]
    fn add64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_add_pd(a[0], b[0]), self.w.avx512f._mm512_add_pd(a[1], b[1])]
    }
    #[inline(always)]
    fn sub64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_sub_pd(a[0], b[0]), self.w.avx512f._mm512_sub_pd(a[1], b[1])]
    }
    #[inline(always)]
    fn mul64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_mul_pd(a[0], b[0]), self.w.avx512f._mm512_mul_pd(a[1], b[1])]
    }
    #[inline(always)]
    fn fma64(self, a: Self::W64, b: Self::W64, c: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_fmadd_pd(a[0], b[0], c[0]), self.w.avx512f._mm512_fmadd_pd(a[1], b[1], c[1])]
    }
    #[inline(always)]
    fn fnma64(self, a: Self::W64, b: Self::W64, c: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_fnmadd_pd(a[0], b[0], c[0]), self.w.avx512f._mm512_fnmadd_pd(a[1], b[1], c[1])]
    }
    #[inline(always)]
    fn abs64(self, a: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_abs_pd(a[0]), self.w.avx512f._mm512_abs_pd(a[1])]
    }
    #[inline(always)]
    fn max64(self, a: Self::W64, b: Self::W64) -> Self::W64 {
        [self.w.avx512f._mm512_max_pd(a[0], b[0]), self.w.avx512f._mm512_max_pd(a[1], b[1])]
    }
    #[inline(always)]
    fn select64(self, bits: u16, a: Self::W64, b: Self::W64) -> Self::W64 {
        let [low, high] = bits.to_le_bytes();
        [
            self.w.avx512f._mm512_mask_blend_pd(low, b[0], a[0]),
            self.w.avx512f._mm512_mask_blend_pd(high, b[1], a[1]),
        ]
    }
    #[inline(always)]
    fn load32(self, from: &Lanes32) -> Self::W32 {
        cast(from.0)
    }
    #[inline(always)]
    fn store32(self, a: Self::W32, to: &mut Lanes32) {
        to.0 = cast(a);
    }
    #[inline(always)]
    fn splat32(self, a: f32) -> Self::W32 {
        [self.w.avx512f._mm512_set1_ps(a); 1]
    }
    #[inline(always)]
    fn add32(self, a: Self::W32, b: Self::W32) -> Self::W32 {
        [self.w.avx512f._mm512_add_ps(a[0], b[0])]
    }
    #[inline(always)]
    fn mul32(self, a: Self::W32, b: Self::W32) -> Self::W32 {
        [self.w.avx512f._mm512_mul_ps(a[0], b[0])]
    }
    #[inline(always)]
    fn fma32(self, a: Self::W32, b: Self::W32, c: Self::W32) -> Self::W32 {
        [self.w.avx512f._mm512_fmadd_ps(a[0], b[0], c[0])]
    }
    #[inline(always)]
    fn fnma32(self, a: Self::W32, b: Self::W32, c: Self::W32) -> Self::W32 {
        [self.w.avx512f._mm512_fnmadd_ps(a[0], b[0], c[0])]
    }
    #[inline(always)]
    fn select32(self, bits: u16, a: Self::W32, b: Self::W32) -> Self::W32 {
        [self.w.avx512f._mm512_mask_blend_ps(bits, b[0], a[0])]
    }
    #[inline(always)]
    fn narrow(self, a: Self::W64) -> Self::W32 {
        [cast([self.w.avx512f._mm512_cvtpd_ps(a[0]), self.w.avx512f._mm512_cvtpd_ps(a[1])])]
    }
    #[inline(always)]
    fn widen(self, a: Self::W32) -> Self::W64 {
        let [low, high]: [__m256; 2] = cast(a[0]);
        [self.w.avx512f._mm512_cvtps_pd(low), self.w.avx512f._mm512_cvtps_pd(high)]
    }
}
