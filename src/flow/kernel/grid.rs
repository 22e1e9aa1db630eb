//! What a solve does not change: the plan of elimination, and ybus by its rows.

use crate::case::{Branch, Case, NodeKind};
use crate::ids::{Id, Node};
use crate::linsolve::block::{Graph, Ordering, Plan};
use num_complex::Complex64;

/// An island, laid out for solving it often.
///
/// Rows are numbered by elimination, slack buses last; those have no row of ybus. Values come from the case: after a
/// change of a branch or a shunt there, [`Grid::update_branch`] or [`Grid::update_shunt`] takes it over.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid {
    plan: Plan,
    /// Rows of the nodes, slack buses from `plan.len()` on.
    row_of_node: Vec<u32>,
    node_of_row: Vec<u32>,
    /// Ends of branches by row, in the order of the branches: `2·branch`, and one more for a `to` end.
    end_starts: Vec<u32>,
    ends: Vec<u32>,
    /// Where the entries of a branch off the diagonal stand in `ybus.y`: at its `from` bus, at its `to` bus.
    slots: Vec<[u32; 2]>,
    ybus: Rows,
}

/// No entry: at slack buses, and where both ends of a branch are the same bus.
const NONE: u32 = u32::MAX;

/// The rows of ybus off the diagonal; in each, entries of slack buses stand last.
#[derive(Clone, PartialEq, Debug, Default)]
pub(in crate::flow) struct Rows {
    pub(in crate::flow) starts: Vec<u32>,
    /// Where the entries of slack buses start in each row.
    pub(in crate::flow) slack_starts: Vec<u32>,
    pub(in crate::flow) columns: Vec<u32>,
    pub(in crate::flow) y: Vec<[f64; 2]>,
    pub(in crate::flow) diagonal: Vec<[f64; 2]>,
}

impl Grid {
    /// Lays out a case. Only a change of what is joined to what, or of a slack, needs another layout.
    ///
    /// # Panics
    /// If there are 2³¹ branches; readers stop long before.
    #[must_use]
    pub fn new(case: &Case, ordering: Ordering) -> Self {
        let (plan, row_of_node, node_of_row) = number(case, ordering);
        let mut grid = Self {
            plan,
            row_of_node,
            node_of_row,
            end_starts: Vec::new(),
            ends: Vec::new(),
            slots: Vec::new(),
            ybus: Rows::default(),
        };
        grid.list_ends(case);
        grid.find_pattern(case);
        for (row, &node) in grid.node_of_row[..grid.plan.len()].iter().enumerate() {
            let ysh = case.ysh.as_slice()[node as usize];
            grid.ybus.diagonal[row] = [ysh.re, ysh.im];
        }
        for (k, branch) in case.branches.iter().enumerate() {
            let port = branch.two_port();
            let [from, to] = grid.rows_of(branch);
            grid.add(from, grid.slots[k][0], port.m11, port.m12);
            grid.add(to, grid.slots[k][1], port.m22, port.m21);
        }
        grid
    }

    /// Lays out a case that will be factorised so often, in the order that pays then.
    #[must_use]
    pub fn for_use(case: &Case, factorisations: usize) -> Self {
        Self::new(case, Ordering::for_use(case.len(), factorisations))
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.row_of_node.len()
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.row_of_node.is_empty()
    }

    /// The plan of elimination; its nodes are rows here only through [`Grid::row`].
    #[must_use]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The rows of ybus.
    #[inline]
    pub(in crate::flow) fn ybus(&self) -> &Rows {
        &self.ybus
    }

    /// The row of a node.
    #[must_use]
    pub fn row(&self, node: Node) -> usize {
        self.row_of_node[node.index()] as usize
    }

    /// The nodes by rows.
    #[must_use]
    pub fn node_of_row(&self) -> &[u32] {
        &self.node_of_row
    }

    /// The branches at a row, each with the end that is there: 0 for `from`, 1 for `to`.
    pub fn ends_at(&self, row: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let range = self.end_starts[row] as usize..self.end_starts[row + 1] as usize;
        self.ends[range].iter().map(|&end| (end as usize / 2, end as usize % 2))
    }

    /// Takes over the values of a branch from the case: admittances and tap; its ends are the same. Out of service is
    /// without admittance. Costs what its two buses have of branches, and leaves what a new layout would have.
    ///
    /// # Panics
    /// If there is no such branch (a bug of the caller).
    pub fn update_branch(&mut self, case: &Case, branch: usize) {
        for row in self.rows_of(&case.branches[branch]) {
            self.refill(case, row as usize);
        }
    }

    /// Takes over the shunt admittance of a node from the case.
    pub fn update_shunt(&mut self, case: &Case, node: Node) {
        self.refill(case, self.row(node));
    }

    fn rows_of(&self, branch: &Branch) -> [u32; 2] {
        [self.row_of_node[branch.from.index()], self.row_of_node[branch.to.index()]]
    }

    /// Adds what a branch has at one of its ends.
    fn add(&mut self, row: u32, slot: u32, near: Complex64, far: Complex64) {
        if let Some(own) = self.ybus.diagonal.get_mut(row as usize) {
            let near = if slot == NONE { near + far } else { near };
            own[0] += near.re;
            own[1] += near.im;
            if let Some(y) = self.ybus.y.get_mut(slot as usize) {
                y[0] += far.re;
                y[1] += far.im;
            }
        }
    }

    /// Sums up the values of a row afresh, in the order of the branches.
    fn refill(&mut self, case: &Case, row: usize) {
        if row >= self.plan.len() {
            return;
        }
        let ysh = case.ysh.as_slice()[self.node_of_row[row] as usize];
        self.ybus.diagonal[row] = [ysh.re, ysh.im];
        let range = self.ybus.starts[row] as usize..self.ybus.starts[row + 1] as usize;
        self.ybus.y[range].fill([0.0; 2]);
        for k in self.end_starts[row]..self.end_starts[row + 1] {
            let end = self.ends[k as usize];
            let branch = end as usize / 2;
            let port = case.branches[branch].two_port();
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            let row = row as u32;
            if end.is_multiple_of(2) {
                self.add(row, self.slots[branch][0], port.m11, port.m12);
            } else {
                self.add(row, self.slots[branch][1], port.m22, port.m21);
            }
        }
    }

    /// Lists the ends of branches by rows.
    fn list_ends(&mut self, case: &Case) {
        let n = case.len();
        assert!(u32::try_from(2 * case.branches.len()).is_ok(), "too many branches");
        let mut starts = vec![0_u32; n + 1];
        for branch in &case.branches {
            for row in self.rows_of(branch) {
                starts[row as usize + 1] += 1;
            }
        }
        for k in 0..n {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut ends = vec![0; 2 * case.branches.len()];
        let mut end = 0;
        for branch in &case.branches {
            for row in self.rows_of(branch) {
                let at = &mut next[row as usize];
                ends[*at as usize] = end;
                *at += 1;
                end += 1;
            }
        }
        (self.end_starts, self.ends) = (starts, ends);
    }

    /// The pattern of ybus: one entry for all branches between the same two buses, those of slack buses last.
    fn find_pattern(&mut self, case: &Case) {
        let rows = self.plan.len();
        let mut ybus = Rows { diagonal: vec![[0.0; 2]; rows], ..Rows::default() };
        ybus.columns.reserve(self.ends.len());
        ybus.starts.reserve(rows + 1);
        ybus.slack_starts.reserve(rows);
        self.slots = vec![[NONE; 2]; case.branches.len()];
        let mut slot_of = vec![NONE; case.len()];
        let mut count = 0;
        for row in 0..rows {
            ybus.starts.push(count);
            for slack in [false, true] {
                if slack {
                    ybus.slack_starts.push(count);
                }
                for k in self.end_starts[row]..self.end_starts[row + 1] {
                    let end = self.ends[k as usize];
                    let (branch, side) = (end as usize / 2, end as usize % 2);
                    let other = self.rows_of(&case.branches[branch])[1 - side];
                    if other as usize == row || (other as usize >= rows) != slack {
                        continue;
                    }
                    let slot = &mut slot_of[other as usize];
                    if *slot == NONE {
                        *slot = count;
                        ybus.columns.push(other);
                        count += 1;
                    }
                    self.slots[branch][side] = *slot;
                }
            }
            for &column in &ybus.columns[ybus.starts[row] as usize..] {
                slot_of[column as usize] = NONE;
            }
        }
        ybus.starts.push(count);
        ybus.y = vec![[0.0; 2]; ybus.columns.len()];
        self.ybus = ybus;
    }
}

/// The plan, and rows against nodes with the slack buses behind it.
fn number(case: &Case, ordering: Ordering) -> (Plan, Vec<u32>, Vec<u32>) {
    const SLACK: u32 = u32::MAX;
    let mut inner = Vec::with_capacity(case.len());
    let mut nodes = Vec::with_capacity(case.len());
    let mut slacks = Vec::new();
    for (node, &kind) in (0_u32..).zip(case.kind.as_slice()) {
        if kind == NodeKind::Slack {
            inner.push(SLACK);
            slacks.push(node);
        } else {
            #[expect(clippy::cast_possible_truncation, reason = "nodes are numbered in 32 bits")]
            inner.push(nodes.len() as u32);
            nodes.push(node);
        }
    }
    let edges = case
        .branches
        .iter()
        .map(|branch| (inner[branch.from.index()], inner[branch.to.index()]))
        .filter(|&(from, to)| from != SLACK && to != SLACK);
    let plan = Plan::new(&Graph::new(nodes.len(), &edges), ordering);
    let mut node_of_row: Vec<u32> = plan.node_of_row().iter().map(|&k| nodes[k as usize]).collect();
    node_of_row.extend(slacks);
    let mut row_of_node = vec![0; case.len()];
    for (row, &node) in (0..).zip(&node_of_row) {
        row_of_node[node as usize] = row;
    }
    (plan, row_of_node, node_of_row)
}
