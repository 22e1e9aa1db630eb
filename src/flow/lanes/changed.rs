//! A case of its own that changes are put into and taken out of again.
//!
//! Where a change leaves nodes dead, the equations of these would have no solution, or none that means anything. They are
//! made harmless instead: nothing is injected there, no shunt and no charging is left, and lossless branches tie all
//! dead nodes that hang together to each other, and one of them to a live node. Nothing flows in these, so the live part is what it
//! is without them, the dead nodes take over the voltage of the live one, and Newton stays regular.

use super::Change;
use crate::case::{Branch, Case, NodeKind};
use crate::flow::kernel::Grid;
use crate::ids::{Id, Node};
use num_complex::Complex64;

/// Series admittance of a branch to a dead node [p.u.].
const TIE: Complex64 = Complex64::new(0.0, -10.0);

/// See the header of this file.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    /// The case with the change in it.
    pub(super) case: Case,
    /// Branches whose values differ from those of the original.
    branches: Vec<usize>,
    /// Nodes whose injection, shunt or kind does.
    nodes: Vec<Node>,
    /// Dead nodes, each with the live one whose voltage it takes over.
    ties: Vec<(Node, Node)>,
}

impl Changed {
    /// A case without a change.
    pub(super) fn new(original: &Case) -> Self {
        Self { case: original.clone(), branches: Vec::new(), nodes: Vec::new(), ties: Vec::new() }
    }

    /// Puts a change in. `grid` is a layout of the case, and stays as it is: see [`Changed::branches`].
    pub(super) fn put(&mut self, grid: &Grid, change: &Change<'_>) {
        for &node in change.released {
            self.case.kind[node] = NodeKind::Pq;
            self.nodes.push(node);
        }
        for &branch in change.out {
            let out = &mut self.case.branches[branch];
            (out.ys, out.ysh, out.ends) = (Complex64::ZERO, Complex64::ZERO, [Complex64::ZERO; 2]);
            self.branches.push(branch);
        }
        for &(node, s) in change.injections {
            self.case.sbus[node] += s;
            self.nodes.push(node);
        }
        for &node in change.dead {
            self.case.kind[node] = NodeKind::Pq;
            (self.case.sbus[node], self.case.ysh[node]) = (Complex64::ZERO, Complex64::ZERO);
            self.nodes.push(node);
        }
        self.tie(grid, change.dead);
    }

    /// Ties dead nodes to each other and to live ones.
    fn tie(&mut self, grid: &Grid, dead: &[Node]) {
        let mut sorted = dead.to_vec();
        sorted.sort_unstable();
        let is_dead = |node: Node| sorted.binary_search(&node).is_ok();
        let ways = |node: Node| grid.ends_at(grid.row(node)).map(|(branch, _)| branch);
        let mut front = Vec::new();
        for &first in &sorted {
            let is_met = |ties: &[(Node, Node)], node: Node| ties.iter().any(|&(met, _)| met == node);
            if is_met(&self.ties, first) {
                continue;
            }
            let far = |case: &Case, branch: usize, node: Node| {
                let Branch { from, to, .. } = case.branches[branch];
                if from == node { to } else { from }
            };
            let live = ways(first).find(|&branch| !is_dead(far(&self.case, branch, first)));
            let Some(live) = live else { continue };
            let source = far(&self.case, live, first);
            self.make_tie(live);
            self.ties.push((first, source));
            front.push(first);
            while let Some(node) = front.pop() {
                for branch in ways(node) {
                    let next = far(&self.case, branch, node);
                    if is_dead(next) {
                        self.make_tie(branch);
                        if !is_met(&self.ties, next) {
                            self.ties.push((next, source));
                            front.push(next);
                        }
                    }
                }
            }
        }
    }

    fn make_tie(&mut self, branch: usize) {
        let tie = &mut self.case.branches[branch];
        (tie.ys, tie.ysh, tie.ends) = (TIE, Complex64::ZERO, [Complex64::ZERO; 2]);
        tie.tap = Complex64::ONE;
        self.branches.push(branch);
    }

    /// Branches whose values changed: a layout has to take them over, and with them their ends' shunts.
    pub(super) fn branches(&self) -> &[usize] {
        &self.branches
    }

    /// Gives dead nodes the voltage that they take over.
    pub(super) fn begin(&self, v: &mut [Complex64]) {
        for &(dead, live) in &self.ties {
            v[dead.index()] = v[live.index()];
        }
    }

    /// Takes the change out again; the branches that it concerned come back.
    pub(super) fn restore(&mut self, original: &Case) -> Vec<usize> {
        for &branch in &self.branches {
            self.case.branches[branch] = original.branches[branch];
        }
        for node in self.nodes.drain(..) {
            self.case.kind[node] = original.kind[node];
            self.case.sbus[node] = original.sbus[node];
            self.case.ysh[node] = original.ysh[node];
        }
        self.ties.clear();
        std::mem::take(&mut self.branches)
    }
}
