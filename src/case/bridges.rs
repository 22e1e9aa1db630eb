//! The branches on which a part of the grid hangs: without one of them that part has no slack node.
//!
//! All slack nodes count as one, the root of a depth-first search. `low` is the earliest node that a subtree reaches by
//! a branch other than the one it was entered through; where that is not above the subtree's top, the branch into it is
//! a bridge, and the subtree is what it cuts off. Parallel branches are not bridges. Linear in the size of the case.
//!
//! Source: R. E. Tarjan, *A Note on Finding the Bridges of a Graph*, Information Processing Letters 2, 1974.

use super::{Branch, Case, NodeKind};
use crate::ids::{Id, Node};
use num_complex::Complex64;

/// The bridges of a case, and what each of them cuts off.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bridges {
    /// Nodes as the search met them.
    met: Vec<Node>,
    /// For each branch the part of `met` that it cuts off: empty unless it is a bridge.
    parts: Vec<(u32, u32)>,
}

impl Bridges {
    /// Finds the bridges of a case. Branches without admittance are out of service.
    ///
    /// Nodes that no slack reaches are left out: nothing can be cut off from them.
    #[must_use]
    pub fn find(case: &Case) -> Self {
        let graph = Incidence::new(case);
        let mut search = Search {
            met: Vec::with_capacity(case.len()),
            place: vec![UNMET; case.len()],
            parts: vec![(0, 0); case.branches.len()],
        };
        for (node, &kind) in case.kind.iter_ids() {
            if kind == NodeKind::Slack {
                search.place[node.index()] = 0;
            }
        }
        for (node, &kind) in case.kind.iter_ids() {
            if kind == NodeKind::Slack {
                search.from(case, &graph, node);
            }
        }
        Self { met: search.met, parts: search.parts }
    }

    /// Whether the outage of a branch leaves a part of the grid without slack.
    ///
    /// # Panics
    /// If there is no such branch (a bug of the caller).
    #[must_use]
    pub fn is_bridge(&self, branch: usize) -> bool {
        self.parts[branch].0 < self.parts[branch].1
    }

    /// The nodes that lose their slack with a branch, the one at its end first; none unless it is a bridge.
    ///
    /// # Panics
    /// If there is no such branch (a bug of the caller).
    #[must_use]
    pub fn cut_off(&self, branch: usize) -> &[Node] {
        let (start, end) = self.parts[branch];
        &self.met[start as usize..end as usize]
    }
}

/// Not met yet. Places count from 1, as 0 is the slack's.
const UNMET: u32 = u32::MAX;

/// The branches at each node.
struct Incidence {
    starts: Vec<u32>,
    branches: Vec<u32>,
}

impl Incidence {
    fn new(case: &Case) -> Self {
        let live =
            || (0_u32..).zip(&case.branches).filter(|(_, b)| b.ys != Complex64::ZERO && b.from != b.to);
        let mut starts = vec![0; case.len() + 1];
        for (_, branch) in live() {
            starts[branch.from.index() + 1] += 1;
            starts[branch.to.index() + 1] += 1;
        }
        for k in 0..case.len() {
            starts[k + 1] += starts[k];
        }
        let mut next = starts.clone();
        let mut branches = vec![0; *starts.last().unwrap_or(&0) as usize];
        for (k, branch) in live() {
            for end in [branch.from, branch.to] {
                let at = &mut next[end.index()];
                branches[*at as usize] = k;
                *at += 1;
            }
        }
        Self { starts, branches }
    }

    fn at(&self, node: Node) -> std::ops::Range<usize> {
        self.starts[node.index()] as usize..self.starts[node.index() + 1] as usize
    }
}

struct Search {
    met: Vec<Node>,
    /// One more than the place in `met`, by nodes.
    place: Vec<u32>,
    parts: Vec<(u32, u32)>,
}

/// A node whose branches are being looked at. A stack of our own: a chain of 1e5 nodes would not fit the program's.
struct Open {
    node: Node,
    /// The branch through which it was entered.
    entry: Option<u32>,
    place: u32,
    low: u32,
    next: usize,
    end: usize,
}

impl Search {
    /// Meets all that can be reached from a slack node.
    fn from(&mut self, case: &Case, graph: &Incidence, slack: Node) {
        let open = |node, entry, place| {
            let range = graph.at(node);
            Open { node, entry, place, low: place, next: range.start, end: range.end }
        };
        let mut stack = vec![open(slack, None, 0)];
        while let Some(top) = stack.last_mut() {
            if top.next < top.end {
                let branch = graph.branches[top.next];
                top.next += 1;
                if top.entry == Some(branch) {
                    continue;
                }
                let Branch { from, to, .. } = case.branches[branch as usize];
                let other = if from == top.node { to } else { from };
                let place = self.place[other.index()];
                if place == UNMET {
                    self.met.push(other);
                    #[expect(clippy::cast_possible_truncation, reason = "nodes are numbered in 32 bits")]
                    let place = self.met.len() as u32;
                    self.place[other.index()] = place;
                    stack.push(open(other, Some(branch), place));
                } else {
                    top.low = top.low.min(place);
                }
                continue;
            }
            let Open { entry, place, low, .. } = *top;
            stack.pop();
            if let (Some(entry), Some(above)) = (entry, stack.last_mut()) {
                above.low = above.low.min(low);
                if low == place {
                    #[expect(clippy::cast_possible_truncation, reason = "nodes are numbered in 32 bits")]
                    let end = self.met.len() as u32;
                    self.parts[entry as usize] = (place - 1, end);
                }
            }
        }
    }
}
