//! A whole list of cases, on all cores.

use super::{Base, Batch, Change, Found, in_turn};
use crate::flow::newton::Options;

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
    let take = (count / (PORTIONS * rayon::current_num_threads())).max(TAKE);
    #[cfg(not(feature = "parallel"))]
    let take = count.max(1);
    let made = in_turn(
        count.div_ceil(take),
        || Batch::new(base),
        |batch, portion| run(batch, portion * take, take.min(count - portion * take)),
    );
    made.into_iter().flatten().flatten().collect()
}
