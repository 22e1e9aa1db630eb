//! The single-line diagram of a grid without coordinates: buses in rows by rated voltage, within a voltage by distance from the
//! sources, and along a row so that few branches cross.
//!
//! ```text
//! row      rated voltage, highest on top; then branches to the nearest source
//! order    barycentres: each bus at the mean of its neighbours, swept down and up; ties stay in the order of the grid
//! x        the mean of its neighbours again, kept apart by a spacing, swept a few times more
//! ```
//!
//! Source of the sweeps: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding of Hierarchical System
//! Structures", IEEE Trans. SMC-11 (1981) p. 109. Nothing is drawn by chance: the same grid has the same diagram.

use super::Sources;
use super::drawing::{Spots, tenth};
use crate::criteria::same_kv;
use crate::ids::BusId;
use crate::model::{ElementId, Network};
use std::collections::{BTreeMap, VecDeque};

/// Between two buses of a row.
const APART: f64 = 54.0;
/// Between two rows.
const ROW: f64 = 78.0;
/// Between two rated voltages, on top of that.
const LEVEL: f64 = 34.0;
const MARGIN: f64 = 60.0;
/// Sweeps down and up.
const SWEEPS: usize = 8;

/// The place of every bus; `None` without buses.
pub(super) fn spots(
    sources: &Sources<'_>,
    buses: &[BusId],
    branches: &[(ElementId, Vec<BusId>)],
) -> Option<Spots> {
    if buses.is_empty() {
        return None;
    }
    let network = &sources.plan.network;
    let index: BTreeMap<BusId, usize> = buses.iter().enumerate().map(|(row, &bus)| (bus, row)).collect();
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); buses.len()];
    for (_, ends) in branches {
        let ends: Vec<usize> = ends.iter().filter_map(|bus| index.get(bus).copied()).collect();
        for &a in &ends {
            neighbours[a].extend(ends.iter().copied().filter(|&b| b != a));
        }
    }
    for row in &mut neighbours {
        row.sort_unstable();
        row.dedup();
    }
    let levels = levels(network, buses);
    let distance = distance(&roots(network, buses, &index, &levels), &neighbours);
    let mut rows = rows(&levels, &distance);
    order(&mut rows, &neighbours);
    let rows = wrapped(rows);
    Some(place(buses, &levels, &rows, &neighbours))
}

/// The number of each bus's rated voltage, 0 the highest; those without one come last.
fn levels(network: &Network, buses: &[BusId]) -> Vec<usize> {
    let mut known: Vec<f64> = Vec::new();
    let mut all: Vec<f64> = buses.iter().map(|&bus| network.buses[bus].vn_kv).collect();
    all.sort_by(|a, b| b.total_cmp(a));
    for kv in all {
        if known.last().is_none_or(|&last| !same_kv(last, kv)) {
            known.push(kv);
        }
    }
    let of = |kv: f64| known.iter().position(|&level| same_kv(level, kv)).unwrap_or(known.len());
    buses.iter().map(|&bus| of(network.buses[bus].vn_kv)).collect()
}

/// Where power comes from: slack and boundary buses; without any the buses of the highest voltage.
fn roots(network: &Network, buses: &[BusId], index: &BTreeMap<BusId, usize>, levels: &[usize]) -> Vec<usize> {
    use crate::model::{Control, GeneratorKind};
    let source = network
        .generators
        .iter()
        .filter(|one| one.control == Control::Slack || one.kind == GeneratorKind::Boundary)
        .filter_map(|one| index.get(&one.bus).copied());
    let mut roots: Vec<usize> = source.collect();
    if roots.is_empty() {
        roots = (0..buses.len()).filter(|&bus| levels[bus] == 0).collect();
    }
    roots.sort_unstable();
    roots.dedup();
    roots
}

/// Branches to the nearest root; parts without one count from their first bus.
fn distance(roots: &[usize], neighbours: &[Vec<usize>]) -> Vec<usize> {
    let mut distance = vec![usize::MAX; neighbours.len()];
    let mut queue: VecDeque<usize> = VecDeque::new();
    let mut visit = |starts: &mut dyn Iterator<Item = usize>, distance: &mut Vec<usize>| {
        for start in starts {
            if distance[start] == usize::MAX {
                distance[start] = 0;
                queue.push_back(start);
            }
        }
        while let Some(bus) = queue.pop_front() {
            for &next in &neighbours[bus] {
                if distance[next] == usize::MAX {
                    distance[next] = distance[bus] + 1;
                    queue.push_back(next);
                }
            }
        }
    };
    visit(&mut roots.iter().copied(), &mut distance);
    for bus in 0..neighbours.len() {
        visit(&mut std::iter::once(bus), &mut distance);
    }
    distance
}

/// Buses by voltage, then by distance: the level, and its buses.
fn rows(levels: &[usize], distance: &[usize]) -> Vec<(usize, Vec<usize>)> {
    let mut rows: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for bus in 0..levels.len() {
        rows.entry((levels[bus], distance[bus])).or_default().push(bus);
    }
    rows.into_iter().map(|((level, _), buses)| (level, buses)).collect()
}

/// Orders each row by the mean place of what its buses are connected to in other rows.
fn order(rows: &mut [(usize, Vec<usize>)], neighbours: &[Vec<usize>]) {
    let mut at = vec![0.0_f64; neighbours.len()];
    let mut row_of = vec![0_usize; neighbours.len()];
    let spread = |buses: &[usize], at: &mut [f64]| {
        for (k, &bus) in buses.iter().enumerate() {
            at[bus] = (k as f64 + 0.5) / buses.len() as f64;
        }
    };
    for (row, (_, buses)) in rows.iter().enumerate() {
        spread(buses, &mut at);
        for &bus in buses {
            row_of[bus] = row;
        }
    }
    for sweep in 0..SWEEPS {
        let downwards = sweep % 2 == 0;
        let count = rows.len();
        for k in 0..count {
            let row = if downwards { k } else { count - 1 - k };
            let wanted = |bus: usize| {
                let near = neighbours[bus]
                    .iter()
                    .filter(|&&other| if downwards { row_of[other] < row } else { row_of[other] > row });
                let (sum, n) = near.fold((0.0, 0_usize), |(sum, n), &other| (sum + at[other], n + 1));
                if n == 0 { at[bus] } else { sum / n as f64 }
            };
            let mut keyed: Vec<(f64, usize)> = rows[row].1.iter().map(|&bus| (wanted(bus), bus)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            rows[row].1 = keyed.into_iter().map(|(_, bus)| bus).collect();
            spread(&rows[row].1, &mut at);
        }
    }
}

/// Rows that would be much wider than the sheet is high go on in a row below.
fn wrapped(rows: Vec<(usize, Vec<usize>)>) -> Vec<(usize, Vec<usize>)> {
    let buses: usize = rows.iter().map(|(_, row)| row.len()).sum();
    // About two and a fifth times the root.
    let most = (buses * 484 / 100).isqrt().max(12);
    let mut out = Vec::new();
    for (level, row) in rows {
        // Every second bus to the row below keeps neighbours near each other.
        let parts = row.len().div_ceil(most);
        for part in 0..parts {
            out.push((level, row.iter().copied().skip(part).step_by(parts).collect()));
        }
    }
    out
}

/// Places along the rows: near what a bus is connected to, and apart from each other.
fn place(
    buses: &[BusId],
    levels: &[usize],
    rows: &[(usize, Vec<usize>)],
    neighbours: &[Vec<usize>],
) -> Spots {
    let _ = levels;
    let widest = rows.iter().map(|(_, row)| row.len()).max().unwrap_or(1);
    let width = APART * (widest as f64 - 1.0).max(4.0);
    let mut x = vec![0.0_f64; buses.len()];
    for (_, row) in rows {
        for (k, &bus) in row.iter().enumerate() {
            x[bus] = width * (k as f64 + 0.5) / row.len() as f64;
        }
    }
    for sweep in 0..SWEEPS {
        for k in 0..rows.len() {
            let row = &rows[if sweep % 2 == 0 { k } else { rows.len() - 1 - k }].1;
            let wanted: Vec<f64> = row
                .iter()
                .map(|&bus| {
                    let near = &neighbours[bus];
                    if near.is_empty() {
                        x[bus]
                    } else {
                        near.iter().map(|&other| x[other]).sum::<f64>() / near.len() as f64
                    }
                })
                .collect();
            for (&bus, x_wanted) in row.iter().zip(apart(&wanted, width)) {
                x[bus] = x_wanted;
            }
        }
    }
    let mut y = MARGIN;
    let mut last = rows.first().map_or(0, |row| row.0);
    let mut heights = vec![0.0; buses.len()];
    for (at, (level, row)) in rows.iter().enumerate() {
        if at > 0 {
            y += ROW + if *level == last { 0.0 } else { LEVEL };
        }
        last = *level;
        for &bus in row {
            heights[bus] = y;
        }
    }
    let spots = buses
        .iter()
        .enumerate()
        .map(|(row, &bus)| (ElementId::Bus(bus), vec![bus], (tenth(MARGIN + x[row]), tenth(heights[row]))))
        .collect();
    let (width, height) = (tenth(width + 2.0 * MARGIN), tenth(y + MARGIN));
    Spots { width, height, focus: [0.0, 0.0, width, height], unit_km: None, all: spots }
}

/// Places in the order given, as near to those wanted as a spacing allows: the mean of pushing right and pushing left.
fn apart(wanted: &[f64], width: f64) -> Vec<f64> {
    let n = wanted.len();
    let step = if n > 1 { APART.min(width / (n as f64 - 1.0)) } else { APART };
    let mut right = wanted.to_vec();
    for k in 1..n {
        right[k] = right[k].max(right[k - 1] + step);
    }
    let mut left = wanted.to_vec();
    for k in (0..n.saturating_sub(1)).rev() {
        left[k] = left[k].min(left[k + 1] - step);
    }
    let mut x: Vec<f64> = right.iter().zip(&left).map(|(r, l)| f64::midpoint(*r, *l)).collect();
    // Within the sheet: from the left, then from the right.
    for (k, x) in x.iter_mut().enumerate() {
        *x = x.max(step * k as f64);
    }
    for k in (0..n).rev() {
        x[k] = x[k].min(width - step * (n - 1 - k) as f64);
    }
    x
}
