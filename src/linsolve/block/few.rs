//! Minimum degree for few nodes: who is still joined to whom as sets of bits, one word for 64 nodes.
//!
//! Eliminating a node adds its set to those of its neighbours, and the size of a set is a degree: exact, where the
//! approximation for large graphs only bounds it. The work grows with the square of the number of nodes.

use super::Graph;

/// No node: the end of a list.
const NONE: u32 = u32::MAX;

/// Nodes that eight words hold.
pub(super) const MOST: usize = 512;

/// The nodes in the order of their elimination: always one of least degree, of equal ones the last that came to it.
///
/// # Panics
/// If there are more than [`MOST`] (a bug of the caller).
pub(super) fn order(graph: &Graph) -> Vec<u32> {
    assert!(graph.len() <= MOST, "too many nodes");
    match graph.len().div_ceil(64) {
        0 | 1 => in_words::<1>(graph),
        2 => in_words::<2>(graph),
        3 | 4 => in_words::<4>(graph),
        _ => in_words::<8>(graph),
    }
}

fn in_words<const WORDS: usize>(graph: &Graph) -> Vec<u32> {
    let n = graph.len();
    let mut sets = vec![[0_u64; WORDS]; n];
    let mut lists = ByDegree { first: vec![NONE; n], links: vec![Link::default(); n] };
    for k in (0..n).rev() {
        #[expect(clippy::cast_possible_truncation, reason = "there are few nodes")]
        let node = k as u32;
        for &other in graph.neighbours(node) {
            sets[k][other as usize / 64] |= 1 << (other % 64);
        }
        lists.insert(node, graph.neighbours(node).len());
    }
    let mut order = Vec::with_capacity(n);
    let mut least = 0;
    while order.len() < n {
        while lists.first[least] == NONE {
            least += 1;
        }
        let node = lists.first[least];
        if least + 1 == n - order.len() {
            // All that are left are joined to one another.
            order.extend(std::iter::successors(Some(node), |&node| lists.next(node)));
            break;
        }
        lists.remove(node);
        order.push(node);
        let own = sets[node as usize];
        for (at, mut rest) in own.into_iter().enumerate() {
            while rest != 0 {
                let other = at * 64 + rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let set = &mut sets[other];
                let mut degree = 0;
                for (set, own) in set.iter_mut().zip(own) {
                    *set |= own;
                    degree += set.count_ones() as usize;
                }
                // Both it and the eliminated node were among them.
                set[at] &= !(1 << (other % 64));
                set[node as usize / 64] &= !(1 << (node % 64));
                let degree = degree - 2;
                #[expect(clippy::cast_possible_truncation, reason = "there are few nodes")]
                let other = other as u32;
                lists.remove(other);
                lists.insert(other, degree);
                least = least.min(degree);
            }
        }
    }
    order
}

/// The nodes that are left, a list for each degree.
struct ByDegree {
    first: Vec<u32>,
    links: Vec<Link>,
}

#[derive(Clone, Copy, Default)]
struct Link {
    before: u32,
    next: u32,
    degree: usize,
}

impl ByDegree {
    fn insert(&mut self, node: u32, degree: usize) {
        let next = std::mem::replace(&mut self.first[degree], node);
        self.links[node as usize] = Link { before: NONE, next, degree };
        if let Some(next) = self.links.get_mut(next as usize) {
            next.before = node;
        }
    }

    fn remove(&mut self, node: u32) {
        let Link { before, next, degree } = self.links[node as usize];
        match self.links.get_mut(before as usize) {
            Some(before) => before.next = next,
            None => self.first[degree] = next,
        }
        if let Some(next) = self.links.get_mut(next as usize) {
            next.before = before;
        }
    }

    fn next(&self, node: u32) -> Option<u32> {
        Some(self.links[node as usize].next).filter(|&next| next != NONE)
    }
}
