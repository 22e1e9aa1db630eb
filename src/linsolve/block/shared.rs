//! Factors of one matrix for sixteen right-hand sides at a time, in single precision.
//!
//! They serve corrections only: whoever uses them takes the residual in double precision, so that what rounding spoils
//! costs steps and not digits. One row forward, one row backward, as in [`super`]:
//!
//! ```text
//! x[i] = D⁻¹·(r − L[i, ..]·x)          x[i] −= U[i, ..]·x
//! ```

#![allow(clippy::inline_always, reason = "what runs on wide instructions must be compiled for them")]

use super::{Block, Factor, Plan};
use crate::linsolve::cpu::{Lanes32, Wide};

/// The two unknowns of a row, in every lane.
pub type Pair = [Lanes32; 2];

/// Factors in single precision, which threads may share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// `L` left of the diagonal, by rows, in the order of [`Plan::lower`].
    lower: Vec<[f32; 4]>,
    inverse: Vec<[f32; 4]>,
    upper: Vec<[f32; 4]>,
}

#[expect(clippy::cast_possible_truncation, reason = "rounding is what it is for")]
fn rounded(block: &Block) -> [f32; 4] {
    block.0.map(|a| a as f32)
}

impl Shared {
    /// Rounds the factors that [`Factor::keep`] kept.
    #[must_use]
    pub fn new(plan: &Plan, factor: &Factor) -> Self {
        let kept = factor.kept();
        let mut lower = Vec::with_capacity(plan.upper_len());
        // Columns are met row by row, and each of them holds its rows in ascending order.
        let mut next: Vec<u32> = (0..plan.len()).map(|row| plan.upper_start(row)).collect();
        for row in 0..plan.len() {
            for &column in plan.lower(row) {
                let at = &mut next[column as usize];
                lower.push(rounded(&kept.lower[*at as usize]));
                *at += 1;
            }
        }
        let all = |blocks: &[Block]| blocks.iter().map(rounded).collect();
        Self { lower, inverse: all(kept.inverse), upper: all(kept.upper) }
    }

    /// Row `row` of the forward pass: from its right-hand side, which it may no longer have a use for, to `x[row]`.
    #[inline(always)]
    pub fn forward<A: Wide>(&self, a: A, plan: &Plan, row: usize, mut r: [A::W32; 2], x: &mut [Pair]) {
        let (starts, columns) = plan.lower_lists();
        let range = starts[row] as usize..starts[row + 1] as usize;
        let (blocks, columns) = (&self.lower[range.clone()], &columns[range]);
        r = take(a, blocks, columns, x, r);
        let d = &self.inverse[row];
        let first = a.fma32(a.splat32(d[1]), r[1], a.mul32(a.splat32(d[0]), r[0]));
        let second = a.fma32(a.splat32(d[3]), r[1], a.mul32(a.splat32(d[2]), r[0]));
        let x = &mut x[row];
        a.store32(first, &mut x[0]);
        a.store32(second, &mut x[1]);
    }

    /// Row `row` of the backward pass: from what the forward pass left there to the solution.
    #[inline(always)]
    pub fn backward<A: Wide>(
        &self,
        a: A,
        plan: &Plan,
        row: usize,
        mut r: [A::W32; 2],
        x: &mut [Pair],
    ) -> [A::W32; 2] {
        let (starts, columns) = plan.upper_lists();
        let range = starts[row] as usize..starts[row + 1] as usize;
        let (blocks, columns) = (&self.upper[range.clone()], &columns[range]);
        r = take(a, blocks, columns, x, r);
        let x = &mut x[row];
        a.store32(r[0], &mut x[0]);
        a.store32(r[1], &mut x[1]);
        r
    }
}

/// `r − Σ block·x`. What the two unknowns take is summed apart, so that no product waits for another of its block.
#[inline(always)]
fn take<A: Wide>(a: A, blocks: &[[f32; 4]], columns: &[u32], x: &[Pair], r: [A::W32; 2]) -> [A::W32; 2] {
    let columns = &columns[..blocks.len()];
    let (mut first, mut second) = (r, [a.splat32(0.0); 2]);
    let mut k = 0;
    while k < blocks.len() {
        let (block, x) = (&blocks[k], &x[columns[k] as usize]);
        let (x0, x1) = (a.load32(&x[0]), a.load32(&x[1]));
        first[0] = a.fnma32(a.splat32(block[0]), x0, first[0]);
        second[0] = a.fnma32(a.splat32(block[1]), x1, second[0]);
        first[1] = a.fnma32(a.splat32(block[2]), x0, first[1]);
        second[1] = a.fnma32(a.splat32(block[3]), x1, second[1]);
        k += 1;
    }
    [a.add32(first[0], second[0]), a.add32(first[1], second[1])]
}
