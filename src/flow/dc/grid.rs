//! The factors of the DC matrix, and the branches by rows.

use crate::case::{Branch, Bridges, Case};
use crate::flow::kernel::Grid;
use crate::ids::{Id, Node};
use crate::linsolve::Singular;
use crate::linsolve::block::Plan;
use crate::linsolve::scalar::{Accumulator, Factor, Rows};
use crate::matrix::susceptance;

/// The DC model of a case, factorised, on the rows of its [`Grid`].
///
/// Branches keep their numbers. Those without admittance are out of service and carry nothing.
#[derive(Clone, Debug)]
pub struct DcGrid<'a> {
    pub(super) grid: &'a Grid,
    pub(super) factor: Factor,
    /// The rows at the ends of each branch; at slack nodes the row behind the last, which stands for ground.
    pub(super) ends: Vec<[u32; 2]>,
    /// Susceptance of each branch, over its ratio [p.u.].
    pub(super) b: Vec<f64>,
    /// Angle by which the `from` side of each branch leads (rad).
    shift: Vec<f64>,
    /// The nodes at the ends of each branch.
    nodes: Vec<[u32; 2]>,
    pub(super) bridges: Bridges,
}

impl<'a> DcGrid<'a> {
    /// Factorises the DC matrix of a case that `grid` was laid out for.
    ///
    /// # Errors
    /// [`Singular`] where the susceptances cancel out or are no numbers.
    ///
    /// # Panics
    /// If `grid` was laid out for another case (a bug of the caller).
    pub fn new(grid: &'a Grid, case: &Case) -> Result<Self, Singular> {
        let n = grid.plan().len();
        let row = |node: Node| {
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            let row = grid.row(node).min(n) as u32;
            row
        };
        let number = |node: Node| {
            #[expect(clippy::cast_possible_truncation, reason = "nodes are numbered in 32 bits")]
            let node = node.index() as u32;
            node
        };
        let of = |each: &dyn Fn(&Branch) -> [u32; 2]| case.branches.iter().map(each).collect();
        let b: Vec<f64> = case.branches.iter().map(susceptance).collect();
        let mut factor = Factor::new(grid.plan());
        factor.factorise(grid.plan(), &Bbus { grid, case, b: &b })?;
        Ok(Self {
            grid,
            factor,
            ends: of(&|branch| [row(branch.from), row(branch.to)]),
            b,
            shift: case.branches.iter().map(|branch| branch.tap.arg()).collect(),
            nodes: of(&|branch| [number(branch.from), number(branch.to)]),
            bridges: Bridges::find(case),
        })
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.grid.len()
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.grid.is_empty()
    }

    /// Number of branches.
    #[must_use]
    pub fn branches(&self) -> usize {
        self.b.len()
    }

    /// The branches on which a part of the grid hangs.
    #[must_use]
    pub fn bridges(&self) -> &Bridges {
        &self.bridges
    }

    pub(super) fn plan(&self) -> &Plan {
        self.grid.plan()
    }

    /// Voltage angles (rad), by nodes, for the injections, shunts and slack angles of `case`; its branches are those
    /// that were factorised.
    ///
    /// # Errors
    /// [`Singular`] if an injection is no number.
    pub fn angles(&self, case: &Case) -> Result<Vec<f64>, Singular> {
        let n = self.plan().len();
        let mut va = case.va_setpoint.as_slice().to_vec();
        let mut p: Vec<f64> = self.grid.node_of_row()[..n]
            .iter()
            .map(|&node| case.sbus.as_slice()[node as usize].re - case.ysh.as_slice()[node as usize].re)
            .collect();
        for (k, (&ends, nodes)) in self.ends.iter().zip(&self.nodes).enumerate() {
            // What the branch carries by its shift, and by the slack angle at its other end.
            let held = |side: usize| if ends[side] as usize == n { va[nodes[side] as usize] } else { 0.0 };
            let flow = self.b[k] * (held(0) - self.shift[k] - held(1));
            for (end, out) in ends.into_iter().zip([flow, -flow]) {
                if let Some(p) = p.get_mut(end as usize) {
                    *p -= out;
                }
            }
        }
        self.factor.solve(self.plan(), &mut p)?;
        for (&node, p) in self.grid.node_of_row().iter().zip(p) {
            va[node as usize] = p;
        }
        Ok(va)
    }

    /// Active power entering each branch at its `from` end [p.u.], for the angles `va` (rad) by nodes.
    ///
    /// # Panics
    /// If `va` is not as long as the grid (a bug of the caller).
    #[must_use]
    pub fn flows(&self, va: &[f64]) -> Vec<f64> {
        let flow = |k: usize| {
            let [from, to] = self.nodes[k];
            self.b[k] * (va[from as usize] - self.shift[k] - va[to as usize])
        };
        (0..self.b.len()).map(flow).collect()
    }
}

/// The rows of the DC matrix, slack nodes left out.
struct Bbus<'a> {
    grid: &'a Grid,
    case: &'a Case,
    b: &'a [f64],
}

impl Rows for Bbus<'_> {
    fn fill(&self, row: usize, w: &mut Accumulator<'_>) {
        for (branch, side) in self.grid.ends_at(row) {
            let ends = &self.case.branches[branch];
            let other = self.grid.row(if side == 0 { ends.to } else { ends.from });
            let b = self.b[branch];
            if other != row {
                w.add(row, b);
            }
            if other < self.grid.plan().len() && other != row {
                w.add(other, -b);
            }
        }
    }
}
