//! Independent jobs on all cores, their results in the order of the jobs.

/// Does `work` for each job; with the feature `parallel` on all cores. What it returns depends on the job alone, so the
/// results are the same on any number of threads.
pub fn side_by_side<J: Sync, T: Send>(jobs: &[J], work: impl Fn(&J) -> T + Sync + Send) -> Vec<T> {
    #[cfg(feature = "parallel")]
    {
        use rayon::prelude::*;
        jobs.par_iter().map(work).collect()
    }
    #[cfg(not(feature = "parallel"))]
    jobs.iter().map(work).collect()
}

/// Whether a thread beside those that solve is worth its while, and none of these waits for it.
#[must_use]
pub fn has_threads_to_spare() -> bool {
    #[cfg(feature = "parallel")]
    let spare = rayon::current_num_threads() > 1 && rayon::current_thread_index().is_none();
    #[cfg(not(feature = "parallel"))]
    let spare = false;
    spare
}
