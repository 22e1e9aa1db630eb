//! Wall and CPU time of a repetition, and the memory of the process.

use serde_json::{Value, json};
use std::time::Instant;

/// `[wall, cpu]` of each of `reps` repetitions in ms. What `run` returns is dropped off the clock.
pub(crate) fn times<T>(reps: usize, mut run: impl FnMut() -> T) -> Value {
    let one = |_| {
        let (wall, cpu) = (Instant::now(), cpu_ms());
        let kept = std::hint::black_box(run());
        let (wall, cpu) = (wall.elapsed().as_secs_f64() * 1e3, cpu_ms() - cpu);
        drop(kept);
        json!([wall, cpu])
    };
    (0..reps).map(one).collect()
}

/// CPU time of all threads of the process.
#[cfg(unix)]
fn cpu_ms() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 * 1e-6
}

/// Not known here.
#[cfg(not(unix))]
fn cpu_ms() -> f64 {
    f64::NAN
}

/// The largest resident memory so far, where the system tells.
pub(crate) fn peak_rss_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
