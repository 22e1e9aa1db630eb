//! Which rows a sparse right-hand side reaches on the way up: the paths from its rows to the roots of the elimination
//! tree.

use crate::linsolve::block::Plan;

/// A set of rows, closed towards the root. Reused, it allocates nothing once it has seen as many rows.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Paths one behind the other, each from its end downwards: read backwards, no row comes before one that it needs.
    rows: Vec<u32>,
    /// The round in which each row was last reached.
    seen: Vec<u32>,
    round: u32,
}

impl Reach {
    /// No row yet of this plan.
    #[must_use]
    pub fn new(plan: &Plan) -> Self {
        Self { rows: Vec::with_capacity(plan.len()), seen: vec![0; plan.len()], round: 1 }
    }

    /// Forgets all rows.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.seen.fill(0);
            self.round = 1;
        }
    }

    /// Adds `row` and all that it reaches.
    ///
    /// # Panics
    /// If the plan is not the one that this was made for (a bug of the caller).
    pub fn add(&mut self, plan: &Plan, row: usize) {
        let start = self.rows.len();
        for row in plan.path(row) {
            if std::mem::replace(&mut self.seen[row], self.round) == self.round {
                break;
            }
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            self.rows.push(row as u32);
        }
        self.rows[start..].reverse();
    }

    /// Whether a row is reached.
    #[inline]
    pub(super) fn holds(&self, row: usize) -> bool {
        self.seen[row] == self.round
    }

    /// The rows reached; from last to first, each comes before those that need it.
    #[must_use]
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }
}
