//! Greedy minimum fill: next is always the node whose elimination joins the fewest pairs.
//!
//! The graph of what is left is kept explicitly. A node's deficiency is the number of pairs of its neighbours
//! that are not joined yet. Eliminating it joins them; the deficiency changes only for those neighbours, and,
//! if an edge was added, for the nodes that have both its ends as neighbours.
//! Ties go to the smaller degree, then to the smaller number, so that the order is one and the same.

use super::Graph;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// The nodes in the order of their elimination.
pub(super) fn order(graph: &Graph) -> Vec<u32> {
    let n = graph.len();
    #[expect(clippy::cast_possible_truncation, reason = "nodes are numbered in 32 bits")]
    let all = 0..n as u32;
    let mut left = Left {
        neighbours: all.clone().map(|node| graph.neighbours(node).to_vec()).collect(),
        mark: vec![0; n],
        stamp: 0,
    };
    let mut deficiency: Vec<usize> = all.clone().map(|node| left.deficiency(node)).collect();
    let mut heap: BinaryHeap<Reverse<(usize, usize, u32)>> = all
        .map(|node| Reverse((deficiency[node as usize], left.neighbours[node as usize].len(), node)))
        .collect();
    let mut done = vec![false; n];
    let mut order = Vec::with_capacity(n);
    let mut touched = Vec::new();
    while let Some(Reverse((key, degree, node))) = heap.pop() {
        let at = node as usize;
        if done[at] || key != deficiency[at] || degree != left.neighbours[at].len() {
            continue;
        }
        done[at] = true;
        order.push(node);
        left.eliminate(node, &mut touched);
        for &node in &touched {
            deficiency[node as usize] = left.deficiency(node);
            heap.push(Reverse((deficiency[node as usize], left.neighbours[node as usize].len(), node)));
        }
    }
    order
}

/// The graph of the nodes that are left, and marks on its nodes.
struct Left {
    neighbours: Vec<Vec<u32>>,
    mark: Vec<u32>,
    stamp: u32,
}

impl Left {
    /// Pairs of neighbours of `node` that are not joined.
    fn deficiency(&mut self, node: u32) -> usize {
        let around = &self.neighbours[node as usize];
        if around.len() < 2 {
            return 0;
        }
        self.stamp += 1;
        for &k in around {
            self.mark[k as usize] = self.stamp;
        }
        let joined: usize = around
            .iter()
            .map(|&k| {
                self.neighbours[k as usize].iter().filter(|&&m| self.mark[m as usize] == self.stamp).count()
            })
            .sum();
        // Each joined pair was seen from both of its ends.
        (around.len() * (around.len() - 1) - joined) / 2
    }

    /// Takes `node` out and joins its neighbours; `touched` then lists the nodes whose deficiency may differ.
    fn eliminate(&mut self, node: u32, touched: &mut Vec<u32>) {
        let around = std::mem::take(&mut self.neighbours[node as usize]);
        let mut added = false;
        for &k in &around {
            let mut list = std::mem::take(&mut self.neighbours[k as usize]);
            self.stamp += 1;
            for &m in &list {
                self.mark[m as usize] = self.stamp;
            }
            list.retain(|&m| m != node);
            let before = list.len();
            list.extend(around.iter().filter(|&&m| m != k && self.mark[m as usize] != self.stamp));
            added |= list.len() > before;
            self.neighbours[k as usize] = list;
        }
        touched.clear();
        touched.extend_from_slice(&around);
        if added {
            for &k in &around {
                touched.extend_from_slice(&self.neighbours[k as usize]);
            }
            touched.sort_unstable();
            touched.dedup();
        }
    }
}
