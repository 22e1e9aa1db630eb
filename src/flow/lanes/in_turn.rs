//! Jobs of very different length, on all cores.

#[cfg(feature = "parallel")]
use rayon::prelude::*;
#[cfg(feature = "parallel")]
use std::sync::atomic::{AtomicUsize, Ordering};

/// Does `count` jobs and returns what they come to, in their order. Each thread makes room for itself once and takes the next
/// job when it is done with one, so that none waits while another has several long ones before it.
pub(crate) fn in_turn<R, T: Send>(
    count: usize,
    room: impl Fn() -> R + Sync,
    job: impl Fn(&mut R, usize) -> T + Sync,
) -> Vec<T> {
    #[cfg(feature = "parallel")]
    {
        let next = AtomicUsize::new(0);
        let work = |_| {
            let mut here = None;
            let mut made = Vec::new();
            loop {
                let k = next.fetch_add(1, Ordering::Relaxed);
                if k >= count {
                    return made;
                }
                made.push((k, job(here.get_or_insert_with(&room), k)));
            }
        };
        let threads = rayon::current_num_threads().min(count);
        let mut made: Vec<(usize, T)> =
            (0..threads).into_par_iter().with_max_len(1).map(work).flatten_iter().collect();
        made.sort_unstable_by_key(|&(k, _)| k);
        made.into_iter().map(|(_, made)| made).collect()
    }
    #[cfg(not(feature = "parallel"))]
    {
        let mut here = room();
        (0..count).map(|k| job(&mut here, k)).collect()
    }
}
