//! What the processor can do, chosen once at run time, so that a plain build is fast everywhere.
//!
//! A hot loop is written once as a [`Job`], generic over the [`Arithmetic`]; [`Cpu::run`] compiles it for each
//! instruction set and calls the one that the machine has. pulp wraps the intrinsics, so nothing here is unsafe.
//!
//! **Determinism.** One machine gives the same bytes run by run, whatever else is going on: sums have a fixed
//! order. Two machines of different width do not: where the processor has a fused multiply-add, a product is
//! not rounded before it is added. Results then agree to about 1e-12, and tests hold them to that.
//!
//! AVX-512 gets no version of its own here: a 2×2 block fills 256 bits, and the loops over one case wait for
//! memory and for one another, not for width.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::block::Block;

/// An instruction set for which the loops are compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Cpu {
    /// Whatever the target of the build guarantees.
    Baseline,
    /// AVX2 with fused multiply-add, as in x86-64-v3.
    Avx2,
}

/// A computation that is compiled once for each instruction set.
pub trait Job {
    /// What it returns.
    type Output;
    /// The computation. Mark it `#[inline(always)]`, and everything hot that it calls.
    fn run<A: Arithmetic>(self, a: A) -> Self::Output;
}

impl Cpu {
    /// The best that this machine has.
    #[must_use]
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        if pulp::x86::V3::try_new().is_some() {
            return Self::Avx2;
        }
        Self::Baseline
    }

    /// Runs a job with this instruction set, or with the baseline where the machine has it not.
    pub fn run<J: Job>(self, job: J) -> J::Output {
        #[cfg(target_arch = "x86_64")]
        if self == Self::Avx2
            && let Some(simd) = pulp::x86::V3::try_new()
        {
            return simd.vectorize(
                #[inline(always)]
                || job.run(avx2::Avx2(simd)),
            );
        }
        job.run(Baseline)
    }
}

/// Arithmetic on numbers and on blocks of four, row by row: `[q0 q1; q2 q3]`.
pub trait Arithmetic: Copy {
    /// Four numbers in a register.
    type Quad: Copy;
    /// `a·b + c`.
    fn mul_add(self, a: f64, b: f64, c: f64) -> f64;
    /// Four numbers.
    fn quad(self, from: [f64; 4]) -> Self::Quad;
    /// Four numbers back.
    fn array(self, q: Self::Quad) -> [f64; 4];
    /// `[a a a a]`.
    fn splat(self, a: f64) -> Self::Quad;
    /// `[p0 p1 p0 p1]`.
    fn pair(self, p: [f64; 2]) -> Self::Quad;
    /// `[p0 p0 p1 p1]`.
    fn spread(self, p: [f64; 2]) -> Self::Quad;
    /// `[q0 q0 q2 q2]`.
    fn even(self, q: Self::Quad) -> Self::Quad;
    /// `[q1 q1 q3 q3]`.
    fn odd(self, q: Self::Quad) -> Self::Quad;
    /// `[q3 q2 q1 q0]`.
    fn reverse(self, q: Self::Quad) -> Self::Quad;
    /// `[q0+q1 q0+q1 q2+q3 q2+q3]`.
    fn row_sums(self, q: Self::Quad) -> Self::Quad;
    /// `a + b`.
    fn add(self, a: Self::Quad, b: Self::Quad) -> Self::Quad;
    /// `a − b`.
    fn sub(self, a: Self::Quad, b: Self::Quad) -> Self::Quad;
    /// `a·b`, number by number.
    fn mul(self, a: Self::Quad, b: Self::Quad) -> Self::Quad;
    /// `a/b`, number by number.
    fn div(self, a: Self::Quad, b: Self::Quad) -> Self::Quad;
    /// `a·b + c`, number by number.
    fn fma(self, a: Self::Quad, b: Self::Quad, c: Self::Quad) -> Self::Quad;
    /// `c − a·b`, number by number.
    fn fnma(self, a: Self::Quad, b: Self::Quad, c: Self::Quad) -> Self::Quad;
    /// `|q|`, number by number.
    fn abs(self, q: Self::Quad) -> Self::Quad;
    /// The larger of each two; which one where one is no number is left open.
    fn max(self, a: Self::Quad, b: Self::Quad) -> Self::Quad;
    /// A stored block.
    #[inline(always)]
    fn load(self, block: &Block) -> Self::Quad {
        self.quad(block.0)
    }
    /// Stores a block.
    #[inline(always)]
    fn store(self, q: Self::Quad, block: &mut Block) {
        block.0 = self.array(q);
    }
}

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

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::Arithmetic;
    use pulp::cast;
    use pulp::x86::V3;
    use std::arch::x86_64::{__m128d, __m256d};

    /// 256-bit registers with fused multiply-add.
    #[derive(Clone, Copy, Debug)]
    pub(super) struct Avx2(pub(super) V3);

    impl Arithmetic for Avx2 {
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
            self.0.avx._mm256_set1_pd(a)
        }
        #[inline(always)]
        fn pair(self, p: [f64; 2]) -> __m256d {
            let p: __m128d = cast(p);
            self.0.avx._mm256_set_m128d(p, p)
        }
        #[inline(always)]
        fn spread(self, p: [f64; 2]) -> __m256d {
            self.0.avx._mm256_permute_pd::<0b1100>(self.pair(p))
        }
        #[inline(always)]
        fn even(self, q: __m256d) -> __m256d {
            self.0.avx._mm256_movedup_pd(q)
        }
        #[inline(always)]
        fn odd(self, q: __m256d) -> __m256d {
            self.0.avx._mm256_permute_pd::<0b1111>(q)
        }
        #[inline(always)]
        fn reverse(self, q: __m256d) -> __m256d {
            self.0.avx2._mm256_permute4x64_pd::<0b00_01_10_11>(q)
        }
        #[inline(always)]
        fn row_sums(self, q: __m256d) -> __m256d {
            self.0.avx._mm256_hadd_pd(q, q)
        }
        #[inline(always)]
        fn add(self, a: __m256d, b: __m256d) -> __m256d {
            self.0.avx._mm256_add_pd(a, b)
        }
        #[inline(always)]
        fn sub(self, a: __m256d, b: __m256d) -> __m256d {
            self.0.avx._mm256_sub_pd(a, b)
        }
        #[inline(always)]
        fn mul(self, a: __m256d, b: __m256d) -> __m256d {
            self.0.avx._mm256_mul_pd(a, b)
        }
        #[inline(always)]
        fn div(self, a: __m256d, b: __m256d) -> __m256d {
            self.0.avx._mm256_div_pd(a, b)
        }
        #[inline(always)]
        fn fma(self, a: __m256d, b: __m256d, c: __m256d) -> __m256d {
            self.0.fma._mm256_fmadd_pd(a, b, c)
        }
        #[inline(always)]
        fn fnma(self, a: __m256d, b: __m256d, c: __m256d) -> __m256d {
            self.0.fma._mm256_fnmadd_pd(a, b, c)
        }
        #[inline(always)]
        fn abs(self, q: __m256d) -> __m256d {
            self.0.avx._mm256_andnot_pd(self.0.avx._mm256_set1_pd(-0.0), q)
        }
        #[inline(always)]
        fn max(self, a: __m256d, b: __m256d) -> __m256d {
            self.0.avx._mm256_max_pd(a, b)
        }
    }
}
