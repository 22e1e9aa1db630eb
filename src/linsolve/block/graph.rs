//! Who is joined to whom: the pattern of a symmetric matrix of blocks, without its diagonal.

/// An undirected graph of `n` nodes without loops; the neighbours of each node are sorted and each stands once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Graph {
    starts: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Graph {
    /// The graph of `n` nodes with these edges; loops are left out, and an edge named twice counts once.
    ///
    /// # Panics
    /// If an edge names a node beyond `n`, or there are 2³¹ edges (bugs of the caller).
    pub fn new(n: usize, edges: &(impl Iterator<Item = (u32, u32)> + Clone)) -> Self {
        let both = || edges.clone().filter(|(a, b)| a != b).flat_map(|(a, b)| [(a, b), (b, a)]);
        // Sorted by the second node, then stably by the first: every list comes out ascending.
        let mut ends = vec![(0, 0); both().count()];
        assert!(u32::try_from(ends.len()).is_ok(), "too many edges");
        scatter(n, both(), |(_, b)| b, &mut ends);
        let mut pairs = vec![(0, 0); ends.len()];
        scatter(n, ends.into_iter(), |(a, _)| a, &mut pairs);
        pairs.dedup();
        let mut starts = vec![0; n + 1];
        for &(a, _) in &pairs {
            starts[a as usize + 1] += 1;
        }
        for k in 0..n {
            starts[k + 1] += starts[k];
        }
        Self { starts, neighbours: pairs.into_iter().map(|(_, b)| b).collect() }
    }

    /// Number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Whether there is no node.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes joined to `node`, ascending.
    #[must_use]
    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.neighbours[self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize]
    }

    /// The lists of all nodes, one behind the other, and where each starts: n + 1 rows.
    pub(super) fn compressed(&self) -> (&[u32], &[u32]) {
        (&self.starts, &self.neighbours)
    }
}

/// Stable counting sort by a node.
fn scatter(
    n: usize,
    pairs: impl Iterator<Item = (u32, u32)> + Clone,
    key: impl Fn((u32, u32)) -> u32,
    out: &mut [(u32, u32)],
) {
    let mut next = vec![0_usize; n + 1];
    for pair in pairs.clone() {
        next[key(pair) as usize + 1] += 1;
    }
    for k in 0..n {
        next[k + 1] += next[k];
    }
    for pair in pairs {
        let at = &mut next[key(pair) as usize];
        out[*at] = pair;
        *at += 1;
    }
}
