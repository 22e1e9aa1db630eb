//! Whether pivots that were not chosen by their size were good enough.
//!
//! Two measures, both free of the scale of rows:
//!
//! ```text
//! cancelled   how much of a diagonal block the elimination took away, and how near to singular it is left:
//!             max over rows i and equations k:  ‖A_ii[k, ..]‖₁ · ‖D⁻¹[.., k]‖₁
//! grown       the largest entry of U: how small a pivot is beside the rest of its row
//! ```
//!
//! Without pivoting the backward error is at most about `ε·(1 + cancelled)·(1 + grown)`; it is far less in
//! practice. Load flows from flat to solved keep `cancelled` below 1e6 and `grown` below 1e4 (all MATPOWER cases up
//! to 82 000 buses), which leaves ten digits at the very worst, and Newton needs three or so.
//!
//! The number of pivots with negative determinant is even where det A is positive: against the sign at a state
//! known to be sound it tells a solution beyond the nose.

/// What was seen of the pivots of one factorisation.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Pivots {
    /// Largest loss of a diagonal block by elimination.
    pub cancelled: f64,
    /// Largest entry of `U`.
    pub grown: f64,
    /// Number of pivots with negative determinant.
    pub negative: usize,
}

/// What to do with a factorisation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Verdict {
    /// Use it.
    Sound,
    /// Compare the residual, and refine the solution.
    Doubtful,
    /// Take a factorisation that chooses its pivots.
    Unusable,
}

impl Pivots {
    /// What to do, by `cancelled · (1 + grown)`: up to 1e8 half of the digits are left at the worst.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let lost = self.cancelled * (1.0 + self.grown);
        if lost <= 1e8 {
            Verdict::Sound
        } else if lost <= 1e14 {
            Verdict::Doubtful
        } else {
            Verdict::Unusable
        }
    }

    /// Whether the determinant of the matrix is negative.
    #[must_use]
    pub fn determinant_is_negative(&self) -> bool {
        self.negative % 2 == 1
    }
}
