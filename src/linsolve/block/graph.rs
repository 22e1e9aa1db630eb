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
        let edges = || edges.clone().filter(|(a, b)| a != b);
        let mut starts = vec![0_u32; n + 1];
        let mut ends = 0_usize;
        for (a, b) in edges() {
            starts[a as usize] += 1;
            starts[b as usize] += 1;
            ends += 2;
        }
        assert!(u32::try_from(ends).is_ok(), "too many edges");
        // Where each list ends; filled from there, they start where the next one would.
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut neighbours = vec![0; ends];
        for (a, b) in edges() {
            for (node, other) in [(a, b), (b, a)] {
                let at = &mut starts[node as usize];
                *at -= 1;
                neighbours[*at as usize] = other;
            }
        }
        // Ascending, each once.
        let (mut kept, mut from) = (0, 0);
        for node in 0..n {
            let to = starts[node + 1] as usize;
            neighbours[from..to].sort_unstable();
            let first = kept;
            for k in from..to {
                if kept == first || neighbours[kept - 1] != neighbours[k] {
                    neighbours[kept] = neighbours[k];
                    kept += 1;
                }
            }
            from = to;
            #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
            let first = first as u32;
            starts[node] = first;
        }
        #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
        let all = kept as u32;
        starts[n] = all;
        neighbours.truncate(kept);
        Self { starts, neighbours }
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
