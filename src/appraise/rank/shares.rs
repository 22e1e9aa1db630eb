//! Shapley shares: what each work of a stage adds on average, over all orders in which they may come.
//!
//! ```text
//! φ(w) = mean over orders of the stage's works of  value(those before w) − value(those before w, and w)
//! ```
//!
//! So works that do the same share the credit that taking out one at a time gives to none, and works that only help together
//! share what putting in one at a time gives to none. Where all subsets are no more states than the samples, they are all
//! solved and the shares are exact; else orders are drawn, by a seed, and each share has its standard error. A work without one
//! that it needs adds nothing until that comes.
//!
//! Source: L. S. Shapley, "A value for n-person games", Contributions to the Theory of Games II, 1953; by sampled orders: J. Castro,
//! D. Gómez, J. Tejada, Computers & Operations Research 36 (2009) 1726.

use super::game::{Game, Key};
use super::metrics::Metrics;
use crate::appraise::need::Part;
use crate::ids::{ProjectId, StageId};
use std::collections::{BTreeMap, BTreeSet};

/// More works than this are never looked at subset by subset.
const MOST_EXACT: usize = 16;

/// How shares are found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sampling {
    /// Orders drawn in each stage.
    pub samples: u32,
    /// What they are drawn by.
    pub seed: u64,
}

/// The share of a work.
#[derive(Clone, PartialEq, Debug)]
pub struct Share {
    /// The stage: the first in which the work stands.
    pub stage: StageId,
    /// What it takes off the metrics.
    pub gain: Metrics,
    /// Standard error of each; 0 where all subsets were solved, NaN of a single sample.
    pub standard_error: Metrics,
    /// Orders drawn; `None` where all subsets were solved.
    pub samples: Option<u32>,
    /// Works that share in this stage.
    pub players: usize,
}

/// A stage with the works that share in it.
struct Table {
    stage: StageId,
    players: Vec<ProjectId>,
    parts: BTreeMap<ProjectId, Vec<Part>>,
    /// Orders drawn; `None` for all subsets.
    orders: Option<Vec<Vec<ProjectId>>>,
}

impl Table {
    /// The state with these players in and the others out.
    fn key(&self, game: &Game<'_>, is_in: &dyn Fn(ProjectId) -> bool) -> Key {
        let out = self.parts.iter().filter(|&(&player, _)| !is_in(player));
        game.without(self.stage, out.flat_map(|(_, parts)| parts.iter().copied()))
    }

    fn subset(&self, game: &Game<'_>, mask: usize) -> Key {
        let place = |player: ProjectId| self.players.binary_search(&player).unwrap_or(0);
        self.key(game, &|player| mask >> place(player) & 1 == 1)
    }
}

/// The shares of `works`, each in its first stage; other works stand as planned. Those of a state that cannot be built are left
/// out.
pub fn shares(
    game: &mut Game<'_>,
    works: &[ProjectId],
    sampling: Sampling,
    tick: &(dyn Fn(usize, usize) + Sync),
) -> BTreeMap<ProjectId, Share> {
    let stages: Vec<StageId> = game.days.plan.stages.ids().collect();
    let tables: Vec<Table> = stages.iter().filter_map(|&stage| table(game, stage, works, sampling)).collect();
    let mut wanted: BTreeSet<Key> = BTreeSet::new();
    for table in &tables {
        match &table.orders {
            None => wanted.extend((0..1_usize << table.players.len()).map(|mask| table.subset(game, mask))),
            Some(orders) => {
                for order in orders {
                    wanted
                        .extend(prefixes(order).map(|set| table.key(game, &|player| set.contains(&player))));
                }
            }
        }
    }
    game.solve(wanted, tick);
    let mut found = BTreeMap::new();
    for table in &tables {
        let shares = match &table.orders {
            None => exact(game, table),
            Some(orders) => sampled(game, table, orders),
        };
        found.extend(shares.unwrap_or_default());
    }
    found
}

fn table(game: &Game<'_>, stage: StageId, works: &[ProjectId], sampling: Sampling) -> Option<Table> {
    let mut parts: BTreeMap<ProjectId, Vec<Part>> = BTreeMap::new();
    for part in game.parts_of(stage) {
        if works.contains(&part.0) && game.first_stage(part.0) == Some(stage) {
            parts.entry(part.0).or_default().push(part);
        }
    }
    let players: Vec<ProjectId> = parts.keys().copied().collect();
    let count = players.len();
    let sampled_states = count.saturating_mul(sampling.samples as usize);
    let all = (count <= MOST_EXACT).then(|| 1_usize << count);
    let orders = all.is_none_or(|all| all > sampled_states.max(2)).then(|| {
        // Each stage draws by itself, so that asking about one more stage changes no other.
        let year = game.day(stage).map_or(0, |day| u64::from(day.year().unsigned_abs()));
        let mut random = fastrand::Rng::with_seed(sampling.seed.wrapping_mul(10_000).wrapping_add(year));
        let draw = |_| {
            let mut order = players.clone();
            random.shuffle(&mut order);
            order
        };
        (0..sampling.samples).map(draw).collect()
    });
    (count > 0).then_some(Table { stage, players, parts, orders })
}

/// The sets that an order passes through, from none to all.
fn prefixes(order: &[ProjectId]) -> impl Iterator<Item = BTreeSet<ProjectId>> {
    (0..=order.len()).map(|end| order.iter().take(end).copied().collect())
}

/// By all subsets: the share weighs each by how many orders pass through it.
fn exact(game: &Game<'_>, table: &Table) -> Option<BTreeMap<ProjectId, Share>> {
    let count = table.players.len();
    let values: Option<Vec<Metrics>> =
        (0..1_usize << count).map(|mask| game.metrics(&table.subset(game, mask))).collect();
    let values = values?;
    // |S|! (n − |S| − 1)! / n! for |S| = 0 .. n − 1
    let mut weights = vec![1.0 / count as f64; count];
    for size in 1..count {
        weights[size] = weights[size - 1] * size as f64 / (count - size) as f64;
    }
    let mut found = BTreeMap::new();
    for (place, &player) in table.players.iter().enumerate() {
        let mut gain = Metrics::default();
        for mask in (0..1_usize << count).filter(|mask| mask >> place & 1 == 0) {
            let weight = weights[mask.count_ones() as usize];
            gain = gain + (values[mask] - values[mask | 1 << place]) * weight;
        }
        let standard_error = Metrics::default();
        let share = Share { stage: table.stage, gain, standard_error, samples: None, players: count };
        found.insert(player, share);
    }
    Some(found)
}

/// By sampled orders.
fn sampled(game: &Game<'_>, table: &Table, orders: &[Vec<ProjectId>]) -> Option<BTreeMap<ProjectId, Share>> {
    let mut gains: BTreeMap<ProjectId, Vec<Metrics>> = BTreeMap::new();
    for order in orders {
        let values: Option<Vec<Metrics>> = prefixes(order)
            .map(|set| game.metrics(&table.key(game, &|player| set.contains(&player))))
            .collect();
        for (&player, pair) in order.iter().zip(values?.windows(2)) {
            gains.entry(player).or_default().push(pair[0] - pair[1]);
        }
    }
    let share = |gains: Vec<Metrics>| {
        let n = gains.len() as f64;
        let mean = gains.iter().copied().sum::<Metrics>() * (1.0 / n);
        let squares = gains.iter().fold([0.0; 8], |squares, gain| {
            let off = (*gain - mean).numbers();
            std::array::from_fn(|k| squares[k] + off[k] * off[k])
        });
        Share {
            stage: table.stage,
            gain: mean,
            standard_error: Metrics::of_numbers(squares.map(|sum| (sum / (n - 1.0) / n).sqrt())),
            samples: Some(u32::try_from(gains.len()).unwrap_or(u32::MAX)),
            players: table.players.len(),
        }
    };
    Some(gains.into_iter().map(|(player, gains)| (player, share(gains))).collect())
}
