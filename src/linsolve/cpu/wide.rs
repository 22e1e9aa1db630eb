//! Arithmetic on lanes: the same computation for [`LANES`] cases at once, one number of each side by side.

/// Cases side by side.
pub const LANES: usize = 16;

/// One number of each case in double precision, aligned to a cache line.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[repr(C, align(64))]
pub struct Lanes64(pub [f64; LANES]);

/// One number of each case in single precision, aligned to a cache line.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[repr(C, align(64))]
pub struct Lanes32(pub [f32; LANES]);

/// Arithmetic on lanes. No operation looks from one lane into another.
pub trait Wide: Copy {
    /// Lanes of `f64` in registers.
    type W64: Copy;
    /// Lanes of `f32` in registers.
    type W32: Copy;

    /// Stored lanes.
    fn load64(self, from: &Lanes64) -> Self::W64;
    /// Stores lanes.
    fn store64(self, a: Self::W64, to: &mut Lanes64);
    /// The same number in every lane.
    fn splat64(self, a: f64) -> Self::W64;
    /// `a + b`.
    fn add64(self, a: Self::W64, b: Self::W64) -> Self::W64;
    /// `a − b`.
    fn sub64(self, a: Self::W64, b: Self::W64) -> Self::W64;
    /// `a·b`.
    fn mul64(self, a: Self::W64, b: Self::W64) -> Self::W64;
    /// `a·b + c`.
    fn fma64(self, a: Self::W64, b: Self::W64, c: Self::W64) -> Self::W64;
    /// `c − a·b`.
    fn fnma64(self, a: Self::W64, b: Self::W64, c: Self::W64) -> Self::W64;
    /// `|a|`.
    fn abs64(self, a: Self::W64) -> Self::W64;
    /// The larger of each two; which one where one is no number is left open.
    fn max64(self, a: Self::W64, b: Self::W64) -> Self::W64;
    /// `a` in the lanes whose bit is set, `b` in the others.
    fn select64(self, bits: u16, a: Self::W64, b: Self::W64) -> Self::W64;

    /// Stored lanes.
    fn load32(self, from: &Lanes32) -> Self::W32;
    /// Stores lanes.
    fn store32(self, a: Self::W32, to: &mut Lanes32);
    /// The same number in every lane.
    fn splat32(self, a: f32) -> Self::W32;
    /// `a + b`.
    fn add32(self, a: Self::W32, b: Self::W32) -> Self::W32;
    /// `a·b`.
    fn mul32(self, a: Self::W32, b: Self::W32) -> Self::W32;
    /// `a·b + c`.
    fn fma32(self, a: Self::W32, b: Self::W32, c: Self::W32) -> Self::W32;
    /// `c − a·b`.
    fn fnma32(self, a: Self::W32, b: Self::W32, c: Self::W32) -> Self::W32;
    /// `a` in the lanes whose bit is set, `b` in the others.
    fn select32(self, bits: u16, a: Self::W32, b: Self::W32) -> Self::W32;

    /// Rounded to single precision.
    fn narrow(self, a: Self::W64) -> Self::W32;
    /// In double precision.
    fn widen(self, a: Self::W32) -> Self::W64;
}
