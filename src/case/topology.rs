//! Which buses are one node, and which nodes hang together: closed switches and branches without impedance
//! merge buses, the other branches in service connect them into islands. Linear in the size of the grid.

use crate::ids::{BusId, Id};

/// Groups of buses, grown by joining two at a time (union by size, path halving).
#[derive(Clone, Debug)]
pub struct Groups {
    parent: Vec<u32>,
    size: Vec<u32>,
}

impl Groups {
    /// `len` buses, each alone.
    ///
    /// # Panics
    /// If there are more than 2³² buses; readers stop long before.
    #[must_use]
    pub fn new(len: usize) -> Self {
        let len = u32::try_from(len).unwrap_or_else(|_| panic!("too many buses"));
        Self { parent: (0..len).collect(), size: vec![1; len as usize] }
    }

    /// The bus that stands for the group of `bus`.
    pub fn root(&mut self, bus: BusId) -> BusId {
        let mut at = bus.index();
        while self.parent[at] as usize != at {
            self.parent[at] = self.parent[self.parent[at] as usize];
            at = self.parent[at] as usize;
        }
        BusId::from_index(at)
    }

    /// Joins the groups of two buses; says whether they were apart.
    pub fn join(&mut self, a: BusId, b: BusId) -> bool {
        let (mut a, mut b) = (self.root(a).index(), self.root(b).index());
        if a == b {
            return false;
        }
        if self.size[a] < self.size[b] {
            std::mem::swap(&mut a, &mut b);
        }
        #[expect(clippy::cast_possible_truncation, reason = "there are fewer than 2^32 buses")]
        let parent = a as u32;
        self.parent[b] = parent;
        self.size[a] += self.size[b];
        true
    }
}
