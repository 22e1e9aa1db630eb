//! A whole list of cases, on all cores.

use super::{Base, Batch, Change, Found};
use crate::flow::newton::Options;
#[cfg(feature = "parallel")]
use rayon::prelude::*;

/// Cases that a thread takes at once, at least: enough that the lanes seldom run empty.
#[cfg(feature = "parallel")]
const TAKE: usize = 128;

/// Portions that each thread gets, at most: some hold cases that take long.
#[cfg(feature = "parallel")]
const PORTIONS: usize = 8;

/// Solves `count` cases and returns what `visit` makes of each, in their order; on all cores where the feature `parallel`
/// is on. Every case comes to the same bytes, whatever the number of threads.
pub fn each<'c, T: Send>(
    base: &Base<'_>,
    count: usize,
    changes: impl Fn(usize) -> Change<'c> + Sync,
    options: &Options,
    visit: impl Fn(Found<'_>) -> T + Sync,
) -> Vec<T> {
    let run = |batch: &mut Batch<'_>, first: usize, count: usize| -> Vec<Option<T>> {
        let mut made: Vec<Option<T>> = (0..count).map(|_| None).collect();
        let change = |k: usize| (k < count).then(|| changes(first + k));
        batch.solve(change, options, |found| {
            let k = found.index;
            made[k] = Some(visit(Found { index: first + k, ..found }));
        });
        made
    };
    #[cfg(feature = "parallel")]
    let made: Vec<Vec<Option<T>>> = {
        let take = (count / (PORTIONS * rayon::current_num_threads())).max(TAKE);
        let firsts: Vec<usize> = (0..count).step_by(take).collect();
        firsts
            .into_par_iter()
            .with_max_len(1)
            .map_init(|| Batch::new(base), |batch, first| run(batch, first, take.min(count - first)))
            .collect()
    };
    #[cfg(not(feature = "parallel"))]
    let made = vec![run(&mut Batch::new(base), 0, count)];
    made.into_iter().flatten().flatten().collect()
}
