//! The symbolic part: order of elimination, elimination tree, and where the factors have entries.
//!
//! The parent of a row is the first row below it that its elimination touches. Row i of `L` holds the rows met
//! on the way up the tree from its neighbours to i; row c of `U` holds the columns that have c in `L`.
//!
//! Source: T. A. Davis, *Direct Methods for Sparse Linear Systems*, SIAM 2006, chapter 4.

use super::arrange::{batches, by_height, paired, pairs};
use super::{Graph, Ordering};

/// No row: the parent of a root.
pub(super) const NONE: u32 = u32::MAX;

/// How a matrix with a given graph is eliminated; it knows no values.
///
/// Rows are numbered by elimination, nodes as in the graph.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    row_of_node: Vec<u32>,
    node_of_row: Vec<u32>,
    parent: Vec<u32>,
    lower: Lists,
    upper: Lists,
    /// For the first row of a pair the second: its parent, whose columns in `U` are the same but for itself.
    pair: Vec<u32>,
    /// Where runs of rows start that do not wait for one another; n at the end.
    batches: Vec<u32>,
}

/// Column numbers by rows, ascending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lists {
    pub(super) starts: Vec<u32>,
    pub(super) columns: Vec<u32>,
}

impl Lists {
    #[inline]
    pub(super) fn row(&self, row: usize) -> &[u32] {
        &self.columns[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// The same entries by columns. Entries of a column come out ascending.
    fn transposed(&self) -> Self {
        let n = self.starts.len() - 1;
        let mut starts = vec![0_u32; n + 1];
        for &column in &self.columns {
            starts[column as usize + 1] += 1;
        }
        for k in 0..n {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut columns = vec![0; self.columns.len()];
        for row in 0..n {
            for &column in self.row(row) {
                let at = &mut next[column as usize];
                #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
                let row = row as u32;
                columns[*at as usize] = row;
                *at += 1;
            }
        }
        Self { starts, columns }
    }
}

impl Plan {
    /// Plans the elimination of a matrix with this graph.
    ///
    /// # Panics
    /// If the factors would have 2³² blocks; memory ends long before.
    #[must_use]
    pub fn new(graph: &Graph, ordering: Ordering) -> Self {
        let order = ordering.order(graph);
        let parent = elimination_tree(graph, &inverse(&order), &order);
        let (node_of_row, parent) = by_height(&order, &parent);
        let row_of_node = inverse(&node_of_row);
        let upper = lower(graph, &row_of_node, &node_of_row, &parent).transposed();
        let pair = pairs(&parent, &upper);
        let lower = paired(&upper, &pair);
        let batches = batches(&lower);
        let plan = Self { row_of_node, node_of_row, parent, lower, upper, pair, batches };
        plan.validate();
        plan
    }

    /// Proves what the elimination relies on.
    fn validate(&self) {
        let n = self.len();
        assert!(self.lower.starts.len() == n + 1 && self.upper.starts.len() == n + 1);
        for row in 0..n {
            let (lower, upper) = (self.lower.row(row), self.upper.row(row));
            assert!(lower.iter().all(|&c| (c as usize) < row), "L has entries left of the diagonal only");
            assert!(
                upper.iter().all(|&c| (c as usize) > row && (c as usize) < n),
                "U has entries right of the diagonal only"
            );
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parent.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parent.is_empty()
    }

    /// Number of blocks in `U`, and in `L` without its diagonal.
    #[must_use]
    pub fn upper_len(&self) -> usize {
        self.upper.columns.len()
    }

    /// Block products in one elimination.
    #[must_use]
    pub fn products(&self) -> usize {
        (0..self.len()).map(|row| self.upper(row).len() * (self.upper(row).len() + 1)).sum()
    }

    /// The row of each node.
    #[must_use]
    pub fn row_of_node(&self) -> &[u32] {
        &self.row_of_node
    }

    /// The node of each row.
    #[must_use]
    pub fn node_of_row(&self) -> &[u32] {
        &self.node_of_row
    }

    /// The columns of row `row` of `L` left of the diagonal, ascending.
    #[must_use]
    #[inline]
    pub fn lower(&self, row: usize) -> &[u32] {
        self.lower.row(row)
    }

    /// The columns of row `row` of `U` right of the diagonal, ascending; also the rows of column `row` of `L`.
    #[must_use]
    #[inline]
    pub fn upper(&self, row: usize) -> &[u32] {
        self.upper.row(row)
    }

    /// Where the blocks of row `row` of `U` stand among all.
    #[must_use]
    #[inline]
    pub fn upper_range(&self, row: usize) -> std::ops::Range<usize> {
        self.upper.starts[row] as usize..self.upper.starts[row + 1] as usize
    }

    /// Where the rows of `L` start, and their columns.
    #[inline]
    pub(in crate::linsolve) fn lower_lists(&self) -> (&[u32], &[u32]) {
        (&self.lower.starts, &self.lower.columns)
    }

    /// Where the rows of `U` start, and their columns.
    #[inline]
    pub(in crate::linsolve) fn upper_lists(&self) -> (&[u32], &[u32]) {
        (&self.upper.starts, &self.upper.columns)
    }

    /// The second row of the pair that each row leads, or [`NONE`]. In `L` they stand one behind the other.
    #[inline]
    pub(super) fn pair(&self) -> &[u32] {
        &self.pair
    }

    /// Where runs of at most [`super::arrange::BATCH`] rows start that do not wait for one another.
    #[inline]
    pub(super) fn batches(&self) -> &[u32] {
        &self.batches
    }

    /// Where the blocks of row `row` of `U` start among all.
    #[must_use]
    pub fn upper_start(&self, row: usize) -> u32 {
        self.upper.starts[row]
    }

    /// The first row that the elimination of `row` touches; `None` at a root.
    #[must_use]
    #[inline]
    pub fn parent(&self, row: usize) -> Option<u32> {
        Some(self.parent[row]).filter(|&up| up != NONE)
    }

    /// The rows from `row` up the elimination tree to its root, `row` included: all that a right-hand side at
    /// `row` reaches in the forward pass.
    pub fn path(&self, row: usize) -> impl Iterator<Item = usize> + '_ {
        let up = |&row: &usize| self.parent(row).map(|up| up as usize);
        std::iter::successors((row < self.len()).then_some(row), up)
    }
}

pub(super) fn inverse(order: &[u32]) -> Vec<u32> {
    let mut rank = vec![0; order.len()];
    for (new, &old) in (0..).zip(order) {
        rank[old as usize] = new;
    }
    rank
}

/// The elimination tree, by Liu's algorithm with path compression.
fn elimination_tree(graph: &Graph, row_of_node: &[u32], node_of_row: &[u32]) -> Vec<u32> {
    let n = node_of_row.len();
    let mut parent = vec![NONE; n];
    let mut ancestor = vec![NONE; n];
    for (row, &node) in (0..).zip(node_of_row) {
        for &neighbour in graph.neighbours(node) {
            let mut k = row_of_node[neighbour as usize];
            while k < row {
                let up = std::mem::replace(&mut ancestor[k as usize], row);
                if up == NONE {
                    parent[k as usize] = row;
                }
                k = up;
            }
        }
    }
    parent
}

/// Row patterns of `L`, each in the order in which the tree is climbed.
fn lower(graph: &Graph, row_of_node: &[u32], node_of_row: &[u32], parent: &[u32]) -> Lists {
    let n = node_of_row.len();
    let mut mark = vec![NONE; n];
    let mut starts = Vec::with_capacity(n + 1);
    let mut columns = Vec::with_capacity(4 * n);
    starts.push(0);
    for (row, &node) in (0..).zip(node_of_row) {
        mark[row as usize] = row;
        for &neighbour in graph.neighbours(node) {
            let mut k = row_of_node[neighbour as usize];
            while k < row && mark[k as usize] != row {
                mark[k as usize] = row;
                columns.push(k);
                k = parent[k as usize];
            }
        }
        starts.push(u32::try_from(columns.len()).unwrap_or_else(|_| panic!("too many blocks")));
    }
    Lists { starts, columns }
}
