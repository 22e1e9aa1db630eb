//! What a solve does not change: the plan of elimination, and ybus by its rows.

use crate::case::{Branch, Case, NodeKind};
use crate::ids::{Id, Node};
use crate::linsolve::block::{Graph, Ordering, Plan};
use nalgebra::Matrix2;
use num_complex::Complex64;

/// A branch end at a bus.
#[derive(Clone, Copy, PartialEq, Debug)]
struct End {
    branch: u32,
    /// Whether this is the `to` end.
    is_to: bool,
    /// Where its entry of ybus stands in `y`; [`LOOP`] where both ends are the same bus.
    slot: u32,
}

/// A branch from a bus to itself has no entry off the diagonal.
const LOOP: u32 = u32::MAX;

/// An island, laid out for solving it often.
///
/// Rows are numbered by elimination, slack buses last; they have no row of ybus.
#[derive(Clone, PartialEq, Debug)]
pub struct Grid {
    plan: Plan,
    /// Rows of the nodes, slack buses from `plan.len()` on.
    row_of_node: Vec<u32>,
    node_of_row: Vec<u32>,
    /// Ends of branches by row.
    end_starts: Vec<u32>,
    ends: Vec<End>,
    /// Rows of the two buses of each branch, and its two-port.
    branch_rows: Vec<[u32; 2]>,
    two_ports: Vec<Matrix2<Complex64>>,
    ysh: Vec<Complex64>,
    pub(super) ybus: Rows,
}

/// The rows of ybus off the diagonal; in each, entries of slack buses stand last.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Rows {
    pub(super) starts: Vec<u32>,
    /// Where the entries of slack buses start in each row.
    pub(super) slack_starts: Vec<u32>,
    pub(super) columns: Vec<u32>,
    pub(super) y: Vec<[f64; 2]>,
    pub(super) diagonal: Vec<[f64; 2]>,
}

impl Grid {
    /// Lays out a case. Only a change of what is joined to what, or of a slack, needs another layout.
    ///
    /// # Panics
    /// If there are 2³¹ branches; readers stop long before.
    #[must_use]
    pub fn new(case: &Case, ordering: Ordering) -> Self {
        let (plan, row_of_node, node_of_row) = number(case, ordering);
        let rows = plan.len();
        let branch_rows: Vec<[u32; 2]> = case
            .branches
            .iter()
            .map(|branch| [row_of_node[branch.from.index()], row_of_node[branch.to.index()]])
            .collect();
        let (end_starts, mut ends) = ends(case.len(), &branch_rows);
        let ybus = pattern(rows, case.len(), &end_starts, &mut ends, &branch_rows);
        let mut grid = Self {
            plan,
            row_of_node,
            node_of_row,
            end_starts,
            ends,
            branch_rows,
            two_ports: case.branches.iter().map(Branch::two_port).collect(),
            ysh: Vec::new(),
            ybus,
        };
        grid.ysh = grid.node_of_row.iter().map(|&node| case.ysh.as_slice()[node as usize]).collect();
        for row in 0..rows {
            grid.refill(row);
        }
        grid
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

    /// Takes over the values of a branch (`None`: out of service); its ends stay. Costs what its two buses have of branches.
    ///
    /// # Panics
    /// If there is no such branch (a bug of the caller).
    pub fn set_branch(&mut self, branch: usize, values: Option<&Branch>) {
        let old = std::mem::replace(
            &mut self.two_ports[branch],
            values.map_or_else(Matrix2::zeros, Branch::two_port),
        );
        if old != self.two_ports[branch] {
            for row in self.branch_rows[branch] {
                self.refill(row as usize);
            }
        }
    }

    /// Takes over the shunt admittance of a node [p.u.].
    pub fn set_shunt(&mut self, node: Node, ysh: Complex64) {
        let row = self.row(node);
        self.ysh[row] = ysh;
        self.refill(row);
    }

    /// Sums up the values of a row afresh, in the order of the branches: the row is what it would be in a new layout.
    fn refill(&mut self, row: usize) {
        if row >= self.plan.len() {
            return;
        }
        let Rows { starts, y, diagonal, .. } = &mut self.ybus;
        y[starts[row] as usize..starts[row + 1] as usize].fill([0.0; 2]);
        let mut own = self.ysh[row];
        for end in &self.ends[self.end_starts[row] as usize..self.end_starts[row + 1] as usize] {
            let port = &self.two_ports[end.branch as usize];
            let (near, far) = if end.is_to { (port.m22, port.m21) } else { (port.m11, port.m12) };
            own += near;
            if end.slot == LOOP {
                own += far;
            } else {
                let y = &mut y[end.slot as usize];
                y[0] += far.re;
                y[1] += far.im;
            }
        }
        diagonal[row] = [own.re, own.im];
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
    let plan = Plan::new(&Graph::new(nodes.len(), edges), ordering);
    let mut node_of_row: Vec<u32> = plan.node_of_row().iter().map(|&k| nodes[k as usize]).collect();
    node_of_row.extend(slacks);
    let mut row_of_node = vec![0; case.len()];
    for (row, &node) in (0..).zip(&node_of_row) {
        row_of_node[node as usize] = row;
    }
    (plan, row_of_node, node_of_row)
}

/// The ends of branches by rows, in the order of the branches.
fn ends(n: usize, branch_rows: &[[u32; 2]]) -> (Vec<u32>, Vec<End>) {
    let mut starts = vec![0_u32; n + 1];
    for &row in branch_rows.as_flattened() {
        starts[row as usize + 1] += 1;
    }
    for k in 0..n {
        starts[k + 1] += starts[k];
    }
    let mut next = starts.clone();
    let mut ends = vec![End { branch: 0, is_to: false, slot: LOOP }; 2 * branch_rows.len()];
    for (k, rows) in (0..).zip(branch_rows) {
        for (&row, is_to) in rows.iter().zip([false, true]) {
            let at = &mut next[row as usize];
            ends[*at as usize] = End { branch: k, is_to, slot: LOOP };
            *at += 1;
        }
    }
    (starts, ends)
}

/// The pattern of ybus, one entry for all branches between the same two buses; tells the ends where theirs is.
fn pattern(rows: usize, nodes: usize, end_starts: &[u32], ends: &mut [End], branch_rows: &[[u32; 2]]) -> Rows {
    let mut ybus = Rows { diagonal: vec![[0.0; 2]; rows], ..Rows::default() };
    ybus.columns.reserve(ends.len());
    let mut slot_of = vec![LOOP; nodes];
    ybus.starts.push(0);
    for row in 0..rows {
        let start = ybus.columns.len();
        let ends = &mut ends[end_starts[row] as usize..end_starts[row + 1] as usize];
        for slack in [false, true] {
            if slack {
                #[expect(clippy::cast_possible_truncation, reason = "there are fewer ends than 2^32")]
                ybus.slack_starts.push(ybus.columns.len() as u32);
            }
            for end in &mut *ends {
                let other = branch_rows[end.branch as usize][usize::from(!end.is_to)];
                if other as usize == row || (other as usize >= rows) != slack {
                    continue;
                }
                let slot = &mut slot_of[other as usize];
                if *slot == LOOP {
                    #[expect(clippy::cast_possible_truncation, reason = "there are fewer ends than 2^32")]
                    let new = ybus.columns.len() as u32;
                    *slot = new;
                    ybus.columns.push(other);
                }
                end.slot = *slot;
            }
        }
        for &column in &ybus.columns[start..] {
            slot_of[column as usize] = LOOP;
        }
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer ends than 2^32")]
        ybus.starts.push(ybus.columns.len() as u32);
    }
    ybus.y = vec![[0.0; 2]; ybus.columns.len()];
    ybus
}
