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
