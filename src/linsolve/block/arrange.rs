//! How rows are laid out so that the processor seldom waits. None of it adds an entry to the factors.
//!
//! A row is a chain of dependent operations, some 130 cycles long, and shorter to write down than to wait for. So
//! rows that do not need each other stand side by side, by their height in the elimination tree, and up to [`BATCH`]
//! of them invert their pivots in one run. Subtrees stay together, because what they share is then still in the
//! cache; above them the order of elimination is kept.
//!
//! Towards the root rows come to have the same columns. Two of these, a row and its parent, form a pair: whoever
//! needs the one needs the other next, and takes both in one pass.

use super::plan::{Lists, NONE, inverse};

/// Rows in a batch, at most.
pub(super) const BATCH: usize = 16;

/// Rows of a subtree that is renumbered by height: as many as fit into the nearest cache.
const SUBTREE: u32 = 64;

/// Renumbers so that neighbouring rows seldom wait for each other: small subtrees one after the other, each by height,
/// leaves first; then what is above them. It costs no fill, as children stay before their parents.
pub(super) fn by_height(order: &[u32], parent: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let subtree = SUBTREE;
    let n = order.len();
    let (mut height, mut size) = (vec![0_u32; n], vec![1_u32; n]);
    let mut levels = 1;
    for k in 0..n {
        if parent[k] != NONE {
            let up = parent[k] as usize;
            height[up] = height[up].max(height[k] + 1);
            size[up] += size[k];
            levels = levels.max(height[up] as usize + 1);
        }
    }
    // The subtrees in the order of their roots; what is above them comes last.
    let mut group = vec![0_u32; n];
    let mut groups = 0;
    for k in (0..n).rev() {
        group[k] = if size[k] > subtree {
            NONE
        } else if parent[k] == NONE || size[parent[k] as usize] > subtree {
            groups += 1;
            groups - 1
        } else {
            group[parent[k] as usize]
        };
    }
    for (g, height) in group.iter_mut().zip(&mut height) {
        if *g == NONE {
            (*g, *height) = (groups, 0);
        } else {
            *g = groups - 1 - *g;
        }
    }
    let all: Vec<u32> = (0_u32..).take(n).collect();
    let sorted = sort(&sort(&all, &height, levels), &group, groups as usize + 1);
    let place = inverse(&sorted);
    let new_order = sorted.iter().map(|&k| order[k as usize]).collect();
    let new_parent = sorted
        .iter()
        .map(|&k| if parent[k as usize] == NONE { NONE } else { place[parent[k as usize] as usize] })
        .collect();
    (new_order, new_parent)
}

/// Stable counting sort of items by their keys, which are below `keys`.
fn sort(items: &[u32], key: &[u32], keys: usize) -> Vec<u32> {
    let mut next = vec![0_u32; keys + 1];
    for &item in items {
        next[key[item as usize] as usize + 1] += 1;
    }
    for k in 0..keys {
        next[k + 1] += next[k];
    }
    let mut sorted = vec![0; items.len()];
    for &item in items {
        let at = &mut next[key[item as usize] as usize];
        sorted[*at as usize] = item;
        *at += 1;
    }
    sorted
}

/// Couples rows with their parents where the columns are the same: the parent has one less.
pub(super) fn pairs(parent: &[u32], upper: &Lists) -> Vec<u32> {
    let len = |row: usize| upper.starts[row + 1] - upper.starts[row];
    let mut pair = vec![NONE; parent.len()];
    let mut taken = vec![false; parent.len()];
    for row in 0..parent.len() {
        let up = parent[row];
        if up != NONE && !taken[row] && !taken[up as usize] && len(row) == len(up as usize) + 1 {
            pair[row] = up;
            taken[up as usize] = true;
        }
    }
    pair
}

/// `L` by rows: ascending, but the first of a pair right before the second, which is as late as it may come.
pub(super) fn paired(upper: &Lists, pair: &[u32]) -> Lists {
    let n = pair.len();
    let mut starts = vec![0_u32; n + 1];
    for &row in &upper.columns {
        starts[row as usize + 1] += 1;
    }
    for k in 0..n {
        starts[k + 1] += starts[k];
    }
    let mut first = vec![NONE; n];
    for (row, &second) in (0..).zip(pair) {
        if second != NONE {
            first[second as usize] = row;
        }
    }
    let mut next = starts.clone();
    let mut columns = vec![0; upper.columns.len()];
    for c in 0..n {
        #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
        let column = c as u32;
        let mut push = |row: u32, column: u32| {
            let at = &mut next[row as usize];
            columns[*at as usize] = column;
            *at += 1;
        };
        if pair[c] != NONE {
            push(pair[c], column);
            continue;
        }
        for &row in upper.row(c) {
            if first[c] != NONE {
                push(row, first[c]);
            }
            push(row, column);
        }
    }
    Lists { starts, columns }
}

/// Runs of rows of which none stands in the row of another.
pub(super) fn batches(lower: &Lists) -> Vec<u32> {
    let n = lower.starts.len() - 1;
    let mut starts = vec![0];
    let mut start = 0;
    for row in 0..n {
        let last = lower.row(row).iter().max().map_or(0, |&last| last as usize + 1);
        if last > start || row == start + BATCH {
            start = row;
            #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
            starts.push(row as u32);
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "rows are numbered in 32 bits")]
    starts.push(n as u32);
    starts
}
