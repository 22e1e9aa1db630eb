//! What an outage of several branches cuts off: the nodes that no slack reaches any more.

use crate::case::{Case, NodeKind};
use crate::ids::{Id, Node};
use std::collections::BTreeSet;

/// Neighbours of every node, to be walked without some of the branches.
pub(super) struct Reach {
    starts: Vec<usize>,
    /// Branch and far node.
    ways: Vec<(usize, usize)>,
    slacks: Vec<usize>,
}

impl Reach {
    pub(super) fn new(case: &Case) -> Self {
        let mut starts = vec![0; case.len() + 1];
        for branch in &case.branches {
            starts[branch.from.index() + 1] += 1;
            starts[branch.to.index() + 1] += 1;
        }
        for k in 0..case.len() {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut ways = vec![(0, 0); 2 * case.branches.len()];
        for (k, branch) in case.branches.iter().enumerate() {
            for (here, there) in [(branch.from, branch.to), (branch.to, branch.from)] {
                ways[next[here.index()]] = (k, there.index());
                next[here.index()] += 1;
            }
        }
        let slacks = case.kind.iter_ids().filter(|&(_, &kind)| kind == NodeKind::Slack);
        Self { starts, ways, slacks: slacks.map(|(node, _)| node.index()).collect() }
    }

    /// The branches at a node, each with its far node.
    pub(super) fn ways(&self, node: Node) -> &[(usize, usize)] {
        &self.ways[self.starts[node.index()]..self.starts[node.index() + 1]]
    }

    /// The nodes without a slack when `out` is out, in order.
    pub(super) fn cut_off(&self, out: &[usize]) -> Vec<Node> {
        let n = self.starts.len() - 1;
        let out: BTreeSet<usize> = out.iter().copied().collect();
        let mut met = vec![false; n];
        let mut front = self.slacks.clone();
        for &slack in &self.slacks {
            met[slack] = true;
        }
        while let Some(node) = front.pop() {
            for &(branch, other) in &self.ways[self.starts[node]..self.starts[node + 1]] {
                if !met[other] && !out.contains(&branch) {
                    met[other] = true;
                    front.push(other);
                }
            }
        }
        (0..n).filter(|&node| !met[node]).map(Node::from_index).collect()
    }
}
