//! What the processor can do, chosen once at run time, so that a plain build is fast everywhere.
//!
//! A hot loop is written once as a [`Job`], generic over the [`Arithmetic`]; [`Cpu::run`] compiles it for each
//! instruction set and calls the one that the machine has. pulp wraps the intrinsics, so nothing here is unsafe.
//!
//! **Determinism.** One machine gives the same bytes run by run, whatever else is going on: sums have a fixed
//! order. Two machines of different width do not: where the processor has a fused multiply-add, a product is
//! not rounded before it is added. Results then agree to about 1e-12, and tests hold them to that.
//!
//! AVX2 and AVX-512 give the same bytes: they round alike, and no sum depends on the width.
//!
//! A 2×2 block fills 256 bits, and the loops over one case wait for memory and for one another, not for width: their
//! arithmetic is the same with AVX-512. Lanes of cases, [`Wide`], fill its registers.

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

#[cfg(target_arch = "x86_64")]
mod avx;
mod baseline;
mod wide;

pub use baseline::Baseline;
pub use wide::{LANES, Lanes32, Lanes64, Wide};

use super::block::Block;

/// An instruction set for which the loops are compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Cpu {
    /// Whatever the target of the build guarantees.
    Baseline,
    /// AVX2 with fused multiply-add, as in x86-64-v3.
    Avx2,
    /// AVX-512, as in x86-64-v4.
    Avx512,
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
        {
            if pulp::x86::V4::try_new().is_some() {
                return Self::Avx512;
            }
            if pulp::x86::V3::try_new().is_some() {
                return Self::Avx2;
            }
        }
        Self::Baseline
    }

    /// Runs a job with this instruction set, or with the next lower that the machine has.
    pub fn run<J: Job>(self, job: J) -> J::Output {
        #[cfg(target_arch = "x86_64")]
        {
            if self == Self::Avx512
                && let Some(simd) = pulp::x86::V4::try_new()
            {
                return simd.vectorize(
                    #[inline(always)]
                    || job.run(avx::Avx::with_512(simd)),
                );
            }
            if self != Self::Baseline
                && let Some(simd) = pulp::x86::V3::try_new()
            {
                return simd.vectorize(
                    #[inline(always)]
                    || job.run(avx::Avx::with_256(simd)),
                );
            }
        }
        job.run(Baseline)
    }
}

/// Arithmetic on numbers and on blocks of four, row by row: `[q0 q1; q2 q3]`.
pub trait Arithmetic: Wide {
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
